//! The brakes: what no file does at once unless a person says so (spec 3.6).
//!
//! A brake weighs a part against a whole, such as the leavers of an organisation against its people in post, and acts
//! where the part is more than its limit in percent and at least [`FEWEST`].

use std::collections::BTreeSet;

use crate::import::messages::Refusal;
use crate::policy::Percent;
use crate::wording::set_percent;

/// The fewest at which a brake acts: of a small organisation, or in a small file, a few are no mistake.
pub(crate) const FEWEST: u64 = 5;
/// How many organisations the message of a brake names.
const NAMED: usize = 5;

/// What a brake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ImportBrake {
    /// People in post of an organisation who would no longer be.
    Leavers,
    /// People in post of an organisation who would have another email address, or none.
    Addresses,
    /// Rows of the file that are rejected.
    Rejected,
}

impl ImportBrake {
    /// Every brake, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Rejected, Self::Leavers, Self::Addresses];
}

/// The largest share that each brake lets pass: `[import] max_leavers`, `max_addresses`, `max_rejected`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportBrakes {
    /// Of the people in post of an organisation, who may leave by one import.
    pub leavers: Percent,
    /// Of the people in post of an organisation, who may get another address by one import.
    pub addresses: Percent,
    /// Of the rows of a file, that may be rejected.
    pub rejected: Percent,
}

impl ImportBrakes {
    fn limit(&self, brake: ImportBrake) -> Percent {
        match brake {
            ImportBrake::Leavers => self.leavers,
            ImportBrake::Addresses => self.addresses,
            ImportBrake::Rejected => self.rejected,
        }
    }

    fn acts(&self, brake: ImportBrake, weighed: &BrakeWeight) -> bool {
        weighed.part >= FEWEST && self.limit(brake).exceeded_by(weighed.part, weighed.whole)
    }

    /// How many people, or rows, the brake acts on.
    pub(in crate::import) fn weight(&self, brake: ImportBrake, weighed: &[BrakeWeight]) -> u64 {
        weighed.iter().filter(|one| self.acts(brake, one)).map(|one| one.part).sum()
    }

    /// Why the brake refuses, where it does and is not overruled.
    pub(in crate::import) fn refusal(
        &self,
        brake: ImportBrake,
        weighed: &[BrakeWeight],
        force: &Force,
    ) -> Option<Refusal> {
        if force.overrules(brake) {
            return None;
        }
        let acting = || weighed.iter().filter(|one| self.acts(brake, one));
        let first = acting().next()?;
        let most = set_percent(self.limit(brake).0);
        Some(match brake {
            ImportBrake::Leavers => Refusal::TooManyLeavers { people: people(acting()), most },
            ImportBrake::Addresses => Refusal::TooManyAddresses { people: people(acting()), most },
            ImportBrake::Rejected => {
                let (rejected, rows) = (first.part.to_string(), first.whole.to_string());
                Refusal::TooManyRejected { rejected, rows, most }
            }
        })
    }
}

/// So many of so many: people of an organisation, or rows of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct BrakeWeight {
    /// Code of the organisation; empty of the file's rows.
    pub organisation: String,
    /// How many of them.
    pub part: u64,
    /// Of how many.
    pub whole: u64,
}

/// What a person who brings a file overrules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Force {
    /// These brakes, and nothing else; nothing at all where there is none.
    Brakes(BTreeSet<ImportBrake>),
    /// That the very file was imported before, and these brakes.
    AgainPast(BTreeSet<ImportBrake>),
    /// Every brake, and that the very file was imported before.
    Everything,
}

impl Default for Force {
    fn default() -> Self {
        Self::Brakes(BTreeSet::new())
    }
}

impl Force {
    /// Whether this brake is overruled.
    pub(crate) fn overrules(&self, brake: ImportBrake) -> bool {
        match self {
            Self::Brakes(brakes) | Self::AgainPast(brakes) => brakes.contains(&brake),
            Self::Everything => true,
        }
    }

    /// Whether a file is taken that was imported before.
    pub(crate) fn takes_known(&self) -> bool {
        matches!(self, Self::AgainPast(_) | Self::Everything)
    }

