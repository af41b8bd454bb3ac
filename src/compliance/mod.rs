//! The judgement.

mod figures;

pub use figures::{Counts, ForecastCourse, ForecastMonth, Group, GroupBy, Rag, Rate};
