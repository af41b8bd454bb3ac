//! Takes a file in: read and check every row, compare with the register, apply in one transaction, and write what was
//! rejected beside the file (spec 3.6).

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::NaiveDate;

use super::upkeep::silent_rules::warn_of_silent_rules;
use crate::answers;
use crate::app::{App, OwnCode};
use crate::audit::Actor;
use crate::db::{Conn, Locks};
use crate::files::{Existing, Links};
use crate::import::{
    self, AlongsideVerdict, AssuranceAnswers, BookedPlaces, BudgetLists, CellsSay, CheckContext, CheckedFile,
    Destination, ExemptionLists, ExpenseLists, FileEncoding, FileKind, Force, ImportBrakes, ImportError,
    ImportOptions, ImportOutcome, ImportSource, ImportedKind, Limits, OrganisationLists, Progress,
    ReadOptions, RejectedHeaders, RejectedReaders, RowJudges, StaffLists, TrainingRecords, WrittenAlongside,
};
use crate::measures::{Occurrence, TimedWork};
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
    /// Which brakes are overruled, and whether a known file is taken again.
    pub force: Force,
    /// Whether any rejected row refuses the file.
    pub strict: bool,
    /// A file that names further headers.
    pub map: Option<PathBuf>,
    /// The start date of people who are new, where a staff list has no column for it.
    pub start_on: Option<NaiveDate>,
    /// The encoding of a text file, where it is not to be told from its bytes.
    pub encoding: Option<FileEncoding>,
    /// What dates in a matrix of training say.
    pub cells: Option<CellsSay>,
    /// The sheet to read.
    pub sheet: Option<String>,
    /// The codes of the organisations whose rows may be taken; all, where there are none.
    pub only: Vec<String>,
    /// Whether the file may be a symbolic link to one.
    pub links: Links,
    /// How many of each sort of difference are listed in the report; all are counted.
    pub listed: usize,
    /// Told how far the import has come.
    pub progress: Progress,
    /// Who brings the file.
    pub by: Actor,
    /// What the file is called, where it lies under another name.
    pub named: Option<String>,
}

/// What became of a file.
#[derive(Debug)]
pub struct Imported {
    /// What the import did, or would do.
    pub report: ImportOutcome,
    /// Where the rejected rows were written, ready to be put right; or why they could not be.
    pub rejected_file: Option<Result<PathBuf, ImportError>>,
    /// Headers that were not used.
    pub ignored_columns: Vec<String>,
}

/// A file taken in, with what it takes to write its rejected rows down.
#[derive(Debug)]
pub(crate) struct ImportedFile {
    /// What the import did, or would do.
    pub report: ImportOutcome,
    /// Headers that were not used.
    pub ignored_columns: Vec<String>,
    headers: RejectedHeaders,
    reading: ReadOptions,
    kind: FileKind,
}

/// The most rejected rows that are kept to be put right one by one: of more, the file is put right.
pub(crate) const MOST_PUT_RIGHT: usize = 500;

impl ImportedFile {
    /// Keeps the rejected rows of an import to be put right, where they are not too many for that.
    fn keep_rejected(&self, app: &App, file: &Path) -> anyhow::Result<()> {
        let (Some(import), lines) = (self.report.id, self.report.rejected_lines().len()) else {
            return Ok(());
        };
        if lines == 0 || lines > MOST_PUT_RIGHT {
            return Ok(());
        }
        let rows =
            import::rejected_rows(file, &self.reading, self.kind, &self.headers, &self.report.rejected)?;
        app.db.write(Locks::NONE, |conn| store::keep_rejected(conn, import, &rows))?;
        Ok(())
    }

