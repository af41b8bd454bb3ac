//! What is said to a mail server about a mail: who it is from and to, and its content.

use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::response::Severity;
use memchr::memmem;

use super::super::SmtpTimeouts;
use super::super::outcome::SmtpStage;

/// How long what is written behind a content usually is.
const ROOM_BEHIND: usize = 256;

/// A command, the kind of answer to go on with, and how long that may take.
pub(super) struct SmtpCommand {
    pub stage: SmtpStage,
    pub text: String,
    pub expected: Severity,
    pub within: Duration,
}

/// The commands before a content.
pub(super) fn announcement(envelope: &Envelope, times: SmtpTimeouts) -> Vec<SmtpCommand> {
    let done = Severity::PositiveCompletion;
    let command = |stage, text, expected, within| SmtpCommand { stage, text, expected, within };
    let sender = Mail::new(envelope.from().cloned(), Vec::new()).to_string();
    let mut commands = vec![command(SmtpStage::Sender, sender, done, times.command)];
    for to in envelope.to() {
        let text = Rcpt::new(to.clone(), Vec::new()).to_string();
        commands.push(command(SmtpStage::Recipient, text, done, times.command));
    }
    let go_on = Severity::PositiveIntermediate;
    commands.push(command(SmtpStage::Content, Data.to_string(), go_on, times.data));
    commands
}

/// Commands as they are written together.
pub(super) fn in_one(commands: &[SmtpCommand]) -> String {
    commands.iter().map(|command| command.text.as_str()).collect()
}

/// A mail as it is transmitted: lines that begin with a dot have another put before it, and a line of one dot ends it.
/// lettre's own writes the end apart from the rest, which would be two steps here and wait for the server between them.
pub(super) fn content(text: &str) -> String {
    let mut content = String::with_capacity(text.len() + ROOM_BEHIND);
    // Few mails have such a line.
    if text.starts_with('.') || memmem::find(text.as_bytes(), b"\n.").is_some() {
        for line in text.split_inclusive('\n') {
            if line.starts_with('.') {
                content.push('.');
            }
            content.push_str(line);
        }
    } else {
        content.push_str(text);
    }
    content.push_str(if text.ends_with("\r\n") { ".\r\n" } else { "\r\n.\r\n" });
    content
}
