//! Whose account it is that a provider vouches for: known, bound at a first sign-in, or made (spec 8.3).

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::access::sso::{ProvedIdentity, RequestPurpose};
use crate::access::store::{self, NewAccount};
use crate::access::{AccessRole, AccountIdentity, UserAccount};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::config::{OidcProvision, OidcSettings};
use crate::db::Conn;
use crate::jobs::accounts::identity;
use crate::jobs::accounts::passwords::{is_first_way_in, link_in_force};
use crate::register::StaffMember;
use crate::register::store::{self as register, in_post};

/// Why nobody is let in whom the provider vouches for. It is told to the log, and to whoever asks in the same words each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotLetIn {
    #[error("nobody here is known by what the provider says of them")]
    Unknown,
    #[error("the provider says nothing in the claim that `match` names")]
    NothingToMatch,
    #[error(
        "the provider does not say that it looked whether the address is theirs (`email_verified`, or `trust_email`)"
    )]
    Unverified,
    #[error("several people in post share the address or the number, so that it binds to none of them")]
    Shared,
    #[error("the account is bound to somebody else at the provider")]
    BoundToAnother,
    #[error(
        "the account may do too much to be bound by an address: its holder signs in from the link of an invitation"
    )]
    MayDoTooMuch,
    #[error("the account is disabled")]
    Disabled,
    #[error("the holder of the account is no longer in post")]
    Left,
    #[error("the invitation holds no more, or its account was opened before")]
    DeadInvitation,
}

/// The account of whoever is vouched for, which it is bound to from now on.
pub(super) fn account_of(
    app: &App,
    conn: &mut Conn,
    (settings, proved, purpose): (&OidcSettings, &ProvedIdentity, &RequestPurpose),
    now: DateTime<Utc>,
) -> anyhow::Result<Result<UserAccount, (NotLetIn, Option<i32>)>> {
    let identity = AccountIdentity::of(proved);
    let found = match known(conn, &identity)? {
        Some(account) => Ok(account),
        None => match purpose {
            RequestPurpose::Invitation(token) => invited(app, conn, token, now)?,
            RequestPurpose::SignIn | RequestPurpose::Again(_) | RequestPurpose::Connect(_) => {
                matched(app, conn, (settings, proved), now)?
            }
        },
    };
    let account = match found {
        Ok(account) => account,
        Err(why) => return Ok(Err(why)),
    };
    if let Some(why) = kept_out(app, conn, &account)? {
        return Ok(Err((why, Some(account.id))));
    }
    if !account.identities.contains(&identity) {
        store::spend_links(conn, account.id, now)?;
        identity::bind(app, conn, &account, &identity, now)?;
    }
    Ok(Ok(account))
}

fn known(conn: &mut Conn, identity: &AccountIdentity) -> anyhow::Result<Option<UserAccount>> {
    Ok(match store::account_of_identity(conn, identity)? {
        Some(id) => store::account_with_id(conn, id)?,
        None => None,
    })
}

type AccountFound = Result<UserAccount, (NotLetIn, Option<i32>)>;

/// Why the account lets nobody in; `None` where it does.
fn kept_out(app: &App, conn: &mut Conn, account: &UserAccount) -> anyhow::Result<Option<NotLetIn>> {
    if !account.enabled {
        return Ok(Some(NotLetIn::Disabled));
    }
    let Some(staff_id) = account.staff_id else { return Ok(None) };
    let in_post = register::hold_a_post(conn, &HashSet::from([staff_id]), app.today(), |_| true)?;
    Ok(in_post.is_empty().then_some(NotLetIn::Left))
}

/// The account of an invitation that was opened: the first way in to it.
fn invited(app: &App, conn: &mut Conn, token: &str, now: DateTime<Utc>) -> anyhow::Result<AccountFound> {
    let held = link_in_force(app, conn, token, now)?;
    let opened = held.filter(|(link, account)| is_first_way_in(app, link, account));
    Ok(opened.map(|(_, account)| account).ok_or((NotLetIn::DeadInvitation, None)))
}

