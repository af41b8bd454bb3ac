//! Rejected rows of an import that are put right one by one: taken as a file of their own, so that they are checked and
//! recorded as any file is (spec 8.9).

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::bring::{folder, receive};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, DbError, Locks};
use crate::files::{CsvWriter, LineEnd, Links};
use crate::import::{AlongsideVerdict, FileKind, ImportError, ImportOutcome, reason_of};
use crate::jobs::FormOnce;
use crate::jobs::import_file::{HowToImport, take_in};
use crate::register::store::{self, RejectedRow, RejectedRows};
use crate::uploads::store as uploads;

/// Rejected rows of an import, with what somebody has put right in them.
#[derive(Debug, Clone)]
pub(crate) struct RowsToPutRight {
    /// The import's number.
    pub(crate) import: i32,
    /// What it was an import of.
    pub(crate) kind: FileKind,
    /// The name of its file.
    pub(crate) file: String,
    /// The day that the file spoke of.
    pub(crate) as_of: NaiveDate,
    /// The code of the organisation that it touched, where it is one.
    pub(crate) organisation: Option<String>,
    /// The rows.
    pub(crate) rejected: RejectedRows,
}

/// What of rejected rows is right now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowsVerdict {
    /// What is still wrong with each, none where it is right, in their order.
    Judged(Vec<Vec<(String, String)>>),
    /// Nothing of them can be used: why.
    Unusable(String),
}

/// What came of the wish to import rows that were put right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PutRightOutcome {
    /// So many are the import with this number.
    Imported(i32, usize),
    /// None of them is right yet, or none can be imported.
    NotYet(RowsVerdict),
    /// This form did it before.
    SentBefore,
}

/// The rejected rows of an import that are still to be put right.
pub(crate) fn rejected_rows_of(app: &App, import: i32) -> anyhow::Result<RejectedRows> {
    Ok(app.db.read(|conn| store::rejected_of(conn, import))?)
}

/// Says what of the rows is right now; nothing is changed.
pub(crate) fn check_rows(app: &App, rows: &RowsToPutRight) -> anyhow::Result<RowsVerdict> {
    let how = HowToImport { dry_run: true, by: Actor::daemon(), ..HowToImport::default() };
    Ok(match rows.take_in(app, &rows.rejected.rows, how, None)? {
        Ok(report) => RowsVerdict::Judged(rows.faults(&report)),
        Err(why) => RowsVerdict::Unusable(why),
    })
}

