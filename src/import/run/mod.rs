//! One import from the checked rows to the commit: recognised or compared, braked, recorded, reported (spec 3.6).

pub(super) mod brakes;
pub(super) mod destination;
pub(super) mod keyed;
mod keys;
pub(super) mod progress;
pub(super) mod report;

use std::collections::HashSet;

use chrono::NaiveDate;
use serde_json::json;

use crate::audit::{self, Act, Action, Actor};
use crate::clock::Clock;
use crate::db::{Conn, DbError};
use crate::import::FileOrganisationIndex;
use crate::import::diff::listed::ImportDifference;
use crate::import::messages::{Note, Refusal, Rejection, Warning};
use crate::import::reading::rows::{CheckedFile, MOST_REMARKS, Remark};
use crate::import::reading::skipped::SkipReason;
use crate::register::Organisation;
use crate::register::store::{self, ImportCounts, NewImport, WriteAttempt};
use crate::wording::counted;
use brakes::{BrakeWeight, Force, ImportBrake, ImportBrakes};
use destination::{AlongsideVerdict, Destination};
use progress::{ImportStep, Progress};
use report::ImportOutcome;

/// The file that rows come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSource {
    /// Its name, for people.
    pub file: String,
    /// A hash of its content, by which the same file is recognised.
    pub content_hash: String,
    /// Who brings it.
    pub brought_by: Actor,
}

/// How an import is to be done.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// The day a staff list speaks of.
    pub as_of: NaiveDate,
    /// Whether a staff list names only some of the staff.
    pub partial: bool,
    /// Which brakes are overruled, and whether a known file is imported again.
    pub force: Force,
    /// Whether any rejected row refuses the whole import; not overruled by `force`.
    pub strict: bool,
    /// Whether nothing is to be recorded: the difference is worked out and told, and the register is only read.
    pub dry_run: bool,
    /// What the brakes let pass.
    pub brakes: ImportBrakes,
    /// How many of each sort of difference are listed in the report; all are counted.
    pub listed: usize,
    /// Told how far the import has come.
    pub progress: Progress,
}

/// An import under way.
pub struct ImportRun<'a> {
    source: &'a ImportSource,
    pub(in crate::import) options: &'a ImportOptions,
    clock: Clock,
    /// The organisation that a dry run takes for recorded.
    unrecorded: Option<&'a Organisation>,
    pub(in crate::import) report: ImportOutcome,
    rejected_lines: HashSet<u64>,
    /// The import that the file was before, where it is recognised: then the register is only compared with.
    known: Option<i32>,
    /// The organisations it touches.
    touched: Vec<i32>,
    /// Whether a staff list is taken as partial.
    pub(in crate::import) partial: bool,
    /// What the brakes on people weigh: of each organisation that a staff list names, by itself.
    pub(in crate::import) people: Vec<(ImportBrake, BrakeWeight)>,
    /// Said first of a refusal: what may have caused it.
    pub(in crate::import) hint: Option<Refusal>,
}

/// A checked row with its line.
pub(in crate::import) type Original<'a, Row> = &'a (u64, Row);

/// Does an import in one transaction. `compare` works out the difference, tells the run's report what it comes to,
/// and applies it only if [`ImportRun::open`] gives it an import to do so under, which it never does in a dry run: that holds
/// up nobody, and needs no permission to write.
pub(in crate::import) fn run<'d, Row>(
    into: impl Into<Destination<'d>>,
    kind: &'static str,
    (source, options, clock): (&ImportSource, &ImportOptions, Clock),
    checked: &CheckedFile<Row>,
    mut compare: impl FnMut(&mut Conn, &mut ImportRun<'_>) -> Result<(), DbError>,
) -> Result<ImportOutcome, DbError> {
    let into: Destination<'_> = into.into();
    let mut attempt = |conn: &mut Conn| {
        options.progress.begin(ImportStep::Comparing, 0);
        let mut run = ImportRun::new(kind, source, options, clock, checked);
        run.unrecorded = into.unrecorded;
        let known = if options.force.takes_known() {
            None
        } else {
            store::recognise(conn, kind, &source.content_hash)?
        };
        run.known = known;
        compare(conn, &mut run)?;
        if let Some(id) = known {
            run.recognised(id);
        }
        run.count();
        if run.report.id.is_some() {
            run.tell_audit(conn)?;
            if let Some(alongside) = into.alongside
                && alongside(conn, &run.report)? == AlongsideVerdict::PutBack
            {
                run.report.id = None;
                return Ok(WriteAttempt::PutBack(run.report));
            }
            return Ok(WriteAttempt::Keep(run.report));
        }
        run.report.id = known;
        Ok(WriteAttempt::PutBack(run.report))
    };
    if options.dry_run {
        let (WriteAttempt::Keep(report) | WriteAttempt::PutBack(report)) = into.db.try_read(&mut attempt)?;
        return Ok(report);
    }
    store::attempt_import(into.db, clock, attempt)
}

