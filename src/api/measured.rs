//! What is told in numbers: kept from the last look, and what this process measured of itself (spec 22.2).

use std::fmt::Write;
use std::sync::{Mutex, PoisonError};

use super::process::of_process;
use crate::answers::{Metric, MetricSort};
use crate::db::Db;
use crate::measures::{Durations, MeasureName, Measures, Occurrence, TimedWork, UP_TO};

/// What is told in numbers.
#[derive(Debug, Default)]
pub(super) struct Measured {
    looked: Mutex<Vec<Metric>>,
}

impl Measured {
    /// Keeps what was found by a look, in place of what the one before found.
    pub(super) fn keep(&self, found: Vec<Metric>) {
        // Whole at any instant.
        *self.looked.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }

    /// All of it as text that Prometheus reads. It asks no database.
    pub(super) fn text(&self, db: &Db) -> String {
        let mut all = self.looked.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (idle, in_use) = db.connections();
        let help = "Connections of this process to the database, by whether somebody uses them.";
        all.push(
            Metric::gauge("refresher_db_pool_connections", help)
                .with([("state", "idle")], idle as f64)
                .with([("state", "in_use")], in_use as f64),
        );
        all.extend(of_process());
        let mut text = written(all, db.measures());
        for span in TimedWork::ALL {
            write_durations(span.name(), &db.measures().durations(span), &mut text);
        }
        text
    }
}

/// What was found and what this process counted: each name once, with all of its values.
fn written(mut all: Vec<Metric>, measures: &Measures) -> String {
    for occurrence in Occurrence::ALL {
        let (name, help, labels) = occurrence.name();
        let place = all.iter().position(|metric| metric.name == name);
        let mut metric = place.map_or(Metric::counter(name, help), |place| all.remove(place));
        metric.help = help;
        for (values, count) in measures.counted(occurrence) {
            metric.values.push((labels.iter().copied().zip(values).collect(), count as f64));
        }
        all.push(metric);
    }
    let mut text = String::new();
    for metric in all.iter().filter(|metric| !metric.values.is_empty()) {
        write(metric, &mut text);
    }
    text
}

/// How long something took each time, as a histogram.
fn write_durations((name, help, labels): MeasureName, all: &[(Vec<String>, Durations)], text: &mut String) {
    if all.is_empty() {
        return;
    }
    // Writing into a text can't fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} histogram");
    for (values, durations) in all {
        let of = |further: Option<(&'static str, String)>| {
            let named = labels.iter().copied().zip(values.iter().cloned());
            labelled(&named.chain(further).collect::<Vec<_>>())
        };
        for (up_to, within) in UP_TO.iter().zip(durations.within) {
            let _ = writeln!(text, "{name}_bucket{} {within}", of(Some(("le", up_to.to_string()))));
        }
        let Durations { count, seconds, .. } = durations;
        let _ = writeln!(text, "{name}_bucket{} {count}", of(Some(("le", "+Inf".to_owned()))));
        let _ = writeln!(text, "{name}_sum{0} {seconds}\n{name}_count{0} {count}", of(None));
    }
}

fn write(metric: &Metric, text: &mut String) {
    let sort = match metric.sort {
        MetricSort::Gauge => "gauge",
        MetricSort::Counter => "counter",
    };
    // Writing into a text can't fail.
    let _ = writeln!(text, "# HELP {0} {1}\n# TYPE {0} {sort}", metric.name, metric.help);
    for (labels, value) in &metric.values {
        let _ = writeln!(text, "{}{} {value}", metric.name, labelled(labels));
    }
}

