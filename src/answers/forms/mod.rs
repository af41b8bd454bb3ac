//! What the forms of all answers are made of: documents for programs, sheets of rows, tables for a terminal.

pub(super) mod selectors;
pub(crate) mod shapes;
pub(super) mod sheet;
pub(super) mod table;
