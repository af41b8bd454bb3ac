//! Accounts of a demo, whose passwords are made up for it: by the way that everybody's are.

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};

use super::change::{LinkDelivery, NewUser, UserChange, UserChangeOutcome, add_user, change_user};
use super::key_of;
use super::passwords::{ChoiceOutcome, choose_by_link};
use crate::access::PasswordWork;
use crate::app::App;
use crate::audit::Actor;

/// Makes an account, and chooses its password by a link that nobody else sees.
pub(crate) fn add_user_with_password(
    app: &App,
    (new, password): (&NewUser<'_>, &str),
    passwords: &PasswordWork,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    add_user(app, new, by, now)?;
    let reset = UserChange::Reset(LinkDelivery::Shown);
    let UserChangeOutcome::Link { address, .. } = change_user(app, new.email.as_str(), &reset, by, now)?
    else {
        bail!("no link was made for {}", new.email);
    };
    let token = address.rsplit('/').next().context("the link leads nowhere")?;
    match choose_by_link(app, (&key_of(app)?, passwords), token, password, now)? {
        ChoiceOutcome::Chosen => Ok(()),
        ChoiceOutcome::Faulty(_) | ChoiceOutcome::Refused => {
            bail!("the password of {} was refused", new.email)
        }
    }
}
