//! The conversation with a mail server, so that it is known to which command an answer came; and the connections kept
//! between messages.

use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Rset, Starttls};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::outcome::{SendFault, SmtpStage, StagedFault};
use super::settings::TransportError;
use super::tls;
use super::wire::{COURTESY, Wire};
use super::{MailSecurity, PreparedMail, SendError, SmtpSettings};

use self::commands::{SmtpCommand, announcement, content, in_one};

mod commands;

/// How long a check waits in all. Somebody sits before it.
const CHECK_WITHIN: Duration = Duration::from_secs(75);
/// How quickly a server answers that is announced the next mail.
const PROMPT: Duration = Duration::from_millis(500);
/// For how long the answers to an announcement are taken for what the server still says.
const ANNOUNCED_FOR: Duration = Duration::from_secs(5);

/// A mail server, with the connections to it that are free.
pub struct Smtp {
    settings: SmtpSettings,
    tls: Option<TlsConnector>,
    credentials: Option<Credentials>,
    /// Connections that wait for a message. Whoever sends takes one or makes one, so there are never more in all than
    /// messages were in hand at once.
    free: Mutex<Vec<Connection>>,
    /// Whether mails are announced to it: no longer, once it did not take that well.
    announces: AtomicBool,
}

struct Connection {
    smtp: AsyncSmtpConnection,
    /// What lettre speaks over.
    wire: Wire,
    /// Whether the server takes several commands before it answers the first (RFC 2920).
    pipelines: bool,
    /// Whether the server answered each step of the last mail promptly.
    prompt: bool,
    announced: Option<AnnouncedMail>,
}

