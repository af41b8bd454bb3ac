//! `user`: accounts of the console, made and changed on the machine (spec 8.17).

use anyhow::bail;
use serde_json::json;

use super::args::{GrantPlaceArgs, UserAction, UserAddArgs, UserArgs, UserGrantArgs};
use super::exit::{Exit, WrongUsage};
use super::out::Out;
use crate::access::{AccessGrant, AccessRole, GrantScope};
use crate::answers::{self, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::{
    LinkDelivery, NewUser, UserChange, UserChangeOutcome, add_user, change_user, end_every_sign_in,
    reaches_nobody,
};
use crate::wording::{counted, one_line};

/// Lists accounts, makes one or changes one.
pub(crate) fn run(app: &App, args: &UserArgs, out: Out) -> anyhow::Result<Exit> {
    match &args.action {
        UserAction::List { role } => out.answer(&answers::users(app, &Viewer::Everything, *role)?),
        UserAction::Add(args) => add(app, args, out),
        UserAction::Grant(args) => {
            let grant = grant(app, args)?;
            let done = format!("{} is {} now", args.email, in_words(&grant));
            let wanted = UserChange::Grant(grant.clone());
            let ended = change(app, &args.email, &wanted, (&done, "the account had that role"), out)?;
            warn_of_nobody(app, &args.email, &grant, out)?;
            Ok(ended)
        }
        UserAction::Revoke(args) => {
            let grant = grant(app, args)?;
            let done = format!("{} is no longer {}", args.email, in_words(&grant));
            change(app, &args.email, &UserChange::Revoke(grant), (&done, "the account had no such role"), out)
        }
        UserAction::Disable { email } => {
            let done = format!("nobody can use the account of {email} any more");
            change(app, email, &UserChange::Disable, (&done, "the account was disabled before"), out)
        }
        UserAction::Enable { email } => {
            let done = format!("the account of {email} can be used");
            change(app, email, &UserChange::Enable, (&done, "the account could be used before"), out)
        }
        UserAction::Reset { email, second_factor: true, .. } => {
            let done = format!("the second factor of {email} is taken away");
            let said = (done.as_str(), "the account had no second factor");
            change(app, email, &UserChange::ResetSecondFactor, said, out)
        }
        UserAction::Reset { email, identity: true, .. } => {
            let done = format!("{email} no longer signs in at the identity provider");
            let said = (done.as_str(), "the account was bound to nobody at an identity provider");
            change(app, email, &UserChange::TakeIdentity, said, out)
        }
        UserAction::Reset { email, print, .. } => {
            let how = if *print { LinkDelivery::Shown } else { LinkDelivery::Mailed };
            let done = format!("a link is on its way to {email}");
            change(app, email, &UserChange::Reset(how), (&done, ""), out)
        }
        UserAction::EndSignIns { email: Some(email), .. } => {
            let done = format!("whoever was signed in as {email} is signed out");
            change(app, email, &UserChange::EndSignIns, (&done, "nobody was signed in to the account"), out)
        }
        UserAction::EndSignIns { email: None, .. } => {
            let ended = end_every_sign_in(app, &Actor::of_process(), app.now())?;
            if out.json {
                out.document(&json!({ "changed": ended }))?;
            } else {
                out.text(&format!("{} ended", counted(ended, "sign-in", "sign-ins")))?;
            }
            Ok(Exit::Done)
        }
    }
}

fn add(app: &App, args: &UserAddArgs, out: Out) -> anyhow::Result<Exit> {
    let new = NewUser {
        email: &args.email,
        name: &args.name.as_deref().map(one_line).unwrap_or_default(),
        number: args.number.as_deref(),
        grant: place(app, args.role, &args.place)?,
        invite: if args.no_invite { LinkDelivery::None } else { LinkDelivery::Mailed },
    };
    let account = add_user(app, &new, &Actor::of_process(), app.now())?;
    warn_of_nobody(app, &account.email, &new.grant, out)?;
    if out.json {
        out.document(&json!({ "users": [answers::user_document(&account)] }))?;
        return Ok(Exit::Done);
    }
    let next = if args.no_invite {
        format!("`refresher user reset {}` mails a link to choose a password", account.email)
    } else {
        "an invitation to choose a password is on its way".to_owned()
    };
    out.text(&format!("account {} of {} is made; {next}", account.id, account.email))?;
    Ok(Exit::Done)
}

/// Says where a role is for nobody: a unit may be misspelt.
fn warn_of_nobody(app: &App, email: &str, grant: &AccessGrant, out: Out) -> anyhow::Result<()> {
    if !reaches_nobody(app, email, grant)? {
        return Ok(());
    }
    let (scope, place) = (grant.scope.written(), grant.organisation.as_deref());
    let organisation = place.map_or(String::new(), |code| format!(" --organisation {code}"));
    let see = match grant.scope {
        GrantScope::Reports => {
            format!("`refresher staff --manager NUMBER{organisation}` lists whom somebody manages")
        }
        _ => format!("`refresher status --by unit{organisation}` lists the units there are"),
    };
    out.note(&format!("warning: nobody in post is within {scope} of {email}, so they see nobody: {see}"));
    Ok(())
}

fn change(
    app: &App,
    email: &str,
    change: &UserChange,
    (done, stood_so): (&str, &str),
    out: Out,
) -> anyhow::Result<Exit> {
    let outcome = change_user(app, email, change, &Actor::of_process(), app.now())?;
    if out.json {
        let link = match &outcome {
            UserChangeOutcome::Link { address, .. } => Some(address),
            _ => None,
        };
        out.document(&json!({ "changed": u8::from(outcome != UserChangeOutcome::StoodSo), "link": link }))?;
        return Ok(Exit::Done);
    }
    match outcome {
        UserChangeOutcome::Done => out.text(done)?,
        UserChangeOutcome::StoodSo => out.text(&format!("nothing to do: {stood_so}"))?,
        UserChangeOutcome::Link { address, ends_at } => {
            out.note(&format!(
                "whoever has this link chooses the password of {email}; it works once, until {}",
                ends_at.with_timezone(&app.config.time_zone).format("%H:%M on %-d %B %Y")
            ));
            out.text(&address)?;
        }
    }
    Ok(Exit::Done)
}

fn grant(app: &App, args: &UserGrantArgs) -> anyhow::Result<AccessGrant> {
    place(app, args.role, &args.place)
}

/// The role at the place that is meant: where nobody says one, the only organisation there is.
fn place(app: &App, role: AccessRole, place: &GrantPlaceArgs) -> anyhow::Result<AccessGrant> {
    if place.scope.is_some() && role != AccessRole::Manager {
        return Err(WrongUsage("--scope is for managers: leave it out with any other role".to_owned()).into());
    }
    let organisation = match (&place.organisation, place.all) {
        (_, true) => None,
        (Some(code), _) => {
            answers::refuse_unknown_organisation(app, code)?;
            Some(code.clone())
        }
        (None, false) => match answers::organisations(app)?.as_slice() {
            [only] => Some(only.code.clone()),
            [] => bail!("no organisation is known yet: import its staff first, or write --all"),
            several => {
                let codes: Vec<&str> = several.iter().map(|one| one.code.as_str()).collect();
                return Err(WrongUsage(format!(
                    "there are several organisations ({}): name one with --organisation CODE, or all of them with --all",
                    codes.join(", ")
                ))
                .into());
            }
        },
    };
    let scope = place.scope.clone().unwrap_or(GrantScope::Everyone);
    Ok(AccessGrant { role, organisation, scope })
}

fn in_words(grant: &AccessGrant) -> String {
    let place = grant.organisation.as_deref().unwrap_or("all organisations");
    let scope = match &grant.scope {
        GrantScope::Everyone => String::new(),
        scope => format!(", {}", scope.written()),
    };
    format!("{} at {place}{scope}", grant.role)
}