fn labelled(labels: &[(&'static str, String)]) -> String {
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
    if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn metrics_are_written_as_prometheus_reads_them() {
        let measures = Measures::default();
        measures.count(Occurrence::Request, &["/api/imports", "200"]);
        measures.count(Occurrence::Request, &["/api/imports", "200"]);
        measures.count(Occurrence::FileTurnedAway, &["staff", "refused"]);
        measures.expect(Occurrence::JobFailure, &["backup"]);
        let (name, _, _) = Occurrence::FileTurnedAway.name();
        let text = written(
            vec![
                Metric::counter(name, "Imports.").with([("kind", "staff"), ("outcome", "recorded")], 3.0),
                Metric::gauge("refresher_staff_in_post", "People in post.").of(604.0),
                Metric::gauge("refresher_requirements", "Pairs.")
                    .with([("course", "A \"quoted\" \\ code\n"), ("state", "lapsed")], 2.0),
                Metric::gauge("refresher_nothing", "Nothing is known of it."),
            ],
            &measures,
        );
        insta::assert_snapshot!(text, @r##"
        # HELP refresher_staff_in_post People in post.
        # TYPE refresher_staff_in_post gauge
        refresher_staff_in_post 604
        # HELP refresher_requirements Pairs.
        # TYPE refresher_requirements gauge
        refresher_requirements{course="A \"quoted\" \\ code\n",state="lapsed"} 2
        # HELP refresher_imports_total Imports that are on record, also those that were undone since; files that this process did not take in.
        # TYPE refresher_imports_total counter
        refresher_imports_total{kind="staff",outcome="recorded"} 3
        refresher_imports_total{kind="staff",outcome="refused"} 1
        # HELP refresher_delivery_outcomes_total How attempts of this process to deliver ended.
        # TYPE refresher_delivery_outcomes_total counter
        refresher_delivery_outcomes_total{outcome="broken-off"} 0
        refresher_delivery_outcomes_total{outcome="deferred"} 0
        refresher_delivery_outcomes_total{outcome="failed"} 0
        refresher_delivery_outcomes_total{outcome="not-tried"} 0
        refresher_delivery_outcomes_total{outcome="refused-us"} 0
        refresher_delivery_outcomes_total{outcome="released"} 0
        refresher_delivery_outcomes_total{outcome="sent"} 0
        refresher_delivery_outcomes_total{outcome="unclear"} 0
        # HELP refresher_job_failures_total Runs of a job in this process that failed.
        # TYPE refresher_job_failures_total counter
        refresher_job_failures_total{job="backup"} 0
        # HELP refresher_db_retries_total Transactions of this process that the database put back and that were written again.
        # TYPE refresher_db_retries_total counter
        refresher_db_retries_total{reason="connection-lost"} 0
        refresher_db_retries_total{reason="deadlock"} 0
        refresher_db_retries_total{reason="lock-timeout"} 0
        refresher_db_retries_total{reason="serialisation"} 0
        # HELP refresher_http_requests_total Requests of programs to this process.
        # TYPE refresher_http_requests_total counter
        refresher_http_requests_total{route="/api/imports",status="200"} 2
        "##);
    }

    #[test]
    fn durations_are_a_histogram_by_their_labels() {
        let measures = Measures::default();
        measures.took(TimedWork::Request, &["/api/imports"], Duration::from_millis(250));
        measures.took(TimedWork::Request, &["/api/imports"], Duration::from_secs(700));
        measures.took(TimedWork::Delivery, &[], Duration::from_millis(30));
        let mut text = String::new();
        for span in TimedWork::ALL {
            write_durations(span.name(), &measures.durations(span), &mut text);
        }
        insta::assert_snapshot!(text, @r##"
        # HELP refresher_delivery_seconds How long a mail server took over an attempt to deliver.
        # TYPE refresher_delivery_seconds histogram
        refresher_delivery_seconds_bucket{le="0.001"} 0
        refresher_delivery_seconds_bucket{le="0.005"} 0
        refresher_delivery_seconds_bucket{le="0.02"} 0
        refresher_delivery_seconds_bucket{le="0.05"} 1
        refresher_delivery_seconds_bucket{le="0.1"} 1
        refresher_delivery_seconds_bucket{le="0.25"} 1
        refresher_delivery_seconds_bucket{le="1"} 1
        refresher_delivery_seconds_bucket{le="2.5"} 1
        refresher_delivery_seconds_bucket{le="10"} 1
        refresher_delivery_seconds_bucket{le="30"} 1
        refresher_delivery_seconds_bucket{le="120"} 1
        refresher_delivery_seconds_bucket{le="600"} 1
        refresher_delivery_seconds_bucket{le="+Inf"} 1
        refresher_delivery_seconds_sum 0.03
        refresher_delivery_seconds_count 1
        # HELP refresher_http_request_seconds How long this process took to answer programs.
        # TYPE refresher_http_request_seconds histogram
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.001"} 0
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.005"} 0
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.02"} 0
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.05"} 0
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.1"} 0
        refresher_http_request_seconds_bucket{route="/api/imports",le="0.25"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="1"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="2.5"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="10"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="30"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="120"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="600"} 1
        refresher_http_request_seconds_bucket{route="/api/imports",le="+Inf"} 2
        refresher_http_request_seconds_sum{route="/api/imports"} 700.25
        refresher_http_request_seconds_count{route="/api/imports"} 2
        "##);
    }
}
