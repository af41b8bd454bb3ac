//! Rates: people counted into groups, on every core at once (spec 2.5).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::assessment::{Assessment, Presence};
use super::figures::{Group, GroupBy, GroupCounts, JobTitleGroup, Rate};
use super::judge::Judge;
use super::state::TrainingState;
use crate::policy::{CourseIndex, Grace, Percent, text_key, unit_key};
use crate::register::{Indexed, OrganisationIndex, PersonIndex, PersonRange, TextId, UnitPath};

/// The figures of everyone, and of groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rates {
    /// Everyone in scope.
    pub all: GroupCounts,
    /// Of those not up to date, how many lack one course only.
    pub lacking_one: u64,
    /// The groups asked for, in the order of the spec: courses as in the policy, others by (organisation, key).
    pub groups: Vec<Group>,
    /// Where job titles were asked for: those of each staff group, by (staff group, title).
    pub job_titles: Vec<JobTitleGroup>,
}

/// The rates of everyone in the view on `as_at`, and of the groups asked for.
pub fn rates(judge: &Judge<'_>, as_at: NaiveDate, by: &[GroupBy]) -> Rates {
    let tally = over_everyone(
        judge.view.people.len(),
        |people| {
            let mut tally = RateTally::new(judge, by);
            let mut assessment = Assessment::default();
            for person in people {
                judge.assess(person, as_at, as_at, &mut assessment);
                tally.add(judge, person, as_at, &assessment);
            }
            tally
        },
        RateTally::merge,
    );
    let groups = by.iter().flat_map(|by| tally.groups(judge, *by)).collect();
    let job_titles = tally.job_titles_by_staff_group(judge);
    Rates { all: tally.all, lacking_one: tally.lacking_one, groups, job_titles }
}

/// Judges ranges of people on every core and puts the results together, in the order of the people.
pub(crate) fn over_everyone<T: Send + Default>(
    people: usize,
    judge: impl Fn(PersonRange) -> T + Sync,
    merge: impl Fn(&mut T, T),
) -> T {
    let cores = std::thread::available_parallelism().map_or(1, usize::from).min(people / 2_000 + 1);
    let share = people.div_ceil(cores.max(1)).max(1);
    let judge = &judge;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..people)
            .step_by(share)
            .map(|first| scope.spawn(move || judge(PersonRange::new(first, (first + share).min(people)))))
            .collect();
        let mut all = T::default();
        for worker in workers {
            match worker.join() {
                Ok(part) => merge(&mut all, part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        all
    })
}

/// Counts by course, as courses are counted one pair at a time.
pub(super) fn count_pair(counts: &mut GroupCounts, state: TrainingState, grace: Grace) {
    match state {
        TrainingState::Exempt => counts.exempt += 1,
        TrainingState::InGrace if grace == Grace::Exclude => counts.in_grace += 1,
        TrainingState::UpToDate | TrainingState::DueSoon => {
            counts.requirements.counted += 1;
            counts.requirements.up_to_date += 1;
            counts.due_soon += u64::from(state == TrainingState::DueSoon);
        }
        TrainingState::Lapsed => {
            counts.requirements.counted += 1;
            counts.lapsed += 1;
        }
        TrainingState::NotDone | TrainingState::InGrace => {
            counts.requirements.counted += 1;
            counts.not_done += 1;
        }
    }
}

/// What a course in this state adds to the requirement rate.
pub(crate) fn rate_of_pair(state: TrainingState, grace: Grace) -> Rate {
    let mut counts = GroupCounts::default();
    count_pair(&mut counts, state, grace);
    counts.requirements
}

/// Whether a course in this state is counted, and not met.
pub(super) fn is_behind(state: TrainingState, grace: Grace) -> bool {
    rate_of_pair(state, grace).behind() == 1
}

/// The counts of one person.
pub(crate) fn count_person(assessment: &Assessment, grace: Grace) -> GroupCounts {
    let mut counts = GroupCounts::default();
    match assessment.presence {
        Presence::NotInPost => return counts,
        Presence::Absent => counts.absent = 1,
        Presence::Present => {}
    }
    counts.in_post = 1;
    for course in &assessment.courses {
        count_pair(&mut counts, course.state, grace);
    }
    let requirements = counts.requirements;
    counts.staff = Rate {
        counted: u64::from(requirements.counted > 0),
        up_to_date: u64::from(requirements.counted > 0 && requirements.counted == requirements.up_to_date),
    };
    counts
}

