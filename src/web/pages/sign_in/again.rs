//! `/sign-in/again`: the password, and the code, once more before something that matters.

use askama::Template;

use super::{SsoLink, back_to};
use crate::jobs::accounts::passwords::{is_own_password, prove_again};
use crate::jobs::accounts::second_step::{CodeOutcome, give_code};
use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{CookieChange, Fault, FieldFault, PageFrame, Reply, back};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/again.html")]
struct AgainPage {
    frame: PageFrame,
    to: String,
    has_password: bool,
    asks_for_code: bool,
    sso: Option<SsoLink>,
}

const HEADING: &str = "Confirm that it is you";
const REFUSED: &str =
    "That is not right. Check it and try again; after several wrong tries you have to wait a few minutes";

/// Sends somebody there, and back to this page.
pub(crate) fn first(path: &str) -> Reply {
    Reply::see(format!("/sign-in/again?{}", back(path)))
}

/// Asks for them.
pub(crate) fn get(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.query.one("to"));
    Reply::page(&page(asked, who, (PageFrame::of(asked, who, "again", HEADING)?, to)))
}

fn page(asked: &PageRequest<'_>, who: &SignedIn, (frame, to): (PageFrame, &str)) -> AgainPage {
    let is_known_there = !who.account.identities.is_empty();
    AgainPage {
        frame,
        to: to.to_owned(),
        has_password: who.account.has_password && asked.app().config.web.has_passwords,
        asks_for_code: who.account.has_second_factor,
        sso: SsoLink::to(asked, format!("/sign-in/sso/again?{}", back(to))).filter(|_| is_known_there),
    }
}

/// Looks at them.
pub(crate) fn post(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.form.one("to"));
    let is_right =
        is_own_password(asked.app(), &asked.state.passwords, who, asked.form.one("password"), asked.now)?;
    let token = match (is_right, who.account.has_second_factor) {
        (false, _) => None,
        (true, false) => Some(prove_again(asked.app(), who, asked.now)?),
        (true, true) => {
            match give_code(asked.app(), &asked.state.key, who, asked.form.one("code"), asked.now)? {
                CodeOutcome::Taken { token } => Some(token),
                CodeOutcome::Refused => None,
            }
        }
    };
    if let Some(token) = token {
        return Ok(Reply::see(to).with_cookie(CookieChange::Holds(token)));
    }
    let fault = FieldFault { field: "password", words: REFUSED.to_owned() };
    let frame = PageFrame::of(asked, who, "again", HEADING)?.with_faults(vec![fault]);
    Reply::page_with(422, &page(asked, who, (frame, to)))
}
