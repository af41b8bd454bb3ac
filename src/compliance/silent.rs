//! Requirements that ask nobody (spec 2.3): a selector that matches no assignment in post makes people look trained.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::policy::{Pattern, PatternKind, Policy, Requirement};
use crate::register::PostTexts;

/// What a requirement selects by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// `staff_groups`.
    StaffGroups,
    /// `job_titles`.
    JobTitles,
    /// `units`.
    Units,
    /// `organisations`.
    Organisations,
}

impl Selector {
    /// Every selector.
    pub const ALL: [Self; 4] = [Self::StaffGroups, Self::JobTitles, Self::Units, Self::Organisations];

    /// Its key in the policy.
    pub fn key(self) -> &'static str {
        match self {
            Self::StaffGroups => "staff_groups",
            Self::JobTitles => "job_titles",
            Self::Units => "units",
            Self::Organisations => "organisations",
        }
    }

    /// The canonical name of the column of a staff list that it is compared with.
    pub fn column(self) -> &'static str {
        match self {
            Self::StaffGroups => "staff_group",
            Self::JobTitles => "job_title",
            Self::Units => "unit",
            Self::Organisations => "organisation",
        }
    }

    /// The requirement's patterns; `None` where it does not select by this.
    pub fn patterns(self, requirement: &Requirement) -> Option<&[String]> {
        match self {
            Self::StaffGroups => requirement.staff_groups.as_deref(),
            Self::JobTitles => requirement.job_titles.as_deref(),
            Self::Units => requirement.units.as_deref(),
            Self::Organisations => requirement.organisations.as_deref(),
        }
    }

    fn texts(self, posts: &PostTexts) -> &BTreeSet<String> {
        match self {
            Self::StaffGroups => &posts.staff_groups,
            Self::JobTitles => &posts.job_titles,
            Self::Units => &posts.units,
            Self::Organisations => &posts.organisations,
        }
    }

    fn pattern_kind(self) -> PatternKind {
        if self == Self::Units { PatternKind::Unit } else { PatternKind::Text }
    }
}

/// A selector that matches no assignment in post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// The requirement's place in the policy.
    pub requirement: usize,
    /// What it selects by.
    pub selector: Selector,
    /// The patterns that match nothing.
    pub patterns: Vec<String>,
    /// Whether no assignment in post has anything to be selected by: the column is missing, rather than misspelt.
    pub nobody_has_one: bool,
}

/// The selectors of requirements in force on `on`, or later, that match none of the texts of the assignments in post, in
/// the policy's order. Where nobody is in post nothing is told.
pub fn silent(policy: &Policy, posts: &PostTexts, on: NaiveDate) -> Vec<Silent> {
    let mut found = Vec::new();
    if posts.organisations.is_empty() {
        return found;
    }
    let lasting = |requirement: &Requirement| requirement.until.is_none_or(|until| on <= until);
    let requirements = policy.requirements.iter().enumerate().filter(|(_, requirement)| lasting(requirement));
    for (number, requirement) in requirements {
        for selector in Selector::ALL {
            let Some(patterns) = selector.patterns(requirement) else { continue };
            let texts = selector.texts(posts);
            let matches = |pattern: &String| {
                let pattern = Pattern::new(pattern, selector.pattern_kind());
                texts.iter().any(|text| pattern.matches(text))
            };
            if !patterns.iter().any(matches) {
                found.push(Silent {
                    requirement: number,
                    selector,
                    patterns: patterns.to_vec(),
                    nobody_has_one: texts.iter().all(String::is_empty),
                });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy;

    fn posts() -> PostTexts {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        PostTexts {
            organisations: texts(&["RXX"]),
            staff_groups: texts(&["Nursing and Midwifery Registered", ""]),
            job_titles: texts(&["", ""]),
            units: texts(&["Surgery / Theatres", "Children / Ward 5"]),
        }
    }

    fn told(selectors: &str) -> Vec<(usize, &'static str, bool)> {
        let text = format!(
            "[[course]]\ncode = 'C'\ntitle = 'Course'\n[[requirement]]\ncourse = 'C'\n\
             [[requirement]]\ncourse = 'C'\n{selectors}\n"
        );
        let policy = policy::parse(&text, "policy.toml").unwrap().policy;
        let on = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let found = silent(&policy, &posts(), on);
        found.iter().map(|one| (one.requirement, one.selector.key(), one.nobody_has_one)).collect()
    }

    #[test]
    fn a_selector_that_matches_no_assignment_in_post_is_told_and_no_other() {
        for (selectors, expected) in [
            ("", vec![]),
            ("staff_groups = ['nursing  and midwifery registered']", vec![]),
            ("staff_groups = ['Nursing and Midwifery Registerd']", vec![(1, "staff_groups", false)]),
            // One of several is enough: a trust need not have every group of a default policy.
            ("staff_groups = ['Students', 'Nursing*']", vec![]),
            ("units = ['Surgery']", vec![]),
            ("units = ['Children / Ward 5']", vec![]),
            ("units = ['Ward 5']", vec![(1, "units", false)]),
            ("units = ['*Ward 5']", vec![]),
            // Nobody has a job title: the list had no such column. A star asks for none.
            ("job_titles = ['Nurse*']", vec![(1, "job_titles", true)]),
            ("job_titles = ['*']", vec![]),
            ("organisations = ['RXX']", vec![]),
            (
                "organisations = ['RYY']\nunits = ['Nowhere']",
                vec![(1, "units", false), (1, "organisations", false)],
            ),
            // What is over asks nobody, and rightly so; what is to come will.
            ("units = ['Nowhere']\nuntil = 2026-11-23", vec![]),
            ("units = ['Nowhere']\nuntil = 2026-11-24", vec![(1, "units", false)]),
            ("units = ['Nowhere']\nfrom = 2027-01-01", vec![(1, "units", false)]),
        ] {
            assert_eq!(told(selectors), expected, "{selectors}");
        }
    }

    #[test]
    fn where_nobody_is_in_post_nothing_is_told() {
        let text =
            "[[course]]\ncode = 'C'\ntitle = 'C'\n[[requirement]]\ncourse = 'C'\nunits = ['Nowhere']\n";
        let policy = policy::parse(text, "policy.toml").unwrap().policy;
        let on = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        assert_eq!(silent(&policy, &PostTexts::default(), on), []);
    }
}
