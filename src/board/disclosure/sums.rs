//! Figures that hang together: which of those withheld could be worked out, and what else is withheld so that they can't
//! (spec 2.9, "Small numbers").
//!
//! A reader knows every figure that is shown, that each whole is the sum of its parts, that "under 5" is 1 to 4, that
//! what is withheld beside it is 5 or more, that the smallest were chosen for that, and what the people of a unit have to
//! do with those of them who need each course. A figure is safe while each of its counts can be more than one number,
//! but for what a group that is shown says of everyone in it.

use std::collections::BTreeSet;

use super::few::is_few;
use super::figure::{Amount, CourseNeeds, Figure, Measure, ReaderSight};
use super::numbers::PaperNumbers;
use super::reader::PaperReader;
use super::shown::Withheld;

/// Figures with their parts, their parts, and so on: people, and each course.
#[derive(Debug, Clone)]
pub(super) struct Sums {
    figures: Vec<Figure>,
    needs: Vec<CourseNeeds>,
    /// The courses of which nothing is told by unit.
    blank: BTreeSet<usize>,
}

/// What to do about a figure that can be worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum WithholdingChoice {
    /// To withhold this one too.
    Withhold(usize),
    /// To tell nothing of a whole's parts, not even of which there is nobody.
    Blank(usize),
    /// All is withheld that could be.
    Stuck,
}

impl Sums {
    /// The whole that everyone is part of; withheld itself where it is of 1 to 4 people.
    pub(super) fn of(amount: Amount) -> Self {
        let mut sums = Self { figures: Vec::new(), needs: Vec::new(), blank: BTreeSet::new() };
        sums.push(None, amount, None);
        sums
    }

    /// The whole that everyone is part of.
    pub(super) const ALL: usize = 0;

    /// Adds a part of `whole`, withheld where it is of 1 to 4 people, or where `why` says so.
    pub(super) fn add(&mut self, whole: usize, amount: Amount, why: Option<Withheld>) -> usize {
        self.push(Some(whole), amount, why)
    }

    /// Adds a whole beside that of everyone: a course.
    pub(super) fn add_whole(&mut self, amount: Amount) -> usize {
        self.push(None, amount, None)
    }

    /// Says that of the people of a figure those who need each course are those of other figures.
    pub(super) fn need(&mut self, people: usize, courses: Vec<usize>) {
        for figure in courses.iter().chain([&people]) {
            if let Some(figure) = self.figures.get_mut(*figure) {
                figure.needs = Some(self.needs.len());
            }
        }
        self.needs.push(CourseNeeds { people, courses });
    }

    fn push(&mut self, whole: Option<usize>, amount: Amount, why: Option<Withheld>) -> usize {
        let at = self.figures.len();
        let small = amount.is_small().then_some(Withheld::UnderFive);
        let seen = small
            .or(why.filter(|_| amount.rate.counted > 0))
            .map_or(ReaderSight::Shown, ReaderSight::Withheld);
        self.figures.push(Figure { amount, seen, whole, parts: Vec::new(), needs: None });
        if let Some(whole) = whole.and_then(|whole| self.figures.get_mut(whole)) {
            whole.parts.push(at);
        }
        at
    }

    /// Adds to every figure with parts what these leave over: people who are in none of them, and whom of them need each
    /// course. To be called once, when all parts are there.
    pub(super) fn add_the_rest(&mut self) {
        for at in 0..self.figures.len() {
            if self.rest(at).is_some_and(|rest| !rest.is_nobody()) {
                self.push_rest(at);
            }
        }
        for at in 0..self.needs.len() {
            let Some(CourseNeeds { people, courses }) = self.needs.get(at).cloned() else { continue };
            let are_told_apart =
                courses.iter().any(|of| self.figure(*of).is_some_and(|of| !of.parts.is_empty()));
            let Some(people) = self.unlisted(people).filter(|_| are_told_apart) else { continue };
            let courses =
                courses.into_iter().map(|of| self.unlisted(of).unwrap_or_else(|| self.push_rest(of)));
            let courses = courses.collect();
            self.need(people, courses);
        }
    }

