//! Requirements that ask nobody (spec 2.3): they make people look trained.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::policy::{Pattern, PatternKind, Policy, Requirement, RequirementIndex};
use crate::register::{PostText, PostTexts, TextId, Texts};

/// What a requirement selects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selector {
    /// `staff_groups`.
    StaffGroups,
    /// `job_titles`.
    JobTitles,
    /// `units`.
    Units,
    /// `categories`.
    Categories,
    /// `organisations`.
    Organisations,
}

impl Selector {
    /// Every selector.
    pub const ALL: [Self; 5] =
        [Self::StaffGroups, Self::JobTitles, Self::Units, Self::Categories, Self::Organisations];

    /// Its key in the policy.
    pub fn key(self) -> &'static str {
        match self {
            Self::StaffGroups => "staff_groups",
            Self::JobTitles => "job_titles",
            Self::Units => "units",
            Self::Categories => "categories",
            Self::Organisations => "organisations",
        }
    }

    /// The canonical name of the column of a staff list that it is compared with.
    pub fn column(self) -> &'static str {
        match self {
            Self::StaffGroups => "staff_group",
            Self::JobTitles => "job_title",
            Self::Units => "unit",
            Self::Categories => "assignment_category",
            Self::Organisations => "organisation",
        }
    }

    /// The requirement's patterns; `None` where it does not select by this.
    pub fn patterns(self, requirement: &Requirement) -> Option<&[String]> {
        match self {
            Self::StaffGroups => requirement.staff_groups.as_deref(),
            Self::JobTitles => requirement.job_titles.as_deref(),
            Self::Units => requirement.units.as_deref(),
            Self::Categories => requirement.categories.as_deref(),
            Self::Organisations => requirement.organisations.as_deref(),
        }
    }

    fn of<T>(self, post: PostText<T>) -> T {
        match self {
            Self::StaffGroups => post.staff_group,
            Self::JobTitles => post.job_title,
            Self::Units => post.unit,
            Self::Categories => post.category,
            Self::Organisations => post.organisation,
        }
    }

    fn pattern_kind(self) -> PatternKind {
        if self == Self::Units { PatternKind::Unit } else { PatternKind::Text }
    }
}

/// How it comes that a requirement asks nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SilentBecause {
    /// Nobody has anything to be selected by: the staff list has no such column.
    NobodyHasOne,
    /// No assignment is matched by the selector, most likely for its spelling.
    NobodyMatches,
    /// Each selector matches some assignment, and no assignment is matched by all.
    NobodyMatchesAll,
}

/// A requirement that asks nobody in post, or nobody of an organisation for want of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Silent {
    /// The requirement's position in the policy, from 1.
    pub requirement: usize,
    /// Code of the course that it asks for.
    pub course: String,
    /// The selector that keeps it silent; `None` where it takes all of them.
    pub selector: Option<Selector>,
    /// The patterns of that selector.
    pub patterns: Vec<String>,
    /// How that comes.
    pub why: SilentBecause,
    /// Where: the code of the organisation of which nobody has anything to be selected by; `None` for all of them.
    pub organisation: Option<String>,
}

/// The requirements in force on `on`, or later, that ask nobody by what the assignments in post have, in the policy's
/// order. Where nobody is in post nothing is told.
pub(crate) fn silent(policy: &Policy, posts: &PostTexts, on: NaiveDate) -> Vec<Silent> {
    if posts.is_empty() {
        return Vec::new();
    }
    let lasting = |requirement: &Requirement| requirement.until.is_none_or(|until| on <= until);
    let numbered = (1..).zip(&policy.requirements).filter(|(_, requirement)| lasting(requirement));
    numbered.flat_map(|(number, requirement)| of_requirement(policy, posts, number, requirement)).collect()
}

/// Those of `found` that concern an organisation, which policies mean by `codes`: rules that could ask somebody of it, and
/// names of organisations that nobody has.
pub(crate) fn silent_at(
    found: Vec<Silent>,
    policy: &Policy,
    organisation: &str,
    codes: &[&str],
) -> Vec<Silent> {
    let concerns = |one: &Silent| {
        let requirement =
            RequirementIndex::numbered(one.requirement).and_then(|index| policy.requirements.get(index));
        let patterns = requirement.and_then(|requirement| requirement.organisations.as_deref());
        let may_ask = patterns.is_none_or(|patterns| {
            let made = patterns.iter().map(|pattern| Pattern::new(pattern, PatternKind::Text));
            made.into_iter().any(|pattern| codes.iter().any(|code| pattern.matches(code)))
        });
        let is_elsewhere = one.organisation.as_deref().is_some_and(|code| code != organisation);
        !is_elsewhere && (may_ask || one.selector == Some(Selector::Organisations))
    };
    found.into_iter().filter(concerns).collect()
}

