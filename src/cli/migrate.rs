//! `migrate`: brings a database that an older version wrote up to date.

use serde_json::json;

use super::args::Global;
use super::exit::Exit;
use super::out::Out;
use crate::config::{Config, Overrides};
use crate::db::{Db, IfMissing};

/// Brings the configured database up to date, and says where it is kept as it was. One that is up to date stays as it is.
pub(crate) fn run(global: &Global, out: Out) -> anyhow::Result<Exit> {
    let overrides = Overrides { database: global.database.clone() };
    let settings = Config::load(&global.config, std::env::vars(), &overrides)?;
    let db = Db::open(&settings.database, IfMissing::Fail)?;
    let backup = db.kept_as_it_was();
    if out.json {
        out.document(&json!({ "database": db.place().to_string(), "backup": backup }))?;
        return Ok(Exit::Done);
    }
    let database = db.place();
    out.text(&match backup {
        Some(backup) => format!(
            "{database} was brought up to date. As it was, it is kept as {}: remove that once you have seen that all is well.",
            backup.display()
        ),
        None => format!("{database} is up to date."),
    })?;
    Ok(Exit::Done)
}
