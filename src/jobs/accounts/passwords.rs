//! Passwords: chosen by a link, changed by whoever is signed in, asked for anew (spec 8.3).

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::letters;
use super::session::SignedIn;
use super::sign_in::note_failure;
use crate::access::store;
use crate::access::{
    AccountLink, FailedTries, KeyFile, LinkCarrier, LinkPurpose, PasswordFault, PasswordOutcome,
    PasswordWork, TryVerdict, UserAccount, password_faults, random_token,
};
use crate::answers;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::mail::AccountChange;

/// Somebody who asks again and again gets one mail in this time.
const ONE_MAIL_IN: TimeDelta = TimeDelta::minutes(2);

/// What choosing a password came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ChoiceOutcome {
    /// It is chosen.
    Chosen,
    /// It is not one that can be chosen.
    Faulty(Vec<PasswordFault>),
    /// The link holds no more, or the password given beside it is not the one that stands.
    Refused,
}

/// What somebody types who changes their password.
#[derive(Clone, Copy)]
pub(crate) struct PasswordForm<'a> {
    /// The one that stands.
    pub(crate) old: &'a str,
    /// The one that is to.
    pub(crate) new: &'a str,
    /// The key of the form: sent twice it does one thing.
    pub(crate) form_key: &'a str,
}

/// The link that this token is of, and its account, where it still holds.
pub(crate) fn link_of(
    app: &App,
    key: &KeyFile,
    token: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(AccountLink, UserAccount)>> {
    let Some(carrier) = LinkCarrier::read(token) else { return Ok(None) };
    Ok(app.db.read(|conn| standing_link(conn, key, (carrier, token), now))?)
}

/// Whether a link is the first way in to its account: such a one leads to single sign-on as well, where there is no second
/// factor that this would go past. Where nobody signs in with a password, one that was chosen before is no way in.
pub(crate) fn is_first_way_in(app: &App, link: &AccountLink, account: &UserAccount) -> bool {
    let is_local = app.config.web.has_passwords;
    link.purpose == LinkPurpose::Invitation
        && account.identities.is_empty()
        && !(is_local && (account.has_password || account.has_second_factor))
}

/// The same within a transaction that makes use of it.
#[cfg(feature = "sso")]
pub(super) fn link_in_force(
    app: &App,
    conn: &mut Conn,
    token: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<Option<(AccountLink, UserAccount)>> {
    let Some(carrier) = LinkCarrier::read(token) else { return Ok(None) };
    Ok(standing_link(conn, &super::key_of(app)?, (carrier, token), now)?)
}

fn standing_link(
    conn: &mut Conn,
    key: &KeyFile,
    (carrier, token): (LinkCarrier, &str),
    now: DateTime<Utc>,
) -> crate::db::DbResult<Option<(AccountLink, UserAccount)>> {
    let Some(link) = store::link_by(conn, carrier)? else { return Ok(None) };
    let Some(account) = store::account_with_id(conn, link.account_id)? else { return Ok(None) };
    let holds = account.enabled && link.holds(now) && link.is_token(token, key, &account.email);
    Ok(holds.then_some((link, account)))
}

/// Chooses a password by a link, which is spent by it. Whoever was signed in is signed out, and the holder is told.
pub(crate) fn choose_by_link(
    app: &App,
    (key, passwords): (&KeyFile, &PasswordWork),
    token: &str,
    password: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<ChoiceOutcome> {
    let Some((_, account)) = link_of(app, key, token, now)? else { return Ok(ChoiceOutcome::Refused) };
    let faults = faults_of(app, &account, password)?;
    if !faults.is_empty() {
        return Ok(ChoiceOutcome::Faulty(faults));
    }
    let kept = passwords.keep(password)?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let Some(carrier) = LinkCarrier::read(token) else { return Ok(ChoiceOutcome::Refused) };
        // Sent twice at once, it is chosen once.
        let Some((link, account)) = standing_link(conn, key, (carrier, token), now)? else {
            return Ok(ChoiceOutcome::Refused);
        };
        let is_first = link.purpose == LinkPurpose::Invitation;
        choose(app, conn, &account, &kept, now)?;
        store::end_sign_ins(conn, account.id, None)?;
        let by = Actor::named(account.actor_name());
        let act = Act::new(&by, Action::UserPassword, account.actor_name(), json!({ "first": is_first }));
        audit::record(conn, &act, now)?;
        Ok(ChoiceOutcome::Chosen)
    })
}

/// Changes the password of whoever is signed in and knows the one that stands. Their other sign-ins end.
pub(crate) fn change_password(
    app: &App,
    passwords: &PasswordWork,
    who: &SignedIn,
    PasswordForm { old, new, form_key }: PasswordForm<'_>,
    now: DateTime<Utc>,
) -> anyhow::Result<ChoiceOutcome> {
    if app.db.read(|conn| store::is_used(conn, form_key, who.account.id))? {
        return Ok(ChoiceOutcome::Chosen);
    }
    if !is_own_password(app, passwords, who, old, now)? {
        return Ok(ChoiceOutcome::Refused);
    }
    let faults = faults_of(app, &who.account, new)?;
    if !faults.is_empty() {
        return Ok(ChoiceOutcome::Faulty(faults));
    }
    let kept = passwords.keep(new)?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        if !store::use_form(conn, form_key, who.account.id, now)? {
            return Ok(ChoiceOutcome::Chosen);
        }
        choose(app, conn, &who.account, &kept, now)?;
        store::end_sign_ins(conn, who.account.id, Some(who.sign_in.id))?;
        let by = who.actor();
        let act = Act::new(&by, Action::UserPassword, who.account.actor_name(), json!({ "first": false }));
        audit::record(conn, &act, now)?;
        Ok(ChoiceOutcome::Chosen)
    })
}

