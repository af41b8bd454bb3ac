//! Whether the loops of a daemon turn: each says so whenever it does, and whoever watches over the process asks (spec 22.2).
//!
//! It knows no database: one that is away is no reason to start the process anew.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How many times its period a loop may take until it counts as standing.
const PATIENCE: u32 = 3;

/// When each loop of the process last turned.
#[derive(Debug, Default)]
pub struct Pulse {
    loops: Mutex<BTreeMap<&'static str, Turn>>,
}

#[derive(Debug, Clone, Copy)]
struct Turn {
    at: Instant,
    period: Duration,
}

impl Pulse {
    /// A loop that turns once in `period` says that it does.
    pub(crate) fn turned(&self, name: &'static str, period: Duration) {
        let turn = Turn { at: Instant::now(), period };
        // Whole at any instant.
        self.loops.lock().unwrap_or_else(PoisonError::into_inner).insert(name, turn);
    }

    /// Whether each loop that ever turned did within three times its period.
    pub(crate) fn is_regular(&self) -> bool {
        self.is_regular_at(Instant::now())
    }

    fn is_regular_at(&self, now: Instant) -> bool {
        let loops = self.loops.lock().unwrap_or_else(PoisonError::into_inner);
        loops.values().all(|turn| now.saturating_duration_since(turn.at) <= turn.period * PATIENCE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_stands_once_it_took_more_than_three_times_its_period() {
        let pulse = Pulse::default();
        assert!(pulse.is_regular(), "nothing has begun yet");
        pulse.turned("slow", Duration::from_secs(60));
        pulse.turned("fast", Duration::from_secs(2));
        let now = Instant::now();
        for (seconds, is_regular) in [(0, true), (5, true), (7, false), (200, false)] {
            assert_eq!(pulse.is_regular_at(now + Duration::from_secs(seconds)), is_regular, "{seconds}");
        }
        pulse.turned("fast", Duration::from_secs(120));
        assert!(pulse.is_regular_at(now + Duration::from_secs(179)));
        assert!(!pulse.is_regular_at(now + Duration::from_secs(181)));
    }
}
