//! Whole files, read and checked.

mod any_bytes;
mod books;
mod columns_of_others;
mod csv_shape;
mod headers;
mod hostile;
mod kinds;
mod rejected;
mod round_trip;
mod sheets;
mod spoilt;
mod staff;
mod training;

use super::sample::{ScratchFile, TestContext};
use super::*;

/// Reads a staff list with this content.
fn staff(content: impl AsRef<[u8]>) -> Result<CheckedFile<StaffRow>, ImportError> {
    let file = ScratchFile::new("staff.csv", content);
    crate::import::read::<StaffLists>(file.path(), &ReadOptions::default(), &TestContext::new().known())
}

/// Reads training records with this content.
fn training(content: impl AsRef<[u8]>) -> Result<CheckedFile<TrainingRow>, ImportError> {
    let file = ScratchFile::new("training.csv", content);
    crate::import::read::<TrainingRecords>(file.path(), &ReadOptions::default(), &TestContext::new().known())
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
