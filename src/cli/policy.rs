//! `policy check`: is this policy sound; `policy alias`: names of courses; `policy impact`: what it would change.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, bail};
use serde_json::json;

use super::args::{AliasAction, Global, PolicyAction, PolicyArgs};
use super::ask;
use super::exit::Exit;
use super::opening::open_to_look;
use super::out::{Out, sentence};
use crate::answers::{self, Viewer};
use crate::app::{App, PolicyFileStanding};
use crate::board::asking_nobody;
use crate::config::ConfigError;
use crate::db::DbError;
use crate::files::{self, Draft, Existing, Links};
use crate::import::{course_key, doubt_of_name};
use crate::policy::{self, ParsedPolicy};

/// Looks at a policy file: what is wrong with it, with lines, and what it holds or would change.
pub(crate) fn run(global: &Global, args: &PolicyArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        PolicyAction::Check { file } => check(global, file, out),
        PolicyAction::Impact(args) => {
            let parsed = read(&args.file)?;
            for warning in &parsed.warnings {
                out.note(warning);
            }
            // Without a trace: the file may be the one of the settings, changed and not to be taken up yet.
            let app = open_to_look(global)?;
            let question = ask::question(&app, &args.asked)?;
            let viewer = Viewer::Everything;
            out.answer(&answers::policy_impact(&app, &question, &viewer, &parsed.policy, args.people)?)
        }
        PolicyAction::Alias { action: AliasAction::Add { code, name } } => {
            let app = open_to_look(global)?;
            refuse_beneath_the_console(&app)?;
            add_alias(&app.config.policy, code, name, out)
        }
    }
}

/// A policy file that does not hold is not changed in passing: with its change it would be put in force.
fn refuse_beneath_the_console(app: &App) -> anyhow::Result<()> {
    if app.policy_file_standing()? == PolicyFileStanding::StoodOver {
        bail!(
            "a policy that was put in force in the console holds, and changing {} would put the file in force in its \
             place: add the name to the policy in the console, or first save that policy as the file",
            app.config.policy.display()
        );
    }
    Ok(())
}

/// Writes the name into the file, which is replaced as a whole or not at all.
fn add_alias(file: &Path, code: &str, name: &str, out: Out) -> anyhow::Result<Exit> {
    let text =
        files::read_text(file).with_context(|| format!("the policy {} can't be read", file.display()))?;
    let parsed = policy::parse(&text, &file.to_string_lossy())?;
    if let Some(doubt) = doubt_of_name(&parsed.policy, code, name) {
        bail!(
            "\"{name}\" was not made a name of {code}: {doubt}. Where it is one all the same, write it among the aliases \
             of {code} in {}",
            file.display()
        );
    }
    let added = policy::with_alias(&text, &file.to_string_lossy(), (code, name), course_key)?;
    if let Some(added) = &added {
        let write = || -> io::Result<()> {
            let permissions = std::fs::metadata(file)?.permissions();
            let mut draft = Draft::begin(file, Existing::Replaced, None)?;
            draft.file().write_all(added.as_bytes())?;
            draft.file().set_permissions(permissions)?;
            draft.finish()
        };
        write().with_context(|| format!("the policy {} can't be written", file.display()))?;
    }
    if out.json {
        out.document(&json!({ "course": code, "name": name, "added": added.is_some() }))?;
    } else if added.is_some() {
        out.text(&format!("{code} goes by \"{name}\" from now on: {} says so.", file.display()))?;
    } else {
        out.text(&format!("{code} goes by \"{name}\" already."))?;
    }
    Ok(Exit::Done)
}

fn read(file: &Path) -> anyhow::Result<ParsedPolicy> {
    let text = files::read_text_of(file, Links::Refused)
        .with_context(|| format!("the policy {} can't be read: correct its name", file.display()))?;
    Ok(policy::parse(&text, &file.to_string_lossy())?)
}

/// The register of these settings, where there is one: a policy may be written before.
fn register(global: &Global, out: Out) -> Option<App> {
    match open_to_look(global) {
        Ok(app) => Some(app),
        Err(error) => {
            let is_missing = matches!(error.downcast_ref(), Some(ConfigError::Missing(_)))
                || matches!(error.downcast_ref(), Some(DbError::Missing(_)));
            if !is_missing {
                out.note(&format!("whom its rules ask was not looked at: {}", sentence(&error)));
            }
            None
        }
    }
}

fn check(global: &Global, file: &Path, out: Out) -> anyhow::Result<Exit> {
    let parsed = read(file)?;
    let policy = &parsed.policy;
    let silent = match register(global, out) {
        Some(app) => Some(answers::silent_rules_now(&app, policy)?),
        None => None,
    };
    if out.json {
        out.document(&json!({
            "file": file,
            "courses": policy.courses.len(),
            "requirements": policy.requirements.len(),
            "statements": policy.statements.len(),
            "warnings": parsed.warnings,
            "asks_nobody": silent,
        }))?;
        return Ok(Exit::Done);
    }
    for warning in &parsed.warnings {
        out.note(warning);
    }
    for what in asking_nobody(&silent.unwrap_or_default()) {
        out.note(&format!("a rule asks nobody, and makes people look trained: {what}"));
    }
    out.text(&format!(
        "{} is sound: {} courses, {} requirements, {} assurance statements.",
        file.display(),
        policy.courses.len(),
        policy.requirements.len(),
        policy.statements.len(),
    ))?;
    Ok(Exit::Done)
}
