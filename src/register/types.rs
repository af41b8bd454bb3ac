//! The register's parsed values.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// An amount of money in pence.
pub type Pence = i64;

/// A number of training hours, in exact hundredths (spec 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Hours(pub u32);

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match hundredths {
            0 => write!(f, "{whole}"),
            tenths if tenths % 10 == 0 => write!(f, "{whole}.{}", tenths / 10),
            _ => write!(f, "{whole}.{hundredths:02}"),
        }
    }
}

impl Serialize for Hours {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_multiple_of(100) {
            serializer.serialize_u32(self.0 / 100)
        } else {
            serializer.serialize_f64(f64::from(self.0) / 100.0)
        }
    }
}

/// What sort of employer an organisation is (spec 1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganisationKind {
    /// An acute hospital trust.
    Acute,
    /// A mental health trust.
    MentalHealth,
    /// A community trust.
    Community,
    /// An ambulance trust.
    Ambulance,
    /// A primary care organisation.
    PrimaryCare,
    /// Any other employer.
    Other,
}

impl OrganisationKind {
    /// Every kind, in the spec's order.
    pub const ALL: [Self; 6] =
        [Self::Acute, Self::MentalHealth, Self::Community, Self::Ambulance, Self::PrimaryCare, Self::Other];

    /// The kind's name as files and JSON write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Acute => "acute",
            Self::MentalHealth => "mental-health",
            Self::Community => "community",
            Self::Ambulance => "ambulance",
            Self::PrimaryCare => "primary-care",
            Self::Other => "other",
        }
    }

    /// The kind with this name, ignoring case and reading a space or underscore as a hyphen.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase().replace([' ', '_'], "-");
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// A trust or other employer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Organisation {
    /// Its ODS-like code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What sort of employer it is.
    pub kind: OrganisationKind,
    /// The safeguarding contact's address; empty when none is known.
    pub safeguarding_email: String,
}

/// Whether mail reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// They have an email address, and nothing speaks against it.
    Reached,
    /// No address is recorded.
    Missing,
    /// What was sent to their address came back, because the mailbox is not there.
    Bouncing {
        /// Since when they are not mailed.
        since: NaiveDate,
        /// The number of the bounce that said so.
        bounce: i32,
    },
}

/// What a person is called and where mail reaches them, as last recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// First name; may be empty.
    pub first: String,
    /// Last name.
    pub last: String,
    /// Email address; empty when none is known.
    pub email: String,
}

impl Name {
    /// What to greet them by: the first name, or the last where there is none.
    pub(crate) fn called(&self) -> &str {
        if self.first.is_empty() { &self.last } else { &self.first }
    }

    /// First and last name with a space between.
    pub fn full(&self) -> String {
        if self.first.is_empty() { self.last.clone() } else { format!("{} {}", self.first, self.last) }
    }
}

/// An email address that mail can be sent to as it stands, by any server and through any program on the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The longest a local part may be (RFC 5321 4.5.3.1.1).
    const LONGEST_LOCAL: usize = 64;
    /// The longest a whole address may be: a path of 256, less its brackets (RFC 5321 4.5.3.1.3).
    const LONGEST: usize = 254;

    /// The address in `text`, or `None` when it is not one. It is the only judge of that, wherever an address comes
    /// from: one person's mailbox at a domain of the internet, written so that nothing on the way reads more into it.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim_ascii();
        let (local, domain) = text.split_once('@')?;
        let is_one = text.len() <= Self::LONGEST && is_local_part(local) && is_domain(domain);
        is_one.then(|| Self(text.to_owned()))
    }

    /// The address as written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a local part needs no quoting and means nothing but a mailbox. A leading hyphen would be an option to the
/// programs that mail is handed to; `%` and `!` were routes through other hosts; `/`, `|` and a backtick name files and
/// commands. A letter beyond ASCII can be delivered only where every server on the way agrees to take it.
fn is_local_part(local: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "#$&'*+=?^_{}~.-".contains(c);
    local.len() <= EmailAddress::LONGEST_LOCAL
        && !local.starts_with('-')
        && local.split('.').all(|part| !part.is_empty())
        && local.chars().all(is_plain)
}

/// Whether a domain is a host's name with at least one dot. One that ends in a number is an address of the network, and
/// a name beyond ASCII has a spelling within it (`xn--`), which is the one to write.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let is_top = |label: &str| label.len() >= 2 && !label.chars().all(|c| c.is_ascii_digit());
    domain.split('.').all(is_label) && domain.rsplit_once('.').is_some_and(|(_, top)| is_top(top))
}

/// A financial year, 1 April to 31 March, by the calendar year it begins in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FinancialYear(pub i32);

impl FinancialYear {
    /// The financial year that `date` falls in.
    pub fn of(date: NaiveDate) -> Self {
        Self(if date.month() >= 4 { date.year() } else { date.year() - 1 })
    }

