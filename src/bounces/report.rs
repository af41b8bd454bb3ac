//! One file of returned mail: a delivery report (RFC 3464), or a plain mail that a server wrote for people.

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::delivery_status;
use super::weight::{Weight, codes, weigh};

/// How much of a reason is kept.
const REASON_CHARS: usize = 200;
/// How many `Message-ID`s of one file are looked up.
const MOST_MENTIONED: usize = 100;
/// No report has so many parts. Beyond it, parts within parts could be nested deeper than a stack is.
const MOST_PARTS: usize = 100;

/// A report that mail came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The report's own `Message-ID`, without brackets.
    pub id: Option<String>,
    /// The `Message-ID` of the copy it carries of what came back, without brackets.
    pub about: Option<String>,
    /// Every other `Message-ID` that stands in it, in order, without brackets.
    pub mentioned: Vec<String>,
    /// What it says of each recipient whose mail did not arrive; never empty.
    pub returned: Vec<Returned>,
}

/// What a report says of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// The address, where the report names one for machines to read.
    pub address: Option<String>,
    /// What it means for the address.
    pub weight: Weight,
    /// The enhanced status code; empty where there is none.
    pub status: String,
    /// What the server said, as one line of bounded length.
    pub reason: String,
}

/// Why a file says nothing of an address, as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// It has no headers.
    #[error("it is not a mail")]
    NotAMail,
    /// It has more parts than any report.
    #[error("it has too many parts for a report of returned mail")]
    TooManyParts,
    /// It is a mail, but not from a mail server about another mail.
    #[error("it is a mail, but not a report of returned mail")]
    OtherMail,
    /// It reports that mail arrived.
    #[error("it reports a delivery, not a return")]
    Delivered,
}

/// Reads a report. Any bytes are taken: what can't be read as one is told as a sentence.
pub fn read(bytes: &[u8]) -> Result<Report, NotAReport> {
    let parts = bytes.windows(13).filter(|window| window.eq_ignore_ascii_case(b"content-type:")).count();
    if parts > MOST_PARTS {
        return Err(NotAReport::TooManyParts);
    }
    // The parser is written for any bytes, but it is not ours: its fault must not end the daemon's reading.
    catch_unwind(AssertUnwindSafe(|| read_mail(bytes))).unwrap_or(Err(NotAReport::NotAMail))
}

fn read_mail(bytes: &[u8]) -> Result<Report, NotAReport> {
    let mail = MessageParser::default().parse(bytes).ok_or(NotAReport::NotAMail)?;
    let returned = match mail.parts.iter().find_map(delivery_status) {
        Some(returned) if returned.is_empty() => return Err(NotAReport::Delivered),
        Some(returned) => returned,
        None if is_from_a_mail_server(&mail) => vec![in_words(&mail)],
        None => return Err(NotAReport::OtherMail),
    };
    let id = mail.message_id().map(one_line);
    let about = mail.parts.iter().find_map(id_of_copy);
    let mentioned = mentioned(&mail, bytes, [&id, &about]);
    Ok(Report { id, about, mentioned, returned })
}

fn is_of_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|s| subtype.eq_ignore_ascii_case(s))
    })
}

fn delivery_status(part: &MessagePart<'_>) -> Option<Vec<Returned>> {
    let wanted = is_of_type(part, "message", &["delivery-status", "global-delivery-status"]);
    wanted.then(|| delivery_status::returned(&String::from_utf8_lossy(part.contents())))?
}

/// The `Message-ID` of the mail that a part is a copy of, whole or its headers alone.
fn id_of_copy(part: &MessagePart<'_>) -> Option<String> {
    if let PartType::Message(copy) = &part.body {
        return copy.message_id().map(one_line);
    }
    let headers = is_of_type(part, "text", &["rfc822-headers"])
        || is_of_type(part, "message", &["rfc822", "global", "global-headers"]);
    let copy = headers.then(|| MessageParser::default().parse_headers(part.contents()))??;
    copy.message_id().map(one_line)
}

