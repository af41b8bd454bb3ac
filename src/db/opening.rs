//! How a database is opened: by whoever brings it up to date, by whoever writes to it as it is, and by whoever only
//! reads (spec section 6).

use std::sync::Arc;

use super::engine::{self, Access, Place};
use super::pool::Pool;
use super::versions;
use super::{Db, DbError, IfMissing, IfOlder};

impl Db {
    /// Opens the database at `url` and brings its tables up to date, with a backup of it as it was where the engine keeps
    /// it in a file and it holds anything.
    pub fn open(url: &str, if_missing: IfMissing) -> Result<Self, DbError> {
        Self::open_with(url, if_missing, IfOlder::Upgrade)
    }

    /// [`Db::open`], with tables of an older version brought up to date or refused.
    pub(crate) fn open_with(url: &str, if_missing: IfMissing, if_older: IfOlder) -> Result<Self, DbError> {
        let (access, mut conn) = engine::made_or_found(Place::of(url)?, if_missing)?;
        // A database of another version is not changed in any way.
        versions::refuse_newer(&mut conn, access.place(), if_missing, if_older)?;
        let db = Self::over(access);
        let kept_as_it_was = db.bring_up_to_date(&mut conn)?;
        Ok(Self { kept_as_it_was, ..db })
    }

    /// Opens the database at `url`, which is of this version or refused, to be written.
    pub(crate) fn open_as_it_is(url: &str) -> Result<Self, DbError> {
        let (access, mut conn) = engine::existing_to_write(Place::of(url)?)?;
        versions::refuse_others(&mut conn, access.place())?;
        Ok(Self::over(access))
    }

    /// Opens the database at `url`, which is of this version or refused, to be read and nothing else: no permission to
    /// write is needed, and whatever would write fails.
    pub(crate) fn open_to_read(url: &str) -> Result<Self, DbError> {
        let (access, mut conn) = engine::existing_to_read(Place::of(url)?)?;
        versions::refuse_others(&mut conn, access.place())?;
        Ok(Self::over(access))
    }

    /// The database at `url`, with no connection made: for what is looked over beside a database that can't be opened.
    pub(crate) fn unopened(url: &str) -> Result<Self, DbError> {
        Ok(Self::over(Access::to_write(Place::of(url)?)))
    }

    fn over(access: Access) -> Self {
        Self { pool: Arc::new(Pool::new(access)), kept_as_it_was: None }
    }
}
