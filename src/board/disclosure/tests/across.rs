//! A reader who tries every world near the true one: units, and the courses that their people need, told together.

use proptest::prelude::*;

use super::super::few::is_few;
use super::super::figure::Amount;
use super::super::shown::Withheld;
use super::super::sums::Sums;
use crate::compliance::Rate;

/// Some people of one unit, and of no unit below it: how many are counted and how many of them are not up to date; and the
/// same of each course.
type LeafCounts = [i64; 6];

/// What stands in a figure's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlaceSight {
    Shown,
    UnderFive,
    Beside,
    Blank,
    Unlisted,
}

/// A figure: the leaves that it is the sum of, and which two of their counts.
#[derive(Debug, Clone)]
struct TriedFigure {
    name: String,
    leaves: Vec<usize>,
    pair: usize,
    sight: PlaceSight,
    /// It is no larger than the smallest shown beside it.
    most: i64,
}

/// All that is told of a trust.
#[derive(Debug)]
struct ToldTrust {
    leaves: Vec<LeafCounts>,
    figures: Vec<TriedFigure>,
}

/// Units with the leaves that each is the sum of; the third leaf is of those in `A` itself.
const UNITS: [(&str, Option<usize>, &[usize]); 6] = [
    ("A", None, &[0, 1, 2]),
    ("A / P", Some(0), &[0]),
    ("A / Q", Some(0), &[1]),
    ("B", None, &[3]),
    ("C", None, &[4]),
    ("D", None, &[5]),
];

/// Somebody: their leaf, and for each course whether they are up to date, where they need it.
type CountedPerson = (usize, [Option<bool>; 2]);

fn leaves(people: &[CountedPerson]) -> Vec<LeafCounts> {
    let mut leaves = vec![[0; 6]; 6];
    for (leaf, courses) in people {
        let of = &mut leaves[*leaf];
        of[0] += i64::from(courses.iter().any(Option::is_some));
        of[1] += i64::from(courses.contains(&Some(false)));
        for (at, is_met) in courses.iter().enumerate() {
            of[2 + 2 * at] += i64::from(is_met.is_some());
            of[3 + 2 * at] += i64::from(*is_met == Some(false));
        }
    }
    leaves
}

fn rate(leaves: &[LeafCounts], of: &[usize], pair: usize) -> Rate {
    let sum = |at: usize| of.iter().map(|leaf| leaves[*leaf][at]).sum::<i64>().unsigned_abs();
    Rate { counted: sum(2 * pair), up_to_date: sum(2 * pair) - sum(2 * pair + 1) }
}

/// All leaves.
const ALL: &[usize] = &[0, 1, 2, 3, 4, 5];

/// The places of a unit's people and of each course in it, by unit; those of all people and courses by 6.
type UnitPlaces = Vec<(usize, [usize; 3])>;

/// What is withheld of these, by place; `None` where nothing but the whole can be told.
fn protected(leaves: &[LeafCounts], units: &[(&str, Option<usize>, &[usize])]) -> Option<(Sums, UnitPlaces)> {
    let people = |of: &[usize]| {
        let rate = rate(leaves, of, 0);
        Amount { in_post: Some(rate.counted), rate }
    };
    let mut sums = Sums::of(people(ALL));
    let courses: Vec<usize> =
        (1..3).map(|at| sums.add_whole(Amount::of_pairs(rate(leaves, ALL, at)))).collect();
    sums.need(Sums::ALL, courses.clone());
    let mut places = vec![(6, [Sums::ALL, courses[0], courses[1]])];
    for (at, (_, above, of)) in units.iter().enumerate() {
        if rate(leaves, of, 0).counted == 0 {
            continue;
        }
        let above = above.map_or(6, |above| above);
        let above = places.iter().find(|(at, _)| *at == above).unwrap().1;
        let unit = sums.add(above[0], people(of), None);
        let cells: Vec<usize> = (1..3)
            .map(|pair| sums.add(above[pair], Amount::of_pairs(rate(leaves, of, pair)), None))
            .collect();
        sums.need(unit, cells.clone());
        places.push((at, [unit, cells[0], cells[1]]));
    }
    sums.add_the_rest();
    sums.protect().then_some((sums, places))
}

