//! What happens if nobody trains again (spec 2.6).

use chrono::{Days, Months, NaiveDate};

use super::figures::{Counts, ForecastCourse, ForecastMonth, Rate};
use super::judge::{Assessment, Judge, Presence};
use super::rates::{count_pair, count_person, over_everyone};

/// The month-ends strictly after `day`, `months` of them.
pub fn month_ends(day: NaiveDate, months: u32) -> Vec<NaiveDate> {
    let first = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (0..months)
        .filter_map(|ahead| {
            let within = chrono::Datelike::with_day(&first, 1)?.checked_add_months(Months::new(ahead + 1))?;
            within.pred_opt()
        })
        .collect()
}

#[derive(Debug, Default)]
struct Month {
    staff: Rate,
    courses: Vec<Counts>,
}

/// The rates at each of the next `months` month-ends, of the people in post on `as_at`, with the records completed by
/// then and everything else that is known (leave dates, ends of grace, exemptions, rules with dates) taking its course.
pub fn forecast(judge: &Judge<'_>, as_at: NaiveDate, months: u32) -> Vec<ForecastMonth> {
    let ends = month_ends(as_at, months);
    let counted: Vec<Month> = over_everyone(
        judge.view.people.len(),
        |people| {
            let mut counted: Vec<Month> = ends.iter().map(|_| empty_month(judge)).collect();
            let mut assessment = Assessment::default();
            for person in people.filter(|person| judge.presence(*person, as_at) != Presence::NotInPost) {
                for (end, month) in ends.iter().zip(&mut counted) {
                    judge.assess(person, *end, as_at, &mut assessment);
                    add(judge, &assessment, month);
                }
            }
            counted
        },
        |all: &mut Vec<Month>, part| {
            if all.is_empty() {
                *all = part;
                return;
            }
            for (into, from) in all.iter_mut().zip(part) {
                into.staff.counted += from.staff.counted;
                into.staff.up_to_date += from.staff.up_to_date;
                into.courses.iter_mut().zip(from.courses).for_each(|(into, from)| *into += from);
            }
        },
    );
    let nobody = || ends.iter().map(|_| empty_month(judge)).collect();
    let counted = if counted.is_empty() { nobody() } else { counted };
    ends.into_iter().zip(counted).map(|(end, month)| shown(judge, end, &month)).collect()
}

fn empty_month(judge: &Judge<'_>) -> Month {
    Month { staff: Rate::default(), courses: vec![Counts::default(); judge.policy.courses.len()] }
}

fn add(judge: &Judge<'_>, assessment: &Assessment, month: &mut Month) {
    let counts = count_person(assessment, judge.policy.grace);
    month.staff.counted += counts.staff.counted;
    month.staff.up_to_date += counts.staff.up_to_date;
    for course in &assessment.courses {
        if let Some(counts) = month.courses.get_mut(course.course) {
            count_pair(counts, course.state, judge.policy.grace);
        }
    }
}

fn shown(judge: &Judge<'_>, as_at: NaiveDate, month: &Month) -> ForecastMonth {
    let policy = judge.policy;
    let named = |at: usize| policy.requirements.iter().any(|requirement| requirement.course == at);
    let courses = policy.courses.iter().zip(&month.courses).enumerate().filter(|(at, _)| named(*at));
    ForecastMonth {
        as_at,
        staff: month.staff,
        courses: courses
            .map(|(_, (course, counts))| ForecastCourse {
                course: course.code.clone(),
                rate: counts.requirements,
                needed: counts.requirements.needed(course.target.unwrap_or(policy.target)),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn month_ends_are_strictly_after_the_day() {
        for (day, ends) in [
            ("2026-11-22", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
            ("2026-11-29", ["2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"]),
            ("2026-11-30", ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]),
            ("2027-12-31", ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"]),
        ] {
            let expected: Vec<NaiveDate> = ends.iter().map(|end| end.parse().unwrap()).collect();
            assert_eq!(month_ends(day.parse().unwrap(), 4), expected, "after {day}");
        }
    }
}
