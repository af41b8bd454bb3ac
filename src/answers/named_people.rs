//! Who is named in a file that was brought, so that looking at it is noted (spec 8.7).

use std::collections::BTreeSet;

use super::Viewer;
use super::viewer::Visibility;
use crate::app::App;
use crate::register::store;

/// By what people are named.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NamedBy {
    /// Employee numbers.
    pub(crate) numbers: BTreeSet<String>,
    /// Addresses, in lower case.
    pub(crate) addresses: BTreeSet<String>,
}

/// The people whom the viewer may see and who are named so, by the register's numbers.
pub(crate) fn people_named(app: &App, viewer: &Viewer, by: &NamedBy) -> anyhow::Result<Vec<i32>> {
    let sight = Visibility::of(app, viewer, None)?;
    let found = app.db.read(|conn| store::people_named(conn, &by.numbers, &by.addresses))?;
    Ok(found.into_iter().filter(|(code, id)| sight.includes(code, *id)).map(|(_, id)| id).collect())
}
