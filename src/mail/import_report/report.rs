//! What became of a file, and what is to be said of its rows.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Tells what became of a file. Of the rows it shows no more than line, column and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ImportReport {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The day it was taken.
    pub(crate) on: NaiveDate,
    /// The file's name.
    pub(crate) file: String,
    /// What became of it.
    pub(crate) outcome: FileOutcome,
}

/// What became of a file from the inbox. What it came to when it was taken can be kept until it is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum FileOutcome {
    /// It was imported, but for the rows rejected.
    Imported {
        /// What it changed.
        counts: FileCounts,
        /// What could not be used.
        rejected: Remarks,
        /// What was taken, and should be looked at.
        warnings: Remarks,
        /// How it was taken, where that needs saying.
        notes: Vec<String>,
        /// Where it lies now.
        lies: FileLocation,
    },
    /// It was not: a brake refused it, or it can't be used at all.
    Refused {
        /// Why.
        why: String,
        /// Whether a person may import it all the same.
        can_be_forced: bool,
        /// What could not be used.
        rejected: Remarks,
        /// Where it lies now.
        lies: FileLocation,
    },
    /// The very same file had been taken before.
    #[serde(skip)]
    TakenBefore {
        /// When.
        on: NaiveDate,
        /// As which import; `None` where it changed nothing then either.
        import: Option<i32>,
        /// Where it lies now.
        lies: FileLocation,
    },
    /// It is left in the inbox for its name.
    #[serde(skip)]
    Left {
        /// What its name says.
        why: NotLookedInto,
        /// What a name may begin with.
        beginnings: Vec<&'static str>,
    },
    /// It was taken, and can't be moved away.
    #[serde(skip)]
    Stuck {
        /// What the system said.
        why: String,
        /// Where it belongs.
        lies: FileLocation,
    },
    /// It can't be read.
    #[serde(skip)]
    Unreadable {
        /// What the system said.
        why: String,
    },
}

/// Why a file of the inbox was not looked into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotLookedInto {
    /// Its name does not say what it holds.
    Unclear,
    /// It is called a copy.
    Copy,
    /// It is hidden, or a program or a system keeps it for itself.
    Kept,
}

/// What an import counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct FileCounts {
    /// Rows that are neither blank nor totals.
    pub(crate) rows: u64,
    /// Rows that changed something.
    pub(crate) applied: u64,
    /// Good rows that changed nothing.
    pub(crate) unchanged: u64,
    /// Rows that were understood and held nothing to keep.
    pub(crate) skipped: u64,
    /// People new to the register or back in post.
    pub(crate) joiners: u64,
    /// Other people about whom something changed.
    pub(crate) changes: u64,
    /// People no longer in post.
    pub(crate) leavers: u64,
    /// Training records added.
    pub(crate) records_added: u64,
    /// Training records corrected.
    pub(crate) records_corrected: u64,
}

/// What is to be said of a file's rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Remarks {
    /// How many lines it is about.
    pub(crate) lines: u64,
    /// The first of it, each thing once.
    pub(crate) first: Vec<RowRemark>,
}

/// What is to be said of one row, or of several alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RowRemark {
    /// Which rows: `line 3`, or how many they are and the first of them.
    pub(crate) place: String,
    /// The header of the column; empty for the whole row.
    pub(crate) column: String,
    /// What is to be said.
    pub(crate) words: String,
}

/// Where a file lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileLocation {
    /// What it was imported as: `staff`, `training`, ...
    pub(crate) kind: String,
    /// Below the inbox: `done/20261125-081003-staff.csv`.
    pub(crate) below: String,
    /// The whole path, for a command.
    pub(crate) path: String,
}
