//! What an answer of the mail server means for the message and for delivery (spec 5).

use std::error::Error as _;
use std::io;

use lettre::transport::smtp::Error;

use super::refusal::{self, RefusalIsAbout};
use crate::wording::without_addresses;

/// How long a kept answer may be.
const ANSWER_CHARS: usize = 300;

/// The point of the conversation at which something went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SmtpStage {
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
pub(super) enum SendFault {
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
    /// Something was said before TLS began, to be read as if it had come after.
    Interfered(String),
}

/// What broke the line under a conversation, as lettre's error carries it.
#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
struct BrokenConnection(SendFault);

/// Something that went wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StagedFault {
    pub stage: SmtpStage,
    pub fault: SendFault,
}

/// Why delivery stopped: nothing that another message could mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StopReason {
    /// The server refuses us before we sign in.
    #[error(
        "the mail server refuses the connection ({0}): check smtp.host, smtp.port and smtp.hello, and ask its operators"
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
    /// The server refuses us over a recipient or a message, whoever it may be to.
    #[error(
        "the mail server refuses mail from here, not its recipient ({0}): check smtp.hello, smtp.from and the sign-in, and \
         ask its operators what this machine may send, where to and how much"
    )]
    Refused(String),
    /// Three recipients in a row met the same refusal, which does not say that they are unknown.
    #[error(
        "the mail server gives one recipient after another the same refusal ({0}): ask its operators why; where it means the \
         recipients, cancel those messages: `refresher outbox`, `refresher outbox cancel ID`"
    )]
    Alike(String),
    /// The server's certificate does not verify.
    #[error("the mail server's certificate does not verify ({0}): check smtp.host and smtp.ca_file")]
    Certificate(String),
    /// The server does not offer what the settings ask for.
    #[error(
        "the mail server does not offer what the settings ask for ({0}): check smtp.security and smtp.username"
    )]
    Unusable(String),
    /// Something was said before TLS began.
    #[error(
        "the mail server sent data before TLS began ({0}), as somebody between it and us would do: ask its operators, or use \
         smtp.security = \"tls\""
    )]
    Interfered(String),
    /// The folder for mail files can't be written.
    #[error("the mail can't be written to a file ({0}): check smtp.file_dir and its free space")]
    Folder(String),
}

/// Why a message was not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendError {
    /// It can be tried again later.
    Deferred(String),
    /// It can be tried again, and may have come through: the answer to its content was lost.
    CutOff(String),
    /// It can't be delivered.
    Failed(String),
    /// It was refused, and whether that is about its recipient or about us the next ones tell.
    Unclear {
        /// What is kept of the refusal.
        reason: String,
        /// The answer without what differs from one recipient to the next: what those in a row are known by.
        alike: String,
    },
    /// Delivery has to stop; the message is not to blame.
    Stop(StopReason),
}

impl SendFault {
    pub(super) fn lost(text: impl Into<String>) -> Self {
        Self::Lost(text.into())
    }

    /// As an error that lettre hands on, for [`SendFault::of_conversation`] to find.
    pub(super) fn into_io(self) -> io::Error {
        io::Error::other(BrokenConnection(self))
    }

    /// What lettre says went wrong in a conversation: a refusal, what broke the line, or what makes no sense to it.
    pub(super) fn of_conversation(error: &Error) -> Self {
        if let Some(code) = error.status() {
            let text = error.source().map(ToString::to_string).unwrap_or_default();
            return Self::Answer { code: code.into(), text };
        }
        let io = error.source().and_then(|source| source.downcast_ref::<io::Error>());
        match io.and_then(io::Error::get_ref).and_then(|broken| broken.downcast_ref::<BrokenConnection>()) {
            Some(BrokenConnection(fault)) => fault.clone(),
            None if error.is_client() => Self::lost("there is no answer to what it asks"),
            None => Self::lost("what it sent is no answer of a mail server"),
        }
    }

    /// A line that stands no more.
    pub(super) fn of_line(error: &io::Error) -> Self {
        use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
        match error.kind() {
            UnexpectedEof => Self::lost("the server ended it"),
            BrokenPipe | ConnectionAborted | ConnectionReset => Self::lost("the server broke it off"),
            _ => Self::Lost(shortened(&error.to_string())),
        }
    }

    /// Connecting to `host` and `port`, or agreeing on TLS, that did not work.
    pub(super) fn of_connecting(error: &io::Error, host: &str, port: u16) -> Self {
        match (invalid_certificate(error), unreached(error, host, port)) {
            (Some(certificate), _) => Self::Certificate(certificate),
            (None, Some(words)) => Self::Unreached(words),
            (None, None) => Self::of_line(error),
        }
    }
}