/// A selector of a requirement, with the texts of assignments that it matches.
struct Asked<'r> {
    selector: Selector,
    patterns: &'r [String],
    matched: HashSet<TextId>,
    /// Whether no assignment has anything but an empty text.
    nobody_has_one: bool,
}

impl Asked<'_> {
    fn matches(&self, post: PostText<TextId>) -> bool {
        self.matched.contains(&self.selector.of(post))
    }

    fn silent(
        &self,
        (number, course): (usize, &str),
        why: SilentBecause,
        organisation: Option<&str>,
    ) -> Silent {
        Silent {
            requirement: number,
            course: course.to_owned(),
            selector: Some(self.selector),
            patterns: self.patterns.to_vec(),
            why,
            organisation: organisation.map(str::to_owned),
        }
    }
}

fn of_requirement(
    policy: &Policy,
    posts: &PostTexts,
    number: usize,
    requirement: &Requirement,
) -> Vec<Silent> {
    let course = policy.course_code(requirement.course);
    let which = (number, course);
    let asked: Vec<Asked<'_>> =
        Selector::ALL.into_iter().filter_map(|selector| asked(posts, requirement, selector)).collect();
    let unmatched = asked.iter().filter(|one| one.matched.is_empty());
    let mut found: Vec<Silent> = unmatched
        .map(|one| {
            let why =
                if one.nobody_has_one { SilentBecause::NobodyHasOne } else { SilentBecause::NobodyMatches };
            one.silent(which, why, None)
        })
        .collect();
    if !found.is_empty() {
        return found;
    }
    found = without_column(posts, &asked, which);
    if found.is_empty() && !posts.iter().any(|post| asked.iter().all(|one| one.matches(post))) {
        found.push(Silent {
            requirement: number,
            course: course.to_owned(),
            selector: None,
            patterns: Vec::new(),
            why: SilentBecause::NobodyMatchesAll,
            organisation: None,
        });
    }
    found
}

/// What the requirement selects by this selector; `None` where it doesn't.
fn asked<'r>(posts: &PostTexts, requirement: &'r Requirement, selector: Selector) -> Option<Asked<'r>> {
    let patterns = selector.patterns(requirement)?;
    let made: Vec<Pattern> =
        patterns.iter().map(|pattern| Pattern::new(pattern, selector.pattern_kind())).collect();
    let texts: HashSet<TextId> = posts.iter().map(|post| selector.of(post)).collect();
    let nobody_has_one = texts.iter().all(|text| *text == Texts::EMPTY);
    let matches = |text: &TextId| match selector {
        Selector::Organisations => {
            posts.codes_meant(*text).iter().any(|code| made.iter().any(|pattern| pattern.matches(code)))
        }
        _ => made.iter().any(|pattern| pattern.matches(posts.text(*text))),
    };
    let matched = texts.into_iter().filter(matches).collect();
    Some(Asked { selector, patterns, matched, nobody_has_one })
}

