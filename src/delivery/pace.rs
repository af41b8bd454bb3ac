//! How fast mail may go (spec 5). Pure: what was sent lately is read from the outbox, so that the bounds hold across
//! a restart and for several processes together.

use chrono::{DateTime, TimeDelta, Utc};

use crate::outbox::WaitingMessages;

/// The bounds on the rate; the defaults are Exchange Online's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SendingRate {
    /// Messages in any 60 seconds; at least 1.
    pub per_minute: u32,
    /// Messages in any 24 hours; at least 1.
    pub per_day: u32,
}

impl Default for SendingRate {
    fn default() -> Self {
        Self { per_minute: 30, per_day: 10_000 }
    }
}

/// A bound: no more than `limit` messages within any `window`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RateBound {
    /// How many messages.
    pub(crate) limit: u32,
    /// How long a time.
    pub(crate) window: TimeDelta,
}

impl SendingRate {
    /// No bound: for mail that is written to files.
    pub(crate) const NONE: Self = Self { per_minute: u32::MAX, per_day: u32::MAX };

    /// The bounds, each of which must hold.
    pub(crate) fn bounds(self) -> [RateBound; 2] {
        [
            RateBound { limit: self.per_minute.max(1), window: TimeDelta::minutes(1) },
            RateBound { limit: self.per_day.max(1), window: TimeDelta::hours(24) },
        ]
    }
}

impl RateBound {
    /// How many messages may be sent now, when so many were tried within the window.
    pub(crate) fn free(self, tried: u32) -> u32 {
        self.limit.saturating_sub(tried)
    }

    /// When the next may be sent, when the window is full: `full_since` is the instant of the `limit`-th most recent
    /// attempt. `None`: it is full of messages in hand, and looked at again a second later.
    pub(crate) fn next_at(self, full_since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
        full_since.map_or(now + TimeDelta::seconds(1), |at| (at + self.window).max(now))
    }
}

/// When the queue will be empty at this rate, if nothing is added and all goes well; `None` when nothing waits.
pub(crate) fn empty_at(
    rate: SendingRate,
    waiting: WaitingMessages,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    if waiting.count <= 0 {
        return None;
    }
    let (per_minute, per_day) = (i64::from(rate.per_minute.max(1)), i64::from(rate.per_day.max(1)));
    let today = (per_day - waiting.tried_last_day).max(0);
    let (days, on_last_day) = match waiting.count - today {
        ..=0 => (0, waiting.count),
        rest => ((rest - 1) / per_day + 1, (rest - 1) % per_day + 1),
    };
    let seconds = (on_last_day * 60 + per_minute - 1) / per_minute;
    let at_rate = now + TimeDelta::hours(24 * days) + TimeDelta::seconds(seconds);
    Some(waiting.last_due_at.map_or(at_rate, |due| due.max(at_rate)))
}

/// A queue of days to come: what is left of one day is sent before what the next adds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QueueForecast {
    rate: SendingRate,
    waiting: i64,
}

impl QueueForecast {
    /// An empty one.
    pub(crate) fn new(rate: SendingRate) -> Self {
        Self { rate, waiting: 0 }
    }

    /// Adds a day's messages, so many days after those before, and says how long it then takes until the queue is
    /// empty, if nothing more is added and all goes well.
    pub(crate) fn add(&mut self, messages: usize, days_since: i64) -> TimeDelta {
        const MINUTES_A_DAY: i64 = 24 * 60;
        let a_day =
            (i64::from(self.rate.per_minute) * MINUTES_A_DAY).min(i64::from(self.rate.per_day)).max(1);
        self.waiting = (self.waiting - a_day.saturating_mul(days_since)).max(0);
        self.waiting += i64::try_from(messages).unwrap_or(i64::MAX / 2);
        let waiting = WaitingMessages { count: self.waiting, last_due_at: None, tried_last_day: 0 };
        let start = DateTime::UNIX_EPOCH;
        empty_at(self.rate, waiting, start).map_or(TimeDelta::zero(), |empty| empty - start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn a_message_waits_until_the_window_has_room() {
        let [minute, day] = SendingRate { per_minute: 30, per_day: 100 }.bounds();
        for (bound, tried, free) in
            [(minute, 0, 30), (minute, 29, 1), (minute, 30, 0), (minute, 31, 0), (day, 99, 1), (day, 500, 0)]
        {
            assert_eq!(bound.free(tried), free, "{bound:?} with {tried} tried");
        }
        for (bound, full_since, next) in [
            (minute, Some(-59), 1),
            (minute, Some(0), 60),
            (minute, Some(-61), 0),
            (day, Some(-24 * 3600 + 600), 600),
            (minute, None, 1),
        ] {
            assert_eq!(bound.next_at(full_since.map(at), at(0)), at(next), "{bound:?} {full_since:?}");
        }
    }

    #[test]
    fn the_queue_says_when_it_will_be_empty() {
        let rate = SendingRate { per_minute: 30, per_day: 100 };
        let day = 24 * 3600;
        for (count, tried, expected) in [
            (0, 0, None),
            (1, 0, Some(2)),
            (30, 0, Some(60)),
            (100, 0, Some(200)),
            (101, 0, Some(day + 2)),
            (100, 40, Some(day + 80)),
            (200, 100, Some(day + day + 200)),
            (201, 100, Some(3 * day + 2)),
            (5, 500, Some(day + 10)),
        ] {
            let waiting = WaitingMessages { count, last_due_at: None, tried_last_day: tried };
            assert_eq!(empty_at(rate, waiting, at(0)), expected.map(at), "{count} waiting, {tried} tried");
        }
        let later = WaitingMessages { count: 1, last_due_at: Some(at(900)), tried_last_day: 0 };
        assert_eq!(empty_at(rate, later, at(0)), Some(at(900)), "a deferred message is waited for");
    }

    #[test]
    fn what_a_day_leaves_over_delays_the_next() {
        let mut queue = QueueForecast::new(SendingRate { per_minute: 30, per_day: 100 });
        let day = 24 * 3600;
        for (messages, days_since, seconds) in
            [(60, 0, 120), (0, 1, 0), (250, 1, 2 * day + 100), (10, 1, day + 120), (0, 1, 120), (30, 3, 60)]
        {
            let empty_after = queue.add(messages, days_since);
            assert_eq!(empty_after.num_seconds(), seconds, "{messages} more after {days_since} days");
        }
    }
}
