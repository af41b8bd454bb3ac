//! `policy check`: is this policy sound.

use anyhow::Context;
use serde_json::json;

use super::args::{PolicyAction, PolicyArgs};
use super::exit::Exit;
use super::out::Out;
use crate::policy;

/// Reads a policy file and says what is wrong with it, with lines, or what it holds.
pub fn run(args: &PolicyArgs, out: Out) -> anyhow::Result<Exit> {
    let PolicyAction::Check { file } = &args.action;
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("the policy {} can't be read: correct its name", file.display()))?;
    let parsed = policy::parse(&text, &file.to_string_lossy())?;
    let policy = &parsed.policy;
    if out.json {
        out.document(&json!({
            "file": file,
            "courses": policy.courses.len(),
            "requirements": policy.requirements.len(),
            "statements": policy.statements.len(),
            "warnings": parsed.warnings,
        }))?;
        return Ok(Exit::Done);
    }
    for warning in &parsed.warnings {
        out.note(warning);
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
