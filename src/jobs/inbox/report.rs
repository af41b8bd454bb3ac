//! The report to HR of what became of a file.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};

use crate::app::App;
use crate::db::{Conn, DbError, DbResult, Locks};
use crate::import::{AlikeRemarks, ImportOutcome, Remark, alike};
use crate::inbox::{Folder, SeenFile};
use crate::mail::{FileCounts, FileLocation, FileOutcome, ImportReport, Mail, Remarks, Rendered, RowRemark};
use crate::outbox::{InitialState, MessageKind, NewMessage, store as outbox_store};
use crate::register::EmailAddress;
use crate::register::store::{self, KnownAt};

/// How many different faults a report is given: one more than it shows tells it that there are more.
const FIRST: usize = 11;

/// Whom reports go to: HR, or else the safeguarding contact, from the settings or from an import.
pub(super) fn recipient(app: &App, conn: &mut Conn) -> DbResult<Option<EmailAddress>> {
    let organisation = &app.config.organisation;
    if organisation.hr_email.is_some() {
        return Ok(organisation.hr_email.clone());
    }
    let known =
        store::organisations(conn, KnownAt::Latest)?.into_iter().find(|one| one.code == organisation.code);
    Ok(known.and_then(|known| EmailAddress::parse(&known.safeguarding_email)))
}

/// Queues the report of a file, once for each key, in a transaction of its own.
pub(super) fn queue_report(
    app: &App,
    seen: &SeenFile,
    outcome: FileOutcome,
    key: String,
) -> Result<(), DbError> {
    let (today, now) = (app.today(), app.now());
    let report = report(app, seen, outcome, today)?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| queue(app, conn, &report, &key, (today, now)))
}

/// What a file came to when it was taken, as it is kept until it is told.
pub(super) fn kept(outcome: &FileOutcome) -> Result<String, DbError> {
    serde_json::to_string(outcome).map_err(|error| DbError::GivenUp(format!("the report of a file: {error}")))
}

/// What was [`kept`].
pub(super) fn to_tell(kept: &str) -> anyhow::Result<FileOutcome> {
    serde_json::from_str(kept).context("the ledger of files holds a report that can't be read")
}

/// The report of a file, in words.
pub(super) fn report(
    app: &App,
    seen: &SeenFile,
    outcome: FileOutcome,
    today: NaiveDate,
) -> Result<Rendered, DbError> {
    let organisation = app.config.organisation.name.clone();
    let report = ImportReport { organisation, on: today, file: seen.shown(), outcome };
    report.render().map_err(|error| DbError::GivenUp(format!("the report of a file: {error}")))
}

/// Queues a report, once for each key.
pub(super) fn queue(
    app: &App,
    conn: &mut Conn,
    report: &Rendered,
    key: &str,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<(), DbError> {
    let Some(recipient) = recipient(app, conn)? else { return Ok(()) };
    let code = app.own_organisation(conn)?;
    let ids = store::organisation_ids(conn, std::slice::from_ref(&code))?;
    let Some(organisation_id) = ids.into_iter().flatten().next() else {
        return Err(DbError::GivenUp("the configured organisation is not in the register".to_owned()));
    };
    let message = NewMessage {
        kind: MessageKind::Operator,
        organisation_id,
        staff_id: None,
        recipient: recipient.as_str().to_owned(),
        content: report.clone(),
        once_key: Some(key.to_owned()),
        planned_on: today,
    };
    let domain = app.mail_domain(&code);
    outbox_store::enqueue(conn, &message, InitialState::Queued, &domain, now)?;
    Ok(())
}

/// Where a file lies, for the report.
pub(super) fn file_location(folder: &Folder, kind: &str, moved_to: &str) -> FileLocation {
    let path = folder.below(moved_to).display().to_string();
    FileLocation { kind: kind.to_owned(), below: moved_to.to_owned(), path }
}

/// What an import came to, for the report.
pub(super) fn outcome(report: &ImportOutcome, lies: FileLocation) -> FileOutcome {
    let lines = u64::try_from(report.rejected_lines().len()).unwrap_or(u64::MAX);
    let rejected = remarks(&report.rejected, lines);
    if let Some(why) = report.refused.clone() {
        return FileOutcome::Refused { why, can_be_forced: true, rejected, lies };
    }
    let counts = FileCounts {
        rows: report.rows,
        applied: report.applied,
        unchanged: report.unchanged,
        skipped: report.skipped.total(),
        joiners: report.joiners,
        changes: report.changes,
        leavers: report.leavers,
        records_added: report.records_added,
        records_corrected: report.records_corrected,
    };
    let warnings = remarks(&report.warnings, u64::try_from(report.warnings.len()).unwrap_or(u64::MAX));
    FileOutcome::Imported { counts, rejected, warnings, notes: report.notes.clone(), lies }
}

fn remarks(all: &[Remark], lines: u64) -> Remarks {
    let said = |same: &AlikeRemarks<'_>| RowRemark {
        place: same.place(),
        column: same.column.to_owned(),
        words: same.reason.to_owned(),
    };
    Remarks { lines, first: alike(all).iter().take(FIRST).map(said).collect() }
}