/// How many of a person's counted courses are not met, given their counts.
pub(super) fn lacking(person: &GroupCounts) -> u64 {
    person.requirements.behind()
}

#[derive(Debug, Default)]
struct RateTally {
    all: GroupCounts,
    lacking_one: u64,
    courses: Indexed<CourseIndex, GroupCounts>,
    staff_groups: Option<HashMap<TextId, GroupCounts>>,
    /// By staff group and title.
    job_titles: Option<HashMap<(TextId, TextId), GroupCounts>>,
    units: Option<HashMap<(OrganisationIndex, TextId), GroupCounts>>,
    organisations: Option<Indexed<OrganisationIndex, GroupCounts>>,
}

impl RateTally {
    fn new(judge: &Judge<'_>, by: &[GroupBy]) -> Self {
        let has = |wanted| by.contains(&wanted);
        Self {
            all: GroupCounts::default(),
            lacking_one: 0,
            courses: if has(GroupBy::Course) {
                Indexed::filled(GroupCounts::default(), judge.policy.courses.len())
            } else {
                Indexed::default()
            },
            staff_groups: has(GroupBy::StaffGroup).then(HashMap::new),
            job_titles: has(GroupBy::JobTitle).then(HashMap::new),
            units: has(GroupBy::Unit).then(HashMap::new),
            organisations: has(GroupBy::Organisation)
                .then(|| Indexed::filled(GroupCounts::default(), judge.view.organisations.len())),
        }
    }

    fn add(&mut self, judge: &Judge<'_>, person: PersonIndex, day: NaiveDate, assessment: &Assessment) {
        if assessment.presence == Presence::NotInPost {
            return;
        }
        let grace = judge.policy.grace;
        let counts = count_person(assessment, grace);
        self.all += counts;
        self.lacking_one += u64::from(lacking(&counts) == 1);
        for course in &assessment.courses {
            if let Some(of_course) = self.courses.get_mut(course.course) {
                of_course.in_post += 1;
                count_pair(of_course, course.state, grace);
            }
        }
        let Some(organisation) = judge.view.people.get(person).map(|person| person.organisation) else {
            return;
        };
        if let Some(of) = self.organisations.as_mut().and_then(|o| o.get_mut(organisation)) {
            *of += counts;
        }
        if self.staff_groups.is_none() && self.job_titles.is_none() && self.units.is_none() {
            return;
        }
        let Some(primary) = judge.primary(person, day) else { return };
        if let Some(groups) = &mut self.staff_groups {
            *groups.entry(primary.staff_group).or_default() += counts;
        }
        if let Some(groups) = &mut self.job_titles {
            *groups.entry((primary.staff_group, primary.job_title)).or_default() += counts;
        }
        if let Some(groups) = &mut self.units {
            *groups.entry((organisation, primary.unit)).or_default() += counts;
        }
    }

    fn merge(&mut self, other: Self) {
        fn each<K: std::hash::Hash + Eq>(
            into: &mut Option<HashMap<K, GroupCounts>>,
            from: Option<HashMap<K, GroupCounts>>,
        ) {
            match (into, from) {
                (Some(into), Some(from)) => {
                    from.into_iter().for_each(|(key, counts)| *into.entry(key).or_default() += counts);
                }
                (into, from) => *into = from,
            }
        }
        fn in_order<I>(into: &mut Indexed<I, GroupCounts>, from: Indexed<I, GroupCounts>) {
            if into.is_empty() {
                *into = from;
            } else {
                into.iter_mut().zip(from).for_each(|(into, counts)| *into += counts);
            }
        }
        self.all += other.all;
        self.lacking_one += other.lacking_one;
        in_order(&mut self.courses, other.courses);
        in_order(self.organisations.get_or_insert_default(), other.organisations.unwrap_or_default());
        each(&mut self.staff_groups, other.staff_groups);
        each(&mut self.job_titles, other.job_titles);
        each(&mut self.units, other.units);
    }

