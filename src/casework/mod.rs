//! What people do about what waits for them: they take it, say something of it, close it (spec 8.7).
//!
//! Comes in: what an item is about ([`WorkKey`]) and what somebody wants ([`WorkChange`]). Goes out: how it stands
//! ([`WorkCase`]), and what was said of it. What an item says is worked out anew at every look, by others, from the register,
//! the outbox and what came back: nothing of that is kept here, and what was put right is kept here no longer than anybody's
//! data. It never decides who may see an item.

pub(crate) mod store;

use chrono::{DateTime, Utc};

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum WorkKind {
    /// Mail to somebody comes back: they are not mailed until they have another address.
    BouncingAddress,
    /// Several people in post of an organisation have one address: it is known of none of them whose it is.
    SharedAddress,
    /// Rows of a file could not be used.
    RejectedRows,
    /// The brake holds mail until somebody lets it go.
    HeldMail,
}

impl WorkKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 4] =
        [Self::BouncingAddress, Self::SharedAddress, Self::RejectedRows, Self::HeldMail];

    /// Its name, for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::BouncingAddress => "bouncing_address",
            Self::SharedAddress => "shared_address",
            Self::RejectedRows => "rejected_rows",
            Self::HeldMail => "held_mail",
        }
    }

    /// Whether it is about the addresses of people in post.
    pub(crate) fn is_of_addresses(self) -> bool {
        matches!(self, Self::BouncingAddress | Self::SharedAddress)
    }

    /// The kind of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// What an item is about: by this it is known again at the next look.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct WorkKey {
    /// Why it waits.
    pub(crate) kind: WorkKind,
    /// The code of the organisation; of what is of several, all of them as the list names them.
    pub(crate) organisation: String,
    /// The register's number of a person, the number of an import, or the code of an organisation.
    pub(crate) about: String,
    /// Since when: what happens again after it was put right is another item.
    pub(crate) since: DateTime<Utc>,
}

/// What was done about an item.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WorkCase {
    /// How often it was taken, given back, closed or opened again; 0 where nobody did.
    pub(crate) version: i32,
    /// The number of the account whose it is.
    pub(crate) taken_by: Option<i32>,
    /// Why it is to wait no longer, where somebody said so.
    pub(crate) closed: Option<WorkClosing>,
    /// How often somebody said something of it.
    pub(crate) comments: u64,
}

/// Why an item is to wait no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkClosing {
    /// The number of the account that said so.
    pub(crate) by: i32,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Why; empty where that named somebody who was purged since.
    pub(crate) reason: String,
}

/// What somebody said of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkComment {
    /// The number of the account that said it.
    pub(crate) by: i32,
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// What.
    pub(crate) words: String,
}

/// Whether an item waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum WorkState {
    /// It does.
    #[default]
    Open,
    /// Somebody said why it is to wait no longer.
    Closed,
}

impl WorkState {
    /// Every state.
    pub(crate) const ALL: [Self; 2] = [Self::Open, Self::Closed];

    /// Its name, for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The state of this name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

/// What somebody wants to do about an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkChange<'a> {
    /// It becomes theirs, from whoever had it.
    Take,
    /// It is nobody's again: only its holder gives it back.
    GiveBack,
    /// Say this of it.
    Comment(&'a str),
    /// It is to wait no longer, for this reason.
    Close(&'a str),
    /// It is to wait after all.
    Reopen,
}

/// The most letters of a comment.
pub(crate) const LONGEST_COMMENT: usize = 2_000;
/// The most letters of a reason.
pub(crate) const LONGEST_REASON: usize = 200;

impl WorkChange<'_> {
    /// What is wrong with what somebody typed; `None` where nothing is.
    pub(crate) fn fault(self) -> Option<WorkFault> {
        let (typed, longest) = match self {
            Self::Comment(words) => (words, LONGEST_COMMENT),
            Self::Close(reason) => (reason, LONGEST_REASON),
            Self::Take | Self::GiveBack | Self::Reopen => return None,
        };
        if typed.trim().is_empty() {
            return Some(WorkFault::Empty);
        }
        (typed.chars().count() > longest).then_some(WorkFault::TooLong(longest))
    }
}

/// What is wrong with what somebody typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WorkFault {
    /// Nothing was typed.
    Empty,
    /// It has more letters than so many.
    TooLong(usize),
}

impl WorkCase {
    /// How an item stands whose cause happened last at `renewed_at`: what happens anew after it was closed opens it.
    pub(crate) fn state(&self, renewed_at: DateTime<Utc>) -> WorkState {
        match &self.closed {
            Some(closed) if closed.at >= renewed_at => WorkState::Closed,
            _ => WorkState::Open,
        }
    }

