//! What moved a rate, cause by cause: which causes of few people could be worked out, and what else is withheld so that
//! they can't.
//!
//! A reader knows both ends, every cause that is shown, that the causes add up to the difference of the ends in both
//! counts, that "under 5" is 1 to 4 people and what is withheld beside it 5 or more, and what a cause does to whom it
//! moves: training that lapses adds nobody to those counted, and who joins adds one. A cause is safe while each of its
//! counts, but for one that the cause says by itself, can be more than one number.

use std::collections::BTreeSet;

use super::few::{FEWEST_PEOPLE, is_few};
use super::shown::Withheld;
use crate::board::{BridgeStep, Cause};

/// What a cause adds to the people counted and to those up to date.
type CountsMoved = (i64, i64);

/// How far from what a cause did the reader's guesses are followed: where those near it leave it open, it is open.
const NEAR: i64 = 4;

/// What a cause may have done, by what stands in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct StepGuess {
    people: u64,
    /// What it did otherwise than it did.
    off: CountsMoved,
}

/// Why each of these steps, which add up to the difference of two ends that are told, is withheld, where it is. `None`
/// where not even the causes can be told.
pub(super) fn withheld_steps(steps: &[BridgeStep]) -> Option<Vec<Option<Withheld>>> {
    let small = |step: &BridgeStep| is_few(step.people).then_some(Withheld::UnderFive);
    let mut why: Vec<Option<Withheld>> = steps.iter().map(small).collect();
    while is_any_worked_out(steps, &why) {
        let shown = steps.iter().zip(&mut why).filter(|(_, why)| why.is_none());
        let (_, smallest) = shown.min_by_key(|(step, _)| step.people)?;
        *smallest = Some(Withheld::Beside);
    }
    Some(why)
}

/// Whether a count of a step that is withheld follows from all that is told.
fn is_any_worked_out(steps: &[BridgeStep], why: &[Option<Withheld>]) -> bool {
    let shown = steps.iter().zip(why).filter(|(_, why)| why.is_none());
    let smallest_shown = shown.map(|(step, _)| step.people).filter(|people| *people > 0).min();
    let hidden = steps.iter().zip(why).filter_map(|(step, why)| Some((step, (*why)?)));
    let guesses: Vec<BTreeSet<StepGuess>> =
        hidden.map(|(step, why)| guesses(step, people_by(step, why, smallest_shown))).collect();
    (0..guesses.len()).any(|at| {
        let others = guesses.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, of)| of);
        let open = together(others);
        let before: Vec<StepGuess> = guesses.get(at).into_iter().flatten().copied().collect();
        let is_open = |guess: &&StepGuess| open.contains(&(-guess.off.0, -guess.off.1));
        let possible: Vec<StepGuess> = before.iter().filter(is_open).copied().collect();
        let counts: [fn(&StepGuess) -> i64; 3] = [|of| of.people.cast_signed(), |of| of.off.0, |of| of.off.1];
        counts.iter().any(|count| is_one(&possible, *count) && !is_one(&before, *count))
    })
}

fn is_one(guesses: &[StepGuess], count: impl Fn(&StepGuess) -> i64) -> bool {
    guesses.iter().map(count).collect::<BTreeSet<i64>>().len() <= 1
}

/// How many people a step may be of: at least, and at most. The smallest are withheld first, and the reader knows.
fn people_by(step: &BridgeStep, why: Withheld, smallest_shown: Option<u64>) -> (u64, u64) {
    let near = step.people.saturating_add(NEAR.unsigned_abs());
    match why {
        Withheld::UnderFive => (1, FEWEST_PEOPLE - 1),
        Withheld::Beside => {
            let most = smallest_shown.filter(|smallest| *smallest >= step.people);
            (FEWEST_PEOPLE, most.map_or(near, |most| most.min(near)))
        }
    }
}

/// What the step may have done, given the fewest and the most people it may be of; where it is not what people moved do
/// together, such as what can't be found again, nothing but what it did.
fn guesses(step: &BridgeStep, (fewest, most): (u64, u64)) -> BTreeSet<StepGuess> {
    let mut guesses = BTreeSet::from([StepGuess { people: step.people, off: (0, 0) }]);
    let did = (step.counted, step.up_to_date);
    let Some(can) = [by_cause, by_any_cause].into_iter().find(|can| can(step.cause, step.people, did)) else {
        return guesses;
    };
    for people in fewest.max(step.people.saturating_sub(NEAR.unsigned_abs()))..=most {
        let near =
            (-NEAR..=NEAR).flat_map(|counted| (-NEAR..=NEAR).map(move |up_to_date| (counted, up_to_date)));
        let possible = near.filter(|off| can(step.cause, people, (did.0 + off.0, did.1 + off.1)));
        guesses.extend(possible.map(|off| StepGuess { people, off }));
    }
    guesses
}

