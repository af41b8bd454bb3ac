//! The files of a Maildir or a folder: read, never changed or moved.

use std::collections::HashMap;
use std::fs::Metadata;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::report_bytes::report_bytes;
use crate::files::{self, Links};

/// Reads a folder again and again, and each file once for as long as it stays the same.
#[derive(Debug)]
pub(crate) struct BounceFolder {
    folder: PathBuf,
    seen: HashMap<PathBuf, (u64, Option<SystemTime>)>,
}

/// A file that was not seen before.
#[derive(Debug)]
pub(crate) struct NewBounceFile {
    /// Its name, without its folder.
    pub(crate) name: String,
    /// What of it a report is known by, or why it can't be read.
    pub(crate) bytes: io::Result<Vec<u8>>,
}

impl BounceFolder {
    /// A reader of this folder. One with subfolders `new` and `cur` is a Maildir; of any other the files in it are read,
    /// hidden ones left out.
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), seen: HashMap::new() }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// The files that are new since the last call or have changed, in order of name. A file that can't be read is tried
    /// again the next time.
    pub(crate) fn fresh(&mut self) -> io::Result<Vec<NewBounceFile>> {
        let mut files = Vec::new();
        let (new, cur) = (self.folder.join("new"), self.folder.join("cur"));
        if new.is_dir() && cur.is_dir() {
            list(&new, &mut files)?;
            list(&cur, &mut files)?;
        } else {
            list(&self.folder, &mut files)?;
        }
        files.sort_by(|(a, _), (b, _)| a.file_name().cmp(&b.file_name()));
        let (mut still_there, mut fresh) = (HashMap::new(), Vec::new());
        for (path, metadata) in files {
            let stamp = (metadata.len(), metadata.modified().ok()); // A system without the time goes by the length.
            if self.seen.get(&path) == Some(&stamp) {
                still_there.insert(path, stamp);
                continue;
            }
            let bytes =
                files::open(&path, Links::Refused).and_then(|file| report_bytes(BufReader::new(file)));
            if bytes.is_ok() {
                still_there.insert(path.clone(), stamp);
            }
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            fresh.push(NewBounceFile { name, bytes });
        }
        self.seen = still_there;
        Ok(fresh)
    }

    /// Forgets what was seen: what became of it could not be kept.
    pub(crate) fn forget(&mut self) {
        self.seen.clear();
    }
}

fn list(folder: &Path, files: &mut Vec<(PathBuf, Metadata)>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        // A file that is gone already was moved by another reader of the Maildir, to where it is found next.
        let Ok(metadata) = std::fs::symlink_metadata(&path) else { continue };
        if metadata.is_file() && !hidden {
            files.push((path, metadata));
        }
    }
    Ok(())
}
