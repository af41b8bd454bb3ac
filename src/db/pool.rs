//! Connections that are kept for whoever needs one next.
//!
//! Each is made by the thread that needs it, and all are closed before the program ends: a file's engine then puts its log
//! away, and nothing is left beside the database.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use diesel::connection::{AnsiTransactionManager, TransactionManager};

use super::conn::{WriteTerms, WriterWait};
use super::engine::{self, Access, Conn};
use super::error::DbError;
use crate::measures::{Measures, TimedWork};

/// How many are kept while nobody needs them.
const MOST_IDLE: usize = 8;

/// How long the return of a server that was lost is waited for, and how often it is looked for.
const RETURN_AWAITED: Duration = Duration::from_secs(10);
const RETURN_LOOKED_FOR: Duration = Duration::from_millis(250);

/// The connections to one database.
pub(super) struct Pool {
    access: Access,
    idle: Mutex<Vec<Pooled>>,
    in_use: AtomicUsize,
    measures: Arc<Measures>,
}

/// A connection, and on which terms it writes.
struct Pooled {
    conn: Conn,
    terms: WriteTerms,
}

impl Pool {
    pub(super) fn new(access: Access, measures: Arc<Measures>) -> Self {
        Self { access, idle: Mutex::new(Vec::new()), in_use: AtomicUsize::new(0), measures }
    }

    /// How many are kept while nobody needs them, and how many somebody uses.
    pub(super) fn connections(&self) -> (usize, usize) {
        (self.idle().len(), self.in_use.load(Ordering::Relaxed))
    }

    pub(super) fn access(&self) -> &Access {
        &self.access
    }

    /// Lets `work` have a connection, on these terms if it writes, within a transaction that `begin` has begun. One that
    /// was lost while nobody used it is replaced, and so are the others then. One that is left within a transaction is not
    /// used again.
    pub(super) fn within<T, B, E: From<DbError>>(
        &self,
        terms: Option<WriteTerms>,
        mut begin: impl FnMut(&mut Conn) -> Result<B, diesel::result::Error>,
        unbegun: impl FnOnce(diesel::result::Error) -> E,
        work: impl FnOnce(&mut Conn, B) -> Result<T, E>,
    ) -> Result<T, E> {
        let _in_use = InUse::begin(&self.in_use);
        let mut pooled = self.take(terms)?;
        let begun = match begin(&mut pooled.conn) {
            Err(error) if engine::is_lost(&error) => {
                self.idle().clear();
                pooled = self.connect_again()?;
                pooled.agree(terms)?;
                begin(&mut pooled.conn)
            }
            begun => begun,
        };
        let done = match begun {
            Ok(begun) => {
                let (began, kind) = (Instant::now(), if terms.is_some() { "write" } else { "read" });
                let done = work(&mut pooled.conn, begun);
                self.measures.took(TimedWork::Transaction, &[kind], began.elapsed());
                done
            }
            Err(error) => Err(unbegun(error)),
        };
        self.put_back(pooled);
        done
    }

    /// Lets `work` have a connection, within no transaction.
    pub(super) fn connected<T, E: From<DbError>>(
        &self,
        work: impl FnOnce(&mut Conn) -> Result<T, E>,
    ) -> Result<T, E> {
        let _in_use = InUse::begin(&self.in_use);
        let mut pooled = self.take(None)?;
        let done = work(&mut pooled.conn);
        // One that failed may be lost, and without a transaction nobody would find out.
        if done.is_ok() {
            self.put_back(pooled);
        }
        done
    }

    /// One of these terms, if any is, so that nothing of it need be changed.
    fn take(&self, terms: Option<WriteTerms>) -> Result<Pooled, DbError> {
        let suits = |one: &Pooled| match terms {
            Some(terms) => one.terms == terms,
            None => one.terms.waits == WriterWait::AWhile,
        };
        let mut idle = self.idle();
        let kept = match idle.iter().rposition(suits) {
            Some(place) => Some(idle.swap_remove(place)),
            None => idle.pop(),
        };
        drop(idle);
        let mut pooled = match kept {
            Some(pooled) => pooled,
            None => self.connect()?,
        };
        pooled.agree(terms)?;
        Ok(pooled)
    }

    /// A new connection in place of one that was lost; a server that is starting again is waited for.
    fn connect_again(&self) -> Result<Pooled, DbError> {
        let began = Instant::now();
        loop {
            match self.connect() {
                Err(_) if began.elapsed() < RETURN_AWAITED => sleep(RETURN_LOOKED_FOR),
                connected => return connected,
            }
        }
    }

    /// Waits until the server answers again, after it or the connection to it was lost, but not for ever.
    pub(super) fn await_return(&self) {
        match self.connect_again() {
            Ok(pooled) => self.put_back(pooled),
            // Whoever asks next is told.
            Err(error) => tracing::debug!("{error}"),
        }
    }

    fn connect(&self) -> Result<Pooled, DbError> {
        Ok(Pooled { conn: self.access.connect()?, terms: WriteTerms::USUAL })
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
}

/// A connection counts as in use for as long as this lives.
struct InUse<'a>(&'a AtomicUsize);

impl<'a> InUse<'a> {
    fn begin(in_use: &'a AtomicUsize) -> Self {
        in_use.fetch_add(1, Ordering::Relaxed);
        Self(in_use)
    }
}

impl Drop for InUse<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pooled {
    fn agree(&mut self, terms: Option<WriteTerms>) -> Result<(), DbError> {
        if let Some(terms) = terms {
            engine::agree(&mut self.conn, self.terms, terms)?;
            self.terms = terms;
        }
        Ok(())
    }
}
