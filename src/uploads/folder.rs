//! The folder of uploads.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use crate::files::private;

/// So long a file waits for a person's word.
pub(crate) const KEPT: TimeDelta = TimeDelta::hours(24);
/// What stands after the name of the map that belongs to a file.
const MAP: &str = "map.toml";

/// The folder of uploads, for the program's user alone.
#[derive(Debug, Clone)]
pub(crate) struct UploadFolder(PathBuf);

/// A file that is being received, or was just now; unless it is [kept](UploadFolder::keep), it goes with this.
#[derive(Debug)]
pub(crate) struct ReceivedFile {
    path: PathBuf,
}

impl UploadFolder {
    /// The folder at this path; it is made with the first file.
    pub(crate) fn new(path: &Path) -> Self {
        Self(path.to_owned())
    }

    /// Begins a file at `now` under `chance`, a name that nobody can guess.
    ///
    /// # Errors
    /// Where the folder can't be made or written.
    pub(crate) fn receive(&self, chance: &str, now: DateTime<Utc>) -> io::Result<(File, ReceivedFile)> {
        private::make_folder(&self.0)?;
        // The instant tells whoever tidies how old it is: what is cut off by a power cut has nobody else who removes it.
        let path = self.0.join(format!("{}-{chance}.part", now.timestamp()));
        Ok((private::make_new_file(&path)?, ReceivedFile { path }))
    }

    /// Keeps a file that was received, from now on under the name that this gives.
    ///
    /// # Errors
    /// Where it can't be renamed.
    pub(crate) fn keep(&self, received: &ReceivedFile) -> io::Result<String> {
        let name = received.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        std::fs::rename(&received.path, self.0.join(&name))?;
        Ok(name)
    }

    /// Where the file of this name lies.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes the map that belongs to the file of this name, and gives where it lies.
    ///
    /// # Errors
    /// Where it can't be written.
    pub(crate) fn write_map(&self, name: &str, map: &str) -> io::Result<PathBuf> {
        let path = self.0.join(format!("{name}.{MAP}"));
        io::Write::write_all(&mut private::make_file(&path)?, map.as_bytes())?;
        Ok(path)
    }

    /// Removes the file of this name, and its map.
    pub(crate) fn remove(&self, name: &str) {
        // What is gone already needs no removing, and what can't be removed is tried again by the next tidying.
        let _ = std::fs::remove_file(self.0.join(name));
        let _ = std::fs::remove_file(self.0.join(format!("{name}.{MAP}")));
    }

    /// Removes what was kept longer than it waits. A file that somebody else put there is not ours to remove.
    ///
    /// # Errors
    /// Where the folder can't be read.
    pub(crate) fn tidy(&self, now: DateTime<Utc>) -> io::Result<()> {
        let entries = match std::fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error),
        };
        let old = (now - KEPT).timestamp();
        for entry in entries {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let kept_at = name.split_once('-').and_then(|(at, _)| at.parse::<i64>().ok()); // What has none is not ours.
            if kept_at.is_some_and(|at| at < old) {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }
}

impl ReceivedFile {
    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for ReceivedFile {
    fn drop(&mut self) {
        // One that was kept has another name.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_lies_for_a_day_under_a_name_of_ours_and_one_that_was_not_kept_goes_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let folder = UploadFolder::new(&dir.path().join("uploads"));
        let now = "2026-11-24T09:00:00Z".parse().unwrap();
        // What nobody came back to, as after a power cut.
        std::mem::forget(folder.receive("Y3V0", now).unwrap());
        let (_, dropped) = folder.receive("ZmFy", now).unwrap();
        let part = dropped.path().to_owned();
        drop(dropped);
        assert!(!part.exists());
        let (_, received) = folder.receive("b25l-_x", now).unwrap();
        let name = folder.keep(&received).unwrap();
        drop(received);
        folder.write_map(&name, "[staff]").unwrap();
        folder.tidy(now + KEPT).unwrap();
        assert!(folder.path(&name).exists());
        std::fs::write(dir.path().join("uploads/notes.txt"), "").unwrap();
        folder.tidy(now + KEPT + TimeDelta::seconds(1)).unwrap();
        let left: Vec<_> = std::fs::read_dir(dir.path().join("uploads")).unwrap().collect();
        assert_eq!(left.len(), 1, "{left:?}");
    }

    #[test]
    fn a_folder_that_is_none_has_nothing_to_tidy() {
        let dir = tempfile::tempdir().unwrap();
        UploadFolder::new(&dir.path().join("none")).tidy(Utc::now()).unwrap();
        assert!(!dir.path().join("none").exists());
    }
}
