//! A number that is told, with its labels.

use chrono::{DateTime, TimeDelta, Utc};

/// How a metric changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum MetricSort {
    /// Up and down.
    Gauge,
    /// Up alone.
    Counter,
}

/// A metric with its values.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) help: &'static str,
    /// How it changes.
    pub(crate) sort: MetricSort,
    /// Its values, each by its labels.
    pub(crate) values: Vec<(Vec<(&'static str, String)>, f64)>,
}

impl Metric {
    /// One that goes up and down.
    pub(crate) fn gauge(name: &'static str, help: &'static str) -> Self {
        Self { name, help, sort: MetricSort::Gauge, values: Vec::new() }
    }

    /// One that goes up alone.
    pub(crate) fn counter(name: &'static str, help: &'static str) -> Self {
        Self { name, help, sort: MetricSort::Counter, values: Vec::new() }
    }

    /// With its one value.
    pub(crate) fn of(self, value: f64) -> Self {
        self.with([], value)
    }

    /// With a further value, by these labels.
    pub(crate) fn with<const N: usize>(mut self, labels: [(&'static str, &str); N], value: f64) -> Self {
        let labels = labels.map(|(name, value)| (name, value.to_owned())).to_vec();
        self.values.push((labels, value));
        self
    }
}

/// An instant, as Prometheus has them.
pub(super) fn seconds(at: DateTime<Utc>) -> f64 {
    in_seconds(at - DateTime::UNIX_EPOCH)
}

/// A span.
pub(super) fn in_seconds(span: TimeDelta) -> f64 {
    span.as_seconds_f64()
}

/// For how long something has been due since then: no time, where it is not yet.
pub(super) fn waiting(since: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
    in_seconds(now - since).max(0.0)
}

/// How many there are.
pub(super) fn count(number: usize) -> f64 {
    float(u64::try_from(number).unwrap_or(u64::MAX))
}

/// A count of rows.
pub(super) fn whole(number: i64) -> f64 {
    float(number.unsigned_abs())
}

/// Exact as far as anything is counted here: a float has 53 bits.
pub(super) fn float(number: u64) -> f64 {
    number as f64
}
