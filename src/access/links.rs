//! Links by which the holder of an account chooses a password: made from the key file, kept nowhere (spec 8.3, 8.4). Pure.

use chrono::{DateTime, TimeDelta, Utc};

use super::key_file::KeyFile;
use super::secrets;

/// Where links lead, below the address of the console.
pub(crate) const READ_LINK: &str = "/l/";

/// So many bytes vouch for a link.
const VOUCHED: usize = 16;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkPurpose {
    /// To choose the first password.
    Invitation,
    /// To choose another.
    Reset,
}

impl LinkPurpose {
    /// Its name in the table.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// The purpose with exactly this name.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Invitation, Self::Reset].into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// How long such a link holds.
    pub(crate) fn holds_for(self) -> TimeDelta {
        match self {
            Self::Invitation => TimeDelta::hours(72),
            Self::Reset => TimeDelta::minutes(60),
        }
    }
}

/// What brings a link to its reader, by its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LinkCarrier {
    /// A mail: the number of the message.
    Message(i32),
    /// A terminal on which it was shown: the number of the link.
    Terminal(i32),
}

/// A link of an account, without what makes it one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AccountLink {
    /// Its number.
    pub(crate) id: i32,
    /// Whose.
    pub(crate) account_id: i32,
    /// What for.
    pub(crate) purpose: LinkPurpose,
    /// What brings it.
    pub(crate) carrier: LinkCarrier,
    /// Until when it holds.
    pub(crate) ends_at: DateTime<Utc>,
    /// Whether a password was chosen by it, or a newer one took its place.
    pub(crate) is_spent: bool,
}

impl AccountLink {
    /// What stands behind [`READ_LINK`], for the account with this address.
    pub(crate) fn token(&self, key: &KeyFile, email: &str) -> String {
        let (version, number) = self.carrier.written();
        let mut bytes = vec![version];
        bytes.extend(number);
        bytes.extend(self.vouched(key, email));
        secrets::to_text(&bytes)
    }

    /// Whether this is the link's own token.
    pub(crate) fn is_token(&self, token: &str, key: &KeyFile, email: &str) -> bool {
        let given = secrets::from_text(token);
        let vouched = given.as_deref().and_then(|given| given.get(5..)).unwrap_or_default();
        LinkCarrier::read(token) == Some(self.carrier)
            && secrets::are_same(vouched, &self.vouched(key, email))
    }

    /// Whether it still lets somebody choose a password.
    pub(crate) fn holds(&self, now: DateTime<Utc>) -> bool {
        !self.is_spent && now < self.ends_at
    }

    fn vouched(&self, key: &KeyFile, email: &str) -> Vec<u8> {
        let (version, number) = self.carrier.written();
        let (account, email) = (self.account_id.to_be_bytes(), email.to_lowercase());
        let parts: [&[u8]; 4] = [&number, &account, email.as_bytes(), self.purpose.as_str().as_bytes()];
        let mut vouched = key.vouch(&format!("refresher link {version}"), &parts);
        vouched.truncate(VOUCHED);
        vouched
    }
}

impl LinkCarrier {
    /// The version of the token, and the number of what brings it.
    fn written(self) -> (u8, [u8; 4]) {
        match self {
            Self::Message(id) => (1, id.to_be_bytes()),
            Self::Terminal(id) => (2, id.to_be_bytes()),
        }
    }

    /// Which link a token claims to be; `None` where it has not the shape of one.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let bytes = secrets::from_text(token)?;
        let (&version, rest) = bytes.split_first()?;
        let (number, vouched) = rest.split_first_chunk::<4>()?;
        let number = i32::from_be_bytes(*number);
        match version {
            _ if vouched.len() != VOUCHED => None,
            1 => Some(Self::Message(number)),
            2 => Some(Self::Terminal(number)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(carrier: LinkCarrier) -> AccountLink {
        AccountLink {
            id: 3,
            account_id: 7,
            purpose: LinkPurpose::Reset,
            carrier,
            ends_at: "2026-11-02T10:00:00Z".parse().unwrap(),
            is_spent: false,
        }
    }

    fn key() -> KeyFile {
        let folder = tempfile::tempdir().unwrap();
        KeyFile::load_or_make(&folder.path().join("web.key")).unwrap()
    }

    #[test]
    fn a_link_is_known_by_its_own_token_and_no_other() {
        let key = key();
        let own = link(LinkCarrier::Message(12));
        let token = own.token(&key, "Ann@example.org");
        assert!(own.is_token(&token, &key, "ann@example.org"));
        assert_eq!(LinkCarrier::read(&token), Some(LinkCarrier::Message(12)));
        let others = [
            AccountLink { account_id: 8, ..own.clone() },
            AccountLink { purpose: LinkPurpose::Invitation, ..own.clone() },
            AccountLink { carrier: LinkCarrier::Message(13), ..own.clone() },
            AccountLink { carrier: LinkCarrier::Terminal(12), ..own.clone() },
        ];
        for other in others {
            assert!(!other.is_token(&token, &key, "ann@example.org"), "{other:?}");
        }
        assert!(!own.is_token(&token, &key, "bob@example.org"));
        assert!(!own.is_token(&token, &self::key(), "ann@example.org"));
    }

    #[test]
    fn a_token_that_was_changed_or_cut_is_none() {
        let key = key();
        let own = link(LinkCarrier::Terminal(3));
        let token = own.token(&key, "ann@example.org");
        assert!(own.is_token(&token, &key, "ann@example.org"));
        let bytes = secrets::from_text(&token).unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(!own.is_token(&secrets::to_text(&changed), &key, "ann@example.org"), "byte {at}");
        }
        for wrong in ["", "AQ", &token[..token.len() - 2], &format!("{token}AA"), "not base 64!"] {
            assert_eq!(LinkCarrier::read(wrong), None, "{wrong}");
            assert!(!own.is_token(wrong, &key, "ann@example.org"), "{wrong}");
        }
    }

    #[test]
    fn it_holds_until_its_end_and_until_it_is_spent() {
        let own = link(LinkCarrier::Message(1));
        assert!(own.holds("2026-11-02T09:59:59Z".parse().unwrap()));
        assert!(!own.holds("2026-11-02T10:00:00Z".parse().unwrap()));
        assert!(!AccountLink { is_spent: true, ..own }.holds("2026-11-02T09:00:00Z".parse().unwrap()));
    }
}