impl StagedFault {
    pub(super) fn new(stage: SmtpStage, fault: SendFault) -> Self {
        Self { stage, fault }
    }

    /// Whether the server has ended the conversation, or was found gone (421 is its farewell).
    pub(super) fn ends_connection(&self) -> bool {
        !matches!(self.fault, SendFault::Answer { code, .. } if code != 421)
    }

    /// Whether the server has said that it ends the conversation.
    pub(super) fn is_farewell(&self) -> bool {
        matches!(self.fault, SendFault::Answer { code: 421, .. })
    }

    /// What it means for the message to `recipient`, and for delivery.
    pub(super) fn judge(self, recipient: &str) -> SendError {
        let Self { stage, fault } = self;
        match fault {
            SendFault::Certificate(text) => SendError::Stop(StopReason::Certificate(text)),
            SendFault::Unusable(text) => SendError::Stop(StopReason::Unusable(text)),
            SendFault::Interfered(text) => SendError::Stop(StopReason::Interfered(text)),
            SendFault::Unreached(text) => SendError::Deferred(text),
            SendFault::Lost(text) => {
                let reason = format!("the connection was lost {}: {text}", when(stage));
                match stage {
                    SmtpStage::Content => SendError::CutOff(reason),
                    _ => SendError::Deferred(reason),
                }
            }
            SendFault::Answer { code, text } => judge_answer(stage, code, &text, recipient),
        }
    }
}

fn judge_answer(stage: SmtpStage, code: u16, text: &str, recipient: &str) -> SendError {
    let said = shortened(text);
    let reason = format!("the server answered {code} {}: {said}", to(stage));
    if code < 500 {
        return SendError::Deferred(reason);
    }
    match stage {
        SmtpStage::Greeting => SendError::Stop(StopReason::Greeting(format!("{code} {said}"))),
        SmtpStage::SignIn => SendError::Stop(StopReason::SignIn(format!("{code} {said}"))),
        SmtpStage::Sender => SendError::Stop(StopReason::Sender(format!("{code} {said}"))),
        SmtpStage::Recipient | SmtpStage::Content => match refusal::blame(code, text, recipient) {
            RefusalIsAbout::Us => {
                // It is told to operators, whom the recipient does not concern.
                let said = shortened(&without_addresses(text, recipient));
                SendError::Stop(StopReason::Refused(format!("{code} {said}")))
            }
            RefusalIsAbout::NoSuchMailbox => SendError::Failed(reason),
            RefusalIsAbout::Unclear => {
                SendError::Unclear { reason, alike: refusal::alike(code, text, recipient) }
            }
        },
    }
}

fn to(stage: SmtpStage) -> &'static str {
    match stage {
        SmtpStage::Greeting => "at the greeting",
        SmtpStage::SignIn => "to the sign-in",
        SmtpStage::Sender => "to the sender",
        SmtpStage::Recipient => "to the recipient",
        SmtpStage::Content => "to the message",
    }
}

fn when(stage: SmtpStage) -> &'static str {
    match stage {
        SmtpStage::Greeting => "at the greeting",
        SmtpStage::SignIn => "at the sign-in",
        SmtpStage::Sender => "when the sender was named",
        SmtpStage::Recipient => "when the recipient was named",
        SmtpStage::Content => "when the message was handed over",
    }
}

/// An answer as one line of bounded length.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(ANSWER_CHARS).collect()
}

/// Why no mail server was reached at `host` and `port`, where the cause is one that the settings or the network can mend.
fn unreached(error: &io::Error, host: &str, port: u16) -> Option<String> {
    let tls = error.get_ref().and_then(|wrapped| wrapped.downcast_ref::<rustls::Error>());
    if let Some(rustls::Error::InvalidMessage(_)) = tls {
        return Some(format!("{host} port {port} does not speak TLS: check smtp.security and smtp.port"));
    }
    if error.kind() == io::ErrorKind::ConnectionRefused {
        return Some(format!("nothing listens at {host} port {port}: check smtp.host and smtp.port"));
    }
    let unknown = NO_SUCH_NAME.iter().any(|words| error.to_string().contains(words));
    unknown.then(|| format!("no server is called {host}: check smtp.host"))
}

/// What systems say of a name that the name service does not know. A name service that does not answer says otherwise.
const NO_SUCH_NAME: [&str; 3] =
    ["Name or service not known", "nodename nor servname provided", "Name does not resolve"];

/// Why the server's certificate was refused, if that is what went wrong: rustls's error, wrapped in an I/O error.
fn invalid_certificate(error: &io::Error) -> Option<String> {
    let tls = error.get_ref()?.downcast_ref::<rustls::Error>()?;
    matches!(tls, rustls::Error::InvalidCertificate(_)).then(|| why_refused(tls))
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

#[cfg(test)]
mod tests;
