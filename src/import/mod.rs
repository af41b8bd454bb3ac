//! Files in: what people bring, read and checked (spec 3).
//!
//! Comes in: a file, what is known (organisations, policy, today) and how to read it. Goes out: a [`CheckedFile`] file,
//! which holds the good rows with their lines, and a [`Remark`] for everything that can't be used or should be looked
//! at; or an [`ImportError`], when the file as a whole can't be used. Nothing is guessed silently: what is not taken is
//! a rejected row or a warning.
//!
//! A file goes through [`tabular`](crate::tabular), which gives its rows as they stand; `columns`, which header says what;
//! and the checks of its kind in `kinds`, cell by cell, with `cells` and `named`. `reading` is the pass over all of them.
//! Everything streams: what is held is the good rows and the remarks. `run` then compares with the register, by `diff`,
//! and records; `messages` has the words for all that is wrong.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::files::Links;
use crate::policy::Policy;
pub use crate::tabular::{FileEncoding, Limits};

mod cells;
mod columns;
mod diff;
mod error;
mod exempt;
mod kinds;
mod messages;
mod named;
mod reading;
mod run;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod undo;

pub(crate) use cells::dates::day_meant;
pub use columns::aliases::{FileKind, columns};
pub use columns::labels::CellsSay;
pub(crate) use columns::map::{check_map, map_with};
pub(crate) use columns::of_numbers::is_of_numbers;
pub use diff::listed::{
    AddedItem, DifferenceSubject, EndedPost, FieldChange, FirstOf, ImportDifference, Joiner,
};
pub use error::ImportError;
pub(crate) use error::reason_of;
pub use exempt::{
    ExemptCourses, ExemptError, ExemptionBefore, ExemptionOutcome, ExemptionReport, ExemptionToAdd,
    ExemptionToEnd, end_exemption, exempt,
};
pub(crate) use exempt::{end_exemption_once, exempt_once};
pub use kinds::{
    AssuranceAnswers, BookedPlaces, BudgetLists, ExemptionLists, ExpenseLists, ImportedKind,
    OrganisationLists, StaffLists, TrainingRecords, apply, read,
};
pub use messages::wordings;
pub(crate) use named::course_names::course_key;
pub(crate) use named::courses::{course_called, doubt_of_name};
pub use reading::abreast::RowJudges;
pub(crate) use reading::alike::{AlikeRemarks, alike};
pub(crate) use reading::columns_said::{ColumnsSaid, columns_said};
pub(crate) use reading::looking_through::look_through;
pub use reading::rejected::{RejectedHeaders, RejectedReaders, write_rejected};
pub(crate) use reading::rejected::{rejected_path, rejected_rows};
pub use reading::rows::{
    AnswerRow, BookingRow, BudgetRow, CheckedFile, ExemptionRow, ExpenseRow, FileOrganisationIndex,
    MatrixRead, OrganisationRow, RecordDetails, Remark, StaffRow, TrainingRow,
};
pub use reading::skipped::{SkipReason, Skipped};
pub(crate) use reading::visiting::{content_hash, look_over};
pub use run::brakes::{Force, ImportBrake, ImportBrakes};
pub use run::destination::{AlongsideVerdict, Destination, WrittenAlongside};
pub use run::progress::{ImportStep, Progress};
pub use run::report::ImportOutcome;
pub use run::{ImportOptions, ImportSource};
pub use undo::{UndoError, UndoReport, undo};
pub(crate) use undo::{UndoPreview, undo_if, undo_preview};

/// What a file's rows are checked against.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// Codes of the organisations that the register has.
    pub organisations: &'a [String],
    /// Their names, in the same order.
    pub organisation_names: &'a [String],
    /// Code of the configured organisation, which rows without one are of.
    pub default_organisation: &'a str,
    /// Codes of the organisations whose rows may be taken; all, where there are none.
    pub only: &'a [String],
    /// The policy, for its courses and assignment statuses.
    pub policy: &'a Policy,
    /// The time zone of civil dates.
    pub zone: chrono_tz::Tz,
    /// Today, which places two-digit years and tells future completions.
    pub today: NaiveDate,
}

impl CheckContext<'_> {
    /// Whether what names no organisation may be a place of the only one: whoever may speak of some alone must not have what
    /// is said of others taken for theirs.
    fn may_name_places(&self) -> bool {
        self.only.is_empty() || self.organisations.len() < 2
    }

    /// Whether rows about the organisation with this code may be taken.
    fn may_say_of(&self, code: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == code)
    }
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// A TOML file that names further headers, a table a kind: `[staff]` `"Their header" = "employee_number"`.
    pub map: Option<PathBuf>,
    /// The same for every file: `[import] map` of the configuration. What `map` says of a header holds.
    pub usual_map: Option<PathBuf>,
    /// The start date of people whom a staff list without such a column makes known.
    pub start_on: Option<NaiveDate>,
    /// The encoding of a text file, where it is not to be told from its bytes.
    pub encoding: Option<FileEncoding>,
    /// What dates in a matrix of training say; completions, and refused where they look like expiries, where it is not
    /// given.
    pub cells: Option<CellsSay>,
    /// The sheet of a workbook; the first visible one otherwise.
    pub sheet: Option<String>,
    /// Whether the file may be a symbolic link to one.
    pub links: Links,
    /// How large a file may be.
    pub limits: Limits,
    /// How many of its rows are judged at a time; it makes no difference to what they come to.
    pub judges: RowJudges,
    /// Told how far the reading has come.
    pub progress: Progress,
}