/// A mail that was announced behind the content of the last: its sender and its recipients are said, and the answers not
/// read yet.
struct AnnouncedMail {
    envelope: Envelope,
    commands: Vec<SmtpCommand>,
    /// Since when its answers may be there.
    since: Instant,
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
        Ok(Self { settings, tls, credentials, free: Mutex::default(), announces: AtomicBool::new(true) })
    }

    /// Sends one message. A free connection that the server has closed meanwhile is replaced by a fresh one before it
    /// counts as a lost one.
    ///
    /// `next`, the mail that is to go over the same connection after it, is announced behind its content where the server
    /// takes several commands at once, so that the two wait for one answer (RFC 2920, 3.1). Nothing of its content goes
    /// before it is sent itself. A server may keep its confirmation back until it has looked at who is announced: one that
    /// has taken long over anything is announced nobody.
    pub(super) async fn send(&self, mail: &PreparedMail, next: Option<&Envelope>) -> Result<(), SendError> {
        self.send_over_one(mail, next).await.map_err(|trouble| trouble.judge(&mail.recipient))
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
        let free = std::mem::take(&mut *self.free());
        for connection in free {
            // One that waits for a content takes a farewell for that.
            if connection.announced.is_none() {
                quit(connection).await;
            }
        }
    }

    async fn send_over_one(&self, mail: &PreparedMail, next: Option<&Envelope>) -> Result<(), StagedFault> {
        if let Some(mut connection) = self.take_free(&mail.envelope) {
            let was_announced = connection.announced.is_some();
            match self.announce(&mut connection, &mail.envelope).await {
                // It has heard nothing of the content: another connection shows whether it was the announcement.
                Err(trouble)
                    if was_announced && (trouble.stage == SmtpStage::Sender || trouble.ends_connection()) =>
                {
                    if !trouble.is_farewell() {
                        self.announces.store(false, Ordering::Relaxed);
                    }
                }
                Err(trouble) if trouble.stage == SmtpStage::Sender && trouble.ends_connection() => {}
                announced => return self.go_on(connection, announced, mail, next).await,
            }
        }
        let mut connection = self.connect().await?;
        let announced = self.announce(&mut connection, &mail.envelope).await;
        self.go_on(connection, announced, mail, next).await
    }

    async fn go_on(
        &self,
        mut connection: Connection,
        announced: Result<(), StagedFault>,
        mail: &PreparedMail,
        next: Option<&Envelope>,
    ) -> Result<(), StagedFault> {
        let sent = match announced {
            Ok(()) => self.hand_over(&mut connection, mail, next).await,
            Err(trouble) => Err(trouble),
        };
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
        Ok(Connection { smtp, wire, pipelines, prompt: false, announced: None })
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

    /// Says who a mail is from and to, unless that was said behind the last one; the server waits for its content then.
    async fn announce(&self, connection: &mut Connection, envelope: &Envelope) -> Result<(), StagedFault> {
        let asked = Instant::now();
        if let Some(announced) = connection.announced.take() {
            self.answers(connection, None, &announced.commands).await?;
            // Whether the server has stayed to hear it: it has heard nothing of it yet.
            let stands = connection.wire.stands().await;
            stands.map_err(|fault| StagedFault::new(SmtpStage::Sender, fault))?;
        } else {
            let commands = announcement(envelope, self.settings.times);
            let at_once = if connection.pipelines { commands.len() } else { 1 };
            for commands in commands.chunks(at_once) {
                self.answers(connection, Some(in_one(commands)), commands).await?;
            }
        }
        connection.prompt = asked.elapsed() < PROMPT;
        Ok(())
    }

    /// Writes the content of the mail that the server waits for, and the announcement of the next one behind it.
    async fn hand_over(
        &self,
        connection: &mut Connection,
        mail: &PreparedMail,
        next: Option<&Envelope>,
    ) -> Result<(), StagedFault> {
        let times = self.settings.times;
        let Connection { smtp, wire, pipelines, prompt, announced } = connection;
        let may_announce = *pipelines && *prompt && self.announces.load(Ordering::Relaxed);
        let asked = Instant::now();
        let mut words = content(&mail.text);
        let asks = words.len();
        *announced = next.filter(|_| may_announce).map(|next| {
            let commands = announcement(next, times);
            words.push_str(&in_one(&commands));
            AnnouncedMail { envelope: next.clone(), commands, since: asked }
        });
        wire.allow(times.block, times.dot);
        wire.may_be_answered_after(asks);
        let answer = answered(wire, SmtpStage::Content, smtp.command(words)).await?;
        *prompt &= asked.elapsed() < PROMPT;
        expect(SmtpStage::Content, &answer, Severity::PositiveCompletion)
    }

    /// Writes `all` of these commands at once, unless they were written before, then reads the answer to each, so that no
    /// answer is left over for the next message. The first refusal is what counts: a server refuses what follows it for
    /// want of what went before.
    async fn answers(
        &self,
        connection: &mut Connection,
        mut all: Option<String>,
        commands: &[SmtpCommand],
    ) -> Result<(), StagedFault> {
        let Connection { smtp, wire, .. } = connection;
        let mut refused = None;
        for SmtpCommand { stage, expected, within, .. } in commands {
            wire.allow(self.settings.times.command, *within);
            let answer = match all.take() {
                Some(all) => {
                    wire.may_be_answered_after(commands.first().map_or(0, |first| first.text.len()));
                    answered(wire, *stage, smtp.command(all)).await
                }
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
            // The content was refused; what was announced behind it stands.
            Err(_) if connection.announced.is_some() => true,
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
            if let Some(announced) = &mut connection.announced {
                announced.since = Instant::now();
            }
            self.free().push(connection);
        }
        sent
    }

    /// A free connection over which this mail can go: the one that it was just announced on, or one that waits for nothing.
    /// Where all wait for others, one of them is given up, so that there are never more than messages in hand.
    fn take_free(&self, envelope: &Envelope) -> Option<Connection> {
        let mut free = self.free();
        let waits_for_it = |announced: &AnnouncedMail| {
            announced.envelope == *envelope && announced.since.elapsed() < ANNOUNCED_FOR
        };
        let at = free
            .iter()
            .rposition(|one| one.announced.as_ref().is_some_and(waits_for_it))
            .or_else(|| free.iter().rposition(|one| one.announced.is_none()));
        let Some(at) = at else {
            free.pop();
            return None;
        };
        Some(free.swap_remove(at))
    }

    fn free(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
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

#[cfg(test)]
mod tests;
