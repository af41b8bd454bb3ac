//! A register in a file of its own, and checked rows built by hand.

use crate::support::database::url;
use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use refresher::audit::Actor;
use refresher::db::{Db, IfMissing, Locks};
use refresher::import::{
    self, CheckedFile, Force, ImportBrakes, ImportOptions, ImportOutcome, ImportSource, RecordDetails,
    Remark, Skipped, StaffRow, TrainingRow, columns,
};
use refresher::policy::{Course, Grace, Percent, Policy, ReminderRules};
use refresher::register::store::{self, KnownAt, ViewDetail};
use refresher::register::{Indexed, Organisation, OrganisationKind, PersonFields, PostFields, View};
use tempfile::TempDir;

pub use crate::support::trust::day;

/// An instant some minutes after the tests' beginning of time.
pub fn minute(minutes: i64) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 1, 9, 0, 0).unwrap() + TimeDelta::minutes(minutes)
}

/// A register with the organisations RXA and RXB, recorded at minute 0.
pub struct Register {
    pub db: Db,
    _folder: TempDir,
}

impl Register {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("register.db");
        let db = Db::open(&url(&path), IfMissing::Create).unwrap();
        let register = Self { db, _folder: folder };
        for code in ["RXB", "RXA"] {
            register.configure(&organisation(code), minute(0));
        }
        register
    }

    pub fn configure(&self, organisation: &Organisation, now: DateTime<Utc>) {
        self.db
            .write_stamped(Locks::ALL, now, |conn| {
                store::ensure_organisation(conn, organisation, now.date_naive())
            })
            .unwrap();
    }

    /// Imports a staff list as of 2026-11-01 at a minute; its hash is the minute's.
    pub fn staff(&self, minutes: i64, list: &CheckedFile<StaffRow>) -> ImportOutcome {
        self.staff_with(minutes, list, &options("2026-11-01"))
    }

    pub fn staff_with(
        &self,
        minutes: i64,
        list: &CheckedFile<StaffRow>,
        options: &ImportOptions,
    ) -> ImportOutcome {
        import::apply::<import::StaffLists>(
            &self.db,
            &source(minutes),
            list,
            &policy(),
            options,
            minute(minutes),
        )
        .unwrap()
    }

    pub fn training(&self, minutes: i64, records: &CheckedFile<TrainingRow>) -> ImportOutcome {
        self.training_with(minutes, records, &options("2026-11-01"))
    }

    pub fn training_with(
        &self,
        minutes: i64,
        records: &CheckedFile<TrainingRow>,
        options: &ImportOptions,
    ) -> ImportOutcome {
        import::apply::<import::TrainingRecords>(
            &self.db,
            &source(minutes),
            records,
            &policy(),
            options,
            minute(minutes),
        )
        .unwrap()
    }

    pub fn view(&self, known: KnownAt) -> View {
        store::view(&self.db, known, None, ViewDetail::WithNames, &HashMap::new()).unwrap()
    }

    /// Everything visible, a line a fact: what two registers are compared by.
    pub fn facts(&self, known: KnownAt) -> Vec<String> {
        facts(&self.view(known))
    }
}

pub fn facts(view: &View) -> Vec<String> {
    let mut facts = Vec::new();
    for (index, person) in view.people.placed() {
        let name = view.names.get(index).unwrap();
        let who = format!("{} {}", view.organisation_code(person.organisation), person.employee_number);
        facts.push(format!("{who} is {} <{}>", name.full(), name.email));
        for post in view.assignments(index) {
            let [title, unit, manager, status] =
                [post.job_title, post.unit, post.manager, post.status].map(|id| view.texts.get(id));
            let until = post.leave_on.map_or(String::new(), |leave| format!(" to {leave}"));
            let primary = if post.primary { "*" } else { "" };
            facts.push(format!(
                "{who} holds {}{primary} {title}, {unit}, {manager}, {status} from {}{until}",
                post.number, post.start_on
            ));
        }
        for record in view.records(index) {
            let course = view.course_code(record.course);
            let expires = record.expires_on.map_or(String::new(), |on| format!(" to {on}"));
            let hours = record.hours.map_or(String::new(), |hours| format!(" {hours}h"));
            facts.push(format!("{who} did {course} on {}{expires}{hours}", record.completed_on));
        }
        for exemption in view.exemptions(index) {
            let course = exemption.course.map_or("all", |course| view.course_code(course));
            facts.push(format!("{who} exempt {course} {:?} {:?}", exemption.from, exemption.until));
        }
    }
    facts
}

pub fn organisation(code: &str) -> Organisation {
    Organisation {
        code: code.into(),
        name: format!("{code} Trust"),
        kind: OrganisationKind::Acute,
        safeguarding_email: format!("safeguarding@{}.test", code.to_lowercase()),
    }
}

