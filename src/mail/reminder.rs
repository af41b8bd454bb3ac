//! The mail that tells a member of staff what lapses, when, what to do and whom to ask (spec 2.8).

use askama::Template;
use chrono::NaiveDate;

use super::booked::{BookedPlace, calendar_entries};
use super::wording::{cut, days_away, long_date, one_line};
use super::{Mail, MailPart, Rendered, hours_words, rendered};
use crate::compliance::HoursStanding;
use crate::register::EmailAddress;

/// A reminder to one member of staff, listing everything of theirs that is due soon, overdue or in grace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reminder {
    /// The receiver's first name; empty for people recorded without one.
    pub(crate) first_name: String,
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The organisation's safeguarding contact, where one is known: replies go there.
    pub(crate) contact: Option<EmailAddress>,
    /// The day the reminder is planned on, from which days to go are counted.
    pub(crate) today: NaiveDate,
    /// What is listed, at least one, in the plan's order: triggering first, then by due date.
    pub(crate) items: Vec<ReminderItem>,
    /// Booked places that help with none of the items.
    pub(crate) also_booked: Vec<BookedPlace>,
}

/// One course of the receiver's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReminderItem {
    /// The course's title.
    pub(crate) course: String,
    /// How it stands, and since or until when.
    pub(crate) state: ItemState,
    /// Where it is asked for by hours: how many count, of how many.
    pub(crate) hours: Option<HoursStanding>,
    /// Whether it is a reason for this mail; the others are listed below it.
    pub(crate) triggers: bool,
    /// Booked places that will give credit for it, in order of day.
    pub(crate) bookings: Vec<BookedPlace>,
}

/// How a listed course stands, with the day that matters to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemState {
    /// Met, and lapsing.
    DueSoon {
        /// The last day on which it still counts.
        lapses_on: NaiveDate,
    },
    /// Met once, no longer.
    Lapsed {
        /// The last day on which it counted.
        lapsed_on: NaiveDate,
    },
    /// Never met, grace over.
    NotDone {
        /// The last day of grace.
        due_on: NaiveDate,
    },
    /// Not met yet, and not yet overdue.
    InGrace {
        /// The last day of grace.
        due_on: NaiveDate,
    },
}

impl ItemState {
    fn day(self) -> NaiveDate {
        match self {
            Self::DueSoon { lapses_on } => lapses_on,
            Self::Lapsed { lapsed_on } => lapsed_on,
            Self::NotDone { due_on } | Self::InGrace { due_on } => due_on,
        }
    }

    fn is_overdue(self) -> bool {
        matches!(self, Self::Lapsed { .. } | Self::NotDone { .. })
    }

    fn words(self, today: NaiveDate) -> String {
        let (date, away) = (long_date(self.day()), days_away(self.day(), today));
        match self {
            Self::DueSoon { .. } => format!("lapses on {date}, {away}"),
            Self::Lapsed { .. } => format!("lapsed on {date}, {away}"),
            Self::NotDone { .. } => format!("not on your record yet, it was due by {date}, {away}"),
            Self::InGrace { .. } => format!("by {date}, {away}"),
        }
    }
}

/// What the triggering items come to, in a sentence's worth of facts: the subject, and the heading of both parts.
enum ReminderGist {
    /// One course lapses.
    Lapses { title: String, on: String },
    /// One course has to be done for the first time.
    ToDo { title: String, by: String },
    /// One course is overdue.
    Overdue { title: String, since: String },
    /// Several, none overdue; the earliest date.
    SeveralDue { count: usize, by: String },
    /// Several, all overdue; since when: ` since 1 May 2026`, or `, the first since 1 May 2026` where that is the
    /// earliest of several days.
    SeveralOverdue { count: usize, since: String },
    /// Several, some of them overdue; since when, as above.
    Mixed { count: usize, overdue: usize, since: String },
}

