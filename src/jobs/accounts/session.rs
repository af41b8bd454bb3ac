//! Who is signed in, read at every request: accounts, grants and the register as they stand now (spec 8.2, 8.5).

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::access::store::{self, KeptSignIn, SignInStage};
use crate::access::{
    AccessGrant, AccessHolder, AccessRole, GrantScope, SignInLimits, SignInWay, UserAccount,
};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::config::ManagersBy;
use crate::db::{Conn, DbResult, Durability, Locks};
use crate::register::store as register;

/// Somebody whose cookie is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SignedIn {
    /// The account.
    pub(crate) account: UserAccount,
    /// What it may do.
    pub(crate) holder: AccessHolder,
    /// The sign-in.
    pub(crate) sign_in: KeptSignIn,
    /// What the cookie holds.
    pub(crate) token: String,
    /// Whether the last page did something that the next is to tell.
    pub(crate) has_notice: bool,
}

impl SignedIn {
    /// As whom the audit log knows them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::named(self.account.actor_name())
    }

    /// Whether they are signed in wholly.
    pub(crate) fn is_whole(&self) -> bool {
        self.sign_in.stage == SignInStage::Whole
    }

    /// Whether they gave their password a short time ago.
    pub(crate) fn is_recent(&self, now: DateTime<Utc>) -> bool {
        self.sign_in.times.is_recent(now)
    }
}

/// What a cookie is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CookieWorth {
    /// It is somebody's.
    Somebody(Box<SignedIn>),
    /// It was somebody's, whose sign-in has ended: the account.
    Ended(i32),
    /// It is nobody's.
    Nobody,
}

/// Whose cookie this is. When it was last seen is noted, unless another writes at this moment.
pub(crate) fn who_is(app: &App, token: &str, now: DateTime<Utc>) -> anyhow::Result<CookieWorth> {
    let worth = app.db.read(|conn| worth_of(app, conn, token, now))?;
    if let CookieWorth::Somebody(somebody) = &worth
        && somebody.sign_in.times.is_to_be_noted(now)
    {
        let id = somebody.sign_in.id;
        // It may be noted at the next request.
        let _ = app.db.write_unless_busy(Locks::NONE, Durability::Soon, |conn| store::seen(conn, id, now));
    }
    Ok(worth)
}

fn worth_of(app: &App, conn: &mut Conn, token: &str, now: DateTime<Utc>) -> DbResult<CookieWorth> {
    let Some(sign_in) = store::find_sign_in(conn, token)? else { return Ok(CookieWorth::Nobody) };
    let web = &app.config.web;
    let limits = SignInLimits {
        idle: TimeDelta::minutes(i64::from(web.idle_minutes)),
        longest: TimeDelta::hours(i64::from(web.longest_hours)),
    };
    let stands = match sign_in.stage {
        SignInStage::Whole => sign_in.times.stands(limits, now),
        SignInStage::Password => sign_in.times.waits_for_the_code(now),
    };
    let is_ended = sign_in.way == SignInWay::Password && !web.has_passwords;
    let account = store::account_with_id(conn, sign_in.account_id)?;
    let Some(account) = account.filter(|account| stands && !is_ended && account.enabled) else {
        return Ok(CookieWorth::Ended(sign_in.account_id));
    };
    let mut grants = account.grants.clone();
    if sign_in.way == SignInWay::Sso {
        grants.extend(account.group_grants.iter().filter(|grant| !account.grants.contains(grant)).cloned());
    }
    if let Some(staff_id) = account.staff_id {
        let them = HashSet::from([staff_id]);
        if register::hold_a_post(conn, &them, app.today(), |_| true)?.is_empty() {
            return Ok(CookieWorth::Ended(account.id));
        }
        if web.managers == ManagersBy::Reports {
            let led = as_manager(conn, staff_id)?.filter(|grant| !grants.contains(grant));
            grants.extend(led);
        }
    }
    let holder = AccessHolder { account: account.id, staff_id: account.staff_id, grants };
    let has_notice = store::has_notice(conn, sign_in.id)?;
    let token = token.to_owned();
    Ok(CookieWorth::Somebody(Box::new(SignedIn { account, holder, sign_in, token, has_notice })))
}

/// What a member of staff has over those whose posts name them as manager, where there are any (spec 8.2).
fn as_manager(conn: &mut Conn, staff_id: i32) -> DbResult<Option<AccessGrant>> {
    let Some(manager) = register::staff_member(conn, staff_id)? else { return Ok(None) };
    let led = register::led_by(conn, manager.organisation_id, &manager.employee_number)?;
    let grant = || AccessGrant {
        role: AccessRole::Manager,
        organisation: Some(manager.organisation.clone()),
        scope: GrantScope::Reports,
    };
    Ok((!led.is_empty()).then(grant))
}

/// Ends the sign-in.
pub(crate) fn sign_out(app: &App, who: &SignedIn, now: DateTime<Utc>) -> anyhow::Result<()> {
    app.db.try_write(Locks::AUDIT, |conn| {
        store::end_sign_in(conn, who.sign_in.id)?;
        let object = who.account.actor_name();
        audit::record(conn, &Act::new(&who.actor(), Action::SignOut, object, json!({})), now)?;
        Ok(())
    })
}

/// Ends the account's other sign-ins; how many there were.
pub(crate) fn end_other_sign_ins(app: &App, who: &SignedIn, now: DateTime<Utc>) -> anyhow::Result<usize> {
    app.db.try_write(Locks::AUDIT, |conn| {
        let ended = store::end_sign_ins(conn, who.account.id, Some(who.sign_in.id))?;
        if ended > 0 {
            let (by, details) = (who.actor(), json!({ "sign_ins": ended }));
            let act = Act::new(&by, Action::UserEndSignIns, who.account.actor_name(), details);
            audit::record(conn, &act, now)?;
        }
        Ok(ended)
    })
}

/// The account's sign-ins that stand, the newest first.
pub(crate) fn sign_ins(app: &App, who: &SignedIn) -> anyhow::Result<Vec<KeptSignIn>> {
    Ok(app.db.read(|conn| store::sign_ins_of(conn, who.account.id))?)
}

/// Keeps what was done for the next page to tell.
pub(crate) fn keep_notice(app: &App, who: &SignedIn, notice: &str) -> anyhow::Result<()> {
    Ok(app.db.write(Locks::NONE, |conn| store::keep_notice(conn, who.sign_in.id, notice))?)
}

/// Takes what the last page did, once.
pub(crate) fn take_notice(app: &App, who: &SignedIn) -> anyhow::Result<Option<String>> {
    if !who.has_notice {
        return Ok(None);
    }
    Ok(app.db.write(Locks::NONE, |conn| store::take_notice(conn, who.sign_in.id))?)
}

/// Parks what was typed, sealed, for the account with this number; gives under which number.
pub(crate) fn park(app: &App, account_id: i32, sealed: &[u8], now: DateTime<Utc>) -> anyhow::Result<i32> {
    Ok(app.db.write(Locks::NONE, |conn| store::park(conn, account_id, sealed, now))?)
}

/// What was parked under this number for whoever is signed in.
pub(crate) fn parked(
    app: &App,
    who: &SignedIn,
    id: i32,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Vec<u8>>> {
    Ok(app.db.read(|conn| store::parked(conn, id, who.account.id, now))?)
}
