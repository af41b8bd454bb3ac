//! How many lack one course only, and what the places asked for would make of the headline: told where neither says
//! anything of a course of few people.
//!
//! A reader knows how many are not up to date, and how many lack each course told. From how many lack one course only it
//! follows how many courses all of them lack together, at least and at most, and from that how many lack those not told.
//! It is told while that may be anything from nobody to everybody who needs these.

use super::few::{FEWEST_PEOPLE, is_few, why};
use super::figures::{DisclosedActions, DisclosedCourse, DisclosedHeadline};
use super::shown::{Shown, Withheld};
use crate::board::BoardFigures;
use crate::compliance::Rate;

/// `None` where the figures were frozen without.
pub(super) fn headline(
    figures: &BoardFigures,
    courses: &[DisclosedCourse],
    actions: Option<&DisclosedActions>,
) -> Option<DisclosedHeadline> {
    let headline = figures.headline?;
    let by_itself = why(figures.counts.staff).map(|_| Withheld::Beside);
    let behind = figures.counts.staff.behind();
    let lacking_one = by_itself.or(is_few(behind).then_some(Withheld::UnderFive)).or((!keeps_of_one(
        figures,
        courses,
        headline.lacking_one,
    ))
    .then_some(Withheld::Beside));
    let with_places = headline.with_places.zip(actions).map(|(rate, actions)| {
        let of_few = by_itself.or(why(rate).map(|_| Withheld::Beside));
        let keeps = !is_larger_withheld(courses) && keeps_with_places(figures, actions, rate);
        let tells = (!keeps).then_some(Withheld::Beside);
        Shown::unless(of_few.or(tells), rate)
    });
    Some(DisclosedHeadline { lacking_one: Shown::unless(lacking_one, headline.lacking_one), with_places })
}

/// The most people that so many courses withheld can be of.
fn most_in(courses: u64) -> u64 {
    courses.saturating_mul(FEWEST_PEOPLE - 1)
}

/// Whether a course of five or more is withheld, of which nobody can say how many lack it at most.
fn is_larger_withheld(courses: &[DisclosedCourse]) -> bool {
    courses.iter().any(|course| course.counts.withheld() == Some(Withheld::Beside))
}

fn keeps_of_one(figures: &BoardFigures, courses: &[DisclosedCourse], lacking_one: u64) -> bool {
    let told = courses.iter().filter_map(|course| course.counts.value()).map(|counts| counts.requirements);
    let lacks_told: u64 = told.clone().map(Rate::behind).sum();
    let withheld = courses.iter().filter(|course| course.counts.withheld().is_some()).count() as u64;
    if withheld == 0 || is_larger_withheld(courses) {
        return withheld == 0;
    }
    let needed = told.filter(|rate| rate.counted > 0).count() as u64 + withheld;
    let several = figures.counts.staff.behind().saturating_sub(lacking_one);
    let (least, most) = (lacking_one + 2 * several, lacking_one + needed * several);
    least <= lacks_told && most >= lacks_told + most_in(withheld)
}

/// After the places are taken up, those left may all lack what is told, and may be all who need what is not.
fn keeps_with_places(figures: &BoardFigures, actions: &DisclosedActions, rate: Rate) -> bool {
    if actions.courses_withheld == 0 {
        return true;
    }
    let month = figures.forecast.iter().find(|month| month.as_at == actions.until);
    let booked = month.and_then(|month| month.booked.as_ref()).map_or(&[][..], |booked| &booked.courses);
    let is_told = |code: &str| {
        let course = actions.courses.iter().find(|course| course.course == code);
        let at_the_end = course.and_then(|of| of.months.iter().find(|month| month.as_at == actions.until));
        at_the_end.is_some_and(|month| month.places.value().is_some())
    };
    let lacks_told: u64 =
        booked.iter().filter(|course| is_told(&course.course)).map(|course| course.rate.behind()).sum();
    let left = rate.behind();
    lacks_told >= actions.missing + left && left >= most_in(actions.courses_withheld)
}