    /// What the parts of a figure leave over.
    fn rest(&self, at: usize) -> Option<Amount> {
        let figure = self.figure(at).filter(|figure| !figure.parts.is_empty())?;
        let parts = figure.parts.iter().filter_map(|part| self.figure(*part));
        Some(parts.fold(figure.amount, |rest, part| rest.less(part.amount)))
    }

    fn push_rest(&mut self, at: usize) -> usize {
        let rest = self.rest(at).unwrap_or_default();
        let part = self.push(Some(at), rest, None);
        if let Some(part) = self.figures.get_mut(part) {
            part.seen = ReaderSight::Unlisted;
        }
        part
    }

    /// The part of a figure that is in no table.
    fn unlisted(&self, at: usize) -> Option<usize> {
        let last = self.figure(at)?.parts.last().copied()?;
        self.figure(last).filter(|figure| figure.seen == ReaderSight::Unlisted).map(|_| last)
    }

    fn figure(&self, at: usize) -> Option<&Figure> {
        self.figures.get(at)
    }

    /// Why the figure is withheld, where it is.
    pub(super) fn why(&self, at: usize) -> Option<Withheld> {
        match self.figures.get(at)?.seen {
            ReaderSight::Withheld(why) => Some(why),
            ReaderSight::Blank => Some(Withheld::Beside),
            ReaderSight::Shown | ReaderSight::Unlisted => None,
        }
    }

    /// Withholds the figure, and what goes with it: a unit's courses with its people, a course's units with the course.
    fn withhold(&mut self, at: usize) {
        self.withhold_one(at);
        let needs = self.needs.iter().find(|needs| needs.people == at);
        let courses = needs.filter(|_| at != Self::ALL).map(|needs| needs.courses.clone());
        courses.into_iter().flatten().for_each(|course| self.withhold_one(course));
        let mut below: Vec<usize> = if self.is_course(at) {
            self.figure(at).into_iter().flat_map(|of| of.parts.clone()).collect()
        } else {
            Vec::new()
        };
        while let Some(part) = below.pop() {
            self.withhold_one(part);
            below.extend(self.figure(part).into_iter().flat_map(|part| &part.parts));
        }
    }

    /// Whether it is a course as a whole.
    fn is_course(&self, at: usize) -> bool {
        self.figure(at).is_some_and(|figure| figure.whole.is_none()) && at != Self::ALL
    }

    fn withhold_one(&mut self, at: usize) {
        let figure = self.figures.get_mut(at);
        if let Some(figure) = figure.filter(|figure| figure.is_shown() && figure.amount.rate.counted > 0) {
            figure.seen = ReaderSight::Withheld(Withheld::Beside);
        }
    }

    /// Tells nothing of the parts of a whole.
    fn blank(&mut self, whole: usize) {
        self.blank.insert(whole);
        let mut below = self.figure(whole).map(|whole| whole.parts.clone()).unwrap_or_default();
        while let Some(part) = below.pop() {
            let Some(figure) = self.figures.get_mut(part) else { continue };
            if figure.seen != ReaderSight::Unlisted {
                figure.seen = ReaderSight::Blank;
            }
            below.extend(&figure.parts);
        }
    }

    /// Withholds as many figures more, the smallest first, as it takes that none can be worked out. `false` where that
    /// can't be reached: then no part may be shown, nor that there is one.
    #[must_use]
    pub(super) fn protect(&mut self) -> bool {
        for at in 0..self.figures.len() {
            if self.figure(at).is_some_and(|figure| matches!(figure.seen, ReaderSight::Withheld(_))) {
                self.withhold(at);
            }
        }
        let mut is_open = BTreeSet::new();
        loop {
            let mut next = self.next(&mut is_open);
            if next.is_empty() {
                next = self.beside_one_alone();
            }
            if next.is_empty() {
                return true;
            }
            for choice in next {
                match choice {
                    WithholdingChoice::Withhold(at) => self.withhold(at),
                    WithholdingChoice::Blank(whole) => self.blank(whole),
                    WithholdingChoice::Stuck => return false,
                }
            }
        }
    }

