//! What is doubtful about a person in post: the board summary's data quality (spec 2.9), and the list behind it.

use chrono::NaiveDate;

use super::{Judge, no_line_manager};
use crate::register::{Address, PersonIndex};

/// Something about a person in post that keeps reminders or digests from reaching whom they should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// There is no email address: they can't be reminded.
    NoEmail,
    /// There is an address that no mail reaches: what was sent there came back.
    Bouncing,
    /// No line manager can be told of a post of theirs: the safeguarding contact is told in place of one (spec 2.8).
    UnknownManager,
}

impl Doubt {
    /// Every doubt.
    pub const ALL: [Self; 3] = [Self::NoEmail, Self::Bouncing, Self::UnknownManager];

    /// The name as flags write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoEmail => "no-email",
            Self::Bouncing => "bouncing",
            Self::UnknownManager => "unknown-manager",
        }
    }

    /// The doubt with this name, with hyphens or underscores.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace('_', "-");
        Self::ALL.into_iter().find(|doubt| doubt.as_str() == text)
    }

    /// Whether it is so on `day` of a person in post.
    pub(crate) fn is_of(self, judge: &Judge<'_>, person: PersonIndex, day: NaiveDate) -> bool {
        let view = judge.view;
        view.people.get(person).is_some_and(|who| match self {
            Self::NoEmail => who.address == Address::Missing,
            Self::Bouncing => matches!(who.address, Address::Bouncing { .. }),
            Self::UnknownManager => no_line_manager(judge, person, day).is_some(),
        })
    }
}