/// Whether a mail without a part for machines was written by a mail server about a mail that did not arrive. An
/// automatic answer of a person's mailbox, which also comes from no sender, is none.
fn is_from_a_mail_server(mail: &Message<'_>) -> bool {
    const SENDERS: [&str; 4] = ["mailer-daemon@", "mail-daemon@", "postmaster@", "microsoftexchange"];
    const SUBJECTS: [&str; 14] = [
        "undeliver",
        "not delivered",
        "could not be delivered",
        "couldn't be delivered",
        "non-delivery",
        "nondelivery",
        "delivery failure",
        "delivery failed",
        "delivery has failed",
        "delivery status notification",
        "mail delivery",
        "delivery delayed",
        "returned mail",
        "failure notice",
    ];
    let sender = mail.from().and_then(|from| from.first()?.address()).unwrap_or_default().to_lowercase();
    let subject = mail.subject().unwrap_or_default().to_lowercase();
    SENDERS.iter().any(|start| sender.starts_with(start))
        || SUBJECTS.iter().any(|words| subject.contains(words))
        || mail.header(HeaderName::Other("X-Failed-Recipients".into())).is_some()
}

/// What a report for people says: its codes and words, up to where the copy of our own mail begins.
fn in_words(mail: &Message<'_>) -> Returned {
    let text = (0..mail.text_body_count()).find_map(|number| mail.body_text(number)).unwrap_or_default();
    let copy = |line: &str| {
        let line = line.trim_start_matches(['>', ' ', '|']).to_ascii_lowercase();
        ["return-path:", "received:", "message-id:"].iter().any(|name| line.starts_with(name))
    };
    let said: Vec<&str> = text.lines().take_while(|line| !copy(line)).collect();
    let said = said.join(" ");
    let (status, reply) = codes(&said);
    Returned {
        address: None,
        weight: weigh(status, reply, &said),
        status: status.map_or(String::new(), |status| status.to_string()),
        reason: reason(&said),
    }
}

/// The sentence that matters: from a little before the first code on, else the beginning.
fn reason(said: &str) -> String {
    let line = said.split_whitespace().collect::<Vec<_>>();
    let has_code = |word: &&str| {
        let (status, reply) = codes(word);
        status.is_some() || reply.is_some()
    };
    let from = line.iter().position(has_code).unwrap_or(0).saturating_sub(3);
    let reason = one_line(&line.get(from..).unwrap_or_default().join(" "));
    if reason.is_empty() { "the report gives no reason".to_owned() } else { reason }
}

/// Everything in the mail that looks like a `Message-ID`, as it stands and decoded, but for those already known.
fn mentioned(mail: &Message<'_>, bytes: &[u8], known: [&Option<String>; 2]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let whole = String::from_utf8_lossy(bytes);
    let texts = mail.parts.iter().filter_map(|part| match &part.body {
        PartType::Text(text) | PartType::Html(text) => Some(text.as_ref()),
        _ => None,
    });
    for text in std::iter::once(whole.as_ref()).chain(texts) {
        // Written for a browser, the brackets are entities.
        let text = text.replace("&lt;", "<").replace("&gt;", ">");
        for piece in text.split('<').skip(1) {
            let Some((id, _)) = piece.split_once('>') else { continue };
            let plausible = id.len() <= 200 && id.contains('@') && !id.contains(char::is_whitespace);
            if plausible
                && !found.iter().any(|other| other == id)
                && !known.iter().any(|k| k.as_deref() == Some(id))
            {
                found.push(id.to_owned());
            }
            if found.len() == MOST_MENTIONED {
                return found;
            }
        }
    }
    found
}

/// One line of bounded length, without control characters.
pub(super) fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    line.chars().filter(|c| !c.is_control()).take(REASON_CHARS).collect()
}

#[cfg(test)]
mod tests;
