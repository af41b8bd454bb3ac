//! `outbox`: messages, and what became of them.

use anyhow::bail;
use serde_json::json;

use super::args::{OutboxAction, OutboxArgs, WhoseHeld};
use super::exit::{Exit, WrongUsage};
use super::out::Out;
use crate::answers::{self, Viewer};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Conn;
use crate::jobs::would_say;
use crate::outbox::{Changed, store};
use crate::register::store as register;

/// Lists messages, shows one, or changes what is to become of them.
pub fn run(app: &App, args: &OutboxArgs, out: Out) -> anyhow::Result<Exit> {
    let (viewer, would_say) = (Viewer::Everything, |messages: &[_]| would_say(app, messages));
    match &args.action {
        None => out.answer(&answers::outbox(app, &viewer, args.state, &would_say)?),
        Some(OutboxAction::Show { id }) => {
            out.answer(&answers::outbox_message(app, &viewer, *id, &would_say)?)
        }
        Some(action) => change(app, action, out),
    }
}

fn change(app: &App, action: &OutboxAction, out: Out) -> anyhow::Result<Exit> {
    const WHY: &str = "cancelled by hand";
    let (by, now) = (Actor::of_process(), app.now());
    let (count, done) = app.db.write(|conn| {
        let (count, done, told, which) = match action {
            OutboxAction::Show { .. } => return Ok((0, "shown")),
            OutboxAction::Release(whose) => {
                let (id, which) = held_of(conn, whose)?;
                (store::release_held(conn, id, now)?, "released", Action::OutboxRelease, which)
            }
            OutboxAction::Retry { id: Some(id), .. } => {
                let count = one(store::retry(conn, *id, now)?, *id, "tried again")?;
                (count, "to be tried again", Action::OutboxRetry, id.to_string())
            }
            OutboxAction::Retry { id: None, .. } => {
                (store::retry_failed(conn)?, "to be tried again", Action::OutboxRetry, "failed".to_owned())
            }
            OutboxAction::Cancel { id: Some(_), whose, .. } if whose.is_given() => {
                return Err(WrongUsage(
                    "--organisation and --all say whose held messages are meant: leave them out with a message's \
                     number, or write --held"
                        .to_owned(),
                )
                .into());
            }
            OutboxAction::Cancel { id: Some(id), .. } => {
                let count = one(store::cancel(conn, *id, WHY, now)?, *id, "cancelled")?;
                (count, "cancelled", Action::OutboxCancel, id.to_string())
            }
            OutboxAction::Cancel { id: None, whose, .. } => {
                let (id, which) = held_of(conn, whose)?;
                (store::cancel_held(conn, id, WHY, now)?, "cancelled", Action::OutboxCancel, which)
            }
        };
        if count > 0 {
            let act = Act::new(&by, told, format!("outbox {which}"), json!({ "messages": count }));
            audit::record(conn, &act, now)?;
        }
        Ok::<_, anyhow::Error>((count, done))
    })?;
    if out.json {
        out.document(&json!({ "changed": count }))?;
    } else {
        out.text(&format!("{count} {} {done}", if count == 1 { "message" } else { "messages" }))?;
    }
    Ok(Exit::Done)
}

/// Whose held messages are meant, as the register's key of one organisation or `None` for all, and what the audit log
/// calls them. Where messages of several are held, somebody has to say which.
fn held_of(conn: &mut Conn, whose: &WhoseHeld) -> anyhow::Result<(Option<i32>, String)> {
    let one = |id: i32, code: &str| (Some(id), format!("held of {code}"));
    if whose.all {
        return Ok((None, "held".to_owned()));
    }
    if let Some(code) = &whose.organisation {
        let known = register::current_organisations(conn)?;
        let Some((id, _, _)) = known.get(code) else {
            let known: Vec<&str> = known.keys().map(String::as_str).collect();
            bail!("there is no organisation {code:?}; known are {}", known.join(", "));
        };
        return Ok(one(*id, code));
    }
    match store::held_by_organisation(conn)?.as_slice() {
        [] => Ok((None, "held".to_owned())),
        [of] => Ok(one(of.organisation_id, &of.code)),
        several => {
            let several = several.iter().map(|of| format!("{} of {}", of.messages, of.code));
            Err(WrongUsage(format!(
                "messages of several organisations are held ({}): name one with --organisation CODE, or all of them \
                 with --all",
                several.collect::<Vec<_>>().join(", ")
            ))
            .into())
        }
    }
}

fn one(changed: Changed, id: i32, wanted: &str) -> anyhow::Result<usize> {
    match changed {
        Changed::Done => Ok(1),
        Changed::NotFound => bail!("there is no message {id}: `refresher outbox` lists them"),
        Changed::NotPossible(state) => {
            bail!("message {id} is {}: a message in that state can't be {wanted}", state.as_str())
        }
    }
}
