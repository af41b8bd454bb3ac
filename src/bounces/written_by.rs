//! Whether a mail server wrote a mail, or a person: what a person writes never counts (spec 5).

use mail_parser::Message;

/// How the first half of a mail system's own address begins.
const SYSTEMS: [&str; 10] = [
    "mailer-daemon",
    "mailerdaemon",
    "mail-daemon",
    "maildaemon",
    "postmaster",
    "microsoftexchange",
    "mdaemon",
    "mailer",
    "mail-delivery",
    "double-bounce",
];

/// Headers that a person's mail program leaves.
const PROGRAMS: [&str; 2] = ["User-Agent", "X-Mailer"];

/// How the subject of an answer begins.
const ANSWERS: [&str; 5] = ["re:", "fw:", "fwd:", "aw:", "wg:"];

/// Who wrote a mail, as far as its headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Writer {
    /// A mail server.
    Server,
    /// A person, or a mail program for one.
    Person,
}

/// The value of the header with this name, as it stands.
pub(super) fn header<'a>(mail: &'a Message<'_>, name: &str) -> Option<&'a str> {
    mail.headers_raw().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

/// The address that a mail is from, in small letters.
pub(super) fn sender(mail: &Message<'_>) -> Option<String> {
    Some(mail.from()?.first()?.address()?.to_lowercase())
}

/// Whether this is the address of a mail system.
pub(super) fn is_system(address: &str) -> bool {
    SYSTEMS.iter().any(|start| address.starts_with(start))
}

/// Who wrote it. A server's report goes out with no sender to answer to, says that nobody wrote it, and is from an
/// address of the mail system: a mail that has none of these marks is a person's, and so is one with a mark of theirs.
pub(super) fn writer(mail: &Message<'_>) -> Writer {
    let return_path = header(mail, "Return-Path").map(|path| path.trim_matches(['<', '>']).to_lowercase());
    let returns_to_nobody = return_path.map(|path| path.is_empty() || is_system(&path));
    let automatic = header(mail, "Auto-Submitted").map(|said| !said.to_lowercase().starts_with("no"));
    let from_system = sender(mail).is_none_or(|from| is_system(&from));
    let by_program = PROGRAMS.iter().any(|name| header(mail, name).is_some()) && !from_system;
    let subject = mail.subject().unwrap_or_default().trim_start().to_lowercase();
    let answers = ANSWERS.iter().any(|start| subject.starts_with(start));
    let denied = returns_to_nobody == Some(false) || automatic == Some(false) || by_program || answers;
    let marked = from_system || returns_to_nobody == Some(true) || automatic == Some(true);
    if marked && !denied { Writer::Server } else { Writer::Person }
}
