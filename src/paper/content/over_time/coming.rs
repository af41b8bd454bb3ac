//! What is coming, what it takes to reach the targets and hold them, and what the board is asked to decide.

use crate::board::{BoardDecision, Disclosed, DisclosedActions, FEWEST_PEOPLE, StatementFigures, decisions};
use crate::paper::table::out_of;
use crate::wording::{counted, long_date, one_line, pounds, thousands};

/// The most courses or statements named in one decision.
const NAMED: usize = 2;

/// What is coming, in a few sentences.
pub(in crate::paper::content) fn coming(figures: &Disclosed) -> Vec<String> {
    [outlook(figures), figures.actions.as_ref().map(it_takes)].into_iter().flatten().collect()
}

fn outlook(figures: &Disclosed) -> Option<String> {
    let month = figures.forecast.get(2).or(figures.forecast.last())?;
    let staff = *month.staff.value()?;
    staff.tenths()?;
    let share = format!("{} staff, {},", out_of(staff), staff.shown());
    let booked =
        month.booked.as_ref().and_then(|booked| booked.staff.value()).filter(|booked| **booked != staff);
    let booked = booked.map_or(String::new(), |booked| {
        format!(" With the places booked it is {}, {}.", out_of(*booked), booked.shown())
    });
    Some(format!("If nobody trains again, {share} will be up to date on {}.{booked}", long_date(month.as_at)))
}

fn it_takes(actions: &DisclosedActions) -> String {
    let until = long_date(actions.until);
    let every = if actions.courses_withheld == 0 { "every course" } else { "every course told" };
    let left_out = match actions.courses_withheld {
        0 => String::new(),
        _ => format!(" Left out: courses that count under {FEWEST_PEOPLE} people now or by then."),
    };
    if actions.to_train == 0 {
        return match actions.courses_withheld {
            0 => format!("Every course stays at its target until {until} without further training."),
            _ => format!(
                "Every course told stays at its target until {until} without further training.{left_out}"
            ),
        };
    }
    let booked = match actions.booked {
        0 => "No place is booked by then".to_owned(),
        1 => "1 place is booked by then".to_owned(),
        places => format!("{} places are booked by then", thousands(places)),
    };
    let missing = match actions.missing {
        0 => "none is missing".to_owned(),
        1 => "1 is missing".to_owned(),
        missing => format!("{} are missing", thousands(missing)),
    };
    format!(
        "To reach the target of {every} and hold it until {until} takes {}. {booked}; {missing}.{}{left_out}",
        counted(actions.to_train, "completion", "completions"),
        money(actions.cost_pence, actions.left_pence).map_or(String::new(), |money| format!(" {money}")),
    )
}

/// What the missing places cost, against what is left.
fn money(cost_pence: Option<i64>, left_pence: Option<i64>) -> Option<String> {
    let cost = cost_pence.filter(|cost| *cost > 0)?;
    let left = match left_pence {
        None => "no budget is recorded for them".to_owned(),
        Some(left) if left >= cost => format!("{} is left of the budget", pounds(left)),
        Some(left) => format!("{} is left of the budget, {} too little", pounds(left), pounds(cost - left)),
    };
    Some(format!("At this year's cost per completion the missing ones come to {}; {left}.", pounds(cost)))
}

/// What the board is asked to decide, a sentence each.
pub(in crate::paper::content) fn decisions_asked(figures: &Disclosed) -> Vec<String> {
    let asked: Vec<String> = decisions(figures).iter().map(words).collect();
    if asked.is_empty() {
        return vec!["Nothing this month: note the figures.".to_owned()];
    }
    asked
}

fn words(decision: &BoardDecision<'_>) -> String {
    match decision {
        BoardDecision::Places { missing, until, courses, cost_pence, left_pence } => {
            let most: Vec<String> = courses
                .iter()
                .take(NAMED)
                .map(|(title, missing)| format!("{} {}", thousands(*missing), one_line(title)))
                .collect();
            let most =
                if courses.len() > NAMED { format!("most: {}", most.join(", ")) } else { most.join(", ") };
            format!(
                "Arrange {} by {} ({most}).{}",
                counted(*missing, "more training place", "more training places"),
                long_date(*until),
                places_money(*cost_pence, *left_pence),
            )
        }
        BoardDecision::Budget(year) => format!("Allocate a training budget for {year}: none is recorded."),
        BoardDecision::Overcommitted(pence) => {
            format!("Cover {}: more is spent and committed than the year's budget.", pounds(*pence))
        }
        BoardDecision::Reviews(statements) => format!(
            "Have {} reviewed whose review date has passed: {}",
            counted(length(statements), "assurance answer", "assurance answers"),
            named(statements)
        ),
        BoardDecision::Answers(statements) => format!(
            "Have {} answered that had no answer yet: {}",
            counted(length(statements), "assurance statement", "assurance statements"),
            named(statements)
        ),
        BoardDecision::StaffList(None) => "Have a staff list imported: there was none yet.".to_owned(),
        BoardDecision::StaffList(Some(days)) => format!(
            "Have a new staff list imported: the last one is {} old, so joiners and leavers since are not in these figures.",
            counted(*days, "day", "days")
        ),
        BoardDecision::Attendance => {
            "See that booked places are attended: there are enough of them to reach the targets.".to_owned()
        }
    }
}

/// Whether the money is there, and what to do where it is not.
fn places_money(cost_pence: Option<i64>, left_pence: Option<i64>) -> String {
    match (cost_pence, left_pence) {
        (None, _) => String::new(),
        (Some(cost), None) => format!(" They come to about {}.", pounds(cost)),
        (Some(cost), Some(left)) if cost <= left => {
            format!(
                " They come to about {}, which the {} left of the budget covers.",
                pounds(cost),
                pounds(left)
            )
        }
        (Some(cost), Some(left)) => format!(
            " They come to about {}; {} is left of the budget, so that takes {} more.",
            pounds(cost),
            pounds(left),
            pounds(cost - left)
        ),
    }
}

fn length(statements: &[&StatementFigures]) -> u64 {
    u64::try_from(statements.len()).unwrap_or(u64::MAX)
}

/// What the first few ask, in quotation marks.
fn named(statements: &[&StatementFigures]) -> String {
    let asked: Vec<String> =
        statements.iter().take(NAMED).map(|of| format!("“{}”", one_line(&of.question))).collect();
    match statements.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{}, and {more} more.", asked.join(", ")),
        _ => asked.join(", "),
    }
}
