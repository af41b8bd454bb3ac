//! `check`: looks over the whole installation.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{CheckArgs, Global};
use super::exit::Exit;
use super::opening;
use super::out::{Out, fitted, room, sentence};
use crate::app::App;
use crate::config::{Config, Overrides};
use crate::db::Thoroughness;
use crate::files::{Draft, Existing};
use crate::jobs::{self, CheckVerdict, CheckedThing};
use crate::wording::counted;

/// The code that `init` writes, which is nobody's.
const EXAMPLE_CODE: &str = "RXX";

/// The file beside the settings without which the unit of a package starts nothing.
const ENABLED: &str = "enabled";

/// What it holds, for whoever looks into it.
const ENABLED_SAYS: &[u8] =
    b"The service refresher may start; `refresher check --enable` found nothing at fault.\n";

/// Prints what was looked at, with what to do about each thing that is not in order. A fault is a failure.
pub(crate) fn run(global: &Global, args: &CheckArgs, out: Out) -> anyhow::Result<Exit> {
    let how = if args.full { Thoroughness::Full } else { Thoroughness::Quick };
    let looked = opening::open_to_report(global).and_then(|app| jobs::look_over(&Arc::new(app), how));
    let checked = looked.or_else(|error| without_database(global, error))?;
    if out.json {
        out.document(&json!({ "checks": checked }))?;
    } else {
        out.text(&words(&checked, room(std::io::stdout())))?;
    }
    let worst = checked.iter().map(|one| one.verdict).max();
    if worst == Some(CheckVerdict::Fault) {
        return Ok(Exit::Failed);
    }
    if args.enable {
        enable(global, out)?;
    }
    Ok(Exit::Done)
}

/// Lets the service start, once somebody has said whose it is.
fn enable(global: &Global, out: Out) -> anyhow::Result<()> {
    let config =
        Config::load(&global.config, std::env::vars(), &Overrides { database: global.database.clone() })?;
    let organisation = &config.organisation;
    if organisation.code == EXAMPLE_CODE || organisation.safeguarding_email.is_none() {
        bail!(
            "the service is not enabled: put your organisation's code, in place of {EXAMPLE_CODE}, and its \
             safeguarding_email into [organisation] of {}",
            global.config.display()
        );
    }
    let mark = global.config.with_file_name(ENABLED);
    // One that is there says the same, whatever it holds.
    if !mark.symlink_metadata().is_ok_and(|stands| stands.is_file()) {
        let write = || -> io::Result<()> {
            let mut draft = Draft::begin(&mark, Existing::Kept, None)?;
            draft.file().write_all(ENABLED_SAYS)?;
            draft.finish()
        };
        write().with_context(|| format!("{} can't be written: run this as root", mark.display()))?;
    }
    out.note(&format!(
        "the service may start: {} is there; remove that to keep it from starting",
        mark.display()
    ));
    Ok(())
}

/// Looks over the rest where the database is what failed: settings and policy that can't be read leave nothing to look
/// at.
fn without_database(global: &Global, error: anyhow::Error) -> anyhow::Result<Vec<CheckedThing>> {
    let overrides = Overrides { database: global.database.clone() };
    let app = match App::without_database(&global.config, &overrides, opening::clock(global)) {
        Ok(app) if app.policy_of_file().is_ok() && app.published_holidays().is_ok() => app,
        Ok(_) | Err(_) => return Err(error),
    };
    let database = jobs::unusable_database(sentence(&error));
    runtime()?.block_on(jobs::check_without_database(&app, database, app.now()))
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

fn words(checked: &[CheckedThing], room: Option<usize>) -> String {
    const TO_DO: &str = "\n         -> ";
    let line = |one: &CheckedThing| {
        let mark = match one.verdict {
            CheckVerdict::Good => "good   ",
            CheckVerdict::Warning => "warning",
            CheckVerdict::Fault => "fault  ",
        };
        let to_do = fitted(&one.to_do, "            ", room);
        let to_do = if to_do.is_empty() { to_do } else { format!("{TO_DO}{to_do}") };
        let said = fitted(&format!("{}: {}", one.what, one.says), "         ", room);
        format!("{mark}  {said}{to_do}")
    };
    let lines: Vec<String> = checked.iter().map(line).collect();
    let count = |verdict| checked.iter().filter(|one| one.verdict == verdict).count();
    let closing = match (count(CheckVerdict::Fault), count(CheckVerdict::Warning)) {
        (0, 0) => "Everything is in order.".to_owned(),
        (faults, warnings) => {
            let (faults, warnings) =
                (counted(faults, "fault", "faults"), counted(warnings, "warning", "warnings"));
            format!("{faults}, {warnings}.")
        }
    };
    format!("{}\n\n{closing}", lines.join("\n"))
}
