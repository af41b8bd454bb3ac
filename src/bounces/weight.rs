//! What a refusal says of the address: that no mail can reach it, or only that this mail did not.

use std::fmt;

/// How much a report weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weight {
    /// No mail can reach the address: it is unknown, closed, or at a domain that takes no mail.
    Hard,
    /// This mail did not reach it, or not yet: a full mailbox, a delay, a refusal of what was sent.
    Soft,
}

impl Weight {
    /// The name that table and JSON use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }

    /// The weight with exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Hard, Self::Soft].into_iter().find(|weight| weight.as_str() == text)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Status(u16, u16, u16);

impl Status {
    /// The code in exactly this text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| {
            let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            number.parse().ok().filter(|_| plain) // Three digits fit.
        });
        let status = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && matches!(status.0, 2 | 4 | 5)).then_some(status)
    }
}

impl Status {
    /// Whether it says no more than that something failed.
    pub(super) fn is_vague(self) -> bool {
        self.1 == 0
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// What servers write where nobody has the address, whatever code they give: several large ones answer with a code that
/// says little.
const UNKNOWN: [&str; 18] = [
    "user unknown",
    "unknown user",
    "no such user",
    "no such recipient",
    "no such mailbox",
    "no mailbox here",
    "recipient not found",
    "recipientnotfound",
    "recipient unknown",
    "unknown recipient",
    "invalid recipient",
    "mailbox not found",
    "mailbox unavailable",
    "user not found",
    "address does not exist",
    "account does not exist",
    "unrouteable address",
    "account is disabled",
];

/// Weighs a refusal by its codes (RFC 3463, and the reply code of RFC 5321) and by what it says.
///
/// Hard are a bad address (`5.1.x`, but for faults of the sender's), a closed mailbox (`5.2.0`, `5.2.1`) and a domain
/// that can't be reached for good (`5.4.1` and `5.4.4`, Exchange's `5.4.310`). The other permanent refusals are of this
/// mail, not of the address: a full mailbox (`5.2.2`), a mail too large, a policy.
pub(super) fn weigh(status: Option<Status>, reply: Option<u16>, words: &str) -> Weight {
    let words = words.to_lowercase();
    let said_unknown = || UNKNOWN.iter().any(|phrase| words.contains(phrase));
    let hard = match (status, reply) {
        (Some(Status(4, ..)), _) | (None, Some(400..=499)) => false,
        (Some(Status(5, 1, detail)), _) => !matches!(detail, 7 | 8),
        (Some(Status(5, 2, detail)), _) => matches!(detail, 0 | 1),
        (Some(Status(5, 4, 1 | 4 | 310)), _) => true,
        // The reply code still tells an unknown mailbox (550, 551, 553) from a full one (552).
        (Some(Status(5, 0, _)) | None, Some(550 | 551 | 553)) => true,
        _ => said_unknown(),
    };
    if hard { Weight::Hard } else { Weight::Soft }
}

/// The first enhanced status and the first reply code of a refusal in `text`.
pub(super) fn codes(text: &str) -> (Option<Status>, Option<u16>) {
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let status = words().find_map(|word| Status::parse(word.trim_end_matches('.')).filter(|s| s.0 != 2));
    let reply = words().find_map(|word| {
        let refusal = word.len() == 3 && word.starts_with(['4', '5']);
        word.parse::<u16>().ok().filter(|code| refusal && code % 100 < 60) // Reply codes end at x5x.
    });
    (status, reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_wrong_is_hard_and_a_mail_that_is_refused_is_soft() {
        for (status, reply, words, expected) in [
            ("5.1.1", None, "", Weight::Hard),
            ("5.1.2", None, "", Weight::Hard),
            ("5.1.10", Some(550), "", Weight::Hard),
            ("5.1.7", Some(550), "bad sender", Weight::Soft),
            ("5.1.8", None, "", Weight::Soft),
            ("5.2.1", None, "", Weight::Hard),
            ("5.2.2", Some(552), "mailbox full", Weight::Soft),
            ("5.2.3", None, "", Weight::Soft),
            ("5.3.4", Some(552), "too large", Weight::Soft),
            ("5.4.1", Some(550), "Recipient address rejected: Access denied", Weight::Hard),
            ("5.4.4", None, "Host not found", Weight::Hard),
            ("5.4.310", None, "DNS domain does not exist", Weight::Hard),
            ("5.4.7", None, "delivery time expired", Weight::Soft),
            ("5.5.0", Some(550), "Requested action not taken: mailbox unavailable", Weight::Hard),
            ("5.7.1", Some(550), "message refused by policy", Weight::Soft),
            ("5.0.0", Some(550), "no", Weight::Hard),
            ("5.0.0", Some(554), "no", Weight::Soft),
            ("5.0.0", Some(554), "User unknown", Weight::Hard),
            ("4.1.1", Some(450), "user unknown", Weight::Soft),
            ("4.4.7", None, "", Weight::Soft),
            ("", Some(550), "", Weight::Hard),
            ("", Some(552), "", Weight::Soft),
            ("", Some(450), "no such user", Weight::Soft),
            ("", None, "Sorry, no mailbox here by that name.", Weight::Hard),
            ("", None, "it went wrong", Weight::Soft),
        ] {
            assert_eq!(weigh(Status::parse(status), reply, words), expected, "{status} {reply:?} {words}");
        }
    }

    #[test]
    fn codes_are_found_in_what_a_server_said() {
        for (text, status, reply) in [
            ("smtp; 550 5.1.1 <a@example.org>: no", Some("5.1.1"), Some(550)),
            ("host mx.example.org[192.0.2.5] said: 550-5.7.1 no", Some("5.7.1"), Some(550)),
            ("Sorry, no mailbox here by that name. (#5.1.1)", Some("5.1.1"), None),
            ("in 2026, 600 people at 10.5.1.1", None, None),
            ("rejected: 452 4.2.2 over quota.", Some("4.2.2"), Some(452)),
            ("250 2.1.5 ok, then 5.2.1.", Some("5.2.1"), None),
            ("", None, None),
        ] {
            let found = codes(text);
            assert_eq!((found.0.map(|s| s.to_string()).as_deref(), found.1), (status, reply), "{text}");
        }
    }

    #[test]
    fn what_is_no_status_is_none() {
        for text in ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.1.x", "5..1", "5.1.1234", "5.1.-1", "٥.1.1"] {
            assert_eq!(Status::parse(text), None, "{text}");
        }
    }
}
