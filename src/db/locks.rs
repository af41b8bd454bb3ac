//! What a transaction that writes keeps others from meanwhile (spec 20.3).
//!
//! Whoever reads something and then writes what follows from it names the lock that keeps the first from changing before
//! the second: where an engine lets many write at once, one lock of that name is held by one transaction at a time, from
//! before its first statement to its end. They are taken in one order, so that no two wait for each other.

use std::cell::Cell;

/// Something that one transaction at a time may be at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Lock {
    /// The register and what it is read by: imports, undo, policy, organisations, purges, tables themselves.
    Register = 1,
    /// The audit log, of which each entry seals the one before.
    Audit = 2,
    /// What is promised and held: queueing, weeks of lists, releasing, cancelling, holding.
    Plan = 3,
    /// The slots of scheduled jobs.
    Schedule = 4,
    /// How many are handed to the mail server within a span.
    Pace = 5,
}

impl Lock {
    /// In the order in which they are taken.
    const ALL: [Self; 5] = [Self::Register, Self::Audit, Self::Plan, Self::Schedule, Self::Pace];
}

impl Lock {
    fn word(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::Audit => "audit",
            Self::Plan => "plan",
            Self::Schedule => "schedule",
            Self::Pace => "pace",
        }
    }
}

/// Some of the locks there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Locks {
    /// A bit each.
    named: u8,
    /// Whose [`Lock::Pace`] it is, as 23 bits of a hash; 0 is everybody's.
    sender: i32,
}

impl Locks {
    /// None: what is written follows from nothing that was read, or each statement looks for itself.
    pub const NONE: Self = Self { named: 0, sender: 0 };
    /// [`Lock::Register`].
    pub const REGISTER: Self = Self::of(Lock::Register);
    /// [`Lock::Audit`].
    pub const AUDIT: Self = Self::of(Lock::Audit);
    /// [`Lock::Plan`].
    pub const PLAN: Self = Self::of(Lock::Plan);
    /// [`Lock::Schedule`].
    pub const SCHEDULE: Self = Self::of(Lock::Schedule);
    /// All of them, [`Lock::Pace`] of the sender without a name.
    pub const ALL: Self =
        Self::REGISTER.and(Self::AUDIT).and(Self::PLAN).and(Self::SCHEDULE).and(Self::of(Lock::Pace));

    const fn of(lock: Lock) -> Self {
        Self { named: 1 << lock as u8, sender: 0 }
    }

    /// [`Lock::Pace`] of this sender: another's doesn't wait for it.
    pub fn pace_of(sender: &str) -> Self {
        let hash = blake3::hash(sender.as_bytes());
        let [a, b, c, ..] = *hash.as_bytes();
        let sender = if sender.is_empty() { 0 } else { i32::from_be_bytes([0, a, b, c]) >> 1 };
        Self { sender, ..Self::of(Lock::Pace) }
    }

    /// These and the others, of which at most one names a sender.
    pub const fn and(self, others: Self) -> Self {
        Self { named: self.named | others.named, sender: self.sender | others.sender }
    }

    /// Whether the lock is among them.
    pub(crate) const fn has(self, lock: Lock) -> bool {
        self.named & Self::of(lock).named != 0
    }

    /// They in a word, for whoever watches: `audit+plan`.
    pub(crate) fn word(self) -> String {
        let words = Lock::ALL.into_iter().filter(|lock| self.has(*lock)).map(Lock::word);
        let words: Vec<&str> = words.collect();
        if words.is_empty() { "none".to_owned() } else { words.join("+") }
    }

    /// The number of each of them, in the order in which they are taken: the lock's in its lowest byte, above it the
    /// sender's.
    #[cfg_attr(
        all(not(test), not(feature = "postgres")),
        expect(dead_code, reason = "where one writes at a time, none is named")
    )]
    pub(crate) fn numbers(self) -> impl Iterator<Item = i32> {
        Lock::ALL.into_iter().filter(move |lock| self.has(*lock)).map(move |lock| match lock {
            Lock::Pace => self.sender << 8 | lock as i32,
            _ => lock as i32,
        })
    }
}

thread_local! {
    /// Those held by the transaction that this thread is in.
    static HELD: Cell<Locks> = const { Cell::new(Locks::NONE) };
}

/// Remembers, for as long as it lives, which locks this thread's transaction holds.
pub(super) struct Holding {
    before: Locks,
}

impl Holding {
    pub(super) fn new(locks: Locks) -> Self {
        Self { before: HELD.replace(locks) }
    }
}

impl Drop for Holding {
    fn drop(&mut self) {
        HELD.set(self.before);
    }
}

/// Holds, while developing, that the caller's transaction has this lock.
#[track_caller]
pub(crate) fn expect_held(lock: Lock) {
    debug_assert!(HELD.get().has(lock), "{lock:?} is to be held here, and the transaction doesn't name it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locks_are_taken_in_one_order_however_they_are_named() {
        let named = Locks::PLAN.and(Locks::AUDIT).and(Locks::REGISTER);
        assert_eq!(named.numbers().collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(Locks::NONE.numbers().count(), 0);
        assert_eq!(Locks::ALL.numbers().collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        assert_eq!((named.word(), Locks::NONE.word()), ("register+audit+plan".to_owned(), "none".to_owned()));
        assert_eq!(Locks::pace_of("RXX").word(), "pace", "whose it is, is told nobody");
    }

    #[test]
    fn each_sender_has_a_pace_of_its_own() {
        let numbers = |sender: &str| Locks::pace_of(sender).and(Locks::AUDIT).numbers().collect::<Vec<_>>();
        assert_eq!(numbers(""), [2, 5]);
        let (one, other) = (numbers("RXX"), numbers("RYY"));
        assert_ne!(one, other);
        for numbers in [one, other] {
            assert_eq!(numbers[0], 2);
            assert!(numbers[1] > 0 && numbers[1] & 0xff == 5, "{numbers:?}");
        }
        assert!(Locks::pace_of("RXX").has(Lock::Pace));
    }

    #[test]
    fn a_transaction_within_which_nothing_is_named_holds_nothing() {
        let outer = Holding::new(Locks::AUDIT);
        expect_held(Lock::Audit);
        {
            let _inner = Holding::new(Locks::NONE);
            assert!(std::panic::catch_unwind(|| expect_held(Lock::Audit)).is_err());
        }
        expect_held(Lock::Audit);
        drop(outer);
        assert!(std::panic::catch_unwind(|| expect_held(Lock::Audit)).is_err());
    }
}
