//! What this process measured of itself, kept in memory until it ends: how often something happened, and how long it took
//! (spec 22.2). Whoever does something says so here; whoever watches over the process asks, and nothing is worked out then.
//!
//! A name has the same labels each time, and none says anything about a person.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Something that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Occurrence {
    /// A file that was not taken in.
    FileTurnedAway,
    /// A message that a mail server confirmed.
    MessageSent,
    /// The end of an attempt to deliver.
    DeliveryOutcome,
    /// A run of a job that failed.
    JobFailure,
    /// A transaction that was put back and written again.
    DatabaseRetry,
    /// A request of a program.
    Request,
}

/// Something that takes time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TimedWork {
    /// Taking a file in.
    Import,
    /// One attempt to deliver, as long as the mail server takes.
    Delivery,
    /// A transaction, from its beginning to its end.
    Transaction,
    /// Waiting until a transaction that writes may begin.
    LockWait,
    /// Answering a program.
    Request,
}

/// What something is called for those who watch: its name, what it is, and the names of its labels.
pub(crate) type MeasureName = (&'static str, &'static str, &'static [&'static str]);

impl Occurrence {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::FileTurnedAway,
        Self::MessageSent,
        Self::DeliveryOutcome,
        Self::JobFailure,
        Self::DatabaseRetry,
        Self::Request,
    ];

    /// What its one label may say, where all of that is known.
    pub(crate) fn known_values(self) -> &'static [&'static str] {
        match self {
            Self::DeliveryOutcome => &[
                "sent",
                "deferred",
                "failed",
                "unclear",
                "refused-us",
                "released",
                "not-tried",
                "broken-off",
            ],
            Self::DatabaseRetry => &["connection-lost", "deadlock", "lock-timeout", "serialisation"],
            Self::FileTurnedAway | Self::MessageSent | Self::JobFailure | Self::Request => &[],
        }
    }

    /// How it is told.
    pub(crate) fn name(self) -> MeasureName {
        match self {
            Self::FileTurnedAway => (
                "refresher_imports_total",
                "Imports that are on record, also those that were undone since; files that this process did not take in.",
                &["kind", "outcome"],
            ),
            Self::MessageSent => (
                "refresher_messages_sent_total",
                "Messages that a mail server confirmed to this process.",
                &["kind"],
            ),
            Self::DeliveryOutcome => (
                "refresher_delivery_outcomes_total",
                "How attempts of this process to deliver ended.",
                &["outcome"],
            ),
            Self::JobFailure => {
                ("refresher_job_failures_total", "Runs of a job in this process that failed.", &["job"])
            }
            Self::DatabaseRetry => (
                "refresher_db_retries_total",
                "Transactions of this process that the database put back and that were written again.",
                &["reason"],
            ),
            Self::Request => (
                "refresher_http_requests_total",
                "Requests of programs to this process.",
                &["route", "status"],
            ),
        }
    }
}

impl TimedWork {
    /// All of them.
    pub(crate) const ALL: [Self; 5] =
        [Self::Import, Self::Delivery, Self::Transaction, Self::LockWait, Self::Request];

    /// How it is told.
    pub(crate) fn name(self) -> MeasureName {
        match self {
            Self::Import => (
                "refresher_import_duration_seconds",
                "How long this process took over a file, dry runs included.",
                &["kind"],
            ),
            Self::Delivery => {
                ("refresher_delivery_seconds", "How long a mail server took over an attempt to deliver.", &[])
            }
            Self::Transaction => (
                "refresher_db_transaction_seconds",
                "How long transactions of this process were open.",
                &["kind"],
            ),
            Self::LockWait => (
                "refresher_db_lock_wait_seconds",
                "How long transactions that write waited to begin, by the locks that they take.",
                &["lock"],
            ),
            Self::Request => (
                "refresher_http_request_seconds",
                "How long this process took to answer programs.",
                &["route"],
            ),
        }
    }
}

/// Up to how many seconds each part of a [`Durations`] counts; the last has no end.
pub(crate) const UP_TO: [f64; 12] = [0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 30.0, 120.0, 600.0];

/// How long something took each time.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Durations {
    /// How many took no longer than each of [`UP_TO`].
    pub(crate) within: [u64; UP_TO.len()],
    /// How many there were.
    pub(crate) count: u64,
    /// The seconds that they took in all.
    pub(crate) seconds: f64,
}

