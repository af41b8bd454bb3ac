//! A reader of the paper who knows how its numbers hang together, and tries to work out those that are withheld.
//!
//! From the least and the most that each number of a sum can be follow those of the others; that is followed until no
//! range shrinks any more. Then a number is tried: if it were one more, or one fewer, would the others still fit? Where
//! neither does, it is worked out, and the figures that it follows from are named.

use std::collections::{BTreeSet, VecDeque};

use super::relations::{AddedUp, MANY, RangeEnd, RangeEnds, RelatedNumbers};

/// From here on a bound says nothing.
const TOO_MANY: i64 = MANY / 2;

/// How a range became smaller.
#[derive(Debug, Clone, Copy)]
struct Narrowing {
    number: usize,
    end: RangeEnd,
    was: i64,
    /// The sum that it follows from; `None` where it is tried.
    by: Option<usize>,
    /// The narrowing of the same end before this one.
    before: Option<usize>,
}

/// No number is left that would fit: the number of which none is.
#[derive(Debug, Clone, Copy)]
struct Contradiction(usize);

/// What is known of each number, and why.
#[derive(Debug)]
pub(super) struct PaperReader<'a> {
    of: &'a RelatedNumbers,
    ranges: Vec<RangeEnds<i64>>,
    narrowed: Vec<Narrowing>,
    /// The last narrowing of each end.
    last: Vec<RangeEnds<Option<usize>>>,
    /// The sums of which a number has changed.
    waiting: VecDeque<usize>,
    is_waiting: Vec<bool>,
}

impl<'a> PaperReader<'a> {
    /// Reads all that is told.
    pub(super) fn new(of: &'a RelatedNumbers) -> Self {
        let mut reader = Self {
            of,
            ranges: of.numbers.iter().map(|number| number.range).collect(),
            narrowed: Vec::new(),
            last: vec![RangeEnds::default(); of.numbers.len()],
            waiting: (0..of.sums.len()).collect(),
            is_waiting: vec![true; of.sums.len()],
        };
        let settled = reader.settle();
        debug_assert!(settled.is_ok(), "what is true fits what is told");
        reader
    }

    /// The figures told from which it follows that the number is what it is; `None` where it could be another.
    pub(super) fn works_out(&mut self, number: usize) -> Option<BTreeSet<usize>> {
        let truth = self.of.truth(number);
        let mut figures = self.rules_out(number, truth + 1)?;
        figures.extend(self.rules_out(number, truth - 1)?);
        Some(figures)
    }

    /// The figures told from which it follows that a number is not this; `None` where it could be.
    fn rules_out(&mut self, number: usize, tried: i64) -> Option<BTreeSet<usize>> {
        let before = self.narrowed.len();
        let ends = RangeEnd::BOTH.into_iter().try_for_each(|end| self.narrow(number, end, tried, None));
        let found = ends.and_then(|()| self.settle()).err().map(|Contradiction(at)| self.figures_behind(at));
        self.forget(before);
        found
    }

    /// Takes back all that followed since.
    fn forget(&mut self, since: usize) {
        while let Some(sum) = self.waiting.pop_front() {
            self.no_longer_waits(sum);
        }
        while self.narrowed.len() > since {
            let Some(last) = self.narrowed.pop() else { break };
            if let Some(range) = self.ranges.get_mut(last.number) {
                *range.at_mut(last.end) = last.was;
            }
            if let Some(narrowed) = self.last.get_mut(last.number) {
                *narrowed.at_mut(last.end) = last.before;
            }
        }
    }

    /// Follows what is known through all sums, until no range shrinks any more.
    fn settle(&mut self) -> Result<(), Contradiction> {
        while let Some(at) = self.waiting.pop_front() {
            self.no_longer_waits(at);
            self.add_up(at)?;
        }
        Ok(())
    }

    fn no_longer_waits(&mut self, sum: usize) {
        if let Some(waits) = self.is_waiting.get_mut(sum) {
            *waits = false;
        }
    }

    fn range(&self, number: usize) -> RangeEnds<i64> {
        self.ranges.get(number).copied().unwrap_or(RangeEnds { least: 0, most: MANY })
    }

    /// What follows from one sum.
    fn add_up(&mut self, at: usize) -> Result<(), Contradiction> {
        let of = self.of;
        let Some(AddedUp { whole, parts }) = of.sums.get(at) else { return Ok(()) };
        let (mut least, mut most) = (0, 0);
        for range in parts.iter().map(|part| self.range(*part)) {
            (least, most) = (least + range.least, most + range.most);
        }
        self.narrow(*whole, RangeEnd::Least, least, Some(at))?;
        self.narrow(*whole, RangeEnd::Most, most, Some(at))?;
        let together = self.range(*whole);
        for part in parts {
            let range = self.range(*part);
            self.narrow(*part, RangeEnd::Least, together.least - (most - range.most), Some(at))?;
            self.narrow(*part, RangeEnd::Most, together.most - (least - range.least), Some(at))?;
        }
        Ok(())
    }

