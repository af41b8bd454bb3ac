//! The months to come: the staff rate if nobody trains again, and with the places booked.

use chrono::NaiveDate;

use super::draw::{ChartLine, Dash, Level, LineChart};
use super::drawing::{Drawing, name_and_year, percentage};
use crate::board::{Disclosed, DisclosedMonthEnd, Month, Shown};
use crate::compliance::Rate;
use crate::wording::{long_date, percent};

pub(super) fn outlook(figures: &Disclosed) -> Option<Drawing> {
    let nobody: Vec<Shown<Rate>> = from_now(figures, |month| Some(month.staff));
    let booked: Vec<Shown<Rate>> =
        from_now(figures, |month| month.booked.as_ref().map(|booked| booked.staff));
    let (first, last, until) = (nobody.first()?, nobody.last()?, figures.forecast.last()?.as_at);
    if first.value().is_some_and(|first| first.counted == 0) {
        return None;
    }
    let any_booked = booked.len() == nobody.len() && booked != nobody;
    let mut lines = vec![line("Nobody trains", &nobody, Dash::Solid)];
    let mut says = goes("If nobody trains again, the share of staff up to date", first, last, until);
    if first.value().is_none() {
        says = "The share of staff up to date is of under 5 people, and not shown.".to_owned();
    } else if any_booked {
        lines.push(line("As booked", &booked, Dash::Long));
        let end = booked.last().unwrap_or(last);
        says.push_str(&match end == last {
            true => ", with the places booked so far too; in between they make it higher.".to_owned(),
            false => format!("; with the places booked so far it is {} then.", shown(end)),
        });
    } else {
        says.push_str(". No booked place changes that.");
    }
    let target = percent(figures.target_millionths);
    let months: Vec<Month> = std::iter::once(figures.month)
        .chain(figures.forecast.iter().map(|month| Month::of(month.as_at)))
        .collect();
    let each = months.iter().enumerate().map(|(number, month)| {
        let rate = |rates: &[Shown<Rate>]| rates.get(number).map(shown).unwrap_or_default();
        let with = if any_booked { format!(" ({} as booked)", rate(&booked)) } else { String::new() };
        format!("{}: {}{with}.", month.short(), rate(&nobody))
    });
    let listed = std::iter::once(format!("Target {target}.")).chain(each).collect();
    let level = Level {
        name: format!("Target {target}"),
        at: percentage(figures.target_millionths),
        dash: Dash::Short,
        over: None,
    };
    let drawn = LineChart {
        months: months.iter().map(|month| name_and_year(*month)).collect(),
        lines,
        levels: vec![level],
        changes: Vec::new(),
        key: Vec::new(),
    };
    Some(Drawing {
        is_wide: false,
        name: "outlook",
        title: "Staff up to date in the months to come".to_owned(),
        says,
        reading: if any_booked {
            "The broken line is with the places booked.".to_owned()
        } else {
            String::new()
        },
        figures: listed,
        svg: drawn.draw(),
    })
}

/// `... goes from 53.9% to 26.3% by 31 October 2027`, or stays.
fn goes(what: &str, first: &Shown<Rate>, last: &Shown<Rate>, until: NaiveDate) -> String {
    let (from, to, until) = (shown(first), shown(last), long_date(until));
    if last.value().is_some_and(|last| last.counted == 0) {
        return format!("{what} goes from {from} until nobody is counted any more by {until}");
    }
    if from == to {
        return format!("{what} is {to} on {until}, as it is now");
    }
    format!("{what} goes from {from} to {to} by {until}")
}

/// The rate now and at each month-end to come for which `of` has one.
fn from_now(figures: &Disclosed, of: impl Fn(&DisclosedMonthEnd) -> Option<Shown<Rate>>) -> Vec<Shown<Rate>> {
    std::iter::once(figures.counts.staff).chain(figures.forecast.iter().filter_map(of)).collect()
}

fn shown(rate: &Shown<Rate>) -> String {
    rate.words(|rate| rate.shown())
}

fn line(name: &str, rates: &[Shown<Rate>], dash: Dash) -> ChartLine {
    let points: Vec<(usize, f64)> = rates
        .iter()
        .enumerate()
        .filter_map(|(number, rate)| Some((number, percentage(rate.value()?.millionths()?))))
        .collect();
    let last = rates.last().map(shown).unwrap_or_default();
    ChartLine { name: format!("{name} {last}"), dash, points, marks: Vec::new() }
}
