//! What the paper says over time: what changed since last month and why, what became of last month's decisions, the months
//! so far, what is coming, and what the board is asked to decide.

pub(super) mod asked;
pub(super) mod changes;
pub(super) mod coming;
pub(super) mod followed_up;
mod money;
pub(super) mod months;
mod places;
