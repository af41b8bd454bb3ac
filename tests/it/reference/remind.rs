//! Who is reminded of what on which day (2.8): the staff reminders, their memory, and the account.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use super::days::{bank_holidays, plus};
use super::files::Register;
use super::policy::Reminders;
use super::state::{Judged, position};

/// What was planned before: organisation, employee number, course, due date, stage.
#[derive(Debug, Default, Clone)]
pub struct Told(BTreeSet<(String, String, usize, NaiveDate, i64)>);

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

/// One planning run. What it plans is remembered; held counts as planned.
pub fn remind(register: &Register, day: NaiveDate, told: &mut Told) -> Value {
    let mut messages = Vec::new();
    let mut account = json!({
        "considered": 0, "nothing_due": 0, "no_email": 0, "already_told": 0, "messaged": 0, "held": 0,
    });
    if !sending_day(&register.policy.reminders, day) {
        return json!({ "messages": messages });
    }
    for organisation in &register.organisations {
        let (planned, outcome) = run(register, &organisation.code, day, told);
        for key in ["considered", "nothing_due", "no_email", "already_told", "messaged", "held"] {
            let so_far = account[key].as_i64().unwrap();
            account[key] = json!(so_far + outcome[key].as_i64().unwrap_or(0));
        }
        messages.extend(planned);
    }
    json!({ "messages": messages, "account": account })
}

/// One organisation's part of a run: its messages and its part of the account.
fn run(register: &Register, code: &str, day: NaiveDate, told: &mut Told) -> (Vec<Value>, Value) {
    let people = register.people.iter().filter(|p| p.organisation == code && p.in_post(day));
    let in_post = people.clone().count() as i128;
    let mut messages = Vec::new();
    let (mut considered, mut nothing_due, mut no_email, mut already_told) = (0, 0, 0, 0);
    for person in people.filter(|p| !p.absent(day, &register.policy)) {
        considered += 1;
        let mut items = Vec::new();
        for judged in position(register, person, day, day).courses.into_iter().filter(listed) {
            let due = judged.due.unwrap();
            let stage = latest_stage(&register.policy.reminders, due, day);
            items.push((judged, due, stage));
        }
        // The account: each person in the first that fits.
        if items.iter().all(|(_, _, stage)| stage.is_none()) {
            nothing_due += 1;
            continue;
        }
        if person.email().is_empty() {
            no_email += 1;
            continue;
        }
        let known = |judged: &Judged, due: NaiveDate, stage: i64| {
            let (number, course) = (person.employee_number.clone(), judged.course);
            (person.organisation.clone(), number, course, due, stage)
        };
        let triggers = |told: &Told, (judged, due, stage): &(Judged, NaiveDate, Option<i64>)| {
            stage.is_some_and(|stage| !told.0.contains(&known(judged, *due, stage)))
        };
        if !items.iter().any(|item| triggers(told, item)) {
            already_told += 1;
            continue;
        }
        let code_of = |course: usize| register.policy.courses[course].code.clone();
        items.sort_by_key(|item| (!triggers(told, item), item.1, code_of(item.0.course)));
        let entries: Vec<Value> = items
            .iter()
            .map(|item| {
                json!({
                    "employee_number": person.employee_number,
                    "course": code_of(item.0.course),
                    "state": item.0.state,
                    "due_date": item.1,
                    "stage": item.2,
                    "triggers": triggers(told, item),
                })
            })
            .collect();
        messages.push(json!({
            "on": day,
            "kind": "reminder",
            "organisation": person.organisation,
            "employee_number": person.employee_number,
            "to": person.email(),
            "items": entries,
        }));
        for (judged, due, stage) in &items {
            if let Some(stage) = stage {
                told.0.insert(known(judged, *due, *stage));
            }
        }
    }
    // The mail brake: more than `max_messages` percent of everyone in post; below 50 in post it never acts.
    let most = register.policy.reminders.max_messages;
    let held = in_post >= 50 && 100 * messages.len() as i128 * most.den > most.num * in_post;
    let planned = if held { "held" } else { "messaged" };
    let mut account = json!({
        "considered": considered, "nothing_due": nothing_due, "no_email": no_email, "already_told": already_told,
    });
    account[planned] = json!(messages.len());
    (messages, account)
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
