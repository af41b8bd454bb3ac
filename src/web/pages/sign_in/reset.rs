//! `/reset`: a link to choose another password, by mail. The answer is always the same.

use askama::Template;

use crate::jobs::accounts::passwords::ask_for_another;
use crate::register::EmailAddress;
use crate::web::answer::{Fault, FieldFault, PageFrame, Reply};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/reset.html")]
struct ResetPage {
    frame: PageFrame,
    email: String,
    is_asked: bool,
}

/// Asks for the address; or says what happens now.
pub(crate) fn get(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let is_asked = asked.query.one("done") == "asked";
    let heading = if is_asked { "Check your email" } else { "Choose another password" };
    Reply::page(&ResetPage { frame: PageFrame::of_nobody("reset", heading), email: String::new(), is_asked })
}

/// Mails a link, where somebody has the address.
pub(crate) fn post(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let email = asked.form.one("email");
    if EmailAddress::parse(email).is_none() {
        let words = "Enter an email address in the form of name@example.org".to_owned();
        let frame = PageFrame::of_nobody("reset", "Choose another password")
            .with_faults(vec![FieldFault { field: "email", words }]);
        return Reply::page_with(422, &ResetPage { frame, email: email.to_owned(), is_asked: false });
    }
    // Whether there was anything to do, or it failed, is nobody's to tell from the answer.
    if let Err(error) = ask_for_another(asked.app(), email, asked.now) {
        tracing::error!(
            reference = asked.reference,
            error = format!("{error:#}"),
            "a link to choose a password can't be mailed"
        );
    }
    Ok(Reply::see("/reset?done=asked"))
}
