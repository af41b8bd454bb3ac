//! Organisations, as known at an instant.

use diesel::prelude::*;

use super::known::{Known, newest_import, visible};
use crate::db::Conn;
use crate::db::schema::{organisation, organisation_version};
use crate::register::{Organisation, OrganisationKind};

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
