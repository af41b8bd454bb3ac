//! A message as it goes over the wire: headers, text and HTML, pictures and attachments. Two builds of one message are the same bytes.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::address::Envelope;
use lettre::message::header::{ContentTransferEncoding, ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Attachment, Body, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::{Address, Message as Mail};

use crate::outbox::{MailPart, Message, PartPlace, UnreadableWords};
use crate::wording::one_line;

use super::{DkimError, SenderIdentity, Signer};

/// The longest line of a mail, its end not counted (RFC 5322, 2.1.1).
const LONGEST_LINE: usize = 998;

/// Why a message can't be built. It fails alone: the address of another may be sound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum EnvelopeError {
    /// An address is not one.
    #[error(
        "the {role} address {address:?} is not a mail address that can be used: correct it and try again"
    )]
    Address {
        /// Whose address it is.
        role: &'static str,
        /// The address.
        address: String,
    },
    /// What it says can't be read.
    #[error(transparent)]
    Unreadable(#[from] UnreadableWords),
    /// It can't be signed.
    #[error(transparent)]
    Sign(#[from] DkimError),
    /// The message can't be put together.
    #[error("the message can't be put together: {0}")]
    Build(String),
}

/// A message ready to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct PreparedMail {
    /// Its number in the outbox.
    pub id: i32,
    /// The date it bears.
    pub dated: DateTime<Utc>,
    /// Who it goes to.
    pub recipient: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// The whole mail, CRLF, headers included.
    pub text: String,
    pub(super) envelope: Envelope,
}

impl std::fmt::Debug for PreparedMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Prepared").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Builds the mail for `message`, to `recipient`, with answers going to `reply_to` (empty: no such header), signed where
/// there is a signer.
///
/// The date, the boundary between the parts and the date of the signature come from the message itself, so that a retry
/// is the same mail.
pub(crate) fn prepare(
    sender: &SenderIdentity,
    signer: Option<&Signer>,
    message: &Message,
    recipient: &str,
    reply_to: &str,
) -> Result<PreparedMail, EnvelopeError> {
    if let Some(unreadable) = &message.unreadable {
        return Err(unreadable.clone().into());
    }
    let name = Some(one_line(&sender.name)).filter(|name| !name.is_empty());
    let from = Mailbox::new(name, address("sender's", &sender.address)?);
    let to = address("recipient's", recipient)?;
    // Said here, so that it isn't read out of the headers again.
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])
        .map_err(|error| EnvelopeError::Build(error.to_string()))?;
    let listed = &message.listed;
    let mut builder = Mail::builder()
        .from(from)
        .to(Mailbox::new(None, to))
        .subject(one_line(&listed.subject))
        .date(SystemTime::from(listed.dated()))
        .message_id(Some(listed.message_id.clone()))
        .header(AutoSubmitted)
        .header(NoAutomaticAnswers)
        .envelope(envelope);
    if !reply_to.is_empty() {
        builder = builder.reply_to(Mailbox::new(None, address("safeguarding contact's", reply_to)?));
    }
    let mail = match body(message)? {
        MailBody::Text(text) => builder.singlepart(text),
        MailBody::Parts(parts) => builder.multipart(parts),
    }
    .map_err(|error| EnvelopeError::Build(error.to_string()))?;
    let bytes = mail.formatted();
    // The encodings chosen leave nothing beyond ASCII, so that no server needs an extension to take it.
    let mut text = String::from_utf8(bytes).map_err(|error| EnvelopeError::Build(error.to_string()))?;
    if let Some(signer) = signer {
        text.insert_str(0, &signer.header(&text, listed.dated())?);
    }
    Ok(PreparedMail {
        id: listed.id,
        dated: listed.dated(),
        recipient: recipient.to_owned(),
        message_id: listed.message_id.clone(),
        text,
        envelope: mail.envelope().clone(),
    })
}

enum MailBody {
    Text(SinglePart),
    Parts(MultiPart),
}

