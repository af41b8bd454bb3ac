//! Takes a file in: read and check every row, compare with the register, apply in one transaction, and write what was
//! rejected beside the file (spec 3.6).

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::upkeep::silent_rules::warn_of_silent_rules;
use crate::answers;
use crate::app::App;
use crate::audit::Actor;
use crate::files::{Existing, Links};
use crate::import::{
    self, Alongside, Brakes, Checked, Destination, FileKind, Force, ImportError, Known, Limits, Options,
    Progress, ReadOptions, Report, Source,
};

/// How a file is to be taken in.
#[derive(Debug, Clone, Default)]
pub struct HowToImport {
    /// Show what would change, and change nothing.
    pub dry_run: bool,
    /// The day a staff list is complete as of; today where it is not given.
    pub as_of: Option<NaiveDate>,
    /// Whether a staff list is not complete.
    pub partial: bool,
    /// Which brakes are overruled, and whether a known file is taken again.
    pub force: Force,
    /// Whether any rejected row refuses the file.
    pub strict: bool,
    /// A file that names further headers.
    pub map: Option<PathBuf>,
    /// The sheet to read.
    pub sheet: Option<String>,
    /// Whether the file may be a symbolic link to one.
    pub links: Links,
    /// How many of each sort of difference are listed in the report; all are counted.
    pub listed: usize,
    /// Told how far the import has come.
    pub progress: Progress,
    /// Who brings the file.
    pub by: Actor,
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

/// A file taken in, with what it takes to write its rejected rows down.
#[derive(Debug)]
pub(crate) struct TakenIn {
    /// What the import did, or would do.
    pub report: Report,
    /// Headers that were not used.
    pub ignored_columns: Vec<String>,
    headers: Vec<String>,
    reading: ReadOptions,
    kind: FileKind,
}

impl TakenIn {
    /// Writes the rejected rows of `file`, where what was taken in now lies, beside it; `None` where there are none.
    pub fn write_rejected(&self, file: &Path, existing: Existing) -> Option<Result<PathBuf, ImportError>> {
        let (reading, headers, rejected) = (&self.reading, &self.headers, &self.report.rejected);
        let write = || import::write_rejected(file, reading, self.kind, headers, rejected, existing);
        (!rejected.is_empty()).then(write)
    }
}

/// Takes the file in, and writes what was rejected beside it.
pub fn import_file(
    app: &App,
    kind: FileKind,
    file: &Path,
    how: &HowToImport,
    today: NaiveDate,
) -> anyhow::Result<Imported> {
    let taken = take_in(app, kind, file, how, None, today)?;
    let existing = if how.force == Force::Everything { Existing::Replaced } else { Existing::OursReplaced };
    let rejected_file = if how.dry_run { None } else { taken.write_rejected(file, existing) };
    Ok(Imported { report: taken.report, rejected_file, ignored_columns: taken.ignored_columns })
}

/// Takes the file in, with what is to be written in the same transaction.
pub(crate) fn take_in(
    app: &App,
    kind: FileKind,
    file: &Path,
    how: &HowToImport,
    alongside: Option<&Alongside<'_>>,
    today: NaiveDate,
) -> anyhow::Result<TakenIn> {
    let policy = answers::policy_of(app, today)?;
    let organisations: Vec<String> =
        answers::organisations(app)?.into_iter().map(|organisation| organisation.code).collect();
    let known = Known {
        organisations: &organisations,
        default_organisation: &app.config.organisation.code,
        policy: &policy,
        today,
    };
    let reading = reading(app, how);
    let options = options(app, how, today);
    let unrecorded = app.unrecorded.organisation.as_ref();
    let (db, clock) = (Destination { db: &app.db, alongside, unrecorded }, app.clock);
    let (report, headers, ignored_columns) = match kind {
        FileKind::Staff => {
            let mut checked = import::read_staff(file, &reading, &known)?;
            warn_of_silent_rules(app, &policy, &options, &mut checked)?;
            let source = source(how, file, &checked);
            taken(import::staff(db, &source, &checked, &options, clock)?, &checked)
        }
        FileKind::Training => {
            let checked = import::read_training(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::training(db, &source, &checked, &policy, &options, clock)?, &checked)
        }
        FileKind::Organisations => {
            let checked = import::read_organisations(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::organisations(db, &source, &checked, &options, clock)?, &checked)
        }
        FileKind::Exemptions => {
            let checked = import::read_exemptions(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::exemptions(db, &source, &checked, &policy, &options, clock)?, &checked)
        }
        FileKind::Bookings => {
            let checked = import::read_bookings(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::bookings(db, &source, &checked, &policy, &options, clock)?, &checked)
        }
        FileKind::Assurance => {
            let checked = import::read_assurance(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::assurance(db, &source, &checked, &options, clock)?, &checked)
        }
        FileKind::Budget => {
            let checked = import::read_budget(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::budget(db, &source, &checked, &options, clock)?, &checked)
        }
        FileKind::Expenses => {
            let checked = import::read_expenses(file, &reading, &known)?;
            let source = source(how, file, &checked);
            taken(import::expenses(db, &source, &checked, &options, clock)?, &checked)
        }
    };
    Ok(TakenIn { report, ignored_columns, headers, reading, kind })
}

fn reading(app: &App, how: &HowToImport) -> ReadOptions {
    let (map, sheet, progress) = (how.map.clone(), how.sheet.clone(), how.progress.clone());
    ReadOptions { map, sheet, links: how.links, limits: limits(&app.config.import), progress }
}

fn options(app: &App, how: &HowToImport, today: NaiveDate) -> Options {
    Options {
        as_of: how.as_of.unwrap_or(today),
        partial: how.partial,
        force: how.force.clone(),
        strict: how.strict,
        dry_run: how.dry_run,
        brakes: Brakes {
            leavers: app.config.import.max_leavers,
            addresses: app.config.import.max_addresses,
            rejected: app.config.import.max_rejected,
        },
        listed: how.listed,
        progress: how.progress.clone(),
    }
}

fn taken<Row>(report: Report, checked: &Checked<Row>) -> (Report, Vec<String>, Vec<String>) {
    (report, checked.headers.clone(), checked.ignored_columns.clone())
}

fn source<Row>(how: &HowToImport, file: &Path, checked: &Checked<Row>) -> Source {
    let name = file.file_name().unwrap_or(file.as_os_str());
    Source {
        file: name.to_string_lossy().into_owned(),
        content_hash: checked.hash.clone(),
        brought_by: how.by.clone(),
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
