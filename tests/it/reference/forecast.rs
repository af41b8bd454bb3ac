//! What becomes of the rates if nobody trains again (2.6).

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::days::month_ends_after;
use super::files::Register;
use super::policy::Exact;
use super::status::{Member, count, fraction, members, reaches, who_need};

/// The answer of `forecast`.
pub fn forecast(register: &Register, day: NaiveDate, months: usize, organisation: Option<&str>) -> Value {
    let ends = month_ends_after(day, months);
    let months: Vec<Value> = ends.into_iter().map(|end| month(register, day, end, organisation)).collect();
    json!({ "months": months })
}

/// 2.6: a month-end, over the people in post on D and the records completed by D; everything else as at the
/// month-end.
fn month(register: &Register, day: NaiveDate, end: NaiveDate, organisation: Option<&str>) -> Value {
    let members: Vec<Member> = members(register, end, day, organisation)
        .into_iter()
        .filter(|member| member.person.in_post(day))
        .collect();
    let all = count(register, &members);
    let courses: Vec<Value> = register
        .policy
        .required_courses()
        .into_iter()
        .map(|course| {
            let counts = count(register, &who_need(&members, course));
            json!({
                "course": register.policy.courses[course].code,
                "counted": counts.people as i64,
                "up_to_date": counts.people_up_to_date as i64,
                "rate": fraction(counts.people_up_to_date, counts.people),
                "needed": needed(counts.people_up_to_date, counts.people, register.policy.target_of(course)),
            })
        })
        .collect();
    json!({
        "as_at": end,
        "staff": {
            "counted": all.people as i64,
            "up_to_date": all.people_up_to_date as i64,
            "rate": fraction(all.people_up_to_date, all.people),
        },
        "courses": courses,
    })
}

/// 2.6: the smallest number of further people that puts the course at its target; 0 where nobody is counted.
fn needed(up: i128, counted: i128, target: Exact) -> i64 {
    let nothing = Exact { num: 0, den: 1 };
    let mut more = 0;
    while counted > 0 && !reaches(up + more, counted, target, nothing) {
        more += 1;
    }
    more as i64
}
