//! The table `configuration`.

use diesel::prelude::*;

use super::ConfigurationTold;
use crate::db::Conn;
use crate::db::schema::configuration;
use crate::installation::Identity;

/// What a configuration told the last time; `None` where it never told anything.
pub(crate) fn last_told(conn: &mut Conn, identity: &Identity) -> QueryResult<Option<ConfigurationTold>> {
    let row: Option<(Option<String>, Option<String>)> = configuration::table
        .find(&identity.key)
        .select((configuration::policy_hash, configuration::organisation))
        .first(conn)
        .optional()?;
    Ok(row.map(|(policy_hash, organisation)| ConfigurationTold { policy_hash, organisation }))
}

/// Remembers what a configuration tells; what it doesn't speak of stays.
pub(crate) fn remember(conn: &mut Conn, identity: &Identity, telling: &ConfigurationTold) -> QueryResult<()> {
    let before = last_told(conn, identity)?;
    let is_there = before.is_some();
    let before = before.unwrap_or_default();
    let told = (
        configuration::place.eq(&identity.place),
        configuration::policy_hash.eq(telling.policy_hash.clone().or(before.policy_hash)),
        configuration::organisation.eq(telling.organisation.clone().or(before.organisation)),
    );
    if is_there {
        diesel::update(configuration::table.find(&identity.key)).set(told).execute(conn)?;
    } else {
        diesel::insert_into(configuration::table)
            .values((configuration::identity.eq(&identity.key), told))
            .execute(conn)?;
    }
    Ok(())
}

/// Where the other configurations are that last told the policy with this hash, in order.
pub(crate) fn others_with_policy(
    conn: &mut Conn,
    identity: &Identity,
    hash: &str,
) -> QueryResult<Vec<String>> {
    configuration::table
        .filter(configuration::identity.ne(&identity.key).and(configuration::policy_hash.eq(hash)))
        .order(configuration::place)
        .select(configuration::place)
        .load(conn)
}
