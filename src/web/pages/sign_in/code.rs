//! `/sign-in/code`: a code of the device, or a recovery code.

use askama::Template;

use super::back_to;
use crate::jobs::accounts::second_step::{CodeOutcome, give_code};
use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{CookieChange, Fault, FieldFault, PageFrame, Reply};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/code.html")]
struct SignInCodePage {
    frame: PageFrame,
    to: String,
}

const REFUSED: &str = "This code is not right, or it was used before. Wait for the next one and type that; after several \
                       wrong tries you have to wait a few minutes";

/// Asks for it; whoever is signed in, or has none to give, goes where they belong.
pub(crate) fn get(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.query.one("to"));
    if who.is_whole() || !who.account.has_second_factor {
        return Ok(if who.is_whole() { Reply::see(to) } else { super::next_step(who) });
    }
    Reply::page(&SignInCodePage {
        frame: PageFrame::of(asked, who, "code", "Enter your code")?,
        to: to.to_owned(),
    })
}

/// Looks at it.
pub(crate) fn post(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let to = back_to(asked, asked.form.one("to"));
    match give_code(asked.app(), &asked.state.key, who, asked.form.one("code"), asked.now)? {
        CodeOutcome::Taken { token } => Ok(Reply::see(to).with_cookie(CookieChange::Holds(token))),
        CodeOutcome::Refused => {
            let fault = FieldFault { field: "code", words: REFUSED.to_owned() };
            let frame = PageFrame::of(asked, who, "code", "Enter your code")?.with_faults(vec![fault]);
            Reply::page_with(422, &SignInCodePage { frame, to: to.to_owned() })
        }
    }
}
