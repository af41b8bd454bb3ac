//! Undoing an import: what later ones built on it, and putting back what it changed.
//!
//! What an import changed is the set of keys whose versions it opened or closed. While no later import that stands
//! changed the same, those keys are as it left them, so putting back what they were before it leaves everything else
//! alone. As any change does, an undo closes versions and opens others; nothing is changed in place.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer};

use super::standing_imports::standing_since;
use super::versions::{VERSIONED, VersionOwner, VersionTable};
use crate::db::Conn;
use crate::db::schema::{import_organisation, purged_import};

/// A later import that stands and changed what another changed, or is about people or organisations it brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LaterImport {
    /// The later import.
    pub(crate) import: i32,
    /// What it changed so: how many, and what they are called.
    pub(crate) changed: Vec<(u64, &'static str)>,
}

/// What an undo did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct UndoCounts {
    /// Versions closed.
    pub(crate) closed: u64,
    /// Versions opened again.
    pub(crate) restored: u64,
}

/// What an undo would do to versions of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UndoPart {
    /// What they are called.
    pub(crate) what: &'static str,
    /// What it would do to them.
    pub(crate) counts: UndoCounts,
}

/// Staff members, or organisations, that nobody knew before the import.
fn new_owners(table: &str, id: &str, import: i32) -> String {
    format!(
        "SELECT {id} FROM {table} WHERE opened_by = {import} AND {id} NOT IN (SELECT {id} FROM {table} \
         WHERE opened_by < {import} AND (closed_by IS NULL OR closed_by >= {import}))"
    )
}

impl VersionTable {
    /// Whether a row is about something that the import changed.
    fn is_touched(&self, import: i32) -> String {
        let Self { table, key, .. } = self;
        format!("({key}) IN (SELECT {key} FROM {table} WHERE opened_by = {import} OR closed_by = {import})")
    }

    /// Whether an undo of the import closes a row.
    fn is_closed_by_undo(&self, import: i32) -> String {
        format!("closed_by IS NULL AND {}", self.is_touched(import))
    }

    /// Whether it opens it again.
    fn is_restored_by_undo(&self, import: i32) -> String {
        format!("opened_by < {import} AND closed_by >= {import} AND {}", self.is_touched(import))
    }

    /// Whether a row belongs to someone whom the import brought.
    fn is_of_new_owner(&self, import: i32) -> String {
        let organisations = new_owners("organisation_version", "organisation_id", import);
        match self.owner {
            VersionOwner::Organisation => format!("organisation_id IN ({organisations})"),
            VersionOwner::Staff => format!(
                "staff_id IN ({}) OR staff_id IN (SELECT id FROM staff WHERE organisation_id IN ({organisations}))",
                new_owners("staff_version", "staff_id", import)
            ),
        }
    }
}

#[derive(QueryableByName)]
struct ImportChanges {
    #[diesel(sql_type = Integer)]
    import_id: i32,
    #[diesel(sql_type = BigInt)]
    changed: i64,
}

/// The later imports that stand and built on what `import` changed, oldest first.
pub(crate) fn built_on(conn: &mut Conn, import: i32) -> QueryResult<Vec<LaterImport>> {
    let standing = standing_since(conn, import)?;
    if standing.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: BTreeMap<i32, Vec<(u64, &'static str)>> = BTreeMap::new();
    for versioned in &VERSIONED {
        let (touched, of_new) = (versioned.is_touched(import), versioned.is_of_new_owner(import));
        let mut counts: BTreeMap<i32, u64> = BTreeMap::new();
        for column in ["opened_by", "closed_by"] {
            let query = format!(
                "SELECT {column} AS import_id, COUNT(*) AS changed FROM {} \
                 WHERE {column} > {import} AND ({touched} OR {of_new}) GROUP BY {column}",
                versioned.table
            );
            for changes in sql_query(query).load::<ImportChanges>(conn)? {
                // A version that replaces another closes one and opens one: that is one change.
                let count = counts.entry(changes.import_id).or_default();
                *count = u64::try_from(changes.changed).unwrap_or(0).max(*count);
            }
        }
        for (later, count) in counts.into_iter().filter(|(later, _)| standing.contains(later)) {
            let name = if count == 1 { versioned.one } else { versioned.many };
            found.entry(later).or_default().push((count, name));
        }
    }
    Ok(found.into_iter().map(|(import, changed)| LaterImport { import, changed }).collect())
}

/// Whether `import` changed anything about people whose data was purged since.
pub(crate) fn touched_purged(conn: &mut Conn, import: i32) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(purged_import::table.find(import))).get_result(conn)
}

#[derive(QueryableByName)]
struct VersionCount {
    #[diesel(sql_type = BigInt)]
    versions: i64,
}

/// What [`put_back`] would do, of each kind of which it would do anything.
pub(crate) fn would_put_back(conn: &mut Conn, import: i32) -> QueryResult<Vec<UndoPart>> {
    let mut parts = Vec::new();
    for versioned in &VERSIONED {
        let mut count = |which: String| -> QueryResult<u64> {
            let query = format!("SELECT COUNT(*) AS versions FROM {} WHERE {which}", versioned.table);
            Ok(u64::try_from(sql_query(query).get_result::<VersionCount>(conn)?.versions).unwrap_or(0))
        };
        let counts = UndoCounts {
            closed: count(versioned.is_closed_by_undo(import))?,
            restored: count(versioned.is_restored_by_undo(import))?,
        };
        if counts != UndoCounts::default() {
            let what = if counts.closed.max(counts.restored) == 1 { versioned.one } else { versioned.many };
            parts.push(UndoPart { what, counts });
        }
    }
    Ok(parts)
}

/// Puts back, as the change `undo`, everything that `import` changed to what it was before. Call it only when nothing
/// was [`built_on`] it.
pub(crate) fn put_back(conn: &mut Conn, import: i32, undo: i32) -> QueryResult<UndoCounts> {
    let mut done = UndoCounts::default();
    for versioned in &VERSIONED {
        let VersionTable { table, content, .. } = versioned;
        let (closed, restored) = (versioned.is_closed_by_undo(import), versioned.is_restored_by_undo(import));
        let close = format!("UPDATE {table} SET closed_by = {undo} WHERE {closed}");
        let restore = format!(
            "INSERT INTO {table} (id, {content}, opened_by) \
             SELECT (SELECT MAX(id) FROM {table}) + ROW_NUMBER() OVER (ORDER BY id), {content}, {undo} FROM {table} \
             WHERE {restored} ORDER BY id"
        );
        for (statement, count) in [(close, &mut done.closed), (restore, &mut done.restored)] {
            let changed = sql_query(statement).execute(conn)?;
            *count += u64::try_from(changed).unwrap_or(u64::MAX);
        }
    }
    let organisations: Vec<i32> = import_organisation::table
        .filter(import_organisation::import_id.eq(import))
        .order(import_organisation::organisation_id)
        .select(import_organisation::organisation_id)
        .load(conn)?;
    super::imports::touch(conn, undo, &organisations)?;
    Ok(done)
}
