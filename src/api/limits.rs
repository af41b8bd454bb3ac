//! How often and how much a program may ask, and how often anybody may fail to sign in (spec 21.2). Counted a node.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

/// Requests a minute of a token.
const A_MINUTE: u32 = 600;
/// Requests of a token at once.
const AT_ONCE: u32 = 10;
/// Failed sign-ins of an address within [`FAILURES_WITHIN`] for which it is shut out.
const MOST_FAILURES: usize = 20;
/// Seconds for which a failure counts.
const FAILURES_WITHIN: i64 = 600;
/// Seconds for which an address is shut out.
const SHUT_OUT: i64 = 600;
/// Seconds between two lines of the log about one address.
const SAID_EVERY: i64 = 60;

/// Who asked how often.
#[derive(Debug, Default)]
pub(super) struct TokenLimits {
    tokens: Mutex<HashMap<i32, TokenUse>>,
    addresses: Mutex<HashMap<IpAddr, AddressFailures>>,
}

#[derive(Debug, Default)]
struct TokenUse {
    minute: i64,
    asked: u32,
    at_work: u32,
}

#[derive(Debug, Default)]
struct AddressFailures {
    times: Vec<i64>,
    shut_until: i64,
    said_at: Option<i64>,
}

/// A request that is at work, for as long as it lives.
#[derive(Debug)]
pub(super) struct AtWork {
    limits: Arc<TokenLimits>,
    token: i32,
}

/// Whether a failure is to be told in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FailureTold {
    /// It is.
    Yes,
    /// One of the address was a short time ago.
    No,
}

impl TokenLimits {
    /// Counts a request of the token, which is at work until what is given is dropped; or the seconds after which it may ask
    /// again.
    pub(super) fn begin(self: &Arc<Self>, token: i32, now: DateTime<Utc>) -> Result<AtWork, i64> {
        let minute = now.timestamp().div_euclid(60);
        let mut tokens = held(&self.tokens);
        let used = tokens.entry(token).or_default();
        if used.minute != minute {
            (used.minute, used.asked) = (minute, 0);
        }
        used.asked = used.asked.saturating_add(1);
        if used.asked > A_MINUTE {
            return Err(60 - now.timestamp().rem_euclid(60));
        }
        if used.at_work >= AT_ONCE {
            return Err(1);
        }
        used.at_work += 1;
        Ok(AtWork { limits: Arc::clone(self), token })
    }

    /// The seconds for which the address is shut out; `None` where it isn't.
    pub(super) fn shut_out(&self, client: IpAddr, now: DateTime<Utc>) -> Option<i64> {
        let addresses = held(&self.addresses);
        let left = addresses.get(&client)?.shut_until - now.timestamp();
        (left > 0).then_some(left)
    }

    /// Counts a sign-in of the address that failed.
    pub(super) fn failed(&self, client: IpAddr, now: DateTime<Utc>) -> FailureTold {
        let now = now.timestamp();
        let mut addresses = held(&self.addresses);
        addresses.retain(|_, failures| {
            failures.times.retain(|at| now - at < FAILURES_WITHIN);
            !failures.times.is_empty() || failures.shut_until > now
        });
        let failures = addresses.entry(client).or_default();
        failures.times.push(now);
        if failures.times.len() >= MOST_FAILURES {
            failures.shut_until = now + SHUT_OUT;
            failures.times.clear();
        }
        if failures.said_at.is_some_and(|said| now - said < SAID_EVERY) {
            return FailureTold::No;
        }
        failures.said_at = Some(now);
        FailureTold::Yes
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Some(used) = held(&self.limits.tokens).get_mut(&self.token) {
            used.at_work = used.at_work.saturating_sub(1);
        }
    }
}

/// A count that a panic left behind is right enough.
fn held<T>(counts: &Mutex<T>) -> MutexGuard<'_, T> {
    counts.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(60_000_000 + second, 0).unwrap()
    }

    #[test]
    fn a_token_has_six_hundred_requests_a_minute_and_ten_at_once() {
        let limits = Arc::new(TokenLimits::default());
        let at_work: Vec<_> = (0..10).map(|_| limits.begin(1, at(0)).unwrap()).collect();
        assert_eq!(limits.begin(1, at(0)).unwrap_err(), 1);
        assert!(limits.begin(2, at(0)).is_ok(), "another has its own");
        drop(at_work);
        for number in 11..600 {
            assert!(limits.begin(1, at(1)).is_ok(), "{number}");
        }
        assert_eq!(limits.begin(1, at(45)).unwrap_err(), 15);
        assert!(limits.begin(1, at(60)).is_ok());
    }

    #[test]
    fn an_address_that_fails_twenty_times_is_shut_out_for_ten_minutes() {
        let limits = Arc::new(TokenLimits::default());
        let (client, other) = ("10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap());
        for number in 0..19 {
            limits.failed(client, at(number));
        }
        assert_eq!(limits.shut_out(client, at(19)), None);
        limits.failed(client, at(20));
        assert_eq!(limits.shut_out(client, at(20)), Some(600));
        assert_eq!(limits.shut_out(other, at(20)), None);
        assert_eq!(limits.shut_out(client, at(619)), Some(1));
        assert_eq!(limits.shut_out(client, at(620)), None);
        // Failures that are spread over more than ten minutes shut nobody out.
        for number in 0..100 {
            limits.failed(other, at(1_000 + number * 40));
        }
        assert_eq!(limits.shut_out(other, at(1_000 + 99 * 40)), None);
    }

    #[test]
    fn failures_of_an_address_are_one_line_a_minute() {
        let limits = Arc::new(TokenLimits::default());
        let client = "10.0.0.1".parse().unwrap();
        let told = |second| limits.failed(client, at(second));
        assert_eq!([told(0), told(1), told(59)], [FailureTold::Yes, FailureTold::No, FailureTold::No]);
        assert_eq!(told(60), FailureTold::Yes);
    }
}
