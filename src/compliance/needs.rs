//! Which courses a person needs: requirements matched to assignments, in one look-up each (spec 2.3).

use chrono::NaiveDate;
use fixedbitset::FixedBitSet;

use crate::policy::{
    Closure, Folded, Pattern, PatternKind, Policy, Requirement, RequirementIndex, folded_key,
};
use crate::register::{Assignment, Indexed, OrganisationIndex, TextId, View};

/// For each text of a view that is used as one kind of selector, the requirements whose patterns it matches.
#[derive(Debug)]
struct Matches(Vec<Option<FixedBitSet>>);

impl Matches {
    fn get(&self, text: TextId) -> Option<&FixedBitSet> {
        self.0.get(text.place())?.as_ref()
    }
}

/// A policy made ready for one view: every pattern matched against every distinct text once.
#[derive(Debug)]
pub(crate) struct Needs {
    by_organisation: Indexed<OrganisationIndex, FixedBitSet>,
    by_staff_group: Matches,
    by_job_title: Matches,
    by_unit: Matches,
    by_category: Matches,
    /// Of each text, whether it is a status of the absent.
    absent: Vec<bool>,
    /// Of each text, whether it is a category that is not counted.
    uncounted: Vec<bool>,
    requirements: usize,
    /// Which course satisfies which, through others too.
    pub(crate) closure: Closure,
}

/// A set of requirements being collected for one person.
#[derive(Debug)]
pub(crate) struct Needed(FixedBitSet);

impl Needed {
    /// The requirements, in the policy's order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = RequirementIndex> {
        self.0.ones().map(RequirementIndex::at)
    }
}

impl Needs {
    /// Matches the policy against the texts of the view.
    pub(crate) fn new(policy: &Policy, view: &View) -> Self {
        let len = policy.requirements.len();
        let mut by_organisation = Indexed::filled(FixedBitSet::with_capacity(len), view.organisations.len());
        for (number, requirement) in policy.requirements.iter().enumerate() {
            let patterns = compile(requirement.organisations.as_deref(), PatternKind::Text);
            for (bits, organisation) in by_organisation.iter_mut().zip(&view.organisations) {
                let mut codes = view.codes_meant(&organisation.code).into_iter();
                if codes.any(|code| matches(patterns.as_deref(), &PatternKind::Text.folded(code))) {
                    bits.insert(number);
                }
            }
        }
        let by = |kind, text: fn(&Assignment) -> TextId, selector: fn(&Requirement) -> Option<&[String]>| {
            match_texts(policy, view, kind, text, selector)
        };
        let among = |listed: &[String]| -> Vec<bool> {
            let listed: Vec<String> = listed.iter().map(|one| folded_key(one)).collect();
            view.texts.iter().map(|(_, text)| listed.contains(&folded_key(text))).collect()
        };
        Self {
            by_organisation,
            by_staff_group: by(PatternKind::Text, |a| a.staff_group, |r| r.staff_groups.as_deref()),
            by_job_title: by(PatternKind::Text, |a| a.job_title, |r| r.job_titles.as_deref()),
            by_unit: by(PatternKind::Unit, |a| a.unit, |r| r.units.as_deref()),
            by_category: by(PatternKind::Text, |a| a.category, |r| r.categories.as_deref()),
            absent: among(&policy.absent_statuses),
            uncounted: among(&policy.uncounted_categories),
            requirements: len,
            closure: policy.closure(),
        }
    }

    /// An empty set to collect into.
    pub(crate) fn none(&self) -> Needed {
        Needed(FixedBitSet::with_capacity(self.requirements))
    }

    /// Whether the assignment's status makes its holder absent (spec 2.2), or its category leaves it out likewise (spec
    /// 3.1); what is empty does neither.
    pub(crate) fn is_absent(&self, assignment: &Assignment) -> bool {
        let has_status = self.absent.get(assignment.status.place()).copied().unwrap_or(false);
        has_status || self.is_uncounted(assignment)
    }

    /// Whether the assignment's category leaves it out.
    pub(crate) fn is_uncounted(&self, assignment: &Assignment) -> bool {
        self.uncounted.get(assignment.category.place()).copied().unwrap_or(false)
    }

    /// Collects the requirements that apply on `day` to any assignment held and not absent.
    pub(crate) fn collect<'a>(
        &self,
        policy: &Policy,
        organisation: OrganisationIndex,
        held: impl Iterator<Item = &'a Assignment>,
        day: NaiveDate,
        needed: &mut Needed,
    ) {
        needed.0.clear();
        let Some(organisation) = self.by_organisation.get(organisation) else { return };
        for assignment in held {
            if !self.is_absent(assignment) {
                self.add(organisation, assignment, needed);
            }
        }
        for (number, requirement) in policy.requirements.iter().enumerate() {
            if !requirement.applies_on(day) {
                needed.0.remove(number);
            }
        }
    }

    fn add(&self, organisation: &FixedBitSet, assignment: &Assignment, needed: &mut Needed) {
        let (Some(group), Some(title), Some(unit), Some(category)) = (
            self.by_staff_group.get(assignment.staff_group),
            self.by_job_title.get(assignment.job_title),
            self.by_unit.get(assignment.unit),
            self.by_category.get(assignment.category),
        ) else {
            return;
        };
        // Word by word, since a set of those in all five would be made for each assignment otherwise.
        let [organisation, group, title, unit, category] =
            [organisation, group, title, unit, category].map(FixedBitSet::as_slice);
        let words = organisation.iter().zip(group).zip(title).zip(unit).zip(category);
        for (into, ((((organisation, group), title), unit), category)) in
            needed.0.as_mut_slice().iter_mut().zip(words)
        {
            *into |= organisation & group & title & unit & category;
        }
    }
}

fn compile(patterns: Option<&[String]>, kind: PatternKind) -> Option<Vec<Pattern>> {
    patterns.map(|patterns| patterns.iter().map(|pattern| Pattern::new(pattern, kind)).collect())
}

fn matches(patterns: Option<&[Pattern]>, text: &Folded) -> bool {
    patterns.is_none_or(|patterns| patterns.iter().any(|pattern| pattern.matches_folded(text)))
}

fn match_texts(
    policy: &Policy,
    view: &View,
    kind: PatternKind,
    text_of: fn(&Assignment) -> TextId,
    selector: fn(&Requirement) -> Option<&[String]>,
) -> Matches {
    let compiled: Vec<_> =
        policy.requirements.iter().map(|requirement| compile(selector(requirement), kind)).collect();
    let mut found = Matches(vec![None; view.texts.len()]);
    for person in view.everyone() {
        for assignment in view.assignments(person) {
            let text = text_of(assignment);
            let Some(slot @ None) = found.0.get_mut(text.place()) else { continue };
            let mut bits = FixedBitSet::with_capacity(compiled.len());
            let folded = kind.folded(view.texts.get(text));
            for (number, patterns) in compiled.iter().enumerate() {
                if matches(patterns.as_deref(), &folded) {
                    bits.insert(number);
                }
            }
            *slot = Some(bits);
        }
    }
    found
}
