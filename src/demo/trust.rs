//! A fictional trust, made up but not written down.

use chrono::NaiveDate;

use super::dice::Dice;
use super::history::{Completion, history};
use super::money::{Spending, spending};
use super::people::{DemoPerson, people};
use super::wishes::TrustOptions;

/// A fictional trust, before it is written down.
#[derive(Debug)]
pub(crate) struct FictionalTrust {
    pub(super) people: Vec<DemoPerson>,
    pub(super) completions: Vec<(usize, Completion)>,
    pub(super) spending: Vec<Spending>,
    pub(super) today: NaiveDate,
}

impl FictionalTrust {
    /// Makes one up.
    pub(crate) fn generate(options: &TrustOptions) -> Self {
        let people = people(options);
        let mut completions = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let mut dice = Dice::of(options.seed ^ 0x7EA1, place as u64);
            let history = history(person, &mut dice, options.today);
            completions.extend(history.into_iter().map(|completion| (place, completion)));
        }
        // In the order of the days, as a register of courses held would have them.
        completions.sort_by_key(|(place, completion)| (completion.on, *place));
        let spending = spending(options.today, &mut Dice::of(options.seed ^ 0x90, 0));
        Self { people, completions, spending, today: options.today }
    }
}
