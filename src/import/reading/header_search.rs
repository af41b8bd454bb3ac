//! The search for the header of a file, row by row: a matrix's may have two rows, and titles above it count.

use super::dates_said::DatesSaid;
use crate::import::cells::text;
use crate::import::columns::headers::Headers;
use crate::import::columns::layout::Layout;
use crate::import::columns::reports::{known_report, own_list};
use crate::import::messages::Refusal;
use crate::tabular::RawRow;

/// What the rows so far said of the header.
pub(in crate::import) struct HeaderSearch<'h> {
    headers: &'h Headers,
    /// The row above the one in hand, where the file may be a matrix.
    row_above: Option<RawRow>,
    /// Why the row above, which looked like a header, is none by itself.
    no_layout: Option<Refusal>,
    /// What titles say of dates.
    said: DatesSaid,
}

impl<'h> HeaderSearch<'h> {
    pub(in crate::import) fn new(headers: &'h Headers) -> Self {
        Self { headers, row_above: None, no_layout: None, said: DatesSaid::default() }
    }

    /// The layout of the file, where the row is the last of its header.
    ///
    /// # Errors
    /// Says why the header can't be used.
    pub(in crate::import) fn layout_of(&mut self, row: &RawRow) -> Result<Option<Layout>, Refusal> {
        let may_be_matrix = self.headers.across.is_some();
        if may_be_matrix && !row.cells().all(text::is_blank) {
            let matrix = self.headers.matrix(self.row_above.as_ref(), row);
            if let Some(layout) = matrix.map_err(|reason| self.told(row, reason))? {
                return self.refuse_other_dates(&layout).map(|()| Some(layout));
            }
            if let Some(reason) = self.no_layout.take() {
                return Err(reason);
            }
            self.said.see_title(row);
            self.row_above = Some(row.copied());
        }
        if !self.headers.is_header(row) {
            return Ok(None);
        }
        if let Some(reason) = own_list(self.headers.kind, row) {
            return Err(reason);
        }
        match self.headers.layout(row) {
            Ok(layout) => Ok(Some(layout)),
            // It may be the first of two rows.
            Err(reason) if may_be_matrix => {
                self.no_layout = Some(self.told(row, reason));
                Ok(None)
            }
            Err(reason) => Err(reason),
        }
    }

    /// What to do about a header of a known report; the reason itself for any other.
    fn told(&self, row: &RawRow, reason: Refusal) -> Refusal {
        known_report(self.headers.kind, row).unwrap_or(reason)
    }

    /// Why the last row, which looked like a header, is none; `None` where it did not.
    pub(in crate::import) fn why_none(&mut self) -> Option<Refusal> {
        self.no_layout.take()
    }

    /// Refuses a matrix whose title speaks of other dates than those of completions, where nobody said what its own are.
    fn refuse_other_dates(&self, layout: &Layout) -> Result<(), Refusal> {
        let cells = self.headers.across.as_ref().and_then(|across| across.cells);
        let refusal = layout.matrix.as_ref().and_then(|matrix| self.said.refusal(matrix, cells));
        refusal.map_or(Ok(()), Err)
    }
}
