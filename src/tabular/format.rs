//! What a file is.

use super::encoding::TextEncoding;

/// What a file is, decided by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Delimited text.
    Csv(TextEncoding),
    /// An Office Open XML workbook.
    Xlsx,
    /// An Excel 97 workbook.
    Xls,
    /// An OpenDocument spreadsheet.
    Ods,
}
