//! Working days: Monday to Friday without the bank holidays of England (spec section 2.8).
//!
//! The holidays follow from rules, so that no list of dates runs out. What was proclaimed against the rules is data:
//! here as far as it is known, beyond that in a copy of the government's list ([`PublishedDays`]), and last in the settings
//! `extra_holidays` and `not_holidays`.

use std::collections::BTreeSet;

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::published::PublishedDays;

/// Days proclaimed as holidays beyond the rules: (year, month, day).
const PROCLAIMED: [(i32, u32, u32); 5] = [
    (2020, 5, 8),  // Early May, moved for the 75th anniversary of VE day
    (2022, 6, 2),  // Spring, moved for the Platinum Jubilee
    (2022, 6, 3),  // Platinum Jubilee
    (2022, 9, 19), // State funeral of Queen Elizabeth II
    (2023, 5, 8),  // Coronation of King Charles III
];

/// Days that are holidays by the rules, but were moved elsewhere.
const MOVED_AWAY: [(i32, u32, u32); 2] = [(2020, 5, 4), (2022, 5, 30)];

/// Which days are worked. Weekends never are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    published: PublishedDays,
    extra_holidays: BTreeSet<NaiveDate>,
    not_holidays: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// A calendar with changes that were proclaimed after this program was made. A day in both lists is a holiday.
    pub fn new(
        extra_holidays: impl IntoIterator<Item = NaiveDate>,
        not_holidays: impl IntoIterator<Item = NaiveDate>,
    ) -> Self {
        Self {
            published: PublishedDays::default(),
            extra_holidays: extra_holidays.into_iter().collect(),
            not_holidays: not_holidays.into_iter().collect(),
        }
    }

    /// The same, with the years that a published list covers as it has them.
    pub fn with(self, published: PublishedDays) -> Self {
        Self { published, ..self }
    }

    /// The bank holidays of a year, in order. A holiday at a weekend is there as its substitute day only.
    pub fn bank_holidays(&self, year: i32) -> BTreeSet<NaiveDate> {
        let mut days = self.published.year(year, by_rule);
        days.retain(|day| !self.not_holidays.contains(day));
        days.extend(self.extra_holidays.iter().filter(|day| day.year() == year));
        days
    }

    /// Whether `day` is a bank holiday of England.
    pub(crate) fn is_bank_holiday(&self, day: NaiveDate) -> bool {
        self.bank_holidays(day.year()).contains(&day)
    }

    /// Whether `day` is Monday to Friday and no bank holiday.
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_bank_holiday(day)
    }

    /// The first working day of a month; `None` for a month that does not exist, or in which nobody works.
    pub(crate) fn first_working_day(&self, year: i32, month: u32) -> Option<NaiveDate> {
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        first.iter_days().take_while(|day| day.month() == month).find(|day| self.is_working_day(*day))
    }
}

/// The eight holidays of a year by rule, with what is known to have been proclaimed otherwise.
fn by_rule(year: i32) -> BTreeSet<NaiveDate> {
    let easter = easter_sunday(year);
    let rules = [
        new_year(year),
        easter.and_then(|sunday| sunday.checked_sub_days(Days::new(2))),
        easter.and_then(|sunday| sunday.checked_add_days(Days::new(1))),
        NaiveDate::from_weekday_of_month_opt(year, 5, Weekday::Mon, 1),
        last_monday(year, 5),
        last_monday(year, 8),
    ];
    let mut days: BTreeSet<NaiveDate> = rules.into_iter().flatten().collect();
    days.extend(christmas(year));
    let proclaimed = |(y, month, day): (i32, u32, u32)| {
        NaiveDate::from_ymd_opt(y, month, day).filter(|date| date.year() == year)
    };
    for away in MOVED_AWAY.into_iter().filter_map(proclaimed) {
        days.remove(&away);
    }
    days.extend(PROCLAIMED.into_iter().filter_map(proclaimed));
    days
}

/// 1 January, or the Monday after it at a weekend.
fn new_year(year: i32) -> Option<NaiveDate> {
    let day = match NaiveDate::from_ymd_opt(year, 1, 1)?.weekday() {
        Weekday::Sat => 3,
        Weekday::Sun => 2,
        _ => 1,
    };
    NaiveDate::from_ymd_opt(year, 1, day)
}

/// Christmas and Boxing day, or their substitutes. On a Sunday Christmas gives way to Tuesday, as Boxing day keeps
/// its Monday.
fn christmas(year: i32) -> impl Iterator<Item = NaiveDate> {
    let christmas_day = NaiveDate::from_ymd_opt(year, 12, 25);
    let days = match christmas_day.map(|day| day.weekday()) {
        Some(Weekday::Fri) => [25, 28],
        Some(Weekday::Sat) => [27, 28],
        Some(Weekday::Sun) => [26, 27],
        _ => [25, 26],
    };
    days.into_iter().filter_map(move |day| NaiveDate::from_ymd_opt(year, 12, day))
}

/// The last Monday of a month of 31 days: the one among the 25th to the 31st.
fn last_monday(year: i32, month: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, 25)?.iter_days().take(7).find(|day| day.weekday() == Weekday::Mon)
}

/// Easter Sunday of the Gregorian calendar, by the anonymous ("Meeus/Jones/Butcher") computus.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let lunar = year % 19;
    let (century, of_century) = (year / 100, year % 100);
    let moon_correction = (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * lunar + century - century / 4 - moon_correction + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (lunar + 11 * epact + 22 * weekday) / 451;
    let days = epact + weekday - 7 * late + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(days / 31).ok()?, u32::try_from(days % 31 + 1).ok()?)
}

#[cfg(test)]
mod tests;
