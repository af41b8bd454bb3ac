//! The tables `bounce_report` and `bounce`. Every function takes the connection of the caller's transaction.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;

use super::BounceWeight;
use crate::db::schema::{bounce, bounce_report, message};
use crate::db::{Conn, TextsIn, UNSTAMPED, reword};
use crate::register::store::KnownAt;

/// Addresses in one question, with a parameter each; well below what the engine allows.
const AT_ONCE: usize = 500;

/// A file that was read, with what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotedFile {
    /// The hash of its content.
    pub content_hash: String,
    /// The report's own `Message-ID`.
    pub report_id: Option<String>,
    /// The file's name.
    pub file: String,
    /// What it turned out to be, as a sentence.
    pub finding: String,
    /// What it says of addresses; empty for what is no report about our mail.
    pub bounces: Vec<NewBounce>,
}

/// What a report says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewBounce {
    /// The message that came back, by its number in the outbox; `None` where it was purged since.
    pub message_id: Option<i32>,
    /// The address that it went to.
    pub address: String,
    /// The address that failed, in the words of the report: that one, or what a mail server made of it.
    pub failed_address: String,
    /// What it means for the address.
    pub weight: BounceWeight,
    /// The enhanced status code; empty where there is none.
    pub status: String,
    /// What the server said.
    pub reason: String,
}

/// A bounce as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Its number.
    pub id: i32,
    /// What the report says.
    pub said: NewBounce,
    /// The file it stands in.
    pub file: String,
    /// What became of it.
    pub course: BounceHistory,
}

/// What became of a bounce, by when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BounceHistory {
    /// When it was read.
    pub read_at: DateTime<Utc>,
    /// When it was held for a person to confirm, because it was one of so many.
    pub held_at: Option<DateTime<Utc>>,
    /// When a person confirmed it.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// When a person said that the address works again.
    pub cleared_at: Option<DateTime<Utc>>,
}

impl BounceHistory {
    /// The same as it was known at that instant; `None` where it was not read yet.
    fn known_at(self, instant: DateTime<Utc>) -> Option<Self> {
        let by_then = |at: Option<DateTime<Utc>>| at.filter(|at| *at <= instant);
        (self.read_at <= instant).then_some(Self {
            read_at: self.read_at,
            held_at: by_then(self.held_at),
            confirmed_at: by_then(self.confirmed_at),
            cleared_at: by_then(self.cleared_at),
        })
    }

    /// Since when it stands; `None` where it was cleared, or waits for a person.
    pub(crate) fn stands_since(self) -> Option<DateTime<Utc>> {
        match (self.cleared_at, self.held_at) {
            (Some(_), _) => None,
            (None, None) => Some(self.read_at),
            (None, Some(_)) => self.confirmed_at,
        }
    }
}

/// Since when staff are not mailed at an address, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silence {
    /// Since when.
    pub since: DateTime<Utc>,
    /// The number of the bounce that said so first.
    pub bounce: i32,
    /// Since when the newest says so that stands.
    pub newest_at: DateTime<Utc>,
}

/// How many bounces of each kind were read.
pub(crate) fn tally(conn: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    let kinds = bounce::table.group_by(bounce::kind).select((bounce::kind, diesel::dsl::count_star()));
    kinds.order(bounce::kind).load(conn)
}

/// Whether a file of this content was read before.
pub(crate) fn is_read(conn: &mut Conn, content_hash: &str) -> QueryResult<bool> {
    let same = bounce_report::table.filter(bounce_report::content_hash.eq(content_hash));
    diesel::select(exists(same)).get_result(conn)
}

/// Whether a report with this `Message-ID` was read before, in whatever file.
pub(crate) fn is_told(conn: &mut Conn, report_id: &str) -> QueryResult<bool> {
    let same = bounce_report::table.filter(bounce_report::report_id.eq(report_id));
    diesel::select(exists(same)).get_result(conn)
}

/// Keeps what a file says. The caller has made sure that it was not read before, and calls it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn note(conn: &mut Conn, noted: &NotedFile) -> QueryResult<()> {
    let id: i32 = diesel::insert_into(bounce_report::table)
        .values((
            bounce_report::content_hash.eq(&noted.content_hash),
            bounce_report::report_id.eq(&noted.report_id),
            bounce_report::file.eq(&noted.file),
            bounce_report::read_at.eq(UNSTAMPED),
            bounce_report::finding.eq(&noted.finding),
        ))
        .returning(bounce_report::id)
        .get_result(conn)?;
    for said in &noted.bounces {
        diesel::insert_into(bounce::table)
            .values((
                bounce::bounce_report_id.eq(id),
                bounce::message_id.eq(said.message_id),
                bounce::address.eq(said.address.to_lowercase()),
                bounce::failed_address.eq(&said.failed_address),
                bounce::kind.eq(said.weight.as_str()),
                bounce::status.eq(&said.status),
                bounce::reason.eq(&said.reason),
                bounce::read_at.eq(UNSTAMPED),
            ))
            .execute(conn)?;
    }
    Ok(())
}

