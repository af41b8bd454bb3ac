//! How many people are too few to be told of, by themselves.

use super::shown::{Shown, Withheld};
use crate::compliance::Rate;

/// The fewest people of a group whose counts are told: of fewer, one person's training could be read off.
pub(crate) const FEWEST_PEOPLE: u64 = 5;

/// Whether so many are few, but not none.
pub(in crate::board) fn is_few(people: u64) -> bool {
    (1..FEWEST_PEOPLE).contains(&people)
}

/// Why a rate of these people is withheld by itself, if it is.
pub(super) fn why(rate: Rate) -> Option<Withheld> {
    is_few(rate.counted).then_some(Withheld::UnderFive)
}

/// A rate, unless it is of few people.
pub(in crate::board) fn rate(rate: Rate) -> Shown<Rate> {
    Shown::unless(why(rate), rate)
}
