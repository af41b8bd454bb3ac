//! The numbers of figures, and all that a reader knows to hold between them: what each can be by what stands in its
//! place, and how they add up, from unit to unit and from course to course.

use super::few::{FEWEST_PEOPLE, is_few};
use super::figure::{CourseNeeds, Figure, Measure, ReaderSight};
use super::relations::{MANY, RangeEnd, RelatedNumbers};
use super::shown::Withheld;

/// Where the counts of a figure are among the numbers.
#[derive(Debug, Clone, Copy)]
struct FigureNumbers {
    counted: usize,
    up_to_date: usize,
    behind: usize,
    /// People in post, and those of them who are not counted.
    in_post: Option<(usize, usize)>,
}

/// The numbers of figures.
#[derive(Debug)]
pub(super) struct PaperNumbers {
    pub(super) related: RelatedNumbers,
    by_figure: Vec<FigureNumbers>,
}

impl PaperNumbers {
    /// The numbers of all these figures.
    pub(super) fn of(figures: &[Figure], needs: &[CourseNeeds]) -> Self {
        let mut related = RelatedNumbers::default();
        let by_figure = (0..figures.len()).filter_map(|at| numbers_of(&mut related, figures, at)).collect();
        let mut numbers = Self { related, by_figure };
        for (at, figure) in figures.iter().enumerate().filter(|(_, figure)| !figure.parts.is_empty()) {
            for measure in Measure::ALL {
                numbers.add_up(at, &figure.parts, |of| of.number(measure));
            }
            numbers.add_up(at, &figure.parts, |of| of.in_post.map(|(_, not_counted)| not_counted));
        }
        numbers.add_needs(figures, needs);
        numbers
    }

    /// Where this count of a figure is among the numbers.
    pub(super) fn number(&self, figure: usize, measure: Measure) -> Option<usize> {
        self.by_figure.get(figure).and_then(|of| of.number(measure))
    }

    fn add_up(&mut self, whole: usize, parts: &[usize], number: impl Fn(&FigureNumbers) -> Option<usize>) {
        let Some(whole) = self.by_figure.get(whole).and_then(&number) else { return };
        let parts = parts.iter().filter_map(|part| self.by_figure.get(*part).and_then(&number)).collect();
        self.related.add_up(whole, parts);
    }

    /// How the people of a unit hang together with those of them who need each course.
    fn add_needs(&mut self, figures: &[Figure], needs: &[CourseNeeds]) {
        let left: Vec<Vec<usize>> = needs.iter().map(|of| self.left_over(figures, of)).collect();
        for (of, whole) in needs.iter().zip(&left) {
            let parts = figures.get(of.people).map_or(&[][..], |people| &people.parts);
            let each = parts.iter().map(|part| left.get(figures.get(*part)?.needs?));
            let Some(each) = each.collect::<Option<Vec<_>>>() else { continue };
            if each.is_empty() || each.iter().any(|part| part.len() != whole.len()) {
                continue;
            }
            for (at, whole) in whole.iter().enumerate() {
                let parts = each.iter().filter_map(|part| part.get(at).copied()).collect();
                self.related.add_up(*whole, parts);
            }
        }
    }

    /// What the counts of a unit and of its courses leave over of each other, which is not less than nothing: who needs a
    /// course is counted, and who lacks one is not up to date; who is counted needs one, who is not up to date lacks one,
    /// and who is up to date is so in one. Figures that contradict each other leave nothing over.
    fn left_over(&mut self, figures: &[Figure], of: &CourseNeeds) -> Vec<usize> {
        if !of.is_possible(figures) {
            return Vec::new();
        }
        let Some(people) = self.by_figure.get(of.people).copied() else { return Vec::new() };
        let courses: Vec<FigureNumbers> =
            of.courses.iter().filter_map(|at| self.by_figure.get(*at).copied()).collect();
        let mut left = Vec::new();
        for course in &courses {
            left.push(self.difference(people.counted, course.counted));
            left.push(self.difference(people.behind, course.behind));
        }
        let counts: [fn(&FigureNumbers) -> usize; 3] = [|of| of.counted, |of| of.behind, |of| of.up_to_date];
        for count in counts {
            let each: Vec<usize> = courses.iter().map(count).collect();
            let together: i64 = each.iter().map(|number| self.related.truth(*number)).sum();
            let sum = self.related.add_unknown(together);
            self.related.add_up(sum, each);
            left.extend([sum, self.difference(sum, count(&people))]);
        }
        left
    }

