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
    /// Whether a password is chosen here.
    has_passwords: bool,
    sso: Option<SsoLink>,
}

const HEADING: &str = "Choose a password";
/// Where nobody has one.
const HEADING_ELSEWHERE: &str = "Sign in for the first time";

/// Asks for a password, where the link holds.
pub(crate) fn get(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let holds = link_of(asked.app(), &asked.state.key, asked.place(), asked.now)?;
    let is_first = holds.map(|(link, account)| is_first_way_in(asked.app(), &link, &account));
    match (asked.app().config.web.has_passwords, is_first) {
        (true, Some(is_first)) => Reply::page(&page(asked, is_first, Vec::new())),
        (true, None) => Err(Fault::DeadLink),
        (false, Some(true)) => Reply::page(&page(asked, true, Vec::new())),
        // There is no password to choose by it.
        (false, _) => Err(Fault::NotFound),
    }
}

fn page(asked: &PageRequest<'_>, is_first: bool, faults: Vec<FieldFault>) -> LinkPage {
    let has_passwords = asked.app().config.web.has_passwords;
    LinkPage {
        frame: PageFrame::of_nobody("link", if has_passwords { HEADING } else { HEADING_ELSEWHERE })
            .with_faults(faults),
        has_passwords,
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
            let is_first = held.is_some_and(|(link, account)| is_first_way_in(asked.app(), &link, &account));
            Reply::page_with(422, &page(asked, is_first, faults))
        }
    }
}
