//! What a fictional person has been trained in, and when.

use chrono::{Days, Months, NaiveDate};

use super::dice::Dice;
use super::people::{DemoPerson, back};

/// Months that a completion of every course here counts for.
pub(super) const VALID: Months = Months::new(36);

/// How far back the history goes.
const YEARS_KEPT: i64 = 7;

/// One completion.
#[derive(Debug, Clone)]
pub(super) struct Completion {
    /// Course code.
    pub course: &'static str,
    /// The day.
    pub on: NaiveDate,
    /// The expiry written on the certificate, if any.
    pub expires: Option<NaiveDate>,
    /// Hours and mode, where they were noted.
    pub effort: Option<(u32, &'static str)>,
    /// Who gave the training.
    pub provider: &'static str,
}

/// The history of one person up to `today` or their last day, course by course.
///
/// A keen person is up to date with every course of the post; any other is not with at least one. What was renewed
/// late in the past was lapsed for a while then, so that the figures of earlier months are no better than today's.
pub(super) fn history(person: &DemoPerson, dice: &mut Dice, today: NaiveDate) -> Vec<Completion> {
    let courses = courses(person, dice, today);
    let weakest = dice.below(courses.len() as u64);
    // Most people renew everything on one training day, so that several courses lapse together.
    let together = dice.chance(50).then(|| dice.days(1, 1_090));
    let mut completions = Vec::new();
    for (place, course) in (0..).zip(courses) {
        let missed = !person.keen && (place == weakest || dice.chance(45));
        let pinned = person.lapses_in.filter(|_| place == 0 || (missed && place == weakest));
        let lapses_in = pinned.unwrap_or_else(|| {
            if missed { -late(dice) } else { together.unwrap_or_else(|| dice.days(1, 1_090)) }
        });
        if let Some(last) = last(person, lapses_in, dice, today) {
            earlier(course, last, person, dice, today, &mut completions);
        }
    }
    completions.retain(|completion| person.leave.is_none_or(|leave| completion.on <= leave));
    completions
}

/// The courses of the post; a newcomer to work with children has had level 2 and has a year to reach level 3.
fn courses(person: &DemoPerson, dice: &mut Dice, today: NaiveDate) -> Vec<&'static str> {
    let new = (today - person.start).num_days() < 200;
    let track = if new && dice.chance(60) { person.track.before_level_three() } else { person.track };
    track.courses().to_vec()
}

/// How long something has been overdue: mostly weeks or months, for a few more than a year.
fn late(dice: &mut Dice) -> i64 {
    let share = dice.days(1, 1_000);
    1 + share * share * 550 / 1_000_000
}

/// The day of the latest completion, given the days until it lapses; `None` where there has been none.
fn last(person: &DemoPerson, lapses_in: i64, dice: &mut Dice, today: NaiveDate) -> Option<NaiveDate> {
    let induction = person.start + Days::new(1 + dice.below(20));
    // Whoever has been there for years was trained once.
    let recent = (today - person.start).num_days() < 1_100;
    let never = lapses_in < 0 && person.lapses_in.is_none() && recent && dice.chance(15);
    let lapse =
        if lapses_in < 0 { back(today, -lapses_in) } else { today + Days::new(lapses_in.unsigned_abs()) };
    let completed = lapse - VALID;
    if never {
        None
    } else if completed >= person.start {
        Some(completed)
    } else if lapses_in >= 0 {
        Some(induction).filter(|day| *day <= today)
    } else {
        // Too short a time in post for a lapse: it was never done.
        None
    }
}

/// Adds the completion of `last` and those before it, back to the induction.
fn earlier(
    course: &'static str,
    last: NaiveDate,
    person: &DemoPerson,
    dice: &mut Dice,
    today: NaiveDate,
    completions: &mut Vec<Completion>,
) {
    let floor = person.start.max(back(today, YEARS_KEPT * 365));
    let mut on = last;
    while on >= floor {
        completions.push(completion(course, on, dice));
        let due = on - VALID;
        // Renewed in good time, or only after it had lapsed.
        on = if dice.chance(58) { due + Days::new(dice.below(60)) } else { back(due, dice.days(5, 450)) };
    }
    let first = completions.last().map_or(last, |completion| completion.on);
    let induction = person.start + Days::new(5 + dice.below(30));
    if induction >= floor && (first - induction).num_days() > 400 {
        completions.push(completion(course, induction, dice));
    }
}

fn completion(course: &'static str, on: NaiveDate, dice: &mut Dice) -> Completion {
    let expires = dice.chance(70).then(|| on + VALID);
    let effort = match course {
        "SGC-L4" | "SGC-L5" => Some((24, "participatory")),
        "SGC-L3" | "SGA-L3" => Some((if dice.chance(60) { 8 } else { 16 }, "participatory")),
        "SGC-L2" | "SGA-L2" if dice.chance(50) => Some((4, "participatory")),
        _ if dice.chance(30) => Some((2, "e-learning")),
        _ => None,
    };
    let provider = match effort {
        Some((_, "participatory")) => {
            dice.pick(&["Fellbrook Learning Hub", "Fellbrook Safeguarding Partnership"])
        }
        _ => dice.pick(&["e-Learning for Healthcare", "Fellbrook Learning Hub"]),
    };
    Completion { course, on, expires, effort, provider }
}
