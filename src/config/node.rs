//! `[node]`: which installation this is, and which daemon of it (spec 20.1, 20.5).

use crate::installation::nodes::NodeRole;
use crate::toml_file::TableSection;

/// Which installation this is, and which daemon of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeSettings {
    /// What identifies the installation in place of its machine and database file, the same for all its daemons. Default:
    /// those.
    pub instance: Option<String>,
    /// What tells this daemon from the others of the installation. Default: the host's name.
    pub name: Option<String>,
    /// What this daemon does; at least one role, each once. Default: all.
    pub roles: Vec<NodeRole>,
}

impl Default for NodeSettings {
    fn default() -> Self {
        Self { instance: None, name: None, roles: NodeRole::ALL.to_vec() }
    }
}

impl NodeSettings {
    /// Whether the daemon does what belongs to `role`.
    pub fn has(&self, role: NodeRole) -> bool {
        self.roles.contains(&role)
    }
}

pub(super) fn read(root: &TableSection<'_>) -> NodeSettings {
    let Some(section) = root.table("node", "[node]") else {
        return NodeSettings::default();
    };
    let settings = NodeSettings {
        instance: section.text("instance"),
        name: section.text("name"),
        roles: read_roles(&section),
    };
    section.finish();
    settings
}

/// The roles in the order in which they are told, whatever that of the file.
fn read_roles(section: &TableSection<'_>) -> Vec<NodeRole> {
    let Some(texts) = section.texts("roles") else { return NodeRole::ALL.to_vec() };
    let known = NodeRole::join(&NodeRole::ALL);
    let mut roles = Vec::new();
    for text in &texts {
        match NodeRole::parse(&text.value) {
            Some(role) => roles.push(role),
            None => {
                let message = format!("\"{}\" in `roles` is no role: the roles are {known}", text.value);
                section.fault_at(&text.place, message);
            }
        }
    }
    if section.is_empty_list("roles") {
        let message =
            format!("`roles` is an empty list, so that this daemon would do nothing: name some of {known}");
        section.fault("roles", message);
    }
    roles.sort_unstable();
    roles.dedup();
    roles
}
