//! The lock that whoever stamps holds until the commit has returned: one of the transaction.

use diesel::connection::SimpleConnection;

use super::Conn;
use super::place::Place;
use super::transaction::OURS;
use crate::db::error::DbError;
use crate::db::instant::StampWait;

/// The last of the locks that a transaction takes.
const INSTANT: u8 = 9;

/// Held from the stamp to the commit, by the transaction itself.
pub(crate) struct StampLock;

/// Waits for whoever stamps, then keeps all others from it until the transaction ends.
pub(crate) fn lock_to_stamp(_: &Place, conn: &mut Conn) -> Result<StampLock, DbError> {
    conn.batch_execute(&format!("SELECT pg_advisory_xact_lock({OURS}, {INSTANT})"))?;
    Ok(StampLock)
}

/// Waits until nobody is between a stamp and its commit, within a transaction that reads nothing.
pub(crate) fn wait_for_stamps(_: &Place, conn: &mut Conn) -> Result<StampWait, DbError> {
    conn.batch_execute(&format!(
        "SET LOCAL lock_timeout = '30s'; SELECT pg_advisory_xact_lock_shared({OURS}, {INSTANT})"
    ))?;
    Ok(StampWait::Enough)
}
