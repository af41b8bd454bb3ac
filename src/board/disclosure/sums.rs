//! Figures that add up: which of those withheld could be worked out, and what else is withheld so that they can't
//! (spec 2.9, "Small numbers").
//!
//! A reader knows every figure that is shown, that each whole is the sum of its parts, that "under 5" is 1 to 4, that
//! what is withheld beside it is 5 or more, and that the smallest were chosen for that. From all of this follows a
//! range for each withheld figure, separately for each of its counts. Where wholes and parts are a tree, as here, these
//! ranges are exact. A figure is safe while each of its ranges holds more than one number.

use std::collections::BTreeSet;

use super::few::{FEWEST_PEOPLE, is_few};
use super::shown::Withheld;
use crate::compliance::Rate;

/// The counts of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Amount {
    /// People in post; by course, the same as counted.
    pub in_post: u64,
    /// The people counted, and how many of them are up to date.
    pub rate: Rate,
}

impl Amount {
    /// Person-course pairs, of which no others are known than those counted.
    pub(super) fn of_pairs(rate: Rate) -> Self {
        Self { in_post: rate.counted, rate }
    }

    /// Whether it is of 1 to 4 people.
    pub(super) fn is_small(self) -> bool {
        is_few(self.rate.counted) || is_few(self.in_post)
    }

    fn less(self, other: Self) -> Self {
        Self {
            in_post: self.in_post.saturating_sub(other.in_post),
            rate: Rate {
                counted: self.rate.counted.saturating_sub(other.rate.counted),
                up_to_date: self.rate.up_to_date.saturating_sub(other.rate.up_to_date),
            },
        }
    }
}

/// One of the counts of an [`Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    Counted,
    InPost,
    UpToDate,
    Behind,
}

impl Measure {
    const ALL: [Self; 4] = [Self::Counted, Self::InPost, Self::UpToDate, Self::Behind];

    fn of(self, amount: Amount) -> u64 {
        match self {
            Self::Counted => amount.rate.counted,
            Self::InPost => amount.in_post,
            Self::UpToDate => amount.rate.up_to_date,
            Self::Behind => amount.rate.behind(),
        }
    }
}

/// What a reader sees of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ReaderSight {
    Shown,
    Withheld(Withheld),
    /// It has no place of its own: the people of a unit who are in none of the units below it.
    Unlisted,
}

#[derive(Debug, Clone)]
struct Figure {
    amount: Amount,
    seen: ReaderSight,
    whole: Option<usize>,
    parts: Vec<usize>,
    /// Whether it is known from elsewhere, so that withholding it protects nobody.
    is_known: bool,
}

/// The least and the most that a count can be.
type Range = (i128, i128);

/// More than any count.
const MANY: i128 = 1 << 60;

/// A figure with its parts, their parts, and so on.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    figures: Vec<Figure>,
}

/// What to do about a figure that can be worked out.
enum WithholdingChoice {
    Withhold(usize),
    /// A part of it, all of which are shown.
    WithholdPart(usize),
    /// A whole that is shown says it of everyone in it: all are up to date, or nobody is.
    Leave,
    /// All is withheld that could be.
    Stuck,
}

impl Sums {
    /// The whole that everything is part of; withheld itself where it is of 1 to 4 people.
    pub(super) fn of(amount: Amount) -> Self {
        let mut sums = Self { figures: Vec::new() };
        sums.push(None, amount, None);
        sums
    }

    /// The whole that everything is part of.
    pub(super) const ALL: usize = 0;

    /// Adds a part of `whole`, withheld where it is of 1 to 4 people, or where `why` says so.
    pub(super) fn add(&mut self, whole: usize, amount: Amount, why: Option<Withheld>) -> usize {
        self.push(Some(whole), amount, why)
    }

    fn push(&mut self, whole: Option<usize>, amount: Amount, why: Option<Withheld>) -> usize {
        let at = self.figures.len();
        let small = amount.is_small().then_some(Withheld::UnderFive);
        let seen = small
            .or(why.filter(|_| amount.rate.counted > 0))
            .map_or(ReaderSight::Shown, ReaderSight::Withheld);
        self.figures.push(Figure { amount, seen, whole, parts: Vec::new(), is_known: false });
        if let Some(whole) = whole.and_then(|whole| self.figures.get_mut(whole)) {
            whole.parts.push(at);
        }
        at
    }

    /// Adds to every figure with parts what these leave over: people who are in none of them. To be called once, when
    /// all parts are there.
    pub(super) fn add_the_rest(&mut self) {
        for at in 0..self.figures.len() {
            let Some(figure) = self.figures.get(at).filter(|figure| !figure.parts.is_empty()) else {
                continue;
            };
            let rest = figure.parts.iter().filter_map(|part| self.figures.get(*part));
            let rest = rest.fold(figure.amount, |rest, part| rest.less(part.amount));
            if rest.in_post > 0 || rest.rate.counted > 0 {
                let part = self.push(Some(at), rest, None);
                if let Some(part) = self.figures.get_mut(part) {
                    part.seen = ReaderSight::Unlisted;
                }
            }
        }
    }

