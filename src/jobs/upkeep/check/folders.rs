//! The folders that the program writes to.

use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::checked::{CheckVerdict, CheckedThing};
use crate::app::App;
use crate::files::private::{self, IsThere};
use crate::import;
use crate::inbox::{AnsweredFolder, Folder};
use crate::jobs::upkeep::backup::nightly_ones;

/// Whether files can be made and removed in a folder that is made when something is put into it. Nothing is made by
/// looking at it.
fn folder(what: &'static str, folder: &Path, to_do: &str) -> CheckedThing {
    let writable = match private::look_at_folder(folder) {
        Ok(IsThere::NotYet) => {
            return CheckedThing::good(
                what,
                format!("{} is not there yet, and is made when needed", folder.display()),
            );
        }
        Ok(IsThere::Yes) => private::may_write(folder),
        Err(error) => Err(error),
    };
    match writable {
        Ok(()) => CheckedThing::good(what, format!("{} can be written", folder.display())),
        Err(error) => {
            CheckedThing::fault(what, format!("{} can't be written: {error}", folder.display()), to_do)
        }
    }
}

/// Whether files can be taken from the inbox and answers written into it, and read by those who drop them there. It is
/// never made: where it is missing, a share is perhaps not there.
pub(super) fn inbox(app: &App) -> Option<CheckedThing> {
    let what = "inbox";
    let path = app.config.inbox.as_ref()?;
    let correct = "correct `inbox` in the settings, or the folder's permissions";
    Some(match private::look_at_folder(path) {
        Ok(IsThere::NotYet) => CheckedThing::fault(
            what,
            format!("{} is not there, so no file is taken", path.display()),
            "make the folder, for those who are to drop files into it, or correct `inbox` in the settings",
        ),
        _ => match places(path) {
            Err(error) => {
                CheckedThing::fault(what, format!("{} can't be used: {error}", path.display()), correct)
            }
            Ok(()) => match Folder::new(path).shut_out() {
                Some(says) => CheckedThing::warning(
                    what,
                    says,
                    format!("`chgrp -R GROUP` and `chmod -R g+rX` on them, `chmod g+s {}`", path.display()),
                ),
                None => CheckedThing::good(what, format!("{} can be written", path.display())),
            },
        },
    })
}

/// Whether files can be moved from the inbox into the folders below it that are there.
fn places(inbox: &Path) -> io::Result<()> {
    std::fs::read_dir(inbox)?;
    let below = AnsweredFolder::ALL.map(|place| inbox.join(place.as_str()));
    let there = below.iter().map(PathBuf::as_path).filter(|below| below.exists());
    std::iter::once(inbox).chain(there).try_for_each(|folder| {
        let named = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", folder.display()));
        private::may_write(folder).map_err(named)
    })
}

/// Whether the map that the settings name for every import can be used, for every kind of file.
pub(super) fn map(app: &App) -> Option<CheckedThing> {
    let path = app.config.import.map.as_ref()?;
    Some(match import::check_map(path) {
        Ok(()) => CheckedThing::good("map", format!("{} is used for every import", path.display())),
        Err(error) => CheckedThing::fault(
            "map",
            error.to_string(),
            "correct it, or `map` in [import]; until then no file can be imported",
        ),
    })
}

/// For how long a nightly backup, or a server's own archive, is not missed (spec 20.8).
const MISSED_AFTER_HOURS: i64 = 26;

/// A nightly backup is missed after two days; on a server that archives what it writes, when that stands still as well.
pub(super) fn backups(app: &App, archived: Option<DateTime<Utc>>, now: DateTime<Utc>) -> CheckedThing {
    let nightly = nightly_backups(app, now);
    match archived.filter(|at| (now - *at).num_hours() < MISSED_AFTER_HOURS) {
        Some(at) if nightly.verdict != CheckVerdict::Good => CheckedThing::good(
            nightly.what,
            format!(
                "the server archived what was written at {} UTC; of nightly ones: {}",
                at.format("%-d %B %Y %H:%M"),
                nightly.says
            ),
        ),
        _ => nightly,
    }
}

fn nightly_backups(app: &App, now: DateTime<Utc>) -> CheckedThing {
    let what = "backups";
    let path = &app.config.backup.folder;
    let writable = folder(what, path, "correct `folder` in [backup], or the folder's permissions");
    if writable.verdict != CheckVerdict::Good {
        return writable;
    }
    let run = "let the daemon run at night, or run `refresher backup FILE`";
    let ones = match private::look_at_folder(path) {
        Ok(IsThere::NotYet) => Ok(Vec::new()),
        _ => nightly_ones(path),
    };
    match ones {
        Err(error) => CheckedThing::fault(what, format!("{error:#}"), "check the folder's permissions"),
        Ok(ones) => match ones.first() {
            None => CheckedThing::warning(what, format!("{} holds none yet", path.display()), run),
            Some((at, _)) if (now - at.and_utc()).num_hours() >= 48 => {
                CheckedThing::fault(what, format!("the newest is of {}", at.format("%-d %B %Y")), run)
            }
            Some((at, _)) => CheckedThing::good(
                what,
                format!("{} nightly ones, the newest of {}", ones.len(), at.format("%-d %B %Y")),
            ),
        },
    }
}
