//! What staff were sent, and what became of it.

use serde::Serialize;

use super::few::why;
use super::shown::{Shown, Withheld};
use crate::board::{BoardFigures, ReminderFigures};
use crate::compliance::Rate;

/// What staff were sent in the month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct DisclosedReminders {
    /// How many reminders went to how many people.
    #[serde(flatten)]
    pub(crate) sent: Shown<DisclosedSending>,
    /// Of the courses that fell due in the month after a reminder, those renewed in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) effect: Option<Shown<DisclosedRenewals>>,
}

/// Reminders sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct DisclosedSending {
    /// Reminders sent to staff.
    pub(crate) sent: u64,
    /// The people they went to.
    pub(crate) people: u64,
}

impl From<ReminderFigures> for DisclosedSending {
    fn from(figures: ReminderFigures) -> Self {
        Self { sent: figures.sent, people: figures.people }
    }
}

/// What became of what staff were reminded of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub(crate) struct DisclosedRenewals {
    /// Person-course pairs reminded of before a due date within the month.
    pub(crate) fell_due: u64,
    /// Those of them renewed by it.
    pub(crate) renewed_in_time: u64,
}

impl DisclosedRenewals {
    /// The share renewed in time.
    pub(crate) fn rate(self) -> Rate {
        Rate { counted: self.fell_due, up_to_date: self.renewed_in_time }
    }
}

/// What was sent says who is behind: where the organisation counts few, it is withheld with them.
pub(super) fn reminders(figures: &BoardFigures) -> DisclosedReminders {
    let small = why(figures.counts.staff).map(|_| Withheld::Beside);
    let effect = figures.reminders.effect.map(|effect| {
        let renewed =
            DisclosedRenewals { fell_due: effect.fell_due, renewed_in_time: effect.renewed_in_time };
        Shown::unless(why(renewed.rate()).or(small), renewed)
    });
    DisclosedReminders { sent: Shown::unless(small, DisclosedSending::from(figures.reminders)), effect }
}
