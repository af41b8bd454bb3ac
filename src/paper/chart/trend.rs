//! The staff rate month by month, with its natural process limits, and what they say of the last month.

use super::draw::{ChartLine, Dash, Level, LineChart, Mark};
use super::drawing::{Drawing, name_and_year, percentage};
use super::verdict::shown;
use crate::board::{Disclosed, DisclosedMonth, Month, ProcessPart, Shown, Variation, process};
use crate::compliance::Rate;
use crate::wording::{long_date, one_line, percent};

pub(super) fn trend(figures: &Disclosed) -> Option<Drawing> {
    // A month that is withheld has its place, and nothing in it.
    let has_place = |staff: &Shown<Rate>| staff.value().is_none_or(|staff| staff.counted > 0);
    let months: Vec<&DisclosedMonth> = figures.trend.iter().filter(|month| has_place(&month.staff)).collect();
    let (first, last) = (months.first()?, months.last()?);
    if months.len() < 2 {
        return None;
    }
    let known: Vec<(Month, u64)> =
        months.iter().filter_map(|month| Some((month.month, month.staff.value()?.millionths()?))).collect();
    let parts = process(&figures.trend, &figures.changes);
    let axis = axis(first.month, last.month);
    let place = |month: Month| axis.iter().position(|on_axis| *on_axis == month);
    let line = ChartLine {
        name: last.staff.words(|staff| staff.shown()),
        dash: Dash::Solid,
        points: known.iter().filter_map(|(month, rate)| Some((place(*month)?, percentage(*rate)))).collect(),
        marks: parts.iter().flat_map(marks).collect(),
    };
    let target = figures.target_millionths;
    let each = months.iter().map(|month| {
        let rate = month.staff.words(|staff| staff.shown());
        format!("{}: {rate}.", month.month.short())
    });
    let limits = parts.iter().filter_map(limits_in_words);
    let figures = std::iter::once(format!("Target {}.", percent(target))).chain(limits).chain(each).collect();
    let key = key(&line.marks);
    let drawn = LineChart {
        months: axis.iter().map(|month| name_and_year(*month)).collect(),
        lines: vec![line],
        levels: levels(target, &parts, place),
        key,
        changes: parts
            .iter()
            .filter(|part| part.change.is_some())
            .filter_map(|part| part.months.first().and_then(|(month, _)| place(*month)))
            .collect(),
    };
    Some(Drawing {
        is_wide: false,
        name: "trend",
        title: "Staff up to date, month by month".to_owned(),
        // What it says of the last month, the verdict says at the beginning of the paper.
        says: match known.len() {
            0 => "The rates of these months are of under 5 people, and not shown.".to_owned(),
            1 => "The rates of the other months are of under 5 people, and not shown.".to_owned(),
            _ => String::new(),
        },
        reading: String::new(),
        figures,
        svg: drawn.draw(),
    })
}

/// Every month from the first to the last, those without a summary included.
fn axis(first: Month, last: Month) -> Vec<Month> {
    let next = |month: &Month| month.last_day().succ_opt().map(Month::of);
    std::iter::successors(Some(first), next).take_while(|month| *month <= last).collect()
}

/// What each month of a part means.
fn marks(part: &ProcessPart<'_>) -> Vec<Mark> {
    match &part.xmr {
        None => vec![Mark::Plain; part.months.len()],
        Some(xmr) => xmr.variation.iter().map(|variation| mark(*variation)).collect(),
    }
}

fn limits_in_words(part: &ProcessPart<'_>) -> Option<String> {
    let xmr = part.xmr.as_ref()?;
    let since = part.change.map_or(String::new(), |change| {
        format!(" since {} ({})", long_date(change.on), one_line(&change.what))
    });
    Some(format!(
        "Mean {}, process limits {} and {}{since}.",
        shown(xmr.mean),
        shown(xmr.lower),
        shown(xmr.upper)
    ))
}

/// The target, the limits of each part over its own months, and where a change begins one. Only the last limits have
/// names: there is no room for others.
fn levels(target: u64, parts: &[ProcessPart<'_>], place: impl Fn(Month) -> Option<usize>) -> Vec<Level> {
    let mut levels = vec![Level {
        name: format!("Target {}", percent(target)),
        at: percentage(target),
        dash: Dash::Long,
        over: None,
    }];
    for (number, part) in parts.iter().enumerate() {
        let Some(xmr) = &part.xmr else { continue };
        let ends = |of: Option<&(Month, u64)>| of.and_then(|(month, _)| place(*month));
        let (Some(first), Some(last)) = (ends(part.months.first()), ends(part.months.last())) else {
            continue;
        };
        let is_last = number + 1 == parts.len();
        let over = (parts.len() > 1).then_some((first, last));
        let of = |name: &str, millionths: f64, dash| Level {
            name: if is_last { format!("{name} {}", shown(millionths)) } else { String::new() },
            at: (millionths / 10_000.0).clamp(0.0, 100.0),
            dash,
            over,
        };
        levels.push(of("Upper limit", xmr.upper, Dash::Short));
        levels.push(of("Mean", xmr.mean, Dash::Solid));
        levels.push(of("Lower limit", xmr.lower, Dash::Short));
    }
    levels
}

fn mark(variation: Variation) -> Mark {
    match variation {
        Variation::CommonCause => Mark::Plain,
        Variation::Improvement(_) => Mark::Better,
        Variation::Concern(_) => Mark::Worse,
    }
}

/// What the marks mean, where any month is marked out.
fn key(marks: &[Mark]) -> Vec<(Mark, String)> {
    let all = [(Mark::Plain, "Usual variation"), (Mark::Better, "Improving"), (Mark::Worse, "Of concern")];
    let used: Vec<(Mark, String)> = all
        .into_iter()
        .filter(|(mark, _)| marks.contains(mark))
        .map(|(mark, words)| (mark, words.to_owned()))
        .collect();
    if used.iter().all(|(mark, _)| *mark == Mark::Plain) { Vec::new() } else { used }
}
