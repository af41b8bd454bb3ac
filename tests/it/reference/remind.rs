//! Who is reminded of what on which day (2.8): the staff reminders, their memory, and the account. A run ends
//! with the managers' digests (`digest.rs`).

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::days::{bank_holidays, plus};
use super::digest::digests;
use super::files::{Person, Register};
use super::policy::Reminders;
use super::state::{Judged, position};

/// What was planned before.
#[derive(Debug, Default, Clone)]
pub struct Told {
    /// Organisation, employee number, course, due date, stage.
    stages: BTreeSet<(String, String, usize, NaiveDate, i64)>,
    /// The Mondays of the weeks whose digests are done.
    digests: BTreeSet<NaiveDate>,
}

impl Told {
    fn key(person: &Person, (judged, due, _): &Item, stage: i64) -> (String, String, usize, NaiveDate, i64) {
        (person.organisation.clone(), person.employee_number.clone(), judged.course, *due, stage)
    }

    /// 2.8: a stage is reached, and the (person, course, due date, stage) was never planned before.
    fn triggers(&self, person: &Person, item: &Item) -> bool {
        item.2.is_some_and(|stage| !self.stages.contains(&Self::key(person, item, stage)))
    }

    fn tell(&mut self, person: &Person, item: &Item) {
        if let Some(stage) = item.2 {
            self.stages.insert(Self::key(person, item, stage));
        }
    }
}

/// 2.8: Monday to Friday and not a bank holiday, with the proclaimed changes; every day where so configured.
pub fn sending_day(reminders: &Reminders, day: NaiveDate) -> bool {
    if !reminders.working_days_only {
        return true;
    }
    let holiday = (bank_holidays(day.year()).contains(&day) && !reminders.not_holidays.contains(&day))
        || reminders.extra_holidays.contains(&day);
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !holiday
}

/// 2.8: the latest stage reached on a day, if any: every stage down to today's days to go is enumerated.
pub fn latest_stage(reminders: &Reminders, due: NaiveDate, day: NaiveDate) -> Option<i64> {
    let mut stages = reminders.before_days.clone();
    for n in 0..=reminders.overdue_limit {
        stages.push(-1 - n * reminders.overdue_every_days);
    }
    let mut last = -1 - reminders.overdue_limit * reminders.overdue_every_days;
    while plus(due, -last) < day {
        last -= reminders.overdue_then_every_days;
        stages.push(last);
    }
    // Stage s is reached when D >= due date - s; the latest is the smallest.
    stages.into_iter().filter(|stage| day >= plus(due, -stage)).min()
}

/// 2.8: what a reminder lists.
fn listed(judged: &Judged) -> bool {
    matches!(judged.state, "due_soon" | "lapsed" | "not_done" | "in_grace")
}

/// A course of somebody's that a message lists: with its due date and the latest stage reached, if any.
pub type Item = (Judged, NaiveDate, Option<i64>);

/// Everything of a person's that a rule of listing takes, on a day.
pub fn items(
    register: &Register,
    person: &Person,
    day: NaiveDate,
    lists: impl Fn(&Judged) -> bool,
) -> Vec<Item> {
    let courses = position(register, person, day, day).courses;
    courses
        .into_iter()
        .filter(|judged| lists(judged))
        .map(|judged| {
            let due = judged.due.unwrap();
            let stage = latest_stage(&register.policy.reminders, due, day);
            (judged, due, stage)
        })
        .collect()
}

/// An item as 4.1 gives it, but for `triggers`.
pub fn entry(register: &Register, person: &Person, (judged, due, stage): &Item) -> Value {
    json!({
        "employee_number": person.employee_number,
        "course": register.policy.courses[judged.course].code,
        "state": judged.state,
        "due_date": due,
        "stage": stage,
    })
}

/// One planning run. What it plans is remembered; held counts as planned.
pub fn remind(register: &Register, day: NaiveDate, told: &mut Told) -> Value {
    if !sending_day(&register.policy.reminders, day) {
        return json!({ "messages": [] });
    }
    let mut messages = Vec::new();
    let mut account = json!({});
    for organisation in &register.organisations {
        let (planned, outcomes) = run(register, &organisation.code, day, told);
        messages.extend(planned);
        for key in ["nothing_due", "no_email", "already_told", "messaged", "held"] {
            let found = outcomes.iter().filter(|outcome| **outcome == key).count() as u64;
            account[key] = json!(account[key].as_u64().unwrap_or(0) + found);
        }
        account["considered"] = json!(account["considered"].as_u64().unwrap_or(0) + outcomes.len() as u64);
    }
    messages.extend(digests(register, day, &mut told.digests));
    json!({ "messages": messages, "account": account })
}

