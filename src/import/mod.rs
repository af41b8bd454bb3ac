//! Files in.

mod rows;

pub use rows::*;
