//! Credit and lapse: whether a course is met on a day, and for how long (spec 2.4).

use chrono::{Months, NaiveDate};
use serde::Serialize;

use crate::policy::Share;
use crate::register::Hours;

/// One record as credit for a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Credit {
    /// The first day it counts.
    pub(crate) completed_on: NaiveDate,
    /// The last day it counts; `None` for ever.
    pub(crate) lapses_on: Option<NaiveDate>,
    /// The hours it counts.
    pub(crate) hours: Hours,
    /// Whether they are participatory.
    pub(crate) participatory: bool,
}

impl Credit {
    fn counts_on(&self, day: NaiveDate) -> bool {
        self.completed_on <= day && self.lapses_on.is_none_or(|lapse| day <= lapse)
    }
}

/// The last day on which a completion counts: the record's own expiry, else so many calendar months later (clamped to
/// the month's end), else never.
pub(crate) fn lapse_date(
    completed_on: NaiveDate,
    expires_on: Option<NaiveDate>,
    valid_months: Option<u32>,
) -> Option<NaiveDate> {
    expires_on.or_else(|| completed_on.checked_add_months(Months::new(valid_months?)))
}

/// What a requirement asks of the records that give credit: hours, or (without hours) any one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Threshold {
    /// Hours that must give credit at once.
    pub(crate) hours: Option<Hours>,
    /// Hours needed until they have once been met.
    pub(crate) initial_hours: Option<Hours>,
    /// The participatory share of the hours in force.
    pub(crate) share: Share,
}

/// The hours that count on a day for a course that is asked for by hours, and those it takes (spec 2.4, 4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct HoursStanding {
    /// The hours in force: those of the first time until they have once been met.
    pub needed: Hours,
    /// How many of them must be participatory.
    pub participatory_needed: Hours,
    /// The hours of the records that give credit.
    pub counted: Hours,
    /// Those of them that are participatory.
    pub participatory: Hours,
    /// Whether the initial hours are in force.
    pub initial: bool,
}

/// How a course stood up to a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct CreditStanding {
    /// Whether it is met on the day.
    pub(crate) met: bool,
    /// When met: the last day it stays met if nothing further is recorded, `None` for ever.
    /// When not met: the last day before on which it was met, if any.
    pub(crate) lapse_on: Option<NaiveDate>,
    /// Whether it was met on any day from the start to the day.
    pub(crate) met_since_start: bool,
    /// Where it is asked for by hours: how many count on the day, of how many.
    pub(crate) hours: Option<HoursStanding>,
}

/// How the course stands on `day`, given the credits of records completed by then. `start` is the day from which
/// being met counts as "since the start".
pub(crate) fn credit_standing(
    credits: &[Credit],
    threshold: Threshold,
    start: NaiveDate,
    day: NaiveDate,
) -> CreditStanding {
    match threshold.hours {
        None => by_any_record(credits, start, day),
        Some(hours) => by_hours(credits, hours, threshold, start, day),
    }
}

fn by_any_record(credits: &[Credit], start: NaiveDate, day: NaiveDate) -> CreditStanding {
    let mut found = CreditStanding::default();
    let mut for_ever = false;
    for credit in credits.iter().filter(|credit| credit.completed_on <= day) {
        match credit.lapses_on {
            None => for_ever = true,
            Some(lapse) if lapse < credit.completed_on => continue,
            Some(lapse) => found.lapse_on = found.lapse_on.max(Some(lapse)),
        }
    }
    // The latest lapse date is also the last day of the last time it was met: before `day` when it is not met on it.
    found.met = for_ever || found.lapse_on.is_some_and(|lapse| day <= lapse);
    found.met_since_start = found.met || found.lapse_on.is_some_and(|lapse| start <= lapse);
    if for_ever {
        found.lapse_on = None;
    }
    found
}

/// Walks the days on which something begins or stops counting: between two of them nothing changes.
fn by_hours(
    credits: &[Credit],
    hours: Hours,
    threshold: Threshold,
    start: NaiveDate,
    day: NaiveDate,
) -> CreditStanding {
    let initial = threshold.initial_hours.map_or(hours, |initial| initial.max(hours));
    let mut turns: Vec<NaiveDate> = credits
        .iter()
        .flat_map(|credit| [Some(credit.completed_on), credit.lapses_on.and_then(|lapse| lapse.succ_opt())])
        .flatten()
        .filter(|turn| *turn <= day)
        .collect();
    turns.sort_unstable();
    turns.dedup();

    let mut found = CreditStanding::default();
    let mut initial_met = false;
    for (at, turn) in turns.iter().enumerate() {
        let last = turns.get(at + 1).and_then(|next| next.pred_opt()).unwrap_or(day);
        let needed = if initial_met { hours } else { initial };
        let met = suffices(credits, needed, threshold.share, *turn);
        initial_met |= met;
        found.met = met;
        if met {
            found.lapse_on = Some(last);
            found.met_since_start |= start <= last;
        }
    }
    if found.met {
        found.lapse_on = last_day_sufficing(credits, hours, threshold.share, day);
    }
    let (counted, participatory) = sums(credits.iter().filter(|credit| credit.counts_on(day)));
    let needed = if initial_met { hours } else { initial };
    found.hours = Some(HoursStanding {
        needed,
        participatory_needed: threshold.share.least_of(needed),
        counted,
        participatory,
        initial: threshold.initial_hours.is_some() && !initial_met,
    });
    found
}

/// The last day from `day` on which the hours still suffice if nothing is added; `None` if they always will.
fn last_day_sufficing(credits: &[Credit], hours: Hours, share: Share, day: NaiveDate) -> Option<NaiveDate> {
    let mut lapses: Vec<NaiveDate> =
        credits.iter().filter(|credit| credit.counts_on(day)).filter_map(|credit| credit.lapses_on).collect();
    lapses.sort_unstable();
    lapses.dedup();
    // Only what counts on `day` counts later: records completed after it do not exist yet.
    lapses.into_iter().find(|lapse| {
        let left = credits
            .iter()
            .filter(|credit| credit.counts_on(day) && credit.lapses_on.is_none_or(|other| other > *lapse));
        !enough(left, hours, share)
    })
}

fn suffices(credits: &[Credit], needed: Hours, share: Share, day: NaiveDate) -> bool {
    enough(credits.iter().filter(|credit| credit.counts_on(day)), needed, share)
}

fn enough<'a>(counting: impl Iterator<Item = &'a Credit>, needed: Hours, share: Share) -> bool {
    let (sum, participatory) = sums(counting);
    sum >= needed && share.reached_by(participatory, needed)
}

/// The hours of these credits, and those of them that are participatory.
fn sums<'a>(counting: impl Iterator<Item = &'a Credit>) -> (Hours, Hours) {
    let (mut sum, mut participatory) = (0u32, 0u32);
    for credit in counting {
        sum = sum.saturating_add(credit.hours.0);
        if credit.participatory {
            participatory = participatory.saturating_add(credit.hours.0);
        }
    }
    (Hours(sum), Hours(participatory))
}

#[cfg(test)]
mod tests;