pub fn source(minutes: i64) -> ImportSource {
    ImportSource {
        file: "file.csv".into(),
        content_hash: format!("hash {minutes}"),
        brought_by: Actor::named("hr.officer"),
    }
}

/// Everything off, brakes at 10%.
pub fn options(as_of: &str) -> ImportOptions {
    ImportOptions {
        as_of: day(as_of),
        partial: false,
        force: Force::default(),
        strict: false,
        dry_run: false,
        brakes: brakes(10),
        listed: usize::MAX,
        progress: import::Progress::default(),
    }
}

/// Every brake at so many percent.
pub fn brakes(percent: u64) -> ImportBrakes {
    let limit = Percent(percent * Percent::ONE.0);
    ImportBrakes { leavers: limit, addresses: limit, rejected: limit }
}

/// Forced, for tests about something else than the brakes.
pub fn forced(as_of: &str) -> ImportOptions {
    ImportOptions { force: Force::Everything, ..options(as_of) }
}

/// A file of these rows, all of RXA, on lines from 2 on.
pub fn file<Row>(rows: impl IntoIterator<Item = Row>) -> CheckedFile<Row> {
    let rows: Vec<(u64, Row)> = (2..).zip(rows).collect();
    CheckedFile {
        organisations: vec!["RXA".into()].into(),
        row_count: rows.len() as u64,
        rows,
        rejected: Vec::new(),
        hash: String::new(),
        repeats: 0,
        warnings: Vec::new(),
        header_line: 1,
        headers: Vec::new(),
        headers_to_put_right: Vec::new(),
        by_address: Vec::new(),
        by_username: Vec::new(),
        by_name: Vec::new(),
        matrix: None,
        further_sheets: Vec::new(),
        employee_column: "Employee Number".into(),
        status_column: String::new(),
        own_headers: columns().map(|(_, name, _)| (name, name.to_owned())).collect(),
        skipped: Skipped::default(),
        ignored_columns: Vec::new(),
        absent_columns: Vec::new(),
        ends_in_reason: false,
        rejected_people: Vec::new(),
        rejected_unknown: false,
    }
}

/// The file with one more line that was rejected when it was read.
pub fn with_rejected<Row>(mut file: CheckedFile<Row>, line: u64, number: Option<&str>) -> CheckedFile<Row> {
    file.row_count += 1;
    let [column, value, reason] = ["Start Date", "soon", "is not a date"].map(String::from);
    file.rejected.push(Remark { line, column, value, reason });
    match number {
        Some(number) => file.rejected_people.push((0.into(), number.into())),
        None => file.rejected_unknown = true,
    }
    file
}

pub fn person(number: &str) -> StaffRow {
    StaffRow {
        organisation: 0.into(),
        employee_number: number.into(),
        person: PersonFields {
            first_name: "Ann".into(),
            last_name: format!("Example {number}").into(),
            email: format!("ann{number}@example.org").into(),
            ..PersonFields::default()
        },
        post: PostFields {
            job_title: "Nurse".into(),
            staff_group: "Nursing".into(),
            unit: "Surgery / Theatres".into(),
            manager_employee_number: "900".into(),
            assignment_status: "Active".into(),
            ..PostFields::default()
        },
        start_on: day("2020-01-01"),
        leave_on: None,
        primary: false,
    }
}

pub fn people(numbers: std::ops::RangeInclusive<u32>) -> impl Iterator<Item = StaffRow> {
    numbers.map(|number| person(&format!("{number:03}")))
}

pub fn record(number: &str, course: u16, on: &str) -> TrainingRow {
    TrainingRow {
        organisation: 0.into(),
        employee_number: number.into(),
        course: course.into(),
        completed_on: day(on),
        expires_on: None,
        certificate: "".into(),
        details: Arc::default(),
    }
}

/// The details of a row, to be changed.
pub fn details(row: &mut TrainingRow) -> &mut RecordDetails {
    Arc::make_mut(&mut row.details)
}

/// A policy with the courses C0 to C9.
pub fn policy() -> Policy {
    let course = |number: u16| Course {
        code: format!("C{number}"),
        title: format!("Course {number}"),
        valid_months: None,
        satisfies: Vec::new(),
        aliases: Vec::new(),
        default_hours: None,
        target: None,
        book_url: None,
        modes: Vec::new(),
    };
    Policy {
        due_soon_days: 90,
        target: Percent(90 * Percent::ONE.0),
        amber_margin: Percent(5 * Percent::ONE.0),
        grace: Grace::Exclude,
        absent_statuses: Vec::new(),
        present_statuses: Vec::new(),
        uncounted_categories: Vec::new(),
        ignored_courses: Vec::new(),
        courses: (0..10).map(course).collect(),
        requirements: Indexed::default(),
        reminders: ReminderRules::default(),
        changes: Vec::new(),
        statements: Indexed::default(),
    }
}
