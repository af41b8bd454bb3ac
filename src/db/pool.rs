//! Connections that are kept for whoever needs one next.
//!
//! Each is made by the thread that needs it, and all are closed before the program ends: the engine then puts its log
//! away, and nothing is left beside the database.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::opening::Access;
use super::{Conn, DbError};

/// How many are kept while nobody needs them.
const MOST_IDLE: usize = 8;

/// The connections to one database.
pub(super) struct Pool {
    path: PathBuf,
    access: Access,
    idle: Mutex<Vec<Conn>>,
}

impl Pool {
    pub(super) fn new(path: PathBuf, access: Access) -> Self {
        Self { path, access, idle: Mutex::new(Vec::new()) }
    }

    /// Lets `work` have a connection of its own. One that is left within a transaction is not used again.
    pub(super) fn connected<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        // What is kept is whole at any instant.
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut conn = match kept {
            Some(conn) => conn,
            None => self.connect()?,
        };
        let done = work(&mut conn);
        let mut idle = idle();
        if idle.len() < MOST_IDLE && !AnsiTransactionManager::is_broken_transaction_manager(&mut conn) {
            idle.push(conn);
        }
        done
    }

    fn connect(&self) -> Result<Conn, DbError> {
        let failed = |error: String| DbError::Open(self.path.clone(), error);
        let mut conn =
            Conn::establish(&self.access.url(&self.path)).map_err(|error| failed(error.to_string()))?;
        self.access.set_up(&mut conn).map_err(|error| failed(error.to_string()))?;
        Ok(conn)
    }
}
