//! A reminder as facts: whom it is for, and how each course stands.

use chrono::NaiveDate;

use crate::compliance::HoursStanding;
use crate::mail::booked::BookedPlace;
use crate::mail::wording::more_than_a_year_back;
use crate::register::{EmailAddress, Hours};

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
    /// What stands for the receiver in entries for their calendar, the same in every mail to them, and says nothing about
    /// anybody.
    pub(crate) calendar_key: String,
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
    /// How many hours it takes, where the policy says so.
    pub(crate) takes: Option<Hours>,
    /// The ways in which it can be done, where the policy names any.
    pub(crate) modes: Vec<String>,
    /// Where a place is booked, where the policy says so.
    pub(crate) book_url: Option<String>,
}

impl ReminderItem {
    /// Whether a place is booked that comes in time, or as soon as it can: nothing is left to do but to go.
    pub(super) fn is_booked(&self) -> bool {
        let day = self.state.day();
        self.bookings.iter().any(|booking| self.state.is_overdue() || booking.on <= day)
    }
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
    /// The day that matters: when it lapses or lapsed, or is or was due.
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::DueSoon { lapses_on } => lapses_on,
            Self::Lapsed { lapsed_on } => lapsed_on,
            Self::NotDone { due_on } | Self::InGrace { due_on } => due_on,
        }
    }

    /// Whether it is lapsed or not done.
    pub(in crate::mail) fn is_overdue(self) -> bool {
        matches!(self, Self::Lapsed { .. } | Self::NotDone { .. })
    }

    /// Whether it is an old debt, which is told without a number of days (spec 2.8).
    pub(super) fn is_old(self, today: NaiveDate) -> bool {
        self.is_overdue() && more_than_a_year_back(self.day(), today)
    }
}
