//! Organisations, as known at an instant.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::imports::{ImportCounts, NewImport, record_import, touch};
use super::known::{Known, newest_import, visible};
use super::versions::close;
use crate::db::Conn;
use crate::db::schema::{import, organisation, organisation_version};
use crate::register::{ConfiguredOrganisation, Organisation, OrganisationKind};

/// The kind of import that records what the configuration says.
pub const CONFIGURATION: &str = "configuration";

/// The organisations known by then, in order of code.
pub fn organisations(conn: &mut Conn, known: Known) -> QueryResult<Vec<Organisation>> {
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
pub fn current_organisations(conn: &mut Conn) -> QueryResult<BTreeMap<String, (i32, i32, Organisation)>> {
    use organisation_version as v;
    let versions: Vec<(i32, i32)> =
        v::table.filter(v::closed_by.is_null()).select((v::organisation_id, v::id)).load(conn)?;
    let versions: BTreeMap<i32, i32> = versions.into_iter().collect();
    let newest = newest_import(conn, Known::Latest)?;
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
pub fn close_organisations(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
    close!(conn, organisation_version, versions, import);
    Ok(())
}

/// Opens a version of each organisation, and gives their ids.
pub fn add_organisations<'a>(
    conn: &mut Conn,
    import: i32,
    organisations: impl Iterator<Item = &'a Organisation>,
) -> QueryResult<Vec<i32>> {
    use organisation_version as v;
    let mut ids = Vec::new();
    for new in organisations {
        let id = organisation_id(conn, &new.code)?;
        diesel::insert_into(v::table)
            .values((
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
        None => diesel::insert_into(organisation::table)
            .values(organisation::code.eq(code))
            .returning(organisation::id)
            .get_result(conn),
    }
}

/// The organisation that the configuration names as it is to be known, where that is not how it is known: the one answer
/// for whoever records it and for whoever only reports. What is left out of the configuration doesn't overwrite what a file
/// brought (spec 6); what is given there counts where it was changed, and else what a file said since.
pub fn unrecorded_organisation(
    conn: &mut Conn,
    configured: &ConfiguredOrganisation,
) -> QueryResult<Option<Organisation>> {
    let current = current_organisations(conn)?.remove(&configured.code).map(|(_, _, known)| known);
    let told = newest_said(conn, &configured.code, By::Configuration)?;
    let brought = newest_said(conn, &configured.code, By::Files)?;
    let is_told = told.is_some_and(|told| {
        configured.name.as_ref().is_none_or(|name| *name == told.name)
            && configured.kind.is_none_or(|kind| kind == told.kind)
            && configured.safeguarding_email.as_ref().is_none_or(|email| *email == told.safeguarding_email)
    });
    let known = current.as_ref().filter(|_| is_told);
    let wanted = Organisation {
        code: configured.code.clone(),
        name: match &configured.name {
            Some(name) => known.map_or(name, |known| &known.name).clone(),
            None => brought.as_ref().map_or(&configured.code, |brought| &brought.name).clone(),
        },
        kind: match configured.kind {
            Some(kind) => known.map_or(kind, |known| known.kind),
            None => brought.as_ref().map_or(OrganisationKind::Other, |brought| brought.kind),
        },
        safeguarding_email: match &configured.safeguarding_email {
            Some(email) => known.map_or(email, |known| &known.safeguarding_email).clone(),
            None => brought.map_or(String::new(), |brought| brought.safeguarding_email),
        },
    };
    Ok(Some(wanted).filter(|wanted| current.as_ref() != Some(wanted)))
}

/// Who said something of an organisation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    Configuration,
    Files,
}

/// What was last said of the organisation with this code, whether it still stands or not.
fn newest_said(conn: &mut Conn, code: &str, by: By) -> QueryResult<Option<Organisation>> {
    use organisation_version as v;
    let said = v::table
        .inner_join(organisation::table)
        .inner_join(import::table.on(import::id.eq(v::opened_by)))
        .filter(organisation::code.eq(code))
        .order(v::id.desc())
        .select((v::name, v::kind, v::safeguarding_email));
    let newest: Option<(String, String, String)> = match by {
        By::Configuration => said.filter(import::kind.eq(CONFIGURATION)).first(conn).optional()?,
        By::Files => said.filter(import::kind.ne(CONFIGURATION)).first(conn).optional()?,
    };
    Ok(newest.map(|(name, kind, safeguarding_email)| Organisation {
        code: code.to_owned(),
        name,
        kind: OrganisationKind::parse(&kind).unwrap_or(OrganisationKind::Other),
        safeguarding_email,
    }))
}

/// Records the organisation that the configuration names, which needs no file, when it is missing or the
/// configuration was changed, and gives the import it was recorded as.
pub fn ensure_organisation(
    conn: &mut Conn,
    configured: &ConfiguredOrganisation,
    now: DateTime<Utc>,
) -> QueryResult<Option<i32>> {
    let Some(wanted) = unrecorded_organisation(conn, configured)? else { return Ok(None) };
    let current = current_organisations(conn)?.remove(&configured.code);
    let counts = ImportCounts { rows: 1, applied: 1, ..ImportCounts::default() };
    let as_of = now.date_naive();
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
    let import = record_import(conn, &new, now)?;
    let replaced: Vec<i32> = current.into_iter().map(|(_, version, _)| version).collect();
    close_organisations(conn, import, &replaced)?;
    let touched = add_organisations(conn, import, std::iter::once(&wanted))?;
    touch(conn, import, &touched)?;
    Ok(Some(import))
}
