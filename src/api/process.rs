//! What the system says of the process, where it says it as Linux does.

use std::fs::read_to_string;

use crate::answers::Metric;

/// Ticks of a second in which Linux tells programs of times.
const TICKS: f64 = 100.0;
/// Where in `stat`, counted from behind the program's name, the ticks are that it took in its own code and in the kernel, and
/// the tick at which it began.
const TAKEN: [usize; 2] = [11, 12];
const BEGAN: usize = 19;

/// What it says; what it doesn't is left out.
pub(super) fn of_process() -> Vec<Metric> {
    let read = |file: &str| read_to_string(file).unwrap_or_default();
    let (status, stat) = (read("/proc/self/status"), read("/proc/self/stat"));
    let kilobytes = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse::<f64>().ok() // What is no number is left out.
    };
    let tick = |place: usize| {
        let (_, behind) = stat.rsplit_once(") ")?;
        behind.split(' ').nth(place)?.parse::<f64>().ok() // Likewise.
    };
    let booted = read("/proc/stat").lines().find_map(|line| line.strip_prefix("btime ")?.parse::<f64>().ok());
    let taken = TAKEN.map(tick);
    let files = std::fs::read_dir("/proc/self/fd").map(Iterator::count);
    let gauge = |name: &'static str, help: &'static str, value: Option<f64>| {
        value.map(|value| Metric::gauge(name, help).of(value))
    };
    let taken = taken.into_iter().sum::<Option<f64>>().map(|ticks| ticks / TICKS);
    let all = [
        gauge(
            "process_resident_memory_bytes",
            "Resident memory of the process.",
            kilobytes("VmRSS:").map(|size| size * 1024.0),
        ),
        gauge(
            "process_virtual_memory_bytes",
            "Virtual memory of the process.",
            kilobytes("VmSize:").map(|size| size * 1024.0),
        ),
        gauge("process_threads", "Threads of the process.", kilobytes("Threads:")),
        gauge("process_open_fds", "Files that the process has open.", files.ok().map(|files| files as f64)),
        gauge(
            "process_start_time_seconds",
            "When the process began.",
            booted.zip(tick(BEGAN)).map(|(booted, tick)| booted + tick / TICKS),
        ),
        taken.map(|taken| {
            Metric::counter("process_cpu_seconds_total", "Processor time that the process took.").of(taken)
        }),
    ];
    all.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_system_tells_of_the_process_what_can_be() {
        let all = of_process();
        let value = |name: &str| all.iter().find(|metric| metric.name == name).unwrap().values[0].1;
        assert!(value("process_resident_memory_bytes") > 1e6);
        assert!(value("process_virtual_memory_bytes") >= value("process_resident_memory_bytes"));
        assert!(value("process_open_fds") >= 3.0);
        assert!(value("process_threads") >= 1.0);
        assert!(value("process_cpu_seconds_total") >= 0.0);
        // Later than 2001, and before this machine is as old again.
        assert!((1e9..1e10).contains(&value("process_start_time_seconds")));
    }
}