    /// Whether anything is.
    pub(crate) fn is_any(&self) -> bool {
        *self != Self::default()
    }
}

/// `59 of the 60 people in post at RYY and 12 of the 100 at RZZ`.
fn people<'a>(acting: impl Iterator<Item = &'a BrakeWeight>) -> String {
    let acting: Vec<&BrakeWeight> = acting.collect();
    let mut all: Vec<String> = acting
        .iter()
        .take(NAMED)
        .enumerate()
        .map(|(place, BrakeWeight { organisation, part, whole })| {
            let people = if place == 0 { "people in post " } else { "" };
            format!("{part} of the {whole} {people}at {organisation}")
        })
        .collect();
    match acting.len().saturating_sub(NAMED) {
        0 => {}
        1 => all.push("a share as large of one more organisation".to_owned()),
        more => all.push(format!("a share as large of {more} more organisations")),
    }
    let last = all.pop().unwrap_or_default();
    if all.is_empty() { last } else { format!("{} and {last}", all.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENTH: Percent = Percent(10 * Percent::ONE.0);

    fn brakes(limit: Percent) -> ImportBrakes {
        ImportBrakes { leavers: limit, addresses: limit, rejected: limit }
    }

    fn weighed(organisation: &str, part: u64, whole: u64) -> BrakeWeight {
        BrakeWeight { organisation: organisation.to_owned(), part, whole }
    }

    #[test]
    fn a_brake_acts_above_its_percentage_and_from_five_on() {
        for (part, whole, limit, expected) in [
            (5, 20, 10_000_000, true),
            (4, 20, 10_000_000, false),
            (4, 4, 10_000_000, false),
            (5, 5, 10_000_000, true),
            (10, 100, 10_000_000, false),
            (11, 100, 10_000_000, true),
            (5, 50, 10_000_000, false),
            (5, 49, 10_000_000, true),
            (0, 0, 0, false),
            (4, 1_000, 0, false),
            (5, 1_000, 0, true),
            (100, 100, 100_000_000, false),
        ] {
            for brake in ImportBrake::ALL {
                let acts = brakes(Percent(limit)).acts(brake, &weighed("RXX", part, whole));
                assert_eq!(acts, expected, "{brake:?}: {part} of {whole} at {limit}");
            }
        }
    }

    #[test]
    fn a_brake_is_overruled_by_its_own_name_or_by_all_and_by_no_other() {
        let only = |brake| Force::Brakes(BTreeSet::from([brake]));
        for brake in ImportBrake::ALL {
            let refuses =
                |force: &Force| brakes(TENTH).refusal(brake, &[weighed("RXX", 5, 20)], force).is_some();
            assert!(refuses(&Force::default()));
            assert!(!refuses(&Force::Everything));
            for other in ImportBrake::ALL {
                assert_eq!(refuses(&only(other)), brake != other, "{brake:?} under --force of {other:?}");
            }
        }
    }

    #[test]
    fn a_brake_judges_each_organisation_by_itself_and_names_those_it_acts_on() {
        let said = |all: &[BrakeWeight]| {
            brakes(TENTH)
                .refusal(ImportBrake::Leavers, all, &Force::default())
                .map(|refusal| refusal.to_string())
        };
        let one = said(&[weighed("RXX", 0, 1_000), weighed("RYY", 59, 60)]).unwrap();
        assert!(one.contains("59 of the 60 people in post at RYY, more than max_leavers (10%)"), "{one}");
        assert!(!one.contains("RXX"), "{one}");
        let two = said(&[weighed("RXX", 5, 20), weighed("RYY", 4, 20), weighed("RZZ", 9, 20)]).unwrap();
        assert!(two.contains("5 of the 20 people in post at RXX and 9 of the 20 at RZZ"), "{two}");
        let seven: Vec<BrakeWeight> = (1..=7).map(|number| weighed(&format!("R{number}"), 5, 5)).collect();
        let seven = said(&seven).unwrap();
        assert!(seven.contains("5 of the 5 at R5 and a share as large of 2 more organisations"), "{seven}");
        assert_eq!(said(&[weighed("RXX", 4, 20), weighed("RYY", 4, 20)]), None, "nothing is summed");
    }
}
