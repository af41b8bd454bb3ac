//! Figures: how many are up to date, how many will be, and what of the money is used.

pub(super) mod budget;
pub(super) mod forecast;
pub(super) mod status;
