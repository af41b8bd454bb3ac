//! The people of the fictional trust: who fills which seat, since when, and how keen on training they are.

use std::collections::HashMap;

use chrono::{Days, NaiveDate};

use super::dice::Dice;
use super::names;
use super::posts::{self, DemoPost, Seat, Track};
use super::wishes::TrustOptions;

/// The statuses of people who are away.
pub(super) const AWAY: [&str; 6] = [
    "Maternity & Adoption",
    "Maternity & Adoption",
    "Career Break",
    "Out on External Secondment - Paid",
    "Suspend With Pay",
    "Inactive Not Worked",
];

/// Days within which a starter is expected to have had the first training.
const SETTLING_IN: i64 = 90;

/// A person of the fictional trust.
#[derive(Debug, Clone)]
pub(super) struct DemoPerson {
    /// Employee number; some begin with zeros.
    pub number: String,
    /// First name.
    pub first: &'static str,
    /// Last name.
    pub last: &'static str,
    /// Address at example.org; empty for some.
    pub email: String,
    /// The main post.
    pub post: DemoPost,
    /// The training it calls for.
    pub track: Track,
    /// The line manager's employee number; empty for the chief executive, unknown for a few.
    pub manager: String,
    /// First day.
    pub start: NaiveDate,
    /// Last day, past or to come.
    pub leave: Option<NaiveDate>,
    /// Assignment status.
    pub status: &'static str,
    /// First day of a second post on the staff bank.
    pub bank_from: Option<NaiveDate>,
    /// Whether everything is up to date.
    pub keen: bool,
    /// Days from today to the lapse date of the first course, where a reminder stage is to fall on today.
    pub lapses_in: Option<i64>,
}

impl DemoPerson {
    /// In post today, not away and settled in: counted for every course of the post.
    pub(super) fn is_counted(&self, today: NaiveDate) -> bool {
        self.is_at_work(today) && !self.is_starting(today)
    }

    fn is_at_work(&self, today: NaiveDate) -> bool {
        self.leave.is_none_or(|leave| leave >= today) && !AWAY.contains(&self.status)
    }

    /// Still settling in: counted only for what is done, the rest being in grace.
    fn is_starting(&self, today: NaiveDate) -> bool {
        (today - self.start).num_days() <= SETTLING_IN
    }
}

/// Fills every seat; who is keen comes last, so that the share of keen people is exact whatever else was thrown.
pub(super) fn people(options: &TrustOptions) -> Vec<DemoPerson> {
    let mut dice = Dice::of(options.seed, 0);
    let count = usize::try_from(options.people).unwrap_or(usize::MAX);
    let seats = posts::seats(count, &mut dice);
    let numbers = numbers(count, &mut dice);
    let mut bearers: HashMap<String, u64> = HashMap::new();
    let mut people = Vec::with_capacity(count);
    for (place, (seat, number)) in seats.iter().zip(&numbers).enumerate() {
        let manager = match seat.manager {
            _ if place % 131 == 130 => "09999999".to_owned(),
            Some(manager) => numbers.get(manager).cloned().unwrap_or_default(),
            None => String::new(),
        };
        people.push(person(place, seat, number, manager, &mut bearers, &mut dice, options.today));
    }
    choose_keen(&mut people, &seats, options, &mut dice);
    choose_stages(&mut people, options.today);
    people
}

/// Ascending numbers of eight digits, the first ones with leading zeros.
fn numbers(count: usize, dice: &mut Dice) -> Vec<String> {
    let mut number = 412_345;
    let mut next = || {
        number += 1 + dice.below(60_000);
        format!("{number:08}")
    };
    (0..count).map(|_| next()).collect()
}