/// Text and HTML as alternatives, the pictures with the HTML that shows them, and the attachments after both.
fn body(message: &Message) -> Result<MailBody, EnvelopeError> {
    let kind =
        |kind, level| MultiPart::builder().kind(kind).boundary(boundary(&message.listed.message_id, level));
    let text = SinglePart::plain(as_it_stands(&message.text));
    let (shown, attached): (Vec<&MailPart>, Vec<&MailPart>) =
        message.parts.iter().partition(|part| part.place == PartPlace::Inline);
    let mut body = if message.html.is_empty() {
        MailBody::Text(text)
    } else {
        let html = SinglePart::html(as_it_stands(&message.html));
        let both = kind(MultiPartKind::Alternative, "body").singlepart(text);
        MailBody::Parts(if shown.is_empty() {
            both.singlepart(html)
        } else {
            let mut related = kind(MultiPartKind::Related, "pictures").singlepart(html);
            for part in shown {
                related = related.singlepart(single(part)?);
            }
            both.multipart(related)
        })
    };
    if !attached.is_empty() {
        let mixed = kind(MultiPartKind::Mixed, "attachments");
        let mut mixed = match body {
            MailBody::Text(text) => mixed.singlepart(text),
            MailBody::Parts(parts) => mixed.multipart(parts),
        };
        for part in attached {
            mixed = mixed.singlepart(single(part)?);
        }
        body = MailBody::Parts(mixed);
    }
    Ok(body)
}

/// The text, without an encoding where it needs none: lettre would encode every line of more than 76 characters, which costs
/// more than all else of a mail, and a line may have 998 (RFC 5322).
fn as_it_stands(text: &str) -> Body {
    match in_lines_of_mail(text) {
        Some(lines) => Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit),
        None => Body::new(text.to_owned()),
    }
}

/// The text with its lines ended as those of a mail, where each of them may stand in one as it is.
fn in_lines_of_mail(text: &str) -> Option<Vec<u8>> {
    let mut lines = Vec::with_capacity(text.len() + text.len() / 16);
    for (number, line) in text.split('\n').map(str::as_bytes).enumerate() {
        // Looked at to its end in any case, which many bytes are at once.
        let plain = line.iter().fold(true, |plain, byte| plain & matches!(byte, b'\t' | b' '..=b'~'));
        if !plain || line.len() > LONGEST_LINE {
            return None;
        }
        if number > 0 {
            lines.extend_from_slice(b"\r\n");
        }
        lines.extend_from_slice(line);
    }
    Some(lines)
}

fn single(part: &MailPart) -> Result<SinglePart, EnvelopeError> {
    let content_type = ContentType::parse(&part.content_type)
        .map_err(|error| EnvelopeError::Build(format!("{}: {error}", part.name)))?;
    let name = part.name.clone();
    let attachment = match part.place {
        PartPlace::Inline => Attachment::new_inline_with_name(name.clone(), name),
        PartPlace::Attached => Attachment::new(name),
    };
    Ok(attachment.body(part.content.clone(), content_type))
}

/// Only plain addresses: one beyond ASCII would need a server that takes such, and the register holds none.
fn address(role: &'static str, text: &str) -> Result<Address, EnvelopeError> {
    let wrong = || EnvelopeError::Address { role, address: text.to_owned() };
    if !text.is_ascii() {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

fn boundary(message_id: &str, level: &str) -> String {
    let hash = blake3::hash(message_id.as_bytes()).to_hex();
    format!("{level}-{}", hash.chars().take(40).collect::<String>())
}

/// Tells other machines not to answer (RFC 3834).
#[derive(Debug, Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

/// Tells Exchange the same, which does not read the other. Reports of non-delivery stay wanted.
#[derive(Debug, Clone)]
struct NoAutomaticAnswers;

impl Header for NoAutomaticAnswers {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Auto-Response-Suppress")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "OOF, AutoReply".to_owned())
    }
}

#[cfg(test)]
mod tests;