impl Durations {
    fn add(&mut self, took: Duration) {
        let seconds = took.as_secs_f64();
        for (within, up_to) in self.within.iter_mut().zip(UP_TO) {
            *within += u64::from(seconds <= up_to);
        }
        self.count += 1;
        self.seconds += seconds;
    }
}

/// The values of the labels, in the order of their names.
type LabelValues = Vec<String>;

/// What this process measured.
#[derive(Debug)]
pub(crate) struct Measures {
    counted: Mutex<BTreeMap<(Occurrence, LabelValues), u64>>,
    spans: Mutex<BTreeMap<(TimedWork, LabelValues), Durations>>,
}

impl Default for Measures {
    /// Nothing has happened yet, which is told of what is known by name.
    fn default() -> Self {
        let measures = Self { counted: Mutex::default(), spans: Mutex::default() };
        for what in Occurrence::ALL {
            for value in what.known_values() {
                measures.expect(what, &[value]);
            }
        }
        measures
    }
}

impl Measures {
    /// Tells of what has not happened yet, so that its first time is seen as a change.
    pub(crate) fn expect(&self, what: Occurrence, labels: &[&str]) {
        held(&self.counted).entry((what, owned(labels))).or_default();
    }

    /// It happened.
    pub(crate) fn count(&self, what: Occurrence, labels: &[&str]) {
        *held(&self.counted).entry((what, owned(labels))).or_default() += 1;
    }

    /// It took so long.
    pub(crate) fn took(&self, what: TimedWork, labels: &[&str], took: Duration) {
        held(&self.spans).entry((what, owned(labels))).or_default().add(took);
    }

    /// How often it happened, by the values of its labels.
    pub(crate) fn counted(&self, what: Occurrence) -> Vec<(LabelValues, u64)> {
        let counted = held(&self.counted);
        let of = counted.iter().filter(|((one, _), _)| *one == what);
        of.map(|((_, labels), count)| (labels.clone(), *count)).collect()
    }

    /// How long it took, by the values of its labels.
    pub(crate) fn durations(&self, what: TimedWork) -> Vec<(LabelValues, Durations)> {
        let spans = held(&self.spans);
        let of = spans.iter().filter(|((one, _), _)| *one == what);
        of.map(|((_, labels), durations)| (labels.clone(), durations.clone())).collect()
    }
}

fn owned(labels: &[&str]) -> LabelValues {
    labels.iter().map(|label| (*label).to_owned()).collect()
}

/// Whole at any instant.
fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_took_no_longer_is_counted_in_every_part_that_goes_as_far() {
        let measures = Measures::default();
        for milliseconds in [1, 2, 90, 3_000_000] {
            measures.took(TimedWork::Import, &["staff"], Duration::from_millis(milliseconds));
        }
        let (labels, durations) = measures.durations(TimedWork::Import).remove(0);
        assert_eq!(labels, ["staff"]);
        assert_eq!(durations.within, [1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3]);
        assert_eq!((durations.count, durations.seconds), (4, 3_000.093));
        assert!(measures.durations(TimedWork::Request).is_empty());
    }

    #[test]
    fn what_has_not_happened_yet_is_told_as_never() {
        let measures = Measures::default();
        measures.expect(Occurrence::JobFailure, &["backup"]);
        measures.count(Occurrence::JobFailure, &["reminders"]);
        measures.count(Occurrence::JobFailure, &["reminders"]);
        measures.expect(Occurrence::JobFailure, &["reminders"]);
        let told = measures.counted(Occurrence::JobFailure);
        assert_eq!(told, [(vec!["backup".to_owned()], 0), (vec!["reminders".to_owned()], 2)]);
    }

    #[test]
    fn names_are_told_apart_and_end_as_what_they_are() {
        let counters = Occurrence::ALL.map(|one| one.name().0);
        let spans = TimedWork::ALL.map(|one| one.name().0);
        assert!(counters.iter().all(|name| name.ends_with("_total")), "{counters:?}");
        assert!(spans.iter().all(|name| name.ends_with("_seconds")), "{spans:?}");
        let mut all: Vec<&str> = counters.into_iter().chain(spans).collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), Occurrence::ALL.len() + TimedWork::ALL.len());
    }
}
