//! Boards: figures worked out, frozen and issued, what changed since last month, and the view across organisations.

pub(crate) mod changes;
pub(crate) mod due;
pub(crate) mod figures;
pub(crate) mod money;
pub(crate) mod review;
pub(crate) mod summary;
