//! What a program signs in with: `rfr_`, 8 characters by which it is found, `_`, 256 random bits, and 6 characters by which a
//! slip in copying is known (spec 21.2). Pure, but for the random bits.

use std::net::IpAddr;

use chrono::{DateTime, NaiveDate, Utc};

use super::addresses::AddressRange;
use super::secrets::{NoRandomness, are_same, random_bytes, token_hash};

/// How every token begins, so that one that got out is found by searching for it.
const PREFIX: &str = "rfr_";
/// The characters of the part by which it is found.
const ID_LENGTH: usize = 8;
/// The characters of 256 bits.
const SECRET_LENGTH: usize = 43;
/// The characters of the check.
const CHECK_LENGTH: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Something that a token may be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TokenScope(&'static str);

impl TokenScope {
    /// The figures for a spreadsheet or a program that draws them, without names.
    pub const FACTS_READ: Self = Self("facts:read");
    /// The same with names.
    pub const FACTS_IDENTIFIED: Self = Self("facts:identified");
    /// What a program that watches over the daemon reads.
    pub const METRICS_READ: Self = Self("metrics:read");
    /// Every scope: those of files, one a kind, and the others.
    pub const ALL: [Self; 11] = [
        Self("import:staff"),
        Self("import:training"),
        Self("import:organisations"),
        Self("import:exemptions"),
        Self("import:bookings"),
        Self("import:budget"),
        Self("import:expenses"),
        Self("import:assurance"),
        Self::FACTS_READ,
        Self::FACTS_IDENTIFIED,
        Self::METRICS_READ,
    ];

    /// The scope with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.0 == text)
    }

    /// Its name.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The kind of file that it lets in; `None` where it is for something else.
    pub(crate) fn import_kind(self) -> Option<&'static str> {
        self.0.strip_prefix("import:")
    }
}

/// How a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenStanding {
    /// It can be used.
    Holds,
    /// Its last day is over.
    Expired,
    /// Somebody took it back.
    Revoked,
}

impl TokenStanding {
    /// In a word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
        }
    }
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptToken {
    /// Its number.
    pub id: i32,
    /// What people and the audit log call it.
    pub name: String,
    /// The part by which it is found.
    pub public_id: String,
    /// What it is for.
    pub scopes: Vec<TokenScope>,
    /// The codes of the organisations that it is for; all, where there are none.
    pub organisations: Vec<String>,
    /// Where it may come from; from anywhere, where there are none.
    pub addresses: Vec<AddressRange>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// The last day on which it holds.
    pub expires_on: NaiveDate,
    /// Since when it holds no longer.
    pub revoked_at: Option<DateTime<Utc>>,
}

impl KeptToken {
    /// How it stands on this day.
    pub fn standing(&self, today: NaiveDate) -> TokenStanding {
        match self.revoked_at {
            Some(_) => TokenStanding::Revoked,
            None if today > self.expires_on => TokenStanding::Expired,
            None => TokenStanding::Holds,
        }
    }

    /// Whether it is for this.
    pub(crate) fn is_for(&self, scope: TokenScope) -> bool {
        self.scopes.contains(&scope)
    }

    /// Whether it lets files of this kind in.
    pub(crate) fn lets_in(&self, kind: &str) -> bool {
        self.scopes.iter().any(|scope| scope.import_kind() == Some(kind))
    }
}

/// A token just made: the only time that it is known whole.
pub(crate) struct MadeToken {
    /// What is handed out.
    pub(crate) text: String,
    /// The part by which it is found.
    pub(crate) public_id: String,
    /// What is kept of it.
    pub(crate) hash: String,
}

impl MadeToken {
    /// Another one.
    pub(crate) fn new() -> Result<Self, NoRandomness> {
        let public_id = in_digits(&random_bytes::<6>()?, ID_LENGTH);
        let secret = in_digits(&random_bytes::<32>()?, SECRET_LENGTH);
        let checked = format!("{PREFIX}{public_id}_{secret}");
        let text = format!("{checked}{}", check(&checked));
        Ok(Self { hash: token_hash(&text), text, public_id })
    }
}

/// A token as a program gave it, of the right shape. Its secret is in no log: it can't be printed.
pub(crate) struct GivenToken<'a>(&'a str);

impl<'a> GivenToken<'a> {
    /// What has the shape of a token, and no slip in it.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (checked, given) = text.split_at_checked(text.len().checked_sub(CHECK_LENGTH)?)?;
        let (id, secret) = checked.strip_prefix(PREFIX)?.split_once('_')?;
        let is_shaped = id.len() == ID_LENGTH
            && secret.len() == SECRET_LENGTH
            && id.bytes().chain(secret.bytes()).all(|byte| DIGITS.contains(&byte));
        (is_shaped && check(checked) == given).then_some(Self(text))
    }

    /// The part by which it is found.
    pub(crate) fn public_id(&self) -> &'a str {
        self.0.get(PREFIX.len()..PREFIX.len() + ID_LENGTH).unwrap_or_default()
    }
}

/// What becomes of a token that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenVerdict {
    /// It holds.
    Holds,
    /// It is none of ours.
    Unknown,
    /// It was revoked.
    Revoked,
    /// Its last day is over.
    Expired,
    /// It may not come from there.
    FromElsewhere,
}

