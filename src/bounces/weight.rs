//! What a refusal says of the address: that there is no such mailbox, or only that this mail did not reach it.

use std::fmt;

use crate::wording::RefusalText;

use super::words::{ServerWords, says_no_such_mailbox, speaks_of_something_else, was_filtered};

/// How much a report weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BounceWeight {
    /// The mailbox is not there.
    Hard,
    /// This mail did not reach it, or not yet: a full mailbox, a delay, a refusal of what was sent or of who sent it.
    Soft,
}

impl BounceWeight {
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

impl fmt::Display for BounceWeight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An enhanced status code (RFC 3463): class, subject, detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EnhancedStatus(u16, u16, u16);

impl EnhancedStatus {
    /// The codes that say that a mailbox is not there (spec 5): no such mailbox, no such domain, no address at all,
    /// moved away, Exchange's own for a recipient not found, and a mailbox that is closed.
    const NO_MAILBOX: [Self; 6] =
        [Self(5, 1, 1), Self(5, 1, 2), Self(5, 1, 3), Self(5, 1, 6), Self(5, 1, 10), Self(5, 2, 1)];

    /// The code in exactly this text.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(|number| {
            let plain = (1..=3).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
            number.parse().ok().filter(|_| plain) // Three digits fit.
        });
        let status = Self(numbers.next()??, numbers.next()??, numbers.next()??);
        (numbers.next().is_none() && matches!(status, Self(2 | 4 | 5, 0..=7, _))).then_some(status)
    }

    /// Whether it says no more than that something failed: then the words beside it decide. An undefined fault of the
    /// mailbox (`5.2.0`) and of policy (`5.7.0`) are something already.
    pub(super) fn is_vague(self) -> bool {
        self.1 == 0 || (self.2 == 0 && matches!(self.1, 1 | 3 | 4 | 5))
    }

    fn is_permanent(self) -> bool {
        self.0 == 5
    }
}

impl fmt::Display for EnhancedStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// Weighs a refusal: the code that the report names, and what it quotes of the server (spec 5).
///
/// Everything must agree that the mailbox is not there. A code of a filter, a quota or a delay beside one that says so,
/// and words that speak of one, leave the address in use: mailing somebody in vain does less harm than silence.
pub(super) fn weigh(named: Option<EnhancedStatus>, quoted: &str) -> BounceWeight {
    let (codes, reply) = codes(quoted);
    let mut all = named.into_iter().chain(codes);
    let passing = all.clone().any(|code| !code.is_permanent()) || matches!(reply, Some(400..=499));
    let words = ServerWords::of(quoted);
    let is_of_us = RefusalText::read(quoted, "").speaks_of_us(false, false);
    if passing || is_of_us || was_filtered(&words) || speaks_of_something_else(&words) {
        return BounceWeight::Soft;
    }
    let telling: Vec<EnhancedStatus> = all.by_ref().filter(|code| !code.is_vague()).collect();
    let hard = match telling.is_empty() {
        false => telling.iter().all(|code| EnhancedStatus::NO_MAILBOX.contains(code)),
        true => says_no_such_mailbox(&words),
    };
    if hard { BounceWeight::Hard } else { BounceWeight::Soft }
}