/// Whether this is the password of whoever is signed in; a failure counts, and a try during the wait is none.
pub(crate) fn is_own_password(
    app: &App,
    passwords: &PasswordWork,
    who: &SignedIn,
    password: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    if password.is_empty() {
        // A form that was kept without its password: nobody guessed.
        return Ok(false);
    }
    let id = who.account.id;
    let (kept, tries) =
        app.db.read(|conn| Ok((store::password_of(conn, id)?, store::failed_tries(conn, id)?)))?;
    let outcome = passwords.check(password, kept.as_deref())?;
    if tries.verdict(now) == TryVerdict::Waits {
        return Ok(false);
    }
    if outcome == PasswordOutcome::Wrong {
        app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| note_failure(conn, id, now))?;
        return Ok(false);
    }
    Ok(true)
}

/// Has the sign-in be recent again, under another cookie: gives what it holds.
pub(crate) fn prove_again(app: &App, who: &SignedIn, now: DateTime<Utc>) -> anyhow::Result<String> {
    let token = random_token()?;
    app.db.write(Locks::AUDIT, |conn| {
        store::make_whole(conn, who.sign_in.id, &token, now)?;
        store::keep_failed_tries(conn, who.account.id, &FailedTries::default())
    })?;
    Ok(token)
}

/// Mails a link to choose another password, where an enabled account has this address; nobody can tell whether it did.
pub(crate) fn ask_for_another(app: &App, email: &str, now: DateTime<Utc>) -> anyhow::Result<()> {
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        // Whoever comes from the provider alone has no password here to choose another of.
        let is_local = |account: &UserAccount| account.has_password || account.identities.is_empty();
        let account = store::find_account(conn, email)?;
        let Some(account) = account.filter(|account| account.enabled && is_local(account)) else {
            return Ok(());
        };
        let purpose = if account.has_password { LinkPurpose::Reset } else { LinkPurpose::Invitation };
        if store::standing_link_at(conn, account.id)?.is_some_and(|made_at| now - made_at < ONE_MAIL_IN) {
            return Ok(());
        }
        letters::send_link(app, conn, &account, purpose, now)?;
        let by = Actor::named(account.actor_name());
        let act = Act::new(&by, Action::UserReset, account.actor_name(), json!({ "mailed": true }));
        audit::record(conn, &act, now)?;
        Ok(())
    })
}

fn choose(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    kept: &str,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    store::set_password(conn, account.id, kept)?;
    store::spend_links(conn, account.id, now)?;
    store::keep_failed_tries(conn, account.id, &FailedTries::default())?;
    letters::send_notice(app, conn, account, AccountChange::Password, now)
}

fn faults_of(app: &App, account: &UserAccount, password: &str) -> anyhow::Result<Vec<PasswordFault>> {
    let organisations = answers::organisations(app)?;
    let mut names: Vec<&str> = organisations.iter().map(|organisation| organisation.name.as_str()).collect();
    names.extend([account.name.as_str(), account.email.as_str()]);
    Ok(password_faults(password, &names))
}
