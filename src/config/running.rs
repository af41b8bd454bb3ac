//! `[retention]`, `[bounces]` and `[import]`.

use std::path::PathBuf;

use crate::policy::Percent;
use crate::toml_file::{FurtherDecimals, TableSection};

/// How long leavers' data is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Years after the leave date. Default 6.
    pub years: u32,
    /// Whether the nightly purge writes the tables of a server anew, during which nobody reads them, rather than freeing what
    /// was deleted for new rows. A file is written anew in any case. Default: no.
    pub rewrite: bool,
}

/// Brakes and limits of imports (spec 3.6, 3.7). A megabyte is a million bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportSettings {
    /// A file that names further headers, for the inbox and for every import. Default: none.
    pub map: Option<PathBuf>,
    /// The largest share of an organisation's people in post that a staff list may end. Default 10%.
    pub max_leavers: Percent,
    /// The largest share of an organisation's people in post that a staff list may give another address. Default 10%.
    pub max_addresses: Percent,
    /// The largest share of a file's rows that may be rejected. Default 10%.
    pub max_rejected: Percent,
    /// The largest CSV file, in bytes. Default 4 GB; set as `csv_megabytes`.
    pub csv_bytes: u64,
    /// The largest spreadsheet, in bytes. Default 200 MB; set as `spreadsheet_megabytes`.
    pub spreadsheet_bytes: u64,
    /// The most a spreadsheet may unpack to, in bytes. Default 1 GB; set as `unpacked_megabytes`.
    pub unpacked_bytes: u64,
    /// The most rows of a file. Default 20 million.
    pub max_rows: u64,
    /// The most columns of a file. Default 16,384.
    pub max_columns: u32,
}

impl Default for ImportSettings {
    fn default() -> Self {
        Self {
            map: None,
            max_leavers: Percent(10 * Percent::ONE.0),
            max_addresses: Percent(10 * Percent::ONE.0),
            max_rejected: Percent(10 * Percent::ONE.0),
            csv_bytes: 4_000 * MEGABYTE,
            spreadsheet_bytes: 200 * MEGABYTE,
            unpacked_bytes: 1_000 * MEGABYTE,
            max_rows: 20_000_000,
            max_columns: 16_384,
        }
    }
}

pub(super) const MEGABYTE: u64 = 1_000_000;

pub(super) fn read_retention(root: &TableSection<'_>) -> Retention {
    let Some(section) = root.table("retention", "[retention]") else {
        return Retention { years: 6, rewrite: false };
    };
    let years = section.integer("years", 1..=100).unwrap_or(6);
    let rewrite = section.boolean("rewrite").unwrap_or(false);
    section.finish();
    Retention { years, rewrite }
}

pub(super) fn read_bounces(root: &TableSection<'_>) -> Option<String> {
    let section = root.table("bounces", "[bounces]")?;
    let folder = section.text("folder");
    section.finish();
    folder
}

pub(super) fn read_import(root: &TableSection<'_>) -> ImportSettings {
    let default = ImportSettings::default();
    let Some(section) = root.table("import", "[import]") else {
        return default;
    };
    let percent = |key| section.decimal(key, 1_000_000, 0..=100, FurtherDecimals::Rounded).map(Percent);
    let bytes = |key| section.integer(key, 1..=1_000_000).map(|megabytes| u64::from(megabytes) * MEGABYTE);
    let settings = ImportSettings {
        map: section.text("map").map(PathBuf::from),
        max_leavers: percent("max_leavers").unwrap_or(default.max_leavers),
        max_addresses: percent("max_addresses").unwrap_or(default.max_addresses),
        max_rejected: percent("max_rejected").unwrap_or(default.max_rejected),
        csv_bytes: bytes("csv_megabytes").unwrap_or(default.csv_bytes),
        spreadsheet_bytes: bytes("spreadsheet_megabytes").unwrap_or(default.spreadsheet_bytes),
        unpacked_bytes: bytes("unpacked_megabytes").unwrap_or(default.unpacked_bytes),
        max_rows: section.integer("max_rows", 1..=1_000_000_000).map_or(default.max_rows, u64::from),
        max_columns: section.integer("max_columns", 1..=1_000_000).unwrap_or(default.max_columns),
    };
    section.finish();
    settings
}
