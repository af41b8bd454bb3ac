//! What the board is asked to decide, in words.

use super::money::{estimated, short_by, what_is_left};
use crate::board::{BoardDecision, Disclosed, StatementFigures, decisions};
use crate::compliance::Rate;
use crate::paper::table::out_of;
use crate::register::Pence;
use crate::wording::{counted, long_date, one_line, percent, pounds, thousands};

/// The most courses or statements named in one decision.
const NAMED: usize = 2;

/// What the board is asked to decide, a sentence each.
pub(in crate::paper::content) fn decisions_asked(figures: &Disclosed) -> Vec<String> {
    let asked: Vec<String> = decisions(figures).iter().map(|decision| words(decision, figures)).collect();
    if asked.is_empty() {
        return vec!["Nothing this month: note the figures.".to_owned()];
    }
    asked
}

fn words(decision: &BoardDecision<'_>, figures: &Disclosed) -> String {
    match decision {
        BoardDecision::Places { missing, until, courses, cost_pence, left_pence, headline } => format!(
            "Arrange {} by {} ({}). {}{}",
            counted(*missing, "more training place", "more training places"),
            long_date(*until),
            named_courses(courses),
            places_money(*missing, *cost_pence, *left_pence),
            headline.map_or(String::new(), |then| format!(" {}", places_make(then))),
        ),
        BoardDecision::Headline { needed, staff, lacking_one } => {
            headline(*needed, *staff, *lacking_one, figures.target_millionths)
        }
        BoardDecision::Attendance(until) => format!(
            "See that the booked places are attended: they are enough for every course to be at its target on {}.",
            long_date(*until)
        ),
        BoardDecision::Budget(year) => format!("Allocate a training budget for {year}: none is recorded."),
        BoardDecision::Overcommitted(pence) => {
            format!("Cover {}: more is spent and committed than the year's budget.", pounds(*pence))
        }
        BoardDecision::Weak(statements) => format!(
            "Act on {} that {} short of a yes: {}",
            counted(length(statements), "assurance answer", "assurance answers"),
            if statements.len() == 1 { "falls" } else { "fall" },
            listed(statements, weak)
        ),
        BoardDecision::Reviews(statements) => format!(
            "Have {} reviewed whose review date has passed: {}",
            counted(length(statements), "assurance answer", "assurance answers"),
            listed(statements, question)
        ),
        BoardDecision::Answers(statements) => format!(
            "Have {} answered that had no answer yet: {}",
            counted(length(statements), "assurance statement", "assurance statements"),
            listed(statements, question)
        ),
        BoardDecision::StaffList(None) => "Have a staff list imported: there was none yet.".to_owned(),
        BoardDecision::StaffList(Some(days)) => format!(
            "Have a new staff list imported: the last one is {} old, so joiners and leavers since are not in these figures.",
            counted(*days, "day", "days")
        ),
    }
}

fn named_courses(courses: &[(&str, u64)]) -> String {
    let named: Vec<String> = courses
        .iter()
        .take(NAMED)
        .map(|(title, missing)| format!("{} {}", thousands(*missing), one_line(title)))
        .collect();
    if courses.len() > NAMED { format!("among them {}", named.join(", ")) } else { named.join(", ") }
}

/// Whether the money is there, and what to do where it is not. An overspend is asked for by itself, not here again.
fn places_money(missing: u64, cost: Option<Pence>, left: Option<Pence>) -> String {
    let Some(cost) = cost else { return "The cost is not known.".to_owned() };
    let come_to = if missing == 1 { "It comes" } else { "They come" };
    let come_to = format!("{come_to} to about {}", estimated(cost));
    match left.map(|left| (left, short_by(cost, left))) {
        None => format!("{come_to}."),
        Some((left, None)) => format!("{come_to}, which the {} left of the budget covers.", pounds(left)),
        Some((left, Some(short))) => format!(
            "{come_to}; {} is left of the budget, so that takes about {short} more.",
            what_is_left(left)
        ),
    }
}

fn places_make(then: Rate) -> String {
    format!(
        "Taken up first by those who lack fewest courses, that makes {} staff, {}, up to date then.",
        out_of(then),
        then.shown()
    )
}

fn headline(needed: u64, staff: Rate, lacking_one: Option<u64>, target_millionths: u64) -> String {
    let behind = staff.behind();
    let more = format!(
        "Have {} brought up to date with every course of theirs, for {} of staff to be",
        counted(needed, "more person", "more people"),
        percent(target_millionths)
    );
    let are_not = if behind == 1 { "is not" } else { "are not" };
    match lacking_one {
        None => format!("{more}: {} of {} {are_not}.", thousands(behind), thousands(staff.counted)),
        Some(0) => {
            format!("{more}: each of the {} who {are_not} lacks more than one course.", thousands(behind))
        }
        Some(1) => format!("{more}: of the {} who {are_not}, 1 lacks one course only.", thousands(behind)),
        Some(one) => format!(
            "{more}: of the {} who {are_not}, {} lack one course only; begin with those.",
            thousands(behind),
            thousands(one)
        ),
    }
}

pub(super) fn length(statements: &[&StatementFigures]) -> u64 {
    u64::try_from(statements.len()).unwrap_or(u64::MAX)
}

/// What a statement asks, in quotation marks.
pub(super) fn question(of: &StatementFigures) -> String {
    format!("\"{}\"", one_line(&of.question))
}

/// An answer, and what it was to.
pub(super) fn weak(of: &StatementFigures) -> String {
    let answer = of.answer.as_ref().map_or(String::new(), |answer| one_line(&answer.answer));
    format!("{answer} to {}", question(of))
}

/// The first few of these statements, and how many more there are.
pub(super) fn listed(statements: &[&StatementFigures], words: fn(&StatementFigures) -> String) -> String {
    let asked: Vec<String> = statements.iter().take(NAMED).map(|of| words(of)).collect();
    match statements.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{}; and {more} more.", asked.join("; ")),
        _ => format!("{}.", asked.join("; ")),
    }
}
