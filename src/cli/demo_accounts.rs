//! The accounts of a demo: one a role, each with a password that is made up for it.

use std::io::Write;
use std::net::SocketAddr;
use std::path::Path;

use anyhow::Context;

use crate::access::{AccessGrant, AccessRole, GrantScope, PasswordWork, random_token};
use crate::app::App;
use crate::audit::Actor;
use crate::demo::ORGANISATION_CODE;
use crate::files::private;
use crate::jobs::{LinkDelivery, NewUser, add_user_with_password};
use crate::register::EmailAddress;

/// The file in the demo's folder that says who can sign in.
pub(super) const ACCOUNTS_FILE: &str = "accounts.txt";

/// How long a password is.
const PASSWORD_LENGTH: usize = 20;

/// Makes the accounts, writes them down, and gives what to say of them. `unit` is one that a manager answers for.
pub(super) fn make_accounts(
    app: &App,
    dir: &Path,
    unit: &str,
    listen: Option<SocketAddr>,
) -> anyhow::Result<String> {
    let passwords = PasswordWork::new()?;
    let mut lines = Vec::new();
    for role in AccessRole::GRANTED {
        let scope = match role {
            AccessRole::Manager => GrantScope::Unit(unit.to_owned()),
            _ => GrantScope::Everyone,
        };
        let organisation = (role != AccessRole::Operator).then(|| ORGANISATION_CODE.to_owned());
        let address = format!("{role}@example.org");
        let email = EmailAddress::parse(&address).context("an address of the demo is none")?;
        let password: String = random_token()?.chars().take(PASSWORD_LENGTH).collect();
        let new = NewUser {
            email: &email,
            name: &format!("Demo {role}"),
            number: None,
            grant: AccessGrant { role, organisation, scope },
            invite: LinkDelivery::None,
        };
        add_user_with_password(app, (&new, &password), &passwords, &Actor::of_process(), app.now())?;
        lines.push(format!("{address:24}{password}"));
    }
    let address = match listen {
        Some(listen) => format!("http://{listen}"),
        None => app.config.web.address().unwrap_or_default(),
    };
    let words = format!("{address}\n{}\n", lines.join("\n"));
    let file = dir.join(ACCOUNTS_FILE);
    private::make_file(&file)
        .and_then(|mut file| file.write_all(words.as_bytes()))
        .with_context(|| format!("{} can't be written", file.display()))?;
    let listed: Vec<String> = lines.iter().map(|line| format!("  {line}")).collect();
    Ok(format!("\nWhere to sign in\n  {address}\n{}\n  Also in {}.", listed.join("\n"), file.display()))
}
