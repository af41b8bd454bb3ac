//! How large a file may be (spec 3.7, *Limits*).

/// How large a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a CSV file.
    pub csv_bytes: u64,
    /// Bytes of a spreadsheet.
    pub sheet_bytes: u64,
    /// Bytes of a spreadsheet once unpacked.
    pub unpacked_bytes: u64,
    /// Rows.
    pub rows: u64,
    /// Columns.
    pub columns: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            csv_bytes: 4_000_000_000,
            sheet_bytes: 200_000_000,
            unpacked_bytes: 1_000_000_000,
            rows: 20_000_000,
            columns: 16_384,
        }
    }
}
