//! The figures (2.5) as `status` gives them.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::files::{Person, Register};
use super::people::{single_spaced, unit_path};
use super::policy::Exact;
use super::state::{Judged, position};

/// A person in post with what counts for a group.
#[derive(Clone)]
pub struct Member<'a> {
    pub person: &'a Person,
    pub absent: bool,
    pub courses: Vec<Judged>,
}

/// Everyone in post on a day, with what they need.
pub fn members<'a>(
    register: &'a Register,
    day: NaiveDate,
    records_by: NaiveDate,
    organisation: Option<&str>,
) -> Vec<Member<'a>> {
    register
        .people
        .iter()
        .filter(|p| organisation.is_none_or(|code| p.organisation == code))
        .filter(|p| p.in_post(day))
        .map(|person| Member {
            person,
            absent: person.absent(day, &register.policy),
            courses: position(register, person, day, records_by).courses,
        })
        .collect()
}

/// 4.1: fractions of 1 with six decimals, rounded down, or null.
pub fn fraction(num: i128, den: i128) -> Value {
    if den == 0 {
        return Value::Null;
    }
    let millionths = (num * 1_000_000).div_euclid(den);
    json!(millionths as f64 / 1_000_000.0)
}

/// A percentage as a fraction.
pub fn percent(value: Exact) -> Value {
    fraction(value.num, value.den * 100)
}

/// 2.5: whether `up` of `counted` is at least `target - margin` percent, on the exact counts.
pub fn reaches(up: i128, counted: i128, target: Exact, margin: Exact) -> bool {
    // 100 * up / counted >= target - margin, with everything multiplied out.
    let bound = target.num * margin.den - margin.num * target.den;
    100 * up * target.den * margin.den >= bound * counted
}

/// The counts of a group.
pub struct Counts {
    pub in_post: usize,
    pub people: i128,
    pub people_up_to_date: i128,
    pub pairs: i128,
    pub pairs_up_to_date: i128,
    pub due_soon: usize,
    pub lapsed: usize,
    pub not_done: usize,
    pub in_grace: usize,
    pub exempt: usize,
}

/// 2.5: the counts over people and over person-course pairs.
pub fn count(register: &Register, members: &[Member]) -> Counts {
    let grace_counts = register.policy.grace_counts;
    let mut people = 0;
    let mut people_up_to_date = 0;
    for member in members {
        let counted: Vec<&Judged> = member.courses.iter().filter(|c| c.counted(grace_counts)).collect();
        if !counted.is_empty() {
            people += 1;
            people_up_to_date += i128::from(counted.iter().all(|c| c.up_to_date()));
        }
    }
    let pairs: Vec<&Judged> = members.iter().flat_map(|m| &m.courses).collect();
    let of = |state: &str| pairs.iter().filter(|c| c.state == state).count();
    Counts {
        in_post: members.len(),
        people,
        people_up_to_date,
        pairs: pairs.iter().filter(|c| c.counted(grace_counts)).count() as i128,
        pairs_up_to_date: pairs.iter().filter(|c| c.up_to_date()).count() as i128,
        due_soon: of("due_soon"),
        lapsed: of("lapsed"),
        // 2.2: with `grace = "count"` what is in grace counts as not done.
        not_done: of("not_done") + if grace_counts { of("in_grace") } else { 0 },
        in_grace: if grace_counts { 0 } else { of("in_grace") },
        exempt: of("exempt"),
    }
}

/// The `staff`, `requirements`, `target` and `rag` of a group (4.1).
fn figures(register: &Register, counts: &Counts, target: Exact) -> Value {
    let nothing = Exact { num: 0, den: 1 };
    let rag = if counts.people == 0 {
        Value::Null
    } else if reaches(counts.people_up_to_date, counts.people, target, nothing) {
        json!("green")
    } else if reaches(counts.people_up_to_date, counts.people, target, register.policy.amber_margin) {
        json!("amber")
    } else {
        json!("red")
    };
    json!({
        "target": percent(target),
        "rag": rag,
        "staff": {
            "in_post": counts.in_post,
            "counted": counts.people as i64,
            "up_to_date": counts.people_up_to_date as i64,
            "rate": fraction(counts.people_up_to_date, counts.people),
        },
        "requirements": {
            "counted": counts.pairs as i64,
            "up_to_date": counts.pairs_up_to_date as i64,
            "due_soon": counts.due_soon,
            "lapsed": counts.lapsed,
            "not_done": counts.not_done,
            "rate": fraction(counts.pairs_up_to_date, counts.pairs),
        },
    })
}

