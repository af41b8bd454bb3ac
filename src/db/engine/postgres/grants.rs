//! Who may do what: the roles of a database, as SQL for whoever runs the server (spec 20.2).

/// What the roles are made by. The owner makes the tables; the daemon's role owns nothing that it writes, so that no right
/// of its own lets it change what was done.
const GRANTS: &str = include_str!("grants.sql");

/// The SQL for the roles of a database.
pub(crate) fn grants() -> Option<&'static str> {
    Some(GRANTS)
}
