//! Every policy that was in force, kept whole (spec 6.1).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::row::next_id;
use crate::db::schema::policy_version;
use crate::db::{Conn, DbResult, Lock, UNSTAMPED, expect_held};

/// What became of a policy that was shown to the register of policies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PolicyRecorded {
    /// It is the one in force already.
    Unchanged,
    /// It is in force from today on.
    InForce,
}

/// The hash by which a policy's text is told from another's, in hexadecimal.
pub(crate) fn content_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

/// Keeps `text` as the policy in force from `today` on, unless it is in force already. A policy that comes back after
/// another is a new version: which one was in force on any day between stays known. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped), with [`Lock::Register`].
pub(crate) fn record_if_changed(conn: &mut Conn, text: &str, today: NaiveDate) -> DbResult<PolicyRecorded> {
    expect_held(Lock::Register);
    if in_force(conn, today, None)?.is_some_and(|known| known == text) {
        return Ok(PolicyRecorded::Unchanged);
    }
    let next = next_id!(conn, policy_version)?;
    diesel::insert_into(policy_version::table)
        .values((
            policy_version::id.eq(next),
            policy_version::content_hash.eq(content_hash(text)),
            policy_version::content.eq(text),
            policy_version::in_force_from.eq(today),
            policy_version::recorded_at.eq(UNSTAMPED),
        ))
        .execute(conn)?;
    Ok(PolicyRecorded::InForce)
}

/// The text of the policy in force on `day`, of those recorded by the instant `known_by`, or of all: the newest that
/// began by then, and of two that began on one day the later recorded. For a day or an instant before the first was
/// recorded it is the first; `None` only when none ever was.
pub(crate) fn in_force(
    conn: &mut Conn,
    day: NaiveDate,
    known_by: Option<DateTime<Utc>>,
) -> DbResult<Option<String>> {
    let known_by = known_by.map_or(UNSTAMPED, |instant| instant.naive_utc());
    let known = policy_version::table.filter(policy_version::recorded_at.le(known_by));
    let begun = known
        .filter(policy_version::in_force_from.le(day))
        .order((policy_version::in_force_from.desc(), policy_version::id.desc()))
        .select(policy_version::content)
        .first(conn)
        .optional()?;
    let earliest = (policy_version::in_force_from.asc(), policy_version::id.asc());
    let first = match begun {
        Some(begun) => return Ok(Some(begun)),
        None => known.order(earliest).select(policy_version::content).first(conn).optional()?,
    };
    match first {
        Some(first) => Ok(Some(first)),
        None => policy_version::table.order(earliest).select(policy_version::content).first(conn).optional(),
    }
}

/// A policy that was or will be in force, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PolicyVersion {
    /// The first day of it.
    pub(crate) in_force_from: NaiveDate,
    /// When it was recorded.
    pub(crate) recorded_at: DateTime<Utc>,
    /// The hash of its text.
    pub(crate) hash: String,
}

/// Every policy that was recorded, the newest first.
pub(crate) fn versions(conn: &mut Conn) -> DbResult<Vec<PolicyVersion>> {
    use policy_version as p;
    let rows: Vec<(NaiveDate, chrono::NaiveDateTime, String)> = p::table
        .order((p::in_force_from.desc(), p::id.desc()))
        .select((p::in_force_from, p::recorded_at, p::content_hash))
        .load(conn)?;
    let version = |(in_force_from, recorded_at, hash): (NaiveDate, chrono::NaiveDateTime, String)| {
        PolicyVersion { in_force_from, recorded_at: recorded_at.and_utc(), hash }
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The day on which the policy with this text last began to be in force.
pub(crate) fn began(conn: &mut Conn, text: &str) -> DbResult<Option<NaiveDate>> {
    policy_version::table
        .filter(policy_version::content_hash.eq(content_hash(text)))
        .select(diesel::dsl::max(policy_version::in_force_from))
        .first(conn)
}

/// The day on which the policy that begins last began, or will begin; `None` where none was ever recorded.
pub(crate) fn newest_beginning(conn: &mut Conn) -> DbResult<Option<NaiveDate>> {
    policy_version::table.select(diesel::dsl::max(policy_version::in_force_from)).first(conn)
}

/// The text of the recorded policy with this hash.
pub(crate) fn with_hash(conn: &mut Conn, hash: &str) -> DbResult<Option<String>> {
    policy_version::table
        .filter(policy_version::content_hash.eq(hash))
        .select(policy_version::content)
        .first(conn)
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::{Db, IfMissing, Locks};
    use crate::sample::database::url;
    use crate::sample::day;

    #[test]
    fn a_day_has_the_policy_of_its_time_and_the_days_before_the_first_have_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("refresher.db")), IfMissing::Create).unwrap();
        let now: DateTime<Utc> = "2026-01-01T08:00:00Z".parse().unwrap();
        let record = |text: &str, today: &str| {
            db.write_stamped(Locks::REGISTER, now, |conn| record_if_changed(conn, text, day(today))).unwrap()
        };
        let on = |text: &str| db.read(|conn| in_force(conn, day(text), None)).unwrap();

        assert_eq!(on("2026-01-01"), None);
        assert_eq!(record("a", "2026-01-10"), PolicyRecorded::InForce);
        assert_eq!(record("a", "2026-01-11"), PolicyRecorded::Unchanged);
        assert_eq!(record("b", "2026-02-01"), PolicyRecorded::InForce);
        assert_eq!(record("c", "2026-02-01"), PolicyRecorded::InForce);
        assert_eq!(record("a", "2026-03-01"), PolicyRecorded::InForce);
        let in_force_on = [
            ("2020-01-01", "a"),
            ("2026-01-10", "a"),
            ("2026-01-31", "a"),
            ("2026-02-01", "c"),
            ("2026-02-28", "c"),
            ("2026-03-01", "a"),
            ("2030-01-01", "a"),
        ];
        for (when, policy) in in_force_on {
            assert_eq!(on(when).as_deref(), Some(policy), "on {when}");
        }
        assert_eq!(record("a", "2025-01-01"), PolicyRecorded::Unchanged);
    }
}
