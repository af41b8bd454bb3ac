//! Writing a file: beside its place first, then moved there whole.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use super::input::{Links, is_another, open};
use super::{other_kind, private};

/// What becomes of a file that has the name already. Whatever is no plain file is never written to, moved or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is kept, and nothing is written.
    Kept,
    /// It is replaced where this program wrote it and nobody changed it since, and kept otherwise. One that says the very
    /// same is as good as written.
    OursReplaced,
    /// It is replaced: somebody said so.
    Replaced,
}

/// A file being written, which has its name only once it is finished. What is not finished is removed.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    part: PathBuf,
    target: PathBuf,
    existing: Existing,
}

impl Draft {
    /// Begins a file that is to stand at `target`. With a `mode` it has these permissions whatever the umask.
    ///
    /// # Errors
    /// When something at `target` is not to be replaced, or the folder can't be written; the message is to stand after
    /// the name.
    pub(crate) fn begin(target: &Path, existing: Existing, mode: Option<u32>) -> io::Result<Self> {
        Self::begin_at(target, &part_name(target)?, existing, mode)
    }

    /// [`Self::begin`] of a file below `folder` for its users. It is begun in the folder itself, so that it has the group
    /// that whatever is made there has.
    ///
    /// # Errors
    /// Those of [`Self::begin`], and when the permissions can't be set.
    pub(crate) fn begin_for(folder: &Path, target: &Path, existing: Existing) -> io::Result<Self> {
        let part = part_name(target)?;
        let part = part.file_name().map_or_else(|| part.clone(), |name| folder.join(name));
        let draft = Self::begin_at(target, &part, existing, Some(0o600))?;
        private::share_like(&draft.part, folder)?;
        Ok(draft)
    }

    /// Has the file at `target`, which somebody else may have made, be for the users of `folder`. What is not this user's own
    /// can be given to nobody: a copy takes its place then, where that one can.
    ///
    /// # Errors
    /// When it is not for them after all.
    pub(crate) fn share(target: &Path, folder: &Path) -> io::Result<()> {
        // Whether it could be is looked at, and not whether it had to.
        let _ = private::share_like(target, folder);
        if private::is_shared_like(target, folder)? {
            return Ok(());
        }
        let mut copy = Self::begin_for(folder, target, Existing::Replaced)?;
        if !private::is_shared_like(&copy.part, folder)? {
            return Err(io::Error::new(
                ErrorKind::PermissionDenied,
                "the folder's group can't be given to a file",
            ));
        }
        io::copy(&mut open(target, Links::Refused)?, &mut copy.file)?;
        copy.finish()
    }

    fn begin_at(target: &Path, part: &Path, existing: Existing, mode: Option<u32>) -> io::Result<Self> {
        let stands = refuse_other_kinds(target)?;
        if existing == Existing::Kept && stands {
            return Err(is_there());
        }
        let file = create_anew(part, mode).map_err(|error| without_folder(target, error))?;
        Ok(Self { file, part: part.to_owned(), target: target.to_owned(), existing })
    }

