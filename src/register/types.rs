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
    /// They have an e-mail address, and nothing speaks against it.
    Reached,
    /// No address is recorded.
    Missing,
    /// What was sent to their address came back.
    Bouncing,
}

/// What a person is called and where mail reaches them, as last recorded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// First name; may be empty.
    pub first: String,
    /// Last name.
    pub last: String,
    /// E-mail address; empty when none is known.
    pub email: String,
}

impl Name {
    /// What to greet them by: the first name, or the last where there is none.
    pub fn called(&self) -> &str {
        if self.first.is_empty() { &self.last } else { &self.first }
    }

    /// First and last name with a space between.
    pub fn full(&self) -> String {
        if self.first.is_empty() { self.last.clone() } else { format!("{} {}", self.first, self.last) }
    }
}

/// A syntactically sound e-mail address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// The address in `text`, or `None` when it is not one: exactly one `@`, a local part of the characters that need
    /// no quoting, and a domain of letters, digits, hyphens and at least one dot.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.split_once('@')?;
        let local_ok = !local.is_empty()
            && local.len() <= 64
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..")
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~.-".contains(c));
        let label_ok = |label: &str| {
            !label.is_empty()
                && label.len() <= 63
                && !label.starts_with('-')
                && !label.ends_with('-')
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        };
        let domain_ok = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label_ok);
        (local_ok && domain_ok).then(|| Self(text.to_owned()))
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
    pub fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.0, 4, 1).unwrap_or(NaiveDate::MIN)
    }

    /// Its last day, 31 March.
    pub fn last_day(self) -> NaiveDate {
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
