//! `import`: takes a file in, and says what was done and what to put right.

use std::path::Path;

use super::args::{CellsKind, ForceKind, ImportArgs, ImportFile, ImportHistory, ImportKind};
use super::exit::Exit;
use super::out::{Out, complain};
use super::progress::watched;
use crate::answers::{self, Viewer, difference};
use crate::app::App;
use crate::audit::Actor;
use crate::files::Links;
use crate::import::{
    self, CellsSay, FileKind, Force, ImportBrake, ImportOutcome, Progress, Remark, UndoReport, alike,
};
use crate::jobs::{HowToImport, Imported, import_file};
use crate::wording::printable;

/// How many different remarks of a kind are shown to a person; the rest is in the file of rejected rows and in the JSON.
const SHOWN: usize = 20;
/// How many of each sort of difference the JSON of an import that was done lists; that of a dry run lists all.
const LISTED_WHEN_DONE: usize = 1000;

/// Imports a file, or lists, shows or undoes what was imported.
pub(crate) fn run(app: &App, args: &ImportArgs, out: Out) -> anyhow::Result<Exit> {
    match (&args.history, &args.file) {
        (Some(ImportHistory::List), _) => out.answer(&answers::imports(app, &Viewer::Everything)?),
        (Some(ImportHistory::Show { id }), _) => out.answer(&answers::import(app, &Viewer::Everything, *id)?),
        (Some(ImportHistory::Undo { id }), _) => undo(app, *id, out),
        (None, Some(file)) => take_in(app, file, out),
        (None, None) => Ok(Exit::Usage),
    }
}

/// Imports a file. Exit status 3 where a brake refused it, 4 where rows were rejected.
fn take_in(app: &App, args: &ImportFile, out: Out) -> anyhow::Result<Exit> {
    let how = HowToImport {
        dry_run: args.dry_run,
        as_of: args.as_of,
        partial: args.partial,
        force: force(&args.force),
        strict: args.strict,
        map: args.map.clone(),
        start_on: args.start_date,
        encoding: args.encoding,
        cells: args.cells.map(CellsSay::from),
        sheet: args.sheet.clone(),
        only: Vec::new(),
        links: Links::Refused,
        by: Actor::of_process(),
        listed: how_many(args.dry_run, out.json),
        progress: Progress::default(),
        ..HowToImport::default()
    };
    let imported =
        watched(out, &how.progress, || import_file(app, args.kind.into(), &args.file, &how, app.today()))?;
    if out.json {
        out.document(&imported.report)?;
    } else {
        print_report(&imported.report, args.dry_run, out)?;
    }
    remarks(&imported, args.map.as_deref(), out);
    Ok(match &imported.report {
        report if report.refused.is_some() => Exit::Refused,
        report if !report.rejected.is_empty() => Exit::Rejected,
        _ => Exit::Done,
    })
}

/// What the `--force`s of a command overrule together.
fn force(kinds: &[ForceKind]) -> Force {
    let brake = |kind: &ForceKind| match kind {
        ForceKind::All => None,
        ForceKind::Leavers => Some(ImportBrake::Leavers),
        ForceKind::Addresses => Some(ImportBrake::Addresses),
        ForceKind::Rejected => Some(ImportBrake::Rejected),
    };
    // One that names no brake overrules them all.
    kinds.iter().map(brake).collect::<Option<_>>().map_or(Force::Everything, Force::Brakes)
}

/// What the import did and changes. A dry run that a brake refuses shows whom the import would end, too: that is what it
/// is asked for.
fn print_report(report: &ImportOutcome, dry_run: bool, out: Out) -> anyhow::Result<()> {
    if report.refused.is_some() {
        complain(&words(report));
    } else {
        out.text(&words(report))?;
    }
    if dry_run {
        out.text(&difference::in_full(&report.difference))?;
    } else if let Some(words) = difference::in_short(&report.difference)
        && report.refused.is_none()
    {
        out.text(&words)?;
    }
    Ok(())
}

/// How many of each sort of difference are listed: all where all is asked for, else what a person reads.
fn how_many(dry_run: bool, json: bool) -> usize {
    match (dry_run, json) {
        (true, true) => usize::MAX,
        (true, false) => SHOWN,
        (false, true) => LISTED_WHEN_DONE,
        (false, false) => 0,
    }
}

