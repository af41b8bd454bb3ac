//! What another policy would change: who would become, or stop being, up to date (spec 4 `policy impact`).

use std::collections::{BTreeMap, HashMap};
use std::ops::AddAssign;

use chrono::NaiveDate;

use super::assessment::{Assessment, Presence};
use super::figures::{GroupCounts, Rate};
use super::judge::Judge;
use super::rates::{count_pair, count_person, over_everyone};
use crate::policy::{Course, CourseIndex, unit_key};
use crate::register::{Indexed, OrganisationIndex, PersonIndex, PersonRange, TextId, UnitPath, index};

index! {
    /// The place of a course in [`Impact::courses`].
    pub(crate) ImpactCourseIndex(u16)
}

/// How a person, or one course of theirs, counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum CountedAs {
    /// Not at all: nothing is needed, or it is in grace or exempt, or they are absent.
    #[default]
    NotCounted,
    /// Counted, and not up to date.
    Behind,
    /// Counted, and up to date.
    UpToDate,
}

impl CountedAs {
    /// The name as JSON writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotCounted => "not_counted",
            Self::Behind => "not_up_to_date",
            Self::UpToDate => "up_to_date",
        }
    }

    fn of(rate: Rate) -> Self {
        match rate {
            Rate { counted: 0, .. } => Self::NotCounted,
            Rate { counted, up_to_date } if counted == up_to_date => Self::UpToDate,
            Rate { .. } => Self::Behind,
        }
    }
}

/// What changes in a group, counted each in one way: of people, or of pairs of a person and a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct RateChange {
    /// As things stand.
    pub(crate) before: Rate,
    /// Under the other policy.
    pub(crate) after: Rate,
    /// Counted before and after: not up to date, and then so.
    pub(crate) become_up_to_date: u64,
    /// Counted before and after: up to date, and then not.
    pub(crate) stop_being: u64,
    /// Counted only after, and up to date.
    pub(crate) newly_up_to_date: u64,
    /// Counted only after, and not up to date.
    pub(crate) newly_behind: u64,
    /// Counted only before.
    pub(crate) no_longer_counted: u64,
}

impl RateChange {
    fn add(&mut self, before: CountedAs, after: CountedAs) {
        use CountedAs::{Behind, NotCounted, UpToDate};
        for (rate, standing) in [(&mut self.before, before), (&mut self.after, after)] {
            rate.counted += u64::from(standing != NotCounted);
            rate.up_to_date += u64::from(standing == UpToDate);
        }
        match (before, after) {
            (Behind, UpToDate) => self.become_up_to_date += 1,
            (UpToDate, Behind) => self.stop_being += 1,
            (NotCounted, UpToDate) => self.newly_up_to_date += 1,
            (NotCounted, Behind) => self.newly_behind += 1,
            (Behind | UpToDate, NotCounted) => self.no_longer_counted += 1,
            (NotCounted, NotCounted) | (Behind, Behind) | (UpToDate, UpToDate) => {}
        }
    }

    /// Whether anything changes.
    pub(crate) fn is_any(&self) -> bool {
        self.become_up_to_date
            + self.stop_being
            + self.newly_up_to_date
            + self.newly_behind
            + self.no_longer_counted
            > 0
    }
}

impl AddAssign for RateChange {
    fn add_assign(&mut self, other: Self) {
        for (mine, theirs) in [(&mut self.before, other.before), (&mut self.after, other.after)] {
            mine.counted += theirs.counted;
            mine.up_to_date += theirs.up_to_date;
        }
        self.become_up_to_date += other.become_up_to_date;
        self.stop_being += other.stop_being;
        self.newly_up_to_date += other.newly_up_to_date;
        self.newly_behind += other.newly_behind;
        self.no_longer_counted += other.no_longer_counted;
    }
}

/// Somebody for whom something changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PersonImpact {
    /// Who.
    pub(crate) person: PersonIndex,
    /// How they count as things stand.
    pub(crate) before: CountedAs,
    /// How they would count.
    pub(crate) after: CountedAs,
    /// Each course that changes for them, by its place in [`Impact::courses`], as it counts before and after.
    pub(crate) courses: Vec<(ImpactCourseIndex, CountedAs, CountedAs)>,
}

