//! `outbox retry`: by which sender messages are tried again, and whether it stands still.

use serde::Serialize;

use crate::answers::Answer;
use crate::app::App;
use crate::outbox::store;
use crate::wording::counted;

/// Messages that are to be tried again.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct RetriedMessages {
    changed: usize,
    senders: Vec<RetryingSender>,
}

/// A sender, and how many of them are its.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct RetryingSender {
    /// Whose mail it sends; everybody's, where it is the only one.
    mail_of: Option<String>,
    messages: usize,
    /// Why it stands still, if it does.
    stopped: Option<String>,
}

/// By which senders messages of these organisations, so many each, are tried again.
pub(crate) fn retried(app: &App, messages: &[(String, usize)]) -> anyhow::Result<RetriedMessages> {
    let stops = app.db.read(store::standing_stops)?;
    let senders = app.routes().into_iter().map(|(route, _)| RetryingSender {
        mail_of: route.whose(),
        messages: messages.iter().filter(|(code, _)| route.is_of(code)).map(|(_, count)| count).sum(),
        stopped: stops.iter().find(|stop| stop.sender == route.key).map(|stop| stop.reason.clone()),
    });
    let senders = senders.filter(|sender| sender.messages > 0).collect();
    Ok(RetriedMessages { changed: messages.iter().map(|(_, count)| count).sum(), senders })
}

impl Answer for RetriedMessages {
    fn words(&self, _: usize) -> String {
        let mut lines =
            vec![format!("{} to be tried again", counted(self.changed as u64, "message", "messages"))];
        for RetryingSender { mail_of, messages, stopped } in &self.senders {
            let stands = stopped.as_ref().map_or(String::new(), |why| format!(", which stands still: {why}"));
            match mail_of {
                Some(whose) => {
                    lines.push(format!("{messages} by the sender of the mail of {whose}{stands}"));
                }
                None if stopped.is_some() => lines.push(format!("by a sender{stands}")),
                None => {}
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn senders_are_named_where_there_are_several_or_one_stands_still() {
        let sender = |mail_of: Option<&str>, messages, stopped: Option<&str>| RetryingSender {
            mail_of: mail_of.map(str::to_owned),
            messages,
            stopped: stopped.map(str::to_owned),
        };
        for (changed, senders, says) in [
            (0, vec![], "0 messages to be tried again"),
            (1, vec![sender(None, 1, None)], "1 message to be tried again"),
            (
                2,
                vec![sender(None, 2, Some("the mail server refuses the sign-in"))],
                "2 messages to be tried again\nby a sender, which stands still: the mail server refuses the sign-in",
            ),
            (
                3,
                vec![
                    sender(Some("RYY"), 2, Some("the mail server refuses the sender")),
                    sender(Some("everybody but RYY"), 1, None),
                ],
                "3 messages to be tried again\n\
                 2 by the sender of the mail of RYY, which stands still: the mail server refuses the sender\n\
                 1 by the sender of the mail of everybody but RYY",
            ),
        ] {
            assert_eq!(RetriedMessages { changed, senders }.words(80), says);
        }
    }
}