    /// The file, to be written.
    pub(crate) fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Whether it could be finished, as things stand: for what is written together with others.
    ///
    /// # Errors
    /// When something has the name that is not to be replaced.
    pub(crate) fn check(&self) -> io::Result<()> {
        if !refuse_other_kinds(&self.target)? {
            return Ok(());
        }
        match self.existing {
            Existing::Kept => Err(is_there()),
            Existing::OursReplaced if !self.is_ours()? => Err(io::Error::new(
                ErrorKind::AlreadyExists,
                "what is there was not written by refresher, or was changed since: move it away, or replace it with \
                 --force",
            )),
            Existing::OursReplaced | Existing::Replaced => Ok(()),
        }
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// When it can't be written to the end, or something has the name that is not to be replaced.
    pub(crate) fn finish(self) -> io::Result<()> {
        if !self.is_still_there() {
            return Err(io::Error::other("another process is writing it too: try again"));
        }
        mark(&self.file, &content_hash(&self.part)?)?;
        self.file.sync_all()?;
        self.check()?;
        if self.existing == Existing::Kept {
            // Unlike a rename it replaces nothing that came there since. Not every file system has links.
            match std::fs::hard_link(&self.part, &self.target) {
                Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(is_there()),
                Ok(()) => return Ok(()),
                Err(_) => {}
            }
        }
        std::fs::rename(&self.part, &self.target)
    }

    /// Whether what was written stands where it was begun, and was not put out of the way by another process.
    fn is_still_there(&self) -> bool {
        let stands = std::fs::symlink_metadata(&self.part);
        self.file.metadata().is_ok_and(|ours| stands.is_ok_and(|stands| !is_another(&ours, &stands)))
    }

    /// Whether what has the name is marked as ours, or says the same.
    fn is_ours(&self) -> io::Result<bool> {
        let stands = content_hash(&self.target)?;
        if marked_nanoseconds(&self.target)? == mark_of(&stands) {
            return Ok(true);
        }
        Ok(stands == content_hash(&self.part)?)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After a rename there is nothing left; that an unfinished one can't be removed is no further harm.
        if self.is_still_there() {
            let _ = std::fs::remove_file(&self.part);
        }
    }
}

fn is_there() -> io::Error {
    io::Error::new(
        ErrorKind::AlreadyExists,
        "it is there already: choose another name, or replace it with --force",
    )
}

/// Whether a plain file stands there; refuses anything else that does.
fn refuse_other_kinds(target: &Path) -> io::Result<bool> {
    let stands = match std::fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
        stands => stands?,
    };
    match other_kind(&stands) {
        None => Ok(true),
        Some(kind) => {
            let message =
                format!("there is {kind} of that name, which is never written to: choose another name");
            Err(io::Error::new(ErrorKind::InvalidInput, message))
        }
    }
}

fn without_folder(target: &Path, error: io::Error) -> io::Error {
    match target.parent() {
        Some(folder) if error.kind() == ErrorKind::NotFound && !folder.is_dir() => {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            let message = format!("there is no folder {}: make it, or choose another", folder.display());
            io::Error::new(ErrorKind::NotFound, message)
        }
        _ => error,
    }
}

/// Where a file is begun: beside `target`, under a name that nobody looks at. It is the same every time, so that what a
/// process that was killed has left there goes with the next one.
fn part_name(target: &Path) -> io::Result<PathBuf> {
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "it is a folder: name a file in it"))?;
    let mut part = OsString::from(".");
    part.push(name);
    part.push(".part");
    Ok(target.with_file_name(part))
}

fn create_anew(part: &Path, mode: Option<u32>) -> io::Result<File> {
    match std::fs::remove_file(part) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    create(part, mode)
}

fn create(part: &Path, mode: Option<u32>) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    if let Some(mode) = mode {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        let file = options.mode(mode).open(part)?;
        // The umask may have taken away what is to be there.
        file.set_permissions(std::fs::Permissions::from_mode(mode))?;
        return Ok(file);
    }
    options.open(part)
}

/// What a file holds, as a hash.
fn content_hash(path: &Path) -> io::Result<[u8; 32]> {
    let mut hasher = blake3::Hasher::new();
    let mut file = open(path, Links::Refused)?;
    let mut block = vec![0; 256 * 1024];
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(*hasher.finalize().as_bytes()),
            Ok(read) => hasher.update(block.get(..read).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
    }
}

/// The mark by which a file is known as ours and unchanged: the time of its last change has, below the second, a number
/// that comes from what it holds. Whoever changes the file changes both, so that nothing has to be kept anywhere else;
/// where a file system or a copy loses it, a file is taken for somebody else's, which does no harm.
fn mark_of(content: &[u8; 32]) -> u32 {
    let [a, b, c, d, ..] = *content;
    // In tenths of microseconds, the coarsest that a usual file system counts in.
    u32::from_le_bytes([a, b, c, d]) % 10_000_000 * 100
}

fn mark(file: &File, content: &[u8; 32]) -> io::Result<()> {
    let changed = file.metadata()?.modified()?;
    let seconds = changed.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    file.set_modified(UNIX_EPOCH + Duration::new(seconds, mark_of(content)))
}

