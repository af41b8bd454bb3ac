//! How failed tries at an account slow down further ones (spec 8.3). Pure.

use chrono::{DateTime, TimeDelta, Utc};

/// So many failures are anybody's.
const FREE: i32 = 5;
/// They count together within this time.
const WINDOW: TimeDelta = TimeDelta::minutes(15);
/// No wait is longer.
const LONGEST_WAIT: i64 = 15;

/// The failed tries at an account since somebody last signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct FailedTries {
    /// How many.
    pub(crate) count: i32,
    /// When the first of them was.
    pub(crate) first_at: Option<DateTime<Utc>>,
    /// Until when a further try is refused, right or wrong.
    pub(crate) wait_until: Option<DateTime<Utc>>,
}

/// Whether a try counts at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TryVerdict {
    /// It does.
    Counts,
    /// It is refused, with the words of a wrong one, and counts as none.
    Waits,
}

impl FailedTries {
    /// Whether a try counts at `now`.
    pub(crate) fn verdict(&self, now: DateTime<Utc>) -> TryVerdict {
        if self.wait_until.is_some_and(|until| now < until) { TryVerdict::Waits } else { TryVerdict::Counts }
    }

    /// With one more failure at `now`.
    pub(crate) fn with_failure(&self, now: DateTime<Utc>) -> Self {
        let is_old = self.first_at.is_none_or(|first| now - first > WINDOW);
        let (count, first_at) = if self.count < FREE && is_old {
            (1, now)
        } else {
            (self.count.saturating_add(1), self.first_at.unwrap_or(now))
        };
        let wait = (count >= FREE).then(|| {
            let doubled = 1_i64.checked_shl(u32::try_from(count - FREE).unwrap_or(u32::MAX).min(10));
            TimeDelta::minutes(doubled.unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT))
        });
        Self { count, first_at: Some(first_at), wait_until: wait.map(|wait| now + wait) }
    }

    /// Whether a success after them is told by mail.
    pub(crate) fn are_told(&self) -> bool {
        self.count >= FREE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        "2026-11-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
    }

    #[test]
    fn from_the_fifth_failure_on_each_further_try_waits_twice_as_long_up_to_a_quarter_of_an_hour() {
        let mut tries = FailedTries::default();
        let mut now = at(0);
        for wait in [0, 0, 0, 0, 1, 2, 4, 8, 15, 15, 15] {
            assert_eq!(tries.verdict(now), TryVerdict::Counts);
            tries = tries.with_failure(now);
            assert_eq!(tries.wait_until.map_or(0, |until| (until - now).num_minutes()), wait, "{tries:?}");
            if let Some(until) = tries.wait_until {
                assert_eq!(tries.verdict(until - TimeDelta::seconds(1)), TryVerdict::Waits);
                now = until;
            }
        }
    }

    #[test]
    fn failures_of_long_ago_are_forgotten_before_the_fifth_alone() {
        let mut tries = FailedTries::default();
        for minute in [0, 1, 2, 3] {
            tries = tries.with_failure(at(minute));
        }
        assert_eq!(tries.with_failure(at(15)).count, 5);
        assert_eq!(tries.with_failure(at(16)).count, 1);
        let fifth = tries.with_failure(at(4));
        assert!(fifth.are_told() && !tries.are_told());
        assert_eq!(fifth.with_failure(at(24 * 60)).wait_until, Some(at(24 * 60 + 2)));
    }
}
