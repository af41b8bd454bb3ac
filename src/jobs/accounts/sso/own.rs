//! What whoever is signed in here goes to the provider for: to prove once more that it is them, or to have their account bound
//! to who they are there.

use chrono::{DateTime, Utc};

use super::outcome::{RefusedAnswer, SsoOutcome};
use crate::access::sso::{ProvedIdentity, SignInRequest};
use crate::access::{AccountIdentity, store};
use crate::app::App;
use crate::db::Locks;
use crate::jobs::accounts::identity;
use crate::jobs::accounts::passwords::prove_again;
use crate::jobs::accounts::session::{CookieWorth, SignedIn, who_is};

/// The sign-in that a request was made in, and the cookie that its answer came with.
pub(super) type AskedWithin<'a> = (i32, Option<&'a str>);

/// Whoever is signed in, where it is the sign-in that the request was made in.
fn who_asked(
    app: &App,
    (sign_in, cookie): AskedWithin<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Box<SignedIn>>> {
    Ok(match cookie.map(|token| who_is(app, token, now)).transpose()? {
        Some(CookieWorth::Somebody(who)) if who.sign_in.id == sign_in && who.is_whole() => Some(who),
        _ => None,
    })
}

/// Has whoever is signed in have proved anew that it is them.
pub(super) fn proved_again(
    app: &App,
    (within, request): (AskedWithin<'_>, &SignInRequest),
    proved: &ProvedIdentity,
    now: DateTime<Utc>,
) -> anyhow::Result<SsoOutcome> {
    let identity = AccountIdentity::of(proved);
    let who = who_asked(app, within, now)?.filter(|who| who.account.identities.contains(&identity));
    let Some(who) = who else {
        return Ok(RefusedAnswer::of("somebody else proved themselves than is signed in"));
    };
    let token = prove_again(app, &who, now)?;
    Ok(SsoOutcome::SignedIn { token, to: request.to.clone(), without_groups: false })
}

/// Binds the account that is signed in to who its holder is at the provider. They proved a short time ago who they are here,
/// and now who they are there.
pub(super) fn connected(
    app: &App,
    within: AskedWithin<'_>,
    proved: &ProvedIdentity,
    now: DateTime<Utc>,
) -> anyhow::Result<SsoOutcome> {
    let Some(who) = who_asked(app, within, now)?.filter(|who| who.is_recent(now)) else {
        return Ok(RefusedAnswer::of("whoever asked to connect them is signed in no more, or for too long"));
    };
    let identity = AccountIdentity::of(proved);
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let holder = store::account_of_identity(conn, &identity)?;
        let account = store::account_with_id(conn, who.account.id)?;
        let free = account.filter(|account| holder.is_none() && account.identities.is_empty());
        let Some(account) = free else {
            let (why, account) =
                ("the account, or who they are there, is bound already", Some(who.account.id));
            return Ok(SsoOutcome::Refused(RefusedAnswer { why: why.to_owned(), account }));
        };
        identity::bind(app, conn, &account, &identity, now)?;
        Ok(SsoOutcome::Connected)
    })
}
