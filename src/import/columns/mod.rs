//! Which column says what: the columns of each kind, the headers they go by, and where they stand in a file.

pub(super) mod across;
pub(super) mod aliases;
mod exemption_headers;
mod exemptions;
pub(super) mod fields;
pub(super) mod headers;
pub(super) mod labels;
pub(super) mod layout;
pub(super) mod map;
pub(super) mod matrix;
mod matrix_header;
pub(super) mod matrix_statuses;
pub(super) mod of_numbers;
mod plans;
pub(super) mod reports;
mod statuses;
mod tell_tales;
mod training_headers;
mod two_rows;
mod words;