/// Judges a token that was found by its public part: of one whose secret is wrong nothing is told.
pub(crate) fn verdict(
    given: &GivenToken<'_>,
    kept: &KeptToken,
    kept_hash: &str,
    client: IpAddr,
    today: NaiveDate,
) -> TokenVerdict {
    if !are_same(token_hash(given.0).as_bytes(), kept_hash.as_bytes()) {
        return TokenVerdict::Unknown;
    }
    let is_from_there = kept.addresses.is_empty() || kept.addresses.iter().any(|range| range.has(client));
    match kept.standing(today) {
        TokenStanding::Revoked => TokenVerdict::Revoked,
        TokenStanding::Expired => TokenVerdict::Expired,
        TokenStanding::Holds if !is_from_there => TokenVerdict::FromElsewhere,
        TokenStanding::Holds => TokenVerdict::Holds,
    }
}

/// The number that these bytes are, in so many digits of 62.
fn in_digits(bytes: &[u8], length: usize) -> String {
    let mut number = bytes.to_vec();
    let digit = |_| {
        let mut rest = 0u32;
        for byte in &mut number {
            let value = rest * 256 + u32::from(*byte);
            // A quotient of less than 256: the rest is below 62.
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        usize::try_from(rest).ok().and_then(|rest| DIGITS.get(rest)).copied().map_or('0', char::from)
    };
    let digits: Vec<char> = (0..length).map(digit).collect();
    digits.into_iter().rev().collect()
}

/// CRC-32 (that of Ethernet) of a text.
fn check(text: &str) -> String {
    let mut remainder = u32::MAX;
    for byte in text.bytes() {
        remainder ^= u32::from(byte);
        for _ in 0..8 {
            let is_odd = remainder & 1 == 1;
            remainder = remainder >> 1 ^ if is_odd { 0xEDB8_8320 } else { 0 };
        }
    }
    in_digits(&(!remainder).to_be_bytes(), CHECK_LENGTH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(made: &MadeToken) -> KeptToken {
        KeptToken {
            id: 1,
            name: "esr".to_owned(),
            public_id: made.public_id.clone(),
            scopes: vec![TokenScope::METRICS_READ],
            organisations: Vec::new(),
            addresses: Vec::new(),
            created_at: "2026-11-24T09:00:00Z".parse().unwrap(),
            expires_on: "2026-12-31".parse().unwrap(),
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_has_its_shape_and_is_known_again() {
        let made = MadeToken::new().unwrap();
        assert_eq!(made.text.len(), 4 + 8 + 1 + 43 + 6);
        assert!(made.text.starts_with("rfr_"), "{}", made.text);
        let given = GivenToken::read(&made.text).unwrap();
        assert_eq!(given.public_id(), made.public_id);
        assert_ne!(MadeToken::new().unwrap().text, made.text);
    }

    #[test]
    fn a_slip_in_copying_is_known_before_anything_is_looked_up() {
        let made = MadeToken::new().unwrap();
        for at in 0..made.text.len() {
            let mut bytes = made.text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(GivenToken::read(&changed).is_none(), "{at}");
        }
        let cut = &made.text[..made.text.len() - 1];
        for wrong in ["", "rfr_", "x", cut, &format!("{}0", made.text), "rfr_ééééé_abcdef", "ééé"] {
            assert!(GivenToken::read(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn the_check_is_the_usual_one() {
        // The check value that every description of it gives: CRC-32 of 123456789 is CBF43926.
        assert_eq!(check("123456789"), in_digits(&0xCBF4_3926_u32.to_be_bytes(), 6));
    }

    #[test]
    fn digits_are_those_of_the_number_and_as_many_as_asked() {
        for (bytes, length, digits) in
            [(&[0u8][..], 3, "000"), (&[61], 2, "0z"), (&[62], 2, "10"), (&[255, 255], 4, "0H31")]
        {
            assert_eq!(in_digits(bytes, length), digits, "{bytes:?}");
        }
        assert!(in_digits(&[255; 32], SECRET_LENGTH).bytes().next().unwrap() != b'0', "all 256 bits fit");
    }

    #[test]
    fn a_token_holds_until_its_last_day_from_where_it_may_come_and_by_its_own_secret() {
        let made = MadeToken::new().unwrap();
        let given = GivenToken::read(&made.text).unwrap();
        let (here, last) = ("10.1.0.7".parse().unwrap(), "2026-12-31".parse().unwrap());
        let own = kept(&made);
        let of = |kept: &KeptToken, hash: &str, on| verdict(&given, kept, hash, here, on);
        assert_eq!(of(&own, &made.hash, last), TokenVerdict::Holds);
        assert_eq!(of(&own, &made.hash, "2027-01-01".parse().unwrap()), TokenVerdict::Expired);
        let revoked = KeptToken { revoked_at: Some(own.created_at), ..own.clone() };
        assert_eq!(of(&revoked, &made.hash, last), TokenVerdict::Revoked);
        let other = MadeToken::new().unwrap();
        assert_eq!(of(&revoked, &other.hash, last), TokenVerdict::Unknown, "nothing is told of another's");
        for (range, expected) in
            [("10.1.0.0/16", TokenVerdict::Holds), ("10.2.0.0/16", TokenVerdict::FromElsewhere)]
        {
            let kept = KeptToken { addresses: vec![AddressRange::parse(range).unwrap()], ..own.clone() };
            assert_eq!(of(&kept, &made.hash, last), expected, "{range}");
        }
    }
}
