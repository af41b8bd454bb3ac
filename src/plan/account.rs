//! The account of everyone a planning run looked at (spec 2.8).

use std::ops::AddAssign;

/// What became of everyone in post and not absent: each in the first that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Account {
    /// Everyone in post, the absent too: what the mail brake is measured against. Not part of the sum.
    pub in_post: u64,
    /// Nothing listed has reached a stage.
    pub nothing_due: u64,
    /// Something is due, and there is no email address.
    pub no_email: u64,
    /// Everything due was told before.
    pub already_told: u64,
    /// A message is queued.
    pub messaged: u64,
    /// A message waits for release.
    pub held: u64,
}

impl Account {
    /// Everyone looked at: the sum of the others.
    pub fn considered(&self) -> u64 {
        self.nothing_due + self.no_email + self.already_told + self.messaged + self.held
    }
}

impl AddAssign for Account {
    fn add_assign(&mut self, other: Self) {
        self.in_post += other.in_post;
        self.nothing_due += other.nothing_due;
        self.no_email += other.no_email;
        self.already_told += other.already_told;
        self.messaged += other.messaged;
        self.held += other.held;
    }
}
