//! `nodes`: the daemons of the installation, what each does, and when it was last seen.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::answers::forms::shapes;
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, prose};
use crate::answers::{Answer, Viewer};
use crate::app::App;
use crate::installation::nodes::{KnownNode, NodeRole, NodeStanding, store};

/// The daemons that were seen within the last thirty days.
#[derive(Debug)]
pub struct Nodes {
    nodes: Vec<KnownNode>,
    now: DateTime<Utc>,
    zone: Tz,
}

/// The daemons of the installation, for whoever may see everything; nobody else is told of machines.
pub fn nodes(app: &App, viewer: &Viewer) -> anyhow::Result<Nodes> {
    let (nodes, now) = match viewer {
        Viewer::Everything => known_nodes(app)?,
        _ => (Vec::new(), app.now()),
    };
    Ok(Nodes { nodes, now, zone: app.config.time_zone })
}

/// The nodes of the ledger, and the instant of the database's clock by which they are judged.
pub(crate) fn known_nodes(app: &App) -> anyhow::Result<(Vec<KnownNode>, DateTime<Utc>)> {
    let now = app.now() - app.db.clock_difference(app.clock)?;
    Ok((app.db.read(|conn| store::known_nodes(conn, now))?, now))
}

impl Nodes {
    /// Whether a daemon of this name was seen of late.
    pub fn runs(&self, name: &str) -> bool {
        self.nodes.iter().any(|node| node.name == name && node.standing(self.now).is_running())
    }

    /// The nodes, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let row = |node: &KnownNode| {
            let seen = node.seen_at.with_timezone(&self.zone).format("%a %-d %b %Y %H:%M:%S");
            let stands = match node.standing(self.now) {
                NodeStanding::Running => "running",
                NodeStanding::SharedName => "two daemons have this name",
                NodeStanding::Stopped => "stopped",
                NodeStanding::Gone => "gone",
            };
            let cells = [
                node.name.clone(),
                node.version.clone(),
                seen.to_string(),
                stands.to_owned(),
                NodeRole::join(&node.roles),
            ];
            cells.map(AnswerCell::Text).to_vec()
        };
        let mut columns = columns(ListColumn::code, ["node", "version", "last seen"]);
        columns.extend([ListColumn::words("stands"), ListColumn::words("does")]);
        AnswerRows::new("Nodes", columns, self.nodes.iter().map(row))
    }
}

impl Serialize for Nodes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let node = |node: &KnownNode| {
            json!({
                "name": node.name,
                "version": node.version,
                "roles": node.roles,
                "seen_at": shapes::instant(node.seen_at),
                "standing": node.standing(self.now),
            })
        };
        json!({ "nodes": self.nodes.iter().map(node).collect::<Vec<_>>() }).serialize(serializer)
    }
}

impl Answer for Nodes {
    fn words(&self, width: usize) -> String {
        if self.nodes.is_empty() {
            return prose("No daemon was seen in the last thirty days: `refresher daemon` runs one.", width);
        }
        self.sheet().table(width)
    }
}
