//! Whole files, read and checked.

mod abreast;
mod any_bytes;
mod beside_rejected;
mod books;
mod columns_of_others;
mod csv_shape;
mod dates_said;
mod deciding_columns;
mod headers;
mod hostile;
mod kinds;
mod matrix;
mod matrix_statuses;
mod misread_names;
mod numbers_of_people;
mod rejected;
mod round_trip;
mod sheets;
mod shown;
mod spoilt;
mod staff;
mod swallowed;
mod tell_tales;
mod training;

use std::path::{Path, PathBuf};

use super::sample::{ScratchFile, TestContext};
use super::*;
use crate::files::Existing;

/// Reads a staff list with this content.
fn staff(content: impl AsRef<[u8]>) -> Result<CheckedFile<StaffRow>, ImportError> {
    staff_in(ScratchFile::new("staff.csv", content).path())
}

/// Reads the staff list in this file.
fn staff_in(file: &Path) -> Result<CheckedFile<StaffRow>, ImportError> {
    crate::import::read::<StaffLists>(file, &ReadOptions::default(), &TestContext::new().known())
}

/// Reads training records with this content.
fn training(content: impl AsRef<[u8]>) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let file = ScratchFile::new("training.csv", content);
    crate::import::read::<TrainingRecords>(file.path(), &ReadOptions::default(), &TestContext::new().known())
}

/// Writes the rejected rows of a staff list beside it, in place of an earlier file of ours; gives where.
fn write_rejected_of(file: &ScratchFile, checked: &CheckedFile<StaffRow>) -> Result<PathBuf, ImportError> {
    write_rejected_over(Existing::OursReplaced, file, checked)
}

/// Writes the rejected rows of a staff list beside it; gives where.
fn write_rejected_over(
    existing: Existing,
    file: &ScratchFile,
    checked: &CheckedFile<StaffRow>,
) -> Result<PathBuf, ImportError> {
    write_rejected(
        file.path(),
        &ReadOptions::default(),
        FileKind::Staff,
        &RejectedHeaders::of(checked),
        &checked.rejected,
        existing,
        RejectedReaders::OfTheFile,
    )
}

/// Lines and columns of the faults.
fn faults<Row>(checked: &CheckedFile<Row>) -> Vec<(u64, &str)> {
    checked.rejected.iter().map(|remark| (remark.line, remark.column.as_str())).collect()
}

/// Rows, repeats and rejected lines are all there is.
fn assert_adds_up<Row>(checked: &CheckedFile<Row>) {
    let lines =
        checked.rows.len() as u64 + checked.repeats + checked.skipped.total() + checked.rejected_lines();
    assert_eq!(checked.row_count, lines, "{:?}", checked.rejected);
}
