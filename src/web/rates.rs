//! How often somebody may ask (spec 8.5).

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

/// Requests a minute of a sign-in.
const A_SIGN_IN: u32 = 120;
/// Requests a minute of an address without one.
const AN_ADDRESS: u32 = 1_200;
/// Failures of an address in ten minutes from which on its tries to sign in are taken one at a time.
const MANY_FAILURES: usize = 50;
/// Seconds for which a failure counts.
const FAILURE_COUNTS: i64 = 600;

/// Who asked how often in the present minute.
#[derive(Debug, Default)]
pub(super) struct RequestRates {
    counted: Mutex<CountedMinute>,
    failures: Mutex<HashMap<IpAddr, Vec<i64>>>,
    one_at_a_time: Mutex<()>,
}

#[derive(Debug, Default)]
struct CountedMinute {
    minute: i64,
    asked: HashMap<RequestSource, u32>,
}

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum RequestSource {
    /// Somebody whose sign-in has this number.
    SignIn(i32),
    /// Somebody at this address.
    Address(IpAddr),
}

impl RequestRates {
    /// Counts a request; whether it is one too many.
    pub(super) fn is_too_many(&self, source: RequestSource, now: DateTime<Utc>) -> bool {
        let most = match source {
            RequestSource::SignIn(_) => A_SIGN_IN,
            RequestSource::Address(_) => AN_ADDRESS,
        };
        let minute = now.timestamp().div_euclid(60);
        // A count that a panic left behind is right enough.
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.minute != minute {
            *counted = CountedMinute { minute, asked: HashMap::new() };
        }
        let asked = counted.asked.entry(source).or_default();
        *asked = asked.saturating_add(1);
        *asked > most
    }

    /// Has a try to sign in from this address wait for the others from anywhere that failed as often: a hospital is one
    /// address, so it is slowed down and never shut out. `work` says whether the try failed.
    pub(super) fn one_try<T>(
        &self,
        client: IpAddr,
        now: DateTime<Utc>,
        work: impl FnOnce() -> T,
        failed: impl FnOnce(&T) -> bool,
    ) -> T {
        let now = now.timestamp();
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, times| {
            times.retain(|at| now - at < FAILURE_COUNTS);
            !times.is_empty()
        });
        let has_many = failures.get(&client).is_some_and(|times| times.len() >= MANY_FAILURES);
        drop(failures);
        let turn = has_many.then(|| self.one_at_a_time.lock().unwrap_or_else(PoisonError::into_inner));
        let done = work();
        drop(turn);
        if failed(&done) {
            let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.entry(client).or_default().push(now);
        }
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_minute_of_their_own() {
        let rates = RequestRates::default();
        let at = |second: i64| DateTime::from_timestamp(60 * 1_000_000 + second, 0).unwrap();
        for number in 0..A_SIGN_IN {
            assert!(!rates.is_too_many(RequestSource::SignIn(1), at(0)), "{number}");
        }
        assert!(rates.is_too_many(RequestSource::SignIn(1), at(59)));
        assert!(!rates.is_too_many(RequestSource::SignIn(2), at(59)));
        assert!(!rates.is_too_many(RequestSource::SignIn(1), at(60)));
        let address = RequestSource::Address([10, 0, 0, 1].into());
        let refused = (0..2_000).filter(|_| rates.is_too_many(address.clone(), at(60))).count();
        assert_eq!(refused, 800);
    }
}
