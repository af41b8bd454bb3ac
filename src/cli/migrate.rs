//! `migrate-schema`: brings a database that an older version wrote up to date.

use anyhow::bail;
use serde_json::json;

use super::args::{Global, MigrateArgs};
use super::exit::Exit;
use super::out::Out;
use crate::config::{Config, Overrides};
use crate::db::{self, Db};

/// Brings the configured database up to date, and says where it is kept as it was. One that is up to date stays as it is.
pub(crate) fn run(global: &Global, args: &MigrateArgs, out: Out) -> anyhow::Result<Exit> {
    if args.print_grants {
        return print_grants(out);
    }
    let overrides = Overrides { database: global.database.clone() };
    let settings = Config::load(&global.config, std::env::vars(), &overrides)?;
    let db = Db::bring_up(settings.database_at())?;
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

/// Needs no settings and no database: whoever makes that reads it first.
fn print_grants(out: Out) -> anyhow::Result<Exit> {
    let Some(sql) = db::grants() else {
        bail!(
            "the database of this build is a file, which has no roles: it is for the user alone that the program runs as"
        )
    };
    if out.json {
        out.document(&json!({ "sql": sql }))?
    } else {
        out.text(sql)?
    }
    Ok(Exit::Done)
}
