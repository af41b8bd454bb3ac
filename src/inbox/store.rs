//! The ledger of files taken from the inbox: the table `taken_file`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{AnsweredFolder, SeenFile};
use crate::db::Conn;
use crate::db::schema::taken_file;

/// A file that was taken, and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TakenFile {
    /// The file as it stood in the inbox.
    pub(crate) seen: SeenFile,
    /// The hash of its content.
    pub(crate) content_hash: String,
    /// What was imported: `staff`, `training`, ...
    pub(crate) kind: String,
    /// Whether it was imported.
    pub(crate) outcome: AnsweredFolder,
    /// The import; `None` where nothing was changed.
    pub(crate) import: Option<i32>,
    /// Where it goes, below the inbox.
    pub(crate) moved_to: String,
    /// Whether rejected rows are to be written beside it.
    pub(crate) has_rejected: bool,
    /// What is still to be told of it, as the caller keeps it; `None` once its report is in the outbox.
    pub(crate) untold: Option<String>,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InboxEntry {
    /// Its number.
    pub(crate) id: i32,
    /// What was taken.
    pub(crate) taken: TakenFile,
    /// When.
    pub(crate) taken_at: DateTime<Utc>,
    /// When it had been moved away with its rejected rows; `None` while that is still to be done.
    pub(crate) settled_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = taken_file)]
struct InboxRow {
    id: i32,
    name: String,
    size: i64,
    modified_at: NaiveDateTime,
    content_hash: String,
    kind: String,
    taken_at: NaiveDateTime,
    outcome: String,
    import_id: Option<i32>,
    moved_to: String,
    has_rejected: bool,
    untold: Option<String>,
    settled_at: Option<NaiveDateTime>,
}

impl From<InboxRow> for InboxEntry {
    fn from(row: InboxRow) -> Self {
        let size = u64::try_from(row.size).unwrap_or(0);
        Self {
            id: row.id,
            taken: TakenFile {
                seen: SeenFile { name: row.name.into(), size, modified_at: row.modified_at.and_utc() },
                content_hash: row.content_hash,
                kind: row.kind,
                outcome: if row.outcome == AnsweredFolder::Done.as_str() {
                    AnsweredFolder::Done
                } else {
                    AnsweredFolder::Refused
                },
                import: row.import_id,
                moved_to: row.moved_to,
                has_rejected: row.has_rejected,
                untold: row.untold,
            },
            taken_at: row.taken_at.and_utc(),
            settled_at: row.settled_at.map(|at| at.and_utc()),
        }
    }
}

/// The newest entry of this very file, if it was taken: by name, size, time of writing and content.
pub(crate) fn find(conn: &mut Conn, seen: &SeenFile, content_hash: &str) -> QueryResult<Option<InboxEntry>> {
    let row: Option<InboxRow> = taken_file::table
        .filter(taken_file::name.eq(seen.shown()).and(taken_file::size.eq(stored(seen.size))))
        .filter(taken_file::modified_at.eq(seen.modified_at.naive_utc()))
        .filter(taken_file::content_hash.eq(content_hash))
        .order(taken_file::id.desc())
        .select(InboxRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(InboxEntry::from))
}

/// Enters a file and gives the entry's number. It fails where another process has the same file in hand.
pub(crate) fn enter(conn: &mut Conn, taken: &TakenFile, now: DateTime<Utc>) -> QueryResult<i32> {
    diesel::insert_into(taken_file::table)
        .values((
            taken_file::name.eq(taken.seen.shown()),
            taken_file::size.eq(stored(taken.seen.size)),
            taken_file::modified_at.eq(taken.seen.modified_at.naive_utc()),
            taken_file::content_hash.eq(&taken.content_hash),
            taken_file::kind.eq(&taken.kind),
            taken_file::taken_at.eq(now.naive_utc()),
            taken_file::outcome.eq(taken.outcome.as_str()),
            taken_file::import_id.eq(taken.import),
            taken_file::moved_to.eq(&taken.moved_to),
            taken_file::has_rejected.eq(taken.has_rejected),
            taken_file::untold.eq(&taken.untold),
        ))
        .returning(taken_file::id)
        .get_result(conn)
}

/// Notes that an entry's report is in the outbox, and forgets what it was to tell.
pub(crate) fn note_told(conn: &mut Conn, id: i32) -> QueryResult<()> {
    diesel::update(taken_file::table.find(id)).set(taken_file::untold.eq(None::<String>)).execute(conn)?;
    Ok(())
}

/// The entries whose file is still to be moved away, oldest first.
pub(crate) fn unsettled(conn: &mut Conn) -> QueryResult<Vec<InboxEntry>> {
    let rows: Vec<InboxRow> = taken_file::table
        .filter(taken_file::settled_at.is_null())
        .order(taken_file::id)
        .select(InboxRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(InboxEntry::from).collect())
}

/// Notes that an entry's file was moved away with its rejected rows.
pub(crate) fn settle(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(taken_file::table.find(id))
        .set(taken_file::settled_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(())
}

/// The entries whose file was moved away and is still remembered by its name, oldest first.
pub(crate) fn remembered(conn: &mut Conn) -> QueryResult<Vec<InboxEntry>> {
    let rows: Vec<InboxRow> = taken_file::table
        .filter(taken_file::settled_at.is_not_null().and(taken_file::moved_to.ne("")))
        .order(taken_file::id)
        .select(InboxRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(InboxEntry::from).collect())
}

/// Where files lie that were taken, below the inbox, or will once they can be moved; forgotten ones are left out.
pub(crate) fn known_places(conn: &mut Conn) -> QueryResult<Vec<String>> {
    let known = taken_file::table.filter(taken_file::moved_to.ne(""));
    known.order(taken_file::id).select(taken_file::moved_to).load(conn)
}

/// Forgets what an entry's file was called and where it lies: kind and number stand in place of it.
pub(crate) fn forget_name(conn: &mut Conn, entry: &InboxEntry) -> QueryResult<()> {
    diesel::update(taken_file::table.find(entry.id))
        .set((
            taken_file::name.eq(format!("{} file {}", entry.taken.kind, entry.id)),
            taken_file::moved_to.eq(""),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets what is still to be told of files, where `names` says that it may name somebody.
pub(crate) fn forget_untold(conn: &mut Conn, names: impl Fn(&str) -> bool) -> QueryResult<()> {
    let untold: Vec<(i32, Option<String>)> = taken_file::table
        .filter(taken_file::untold.is_not_null())
        .order(taken_file::id)
        .select((taken_file::id, taken_file::untold))
        .load(conn)?;
    for (id, _) in untold.iter().filter(|(_, untold)| untold.as_deref().is_some_and(&names)) {
        note_told(conn, *id)?;
    }
    Ok(())
}

fn stored(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}
