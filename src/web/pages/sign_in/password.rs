//! `/sign-in`: address and password; and the way out.

use askama::Template;

use super::{SsoLink, back_to};
use crate::access::SignInWay;
use crate::jobs::accounts::session::{self, SignedIn};
use crate::jobs::accounts::sign_in::{SignInOutcome, SignInStep, sign_in};
use crate::web::answer::{CookieChange, Fault, FieldFault, PageFrame, Reply, back};
use crate::web::request::PageRequest;

#[derive(Template)]
#[template(path = "web/sign_in.html")]
struct SignInPage {
    frame: PageFrame,
    email: String,
    to: String,
    /// Whether a password was chosen just now.
    is_chosen: bool,
    /// Whether somebody signed out just now.
    is_out: bool,
    /// Whether they are signed in at the identity provider still, as far as is known.
    offers_way_out: bool,
    /// Where to sign in with another account.
    sso: Option<SsoLink>,
    /// Whether people sign in with a password here.
    has_passwords: bool,
    /// Whether there is something that was typed and not sent.
    is_parked: bool,
}

/// What is refused, for whatever reason.
const REFUSED: &str = "The email address or the password is not right. Check both and try again; after several wrong tries \
                       you have to wait a few minutes";

/// Asks for address and password.
pub(crate) fn get(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let done = asked.query.one("done");
    let to = back_to(asked, asked.query.one("to")).to_owned();
    let page = SignInPage {
        frame: PageFrame::of_nobody("sign-in", "Sign in"),
        email: String::new(),
        is_chosen: done == "password",
        is_out: done == "out" || done == "out-sso",
        offers_way_out: done == "out-sso" && asked.app().config.web.oidc.is_some(),
        sso: sso(asked, &to),
        has_passwords: asked.app().config.web.has_passwords,
        is_parked: to.starts_with("/parked/"),
        to,
    };
    Reply::page(&page)
}

/// Looks at them.
pub(crate) fn post(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    let (email, password) = (asked.form.one("email"), asked.form.one("password"));
    let to = back_to(asked, asked.form.one("to"));
    let work = || sign_in(asked.app(), &asked.state.passwords, email, password, asked.now);
    let failed = |outcome: &anyhow::Result<SignInOutcome>| matches!(outcome, Ok(SignInOutcome::Refused));
    match asked.state.rates.one_try(asked.client, asked.now, work, failed)? {
        SignInOutcome::Begun { token, next } => {
            let next = match next {
                SignInStep::Code => format!("/sign-in/code?{}", back(to)),
                SignInStep::SetUp => format!("/sign-in/device?{}", back(to)),
                SignInStep::Nothing => to.to_owned(),
            };
            Ok(Reply::see(next).with_cookie(CookieChange::Holds(token)))
        }
        SignInOutcome::Refused => {
            let fault = FieldFault { field: "email", words: REFUSED.to_owned() };
            let page = SignInPage {
                frame: PageFrame::of_nobody("sign-in", "Sign in").with_faults(vec![fault]),
                email: email.to_owned(),
                to: to.to_owned(),
                is_chosen: false,
                is_out: false,
                offers_way_out: false,
                sso: sso(asked, to),
                has_passwords: true,
                is_parked: to.starts_with("/parked/"),
            };
            Reply::page_with(422, &page)
        }
    }
}

/// Ends the sign-in.
pub(crate) fn sign_out(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    session::sign_out(asked.app(), who, asked.now)?;
    let done = if who.sign_in.way == SignInWay::Password { "out" } else { "out-sso" };
    Ok(Reply::see(format!("/sign-in?done={done}")).with_cookie(CookieChange::Goes))
}

fn sso(asked: &PageRequest<'_>, to: &str) -> Option<SsoLink> {
    let href = if to == "/" { "/sign-in/sso".to_owned() } else { format!("/sign-in/sso?{}", back(to)) };
    SsoLink::to(asked, href)
}
