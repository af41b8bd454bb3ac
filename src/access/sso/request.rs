//! What a browser keeps while somebody is at the provider, and what it brings back. Pure.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::fault::ProviderFault;
use crate::access::key_file::KeyFile;
use crate::access::secrets::{self, NoRandomness};

/// So long an answer is waited for.
const WAITS: TimeDelta = TimeDelta::minutes(10);
/// For what it is sealed.
const SEALED_FOR: &str = "single sign-on request";

/// What somebody is at the provider for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum RequestPurpose {
    /// To sign in.
    SignIn,
    /// To prove once more who they are: the number of their sign-in.
    Again(i32),
    /// To have the account that is signed in bound to who they are there: the number of the sign-in.
    Connect(i32),
    /// To sign in for the first time, by the link of an invitation: its token.
    Invitation(String),
}

/// A request to the provider: what its answer must be an answer to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignInRequest {
    /// What the answer carries back.
    pub(crate) state: String,
    /// What the token carries back.
    pub(super) nonce: String,
    /// What proves that whoever asked for the code uses it.
    pub(super) verifier: String,
    /// When it began.
    pub(crate) began_at: DateTime<Utc>,
    /// What for.
    pub(crate) purpose: RequestPurpose,
    /// Where to go afterwards.
    pub(crate) to: String,
    /// Where the browser comes back to: the token is asked for with the same words.
    pub(super) comes_back_to: String,
}

/// What a browser brings back from the provider.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BroughtAnswer<'a> {
    /// What the request carried there.
    pub(crate) state: &'a str,
    /// What a token is had for.
    pub(crate) code: &'a str,
    /// Whose answer it says to be; empty where it does not say.
    pub(crate) issuer: &'a str,
    /// Why there is none; empty where there is one.
    pub(crate) error: &'a str,
}

impl SignInRequest {
    /// Another one.
    pub(super) fn new(
        purpose: RequestPurpose,
        (to, comes_back_to): (&str, &str),
        now: DateTime<Utc>,
    ) -> Result<Self, NoRandomness> {
        Ok(Self {
            state: secrets::random_token()?,
            nonce: secrets::random_token()?,
            verifier: secrets::random_token()?,
            began_at: now,
            purpose,
            to: to.to_owned(),
            comes_back_to: comes_back_to.to_owned(),
        })
    }

    /// Whether somebody must prove anew who they are, whatever the provider knows of them.
    pub(super) fn is_again(&self) -> bool {
        matches!(self.purpose, RequestPurpose::Again(_) | RequestPurpose::Connect(_))
    }

    /// As a browser keeps it.
    pub(crate) fn sealed(&self, key: &KeyFile) -> Result<String, NoRandomness> {
        // Texts and numbers can always be written; what were not would be opened as nothing.
        let plain = serde_json::to_vec(self).unwrap_or_default();
        Ok(secrets::to_text(&key.seal(SEALED_FOR, &plain)?))
    }

    /// What a browser kept; `None` where it is none of ours, or too old.
    pub(crate) fn opened(key: &KeyFile, kept: &str, now: DateTime<Utc>) -> Option<Self> {
        let sealed = secrets::from_text(kept)?;
        // Another version's is nothing.
        let request: Self = serde_json::from_slice(&key.open(SEALED_FOR, &sealed)?).ok()?;
        let age = now - request.began_at;
        (age >= TimeDelta::zero() && age < WAITS).then_some(request)
    }

    /// Whether what was brought is an answer to it.
    pub(crate) fn is_answered_by(&self, brought: &BroughtAnswer<'_>) -> Result<(), ProviderFault> {
        if !secrets::are_same(self.state.as_bytes(), brought.state.as_bytes()) {
            return Err(ProviderFault::refused("it answers another request than this browser made"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> DateTime<Utc> {
        "2026-11-24T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::minutes(minute)
    }

    #[test]
    fn a_request_is_opened_for_ten_minutes_by_the_key_that_sealed_it() {
        let folder = tempfile::tempdir().unwrap();
        let key = KeyFile::load_or_make(&folder.path().join("a")).unwrap();
        let other = KeyFile::load_or_make(&folder.path().join("b")).unwrap();
        let request = SignInRequest::new(RequestPurpose::Again(7), ("/outbox", "x"), at(0)).unwrap();
        let kept = request.sealed(&key).unwrap();
        for secret in [&request.state, &request.nonce, &request.verifier] {
            assert!(!kept.contains(secret.as_str()));
        }
        assert!(SignInRequest::opened(&key, &kept, at(0)).is_some_and(|opened| opened == request));
        assert!(SignInRequest::opened(&key, &kept, at(9)).is_some());
        for (key, kept, now) in [
            (&key, kept.as_str(), at(10)),
            (&key, kept.as_str(), at(-1)),
            (&other, kept.as_str(), at(0)),
            (&key, "", at(0)),
            (&key, &kept[1..], at(0)),
        ] {
            assert!(SignInRequest::opened(key, kept, now).is_none(), "{kept} {now}");
        }
    }

    #[test]
    fn an_answer_carries_the_state_of_its_request() {
        let request = SignInRequest::new(RequestPurpose::SignIn, ("/", "x"), at(0)).unwrap();
        let another = SignInRequest::new(RequestPurpose::SignIn, ("/", "x"), at(0)).unwrap();
        let brought = |state| BroughtAnswer { state, code: "c", issuer: "", error: "" };
        assert!(request.is_answered_by(&brought(&request.state)).is_ok());
        for state in ["", another.state.as_str(), &request.state[1..]] {
            assert!(request.is_answered_by(&brought(state)).is_err(), "{state}");
        }
    }
}
