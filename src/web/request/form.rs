//! The fields of a form or a query, and what shows that a form is ours (spec 8.5).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::access::{KeyFile, are_same, random_token};

/// Fields that are never shown again, nor parked.
const SECRETS: [&str; 4] = ["password", "new_password", "code", FormFields::TOKEN];

/// What was typed, in its order; a name may stand several times.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// The field with the token of the sign-in.
    pub(crate) const TOKEN: &'static str = "form_token";
    /// The field with the one-use key.
    pub(crate) const KEY: &'static str = "form_key";

    /// Those of a query, or of a body of the same form. A character of number zero, which no text has and not every
    /// database keeps, is read as one that can't be read.
    pub(crate) fn parse(text: &[u8]) -> Self {
        Self(
            form_urlencoded::parse(text)
                .map(|(name, value)| (name.into_owned(), value.replace('\0', "\u{fffd}")))
                .collect(),
        )
    }

    /// Adds a field behind the others.
    pub(crate) fn push(&mut self, name: String, value: String) {
        self.0.push((name, value));
    }

    /// The value of a field; empty where it isn't there.
    pub(crate) fn one(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(found, _)| found == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |(found, _)| found == name).map(|(_, value)| value.as_str())
    }

    /// The fields that may be shown again, in their order.
    pub(crate) fn showable(&self) -> impl Iterator<Item = (&str, &str)> {
        let may_be = |name: &str| !SECRETS.contains(&name);
        self.0
            .iter()
            .filter(move |(name, _)| may_be(name))
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The same with the fields of this name alone.
    pub(crate) fn only(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(of, _)| of == name).cloned().collect())
    }

    /// The fields, in their order.
    pub(crate) fn every(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As it stands in an address or a body, of the fields that may be shown again.
    pub(crate) fn written(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.showable()).finish()
    }
}

/// What shows that a form was made for this sign-in: another on every page, so that packing tells nothing of it.
#[derive(Debug)]
pub(crate) struct FormToken {
    vouched: Vec<u8>,
}

impl FormToken {
    /// That of the sign-in whose cookie holds this.
    pub(crate) fn of(key: &KeyFile, cookie: &str) -> Self {
        Self { vouched: key.vouch("refresher form 1", &[cookie.as_bytes()]) }
    }

    /// As a form carries it.
    pub(crate) fn masked(&self) -> anyhow::Result<String> {
        let mask = URL_SAFE_NO_PAD.decode(random_token()?)?;
        let masked = self.vouched.iter().zip(&mask).map(|(byte, mask)| byte ^ mask);
        let both: Vec<u8> = mask.iter().copied().chain(masked).collect();
        Ok(URL_SAFE_NO_PAD.encode(both))
    }

    /// Whether a form carries it.
    pub(crate) fn is_in(&self, given: &str) -> bool {
        let Ok(both) = URL_SAFE_NO_PAD.decode(given) else { return false };
        let Some((mask, masked)) = both.split_at_checked(self.vouched.len()) else { return false };
        let unmasked: Vec<u8> = masked.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect();
        masked.len() == self.vouched.len() && are_same(&unmasked, &self.vouched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> KeyFile {
        let folder = tempfile::tempdir().unwrap();
        KeyFile::load_or_make(&folder.path().join("web.key")).unwrap()
    }

    #[test]
    fn a_token_is_another_each_time_and_holds_for_its_own_sign_in() {
        let key = key();
        let (own, other) = (FormToken::of(&key, "a"), FormToken::of(&key, "b"));
        let (one, two) = (own.masked().unwrap(), own.masked().unwrap());
        assert_ne!(one, two);
        assert!(own.is_in(&one) && own.is_in(&two) && !other.is_in(&one));
        for wrong in ["", "A", &one[..one.len() - 2], &format!("{one}AA"), "ä"] {
            assert!(!own.is_in(wrong), "{wrong}");
        }
    }

    #[test]
    fn fields_may_stand_several_times_and_secrets_are_never_shown_again() {
        let fields = FormFields::parse("id=3&id=4&password=a%26b&note=%C3%A4+b&form_token=x".as_bytes());
        assert_eq!((fields.one("password"), fields.one("note"), fields.one("none")), ("a&b", "ä b", ""));
        assert_eq!(fields.written(), "id=3&id=4&note=%C3%A4+b");
    }
}
