//! Values for the tests of this room: all that a test leaves out is sound.

use std::path::{Path, PathBuf};

use super::CheckContext;
use crate::policy::{Course, Grace, Percent, Policy, ReminderRules, Statement};
use crate::register::Indexed;
use crate::sample::day;

pub(super) fn course(code: &str, title: &str) -> Course {
    Course {
        code: code.into(),
        title: title.into(),
        valid_months: Some(36),
        satisfies: Vec::new(),
        aliases: Vec::new(),
        default_hours: None,
        target: None,
        book_url: None,
        modes: Vec::new(),
    }
}

pub(super) fn policy(courses: Vec<Course>) -> Policy {
    Policy {
        due_soon_days: 90,
        target: Percent(90 * Percent::ONE.0),
        amber_margin: Percent(5 * Percent::ONE.0),
        grace: Grace::Exclude,
        absent_statuses: vec!["Maternity & Adoption".into()],
        present_statuses: vec!["Active Assignment".into()],
        uncounted_categories: Vec::new(),
        ignored_courses: Vec::new(),
        courses: courses.into(),
        requirements: Indexed::default(),
        reminders: ReminderRules::default(),
        changes: Vec::new(),
        statements: Indexed::default(),
    }
}

/// What is known in most tests: organisations RX1 (the configured one) and RX2, two courses, 24 November 2026.
pub(super) struct TestContext {
    organisations: Vec<String>,
    organisation_names: Vec<String>,
    policy: Policy,
}

impl TestContext {
    pub(super) fn new() -> Self {
        let mut children = course("SGC-L2", "Safeguarding Children Level 2");
        children.aliases = vec!["NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|".into()];
        let mut policy = policy(vec![children, course("SGA-L1", "Safeguarding Adults Level 1")]);
        policy.statements = vec![Statement {
            id: "missed-appointments".into(),
            question: "Is there a process for missed appointments?".into(),
            answers: vec!["yes".into(), "in-part".into(), "no".into()],
        }]
        .into();
        let organisation_names = vec!["Example NHS Trust".into(), "Other NHS Trust".into()];
        Self { organisations: vec!["RX1".into(), "RX2".into()], organisation_names, policy }
    }

    /// Has every course lapse after so many months.
    pub(super) fn give_validity(&mut self, months: u32) {
        self.policy.courses.iter_mut().for_each(|course| course.valid_months = Some(months));
    }

    /// Has courses with such a name be none of ours.
    pub(super) fn ignore_course(&mut self, pattern: &str) {
        self.policy.ignored_courses.push(pattern.into());
    }

    pub(super) fn known(&self) -> CheckContext<'_> {
        CheckContext {
            organisations: &self.organisations,
            organisation_names: &self.organisation_names,
            default_organisation: "RX1",
            only: &[],
            policy: &self.policy,
            zone: chrono_tz::Tz::Europe__London,
            today: day("2026-11-24"),
        }
    }
}

/// A file with this content in a folder that goes with the test.
pub(super) struct ScratchFile {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl ScratchFile {
    pub(super) fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        Self { _folder: folder, path }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
