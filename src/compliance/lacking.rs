//! What people lack who are not up to date, and how many of them so many places would bring up to date (spec 2.6).

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::assessment::{Assessment, Presence};
use super::judge::Judge;
use super::rates::{is_behind, over_everyone};
use crate::policy::{CourseIndex, Grace};

/// The sets of courses that people lack, each with how many people lack just these.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct LackedSets {
    people: BTreeMap<Vec<CourseIndex>, u64>,
}

/// What those in post on `as_at` lack who are not up to date on `end`, by what is known on `as_at`, though every booked place
/// is taken up.
pub(crate) fn lacked_with_bookings(judge: &Judge<'_>, as_at: NaiveDate, end: NaiveDate) -> LackedSets {
    over_everyone(
        judge.view.people.len(),
        |people| {
            let (mut lacked, mut assessment) = (LackedSets::default(), Assessment::default());
            for person in people.filter(|person| judge.presence(*person, as_at) != Presence::NotInPost) {
                judge.assess_with_bookings(person, end, as_at, &mut assessment);
                lacked.add(&assessment, judge.policy.grace);
            }
            lacked
        },
        LackedSets::merge,
    )
}

impl LackedSets {
    /// Adds what this person lacks; somebody who lacks nothing adds nothing.
    fn add(&mut self, assessment: &Assessment, grace: Grace) {
        let lacked = || assessment.courses.iter().filter(|course| is_behind(course.state, grace));
        if lacked().next().is_none() {
            return;
        }
        let mut set: Vec<CourseIndex> = lacked().map(|course| course.course).collect();
        set.sort_unstable();
        *self.people.entry(set).or_default() += 1;
    }

    fn merge(&mut self, other: Self) {
        other.people.into_iter().for_each(|(set, people)| *self.people.entry(set).or_default() += people);
    }

    /// How many people so many places of each course bring up to date, where those who lack fewest courses get them
    /// first, and nobody gets one who would still lack another.
    pub(crate) fn brought_up_by(&self, places: &BTreeMap<CourseIndex, u64>) -> u64 {
        let mut left = places.clone();
        let mut sets: Vec<(&Vec<CourseIndex>, u64)> =
            self.people.iter().map(|(set, people)| (set, *people)).collect();
        sets.sort_by_key(|(set, _)| set.len());
        let mut brought_up = 0;
        for (set, people) in sets {
            let places = set.iter().map(|course| left.get(course).copied().unwrap_or_default());
            let served = places.min().unwrap_or_default().min(people);
            for course in set {
                left.entry(*course).and_modify(|places| *places -= served);
            }
            brought_up += served;
        }
        brought_up
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sets(people: &[(&[u16], u64)]) -> LackedSets {
        let set = |of: &[u16]| of.iter().map(|course| CourseIndex::from(*course)).collect();
        LackedSets { people: people.iter().map(|(of, people)| (set(of), *people)).collect() }
    }

    #[test]
    fn places_go_first_to_those_who_lack_fewest_and_to_nobody_who_would_still_lack_another() {
        for (people, places, expected) in [
            (&[(&[1_u16][..], 5_u64), (&[2], 3), (&[1, 2], 4)][..], &[(1_u16, 6_u64), (2, 10)][..], 9),
            (&[(&[1], 5), (&[2], 3), (&[1, 2], 4)], &[(1, 5)], 5),
            (&[(&[1, 2], 4)], &[(1, 4)], 0),
            (&[(&[1, 2], 4)], &[(1, 4), (2, 3)], 3),
            (&[(&[1], 2)], &[(1, 9)], 2),
            (&[(&[1], 2)], &[], 0),
            (&[], &[(1, 9)], 0),
        ] {
            let places =
                places.iter().map(|(course, places)| (CourseIndex::from(*course), *places)).collect();
            assert_eq!(sets(people).brought_up_by(&places), expected, "{people:?} {places:?}");
        }
    }
}
