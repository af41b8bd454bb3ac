//! Whom a list names, as facts.

use chrono::NaiveDate;

use crate::compliance::HoursStanding;
use crate::mail::ItemState;
use crate::mail::booked::BookedPlace;
use crate::mail::wording::{counted, more_than_a_year_back};
use crate::register::Address;

/// A member of staff that a list names. Nothing more is said of them than a manager has to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DirectReport {
    /// Their name.
    pub(crate) name: String,
    /// Their employee number, shown where two of one name are listed, and to whoever knows few of them.
    pub(crate) employee_number: String,
    /// The unit of their primary post; empty when unknown. Not shown to their manager.
    pub(crate) unit: String,
    /// Whether reminders reach them, besides their manager being told.
    pub(crate) address: Address,
    /// Their courses that are overdue or nearly so, at least one.
    pub(crate) courses: Vec<ReportCourse>,
}

/// One course of a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportCourse {
    /// The course's title.
    pub(crate) course: String,
    /// When it is or was due: overdue is counted from this day on.
    pub(crate) due_on: NaiveDate,
    /// How it stands.
    pub(crate) state: ItemState,
    /// Where it is asked for by hours: how many count, of how many.
    pub(crate) hours: Option<HoursStanding>,
    /// The first booked place that will give credit for it.
    pub(crate) booked: Option<BookedPlace>,
}

impl ReportCourse {
    /// Since when it has been overdue; `None` when it is not.
    pub(super) fn overdue_since(&self) -> Option<NaiveDate> {
        self.state.is_overdue().then_some(self.due_on)
    }

    /// Whether a place is booked that comes in time, or as soon as it can.
    pub(super) fn is_booked(&self) -> bool {
        self.booked.as_ref().is_some_and(|place| self.state.is_overdue() || place.on <= self.due_on)
    }

    /// Whether it is overdue, and nothing is booked.
    pub(super) fn is_overdue_and_open(&self) -> bool {
        self.state.is_overdue() && !self.is_booked()
    }
}

impl DirectReport {
    /// Whether a place is booked in time for each of their courses.
    pub(super) fn is_booked(&self) -> bool {
        self.courses.iter().all(ReportCourse::is_booked)
    }

    /// Whether something is overdue for which nothing is booked.
    pub(super) fn is_overdue_and_open(&self) -> bool {
        self.courses.iter().any(ReportCourse::is_overdue_and_open)
    }

    /// The day from which they have been overdue for longest; `None` where nothing is.
    pub(super) fn overdue_since(&self) -> Option<NaiveDate> {
        self.courses.iter().filter_map(ReportCourse::overdue_since).min()
    }

    /// When the first of their courses is or was due.
    pub(super) fn first_due_on(&self) -> Option<NaiveDate> {
        self.courses.iter().map(|course| course.due_on).min()
    }
}

/// For how long something has been overdue: `94 days`, `more than a year`.
pub(super) fn overdue_for(since: NaiveDate, today: NaiveDate) -> String {
    if more_than_a_year_back(since, today) {
        return "more than a year".to_owned();
    }
    counted(u64::try_from((today - since).num_days()).unwrap_or(0), "day", "days")
}
