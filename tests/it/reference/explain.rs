//! What `explain` and `staff` say of single people (4.1).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::files::{Person, Register};
use super::remind::{Told, next_reminder};
use super::state::{Judged, position};

fn course(register: &Register, judged: &Judged) -> Value {
    json!({
        "course": register.policy.courses[judged.course].code,
        "state": judged.state,
        "due_date": judged.due,
        "lapse_date": judged.lapse,
    })
}

/// The answer of `explain`, as far as it is judged: not the assignments, records and selectors, and of the reminders
/// the next one alone, where it is near or there is nobody to send it to.
pub fn explain(
    register: &Register,
    told: &Told,
    number: &str,
    organisation: Option<&str>,
    as_at: NaiveDate,
) -> Value {
    let person = register
        .people
        .iter()
        .find(|p| p.employee_number == number && organisation.is_none_or(|code| p.organisation == code))
        .unwrap_or_else(|| panic!("nobody has the number {number}"));
    let position = position(register, person, as_at, as_at);
    let code = |course: usize| &register.policy.courses[course].code;
    json!({
        "employee_number": person.employee_number,
        "name": person.name(),
        "organisation": person.organisation,
        "in_post": person.in_post(as_at),
        "absent": person.absent(as_at, &register.policy),
        "courses": position.courses.iter().map(|judged| {
            let mut entry = course(register, judged);
            entry["because"] = judged.because.iter().map(|n| json!({ "requirement": n })).collect();
            if let Some((hours, initial)) = judged.hours {
                let [needed, participatory_needed, counted, participatory] = hours.map(|sum| sum as f64 / 100.0);
                entry["hours"] = json!({
                    "needed": needed,
                    "participatory_needed": participatory_needed,
                    "counted": counted,
                    "participatory": participatory,
                    "initial": initial,
                });
            }
            if person.email().is_empty() {
                entry["next_reminder"] = Value::Null;
            } else if let Some(next) = next_reminder(register, person, judged.course, as_at, told) {
                entry["next_reminder"] = json!(next);
            }
            entry
        }).collect::<Vec<_>>(),
        "covered": position.covered.iter().map(|(lower, upper)| {
            json!({ "course": code(*lower), "covered_by": code(*upper) })
        }).collect::<Vec<_>>(),
    })
}

/// The answer of `staff` without filters: everyone in post, by organisation and employee number.
pub fn staff(register: &Register, as_at: NaiveDate, organisation: Option<&str>) -> Value {
    let entry = |person: &Person| {
        json!({
            "organisation": person.organisation,
            "employee_number": person.employee_number,
            "name": person.name(),
            "courses": position(register, person, as_at, as_at)
                .courses
                .iter()
                .map(|judged| course(register, judged))
                .collect::<Vec<_>>(),
        })
    };
    let people: Vec<Value> = register
        .people
        .iter()
        .filter(|p| organisation.is_none_or(|code| p.organisation == code) && p.in_post(as_at))
        .map(entry)
        .collect();
    json!({ "people": people })
}
