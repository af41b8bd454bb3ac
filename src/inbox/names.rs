//! What a file's name says of what it holds.

use std::ffi::OsStr;

use crate::import::FileKind;

/// The kinds in the order in which one builds on another: people before their training.
const IN_ORDER: [FileKind; 8] = [
    FileKind::Organisations,
    FileKind::Staff,
    FileKind::Training,
    FileKind::Exemptions,
    FileKind::Bookings,
    FileKind::Budget,
    FileKind::Expenses,
    FileKind::Assurance,
];

/// Endings under which programs write what is not whole yet.
const UNFINISHED: [&str; 5] = [".part", ".partial", ".filepart", ".crdownload", ".tmp"];
/// Beginnings of what office programs keep beside a file for as long as it is open.
const LOCKS: [&str; 2] = ["~$", ".~lock."];

/// The endings of the formats that are read.
pub(crate) const READ: [&str; 7] = [".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"];
/// Endings of what programs keep of a file that they change, and of what leads to it.
const KEPT: [&str; 7] = ["~", ".bak", ".old", ".orig", ".swp", ".lnk", ".url"];
/// What systems put into folders for themselves.
const OF_SYSTEMS: [&str; 3] = ["thumbs.db", "ehthumbs.db", "desktop.ini"];
/// What people and systems call a copy, as a word of its own.
const COPIES: [&str; 3] = ["copy", "copies", "kopie"];
/// How many digits the number of a copy has at most, as in `staff (2).csv`: a year has more.
const COPY_DIGITS: usize = 3;

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FileNaming {
    /// A file of this kind.
    Kind(FileKind),
    /// Nothing that is taken: it is left where it is, and told of.
    Left(NotTaken),
    /// What is not finished, or only says that a file is open: left alone, and nothing is said.
    Passing,
}

/// Why a file of some name is never taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// It begins with no kind, or ends in no format that is read.
    Unclear,
    /// It is called a copy, by a person, a browser or a sync tool: it may be older than what was taken.
    Copy,
    /// It is hidden, or something that a program or a system keeps for itself.
    Kept,
}

impl FileNaming {
    /// The place of its kind among those that build on one another.
    pub(super) fn rank(self) -> usize {
        match self {
            Self::Kind(kind) => IN_ORDER.iter().position(|other| *other == kind).unwrap_or(IN_ORDER.len()),
            Self::Left(_) | Self::Passing => IN_ORDER.len(),
        }
    }
}

/// What a file of this name holds: `Staff list November.xlsx` is a staff list.
pub(crate) fn file_naming(name: &OsStr) -> FileNaming {
    let name = name.to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&UNFINISHED) || LOCKS.iter().any(|lock| name.starts_with(lock)) {
        return FileNaming::Passing;
    }
    if name.starts_with('.') || OF_SYSTEMS.contains(&name.as_str()) || ends(&KEPT) {
        return FileNaming::Left(NotTaken::Kept);
    }
    let kind = IN_ORDER.into_iter().find(|kind| name.starts_with(kind.as_str()));
    match kind {
        _ if is_copy(&name) => FileNaming::Left(NotTaken::Copy),
        Some(kind) if ends(&READ) => FileNaming::Kind(kind),
        _ => FileNaming::Left(NotTaken::Unclear),
    }
}

