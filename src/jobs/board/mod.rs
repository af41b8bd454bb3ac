//! The month's board summary: when it is due, and issued.

pub(crate) mod again;
pub(crate) mod due;
pub(crate) mod summary;
