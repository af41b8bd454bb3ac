//! Signing in at the identity provider: there by a link, and back with its answer. Going there changes nothing here.

use askama::Template;

use super::{SsoLink, again, back_to};
use crate::access::sso::{BroughtAnswer, RequestPurpose};
use crate::jobs::accounts::passwords::link_of;
use crate::jobs::accounts::session::{CookieWorth, SignedIn, who_is};
use crate::jobs::accounts::sso::{SingleSignOn, SsoOutcome, take_answer};
use crate::web::answer::{CookieChange, Fault, Notice, PageFrame, Reply};
use crate::web::request::{PageRequest, SSO_COOKIE};

/// The page of whoever has their account connected.
pub(crate) const CONNECTING: &str = "/account/work-account";

#[derive(Template)]
#[template(path = "web/work_account.html")]
struct WorkAccountPage {
    frame: PageFrame,
    sso: SsoLink,
}

/// Seconds for which a browser keeps what it asked for.
const KEPT: u32 = 600;

/// Sends somebody there to sign in.
pub(crate) fn begin(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.query.one("to"));
    go(asked, RequestPurpose::SignIn, to)
}

/// Sends whoever is signed in there to prove once more that it is them.
pub(crate) fn again(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.query.one("to"));
    go(asked, RequestPurpose::Again(who.sign_in.id), to)
}

/// Sends whoever was invited there, to come back to the account of their invitation.
pub(crate) fn invited(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    provider(asked)?;
    link_of(asked.app(), &asked.state.key, asked.place(), asked.now)?
        .ok_or(if asked.app().config.web.has_passwords { Fault::DeadLink } else { Fault::NotFound })?;
    go(asked, RequestPurpose::Invitation(asked.place().to_owned()), "/")
}

/// Says what it is to have one's account bound to who one is there, with the link that leads there.
pub(crate) fn work_account(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let sso = SsoLink::to(asked, "/sign-in/sso/connect".to_owned()).ok_or(Fault::NotFound)?;
    if !who.account.identities.is_empty() {
        return Ok(Reply::see("/account"));
    }
    Reply::page(&WorkAccountPage {
        frame: PageFrame::of(asked, who, "work-account", "Connect your work account")?,
        sso,
    })
}

/// Sends whoever is signed in there, to have their account bound to who they are there; whoever gave their password too long
/// ago goes to give it first.
pub(crate) fn connect(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    if !who.is_recent(asked.now) {
        return Ok(again::first(CONNECTING));
    }
    go(asked, RequestPurpose::Connect(who.sign_in.id), "/account")
}

/// Takes the provider's answer, once.
pub(crate) fn done(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let sso = provider(asked)?;
    let brought = BroughtAnswer {
        state: asked.query.one("state"),
        code: asked.query.one("code"),
        issuer: asked.query.one("iss"),
        error: asked.query.one("error"),
    };
    let cookies = (asked.cookies.sso(), asked.cookies.session());
    let work = || take_answer(asked.app(), (&asked.state.key, sso), cookies, &brought, asked.now);
    let failed = |outcome: &anyhow::Result<SsoOutcome>| matches!(outcome, Ok(SsoOutcome::Refused(_)));
    match asked.state.rates.one_try(asked.client, asked.now, work, failed)? {
        SsoOutcome::SignedIn { token, to, without_groups } => {
            if without_groups {
                tell(asked, &token, &without_groups_told())?;
            }
            let reply = Reply::see(to).with_cookie(CookieChange::Holds(token));
            Ok(Reply { further_cookie: Some(cookie("", 0)), ..reply })
        }
        SsoOutcome::Connected => {
            if let Some(token) = asked.cookies.session() {
                tell(asked, token, &connected())?;
            }
            Ok(Reply { further_cookie: Some(cookie("", 0)), ..Reply::see("/account") })
        }
        SsoOutcome::Refused(refused) => {
            let (reference, account) = (asked.reference, refused.account);
            tracing::warn!(reference, account, why = refused.why, "single sign-on let nobody in");
            Err(Fault::NotLetIn)
        }
    }
}

/// Sends whoever signed out here to be signed out at the provider too, where it has a place for that.
pub(crate) fn way_out(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    match provider(asked)?.way_out(asked.now) {
        Ok(way_out) => Ok(Reply::see(way_out.unwrap_or_else(|| "/sign-in?done=out".to_owned()))),
        Err(fault) => {
            tracing::warn!(reference = asked.reference, why = %fault, "nobody can be signed out at the provider");
            Err(Fault::NotLetIn)
        }
    }
}

fn provider<'a>(asked: &'a PageRequest<'_>) -> Result<&'a SingleSignOn, Fault> {
    asked.state.sso.as_ref().ok_or(Fault::NotFound)
}

fn go(asked: &PageRequest<'_>, purpose: RequestPurpose, to: &str) -> Result<Reply, Fault> {
    match provider(asked)?.begin(&asked.state.key, purpose, (&asked.address, to), asked.now) {
        Ok((kept, address)) => Ok(Reply { further_cookie: Some(cookie(&kept, KEPT)), ..Reply::see(address) }),
        Err(fault) => {
            tracing::warn!(reference = asked.reference, why = %fault, "nobody can be sent to the identity provider");
            Err(Fault::NotLetIn)
        }
    }
}

/// A cookie that this host alone gets, from pages of others too when somebody comes from there.
fn cookie(value: &str, seconds: u32) -> String {
    format!("{SSO_COOKIE}={value}; Secure; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}")
}

/// Has the next page of whoever is signed in tell something.
fn tell(asked: &PageRequest<'_>, token: &str, notice: &Notice) -> Result<(), Fault> {
    match who_is(asked.app(), token, asked.now)? {
        CookieWorth::Somebody(who) => notice.keep(asked, &who),
        _ => Ok(()),
    }
}

fn without_groups_told() -> Notice {
    Notice::Done {
        what: "You are signed in without the roles that your groups give you.".to_owned(),
        then: "Your organisation\u{2019}s sign-in service did not say which groups you are in. Nothing was taken away: the next \
               time it says so, you have them again. Until then tell whoever runs this service for you."
            .to_owned(),
    }
}

fn connected() -> Notice {
    Notice::Done {
        what: "Your work account is connected".to_owned(),
        then: "From now on you can sign in with it as well. To take that back, ask whoever runs this service for you.".to_owned(),
    }
}
