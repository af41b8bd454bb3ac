//! An answer to a statement of assurance, given at the console: taken as a file of one row, so that it is checked and recorded
//! as any file is.

use std::cell::Cell;
use std::io::{BufWriter, Write};

use chrono::{DateTime, Utc};

use super::FormOnce;
use super::drafts::receive;
use super::import_file::{HowToImport, take_in};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{Conn, DbError};
use crate::files::{CsvWriter, LineEnd, Links};
use crate::import::{AlongsideVerdict, FileKind, ImportError, ImportOutcome};

/// What the history calls it.
const BY_HAND: &str = "answered by hand";

/// An answer as it is typed: the columns of a file of answers (spec 3.4).
#[derive(Debug, Clone, Copy)]
pub(crate) struct TypedAnswer<'a> {
    /// The organisation's code.
    pub(crate) organisation: &'a str,
    /// The columns, each with what was typed.
    pub(crate) columns: &'a [(&'static str, &'a str)],
}

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnswerOutcome {
    /// It is the import with this number; `None` where it stood so.
    Kept(Option<i32>),
    /// What is wrong, by its column.
    Faulty(Vec<(String, String)>),
    /// This form did it before.
    SentBefore,
}

/// Keeps the answer.
pub(crate) fn answer_statement(
    app: &App,
    typed: &TypedAnswer<'_>,
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<AnswerOutcome> {
    let (file, received) = receive(app)?;
    let mut writer = CsvWriter::marked(BufWriter::new(file), LineEnd::Lf)?;
    let names = typed.columns.iter().map(|(name, _)| (*name).to_owned());
    writer.row(std::iter::once("organisation".to_owned()).chain(names))?;
    let cells = typed.columns.iter().map(|(_, cell)| (*cell).to_owned());
    writer.row(std::iter::once(typed.organisation.to_owned()).chain(cells))?;
    writer.finish()?.flush()?;
    let used = Cell::new(false);
    // What a file is only warned of was typed by whoever reads this: they put it right at once.
    let is_sound = |report: &ImportOutcome| report.warnings.iter().all(|remark| remark.column.is_empty());
    let alongside = |conn: &mut Conn, report: &ImportOutcome| -> Result<AlongsideVerdict, DbError> {
        if !is_sound(report) {
            return Ok(AlongsideVerdict::PutBack);
        }
        let is_first = once.is_first(conn, now)?;
        used.set(!is_first);
        Ok(if is_first { AlongsideVerdict::Keep } else { AlongsideVerdict::PutBack })
    };
    let how = HowToImport {
        strict: true,
        links: Links::Refused,
        named: Some(BY_HAND.to_owned()),
        only: vec![typed.organisation.to_owned()],
        by: by.clone(),
        ..HowToImport::default()
    };
    let taken = take_in(app, FileKind::Assurance, received.path(), &how, Some(&alongside), app.today());
    let report = match taken {
        Ok(taken) => taken.report,
        Err(error) => match error.downcast()? {
            ImportError::Refused { reason, .. } => {
                return Ok(AnswerOutcome::Faulty(vec![("answer".to_owned(), reason.to_string())]));
            }
            other => return Err(other.into()),
        },
    };
    if used.get() {
        return Ok(AnswerOutcome::SentBefore);
    }
    if !report.rejected.is_empty() || !is_sound(&report) {
        let remarks = report.rejected.into_iter().chain(report.warnings);
        let faults = remarks.filter(|remark| !remark.column.is_empty());
        let faults = faults.map(|remark| (remark.column, remark.reason));
        return Ok(AnswerOutcome::Faulty(faults.collect()));
    }
    Ok(AnswerOutcome::Kept(report.id))
}
