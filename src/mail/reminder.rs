//! The mail that tells a member of staff what lapses, when, what to do and whom to ask (spec 2.8).

mod item;
mod lines;

use std::collections::BTreeMap;

use askama::Template;
use chrono::NaiveDate;

pub(crate) use item::{ItemState, Reminder, ReminderItem};
use lines::{ReminderSection, booked_late, sections, to_book};

use super::calendar::{CalendarEntry, attached};
use super::wording::{all_of, cut, long_date, more_than_a_year_back, one_line};
use super::{Mail, MailPart, Rendered, rendered};

/// What the triggering items come to, in a sentence's worth of facts: the subject, and the heading of both parts.
enum ReminderGist {
    /// One course lapses; whether that is today.
    Lapses { title: String, on: String, today: bool },
    /// One course has to be done for the first time; whether that is by today.
    ToDo { title: String, by: String, today: bool },
    /// One course is overdue; since when: `since 1 May 2026` or `for more than a year`.
    Overdue { title: String, since: String },
    /// One course was never done, and has been due for more than a year.
    NotOnRecord { title: String },
    /// One course is booked in time.
    Booked { title: String, on: String },
    /// Several, all of them booked in time; the earliest date.
    SeveralBooked { count: usize, first: String },
    /// Several, none overdue; the earliest date.
    SeveralDue { count: usize, by: String },
    /// Several, none of them ever done, and all due for more than a year.
    SeveralNotOnRecord { count: usize },
    /// Several, all overdue; since when: ` since 1 May 2026`, or `, the first since 1 May 2026` where that is the
    /// earliest of several days, or ` for more than a year` likewise.
    SeveralOverdue { count: usize, since: String },
    /// Several, some of them overdue; since when, as above.
    Mixed { count: usize, overdue: usize, since: String },
}

/// The items that the mail is about: those that trigger it, or all where none does; of these, those that are not booked
/// in time, where there are any.
fn about(items: &[ReminderItem]) -> Vec<&ReminderItem> {
    let some_trigger = items.iter().any(|item| item.triggers);
    let about: Vec<&ReminderItem> = items.iter().filter(|item| item.triggers || !some_trigger).collect();
    let open: Vec<&ReminderItem> = about.iter().filter(|item| !item.is_booked()).copied().collect();
    if open.is_empty() { about } else { open }
}

impl ReminderGist {
    /// The gist of the triggering items, or of all where none triggers, with titles of at most `title_limit`
    /// characters.
    fn of(items: &[ReminderItem], title_limit: usize, today: NaiveDate) -> Self {
        let items = about(items);
        if items.iter().all(|item| item.is_booked()) {
            let first = items.iter().flat_map(|item| &item.bookings).map(|booking| booking.on).min();
            let first = first.map(long_date).unwrap_or_default();
            return match items.as_slice() {
                [item] => Self::Booked { title: cut(&item.course, title_limit), on: first },
                several => Self::SeveralBooked { count: several.len(), first },
            };
        }
        if let [item] = items.as_slice() {
            return Self::of_one(item, title_limit, today);
        }
        let overdue = items.iter().filter(|item| item.state.is_overdue()).count();
        let days =
            items.iter().filter(|item| overdue == 0 || item.state.is_overdue()).map(|item| item.state.day());
        let (first, last) = (days.clone().min(), days.max());
        let is_old = |day: Option<NaiveDate>| day.is_some_and(|day| more_than_a_year_back(day, today));
        let since = match first {
            first if is_old(first) => "for more than a year".to_owned(),
            first => format!("since {}", first.map(long_date).unwrap_or_default()),
        };
        let alike = first == last || is_old(last);
        let since = format!("{} {since}", if alike { "" } else { ", the first" });
        let count = items.len();
        let never = |item: &&ReminderItem| matches!(item.state, ItemState::NotDone { .. });
        match overdue {
            _ if items.iter().all(|item| never(item) && item.state.is_old(today)) => {
                Self::SeveralNotOnRecord { count }
            }
            0 => Self::SeveralDue { count, by: first.map(long_date).unwrap_or_default() },
            _ if overdue == count => Self::SeveralOverdue { count, since },
            _ => Self::Mixed { count, overdue, since },
        }
    }

    fn of_one(item: &ReminderItem, title_limit: usize, today: NaiveDate) -> Self {
        let (title, day) = (cut(&item.course, title_limit), long_date(item.state.day()));
        match item.state {
            ItemState::DueSoon { lapses_on } => Self::Lapses { title, on: day, today: lapses_on == today },
            ItemState::InGrace { due_on } => Self::ToDo { title, by: day, today: due_on == today },
            ItemState::NotDone { .. } if item.state.is_old(today) => Self::NotOnRecord { title },
            ItemState::Lapsed { .. } if item.state.is_old(today) => {
                Self::Overdue { title, since: "for more than a year".to_owned() }
            }
            ItemState::Lapsed { .. } | ItemState::NotDone { .. } => {
                Self::Overdue { title, since: format!("since {day}") }
            }
        }
    }

