//! What is coming, and what it takes to reach the targets and hold them.

use super::money::{estimated, short_by, what_is_left};
use crate::board::{Disclosed, DisclosedActions, DisclosedMonthEnd, FEWEST_PEOPLE, Withheld};
use crate::compliance::Rag;
use crate::paper::table::out_of;
use crate::wording::{counted, long_date, thousands};

/// What is coming, in a few sentences.
pub(in crate::paper::content) fn coming(figures: &Disclosed) -> Vec<String> {
    let it_takes = figures.actions.as_ref().and_then(|actions| it_takes(actions, figures));
    [outlook(figures), it_takes].into_iter().flatten().collect()
}

fn outlook(figures: &Disclosed) -> Option<String> {
    let month = figures.forecast.get(2).or(figures.forecast.last())?;
    let staff = *month.staff.value()?;
    staff.tenths()?;
    let share = format!("{} staff, {},", out_of(staff), staff.shown());
    let booked =
        month.booked.as_ref().and_then(|booked| booked.staff.value()).filter(|booked| **booked != staff);
    let booked = booked.map_or(String::new(), |booked| {
        format!(" With the places booked it will be {}, {}.", out_of(*booked), booked.shown())
    });
    Some(format!("If nobody trains again, {share} will be up to date on {}.{booked}", long_date(month.as_at)))
}

/// `None` where nobody needs a course by then, and nothing can be said of targets.
fn it_takes(actions: &DisclosedActions, figures: &Disclosed) -> Option<String> {
    let by_then = figures.forecast.iter().find(|month| month.as_at == actions.until)?;
    if !counts_anybody(by_then) {
        return None;
    }
    let until = long_date(actions.until);
    let every = if actions.courses_withheld == 0 { "every course" } else { "every course told" };
    let has_beside = figures.courses.iter().any(|of| of.counts.withheld() == Some(Withheld::Beside));
    let beside = if has_beside { ", and those withheld beside them" } else { "" };
    let left_out = match actions.courses_withheld {
        0 => String::new(),
        _ => format!(" Left out: courses that count under {FEWEST_PEOPLE} people now or by then{beside}."),
    };
    if actions.to_train == 0 {
        let stays = if stays_at_target(actions, figures) {
            format!("stays at its target until {until}")
        } else {
            format!("is at its target on {until}")
        };
        let every = every.replacen("every", "Every", 1);
        return Some(format!("{every} {stays} without further training.{left_out}"));
    }
    Some(format!(
        "For {every} to be at its target on {until} takes {}. {}{}{left_out}",
        counted(actions.to_train, "completion", "completions"),
        booked_and_missing(actions),
        money(actions, figures).map_or(String::new(), |money| format!(" {money}")),
    ))
}

fn counts_anybody(month: &DisclosedMonthEnd) -> bool {
    month.courses.iter().any(|course| course.ahead.value().is_some_and(|of| of.rate.counted > 0))
}

/// Whether every course told is at its target now, and at every month-end until then.
fn stays_at_target(actions: &DisclosedActions, figures: &Disclosed) -> bool {
    let now = figures.courses.iter().all(|course| course.rag.is_none_or(|rag| rag == Rag::Green));
    let mut months = actions.courses.iter().flat_map(|course| &course.months);
    now && months.all(|month| {
        month.as_at > actions.until || month.places.value().is_none_or(|places| places.to_train == 0)
    })
}

/// Places booked, how many of the completions these bring, and how many are missing beside them.
fn booked_and_missing(actions: &DisclosedActions) -> String {
    let missing = match actions.missing {
        0 => "none is missing".to_owned(),
        1 => "1 is missing".to_owned(),
        missing => format!("{} are missing", thousands(missing)),
    };
    let brought = actions.to_train.saturating_sub(actions.missing);
    let places = match actions.booked {
        0 => return format!("No place is booked by then; {missing}."),
        1 => "1 place is booked by then, and brings".to_owned(),
        booked => format!("{} places are booked by then, and bring", thousands(booked)),
    };
    // A place also counts for the courses that its own covers.
    match brought {
        0 => format!("{places} none of them; {missing}."),
        brought => format!("{places} {} of them; {missing}.", thousands(brought)),
    }
}

/// What the missing places cost, against what is left.
fn money(actions: &DisclosedActions, figures: &Disclosed) -> Option<String> {
    if actions.missing == 0 {
        return None;
    }
    let Some(cost) = actions.cost_pence.filter(|cost| *cost > 0) else {
        return Some("What that costs is not known.".to_owned());
    };
    let left = match actions.left_pence {
        None if figures.budget.allocated_pence.is_some() => {
            "the budget of the year after is not in these figures".to_owned()
        }
        None => "no budget is recorded for them".to_owned(),
        Some(left) => {
            let verdict = short_by(cost, left)
                .filter(|_| left > 0)
                .map_or(String::new(), |short| format!(", about {short} too little"));
            format!("{} is left of the budget{verdict}", what_is_left(left))
        }
    };
    Some(format!("At this year's cost per completion that comes to about {}; {left}.", estimated(cost)))
}