/// The items that the mail is about: those that trigger it, or all where none does.
fn about(items: &[ReminderItem]) -> Vec<&ReminderItem> {
    let triggering: Vec<&ReminderItem> = items.iter().filter(|item| item.triggers).collect();
    if triggering.is_empty() { items.iter().collect() } else { triggering }
}

impl ReminderGist {
    /// The gist of the triggering items, or of all where none triggers, with titles of at most `title_limit`
    /// characters.
    fn of(items: &[ReminderItem], title_limit: usize) -> Self {
        let items = about(items);
        if let [item] = items.as_slice() {
            let (title, day) = (cut(&item.course, title_limit), long_date(item.state.day()));
            return match item.state {
                ItemState::DueSoon { .. } => Self::Lapses { title, on: day },
                ItemState::InGrace { .. } => Self::ToDo { title, by: day },
                ItemState::Lapsed { .. } | ItemState::NotDone { .. } => Self::Overdue { title, since: day },
            };
        }
        let overdue = items.iter().filter(|item| item.state.is_overdue()).count();
        let days =
            items.iter().filter(|item| overdue == 0 || item.state.is_overdue()).map(|item| item.state.day());
        let (first, last) = (days.clone().min(), days.max());
        let earliest = first.map(long_date).unwrap_or_default();
        let since = format!("{} since {earliest}", if first == last { "" } else { ", the first" });
        let count = items.len();
        match overdue {
            0 => Self::SeveralDue { count, by: earliest },
            _ if overdue == count => Self::SeveralOverdue { count, since },
            _ => Self::Mixed { count, overdue, since },
        }
    }
}

/// The longest title in a subject: leaves room for ` lapses on 30 September 2026`, so that the date is never cut.
const TITLE_LIMIT: usize = 42;

#[derive(Template)]
#[template(path = "mail/reminder.subject.txt")]
struct ReminderSubject {
    gist: ReminderGist,
}

#[derive(Template)]
#[template(path = "mail/reminder.txt")]
struct ReminderText<'a> {
    page: &'a ReminderPage,
}

#[derive(Template)]
#[template(path = "mail/reminder.html")]
struct ReminderHtml<'a> {
    page: &'a ReminderPage,
}

/// What both parts show, in words.
struct ReminderPage {
    /// The first sentence: the gist with titles in full.
    headline: String,
    greeting: String,
    organisation: String,
    contact: Option<String>,
    today: String,
    /// What the gist asks of the reader.
    action: &'static str,
    sections: Vec<ReminderSection>,
    several: bool,
    /// What is still to be booked, and a word for it; `None` where everything is.
    book: Option<(&'static str, &'static str)>,
    /// How many calendar entries are attached.
    entries: usize,
}

/// Items under one heading.
struct ReminderSection {
    heading: &'static str,
    lines: Vec<ReminderLine>,
}

/// One item.
struct ReminderLine {
    course: String,
    status: &'static str,
    words: String,
    overdue: bool,
    bookings: Vec<String>,
}

impl ReminderPage {
    fn of(reminder: &Reminder) -> Result<Self, askama::Error> {
        let gist = ReminderGist::of(&reminder.items, usize::MAX);
        let action = match gist {
            _ if let Some(booked) = keep_the_date(&reminder.items) => booked,
            ReminderGist::Lapses { .. } => "Please renew it by then.",
            ReminderGist::ToDo { .. } => "Please complete it by then.",
            ReminderGist::Overdue { .. } => "Please complete it as soon as you can.",
            ReminderGist::SeveralDue { .. } => "Please complete them, the earliest first.",
            ReminderGist::SeveralOverdue { .. } => "Please complete them as soon as you can.",
            ReminderGist::Mixed { .. } => "Please complete them, what is overdue first.",
        };
        let first_name = one_line(&reminder.first_name);
        Ok(Self {
            headline: one_line(&ReminderSubject { gist }.render()?),
            greeting: if first_name.is_empty() {
                "Hello,".to_owned()
            } else {
                format!("Hello {first_name},")
            },
            organisation: one_line(&reminder.organisation),
            contact: reminder.contact.as_ref().map(ToString::to_string),
            today: long_date(reminder.today),
            action,
            sections: sections(reminder),
            several: reminder.items.len() > 1,
            book: to_book(&reminder.items),
            entries: reminder.calendar_entries().len(),
        })
    }
}

