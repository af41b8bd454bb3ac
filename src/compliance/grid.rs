//! Units by courses: where which course is short.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::assessment::Assessment;
use super::figures::{GroupCounts, Rate};
use super::judge::Judge;
use super::rates::{count_pair, over_everyone};
use crate::policy::{CourseIndex, unit_key};
use crate::register::{Indexed, TextId, UnitPath};

/// How many levels of the tree of units are told apart; who is further down counts in the unit of the last.
const LEVELS: usize = 2;

/// The rate of each course in one unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitCourses {
    /// The unit's path; `""` for people without one.
    pub unit: String,
    /// The rate of each course some requirement names, in the policy's order.
    pub courses: Vec<Rate>,
}

/// The rate of each course in each unit of the first two levels, by path; people of different organisations whose units
/// have the same path are counted together. As by unit, each unit counts everyone at or below it (spec 2.5).
pub(crate) fn unit_courses(judge: &Judge<'_>, as_at: NaiveDate) -> Vec<UnitCourses> {
    let courses = judge.policy.courses.len();
    let found = over_everyone(
        judge.view.people.len(),
        |people| {
            let mut units: BTreeMap<TextId, Indexed<CourseIndex, GroupCounts>> = BTreeMap::new();
            let mut assessment = Assessment::default();
            for person in people {
                judge.assess(person, as_at, as_at, &mut assessment);
                let Some(primary) = judge.primary(person, as_at) else { continue };
                let unit = units
                    .entry(primary.unit)
                    .or_insert_with(|| Indexed::filled(GroupCounts::default(), courses));
                for course in &assessment.courses {
                    if let Some(counts) = unit.get_mut(course.course) {
                        count_pair(counts, course.state, judge.policy.grace);
                    }
                }
            }
            units
        },
        |all, part| {
            for (unit, counts) in part {
                add(all.entry(unit).or_default(), &counts);
            }
        },
    );
    by_path(judge, &found)
}

fn add(into: &mut Indexed<CourseIndex, GroupCounts>, from: &Indexed<CourseIndex, GroupCounts>) {
    if into.is_empty() {
        *into = Indexed::filled(GroupCounts::default(), from.len());
    }
    into.iter_mut().zip(from).for_each(|(into, from)| *into += *from);
}

fn by_path(
    judge: &Judge<'_>,
    found: &BTreeMap<TextId, Indexed<CourseIndex, GroupCounts>>,
) -> Vec<UnitCourses> {
    let mut paths: BTreeMap<String, Indexed<CourseIndex, GroupCounts>> = BTreeMap::new();
    for (unit, counts) in found {
        let path = unit_key(judge.view.texts.get(*unit));
        for node in UnitPath(&path).units_down().take(LEVELS) {
            add(paths.entry(node.0.to_owned()).or_default(), counts);
        }
    }
    paths
        .into_iter()
        .map(|(unit, counts)| {
            let named = counts.placed().filter(|(at, _)| judge.policy.is_required(*at));
            UnitCourses { unit, courses: named.map(|(_, counts)| counts.requirements).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::{GroupBy, rates};
    use crate::policy::parse;
    use crate::register::View;
    use crate::sample::{self, SamplePost, day, record};

    const POLICY: &str = r#"
        [[course]]
        code = "L1"
        valid_months = 36
        [[course]]
        code = "EXTRA"
        [[course]]
        code = "L2"
        valid_months = 36
        [[requirement]]
        course = "L1"
        [[requirement]]
        course = "L2"
        job_titles = ["Nurse"]
    "#;

    /// People in post since 2020: job title, unit and the courses done in January 2026.
    fn view(people: &[(&str, &str, &[u16])]) -> View {
        let mut builder = sample::register(&["L1", "EXTRA", "L2"]);
        for (staff_id, (job_title, unit, records)) in (1..).zip(people) {
            let owner = sample::person(&mut builder, staff_id);
            sample::post(&mut builder, owner, &SamplePost { job_title, unit, ..SamplePost::default() });
            for course in *records {
                builder.record(owner, record(*course, day("2026-01-15")));
            }
        }
        builder.finish()
    }

    #[test]
    fn each_unit_counts_everyone_below_it_and_the_courses_add_up_to_those_of_everyone() {
        let policy = parse(POLICY, "policy.toml").unwrap().policy;
        let view = view(&[
            ("Nurse", "Surgery / Theatres / Recovery", &[0, 2]),
            ("Nurse", "Surgery / Theatres", &[0]),
            ("Porter", "Surgery", &[]),
            ("Porter", "", &[0]),
        ]);
        let judge = Judge::new(&view, &policy);
        let as_at = day("2026-10-31");
        let found: Vec<(String, Vec<(u64, u64)>)> = unit_courses(&judge, as_at)
            .into_iter()
            .map(|unit| {
                let of = |rate: &Rate| (rate.up_to_date, rate.counted);
                (unit.unit, unit.courses.iter().map(of).collect())
            })
            .collect();
        assert_eq!(
            found,
            [
                (String::new(), vec![(1, 1), (0, 0)]),
                ("Surgery".to_owned(), vec![(2, 3), (1, 2)]),
                ("Surgery / Theatres".to_owned(), vec![(2, 2), (1, 2)]),
            ]
        );
        let all = rates(&judge, as_at, &[GroupBy::Course]);
        let whole: Vec<u64> = all.groups.iter().map(|group| group.counts.requirements.counted).collect();
        assert_eq!(whole, [4, 2], "those without a unit and those of Surgery are everyone");
    }
}