impl From<ImportKind> for FileKind {
    fn from(kind: ImportKind) -> Self {
        match kind {
            ImportKind::Staff => Self::Staff,
            ImportKind::Training => Self::Training,
            ImportKind::Organisations => Self::Organisations,
            ImportKind::Budget => Self::Budget,
            ImportKind::Expenses => Self::Expenses,
            ImportKind::Exemptions => Self::Exemptions,
            ImportKind::Assurance => Self::Assurance,
            ImportKind::Bookings => Self::Bookings,
        }
    }
}

impl From<CellsKind> for CellsSay {
    fn from(kind: CellsKind) -> Self {
        match kind {
            CellsKind::Completed => Self::Completed,
            CellsKind::Expires => Self::Expires,
        }
    }
}

/// What the import did, in a few lines.
pub(crate) fn words(report: &ImportOutcome) -> String {
    let rejected = report.rejected_lines().len();
    if let Some(why) = &report.refused {
        return format!("{}: refused, nothing changed: {why}", printable(&report.file));
    }
    let id = report.id.map_or(String::new(), |id| format!(" (import {id})"));
    let would = if report.dry_run { "would be " } else { "" };
    let mut parts = vec![
        format!("{} {} {would}applied", report.applied, if report.applied == 1 { "row" } else { "rows" }),
        format!("{} unchanged", report.unchanged),
    ];
    if report.skipped.total() > 0 {
        parts.push(format!("{} skipped", report.skipped.total()));
    }
    parts.push(format!("{rejected} rejected"));
    for (count, one, many) in [
        (report.joiners, "joiner", "joiners"),
        (report.changes, "person changed", "people changed"),
        (report.leavers, "leaver", "leavers"),
        (report.records_added, "record added", "records added"),
        (report.records_corrected, "record corrected", "records corrected"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {}", if count == 1 { one } else { many }));
        }
    }
    format!("{}{id}: {}", printable(&report.file), parts.join(", "))
}

/// Tells the person what was rejected and why, what to look at, and where the rejected rows are.
fn remarks(imported: &Imported, map: Option<&Path>, out: Out) {
    let report = &imported.report;
    for note in &report.notes {
        out.note(note);
    }
    if !imported.ignored_columns.is_empty() {
        out.note(&format!("columns not used: {}", imported.ignored_columns.join(", ")));
    }
    print_remarks(out, "rejected", &report.rejected);
    print_remarks(out, "warning", &report.warnings);
    match &imported.rejected_file {
        Some(Ok(file)) if report.refused.is_some() => out.note(&format!(
            "the rejected rows and their reasons are in {}: put them right in {}, and import it again",
            printable(&file.to_string_lossy()),
            printable(&report.file),
        )),
        Some(Ok(file)) => out.note(&format!(
            "the rejected rows are in {}: put them right and import that file{}",
            printable(&file.to_string_lossy()),
            map.map_or(String::new(), |map| format!(
                ", with --map {} again",
                printable(&map.to_string_lossy())
            ))
        )),
        Some(Err(error)) => out.note(&format!("the rejected rows could not be written down: {error}")),
        None => {}
    }
}

fn print_remarks(out: Out, what: &str, remarks: &[Remark]) {
    let all = alike(remarks);
    for same in all.iter().take(SHOWN) {
        let column = if same.column.is_empty() { String::new() } else { format!(", {}", same.column) };
        let value = same.value.filter(|value| !value.is_empty());
        let value = value.map_or(String::new(), |value| format!(" {value:?}"));
        out.note(&format!("{what}: {}{column}{value}: {}", same.place(), same.reason));
    }
    let more: usize = all.iter().skip(SHOWN).map(|same| same.rows).sum();
    if more > 0 {
        out.note(&format!("{what}: and {more} more"));
    }
}

/// Undoes one import. Exit status 3 where that was refused, nothing changed.
fn undo(app: &App, id: i32, out: Out) -> anyhow::Result<Exit> {
    let undone = import::undo(&app.db, id, &Actor::of_process(), app.today(), app.clock)?;
    if out.json {
        out.document(&undone)?;
    } else {
        out.text(&undone_words(&undone))?;
    }
    for note in &undone.notes {
        out.note(note);
    }
    Ok(if undone.refused.is_some() { Exit::Refused } else { Exit::Done })
}

fn undone_words(undone: &UndoReport) -> String {
    match (&undone.refused, undone.id) {
        (None, Some(id)) => format!(
            "import {} is undone (import {id}): {} versions closed, {} opened again; `refresher import undo {id}` \
             takes that back",
            undone.undoes, undone.closed, undone.restored
        ),
        (why, _) => format!("refused, nothing changed: {}", why.as_deref().unwrap_or_default()),
    }
}
