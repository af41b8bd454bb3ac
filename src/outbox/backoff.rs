//! When a deferred message is tried again (spec 5).

use chrono::{DateTime, TimeDelta, Utc};

/// The waits after the first attempts, in minutes; after these, every four hours.
const FIRST_WAITS: [i64; 4] = [1, 5, 15, 60];
const LATER_WAIT: i64 = 4 * 60;
/// No wait is longer.
pub(crate) const LONGEST_WAIT: TimeDelta = TimeDelta::minutes(LATER_WAIT);
/// How long a message is tried for, counted from its first attempt.
const TRIED_FOR_DAYS: i64 = 5;

/// When to try again after `attempts` failed ones (1 or more), or `None` to give up: the next attempt would come more
/// than five days after the first.
pub(crate) fn next_attempt(
    attempts: i32,
    first_attempt_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let nth = usize::try_from(attempts.saturating_sub(1)).unwrap_or(0);
    let minutes = FIRST_WAITS.get(nth).copied().unwrap_or(LATER_WAIT);
    let next = now + TimeDelta::minutes(minutes);
    (next <= first_attempt_at + TimeDelta::days(TRIED_FOR_DAYS)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    #[test]
    fn waits_grow_from_a_minute_to_four_hours() {
        for (attempts, minutes) in [(0, 1), (1, 1), (2, 5), (3, 15), (4, 60), (5, 240), (6, 240), (30, 240)] {
            assert_eq!(next_attempt(attempts, at(0), at(0)), Some(at(minutes)), "after {attempts} attempts");
        }
    }

    #[test]
    fn a_message_is_given_up_when_the_next_attempt_would_come_after_five_days() {
        let five_days = 5 * 24 * 60;
        assert_eq!(next_attempt(9, at(0), at(five_days - 240)), Some(at(five_days)));
        assert_eq!(next_attempt(9, at(0), at(five_days - 239)), None);
        assert_eq!(next_attempt(1, at(0), at(five_days)), None);
    }

    #[test]
    fn a_message_that_always_fails_is_tried_for_all_of_the_five_days() {
        let (mut now, mut attempts) = (at(0), 1);
        while let Some(next) = next_attempt(attempts, at(0), now) {
            assert!(next > now);
            (now, attempts) = (next, attempts + 1);
        }
        assert_eq!(attempts, 34);
        assert!(now > at(5 * 24 * 60 - 241));
    }
}
