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
use crate::jobs::upkeep::watch_backups::MISSED_AFTER;

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

/// A nightly backup is missed after two days, unless the server has just archived what it writes. A folder that can't be used is
/// a fault in any case.
pub(super) fn backups(app: &App, archived: Option<DateTime<Utc>>, now: DateTime<Utc>) -> CheckedThing {
    let what = "backups";
    let path = &app.config.backup.folder;
    let writable = folder(what, path, "correct `folder` in [backup], or the folder's permissions");
    if writable.verdict != CheckVerdict::Good {
        return writable;
    }
    let ones = match private::look_at_folder(path) {
        Ok(IsThere::NotYet) => Ok(Vec::new()),
        _ => nightly_ones(path),
    };
    match ones {
        Err(error) => CheckedThing::fault(what, format!("{error:#}"), "check the folder's permissions"),
        Ok(ones) => {
            let newest = ones.first().map(|(at, _)| at.and_utc());
            backups_of_age(what, (ones.len(), newest, archived), &path.display().to_string(), now)
        }
    }
}

/// What is to be said of so many nightly backups, the newest of then, and of an archive that was last written then.
fn backups_of_age(
    what: &'static str,
    (count, newest, archived): (usize, Option<DateTime<Utc>>, Option<DateTime<Utc>>),
    folder: &str,
    now: DateTime<Utc>,
) -> CheckedThing {
    let run = "let the daemon run at night, or run `refresher backup FILE`";
    let archived = archived.filter(|at| now - *at < MISSED_AFTER);
    let says = match newest {
        None => format!("{folder} holds none yet"),
        Some(at) => format!("the newest is of {}", at.format("%-d %B %Y")),
    };
    let is_young = newest.is_some_and(|at| (now - at).num_hours() < 48);
    match (is_young, newest, archived) {
        (true, Some(at), _) => CheckedThing::good(
            what,
            format!("{count} nightly ones, the newest of {}", at.format("%-d %B %Y")),
        ),
        (_, _, Some(at)) => {
            let at = at.format("%-d %B %Y %H:%M");
            CheckedThing::good(what, format!("the server's archive is of {at} UTC; of nightly ones, {says}"))
        }
        (_, None, None) => CheckedThing::warning(what, says, run),
        (_, Some(_), None) => CheckedThing::fault(what, says, run),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_makes_up_for_nightly_backups_that_are_old_or_none() {
        let now: DateTime<Utc> = "2026-11-29T12:00:00Z".parse().unwrap();
        let ago = |hours: i64| Some(now - chrono::TimeDelta::hours(hours));
        for (newest, archived, verdict, said) in [
            (ago(47), None, CheckVerdict::Good, "2 nightly ones, the newest of 27 November 2026"),
            (ago(48), None, CheckVerdict::Fault, "the newest is of 27 November 2026"),
            (None, None, CheckVerdict::Warning, "holds none yet"),
            (ago(48), ago(1), CheckVerdict::Good, "the server's archive is of 29 November 2026 11:00 UTC"),
            (None, ago(1), CheckVerdict::Good, "holds none yet"),
            (ago(48), ago(25), CheckVerdict::Good, "the server's archive is of 28 November 2026 11:00 UTC"),
            (ago(48), ago(26), CheckVerdict::Fault, "the newest is of 27 November 2026"),
        ] {
            let found = backups_of_age("backups", (2, newest, archived), "/srv/backups", now);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(found.says.contains(said), "{found:?}");
        }
    }
}
