//! What happens if nobody trains again, and if only those with a booked place do (spec 2.6).

use chrono::{Days, Months, NaiveDate};

use super::assessment::{Assessment, Presence};
use super::figures::{ForecastBooked, ForecastCourse, ForecastMonth, GroupCounts, HeadlineNeeds, Rate};
use super::judge::Judge;
use super::rates::{count_pair, count_person, lacking, over_everyone};
use crate::policy::CourseIndex;
use crate::register::Indexed;

/// The month-ends strictly after `day`, `months` of them.
pub(crate) fn month_ends(day: NaiveDate, months: u32) -> Vec<NaiveDate> {
    let first = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (0..months)
        .filter_map(|ahead| {
            let within = chrono::Datelike::with_day(&first, 1)?.checked_add_months(Months::new(ahead + 1))?;
            within.pred_opt()
        })
        .collect()
}

/// The counts of a month-end under one assumption.
#[derive(Debug, Default)]
struct MonthEndCounts {
    staff: Rate,
    lacking_one: u64,
    courses: Indexed<CourseIndex, GroupCounts>,
}

#[derive(Debug)]
struct MonthEndForecast {
    nobody_trains: MonthEndCounts,
    booked: MonthEndCounts,
}

/// The rates at each of the next `months` month-ends, of the people in post on `as_at`, with the records completed by
/// then and everything else that is known (leave dates, ends of grace, exemptions, rules with dates) taking its course.
pub fn forecast(judge: &Judge<'_>, as_at: NaiveDate, months: u32) -> Vec<ForecastMonth> {
    let ends = month_ends(as_at, months);
    let counted: Vec<MonthEndForecast> = over_everyone(
        judge.view.people.len(),
        |people| {
            let mut counted: Vec<MonthEndForecast> = ends.iter().map(|_| empty_month(judge)).collect();
            let (mut assessment, mut with_bookings) = (Assessment::default(), Assessment::default());
            let mut turns = Vec::new();
            for person in people.filter(|person| judge.presence(*person, as_at) != Presence::NotInPost) {
                let has_bookings = judge.view.bookings(person, as_at).next().is_some();
                judge.turns(person, &mut turns);
                let mut judged_on = None;
                for (end, month) in ends.iter().zip(&mut counted) {
                    if !is_judged_alike(&turns, judged_on, *end) {
                        judge.assess(person, *end, as_at, &mut assessment);
                        judged_on = Some(*end);
                    }
                    add(judge, &assessment, &mut month.nobody_trains);
                    if has_bookings {
                        judge.assess_with_bookings(person, *end, as_at, &mut with_bookings);
                        add(judge, &with_bookings, &mut month.booked);
                    } else {
                        add(judge, &assessment, &mut month.booked);
                    }
                }
            }
            counted
        },
        |all: &mut Vec<MonthEndForecast>, part| {
            if all.is_empty() {
                *all = part;
                return;
            }
            for (into, from) in all.iter_mut().zip(part) {
                into.nobody_trains.merge(from.nobody_trains);
                into.booked.merge(from.booked);
            }
        },
    );
    let nobody = || ends.iter().map(|_| empty_month(judge)).collect();
    let counted = if counted.is_empty() { nobody() } else { counted };
    ends.into_iter().zip(counted).map(|(end, month)| shown(judge, end, &month)).collect()
}

/// Whether a person whose `turns` these are is judged on `day` as on the earlier day they were judged on: most people
/// turn in few of the months, and are judged only then.
fn is_judged_alike(turns: &[NaiveDate], judged_on: Option<NaiveDate>, day: NaiveDate) -> bool {
    judged_on.is_some_and(|before| {
        let next = turns.partition_point(|turn| *turn <= before);
        turns.get(next).is_none_or(|turn| *turn > day)
    })
}

impl MonthEndCounts {
    fn merge(&mut self, other: Self) {
        self.staff.counted += other.staff.counted;
        self.staff.up_to_date += other.staff.up_to_date;
        self.lacking_one += other.lacking_one;
        self.courses.iter_mut().zip(other.courses).for_each(|(into, from)| *into += from);
    }
}

fn empty_month(judge: &Judge<'_>) -> MonthEndForecast {
    let empty = || MonthEndCounts {
        staff: Rate::default(),
        lacking_one: 0,
        courses: Indexed::filled(GroupCounts::default(), judge.policy.courses.len()),
    };
    MonthEndForecast { nobody_trains: empty(), booked: empty() }
}

fn add(judge: &Judge<'_>, assessment: &Assessment, line: &mut MonthEndCounts) {
    let counts = count_person(assessment, judge.policy.grace);
    line.staff.counted += counts.staff.counted;
    line.staff.up_to_date += counts.staff.up_to_date;
    line.lacking_one += u64::from(lacking(&counts) == 1);
    for course in &assessment.courses {
        if let Some(counts) = line.courses.get_mut(course.course) {
            count_pair(counts, course.state, judge.policy.grace);
        }
    }
}

fn shown(judge: &Judge<'_>, as_at: NaiveDate, month: &MonthEndForecast) -> ForecastMonth {
    ForecastMonth {
        as_at,
        staff: month.nobody_trains.staff,
        headline: Some(headline(judge, &month.nobody_trains)),
        courses: courses(judge, &month.nobody_trains),
        booked: Some(ForecastBooked {
            staff: month.booked.staff,
            headline: Some(headline(judge, &month.booked)),
            courses: courses(judge, &month.booked),
        }),
    }
}