type BounceTimes = (NaiveDateTime, Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

/// The columns of a [`BounceHistory`].
macro_rules! times {
    () => {
        (bounce::read_at, bounce::held_at, bounce::confirmed_at, bounce::cleared_at)
    };
}

fn course((read_at, held_at, confirmed_at, cleared_at): BounceTimes) -> BounceHistory {
    let utc = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
    let (held_at, confirmed_at, cleared_at) = (utc(held_at), utc(confirmed_at), utc(cleared_at));
    BounceHistory { read_at: read_at.and_utc(), held_at, confirmed_at, cleared_at }
}

/// Every bounce, in the order they were read.
pub fn list(conn: &mut Conn) -> QueryResult<Vec<Bounce>> {
    type BounceRow = (i32, Option<i32>, String, String, String, String, String, String, BounceTimes);
    let rows: Vec<BounceRow> = bounce::table
        .inner_join(bounce_report::table)
        .order(bounce::id)
        .select((
            bounce::id,
            bounce::message_id,
            bounce::address,
            bounce::failed_address,
            bounce::kind,
            bounce::status,
            bounce::reason,
            bounce_report::file,
            times!(),
        ))
        .load(conn)?;
    rows.into_iter()
        .map(|(id, message_id, address, failed_address, kind, status, reason, file, times)| {
            let weight = BounceWeight::parse(&kind).ok_or_else(|| {
                diesel::result::Error::DeserializationError(format!("no bounce is {kind:?}").into())
            })?;
            let said = NewBounce { message_id, address, failed_address, weight, status, reason };
            Ok(Bounce { id, said, file, course: course(times) })
        })
        .collect()
}

/// The addresses, in lower case, at which staff are not mailed, as known then: their mailbox is not there.
pub fn silenced(conn: &mut Conn, known: KnownAt) -> QueryResult<HashMap<String, Silence>> {
    let hard = bounce::table.filter(bounce::kind.eq(BounceWeight::Hard.as_str()));
    let hard = hard.order(bounce::id).select((bounce::id, bounce::address, times!())).load(conn)?;
    Ok(silenced_by(hard, known))
}

/// [`silenced`] of these addresses alone.
pub(crate) fn silenced_among(
    conn: &mut Conn,
    known: KnownAt,
    addresses: &HashSet<String>,
) -> QueryResult<HashMap<String, Silence>> {
    let addresses: Vec<&String> = addresses.iter().collect();
    let mut silenced = HashMap::new();
    for some in addresses.chunks(AT_ONCE) {
        let hard = bounce::table
            .filter(bounce::address.eq_any(some.iter().copied()))
            .filter(bounce::kind.eq(BounceWeight::Hard.as_str()))
            .order(bounce::id)
            .select((bounce::id, bounce::address, times!()))
            .load(conn)?;
        silenced.extend(silenced_by(hard, known));
    }
    Ok(silenced)
}

fn silenced_by(hard: Vec<(i32, String, BounceTimes)>, known: KnownAt) -> HashMap<String, Silence> {
    let mut silenced: HashMap<String, Silence> = HashMap::new();
    for (bounce, address, times) in hard {
        let course = match known {
            // What came back is told by instants, not by imports.
            KnownAt::Latest | KnownAt::UpTo(_) => Some(course(times)),
            KnownAt::At(instant) => course(times).known_at(instant),
        };
        let Some(since) = course.and_then(BounceHistory::stands_since) else { continue };
        let silence = Silence { since, bounce, newest_at: since };
        silenced
            .entry(address)
            .and_modify(|first| {
                let newest_at = since.max(first.newest_at);
                let earlier = if since < first.since { silence } else { *first };
                *first = Silence { newest_at, ..earlier };
            })
            .or_insert(silence);
    }
    silenced
}

/// The hard bounces of messages to staff of an organisation that were read from `from` on and before `until`, or are being
/// read: their numbers, addresses and what became of them.
pub(crate) fn hard_between(
    conn: &mut Conn,
    organisation_id: i32,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<Vec<(i32, String, BounceHistory)>> {
    let rows: Vec<(i32, String, BounceTimes)> = bounce::table
        .inner_join(message::table)
        .filter(message::organisation_id.eq(organisation_id).and(message::staff_id.is_not_null()))
        .filter(bounce::kind.eq(BounceWeight::Hard.as_str()))
        .filter(bounce::read_at.ge(from.naive_utc()))
        .filter(bounce::read_at.lt(until.naive_utc()).or(bounce::read_at.eq(UNSTAMPED)))
        .order(bounce::id)
        .select((bounce::id, bounce::address, times!()))
        .load(conn)?;
    Ok(rows.into_iter().map(|(id, address, times)| (id, address, course(times))).collect())
}

/// Holds these bounces until a person confirms them. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn hold(conn: &mut Conn, ids: &[i32]) -> QueryResult<()> {
    diesel::update(bounce::table.filter(bounce::id.eq_any(ids)))
        .set(bounce::held_at.eq(UNSTAMPED))
        .execute(conn)?;
    Ok(())
}

/// Takes it as confirmed that these bounces say what is so. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn confirm(conn: &mut Conn, ids: &[i32]) -> QueryResult<()> {
    diesel::update(bounce::table.filter(bounce::id.eq_any(ids)))
        .set(bounce::confirmed_at.eq(UNSTAMPED))
        .execute(conn)?;
    Ok(())
}

