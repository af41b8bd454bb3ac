//! What managers are told of their reports, once a week (2.8).
//!
//! Where 2.8 is silent: a post that names no manager is a post whose manager is unknown; `triggers` is not judged.
//! Items of equal due date and course are in the order of the employee number.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use super::days::plus;
use super::files::{Organisation, Person, Register};
use super::remind::{entry, items};
use super::state::Judged;

/// The digests of a planning run on a sending day: none where the week has had them, or before `manager_day`.
pub fn digests(register: &Register, day: NaiveDate, done: &mut BTreeSet<NaiveDate>) -> Vec<Value> {
    let weekday = day.weekday().num_days_from_monday();
    let monday = plus(day, -i64::from(weekday));
    if weekday < register.policy.reminders.manager_day || !done.insert(monday) {
        return Vec::new();
    }
    register.organisations.iter().flat_map(|organisation| digests_of(register, organisation, day)).collect()
}

fn digests_of(register: &Register, organisation: &Organisation, day: NaiveDate) -> Vec<Value> {
    let people: Vec<&Person> =
        register.people.iter().filter(|p| p.organisation == organisation.code).collect();
    let works = |person: &Person| person.in_post(day) && !person.absent(day, &register.policy);
    // What to list for whom: a manager's number, or none for the safeguarding contact.
    let mut lists: BTreeMap<Option<String>, Vec<Value>> = BTreeMap::new();
    for report in people.iter().filter(|p| works(p)) {
        let items = items(register, report, day, |judged| concerns_manager(register, judged, day));
        let posts = report.held(day).into_iter().filter(|post| !post.absent(&register.policy));
        // Someone with two managers is listed to both, someone with one manager twice only once.
        let receivers: BTreeSet<Option<String>> = posts
            .map(|post| {
                let manager = people.iter().find(|p| p.employee_number == post.manager)?;
                let reachable = works(manager) && !manager.email().is_empty();
                let own = manager.employee_number == report.employee_number;
                (reachable && !own).then(|| manager.employee_number.clone())
            })
            .collect();
        for receiver in receivers {
            let list = lists.entry(receiver).or_default();
            list.extend(items.iter().map(|item| entry(register, report, item)));
        }
    }
    // Nothing to list: no message.
    lists.retain(|_, items| !items.is_empty());
    for items in lists.values_mut() {
        items.sort_by_key(|item| ["due_date", "course", "employee_number"].map(|key| item[key].to_string()));
    }
    let address = |number: &Option<String>| match number {
        None => organisation.safeguarding_email.as_str(),
        Some(number) => people.iter().find(|p| p.employee_number == *number).unwrap().email(),
    };
    lists
        .iter()
        .map(|(number, items)| {
            json!({
                "on": day,
                "kind": "manager-digest",
                "organisation": organisation.code,
                "employee_number": number,
                "to": address(number),
                "items": items,
            })
        })
        .collect()
}

/// 2.8: lapsed, not done, or due at most `manager_from_days` days away.
fn concerns_manager(register: &Register, judged: &Judged, day: NaiveDate) -> bool {
    let near = |due: NaiveDate| (due - day).num_days() <= register.policy.reminders.manager_from_days;
    matches!(judged.state, "lapsed" | "not_done") || judged.due.is_some_and(near)
}
