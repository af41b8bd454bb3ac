//! Backups: one on demand, and the nightly ones with their rotation.

use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{DateTime, NaiveDateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use super::installation::identity;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{BACKUP_ENDING, BackupError, Conn, DbError, DbResult, Locks};
use crate::files::private;
use crate::installation::{Identity, store as installation};
use crate::register::store::{self as register, KnownAt};
use crate::schedule::JobRun;

/// What a nightly backup's name begins with, and ends in; between them stands its instant.
const PREFIX: &str = "refresher-";
const SUFFIX: &str = BACKUP_ENDING;
const STAMP: &str = "%Y%m%d-%H%M%S";

/// Copies the database to `file`, checked and marked as a backup, while others go on using it; gives its size in bytes.
/// The copy holds everybody's data, so the audit log tells of it.
pub fn backup(app: &App, file: &Path, by: &Actor, now: DateTime<Utc>) -> Result<u64, BackupError> {
    let identity = identity(app).map_err(|error| DbError::GivenUp(error.to_string()))?;
    let mark = |conn: &mut Conn| installation::mark_backup(conn, &identity, now);
    app.db.backup(file, mark, |conn| describe(conn, &identity, now))?;
    let bytes = std::fs::metadata(file)
        .map(|file| file.len())
        .map_err(|error| BackupError::Write(file.to_owned(), error.to_string()))?;
    app.db.write(Locks::AUDIT, |conn| {
        let act = Act::new(by, Action::Backup, "database", json!({ "bytes": bytes }));
        audit::record(conn, &act, now)
    })?;
    Ok(bytes)
}

/// What stands beside a dump: of which installation it is, when and by which program it was made, and what was newest.
fn describe(conn: &mut Conn, identity: &Identity, now: DateTime<Utc>) -> DbResult<Value> {
    let (entries, seal) = audit::newest(conn)?;
    Ok(json!({
        "backup_of": identity.place,
        "made_at": now.to_rfc3339_opts(SecondsFormat::Secs, true),
        "version": env!("CARGO_PKG_VERSION"),
        "newest_import": register::newest_import(conn, KnownAt::Latest)?,
        "audit": { "entries": entries, "hash": seal },
    }))
}

/// Makes the backup of a run in the configured folder, then removes those beyond the number to keep, oldest first.
pub(crate) fn nightly(app: &App, run: JobRun) -> anyhow::Result<String> {
    let settings = &app.config.backup;
    private::make_folder(&settings.folder)
        .with_context(|| format!("the folder of backups {} can't be made", settings.folder.display()))?;
    let file = settings.folder.join(format!("{PREFIX}{}{SUFFIX}", run.now.format(STAMP)));
    let bytes = backup(app, &file, &Actor::daemon(), run.now)?;
    let keep = usize::try_from(settings.keep).unwrap_or(usize::MAX);
    let mut removed = 0;
    for old in beyond(&nightly_ones(&settings.folder)?, keep) {
        std::fs::remove_file(old)
            .with_context(|| format!("the old backup {} can't be removed", old.display()))?;
        removed += 1;
    }
    // Said in the log, which is kept elsewhere: whoever shortens the audit log can't shorten that.
    let (entries, seal) = app.db.read(audit::newest)?;
    Ok(format!(
        "{} written, {bytes} bytes; {removed} old ones removed; the audit log has {entries} entries, the newest sealed \
         with {seal}",
        file.display()
    ))
}

/// The nightly backups in a folder, newest first. Nothing else in it is looked at.
pub(crate) fn nightly_ones(folder: &Path) -> anyhow::Result<Vec<(NaiveDateTime, PathBuf)>> {
    let unreadable = || format!("the folder of backups {} can't be read", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(unreadable)? {
        let path = entry.with_context(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let stamp = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        // A name that is no instant is not one of ours.
        if let Some(Ok(at)) = stamp.map(|stamp| NaiveDateTime::parse_from_str(stamp, STAMP)) {
            found.push((at, path));
        }
    }
    found.sort_by(|a, b| b.cmp(a));
    Ok(found)
}

fn beyond(newest_first: &[(NaiveDateTime, PathBuf)], keep: usize) -> impl Iterator<Item = &Path> {
    newest_first.iter().skip(keep).map(|(_, path)| path.as_path())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_backups_are_counted_and_the_oldest_go_first() {
        let folder = tempfile::tempdir().unwrap();
        let named = |stamp: &str| format!("{PREFIX}{stamp}{SUFFIX}");
        for name in [
            &named("20261123-020000"),
            &named("20261125-020000"),
            &named("20261124-020000"),
            &named("before-upgrade"),
            &format!("{}.part", named("20261122-020000")),
            "holiday.jpg",
        ] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let ones = nightly_ones(folder.path()).unwrap();
        let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
        assert_eq!(ones.len(), 3);
        assert_eq!(beyond(&ones, 2).map(name).collect::<Vec<_>>(), [named("20261123-020000")]);
        assert_eq!(beyond(&ones, 3).count(), 0);
    }
}
