//! The policy file as a whole.

use std::fmt;

use super::numbers::{MOST_DAYS, percent};
use super::types::{Grace, Percent, Policy};
use super::{change, course, folded_key, reminders, requirement, statement};
use crate::toml_file::{self, FileFault, Findings, TableSection};

/// The commented policy that `init` writes.
pub const DEFAULT_POLICY: &str = include_str!("default.toml");

/// The statuses that make an assignment absent, and those known to be present, unless the policy names its own.
const ABSENT_STATUSES: [&str; 10] = [
    "Maternity & Adoption",
    "Maternity",
    "Career Break",
    "Suspend With Pay",
    "Suspend No Pay",
    "Suspend Assignment",
    "Out on External Secondment - Paid",
    "Out on External Secondment - Unpaid",
    "Inactive Not Worked",
    "Offer Accepted",
];
const PRESENT_STATUSES: [&str; 4] = ["Active", "Active Assignment", "Acting Up", "Internal Secondment"];

/// A sound policy, and what looks odd about it.
#[derive(Debug)]
pub struct ParsedPolicy {
    /// The policy.
    pub policy: Policy,
    /// What is sound but probably not meant, each with file and line.
    pub warnings: Vec<String>,
}

/// Why a policy is refused: every fault of the file, from the top down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// The faults; at least one.
    pub faults: Vec<FileFault>,
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.faults.iter().map(FileFault::to_string).collect();
        f.write_str(&faults.join("\n"))
    }
}

impl std::error::Error for PolicyError {}

/// Reads and checks a policy (spec 6.1). `file` is what messages call it. Everything optional has the spec's default;
/// a file with nothing in it is a policy that asks for nothing.
pub fn parse(text: &str, file: &str) -> Result<ParsedPolicy, PolicyError> {
    let findings = Findings::new(file);
    let table = toml_file::read(text, &findings);
    let root = TableSection::new(&table, &findings, "the policy");
    let policy = read_policy(&root);
    root.finish();
    let warnings = findings.finish().map_err(|faults| PolicyError { faults })?;
    Ok(ParsedPolicy { policy, warnings })
}

fn read_policy(root: &TableSection<'_>) -> Policy {
    let due_soon_days = root.integer("due_soon_days", 0..=MOST_DAYS).unwrap_or(90);
    let courses = course::read_all(root);
    let policy = Policy {
        due_soon_days,
        target: percent(root, "target").unwrap_or(Percent(90 * Percent::ONE.0)),
        amber_margin: percent(root, "amber_margin").unwrap_or(Percent(5 * Percent::ONE.0)),
        grace: root
            .choice("grace", &[("exclude", Grace::Exclude), ("count", Grace::Count)])
            .unwrap_or(Grace::Exclude),
        absent_statuses: statuses(root, "absent_statuses", &ABSENT_STATUSES),
        present_statuses: statuses(root, "present_statuses", &PRESENT_STATUSES),
        uncounted_categories: statuses(root, "uncounted_categories", &[]),
        ignored_courses: statuses(root, "ignored_courses", &[]),
        requirements: requirement::read_all(root, &courses),
        courses,
        reminders: reminders::read(root, due_soon_days),
        changes: change::read_all(root),
        statements: statement::read_all(root),
    };
    warn_of_the_odd(root, &policy);
    policy
}

fn statuses<'a>(root: &TableSection<'a>, key: &'a str, default: &[&str]) -> Vec<String> {
    match root.texts(key) {
        Some(statuses) => statuses.into_iter().map(|status| status.value).collect(),
        None => default.iter().map(|status| (*status).to_owned()).collect(),
    }
}

fn warn_of_the_odd(root: &TableSection<'_>, policy: &Policy) {
    if policy.requirements.is_empty() && !root.has("requirement") {
        root.warning("requirement", "the policy has no [[requirement]], so nobody needs any training");
    }
    for status in &policy.absent_statuses {
        if policy.present_statuses.iter().any(|present| folded_key(present) == folded_key(status)) {
            let message = format!(
                "the status \"{status}\" is in absent_statuses and in present_statuses; it counts as absent"
            );
            root.warning("absent_statuses", message);
        }
    }
}