    /// What to withhold next: nothing where nothing can be worked out. People come before their courses, and how many
    /// there are before how many of them are up to date: often no more need be withheld for that. `is_open` has the counts
    /// that can't be worked out, and can't once more is withheld.
    fn next(&self, is_open: &mut BTreeSet<(usize, Measure)>) -> BTreeSet<WithholdingChoice> {
        let numbers = PaperNumbers::of(&self.figures, &self.needs);
        let mut reader = PaperReader::new(&numbers.related);
        for is_of_pairs in [false, true] {
            for measure in Measure::ALL {
                let mut chosen = BTreeSet::new();
                let mut to_be_withheld: BTreeSet<usize> = BTreeSet::new();
                for (at, figure) in self.figures.iter().enumerate() {
                    let is_asked = figure.is_of_pairs() == is_of_pairs && figure.is_to_be_protected(measure);
                    let number =
                        numbers.number(at, measure).filter(|_| is_asked && !self.is_said(at, measure));
                    let Some(number) = number.filter(|_| !is_open.contains(&(at, measure))) else { continue };
                    let Some(figures) = reader.works_out(number) else {
                        is_open.insert((at, measure));
                        continue;
                    };
                    if figures.is_disjoint(&to_be_withheld) {
                        let choice = self.choice(at, &figures);
                        if let WithholdingChoice::Withhold(at) = choice {
                            to_be_withheld.insert(at);
                        }
                        chosen.insert(choice);
                    }
                }
                chosen.extend(self.beside_few_together(is_of_pairs, measure));
                // What is stuck may be so for what else is worked out.
                if chosen.iter().any(|choice| *choice != WithholdingChoice::Stuck) {
                    chosen.remove(&WithholdingChoice::Stuck);
                }
                if !chosen.is_empty() {
                    return chosen;
                }
            }
        }
        BTreeSet::new()
    }

    /// What to withhold so that the figure can't be worked out from those: the smallest of a unit in a course, or else of
    /// a unit; where there is none, all of the course by unit, and at last a course.
    fn choice(&self, at: usize, from: &BTreeSet<usize>) -> WithholdingChoice {
        let useful = || from.iter().copied().filter(|at| self.is_of_use(*at));
        let smallest = useful().filter(|at| !self.is_course(*at)).min_by_key(|at| self.size(*at));
        let course = self.top(at).filter(|top| *top != Self::ALL && !self.blank.contains(top));
        let smallest_course = || useful().filter(|at| self.is_course(*at)).min_by_key(|at| self.size(*at));
        let withhold = smallest.map(WithholdingChoice::Withhold);
        let blank = course.filter(|top| *top != at).map(WithholdingChoice::Blank);
        let or_course = || smallest_course().map(WithholdingChoice::Withhold);
        withhold.or(blank).or_else(or_course).unwrap_or(WithholdingChoice::Stuck)
    }

    /// What goes first where one of several is to be withheld.
    fn size(&self, at: usize) -> (bool, u64, usize) {
        self.figure(at).map_or((false, 0, at), |of| (!of.is_of_pairs(), of.amount.rate.counted, at))
    }

    /// Whether withholding it keeps something: of a unit that says it all of those who need a course, nothing.
    fn is_of_use(&self, at: usize) -> bool {
        let Some(figure) = self.figure(at).filter(|of| of.is_shown() && of.amount.rate.counted > 0) else {
            return false;
        };
        at != Self::ALL && !(figure.is_of_pairs() && self.is_said_by_its_unit(figure))
    }

    fn is_said_by_its_unit(&self, figure: &Figure) -> bool {
        let Some(needs) = figure.needs.and_then(|needs| self.needs.get(needs)) else { return false };
        let Some(people) = self.figure(needs.people).filter(|people| people.is_shown()) else { return false };
        let needed =
            needs.courses.iter().filter_map(|of| self.figure(*of)).filter(|of| of.amount.rate.counted > 0);
        let is_everyone = people.amount.rate.counted == figure.amount.rate.counted;
        is_everyone && figure.whole.is_some() && (people.amount.rate.behind() == 0 || needed.count() == 1)
    }

