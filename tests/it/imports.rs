//! Checked rows compared with the register and applied: what changes, what does not, what is refused.

mod asking_nobody;
mod categories;
mod certificates;
mod columns_named;
mod difference;
mod exports;
pub mod given;
mod leaving;
mod limits;
mod matrix;
mod missing_columns;
mod money;
mod of_others;
mod planned;
mod reading_exactly;
mod staff;
mod training;
