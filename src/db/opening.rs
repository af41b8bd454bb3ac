//! How a database is opened: by whoever brings it up to date, by whoever writes to it as it is, and by whoever only
//! reads (spec section 6).

use std::sync::Arc;

use super::engine::{self, Access, Place};
use super::pool::Pool;
use super::versions;
use super::{DatabaseAt, Db, DbError, IfMissing, IfOlder};
use crate::measures::Measures;

fn place<'u>(at: impl Into<DatabaseAt<'u>>) -> Result<Place, DbError> {
    let at = at.into();
    Ok(Place::of(at.url)?.with(at.statements))
}

impl Db {
    /// Opens the database `at` its URL and brings its tables up to date, with a backup of it as it was where the engine keeps
    /// it in a file and it holds anything.
    pub fn open<'u>(at: impl Into<DatabaseAt<'u>>, if_missing: IfMissing) -> Result<Self, DbError> {
        Self::open_with(at, if_missing, IfOlder::Upgrade)
    }

    /// [`Db::open`], with tables of an older version brought up to date or refused.
    pub(crate) fn open_with<'u>(
        at: impl Into<DatabaseAt<'u>>,
        if_missing: IfMissing,
        if_older: IfOlder,
    ) -> Result<Self, DbError> {
        let (access, mut conn) = engine::made_or_found(place(at)?, if_missing)?;
        // A database of another version is not changed in any way.
        versions::refuse_newer(&mut conn, access.place(), if_missing, if_older)?;
        let db = Self::over(access);
        let kept_as_it_was = db.bring_up_to_date(&mut conn)?;
        Ok(Self { kept_as_it_was, ..db })
    }

    /// Brings the tables of the database `at` its URL up to date, whoever is to do that: they are made where there are
    /// none in a database that a server keeps; a file must be there.
    pub(crate) fn bring_up<'u>(at: impl Into<DatabaseAt<'u>>) -> Result<Self, DbError> {
        let at = at.into();
        let if_missing = if place(at)?.file().is_some() { IfMissing::Fail } else { IfMissing::Create };
        Self::open_with(at, if_missing, IfOlder::Upgrade)
    }

    /// Opens the database `at` its URL, which is of this version or refused, to be written.
    pub(crate) fn open_as_it_is<'u>(at: impl Into<DatabaseAt<'u>>) -> Result<Self, DbError> {
        let (access, mut conn) = engine::existing_to_write(place(at)?)?;
        versions::refuse_others(&mut conn, access.place())?;
        Ok(Self::over(access))
    }

    /// Opens the database `at` its URL, which is of this version or refused, to be read and nothing else: no permission to
    /// write is needed, and whatever would write fails.
    pub(crate) fn open_to_read<'u>(at: impl Into<DatabaseAt<'u>>) -> Result<Self, DbError> {
        let (access, mut conn) = engine::existing_to_read(place(at)?)?;
        versions::refuse_others(&mut conn, access.place())?;
        Ok(Self::over(access))
    }

    /// The database at `url`, with no connection made: for what is looked over beside a database that can't be opened.
    pub(crate) fn unopened<'u>(at: impl Into<DatabaseAt<'u>>) -> Result<Self, DbError> {
        Ok(Self::over(Access::to_write(place(at)?)))
    }

    fn over(access: Access) -> Self {
        let measures = Arc::<Measures>::default();
        let pool = Arc::new(Pool::new(access, Arc::clone(&measures)));
        Self { pool, measures, kept_as_it_was: None }
    }
}
