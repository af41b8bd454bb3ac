//! The conversation with a mail server, so that it is known to which command an answer came; and the connections kept
//! between messages.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt, Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use memchr::memmem;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::outcome::{SendFault, SmtpStage, StagedFault};
use super::settings::TransportError;
use super::tls;
use super::wire::{COURTESY, Wire};
use super::{MailSecurity, PreparedMail, SendError, SmtpSettings};

/// How long a check waits in all. Somebody sits before it.
const CHECK_WITHIN: Duration = Duration::from_secs(75);

/// A mail server, with the connections to it that are free.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsConnector>,
    credentials: Option<Credentials>,
    /// Connections that wait for a message. Whoever sends takes one or makes one, so there are never more in all than
    /// messages were in hand at once.
    free: Mutex<Vec<Connection>>,
}

struct Connection {
    smtp: AsyncSmtpConnection,
    /// What lettre speaks over.
    wire: Wire,
    /// Whether the server takes several commands before it answers the first (RFC 2920).
    pipelines: bool,
}

/// A command, the kind of answer to go on with, and how long that may take.
struct SmtpCommand {
    stage: SmtpStage,
    text: String,
    expected: Severity,
    within: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares for a server; nothing is connected yet.
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, TransportError> {
        if !settings.security.is_enough_for(&settings.host) {
            return Err(TransportError::Unprotected(settings.host));
        }
        let tls = match settings.security {
            MailSecurity::None => None,
            MailSecurity::Tls | MailSecurity::StartTls => Some(tls::connector(settings.ca_file.as_deref())?),
        };
        let credentials =
            settings.credentials.as_ref().map(|c| Credentials::new(c.username.clone(), c.password.clone()));
        Ok(Self { settings, tls, credentials, free: Mutex::new(Vec::new()) })
    }

    /// Sends one message. A free connection that the server has closed meanwhile is replaced by a fresh one before it
    /// counts as a lost one.
    pub(super) async fn send(&self, mail: &PreparedMail) -> Result<(), SendError> {
        self.send_over_one(mail).await.map_err(|trouble| trouble.judge(&mail.recipient))
    }

    /// Connects, signs in and says goodbye: whether mail could be sent.
    pub(super) async fn check(&self) -> Result<(), SendError> {
        let trouble = match timeout(CHECK_WITHIN, self.connect()).await {
            Ok(Ok(connection)) => {
                quit(connection).await;
                return Ok(());
            }
            Ok(Err(trouble)) => trouble,
            Err(_) => StagedFault::new(SmtpStage::Greeting, SendFault::lost("it took too long in all")),
        };
        Err(trouble.judge(""))
    }

    /// Says goodbye on every free connection.
    pub(super) async fn close(&self) {
        while let Some(connection) = self.take_free() {
            quit(connection).await;
        }
    }

    async fn send_over_one(&self, mail: &PreparedMail) -> Result<(), StagedFault> {
        if let Some(mut connection) = self.take_free() {
            match self.transfer(&mut connection, mail).await {
                Err(trouble) if trouble.stage == SmtpStage::Sender && trouble.ends_connection() => {}
                sent => return self.finish(connection, sent).await,
            }
        }
        let mut connection = self.connect().await?;
        let sent = self.transfer(&mut connection, mail).await;
        self.finish(connection, sent).await
    }

    async fn connect(&self) -> Result<Connection, StagedFault> {
        let SmtpSettings { host, port, security, times, .. } = &self.settings;
        let at_greeting = |fault| StagedFault::new(SmtpStage::Greeting, fault);
        let wire = Wire::connect(host, *port, times.connect).await.map_err(at_greeting)?;
        if let (MailSecurity::Tls, Some(tls)) = (security, &self.tls) {
            wire.secure(tls, host, *port, times.command).await.map_err(at_greeting)?;
        }
        let mut smtp = self.greet(&wire).await?;
        if let (MailSecurity::StartTls, Some(tls)) = (security, &self.tls) {
            if !smtp.can_starttls() {
                return Err(at_greeting(SendFault::Unusable("it offers no STARTTLS".to_owned())));
            }
            let started = self.answer(&wire, SmtpStage::Greeting, smtp.command(Starttls)).await?;
            expect(SmtpStage::Greeting, &started, Severity::PositiveCompletion)?;
            wire.secure(tls, host, *port, times.command).await.map_err(at_greeting)?;
            // What was offered before TLS may not have come from the server: lettre begins anew.
            wire.greet_again();
            smtp = self.greet(&wire).await?;
        }
        if let Some(credentials) = &self.credentials {
            self.sign_in(&wire, &mut smtp, credentials).await?;
        }
        let pipelines = wire.offers("PIPELINING");
        Ok(Connection { smtp, wire, pipelines })
    }

    /// Reads the greeting, and greets.
    async fn greet(&self, wire: &Wire) -> Result<AsyncSmtpConnection, StagedFault> {
        let name = match (&self.settings.hello, wire.local().map(|local| local.ip())) {
            (Some(name), _) => ClientId::Domain(name.clone()),
            (None, Some(IpAddr::V6(address))) => ClientId::Ipv6(address),
            (None, Some(IpAddr::V4(address))) => ClientId::Ipv4(address),
            (None, None) => ClientId::Ipv4(Ipv4Addr::LOCALHOST),
        };
        let greeting = AsyncSmtpConnection::connect_with_transport(Box::new(wire.clone()), &name);
        self.answer(wire, SmtpStage::Greeting, greeting).await
    }