    /// Says that the figure is known from elsewhere: there is no use in withholding it.
    pub(super) fn is_known(&mut self, at: usize) {
        if let Some(figure) = self.figures.get_mut(at) {
            figure.is_known = true;
        }
    }

    /// Why the figure is withheld, where it is.
    pub(super) fn why(&self, at: usize) -> Option<Withheld> {
        match self.figures.get(at)?.seen {
            ReaderSight::Withheld(why) => Some(why),
            ReaderSight::Shown | ReaderSight::Unlisted => None,
        }
    }

    /// Withholds the figure.
    pub(super) fn withhold(&mut self, at: usize) {
        if let Some(figure) = self.figures.get_mut(at) {
            figure.seen = ReaderSight::Withheld(Withheld::Beside);
        }
    }

    /// Withholds as many figures more, the smallest first, as it takes that none can be worked out. `false` where that
    /// can't be reached: then no part may be shown, nor that there is one.
    #[must_use]
    pub(super) fn protect(&mut self) -> bool {
        loop {
            let next = Measure::ALL.into_iter().find_map(|measure| match self.next(measure) {
                Some(chosen) if chosen.is_empty() => None,
                chosen => Some(chosen),
            });
            match next {
                Some(Some(chosen)) => chosen.into_iter().for_each(|next| self.withhold(next)),
                Some(None) => return false,
                None => return true,
            }
        }
    }

    /// What to withhold next by this count: nothing where nothing can be worked out, `None` where all is withheld
    /// that could be.
    fn next(&self, measure: Measure) -> Option<BTreeSet<usize>> {
        let (mut chosen, mut parts, mut wholes) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        let mut is_stuck = false;
        for at in self.worked_out(measure) {
            let whole = self.figures.get(at).and_then(|figure| figure.whole);
            match self.choice(at, measure) {
                WithholdingChoice::WithholdPart(next) => {
                    parts.insert(next);
                }
                WithholdingChoice::Withhold(next) if wholes.insert(whole) => {
                    chosen.insert(next);
                }
                WithholdingChoice::Withhold(_) | WithholdingChoice::Leave => {}
                WithholdingChoice::Stuck => is_stuck = true,
            }
        }
        // What the parts of one tell may be why others can be worked out: then no more need be withheld beside these.
        match (parts.is_empty(), is_stuck) {
            (false, _) => Some(parts),
            (true, false) => Some(chosen),
            (true, true) => None,
        }
    }

    /// The figures that are not told and can be worked out, by this count.
    fn worked_out(&self, measure: Measure) -> Vec<usize> {
        let ranges = self.ranges(measure);
        let all = self.figures.iter().zip(ranges).enumerate();
        let mut found: Vec<usize> = all
            .filter(|(_, (figure, (least, most)))| least == most && figure.is_to_be_protected(measure))
            .map(|(at, _)| at)
            .collect();
        found.extend(self.few_together(measure));
        found
    }

    /// Figures that together are of 1 to 4 people, as a shown whole less its other parts tells: the first of each such.
    fn few_together(&self, measure: Measure) -> Vec<usize> {
        if matches!(measure, Measure::UpToDate | Measure::Behind) {
            return Vec::new();
        }
        let wholes = self.figures.iter().filter(|figure| figure.seen == ReaderSight::Shown);
        let first_of_few = wholes.filter_map(|whole| {
            let parts = whole.parts.iter().filter_map(|at| Some((*at, self.figures.get(*at)?)));
            let hidden: Vec<(usize, &Figure)> =
                parts.filter(|(_, part)| part.seen != ReaderSight::Shown).collect();
            let together: u64 = hidden.iter().map(|(_, part)| measure.of(part.amount)).sum();
            let mut protected = hidden.iter().filter(|(_, part)| part.is_to_be_protected(measure));
            protected.next().filter(|_| is_few(together)).map(|(at, _)| *at)
        });
        first_of_few.collect()
    }

    /// What to withhold so that the figure can't be worked out.
    fn choice(&self, at: usize, measure: Measure) -> WithholdingChoice {
        let Some(figure) = self.figures.get(at) else { return WithholdingChoice::Leave };
        // Its parts tell it: they are all shown.
        let is_told_by_its_parts = figure.parts.iter().all(|part| self.is_shown(*part));
        let smallest_part = self.smallest(&figure.parts, measure).filter(|_| is_told_by_its_parts);
        if let Some(part) = smallest_part {
            return WithholdingChoice::WithholdPart(part);
        }
        let mut whole = figure.whole;
        while let Some(above) = whole.and_then(|at| self.figures.get(at)) {
            if let Some(part) = self.smallest(&above.parts, measure) {
                return WithholdingChoice::Withhold(part);
            }
            if above.seen == ReaderSight::Shown {
                let says_it_of_all = measure.of(above.amount) == 0;
                return match whole {
                    _ if says_it_of_all => WithholdingChoice::Leave,
                    Some(above) if above != Self::ALL && !self.is_fixed(above) => {
                        WithholdingChoice::Withhold(above)
                    }
                    _ => WithholdingChoice::Stuck,
                };
            }
            whole = above.whole;
        }
        WithholdingChoice::Stuck
    }

