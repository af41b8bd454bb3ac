//! What cells say: text, dates, money, numbers, names and states as people and systems write them, and the cells of one
//! row with every fault in them.

pub(super) mod check_state;
pub(super) mod compliance;
pub(super) mod dates;
pub(super) mod full_names;
mod instants;
mod measured;
pub(super) mod money;
mod names;
pub(super) mod numbers;
pub(super) mod row;
pub(super) mod spoilt;
pub(super) mod status;
pub(super) mod status_words;
pub(super) mod swapped;
pub(super) mod text;
