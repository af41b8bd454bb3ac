//! Numbers that several tables of the file hold.

use super::types::Percent;
use crate::toml_file::{FurtherDecimals, TableSection};

/// The most that a number of days may be: far beyond a working life, and small enough to add to any date.
pub(super) const MOST_DAYS: u32 = 100_000;

/// The most courses, and the most requirements: far more than anybody writes, and few enough to number.
const MOST_SECTIONS: usize = 10_000;

/// Refuses a file with more of these sections than can be numbered.
pub(super) fn refuse_too_many(root: &TableSection<'_>, key: &'static str, sections: usize) {
    if sections > MOST_SECTIONS {
        root.fault(key, format!("the policy has {sections} [[{key}]] and may have {MOST_SECTIONS} at most"));
    }
}

/// A percentage from 0 to 100, in millionths of a percent.
pub(super) fn percent<'a>(section: &TableSection<'a>, key: &'a str) -> Option<Percent> {
    section.decimal(key, 1_000_000, 0..=100, FurtherDecimals::Rounded).map(Percent)
}
