//! The folders that the program writes to.

use std::path::Path;

use chrono::{DateTime, Utc};

use super::checked::{CheckVerdict, CheckedThing};
use crate::app::App;
use crate::files::private::{self, IsThere};
use crate::jobs::upkeep::backup::nightly_ones;

/// Whether files can be made and removed in the folder, which is not made by looking at it.
pub(super) fn folder(what: &'static str, folder: &Path, to_do: &str) -> CheckedThing {
    // Made anew, so that nothing is written to that somebody has put there; one left behind by a check that was killed
    // goes first.
    let probe = || {
        let probe = folder.join(PROBE);
        let _ = std::fs::remove_file(&probe);
        std::fs::File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe))
    };
    let writable = match private::look_at_folder(folder) {
        Ok(IsThere::NotYet) => {
            return CheckedThing::good(
                what,
                format!("{} is not there yet, and is made when needed", folder.display()),
            );
        }
        Ok(IsThere::Yes) => probe(),
        Err(error) => Err(error),
    };
    match writable {
        Ok(()) => CheckedThing::good(what, format!("{} can be written", folder.display())),
        Err(error) => {
            CheckedThing::fault(what, format!("{} can't be written: {error}", folder.display()), to_do)
        }
    }
}

const PROBE: &str = ".refresher-check";

/// A nightly backup is missed after two days.
pub(super) fn backups(app: &App, now: DateTime<Utc>) -> CheckedThing {
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