impl<'a> ImportRun<'a> {
    fn new<Row>(
        kind: &'static str,
        source: &'a ImportSource,
        options: &'a ImportOptions,
        clock: Clock,
        checked: &CheckedFile<Row>,
    ) -> Self {
        let report = ImportOutcome {
            id: None,
            kind,
            file: source.file.clone(),
            rows: checked.row_count,
            applied: 0,
            unchanged: 0,
            joiners: 0,
            changes: 0,
            leavers: 0,
            records_added: 0,
            records_corrected: 0,
            skipped: checked.skipped.clone(),
            rejected: checked.rejected.clone(),
            warnings: checked.warnings.clone(),
            refused: None,
            braked: Vec::new(),
            cause: None,
            dry_run: options.dry_run,
            difference: ImportDifference::listing(options.listed),
            notes: skipped_notes(checked).iter().map(Note::to_string).collect(),
        };
        let rejected_lines = checked.rejected.iter().map(|remark| remark.line).collect();
        let (touched, partial, people, hint) = (Vec::new(), false, Vec::new(), None);
        Self {
            source,
            options,
            clock,
            unrecorded: None,
            report,
            rejected_lines,
            known: None,
            touched,
            partial,
            people,
            hint,
        }
    }

    /// Rejects a row that reading found no fault with.
    pub(in crate::import) fn reject(&mut self, line: u64, column: &str, value: &str, reason: &Rejection) {
        self.rejected_lines.insert(line);
        if self.report.rejected.len() > MOST_REMARKS {
            return;
        }
        self.report.rejected.push(Remark::rejection(line, column, value, reason));
    }

    /// How many of the lines are not rejected.
    pub(super) fn not_rejected(&self, lines: &HashSet<u64>) -> u64 {
        u64::try_from(lines.difference(&self.rejected_lines).count()).unwrap_or(u64::MAX)
    }

    /// Rejects a row of an organisation that the register does not have.
    pub(in crate::import) fn unknown_organisation<Row>(
        &mut self,
        line: u64,
        checked: &CheckedFile<Row>,
        organisation: FileOrganisationIndex,
    ) {
        let code = checked.organisation(organisation);
        let column = checked.header_of("organisation");
        self.reject(line, column, code, &Rejection::OrganisationNotThere { code: code.into() });
    }

    /// Adds a warning.
    pub(in crate::import) fn warn(&mut self, line: u64, column: &str, value: &str, warning: &Warning) {
        self.report.warnings.push(Remark::warning(line, column, value, warning));
    }

    /// Says how the file was taken.
    pub(in crate::import) fn note(&mut self, note: &Note) {
        self.report.notes.push(note.to_string());
    }

    /// Whether the register is compared with, and nothing is recorded.
    fn only_compares(&self) -> bool {
        self.options.dry_run || self.known.is_some()
    }

    /// Tells of a file that was imported before: which of its rows are rejected, and that none of the others changes
    /// anything, whatever it would change by now.
    fn recognised(&mut self, id: i32) {
        let would_change = self.report.applied;
        let report = &mut self.report;
        (report.applied, report.joiners, report.changes, report.leavers) = (0, 0, 0, 0);
        (report.records_added, report.records_corrected) = (0, 0);
        report.difference = ImportDifference::listing(self.options.listed);
        let mut notes = vec![Note::Recognised { id: id.to_string() }];
        if would_change > 0 {
            notes.push(Note::WouldChange { rows: counted(would_change, "row", "rows") });
        }
        report.notes.splice(0..0, notes.iter().map(Note::to_string));
    }

    fn count(&mut self) {
        self.report.rejected.sort_by_key(|remark| remark.line);
        self.report.warnings.sort_by_key(|remark| remark.line);
        let rejected = self.rejected();
        let told_apart = self.report.applied + rejected + self.report.skipped.total();
        self.report.unchanged = self.report.rows.saturating_sub(told_apart);
    }

    fn rejected(&self) -> u64 {
        u64::try_from(self.rejected_lines.len()).unwrap_or(u64::MAX)
    }

    /// Judges the brakes. When none refuses and it is no dry run, records the import and gives the id under which to
    /// apply the difference, whose counts must be in the report by now.
    pub(in crate::import) fn open(&mut self, conn: &mut Conn) -> Result<Option<i32>, DbError> {
        if self.known.is_none() {
            self.refuse();
        }
        if self.report.refused.is_some() || self.only_compares() {
            return Ok(None);
        }
        self.count();
        self.touched.sort_unstable();
        self.touched.dedup();
        let report = &self.report;
        let counts = ImportCounts {
            rows: report.rows,
            applied: report.applied,
            unchanged: report.unchanged,
            skipped: report.skipped.total(),
            rejected: self.rejected(),
            joiners: report.joiners,
            changes: report.changes,
            leavers: report.leavers,
            records_added: report.records_added,
            records_corrected: report.records_corrected,
        };
        let new = NewImport {
            kind: report.kind,
            file: &self.source.file,
            content_hash: &self.source.content_hash,
            as_of: self.options.as_of,
            partial: self.partial,
            forced: self.options.force.is_any(),
            counts,
            undoes: None,
        };
        let id = store::record_import(conn, &new)?;
        store::touch(conn, id, &self.touched)?;
        self.report.id = Some(id);
        Ok(Some(id))
    }

