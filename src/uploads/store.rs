//! The tables `import_draft` and `import_map`. Every function takes the connection of the caller's transaction.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::folder::KEPT;
use crate::db::schema::{import_draft, import_map, organisation};
use crate::db::{Conn, TextsIn, reword};

/// How a file is to be read, where it does not say so itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DraftReading {
    /// The start date of people who are new.
    pub(crate) start_on: Option<NaiveDate>,
    /// The encoding, as whoever brought it calls it; empty: told from its bytes.
    pub(crate) encoding: String,
    /// What dates in a matrix of training are, by the name of the flag; empty: as the headers say.
    pub(crate) cells: String,
}

/// A file that was brought and is not imported yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportDraft {
    /// Its number.
    pub(crate) id: i32,
    /// The number of the account that brought it.
    pub(crate) account: i32,
    /// The code of the organisation whose rows it may hold; `None`: of all.
    pub(crate) organisation: Option<String>,
    /// What it is to be imported as.
    pub(crate) kind: String,
    /// What whoever brought it calls it.
    pub(crate) file: String,
    /// What it is called in the folder.
    pub(crate) upload: String,
    /// The day it speaks of.
    pub(crate) as_of: NaiveDate,
    /// Whether a staff list names only some of the staff.
    pub(crate) partial: bool,
    /// The sheet to read; empty: the first.
    pub(crate) sheet: String,
    /// Further headers, as a map file says them; empty: none.
    pub(crate) map: String,
    /// When it was brought.
    pub(crate) made_at: DateTime<Utc>,
    /// Whether the very file is to be imported though it was before.
    pub(crate) again: bool,
    /// How it is to be read.
    pub(crate) reading: DraftReading,
}

/// One about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NewDraft<'a> {
    /// The number of the account that brings it.
    pub(crate) account: i32,
    /// The code of the organisation whose rows it may hold; `None`: of all.
    pub(crate) organisation: Option<&'a str>,
    /// What it is to be imported as.
    pub(crate) kind: &'a str,
    /// What whoever brings it calls it.
    pub(crate) file: &'a str,
    /// What it is called in the folder.
    pub(crate) upload: &'a str,
    /// The day it speaks of.
    pub(crate) as_of: NaiveDate,
    /// Whether a staff list names only some of the staff.
    pub(crate) partial: bool,
    /// The sheet to read; empty: the first.
    pub(crate) sheet: &'a str,
    /// Further headers, as a map file says them; empty: none.
    pub(crate) map: &'a str,
    /// How it is to be read.
    pub(crate) reading: &'a DraftReading,
}

#[derive(Queryable)]
struct DraftRow {
    id: i32,
    account_id: i32,
    organisation: Option<String>,
    kind: String,
    file: String,
    upload: String,
    as_of: NaiveDate,
    partial: bool,
    sheet: String,
    column_map: String,
    made_at: NaiveDateTime,
    again: bool,
    start_on: Option<NaiveDate>,
    encoding: String,
    cells: String,
}

impl From<DraftRow> for ImportDraft {
    fn from(row: DraftRow) -> Self {
        let DraftRow { id, account_id, organisation, kind, file, upload, as_of, partial, sheet, .. } = row;
        let (map, made_at, again) = (row.column_map, row.made_at.and_utc(), row.again);
        let reading = DraftReading { start_on: row.start_on, encoding: row.encoding, cells: row.cells };
        Self {
            id,
            account: account_id,
            organisation,
            kind,
            file,
            upload,
            as_of,
            partial,
            sheet,
            map,
            made_at,
            again,
            reading,
        }
    }
}

