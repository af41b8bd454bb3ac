//! Files and folders with personal data or secrets in them: only the user the program runs as may read what it makes,
//! whatever the umask (spec section 6). What is there already keeps the permissions that somebody gave it.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a folder, and those above it that are missing, for this user alone.
///
/// # Errors
/// When it can't be made, or something else has its name.
pub(crate) fn make_folder(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(above) = path.parent() {
        make_folder(above)?;
    }
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, FOLDER);
    match folder.create(path) {
        // Another process may have made it since we looked.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
        // The umask may have taken more away than is to be.
        Ok(()) => set_mode(path, FOLDER),
    }
}

/// Makes a file for this user alone, to be written; refuses a name that anything has.
///
/// # Errors
/// When it can't be made, [`io::ErrorKind::AlreadyExists`] among the reasons.
pub(crate) fn make_new_file(path: &Path) -> io::Result<File> {
    make(path, OpenOptions::new().create_new(true))
}

/// Makes a file for this user alone, to be written, in place of a file of that name.
///
/// # Errors
/// When it can't be made.
pub(crate) fn make_file(path: &Path) -> io::Result<File> {
    match std::fs::remove_file(path) {
        // Emptied, it would keep the permissions it had.
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => make_new_file(path),
    }
}

fn make(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, FILE);
    let file = options.open(path)?;
    set_mode(path, FILE)?;
    Ok(file)
}

/// Whether there is a folder, or none yet that could be made: nothing is made by looking.
///
/// # Errors
/// When something else has its name, or that of a folder above it.
pub(crate) fn look_at_folder(path: &Path) -> io::Result<IsThere> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => Ok(IsThere::Yes),
        Ok(_) => Err(io::ErrorKind::NotADirectory.into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => match path.parent() {
            Some(above) if !above.as_os_str().is_empty() => look_at_folder(above).map(|_| IsThere::NotYet),
            _ => Ok(IsThere::NotYet),
        },
        Err(error) => Err(error),
    }
}

/// Whether a folder is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum IsThere {
    /// It is.
    Yes,
    /// It will be made when something is put into it.
    NotYet,
}

/// Gives what stands at `path` to the users of `folder`: its owner, group and permissions, as far as this user may, so
/// that whoever may put something there may read what becomes of it.
///
/// # Errors
/// When the permissions can't be set. That the owner or the group can't be given is none: only root may give something
/// away, and others only to a group that they are in. What is made in a folder whose set-group-ID bit is set has its
/// group anyway.
pub(crate) fn share_like(path: &Path, folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, chown};
        let (like, what) = (std::fs::metadata(folder)?, std::fs::metadata(path)?);
        if what.gid() != like.gid() || what.uid() != like.uid() {
            let _ = chown(path, Some(like.uid()), Some(like.gid()))
                .or_else(|_| chown(path, None, Some(like.gid())));
        }
        if !what.is_dir() {
            return set_mode(path, like.mode() & 0o666);
        }
        match set_mode(path, like.mode() & 0o7777) {
            // A service may be forbidden to set the bits beyond the permissions themselves.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                set_mode(path, like.mode() & 0o777)
            }
            set => set,
        }?;
    }
    Ok(())
}

/// Whether the file at `path` is for the users of `folder`, as [`share_like`] has it.
///
/// # Errors
/// When one of the two can't be looked at.
pub(crate) fn is_shared_like(path: &Path, folder: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let (like, what) = (std::fs::metadata(folder)?, std::fs::metadata(path)?);
        Ok(what.gid() == like.gid() && what.mode() & 0o777 == like.mode() & 0o666)
    }
    #[cfg(not(unix))]
    Ok(path.exists() && folder.exists())
}

/// Whether some of those who may write into `folder` can't read what `below` holds, by group and permissions.
///
/// # Errors
/// When one of the two can't be looked at.
pub(crate) fn shuts_out(below: &Path, folder: &Path) -> io::Result<bool> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        const READ: u32 = 0o5;
        let (like, what) = (std::fs::metadata(folder)?, std::fs::metadata(below)?);
        let all_may_read = what.mode() & READ == READ;
        let group_may_read = what.gid() == like.gid() && what.mode() >> 3 & READ == READ;
        let group_writes = like.mode() & 0o020 != 0 && !all_may_read && !group_may_read;
        let others_write = like.mode() & 0o002 != 0 && !all_may_read;
        Ok(group_writes || others_write)
    }
    #[cfg(not(unix))]
    Ok(false)
}

/// Whether this user may make and remove files in `folder`. Nothing is made to find it out.
///
/// # Errors
/// Why not.
pub(crate) fn may_write(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
    }
    #[cfg(not(unix))]
    if std::fs::metadata(folder)?.permissions().readonly() {
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    Ok(())
}

/// How many bytes this user may still write in `folder`.
///
/// # Errors
/// Where that can't be asked.
pub(crate) fn free_space(folder: &Path) -> io::Result<u64> {
    #[cfg(unix)]
    {
        let disk = rustix::fs::statvfs(folder)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    Err(io::Error::new(io::ErrorKind::Unsupported, folder.display().to_string()))
}

const FILE: u32 = 0o600;
const FOLDER: u32 = 0o700;

#[cfg(unix)]
pub(crate) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(crate) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
