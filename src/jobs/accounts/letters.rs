//! Mail to holders of accounts, queued in the transaction of its cause.

use anyhow::Context;
use chrono::{DateTime, Utc};

use crate::access::{
    AccessRole, AccountLink, GrantScope, LinkPurpose, SecondFactorRule, UserAccount, needs_second_factor,
    store,
};
use crate::app::App;
use crate::config::AskedOfWhom;
use crate::db::Conn;
use crate::mail::{
    AccountChange, AccountInvitation, AccountNotice, AccountReset, InvitedWay, Mail, Rendered,
};
use crate::outbox::{EnqueueOutcome, InitialState, MessageKind, NewMessage, store as outbox_store};
use crate::register::store as register;

/// Of whom a second factor is asked, as the settings say.
pub(crate) fn second_factor_rule(app: &App) -> SecondFactorRule {
    match app.config.web.second_factor {
        AskedOfWhom::Privileged => SecondFactorRule::Privileged,
        AskedOfWhom::All => SecondFactorRule::All,
        AskedOfWhom::Off => SecondFactorRule::Off,
    }
}

/// Queues a mail with a link by which the holder chooses a password; the links before it hold no more.
pub(crate) fn send_link(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    purpose: LinkPurpose,
    now: DateTime<Utc>,
) -> anyhow::Result<AccountLink> {
    let (organisation_id, organisation) = organisation_of(app, conn, account)?;
    let until = (now + purpose.holds_for()).with_timezone(&app.config.time_zone).naive_local();
    let name = account.name.clone();
    let (kind, content) = match purpose {
        LinkPurpose::Invitation => {
            let mail = AccountInvitation {
                purpose: purpose_of(account, &organisation),
                way: match app.config.web.has_passwords {
                    true => InvitedWay::Password {
                        needs_device: needs_second_factor(second_factor_rule(app), &account.grants),
                    },
                    false => InvitedWay::WorkAccount,
                },
                email: account.email.clone(),
                organisation,
                name,
                until,
            };
            (MessageKind::AccountInvitation, mail.render()?)
        }
        LinkPurpose::Reset => {
            (MessageKind::AccountReset, AccountReset { organisation, name, until }.render()?)
        }
    };
    let message = queue(app, conn, account, kind, organisation_id, content, now)?;
    Ok(store::keep_link(conn, account.id, purpose, Some(message), now)?)
}

/// Queues a notice of what was done to an account.
pub(crate) fn send_notice(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    change: AccountChange,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (organisation_id, organisation) = organisation_of(app, conn, account)?;
    let at = now.with_timezone(&app.config.time_zone).naive_local();
    let notice = AccountNotice { organisation, name: account.name.clone(), change, at };
    queue(app, conn, account, MessageKind::AccountNotice, organisation_id, notice.render()?, now)?;
    Ok(())
}

fn queue(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    kind: MessageKind,
    organisation_id: i32,
    content: Rendered,
    now: DateTime<Utc>,
) -> anyhow::Result<i32> {
    let message = NewMessage {
        kind,
        organisation_id,
        staff_id: None,
        recipient: account.email.clone(),
        content,
        once_key: None,
        planned_on: app.today(),
    };
    match outbox_store::enqueue(conn, &message, InitialState::Queued, app.sender().domain(), now)? {
        EnqueueOutcome::Enqueued(id) => Ok(id),
        EnqueueOutcome::AlreadyPromised => anyhow::bail!("a mail that promises nothing was promised before"),
    }
}

/// The organisation that a mail to the account speaks for: that of its first grant, or the configured one.
fn organisation_of(app: &App, conn: &mut Conn, account: &UserAccount) -> anyhow::Result<(i32, String)> {
    let granted = account.grants.iter().find_map(|grant| grant.organisation.as_deref());
    let own = app.own_organisation(conn)?;
    let code = granted.unwrap_or(&own);
    let known = register::current_organisations(conn)?;
    let (id, _, organisation) = known
        .get(code)
        .with_context(|| format!("the organisation {code} is not known: `refresher check` says why"))?;
    let name = if organisation.name.is_empty() { code.to_owned() } else { organisation.name.clone() };
    Ok((*id, name))
}

/// What an account is for, in words, as a sentence ends that begins "It is there for you".
fn purpose_of(account: &UserAccount, organisation: &str) -> String {
    let mut purposes: Vec<String> = account
        .grants
        .iter()
        .map(|grant| {
            let place = match (&grant.organisation, &grant.scope) {
                (_, GrantScope::Reports) => "the people you manage".to_owned(),
                (_, GrantScope::Unit(unit)) => format!("the people of {unit}"),
                (None, GrantScope::Everyone) => "all organisations".to_owned(),
                (Some(_), GrantScope::Everyone) => organisation.to_owned(),
            };
            match grant.role {
                AccessRole::Operator => "to watch over the running of refresher".to_owned(),
                AccessRole::Hr => format!("to keep the training records of {place}"),
                AccessRole::Manager => format!("to see how {place} stand"),
                AccessRole::Board => format!("to read what the board of {place} is told"),
                AccessRole::Auditor => format!("to look over what is kept of {place}"),
                AccessRole::Staff => "to see your own training".to_owned(),
            }
        })
        .collect();
    purposes.dedup();
    match purposes.as_slice() {
        [] => "to see your own training".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