    /// The year written `2026-27`.
    pub fn parse(text: &str) -> Option<Self> {
        let (first, second) = text.trim().split_once(['-', '/'])?;
        let year: i32 = first.parse().ok().filter(|year| (1900..=2100).contains(year) && first.len() == 4)?;
        let next: i32 = second.parse().ok()?;
        let expected = if second.len() == 4 { year + 1 } else { (year + 1) % 100 };
        (next == expected && matches!(second.len(), 2 | 4)).then_some(Self(year))
    }

    /// Its first day, 1 April.
    pub(crate) fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 4, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day, 31 March.
    pub(crate) fn last_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0 + 1, 3, 31).unwrap_or(NaiveDate::MAX)
    }
}

impl fmt::Display for FinancialYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:02}", self.0, (self.0 + 1).rem_euclid(100))
    }
}

/// What an organisation was given to spend in a financial year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// The organisation's code.
    pub organisation: String,
    /// The year it is for.
    pub year: FinancialYear,
    /// The allocation.
    pub allocated_pence: Pence,
    /// Whether it is for safeguarding training alone; `None` when we were not told.
    pub dedicated: Option<bool>,
}

/// Money spent, or committed to be spent, on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expense {
    /// The organisation's code.
    pub organisation: String,
    /// The day it counts on.
    pub dated_on: NaiveDate,
    /// The amount; negative for a credit note.
    pub amount_pence: Pence,
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    /// What may stand in an address, and be sent to as it is.
    const ADDRESSES: [&str; 14] = [
        "ann@example.org",
        "Ann.Lee@Example.ORG",
        "ann_lee-smith@trust.example.org",
        "sean.o'brien@example.org",
        "ann+training@example.org",
        "r&d@example.org",
        "bounce=ann#1@example.org",
        "00123456@example.org",
        "a@b.test",
        "ann-@example.org",
        "_ann@example.org",
        "ann@xn--mnchen-3ya.example",
        "ann@1-2.example.org",
        "  ann@example.org ",
    ];

    /// What reads as more than a mailbox somewhere, or reaches nobody.
    const NONE: [&str; 59] = [
        "-oQ/tmp@x.test",
        "-ann@example.org",
        "a%b@example.org",
        "a%b%c@d.example.org",
        "@a,@b:c@d.test",
        "@a.test:b@c.test",
        "a!b@example.org",
        "host!ann@example.org",
        "a@b@example.org",
        "a:b@example.org",
        "\"ann lee\"@example.org",
        "\"ann\"@example.org",
        "ann\\@example.org",
        "ann(work)@example.org",
        "Ann Lee <ann@example.org>",
        "<ann@example.org>",
        "mailto:ann@example.org",
        "ann@example.org;",
        "ann@example.org,ben@example.org",
        "ann lee@example.org",
        "ann @example.org",
        "ann@ example.org",
        "ann@exam ple.org",
        "ann@[192.0.2.1]",
        "ann@[IPv6:2001:db8::1]",
        "ann@192.0.2.1",
        "ann@example.123",
        "ann@example.org.",
        "ann@.example.org",
        "ann@example..org",
        "ann@localhost",
        "ann@example.o",
        "ann@-example.org",
        "ann@example-.org",
        "ann@exa_mple.org",
        "ann@example.org/x",
        ".ann@example.org",
        "ann.@example.org",
        "ann..lee@example.org",
        "|cat@example.org",
        "/dev/null@example.org",
        "a`b`@example.org",
        "a/b@example.org",
        "müller@example.org",
        "ann@münchen.example",
        "ann@例え.test",
        "ann\u{200b}@example.org",
        "\u{a0}ann@example.org",
        "аnn@example.org",
        "ann@exаmple.org",
        "ann\r\nRCPT TO:<b@example.org>@example.org",
        "ann@example.org\r\nDATA",
        "ann\0@example.org",
        "ann\t@example.org",
        "",
        "@",
        "ann",
        "ann@",
        "@example.org",
    ];

    #[test]
    fn an_address_is_one_mailbox_at_a_host_of_the_internet() {
        for text in ADDRESSES {
            assert_eq!(EmailAddress::parse(text).as_ref().map(EmailAddress::as_str), Some(text.trim()));
        }
        let (local, label) = ("a".repeat(64), "b".repeat(63));
        let domain = [&*label, &*label, &label[..58], "org"].join(".");
        let longest = format!("{}@{domain}", &local[..64]);
        assert_eq!(longest.len(), 255);
        assert!(EmailAddress::parse(&longest[1..]).is_some() && EmailAddress::parse(&longest).is_none());
    }

    #[test]
    fn whatever_reads_as_more_than_a_mailbox_is_no_address() {
        let (too_long, label) = ("a".repeat(65) + "@example.org", format!("a@{}.org", "b".repeat(64)));
        for text in NONE.into_iter().chain([&*too_long, &*label]) {
            assert_eq!(EmailAddress::parse(text), None, "{text:?}");
        }
    }
}