/// What is told of these: by unit, or of all of them alone, or nothing.
fn told(leaves: &[LeafCounts]) -> Option<ToldTrust> {
    let (sums, places) = protected(leaves, &UNITS).or_else(|| protected(leaves, &[]))?;
    // Where all of a course is withheld, nothing may be told of it, not even where there are few or nobody.
    let is_blank = |pair: usize| {
        let mut units = places.iter().filter(|(at, _)| *at < 6);
        places.len() > 1 && units.all(|(_, place)| sums.why(place[pair]) == Some(Withheld::Beside))
    };
    let mut figures = Vec::new();
    for (at, place) in &places {
        let (name, above, of) = UNITS.get(*at).copied().unwrap_or(("all", None, ALL));
        for (pair, place) in place.iter().enumerate() {
            let sight = match sums.why(*place) {
                None => PlaceSight::Shown,
                Some(Withheld::UnderFive) => PlaceSight::UnderFive,
                Some(Withheld::Beside) if is_blank(pair) => PlaceSight::Blank,
                Some(Withheld::Beside) => PlaceSight::Beside,
            };
            let beside =
                places.iter().filter(|(other, _)| UNITS.get(*other).is_some_and(|unit| unit.1 == above));
            let shown = beside.filter(|(_, places)| sums.why(places[pair]).is_none());
            let counted = |at: usize| rate(leaves, UNITS[at].2, pair).counted;
            let smallest = shown.map(|(at, _)| counted(*at)).filter(|counted| *counted > 0).min();
            let own = rate(leaves, of, pair).counted;
            let most = smallest.filter(|least| *at < 6 && *least >= own).map_or(1_000, u64::cast_signed);
            figures.push(TriedFigure { name: name.to_owned(), leaves: of.to_vec(), pair, sight, most });
        }
    }
    for pair in (0..3).filter(|_| places.len() > 1) {
        let (name, leaves) = ("rest of A".to_owned(), vec![2]);
        figures.push(TriedFigure { name, leaves, pair, sight: PlaceSight::Unlisted, most: 1_000 });
    }
    Some(ToldTrust { leaves: leaves.to_vec(), figures })
}

impl ToldTrust {
    fn sum(&self, worlds: &[LeafCounts], figure: &TriedFigure) -> (i64, i64) {
        figure.leaves.iter().fold((0, 0), |sum, leaf| {
            (sum.0 + worlds[*leaf][2 * figure.pair], sum.1 + worlds[*leaf][2 * figure.pair + 1])
        })
    }

    /// Whether a figure can be this, by what stands in its place.
    fn fits(&self, figure: &TriedFigure, world: (i64, i64)) -> bool {
        let truth = self.sum(&self.leaves, figure);
        match figure.sight {
            PlaceSight::Shown => world == truth,
            PlaceSight::Blank => true,
            _ if truth.0 == 0 => world == (0, 0),
            PlaceSight::UnderFive => (1..=4).contains(&world.0),
            PlaceSight::Beside => (5..=figure.most).contains(&world.0),
            PlaceSight::Unlisted => world.0 >= 1,
        }
    }

    /// What a leaf may be otherwise, no count by more than two, with how far that is from what it is; the nearest first.
    fn near(&self, leaf: usize) -> Vec<(i64, LeafCounts)> {
        let mut near = vec![(0, self.leaves[leaf])];
        for at in 0..6 {
            let off = |(far, mut world): (i64, LeafCounts), off: i64| {
                world[at] += off;
                (far + off.abs(), world)
            };
            near = near.into_iter().flat_map(|world| (-2..=2).map(move |by| off(world, by))).collect();
        }
        let own: Vec<&TriedFigure> = self.figures.iter().filter(|of| of.leaves == [leaf]).collect();
        let told = |world: &LeafCounts| {
            own.iter().all(|of| self.fits(of, (world[2 * of.pair], world[2 * of.pair + 1])))
        };
        near.retain(|(_, world)| is_possible(world) && told(world));
        near.sort_unstable();
        near
    }

    /// Whether a group that is shown says this of everyone in it.
    fn is_said(&self, figure: &TriedFigure, count: usize) -> bool {
        let shown = self.figures.iter().filter(|of| of.sight == PlaceSight::Shown);
        let mut above = shown.filter(|of| figure.leaves.iter().all(|leaf| of.leaves.contains(leaf)));
        let sum = |of: &TriedFigure| self.sum(&self.leaves, of);
        match count {
            // Everyone in a unit above needs the course, and how many are counted in this one is shown.
            0 => {
                let pairs: Vec<&TriedFigure> =
                    above.filter(|of| [0, figure.pair].contains(&of.pair)).collect();
                let people = |leaves: &[usize]| pairs.iter().find(|of| of.pair == 0 && of.leaves == leaves);
                let mut courses = pairs.iter().filter(|of| of.pair == figure.pair && figure.pair > 0);
                people(&figure.leaves).is_some()
                    && courses.any(|of| people(&of.leaves).is_some_and(|people| sum(people).0 == sum(of).0))
            }
            1 => above.any(|of| of.pair == figure.pair && sum(of).0 == sum(of).1),
            _ => above.any(|of| [0, figure.pair].contains(&of.pair) && sum(of).1 == 0),
        }
    }

