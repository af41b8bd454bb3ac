//! Amounts, hours and numbers of people: what a cell shows beside such a number counts as if it were written there.

use super::money::parse_pence;
use super::numbers::{parse_hours, parse_people};
use super::row::RowCells;
use crate::import::columns::fields::ColumnField;
use crate::import::messages::Rejection;
use crate::register::{Hours, Pence};
use crate::tabular::NumberLabel;

impl<'r> RowCells<'r, '_> {
    /// An amount of money; `None` where the cell is empty.
    pub(in crate::import) fn pence(&mut self, field: ColumnField) -> Option<Pence> {
        let label = self.label(field).filter(|label| !label.is_pounds());
        self.as_shown(field, label, parse_pence)
    }

    /// A number of hours; `None` where the cell is empty.
    pub(in crate::import) fn hours(&mut self, field: ColumnField) -> Option<Hours> {
        self.as_shown(field, self.label(field), parse_hours)
    }

    /// A number of people; `None` where the cell is empty.
    pub(in crate::import) fn people(&mut self, field: ColumnField) -> Option<i32> {
        self.as_shown(field, self.label(field), parse_people)
    }

    fn label(&self, field: ColumnField) -> Option<&'r NumberLabel> {
        self.layout.position(field).and_then(|position| self.row.label(position))
    }

    fn as_shown<T>(
        &mut self,
        field: ColumnField,
        label: Option<&NumberLabel>,
        parse: impl Fn(&str) -> Result<T, Rejection>,
    ) -> Option<T> {
        self.parsed(field, |text| label.map_or_else(|| parse(text), |label| parse(&label.shown(text))))
    }
}
