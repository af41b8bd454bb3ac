//! What differs between checked rows and the register: pure, and in memory only as large as the difference.

mod kept;
pub(super) mod kept_columns;
pub(super) mod keyed;
pub(super) mod listed;
pub(super) mod near_numbers;
pub(super) mod numbers;
pub(super) mod other_people;
pub(super) mod record_fields;
pub(super) mod staff;
mod staff_listed;
pub(super) mod training;