/// Whether so many people, each moved by this cause as it usually moves people, can have done that together.
fn by_cause(cause: Cause, people: u64, (counted, up_to_date): CountsMoved) -> bool {
    let people = people.cast_signed();
    match cause {
        Cause::Joined => counted == people && (0..=people).contains(&up_to_date),
        Cause::Left => counted == -people && (-people..=0).contains(&up_to_date),
        // Who came back adds one, who went takes one away.
        Cause::Absence => {
            let (came, went) = ((people + counted) / 2, (people - counted) / 2);
            came + went == people && came >= 0 && went >= 0 && (-went..=came).contains(&up_to_date)
        }
        Cause::Trained => up_to_date == people && (0..=people).contains(&counted),
        Cause::RecordedLate => counted == 0 && up_to_date == people,
        Cause::Corrected => {
            counted == 0 && (-people..=people).contains(&up_to_date) && (people + up_to_date) % 2 == 0
        }
        Cause::Lapsed => counted == 0 && up_to_date == -people,
        // Some are counted now, the others were up to date.
        Cause::GraceEnded => counted - up_to_date == people && (0..=people).contains(&counted),
        Cause::Exemption | Cause::PostChanged | Cause::StaffChanged | Cause::Policy | Cause::Other => {
            by_any_cause(cause, people.unsigned_abs(), (counted, up_to_date))
        }
    }
}

/// Whether so many people can have done that together at all: each came to be counted, or no longer is, up to date or
/// not, or came to be up to date, or no longer is.
fn by_any_cause(_: Cause, people: u64, (counted, up_to_date): CountsMoved) -> bool {
    let fewest = if counted.signum() * up_to_date.signum() < 0 {
        counted.abs() + up_to_date.abs()
    } else {
        counted.abs().max(up_to_date.abs())
    };
    // Two who undo each other, or three, change nothing; one alone does.
    fewest <= people.cast_signed() && (fewest, people) != (0, 1)
}

