//! `/l/TOKEN`: a password chosen by a link. Asking for the page changes nothing and gives nothing away.

use askama::Template;

use crate::jobs::accounts::passwords::{ChoiceOutcome, choose_by_link, link_of};
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/link.html")]
struct LinkPage {
    frame: PageFrame,
}

const HEADING: &str = "Choose a password";

/// Asks for a password, where the link holds.
pub(crate) fn get(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let holds = link_of(asked.app(), &asked.state.key, asked.place(), asked.now)?;
    holds.ok_or(Fault::DeadLink)?;
    Reply::page(&LinkPage { frame: PageFrame::of_nobody("link", HEADING) })
}

/// Keeps it: the link is spent.
pub(crate) fn post(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let state = asked.state;
    let password = asked.form.one("new_password");
    let with = (&state.key, &state.passwords);
    match choose_by_link(asked.app(), with, asked.place(), password, asked.now)? {
        ChoiceOutcome::Chosen => Ok(Reply::see("/sign-in?done=password")),
        ChoiceOutcome::Refused => Err(Fault::DeadLink),
        ChoiceOutcome::Faulty(faults) => {
            let faults = faults
                .into_iter()
                .map(|fault| FieldFault { field: "new_password", words: fault.words().to_owned() })
                .collect();
            Reply::page_with(
                422,
                &LinkPage { frame: PageFrame::of_nobody("link", HEADING).with_faults(faults) },
            )
        }
    }
}
