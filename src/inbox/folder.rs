//! The folder itself: what stands in it, and where a file goes when it was taken.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use chrono::{DateTime, NaiveDateTime, Utc};

use super::watch::SeenFile;
use crate::files::private;
use crate::files::{self, Links};
use crate::import::rejected_path;

/// The longest part of a name that is kept, in bytes: what stands before and after it must fit in beside it.
const LONGEST_NAME: usize = 200;

/// The inbox, with `done` and `refused` below it.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    path: PathBuf,
}

/// Where a file goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnsweredFolder {
    /// It was imported, if only in part.
    Done,
    /// It was not.
    Refused,
}

impl AnsweredFolder {
    /// Both.
    pub(crate) const ALL: [Self; 2] = [Self::Done, Self::Refused];

    /// The folder's name.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// What became of the wish to move a file away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MoveOutcome {
    /// It is where it belongs.
    There,
    /// Somebody else has taken it away, or put another in its place.
    Gone,
}

impl Folder {
    /// The inbox at `path`.
    pub(crate) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// A path below it.
    pub(crate) fn below(&self, path: impl AsRef<Path>) -> PathBuf {
        self.path.join(path)
    }

    /// Makes the folders below it where they are missing, which whoever may use it may use alike. It is never made itself:
    /// where it is missing, a share is perhaps not there yet, and what was made in its stead nobody would look into.
    pub(crate) fn make_places(&self) -> io::Result<()> {
        std::fs::read_dir(&self.path)?;
        for place in AnsweredFolder::ALL {
            let below = self.below(place.as_str());
            if !below.is_dir() {
                private::make_folder(&below)?;
                private::share_like(&below, &self.path)?;
            }
        }
        Ok(())
    }

    /// What keeps some of those who may drop files from reading the answers, if anything does. What can't be looked at is
    /// said elsewhere.
    pub(crate) fn shut_out(&self) -> Option<String> {
        let shuts_out = |place: &AnsweredFolder| private::shuts_out(&self.below(place.as_str()), &self.path);
        let places: Vec<&str> = AnsweredFolder::ALL
            .into_iter()
            .filter(|place| shuts_out(place).unwrap_or(false))
            .map(AnsweredFolder::as_str)
            .collect();
        (!places.is_empty()).then(|| {
            format!(
                "not all who may put files into the inbox {} can read the answers in its `{}`: give what is there the \
                 inbox's group and permissions, and the inbox its set-group-ID bit (`chmod g+s`)",
                self.path.display(),
                places.join("` and `")
            )
        })
    }

