//! Signing in at an identity provider (spec 8.3): somebody is sent there by a link they click, and what their browser brings
//! back is looked at by `access`, taken once, and made a sign-in.

mod groups;
mod line;
mod outcome;
mod own;
mod whose;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::json;

pub(crate) use outcome::{RefusedAnswer, SsoOutcome};

use super::sign_in::note_success;
use crate::access::sso::{
    BroughtAnswer, ClientSettings, IdentityProvider, ProvedIdentity, ProviderFault, RequestPurpose,
    SignInRequest,
};
use crate::access::store::{self, NewSignIn, SignInStage};
use crate::access::{KeyFile, SignInWay, random_token};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::config::OidcSettings;
use crate::db::{Conn, Locks};

/// Where browsers come back to, below the address of the console.
pub(crate) const COMES_BACK_TO: &str = "/sign-in/sso/done";

/// The identity provider of an installation.
#[derive(Debug)]
pub(crate) struct SingleSignOn {
    settings: OidcSettings,
    provider: IdentityProvider,
}

impl SingleSignOn {
    /// That of the settings; `None` where they name no provider.
    pub(crate) fn of(app: &App) -> Option<Self> {
        let web = &app.config.web;
        let settings = web.oidc.clone()?;
        let known_as = ClientSettings {
            issuer: settings.issuer.clone(),
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.reveal().to_owned(),
            scopes: settings.scopes.clone(),
        };
        Some(Self { settings, provider: IdentityProvider::new(known_as, line::ask) })
    }

    /// Where to send somebody's browser, which reaches the console at `address` and goes `to` a page of it in the end; and what
    /// it keeps meanwhile.
    pub(crate) fn begin(
        &self,
        key: &KeyFile,
        purpose: RequestPurpose,
        (address, to): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<(String, String), ProviderFault> {
        let (request, address) =
            self.provider.begin(purpose, (to, &format!("{address}{COMES_BACK_TO}")), now)?;
        Ok((request.sealed(key)?, address))
    }

    /// Where browsers go to be signed out at the provider; `None` where there is no such place.
    pub(crate) fn way_out(&self, now: DateTime<Utc>) -> Result<Option<String>, ProviderFault> {
        self.provider.way_out(now)
    }

    /// Whether the provider can be asked, and says of itself what it should.
    pub(crate) fn look(&self, now: DateTime<Utc>) -> Result<(), ProviderFault> {
        self.provider.look(now)
    }

    /// The claims that are needed of somebody.
    fn wanted(&self) -> Vec<&str> {
        let mut wanted = vec![self.settings.match_claim.as_str()];
        if self.settings.match_claim == "email" && !self.settings.trust_email {
            wanted.push("email_verified");
        }
        if !self.settings.roles.is_empty() {
            wanted.push(&self.settings.groups_claim);
        }
        wanted
    }
}

/// Takes what a browser brought back from the provider, once; `cookies` are what it kept of its request, and its sign-in.
pub(crate) fn take_answer(
    app: &App,
    (key, sso): (&KeyFile, &SingleSignOn),
    cookies: (Option<&str>, Option<&str>),
    brought: &BroughtAnswer<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<SsoOutcome> {
    let (kept, signed_in) = cookies;
    let Some(request) = kept.and_then(|kept| SignInRequest::opened(key, kept, now)) else {
        return Ok(RefusedAnswer::of("this browser made no request in the last ten minutes"));
    };
    if let Err(fault) = request.is_answered_by(brought) {
        return Ok(RefusedAnswer::of(fault));
    }
    // Whatever comes of it, it is used.
    if !app.db.write(Locks::NONE, |conn| store::use_answer(conn, &request.state, now))? {
        return Ok(RefusedAnswer::of("the answer was taken before"));
    }
    let proved = match sso.provider.finish(&request, brought, &sso.wanted(), now) {
        Ok(proved) => proved,
        Err(fault) => return Ok(RefusedAnswer::of(fault)),
    };
    if !proved.proved_by(&sso.settings.require_amr) {
        return Ok(RefusedAnswer::of("they did not prove themselves in a way that `require_amr` names"));
    }
    if let Some(fault) = &proved.untold {
        tracing::warn!(why = %fault, "the provider did not tell what a token lacks");
    }
    match &request.purpose {
        RequestPurpose::Again(sign_in) => {
            own::proved_again(app, ((*sign_in, signed_in), &request), &proved, now)
        }
        RequestPurpose::Connect(sign_in) => own::connected(app, (*sign_in, signed_in), &proved, now),
        RequestPurpose::SignIn | RequestPurpose::Invitation(_) => {
            signs_in(app, sso, (&request, &proved), now)
        }
    }
}

fn signs_in(
    app: &App,
    sso: &SingleSignOn,
    (request, proved): (&SignInRequest, &ProvedIdentity),
    now: DateTime<Utc>,
) -> anyhow::Result<SsoOutcome> {
    let token = random_token()?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        store::tidy_forms(conn, now)?;
        let account = match whose::account_of(app, conn, (&sso.settings, proved, &request.purpose), now)? {
            Ok(account) => account,
            Err((why, account)) => {
                tell_failure(conn, account, now)?;
                return Ok(SsoOutcome::Refused(RefusedAnswer { why: why.to_string(), account }));
            }
        };
        let told = proved.groups(&sso.settings.groups_claim);
        let way = groups::work_out(conn, &account, (&sso.settings.roles, &told), now)?;
        let new = NewSignIn { account_id: account.id, token: &token, stage: SignInStage::Whole, way };
        store::begin_sign_in(conn, &new, now)?;
        note_success(app, conn, &account, now)?;
        let without_groups = way == SignInWay::SsoWithoutGroups;
        Ok(SsoOutcome::SignedIn { token: token.clone(), to: request.to.clone(), without_groups })
    })
}

/// Tells the audit log of the first in an hour. It counts as no guess: nothing was guessed.
fn tell_failure(conn: &mut Conn, account: Option<i32>, now: DateTime<Utc>) -> anyhow::Result<()> {
    let Some(account) = account else { return Ok(()) };
    let object = format!("account {account}");
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    if !audit::was_done_since(conn, Action::SignInFailed, &object, hour)? {
        let by = Actor::named(&object);
        audit::record(conn, &Act::new(&by, Action::SignInFailed, object, json!({ "sso": true })), now)?;
    }
    Ok(())
}
