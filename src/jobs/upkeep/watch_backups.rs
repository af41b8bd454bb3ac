//! What the operator is told of backups: that neither the nightly one nor the server's own archive succeeded for long (spec
//! 20.8).

use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::jobs::names::BACKUP;
use crate::mail::Trouble;
use crate::schedule;

/// For how long neither is missed: a night's, and two hours for the work.
pub(crate) const MISSED_AFTER: TimeDelta = TimeDelta::hours(26);

/// The trouble, and the key under which it is told once for each time that backups stop; `None` where there is none.
pub(crate) fn without_backup(app: &App, now: DateTime<Utc>) -> anyhow::Result<Option<(String, Trouble)>> {
    let (done, counted_from) = app.db.read(|conn| {
        Ok((schedule::store::last_done(conn, BACKUP)?, schedule::store::counted_from(conn, BACKUP)?))
    })?;
    let last = done.max(app.db.last_archived()?);
    // Where there never was one, none is missed before the first was due.
    let Some(since) = last.or(counted_from.map(|slot| slot.0)) else { return Ok(None) };
    Ok(missed(since, now).then(|| {
        let key = format!("no-backup {}", since.format("%FT%TZ"));
        let since = since.with_timezone(&app.config.time_zone).naive_local();
        (key, Trouble::NoBackup { since })
    }))
}

fn missed(since: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - since > MISSED_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_missed_after_a_night_and_two_hours() {
        let now: DateTime<Utc> = "2026-11-29T12:00:00Z".parse().unwrap();
        for (since, is_missed) in [
            ("2026-11-29T02:00:00Z", false),
            ("2026-11-28T10:00:00Z", false),
            ("2026-11-28T09:59:59Z", true),
            ("2026-11-30T00:00:00Z", false),
        ] {
            assert_eq!(missed(since.parse().unwrap(), now), is_missed, "{since}");
        }
    }
}
