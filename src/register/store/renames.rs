//! The codes that organisations have, and those that they had before.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::imports::{ImportCounts, NewImport, record_import, touch};
use super::known_at::{KnownAt, newest_import};
use crate::db::Conn;
use crate::db::schema::{former_code, organisation};

/// The kind of import that records another code of an organisation.
pub(crate) const RENAME: &str = "organisation-rename";

/// A code that an organisation had until it was given another.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub(crate) struct FormerCode {
    /// The register's key of the organisation.
    pub(crate) organisation_id: i32,
    /// The code.
    pub(crate) code: String,
    /// The import with which it ended.
    pub(crate) until: i32,
}

/// Every code that an organisation had and has no longer, in the order in which they ended.
pub(crate) fn former_codes(conn: &mut Conn) -> QueryResult<Vec<FormerCode>> {
    former_code::table
        .order(former_code::import_id)
        .select((former_code::organisation_id, former_code::code, former_code::import_id))
        .load(conn)
}

/// The codes by which policies mean the organisation with this key, which has the code `now`, by what was known up to the
/// import `at`: the one that it had then, and those that it had before.
pub(super) fn meant_by(former: &[FormerCode], organisation_id: i32, now: &str, at: i32) -> Vec<String> {
    let mut codes = Vec::new();
    for one in former.iter().filter(|one| one.organisation_id == organisation_id) {
        codes.push(one.code.clone());
        if one.until > at {
            return codes;
        }
    }
    codes.push(now.to_owned());
    codes
}

/// The code of an organisation that was renamed, with the codes by which policies [mean](meant_by) it; `None` for any other.
pub(super) fn meant_otherwise(
    former: &[FormerCode],
    organisation_id: i32,
    now: &str,
    at: i32,
) -> Option<(String, Vec<String>)> {
    let was_renamed = former.iter().any(|one| one.organisation_id == organisation_id);
    was_renamed.then(|| (now.to_owned(), meant_by(former, organisation_id, now, at)))
}

/// The code that the organisation has today which had the code `then` by what was known then; `None` where none had it.
pub(crate) fn code_today(conn: &mut Conn, then: &str, known: KnownAt) -> QueryResult<Option<String>> {
    let former = former_codes(conn)?;
    let at = newest_import(conn, known)?;
    let all: Vec<(i32, String)> = organisation::table
        .order(organisation::id)
        .select((organisation::id, organisation::code))
        .load(conn)?;
    let had_it = |(id, now): &(i32, String)| {
        let codes = meant_by(&former, *id, now, at);
        codes.last().is_some_and(|code| code == then)
    };
    Ok(all.into_iter().find(had_it).map(|(_, now)| now))
}

/// Whether an organisation was given another code by an import after `from`, up to `to`.
pub(crate) fn renamed_between(conn: &mut Conn, from: i32, to: i32) -> QueryResult<bool> {
    let renames =
        former_code::table.filter(former_code::import_id.gt(from).and(former_code::import_id.le(to)));
    diesel::select(diesel::dsl::exists(renames)).get_result(conn)
}

/// Every code that an organisation has, also of those that nobody knows any more because what brought them was undone.
pub(crate) fn codes_taken(conn: &mut Conn) -> QueryResult<Vec<String>> {
    organisation::table.order(organisation::code).select(organisation::code).load(conn)
}

/// Gives the organisation with this key the code `to` in place of `from`, and gives the import that it was recorded as.
/// What is kept of it is kept under its key, and stays. Call it within
/// [`Db::write_stamped`](crate::db::Db::write_stamped).
pub(crate) fn rename_organisation(
    conn: &mut Conn,
    organisation_id: i32,
    (from, to): (&str, &str),
    as_of: NaiveDate,
) -> QueryResult<i32> {
    let new = NewImport {
        kind: RENAME,
        file: "",
        content_hash: "",
        as_of,
        partial: false,
        forced: false,
        counts: ImportCounts { rows: 1, applied: 1, ..ImportCounts::default() },
        undoes: None,
    };
    let import = record_import(conn, &new)?;
    diesel::insert_into(former_code::table)
        .values((
            former_code::import_id.eq(import),
            former_code::organisation_id.eq(organisation_id),
            former_code::code.eq(from),
        ))
        .execute(conn)?;
    diesel::update(organisation::table.find(organisation_id)).set(organisation::code.eq(to)).execute(conn)?;
    touch(conn, import, &[organisation_id])?;
    Ok(import)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_means_an_organisation_by_the_code_it_had_then_and_by_those_before_and_by_none_that_was_to_come()
     {
        let was =
            |organisation_id, code: &str, until| FormerCode { organisation_id, code: code.to_owned(), until };
        let former = [was(1, "RXX", 10), was(2, "RYY", 12), was(1, "RX2", 20)];
        for (organisation, now, at, expected) in [
            (1, "RX3", 9, &["RXX"][..]),
            (1, "RX3", 10, &["RXX", "RX2"]),
            (1, "RX3", 19, &["RXX", "RX2"]),
            (1, "RX3", 20, &["RXX", "RX2", "RX3"]),
            (2, "RZZ", 11, &["RYY"]),
            (2, "RZZ", 12, &["RYY", "RZZ"]),
            (3, "RWW", 50, &["RWW"]),
        ] {
            assert_eq!(meant_by(&former, organisation, now, at), expected, "{organisation} {at}");
        }
    }
}
