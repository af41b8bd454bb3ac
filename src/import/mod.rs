//! Files in.

mod apply;
mod diff;
mod report;
mod rows;
mod run;

pub use apply::{budget, exemptions, expenses, organisations, staff, training};
pub use report::Report;
pub use rows::*;
pub use run::{Options, Source};
