//! What mail servers write into a refusal, in their many ways: there is no such mailbox, or it is something else.

/// What a server said, as words in small letters with one space around each: hosts, addresses, links and codes, which may
/// spell anything, are left out.
#[derive(Debug)]
pub(super) struct ServerWords(String);

impl ServerWords {
    pub(super) fn of(text: &str) -> Self {
        let mut words = String::from(" ");
        for token in text.split_whitespace() {
            let token = token.trim_matches(|c: char| !c.is_alphanumeric());
            if token.contains(['@', '/', '.', ':']) {
                continue;
            }
            let token = token.to_lowercase().replace('’', "'");
            for word in token.split(|c: char| !c.is_alphanumeric() && c != '\'') {
                if !word.is_empty() {
                    words.push_str(word);
                    words.push(' ');
                }
            }
        }
        Self(words)
    }

    /// Whether these words stand in it, next to each other.
    fn have(&self, phrase: &str) -> bool {
        self.0.contains(&format!(" {phrase} "))
    }

    /// Whether a word in it begins so.
    fn have_beginning(&self, stem: &str) -> bool {
        self.0.contains(&format!(" {stem}"))
    }
}

/// How Exchange, Exim, Google, Postfix, qmail, sendmail, Yahoo and others say that there is no such mailbox.
const NO_SUCH_MAILBOX: [&str; 60] = [
    "user unknown",
    "unknown user",
    "user is unknown",
    "user not known",
    "user is not known",
    "user not found",
    "user does not exist",
    "user doesn't exist",
    "user doesn't have a",
    "user does not have a",
    "user disabled",
    "user is disabled",
    "user is inactive",
    "invalid user",
    "unknown or illegal user",
    "unknown or illegal alias",
    "not a known user",
    "not a valid user",
    "no such user",
    "nosuchuser",
    "no such person",
    "no such recipient",
    "no such mailbox",
    "no such address",
    "no such email address",
    "no such account",
    "no mailbox here",
    "no mailbox by that name",
    "mailbox not found",
    "mailbox does not exist",
    "mailbox doesn't exist",
    "mailbox unknown",
    "mailbox disabled",
    "mailbox is disabled",
    "unknown mailbox",
    "invalid mailbox",
    "not a valid mailbox",
    "recipient not found",
    "recipientnotfound",
    "recipient unknown",
    "recipient is unknown",
    "recipient does not exist",
    "recipient doesn't exist",
    "unknown recipient",
    "invalid recipient",
    "account does not exist",
    "account doesn't exist",
    "account not found",
    "account has been disabled",
    "account is disabled",
    "account is inactive",
    "unknown account",
    "address does not exist",
    "address doesn't exist",
    "address unknown",
    "addressee unknown",
    "unknown local part",
    "unrouteable address",
    "unroutable address",
    "not listed in domino directory",
];

/// The same, where the mailbox is named further before: what follows "the account that you tried to reach".
const TRIED_TO_REACH: [&str; 4] = [
    "you tried to reach does not exist",
    "you tried to reach doesn't exist",
    "you tried to reach is disabled",
    "you tried to reach is inactive",
];

/// How words begin by which a filter, a list of senders or a limit refuses a mail, whatever code it gives.
const FILTERED: [&str; 37] = [
    "spam",
    "junk",
    "bulk",
    "unsolicited",
    "block list",
    "blocklist",
    "blacklist",
    "black list",
    "denylist",
    "deny list",
    "dnsbl",
    "rbl",
    "listed at",
    "listed by",
    "listed on",
    "blocked using",
    "blocked by",
    "service refused",
    "reputation",
    "virus",
    "malware",
    "infected",
    "dmarc",
    "dkim",
    "spf",
    "quota",
    "storage",
    "disk",
    "limit",
    "mailbox full",
    "inbox full",
    "is full",
    "rate limit",
    "at a rate",
    "is over",
    "exceed",
    "greylist",
];

