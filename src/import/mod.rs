//! Files in: what people bring, read and checked (spec 3).
//!
//! Comes in: a file, what is known (organisations, policy, today) and how to read it. Goes out: a [`CheckedFile`] file,
//! which holds the good rows with their lines, and a [`Remark`] for everything that can't be used or should be looked
//! at; or an [`ImportError`], when the file as a whole can't be used. Nothing is guessed silently: what is not taken is
//! a rejected row or a warning.
//!
//! A file goes through [`tabular`](crate::tabular), which gives its rows as they stand, `header_search`, `columns` (which
//! header says what; the names are in `aliases`) and, of a matrix, `matrix_header`, and the checks of its kind, cell by cell
//! in `cells` with `text`, `dates`, `money`, `numbers` and `courses`; `repeats` then looks at rows about the same thing.
//! Everything streams: what is held is the good rows and the remarks.

use std::path::PathBuf;

use chrono::NaiveDate;

use crate::files::Links;
use crate::policy::Policy;
pub use crate::tabular::{FileEncoding, Limits};

mod across;
mod aliases;
mod alike;
mod brakes;
mod cells;
mod columns;
mod course_names;
mod courses;
mod dates;
mod destination;
mod diff;
mod error;
mod exempt;
mod fields;
mod full_names;
mod header_search;
mod kinds;
mod layout;
mod map;
mod matrix;
mod matrix_header;
mod messages;
mod money;
mod nearest;
mod no_header;
mod numbers;
mod organisation_codes;
mod progress;
mod reading;
mod rejected;
mod repeats;
mod report;
mod row_shape;
mod rows;
mod run;
#[cfg(test)]
mod sample;
mod status;
mod swapped;
#[cfg(test)]
mod tests;
mod text;
mod undo;
mod visiting;

pub use across::CellsSay;
pub use aliases::{FileKind, columns};
pub use alike::{AlikeRemarks, alike};
pub use brakes::{Force, ImportBrake, ImportBrakes};
pub use dates::day_meant;
pub use destination::{Destination, WrittenAlongside};
pub use diff::listed::{
    AddedItem, DifferenceSubject, EndedPost, FieldChange, FirstOf, ImportDifference, Joiner,
};
pub use error::ImportError;
pub use exempt::{
    ExemptCourses, ExemptError, ExemptionBefore, ExemptionOutcome, ExemptionReport, ExemptionToAdd,
    ExemptionToEnd, end_exemption, exempt,
};
pub use kinds::{
    AssuranceAnswers, BookedPlaces, BudgetLists, ExemptionLists, ExpenseLists, ImportedKind,
    OrganisationLists, StaffLists, TrainingRecords, apply, read,
};
pub use messages::wordings;
pub use progress::{ImportStep, Progress};
pub use rejected::{rejected_path, write_rejected};
pub use report::ImportOutcome;
pub use rows::*;
pub use run::{ImportOptions, ImportSource};
pub use undo::{UndoError, UndoReport, undo};
pub use visiting::content_hash;

/// What a file's rows are checked against.
#[derive(Debug, Clone, Copy)]
pub struct CheckContext<'a> {
    /// Codes of the organisations that the register has.
    pub organisations: &'a [String],
    /// Their names, in the same order.
    pub organisation_names: &'a [String],
    /// Code of the configured organisation, which rows without one are of.
    pub default_organisation: &'a str,
    /// The policy, for its courses and assignment statuses.
    pub policy: &'a Policy,
    /// The time zone of civil dates.
    pub zone: chrono_tz::Tz,
    /// Today, which places two-digit years and tells future completions.
    pub today: NaiveDate,
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
    /// Told how far the reading has come.
    pub progress: Progress,
}