    fn assert_nothing_can_be_worked_out(&self) {
        let counts: [fn((i64, i64)) -> i64; 3] = [|of| of.0, |of| of.0 - of.1, |of| of.1];
        let hidden = || self.figures.iter().filter(|figure| self.is_to_be_protected(figure));
        let mut left: Vec<(&TriedFigure, usize)> =
            hidden().flat_map(|of| (0..3).map(move |at| (of, at))).collect();
        left.retain(|(figure, count)| {
            let none = counts[*count](self.sum(&self.leaves, figure)) == 0 || *count == 0;
            !(none && self.is_said(figure, *count))
        });
        let near: Vec<Vec<(i64, LeafCounts)>> = (0..6).map(|leaf| self.near(leaf)).collect();
        for far in (2..=14).step_by(2) {
            let mut found: Vec<Vec<LeafCounts>> = Vec::new();
            left.retain(|(figure, count)| {
                let of = |worlds: &[LeafCounts]| counts[*count](self.sum(worlds, figure));
                let truth = of(&self.leaves);
                if !found.iter().any(|worlds| of(worlds) != truth) {
                    let mut tried = TriedWorlds::new(self, &near, figure, counts[*count]);
                    found.extend(tried.fit(0, far).then_some(tried.worlds));
                }
                !found.iter().any(|worlds| of(worlds) != truth)
            });
        }
        let word = |figure: &TriedFigure| {
            format!("{} {} {:?} {:?}", figure.name, figure.pair, self.sum(&self.leaves, figure), figure.sight)
        };
        let known: Vec<String> = left.iter().map(|(of, count)| format!("{} by {count}", word(of))).collect();
        let all: Vec<String> = self.figures.iter().map(word).collect();
        assert!(left.is_empty(), "worked out:\n{}\nof\n{}", known.join("\n"), all.join("\n"));
    }

    fn is_to_be_protected(&self, figure: &TriedFigure) -> bool {
        let counted = self.sum(&self.leaves, figure).0;
        match figure.sight {
            PlaceSight::Shown => false,
            PlaceSight::Unlisted => is_few(counted.unsigned_abs()),
            _ => counted > 0,
        }
    }
}

/// The search for a world that fits all that is told, in which a figure is another than it is.
struct TriedWorlds<'a> {
    told: &'a ToldTrust,
    near: &'a [Vec<(i64, LeafCounts)>],
    figure: &'a TriedFigure,
    count: fn((i64, i64)) -> i64,
    /// The leaves, those of the figure first.
    order: Vec<usize>,
    worlds: Vec<LeafCounts>,
}

impl<'a> TriedWorlds<'a> {
    fn new(
        told: &'a ToldTrust,
        near: &'a [Vec<(i64, LeafCounts)>],
        figure: &'a TriedFigure,
        count: fn((i64, i64)) -> i64,
    ) -> Self {
        let mut order = figure.leaves.clone();
        order.extend((0..6).filter(|leaf| !figure.leaves.contains(leaf)));
        Self { told, near, figure, count, order, worlds: told.leaves.clone() }
    }

    /// Whether a world is left, no further away than that, where so many leaves are chosen.
    fn fit(&mut self, chosen: usize, far: i64) -> bool {
        if !self.is_possible(chosen, far) {
            return false;
        }
        let Some(leaf) = self.order.get(chosen).copied() else { return true };
        for (off, world) in self.near[leaf].iter().take_while(|(off, _)| *off <= far) {
            self.worlds[leaf] = *world;
            if self.fit(chosen + 1, far - off) {
                return true;
            }
        }
        self.worlds[leaf] = self.told.leaves[leaf];
        false
    }

    /// Whether what is chosen fits what is told, or may with leaves that are no further off than that.
    fn is_possible(&self, chosen: usize, far: i64) -> bool {
        let (told, worlds) = (self.told, &self.worlds);
        let is_chosen = |leaf: &usize| self.order[..chosen].contains(leaf);
        let truth = (self.count)(told.sum(&told.leaves, self.figure));
        if chosen == self.figure.leaves.len() && (self.count)(told.sum(worlds, self.figure)) == truth {
            return false;
        }
        let mut to_even_out = 0;
        for figure in &told.figures {
            let world = told.sum(worlds, figure);
            if figure.leaves.iter().all(is_chosen) && !told.fits(figure, world) {
                return false;
            }
            if figure.sight == PlaceSight::Shown && figure.leaves.len() == 6 {
                let truth = told.sum(&told.leaves, figure);
                to_even_out += (world.0 - truth.0).abs() + (world.1 - truth.1).abs();
            }
        }
        to_even_out <= far
    }
}

/// Whether people can be so: who needs a course is counted and the other way round, who lacks one is not up to date and
/// the other way round, who is up to date is so in one they need.
fn is_possible(world: &LeafCounts) -> bool {
    let [counted, behind, one, lack_one, two, lack_two] = *world;
    let pairs = [(counted, behind), (one, lack_one), (two, lack_two)];
    pairs.iter().all(|(counted, behind)| (0..=*counted).contains(behind))
        && one.max(two) <= counted
        && counted <= one + two
        && lack_one.max(lack_two) <= behind
        && behind <= lack_one + lack_two
        && counted - behind <= one - lack_one + two - lack_two
}

fn person() -> impl Strategy<Value = CountedPerson> {
    let course = || prop_oneof![2 => Just(None), 5 => Just(Some(true)), 2 => Just(Some(false))];
    let leaf =
        prop_oneof![2 => Just(0_usize), 2 => Just(1), 1 => Just(2), 2 => Just(3), 3 => Just(4), 4 => Just(5)];
    (leaf, [course(), course()])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn no_unit_and_no_course_in_a_unit_can_be_worked_out_from_both(
        people in prop::collection::vec(person(), 1..36),
    ) {
        if let Some(told) = told(&leaves(&people)) {
            told.assert_nothing_can_be_worked_out();
        }
    }
}
