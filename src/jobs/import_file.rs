//! Takes a file in: read and check every row, compare with the register, apply in one transaction, and write what was
//! rejected beside the file (spec 3.6).

use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::import::{
    self, Checked, FileKind, ImportError, Known, Limits, Options, Progress, ReadOptions, Report, Source,
};
use crate::register::store;

/// How a file is to be taken in.
#[derive(Debug, Clone, Default)]
pub struct HowToImport {
    /// Show what would change, and change nothing.
    pub dry_run: bool,
    /// The day a staff list is complete as of; today where it is not given.
    pub as_of: Option<NaiveDate>,
    /// Whether a staff list is not complete.
    pub partial: bool,
    /// Whether brakes are overruled and a known file is taken again.
    pub force: bool,
    /// Whether any rejected row refuses the file.
    pub strict: bool,
    /// A file that names further headers.
    pub map: Option<PathBuf>,
    /// The sheet to read.
    pub sheet: Option<String>,
    /// How many of each sort of difference are listed in the report; all are counted.
    pub listed: usize,
    /// Told how far the import has come.
    pub progress: Progress,
}

/// What became of a file.
#[derive(Debug)]
pub struct Imported {
    /// What the import did, or would do.
    pub report: Report,
    /// Where the rejected rows were written, ready to be put right; or why they could not be.
    pub rejected_file: Option<Result<PathBuf, ImportError>>,
    /// Headers that were not used.
    pub ignored_columns: Vec<String>,
}

/// Takes the file in.
pub fn import_file(
    app: &App,
    kind: FileKind,
    file: &Path,
    how: &HowToImport,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<Imported> {
    let policy = app.policy_of(today)?;
    let organisations: Vec<String> =
        app.organisations(store::Known::Latest)?.into_iter().map(|organisation| organisation.code).collect();
    let known = Known {
        organisations: &organisations,
        default_organisation: &app.config.organisation.code,
        policy: &policy,
        today,
    };
    let reading = reading(app, how);
    let options = options(app, how, today);
    let db = &app.db;
    let taken = match kind {
        FileKind::Staff => {
            let checked = import::read_staff(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::staff(db, &source, &checked, &options, now)?, &checked)
        }
        FileKind::Training => {
            let checked = import::read_training(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::training(db, &source, &checked, &policy, &options, now)?, &checked)
        }
        FileKind::Organisations => {
            let checked = import::read_organisations(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::organisations(db, &source, &checked, &options, now)?, &checked)
        }
        FileKind::Exemptions => {
            let checked = import::read_exemptions(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::exemptions(db, &source, &checked, &policy, &options, now)?, &checked)
        }
        FileKind::Bookings => {
            let checked = import::read_bookings(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::bookings(db, &source, &checked, &policy, &options, now)?, &checked)
        }
        FileKind::Assurance => {
            let checked = import::read_assurance(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::assurance(db, &source, &checked, &options, now)?, &checked)
        }
        FileKind::Budget => {
            let checked = import::read_budget(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::budget(db, &source, &checked, &options, now)?, &checked)
        }
        FileKind::Expenses => {
            let checked = import::read_expenses(file, &reading, &known)?;
            let source = source(app, file, &checked);
            taken(import::expenses(db, &source, &checked, &options, now)?, &checked)
        }
    };
    let (report, headers, ignored_columns) = taken;
    let rejected_file = (!report.rejected.is_empty() && !how.dry_run)
        .then(|| import::write_rejected(file, &reading, kind, &headers, &report.rejected));
    Ok(Imported { report, rejected_file, ignored_columns })
}

fn reading(app: &App, how: &HowToImport) -> ReadOptions {
    let (map, sheet, progress) = (how.map.clone(), how.sheet.clone(), how.progress.clone());
    ReadOptions { map, sheet, limits: limits(&app.config.import), progress }
}

fn options(app: &App, how: &HowToImport, today: NaiveDate) -> Options {
    Options {
        as_of: how.as_of.unwrap_or(today),
        partial: how.partial,
        force: how.force,
        strict: how.strict,
        dry_run: how.dry_run,
        max_leavers: app.config.import.max_leavers,
        max_rejected: app.config.import.max_rejected,
        listed: how.listed,
        progress: how.progress.clone(),
    }
}

fn taken<Row>(report: Report, checked: &Checked<Row>) -> (Report, Vec<String>, Vec<String>) {
    (report, checked.headers.clone(), checked.ignored_columns.clone())
}

fn source<Row>(app: &App, file: &Path, checked: &Checked<Row>) -> Source {
    let name = file.file_name().unwrap_or(file.as_os_str());
    Source {
        file: name.to_string_lossy().into_owned(),
        content_hash: checked.hash.clone(),
        brought_by: app.actor.clone(),
    }
}

fn limits(settings: &crate::config::ImportSettings) -> Limits {
    Limits {
        csv_bytes: settings.csv_bytes,
        sheet_bytes: settings.spreadsheet_bytes,
        unpacked_bytes: settings.unpacked_bytes,
        rows: settings.max_rows,
        columns: usize::try_from(settings.max_columns).unwrap_or(usize::MAX),
    }
}
