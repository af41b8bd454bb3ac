//! What an answer of the mail server means for the message and for delivery (spec 5).

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::{Response, Severity};

/// How long a kept answer may be.
const ANSWER_CHARS: usize = 300;

/// The point of the conversation at which something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Connecting, greeting, agreeing on TLS.
    Greeting,
    /// Signing in.
    SignIn,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// Asking to send the content, and sending it.
    Content,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// An answer 4xx or 5xx.
    Answer {
        /// The code.
        code: u16,
        /// The text of the answer.
        text: String,
    },
    /// A connection that can't be made, broke off, fell silent or answered nonsense.
    Lost(String),
    /// No server was reached, for a reason that can be said plainly.
    Unreached(String),
    /// The server's certificate does not verify.
    Certificate(String),
    /// The server does not offer what the settings ask for.
    Unusable(String),
}

/// Something that went wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trouble {
    pub stage: Stage,
    pub fault: Fault,
}

/// Why delivery stopped: nothing that another message could mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// The server refuses us before we sign in.
    #[error(
        "the mail server refuses the connection ({0}): check smtp.host and smtp.port, and ask its operators"
    )]
    Greeting(String),
    /// The server refuses our name or password.
    #[error("the mail server refuses the sign-in ({0}): check smtp.username and smtp.password_file")]
    SignIn(String),
    /// The server refuses our sender address.
    #[error(
        "the mail server refuses the sender ({0}): check smtp.from, and that this account may send as it"
    )]
    Sender(String),
    /// The server's certificate does not verify.
    #[error("the mail server's certificate does not verify ({0}): check smtp.host and smtp.ca_file")]
    Certificate(String),
    /// The server does not offer what the settings ask for.
    #[error(
        "the mail server does not offer what the settings ask for ({0}): check smtp.security and smtp.username"
    )]
    Unusable(String),
    /// The folder for mail files can't be written.
    #[error("the mail can't be written to a file ({0}): check smtp.file_dir and its free space")]
    Folder(String),
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// It can be tried again later.
    Deferred(String),
    /// It can't be delivered.
    Failed(String),
    /// Delivery has to stop; the message is not to blame.
    Stop(StopReason),
}

impl Trouble {
    pub(super) fn new(stage: Stage, fault: Fault) -> Self {
        Self { stage, fault }
    }

    pub(super) fn lost(stage: Stage, text: impl Into<String>) -> Self {
        Self::new(stage, Fault::Lost(text.into()))
    }

    /// Reads lettre's own classification.
    pub(super) fn from_error(stage: Stage, error: &Error) -> Self {
        let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
        let text = shortened(&text);
        let fault = if let Some(code) = error.status() {
            Fault::Answer { code: code.into(), text }
        } else if let Some(certificate) = invalid_certificate(error) {
            Fault::Certificate(certificate)
        } else if error.is_client() {
            Fault::Unusable(text)
        } else {
            Fault::Lost(text)
        };
        Self::new(stage, fault)
    }

    /// Reads an error at the greeting of the server at `host` and `port`.
    pub(super) fn at_greeting(error: &Error, host: &str, port: u16) -> Self {
        match unreached(error, host, port) {
            Some(words) => Self::new(Stage::Greeting, Fault::Unreached(words)),
            None => Self::from_error(Stage::Greeting, error),
        }
    }

    /// Whether the server has ended the conversation, or was found gone (421 is its farewell).
    pub(super) fn ends_connection(&self) -> bool {
        !matches!(self.fault, Fault::Answer { code, .. } if code != 421)
    }

    /// What it means for the message and for delivery.
    pub(super) fn judge(self) -> SendError {
        let Self { stage, fault } = self;
        match fault {
            Fault::Certificate(text) => SendError::Stop(StopReason::Certificate(text)),
            Fault::Unusable(text) => SendError::Stop(StopReason::Unusable(text)),
            Fault::Unreached(text) => SendError::Deferred(text),
            Fault::Lost(text) => {
                SendError::Deferred(format!("the connection was lost {}: {text}", at(stage)))
            }
            Fault::Answer { code, text } if code < 500 => {
                SendError::Deferred(format!("the server answered {code} {}: {text}", at(stage)))
            }
            Fault::Answer { code, text } => match stage {
                Stage::Greeting => SendError::Stop(StopReason::Greeting(format!("{code} {text}"))),
                Stage::SignIn => SendError::Stop(StopReason::SignIn(format!("{code} {text}"))),
                Stage::Sender => SendError::Stop(StopReason::Sender(format!("{code} {text}"))),
                Stage::Recipient | Stage::Content => {
                    SendError::Failed(format!("the server answered {code} {}: {text}", at(stage)))
                }
            },
        }
    }
}

fn at(stage: Stage) -> &'static str {
    match stage {
        Stage::Greeting => "at the greeting",
        Stage::SignIn => "at the sign-in",
        Stage::Sender => "to the sender",
        Stage::Recipient => "to the recipient",
        Stage::Content => "to the message",
    }
}

/// An answer as one line of bounded length.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(ANSWER_CHARS).collect()
}

/// Why no mail server was reached at `host` and `port`, where the cause is one that the settings or the network can mend.
fn unreached(error: &(dyn std::error::Error + 'static), host: &str, port: u16) -> Option<String> {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            let tls = io.get_ref().and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>());
            if let Some(rustls::Error::InvalidMessage(_)) = tls {
                return Some(format!(
                    "{host} port {port} does not speak TLS: check smtp.security and smtp.port"
                ));
            }
            if io.kind() == std::io::ErrorKind::ConnectionRefused {
                return Some(format!("nothing listens at {host} port {port}: check smtp.host and smtp.port"));
            }
            if NO_SUCH_NAME.iter().any(|words| io.to_string().contains(words)) {
                return Some(format!("no server is called {host}: check smtp.host"));
            }
        }
        cause = inner.source();
    }
    None
}