    /// By how much a number is larger than another.
    fn difference(&mut self, larger: usize, smaller: usize) -> usize {
        let truth = self.related.truth(larger) - self.related.truth(smaller);
        let difference = self.related.add_unknown(truth);
        self.related.add_up(larger, vec![smaller, difference]);
        difference
    }
}

impl FigureNumbers {
    fn number(&self, measure: Measure) -> Option<usize> {
        match measure {
            Measure::Counted => Some(self.counted),
            Measure::InPost => self.in_post.map(|(in_post, _)| in_post),
            Measure::UpToDate => Some(self.up_to_date),
            Measure::Behind => Some(self.behind),
        }
    }
}

/// Adds the counts of a figure, each with what it can be by what stands in its place.
fn numbers_of(related: &mut RelatedNumbers, figures: &[Figure], at: usize) -> Option<FigureNumbers> {
    let figure = figures.get(at)?;
    let mut count = |measure: Measure| {
        let truth = i64::try_from(measure.of(figure.amount)?).unwrap_or(MANY);
        let number = related.add(truth, by_itself(figure, measure, truth));
        if figure.is_shown() {
            RangeEnd::BOTH.into_iter().for_each(|end| related.is_told(number, end, at));
        }
        Some(number)
    };
    let [counted, in_post, up_to_date, behind] = Measure::ALL.map(&mut count);
    let (counted, up_to_date, behind) = (counted?, up_to_date?, behind?);
    related.add_up(counted, vec![up_to_date, behind]);
    if let Some((sibling, most)) = most_beside(figures, figure) {
        related.hold_below(counted, most, sibling);
    }
    let in_post = in_post.map(|in_post| {
        let not_counted = related.add_unknown(related.truth(in_post) - related.truth(counted));
        related.add_up(in_post, vec![counted, not_counted]);
        (in_post, not_counted)
    });
    Some(FigureNumbers { counted, up_to_date, behind, in_post })
}

/// What a count can be by what stands in its place. That nobody is counted is told: there is no rate.
fn by_itself(figure: &Figure, measure: Measure, truth: i64) -> (i64, i64) {
    let few = i64::try_from(FEWEST_PEOPLE - 1).unwrap_or(MANY);
    let (counted, is_counted) = (figure.amount.rate.counted, measure == Measure::Counted);
    match figure.seen {
        ReaderSight::Shown => (truth, truth),
        ReaderSight::Blank => (0, MANY),
        _ if counted == 0 && measure != Measure::InPost => (0, 0),
        _ if !is_counted && measure != Measure::InPost => (0, MANY),
        ReaderSight::Withheld(Withheld::UnderFive) => {
            let is_small = if is_counted { is_few(counted) } else { counted == 0 };
            (1, if is_small { few } else { MANY })
        }
        ReaderSight::Withheld(Withheld::Beside) if truth > few => (few + 1, MANY),
        ReaderSight::Withheld(Withheld::Beside) | ReaderSight::Unlisted => (truth.min(1), MANY),
    }
}

/// The smallest are withheld first: so it is taken as known of a figure withheld beside others that it is no larger than
/// those shown beside it, but for smaller ones. The smallest of these, with its people. Once more is withheld, no less is
/// open.
fn most_beside(figures: &[Figure], figure: &Figure) -> Option<(usize, i64)> {
    let whole =
        figures.get(figure.whole?).filter(|_| figure.seen == ReaderSight::Withheld(Withheld::Beside))?;
    let beside = whole.parts.iter().filter_map(|at| Some((*at, figures.get(*at)?)));
    let shown = beside.filter(|(_, of)| of.is_shown() && of.amount.rate.counted > 0);
    let counted = shown.map(|(at, of)| (at, of.amount.rate.counted));
    let (at, smallest) =
        counted.filter(|(_, of)| *of >= figure.amount.rate.counted).min_by_key(|(_, of)| *of)?;
    Some((at, i64::try_from(smallest).unwrap_or(MANY)))
}
