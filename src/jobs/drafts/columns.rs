//! Which of a draft's headers is which column, as somebody says it: kept with the draft, and for the next file of its kind.

use super::read::kind_of;
use crate::app::App;
use crate::db::Locks;
use crate::import::map_with;
use crate::uploads::{ImportDraft, store};

/// Has the draft be read with these: of each, their header and our column.
pub(crate) fn say_columns(app: &App, draft: &ImportDraft, said: &[(String, &str)]) -> anyhow::Result<()> {
    let map = map_with(&draft.map, kind_of(draft)?, said)?;
    app.db.write(Locks::NONE, |conn| {
        store::set_map(conn, draft.id, &map)?;
        store::keep_usual_map(conn, draft.organisation.as_deref(), &draft.kind, &map)
    })?;
    Ok(())
}
