//! What delivery needs to know, as plain values; the configuration room maps its file to these.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

pub use crate::config::MailSecurity;

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
    pub security: MailSecurity,
    /// How to sign in, if at all.
    pub credentials: Option<Credentials>,
    /// Further certificate authorities to trust, as PEM.
    pub ca_file: Option<PathBuf>,
    /// The name we greet with: a full host name, or an address literal such as `[192.0.2.1]`. `None`: our own address of
    /// the connection, as such a literal.
    pub hello: Option<String>,
    /// How long the server may take over each step.
    pub times: SmtpTimeouts,
}

impl SmtpSettings {
    /// A server with the usual patience, and without sign-in or further authorities, greeted by our address.
    pub fn new(host: impl Into<String>, port: u16, security: MailSecurity) -> Self {
        Self {
            host: host.into(),
            port,
            security,
            credentials: None,
            ca_file: None,
            hello: None,
            times: SmtpTimeouts::RFC_5321,
        }
    }
}

/// How long a server may take over each step of the conversation. A server that looks into a message for long has taken
/// it when it says so: whoever hangs up before delivers it again and again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmtpTimeouts {
    /// Until a connection stands. RFC 5321 is silent about it; what doesn't answer at all is not worth more.
    pub connect: Duration,
    /// The greeting, the agreement on TLS, and the answer to each command but those below.
    pub command: Duration,
    /// The answer to DATA.
    pub data: Duration,
    /// Taking in a block of the content.
    pub block: Duration,
    /// The answer to the dot that ends the content.
    pub dot: Duration,
}

impl SmtpTimeouts {
    /// The times of RFC 5321, section 4.5.3.2.
    pub(crate) const RFC_5321: Self = Self {
        connect: Duration::from_secs(60),
        command: Duration::from_secs(5 * 60),
        data: Duration::from_secs(2 * 60),
        block: Duration::from_secs(3 * 60),
        dot: Duration::from_secs(10 * 60),
    };

    /// The same time for every step.
    pub fn all(within: Duration) -> Self {
        Self { connect: within, command: within, data: within, block: within, dot: within }
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
pub struct SenderIdentity {
    /// The address, also given to the server as the sender.
    pub address: String,
    /// The name shown, where [`super::SendingVerdict::Send`] names no other; may be empty.
    pub name: String,
    /// The safeguarding contact, for answers, where [`super::SendingVerdict::Send`] names no other; empty for none.
    pub reply_to: String,
}

impl SenderIdentity {
    /// The part after the `@`, for the `Message-ID` of new messages.
    pub fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain)
    }
}

/// Why a transport can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// No protection, beyond the loopback interface.
    #[error(
        "smtp.security = \"none\" is for a mail server on this machine only, not for {0:?}: use \"tls\" or \"starttls\""
    )]
    Unprotected(String),
    /// The file of certificate authorities can't be used.
    #[error("smtp.ca_file {} can't be used ({}): give a readable file of PEM certificates", .0.display(), .1)]
    CaFile(PathBuf, String),
    /// TLS can't be set up.
    #[error("TLS can't be set up ({0}): check smtp.host and smtp.ca_file")]
    Tls(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patience_is_that_of_rfc_5321() {
        let minutes = |minutes: u64| Duration::from_secs(60 * minutes);
        let SmtpTimeouts { connect, command, data, block, dot } =
            SmtpSettings::new("localhost", 25, MailSecurity::None).times;
        assert_eq!((command, data, block, dot), (minutes(5), minutes(2), minutes(3), minutes(10)));
        assert!(connect >= Duration::from_secs(30), "as long as an overloaded host may need");
    }
}
