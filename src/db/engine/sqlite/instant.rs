//! The lock that whoever stamps holds until the commit has returned: one of a file beside the database, not of the
//! database, so that nobody waits for a whole import, only for its last statements.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Conn;
use super::place::Place;
use crate::db::error::DbError;
use crate::db::instant::StampWait;
use crate::files::private;

/// How long one waits for the other: the lock is held for as long as a commit takes.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is tried meanwhile.
const TRIED_EVERY: Duration = Duration::from_millis(1);

/// Held from the stamp to the commit.
pub(crate) struct StampLock {
    _file: File,
}

/// Waits for whoever stamps, then keeps all others from it for as long as the lock is held.
pub(crate) fn lock_to_stamp(place: &Place, _: &mut Conn) -> Result<StampLock, DbError> {
    let path = lock_file(place);
    let failed = |error: io::Error| DbError::Write(path.display().to_string(), error.to_string());
    let file = open_beside(&path, place.path()).map_err(failed)?;
    lock(place, &file, File::try_lock)?;
    Ok(StampLock { _file: file })
}

/// Waits until nobody is between a stamp and its commit.
pub(crate) fn wait_for_stamps(place: &Place, _: &mut Conn) -> Result<StampWait, DbError> {
    match File::open(lock_file(place)) {
        Ok(file) => {
            lock(place, &file, File::try_lock_shared)?;
            Ok(StampWait::Enough)
        }
        // Whoever stamps makes it first: nobody is about to commit.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(StampWait::Enough),
        Err(_) => Ok(StampWait::InVain(lock_file(place).display().to_string())),
    }
}

/// The file whose lock is held from the stamp to the commit.
fn lock_file(place: &Place) -> PathBuf {
    let mut name = place.path().as_os_str().to_owned();
    name.push("-instant");
    PathBuf::from(name)
}

fn lock(place: &Place, file: &File, lock: fn(&File) -> Result<(), TryLockError>) -> Result<(), DbError> {
    let began = Instant::now();
    loop {
        match lock(file) {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if began.elapsed() < PATIENCE => sleep(TRIED_EVERY),
            Err(TryLockError::WouldBlock) => {
                return Err(DbError::Stamping(lock_file(place).display().to_string()));
            }
            Err(TryLockError::Error(error)) => {
                return Err(DbError::Write(lock_file(place).display().to_string(), error.to_string()));
            }
        }
    }
}

/// Makes a file that whoever may use the file at `like` may use alike, or opens it where it is there. As the engine
/// does with the files it keeps beside a database: a run as root must not lock the daemon's user out.
///
/// # Errors
/// When it can't be made or opened.
fn open_beside(path: &Path, like: &Path) -> io::Result<File> {
    let open = || File::options().read(true).write(true).open(path);
    match open() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        opened => return opened,
    }
    match private::make_new_file(path) {
        Ok(file) => {
            #[cfg(unix)]
            {
                use std::os::unix::fs::{MetadataExt, fchown};
                let like = std::fs::metadata(like)?;
                private::set_mode(path, like.mode() & 0o666)?;
                // Only root may give a file away; anyone else's is their own, as the database is.
                let _ = fchown(&file, Some(like.uid()), Some(like.gid()));
            }
            Ok(file)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => open(),
        Err(error) => Err(error),
    }
}
