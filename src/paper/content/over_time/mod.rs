//! What the paper says over time: what changed since last month and why, the months so far, and what is coming.

pub(super) mod changes;
pub(super) mod coming;
pub(super) mod months;
mod places;