/// The account that the claim of `match` names, or one that is made.
fn matched(
    app: &App,
    conn: &mut Conn,
    (settings, proved): (&OidcSettings, &ProvedIdentity),
    now: DateTime<Utc>,
) -> anyhow::Result<AccountFound> {
    let Some(words) = proved.words(&settings.match_claim) else {
        return Ok(Err((NotLetIn::NothingToMatch, None)));
    };
    let is_looked_at = settings.match_claim == "email" && proved.has_verified_email();
    if !settings.trust_email && !is_looked_at {
        return Ok(Err((NotLetIn::Unverified, None)));
    }
    let (people, account) = match words.contains('@') {
        true => {
            let people = in_post::in_post_with_address(conn, &words.to_lowercase(), app.today())?;
            (people, store::find_account(conn, words)?)
        }
        false => {
            let people = in_post::in_post_with_number(conn, words, app.today())?;
            let account = of_staff(conn, &people)?;
            (people, account)
        }
    };
    // Of two organisations a number says nothing: each has its own.
    if shares(&people) || (people.len() > 1 && !words.contains('@')) {
        return Ok(Err((NotLetIn::Shared, None)));
    }
    match account {
        Some(account) => Ok(bindable(account)),
        None => provisioned(app, conn, (settings, proved), &people, now),
    }
}

/// Whether several people of one organisation are meant.
fn shares(people: &[StaffMember]) -> bool {
    let mut of_each: BTreeMap<i32, usize> = BTreeMap::new();
    people.iter().for_each(|who| *of_each.entry(who.organisation_id).or_default() += 1);
    of_each.values().any(|people| *people > 1)
}

/// The account of the one person meant, where it is the only one of theirs.
fn of_staff(conn: &mut Conn, people: &[StaffMember]) -> anyhow::Result<Option<UserAccount>> {
    let [who] = people else { return Ok(None) };
    let accounts = store::accounts_of(conn, &[who.id])?;
    let [id] = accounts.as_slice() else { return Ok(None) };
    Ok(store::account_with_id(conn, *id)?)
}

/// The account, where it may be bound by what a provider says: to nobody yet, and of nobody who keeps the register, looks over
/// it or runs the machine.
fn bindable(account: UserAccount) -> AccountFound {
    let is_too_much =
        |role: AccessRole| matches!(role, AccessRole::Operator | AccessRole::Hr | AccessRole::Auditor);
    let id = Some(account.id);
    if !account.identities.is_empty() {
        Err((NotLetIn::BoundToAnother, id))
    } else if account.all_grants().any(|grant| is_too_much(grant.role)) {
        Err((NotLetIn::MayDoTooMuch, id))
    } else {
        Ok(account)
    }
}

/// A new account of the one person meant, for themselves: in one organisation, or the same in several.
fn provisioned(
    app: &App,
    conn: &mut Conn,
    (settings, proved): (&OidcSettings, &ProvedIdentity),
    people: &[StaffMember],
    now: DateTime<Utc>,
) -> anyhow::Result<AccountFound> {
    let unknown = || Ok(Err((NotLetIn::Unknown, None)));
    let own = app.own_organisation(conn)?;
    let who = people.iter().find(|who| who.organisation == own).or(people.first());
    let Some(who) = who.filter(|_| settings.provision == OidcProvision::Staff) else { return unknown() };
    let names = register::names(conn, register::KnownAt::Latest, &[who.id])?;
    let Some(name) = names.get(&who.id).filter(|name| !name.email.is_empty()) else { return unknown() };
    let called = format!("{} {}", name.first, name.last);
    let new = NewAccount { email: &name.email, name: called.trim(), staff_id: Some(who.id) };
    let Some(id) = store::add_account(conn, &new, now)? else { return unknown() };
    let by = Actor::named("single sign-on");
    let details = json!({ "person": who.id, "issuer": proved.issuer });
    audit::record(conn, &Act::new(&by, Action::UserAdd, format!("account {id}"), details), now)?;
    Ok(store::account_with_id(conn, id)?.ok_or((NotLetIn::Unknown, None)))
}
