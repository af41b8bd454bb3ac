//! The daemons of an installation, its nodes: what each is for, and which were seen of late (spec 20.5).
//!
//! Each keeps a line of the ledger and renews it; whoever asks which there are reads it. Nothing that is done is decided by
//! the ledger: what a daemon does follows from its own roles, and who does what of the work from claims and slots.

pub(crate) mod store;

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

/// What a node does of the work of its installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum NodeRole {
    /// The console.
    Web,
    /// The interface for programs.
    Api,
    /// Sending what the outbox holds.
    Delivery,
    /// The scheduled jobs.
    Schedule,
    /// What needs a folder of this machine: the inbox, returned mail, files of backups.
    Folders,
}

impl NodeRole {
    /// Each of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Web, Self::Api, Self::Delivery, Self::Schedule, Self::Folders];

    /// The role's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Delivery => "delivery",
            Self::Schedule => "schedule",
            Self::Folders => "folders",
        }
    }

    /// The role with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// These roles in one text, in which the ledger keeps them and in which they are told.
    pub(crate) fn join(roles: &[Self]) -> String {
        roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for NodeRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How often a node renews its line, in seconds.
pub(crate) const RENEW_EVERY_SECONDS: u32 = 30;
/// After how long a node that was not seen is gone: three renewals that did not come.
const GONE_AFTER: TimeDelta = TimeDelta::seconds(3 * RENEW_EVERY_SECONDS as i64);
/// How long a node that is gone is remembered.
const KEPT: TimeDelta = TimeDelta::days(30);

/// A daemon as it writes itself down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ThisNode {
    /// What tells it from other nodes.
    pub(crate) name: String,
    /// The version of the program.
    pub(crate) version: &'static str,
    /// What it does.
    pub(crate) roles: Vec<NodeRole>,
    /// What tells this process from any other of the name.
    pub(crate) process: String,
}

/// A line of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownNode {
    /// What tells it from other nodes.
    pub(crate) name: String,
    /// The version of the program that it runs.
    pub(crate) version: String,
    /// What it does.
    pub(crate) roles: Vec<NodeRole>,
    /// When it last renewed its line.
    pub(crate) seen_at: DateTime<Utc>,
    /// When it last found that another daemon writes the same line.
    pub(crate) twin_at: Option<DateTime<Utc>>,
    /// Whether it said, when it was last seen, that it was told to stop.
    pub(crate) signed_off: bool,
}

/// How a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum NodeStanding {
    /// It was seen of late.
    Running,
    /// Two daemons were seen of late that go by its name.
    SharedName,
    /// It was told to stop, and did.
    Stopped,
    /// It was not seen for three of its periods.
    Gone,
}

impl NodeStanding {
    /// Whether it does its work.
    pub(crate) fn is_running(self) -> bool {
        matches!(self, Self::Running | Self::SharedName)
    }
}

impl KnownNode {
    /// How it stands at `now`.
    pub(crate) fn standing(&self, now: DateTime<Utc>) -> NodeStanding {
        let long_ago = |at: DateTime<Utc>| now - at > GONE_AFTER;
        match self.twin_at {
            _ if self.signed_off => NodeStanding::Stopped,
            _ if long_ago(self.seen_at) => NodeStanding::Gone,
            Some(at) if !long_ago(at) => NodeStanding::SharedName,
            _ => NodeStanding::Running,
        }
    }
}

/// Those of `needed` that none of the nodes which run at `now` does.
pub(crate) fn unfilled(nodes: &[KnownNode], needed: &[NodeRole], now: DateTime<Utc>) -> Vec<NodeRole> {
    let runs = |node: &&KnownNode| node.standing(now).is_running();
    let is_filled = |role: &NodeRole| nodes.iter().filter(runs).any(|node| node.roles.contains(role));
    needed.iter().copied().filter(|role| !is_filled(role)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
    }

    fn node(name: &str, roles: &[NodeRole], seen: i64, twin: Option<i64>) -> KnownNode {
        KnownNode {
            name: name.to_owned(),
            version: "1".to_owned(),
            roles: roles.to_vec(),
            seen_at: at(seen),
            twin_at: twin.map(at),
            signed_off: false,
        }
    }

    #[test]
    fn a_node_that_signed_off_is_stopped_whenever_it_was_seen() {
        for seen in [0, -91] {
            let stopped = KnownNode { signed_off: true, ..node("a", &[NodeRole::Delivery], seen, Some(0)) };
            assert_eq!(stopped.standing(at(0)), NodeStanding::Stopped);
            assert_eq!(unfilled(&[stopped], &[NodeRole::Delivery], at(0)), [NodeRole::Delivery]);
        }
    }

    #[test]
    fn a_node_is_gone_when_it_was_not_seen_for_three_periods() {
        for (seen, twin, expected) in [
            (0, None, NodeStanding::Running),
            (-90, None, NodeStanding::Running),
            (-91, None, NodeStanding::Gone),
            // Its clock was ahead.
            (40, None, NodeStanding::Running),
            (0, Some(-90), NodeStanding::SharedName),
            (0, Some(-91), NodeStanding::Running),
            (-91, Some(0), NodeStanding::Gone),
        ] {
            assert_eq!(node("a", &[], seen, twin).standing(at(0)), expected, "{seen} {twin:?}");
        }
    }

    #[test]
    fn a_role_is_filled_by_whichever_node_that_runs_has_it() {
        use NodeRole::{Delivery, Folders, Schedule};
        let nodes = [node("a", &[Delivery], 0, None), node("b", &[Schedule, Folders], -100, None)];
        assert_eq!(unfilled(&nodes, &[Delivery, Schedule, Folders], at(0)), [Schedule, Folders]);
        assert_eq!(unfilled(&nodes, &[Delivery, Schedule, Folders], at(-50)), []);
        assert_eq!(unfilled(&[], &[Delivery], at(0)), [Delivery]);
    }
}