/// The answer of `status`.
pub fn status(register: &Register, as_at: NaiveDate, by: Option<&str>, organisation: Option<&str>) -> Value {
    let members = members(register, as_at, as_at, organisation);
    let counts = count(register, &members);
    let mut answer = figures(register, &counts, register.policy.target);
    answer["as_at"] = json!(as_at);
    answer["excluded"] = json!({
        "absent": members.iter().filter(|m| m.absent).count(),
        "in_grace": counts.in_grace,
        "exempt": counts.exempt,
    });
    answer["groups"] = match by {
        None => json!([]),
        Some("course") => by_course(register, &members),
        Some(by) => by_place(register, &members, by, as_at),
    };
    answer
}

fn group(register: &Register, by: &str, key: &str, members: &[Member], target: Exact) -> Value {
    let mut group = figures(register, &count(register, members), target);
    group["by"] = json!(by);
    group["key"] = json!(key);
    group["organisation"] = Value::Null;
    group["title"] = Value::Null;
    group
}

/// The members who need a course, with that course alone (2.5, by course).
pub fn who_need<'a>(members: &[Member<'a>], course: usize) -> Vec<Member<'a>> {
    members
        .iter()
        .filter(|m| m.courses.iter().any(|c| c.course == course))
        .map(|m| {
            let courses = m.courses.iter().filter(|c| c.course == course).cloned().collect();
            Member { courses, ..m.clone() }
        })
        .collect()
}

/// 2.5: a group for every course that some requirement names, in the policy's order, also with nobody in it.
fn by_course(register: &Register, members: &[Member]) -> Value {
    let groups = register.policy.required_courses().into_iter().map(|course| {
        let target = register.policy.target_of(course);
        let code = &register.policy.courses[course].code;
        let mut group = group(register, "course", code, &who_need(members, course), target);
        group["title"] = json!(register.policy.courses[course].title);
        group
    });
    groups.collect()
}

/// 2.5: the (organisation, key) of every group a member is in: by their primary assignment; by unit every node of
/// the tree at or above theirs.
fn keys(member: &Member, by: &str, day: NaiveDate) -> Vec<(String, String)> {
    let post = member.person.primary(day);
    let organisation = member.person.organisation.clone();
    match by {
        "staff-group" => vec![(String::new(), single_spaced(&post.staff_group))],
        "job-title" => vec![(String::new(), single_spaced(&post.job_title))],
        "organisation" => vec![(organisation.clone(), organisation)],
        "unit" => {
            let path = unit_path(&post.unit);
            let steps: Vec<&str> = path.split(" / ").collect();
            (1..=steps.len()).map(|depth| (organisation.clone(), steps[..depth].join(" / "))).collect()
        }
        other => panic!("no grouping by {other}"),
    }
}

fn by_place(register: &Register, members: &[Member], by: &str, day: NaiveDate) -> Value {
    let mut all: Vec<(String, String)> = members.iter().flat_map(|m| keys(m, by, day)).collect();
    all.sort();
    all.dedup();
    let groups = all.into_iter().map(|place| {
        let within: Vec<Member> =
            members.iter().filter(|m| keys(m, by, day).contains(&place)).cloned().collect();
        let (organisation, key) = place;
        let mut group = group(register, by, &key, &within, register.policy.target);
        if !organisation.is_empty() {
            group["organisation"] = json!(organisation);
        }
        if by == "organisation" {
            let named = register.organisations.iter().find(|o| o.code == key).unwrap();
            group["title"] = json!(named.name);
        }
        group
    });
    groups.collect()
}
