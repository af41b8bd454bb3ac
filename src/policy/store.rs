//! Every policy that was in force, kept whole (spec 6.1).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;

use crate::db::row::next_id;
use crate::db::schema::{policy_draft, policy_version};
use crate::db::{Conn, DbResult, Lock, TextsIn, UNSTAMPED, expect_held, reword};

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
    record(conn, text, today, None)
}

/// Keeps `text` as the policy in force from `from` on, as somebody put it in force over the policy file whose text has
/// this hash, unless it would be in force then already. Call it as [`record_if_changed`].
pub(crate) fn record_over_file(
    conn: &mut Conn,
    text: &str,
    from: NaiveDate,
    file_hash: &str,
) -> DbResult<PolicyRecorded> {
    record(conn, text, from, Some(file_hash))
}

fn record(
    conn: &mut Conn,
    text: &str,
    from: NaiveDate,
    over_file_hash: Option<&str>,
) -> DbResult<PolicyRecorded> {
    expect_held(Lock::Register);
    if in_force(conn, from, None)?.is_some_and(|known| known == text) {
        return Ok(PolicyRecorded::Unchanged);
    }
    let next = next_id!(conn, policy_version)?;
    diesel::insert_into(policy_version::table)
        .values((
            policy_version::id.eq(next),
            policy_version::content_hash.eq(content_hash(text)),
            policy_version::content.eq(text),
            policy_version::in_force_from.eq(from),
            policy_version::recorded_at.eq(UNSTAMPED),
            policy_version::over_file_hash.eq(over_file_hash),
        ))
        .execute(conn)?;
    Ok(PolicyRecorded::InForce)
}

/// A policy that holds on a day, with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordedPolicy {
    /// Its text.
    pub(crate) text: String,
    /// The first day of it.
    pub(crate) in_force_from: NaiveDate,
    /// The hash of the policy file that it stands over, where it was put in force in the console.
    pub(crate) over_file_hash: Option<String>,
}

/// The text of [`recorded_on`].
pub(crate) fn in_force(
    conn: &mut Conn,
    day: NaiveDate,
    known_by: Option<DateTime<Utc>>,
) -> DbResult<Option<String>> {
    Ok(recorded_on(conn, day, known_by)?.map(|recorded| recorded.text))
}

/// The policy in force on `day`, of those recorded by the instant `known_by`, or of all: the newest that began by then,
/// and of two that began on one day the later recorded. For a day or an instant before the first was recorded it is the
/// first; `None` only when none ever was.
pub(crate) fn recorded_on(
    conn: &mut Conn,
    day: NaiveDate,
    known_by: Option<DateTime<Utc>>,
) -> DbResult<Option<RecordedPolicy>> {
    let known_by = known_by.map_or(UNSTAMPED, |instant| instant.naive_utc());
    let columns = (policy_version::content, policy_version::in_force_from, policy_version::over_file_hash);
    let known = policy_version::table.filter(policy_version::recorded_at.le(known_by)).select(columns);
    let begun = known
        .filter(policy_version::in_force_from.le(day))
        .order((policy_version::in_force_from.desc(), policy_version::id.desc()))
        .first(conn)
        .optional()?;
    let earliest = (policy_version::in_force_from.asc(), policy_version::id.asc());
    let found: Option<(String, NaiveDate, Option<String>)> = match begun {
        Some(begun) => Some(begun),
        None => match known.order(earliest).first(conn).optional()? {
            Some(first) => Some(first),
            None => policy_version::table.select(columns).order(earliest).first(conn).optional()?,
        },
    };
    Ok(found.map(|(text, in_force_from, over_file_hash)| RecordedPolicy {
        text,
        in_force_from,
        over_file_hash,
    }))
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
    /// The hash of the policy file that it stands over, where it was put in force in the console.
    pub(crate) over_file_hash: Option<String>,
}

