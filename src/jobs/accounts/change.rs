//! Making accounts and changing them: what an operator does, on the machine or in the console.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::grant_details::grant_details;
use super::{identity, letters, on_its_way};
use crate::access::store::{self, GrantOutcome, NewAccount};
use crate::access::{AccessGrant, GrantScope, LinkPurpose, UserAccount};
use crate::answers;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::jobs::FormOnce;
use crate::mail::AccountChange;
use crate::register::EmailAddress;
use crate::register::store as register;

/// An account about to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser<'a> {
    /// The address.
    pub email: &'a EmailAddress,
    /// What the holder is called; may be empty.
    pub name: &'a str,
    /// The employee number of the holder.
    pub number: Option<&'a str>,
    /// What is granted at once.
    pub grant: AccessGrant,
    /// Whether an invitation is mailed.
    pub invite: LinkDelivery,
}

/// Whether a link goes out, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkDelivery {
    /// By mail.
    Mailed,
    /// It is given back, to be shown to whoever asked.
    Shown,
    /// There is none.
    None,
}

/// What is to become of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// A role is granted.
    Grant(AccessGrant),
    /// A role is taken away.
    Revoke(AccessGrant),
    /// It can be used again.
    Enable,
    /// It can't be used any more, from this moment.
    Disable,
    /// Its holder gets a link by which they choose another password.
    Reset(LinkDelivery),
    /// Its second factor is taken away.
    ResetSecondFactor,
    /// Who its holder is at the identity provider is taken off.
    TakeIdentity,
    /// Whoever is signed in is signed out.
    EndSignIns,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChangeOutcome {
    /// It was done.
    Done,
    /// It stood so already: nothing was changed.
    StoodSo,
    /// A link was made, to be shown.
    Link {
        /// Where it leads.
        address: String,
        /// Until when it holds.
        ends_at: DateTime<Utc>,
    },
}

/// Why an account is not made or changed. Each message says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserRefused {
    /// The address has an account.
    #[error("there is an account of {0} already: `refresher user list` shows it")]
    Taken(String),
    /// No account has the address.
    #[error("there is no account of {0}: `refresher user list` shows all")]
    Unknown(String),
    /// Nobody on the staff is named who could have reports.
    #[error("whose reports? Say who the account's holder is: add --number EMPLOYEE_NUMBER")]
    WhoseReports,
    /// The account's holder is nobody on the staff, who could have reports.
    #[error("{0} is the account of nobody on the staff, who could have reports")]
    NobodysReports(String),
    /// Nobody else could put right what is done to accounts.
    #[error("{0} is the last operator that can sign in: make another one first, with `refresher user add`")]
    LastOperator(String),
    /// Nobody chooses a password for an account that can't be used.
    #[error("the account of {0} is disabled: `refresher user enable {0}` first")]
    Disabled(String),
    /// Nobody chooses a password where nobody signs in with one.
    #[error(
        "{0} signs in at the identity provider, and nobody with a password here: where they have another account there, \
         `refresher user reset {0} --identity` first"
    )]
    SignsInElsewhere(String),
    /// No link can be made.
    #[error("where people reach the console is not known, so no link can be made: set `public_url` in [web]")]
    NoLinks,
}

/// Makes an account.
///
/// # Errors
/// [`UserRefused`] and [`WhomError`](crate::register::WhomError) where it can't be made as it is wanted; anything else is a fault of ours.
pub fn add_user(app: &App, new: &NewUser<'_>, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<UserAccount> {
    add_user_once(app, new, by, None, now)?.context("an account was made by no form")
}

/// [`add_user`]; `None`, with nothing done, where this form did it before.
pub(crate) fn add_user_once(
    app: &App,
    new: &NewUser<'_>,
    by: &Actor,
    once: Option<&FormOnce>,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<UserAccount>> {
    if new.invite == LinkDelivery::Mailed {
        refuse_links_to_nowhere(app)?;
    }
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if !is_first(conn, once, now)? {
            return Ok(None);
        }
        let staff_id = match new.number {
            None => None,
            Some(number) => {
                let scope = new.grant.organisation.as_deref();
                Some(register::find_staff_member(conn, number, scope)?.map_err(anyhow::Error::new)?.id)
            }
        };
        if new.grant.scope == GrantScope::Reports && staff_id.is_none() {
            return Err(UserRefused::WhoseReports.into());
        }
        let account = NewAccount { email: new.email.as_str(), name: new.name, staff_id };
        let taken = || UserRefused::Taken(new.email.to_string());
        let id = store::add_account(conn, &account, now)?.ok_or_else(taken)?;
        record(conn, by, Action::UserAdd, id, json!({ "person": staff_id }), now)?;
        grant(conn, by, id, &new.grant, now)?;
        let account = standing(conn, id)?;
        if new.invite == LinkDelivery::Mailed {
            letters::send_link(app, conn, &account, LinkPurpose::Invitation, now)?;
        }
        Ok(Some(account))
    })
}