    /// The same after the account changed it at `now`; `None` where it does not stand so that this can be done.
    pub(crate) fn after(
        &self,
        change: WorkChange<'_>,
        account: i32,
        (now, renewed_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Option<Self> {
        let is_open = self.state(renewed_at) == WorkState::Open;
        let mut after = self.clone();
        match change {
            WorkChange::Take if is_open && self.taken_by != Some(account) => after.taken_by = Some(account),
            WorkChange::GiveBack if is_open && self.taken_by == Some(account) => after.taken_by = None,
            WorkChange::Close(reason) if is_open => {
                after.closed = Some(WorkClosing { by: account, at: now, reason: reason.to_owned() });
            }
            WorkChange::Reopen if !is_open => after.closed = None,
            WorkChange::Comment(_) => {
                after.comments += 1;
                return Some(after);
            }
            _ => return None,
        }
        after.version += 1;
        Some(after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: u32) -> DateTime<Utc> {
        format!("2026-11-24T{hour:02}:00:00Z").parse().unwrap()
    }

    const CLOSE: WorkChange<'static> = WorkChange::Close("They left");

    fn closed() -> WorkCase {
        let closed = WorkClosing { by: 1, at: at(9), reason: "They left".to_owned() };
        WorkCase { version: 3, taken_by: Some(1), closed: Some(closed), comments: 0 }
    }

    #[test]
    fn what_was_closed_is_open_again_once_it_happens_anew() {
        for (renewed, state) in [(8, WorkState::Closed), (9, WorkState::Closed), (10, WorkState::Open)] {
            assert_eq!(closed().state(at(renewed)), state, "{renewed}");
        }
        assert_eq!(WorkCase::default().state(at(8)), WorkState::Open);
    }

    /// Account 1 changes it at 10 o'clock. Whose it is then, and whether it is open; `None` where it can't be done.
    #[test]
    fn it_is_changed_only_where_it_stands_so_that_this_can_be_done() {
        let free = WorkCase::default();
        let mine = WorkCase { taken_by: Some(1), version: 1, ..free.clone() };
        let theirs = WorkCase { taken_by: Some(2), version: 1, ..free.clone() };
        use WorkChange::{Comment, GiveBack, Reopen, Take};
        use WorkState::{Closed, Open};
        for (name, case, change, renewed, expected) in [
            ("free", &free, Take, 8, Some((Some(1), Open))),
            ("theirs", &theirs, Take, 8, Some((Some(1), Open))),
            ("mine", &mine, Take, 8, None),
            ("closed", &closed(), Take, 8, None),
            ("mine", &mine, GiveBack, 8, Some((None, Open))),
            ("theirs", &theirs, GiveBack, 8, None),
            ("free", &free, GiveBack, 8, None),
            ("closed", &closed(), GiveBack, 8, None),
            ("free", &free, CLOSE, 8, Some((None, Closed))),
            ("theirs", &theirs, CLOSE, 8, Some((Some(2), Closed))),
            ("closed", &closed(), CLOSE, 8, None),
            // It happened anew at half past nine, so to say.
            ("closed and renewed", &closed(), CLOSE, 10, Some((Some(1), Closed))),
            ("closed", &closed(), Reopen, 8, Some((Some(1), Open))),
            ("free", &free, Reopen, 8, None),
            ("closed", &closed(), Comment("x"), 8, Some((Some(1), Closed))),
            ("theirs", &theirs, Comment("x"), 8, Some((Some(2), Open))),
        ] {
            let after = case.after(change, 1, (at(10), at(renewed)));
            let found = after.as_ref().map(|after| (after.taken_by, after.state(at(renewed))));
            assert_eq!(found, expected, "{name}: {change:?}");
            // What was said is nothing that whoever takes it next must have seen.
            let more = i32::from(!matches!(change, Comment(_)));
            assert!(after.is_none_or(|after| after.version == case.version + more), "{name}: {change:?}");
        }
    }

    #[test]
    fn what_is_typed_has_words_and_not_too_many() {
        let (longest, reason) = ("é".repeat(LONGEST_COMMENT), "é".repeat(LONGEST_REASON));
        let (longer, more) = (format!("{longest}é"), format!("{reason}é"));
        for (change, fault) in [
            (WorkChange::Comment(" \n"), Some(WorkFault::Empty)),
            (WorkChange::Comment(&longest), None),
            (WorkChange::Comment(&longer), Some(WorkFault::TooLong(2_000))),
            (WorkChange::Close(""), Some(WorkFault::Empty)),
            (WorkChange::Close(&reason), None),
            (WorkChange::Close(&more), Some(WorkFault::TooLong(200))),
            (WorkChange::Take, None),
        ] {
            assert_eq!(change.fault(), fault);
        }
    }
}
