//! Whether some daemon does each part of the work.

use super::checked::CheckedThing;
use crate::answers;
use crate::app::App;
use crate::config::NodeRole;
use crate::installation::nodes::{NodeStanding, unfilled};

/// Roles that no daemon has of those that run, and names that two share. Where none ever ran, the jobs say so.
pub(super) fn nodes(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    const WHAT: &str = "nodes";
    let (known, now) = answers::known_nodes(app)?;
    let running: Vec<_> = known.iter().filter(|node| node.standing(now) != NodeStanding::Gone).collect();
    if running.is_empty() {
        return Ok(Vec::new());
    }
    let mut checked = Vec::new();
    // Backups are made everywhere; the inbox and returned mail are where they are configured, and need no more.
    let lacking = unfilled(&known, &[NodeRole::Delivery, NodeRole::Schedule, NodeRole::Folders], now);
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
    Ok(checked)
}