/// Changes the account with this address.
///
/// # Errors
/// [`UserRefused`] where it can't be changed so; anything else is a fault of ours.
pub fn change_user(
    app: &App,
    email: &str,
    change: &UserChange,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<UserChangeOutcome> {
    Ok(change_user_once(app, email, change, by, None, now)?.unwrap_or(UserChangeOutcome::StoodSo))
}

/// [`change_user`]; `None`, with nothing done, where this form did it before.
pub(crate) fn change_user_once(
    app: &App,
    email: &str,
    change: &UserChange,
    by: &Actor,
    once: Option<&FormOnce>,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<UserChangeOutcome>> {
    if *change == UserChange::Reset(LinkDelivery::Mailed) {
        refuse_links_to_nowhere(app)?;
    }
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if !is_first(conn, once, now)? {
            return Ok(None);
        }
        let unknown = || UserRefused::Unknown(email.to_owned());
        let account = store::find_account(conn, email)?.ok_or_else(unknown)?;
        let is_done = match change {
            UserChange::Grant(wanted) => {
                if wanted.scope == GrantScope::Reports && account.staff_id.is_none() {
                    return Err(UserRefused::NobodysReports(email.to_owned()).into());
                }
                grant(conn, by, account.id, wanted, now)?
            }
            UserChange::Revoke(unwanted) => revoke(conn, by, &account, unwanted, now)?,
            UserChange::Enable => {
                let is_done = store::set_enabled(conn, account.id, true, now)?;
                record_if(is_done, conn, by, Action::UserEnable, account.id, now)?
            }
            UserChange::Disable => {
                refuse_to_end_the_last_operator(conn, &account)?;
                let is_done = store::set_enabled(conn, account.id, false, now)?;
                record_if(is_done, conn, by, Action::UserDisable, account.id, now)?
            }
            UserChange::Reset(how) => return reset(app, conn, by, &account, *how, now).map(Some),
            UserChange::ResetSecondFactor => {
                let is_done = store::without_second_factor(conn, account.id)?;
                if is_done {
                    store::end_sign_ins(conn, account.id, None)?;
                    letters::send_notice(app, conn, &account, AccountChange::SecondFactorTaken, now)?;
                }
                record_if(is_done, conn, by, Action::UserSecondFactorReset, account.id, now)?
            }
            UserChange::TakeIdentity => identity::take_off(app, conn, (by, &account), now)?,
            UserChange::EndSignIns => {
                let is_done = store::end_sign_ins(conn, account.id, None)? > 0;
                record_if(is_done, conn, by, Action::UserEndSignIns, account.id, now)?
            }
        };
        Ok(Some(if is_done { UserChangeOutcome::Done } else { UserChangeOutcome::StoodSo }))
    })
}

/// The account with this number; `None` where there is none.
pub(crate) fn account_with_id(app: &App, id: i32) -> anyhow::Result<Option<UserAccount>> {
    Ok(app.db.read(|conn| store::account_with_id(conn, id))?)
}

/// Signs everybody out; how many sign-ins there were.
pub fn end_every_sign_in(app: &App, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<usize> {
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let mut ended = 0;
        for account in store::all_accounts(conn)? {
            ended += store::end_sign_ins(conn, account.id, None)?;
        }
        let act = Act::new(by, Action::UserEndSignIns, "every account", json!({ "sign_ins": ended }));
        audit::record(conn, &act, now)?;
        Ok(ended)
    })
}

