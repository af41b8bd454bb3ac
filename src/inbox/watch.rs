//! Which files have stopped growing.

use std::collections::BTreeMap;
use std::ffi::OsString;

use chrono::{DateTime, Utc};

use super::names::{FileNaming, NotTaken, file_naming};

/// How often a file must have been seen unchanged.
const LOOKS: u32 = 3;
/// How often, where it may be that a copy only came to a halt: an empty file, or one that ends as if cut off.
const LOOKS_IN_DOUBT: u32 = 10;

/// A file as it stood when the folder was looked into.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenFile {
    /// Its name.
    pub(crate) name: OsString,
    /// Its size in bytes.
    pub(crate) size: u64,
    /// When it was last written to, in whole microseconds.
    pub(crate) modified_at: DateTime<Utc>,
}

impl SeenFile {
    /// Its name for people and for the ledger.
    pub(crate) fn shown(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }

    /// What tells its name from any other, without saying it.
    pub(crate) fn name_mark(&self) -> String {
        blake3::hash(self.shown().as_bytes()).to_hex().to_string()
    }

    /// What tells it from any other, without its name: that may be somebody's, and is not to be kept where no purge
    /// would look for it.
    pub(crate) fn mark(&self) -> String {
        let of = format!("{}\n{}\n{}", self.shown(), self.size, self.modified_at.to_rfc3339());
        blake3::hash(of.as_bytes()).to_hex().to_string()
    }
}

/// What was seen at the looks before. A new process begins anew, and takes nothing at its first look.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    files: BTreeMap<OsString, WatchedFile>,
}

#[derive(Debug)]
struct WatchedFile {
    seen: SeenFile,
    times: u32,
    left: bool,
}

impl Watch {
    /// Takes note of what stands in the folder, and gives the files that are ready: unchanged since the look before, not
    /// left, and not to wait for one that they may build on and that is still growing. In the order in which one builds
    /// on another, then by name. `has_whole_end` is asked about those that have been quiet for a while.
    pub(crate) fn look(
        &mut self,
        seen: Vec<SeenFile>,
        has_whole_end: impl Fn(&SeenFile) -> bool,
    ) -> Vec<(SeenFile, FileNaming)> {
        let mut before = std::mem::take(&mut self.files);
        for seen in seen {
            let looked = match before.remove(&seen.name) {
                Some(looked) if looked.seen == seen => {
                    WatchedFile { times: looked.times.saturating_add(1), ..looked }
                }
                _ => WatchedFile { seen, times: 1, left: false },
            };
            self.files.insert(looked.seen.name.clone(), looked);
        }
        let mut ready: Vec<(SeenFile, FileNaming)> = Vec::new();
        let mut growing: Vec<usize> = Vec::new();
        for WatchedFile { seen, times, left } in self.files.values() {
            let is_quiet = *times >= LOOKS_IN_DOUBT;
            match file_naming(&seen.name) {
                FileNaming::Passing => {}
                _ if *left => {}
                // Those of programs come and go.
                name @ FileNaming::Left(NotTaken::Kept) if is_quiet => ready.push((seen.clone(), name)),
                FileNaming::Left(NotTaken::Kept) => {}
                name if is_quiet || *times >= LOOKS && has_whole_end(seen) => {
                    ready.push((seen.clone(), name))
                }
                FileNaming::Left(_) => {}
                name @ FileNaming::Kind(_) => growing.push(name.rank()),
            }
        }
        let waits = |name: &FileNaming| growing.iter().any(|rank| *rank < name.rank());
        ready.retain(|(_, name)| matches!(name, FileNaming::Left(_)) || !waits(name));
        ready.sort_by_key(|(_, name)| name.rank());
        ready
    }

    /// Leaves a file alone for as long as it stays as it is.
    pub(crate) fn leave(&mut self, seen: &SeenFile) {
        self.set_left(seen, true);
    }

    /// Takes back a [`Self::leave`].
    pub(crate) fn look_again(&mut self, seen: &SeenFile) {
        self.set_left(seen, false);
    }