    /// The whole that the figure is part of in the end.
    fn top(&self, at: usize) -> Option<usize> {
        let mut top = at;
        while let Some(above) = self.figure(top)?.whole {
            top = above;
        }
        Some(top)
    }

    /// Figures that together are of 1 to 4 people, as a shown whole less its other parts tells: what to withhold beside
    /// each such.
    fn beside_few_together(&self, is_of_pairs: bool, measure: Measure) -> BTreeSet<WithholdingChoice> {
        if matches!(measure, Measure::UpToDate | Measure::Behind) {
            return BTreeSet::new();
        }
        let figures = self.figures.iter().enumerate();
        let wholes = figures.filter(|(_, of)| of.is_shown() && of.is_of_pairs() == is_of_pairs);
        let choices = wholes.filter_map(|(at, whole)| {
            let parts = || whole.parts.iter().filter_map(|at| Some((*at, self.figure(*at)?)));
            let hidden = || parts().filter(|(_, part)| !part.is_shown());
            let together: u64 = hidden().filter_map(|(_, part)| measure.of(part.amount)).sum();
            let first = hidden().find(|(_, part)| part.is_to_be_protected(measure)).map(|(at, _)| at)?;
            is_few(together).then(|| self.choice(first, &parts().map(|(at, _)| at).chain([at]).collect()))
        });
        choices.collect()
    }

    /// The course to withhold in a unit where only one is: all together may be known from what a unit's people need. The
    /// smallest of the others.
    fn beside_one_alone(&self) -> BTreeSet<WithholdingChoice> {
        let units = self.needs.iter().filter(|needs| {
            needs.people != Self::ALL && self.figure(needs.people).is_some_and(Figure::is_shown)
        });
        let choices = units.filter_map(|needs| {
            let needed = || {
                let each = needs.courses.iter().filter_map(|at| Some((*at, self.figure(*at)?)));
                each.filter(|(_, of)| of.amount.rate.counted > 0)
            };
            let others = needed().filter(|(_, of)| of.is_shown()).map(|(at, _)| at);
            let smallest = others.min_by_key(|at| self.size(*at))?;
            let is_alone = needed().filter(|(_, of)| !of.is_shown()).count() == 1;
            is_alone.then_some(WithholdingChoice::Withhold(smallest))
        });
        choices.collect()
    }

    /// Whether a group that is shown says this count of everyone in it: all are up to date, or nobody is, or all need the
    /// course.
    fn is_said(&self, at: usize, measure: Measure) -> bool {
        let Some(figure) = self.figure(at) else { return false };
        let is_none = measure.of(figure.amount) == Some(0);
        let says_none = |of: usize| {
            let of = self.figure(of).filter(|of| of.is_shown());
            of.is_some_and(|of| measure.of(of.amount) == Some(0))
        };
        let people = figure.needs.filter(|_| figure.is_of_pairs());
        let people = people.and_then(|needs| self.needs.get(needs)).map(|needs| needs.people);
        match measure {
            Measure::InPost => false,
            Measure::Counted => people.is_some_and(|people| self.everyone_needs(at, people)),
            Measure::UpToDate => is_none && self.and_above(at).any(says_none),
            Measure::Behind => {
                let units = people.into_iter().flat_map(|people| self.and_above(people));
                is_none && self.and_above(at).chain(units).any(says_none)
            }
        }
    }

    /// Whether everyone in a unit is known to need a course, as everyone in a unit above it does.
    fn everyone_needs(&self, course: usize, people: usize) -> bool {
        let are_told =
            |at: usize| self.figure(at).filter(|of| of.is_shown()).map(|of| of.amount.rate.counted);
        let mut above = self.and_above(course).zip(self.and_above(people)).skip(1);
        are_told(people).is_some()
            && above
                .any(|(course, people)| are_told(course).is_some() && are_told(course) == are_told(people))
    }

    /// A figure and all that it is part of.
    fn and_above(&self, at: usize) -> impl Iterator<Item = usize> {
        std::iter::successors(Some(at), |at| self.figure(*at)?.whole)
    }
}
