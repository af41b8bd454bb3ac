//! Signing in with a password: the first step (spec 8.3).

use std::thread::sleep;
use std::time::{Duration, Instant};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde_json::json;

use super::letters::{self, second_factor_rule};
use crate::access::store::{self, NewSignIn, SignInStage};
use crate::access::{
    FailedTries, PasswordOutcome, PasswordWork, SignInWay, TryVerdict, UserAccount, needs_second_factor,
    random_token,
};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::mail::AccountChange;

/// What signing in came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SignInOutcome {
    /// Not: wrong, unknown, disabled or to be waited for, which nobody can tell apart.
    Refused,
    /// A sign-in has begun, whose cookie holds this.
    Begun {
        /// What the cookie holds.
        token: String,
        /// What is still to be done.
        next: SignInStep,
    },
}

/// What is still to be done before somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInStep {
    /// A code is to be given.
    Code,
    /// A second factor is to be set up.
    SetUp,
    /// Nothing.
    Nothing,
}

/// Whoever is refused hears of it after so long, whatever the reason.
const REFUSED_AFTER: Duration = Duration::from_millis(250);

/// What is known of somebody who gives a password.
struct KnownOfAddress {
    account: Option<UserAccount>,
    kept: Option<String>,
    tries: FailedTries,
}

/// Looks whether the password is the account's, and begins a sign-in where it is. Whoever is refused has waited as long,
/// whatever the reason.
pub(crate) fn sign_in(
    app: &App,
    passwords: &PasswordWork,
    email: &str,
    password: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<SignInOutcome> {
    let began = Instant::now();
    let outcome = looked_at(app, passwords, email, password, now)?;
    if outcome == SignInOutcome::Refused {
        // Noting a failure takes longer than to note none.
        sleep(REFUSED_AFTER.saturating_sub(began.elapsed()));
    }
    Ok(outcome)
}

fn looked_at(
    app: &App,
    passwords: &PasswordWork,
    email: &str,
    password: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<SignInOutcome> {
    let known = app.db.read(|conn| known_of(conn, email))?;
    let outcome = passwords.check(password, known.kept.as_deref())?;
    let usable = known.account.filter(|account| account.enabled);
    let Some(account) = usable.filter(|_| known.tries.verdict(now) == TryVerdict::Counts) else {
        return Ok(SignInOutcome::Refused);
    };
    let kept_anew = match outcome {
        PasswordOutcome::Wrong => {
            app.db.try_write(Locks::AUDIT, |conn| note_failure(conn, account.id, now))?;
            return Ok(SignInOutcome::Refused);
        }
        PasswordOutcome::Right => None,
        PasswordOutcome::RightKeepAnew(kept) => Some(kept),
    };
    let next =
        match (account.has_second_factor, needs_second_factor(second_factor_rule(app), &account.grants)) {
            (true, _) => SignInStep::Code,
            (false, true) => SignInStep::SetUp,
            (false, false) => SignInStep::Nothing,
        };
    let token = random_token()?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| -> anyhow::Result<()> {
        store::tidy_forms(conn, now)?;
        if let Some(kept) = &kept_anew {
            store::set_password(conn, account.id, kept)?;
        }
        let way = SignInWay::Password;
        let stage = if next == SignInStep::Nothing { SignInStage::Whole } else { SignInStage::Password };
        store::begin_sign_in(conn, &NewSignIn { account_id: account.id, token: &token, stage, way }, now)?;
        if stage == SignInStage::Whole {
            note_success(app, conn, &account, now)?;
        }
        Ok(())
    })?;
    Ok(SignInOutcome::Begun { token, next })
}

fn known_of(conn: &mut Conn, email: &str) -> crate::db::DbResult<KnownOfAddress> {
    let account = store::find_account(conn, email)?;
    let (kept, tries) = match &account {
        Some(account) => (store::password_of(conn, account.id)?, store::failed_tries(conn, account.id)?),
        None => (None, FailedTries::default()),
    };
    Ok(KnownOfAddress { account, kept, tries })
}

/// Counts a failure, and tells the audit log of the first in an hour.
pub(crate) fn note_failure(conn: &mut Conn, account_id: i32, now: DateTime<Utc>) -> anyhow::Result<()> {
    let before = store::failed_tries(conn, account_id)?;
    let tries = before.with_failure(now);
    store::keep_failed_tries(conn, account_id, &tries)?;
    let object = format!("account {account_id}");
    let hour = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    if !audit::was_done_since(conn, Action::SignInFailed, &object, hour)? {
        let by = Actor::named(&object);
        let act = Act::new(&by, Action::SignInFailed, object, json!({ "failures": tries.count }));
        audit::record(conn, &act, now)?;
    }
    Ok(())
}

/// Notes that somebody is signed in, clears what failed before, and tells them by mail where it was much.
pub(crate) fn note_success(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let tries = store::failed_tries(conn, account.id)?;
    if tries.are_told() {
        let failures = u64::from(tries.count.unsigned_abs());
        letters::send_notice(app, conn, account, AccountChange::SignedInAfterFailures { failures }, now)?;
    }
    store::keep_failed_tries(conn, account.id, &FailedTries::default())?;
    store::signed_in(conn, account.id, now)?;
    let by = Actor::named(account.actor_name());
    audit::record(conn, &Act::new(&by, Action::SignIn, account.actor_name(), json!({})), now)?;
    Ok(())
}