    fn set_left(&mut self, seen: &SeenFile, left: bool) {
        if let Some(looked) = self.files.get_mut(&seen.name).filter(|looked| looked.seen == *seen) {
            looked.left = left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(name: &str, size: u64, second: u32) -> SeenFile {
        let modified_at = format!("2026-11-25T08:00:{second:02}Z").parse().unwrap();
        SeenFile { name: name.into(), size, modified_at }
    }

    /// Looks often enough for a whole file to be ready, with nothing changed; what is ready then.
    fn look(watch: &mut Watch, files: &[SeenFile]) -> String {
        (1..LOOKS).for_each(|_| drop(look_once(watch, files)));
        look_once(watch, files)
    }

    fn look_once(watch: &mut Watch, files: &[SeenFile]) -> String {
        let ready = watch.look(files.to_vec(), |seen| seen.size % 2 == 0);
        ready.iter().map(|(seen, _)| seen.shown()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_file_is_ready_once_neither_size_nor_time_changed_for_some_looks() {
        let mut watch = Watch::default();
        for (file, ready) in [
            (seen("staff.csv", 10, 1), ""),
            (seen("staff.csv", 10, 1), ""),
            (seen("staff.csv", 20, 1), ""),
            (seen("staff.csv", 20, 2), ""),
            (seen("staff.csv", 20, 2), ""),
            (seen("staff.csv", 20, 2), "staff.csv"),
            (seen("staff.csv", 20, 2), "staff.csv"),
            (seen("staff.csv", 20, 3), ""),
        ] {
            assert_eq!(look_once(&mut watch, &[file]), ready);
        }
        assert_eq!(look_once(&mut watch, &[]), "");
        assert_eq!(look_once(&mut watch, &[seen("staff.csv", 20, 3)]), "", "it was gone in between");
    }

    #[test]
    fn a_file_whose_end_looks_cut_off_is_waited_for_longer() {
        let mut watch = Watch::default();
        let file = [seen("staff.csv", 11, 1)];
        for _ in 1..LOOKS_IN_DOUBT {
            assert_eq!(look_once(&mut watch, &file), "");
        }
        assert_eq!(look_once(&mut watch, &file), "staff.csv");
    }

    #[test]
    fn training_waits_for_a_staff_list_that_is_still_growing_and_comes_after_it() {
        let mut watch = Watch::default();
        let (training, budget) = (seen("training.csv", 6, 1), seen("budget.csv", 6, 1));
        look(&mut watch, &[training.clone(), budget.clone(), seen("staff.csv", 1, 1)]);
        assert_eq!(look_once(&mut watch, &[training.clone(), budget.clone(), seen("staff.csv", 2, 2)]), "");
        let whole = [budget, seen("staff.csv", 2, 2), training];
        assert_eq!(look(&mut watch, &whole), "staff.csv training.csv budget.csv");
    }

    #[test]
    fn a_staff_list_waits_for_no_training_and_nothing_waits_for_what_is_not_meant_or_was_left() {
        let mut watch = Watch::default();
        let files = [seen("staff.csv", 6, 1), seen("training.csv", 1, 1), seen("staff2.csv.part", 1, 1)];
        assert_eq!(look(&mut watch, &files), "staff.csv");
        watch.leave(&files[0]);
        let files = [files[0].clone(), seen("training.csv", 2, 1)];
        assert_eq!(look(&mut watch, &files), "training.csv");
    }

    #[test]
    fn what_was_left_is_left_until_it_changes() {
        let mut watch = Watch::default();
        let file = seen("notes.docx", 6, 1);
        assert_eq!(look(&mut watch, std::slice::from_ref(&file)), "notes.docx");
        watch.leave(&file);
        assert_eq!(look(&mut watch, std::slice::from_ref(&file)), "");
        watch.look_again(&file);
        assert_eq!(look_once(&mut watch, std::slice::from_ref(&file)), "notes.docx");
        watch.leave(&file);
        assert_eq!(look(&mut watch, &[seen("notes.docx", 8, 1)]), "notes.docx");
    }
}
