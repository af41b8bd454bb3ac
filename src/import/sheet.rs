//! Spreadsheets as rows.
use super::ImportError;
use super::raw::Visit;
use super::source::Source;
pub(super) fn visit_rows(
    source: &Source,
    _sheet: Option<&str>,
    _most_columns: usize,
    _visit: &mut Visit<'_>,
) -> Result<(), ImportError> {
    Err(source.refused("sheet"))
}