    fn is_shown(&self, at: usize) -> bool {
        self.figures.get(at).is_some_and(|figure| figure.seen == ReaderSight::Shown)
    }

    fn is_fixed(&self, at: usize) -> bool {
        self.figures.get(at).is_none_or(|figure| figure.is_known)
    }

    /// The smallest of these figures that is shown and of which withholding is of use: it has some of this count.
    fn smallest(&self, among: &[usize], measure: Measure) -> Option<usize> {
        let shown =
            among.iter().filter_map(|at| Some((*at, self.figures.get(*at)?))).filter(|(_, figure)| {
                let is_of_use = measure.of(figure.amount) > 0 && figure.amount.rate.counted > 0;
                figure.seen == ReaderSight::Shown && !figure.is_known && is_of_use
            });
        shown.min_by_key(|(at, figure)| (figure.amount.rate.counted, *at)).map(|(at, _)| at)
    }

    /// What a reader can say of a count of each figure, from all the others.
    fn ranges(&self, measure: Measure) -> Vec<Range> {
        let mut ranges: Vec<Range> = (0..self.figures.len()).map(|at| self.by_itself(at, measure)).collect();
        // A part comes after its whole.
        for (at, figure) in self.figures.iter().enumerate().rev().filter(|(_, of)| !of.parts.is_empty()) {
            let (least, most) = sum(&figure.parts, &ranges);
            if let Some(range) = ranges.get_mut(at) {
                *range = (range.0.max(least), range.1.min(most));
            }
        }
        for (at, figure) in self.figures.iter().enumerate().filter(|(_, of)| !of.parts.is_empty()) {
            let Some((least, most)) = ranges.get(at).copied() else { continue };
            let (parts_least, parts_most) = sum(&figure.parts, &ranges);
            for part in &figure.parts {
                if let Some(range) = ranges.get_mut(*part) {
                    let others = (parts_least - range.0, parts_most - range.1);
                    *range = (range.0.max(least - others.1), range.1.min(most - others.0));
                }
            }
        }
        ranges
    }

    /// What a reader can say of a count of the figure by what stands in its place.
    fn by_itself(&self, at: usize, measure: Measure) -> Range {
        let Some(figure) = self.figures.get(at) else { return (0, MANY) };
        let (value, few) = (i128::from(measure.of(figure.amount)), i128::from(FEWEST_PEOPLE - 1));
        let nobody_counted = figure.amount.rate.counted == 0;
        match (figure.seen, measure) {
            (ReaderSight::Shown, _) => (value, value),
            (ReaderSight::Withheld(Withheld::UnderFive), Measure::InPost) => {
                (1, if nobody_counted { few } else { MANY })
            }
            // That nobody is counted is told: there is no rate.
            (ReaderSight::Withheld(Withheld::UnderFive), _) if nobody_counted => (0, 0),
            (ReaderSight::Withheld(Withheld::UnderFive), Measure::Counted) => (1, few),
            (ReaderSight::Withheld(Withheld::UnderFive), _) => (0, few),
            (ReaderSight::Withheld(Withheld::Beside), Measure::Counted) => {
                (few + 1, self.most_beside(figure))
            }
            (ReaderSight::Withheld(Withheld::Beside), Measure::InPost) => (few + 1, MANY),
            (ReaderSight::Withheld(Withheld::Beside), _) => (0, MANY),
            (ReaderSight::Unlisted, Measure::Counted | Measure::InPost) => {
                (value.min(1), if value == 0 { 0 } else { MANY })
            }
            (ReaderSight::Unlisted, _) => (0, if nobody_counted { 0 } else { MANY }),
        }
    }

    /// The smallest are withheld first: so it is known of a figure withheld beside others that it is no larger than
    /// those shown beside it.
    fn most_beside(&self, figure: &Figure) -> i128 {
        let counted = figure.amount.rate.counted;
        let whole = figure.whole.and_then(|whole| self.figures.get(whole));
        let beside = whole.into_iter().flat_map(|whole| &whole.parts).filter_map(|at| self.figures.get(*at));
        let shown =
            beside.filter(|of| of.seen == ReaderSight::Shown && !of.is_known && of.amount.rate.counted > 0);
        let smallest = shown.map(|of| of.amount.rate.counted).min();
        smallest.filter(|smallest| *smallest >= counted).map_or(MANY, i128::from)
    }
}

impl Figure {
    fn is_to_be_protected(&self, measure: Measure) -> bool {
        let counts_somebody = measure == Measure::InPost || self.amount.rate.counted > 0;
        match self.seen {
            ReaderSight::Shown => false,
            ReaderSight::Withheld(_) => counts_somebody,
            ReaderSight::Unlisted => is_few(self.amount.rate.counted),
        }
    }
}

fn sum(parts: &[usize], ranges: &[Range]) -> Range {
    let parts = parts.iter().filter_map(|part| ranges.get(*part));
    parts.fold((0, 0), |(least, most), range| (least + range.0, most + range.1))
}