    /// Leaves an entry of the import in the audit log.
    fn tell_audit(&self, conn: &mut Conn) -> Result<(), DbError> {
        let report = &self.report;
        let act = Act {
            actor: &self.source.brought_by,
            action: Action::Import,
            object: format!("import {}", report.id.unwrap_or_default()),
            details: json!({
                "kind": report.kind,
                "forced": self.options.force.is_any(),
                "partial": self.partial,
                "rows": report.rows,
                "applied": report.applied,
                "rejected": self.rejected(),
                "joiners": report.joiners,
                "leavers": report.leavers,
            }),
        };
        audit::record(conn, &act, self.clock.now())?;
        Ok(())
    }

    /// Tells the report why nothing is to be changed, where something refuses it.
    fn refuse(&mut self) {
        let ImportOptions { strict, force, brakes, .. } = self.options;
        // What was skipped bears on no brake.
        let rows = self.report.rows.saturating_sub(self.report.skipped.total());
        let rejected = self.rejected();
        let mut reasons = Vec::new();
        if self.report.rejected.len() > MOST_REMARKS {
            reasons.push(Refusal::TooManyFaults { most: MOST_REMARKS.to_string() });
        }
        let is_strict = *strict && rejected > 0;
        let mut braked = Vec::new();
        if is_strict {
            reasons.push(Refusal::Strict { rejected: rejected.to_string(), rows: rows.to_string() });
        }
        let is_final = !reasons.is_empty();
        for brake in ImportBrake::ALL {
            let weighed: Vec<BrakeWeight> = match brake {
                // What not a single row is allowed to be says more than what a share of them is not.
                ImportBrake::Rejected if is_strict => continue,
                ImportBrake::Rejected => {
                    vec![BrakeWeight { organisation: String::new(), part: rejected, whole: rows }]
                }
                ImportBrake::Leavers | ImportBrake::Addresses => {
                    let of_brake = self.people.iter().filter(|(of, _)| *of == brake);
                    of_brake.map(|(_, weighed)| weighed.clone()).collect()
                }
            };
            if let Some(refusal) = brakes.refusal(brake, &weighed, force) {
                reasons.push(refusal);
                braked.push((brake, brakes.weight(brake, &weighed)));
            }
        }
        if reasons.is_empty() {
            return;
        }
        // The cause comes before the ways around a brake, which would keep it.
        let reasons = self.hint.iter().chain(&reasons);
        self.report.refused = Some(reasons.map(Refusal::to_string).collect::<Vec<_>>().join("; "));
        if !is_final {
            self.report.braked = braked;
            self.report.cause = self.hint.as_ref().map(Refusal::to_string);
        }
    }
}

/// The texts named of skipped rows; further ones are counted together.
const MOST_NAMED: usize = 10;

/// What was skipped, by what the rows say.
fn skipped_notes<Row>(checked: &CheckedFile<Row>) -> Vec<Note> {
    let skipped = &checked.skipped;
    let said = |all: Vec<(&str, u64)>| {
        let named = all.iter().take(MOST_NAMED).map(|(said, count)| format!("{said} {count}"));
        let mut named: Vec<String> = named.collect();
        match all.len().saturating_sub(MOST_NAMED) {
            0 => {}
            1 => named.push("and 1 other".to_owned()),
            more => named.push(format!("and {more} others")),
        }
        named.join(", ")
    };
    let mut notes = Vec::new();
    let many = |count, one, several| counted(usize::try_from(count).unwrap_or(usize::MAX), one, several);
    let rows = |why| many(skipped.of(why), "row", "rows");
    let said_in_rows = |why| said(skipped.said(why));
    if skipped.of(SkipReason::NotACompletion) > 0 {
        let why = SkipReason::NotACompletion;
        notes.push(Note::NotACompletion { rows: rows(why), said: said_in_rows(why) });
    }
    if skipped.cells() > 0 {
        let cells = many(skipped.cells(), "cell", "cells");
        notes.push(Note::NotACompletion { rows: cells, said: said(skipped.said_in_cells()) });
    }
    if skipped.of(SkipReason::NotOurCourse) > 0 {
        let why = SkipReason::NotOurCourse;
        notes.push(Note::NotOurCourse { rows: rows(why), said: said_in_rows(why) });
    }
    if skipped.total() == checked.row_count {
        notes.push(Note::NothingElse);
    }
    notes
}