    /// Writes the rejected rows of `file`, where what was taken in now lies, beside it; `None` where there are none.
    pub(crate) fn write_rejected(
        &self,
        file: &Path,
        existing: Existing,
        readers: RejectedReaders<'_>,
    ) -> Option<Result<PathBuf, ImportError>> {
        let (reading, headers, rejected) = (&self.reading, &self.headers, &self.report.rejected);
        let write = || import::write_rejected(file, reading, self.kind, headers, rejected, existing, readers);
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
    let rejected_file =
        if how.dry_run { None } else { taken.write_rejected(file, existing, RejectedReaders::OfTheFile) };
    Ok(Imported { report: taken.report, rejected_file, ignored_columns: taken.ignored_columns })
}

/// Takes the file in, with what is to be written in the same transaction.
pub(crate) fn take_in(
    app: &App,
    kind: FileKind,
    file: &Path,
    how: &HowToImport,
    alongside: Option<&WrittenAlongside<'_>>,
    today: NaiveDate,
) -> anyhow::Result<ImportedFile> {
    let began = Instant::now();
    let taken = take_in_unmeasured(app, kind, file, how, alongside, today);
    let measures = app.db.measures();
    measures.took(TimedWork::Import, &[kind.as_str()], began.elapsed());
    let turned_away = match &taken {
        _ if how.dry_run => None,
        Ok(taken) => taken.report.refused.as_ref().map(|_| "refused"),
        Err(error) => error.is::<ImportError>().then_some("unusable"),
    };
    if let Some(outcome) = turned_away {
        measures.count(Occurrence::FileTurnedAway, &[kind.as_str(), outcome]);
    }
    taken
}

fn take_in_unmeasured(
    app: &App,
    kind: FileKind,
    file: &Path,
    how: &HowToImport,
    alongside: Option<&WrittenAlongside<'_>>,
    today: NaiveDate,
) -> anyhow::Result<ImportedFile> {
    let policy = answers::policy_of(app, today)?;
    let (organisations, organisation_names): (Vec<String>, Vec<String>) = answers::organisations(app)?
        .into_iter()
        .map(|organisation| (organisation.code, organisation.name))
        .unzip();
    let own_code = app.db.read(|conn| app.own_code(conn))?;
    let known = CheckContext {
        organisations: &organisations,
        organisation_names: &organisation_names,
        // Whoever may speak of one organisation alone speaks of it.
        default_organisation: match (how.only.as_slice(), &own_code) {
            ([only], _) => only,
            (_, OwnCode::Former { now }) => now,
            _ => &app.config.organisation.code,
        },
        only: &how.only,
        policy: &policy,
        zone: app.config.time_zone,
        today,
    };
    let reading = reading(app, how);
    let options = options(app, how, today);
    let unrecorded = app.unrecorded.organisation.as_ref();
    let into = Destination { db: &app.db, alongside, unrecorded };
    let job = FileImport { app, how, file, reading, options, known: &known, own_code: &own_code, into };
    match kind {
        FileKind::Staff => job.take_in::<StaffLists>(),
        FileKind::Training => job.take_in::<TrainingRecords>(),
        FileKind::Organisations => job.take_in::<OrganisationLists>(),
        FileKind::Exemptions => job.take_in::<ExemptionLists>(),
        FileKind::Bookings => job.take_in::<BookedPlaces>(),
        FileKind::Assurance => job.take_in::<AssuranceAnswers>(),
        FileKind::Budget => job.take_in::<BudgetLists>(),
        FileKind::Expenses => job.take_in::<ExpenseLists>(),
    }
}

/// A file to be taken in.
struct FileImport<'a> {
    app: &'a App,
    how: &'a HowToImport,
    file: &'a Path,
    reading: ReadOptions,
    options: ImportOptions,
    known: &'a CheckContext<'a>,
    own_code: &'a OwnCode,
    into: Destination<'a>,
}