/// Every policy that was recorded, the newest first.
pub(crate) fn versions(conn: &mut Conn) -> DbResult<Vec<PolicyVersion>> {
    use policy_version as p;
    type PolicyVersionRow = (NaiveDate, chrono::NaiveDateTime, String, Option<String>);
    let rows: Vec<PolicyVersionRow> = p::table
        .order((p::in_force_from.desc(), p::id.desc()))
        .select((p::in_force_from, p::recorded_at, p::content_hash, p::over_file_hash))
        .load(conn)?;
    let version = |(in_force_from, recorded_at, hash, over_file_hash): PolicyVersionRow| PolicyVersion {
        in_force_from,
        recorded_at: recorded_at.and_utc(),
        hash,
        over_file_hash,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The first day after `day` on which another policy begins, where one is to come.
pub(crate) fn next_beginning(conn: &mut Conn, day: NaiveDate) -> DbResult<Option<NaiveDate>> {
    policy_version::table
        .filter(policy_version::in_force_from.gt(day))
        .select(diesel::dsl::min(policy_version::in_force_from))
        .first(conn)
}

/// The number of the newest version; 0 where none was ever recorded.
pub(crate) fn newest_version(conn: &mut Conn) -> DbResult<i32> {
    let newest: Option<i32> =
        policy_version::table.select(diesel::dsl::max(policy_version::id)).first(conn)?;
    Ok(newest.unwrap_or_default())
}

/// The last day on which a policy began, or will begin, that a file said; `None` where none ever did.
pub(crate) fn newest_beginning_of_file(conn: &mut Conn) -> DbResult<Option<NaiveDate>> {
    policy_version::table
        .filter(policy_version::over_file_hash.is_null())
        .select(diesel::dsl::max(policy_version::in_force_from))
        .first(conn)
}

/// Keeps what somebody is writing, in place of what they wrote before.
pub(crate) fn save_draft(conn: &mut Conn, account_id: i32, text: &str, now: DateTime<Utc>) -> DbResult<()> {
    drop_drafts(conn, &[account_id])?;
    diesel::insert_into(policy_draft::table)
        .values((
            policy_draft::account_id.eq(account_id),
            policy_draft::content.eq(text),
            policy_draft::saved_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(())
}

/// What somebody is writing, and when they saved it.
pub(crate) fn draft_of(conn: &mut Conn, account_id: i32) -> DbResult<Option<(String, DateTime<Utc>)>> {
    let kept: Option<(String, chrono::NaiveDateTime)> = policy_draft::table
        .find(account_id)
        .select((policy_draft::content, policy_draft::saved_at))
        .first(conn)
        .optional()?;
    Ok(kept.map(|(text, at)| (text, at.and_utc())))
}

/// Removes what these accounts are writing.
pub(crate) fn drop_drafts(conn: &mut Conn, account_ids: &[i32]) -> DbResult<()> {
    for &id in account_ids {
        diesel::delete(policy_draft::table.find(id)).execute(conn)?;
    }
    Ok(())
}

/// Writes in place of what is being written what `reworded` gives of it, if anything.
pub(crate) fn forget_words(conn: &mut Conn, reworded: impl Fn(&str) -> Option<String>) -> DbResult<()> {
    reword(conn, &TextsIn::of("policy_draft", "content"), reworded)
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

    #[test]
    fn a_policy_for_a_later_day_holds_from_that_day_and_was_not_known_before_it_was_recorded() {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("refresher.db")), IfMissing::Create).unwrap();
        let at = |text: &str| -> DateTime<Utc> { text.parse().unwrap() };
        let write = |now: &str, text: &str, from: &str, over: Option<&str>| {
            db.write_stamped(Locks::REGISTER, at(now), |conn| record(conn, text, day(from), over)).unwrap()
        };
        write("2026-01-01T08:00:00Z", "file", "2026-01-01", None);
        write("2026-01-10T08:00:00Z", "later", "2026-03-01", Some("hash"));
        write("2026-01-20T08:00:00Z", "changed file", "2026-01-20", None);
        for (on, known_by, policy) in [
            ("2026-01-15", None, "file"),
            ("2026-02-01", None, "changed file"),
            ("2026-03-01", None, "later"),
            ("2026-03-01", Some("2026-01-09T08:00:00Z"), "file"),
            ("2026-03-01", Some("2026-01-11T08:00:00Z"), "later"),
            ("2026-02-01", Some("2026-01-11T08:00:00Z"), "file"),
        ] {
            let known_by = known_by.map(at);
            let found = db.read(|conn| in_force(conn, day(on), known_by)).unwrap();
            assert_eq!(found.as_deref(), Some(policy), "on {on}, known by {known_by:?}");
        }
        let (next, of_file) = db
            .read(|conn| Ok((next_beginning(conn, day("2026-01-20"))?, newest_beginning_of_file(conn)?)))
            .unwrap();
        assert_eq!((next, of_file), (Some(day("2026-03-01")), Some(day("2026-01-20"))));
    }
}