/// Every draft, in order of kind and organisation.
pub(crate) fn drafts(conn: &mut Conn) -> QueryResult<Vec<ImportDraft>> {
    let rows: Vec<DraftRow> = import_draft::table
        .left_join(organisation::table)
        .order((import_draft::kind, organisation::code, import_draft::id))
        .select((
            import_draft::id,
            import_draft::account_id,
            organisation::code.nullable(),
            import_draft::kind,
            import_draft::file,
            import_draft::upload,
            import_draft::as_of,
            import_draft::partial,
            import_draft::sheet,
            import_draft::column_map,
            import_draft::made_at,
            import_draft::again,
            import_draft::start_on,
            import_draft::encoding,
            import_draft::cells,
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(ImportDraft::from).collect())
}

/// The draft with this number.
pub(crate) fn find(conn: &mut Conn, id: i32) -> QueryResult<Option<ImportDraft>> {
    // There is one an organisation and kind: all of them are few.
    Ok(drafts(conn)?.into_iter().find(|draft| draft.id == id))
}

/// The draft of this kind at the organisation with this code, or at all.
pub(crate) fn find_at(
    conn: &mut Conn,
    organisation: Option<&str>,
    kind: &str,
) -> QueryResult<Option<ImportDraft>> {
    let is_it = |draft: &ImportDraft| draft.organisation.as_deref() == organisation && draft.kind == kind;
    Ok(drafts(conn)?.into_iter().find(is_it))
}

/// Keeps one; gives its number. There must be none of its kind at its organisation.
pub(crate) fn keep(conn: &mut Conn, new: &NewDraft<'_>, now: DateTime<Utc>) -> QueryResult<i32> {
    let organisation_id = organisation_id(conn, new.organisation)?;
    diesel::insert_into(import_draft::table)
        .values((
            import_draft::id.eq(number_of(new.upload)),
            import_draft::account_id.eq(new.account),
            import_draft::organisation_id.eq(organisation_id),
            import_draft::kind.eq(new.kind),
            import_draft::file.eq(new.file),
            import_draft::upload.eq(new.upload),
            import_draft::as_of.eq(new.as_of),
            import_draft::partial.eq(new.partial),
            import_draft::sheet.eq(new.sheet),
            import_draft::column_map.eq(new.map),
            import_draft::made_at.eq(now.naive_utc()),
            import_draft::start_on.eq(new.reading.start_on),
            import_draft::encoding.eq(&new.reading.encoding),
            import_draft::cells.eq(&new.reading.cells),
        ))
        .returning(import_draft::id)
        .get_result(conn)
}

/// The number of the draft of an upload: made from its name, which chance gave, since an engine gives the number of what was
/// removed again, and a page that somebody kept open would be of another file.
fn number_of(upload: &str) -> i32 {
    let [a, b, c, d, ..] = *blake3::hash(upload.as_bytes()).as_bytes();
    i32::from_be_bytes([a & 0x7f, b, c, d])
}

/// Removes the draft with this number; whether it was there.
pub(crate) fn remove(conn: &mut Conn, id: i32) -> QueryResult<bool> {
    Ok(diesel::delete(import_draft::table.find(id)).execute(conn)? == 1)
}

/// Has the draft with this number be imported though the very file was before.
pub(crate) fn set_again(conn: &mut Conn, id: i32) -> QueryResult<()> {
    diesel::update(import_draft::table.find(id)).set(import_draft::again.eq(true)).execute(conn)?;
    Ok(())
}

/// Has the draft with this number be read with these further headers.
pub(crate) fn set_map(conn: &mut Conn, id: i32, map: &str) -> QueryResult<()> {
    diesel::update(import_draft::table.find(id)).set(import_draft::column_map.eq(map)).execute(conn)?;
    Ok(())
}

/// Removes what was kept longer than it waits.
pub(crate) fn tidy(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<()> {
    let old = (now - KEPT).naive_utc();
    diesel::delete(import_draft::table.filter(import_draft::made_at.lt(old))).execute(conn)?;
    Ok(())
}

/// Forgets what files are called of which `names` says that somebody is named, and the headers and sheets that surely name
/// somebody, as `identifies` says.
pub(crate) fn forget_names(
    conn: &mut Conn,
    names: impl Fn(&str) -> bool,
    identifies: impl Fn(&str) -> bool,
) -> QueryResult<()> {
    for draft in drafts(conn)?.into_iter().filter(|draft| names(&draft.file)) {
        diesel::update(import_draft::table.find(draft.id)).set(import_draft::file.eq("")).execute(conn)?;
    }
    for (table, column) in
        [("import_draft", "sheet"), ("import_draft", "column_map"), ("import_map", "column_map")]
    {
        reword(conn, &TextsIn::of(table, column), |text| identifies(text).then(String::new))?;
    }
    Ok(())
}

/// The further headers that were said last of this kind at the organisation with this code, or at all; empty: none.
pub(crate) fn usual_map(conn: &mut Conn, organisation: Option<&str>, kind: &str) -> QueryResult<String> {
    let organisation_id = organisation_id(conn, organisation)?;
    Ok(kept_map(conn, organisation_id, kind)?.map_or_else(String::new, |(_, map)| map))
}

/// Remembers further headers for the next file of this kind.
pub(crate) fn keep_usual_map(
    conn: &mut Conn,
    organisation: Option<&str>,
    kind: &str,
    map: &str,
) -> QueryResult<()> {
    let organisation_id = organisation_id(conn, organisation)?;
    if let Some((id, _)) = kept_map(conn, organisation_id, kind)? {
        diesel::update(import_map::table.find(id)).set(import_map::column_map.eq(map)).execute(conn)?;
        return Ok(());
    }
    diesel::insert_into(import_map::table)
        .values((
            import_map::organisation_id.eq(organisation_id),
            import_map::kind.eq(kind),
            import_map::column_map.eq(map),
        ))
        .execute(conn)?;
    Ok(())
}

/// The map of this kind that is kept for the organisation, or for all, with its number.
fn kept_map(conn: &mut Conn, organisation_id: Option<i32>, kind: &str) -> QueryResult<Option<(i32, String)>> {
    let maps: Vec<(i32, Option<i32>, String)> = import_map::table
        .filter(import_map::kind.eq(kind))
        .order(import_map::id)
        .select((import_map::id, import_map::organisation_id, import_map::column_map))
        .load(conn)?;
    Ok(maps.into_iter().find(|(_, of, _)| *of == organisation_id).map(|(id, _, map)| (id, map)))
}

fn organisation_id(conn: &mut Conn, code: Option<&str>) -> QueryResult<Option<i32>> {
    let Some(code) = code else { return Ok(None) };
    organisation::table.filter(organisation::code.eq(code)).select(organisation::id).first(conn).map(Some)
}
