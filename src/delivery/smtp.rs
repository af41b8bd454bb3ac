//! The conversation with a mail server, so that it is known to which command an answer came; and the connections kept
//! between messages.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::outcome::{Fault, Stage, Trouble};
use super::tls;
use super::transport::TransportError;
use super::wire::{Answer, Wire};
use super::{Credentials, Prepared, Security, SendError, SmtpSettings};

mod sign_in;

/// How long a server may take over what no message depends on: a farewell, or taking back a refused one.
const COURTESY: Duration = Duration::from_secs(1);
/// How long a check waits in all. Somebody sits before it.
const CHECK_WITHIN: Duration = Duration::from_secs(75);
/// How much of the content is written at once.
const BLOCK_BYTES: usize = 64 * 1024;

/// A mail server, with the connections to it that are free.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsConnector>,
    /// Connections that wait for a message. Whoever sends takes one or makes one, so there are never more in all than
    /// messages were in hand at once.
    free: Mutex<Vec<Connection>>,
}

struct Connection {
    wire: Wire,
    /// Whether the server takes several commands before it answers the first (RFC 2920).
    pipelines: bool,
}

/// A command, the first digit of the answer to go on with, and how long that may take.
struct Command {
    stage: Stage,
    text: String,
    expected: u16,
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
        let tls = match settings.security {
            Security::None if !is_loopback(&settings.host) => {
                return Err(TransportError::Unprotected(settings.host));
            }
            Security::None => None,
            Security::Tls | Security::StartTls => Some(tls::connector(settings.ca_file.as_deref())?),
        };
        Ok(Self { settings, tls, free: Mutex::new(Vec::new()) })
    }

    /// Sends one message. A free connection that the server has closed meanwhile is replaced by a fresh one before it
    /// counts as a lost one.
    pub(super) async fn send(&self, mail: &Prepared) -> Result<(), SendError> {
        self.send_over_one(mail).await.map_err(|trouble| trouble.judge(&mail.recipient))
    }

    /// Connects, signs in and says goodbye: whether mail could be sent.
    pub(super) async fn check(&self) -> Result<(), SendError> {
        let trouble = match timeout(CHECK_WITHIN, self.connect()).await {
            Ok(Ok(connection)) => {
                self.quit(connection).await;
                return Ok(());
            }
            Ok(Err(trouble)) => trouble,
            Err(_) => Trouble::new(Stage::Greeting, Fault::lost("it took too long in all")),
        };
        Err(trouble.judge(""))
    }

    /// Says goodbye on every free connection.
    pub(super) async fn close(&self) {
        while let Some(connection) = self.take_free() {
            self.quit(connection).await;
        }
    }

    async fn send_over_one(&self, mail: &Prepared) -> Result<(), Trouble> {
        if let Some(mut connection) = self.take_free() {
            match self.transfer(&mut connection.wire, connection.pipelines, mail).await {
                Err(trouble) if trouble.stage == Stage::Sender && trouble.ends_connection() => {}
                sent => return self.finish(connection, sent).await,
            }
        }
        let mut connection = self.connect().await?;
        let sent = self.transfer(&mut connection.wire, connection.pipelines, mail).await;
        self.finish(connection, sent).await
    }

    async fn connect(&self) -> Result<Connection, Trouble> {
        let SmtpSettings { host, port, security, times, .. } = &self.settings;
        let at_greeting = |fault| Trouble::new(Stage::Greeting, fault);
        let mut wire = Wire::connect(host, *port, times.connect).await.map_err(at_greeting)?;
        if let (Security::Tls, Some(tls)) = (security, &self.tls) {
            wire = wire.secure(tls, host, *port, times.command).await.map_err(at_greeting)?;
        }
        let greeting = wire.answer(times.command).await;
        expect(Stage::Greeting, 2, greeting)?;
        let mut offered = self.say_hello(&mut wire).await?;
        if let (Security::StartTls, Some(tls)) = (security, &self.tls) {
            if !offers(&offered, "STARTTLS") {
                return Err(at_greeting(Fault::Unusable("it offers no STARTTLS".to_owned())));
            }
            self.ask(&mut wire, Stage::Greeting, "STARTTLS\r\n", 2).await?;
            wire = wire.secure(tls, host, *port, times.command).await.map_err(at_greeting)?;
            // What was offered before TLS may not have come from the server.
            offered = self.say_hello(&mut wire).await?;
        }
        if let Some(credentials) = &self.settings.credentials {
            self.sign_in(&mut wire, &offered, credentials).await?;
        }
        Ok(Connection { wire, pipelines: offers(&offered, "PIPELINING") })
    }

    /// Greets; what the server offers.
    async fn say_hello(&self, wire: &mut Wire) -> Result<Answer, Trouble> {
        let name = match (&self.settings.hello, wire.local.map(|local| local.ip())) {
            (Some(name), _) => name.clone(),
            (None, Some(std::net::IpAddr::V6(address))) => format!("[IPv6:{address}]"),
            (None, Some(std::net::IpAddr::V4(address))) => format!("[{address}]"),
            (None, None) => "[127.0.0.1]".to_owned(),
        };
        self.ask(wire, Stage::Greeting, &format!("EHLO {name}\r\n"), 2).await
    }

    /// Says a command, and holds the answer to the kind expected.
    async fn ask(
        &self,
        wire: &mut Wire,
        stage: Stage,
        command: &str,
        expected: u16,
    ) -> Result<Answer, Trouble> {
        let within = self.settings.times.command;
        wire.write(command.as_bytes(), within).await.map_err(|fault| Trouble::new(stage, fault))?;
        expect(stage, expected, wire.answer(within).await)
    }

    async fn transfer(&self, wire: &mut Wire, pipelines: bool, mail: &Prepared) -> Result<(), Trouble> {
        let times = self.settings.times;
        let command = |stage, text, expected, within| Command { stage, text, expected, within };
        let sender = mail.envelope.from().map_or(String::new(), ToString::to_string);
        let mut commands =
            vec![command(Stage::Sender, format!("MAIL FROM:<{sender}>\r\n"), 2, times.command)];
        for to in mail.envelope.to() {
            commands.push(command(Stage::Recipient, format!("RCPT TO:<{to}>\r\n"), 2, times.command));
        }
        commands.push(command(Stage::Content, "DATA\r\n".to_owned(), 3, times.data));
        let at_once = if pipelines { commands.len() } else { 1 };
        for commands in commands.chunks(at_once) {
            self.command_at_once(wire, commands).await?;
        }
        for block in content(&mail.text).as_bytes().chunks(BLOCK_BYTES) {
            let written = wire.write(block, times.block).await;
            written.map_err(|fault| Trouble::new(Stage::Content, fault))?;
        }
        expect(Stage::Content, 2, wire.answer(times.dot).await).map(|_| ())
    }

    /// Writes all the commands at once, then reads the answer to each, so that no answer is left over for the next
    /// message. The first refusal is what counts: a server refuses what follows it for want of what went before.
    async fn command_at_once(&self, wire: &mut Wire, commands: &[Command]) -> Result<(), Trouble> {
        let all: String = commands.iter().map(|command| command.text.as_str()).collect();
        let stage = commands.first().map_or(Stage::Content, |command| command.stage);
        let written = wire.write(all.as_bytes(), self.settings.times.command).await;
        written.map_err(|fault| Trouble::new(stage, fault))?;
        let mut refused = None;
        for Command { stage, expected, within, .. } in commands {
            if let Err(trouble) = expect(*stage, *expected, wire.answer(*within).await) {
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
    async fn finish(&self, mut connection: Connection, sent: Result<(), Trouble>) -> Result<(), Trouble> {
        let in_order = match &sent {
            Ok(()) => true,
            Err(trouble) if trouble.ends_connection() => false,
            // A server that waits for the content of what it refused has no answer to this, and is left.
            Err(_) => {
                let reset = self.ask(&mut connection.wire, Stage::Sender, "RSET\r\n", 2);
                matches!(timeout(COURTESY, reset).await, Ok(Ok(_)))
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

    async fn quit(&self, mut connection: Connection) {
        // A server that does not answer a farewell has lost nothing of ours.
        let _ = timeout(COURTESY, self.ask(&mut connection.wire, Stage::Sender, "QUIT\r\n", 2)).await;
    }
}

/// Holds an answer to the kind expected: a server that asks for the content when it should confirm it has confirmed
/// nothing.
fn expect(stage: Stage, expected: u16, answer: Result<Answer, Fault>) -> Result<Answer, Trouble> {
    let answer = answer.map_err(|fault| Trouble::new(stage, fault))?;
    let fault = match answer.code / 100 {
        kind if kind == expected => return Ok(answer),
        4 | 5 => Fault::Answer { code: answer.code, text: answer.text() },
        _ => Fault::lost(format!("an answer {} that does not belong there", answer.code)),
    };
    Err(Trouble::new(stage, fault))
}

/// Whether the answer to a greeting offers this extension. Its first line is the server's name.
fn offers(offered: &Answer, extension: &str) -> bool {
    let words = |line: &String| line.split_whitespace().next().map(str::to_ascii_uppercase);
    offered.lines.iter().skip(1).filter_map(words).any(|word| word == extension)
}

/// A mail as it is transmitted: lines that begin with a dot have another put before it, and a line of one dot ends it.
fn content(text: &str) -> String {
    let mut content = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        if line.starts_with('.') {
            content.push('.');
        }
        content.push_str(line);
    }
    content.push_str(if text.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" });
    content
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host.eq_ignore_ascii_case("localhost") || address.is_ok_and(|address| address.is_loopback())
}