/// The items under their headings: what this mail is about, then what else is overdue, then what else is coming.
fn sections(reminder: &Reminder) -> Vec<ReminderSection> {
    let section = |heading, wanted: &dyn Fn(&ReminderItem) -> bool| ReminderSection {
        heading,
        lines: reminder
            .items
            .iter()
            .filter(|item| wanted(item))
            .map(|item| line(item, reminder.today))
            .collect(),
    };
    let mut sections = vec![
        section("Needs you now", &|item| item.triggers),
        section("Also needed", &|item| !item.triggers && item.state.is_overdue()),
        section("Also coming up", &|item| !item.triggers && !item.state.is_overdue()),
    ];
    sections.push(ReminderSection {
        heading: "Also booked",
        lines: reminder.also_booked.iter().map(|booking| also_booked(booking, reminder.today)).collect(),
    });
    sections.retain(|section| !section.lines.is_empty());
    sections
}

fn line(item: &ReminderItem, today: NaiveDate) -> ReminderLine {
    ReminderLine {
        course: one_line(&item.course),
        status: match item.state {
            ItemState::DueSoon { .. } => "Due soon",
            ItemState::InGrace { .. } => "To do",
            ItemState::Lapsed { .. } | ItemState::NotDone { .. } => "Overdue",
        },
        words: match item.hours {
            Some(hours) => format!("{}; on your record {}", item.state.words(today), hours_words(hours)),
            None => item.state.words(today),
        },
        overdue: item.state.is_overdue(),
        bookings: item
            .bookings
            .iter()
            .map(|booking| format!("You are {}.", booking.words(&item.course, today)))
            .collect(),
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
    }
}

/// What is asked of somebody who is booked already for all that the mail is about; `None` where they are not.
fn keep_the_date(items: &[ReminderItem]) -> Option<&'static str> {
    let about = about(items);
    if about.iter().any(|item| item.bookings.is_empty()) {
        return None;
    }
    let in_time = |item: &&ReminderItem| {
        item.state.is_overdue() || item.bookings.iter().any(|booking| booking.on <= item.state.day())
    };
    Some(match about.as_slice() {
        [item] if in_time(item) => "You are booked already: please keep the date.",
        [_] => "You are booked already, but for a later day: please ask whether an earlier place is free.",
        several if several.iter().all(in_time) => "You are booked already: please keep the dates.",
        _ => "You are booked already, but not for all in time: please ask whether an earlier place is free.",
    })
}

/// What is still to be booked, and a word for it.
fn to_book(items: &[ReminderItem]) -> Option<(&'static str, &'static str)> {
    let booked = items.iter().filter(|item| !item.bookings.is_empty()).count();
    match (booked, items.len()) {
        (0, 1) => Some(("it", "it")),
        (0, _) => Some(("them", "them")),
        (booked, all) if booked < all => Some(("what is not booked yet", "it")),
        _ => None,
    }
}

impl Reminder {
    fn calendar_entries(&self) -> Vec<MailPart> {
        let bookings = self.items.iter().flat_map(|item| &item.bookings).chain(&self.also_booked);
        calendar_entries(bookings, &self.organisation, self.today)
    }
}

impl Mail for Reminder {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = ReminderPage::of(self)?;
        let subject = ReminderSubject { gist: ReminderGist::of(&self.items, TITLE_LIMIT) };
        let rendered = rendered(&subject, &ReminderText { page: &page }, &ReminderHtml { page: &page })?;
        Ok(Rendered { parts: self.calendar_entries(), ..rendered })
    }
}

#[cfg(test)]
mod tests;
