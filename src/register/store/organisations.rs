//! Organisations, as known at an instant.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use diesel::prelude::*;

use super::imports::{ImportCounts, NewImport, record_import, touch};
use super::known_at::{KnownAt, newest_import, visible};
use super::versions::close;
use crate::db::Conn;
use crate::db::row::next_id;
use crate::db::schema::{import, organisation, organisation_version};
use crate::register::{Organisation, OrganisationKind};

/// The kind of import that records what the configuration says.
pub(crate) const CONFIGURATION: &str = "configuration";

/// The organisations known by then, in order of code.
pub fn organisations(conn: &mut Conn, known: KnownAt) -> QueryResult<Vec<Organisation>> {
    let at = newest_import(conn, known)?;
    Ok(visible_organisations(conn, at)?.into_iter().map(|(_, organisation)| organisation).collect())
}

/// Visible organisations with their ids, in order of code.
pub(crate) fn visible_organisations(conn: &mut Conn, at: i32) -> QueryResult<Vec<(i32, Organisation)>> {
    use organisation_version as v;
    let rows: Vec<(i32, String, String, String, String)> = v::table
        .inner_join(organisation::table)
        .filter(visible!(v, at))
        .order(organisation::code)
        .select((organisation::id, organisation::code, v::name, v::kind, v::safeguarding_email))
        .load(conn)?;
    let organisation = |(id, code, name, kind, safeguarding_email): (i32, String, String, String, String)| {
        // The table's CHECK allows no other kind.
        let kind = OrganisationKind::parse(&kind).unwrap_or(OrganisationKind::Other);
        (id, Organisation { code, name, kind, safeguarding_email })
    };
    Ok(rows.into_iter().map(organisation).collect())
}

/// The open version of each organisation, by code, with the ids of the organisation and of the version.
pub(crate) fn current_organisations(
    conn: &mut Conn,
) -> QueryResult<BTreeMap<String, (i32, i32, Organisation)>> {
    use organisation_version as v;
    let versions: Vec<(i32, i32)> =
        v::table.filter(v::closed_by.is_null()).select((v::organisation_id, v::id)).load(conn)?;
    let versions: BTreeMap<i32, i32> = versions.into_iter().collect();
    let newest = newest_import(conn, KnownAt::Latest)?;
    let current = visible_organisations(conn, newest)?.into_iter().filter_map(|(id, organisation)| {
        Some((organisation.code.clone(), (id, *versions.get(&id)?, organisation)))
    });
    Ok(current.collect())
}

/// The ids of the organisations with these codes, each in its code's place; `None` where nobody has recorded it.
pub fn organisation_ids(conn: &mut Conn, codes: &[String]) -> QueryResult<Vec<Option<i32>>> {
    let current = current_organisations(conn)?;
    Ok(codes.iter().map(|code| current.get(code).map(|(id, _, _)| *id)).collect())
}

/// Closes these versions of organisations.
pub(crate) fn close_organisations(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, organisation_version, versions, import);
    Ok(())
}

/// Opens a version of each organisation, and gives their ids.
pub(crate) fn add_organisations<'a>(
    conn: &mut Conn,
    import: i32,
    organisations: impl Iterator<Item = &'a Organisation>,
) -> QueryResult<Vec<i32>> {
    use organisation_version as v;
    let mut ids = Vec::new();
    for new in organisations {
        let id = organisation_id(conn, &new.code)?;
        let next = next_id!(conn, organisation_version)?;
        diesel::insert_into(v::table)
            .values((
                v::id.eq(next),
                v::organisation_id.eq(id),
                v::name.eq(&new.name),
                v::kind.eq(new.kind.as_str()),
                v::safeguarding_email.eq(&new.safeguarding_email),
                v::opened_by.eq(import),
            ))
            .execute(conn)?;
        ids.push(id);
    }
    Ok(ids)
}

