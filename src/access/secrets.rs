//! What is told from chance, kept as a hash, or sealed: the one place of the room that knows the cryptography.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use ring::{digest, hmac};

/// The operating system gave no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random numbers: try again")]
pub struct NoRandomness;

/// So many random bytes.
pub(crate) fn random_bytes<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

/// 256 random bits, as a cookie or a form holds them.
pub(crate) fn random_token() -> Result<String, NoRandomness> {
    Ok(to_text(&random_bytes::<32>()?))
}

/// What is kept of a token of 80 random bits or more, by which it is found again.
pub(crate) fn token_hash(token: &str) -> String {
    to_text(digest::digest(&digest::SHA256, token.as_bytes()).as_ref())
}

/// SHA-256 of what comes piece by piece.
pub(crate) struct Sha256(digest::Context);

impl Sha256 {
    /// Of nothing so far.
    pub(crate) fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Takes the next piece in.
    pub(crate) fn update(&mut self, piece: &[u8]) {
        self.0.update(piece);
    }

    /// What it comes to.
    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// Bytes as they stand in an address or a cookie.
pub(crate) fn to_text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Bytes that stand so in an address; `None` where it is none of ours.
pub(crate) fn from_text(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok() // What is none of ours is nothing.
}

/// What vouches for these bytes, by this key.
pub(crate) fn vouch(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    for part in parts {
        // Each with its length, so that what ends one can't begin the next.
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    context.sign().as_ref().to_vec()
}

/// Whether two are the same, in a time that tells nothing of where they differ.
pub(crate) fn are_same(one: &[u8], other: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"compare");
    hmac::verify(&key, one, hmac::sign(&key, other).as_ref()).is_ok()
}

/// `plain` so that only this key opens it again, for the same `label`.
pub(crate) fn seal(key: &[u8; 32], label: &[u8], plain: &[u8]) -> Result<Vec<u8>, NoRandomness> {
    let nonce = random_bytes::<NONCE_LEN>()?;
    let mut sealed = plain.to_vec();
    cipher(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label), &mut sealed)
        .map_err(|_| NoRandomness)?;
    Ok(nonce.into_iter().chain(sealed).collect())
}

/// What was sealed; `None` where it was by another key, for another label, or was changed.
pub(crate) fn open(key: &[u8; 32], label: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
    let mut plain = rest.to_vec();
    let opened =
        cipher(key).ok()?.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(label), &mut plain);
    Some(opened.ok()?.to_vec()) // What does not open was not sealed by us.
}

fn cipher(key: &[u8; 32]) -> Result<LessSafeKey, NoRandomness> {
    Ok(LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| NoRandomness)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_sealed_is_opened_by_the_same_key_for_the_same_thing_alone() {
        let sealed = seal(&[1; 32], b"account 7", b"secret").unwrap();
        assert_eq!(open(&[1; 32], b"account 7", &sealed).unwrap(), b"secret");
        assert_eq!(open(&[2; 32], b"account 7", &sealed), None);
        assert_eq!(open(&[1; 32], b"account 8", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(open(&[1; 32], b"account 7", &changed), None, "byte {at}");
        }
        assert_eq!(open(&[1; 32], b"account 7", &sealed[..11]), None);
        assert_ne!(seal(&[1; 32], b"account 7", b"secret").unwrap(), sealed);
    }

    #[test]
    fn parts_that_join_to_the_same_bytes_are_not_the_same() {
        assert_ne!(vouch(b"k", &[b"ab", b"c"]), vouch(b"k", &[b"a", b"bc"]));
        assert_eq!(vouch(b"k", &[b"ab", b"c"]), vouch(b"k", &[b"ab", b"c"]));
        assert_ne!(vouch(b"k", &[b"ab"]), vouch(b"l", &[b"ab"]));
    }

    #[test]
    fn tokens_are_long_and_never_twice_the_same() {
        let (one, other) = (random_token().unwrap(), random_token().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert!(!are_same(one.as_bytes(), other.as_bytes()) && are_same(one.as_bytes(), one.as_bytes()));
    }
}
