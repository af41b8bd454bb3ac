//! What can be done with messages: let go what is held of an organisation, cancel one, try one again.

use crate::jobs::{ChangeRefused, HeldMessages, OutboxChange, change_outbox_once};
use crate::outbox::MessageState;
use crate::web::answer::{Fault, Notice, Reply};
use crate::web::request::{Admitted, PageRequest};

use super::message;

/// Lets go what is held of the organisation that the form names.
pub(crate) fn release(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let organisation = asked.form.one("organisation").to_owned();
    if !by.may_at(&organisation) {
        return Err(Fault::NotFound);
    }
    let change = OutboxChange::Release(HeldMessages::Of(organisation.clone()));
    if let Some(messages) = changed(asked, by, &change)? {
        Notice::MessagesReleased { messages, organisation }.keep(asked, by.who())?;
    }
    Ok(Reply::see("/outbox"))
}

/// Cancels a message, where it stands as it was shown.
pub(crate) fn cancel(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    one(asked, by, OutboxChange::Cancel, |id| Notice::MessageCancelled { id })
}

/// Tries a message again, where it stands as it was shown.
pub(crate) fn retry(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    one(asked, by, OutboxChange::Retry, |id| Notice::MessageRetried { id })
}

fn one(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    change: fn(i32) -> OutboxChange,
    notice: fn(i32) -> Notice,
) -> Result<Reply, Fault> {
    let found = message::found(asked, by)?;
    let (id, state) = (found.listed().id, found.listed().state);
    if !by.may_at(found.organisation()) {
        return Err(Fault::NotFound);
    }
    let is_as_shown = MessageState::parse(asked.form.one("state")) == Some(state);
    if asked.once(by.who())?.was_sent_before(asked.app())? {
        return Ok(Reply::see(format!("/outbox/{id}")));
    }
    if !is_as_shown {
        return message::show(asked, by, 409);
    }
    match changed(asked, by, &change(id)) {
        Ok(Some(_)) => notice(id).keep(asked, by.who())?,
        Ok(None) => {}
        Err(Fault::Ours(error)) if error.is::<ChangeRefused>() => return message::show(asked, by, 409),
        Err(fault) => return Err(fault),
    }
    Ok(Reply::see(format!("/outbox/{id}")))
}

/// How many messages it concerned; `None` where this form did it before.
fn changed(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    change: &OutboxChange,
) -> Result<Option<usize>, Fault> {
    let once = asked.once(by.who())?;
    let changed = change_outbox_once(asked.app(), change, &by.who().actor(), Some(&once), asked.now)?;
    Ok(changed.map(|changed| changed.messages))
}