fn organisation_id(conn: &mut Conn, code: &str) -> QueryResult<i32> {
    let known = organisation::table.filter(organisation::code.eq(code)).select(organisation::id);
    match known.first(conn).optional()? {
        Some(id) => Ok(id),
        None => {
            let next = next_id!(conn, organisation)?;
            diesel::insert_into(organisation::table)
                .values((organisation::id.eq(next), organisation::code.eq(code)))
                .execute(conn)?;
            Ok(next)
        }
    }
}

/// Everything that configurations ever told of the organisation with this code, in the order they did.
pub(crate) fn told_by_configurations(conn: &mut Conn, code: &str) -> QueryResult<Vec<Organisation>> {
    use organisation_version as v;
    let rows: Vec<(String, String, String)> = v::table
        .inner_join(organisation::table)
        .inner_join(import::table.on(import::id.eq(v::opened_by)))
        .filter(organisation::code.eq(code).and(import::kind.eq(CONFIGURATION)))
        .order(v::id)
        .select((v::name, v::kind, v::safeguarding_email))
        .load(conn)?;
    let organisation = |(name, kind, safeguarding_email): (String, String, String)| {
        let kind = OrganisationKind::parse(&kind).unwrap_or(OrganisationKind::Other);
        Organisation { code: code.to_owned(), name, kind, safeguarding_email }
    };
    Ok(rows.into_iter().map(organisation).collect())
}

/// What a file last brought about the organisation with this code, whether that still stands or not.
pub(crate) fn brought_by_files(conn: &mut Conn, code: &str) -> QueryResult<Option<Organisation>> {
    use organisation_version as v;
    let newest: Option<(String, String, String)> = v::table
        .inner_join(organisation::table)
        .inner_join(import::table.on(import::id.eq(v::opened_by)))
        .filter(organisation::code.eq(code).and(import::kind.ne(CONFIGURATION)))
        .order(v::id.desc())
        .select((v::name, v::kind, v::safeguarding_email))
        .first(conn)
        .optional()?;
    Ok(newest.map(|(name, kind, safeguarding_email)| Organisation {
        code: code.to_owned(),
        name,
        kind: OrganisationKind::parse(&kind).unwrap_or(OrganisationKind::Other),
        safeguarding_email,
    }))
}

/// Records the organisation that the configuration names, which needs no file, when it is missing or the
/// configuration was changed, and gives the import it was recorded as. What a file said about it since stays, as long
/// as the configuration says the same. Call it within [`Db::write_stamped`](crate::db::Db::write_stamped).
pub fn ensure_organisation(
    conn: &mut Conn,
    configured: &Organisation,
    as_of: NaiveDate,
) -> QueryResult<Option<i32>> {
    use organisation_version as v;
    let current = current_organisations(conn)?.remove(&configured.code);
    let told: Option<(String, String, String)> = v::table
        .inner_join(organisation::table)
        .inner_join(import::table.on(import::id.eq(v::opened_by)))
        .filter(organisation::code.eq(&configured.code).and(import::kind.eq(CONFIGURATION)))
        .order(v::id.desc())
        .select((v::name, v::kind, v::safeguarding_email))
        .first(conn)
        .optional()?;
    let told_already = told.is_some_and(|(name, kind, email)| {
        (name.as_str(), kind.as_str(), email.as_str())
            == (&configured.name, configured.kind.as_str(), &configured.safeguarding_email)
    });
    if current.as_ref().is_some_and(|(_, _, known)| known == configured || told_already) {
        return Ok(None);
    }
    let counts = ImportCounts { rows: 1, applied: 1, ..ImportCounts::default() };
    let new = NewImport {
        kind: CONFIGURATION,
        file: "",
        content_hash: "",
        as_of,
        partial: false,
        forced: false,
        counts,
        undoes: None,
    };
    let import = record_import(conn, &new)?;
    let replaced: Vec<i32> = current.into_iter().map(|(_, version, _)| version).collect();
    close_organisations(conn, import, &replaced)?;
    let touched = add_organisations(conn, import, std::iter::once(configured))?;
    touch(conn, import, &touched)?;
    Ok(Some(import))
}