/// The organisations, of those that the requirement asks, in which nobody has what it selects by: their staff list has no
/// such column, though others' have.
fn without_column(posts: &PostTexts, asked: &[Asked<'_>], which: (usize, &str)) -> Vec<Silent> {
    let is_asked = |post: &PostText<TextId>| {
        let by_organisation = asked.iter().filter(|one| one.selector == Selector::Organisations);
        by_organisation.into_iter().all(|one| one.matches(*post))
    };
    let organisations: BTreeSet<(&str, TextId)> = posts
        .iter()
        .filter(is_asked)
        .map(|post| (posts.text(post.organisation), post.organisation))
        .collect();
    let mut found = Vec::new();
    for one in asked.iter().filter(|one| !one.matched.contains(&Texts::EMPTY)) {
        for (code, organisation) in &organisations {
            let mut held = posts.iter().filter(|post| post.organisation == *organisation);
            if held.all(|post| one.selector.of(post) == Texts::EMPTY) {
                found.push(one.silent(which, SilentBecause::NobodyHasOne, Some(code)));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::SilentBecause::{NobodyHasOne, NobodyMatches, NobodyMatchesAll};
    use super::*;
    use crate::policy;

    /// Organisation, staff group, job title, unit, category.
    const POSTS: [[&str; 5]; 4] = [
        ["RXX", "Nursing and Midwifery Registered", "", "Surgery / Theatres", "Bank"],
        ["RXX", "Estates", "", "Children / Ward 5", "Permanent"],
        ["RXX", "", "", "", ""],
        ["RYY", "", "", "Site", "Bank"],
    ];

    fn posts() -> PostTexts {
        let mut texts = PostTexts::default();
        for [organisation, staff_group, job_title, unit, category] in POSTS {
            texts.add(PostText { organisation, staff_group, job_title, unit, category });
        }
        texts
    }

    fn policy_with(selectors: &str) -> Policy {
        let text = format!(
            "[[course]]\ncode = 'C'\ntitle = 'Course'\n[[requirement]]\ncourse = 'C'\n\
             [[requirement]]\ncourse = 'C'\n{selectors}\n"
        );
        policy::parse(&text, "policy.toml").unwrap().policy
    }

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
    }

    type Told = (Option<&'static str>, SilentBecause, Option<String>);

    fn told(selectors: &str) -> Vec<Told> {
        let found = silent(&policy_with(selectors), &posts(), on());
        assert!(found.iter().all(|one| one.requirement == 2 && one.course == "C"), "{found:?}");
        found.into_iter().map(|one| (one.selector.map(Selector::key), one.why, one.organisation)).collect()
    }

    #[test]
    fn a_requirement_that_asks_nobody_in_post_is_told_and_no_other() {
        let misspelt = |key| (Some(key), NobodyMatches, None);
        let without = |key| (Some(key), NobodyHasOne, Some("RYY".to_owned()));
        for (selectors, expected) in [
            ("", vec![]),
            ("staff_groups = ['nursing  and midwifery registered']\norganisations = ['RXX']", vec![]),
            ("staff_groups = ['Nursing and Midwifery Registerd']", vec![misspelt("staff_groups")]),
            // One of several is enough: a trust need not have every group of a default policy.
            ("staff_groups = ['Students', 'Nursing*']\norganisations = ['RXX']", vec![]),
            ("units = ['Surgery']", vec![]),
            ("units = ['Children / Ward 5']", vec![]),
            ("units = ['Ward 5']", vec![misspelt("units")]),
            ("units = ['*Ward 5']", vec![]),
            // Nobody has a job title: no list had such a column. A star asks for none.
            ("job_titles = ['Nurse*']", vec![(Some("job_titles"), NobodyHasOne, None)]),
            ("job_titles = ['*']", vec![]),
            ("categories = ['bank', 'Permanent']", vec![]),
            ("categories = ['Honorary*']", vec![misspelt("categories")]),
            ("organisations = ['RXX']", vec![]),
            ("organisations = ['R*']", vec![]),
            (
                "organisations = ['RZZ']\nunits = ['Nowhere']",
                vec![misspelt("units"), misspelt("organisations")],
            ),
            // The list of one organisation has no staff groups: there the rule asks nobody, whatever others have.
            ("staff_groups = ['Nursing*']", vec![without("staff_groups")]),
            ("staff_groups = ['Nursing*']\norganisations = ['RYY']", vec![without("staff_groups")]),
            ("staff_groups = ['*']", vec![]),
            // Each is somebody's, and nobody has both.
            (
                "staff_groups = ['Nursing*']\nunits = ['Children']\norganisations = ['RXX']",
                vec![(None, NobodyMatchesAll, None)],
            ),
            ("staff_groups = ['Nursing*']\nunits = ['Surgery']\norganisations = ['RXX']", vec![]),
            // What is over asks nobody, and rightly so; what is to come will.
            ("units = ['Nowhere']\nuntil = 2026-11-23", vec![]),
            ("units = ['Nowhere']\nuntil = 2026-11-24", vec![misspelt("units")]),
            ("units = ['Nowhere']\nfrom = 2027-01-01", vec![misspelt("units")]),
        ] {
            assert_eq!(told(selectors), expected, "{selectors}");
        }
    }

    #[test]
    fn where_nobody_is_in_post_nothing_is_told() {
        assert_eq!(silent(&policy_with("units = ['Nowhere']"), &PostTexts::default(), on()), []);
    }

    #[test]
    fn an_organisation_is_told_of_what_could_ask_its_people() {
        for (selectors, here, there) in [
            ("units = ['Nowhere']", 1, 1),
            ("units = ['Nowhere']\norganisations = ['RXX']", 1, 0),
            ("organisations = ['RZZ']", 1, 1),
            ("staff_groups = ['Nursing*']", 0, 1),
        ] {
            let policy = policy_with(selectors);
            let at = |code| silent_at(silent(&policy, &posts(), on()), &policy, code, &[code]).len();
            assert_eq!((at("RXX"), at("RYY")), (here, there), "{selectors}");
        }
    }
}
