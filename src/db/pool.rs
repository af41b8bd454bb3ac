//! Connections that are kept for whoever needs one next.
//!
//! Each is made by the thread that needs it, and all are closed before the program ends: the engine then puts its log
//! away, and nothing is left beside the database.

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use diesel::Connection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::access::{self, DatabaseAccess};
use super::conn::{Conn, Durability, WriterWait};
use super::error::DbError;

/// How many are kept while nobody needs them.
const MOST_IDLE: usize = 8;

/// The connections to one database.
pub(super) struct Pool {
    path: PathBuf,
    access: DatabaseAccess,
    idle: Mutex<Vec<Pooled>>,
}

/// A connection, when what it commits outlives a power cut, and whether it waits for others who write.
struct Pooled {
    conn: Conn,
    lasts: Durability,
    waits: WriterWait,
}

impl Pool {
    pub(super) fn new(path: PathBuf, access: DatabaseAccess) -> Self {
        Self { path, access, idle: Mutex::new(Vec::new()) }
    }

    /// Lets `work` have a connection of its own, to read. One that is left within a transaction is not used again.
    pub(super) fn connected<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = self.take(|one| one.waits == WriterWait::AWhile)?;
        let done = work(&mut pooled.conn);
        self.put_back(pooled);
        done
    }

    /// As [`Pool::connected`], to write what `lasts` so, and to wait so for others.
    pub(super) fn connected_to_write<T, E: From<DbError>>(
        &self,
        lasts: Durability,
        waits: WriterWait,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut pooled = self.take(|one| (one.lasts, one.waits) == (lasts, waits))?;
        if pooled.lasts != lasts {
            access::set_lasts(&mut pooled.conn, lasts)?;
            pooled.lasts = lasts;
        }
        if pooled.waits != waits {
            access::set_waits(&mut pooled.conn, waits)?;
            pooled.waits = waits;
        }
        let done = work(&mut pooled.conn);
        self.put_back(pooled);
        done
    }

    /// One that suits, if any does, so that nothing of it need be changed.
    fn take(&self, suits: impl Fn(&Pooled) -> bool) -> Result<Pooled, DbError> {
        let mut idle = self.idle();
        let kept = match idle.iter().rposition(suits) {
            Some(place) => Some(idle.swap_remove(place)),
            None => idle.pop(),
        };
        drop(idle);
        match kept {
            Some(pooled) => Ok(pooled),
            None => {
                Ok(Pooled { conn: self.connect()?, lasts: Durability::AtOnce, waits: WriterWait::AWhile })
            }
        }
    }

    fn put_back(&self, mut pooled: Pooled) {
        let mut idle = self.idle();
        if idle.len() < MOST_IDLE && !AnsiTransactionManager::is_broken_transaction_manager(&mut pooled.conn)
        {
            idle.push(pooled);
        }
    }

    /// What is kept is whole at any instant.
    fn idle(&self) -> MutexGuard<'_, Vec<Pooled>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connect(&self) -> Result<Conn, DbError> {
        let failed = |error: String| DbError::Open(self.path.clone(), error);
        let mut conn =
            Conn::establish(&self.access.url(&self.path)).map_err(|error| failed(error.to_string()))?;
        self.access.set_up(&mut conn).map_err(|error| failed(error.to_string()))?;
        Ok(conn)
    }
}
