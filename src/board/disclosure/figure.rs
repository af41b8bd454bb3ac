//! A figure of a table, with what stands in its place.

use super::few::is_few;
use super::shown::Withheld;
use crate::compliance::Rate;

/// The counts of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Amount {
    /// People in post; `None` by course, where no others are known than those counted.
    pub(super) in_post: Option<u64>,
    /// The people counted, and how many of them are up to date.
    pub(super) rate: Rate,
}

impl Amount {
    /// Person-course pairs.
    pub(super) fn of_pairs(rate: Rate) -> Self {
        Self { in_post: None, rate }
    }

    /// Whether it is of 1 to 4 people.
    pub(super) fn is_small(self) -> bool {
        is_few(self.rate.counted) || self.in_post.is_some_and(is_few)
    }

    /// Whether it is of nobody.
    pub(super) fn is_nobody(self) -> bool {
        self.rate.counted == 0 && self.in_post.unwrap_or_default() == 0
    }

    /// What is left without a part.
    pub(super) fn less(self, part: Self) -> Self {
        let in_post = self.in_post.map(|all| all.saturating_sub(part.in_post.unwrap_or_default()));
        let counted = self.rate.counted.saturating_sub(part.rate.counted);
        let up_to_date = self.rate.up_to_date.saturating_sub(part.rate.up_to_date).min(counted);
        Self { in_post, rate: Rate { counted, up_to_date } }
    }
}

/// One of the counts of an [`Amount`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Measure {
    /// People counted.
    Counted,
    /// People in post.
    InPost,
    /// Those counted who are up to date.
    UpToDate,
    /// Those counted who are not.
    Behind,
}

impl Measure {
    /// All of them.
    pub(super) const ALL: [Self; 4] = [Self::Counted, Self::InPost, Self::UpToDate, Self::Behind];

    /// The count; `None` where there is none.
    pub(super) fn of(self, amount: Amount) -> Option<u64> {
        match self {
            Self::Counted => Some(amount.rate.counted),
            Self::InPost => amount.in_post,
            Self::UpToDate => Some(amount.rate.up_to_date),
            Self::Behind => Some(amount.rate.behind()),
        }
    }
}

/// What a reader sees of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReaderSight {
    /// The figure.
    Shown,
    /// What stands in its place.
    Withheld(Withheld),
    /// Like all in its table, even where it is of nobody.
    Blank,
    /// It has no place of its own: the people of a unit who are in none of the units below it.
    Unlisted,
}

/// A figure, what it is part of, and what is part of it.
#[derive(Debug, Clone)]
pub(super) struct Figure {
    /// Its counts.
    pub(super) amount: Amount,
    /// What a reader sees of it.
    pub(super) seen: ReaderSight,
    /// What it is part of.
    pub(super) whole: Option<usize>,
    /// What it is the sum of, if it is of any.
    pub(super) parts: Vec<usize>,
    /// The people of a unit and the courses they need, of which it is one.
    pub(super) needs: Option<usize>,
}

impl Figure {
    /// Whether a reader sees it.
    pub(super) fn is_shown(&self) -> bool {
        self.seen == ReaderSight::Shown
    }

    /// Whether it is of a course.
    pub(super) fn is_of_pairs(&self) -> bool {
        self.amount.in_post.is_none()
    }

    /// Whether a reader must not be able to work out this count of it.
    pub(super) fn is_to_be_protected(&self, measure: Measure) -> bool {
        let counts_somebody = measure == Measure::InPost || self.amount.rate.counted > 0;
        match self.seen {
            ReaderSight::Shown => false,
            ReaderSight::Withheld(_) | ReaderSight::Blank => counts_somebody,
            ReaderSight::Unlisted => is_few(self.amount.rate.counted),
        }
    }
}

/// Some people, and those of them who need each course.
#[derive(Debug, Clone)]
pub(super) struct CourseNeeds {
    /// The figure of the people.
    pub(super) people: usize,
    /// The figures of each course.
    pub(super) courses: Vec<usize>,
}

impl CourseNeeds {
    /// Whether people can be so: whoever needs a course is counted and the other way round, whoever lacks one is not up to
    /// date and the other way round, and who is up to date is so in one they need.
    pub(super) fn is_possible(&self, figures: &[Figure]) -> bool {
        let Some(people) = figures.get(self.people).map(|people| people.amount.rate) else { return false };
        let courses = || self.courses.iter().filter_map(|at| Some(figures.get(*at)?.amount.rate));
        let together = |count: fn(Rate) -> u64| courses().map(count).sum::<u64>();
        courses().all(|of| of.counted <= people.counted && of.behind() <= people.behind())
            && people.counted <= together(|of| of.counted)
            && people.behind() <= together(Rate::behind)
            && people.up_to_date <= together(|of| of.up_to_date)
    }
}
