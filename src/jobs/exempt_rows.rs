//! Everybody of a list is exempted at once: taken as a file of a row each, so that it is checked, recorded and undone as any
//! file is.

use std::cell::Cell;
use std::io::{BufWriter, Write};

use chrono::{DateTime, NaiveDate, Utc};

use super::FormOnce;
use super::drafts::receive;
use super::import_file::{HowToImport, take_in};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{Conn, DbError};
use crate::files::{CsvWriter, LineEnd, Links};
use crate::import::{AlongsideVerdict, FileKind, ImportError, ImportOutcome};

/// What the history calls it.
const BY_HAND: &str = "exempted from a list";

/// Somebody who is to be exempt from a course, or from all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RowToExempt {
    /// The code of their organisation.
    pub(crate) organisation: String,
    /// Their employee number.
    pub(crate) employee_number: String,
    /// The course's code; `None` for all.
    pub(crate) course: Option<String>,
}

/// Exemptions that are to be added together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RowsToExempt<'a> {
    /// Who, and from what.
    pub(crate) rows: &'a [RowToExempt],
    /// The first day.
    pub(crate) from: NaiveDate,
    /// The last day; `None` for no end.
    pub(crate) until: Option<NaiveDate>,
    /// Why.
    pub(crate) reason: &'a str,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RowsExempted {
    /// It is the import with this number; `None` where all of it stood so.
    Done(Option<i32>),
    /// Nothing was done: what is wrong, in words.
    Refused(String),
    /// This form did it before.
    SentBefore,
}

/// By which the same rows are known again.
pub(crate) fn exempt_mark(rows: &[RowToExempt]) -> String {
    let mut hasher = blake3::Hasher::new();
    for row in rows {
        let course = row.course.as_deref().unwrap_or_default();
        hasher.update(format!("{}\n{}\n{course}\n\n", row.organisation, row.employee_number).as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Exempts all of them, or none.
pub(crate) fn exempt_rows(
    app: &App,
    wanted: &RowsToExempt<'_>,
    by: &Actor,
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<RowsExempted> {
    let (file, received) = receive(app)?;
    let mut writer = CsvWriter::marked(BufWriter::new(file), LineEnd::Lf)?;
    let headers = ["organisation", "employee_number", "course", "from", "until", "reason"];
    writer.row(headers)?;
    for row in wanted.rows {
        let cells = [
            row.organisation.clone(),
            row.employee_number.clone(),
            row.course.clone().unwrap_or_default(),
            wanted.from.to_string(),
            wanted.until.map(|day| day.to_string()).unwrap_or_default(),
            wanted.reason.to_owned(),
        ];
        writer.row(cells)?;
    }
    writer.finish()?.flush()?;
    let used = Cell::new(false);
    let alongside = |conn: &mut Conn, _: &ImportOutcome| -> Result<AlongsideVerdict, DbError> {
        let is_first = once.is_first(conn, now)?;
        used.set(!is_first);
        Ok(if is_first { AlongsideVerdict::Keep } else { AlongsideVerdict::PutBack })
    };
    let mut only: Vec<String> = wanted.rows.iter().map(|row| row.organisation.clone()).collect();
    only.sort_unstable();
    only.dedup();
    let how = HowToImport {
        strict: true,
        links: Links::Refused,
        named: Some(BY_HAND.to_owned()),
        only,
        by: by.clone(),
        ..HowToImport::default()
    };
    let taken = take_in(app, FileKind::Exemptions, received.path(), &how, Some(&alongside), app.today());
    let report = match taken {
        Ok(taken) => taken.report,
        Err(error) => match error.downcast()? {
            ImportError::Refused { reason, .. } => return Ok(RowsExempted::Refused(reason.to_string())),
            other => return Err(other.into()),
        },
    };
    if used.get() {
        return Ok(RowsExempted::SentBefore);
    }
    let wrong = report.rejected.first().map(|remark| remark.reason.clone());
    Ok(match wrong.or(report.refused) {
        Some(why) => RowsExempted::Refused(why),
        None => RowsExempted::Done(report.id),
    })
}
