//! A file read: one pass that checks every row, what its rows are once checked, and those that are set aside.

pub(super) mod abreast;
pub(super) mod alike;
pub(super) mod beside_rejected;
pub(super) mod columns_said;
mod dates_said;
mod further_sheets;
mod header_search;
pub(super) mod looking_through;
mod no_header;
pub(super) mod pass;
pub(super) mod rejected;
pub(super) mod repeats;
pub(super) mod row_shape;
pub(super) mod rows;
pub(super) mod skipped;

pub(super) mod visiting;
pub(super) mod whole_file;
mod whole_rows;
