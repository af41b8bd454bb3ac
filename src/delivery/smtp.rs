//! The conversation with a mail server, so that it is known to which command an answer came; and the connections kept
//! between messages.

use std::future::Future;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Rcpt, Rset};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Severity;
use tokio::time::timeout;

use super::outcome::{Stage, Trouble, expect};
use super::transport::TransportError;
use super::{Prepared, Security, SendError, SmtpSettings};
use crate::files;

/// How long a server may take over what no message depends on: a farewell, or taking back a refused one.
const COURTESY: Duration = Duration::from_secs(1);

/// A mail server, with the connections to it that are free.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsParameters>,
    credentials: Option<Credentials>,
    /// Connections that wait for a message. Whoever sends takes one or makes one, so there are never more in all than
    /// messages were in hand at once.
    free: Mutex<Vec<Connection>>,
}

struct Connection {
    smtp: AsyncSmtpConnection,
    /// Whether the server takes several commands before it answers the first (RFC 2920).
    pipelines: bool,
}

/// A command, and the kind of answer to go on with.
struct Command {
    stage: Stage,
    text: String,
    expected: Severity,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Smtp {
    /// Prepares for a server; nothing is connected yet.
    pub(super) fn new(settings: SmtpSettings) -> Result<Self, TransportError> {
        let tls = match settings.security {
            Security::None if !is_loopback(&settings.host) => {
                return Err(TransportError::Unprotected(settings.host));
            }
            Security::None => None,
            Security::Tls | Security::StartTls => Some(tls_parameters(&settings)?),
        };
        let credentials =
            settings.credentials.as_ref().map(|c| Credentials::new(c.username.clone(), c.password.clone()));
        Ok(Self { settings, tls, credentials, free: Mutex::new(Vec::new()) })
    }

    /// Sends one message within the time set for it. A free connection that the server has closed meanwhile is
    /// replaced by a fresh one before it counts as a lost one.
    pub(super) async fn send(&self, mail: &Prepared) -> Result<(), SendError> {
        match timeout(self.settings.message_within, self.send_over_one(mail)).await {
            Ok(sent) => sent.map_err(Trouble::judge),
            Err(_) => Err(Trouble::lost(Stage::Content, "it took too long in all").judge()),
        }
    }

    /// Connects, signs in and says goodbye: whether mail could be sent.
    pub(super) async fn check(&self) -> Result<(), SendError> {
        match timeout(self.settings.message_within, self.connect()).await {
            Ok(Ok(connection)) => {
                quit(connection).await;
                Ok(())
            }
            Ok(Err(trouble)) => Err(trouble.judge()),
            Err(_) => Err(Trouble::lost(Stage::Greeting, "it took too long in all").judge()),
        }
    }

    /// Says goodbye on every free connection.
    pub(super) async fn close(&self) {
        while let Some(connection) = self.take_free() {
            quit(connection).await;
        }
    }

    async fn send_over_one(&self, mail: &Prepared) -> Result<(), Trouble> {
        if let Some(mut connection) = self.take_free() {
            match self.transfer(&mut connection, mail).await {
                Err(trouble) if trouble.stage == Stage::Sender && trouble.ends_connection() => {}
                sent => return self.finish(connection, sent).await,
            }
        }
        let mut connection = self.connect().await?;
        let sent = self.transfer(&mut connection, mail).await;
        self.finish(connection, sent).await
    }

    async fn connect(&self) -> Result<Connection, Trouble> {
        let settings = &self.settings;
        let hello = ClientId::default();
        let server = (settings.host.as_str(), settings.port);
        let from_start = self.tls.clone().filter(|_| settings.security == Security::Tls);
        let mut connection = self
            .answer(
                Stage::Greeting,
                AsyncSmtpConnection::connect_tokio1(
                    server,
                    Some(settings.answer_within),
                    &hello,
                    from_start,
                    None,
                ),
            )
            .await?;
        if let (Security::StartTls, Some(tls)) = (settings.security, &self.tls) {
            self.answer(Stage::Greeting, connection.starttls(tls.clone(), &hello)).await?;
        }
        // Asked again, because lettre keeps of the answer only what it uses.
        let pipelines = match self.answer(Stage::Greeting, connection.command(Ehlo::new(hello))).await {
            Ok(offered) => offered.message().any(|line| line.trim().eq_ignore_ascii_case("PIPELINING")),
            Err(trouble) if trouble.ends_connection() => return Err(trouble),
            Err(_) => false,
        };
        if let Some(credentials) = &self.credentials {
            let response =
                self.answer(Stage::SignIn, connection.auth(DEFAULT_MECHANISMS, credentials)).await?;
            expect(Stage::SignIn, &response, Severity::PositiveCompletion)?;
        }
        Ok(Connection { smtp: connection, pipelines })
    }

    async fn transfer(&self, connection: &mut Connection, mail: &Prepared) -> Result<(), Trouble> {
        let done = Severity::PositiveCompletion;
        let sender = Mail::new(mail.envelope.from().cloned(), Vec::new()).to_string();
        let mut commands = vec![Command { stage: Stage::Sender, text: sender, expected: done }];
        for to in mail.envelope.to() {
            let text = Rcpt::new(to.clone(), Vec::new()).to_string();
            commands.push(Command { stage: Stage::Recipient, text, expected: done });
        }
        let expected = Severity::PositiveIntermediate;
        commands.push(Command { stage: Stage::Content, text: Data.to_string(), expected });
        let at_once = if connection.pipelines { commands.len() } else { 1 };
        for commands in commands.chunks(at_once) {
            self.command_at_once(connection, commands).await?;
        }
        let response = self.answer(Stage::Content, connection.smtp.command(Content(&mail.text))).await?;
        expect(Stage::Content, &response, done)
    }

    /// Writes all the commands at once, then reads the answer to each, so that no answer is left over for the next
    /// message. The first refusal is what counts: a server refuses what follows it for want of what went before.
    async fn command_at_once(
        &self,
        connection: &mut Connection,
        commands: &[Command],
    ) -> Result<(), Trouble> {
        let mut all: Option<String> = Some(commands.iter().map(|command| command.text.as_str()).collect());
        let mut refused = None;
        for Command { stage, expected, .. } in commands {
            let answered = match all.take() {
                Some(all) => self.answer(*stage, connection.smtp.command(all)).await,
                None => self.answer(*stage, connection.smtp.read_response()).await,
            };
            match answered.and_then(|response| expect(*stage, &response, *expected)) {
                Ok(()) => {}
                Err(trouble) => {
                    let ends = trouble.ends_connection();
                    refused.get_or_insert(trouble);
                    if ends {
                        break;
                    }
                }
            }
        }
        refused.map_or(Ok(()), Err)
    }

    async fn answer<T>(
        &self,
        stage: Stage,
        conversation: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, Trouble> {
        match timeout(self.settings.answer_within, conversation).await {
            Ok(answered) => answered.map_err(|error| match stage {
                Stage::Greeting => Trouble::at_greeting(&error, &self.settings.host, self.settings.port),
                _ => Trouble::from_error(stage, &error),
            }),
            Err(_) => {
                let seconds = self.settings.answer_within.as_secs_f32();
                Err(Trouble::lost(stage, format!("no answer within {seconds} seconds")))
            }
        }
    }

    /// Keeps the connection for the next message where it is still in order; a refused message is taken back first.
    async fn finish(&self, mut connection: Connection, sent: Result<(), Trouble>) -> Result<(), Trouble> {
        let in_order = match &sent {
            Ok(()) => true,
            Err(trouble) if trouble.ends_connection() => false,
            // A server that waits for the content of what it refused has no answer to this, and is left.
            Err(_) => matches!(timeout(COURTESY, connection.smtp.command(Rset)).await, Ok(Ok(_))),
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

/// A mail as it is transmitted: lines that begin with a dot have another put before it, and a line of one dot ends it.
/// Written as one command, because a second write would wait for the server to acknowledge the first.
struct Content<'a>(&'a str);

impl std::fmt::Display for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for line in self.0.split_inclusive('\n') {
            if line.starts_with('.') {
                f.write_str(".")?;
            }
            f.write_str(line)?;
        }
        f.write_str(if self.0.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" })
    }
}

async fn quit(mut connection: Connection) {
    // A server that does not answer a farewell has lost nothing of ours.
    let _ = timeout(COURTESY, connection.smtp.quit()).await;
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, TransportError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let wrong = |why: String| TransportError::CaFile(path.clone(), why);
        let pem = files::read_text(path).map_err(|error| wrong(error.to_string()))?;
        let certificate = Certificate::from_pem(pem.as_bytes()).map_err(|error| wrong(error.to_string()))?;
        builder = builder.add_root_certificate(certificate);
    }
    builder.build().map_err(|error| TransportError::Tls(error.to_string()))
}