    /// What is asked of the reader.
    fn action(&self) -> &'static str {
        match self {
            Self::Lapses { today: true, .. } => "Please renew it today.",
            Self::Lapses { .. } => "Please renew it by then.",
            Self::ToDo { today: true, .. } => "Please complete it today.",
            Self::ToDo { .. } => "Please complete it by then.",
            Self::Overdue { .. } => "Please complete it as soon as you can.",
            Self::NotOnRecord { .. } => {
                "If you have done it, please say when; otherwise complete it as soon as you can."
            }
            Self::SeveralNotOnRecord { .. } => {
                "If you have done them, please say when; otherwise complete them as soon as you can."
            }
            Self::SeveralDue { .. } => "Please complete them, the earliest first.",
            Self::SeveralOverdue { .. } => "Please complete them as soon as you can.",
            Self::Mixed { .. } => "Please complete them, what is overdue first.",
            Self::Booked { .. } => "Please keep the date.",
            Self::SeveralBooked { .. } => "Please keep the dates.",
        }
    }
}

/// The longest title in a subject: leaves room for `Booked for 30 September 2026: `, so that the date is never cut.
const TITLE_LIMIT: usize = 40;

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
    /// What is still to be booked, and how; `None` where everything is.
    book: Option<(String, String)>,
    /// How many booked places are attached as calendar entries.
    booked_entries: usize,
    /// How many last days are.
    last_day_entries: usize,
}

impl ReminderPage {
    fn of(reminder: &Reminder) -> Result<Self, askama::Error> {
        let gist = ReminderGist::of(&reminder.items, usize::MAX, reminder.today);
        let action = booked_late(&about(&reminder.items)).unwrap_or(gist.action());
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
            booked_entries: reminder.booked_entries().len(),
            last_day_entries: reminder.last_day_entries().len(),
        })
    }
}

/// How many days before a last day the calendar speaks up, where it is that far away; what is nearer needs its reader now.
const ALARM_DAYS: u32 = 14;

impl Reminder {
    fn booked_entries(&self) -> Vec<MailPart> {
        let bookings = self.items.iter().flat_map(|item| &item.bookings).chain(&self.also_booked);
        attached("booked", bookings.map(|booking| booking.entry(&self.organisation)), self.today)
    }

    /// An entry for each day further off on which something lapses, or is to be done by, that is not booked in time.
    fn last_day_entries(&self) -> Vec<MailPart> {
        let mut days: BTreeMap<NaiveDate, Vec<&ReminderItem>> = BTreeMap::new();
        let open = self.items.iter().filter(|item| !item.state.is_overdue() && !item.is_booked());
        let is_far =
            |item: &&ReminderItem| (item.state.day() - self.today).num_days() > i64::from(ALARM_DAYS);
        for item in open.filter(is_far) {
            days.entry(item.state.day()).or_default().push(item);
        }
        attached("last-day", days.into_iter().map(|(day, items)| self.last_day(day, &items)), self.today)
    }

    fn last_day(&self, on: NaiveDate, items: &[&ReminderItem]) -> CalendarEntry {
        let titles: Vec<String> = items.iter().map(|item| one_line(&item.course)).collect();
        let book = items.iter().filter_map(|item| {
            Some(format!(" Book {}: {}", one_line(&item.course), item.book_url.as_ref()?))
        });
        CalendarEntry {
            uid: format!("{}-{on}@refresher", self.calendar_key),
            on,
            summary: format!("Last day: {}", all_of(&titles)),
            description: format!(
                "The last day for it on the records of {}.{}",
                one_line(&self.organisation),
                book.collect::<String>()
            ),
            place: String::new(),
            is_busy: false,
            alarm_days: Some(ALARM_DAYS),
        }
    }
}

impl Mail for Reminder {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = ReminderPage::of(self)?;
        let subject = ReminderSubject { gist: ReminderGist::of(&self.items, TITLE_LIMIT, self.today) };
        let rendered = rendered(&subject, &ReminderText { page: &page }, &ReminderHtml { page: &page })?;
        let parts = self.booked_entries().into_iter().chain(self.last_day_entries()).collect();
        Ok(Rendered { parts, ..rendered })
    }
}

#[cfg(test)]
mod tests;