/// A course of either policy, and what changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CourseImpact {
    /// Its code, by which the two policies' courses are matched.
    pub(crate) course: String,
    /// Its title, in the other policy where that has it.
    pub(crate) title: String,
    /// Pairs of a person and this course.
    pub(crate) change: RateChange,
}

/// A node of an organisation's tree of units, and what changes for everyone at or below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnitImpact {
    /// The organisation's code.
    pub(crate) organisation: String,
    /// The path; empty for people without a unit.
    pub(crate) unit: String,
    /// Its people.
    pub(crate) change: RateChange,
}

/// What another policy would change on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Impact {
    /// Everyone.
    pub(crate) staff: RateChange,
    /// The other policy's courses in its order, then those that only the policy in force has.
    pub(crate) courses: Indexed<ImpactCourseIndex, CourseImpact>,
    /// Units with anybody counted before or after, by organisation and path.
    pub(crate) units: Vec<UnitImpact>,
    /// Those for whom something changes, in the order of the view.
    pub(crate) people: Vec<PersonImpact>,
}

/// What would change on `as_at` if the policy of `after` judged instead of that of `before`. Both must be of one view.
pub(crate) fn impact(before: &Judge<'_>, after: &Judge<'_>, as_at: NaiveDate) -> Impact {
    let courses = CoursesOfBoth::of(before, after);
    let tally = over_everyone(
        after.view.people.len(),
        |people| look_at(before, after, &courses, as_at, people),
        ImpactTally::merge,
    );
    let changes = tally.courses.into_iter().chain(std::iter::repeat(RateChange::default()));
    let names = courses.names.into_iter().zip(changes);
    Impact {
        staff: tally.staff,
        courses: names.map(|((course, title), change)| CourseImpact { course, title, change }).collect(),
        units: by_unit(after, &tally.units),
        people: tally.people,
    }
}

/// The courses of both policies: those of the policy after in its order, then those that only the one before has.
struct CoursesOfBoth {
    names: Indexed<ImpactCourseIndex, (String, String)>,
    of_before: Indexed<CourseIndex, ImpactCourseIndex>,
    of_after: Indexed<CourseIndex, ImpactCourseIndex>,
}

impl CoursesOfBoth {
    fn of(before: &Judge<'_>, after: &Judge<'_>) -> Self {
        let mut names: Indexed<ImpactCourseIndex, (String, String)> = Indexed::default();
        let mut place_of = |course: &Course| {
            let known = names.position(|(code, _)| *code == course.code);
            known.unwrap_or_else(|| names.push((course.code.clone(), course.title.clone())))
        };
        let of_after = after.policy.courses.iter().map(&mut place_of).collect();
        let of_before = before.policy.courses.iter().map(&mut place_of).collect();
        Self { names, of_before, of_after }
    }
}

#[derive(Debug, Default)]
struct ImpactTally {
    staff: RateChange,
    courses: Indexed<ImpactCourseIndex, RateChange>,
    units: HashMap<(OrganisationIndex, TextId), RateChange>,
    people: Vec<PersonImpact>,
}

impl ImpactTally {
    fn merge(&mut self, later: Self) {
        self.staff += later.staff;
        if self.courses.is_empty() {
            self.courses = later.courses;
        } else {
            self.courses.iter_mut().zip(later.courses).for_each(|(mine, theirs)| *mine += theirs);
        }
        for (unit, change) in later.units {
            *self.units.entry(unit).or_default() += change;
        }
        self.people.extend(later.people);
    }
}

fn look_at(
    before: &Judge<'_>,
    after: &Judge<'_>,
    courses: &CoursesOfBoth,
    as_at: NaiveDate,
    people: PersonRange,
) -> ImpactTally {
    let count = courses.names.len();
    let mut tally =
        ImpactTally { courses: Indexed::filled(RateChange::default(), count), ..ImpactTally::default() };
    let (mut old, mut new) = (Assessment::default(), Assessment::default());
    for person in people {
        before.assess(person, as_at, as_at, &mut old);
        after.assess(person, as_at, as_at, &mut new);
        if new.presence == Presence::NotInPost {
            continue;
        }
        let mut standings = Indexed::filled((CountedAs::NotCounted, CountedAs::NotCounted), count);
        for (course, standing) in pairs(before, &old) {
            let place = courses.of_before.get(course).copied();
            if let Some(of_course) = place.and_then(|place| standings.get_mut(place)) {
                of_course.0 = standing;
            }
        }
        for (course, standing) in pairs(after, &new) {
            let place = courses.of_after.get(course).copied();
            if let Some(of_course) = place.and_then(|place| standings.get_mut(place)) {
                of_course.1 = standing;
            }
        }
        let whole = |judge: &Judge<'_>, assessment: &Assessment| {
            CountedAs::of(count_person(assessment, judge.policy.grace).staff)
        };
        tally.add(after, person, as_at, (whole(before, &old), whole(after, &new)), &standings);
    }
    tally
}