/// One organisation's part of a run: its messages, and what became of everyone in post and not absent there.
fn run(register: &Register, code: &str, day: NaiveDate, told: &mut Told) -> (Vec<Value>, Vec<&'static str>) {
    let people = register.people.iter().filter(|p| p.organisation == code && p.in_post(day));
    let in_post = people.clone().count() as i128;
    let mut messages = Vec::new();
    let mut outcomes = Vec::new();
    for person in people.filter(|p| !p.absent(day, &register.policy)) {
        // The account: each person in the first that fits.
        let items = items(register, person, day, listed);
        outcomes.push(if items.iter().all(|(_, _, stage)| stage.is_none()) {
            "nothing_due"
        } else if person.email().is_empty() {
            "no_email"
        } else if !items.iter().any(|item| told.triggers(person, item)) {
            "already_told"
        } else {
            messages.push(message(register, person, day, items, told));
            "messaged"
        });
    }
    // The mail brake: more than `max_messages` percent of everyone in post; of fewer than 50 messages it holds none.
    let most = register.policy.reminders.max_messages;
    if messages.len() >= 50 && 100 * messages.len() as i128 * most.den > most.num * in_post {
        for outcome in &mut outcomes {
            if *outcome == "messaged" {
                *outcome = "held";
            }
        }
    }
    (messages, outcomes)
}

/// The one message to a person, the triggering items first, then by due date, then course; and it is told.
fn message(
    register: &Register,
    person: &Person,
    day: NaiveDate,
    mut items: Vec<Item>,
    told: &mut Told,
) -> Value {
    let code_of = |item: &Item| register.policy.courses[item.0.course].code.clone();
    items.sort_by_key(|item| (!told.triggers(person, item), item.1, code_of(item)));
    let mut entries = Vec::new();
    for item in &items {
        let mut entry = entry(register, person, item);
        entry["triggers"] = json!(told.triggers(person, item));
        entries.push(entry);
    }
    for item in &items {
        told.tell(person, item);
    }
    json!({
        "on": day,
        "kind": "reminder",
        "organisation": person.organisation,
        "employee_number": person.employee_number,
        "to": person.email(),
        "items": entries,
    })
}

/// The first of the next 60 days on which a course of somebody's would trigger, if nothing changed: those days are
/// enough to judge by, and a day takes its time here.
pub fn next_reminder(
    register: &Register,
    person: &Person,
    course: usize,
    from: NaiveDate,
    told: &Told,
) -> Option<NaiveDate> {
    (0..60).map(|ahead| plus(from, ahead)).find(|day| {
        sending_day(&register.policy.reminders, *day)
            && person.in_post(*day)
            && !person.absent(*day, &register.policy)
            && items(register, person, *day, listed)
                .iter()
                .any(|item| item.0.course == course && told.triggers(person, item))
    })
}

/// Every message from a day until another, both included, if nothing changed; remembers nothing.
pub fn rehearse(register: &Register, from: NaiveDate, until: NaiveDate, told: &Told) -> Value {
    let mut told = told.clone();
    let mut messages = Vec::new();
    let mut day = from;
    while day <= until {
        messages.extend(remind(register, day, &mut told)["messages"].as_array().unwrap().iter().cloned());
        day = plus(day, 1);
    }
    json!({ "messages": messages })
}

#[cfg(test)]
mod tests {
    use super::super::days::parse;
    use super::super::policy::Policy;
    use super::*;

    #[test]
    fn the_latest_stage_is_the_smallest_reached() {
        let reminders = Policy::parse("absent_statuses = []").reminders;
        let due = parse("2026-06-15");
        for (to_go, stage) in [
            (91, None),
            (90, Some(90)),
            (89, Some(90)),
            (60, Some(60)),
            (31, Some(60)),
            (30, Some(30)),
            (1, Some(1)),
            (0, Some(1)),
            (-1, Some(-1)),
            (-7, Some(-1)),
            (-8, Some(-8)),
            (-84, Some(-78)),
            (-85, Some(-85)),
            (-92, Some(-85)),
            (-114, Some(-85)),
            (-115, Some(-115)),
            (-145, Some(-145)),
            (-174, Some(-145)),
        ] {
            assert_eq!(latest_stage(&reminders, due, plus(due, -to_go)), stage, "{to_go} days to go");
        }
    }

    #[test]
    fn proclaimed_changes_move_the_sending_days() {
        let policy =
            "absent_statuses = []\n[reminders]\nextra_holidays = [2026-06-15]\nnot_holidays = [2026-05-04]";
        let reminders = Policy::parse(policy).reminders;
        for (day, sends) in [
            ("2026-05-04", true),
            ("2026-05-25", false),
            ("2026-06-15", false),
            ("2026-06-16", true),
            ("2026-06-20", false),
            ("2026-12-28", false),
            ("2026-12-29", true),
        ] {
            assert_eq!(sending_day(&reminders, parse(day)), sends, "{day}");
        }
    }
}
