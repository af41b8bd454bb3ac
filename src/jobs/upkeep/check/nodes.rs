//! Whether a daemon looks at the clock, and whether some daemon does each part of the work.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::checked::CheckedThing;
use crate::answers;
use crate::app::App;
use crate::config::NodeRole;
use crate::installation::nodes::{KnownNode, NodeStanding, unfilled};

/// How long ago a daemon may have looked at the clock (spec 4).
const LOOKED_WITHIN: TimeDelta = TimeDelta::minutes(3);
/// What to do where none runs.
const START: &str = "start the daemon: `refresher daemon`, or the service that runs it";

/// Whether a daemon runs; then roles that no daemon has of those that run, and names that two share.
pub(super) fn nodes(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let (known, now) = answers::known_nodes(app)?;
    let mut checked = vec![daemon(&known, now, app.config.time_zone)];
    checked.extend(parts(&known, now));
    Ok(checked)
}

/// Whether a daemon looked at the clock of late. One that was told to stop may be meant to stand, and one that never ran may
/// be yet to come.
fn daemon(known: &[KnownNode], now: DateTime<Utc>, zone: Tz) -> CheckedThing {
    const WHAT: &str = "daemon";
    let looked = |node: &&KnownNode| !node.signed_off && now - node.seen_at <= LOOKED_WITHIN;
    let running = known.iter().filter(looked).max_by_key(|node| node.seen_at);
    let Some(last) = running.or(known.iter().max_by_key(|node| node.seen_at)) else {
        let says = "none was seen in the last 30 days: nothing is planned or sent by itself";
        return CheckedThing::warning(WHAT, says, START);
    };
    let (name, at) = (&last.name, last.seen_at.with_timezone(&zone).format("%H:%M on %-d %B %Y"));
    if last.signed_off {
        let says = format!("{name} was stopped at {at}: no reminder goes out by itself until it is started");
        return CheckedThing::warning(WHAT, says, START);
    }
    if now - last.seen_at > LOOKED_WITHIN {
        let says = format!(
            "{name} last looked at the clock at {at}, more than 3 minutes ago, and was not told to stop: no reminder goes out"
        );
        return CheckedThing::fault(WHAT, says, format!("look at its log, and {START}"));
    }
    CheckedThing::good(WHAT, format!("{name} looked at the clock at {at}"))
}

/// Roles that no daemon has of those that run, and names that two share.
fn parts(known: &[KnownNode], now: DateTime<Utc>) -> Vec<CheckedThing> {
    const WHAT: &str = "nodes";
    let running: Vec<_> = known.iter().filter(|node| node.standing(now).is_running()).collect();
    if running.is_empty() {
        return Vec::new();
    }
    let mut checked = Vec::new();
    // Backups are made everywhere; the inbox and returned mail are where they are configured, and need no more.
    let lacking = unfilled(known, &[NodeRole::Delivery, NodeRole::Schedule, NodeRole::Folders], now);
    if !lacking.is_empty() {
        checked.push(CheckedThing::warning(
            WHAT,
            format!("no daemon that runs does {}", NodeRole::join(&lacking)),
            "give one of them the role in [node] `roles`, or start the one that has it; `refresher nodes` lists them",
        ));
    }
    for node in running.iter().filter(|node| node.standing(now) == NodeStanding::SharedName) {
        checked.push(CheckedThing::warning(
            WHAT,
            format!("two daemons go by the name {}", node.name),
            "give each a `name` of its own in [node]",
        ));
    }
    if checked.is_empty() {
        let names: Vec<&str> = running.iter().map(|node| node.name.as_str()).collect();
        checked.push(CheckedThing::good(WHAT, format!("{} running: {}", running.len(), names.join(", "))));
    }
    checked
}

#[cfg(test)]
mod tests {
    use super::super::CheckVerdict::{self, Fault, Good, Warning};
    use super::*;

    fn node(name: &str, seconds_ago: i64, signed_off: bool) -> KnownNode {
        KnownNode {
            name: name.to_owned(),
            version: "1".to_owned(),
            roles: Vec::new(),
            seen_at: now() - TimeDelta::seconds(seconds_ago),
            twin_at: None,
            signed_off,
        }
    }

    fn now() -> DateTime<Utc> {
        "2026-11-24T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_daemon_that_was_not_told_to_stop_is_missed_once_it_looked_at_no_clock_for_three_minutes() {
        let cases: [(&[KnownNode], CheckVerdict, &str); 9] = [
            (&[], Warning, "none was seen in the last 30 days"),
            (&[node("a", 5, false)], Good, "a looked at the clock at 08:59 on 24 November 2026"),
            (&[node("a", 180, false)], Good, "a looked at the clock"),
            (&[node("a", 181, false)], Fault, "a last looked at the clock at 08:56 on 24 November 2026"),
            (&[node("a", 5, true)], Warning, "a was stopped at 08:59 on 24 November 2026"),
            (&[node("a", 90_000, true)], Warning, "a was stopped at 08:00 on 23 November 2026"),
            (&[node("a", 5, true), node("b", 60, false)], Good, "b looked at the clock"),
            (&[node("a", 9_000, false), node("b", 500, true)], Warning, "b was stopped"),
            (&[node("a", 9_000, false), node("b", 5, false)], Good, "b looked at the clock"),
        ];
        for (known, verdict, words) in cases {
            let found = daemon(known, now(), chrono_tz::Europe::London);
            assert_eq!(found.verdict, verdict, "{found:?}");
            assert!(found.says.contains(words), "{found:?}");
            assert_eq!(found.to_do.contains("start the daemon"), verdict != Good, "{found:?}");
        }
    }
}
