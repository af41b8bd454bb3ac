//! What an import did, or would do (spec 3.7, 4.1).

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use crate::import::diff::listed::ImportDifference;
use crate::import::reading::rows::Remark;
use crate::import::reading::skipped::Skipped;
use crate::import::run::brakes::ImportBrake;

/// What an import did, or would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportOutcome {
    /// The import's id; `None` when nothing was recorded (a dry run, a refusal). Of a file that was recognised, the id
    /// of the import that it was.
    pub id: Option<i32>,
    /// What was imported.
    pub kind: &'static str,
    /// The file's name.
    pub file: String,
    /// Rows that are neither blank nor totals: applied, unchanged and rejected ones.
    pub rows: u64,
    /// Rows that changed something.
    pub applied: u64,
    /// Good rows that changed nothing, repeats included.
    pub unchanged: u64,
    /// People new to the register, or back after leaving.
    pub joiners: u64,
    /// Other people about whom something changed.
    pub changes: u64,
    /// People in post who are no longer.
    pub leavers: u64,
    /// Training records added.
    pub records_added: u64,
    /// Training records corrected.
    pub records_corrected: u64,
    /// Rows that were understood and hold nothing to keep.
    #[schema(value_type = Object)]
    pub skipped: Skipped,
    /// Faults of rows that can't be used; a line may have several.
    pub rejected: Vec<Remark>,
    /// Things to look at that reject nothing.
    #[serde(serialize_with = "as_warnings")]
    #[schema(value_type = Vec<Object>)]
    pub warnings: Vec<Remark>,
    /// Why nothing was changed, if a brake or `--strict` refused it.
    pub refused: Option<String>,
    /// The brakes that refused it, each with how many people or rows it is about; empty where something else refuses it,
    /// which nobody can overrule.
    #[serde(skip)]
    pub braked: Vec<(ImportBrake, u64)>,
    /// What may have caused what the brakes act on.
    #[serde(skip)]
    pub cause: Option<String>,
    /// Whether it was only to show what it would do.
    pub dry_run: bool,
    /// What changes: all of it counted, and as much of it listed as was asked for. It is the same for a dry run, for the
    /// import itself, and for one that a brake refused.
    #[schema(value_type = Object)]
    pub difference: ImportDifference,
    /// What else a person should know about how the file was taken.
    pub notes: Vec<String>,
}

impl ImportOutcome {
    /// The reasons of each rejected line, in order of line: what `<file>.rejected.csv` holds. Its size is what the
    /// brakes and the counts go by.
    pub fn rejected_lines(&self) -> BTreeMap<u64, Vec<&str>> {
        let mut lines: BTreeMap<u64, Vec<&str>> = BTreeMap::new();
        for remark in &self.rejected {
            lines.entry(remark.line).or_default().push(&remark.reason);
        }
        lines
    }
}

fn as_warnings<S: Serializer>(remarks: &[Remark], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Warning<'a> {
        line: u64,
        column: &'a str,
        value: &'a str,
        warning: &'a str,
    }
    serializer.collect_seq(remarks.iter().map(|remark| Warning {
        line: remark.line,
        column: &remark.column,
        value: &remark.value,
        warning: &remark.reason,
    }))
}
