//! What is put into account mail on its way, and nowhere else: its link (spec 8.4).

use std::borrow::Cow;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::access::{AccountLink, KeyFile, LinkCarrier, READ_LINK, UserAccount, store};
use crate::app::App;
use crate::db::{Conn, DbResult};
use crate::delivery::MailCompletion;
use crate::mail::LINK_MARKER;
use crate::outbox::{Message, SendingCheck};

/// The key file of the installation; made where there is none.
pub(crate) fn key_of(app: &App) -> anyhow::Result<KeyFile> {
    Ok(KeyFile::load_or_make(&app.config.web.key_file)?)
}

/// Where a link leads; `None` where nobody can know the address of the console.
pub(crate) fn link_address(app: &App, link: &AccountLink, email: &str) -> anyhow::Result<Option<String>> {
    let Some(address) = app.config.web.address() else { return Ok(None) };
    let token = link.token(&key_of(app)?, email);
    Ok(Some(format!("{address}{READ_LINK}{token}")))
}

/// Puts the link into the mails that carry one.
pub(crate) fn completion(app: &Arc<App>) -> MailCompletion {
    let app = Arc::clone(app);
    Arc::new(move |message| {
        if message.listed.kind.check() != SendingCheck::AccountLink {
            return Ok(Cow::Borrowed(message));
        }
        let link = address_for(&app, message).map_err(|error| format!("{error:#}"))?;
        let mut complete = message.clone();
        complete.text = complete.text.replace(LINK_MARKER, &link);
        complete.html = complete.html.replace(LINK_MARKER, &link);
        Ok(Cow::Owned(complete))
    })
}

fn address_for(app: &App, message: &Message) -> anyhow::Result<String> {
    let carrier = LinkCarrier::Message(message.listed.id);
    let link = app.db.read(|conn| store::link_by(conn, carrier))?;
    let link = link.ok_or_else(|| anyhow::anyhow!("its link is not kept any more"))?;
    let address = link_address(app, &link, &message.listed.recipient)?;
    address.ok_or_else(|| anyhow::anyhow!("no link can be made: set `public_url` in [web] and try it again"))
}

/// Why a mail with a link is not sent any more; `None` where its link holds and its receiver is who it was.
pub(crate) fn reason_to_cancel(
    conn: &mut Conn,
    message: &Message,
    now: DateTime<Utc>,
) -> DbResult<Option<&'static str>> {
    let Some(link) = store::link_by(conn, LinkCarrier::Message(message.listed.id))? else {
        return Ok(Some("its link is not kept any more"));
    };
    let is_for = |account: &UserAccount| {
        account.enabled && account.email.eq_ignore_ascii_case(&message.listed.recipient)
    };
    let account = store::account_with_id(conn, link.account_id)?;
    Ok(if !account.is_some_and(|account| is_for(&account)) {
        Some("the account is disabled, or has another address")
    } else if link.is_spent {
        Some("a newer link was made, or the password was chosen")
    } else if !link.holds(now) {
        Some("its link holds no longer")
    } else {
        None
    })
}
