//! Who may do what: a file is its user's.

/// The SQL for the roles of a database: a file has none.
pub(crate) fn grants() -> Option<&'static str> {
    None
}