    /// The files in it, by name. Folders, symbolic links and whatever is no plain file are passed over, and so is what
    /// vanishes while it is looked at.
    pub(crate) fn seen(&self) -> io::Result<Vec<SeenFile>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            files.extend(self.look_at(&entry?.file_name()));
        }
        files.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(files)
    }

    /// Whether a file still stands there as it was seen.
    pub(crate) fn has_still(&self, seen: &SeenFile) -> bool {
        self.look_at(&seen.name).as_ref() == Some(seen)
    }

    /// Whether a file ends as whole ones do: text with a line's end, a workbook with its directory. What can't be read
    /// is not waited for.
    pub(crate) fn has_whole_end(&self, name: &OsStr) -> bool {
        ends_whole(&self.below(name)).unwrap_or(true)
    }

    fn look_at(&self, name: &OsStr) -> Option<SeenFile> {
        let metadata = fs::symlink_metadata(self.below(name)).ok()?; // It went while we looked.
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?; // No file is older than 1970.
        let modified_at = DateTime::<Utc>::from_timestamp_micros(i64::try_from(modified.as_micros()).ok()?)?;
        metadata.is_file().then(|| SeenFile { name: name.to_owned(), size: metadata.len(), modified_at })
    }

    /// A place below the inbox for a file taken at this local time, which nothing has: `done/20261125-081003-staff.csv`.
    pub(crate) fn free_place(&self, place: AnsweredFolder, name: &str, at: NaiveDateTime) -> String {
        let clean: String = name.chars().map(|c| if c.is_control() || c == '/' { '_' } else { c }).collect();
        let cut = clean
            .char_indices()
            .map(|(at, c)| at + c.len_utf8())
            .take_while(|end| *end <= LONGEST_NAME)
            .last();
        let name = clean.get(..cut.unwrap_or(0)).unwrap_or_default();
        let stamp = at.format("%Y%m%d-%H%M%S");
        let candidate = |number: u32| match number {
            1 => format!("{}/{stamp}-{name}", place.as_str()),
            _ => format!("{}/{stamp}-{number}-{name}", place.as_str()),
        };
        let is_free = |candidate: &String| {
            let path = self.below(candidate);
            !exists(&path) && !exists(&rejected_path(&path))
        };
        (1..).map(candidate).find(is_free).unwrap_or_default()
    }

    /// Whether a file below `done` or `refused` has a name that [`Self::free_place`] gives.
    pub(crate) fn is_put_away(name: &str) -> bool {
        let stamp = name.get(..16).unwrap_or_default();
        stamp.len() == 16
            && stamp
                .chars()
                .enumerate()
                .all(|(at, c)| if at == 8 || at == 15 { c == '-' } else { c.is_ascii_digit() })
    }

    /// A file that was put away at `path`, and where its rejected rows are written.
    pub(crate) fn paths_of(path: &Path) -> [PathBuf; 2] {
        [path.to_owned(), rejected_path(path)]
    }

    /// Moves a file away to `to`, a free place below the inbox, and does nothing where that was done before.
    pub(crate) fn put_away(&self, seen: &SeenFile, to: &str) -> io::Result<MoveOutcome> {
        let target = self.below(to);
        if exists(&target) {
            self.share(&target);
            return Ok(MoveOutcome::There);
        }
        if !self.has_still(seen) {
            return Ok(MoveOutcome::Gone);
        }
        match fs::rename(self.below(&seen.name), &target) {
            // Another process has moved it since we looked.
            Err(error) if error.kind() == io::ErrorKind::NotFound && exists(&target) => {
                return Ok(MoveOutcome::There);
            }
            moved => moved?,
        }
        // The ledger is about to say that it was moved, and must not know more than the disk does.
        for folder in [Some(self.path.as_path()), target.parent()].into_iter().flatten() {
            File::open(folder)?.sync_all()?;
        }
        self.share(&target);
        Ok(MoveOutcome::There)
    }

    /// Has a file that was put away be for whoever may use the inbox, and not as whoever dropped it had it. Where that can't
    /// be, it is no reason to leave it in the inbox; [`Self::shut_out`] says what to do.
    fn share(&self, target: &Path) {
        if let Err(error) = files::Draft::share(target, &self.path) {
            tracing::debug!(%error, "a file that was put away keeps the permissions that it came with");
        }
    }
}

/// The first bytes of a zip, which XLSX and ODS files are, and of the end of its directory.
const ZIP: (&[u8], &[u8]) = (b"PK\x03\x04", b"PK\x05\x06");
/// The first bytes of an Excel 97 workbook, whose end tells nothing.
const OLE: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0];
/// A zip's directory ends within so many bytes of the file's end: its own 22, and a comment.
const DIRECTORY_END: u64 = 22 + 65_535;

fn ends_whole(path: &Path) -> io::Result<bool> {
    let mut file = files::open(path, Links::Refused)?;
    let size = file.metadata()?.len();
    let mut beginning = Vec::new();
    (&mut file).take(4).read_to_end(&mut beginning)?;
    let is_zip = beginning == ZIP.0;
    file.seek(SeekFrom::Start(size.saturating_sub(if is_zip { DIRECTORY_END } else { 2 })))?;
    let mut end = Vec::new();
    file.take(DIRECTORY_END).read_to_end(&mut end)?;
    Ok(match &*end {
        _ if is_zip => end.windows(ZIP.1.len()).any(|bytes| bytes == ZIP.1),
        // A line's end in UTF-8 and in both orders of UTF-16.
        [.., b'\n' | b'\r'] | [b'\n' | b'\r', 0] => true,
        _ => beginning == OLE,
    })
}