/// What several steps may have done together otherwise than they did.
fn together<'a>(steps: impl Iterator<Item = &'a BTreeSet<StepGuess>>) -> BTreeSet<CountsMoved> {
    steps.fold(BTreeSet::from([(0, 0)]), |sums, guesses| {
        let offs: BTreeSet<CountsMoved> = guesses.iter().map(|guess| guess.off).collect();
        let sums = sums.iter().flat_map(|sum| offs.iter().map(move |off| (sum.0 + off.0, sum.1 + off.1)));
        sums.filter(|sum| sum.0.abs() <= NEAR && sum.1.abs() <= NEAR).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// One of the numbers that a reader thinks of a step.
    type Reading = fn(&(u64, CountsMoved)) -> i64;

    const JOINED: &[CountsMoved] = &[(1, 0), (1, 1)];
    const LEFT: &[CountsMoved] = &[(-1, 0), (-1, -1)];
    const ANY: &[CountsMoved] = &[(1, 0), (1, 1), (-1, 0), (-1, -1), (0, 1), (0, -1)];

    /// What each of these causes does to one person.
    const CAUSES: [(Cause, &[CountsMoved]); 6] = [
        (Cause::Joined, JOINED),
        (Cause::Left, LEFT),
        (Cause::Trained, &[(0, 1), (1, 1)]),
        (Cause::Lapsed, &[(0, -1)]),
        (Cause::GraceEnded, &[(1, 0), (0, -1)]),
        (Cause::PostChanged, ANY),
    ];

    fn step(cause: Cause, people: u64, counted: i64, up_to_date: i64) -> BridgeStep {
        BridgeStep { cause, people, counted, up_to_date }
    }

    fn told(steps: &[BridgeStep]) -> String {
        let Some(why) = withheld_steps(steps) else { return "none".to_owned() };
        let each = steps.iter().zip(why).map(|(step, why)| match why {
            None => step.people.to_string(),
            Some(Withheld::UnderFive) => "<5".to_owned(),
            Some(Withheld::Beside) => "-".to_owned(),
        });
        each.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn causes_of_few_are_withheld_with_as_many_others_as_it_takes() {
        let (joined, left, lapsed) = (Cause::Joined, Cause::Left, Cause::Lapsed);
        for (what, steps, expected) in [
            ("none is of few", vec![step(joined, 9, 9, 4), step(lapsed, 6, 0, -6)], "9 6"),
            ("nothing moved", vec![], ""),
            ("one alone", vec![step(joined, 1, 1, 0)], "none"),
            (
                "lapsing adds nobody: all who are more joined",
                vec![step(joined, 1, 1, 1), step(lapsed, 1, 0, -1)],
                "none",
            ),
            (
                "the same beside one who left: one more joined than left",
                vec![step(joined, 2, 2, 1), step(left, 1, -1, 0), step(lapsed, 1, 0, -1)],
                "<5 <5 <5",
            ),
            (
                "four joined and one left: three more are the most and the fewest",
                vec![step(joined, 4, 4, 2), step(left, 1, -1, 0)],
                "none",
            ),
            (
                "the same with a larger one to withhold beside them",
                vec![step(joined, 4, 4, 2), step(left, 1, -1, 0), step(Cause::PostChanged, 7, 1, 2)],
                "<5 <5 -",
            ),
            (
                "one that does nothing to their counts keeps nothing of them",
                vec![step(joined, 1, 1, 0), step(lapsed, 6, 0, -6), step(Cause::Exemption, 9, -2, 3)],
                "<5 - -",
            ),
            (
                "two that may be one or the other",
                vec![step(Cause::Corrected, 1, 0, 1), step(lapsed, 2, 0, -2)],
                "<5 <5",
            ),
            (
                "what can't be found again hides nothing",
                vec![step(lapsed, 1, 0, -1), step(Cause::Other, 0, -3, 2)],
                "none",
            ),
        ] {
            assert_eq!(told(&steps), expected, "{what}");
        }
    }

    /// All that so many people moved by a cause may do together, person by person.
    fn done_by(each: &[CountsMoved], people: u64) -> BTreeSet<CountsMoved> {
        (0..people).fold(BTreeSet::from([(0, 0)]), |sums, _| {
            sums.iter().flat_map(|sum| each.iter().map(move |of| (sum.0 + of.0, sum.1 + of.1))).collect()
        })
    }

    #[test]
    fn what_people_may_do_together_is_what_they_may_do_one_by_one() {
        for (cause, each) in CAUSES {
            for people in 1..7 {
                let sums = done_by(each, people);
                for done in (-8..=8).flat_map(|counted| (-8..=8).map(move |up_to_date| (counted, up_to_date)))
                {
                    assert_eq!(
                        by_cause(cause, people, done),
                        sums.contains(&done),
                        "{cause:?} {people} {done:?}"
                    );
                }
            }
        }
    }

    /// A reader who tries everything: the steps withheld, of 1 to 4 people, or of 5 and no more than are shown beside.
    fn assert_nothing_can_be_worked_out(steps: &[BridgeStep], why: &[Option<Withheld>]) {
        let each: BTreeMap<Cause, &[CountsMoved]> = CAUSES.into_iter().collect();
        let shown = steps.iter().zip(why).filter(|(_, why)| why.is_none());
        let smallest = shown.map(|(step, _)| step.people).min().unwrap_or(12);
        let hidden: Vec<(&BridgeStep, BTreeSet<(u64, CountsMoved)>)> = steps
            .iter()
            .zip(why)
            .filter_map(|(step, why)| Some((step, (*why)?)))
            .map(|(step, why)| {
                let people = if why == Withheld::UnderFive { 1..=4 } else { 5..=smallest };
                let could = people.flat_map(|people| {
                    done_by(each[&step.cause], people).into_iter().map(move |done| (people, done))
                });
                (step, could.collect())
            })
            .collect();
        let sum =
            hidden.iter().fold((0, 0), |sum, (step, _)| (sum.0 + step.counted, sum.1 + step.up_to_date));
        for (at, (step, could)) in hidden.iter().enumerate() {
            let others = hidden.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.fold(BTreeSet::from([(0, 0)]), |sums, (_, (_, could))| {
                let done: BTreeSet<CountsMoved> = could.iter().map(|(_, done)| *done).collect();
                sums.iter().flat_map(|sum| done.iter().map(move |of| (sum.0 + of.0, sum.1 + of.1))).collect()
            });
            let fits = could.iter().filter(|(_, done)| others.contains(&(sum.0 - done.0, sum.1 - done.1)));
            let fits: Vec<&(u64, CountsMoved)> = fits.collect();
            let differ = |of: Reading| {
                let several = |all: BTreeSet<i64>| all.len() > 1;
                several(fits.iter().map(|fit| of(fit)).collect()) || !several(could.iter().map(of).collect())
            };
            let all: [Reading; 3] = [|of| of.0.cast_signed(), |of| of.1.0, |of| of.1.1];
            assert!(all.into_iter().all(differ), "{:?} is known: {steps:?} told as {why:?}", step.cause);
        }
    }

    proptest! {
        #[test]
        fn no_withheld_cause_can_be_worked_out(
            moved in prop::collection::vec(prop::collection::vec(0_usize..6, 0..8), 6),
        ) {
            let each = CAUSES.iter().zip(&moved).filter(|(_, people)| !people.is_empty());
            let steps: Vec<BridgeStep> = each
                .map(|((cause, each), people)| {
                    let done = people.iter().map(|at| each[at % each.len()]);
                    let done = done.fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
                    step(*cause, people.len() as u64, done.0, done.1)
                })
                .collect();
            if let Some(why) = withheld_steps(&steps) {
                assert_nothing_can_be_worked_out(&steps, &why);
            }
        }
    }
}
