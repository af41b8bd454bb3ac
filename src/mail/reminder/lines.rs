//! What a reminder says of each course: how it stands, what it takes, and where to go with it.

use chrono::NaiveDate;

use super::item::{ItemState, Reminder, ReminderItem};
use crate::mail::booked::BookedPlace;
use crate::mail::hours_words;
use crate::mail::wording::{any_of, days_away, long_date, one_line};
use crate::register::Hours;

/// How near a date is that needs the reader now, in days.
const NEAR_DAYS: i64 = 14;

/// Items under one heading.
pub(super) struct ReminderSection {
    pub heading: &'static str,
    pub lines: Vec<ReminderLine>,
}

/// One item.
pub(super) struct ReminderLine {
    pub course: String,
    pub status: &'static str,
    pub words: String,
    pub overdue: bool,
    pub bookings: Vec<String>,
    /// How long it takes and how it can be done, where that is known and a place is still to be found.
    pub takes: Option<String>,
    /// Where a place is found.
    pub book: Option<BookingLink>,
}

/// A link to where a place is booked.
pub(super) struct BookingLink {
    pub label: &'static str,
    pub url: String,
}

/// The items under their headings, in the order of the mail: what it is about, and then what else there is.
pub(super) fn sections(reminder: &Reminder) -> Vec<ReminderSection> {
    let today = reminder.today;
    let is_now =
        |item: &ReminderItem| item.state.is_overdue() || (item.state.day() - today).num_days() <= NEAR_DAYS;
    let section = |heading, wanted: &dyn Fn(&ReminderItem) -> bool| ReminderSection {
        heading,
        lines: reminder.items.iter().filter(|item| wanted(item)).map(|item| line(item, today)).collect(),
    };
    let mut sections = vec![
        section("Needs you now", &|item| item.triggers && !item.is_booked() && is_now(item)),
        section("Coming up", &|item| item.triggers && !item.is_booked() && !is_now(item)),
        section("Booked", &|item| item.triggers && item.is_booked()),
        section("Also overdue", &|item| !item.triggers && item.state.is_overdue()),
        section("Also coming up", &|item| !item.triggers && !item.state.is_overdue()),
    ];
    sections.push(ReminderSection {
        heading: "Also booked",
        lines: reminder.also_booked.iter().map(|booking| also_booked(booking, today)).collect(),
    });
    sections.retain(|section| !section.lines.is_empty());
    sections
}

fn line(item: &ReminderItem, today: NaiveDate) -> ReminderLine {
    let is_wanted = item.bookings.is_empty() || !item.is_booked();
    ReminderLine {
        course: one_line(&item.course),
        status: match item.state {
            ItemState::DueSoon { .. } => "Due soon",
            ItemState::InGrace { .. } => "To do",
            ItemState::Lapsed { .. } | ItemState::NotDone { .. } => "Overdue",
        },
        words: match item.hours {
            Some(hours) => format!("{}; on your record {}", words(item.state, today), hours_words(hours)),
            None => words(item.state, today),
        },
        overdue: item.state.is_overdue(),
        bookings: item
            .bookings
            .iter()
            .map(|booking| format!("You are {}.", booking.words(&item.course, today)))
            .collect(),
        takes: is_wanted.then(|| takes(item)).flatten(),
        book: item.book_url.clone().filter(|_| is_wanted).map(|url| BookingLink {
            label: if item.bookings.is_empty() { "Book it" } else { "Look for an earlier place" },
            url,
        }),
    }
}

fn words(state: ItemState, today: NaiveDate) -> String {
    let (date, away) = (long_date(state.day()), days_away(state.day(), today));
    match state {
        ItemState::DueSoon { .. } => format!("lapses on {date}, {away}"),
        ItemState::InGrace { .. } => format!("by {date}, {away}"),
        ItemState::Lapsed { .. } if state.is_old(today) => {
            format!("lapsed on {date}; it has been overdue for more than a year")
        }
        ItemState::Lapsed { .. } => format!("lapsed on {date}, {away}"),
        ItemState::NotDone { .. } if state.is_old(today) => {
            "not on your record; it has been due for more than a year".to_owned()
        }
        ItemState::NotDone { .. } => format!("not on your record yet, it was due by {date}, {away}"),
    }
}

/// `About 4 hours: e-learning or classroom.`
fn takes(item: &ReminderItem) -> Option<String> {
    // Where hours are asked for, those that are missing are said.
    let hours = item.takes.filter(|hours| *hours > Hours(0) && item.hours.is_none());
    let about =
        hours.map(|hours| format!("About {hours} {}", if hours == Hours(100) { "hour" } else { "hours" }));
    let modes: Vec<String> = item.modes.iter().map(|mode| one_line(mode)).collect();
    match (about, modes.is_empty()) {
        (None, true) => None,
        (Some(about), true) => Some(format!("{about}.")),
        (None, false) => Some(format!("To be done as {}.", any_of(&modes))),
        (Some(about), false) => Some(format!("{about}: {}.", any_of(&modes))),
    }
}

/// A booking that stands by itself.
fn also_booked(booking: &BookedPlace, today: NaiveDate) -> ReminderLine {
    ReminderLine {
        course: one_line(&booking.course),
        status: "To come",
        words: format!("you are {}", booking.words(&booking.course, today)),
        overdue: false,
        bookings: Vec::new(),
        takes: None,
        book: None,
    }
}

/// What the reader is asked to do about what is not booked yet: the first words, and the others.
pub(super) fn to_book(items: &[ReminderItem]) -> Option<(String, String)> {
    let open: Vec<&ReminderItem> = items.iter().filter(|item| item.bookings.is_empty()).collect();
    let what = match (open.len(), items.len()) {
        (0, _) => return None,
        (open, all) if open < all => "what is not booked yet",
        (1, _) => "it",
        _ => "them",
    };
    let it = if what == "them" { "them" } else { "it" };
    let linked = open.iter().filter(|item| item.book_url.is_some()).count();
    let usual = if open.iter().all(|item| item.modes.is_empty()) {
        format!(", or do {it} online if you can, where you usually do your training")
    } else {
        " where you usually do your training".to_owned()
    };
    let place = match linked {
        0 => usual,
        1 if open.len() == 1 => " by the link above".to_owned(),
        _ if linked == open.len() => " by the links above".to_owned(),
        _ => {
            ": by the link above where there is one, otherwise where you usually do your training".to_owned()
        }
    };
    Some((format!("Book {what}"), format!("{place}. If you need time for {it}, talk to your line manager.")))
}

/// What is asked of somebody who is booked for all that the mail is about, but too late; `None` where they are not.
pub(super) fn booked_late(about: &[&ReminderItem]) -> Option<&'static str> {
    let is_late = |item: &&ReminderItem| !item.bookings.is_empty() && !item.is_booked();
    about.iter().all(is_late).then_some(match about {
        [_] => "You are booked already, but for a later day: please ask whether an earlier place is free.",
        _ => "You are booked already, but for later days: please ask whether earlier places are free.",
    })
}
