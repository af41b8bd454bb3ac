//! Who the holder of an account is at an identity provider: bound to it, and taken off it (spec 8.3).

use chrono::{DateTime, Utc};
use serde_json::json;

use super::grant_details::group_grant_details;
use super::letters;
use crate::access::{UserAccount, store};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::Conn;
use crate::mail::AccountChange;

/// Binds an account to who its holder is at a provider. They are told by mail.
#[cfg(feature = "sso")]
pub(super) fn bind(
    app: &App,
    conn: &mut Conn,
    account: &UserAccount,
    identity: &crate::access::AccountIdentity,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    store::bind_identity(conn, account.id, identity, now)?;
    let by = Actor::named(account.actor_name());
    let details = json!({ "issuer": identity.issuer });
    audit::record(conn, &Act::new(&by, Action::UserIdentity, account.actor_name(), details), now)?;
    letters::send_notice(app, conn, account, AccountChange::IdentityBound, now)
}

/// Takes off an account who its holder is at a provider, with what groups there let it do: whoever is signed in from there is
/// signed out, and the holder is told by mail. Whether there was anything to take.
pub(super) fn take_off(
    app: &App,
    conn: &mut Conn,
    (by, account): (&Actor, &UserAccount),
    now: DateTime<Utc>,
) -> anyhow::Result<bool> {
    if store::unbind_identities(conn, account.id)? == 0 {
        return Ok(false);
    }
    for grant in &account.group_grants {
        store::remove_group_grant(conn, account.id, grant)?;
        let details = group_grant_details(grant);
        audit::record(conn, &Act::new(by, Action::Revoke, account.actor_name(), details), now)?;
    }
    let ended = store::end_sign_ins_from_elsewhere(conn, account.id)?;
    let details = json!({ "sign_ins": ended });
    audit::record(conn, &Act::new(by, Action::UserIdentityReset, account.actor_name(), details), now)?;
    letters::send_notice(app, conn, account, AccountChange::IdentityTaken, now)?;
    Ok(true)
}
