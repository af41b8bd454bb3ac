//! What stands around a matrix and says what its dates are: titles, notes, and the names of its sheet and file.
//!
//! A date of an expiry or of a booking that is taken for a completion makes people look trained for years. So where anything
//! speaks of those, the file is refused until somebody says what its dates are.

use crate::import::cells::text::{self, shown};
use crate::import::columns::labels::{CellsSay, TitleSays, note_says, title_says};
use crate::import::columns::matrix::Matrix;
use crate::import::messages::Refusal;
use crate::tabular::RawRow;

/// The first thing that was said of the dates of a file, and where.
#[derive(Debug, Default)]
pub(super) struct DatesSaid(Option<(TitleSays, &'static str, String)>);

impl DatesSaid {
    /// Looks at a row above the header.
    pub(super) fn see_title(&mut self, row: &RawRow) {
        row.cells().for_each(|cell| self.see("above its header", cell, title_says));
    }

    /// Looks at a row below the header, which is a note where it has one cell.
    pub(super) fn see_note(&mut self, row: &RawRow) {
        let mut filled = row.cells().filter(|cell| !text::is_blank(cell));
        if let (Some(note), None) = (filled.next(), filled.next()) {
            self.see("in a note below its header", note, note_says);
        }
    }

    /// Looks at the name of the sheet.
    pub(super) fn see_sheet(&mut self, name: &str) {
        self.see("in the name of its sheet", name, title_says);
    }

    /// Looks at the name of the file.
    pub(super) fn see_file(&mut self, name: &str) {
        self.see("in its name", name, title_says);
    }

    fn see(&mut self, place: &'static str, said: &str, says: impl Fn(&str) -> Option<TitleSays>) {
        if self.0.is_none() {
            self.0 = says(said).map(|says| (says, place, shown(said)));
        }
    }

    /// Why the matrix is refused; `None` where somebody, or its header, says what its dates are.
    pub(super) fn refusal(&self, matrix: &Matrix, cells: Option<CellsSay>) -> Option<Refusal> {
        let (says, place, said) = self.0.as_ref()?;
        let is_said = cells.is_some()
            || matrix.says_completed
            || (*says == TitleSays::Expiries && matrix.has_expiries());
        let (place, said) = ((*place).to_owned(), said.clone());
        (!is_said).then_some(match says {
            TitleSays::Expiries => Refusal::PerhapsExpiries { place, said },
            TitleSays::Planned => Refusal::PerhapsPlanned { place, said },
        })
    }
}
