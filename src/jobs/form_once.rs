//! A form of the console, which does what it does once however often it is sent (spec 8.5).

use chrono::{DateTime, Utc};

use crate::access::store;
use crate::app::App;
use crate::db::{Conn, DbResult};

/// A form that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormOnce {
    /// Its key, with the address it was sent to: forms of one page are told from each other.
    pub(crate) key: String,
    /// The number of the account that sends it.
    pub(crate) account: i32,
}

impl FormOnce {
    /// Whether it did what it does before.
    pub(crate) fn was_sent_before(&self, app: &App) -> anyhow::Result<bool> {
        Ok(app.db.read(|conn| store::is_used(conn, &self.key, self.account))?)
    }

    /// The same, within a transaction.
    pub(crate) fn was_used(&self, conn: &mut Conn) -> DbResult<bool> {
        store::is_used(conn, &self.key, self.account)
    }

    /// Uses it, within the transaction of what it does: whether it was still to be used.
    pub(crate) fn is_first(&self, conn: &mut Conn, now: DateTime<Utc>) -> DbResult<bool> {
        store::use_form(conn, &self.key, self.account, now)
    }
}