    /// Takes in that a number is no less, or no more, than this.
    fn narrow(
        &mut self,
        number: usize,
        end: RangeEnd,
        to: i64,
        by: Option<usize>,
    ) -> Result<(), Contradiction> {
        let range = self.range(number);
        let (is_news, is_none_left) = match end {
            RangeEnd::Least => (to > range.least && to > -TOO_MANY, to > range.most),
            RangeEnd::Most => (to < range.most && to < TOO_MANY, to < range.least),
        };
        let (true, Some(known), Some(last)) =
            (is_news, self.ranges.get_mut(number), self.last.get_mut(number))
        else {
            return Ok(());
        };
        let before = last.at_mut(end).replace(self.narrowed.len());
        *known.at_mut(end) = to;
        self.narrowed.push(Narrowing { number, end, was: range.at(end), by, before });
        let sums = self.of.numbers.get(number).map_or(&[][..], |number| &number.sums);
        // What follows from one sum follows in one go.
        for sum in sums.iter().filter(|sum| by != Some(**sum)) {
            if self.is_waiting.get_mut(*sum).is_some_and(|waits| !std::mem::replace(waits, true)) {
                self.waiting.push_back(*sum);
            }
        }
        if is_none_left { Err(Contradiction(number)) } else { Ok(()) }
    }

    /// The figures told that both ends of a range follow from.
    fn figures_behind(&self, number: usize) -> BTreeSet<usize> {
        let mut figures = BTreeSet::new();
        let mut is_seen = vec![false; self.narrowed.len()];
        let now = self.narrowed.len();
        let mut open: Vec<(usize, RangeEnd, usize)> =
            RangeEnd::BOTH.into_iter().map(|end| (number, end, now)).collect();
        while let Some((number, end, until)) = open.pop() {
            let Some(at) = self.narrowing_before(number, end, until) else {
                figures.extend(self.told_by(number, end));
                continue;
            };
            if is_seen.get_mut(at).is_none_or(|is_seen| std::mem::replace(is_seen, true)) {
                continue;
            }
            let by = self.narrowed.get(at).and_then(|narrowing| narrowing.by);
            let Some(AddedUp { whole, parts }) = by.and_then(|sum| self.of.sums.get(sum)) else { continue };
            if number == *whole {
                open.extend(parts.iter().map(|part| (*part, end, at)));
            } else {
                open.push((*whole, end, at));
                let others = parts.iter().filter(|part| **part != number);
                open.extend(others.map(|part| (*part, end.other(), at)));
            }
        }
        figures
    }

    /// The figure that tells this end of a number's range by itself; that it is not less than nothing none has to tell.
    fn told_by(&self, number: usize, end: RangeEnd) -> Option<usize> {
        let of = self.of.numbers.get(number)?;
        of.told_by.at(end).filter(|_| end == RangeEnd::Most || of.range.least > 0)
    }

    fn narrowing_before(&self, number: usize, end: RangeEnd, until: usize) -> Option<usize> {
        let mut found = self.last.get(number)?.at(end);
        while let Some(later) = found.filter(|at| *at >= until) {
            found = self.narrowed.get(later)?.before;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two parts of a whole one is told, by the figure 7, and the whole by the figure 9.
    fn parts(whole: i64, told: i64, few: (i64, i64)) -> Option<BTreeSet<usize>> {
        let mut numbers = RelatedNumbers::default();
        let all = numbers.add(whole, (whole, whole));
        let one = numbers.add(told, (told, told));
        let other = numbers.add(whole - told, few);
        for (number, by) in [(all, 9), (one, 7)] {
            RangeEnd::BOTH.into_iter().for_each(|end| numbers.is_told(number, end, by));
        }
        numbers.add_up(all, vec![one, other]);
        PaperReader::new(&numbers).works_out(other)
    }

    #[test]
    fn what_a_sum_leaves_no_choice_is_worked_out_from_the_figures_told() {
        assert_eq!(parts(12, 9, (1, 4)), Some(BTreeSet::from([7, 9])));
        assert_eq!(parts(9, 9, (0, 4)), Some(BTreeSet::from([9, 7])));
        assert_eq!(parts(12, 9, (3, 3)), Some(BTreeSet::new()), "it is known by itself");
    }

    #[test]
    fn a_number_that_could_be_one_more_or_one_fewer_is_not_worked_out_however_many_sums_it_stands_in() {
        // Two rows of two numbers and two columns: what one has more the other has less.
        let mut numbers = RelatedNumbers::default();
        let cells = [[2, 3], [4, 1]].map(|row| row.map(|number| numbers.add_unknown(number)));
        let sums = [(vec![cells[0][0], cells[0][1]], 5), (vec![cells[1][0], cells[1][1]], 5)];
        let columns = [(vec![cells[0][0], cells[1][0]], 6), (vec![cells[0][1], cells[1][1]], 4)];
        for (parts, sum) in sums.into_iter().chain(columns) {
            let sum = numbers.add(sum, (sum, sum));
            numbers.add_up(sum, parts);
        }
        let mut reader = PaperReader::new(&numbers);
        assert!(cells.iter().flatten().all(|cell| reader.works_out(*cell).is_none()));
        // With one of them known, all are.
        let known = numbers.add(3, (3, 3));
        numbers.add_up(cells[0][1], vec![known]);
        let mut reader = PaperReader::new(&numbers);
        assert!(cells.iter().flatten().all(|cell| reader.works_out(*cell).is_some()));
    }
}
