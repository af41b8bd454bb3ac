//! What moved a rate.

use super::few::{rate, why};
use super::figures::{DisclosedBridge, DisclosedMoves, DisclosedRestatement, DisclosedStep};
use super::shown::{Shown, Withheld};
use super::steps::withheld_steps;
use crate::board::{Bridge, BridgeStep, Restatement};
use crate::compliance::Rate;

pub(super) fn bridge(bridge: &Bridge, now: Rate) -> DisclosedBridge {
    let (from, to) = (rate(bridge.from), rate(bridge.to()));
    DisclosedBridge {
        month: bridge.month,
        reported: bridge.reported,
        steps: steps(&bridge.steps, why(now).is_none() && from.value().is_some() && to.value().is_some()),
        from,
        to,
    }
}

pub(super) fn restatement(restatement: &Restatement) -> DisclosedRestatement {
    let (reported, known_now) = (rate(restatement.reported), rate(restatement.known_now));
    DisclosedRestatement {
        month: restatement.month,
        steps: steps(&restatement.steps, reported.value().is_some() && known_now.value().is_some()),
        reported,
        known_now,
    }
}

/// The steps add up to the difference of the ends: as many more are withheld, the smallest first, as it takes that none
/// withheld can be worked out; where that can't be reached not even the causes are told, nor where an end is withheld.
fn steps(steps: &[BridgeStep], are_ends_told: bool) -> Shown<Vec<DisclosedStep>> {
    let Some(why) = withheld_steps(steps).filter(|_| are_ends_told) else {
        return Shown::Withheld(Withheld::Beside);
    };
    let told = |(step, why): (&BridgeStep, Option<Withheld>)| {
        let moves =
            DisclosedMoves { people: step.people, counted: step.counted, up_to_date: step.up_to_date };
        DisclosedStep { cause: step.cause, moves: Shown::unless(why, moves) }
    };
    Shown::As(steps.iter().zip(why).map(told).collect())
}
