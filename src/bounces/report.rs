//! One file of returned mail, read as a delivery report (RFC 3464).

use std::panic::{AssertUnwindSafe, catch_unwind};

use mail_parser::{HeaderValue, Message, MessageParser, MessagePart, MimeHeaders, PartType};

use super::delivery_status;
use super::recipient::{BounceOutcome, Recipient, bounded_line};
use super::weight::BounceWeight;
use super::written_by::{Writer, header, is_system, sender, writer};

/// How many `Message-ID`s that a report answers to are looked up.
const MOST_ANSWERED: usize = 20;
/// No report has so many parts. Beyond it, parts within parts could be nested deeper than a stack is.
const MOST_PARTS: usize = 100;

/// A report of what became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeliveryReport {
    /// The report's own `Message-ID`, without brackets.
    pub(crate) id: Option<String>,
    /// The address that it is from, in small letters.
    pub(crate) from: Option<String>,
    /// The `Message-ID` of the mail that it is about, without brackets: of the copy that it carries of what came back,
    /// or where it carries none, those that it answers to.
    pub(crate) about: Vec<String>,
    /// What it says of each recipient; never empty.
    pub(crate) recipients: Vec<Recipient>,
}

/// Why a report says nothing of the address that a mail went to, as half a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NothingAboutAddress {
    /// It names others: those behind a group or a forwarding, or anybody's.
    #[error("but not about the address that it went to")]
    OtherAddress,
    /// Whoever wrote it has the mailbox.
    #[error("but was written from the very address that it says is gone")]
    FromThatAddress,
    /// The mail reached it, or another behind the same address.
    #[error("and says that it arrived")]
    Arrived,
}

impl DeliveryReport {
    /// What it says of the address that the mail it is about went to. Where it speaks of that address more than once, as
    /// for a group of mailboxes, what speaks best for it counts.
    pub(crate) fn says_of(&self, address: &str) -> Result<(&Recipient, BounceWeight), NothingAboutAddress> {
        let address = address.to_lowercase();
        if self.from.as_ref() == Some(&address) {
            return Err(NothingAboutAddress::FromThatAddress);
        }
        let mut mildest = Err(NothingAboutAddress::OtherAddress);
        for recipient in self.recipients.iter().filter(|one| one.addresses.contains(&address)) {
            match recipient.outcome {
                BounceOutcome::Arrived => return Err(NothingAboutAddress::Arrived),
                BounceOutcome::Returned(weight) => {
                    // Nobody is silenced by what may be another's mailbox.
                    let weight = if recipient.may_be_another(&address) { BounceWeight::Soft } else { weight };
                    if mildest.is_err() || matches!(mildest, Ok((_, known)) if known < weight) {
                        mildest = Ok((recipient, weight));
                    }
                }
            }
        }
        mildest
    }
}

/// Why a file says nothing of an address, as a sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotAReport {
    /// It has no headers.
    #[error("it is not a mail")]
    NotAMail,
    /// It has more parts than any report.
    #[error("it has too many parts for a report of returned mail")]
    TooManyParts,
    /// It is a mail, but not about what became of another.
    #[error("it is a mail, but not a report of returned mail")]
    OtherMail,
    /// It is a report by its form, but a person's by its headers.
    #[error("it was written by a person or a mail program, not by a mail server")]
    ByAPerson,
    /// A mail server wrote it, in words alone.
    #[error(
        "it is a notice of returned mail for people to read, without the part that names the address for machines \
         (RFC 3464): nothing follows from it by itself"
    )]
    ForPeople,
    /// It reports that mail arrived.
    #[error("it reports a delivery, not a return")]
    Delivered,
}

/// Reads a report. Any bytes are taken: what can't be read as one is told as a sentence.
pub(crate) fn read(bytes: &[u8]) -> Result<DeliveryReport, NotAReport> {
    let parts = bytes.windows(13).filter(|window| window.eq_ignore_ascii_case(b"content-type:")).count();
    if parts > MOST_PARTS {
        return Err(NotAReport::TooManyParts);
    }
    // The parser is written for any bytes, but it is not ours: its fault must not end the daemon's reading.
    catch_unwind(AssertUnwindSafe(|| read_mail(bytes))).unwrap_or(Err(NotAReport::NotAMail))
}

fn read_mail(bytes: &[u8]) -> Result<DeliveryReport, NotAReport> {
    let mail = MessageParser::default().parse(bytes).ok_or(NotAReport::NotAMail)?;
    let recipients = if is_report(&mail) { mail.parts.iter().find_map(delivery_status) } else { None };
    let Some(recipients) = recipients else {
        return Err(if is_notice(&mail) { NotAReport::ForPeople } else { NotAReport::OtherMail });
    };
    if writer(&mail) == Writer::Person {
        return Err(NotAReport::ByAPerson);
    }
    if recipients.iter().all(|recipient| recipient.outcome == BounceOutcome::Arrived) {
        return Err(NotAReport::Delivered);
    }
    let about = match mail.parts.iter().find_map(id_of_copy) {
        Some(id) => vec![id],
        None => answered(&mail),
    };
    Ok(DeliveryReport { id: mail.message_id().map(bounded_line), from: sender(&mail), about, recipients })
}

/// Whether the whole mail is a delivery report: not one within another mail, nor a receipt that somebody has read it.
fn is_report(mail: &Message<'_>) -> bool {
    mail.content_type().is_some_and(|found| {
        let kind = found.attribute("report-type").unwrap_or("delivery-status");
        found.ctype().eq_ignore_ascii_case("multipart")
            && found.subtype().is_some_and(|subtype| subtype.eq_ignore_ascii_case("report"))
            && ["delivery-status", "global-delivery-status"]
                .iter()
                .any(|known| kind.eq_ignore_ascii_case(known))
    })
}

/// Whether a mail server wrote it for people about a mail that did not arrive, as qmail does.
fn is_notice(mail: &Message<'_>) -> bool {
    header(mail, "X-Failed-Recipients").is_some()
        || (sender(mail).is_some_and(|from| is_system(&from)) && writer(mail) == Writer::Server)
}

fn is_of_type(part: &MessagePart<'_>, kind: &str, subtypes: &[&str]) -> bool {
    part.content_type().is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && subtypes.iter().any(|s| subtype.eq_ignore_ascii_case(s))
    })
}

fn delivery_status(part: &MessagePart<'_>) -> Option<Vec<Recipient>> {
    let wanted = is_of_type(part, "message", &["delivery-status", "global-delivery-status"]);
    wanted.then(|| delivery_status::recipients(&String::from_utf8_lossy(part.contents())))?
}

/// The `Message-ID` of the mail that a part is a copy of, whole or its headers alone.
fn id_of_copy(part: &MessagePart<'_>) -> Option<String> {
    if let PartType::Message(copy) = &part.body {
        return copy.message_id().map(bounded_line);
    }
    let headers = is_of_type(part, "text", &["rfc822-headers"])
        || is_of_type(part, "message", &["rfc822", "global", "global-headers"]);
    let copy = headers.then(|| MessageParser::default().parse_headers(part.contents()))??;
    copy.message_id().map(bounded_line)
}

/// The `Message-ID`s that a mail answers to.
fn answered(mail: &Message<'_>) -> Vec<String> {
    let ids = |value: &HeaderValue<'_>| -> Vec<String> {
        value.as_text_list().unwrap_or_default().iter().map(|id| bounded_line(id)).collect()
    };
    let mut all = ids(mail.in_reply_to());
    all.extend(ids(mail.references()));
    all.truncate(MOST_ANSWERED);
    all
}

#[cfg(test)]
mod tests;
