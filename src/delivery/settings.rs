//! What delivery needs to know, as plain values; the configuration room maps its file to these.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How the connection to the mail server is protected (spec 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, usually on port 465.
    Tls,
    /// An upgrade to TLS that the server must offer, usually on port 587.
    StartTls,
    /// None: for a server on the loopback interface only.
    None,
}

/// A name and password for the mail server.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password; never shown.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// A mail server and how to reach it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpSettings {
    /// The server's name, which its certificate must bear.
    pub host: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// How to sign in, if at all.
    pub credentials: Option<Credentials>,
    /// Further certificate authorities to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// How long the server may take to connect or to answer one command.
    pub answer_within: Duration,
    /// How long one message may take in all. Well below the outbox lease of two minutes, so that no other process
    /// takes up a message that is still on its way.
    pub message_within: Duration,
}

impl SmtpSettings {
    /// The longest wait for one answer.
    pub const ANSWER_WITHIN: Duration = Duration::from_secs(30);
    /// The longest time for one message, with one more connection when the first was found closed.
    pub const MESSAGE_WITHIN: Duration = Duration::from_secs(75);

    /// A server with the usual patience, and without sign-in or further authorities.
    pub fn new(host: impl Into<String>, port: u16, security: Security) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            credentials: None,
            ca_file: None,
            answer_within: Self::ANSWER_WITHIN,
            message_within: Self::MESSAGE_WITHIN,
        }
    }
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TransportSettings {
    /// To a mail server.
    Smtp(SmtpSettings),
    /// Into a folder, one `.eml` file a message.
    File {
        /// The folder; it is made when it is missing.
        folder: PathBuf,
    },
}

/// Who the mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The address, also given to the server as the sender.
    pub address: String,
    /// The name shown; may be empty.
    pub name: String,
    /// The safeguarding contact, for answers, where [`super::Verdict::Send`] names no other; empty for none.
    pub reply_to: String,
}

impl Sender {
    /// The part after the `@`, for the `Message-ID` of new messages.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}
