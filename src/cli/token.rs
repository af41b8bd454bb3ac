//! `token`: what programs sign in with, made, listed and taken back (spec 21.2).

use serde_json::json;

use super::args::{TokenAction, TokenAddArgs, TokenArgs};
use super::exit::Exit;
use super::out::Out;
use crate::answers::{self, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::{NewToken, add_token, revoke_token};
use crate::wording::long_date;

/// Lists tokens, makes one or takes one back.
pub(crate) fn run(app: &App, args: &TokenArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        TokenAction::List => out.answer(&answers::tokens(app, &Viewer::Everything)?),
        TokenAction::Add(args) => add(app, args, out),
        TokenAction::Revoke { name } => revoke(app, name, out),
    }
}

fn add(app: &App, args: &TokenAddArgs, out: Out) -> anyhow::Result<Exit> {
    let new = NewToken {
        name: &args.name,
        scopes: &args.scopes,
        organisations: &args.organisations,
        addresses: &args.addresses,
        expires_on: args.expires,
    };
    let (token, text) = add_token(app, &new, &Actor::of_process(), app.now())?;
    if out.json {
        let document = answers::token_document(&token, app.today());
        out.document(&json!({ "tokens": [document], "token": text }))?;
        return Ok(Exit::Done);
    }
    out.note(&format!(
        "the token {} holds until {}. It is shown this once: keep it where you keep passwords",
        token.name,
        long_date(token.expires_on)
    ));
    out.text(&text)?;
    Ok(Exit::Done)
}

fn revoke(app: &App, name: &str, out: Out) -> anyhow::Result<Exit> {
    let is_done = revoke_token(app, name, &Actor::of_process(), app.now())?;
    if out.json {
        out.document(&json!({ "changed": u8::from(is_done) }))?;
    } else if is_done {
        out.text(&format!("nobody can use the token {name} any more"))?;
    } else {
        out.text("nothing to do: the token was revoked before")?;
    }
    Ok(Exit::Done)
}