/// Whether anything has this path, a dangling link included.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Folder) {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::new(dir.path());
        folder.make_places().unwrap();
        (dir, folder)
    }

    fn at() -> NaiveDateTime {
        "2026-11-25T08:10:03".parse().unwrap()
    }

    #[test]
    fn only_plain_files_of_the_folder_itself_are_seen() {
        let (dir, folder) = folder();
        fs::write(dir.path().join("staff.csv"), "a").unwrap();
        fs::write(dir.path().join("done/staff.csv"), "a").unwrap();
        fs::create_dir(dir.path().join("training")).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", dir.path().join("staff-link.csv")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("budget.csv")).unwrap();
        let names: Vec<String> = folder.seen().unwrap().iter().map(SeenFile::shown).collect();
        assert_eq!(names, ["staff.csv"]);
    }

    #[test]
    fn a_file_ends_whole_with_a_line_or_a_workbooks_directory() {
        let (dir, folder) = folder();
        for (content, whole) in [
            (&b"a,b\n1,2\n"[..], true),
            (b"a,b\r\n1,2\r\n", true),
            (b"a,b\r1,2\r", true),
            (b"\xFF\xFEa\0\n\0", true),
            (b"\xFE\xFF\0a\0\n", true),
            (b"a,b\n1,", false),
            (b"a,b\n1,2\n\0\0\0\0", false),
            (b"", false),
            (b"\n", true),
            (b"\xD0\xCF\x11\xE0\xA1\xB1", true),
            (b"PK\x03\x04 and so on\n", false),
            (b"PK\x03\x04 and so on PK\x05\x06 and its fields", true),
        ] {
            fs::write(dir.path().join("staff"), content).unwrap();
            assert_eq!(folder.has_whole_end(OsStr::new("staff")), whole, "{:?}", content.escape_ascii());
        }
        assert!(folder.has_whole_end(OsStr::new("not there")));
    }

    #[test]
    fn a_place_is_free_and_its_name_tells_when_and_what() {
        let (dir, folder) = folder();
        let place = |name: &str| folder.free_place(AnsweredFolder::Done, name, at());
        assert_eq!(place("staff.csv"), "done/20261125-081003-staff.csv");
        fs::write(dir.path().join("done/20261125-081003-staff.csv"), "").unwrap();
        assert_eq!(place("staff.csv"), "done/20261125-081003-2-staff.csv");
        fs::write(dir.path().join("done/20261125-081003-2-staff.csv.rejected.csv"), "").unwrap();
        assert_eq!(place("staff.csv"), "done/20261125-081003-3-staff.csv");
        assert_eq!(place("../st\naff/.csv"), "done/20261125-081003-.._st_aff_.csv");
        let long = "é".repeat(140);
        let cut = place(&format!("staff{long}"));
        fs::write(rejected_path(&dir.path().join(&cut)), "").unwrap();
        assert!(cut.ends_with('é'), "{cut}");
    }

    #[test]
    fn a_file_is_put_away_once_and_one_that_was_replaced_stays() {
        let (dir, folder) = folder();
        let path = dir.path().join("staff.csv");
        fs::write(&path, "a").unwrap();
        let seen = folder.seen().unwrap().remove(0);
        assert!(folder.has_still(&seen));
        assert_eq!(folder.put_away(&seen, "done/1-staff.csv").unwrap(), MoveOutcome::There);
        assert!(!path.exists());
        fs::write(&path, "another").unwrap();
        assert_eq!(folder.put_away(&seen, "done/1-staff.csv").unwrap(), MoveOutcome::There, "a second time");
        assert_eq!(folder.put_away(&seen, "done/2-staff.csv").unwrap(), MoveOutcome::Gone);
        assert_eq!(fs::read_to_string(&path).unwrap(), "another");
        assert_eq!(fs::read_to_string(dir.path().join("done/1-staff.csv")).unwrap(), "a");
    }

    #[test]
    fn a_file_that_was_put_away_is_for_those_who_may_use_the_inbox_however_it_was_dropped() {
        use std::os::unix::fs::PermissionsExt;
        for (inbox, dropped, expected) in
            [(0o770, 0o600, 0o660), (0o2770, 0o644, 0o660), (0o700, 0o664, 0o600), (0o775, 0o640, 0o664)]
        {
            let (dir, folder) = folder();
            let permit =
                |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
            permit(dir.path(), inbox);
            let path = dir.path().join("staff.csv");
            fs::write(&path, "a").unwrap();
            permit(&path, dropped);
            let seen = folder.seen().unwrap().remove(0);
            for _ in 0..2 {
                folder.put_away(&seen, "done/1-staff.csv").unwrap();
                let done = dir.path().join("done/1-staff.csv");
                let mode = fs::metadata(&done).unwrap().permissions().mode() & 0o777;
                assert_eq!(mode, expected, "{inbox:o} {dropped:o}");
                assert_eq!(fs::read_to_string(&done).unwrap(), "a");
                // The process that moved it ended before it could do the rest.
                permit(&done, dropped);
            }
        }
    }
}
