//! A file that a program brought by HTTPS: taken in as any other, with what was answered in the same transaction (spec
//! 21.3).

use std::cell::Cell;
use std::path::PathBuf;

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::import_file::{HowToImport, ImportedFile, take_in};
use super::upkeep::installation::claim_installation;
use super::upkeep::watch::{self, TroubleFound};
use crate::app::App;
use crate::audit::Actor;
use crate::db::{Conn, DbError, Locks};
use crate::feeds::{BroughtOutcome, KeptRun, RunRequest, store};
use crate::files::Existing;
use crate::import::{AlongsideVerdict, FileKind, ImportError, ImportOutcome, RejectedReaders, Remark};
use crate::mail::Trouble;

/// A file about to be taken in.
#[derive(Debug)]
pub(crate) struct BroughtFile {
    /// What it holds.
    pub(crate) kind: FileKind,
    /// Where it lies until then, under the name that it was given.
    pub(crate) file: PathBuf,
    /// How it is to be taken in.
    pub(crate) how: HowToImport,
    /// The name of the token.
    pub(crate) token: String,
    /// Which request this is.
    pub(crate) request: RunRequest,
}

/// The document of a run whose file can't be used at all.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UnusableFile {
    /// What is wrong with it and what to do.
    pub(crate) why: String,
    /// The same of the lines that it is about.
    pub(crate) faults: Vec<Remark>,
}

/// What was answered before to a request with this key.
pub(crate) fn answered_before(app: &App, token: i32, key: &str) -> Result<Option<KeptRun>, DbError> {
    let now = app.now();
    app.db.read(|conn| store::run_with_key(conn, token, key, now))
}

/// The run of this token with this name, once it has ended.
pub(crate) fn ended_run(app: &App, token: i32, name: &str) -> Result<Option<KeptRun>, DbError> {
    app.db.read(|conn| store::run_named(conn, token, name))
}

/// The rows that the import with this number rejected, as a file, where it came by HTTPS of late.
pub(crate) fn rejected_rows(app: &App, import: i32) -> Result<Option<String>, DbError> {
    app.db.read(|conn| store::rejected_of(conn, import))
}

/// Takes a file in. Where another request with the same key was faster, its answer is given and nothing is done.
pub(crate) fn take_brought(app: &App, brought: &BroughtFile) -> anyhow::Result<KeptRun> {
    // A copy of the database elsewhere must leave the files to the installation that they were meant for.
    claim_installation(app, &Actor::daemon(), app.now())?;
    app.take_up_policy(&Actor::daemon())?;
    match take(app, brought) {
        Ok(run) => {
            tell_operator(app, brought, &run)?;
            Ok(run)
        }
        Err(error) => {
            let RunRequest { token, key, .. } = &brought.request;
            let before = key.as_ref().map(|key| answered_before(app, *token, key)).transpose()?.flatten();
            before.ok_or(error)
        }
    }
}

/// Tells the operator of a file that was refused whole, once a day for each program and kind.
fn tell_operator(app: &App, brought: &BroughtFile, run: &KeptRun) -> anyhow::Result<()> {
    let why = match run.outcome {
        BroughtOutcome::Taken => return Ok(()),
        // Somebody wants to know, and does.
        _ if brought.how.dry_run => return Ok(()),
        BroughtOutcome::Unusable => serde_json::from_str::<UnusableFile>(&run.document)?.why,
        BroughtOutcome::Refused => {
            let document: serde_json::Value = serde_json::from_str(&run.document)?;
            document.get("refused").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
        }
    };
    let (kind, token, on) = (brought.kind.as_str().to_owned(), brought.token.clone(), app.today());
    let key = format!("file-refused {token} {kind} {on}");
    let trouble = Trouble::FileRefused { kind, token, on, why };
    let found = TroubleFound::new(key, app.config.organisation.name.clone(), trouble);
    watch::queue_notices(app, &[found], on, app.now())?;
    Ok(())
}

fn take(app: &App, brought: &BroughtFile) -> anyhow::Result<KeptRun> {
    let now = app.now();
    let kept = Cell::new(None);
    let alongside = |conn: &mut Conn, report: &ImportOutcome| {
        let run = run_of(brought, report).map_err(|error| DbError::GivenUp(error.to_string()))?;
        store::keep_run(conn, &run, now)?;
        kept.set(Some(run));
        Ok(AlongsideVerdict::Keep)
    };
    let taken = take_in(app, brought.kind, &brought.file, &brought.how, Some(&alongside), app.today());
    let taken = match taken.map_err(anyhow::Error::downcast::<ImportError>) {
        Ok(taken) => taken,
        Err(Ok(ImportError::Refused { reason, fault, .. })) => {
            let (request, outcome) = (brought.request.clone(), BroughtOutcome::Unusable);
            let why = format!("the file {reason}");
            let document = serde_json::to_string(&UnusableFile {
                why,
                faults: fault.into_iter().map(|fault| *fault).collect(),
            })?;
            let run = KeptRun { request, outcome, import: None, document };
            app.db.write(Locks::NONE, |conn| store::keep_run(conn, &run, now))?;
            return Ok(run);
        }
        Err(Ok(error)) => return Err(error.into()),
        Err(Err(error)) => return Err(error),
    };
    let run = match kept.take() {
        Some(run) => run,
        None => {
            let run = run_of(brought, &taken.report)?;
            app.db.write(Locks::NONE, |conn| store::keep_run(conn, &run, now))?;
            run
        }
    };
    if run.import.is_some() {
        keep_rejected(app, brought, &taken)?;
    }
    Ok(run)
}

fn run_of(brought: &BroughtFile, report: &ImportOutcome) -> anyhow::Result<KeptRun> {
    let outcome = if report.refused.is_some() { BroughtOutcome::Refused } else { BroughtOutcome::Taken };
    let document = serde_json::to_string(report)?;
    Ok(KeptRun { request: brought.request.clone(), outcome, import: report.id, document })
}

fn keep_rejected(app: &App, brought: &BroughtFile, taken: &ImportedFile) -> anyhow::Result<()> {
    let written = taken.write_rejected(&brought.file, Existing::Replaced, RejectedReaders::OfTheFile);
    let Some(file) = written.transpose()? else { return Ok(()) };
    let rows = std::fs::read_to_string(&file).context("the rejected rows can't be read again")?;
    app.db.write(Locks::NONE, |conn| store::keep_rejected(conn, &brought.request.name, &rows))?;
    Ok(())
}
