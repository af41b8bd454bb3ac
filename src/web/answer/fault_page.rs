//! The page of a fault: what is wrong and what to do (spec 8.5).

use askama::Template;

use super::fault::Fault;
use super::frame::PageFrame;
use super::reply::Reply;
use crate::web::request::FormFields;

/// What the page of a fault says.
struct FaultWords {
    status: u16,
    heading: &'static str,
    paragraphs: &'static [&'static str],
}

#[derive(Template)]
#[template(path = "web/fault.html")]
struct FaultPage {
    frame: PageFrame,
    paragraphs: &'static [&'static str],
    reference: Option<String>,
    typed: Vec<(String, String)>,
    offers_reset: bool,
}

impl Fault {
    fn words(&self) -> FaultWords {
        let (status, heading, paragraphs): (u16, _, &[&str]) = match self {
            Self::NotFound => (
                404,
                "Page not found",
                &[
                    "If you typed the address, check it. If you pasted it, check that you copied all of it.",
                    "If it was a link, what it led to may have been removed, or it is not for you to see.",
                ],
            ),
            Self::DeadLink => (
                404,
                "This link no longer works",
                &[
                    "A link to choose a password works once and for a short time, and only the newest one does.",
                ],
            ),
            Self::NotOurs(_) => (
                403,
                "Nothing was done",
                &[
                    "This form was not sent from a page of this service, or you have signed in again since you opened it.",
                    "Go back to the page, reload it and send the form again.",
                ],
            ),
            #[cfg(feature = "sso")]
            Self::NotLetIn => (
                422,
                "You are not signed in",
                &[
                    "Signing in with your work account did not work. Go back to the sign-in page and try again.",
                    "If it happens again, tell whoever runs this service for you, with the reference below.",
                ],
            ),
            Self::WrongMethod => {
                (405, "This can’t be done so", &["Go back and use the links and buttons of the page."])
            }
            Self::TooLarge => (413, "That is too much", &["A form takes 64 kilobytes. Nothing was done."]),
            Self::NoForm => (
                415,
                "This is not a form",
                &["What was sent is nothing that this page takes. Nothing was done."],
            ),
            Self::AnotherHost => {
                (421, "This is another address", &["The service is not reached by this name."])
            }
            Self::TooMany => (429, "Too many requests", &["Wait a minute, then try again."]),
            Self::Busy => (503, "The service is busy", &["Nothing was done. Wait a moment, then try again."]),
            Self::Ours(_) => (
                500,
                "Sorry, there is a problem with the service",
                &[
                    "Try again later. If it happens again, tell whoever runs this service for you, with the reference below.",
                ],
            ),
        };
        FaultWords { status, heading, paragraphs }
    }

    /// The page; the cause goes to the log, and to nobody else.
    pub(crate) fn reply(self, reference: &str) -> Reply {
        let FaultWords { status, heading, paragraphs } = self.words();
        match &self {
            Self::Ours(error) => tracing::error!(reference, error = format!("{error:#}"), "a request failed"),
            Self::NotOurs(_) => {
                tracing::warn!(reference, "a form was refused: it did not come from a page of ours")
            }
            _ => {}
        }
        let typed: Vec<(String, String)> = match &self {
            Self::NotOurs(typed) => {
                typed.showable().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
            }
            _ => Vec::new(),
        };
        let page = FaultPage {
            frame: PageFrame::of_nobody("fault", heading),
            paragraphs,
            reference: matches!(status, 403 | 422 | 500 | 503).then(|| reference.to_owned()),
            typed: typed.into_iter().filter(|(name, _)| name != FormFields::KEY).collect(),
            offers_reset: matches!(self, Self::DeadLink),
        };
        let reply = match page.render() {
            Ok(text) => Reply::html(status, text),
            Err(error) => {
                tracing::error!(reference, %error, "a page of a fault can't be made");
                Reply::plain(status, heading)
            }
        };
        let retry_after = matches!(status, 429 | 503).then_some(60);
        Reply { retry_after, ..reply }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::answer::reply::ReplyBody;

    #[test]
    fn each_has_its_status_and_none_shows_its_cause() {
        let cause = anyhow::anyhow!("SELECT secret FROM /var/lib/refresher.db");
        for (fault, status) in [
            (Fault::NotFound, 404),
            (Fault::DeadLink, 404),
            (Fault::NotOurs(FormFields::parse(b"note=what+I+typed&password=secret")), 403),
            (Fault::WrongMethod, 405),
            (Fault::TooLarge, 413),
            (Fault::NoForm, 415),
            (Fault::AnotherHost, 421),
            (Fault::TooMany, 429),
            (Fault::Busy, 503),
            (Fault::Ours(cause), 500),
        ] {
            let is_refused = matches!(fault, Fault::NotOurs(_));
            let reply = fault.reply("REF123");
            assert_eq!(reply.status, status);
            let ReplyBody::Text { text, .. } = reply.body else { panic!("{status} is no page") };
            assert!(!text.contains("secret") && text.contains("<h1"), "{text}");
            assert_eq!(text.contains("what I typed"), is_refused, "{text}");
            assert_eq!(text.contains("REF123"), matches!(status, 403 | 500 | 503), "{text}");
            assert_eq!(reply.retry_after.is_some(), matches!(status, 429 | 503));
        }
    }
}
