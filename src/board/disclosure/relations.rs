//! Numbers that hang together: the counts of a paper's figures, and what follows from them.
//!
//! Every relation is that a whole is the sum of its parts, none of which is less than nothing. Where one number is no
//! larger than another (who lacks a course is not up to date), the difference is a number of its own.

/// More than any count: a number of which nothing is known but that it is not less than nothing.
pub(super) const MANY: i64 = 1 << 40;

/// One of the two ends of what a number can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RangeEnd {
    /// The lower.
    Least,
    /// The upper.
    Most,
}

impl RangeEnd {
    /// Both of them.
    pub(super) const BOTH: [Self; 2] = [Self::Least, Self::Most];

    /// The end that holds this one where two numbers add up to a known one.
    pub(super) fn other(self) -> Self {
        match self {
            Self::Least => Self::Most,
            Self::Most => Self::Least,
        }
    }
}

/// Something for each end of a range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RangeEnds<T> {
    /// That of the lower end.
    pub(super) least: T,
    /// That of the upper end.
    pub(super) most: T,
}

impl<T: Copy> RangeEnds<T> {
    /// That of this end.
    pub(super) fn at(&self, end: RangeEnd) -> T {
        match end {
            RangeEnd::Least => self.least,
            RangeEnd::Most => self.most,
        }
    }

    /// The place of that of this end.
    pub(super) fn at_mut(&mut self, end: RangeEnd) -> &mut T {
        match end {
            RangeEnd::Least => &mut self.least,
            RangeEnd::Most => &mut self.most,
        }
    }
}

/// A number, by what stands in its place.
#[derive(Debug, Clone)]
pub(super) struct RelatedNumber {
    /// What it is.
    pub(super) truth: i64,
    /// The least and the most that it can be by itself.
    pub(super) range: RangeEnds<i64>,
    /// The figure that tells each of these, where one does that could be withheld.
    pub(super) told_by: RangeEnds<Option<usize>>,
    /// The sums that it stands in, as whole or part.
    pub(super) sums: Vec<usize>,
}

/// A whole with all its parts.
#[derive(Debug, Clone)]
pub(super) struct AddedUp {
    /// The sum.
    pub(super) whole: usize,
    /// What it is the sum of.
    pub(super) parts: Vec<usize>,
}

/// Numbers with all that holds between them.
#[derive(Debug, Clone, Default)]
pub(super) struct RelatedNumbers {
    /// The numbers.
    pub(super) numbers: Vec<RelatedNumber>,
    /// What adds up among them.
    pub(super) sums: Vec<AddedUp>,
}

impl RelatedNumbers {
    /// Adds a number that is known by itself to be within a range. A range is widened where the truth lies outside it:
    /// figures that contradict each other tell a reader less, not more.
    pub(super) fn add(&mut self, truth: i64, (least, most): (i64, i64)) -> usize {
        let range = RangeEnds { least: least.min(truth), most: most.max(truth) };
        self.numbers.push(RelatedNumber { truth, range, told_by: RangeEnds::default(), sums: Vec::new() });
        self.numbers.len() - 1
    }

    /// Adds a number of which it is known alone that it is not less than nothing; where it is, nothing is known.
    pub(super) fn add_unknown(&mut self, truth: i64) -> usize {
        self.add(truth, (if truth < 0 { -MANY } else { 0 }, MANY))
    }

    /// Says that an end of a number's range is known from this figure.
    pub(super) fn is_told(&mut self, number: usize, end: RangeEnd, by: usize) {
        if let Some(number) = self.numbers.get_mut(number) {
            *number.told_by.at_mut(end) = Some(by);
        }
    }

    /// Says that a number is known, from this figure, to be no more than that.
    pub(super) fn hold_below(&mut self, number: usize, most: i64, by: usize) {
        if let Some(of) = self.numbers.get_mut(number).filter(|of| most < of.range.most) {
            of.range.most = most.max(of.truth);
            of.told_by.most = Some(by);
        }
    }

    /// What a number is.
    pub(super) fn truth(&self, number: usize) -> i64 {
        self.numbers.get(number).map_or(0, |number| number.truth)
    }

    /// Says that a number is the sum of others; not where it isn't, as in figures that contradict each other.
    pub(super) fn add_up(&mut self, whole: usize, parts: Vec<usize>) {
        if self.truth(whole) != parts.iter().map(|part| self.truth(*part)).sum::<i64>() {
            return;
        }
        let at = self.sums.len();
        for number in parts.iter().chain([&whole]) {
            if let Some(number) = self.numbers.get_mut(*number) {
                number.sums.push(at);
            }
        }
        self.sums.push(AddedUp { whole, parts });
    }
}