/// Imports those of the rows that are right now; the others stay, as they were put right.
pub(crate) fn import_rows(
    app: &App,
    rows: &RowsToPutRight,
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<PutRightOutcome> {
    let verdict = check_rows(app, rows)?;
    let RowsVerdict::Judged(faults) = &verdict else { return Ok(PutRightOutcome::NotYet(verdict)) };
    let judged = || rows.rejected.rows.iter().zip(faults);
    let good: Vec<RejectedRow> =
        judged().filter(|(_, faults)| faults.is_empty()).map(|(row, _)| row.clone()).collect();
    if good.is_empty() {
        return Ok(PutRightOutcome::NotYet(verdict));
    }
    let lines: Vec<u64> = good.iter().map(|row| row.line).collect();
    let left = judged().filter(|(_, faults)| !faults.is_empty());
    let left: Vec<RejectedRow> =
        left.map(|(row, faults)| RejectedRow { faults: faults.clone(), ..row.clone() }).collect();
    let used = Cell::new(false);
    let alongside = |conn: &mut Conn, _: &ImportOutcome| -> Result<AlongsideVerdict, DbError> {
        let is_first = once.is_first(conn, now)?;
        used.set(!is_first);
        if !is_first {
            return Ok(AlongsideVerdict::PutBack);
        }
        store::remove_rejected(conn, rows.import, &lines)?;
        for row in &left {
            store::update_rejected(conn, rows.import, row)?;
        }
        Ok(AlongsideVerdict::Keep)
    };
    let how = HowToImport { by: by.clone(), ..HowToImport::default() };
    Ok(match rows.take_in(app, &good, how, Some(&alongside))? {
        _ if used.get() => PutRightOutcome::SentBefore,
        Ok(ImportOutcome { refused: Some(why), .. }) => {
            PutRightOutcome::NotYet(RowsVerdict::Unusable(format!("They were refused: {why}.")))
        }
        Ok(ImportOutcome { id: Some(import), .. }) => PutRightOutcome::Imported(import, good.len()),
        Ok(_) => PutRightOutcome::NotYet(verdict),
        Err(why) => PutRightOutcome::NotYet(RowsVerdict::Unusable(why)),
    })
}

/// Says why a row need not be put right; `false` where it is gone, or this form did it before.
pub(crate) fn dismiss_row(
    app: &App,
    (import, line, why): (i32, u64, &str),
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    Ok(app.db.write(Locks::AUDIT, |conn| {
        let is_done = once.is_first(conn, now)? && store::dismiss_rejected(conn, import, line, why)?;
        if is_done {
            // Why stands with the row, where a purge reaches it: it may name somebody.
            let object = format!("import {import}");
            let act = Act::new(by, Action::RejectedDismiss, object, json!({ "line": line }));
            audit::record(conn, &act, now)?;
        }
        Ok(is_done)
    })?)
}

/// The rows as a file that can be brought again once it is put right, each with what is wrong.
pub(crate) fn rejected_file(rejected: &RejectedRows) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut writer = CsvWriter::marked(&mut bytes, LineEnd::Lf)?;
    writer.row(rejected.headers.iter().cloned().chain(["reason".to_owned()]))?;
    for row in &rejected.rows {
        let reasons = row.faults.iter().map(|(column, reason)| match column.as_str() {
            "" => reason.clone(),
            column => format!("{column}: {reason}"),
        });
        let reasons = reasons.collect::<Vec<_>>().join("; ");
        writer.row(row.cells.iter().cloned().chain([reasons]))?;
    }
    writer.finish()?;
    Ok(bytes)
}

impl RowsToPutRight {
    /// Takes these rows in as a file of their own, of only some of the staff.
    fn take_in(
        &self,
        app: &App,
        rows: &[RejectedRow],
        how: HowToImport,
        alongside: Option<&crate::import::WrittenAlongside<'_>>,
    ) -> anyhow::Result<Result<ImportOutcome, String>> {
        let (file, received) = receive(app)?;
        let mut writer = CsvWriter::marked(BufWriter::new(file), LineEnd::Lf)?;
        let reason = || std::iter::once("reason".to_owned());
        writer.row(self.rejected.headers.iter().cloned().chain(reason()))?;
        for row in rows {
            writer.row(row.cells.iter().cloned().chain([String::new()]))?;
        }
        writer.finish()?.flush()?;
        let map =
            app.db.read(|conn| uploads::usual_map(conn, self.organisation.as_deref(), self.kind.as_str()))?;
        let name = received.path().file_name().unwrap_or_default().to_string_lossy().into_owned();
        let how = HowToImport {
            as_of: Some(self.as_of),
            partial: true,
            links: Links::Refused,
            named: Some(format!("{}.rejected.csv", self.file)),
            only: self.organisation.iter().cloned().collect(),
            map: if map.is_empty() { None } else { Some(folder(app).write_map(&name, &map)?) },
            ..how
        };
        let taken = take_in(app, self.kind, received.path(), &how, alongside, app.today());
        folder(app).remove(&name);
        match taken {
            Ok(taken) => Ok(Ok(taken.report)),
            Err(error) => match error.downcast()? {
                ImportError::Refused { reason, .. } => {
                    Ok(Err(format!("{}.", reason_of("What you typed", &reason))))
                }
                other => Err(other.into()),
            },
        }
    }

    /// What is wrong with each row of a file that was made of them, in their order: the first stands below the header.
    fn faults(&self, report: &ImportOutcome) -> Vec<Vec<(String, String)>> {
        let mut by_line: BTreeMap<u64, Vec<(String, String)>> = BTreeMap::new();
        for remark in &report.rejected {
            by_line.entry(remark.line).or_default().push((remark.column.clone(), remark.reason.clone()));
        }
        (2..).take(self.rejected.rows.len()).map(|line| by_line.remove(&line).unwrap_or_default()).collect()
    }
}
