//! The rows of a file, one after the other.

use super::encoding::TextEncoding;
use super::format::Format;
use super::limits::Limits;
use super::read_error::ReadError;
use super::row::{Visit, Visited};
use super::source::SourceFile;
use super::{delimited, sheet};

/// How to read the rows of a source, once its header has been found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Text cut at this byte.
    Csv(TextEncoding, u8),
    /// The sheet of this name, or the first visible one.
    Sheet(Option<String>),
}

/// The shapes a source may have, the likeliest first: a text file is tried with each separator.
pub(crate) fn shapes(source: &SourceFile, sheet: Option<&str>) -> Vec<Shape> {
    match source.format {
        Format::Csv(encoding) => b",;\t|".iter().map(|&separator| Shape::Csv(encoding, separator)).collect(),
        _ => vec![Shape::Sheet(sheet.map(str::to_owned))],
    }
}

/// Shows every row of the source to `visit`, in the order of the file.
pub(crate) fn visit_rows(
    source: &SourceFile,
    shape: &Shape,
    limits: &Limits,
    visit: &mut Visit<'_>,
) -> Result<Visited, ReadError> {
    match shape {
        Shape::Csv(encoding, separator) => {
            delimited::visit_rows(source, *encoding, *separator, limits.columns, visit)?;
            Ok(Visited::default())
        }
        Shape::Sheet(name) => sheet::visit_rows(source, name.as_deref(), limits, visit),
    }
}
