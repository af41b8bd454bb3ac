//! What is told in numbers: kept from the last look, and counted of what programs asked (spec 22.2).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::answers::{Metric, MetricSort};

/// What is told in numbers.
#[derive(Debug, Default)]
pub(super) struct Measured {
    looked: Mutex<Vec<Metric>>,
    asked: Mutex<Counted>,
}

/// What programs asked of this process.
#[derive(Debug, Default)]
struct Counted {
    requests: BTreeMap<(&'static str, u16), u64>,
    took: BTreeMap<&'static str, Duration>,
}

impl Measured {
    /// Keeps what was found by a look, in place of what the one before found.
    pub(super) fn keep(&self, found: Vec<Metric>) {
        *held(&self.looked) = found;
    }

    /// Counts a request to a route.
    pub(super) fn count(&self, route: &'static str, status: u16, took: Duration) {
        let mut asked = held(&self.asked);
        *asked.requests.entry((route, status)).or_default() += 1;
        *asked.took.entry(route).or_default() += took;
    }

    /// All of it as text that Prometheus reads.
    pub(super) fn text(&self) -> String {
        let mut all = held(&self.looked).clone();
        all.extend(self.of_requests());
        all.extend(of_process());
        let mut text = String::new();
        for metric in all.iter().filter(|metric| !metric.values.is_empty()) {
            write(metric, &mut text);
        }
        text
    }

    fn of_requests(&self) -> [Metric; 2] {
        let asked = held(&self.asked);
        let help = "Requests of programs to this process.";
        let mut requests = Metric::counter("refresher_http_requests_total", help);
        for ((route, status), number) in &asked.requests {
            requests = requests.with([("route", route), ("status", &status.to_string())], *number as f64);
        }
        let help = "Seconds that they took in all.";
        let mut seconds = Metric::counter("refresher_http_request_seconds_total", help);
        for (route, took) in &asked.took {
            seconds = seconds.with([("route", route)], took.as_secs_f64());
        }
        [requests, seconds]
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
        let labels: Vec<String> =
            labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(text, "{}{labels} {value}", metric.name);
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// What the system says of the process, where it says it as Linux does.
fn of_process() -> Vec<Metric> {
    let mut all = Vec::new();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    if let Some(kilobytes) = resident.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<f64>().ok())
    {
        let help = "Resident memory of the process.";
        all.push(Metric::gauge("process_resident_memory_bytes", help).of(kilobytes * 1024.0));
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        let help = "Files that the process has open.";
        all.push(Metric::gauge("process_open_fds", help).of(files.count() as f64));
    }
    all
}

/// Whole at any instant.
fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_written_as_prometheus_reads_them() {
        let measured = Measured::default();
        measured.keep(vec![
            Metric::gauge("refresher_staff_in_post", "People in post.").of(604.0),
            Metric::gauge("refresher_requirements", "Pairs.")
                .with([("course", "A \"quoted\" \\ code\n"), ("state", "lapsed")], 2.0),
            Metric::gauge("refresher_nothing", "Nothing is known of it."),
        ]);
        measured.count("/api/imports", 200, Duration::from_millis(250));
        measured.count("/api/imports", 200, Duration::from_millis(250));
        measured.count("none", 404, Duration::ZERO);
        let text = measured.text();
        let ours = text.split("# HELP process_").next().unwrap();
        assert_eq!(
            ours,
            "# HELP refresher_staff_in_post People in post.\n\
             # TYPE refresher_staff_in_post gauge\n\
             refresher_staff_in_post 604\n\
             # HELP refresher_requirements Pairs.\n\
             # TYPE refresher_requirements gauge\n\
             refresher_requirements{course=\"A \\\"quoted\\\" \\\\ code\\n\",state=\"lapsed\"} 2\n\
             # HELP refresher_http_requests_total Requests of programs to this process.\n\
             # TYPE refresher_http_requests_total counter\n\
             refresher_http_requests_total{route=\"/api/imports\",status=\"200\"} 2\n\
             refresher_http_requests_total{route=\"none\",status=\"404\"} 1\n\
             # HELP refresher_http_request_seconds_total Seconds that they took in all.\n\
             # TYPE refresher_http_request_seconds_total counter\n\
             refresher_http_request_seconds_total{route=\"/api/imports\"} 0.5\n\
             refresher_http_request_seconds_total{route=\"none\"} 0\n"
        );
    }
}
