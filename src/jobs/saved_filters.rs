//! Filters of the list of people that somebody saves, for themselves or for an organisation (spec 8.7).

use chrono::{DateTime, Utc};

use super::FormOnce;
use crate::access::{SavedFilter, store};
use crate::app::App;
use crate::db::Locks;

/// How many filters an account may save.
const MOST: usize = 50;

/// What came of the wish to save a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterSaved {
    /// It is saved, in place of one of its name where there was one.
    Saved,
    /// The account has as many as it may.
    TooMany,
    /// There is no such organisation.
    NoOrganisation,
    /// This form did it before.
    SentBefore,
}

/// Saves what is asked, under a name, for the account alone or for the organisation with this code.
pub(crate) fn save_filter(
    app: &App,
    (organisation, name, query): (Option<&str>, &str, &str),
    once: &FormOnce,
    now: DateTime<Utc>,
) -> anyhow::Result<FilterSaved> {
    Ok(app.db.write(Locks::NONE, |conn| {
        if once.was_used(conn)? {
            return Ok(FilterSaved::SentBefore);
        }
        let own = store::saved_filters(conn)?;
        let own = own.iter().filter(|filter| filter.account == once.account);
        let others =
            own.filter(|filter| filter.name != name || filter.organisation.as_deref() != organisation);
        if others.count() >= MOST {
            return Ok(FilterSaved::TooMany);
        }
        if !store::save_filter(conn, once.account, (organisation, name, query), now)? {
            return Ok(FilterSaved::NoOrganisation);
        }
        once.is_first(conn, now)?;
        Ok(FilterSaved::Saved)
    })?)
}

/// Every filter that is saved, in order of name: for whoever may see each.
pub(crate) fn saved_filters(app: &App) -> anyhow::Result<Vec<SavedFilter>> {
    Ok(app.db.read(store::saved_filters)?)
}

/// Removes one; nothing is done where it is gone.
pub(crate) fn remove_filter(app: &App, id: i32) -> anyhow::Result<()> {
    Ok(app.db.write(Locks::NONE, |conn| store::remove_filters(conn, &[id]))?)
}
