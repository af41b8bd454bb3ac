//! Pages of figures.

mod beside;
pub(crate) mod budget;
mod course_ahead;
pub(crate) mod courses;
pub(crate) mod dashboard;
pub(crate) mod forecast;
mod groups;
mod page;
pub(crate) mod review;
pub(crate) mod units;