    fn groups(&self, judge: &Judge<'_>, by: GroupBy) -> Vec<Group> {
        let staff_groups = self.staff_groups.iter().flatten().map(|(text, counts)| (*text, *counts));
        let job_titles = self.job_titles.iter().flatten().map(|((_, text), counts)| (*text, *counts));
        match by {
            GroupBy::Course => self.by_course(judge),
            GroupBy::StaffGroup => by_text(judge, by, staff_groups),
            GroupBy::JobTitle => by_text(judge, by, job_titles),
            GroupBy::Unit => self.by_unit(judge),
            GroupBy::Organisation => self.by_organisation(judge),
        }
    }

    fn job_titles_by_staff_group(&self, judge: &Judge<'_>) -> Vec<JobTitleGroup> {
        let key = |text: TextId| text_key(judge.view.texts.get(text));
        let mut keyed: BTreeMap<(String, String), GroupCounts> = BTreeMap::new();
        for ((staff_group, title), counts) in self.job_titles.iter().flatten() {
            *keyed.entry((key(*staff_group), key(*title))).or_default() += *counts;
        }
        let group = |title, counts| group(judge, GroupBy::JobTitle, title, None, counts);
        let titles = keyed.into_iter();
        titles
            .map(|((staff_group, title), counts)| JobTitleGroup { staff_group, group: group(title, counts) })
            .collect()
    }

    fn by_course(&self, judge: &Judge<'_>) -> Vec<Group> {
        let policy = judge.policy;
        let courses = policy.courses.placed().filter(|(at, _)| policy.is_required(*at));
        courses
            .map(|(at, course)| {
                let mut counts = self.courses.get(at).copied().unwrap_or_default();
                counts.staff = counts.requirements;
                let target = course.target.unwrap_or(policy.target);
                Group {
                    title: Some(course.title.clone()),
                    target_millionths: target.millionths(),
                    rag: counts.staff.rag(target, policy.amber_margin),
                    ..group(judge, GroupBy::Course, course.code.clone(), None, counts)
                }
            })
            .collect()
    }

    /// Every node of each organisation's tree counts everyone at or below it.
    fn by_unit(&self, judge: &Judge<'_>) -> Vec<Group> {
        let mut nodes: BTreeMap<(OrganisationIndex, String), GroupCounts> = BTreeMap::new();
        for ((organisation, unit), counts) in self.units.iter().flatten() {
            let path = unit_key(judge.view.texts.get(*unit));
            for UnitPath(node) in UnitPath(&path).units_down() {
                *nodes.entry((*organisation, node.to_owned())).or_default() += *counts;
            }
        }
        nodes
            .into_iter()
            .map(|((organisation, key), counts)| {
                let code = judge.view.organisations.get(organisation).map(|o| o.code.clone());
                group(judge, GroupBy::Unit, key, code, counts)
            })
            .collect()
    }

    fn by_organisation(&self, judge: &Judge<'_>) -> Vec<Group> {
        let counted = judge.view.organisations.iter().zip(self.organisations.iter().flatten());
        counted
            .filter(|(_, counts)| counts.in_post > 0)
            .map(|(organisation, counts)| Group {
                title: Some(organisation.name.clone()),
                ..group(
                    judge,
                    GroupBy::Organisation,
                    organisation.code.clone(),
                    Some(organisation.code.clone()),
                    *counts,
                )
            })
            .collect()
    }
}

fn by_text(
    judge: &Judge<'_>,
    by: GroupBy,
    counted: impl Iterator<Item = (TextId, GroupCounts)>,
) -> Vec<Group> {
    let mut keyed: BTreeMap<String, GroupCounts> = BTreeMap::new();
    for (text, counts) in counted {
        *keyed.entry(text_key(judge.view.texts.get(text))).or_default() += counts;
    }
    keyed.into_iter().map(|(key, counts)| group(judge, by, key, None, counts)).collect()
}

fn group(
    judge: &Judge<'_>,
    by: GroupBy,
    key: String,
    organisation: Option<String>,
    counts: GroupCounts,
) -> Group {
    let target: Percent = judge.policy.target;
    let rag = counts.staff.rag(target, judge.policy.amber_margin);
    Group { by, key, organisation, title: None, counts, target_millionths: target.millionths(), rag }
}
