//! `[engine]`: how the database's engine is used.

use crate::db::{IfOlder, Statements};
use crate::toml_file::TableSection;

/// How the database's engine is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EngineSettings {
    /// Whether a program that finds older tables brings them up to date itself. Set as `migrate`. Default: where the
    /// database is a file.
    pub if_older: IfOlder,
    /// Whether the server keeps prepared statements for each connection. Set as `prepared`. Default: it does.
    pub statements: Statements,
}

pub(super) fn read(root: &TableSection<'_>) -> EngineSettings {
    let mut engine = EngineSettings { if_older: IfOlder::of_this_build(), statements: Statements::Kept };
    let Some(section) = root.table("engine", "[engine]") else { return engine };
    match section.boolean("migrate") {
        Some(true) => engine.if_older = IfOlder::Upgrade,
        Some(false) => engine.if_older = IfOlder::Fail,
        None => {}
    }
    if section.boolean("prepared") == Some(false) {
        engine.statements = Statements::Anew;
    }
    section.finish();
    engine
}