/// Whether a name in lower case is that of a copy: `staff - copy.csv`, `staff (1).csv`, and what sync tools make of a file
/// that two have changed, such as `staff (ann's conflicted copy 2026-11-22).csv`.
fn is_copy(name: &str) -> bool {
    let stem = READ.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name).trim_end();
    let has_word = || stem.split(|c: char| !c.is_alphanumeric()).any(|word| COPIES.contains(&word));
    let is_numbered = || {
        let number = stem.strip_suffix(')').and_then(|stem| Some(stem.rsplit_once('(')?.1));
        number.is_some_and(|number| {
            (1..=COPY_DIGITS).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    has_word() || is_numbered() || is_conflict(stem)
}

/// Whether a sync tool says of a file that two have changed it. The word alone is no sign: conflict resolution is a course.
fn is_conflict(stem: &str) -> bool {
    stem.match_indices("conflict").any(|(at, word)| {
        let (before, after) =
            (stem.get(..at).unwrap_or_default(), stem.get(at + word.len()..).unwrap_or_default());
        let then = after.trim_start_matches([' ', '-', '_', '(']);
        let is_marked = before.ends_with("sync-") || before.ends_with("sf") || after.starts_with("ed");
        let is_dated = then.starts_with(|c: char| c.is_ascii_digit());
        let is_enclosed = after.starts_with([')', ']'])
            || before.ends_with('.') && (after.is_empty() || after.starts_with('.'));
        is_marked || is_dated || is_enclosed
    })
}

/// What a name may begin with, for people.
pub(crate) fn beginnings() -> [&'static str; 8] {
    IN_ORDER.map(FileKind::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAFF: FileNaming = FileNaming::Kind(FileKind::Staff);
    const TRAINING: FileNaming = FileNaming::Kind(FileKind::Training);
    const UNCLEAR: FileNaming = FileNaming::Left(NotTaken::Unclear);
    const COPY: FileNaming = FileNaming::Left(NotTaken::Copy);
    const KEPT: FileNaming = FileNaming::Left(NotTaken::Kept);

    #[test]
    fn a_name_says_its_kind_by_its_beginning_and_what_is_not_whole_is_left_alone() {
        for (name, expected) in [
            ("staff.csv", STAFF),
            ("STAFF list, November.XLSX", STAFF),
            ("staff.csv.rejected.csv", STAFF),
            ("staff.bak.csv", STAFF),
            ("staff (2026).csv", STAFF),
            ("staff (north).csv", STAFF),
            ("training-2026.txt", TRAINING),
            ("training Conflict Resolution.csv", TRAINING),
            ("training (conflict resolution level 1).csv", TRAINING),
            ("training-conflict-resolution.csv", TRAINING),
            ("budget.ods", FileNaming::Kind(FileKind::Budget)),
            ("expenses_q3.csv", FileNaming::Kind(FileKind::Expenses)),
            ("assurance.csv", FileNaming::Kind(FileKind::Assurance)),
            ("bookings.csv", FileNaming::Kind(FileKind::Bookings)),
            ("organisations.csv", FileNaming::Kind(FileKind::Organisations)),
            ("exemptions.csv", FileNaming::Kind(FileKind::Exemptions)),
            ("staff.csv.part", FileNaming::Passing),
            ("staff.csv.FILEPART", FileNaming::Passing),
            (".20261125-081003-staff.csv.rejected.csv.part", FileNaming::Passing),
            ("~$staff.xlsx", FileNaming::Passing),
            (".~lock.staff.ods#", FileNaming::Passing),
            (".staff.csv", KEPT),
            ("._staff.csv", KEPT),
            (".DS_Store", KEPT),
            ("staff.csv.bak", KEPT),
            ("staff.csv~", KEPT),
            ("staff.csv.OLD", KEPT),
            ("staff.csv - Shortcut.lnk", KEPT),
            ("Thumbs.db", KEPT),
            ("desktop.ini", KEPT),
            ("staff (1).csv", COPY),
            ("Staff list (12).xlsx", COPY),
            ("staff.csv (1).csv", COPY),
            ("staff - Copy.csv", COPY),
            ("staff - Copy (2).csv", COPY),
            ("staff copy 2.csv", COPY),
            ("staff (another copy).ods", COPY),
            ("Copy of staff.xlsx", COPY),
            ("staff - Kopie.csv", COPY),
            ("staff (Ann's conflicted copy 2026-11-22).csv", COPY),
            ("staff (Case Conflict).csv", COPY),
            ("staff [conflicted].csv", COPY),
            ("staff (SFConflict ann@example.org 2026-11-22-10-11-12).csv", COPY),
            ("staff_conflict-20261122-101112.csv", COPY),
            ("staff.Conflict.csv", COPY),
            ("staff.sync-conflict-20261122-101112-ABCDEFG.csv", COPY),
            ("training-2026", UNCLEAR),
            ("staff.pdf", UNCLEAR),
            ("staff.csv.zip", UNCLEAR),
            ("staff.csv.1", UNCLEAR),
            ("notes.docx", UNCLEAR),
            ("my staff.csv", UNCLEAR),
            ("", UNCLEAR),
        ] {
            assert_eq!(file_naming(OsStr::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn every_kind_has_its_place() {
        for kind in FileKind::ALL {
            assert!(IN_ORDER.contains(&kind), "{kind}");
        }
    }
}