/// What systems say of a name that the name service does not know. A name service that does not answer says otherwise.
const NO_SUCH_NAME: [&str; 3] =
    ["Name or service not known", "nodename nor servname provided", "Name does not resolve"];

/// Why the server's certificate was refused, if that is what went wrong: rustls's error, wrapped in an I/O error.
fn invalid_certificate(error: &Error) -> Option<String> {
    let mut source = error.source();
    while let Some(inner) = source {
        let wrapped = inner.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
        let tls = wrapped.and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>());
        if let Some(tls @ rustls::Error::InvalidCertificate(_)) = tls {
            return Some(why_refused(tls));
        }
        source = inner.source();
    }
    None
}

/// The one refusal whose name helps nobody is put in words: it is what a certificate that signs itself meets when it was
/// made with the defaults of common tools, even where `smtp.ca_file` holds it.
fn why_refused(error: &rustls::Error) -> String {
    let text = error.to_string();
    if text.contains("CaUsedAsEndEntity") {
        return "it says of itself that it is an authority's, CA:TRUE; a server needs one made with \
                basicConstraints=CA:FALSE, or one that an authority signed"
            .to_owned();
    }
    shortened(&text)
}

/// Holds an answer to the kind expected: lettre takes any 2xx or 3xx for a yes, and a server that asks for the content
/// when it should confirm it has confirmed nothing.
pub(super) fn expect(stage: Stage, response: &Response, expected: Severity) -> Result<(), Trouble> {
    if response.code().severity == expected {
        return Ok(());
    }
    Err(Trouble::lost(stage, format!("an answer {} that does not belong there", response.code())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(stage: Stage, code: u16) -> SendError {
        Trouble::new(stage, Fault::Answer { code, text: "text".to_owned() }).judge()
    }

    #[test]
    fn a_certificate_that_calls_itself_an_authority_is_refused_with_what_to_do() {
        #[derive(Debug, thiserror::Error)]
        #[error("{self:?}")]
        struct CaUsedAsEndEntity;
        let refused = |error| why_refused(&rustls::Error::InvalidCertificate(error));
        let other = rustls::OtherError(std::sync::Arc::new(CaUsedAsEndEntity));
        assert!(refused(rustls::CertificateError::Other(other)).contains("basicConstraints=CA:FALSE"));
        assert_eq!(refused(rustls::CertificateError::Expired), "invalid peer certificate: Expired");
    }

    #[test]
    fn a_server_that_is_not_reached_is_told_in_plain_words_and_the_mail_tried_again() {
        use std::io::{Error, ErrorKind};
        let no_tls = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
        let unknown = "failed to lookup address information: Name or service not known";
        let busy = "failed to lookup address information: Temporary failure in name resolution";
        for (error, says) in [
            (ErrorKind::ConnectionRefused.into(), Some("nothing listens at mail.test port 25")),
            (Error::other(unknown), Some("no server is called mail.test")),
            (Error::new(ErrorKind::InvalidData, no_tls), Some("mail.test port 25 does not speak TLS")),
            (Error::other(busy), None),
            (ErrorKind::ConnectionReset.into(), None),
        ] {
            let told = unreached(&error, "mail.test", 25);
            assert_eq!(told.as_deref().and_then(|told| told.split(": ").next()), says, "{error}");
        }
        let trouble = Trouble::new(Stage::Greeting, Fault::Unreached("nothing listens".to_owned()));
        assert!(trouble.ends_connection());
        assert_eq!(trouble.judge(), SendError::Deferred("nothing listens".to_owned()));
    }

    #[test]
    fn a_refusal_stops_delivery_fails_the_message_or_defers_it_by_where_it_came() {
        use Stage::{Content, Greeting, Recipient, Sender, SignIn};
        for stage in [Greeting, SignIn, Sender, Recipient, Content] {
            for code in [400, 421, 450, 452, 499] {
                assert!(matches!(judged(stage, code), SendError::Deferred(_)), "{stage:?} {code}");
            }
        }
        for code in [500, 530, 535, 550, 552, 554, 599] {
            assert!(matches!(judged(Greeting, code), SendError::Stop(StopReason::Greeting(_))), "{code}");
            assert!(matches!(judged(SignIn, code), SendError::Stop(StopReason::SignIn(_))), "{code}");
            assert!(matches!(judged(Sender, code), SendError::Stop(StopReason::Sender(_))), "{code}");
            assert!(matches!(judged(Recipient, code), SendError::Failed(_)), "{code}");
            assert!(matches!(judged(Content, code), SendError::Failed(_)), "{code}");
        }
    }

    #[test]
    fn a_lost_connection_defers_and_a_bad_certificate_stops_wherever_it_happens() {
        for stage in [Stage::Greeting, Stage::SignIn, Stage::Sender, Stage::Recipient, Stage::Content] {
            let lost = Trouble::lost(stage, "silence");
            assert!(lost.ends_connection());
            assert!(matches!(lost.judge(), SendError::Deferred(_)));
            let certificate = Trouble::new(stage, Fault::Certificate("expired".to_owned()));
            assert!(matches!(certificate.judge(), SendError::Stop(StopReason::Certificate(_))));
        }
    }

    #[test]
    fn an_answer_is_kept_as_one_short_line() {
        assert_eq!(shortened("5.1.1\r\n no   such\tuser\u{7}"), "5.1.1 no such user");
        assert_eq!(shortened(&"x".repeat(5000)).len(), ANSWER_CHARS);
    }
}