fn headline(judge: &Judge<'_>, line: &MonthEndCounts) -> HeadlineNeeds {
    HeadlineNeeds { needed: line.staff.needed(judge.policy.target), lacking_one: line.lacking_one }
}

fn courses(judge: &Judge<'_>, line: &MonthEndCounts) -> Vec<ForecastCourse> {
    let policy = judge.policy;
    let courses = policy.courses.placed().zip(&line.courses).filter(|((at, _), _)| policy.is_required(*at));
    courses
        .map(|((_, course), counts)| ForecastCourse {
            course: course.code.clone(),
            rate: counts.requirements,
            needed: counts.requirements.needed(course.target.unwrap_or(policy.target)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::compliance::{GroupBy, rates};
    use crate::policy::{Policy, parse};
    use crate::register::{Booking, Texts, View};
    use crate::sample::{self, SamplePost, day, record};

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

    fn policy() -> Policy {
        let text = r#"
            [[course]]
            code = "L1"
            valid_months = 12
            [[course]]
            code = "L2"
            valid_months = 36
            satisfies = ["L1"]
            default_hours = 4
            [[course]]
            code = "L3"
            satisfies = ["L2"]
            valid_months = 6
            default_hours = 8
            [[requirement]]
            course = "L1"
            [[requirement]]
            course = "L2"
            job_titles = ["Nurse"]
            within_days = 90
            [[requirement]]
            course = "L3"
            job_titles = ["Doctor"]
            within_days = 365
            hours = 12
        "#;
        parse(text, "policy.toml").unwrap().policy
    }

    /// A person: job title, records and booked places as (course, day).
    type Given = (&'static str, Vec<(u16, NaiveDate)>, Vec<(u16, NaiveDate)>);

    /// People in post since 2026; their booked places are bookings, or records already.
    fn view(people: &[Given], bookings_are_records: bool) -> View {
        let mut builder = sample::register(&["L1", "L2", "L3"]);
        for (staff_id, (job_title, records, bookings)) in (1..).zip(people) {
            let owner = sample::person(&mut builder, staff_id);
            let post = SamplePost { job_title, start_on: day("2026-01-05"), ..SamplePost::default() };
            sample::post(&mut builder, owner, &post);
            for (course, completed_on) in records {
                builder.record(owner, record(*course, *completed_on));
            }
            for (course, takes_place_on) in bookings.iter().copied() {
                if bookings_are_records {
                    builder.record(owner, record(course, takes_place_on));
                } else {
                    let course = course.into();
                    builder.booking(owner, Booking { course, takes_place_on, place: Texts::EMPTY });
                }
            }
        }
        builder.finish()
    }

    #[test]
    fn a_booked_place_is_a_completion_from_its_day_on_and_nothing_in_the_first_line() {
        let people = [("Nurse", vec![], vec![(1, day("2026-12-31"))]), ("Nurse", vec![], vec![])];
        let view = view(&people, false);
        let policy = policy();
        let months = forecast(&Judge::new(&view, &policy), day("2026-11-24"), 3);
        let lines: Vec<(u64, u64)> = months
            .iter()
            .map(|month| (month.staff.up_to_date, month.booked.as_ref().unwrap().staff.up_to_date))
            .collect();
        assert_eq!(lines, [(0, 0), (0, 1), (0, 1)]);
        let needed = |month: usize| {
            let course = &months[month].booked.as_ref().unwrap().courses[1];
            (course.course.as_str(), course.needed, months[month].courses[1].needed)
        };
        assert_eq!(needed(0), ("L2", 2, 2));
        assert_eq!(needed(1), ("L2", 1, 2));
    }

    fn dates(from: &str, days: u64) -> impl Strategy<Value = NaiveDate> {
        let from = day(from);
        (0..days).prop_map(move |ahead| from + Days::new(ahead))
    }

    fn given() -> impl Strategy<Value = Given> {
        (
            prop_oneof![Just("Nurse"), Just("Doctor"), Just("Porter")],
            prop::collection::vec((0u16..3, dates("2024-06-01", 900)), 0..4),
            prop::collection::vec((0u16..3, dates("2026-11-24", 400)), 0..4),
        )
    }

    proptest! {
        #[test]
        fn the_second_line_is_what_the_rates_become_if_every_booked_place_is_taken_up(
            people in prop::collection::vec(given(), 1..6),
        ) {
            let as_at = day("2026-11-24");
            let records_by_then = |people: &[Given]| -> Vec<Given> {
                let of = |(title, records, bookings): &Given| {
                    let records = records.iter().copied().filter(|(_, on)| *on < as_at).collect();
                    (*title, records, bookings.clone())
                };
                people.iter().map(of).collect()
            };
            let people = records_by_then(&people);
            let policy = policy();
            let (booked, taken_up) = (view(&people, false), view(&people, true));
            let months = forecast(&Judge::new(&booked, &policy), as_at, 12);
            let judge = Judge::new(&taken_up, &policy);
            for month in months {
                let expected = rates(&judge, month.as_at, &[GroupBy::Course]);
                let second = month.booked.unwrap();
                prop_assert_eq!(second.staff, expected.all.staff, "{}", month.as_at);
                let courses: Vec<Rate> = second.courses.iter().map(|course| course.rate).collect();
                let expected: Vec<Rate> =
                    expected.groups.iter().map(|group| group.counts.requirements).collect();
                prop_assert_eq!(courses, expected, "{}", month.as_at);
            }
        }
    }
}
