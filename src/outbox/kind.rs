//! The kinds of mail, in one table: a new one is a row here, a row of `mail_kind` in the database, and its own words.

use std::fmt;

use serde::{Serialize, Serializer};

/// A row of the table.
struct KindRow {
    /// Its name in tables and JSON (spec 4.1).
    name: &'static str,
    /// What its promises are known by: what it must never be told twice.
    promises: PromiseKey,
    /// How a message of it is looked at again at the moment of sending.
    check: SendingCheck,
    /// Whom its words may name, for a purge.
    names: MayName,
    /// What one and many of it are called in totals; empty where no planning run makes it.
    counted: (&'static str, &'static str),
    /// What heads its column.
    heading: &'static str,
}

/// What the promises of a kind are known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PromiseKey {
    /// A person, a course, its due date and a stage.
    Stages,
    /// The week, for each receiver, besides one for the organisation's whole week.
    Weeks,
    /// An organisation, a statement, the last day for its review, the months it is overdue, and the owner.
    Reviews,
    /// A key of its own, if any.
    Keys,
}

/// How a message is looked at again at the moment of sending (spec 5), and when it has its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SendingCheck {
    /// Put into words at its first attempt: what it promised a person is still due, and they are there to read it.
    OwnCourses,
    /// Put into words at its first attempt: a manager's reports, or those of nobody who can be reached.
    Reports,
    /// Put into words at its first attempt: whoever has been overdue for longer than the policy lets pass.
    LongOverdue,
    /// Put into words at its first attempt: what it promised an owner is still unreviewed.
    Reviews,
    /// Queued with its words: its recipient still receives the board's summaries.
    BoardRecipient,
    /// Queued with its words: the link that it carries still holds.
    AccountLink,
    /// Queued with its words, and sent as it is.
    Nothing,
}

/// Whom the words of a message may name besides its receiver (spec 2.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MayName {
    /// Members of staff.
    Staff,
    /// Nobody, but by what somebody wrote as evidence.
    Evidence,
    /// What a file or an error said.
    Anything,
}

/// Makes the kinds, the list of them and the rows from one table.
macro_rules! kinds {
    ($($(#[$about:meta])* $kind:ident { $($row:tt)* })*) => {
        /// What a message is, by the names that tables and JSON use (spec 4.1).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum MessageKind {
            $($(#[$about])* $kind,)*
        }

        impl MessageKind {
            /// Every kind, in the order in which totals name them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            const fn row(self) -> KindRow {
                match self {
                    $(Self::$kind => KindRow { $($row)* },)*
                }
            }
        }
    };
}

kinds! {
    /// To a staff member, about their own training.
    Reminder {
        name: "reminder",
        promises: PromiseKey::Stages,
        check: SendingCheck::OwnCourses,
        names: MayName::Staff,
        counted: ("reminder", "reminders"),
        heading: "reminders",
    }
    /// To a manager or contact, about their reports.
    ManagerDigest {
        name: "manager-digest",
        promises: PromiseKey::Weeks,
        check: SendingCheck::Reports,
        names: MayName::Staff,
        counted: ("manager's digest", "managers' digests"),
        heading: "digests",
    }
    /// To whomever the policy names, about those who have been overdue for long.
    Escalation {
        name: "escalation",
        promises: PromiseKey::Weeks,
        check: SendingCheck::LongOverdue,
        names: MayName::Staff,
        counted: ("escalation", "escalations"),
        heading: "escalations",
    }
    /// To a board, about a month.
    BoardSummary {
        name: "board-summary",
        promises: PromiseKey::Keys,
        check: SendingCheck::BoardRecipient,
        names: MayName::Evidence,
        counted: ("board summary", "board summaries"),
        heading: "board",
    }
    /// To the owner of an assurance answer whose review is overdue.
    AssuranceReview {
        name: "assurance-review",
        promises: PromiseKey::Reviews,
        check: SendingCheck::Reviews,
        names: MayName::Staff,
        counted: ("assurance review", "assurance reviews"),
        heading: "reviews",
    }
    /// To the operator or safeguarding contact, about the running of the daemon.
    Operator {
        name: "operator",
        promises: PromiseKey::Keys,
        check: SendingCheck::Nothing,
        names: MayName::Anything,
        counted: ("", ""),
        heading: "",
    }
    /// To the holder of a new account, with a link by which they choose a password.
    AccountInvitation {
        name: "account-invitation",
        promises: PromiseKey::Keys,
        check: SendingCheck::AccountLink,
        names: MayName::Staff,
        counted: ("", ""),
        heading: "",
    }
    /// To the holder of an account, with a link by which they choose another password.
    AccountReset {
        name: "account-reset",
        promises: PromiseKey::Keys,
        check: SendingCheck::AccountLink,
        names: MayName::Staff,
        counted: ("", ""),
        heading: "",
    }
    /// To the holder of an account, about what was done to it.
    AccountNotice {
        name: "account-notice",
        promises: PromiseKey::Keys,
        check: SendingCheck::Nothing,
        names: MayName::Staff,
        counted: ("", ""),
        heading: "",
    }
}

impl MessageKind {
    /// The kind's name.
    pub const fn as_str(self) -> &'static str {
        self.row().name
    }

    /// The kind with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    /// The kinds that are planned ahead, in the order in which totals name them.
    pub fn planned() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|kind| !kind.row().counted.0.is_empty())
    }

    /// What one and many of it are called in totals: `reminder`, `reminders`.
    pub(crate) fn one_and_many(self) -> (&'static str, &'static str) {
        self.row().counted
    }

    /// What heads its column.
    pub fn heading(self) -> &'static str {
        self.row().heading
    }

    /// Whom its words may name.
    pub(crate) fn names(self) -> MayName {
        self.row().names
    }

    /// How a message of it is looked at again at the moment of sending.
    pub fn check(self) -> SendingCheck {
        self.row().check
    }

    /// Whether a message of this kind is queued as what it promises, and put into words at its first attempt (spec 5).
    pub(crate) fn is_worded_late(self) -> bool {
        match self.check() {
            SendingCheck::OwnCourses
            | SendingCheck::Reports
            | SendingCheck::LongOverdue
            | SendingCheck::Reviews => true,
            SendingCheck::BoardRecipient | SendingCheck::AccountLink | SendingCheck::Nothing => false,
        }
    }

    /// Whether it is claimed before all others, on any day, and never braked: somebody waits for it (spec 8.3).
    pub(crate) fn goes_first(self) -> bool {
        matches!(self, Self::AccountInvitation | Self::AccountReset | Self::AccountNotice)
    }

    /// Whether it comes once a week for an organisation: cancelling one by hand has the week planned again.
    pub(crate) fn is_weekly(self) -> bool {
        self.row().promises == PromiseKey::Weeks
    }

    /// Whether those who are no members of staff are told apart by their address: else it is one for an organisation.
    pub(crate) fn is_by_address(self) -> bool {
        match self.row().promises {
            PromiseKey::Reviews => true,
            PromiseKey::Stages | PromiseKey::Weeks | PromiseKey::Keys => false,
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for MessageKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_found_by_its_name_and_no_two_have_one() {
        for kind in MessageKind::ALL {
            assert_eq!(MessageKind::parse(kind.as_str()), Some(*kind));
        }
        assert_eq!(MessageKind::parse("advert"), None);
    }
}
