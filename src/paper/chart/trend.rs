//! The staff rate month by month, with its natural process limits, and what they say of the last month.

use super::draw::{ChartLine, Dash, Level, LineChart, Mark};
use super::drawing::{Drawing, name_and_year, percentage};
use crate::board::{Disclosed, DisclosedMonth, Month, Shown, Sign, TargetReach, Variation, Xmr};
use crate::compliance::Rate;
use crate::wording::percent;

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
    let rates: Vec<u64> = known.iter().map(|(_, rate)| *rate).collect();
    let xmr = Xmr::of(&rates);
    let axis = axis(first.month, last.month);
    let place = |month: Month| axis.iter().position(|on_axis| *on_axis == month);
    let line = ChartLine {
        name: last.staff.words(|staff| staff.shown()),
        dash: Dash::Solid,
        points: known.iter().filter_map(|(month, rate)| Some((place(*month)?, percentage(*rate)))).collect(),
        marks: xmr.as_ref().map_or_else(
            || vec![Mark::Plain; known.len()],
            |xmr| xmr.variation.iter().map(|variation| mark(*variation)).collect(),
        ),
    };
    let target = figures.target_millionths;
    let each = months.iter().map(|month| {
        let rate = month.staff.words(|staff| staff.shown());
        format!("{}: {rate}.", month.month.short())
    });
    let limits = xmr.as_ref().map(|xmr| {
        format!("Mean {}, process limits {} and {}.", shown(xmr.mean), shown(xmr.lower), shown(xmr.upper))
    });
    let figures = std::iter::once(format!("Target {}.", percent(target))).chain(limits).chain(each).collect();
    let key = key(&line.marks);
    let drawn = LineChart {
        months: axis.iter().map(|month| name_and_year(*month)).collect(),
        lines: vec![line],
        levels: levels(target, xmr.as_ref()),
        key,
    };
    Some(Drawing {
        name: "trend",
        title: "Staff up to date, month by month".to_owned(),
        says: match known.last() {
            Some((last, _)) => says(*last, target, xmr.as_ref(), known.len()),
            None => "The rates of these months are of under 5 people, and not shown.".to_owned(),
        },
        reading: String::new(),
        figures,
        only_here: false,
        svg: drawn.draw(),
    })
}

/// Every month from the first to the last, those without a summary included.
fn axis(first: Month, last: Month) -> Vec<Month> {
    let next = |month: &Month| month.last_day().succ_opt().map(Month::of);
    std::iter::successors(Some(first), next).take_while(|month| *month <= last).collect()
}

fn levels(target: u64, xmr: Option<&Xmr>) -> Vec<Level> {
    let mut levels =
        vec![Level { name: format!("Target {}", percent(target)), at: percentage(target), dash: Dash::Long }];
    if let Some(xmr) = xmr {
        let of = |name: &str, millionths: f64, dash| Level {
            name: format!("{name} {}", shown(millionths)),
            at: (millionths / 10_000.0).clamp(0.0, 100.0),
            dash,
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

/// A level in millionths of 1 as a percentage with one decimal; what is beyond 0% or 100% is shown there.
fn shown(millionths: f64) -> String {
    format!("{:.1}%", (millionths / 10_000.0).clamp(0.0, 100.0))
}

/// What the last month means, and whether the target will be met: in the words of Making Data Count.
fn says(month: Month, target: u64, xmr: Option<&Xmr>, months: usize) -> String {
    let month = month.long();
    let Some(xmr) = xmr else {
        return format!(
            "{months} months have a summary. From six on, process limits show whether a month differs from the usual."
        );
    };
    let last = match xmr.variation.last() {
        Some(Variation::Improvement(sign)) => format!(
            "{month} {}: something has changed for the better (special cause, improving).",
            marked_out(*sign, ["above", "upper", "rose"], xmr.upper, xmr.mean)
        ),
        Some(Variation::Concern(sign)) => format!(
            "{month} {}: something has changed for the worse (special cause, of concern).",
            marked_out(*sign, ["below", "lower", "fell"], xmr.lower, xmr.mean)
        ),
        Some(Variation::CommonCause) | None => format!(
            "{month} is within the usual variation, {} to {}: nothing marks it out as a change (common cause).",
            shown(xmr.lower),
            shown(xmr.upper)
        ),
    };
    let reach = reach(xmr.reach(target), &percent(target));
    let trial = if xmr.trial {
        format!(" The limits are trial limits: they rest on {months} months, and 12 make them reliable.")
    } else {
        String::new()
    };
    format!("{last} {reach}{trial}")
}

/// By which sign a month is marked out.
fn marked_out(sign: Sign, [side, limit_name, moved]: [&str; 3], limit: f64, mean: f64) -> String {
    match sign {
        Sign::Outside => format!("is {side} the {limit_name} process limit of {}", shown(limit)),
        Sign::Trend => format!("is one of seven or more months in a row that each {moved}"),
        Sign::TwoOfThree => {
            format!(
                "is one of two months out of three close to the {limit_name} process limit of {}",
                shown(limit)
            )
        }
        Sign::Shift => format!("is one of seven or more months in a row {side} the mean of {}", shown(mean)),
    }
}

fn reach(reach: TargetReach, target: &str) -> String {
    match reach {
        TargetReach::Never => format!(
            "The target of {target} is above the usual variation: unless something changes it will not be met \
             (consistently falling short)."
        ),
        TargetReach::Sometimes => format!(
            "The target of {target} is within the usual variation: some months will meet it and others miss it, by \
             chance alone (hit and miss)."
        ),
        TargetReach::Always => format!(
            "The target of {target} is below the usual variation: it will be met while nothing changes (consistently \
             passing)."
        ),
    }
}
