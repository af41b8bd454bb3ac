//! What moved a rate.

use super::few::{is_few, rate, why};
use super::figures::{DisclosedBridge, DisclosedMoves, DisclosedRestatement, DisclosedStep};
use super::shown::{Shown, Withheld};
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

/// The steps add up to the difference of the ends: where one of few people is withheld, the smallest other is too. A
/// single one would be the difference itself, so that not even its cause is told; nor where an end is withheld.
fn steps(steps: &[BridgeStep], are_ends_told: bool) -> Shown<Vec<DisclosedStep>> {
    let few = steps.iter().filter(|step| is_few(step.people)).count();
    if !are_ends_told || (few == 1 && steps.len() == 1) {
        return Shown::Withheld(Withheld::Beside);
    }
    let others = steps.iter().enumerate().filter(|(_, step)| !is_few(step.people));
    let beside = others.min_by_key(|(_, step)| step.people).map(|(at, _)| at).filter(|_| few == 1);
    let told = |(at, step): (usize, &BridgeStep)| {
        let small = is_few(step.people).then_some(Withheld::UnderFive);
        let moves =
            DisclosedMoves { people: step.people, counted: step.counted, up_to_date: step.up_to_date };
        let why = small.or((beside == Some(at)).then_some(Withheld::Beside));
        DisclosedStep { cause: step.cause, moves: Shown::unless(why, moves) }
    };
    Shown::As(steps.iter().enumerate().map(told).collect())
}