impl FileImport<'_> {
    fn take_in<K: ImportedKind>(self) -> anyhow::Result<ImportedFile> {
        let Self { app, how, file, reading, options, known, own_code, into } = self;
        let mut checked = import::read::<K>(file, &reading, known)?;
        refuse_astray(app, file, own_code, &checked.organisations)?;
        if let Some(list) = K::staff_list(&mut checked) {
            warn_of_silent_rules(app, known.policy, &options, list)?;
        }
        let mut content_hash = checked.hash.clone();
        let is_of_all =
            known.only.is_empty() || known.organisations.iter().all(|code| known.only.contains(code));
        if !is_of_all {
            // Of which other rows are taken is another file.
            content_hash.push_str(&format!(" within {}", known.only.join(" ")));
        }
        let name = || file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        let source = ImportSource {
            file: how.named.clone().unwrap_or_else(name),
            content_hash,
            brought_by: how.by.clone(),
        };
        let is_kept = Cell::new(false);
        let alongside = |conn: &mut Conn, report: &ImportOutcome| {
            let verdict = into.alongside.map_or(Ok(AlongsideVerdict::Keep), |write| write(conn, report))?;
            is_kept.set(verdict == AlongsideVerdict::Keep);
            Ok(verdict)
        };
        let into = Destination { alongside: Some(&alongside), ..into };
        let report = import::apply::<K>(into, &source, &checked, known.policy, &options, app.clock)?;
        let headers = RejectedHeaders::of(&checked);
        let CheckedFile { ignored_columns, .. } = checked;
        let taken = ImportedFile { report, ignored_columns, headers, reading, kind: K::KIND };
        if is_kept.get()
            && let Err(error) = taken.keep_rejected(app, file)
        {
            // The import stands: its rejected rows are in the file that is written beside it.
            tracing::warn!(error = format!("{error:#}"), "rejected rows can't be kept to be put right");
        }
        Ok(taken)
    }
}

/// Refuses rows of the organisation that the settings name by a code that would make it a second one, with everybody twice.
/// One that a list of organisations brings is meant to be one more.
fn refuse_astray(app: &App, file: &Path, own_code: &OwnCode, named: &[String]) -> Result<(), ImportError> {
    let configured = &app.config.organisation.code;
    if !matches!(own_code, OwnCode::Astray { .. }) || !named.contains(configured) {
        return Ok(());
    }
    let settings = app.config.file.display().to_string();
    let Some((says, to_do)) = own_code.fault(configured, &settings) else { return Ok(()) };
    let reason = format!("has rows of {configured}, of which nobody is known: {says}. {to_do}");
    Err(ImportError::Refused { path: file.to_owned(), reason, fault: None })
}

/// How a file is read that is to be taken in so.
pub(super) fn reading(app: &App, how: &HowToImport) -> ReadOptions {
    let (map, sheet, progress) = (how.map.clone(), how.sheet.clone(), how.progress.clone());
    let (usual_map, start_on) = (app.config.import.map.clone(), how.start_on);
    let (links, limits) = (how.links, limits(&app.config.import));
    ReadOptions {
        map,
        usual_map,
        start_on,
        encoding: how.encoding,
        cells: how.cells,
        sheet,
        links,
        limits,
        judges: RowJudges::default(),
        progress,
    }
}

fn options(app: &App, how: &HowToImport, today: NaiveDate) -> ImportOptions {
    ImportOptions {
        as_of: how.as_of.unwrap_or(today),
        partial: how.partial,
        force: how.force.clone(),
        strict: how.strict,
        dry_run: how.dry_run,
        brakes: ImportBrakes {
            leavers: app.config.import.max_leavers,
            addresses: app.config.import.max_addresses,
            rejected: app.config.import.max_rejected,
        },
        listed: how.listed,
        progress: how.progress.clone(),
    }
}

/// The limits that the settings give.
pub(super) fn limits(settings: &crate::config::ImportSettings) -> Limits {
    Limits {
        csv_bytes: settings.csv_bytes,
        sheet_bytes: settings.spreadsheet_bytes,
        unpacked_bytes: settings.unpacked_bytes,
        rows: settings.max_rows,
        columns: usize::try_from(settings.max_columns).unwrap_or(usize::MAX),
    }
}
