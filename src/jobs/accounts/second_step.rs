//! The second factor: given at a sign-in, set up, taken away (spec 8.3).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::letters::{self, second_factor_rule};
use super::session::SignedIn;
use super::sign_in::{note_failure, note_success};
use crate::access::store;
use crate::access::{KeyFile, SharedSecret, TryVerdict, needs_second_factor, random_token, recovery_codes};
use crate::app::App;
use crate::audit::{self, Act, Action};
use crate::db::{Conn, Locks};
use crate::mail::AccountChange;

/// What giving a code came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CodeOutcome {
    /// It was not taken: wrong, used before, or to be waited for.
    Refused,
    /// It was: the cookie holds this from now on.
    Taken {
        /// What the cookie holds.
        token: String,
    },
}

/// What setting up came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SetUpOutcome {
    /// The code was not that of the secret.
    Refused,
    /// It is set up: the cookie holds this from now on, and these are the recovery codes.
    Done {
        /// What the cookie holds.
        token: String,
        /// Shown once.
        recovery_codes: Vec<String>,
    },
}

/// For what a secret of this account is sealed.
fn sealed_for(account_id: i32) -> String {
    format!("second factor of account {account_id}")
}

/// Takes a code of the account's device, or one of its recovery codes, at a sign-in or when one is to be recent again.
pub(crate) fn give_code(
    app: &App,
    key: &KeyFile,
    who: &SignedIn,
    typed: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<CodeOutcome> {
    let token = random_token()?;
    let typed = typed.trim();
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if store::failed_tries(conn, who.account.id)?.verdict(now) == TryVerdict::Waits {
            return Ok(CodeOutcome::Refused);
        }
        if !is_taken(app, conn, key, who, typed, now)? {
            note_failure(conn, who.account.id, now)?;
            return Ok(CodeOutcome::Refused);
        }
        store::make_whole(conn, who.sign_in.id, &token, now)?;
        if !who.is_whole() {
            note_success(app, conn, &who.account, now)?;
        }
        Ok(CodeOutcome::Taken { token: token.clone() })
    })
}

fn is_taken(
    app: &App,
    conn: &mut Conn,
    key: &KeyFile,
    who: &SignedIn,
    typed: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    let id = who.account.id;
    let Some((sealed, newest)) = store::second_factor_of(conn, id)? else { return Ok(false) };
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    // Sealed with a key file that is gone: a recovery code still lets its holder in.
    let secret = key.open(&sealed_for(id), &sealed).map(SharedSecret::of);
    let step = secret.and_then(|secret| secret.step_of(&digits, newest, now));
    if let Some(step) = step {
        return Ok(store::take_step(conn, id, step)?);
    }
    let is_taken = store::take_recovery_code(conn, id, typed, now)?;
    if is_taken {
        let left = store::recovery_codes_left(conn, id)?.unsigned_abs();
        letters::send_notice(app, conn, &who.account, AccountChange::RecoveryCode { left }, now)?;
    }
    Ok(is_taken)
}

/// A secret for a device to be connected, as a form carries it: sealed for this sign-in alone.
pub(crate) fn propose(key: &KeyFile, who: &SignedIn) -> anyhow::Result<(SharedSecret, Vec<u8>)> {
    let secret = SharedSecret::new()?;
    let sealed = key.seal(&proposed_for(who), secret.bytes())?;
    Ok((secret, sealed))
}

/// The secret that a form brings back; `None` where it is not one that was proposed to this sign-in.
pub(crate) fn proposed(key: &KeyFile, who: &SignedIn, sealed: &[u8]) -> Option<SharedSecret> {
    key.open(&proposed_for(who), sealed).map(SharedSecret::of)
}

fn proposed_for(who: &SignedIn) -> String {
    format!("proposed to sign-in {} of account {}", who.sign_in.id, who.account.id)
}

/// Connects a device, once a code of it shows that it is: in place of the one before, with new recovery codes.
pub(crate) fn set_up(
    app: &App,
    key: &KeyFile,
    who: &SignedIn,
    (secret, code): (&SharedSecret, &str),
    now: DateTime<Utc>,
) -> anyhow::Result<SetUpOutcome> {
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let Some(step) = secret.step_of(&digits, 0, now) else { return Ok(SetUpOutcome::Refused) };
    let (token, codes) = (random_token()?, recovery_codes()?);
    let sealed = key.seal(&sealed_for(who.account.id), secret.bytes())?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let id = who.account.id;
        store::set_second_factor(conn, id, &sealed, step)?;
        store::keep_recovery_codes(conn, id, &codes)?;
        store::end_sign_ins(conn, id, Some(who.sign_in.id))?;
        store::make_whole(conn, who.sign_in.id, &token, now)?;
        if !who.is_whole() {
            note_success(app, conn, &who.account, now)?;
        }
        letters::send_notice(app, conn, &who.account, AccountChange::SecondFactorSetUp, now)?;
        tell(conn, who, Action::UserSecondFactor, json!({ "set_up": true }), now)?;
        Ok(SetUpOutcome::Done { token: token.clone(), recovery_codes: codes.clone() })
    })
}

/// Makes new recovery codes in place of those before; `None` where the form with this key did so already.
pub(crate) fn new_recovery_codes(
    app: &App,
    who: &SignedIn,
    form_key: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<Vec<String>>> {
    let codes = recovery_codes()?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if !store::use_form(conn, form_key, who.account.id, now)? {
            return Ok(None);
        }
        store::keep_recovery_codes(conn, who.account.id, &codes)?;
        tell(conn, who, Action::UserSecondFactor, json!({ "recovery_codes": true }), now)?;
        Ok(Some(codes.clone()))
    })
}

/// Whether the account may be without a second factor.
pub(crate) fn may_be_without(app: &App, who: &SignedIn) -> bool {
    !needs_second_factor(second_factor_rule(app), &who.account.grants)
}

/// Takes the second factor away, where the account may be without: whether it did.
pub(crate) fn take_away(app: &App, who: &SignedIn, now: DateTime<Utc>) -> anyhow::Result<bool> {
    if !may_be_without(app, who) {
        return Ok(false);
    }
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let taken = store::without_second_factor(conn, who.account.id)?;
        if taken {
            letters::send_notice(app, conn, &who.account, AccountChange::SecondFactorTaken, now)?;
            tell(conn, who, Action::UserSecondFactor, json!({ "set_up": false }), now)?;
        }
        Ok(taken)
    })
}

/// How many recovery codes the account has left.
pub(crate) fn recovery_codes_left(app: &App, who: &SignedIn) -> anyhow::Result<u64> {
    Ok(app.db.read(|conn| store::recovery_codes_left(conn, who.account.id))?.unsigned_abs())
}

fn tell(
    conn: &mut Conn,
    who: &SignedIn,
    action: Action,
    details: serde_json::Value,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    audit::record(conn, &Act::new(&who.actor(), action, who.account.actor_name(), details), now)?;
    Ok(())
}
