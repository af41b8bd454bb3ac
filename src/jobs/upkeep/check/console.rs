//! The console: where it listens, its key, its certificate, and whether anybody can sign in.

use super::checked::CheckedThing;
use crate::access::{AccessRole, KeyFile, UserAccount, store};
use crate::app::App;
use crate::files;
use crate::wording::counted;

const WHAT: &str = "console";

/// Looks at it; nothing is made by looking.
pub(super) fn console(app: &App) -> anyhow::Result<CheckedThing> {
    let web = &app.config.web;
    let Some(listen) = web.listen else {
        return Ok(CheckedThing::good(WHAT, "off: nothing listens"));
    };
    // The message says what to do.
    if let Err(error) = KeyFile::load(&web.key_file) {
        return Ok(CheckedThing::fault(WHAT, error.to_string(), ""));
    }
    for file in web.tls.iter().flat_map(|tls| [&tls.cert_file, &tls.key_file]) {
        if let Err(error) = files::read_text(file) {
            let says = format!("{} can't be read: {error}", file.display());
            return Ok(CheckedThing::fault(
                WHAT,
                says,
                "put the certificate there, or correct its permissions",
            ));
        }
    }
    let accounts = app.db.read(store::all_accounts)?;
    let usable: Vec<UserAccount> =
        accounts.into_iter().filter(|account| lets_in(account, web.has_passwords)).collect();
    if !web.has_passwords && !usable.iter().any(is_operator) {
        return Ok(CheckedThing::warning(
            WHAT,
            "nobody signs in with a password (`enabled` in [web.local]), and no operator has signed in at the identity provider yet",
            "have an operator open the link of their invitation and sign in from there: `refresher user reset EMAIL` mails another",
        ));
    }
    let address = web.public_url.clone().unwrap_or_else(|| listen.to_string());
    Ok(CheckedThing::good(
        WHAT,
        format!("{address}, where {} can sign in", counted(usable.len(), "account", "accounts")),
    ))
}

/// Whether somebody can sign in to the account, with a password where there are some, or at the provider.
fn lets_in(account: &UserAccount, has_passwords: bool) -> bool {
    account.enabled && if has_passwords { account.has_way_in() } else { !account.identities.is_empty() }
}

fn is_operator(account: &UserAccount) -> bool {
    account.all_grants().any(|grant| grant.role == AccessRole::Operator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::AccountIdentity;

    #[test]
    fn a_password_lets_nobody_in_where_there_are_none() {
        let identity =
            || AccountIdentity { issuer: "https://id.example.org".to_owned(), subject: "1".to_owned() };
        for (has_password, is_bound, enabled, with, without) in [
            (true, false, true, true, false),
            (true, true, true, true, true),
            (false, true, true, true, true),
            (false, true, false, false, false),
            (false, false, true, false, false),
        ] {
            let account = UserAccount {
                id: 1,
                email: String::new(),
                name: String::new(),
                staff_id: None,
                enabled,
                has_password,
                has_second_factor: false,
                last_sign_in_at: None,
                identities: is_bound.then(identity).into_iter().collect(),
                grants: Vec::new(),
                group_grants: Vec::new(),
            };
            assert_eq!((lets_in(&account, true), lets_in(&account, false)), (with, without), "{account:?}");
        }
    }
}