fn marked_nanoseconds(path: &Path) -> io::Result<u32> {
    let changed = std::fs::symlink_metadata(path)?.modified()?;
    Ok(changed.duration_since(UNIX_EPOCH).map_or(u32::MAX, |since| since.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::process::Command;

    use super::*;

    const ALL: [Existing; 3] = [Existing::Kept, Existing::OursReplaced, Existing::Replaced];

    fn write(target: &Path, content: &str, existing: Existing) -> io::Result<()> {
        let mut draft = Draft::begin(target, existing, Some(0o600))?;
        draft.file().write_all(content.as_bytes())?;
        draft.finish()
    }

    /// Whether it was written; what is left in the folder besides.
    fn written(dir: &Path, target: &Path, content: &str, existing: Existing) -> bool {
        let before = std::fs::read_dir(dir).unwrap().count();
        let stood = target.symlink_metadata().is_ok();
        let written = write(target, content, existing);
        let left = std::fs::read_dir(dir).unwrap().count();
        assert_eq!(left, before + usize::from(written.is_ok() && !stood), "something was left behind");
        written.is_ok()
    }

    #[test]
    fn what_is_there_is_replaced_only_where_it_is_ours_or_somebody_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("list.csv");
        let write = |content, existing| written(dir.path(), &target, content, existing);
        let holds = || std::fs::read_to_string(&target).unwrap();
        assert!(write("one", Existing::Kept));
        assert_eq!(std::fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(!write("two", Existing::Kept), "not even what is ours");
        assert!(write("two", Existing::OursReplaced));
        assert_eq!(holds(), "two");
        std::fs::write(&target, "put right by hand").unwrap();
        assert!(!write("three", Existing::Kept));
        assert!(!write("three", Existing::OursReplaced));
        assert_eq!(holds(), "put right by hand");
        assert!(write("put right by hand", Existing::OursReplaced), "the very same is no harm");
        assert!(write("four", Existing::OursReplaced), "and is ours from then on");
        File::options().append(true).open(&target).unwrap().write_all(b" more").unwrap();
        assert!(!write("five", Existing::OursReplaced));
        assert!(write("five", Existing::Replaced));
        // A copy that keeps the times is as good as what it was copied from; one with other content never is.
        let changed = std::fs::metadata(&target).unwrap().modified().unwrap();
        std::fs::write(&target, "six").unwrap();
        File::options().append(true).open(&target).unwrap().set_modified(changed).unwrap();
        assert!(!write("seven", Existing::OursReplaced));
        assert_eq!(holds(), "six");
    }

    #[test]
    fn what_is_no_plain_file_is_never_written_to_nor_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        std::fs::write(at("victim"), "mine").unwrap();
        symlink("victim", at("link")).unwrap();
        symlink("nothing", at("dangling")).unwrap();
        symlink("loop", at("loop")).unwrap();
        std::fs::create_dir(at("folder")).unwrap();
        assert!(Command::new("mkfifo").arg(at("pipe")).status().unwrap().success());
        for existing in ALL {
            for (name, words) in [
                ("link", "a symbolic link"),
                ("dangling", "a symbolic link"),
                ("loop", "a symbolic link"),
                ("folder", "a folder"),
                ("pipe", "a pipe"),
                ("missing/list.csv", "there is no folder"),
                ("victim/list.csv", "Not a directory"),
                (".", "a folder"),
                ("/dev/null", "a device"),
            ] {
                let error = write(&at(name), "text", existing).unwrap_err().to_string();
                assert!(error.contains(words), "{name}: {error}");
            }
        }
        assert_eq!(std::fs::read_to_string(at("victim")).unwrap(), "mine");
        assert!(at("link").symlink_metadata().unwrap().is_symlink());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 6, "something was left behind");
    }

    #[test]
    fn of_two_that_write_a_file_at_once_one_does_and_what_a_killed_one_left_goes_with_the_next() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("list.csv");
        let begin = |content: &[u8]| {
            let mut draft = Draft::begin(&target, Existing::Replaced, None).unwrap();
            draft.file().write_all(content).unwrap();
            draft
        };
        let (first, second) = (begin(b"first"), begin(b"second"));
        assert!(first.finish().is_err());
        second.finish().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "second");
        std::mem::forget(begin(b"killed"));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
        begin(b"third").finish().unwrap();
        assert_eq!(std::fs::read_to_string(&target).unwrap(), "third");
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left of it");
    }

    #[test]
    fn what_comes_there_while_a_file_is_written_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("list.csv");
        for existing in [Existing::Kept, Existing::OursReplaced] {
            let mut draft = Draft::begin(&target, existing, None).unwrap();
            draft.file().write_all(b"ours").unwrap();
            std::fs::write(&target, "theirs").unwrap();
            assert!(draft.check().is_err());
            assert!(draft.finish().is_err());
            assert_eq!(std::fs::read_to_string(&target).unwrap(), "theirs");
            std::fs::remove_file(&target).unwrap();
        }
    }
}