fn reset(
    app: &App,
    conn: &mut Conn,
    by: &Actor,
    account: &UserAccount,
    how: LinkDelivery,
    now: DateTime<Utc>,
) -> anyhow::Result<UserChangeOutcome> {
    if !account.enabled {
        return Err(UserRefused::Disabled(account.email.clone()).into());
    }
    let is_local = app.config.web.has_passwords;
    if !is_local && !account.identities.is_empty() {
        return Err(UserRefused::SignsInElsewhere(account.email.clone()).into());
    }
    // Nobody who was invited and did nothing is asked for another password.
    let purpose = if account.has_password && is_local { LinkPurpose::Reset } else { LinkPurpose::Invitation };
    let outcome = match how {
        LinkDelivery::None => UserChangeOutcome::StoodSo,
        LinkDelivery::Mailed => {
            letters::send_link(app, conn, account, purpose, now)?;
            UserChangeOutcome::Done
        }
        LinkDelivery::Shown => {
            let link = store::keep_link(conn, account.id, purpose, None, now)?;
            let address =
                on_its_way::link_address(app, &link, &account.email)?.ok_or(UserRefused::NoLinks)?;
            UserChangeOutcome::Link { address, ends_at: link.ends_at }
        }
    };
    record(conn, by, Action::UserReset, account.id, json!({ "mailed": how == LinkDelivery::Mailed }), now)?;
    Ok(outcome)
}

fn grant(
    conn: &mut Conn,
    by: &Actor,
    id: i32,
    wanted: &AccessGrant,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    match store::add_grant(conn, id, wanted, now)? {
        GrantOutcome::Done => {
            record(conn, by, Action::Grant, id, grant_details(wanted), now)?;
            Ok(true)
        }
        GrantOutcome::StoodSo => Ok(false),
        GrantOutcome::NoOrganisation => refuse_organisation(conn, wanted),
    }
}

fn revoke(
    conn: &mut Conn,
    by: &Actor,
    account: &UserAccount,
    unwanted: &AccessGrant,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let would_be = UserAccount {
        grants: account.grants.iter().filter(|grant| *grant != unwanted).cloned().collect(),
        ..account.clone()
    };
    if account.is_usable_operator() && !would_be.is_usable_operator() {
        refuse_to_end_the_last_operator(conn, account)?;
    }
    match store::remove_grant(conn, account.id, unwanted)? {
        GrantOutcome::Done => {
            record(conn, by, Action::Revoke, account.id, grant_details(unwanted), now)?;
            Ok(true)
        }
        GrantOutcome::StoodSo => Ok(false),
        GrantOutcome::NoOrganisation => refuse_organisation(conn, unwanted),
    }
}

fn refuse_organisation(conn: &mut Conn, grant: &AccessGrant) -> anyhow::Result<bool> {
    let code = grant.organisation.as_deref().unwrap_or_default();
    let known = register::current_organisations(conn)?;
    answers::known_among(code, known.keys().map(String::as_str))?;
    bail!("the organisation {code} has no staff yet: import its staff first")
}

/// Somebody must be able to put right whatever else is done to accounts.
fn refuse_to_end_the_last_operator(conn: &mut Conn, account: &UserAccount) -> anyhow::Result<()> {
    let others = store::all_accounts(conn)?;
    let others = others.iter().filter(|other| other.id != account.id && other.is_usable_operator());
    if account.is_usable_operator() && others.count() == 0 {
        return Err(UserRefused::LastOperator(account.email.clone()).into());
    }
    Ok(())
}

fn refuse_links_to_nowhere(app: &App) -> anyhow::Result<()> {
    if app.config.web.public_url.is_none() && app.config.web.address().is_none() {
        return Err(UserRefused::NoLinks.into());
    }
    Ok(())
}

/// Whether a form is still to be used, and uses it; what no form asks for is done whenever it is asked for.
fn is_first(conn: &mut Conn, once: Option<&FormOnce>, now: DateTime<Utc>) -> anyhow::Result<bool> {
    Ok(match once {
        Some(once) => once.is_first(conn, now)?,
        None => true,
    })
}

fn standing(conn: &mut Conn, id: i32) -> anyhow::Result<UserAccount> {
    store::account_with_id(conn, id)?.context("the account was removed while it was made")
}

fn record_if(
    is_done: bool,
    conn: &mut Conn,
    by: &Actor,
    action: Action,
    id: i32,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    if is_done {
        record(conn, by, action, id, json!({}), now)?;
    }
    Ok(is_done)
}

fn record(
    conn: &mut Conn,
    by: &Actor,
    action: Action,
    id: i32,
    details: serde_json::Value,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    audit::record(conn, &Act::new(by, action, format!("account {id}"), details), now)?;
    Ok(())
}
