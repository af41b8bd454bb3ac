//! Who has an employee number, as far as a viewer may see them: in post or not.

use super::Viewer;
use super::viewer::Visibility;
use crate::app::App;
use crate::register::WhomError;

/// The register's number of the one person with this employee number, of the organisation with this code or of any; `None`
/// where the viewer sees nobody of it, or several.
pub(crate) fn person_numbered(
    app: &App,
    viewer: &Viewer,
    organisation: Option<&str>,
    number: &str,
) -> anyhow::Result<Option<i32>> {
    let sight = Visibility::of(app, viewer, None)?;
    let found = app.db.read(|conn| sight.whom_of(conn, number, organisation))?;
    Ok(found.ok().map(|who| who.id)) // Whoever is not found is nobody.
}

/// Whether anybody whom the viewer sees has this employee number.
pub(crate) fn is_somebodys(app: &App, viewer: &Viewer, number: &str) -> anyhow::Result<bool> {
    let sight = Visibility::of(app, viewer, None)?;
    let found = app.db.read(|conn| sight.whom_of(conn, number, None))?;
    Ok(!matches!(found, Err(WhomError::Nobody { .. })))
}
