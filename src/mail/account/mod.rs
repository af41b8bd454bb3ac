//! The mails to holders of accounts of the console (spec 8.3).

mod account_invitation;
mod account_notice;
mod account_reset;

pub(crate) use account_invitation::{AccountInvitation, InvitedWay};
pub(crate) use account_notice::{AccountChange, AccountNotice};
pub(crate) use account_reset::AccountReset;

use chrono::NaiveDateTime;

use super::wording::long_date;

/// Stands in a kept mail where its link stands in the mail that is sent: so nothing that is kept, shown or backed up holds
/// a link that works.
pub(crate) const LINK_MARKER: &str = "https://link.invalid/";

/// A time of day and the day: `14:05 on 27 March 2026`.
fn time_and_day(at: NaiveDateTime) -> String {
    format!("{} on {}", at.format("%H:%M"), long_date(at.date()))
}
