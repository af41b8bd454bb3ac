//! A bar for a person at a terminal who waits for an import.

use std::io::IsTerminal;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::out::{Out, Verbosity};
use crate::import::{ImportStep, Progress};

/// What is over sooner needs no bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the bar is drawn again.
const TICK: Duration = Duration::from_millis(100);

/// Where it is known how much there is to do.
const BAR: &str = "{msg:30} {wide_bar} {percent:>3}%";
/// Where it is not.
const SPINNER: &str = "{msg:30} {spinner} {elapsed}";

/// Does the work; if it takes longer than a moment, and somebody is watching, shows them how far it has come.
pub(crate) fn watched<T>(out: Out, progress: &Progress, work: impl FnOnce() -> T) -> T {
    if out.talk < Verbosity::Normal || !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|threads| {
        // Dropped when the work ends, in whatever way: then the bar goes too.
        let (_working, over) = channel::<()>();
        threads.spawn(move || show(progress, &over));
        work()
    })
}

fn show(progress: &Progress, over: &Receiver<()>) {
    let still_at_work = |wait| over.recv_timeout(wait) == Err(RecvTimeoutError::Timeout);
    if !still_at_work(PATIENCE) {
        return;
    }
    let bar = ProgressBar::new(0);
    loop {
        let (step, done, total) = progress.now();
        bar.set_message(words(step));
        bar.set_style(style(total));
        bar.set_length(total);
        bar.set_position(done.min(total));
        bar.tick();
        if !still_at_work(TICK) {
            break;
        }
    }
    bar.finish_and_clear();
}

fn words(step: ImportStep) -> &'static str {
    match step {
        ImportStep::Reading => "reading the file",
        ImportStep::Comparing => "comparing it with the register",
        ImportStep::Recording => "recording what changes",
    }
}

fn style(total: u64) -> ProgressStyle {
    let template = if total > 0 { BAR } else { SPINNER };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_styles_can_be_drawn() {
        for template in [BAR, SPINNER] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
