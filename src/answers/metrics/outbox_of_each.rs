//! The outbox of each organisation, in numbers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use super::metric::{Metric, waiting, whole};
use crate::outbox::store::StateCount;

/// Its messages, all kinds together, and for how long the one has been due that waits the longest.
pub(super) fn metrics(
    counts: &[StateCount],
    due_since: &BTreeMap<String, DateTime<Utc>>,
    now: DateTime<Utc>,
) -> [Metric; 2] {
    let help = "Messages of each organisation by state, all kinds together.";
    let messages =
        counts.iter().fold(Metric::gauge("refresher_organisation_messages", help), |metric, count| {
            let labels = [("organisation", count.organisation.as_str()), ("state", count.state.as_str())];
            metric.with(labels, whole(count.messages))
        });
    let help = "For how long the message of each organisation that waits the longest has been due; none, if none waits.";
    let metric = Metric::gauge("refresher_organisation_oldest_due_seconds", help);
    let oldest = due_since.iter().fold(metric, |metric, (organisation, since)| {
        metric.with([("organisation", organisation.as_str())], waiting(*since, now))
    });
    [messages, oldest]
}