/// How each course of one person counts.
fn pairs(judge: &Judge<'_>, assessment: &Assessment) -> impl Iterator<Item = (CourseIndex, CountedAs)> {
    assessment.courses.iter().map(|course| {
        let mut counts = GroupCounts::default();
        count_pair(&mut counts, course.state, judge.policy.grace);
        (course.course, CountedAs::of(counts.requirements))
    })
}

impl ImpactTally {
    fn add(
        &mut self,
        judge: &Judge<'_>,
        person: PersonIndex,
        as_at: NaiveDate,
        (before, after): (CountedAs, CountedAs),
        courses: &Indexed<ImpactCourseIndex, (CountedAs, CountedAs)>,
    ) {
        self.staff.add(before, after);
        for (of_course, (before, after)) in self.courses.iter_mut().zip(courses) {
            of_course.add(*before, *after);
        }
        if let (Some(who), Some(primary)) = (judge.view.people.get(person), judge.primary(person, as_at)) {
            self.units.entry((who.organisation, primary.unit)).or_default().add(before, after);
        }
        let changed: Vec<_> = courses
            .placed()
            .filter(|(_, (before, after))| before != after)
            .map(|(place, (before, after))| (place, *before, *after))
            .collect();
        if before != after || !changed.is_empty() {
            self.people.push(PersonImpact { person, before, after, courses: changed });
        }
    }
}

fn by_unit(judge: &Judge<'_>, units: &HashMap<(OrganisationIndex, TextId), RateChange>) -> Vec<UnitImpact> {
    let mut nodes: BTreeMap<(OrganisationIndex, String), RateChange> = BTreeMap::new();
    for ((organisation, unit), change) in units {
        let path = unit_key(judge.view.texts.get(*unit));
        for UnitPath(node) in UnitPath(&path).units_down() {
            *nodes.entry((*organisation, node.to_owned())).or_default() += *change;
        }
    }
    let counted = nodes.into_iter().filter(|(_, change)| change.before.counted + change.after.counted > 0);
    let unit = |((organisation, unit), change)| UnitImpact {
        organisation: judge.view.organisation_code(organisation).to_owned(),
        unit,
        change,
    };
    counted.map(unit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_of_standings_is_counted_in_exactly_one_way() {
        use CountedAs::{Behind, NotCounted, UpToDate};
        for (before, after, expected) in [
            (NotCounted, NotCounted, [0, 0, 0, 0, 0]),
            (Behind, Behind, [0, 0, 0, 0, 0]),
            (UpToDate, UpToDate, [0, 0, 0, 0, 0]),
            (Behind, UpToDate, [1, 0, 0, 0, 0]),
            (UpToDate, Behind, [0, 1, 0, 0, 0]),
            (NotCounted, UpToDate, [0, 0, 1, 0, 0]),
            (NotCounted, Behind, [0, 0, 0, 1, 0]),
            (Behind, NotCounted, [0, 0, 0, 0, 1]),
            (UpToDate, NotCounted, [0, 0, 0, 0, 1]),
        ] {
            let mut change = RateChange::default();
            change.add(before, after);
            let counted = [
                change.become_up_to_date,
                change.stop_being,
                change.newly_up_to_date,
                change.newly_behind,
                change.no_longer_counted,
            ];
            assert_eq!(counted, expected, "{before:?} to {after:?}");
            assert_eq!(change.is_any(), before != after);
            assert_eq!(change.before.counted, u64::from(before != NotCounted));
            assert_eq!(change.after.up_to_date, u64::from(after == UpToDate));
        }
    }
}
