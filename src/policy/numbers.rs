//! Numbers that several tables of the file hold.

use super::types::Percent;
use crate::toml_file::{FurtherDecimals, TableSection};

/// The most that a number of days may be: far beyond a working life, and small enough to add to any date.
pub(super) const MOST_DAYS: u32 = 100_000;

/// A percentage from 0 to 100, in millionths of a percent.
pub(super) fn percent<'a>(section: &TableSection<'a>, key: &'a str) -> Option<Percent> {
    section.decimal(key, 1_000_000, 0..=100, FurtherDecimals::Rounded).map(Percent)
}