/// Takes it that the addresses of these bounces work again. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn clear(conn: &mut Conn, ids: &[i32]) -> QueryResult<()> {
    diesel::update(bounce::table.filter(bounce::id.eq_any(ids)))
        .set(bounce::cleared_at.eq(UNSTAMPED))
        .execute(conn)?;
    Ok(())
}

/// The organisations, by the register's ids, of the messages that these bounces are about; those of purged ones are not
/// known.
pub(crate) fn organisations(conn: &mut Conn) -> QueryResult<HashMap<i32, i32>> {
    let rows: Vec<(i32, i32)> = bounce::table
        .inner_join(message::table)
        .order(bounce::id)
        .select((bounce::id, message::organisation_id))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The numbers of the bounces that the operator was not told of.
pub(crate) fn untold(conn: &mut Conn) -> QueryResult<HashSet<i32>> {
    let rows: Vec<i32> =
        bounce::table.filter(bounce::told_at.is_null()).order(bounce::id).select(bounce::id).load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Remembers that the operator was told of these.
pub(crate) fn mark_as_told(conn: &mut Conn, ids: &[i32], now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(bounce::table.filter(bounce::id.eq_any(ids)))
        .set(bounce::told_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// Every bounce of these addresses, in the order they were read.
pub(crate) fn of_addresses<'a>(
    conn: &mut Conn,
    addresses: impl Iterator<Item = &'a str>,
) -> QueryResult<Vec<Bounce>> {
    let addresses: HashSet<String> = addresses.map(str::to_lowercase).collect();
    let mut bounces = list(conn)?;
    bounces.retain(|bounce| addresses.contains(&bounce.said.address));
    Ok(bounces)
}

/// Deletes what reports said of these addresses, in lower case; that the reports were read is remembered, without the
/// names of their files, nor of other files that are named after somebody. In place of what servers said of others stands
/// what `reworded` gives, if anything. Gives how many went.
pub(crate) fn forget(
    conn: &mut Conn,
    addresses: &HashSet<String>,
    is_named_after_them: impl Fn(&str) -> bool,
    reworded: impl Fn(&str) -> Option<String>,
) -> QueryResult<usize> {
    let mut deleted = 0;
    let mut reports = HashSet::new();
    for address in addresses {
        let theirs = || bounce::address.eq(address).or(lower(bounce::failed_address).eq(address));
        let read = bounce::table.filter(theirs()).order(bounce::id).select(bounce::bounce_report_id);
        reports.extend(read.load::<i32>(conn)?);
        deleted += diesel::delete(bounce::table.filter(theirs())).execute(conn)?;
    }
    let files: Vec<(i32, String)> = bounce_report::table
        .order(bounce_report::id)
        .select((bounce_report::id, bounce_report::file))
        .load(conn)?;
    for (id, file) in files {
        if reports.contains(&id) || is_named_after_them(&file) {
            diesel::update(bounce_report::table.find(id))
                .set(bounce_report::file.eq(format!("report {id}")))
                .execute(conn)?;
        }
    }
    for (table, column) in [("bounce", "reason"), ("bounce", "failed_address"), ("bounce_report", "finding")]
    {
        reword(conn, &TextsIn::of(table, column), &reworded)?;
    }
    Ok(deleted)
}

define_sql_function! {
    /// SQL's own.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + second, 0).unwrap()
    }

    #[test]
    fn a_bounce_stands_from_its_reading_or_where_it_was_held_from_its_confirmation_until_it_is_cleared() {
        for (held, confirmed, cleared, since) in [
            (None, None, None, Some(0)),
            (None, None, Some(9), None),
            (Some(2), None, None, None),
            (Some(2), Some(5), None, Some(5)),
            (Some(2), Some(5), Some(9), None),
            (Some(2), None, Some(9), None),
        ] {
            let [held_at, confirmed_at, cleared_at] = [held, confirmed, cleared].map(|after| after.map(at));
            let course = BounceHistory { read_at: at(0), held_at, confirmed_at, cleared_at };
            assert_eq!(course.stands_since(), since.map(at), "{course:?}");
        }
    }

    #[test]
    fn what_was_known_of_a_bounce_at_an_instant_never_changes() {
        let [held_at, confirmed_at, cleared_at] = [2, 5, 9].map(|after| Some(at(after)));
        let course = BounceHistory { read_at: at(0), held_at, confirmed_at, cleared_at };
        let stood = |instant: i64| course.known_at(at(instant)).and_then(BounceHistory::stands_since);
        let seen: Vec<_> = (-1..11).map(|instant| stood(instant).is_some()).collect();
        // Read at 0, held at 2, confirmed at 5, cleared at 9.
        let expected = [0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 0, 0].map(|stood| stood == 1);
        assert_eq!(seen, expected);
    }
}
