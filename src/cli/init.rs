//! `init`: a commented configuration and policy, and an empty database.

use std::path::Path;

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{Global, InitArgs};
use super::exit::Exit;
use super::out::Out;
use crate::config::{Config, Overrides, default_settings};
use crate::db::{Db, IfMissing};
use crate::files;
use crate::files::private;
use crate::policy::{self, DEFAULT_POLICY};

/// Writes `refresher.toml` and `policy.toml` where they are not there yet, and creates the database. Files that are
/// there are never overwritten. The example's policy and organisation are not taken up: nobody has decided on them yet,
/// and the first command that works with the files does that, once they have been put right.
pub(crate) fn run(global: &Global, args: &InitArgs, out: Out) -> anyhow::Result<Exit> {
    let config = args.dir.join("refresher.toml");
    let policy = args.dir.join("policy.toml");
    private::make_folder(&args.dir)
        .with_context(|| format!("the folder {} can't be made", args.dir.display()))?;
    let mut written = Vec::new();
    for (file, content) in [(&config, default_settings()), (&policy, DEFAULT_POLICY.to_owned())] {
        if write_new(file, &content)? {
            written.push(file.display().to_string());
        } else {
            out.note(&format!("{} is there already and was left as it is", file.display()));
        }
    }
    let overrides = Overrides { database: global.database.clone() };
    let settings = Config::load(&config, std::env::vars(), &overrides)?;
    let text = files::read_text(&settings.policy)
        .with_context(|| format!("the policy {} can't be read", settings.policy.display()))?;
    policy::parse(&text, &settings.policy.to_string_lossy())?;
    let db = Db::open(settings.database_at(), IfMissing::Create)?;
    if out.json {
        out.document(&json!({ "files": written, "database": db.place().to_string() }))?;
        return Ok(Exit::Done);
    }
    let elsewhere = match &global.database {
        Some(_) => {
            format!(" Put it into {} as `database`, or give --database with every command.", config.display())
        }
        None => String::new(),
    };
    out.text(&format!(
        "{}The database is {}.{elsewhere}\n\nNext:\n  1. Put your organisation's code and name, and the safeguarding contact, into {}.\n  \
         2. Read {}: the requirements are yours to decide.\n  \
         3. refresher --config {} import staff YOUR-STAFF-LIST.csv",
        if written.is_empty() { String::new() } else { format!("Wrote {}. ", written.join(" and ")) },
        db.place(),
        config.display(),
        policy.display(),
        config.display(),
    ))?;
    Ok(Exit::Done)
}

fn write_new(file: &Path, content: &str) -> anyhow::Result<bool> {
    use std::io::Write;
    match private::make_new_file(file) {
        Ok(mut opened) => {
            opened
                .write_all(content.as_bytes())
                .with_context(|| format!("{} can't be written", file.display()))?;
            Ok(true)
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => bail!("{} can't be written: {error}", file.display()),
    }
}