    async fn sign_in(
        &self,
        wire: &Wire,
        smtp: &mut AsyncSmtpConnection,
        credentials: &Credentials,
    ) -> Result<(), StagedFault> {
        if smtp.server_info().get_auth_mechanism(DEFAULT_MECHANISMS).is_none() {
            let missing = "it offers no sign-in by PLAIN or LOGIN".to_owned();
            return Err(StagedFault::new(SmtpStage::SignIn, SendFault::Unusable(missing)));
        }
        let answer = self.answer(wire, SmtpStage::SignIn, smtp.auth(DEFAULT_MECHANISMS, credentials)).await?;
        expect(SmtpStage::SignIn, &answer, Severity::PositiveCompletion)
    }

    /// What comes of a part of the conversation of which each step has the time of a command.
    async fn answer<T>(
        &self,
        wire: &Wire,
        stage: SmtpStage,
        conversation: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, StagedFault> {
        wire.allow(self.settings.times.command, self.settings.times.command);
        answered(wire, stage, conversation).await
    }

    async fn transfer(&self, connection: &mut Connection, mail: &PreparedMail) -> Result<(), StagedFault> {
        let times = self.settings.times;
        let done = Severity::PositiveCompletion;
        let command = |stage, text, expected, within| SmtpCommand { stage, text, expected, within };
        let sender = Mail::new(mail.envelope.from().cloned(), Vec::new()).to_string();
        let mut commands = vec![command(SmtpStage::Sender, sender, done, times.command)];
        for to in mail.envelope.to() {
            let text = Rcpt::new(to.clone(), Vec::new()).to_string();
            commands.push(command(SmtpStage::Recipient, text, done, times.command));
        }
        let go_on = Severity::PositiveIntermediate;
        commands.push(command(SmtpStage::Content, Data.to_string(), go_on, times.data));
        let at_once = if connection.pipelines { commands.len() } else { 1 };
        for commands in commands.chunks(at_once) {
            self.command_at_once(connection, commands).await?;
        }
        let Connection { smtp, wire, .. } = connection;
        wire.allow(times.block, times.dot);
        let answer = answered(wire, SmtpStage::Content, smtp.command(DotStuffed(&mail.text))).await?;
        expect(SmtpStage::Content, &answer, done)
    }

    /// Writes all the commands at once, then reads the answer to each, so that no answer is left over for the next
    /// message. The first refusal is what counts: a server refuses what follows it for want of what went before.
    async fn command_at_once(
        &self,
        connection: &mut Connection,
        commands: &[SmtpCommand],
    ) -> Result<(), StagedFault> {
        let Connection { smtp, wire, .. } = connection;
        let mut all: Option<String> = Some(commands.iter().map(|command| command.text.as_str()).collect());
        let mut refused = None;
        for SmtpCommand { stage, expected, within, .. } in commands {
            wire.allow(self.settings.times.command, *within);
            let answer = match all.take() {
                Some(all) => answered(wire, *stage, smtp.command(all)).await,
                None => answered(wire, *stage, smtp.read_response()).await,
            };
            if let Err(trouble) = answer.and_then(|answer| expect(*stage, &answer, *expected)) {
                let ends = trouble.ends_connection();
                refused.get_or_insert(trouble);
                if ends {
                    break;
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    /// Keeps the connection for the next message where it is still in order; a refused message is taken back first.
    async fn finish(
        &self,
        mut connection: Connection,
        sent: Result<(), StagedFault>,
    ) -> Result<(), StagedFault> {
        let in_order = match &sent {
            Ok(()) => true,
            Err(trouble) if trouble.ends_connection() => false,
            // A server that waits for the content of what it refused has no answer to this, and is left.
            Err(_) => {
                let Connection { smtp, wire, .. } = &mut connection;
                wire.allow(COURTESY, COURTESY);
                let reset = answered(wire, SmtpStage::Sender, smtp.command(Rset)).await;
                reset
                    .and_then(|answer| expect(SmtpStage::Sender, &answer, Severity::PositiveCompletion))
                    .is_ok()
            }
        };
        if in_order {
            self.free.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
        sent
    }

    fn take_free(&self) -> Option<Connection> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

async fn quit(mut connection: Connection) {
    // A server that does not answer a farewell has lost nothing of ours.
    let _ = timeout(COURTESY, connection.smtp.quit()).await;
}

/// What comes of a part of the conversation.
async fn answered<T>(
    wire: &Wire,
    stage: SmtpStage,
    conversation: impl Future<Output = Result<T, Error>>,
) -> Result<T, StagedFault> {
    conversation.await.map_err(|error| {
        let fault = match SendFault::of_conversation(&error) {
            SendFault::Answer { code, text } => SendFault::Answer { code: wire.said(code), text },
            other => other,
        };
        StagedFault::new(stage, fault)
    })
}

/// Holds an answer to the kind expected: lettre takes any 2xx or 3xx for a yes, and a server that asks for the content
/// when it should confirm it has confirmed nothing.
fn expect(stage: SmtpStage, answer: &Response, expected: Severity) -> Result<(), StagedFault> {
    if answer.code().severity == expected {
        return Ok(());
    }
    let fault = SendFault::lost(format!("an answer {} that does not belong there", answer.code()));
    Err(StagedFault::new(stage, fault))
}

/// A mail as it is transmitted: lines that begin with a dot have another put before it, and a line of one dot ends it.
/// lettre's own writes the end apart from the rest, which would be two steps here and wait for the server between them.
struct DotStuffed<'a>(&'a str);

impl std::fmt::Display for DotStuffed<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Few mails have such a line.
        if self.0.starts_with('.') || memmem::find(self.0.as_bytes(), b"\n.").is_some() {
            for line in self.0.split_inclusive('\n') {
                if line.starts_with('.') {
                    f.write_str(".")?;
                }
                f.write_str(line)?;
            }
        } else {
            f.write_str(self.0)?;
        }
        f.write_str(if self.0.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" })
    }
}
