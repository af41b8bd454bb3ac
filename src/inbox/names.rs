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

/// The endings of the formats that are read.
pub const READ: [&str; 7] = [".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".ods"];
/// Endings of copies that programs keep of what they change.
const KEPT: [&str; 6] = ["~", ".bak", ".old", ".orig", ".swp", ".lnk"];
/// What systems put into folders for themselves.
const OF_SYSTEMS: [&str; 3] = ["thumbs.db", "ehthumbs.db", "desktop.ini"];
/// What stands in the names of copies that sync tools make where two changed a file: never the file that is meant.
const CONFLICTS: [&str; 4] = ["conflicted copy", "sync-conflict", "(conflict", "-conflict-"];
/// What stands in the names of copies that people make.
const COPIES: [&str; 2] = [" - copy", "copy of "];

/// What a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileNaming {
    /// A file of this kind.
    Kind(FileKind),
    /// Something a program keeps for itself, or has not finished: left alone, and nothing is said.
    NotMeant,
    /// No kind that there is.
    Unknown,
}

impl FileNaming {
    /// The place of its kind among those that build on one another.
    pub(super) fn rank(self) -> usize {
        match self {
            Self::Kind(kind) => IN_ORDER.iter().position(|other| *other == kind).unwrap_or(IN_ORDER.len()),
            Self::NotMeant | Self::Unknown => IN_ORDER.len(),
        }
    }
}

/// What a file of this name holds: `Staff list November.xlsx` is a staff list.
pub fn file_naming(name: &OsStr) -> FileNaming {
    let name = name.to_string_lossy().to_lowercase();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    let is_hidden = name.starts_with('.') || name.starts_with("~$");
    let of_system = OF_SYSTEMS.contains(&name.as_str());
    if is_hidden || of_system || ends(&UNFINISHED) || ends(&KEPT) || holds(&CONFLICTS) {
        return FileNaming::NotMeant;
    }
    if !ends(&READ) || holds(&COPIES) {
        return FileNaming::Unknown;
    }
    let kind = IN_ORDER.into_iter().find(|kind| name.starts_with(kind.as_str()));
    kind.map_or(FileNaming::Unknown, FileNaming::Kind)
}

/// What a name may begin with, for people.
pub fn beginnings() -> [&'static str; 8] {
    IN_ORDER.map(FileKind::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_kind_by_its_beginning_and_what_is_not_whole_is_left_alone() {
        for (name, expected) in [
            ("staff.csv", FileNaming::Kind(FileKind::Staff)),
            ("STAFF list, November.XLSX", FileNaming::Kind(FileKind::Staff)),
            ("staff.csv.rejected.csv", FileNaming::Kind(FileKind::Staff)),
            ("training-2026.txt", FileNaming::Kind(FileKind::Training)),
            ("training-2026", FileNaming::Unknown),
            ("staff.pdf", FileNaming::Unknown),
            ("staff.csv.zip", FileNaming::Unknown),
            ("staff - Copy.csv", FileNaming::Unknown),
            ("staff (1).csv", FileNaming::Kind(FileKind::Staff)),
            ("staff.csv.bak", FileNaming::NotMeant),
            ("staff.csv~", FileNaming::NotMeant),
            ("staff (Ann's conflicted copy 2026-11-22).csv", FileNaming::NotMeant),
            ("staff.sync-conflict-20261122-101112-ABCDEFG.csv", FileNaming::NotMeant),
            ("Thumbs.db", FileNaming::NotMeant),
            ("desktop.ini", FileNaming::NotMeant),
            ("budget.ods", FileNaming::Kind(FileKind::Budget)),
            ("expenses_q3.csv", FileNaming::Kind(FileKind::Expenses)),
            ("assurance.csv", FileNaming::Kind(FileKind::Assurance)),
            ("bookings.csv", FileNaming::Kind(FileKind::Bookings)),
            ("organisations.csv", FileNaming::Kind(FileKind::Organisations)),
            ("exemptions.csv", FileNaming::Kind(FileKind::Exemptions)),
            ("staff.csv.part", FileNaming::NotMeant),
            ("staff.csv.FILEPART", FileNaming::NotMeant),
            ("~$staff.xlsx", FileNaming::NotMeant),
            (".staff.csv", FileNaming::NotMeant),
            (".~lock.staff.ods#", FileNaming::NotMeant),
            ("notes.docx", FileNaming::Unknown),
            ("my staff.csv", FileNaming::Unknown),
            ("", FileNaming::Unknown),
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