fn person(
    place: usize,
    seat: &Seat,
    number: &str,
    manager: String,
    bearers: &mut HashMap<String, u64>,
    dice: &mut Dice,
    today: NaiveDate,
) -> DemoPerson {
    let leads = place < posts::leading();
    let (first, last) = names::name(dice);
    let tie = bearers.entry(names::email(first, last, 1)).or_default();
    *tie += 1;
    let email = if !leads && dice.chance(3) { String::new() } else { names::email(first, last, *tie) };
    let tenure = if !leads && dice.chance(6) { dice.days(1, SETTLING_IN - 10) } else { tenure(dice) };
    let start = back(today, tenure);
    let leave = leave(place, leads, tenure, dice, today);
    let status = status(leads, dice);
    let bank = !leads && posts::is_clinical(seat.post.group) && dice.chance(7);
    let bank_from = bank.then(|| back(today, dice.days(1, tenure)));
    let (post, track) = (seat.post, seat.track);
    let number = number.to_owned();
    #[rustfmt::skip]
    let person = DemoPerson {
        number, first, last, email, post, track, manager, start, leave, status, bank_from, keen: false, lapses_in: None,
    };
    person
}

/// Days in post of somebody settled in: mostly a few years, for some twenty.
fn tenure(dice: &mut Dice) -> i64 {
    let share = dice.days(0, 1_000);
    SETTLING_IN + 10 + share * share * 7_200 / 1_000_000
}

/// Two ward leaders and one person in fifteen have left; one in a hundred has given notice.
fn leave(place: usize, leads: bool, tenure: i64, dice: &mut Dice, today: NaiveDate) -> Option<NaiveDate> {
    let left_leader = place + 3 == posts::leading() || place + 9 == posts::leading();
    if left_leader || (!leads && dice.chance(7)) {
        Some(back(today, dice.days(1, tenure.min(700))))
    } else if !leads && dice.chance(1) {
        Some(today + Days::new(10 + dice.below(80)))
    } else {
        None
    }
}

fn status(leads: bool, dice: &mut Dice) -> &'static str {
    match dice.below(100) {
        0..=3 if !leads => dice.pick(&AWAY),
        4 => "Acting Up",
        5 => "Internal Secondment",
        _ => "Active Assignment",
    }
}

/// Makes as many of the counted people keen as give the asked share of staff up to date, keen starters included. Wards
/// have habits: some are well ahead of others.
fn choose_keen(people: &mut [DemoPerson], seats: &[Seat], options: &TrustOptions, dice: &mut Dice) {
    let mut ranked: Vec<(i64, usize)> = Vec::new();
    let mut keen_starters = 0;
    for (place, (person, seat)) in people.iter_mut().zip(seats).enumerate() {
        let habit = Dice::of(options.seed ^ 0xA5, seat.ward).days(-250, 250);
        let rank = dice.days(0, 1_000) + habit;
        person.keen = dice.chance(options.up_to_date_percent);
        if person.is_counted(options.today) {
            ranked.push((rank, place));
        } else if person.keen && person.is_at_work(options.today) {
            keen_starters += 1;
        }
    }
    ranked.sort_unstable();
    let up_to_date = (ranked.len() as u64 + keen_starters) * options.up_to_date_percent / 100;
    let keen = usize::try_from(up_to_date.saturating_sub(keen_starters)).unwrap_or(0);
    for (at, (_, place)) in ranked.into_iter().enumerate() {
        if let Some(person) = people.get_mut(place) {
            person.keen = at < keen;
        }
    }
}

/// Lets the lapse dates of some settled people fall so that each reminder stage is reached by somebody on this day.
fn choose_stages(people: &mut [DemoPerson], today: NaiveDate) {
    let settled = |person: &&mut DemoPerson| {
        person.is_counted(today) && person.leave.is_none() && (today - person.start).num_days() > 1_800
    };
    let (keen, late): (Vec<_>, Vec<_>) = people.iter_mut().filter(settled).partition(|person| person.keen);
    for (person, days) in keen.into_iter().skip(10).step_by(4).zip([90, 60, 30, 14, 7, 1, 90, 60, 30, 14]) {
        person.lapses_in = Some(days);
    }
    for (person, days) in late.into_iter().skip(3).step_by(4).zip([-1, -8, -15, -1, -22, -85, -115]) {
        person.lapses_in = Some(days);
    }
}

/// The day `days` before `today`.
pub(super) fn back(today: NaiveDate, days: i64) -> NaiveDate {
    today - chrono::Duration::days(days)
}