/// How words begin that speak of the sender, the way or the mail: where no code says more, they leave it open whether the
/// mailbox is there.
const SOMETHING_ELSE: [&str; 29] = [
    "sender",
    "sending",
    "envelope",
    "hostname",
    "your host",
    "your domain",
    "your server",
    "ptr",
    "rdns",
    "dns",
    "relay",
    "helo",
    "ehlo",
    "policy",
    "content",
    "authenticat",
    "authoris",
    "authoriz",
    "unauthor",
    "quarantin",
    "your ip",
    "permission",
    "access denied",
    "blocked",
    "too many",
    "too large",
    "temporar",
    "try again",
    "greylisted",
];

/// Postfix names the table in which it did not find the recipient.
const TABLE: &str = "in relay recipient table";

/// What may stand around "mailbox unavailable" where nothing else is said.
const FILLER: [&str; 19] = [
    "action",
    "after",
    "command",
    "error",
    "from",
    "host",
    "in",
    "mail",
    "not",
    "rcpt",
    "remote",
    "reply",
    "requested",
    "said",
    "server",
    "smtp",
    "sorry",
    "taken",
    "to",
];

pub(super) fn says_no_such_mailbox(words: &ServerWords) -> bool {
    NO_SUCH_MAILBOX.iter().chain(&TRIED_TO_REACH).any(|phrase| words.have(phrase)) || is_bare(words)
}

/// Whether they say that the mailbox is unavailable, and nothing else: RFC 5321 (4.2.3) has a server say so of a mailbox
/// that is not there, and where it refuses by its policy.
fn is_bare(words: &ServerWords) -> bool {
    let is_filler = |word: &&str| FILLER.contains(word) || word.contains(|c: char| c.is_ascii_digit());
    words.0.split_whitespace().filter(|word| !is_filler(word)).eq(["mailbox", "unavailable"])
}

pub(super) fn was_filtered(words: &ServerWords) -> bool {
    FILTERED.iter().any(|stem| words.have_beginning(stem)) || words.have_beginning("sender address")
}

pub(super) fn speaks_of_something_else(words: &ServerWords) -> bool {
    let words = ServerWords(words.0.replace(TABLE, ""));
    SOMETHING_ELSE.iter().any(|stem| words.have_beginning(stem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_compared_without_what_may_spell_anything() {
        for (text, expected) in [
            ("550 5.1.1 <spam@example.org>: User-unknown!", " 550 user unknown "),
            ("Host mx.blocklist.example[192.0.2.1] said; see https://x.example/quota", " host said see "),
            ("This user doesn’t have a\r\n  yahoo.example account", " this user doesn't have a account "),
            ("", " "),
        ] {
            assert_eq!(ServerWords::of(text).0, expected, "{text}");
        }
    }

    #[test]
    fn what_servers_say_of_a_mailbox_that_is_not_there_is_told_from_everything_else() {
        for (text, no_such, filtered, else_where) in [
            ("Recipient address rejected: User unknown in virtual mailbox table", true, false, false),
            ("User unknown in relay recipient table", true, false, false),
            ("Sorry, no mailbox here by that name. (#5.1.1)", true, false, false),
            ("The email account that you tried to reach does not exist", true, false, false),
            ("delivery error: dd This user doesn't have a yahoo.example account", true, false, false),
            ("Unrouteable address", true, false, false),
            ("unknown user; relay access denied", true, false, true),
            ("Sender address rejected: unknown user", true, true, true),
            ("no such user: blocked using a block list", true, true, true),
            ("Message rejected as spam", false, true, false),
            ("the domain does not exist", false, false, false),
            ("Host unknown", false, false, false),
        ] {
            let words = ServerWords::of(text);
            let found =
                (says_no_such_mailbox(&words), was_filtered(&words), speaks_of_something_else(&words));
            assert_eq!(found, (no_such, filtered, else_where), "{text}");
        }
    }
}
