//! Signing mail (DKIM, RFC 6376 and RFC 8463), so that a receiver can tell that it is the organisation's own.
//!
//! Signed here rather than by the mail library, for two reasons: a retry must be the same bytes, so the time in the
//! signature is the message's own and not the attempt's; and the keys stay with the library that TLS uses already.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// The headers that are signed, those of them that a mail has. `from` stands twice, so that no second one can be added.
const SIGNED: [&str; 11] = [
    "from",
    "from",
    "reply-to",
    "to",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
];
/// How many characters of a long value stand on a line.
const LINE: usize = 70;

/// Whose signature, and with what key.
#[derive(Clone, PartialEq, Eq)]
pub struct DkimSettings {
    /// The domain that answers for the mail: the sender's, or one above it.
    pub domain: String,
    /// The name below `_domainkey` under which the public key is published.
    pub selector: String,
    /// The private key as PEM; never shown.
    pub key: String,
}

impl fmt::Debug for DkimSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("DkimSettings");
        shown.field("domain", &self.domain).field("selector", &self.selector).finish_non_exhaustive()
    }
}

/// Why mail can't be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DkimError {
    /// The key is none that can be used.
    #[error(
        "smtp.dkim_key_file holds no key that mail can be signed with ({0}): make one with `openssl genpkey -algorithm \
         RSA -pkeyopt rsa_keygen_bits:2048`, or with `-algorithm ed25519`"
    )]
    Key(String),
    /// The signature failed.
    #[error("the mail can't be signed")]
    Signature,
}

enum SigningKey {
    Rsa(RsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

/// Signs mail.
pub struct Signer {
    settings: DkimSettings,
    key: SigningKey,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.settings.fmt(f)
    }
}

impl Signer {
    /// A signer with the key of these settings: RSA of at least 2,048 bits, or Ed25519.
    pub fn new(settings: DkimSettings) -> Result<Self, DkimError> {
        let wrong = |why: &dyn fmt::Display| DkimError::Key(why.to_string());
        let key = match PrivateKeyDer::from_pem_slice(settings.key.as_bytes()) {
            Ok(PrivateKeyDer::Pkcs1(der)) => {
                SigningKey::Rsa(RsaKeyPair::from_der(der.secret_pkcs1_der()).map_err(|error| wrong(&error))?)
            }
            Ok(PrivateKeyDer::Pkcs8(der)) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(key) => SigningKey::Ed25519(key),
                    Err(_) => SigningKey::Rsa(RsaKeyPair::from_pkcs8(der).map_err(|error| wrong(&error))?),
                }
            }
            Ok(_) => return Err(wrong(&"it is of another kind than RSA and Ed25519")),
            Err(error) => return Err(wrong(&error)),
        };
        Ok(Self { settings, key })
    }

    /// The header to put before `mail`, its line end included, dated `at`. The same for the same mail.
    pub(super) fn header(&self, mail: &str, at: DateTime<Utc>) -> Result<String, DkimError> {
        let (head, body) = mail.split_once("\r\n\r\n").unwrap_or((mail, ""));
        let fields = fields(head);
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let signed: Vec<&str> = SIGNED.into_iter().filter(|name| names.contains(name)).collect();
        let algorithm = match self.key {
            SigningKey::Rsa(_) => "rsa-sha256",
            SigningKey::Ed25519(_) => "ed25519-sha256",
        };
        let body_hash = STANDARD.encode(digest(&SHA256, relaxed_body(body).as_bytes()));
        let unsigned = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n s={}; t={};\r\n h={};\r\n bh={body_hash};\r\n b=",
            self.settings.domain,
            self.settings.selector,
            at.timestamp(),
            signed.join(":\r\n "),
        );
        let signature = self.sign(&signed_text(&fields, &signed, &unsigned))?;
        Ok(format!("{unsigned}{}\r\n", folded(&STANDARD.encode(signature))))
    }

    fn sign(&self, text: &str) -> Result<Vec<u8>, DkimError> {
        match &self.key {
            SigningKey::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // Random numbers hide the key from whoever measures time; the signature is the same each time.
                key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature)
                    .map_err(|_| DkimError::Signature)?;
                Ok(signature)
            }
            SigningKey::Ed25519(key) => {
                Ok(key.sign(digest(&SHA256, text.as_bytes()).as_ref()).as_ref().to_vec())
            }
        }
    }
}

/// A header field.
struct HeaderField {
    /// In lower case.
    name: String,
    /// As it stands, folds included.
    value: String,
}

fn fields(head: &str) -> Vec<HeaderField> {
    let mut fields: Vec<HeaderField> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            if let Some(field) = fields.last_mut() {
                field.value.push_str(line);
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push(HeaderField { name: name.trim_end().to_ascii_lowercase(), value: value.to_owned() });
        }
    }
    fields
}

/// What is signed: the named fields, the last of each name first, then the signature's own field without its value. A
/// name that no field is left for stands for a field that must not be there.
fn signed_text(fields: &[HeaderField], signed: &[&str], signature: &str) -> String {
    let mut text = String::new();
    let mut left: Vec<&HeaderField> = fields.iter().collect();
    for name in signed {
        if let Some(place) = left.iter().rposition(|field| field.name == *name) {
            let field = left.remove(place);
            text.push_str(&relaxed(&field.name, &field.value));
            text.push_str("\r\n");
        }
    }
    let (name, value) = signature.split_once(':').unwrap_or((signature, ""));
    text.push_str(&relaxed(&name.to_ascii_lowercase(), &value.replace("\r\n", "")));
    text
}

/// A field in relaxed form (RFC 6376, 3.4.2).
fn relaxed(name: &str, value: &str) -> String {
    format!("{name}:{}", single_spaced(value).trim_matches(' '))
}

/// A body in relaxed form (RFC 6376, 3.4.4).
fn relaxed_body(body: &str) -> String {
    let lines: Vec<String> =
        body.split("\r\n").map(|line| single_spaced(line).trim_end_matches(' ').to_owned()).collect();
    let filled = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    lines.into_iter().take(filled).fold(String::new(), |text, line| text + &line + "\r\n")
}

/// With one space for every run of spaces and tabs.
fn single_spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            _ => out.push(c),
        }
    }
    out
}

/// A long value on lines of their own.
fn folded(value: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    let lines: Vec<String> = characters.chunks(LINE).map(|line| line.iter().collect()).collect();
    lines.join("\r\n ")
}

#[cfg(test)]
mod tests;
