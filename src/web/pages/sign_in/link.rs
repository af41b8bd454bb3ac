//! `/l/TOKEN`: a password chosen by a link. Asking for the page changes nothing and gives nothing away.

use askama::Template;

use super::SsoLink;
use crate::jobs::accounts::passwords::{ChoiceOutcome, choose_by_link, is_first_way_in, link_of};
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/link.html")]
struct LinkPage {
    frame: PageFrame,
    sso: Option<SsoLink>,
}

const HEADING: &str = "Choose a password";

/// Asks for a password, where the link holds.
pub(crate) fn get(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let holds = link_of(asked.app(), &asked.state.key, asked.place(), asked.now)?;
    let (link, account) = holds.ok_or(Fault::DeadLink)?;
    Reply::page(&page(asked, is_first_way_in(&link, &account), Vec::new()))
}

fn page(asked: &PageRequest<'_>, is_first: bool, faults: Vec<FieldFault>) -> LinkPage {
    LinkPage {
        frame: PageFrame::of_nobody("link", HEADING).with_faults(faults),
        sso: SsoLink::to(asked, format!("{}/sso", asked.path)).filter(|_| is_first),
    }
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
            let held = link_of(asked.app(), &state.key, asked.place(), asked.now)?;
            let is_first = held.is_some_and(|(link, account)| is_first_way_in(&link, &account));
            Reply::page_with(422, &page(asked, is_first, faults))
        }
    }
}