/// The enhanced status codes in what a server said, and its reply code where it begins with one, as it should.
pub(super) fn codes(text: &str) -> (Vec<EnhancedStatus>, Option<u16>) {
    let words = || text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.');
    let status = words().filter_map(|word| EnhancedStatus::parse(word.trim_end_matches('.')));
    let reply = words().find_map(|word| {
        let refusal = word.len() == 3 && word.starts_with(['4', '5']);
        word.parse::<u16>().ok().filter(|code| refusal && code % 100 < 60) // Reply codes end at x5x.
    });
    (status.filter(|status| status.0 != 2).collect(), reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_the_mailbox_is_not_there_is_hard() {
        for (status, quoted, expected) in [
            ("5.1.1", "", BounceWeight::Hard),
            ("5.1.2", "", BounceWeight::Hard),
            ("5.1.3", "", BounceWeight::Hard),
            ("5.1.6", "", BounceWeight::Hard),
            ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", BounceWeight::Hard),
            ("5.2.1", "550 5.2.1 The account is disabled", BounceWeight::Hard),
            ("5.2.1", "550 5.2.1 Content Filter agent quarantined this message", BounceWeight::Soft),
            ("5.1.1", "550 5.1.1 Message rejected due to content policy", BounceWeight::Soft),
            ("5.1.1", "550 5.1.1 Relaying denied", BounceWeight::Soft),
            ("5.1.1", "550 5.1.1 Access denied, your IP is not authorised", BounceWeight::Soft),
            (
                "5.1.1",
                "550 5.1.1 <t@example.org>: Recipient address rejected: User unknown in relay recipient table",
                BounceWeight::Hard,
            ),
            ("5.1.0", "550 5.1.0 Address rejected", BounceWeight::Soft),
            ("5.1.0", "550 5.1.0 <t@example.org>: Sender address rejected: User unknown", BounceWeight::Soft),
            ("5.1.0", "550 5.1.0 user unknown; rejecting", BounceWeight::Hard),
            ("5.1.7", "550 bad sender", BounceWeight::Soft),
            ("5.1.8", "", BounceWeight::Soft),
            ("5.1.90", "554 5.1.90 too many messages in a day", BounceWeight::Soft),
            ("5.2.0", "550 5.2.0 No such mailbox", BounceWeight::Soft),
            ("5.2.2", "552 mailbox full", BounceWeight::Soft),
            ("5.2.3", "", BounceWeight::Soft),
            ("5.2.252", "", BounceWeight::Soft),
            ("5.3.4", "552 too large", BounceWeight::Soft),
            ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied", BounceWeight::Soft),
            ("5.4.4", "Host not found", BounceWeight::Soft),
            ("5.4.310", "DNS domain does not exist", BounceWeight::Soft),
            ("5.4.7", "delivery time expired", BounceWeight::Soft),
            ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", BounceWeight::Hard),
            ("5.7.1", "550 message refused by policy", BounceWeight::Soft),
            ("5.7.1", "550 5.7.1 user unknown", BounceWeight::Soft),
            ("5.7.0", "550 5.7.0 no such user", BounceWeight::Soft),
            ("5.0.0", "550 no", BounceWeight::Soft),
            ("5.0.0", "554 User unknown", BounceWeight::Hard),
            ("5.0.0", "552 5.2.2 over quota", BounceWeight::Soft),
            ("5.0.0", "550 5.1.1 unknown", BounceWeight::Hard),
            ("5.1.1", "550 5.7.1 blocked", BounceWeight::Soft),
            ("5.1.1", "550 your mail was classified as spam", BounceWeight::Soft),
            ("5.1.1", "452 4.2.2 try again", BounceWeight::Soft),
            (
                "5.2.1",
                "550-5.2.1 the user is receiving mail at a rate that prevents more",
                BounceWeight::Soft,
            ),
            ("2.1.5", "", BounceWeight::Soft),
            ("4.1.1", "450 user unknown", BounceWeight::Soft),
            ("4.4.7", "", BounceWeight::Soft),
            ("", "550", BounceWeight::Soft),
            ("", "450 no such user", BounceWeight::Soft),
            ("", "550 No such user here", BounceWeight::Hard),
            ("", "550 relay not permitted, no such user", BounceWeight::Soft),
            ("", "it went wrong", BounceWeight::Soft),
            ("", "", BounceWeight::Soft),
        ] {
            assert_eq!(weigh(EnhancedStatus::parse(status), quoted), expected, "{status} {quoted}");
        }
    }

    #[test]
    fn words_of_a_filter_a_limit_a_full_mailbox_or_the_sender_count_beside_a_code() {
        for (status, quoted, expected) in [
            ("5.1.1", "550 5.1.1 Sender rejected: user unknown", BounceWeight::Soft),
            (
                "5.1.1",
                "550 5.1.1 Service refused; client [192.0.2.1] listed at zen.spamhaus.org",
                BounceWeight::Soft,
            ),
            ("5.1.1", "550 5.1.1 Listed at zen.spamhaus.org", BounceWeight::Soft),
            ("5.1.1", "550 5.1.1 Unsolicited bulk mail", BounceWeight::Soft),
            ("5.1.1", "550 5.1.1 user unknown, relay access denied", BounceWeight::Soft),
            ("5.2.1", "550 5.2.1 The mailbox of this user is full", BounceWeight::Soft),
            ("5.2.1", "550 5.2.1 insufficient storage", BounceWeight::Soft),
            ("5.2.1", "550 5.2.1 mailbox has reached its daily limit", BounceWeight::Soft),
            ("5.2.1", "550 5.2.1 over quota", BounceWeight::Soft),
            ("5.2.1", "550 5.2.1 mailbox disabled", BounceWeight::Hard),
            ("5.1.1", "550 5.1.1 user unknown; the list was full of errors", BounceWeight::Hard),
        ] {
            assert_eq!(weigh(EnhancedStatus::parse(status), quoted), expected, "{status} {quoted}");
        }
    }

    #[test]
    fn what_servers_say_of_mailboxes_and_of_us_alike_silences_nobody_where_more_is_said() {
        for (status, quoted, expected) in [
            ("5.0.0", "550 Requested action not taken: mailbox unavailable", BounceWeight::Hard),
            (
                "5.0.0",
                "550-Requested action not taken: mailbox unavailable 550 invalid DNS PTR resource record",
                BounceWeight::Soft,
            ),
            (
                "5.0.0",
                "550 Requested action not taken: mailbox unavailable For explanation visit http://p.test/?c=hi",
                BounceWeight::Soft,
            ),
            ("5.0.0", "550 HELO name does not exist, no such user", BounceWeight::Soft),
            ("5.0.0", "550 Sending domain does not exist", BounceWeight::Soft),
        ] {
            assert_eq!(weigh(EnhancedStatus::parse(status), quoted), expected, "{status} {quoted}");
        }
    }

    #[test]
    fn codes_are_found_in_what_a_server_said() {
        for (text, status, reply) in [
            ("550 5.1.1 <a@example.org>: no", "5.1.1", Some(550)),
            ("host mx.example.org[192.0.2.5] said: 550-5.7.1 no", "5.7.1", Some(550)),
            ("550-5.1.1 no, 550 5.1.1 such. (#5.1.1)", "5.1.1 5.1.1 5.1.1", Some(550)),
            ("in 2026, 600 people at 10.5.1.1, release 4.96.1", "", None),
            ("rejected: 452 4.2.2 over quota.", "4.2.2", Some(452)),
            ("250 2.1.5 ok, then 5.2.1.", "5.2.1", None),
            ("", "", None),
        ] {
            let found = codes(text);
            let codes: Vec<String> = found.0.iter().map(ToString::to_string).collect();
            assert_eq!((codes.join(" ").as_str(), found.1), (status, reply), "{text}");
        }
    }

    #[test]
    fn what_is_no_status_is_none() {
        for text in
            ["", "5", "5.1", "5.1.1.1", "3.1.1", "5.8.1", "5.1.x", "5..1", "5.1.1234", "5.1.-1", "٥.1.1"]
        {
            assert_eq!(EnhancedStatus::parse(text), None, "{text}");
        }
    }
}
