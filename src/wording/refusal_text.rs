//! What mail servers say as they refuse a mail: whether their words are of whoever sends it, of this one mail, or of the
//! mailbox that it is for. One reader for answers and for reports of returned mail.
//!
//! Words are read without addresses and host names: somebody may be called Relay.

/// Words of whom the mail is from, of the machine that sends, and of what it may do: whatever else stands beside them, no
/// other mailbox would fare better. Servers say of a sender's mailbox and of a client's name, too, that there is none.
const OF_THE_SENDER: &[&str] = &[
    "blacklist",
    "block list",
    "blocklist",
    "domain of sender",
    "domain of the sender",
    "ehlo",
    "envelope from",
    "envelope sender",
    "from address",
    "from domain",
    "helo",
    "ip address",
    "mail from",
    "not send",
    "originating domain",
    "originator",
    "outgoing",
    "ptr",
    "rbl",
    "rdns",
    "relay",
    "reputation",
    "return path",
    "reverse dns",
    "send as",
    "sendasdenied",
    "sender",
    "sending account",
    "sending activity",
    "sending address",
    "sending domain",
    "sending host",
    "sending limit",
    "sending quota",
    "sending user",
    "spf",
    "to submit",
    "you are",
    "you can only",
    "you have exceeded",
    "you have reached",
    "you have sent",
    "you may",
    "you must",
    "you re not",
    "you ve exceeded",
    "you ve reached",
    "you ve sent",
    "your account",
    "your daily",
    "your domain",
    "your host",
    "your hourly",
    "your ip",
    "your limit",
    "your quota",
    "your server",
];

/// Words of a name that may be ours, or that of the domain a mail is for.
const OF_A_NAME: &[&str] = &["dns", "hostname"];

/// Words of what whoever sends is let do.
const OF_RULES: &[&str] = &[
    "administrativ",
    "allowed to send",
    "anonymous",
    "authenticat",
    "authoris",
    "authoriz",
    "banned",
    "blocked",
    "certificate",
    "client",
    "credential",
    "dkim",
    "dmarc",
    "fully qualified",
    "log in",
    "logged in",
    "not accepted from",
    "not permitted",
    "password",
    "permission",
    "policies",
    "policy",
    "sending",
    "starttls",
    "unauthenticat",
    "unauthoris",
    "unauthoriz",
];

/// Words of how much whoever sends is let send; a mailbox may have a limit, too.
const OF_LIMITS: &[&str] = &[
    "a day",
    "an hour",
    "daily",
    "hourly",
    "limit",
    "per day",
    "per hour",
    "per minute",
    "quota",
    "rate",
    "threshold",
    "throttl",
    "too many",
];

/// Words of this one mail: how big it is, its way, and what is in it. What is refused of it is no limit on us.
const OF_ONE_MAIL: &[&str] = &[
    "attachment",
    "characters",
    "content",
    "file type",
    "hop count",
    "hops",
    "infected",
    "line is",
    "line length",
    "lines",
    "loop",
    "malware",
    "media type",
    "message length",
    "size",
    "storage",
    "too big",
    "too large",
    "too long",
    "too many received",
    "virus",
];

/// Words of a mailbox that takes no more for now.
const OF_A_FULL_MAILBOX: &[&str] = &[
    "inbox is full",
    "mailbox for user is full",
    "mailbox full",
    "mailbox has exceeded",
    "mailbox has reached",
    "mailbox is full",
    "mailbox is over",
    "mailbox limit",
    "mailbox of this user is full",
    "mailbox over",
    "mailbox quota",
    "mailbox size",
    "over quota",
    "overquota",
    "receiving mail",
    "recipient is over",
    "recipient s quota",
    "storage allocation",
    "user is full",
    "user is over",
    "user over",
];

/// What servers say of a mailbox, or of what to do about it, in words that are else of whoever sends: the table in which
/// Postfix did not find a recipient to whom it relays, and whom "you" mail.
const OF_A_MAILBOX: &[&str] = &[
    "administratively disabled",
    "before sending",
    "mailbox blocked",
    "mailbox is blocked",
    "over quota",
    "recipient blocked",
    "recipient is blocked",
    "relay recipient table",
    "sending again",
    "sending it again",
    "user blocked",
    "user is blocked",
    "you are trying",
    "you re trying",
];

/// Words that refuse a mailbox without saying that it is not there.
const OF_ANOTHER_REASON: &[&str] = &["access denied", "ambiguous", "try again", "try later"];

/// Words of a mailbox that is not there or shut. Each names it: a name, a domain, a record or an account that does not
/// exist may be ours.
const NO_SUCH_MAILBOX: &[&str] = &[
    "account doesn t exist",
    "account does not exist",
    "account not found",
    "address does not exist",
    "address doesn t exist",
    "address is no longer",
    "address no longer",
    "address not found",
    "address unknown",
    "addressee unknown",
    "alias does not exist",
    "bad destination mailbox",
    "email does not exist",
    "invalid mailbox",
    "invalid recipient",
    "invalid user",
    "mailbox disabled",
    "mailbox does not exist",
    "mailbox doesn t exist",
    "mailbox is disabled",
    "mailbox is inactive",
    "mailbox is no longer",
    "mailbox no longer",
    "mailbox not found",
    "mailbox unknown",
    "no longer employed",
    "no longer here",
    "no mailbox",
    "no such account",
    "no such address",
    "no such alias",
    "no such e mail",
    "no such email",
    "no such local",
    "no such mail drop",
    "no such mailbox",
    "no such person",
    "no such recipient",
    "no such user",
    "not a known user",
    "not a valid mailbox",
    "not a valid recipient",
    "not a valid user",
    "not our customer",
    "person does not exist",
    "recipient does not exist",
    "recipient doesn t exist",
    "recipient is not known",
    "recipient is unknown",
    "recipient not found",
    "recipient unknown",
    "recipientnotfound",
    "recipnotfound",
    "tried to reach",
    "undeliverable address",
    "unknown address",
    "unknown local part",
    "unknown mailbox",
    "unknown recipient",
    "unknown user",
    "unroutable address",
    "unrouteable address",
    "user does not exist",
    "user does not have a",
    "user doesn t exist",
    "user doesn t have a",
    "user is unknown",
    "user not found",
    "user unknown",
];

/// The words of a refusal.
#[derive(Debug)]
pub(crate) struct RefusalText {
    /// In lower case, each after one space, without addresses, host names and the recipient's name. Where the recipient's
    /// address begins what is said of it, that is said of a mailbox.
    said: String,
    /// Whether it names another's address, and not the recipient's.
    names_another: bool,
}

impl RefusalText {
    /// Of what a server answered about a mail to `recipient`; that is empty where nobody knows whom it means.
    pub(crate) fn read(text: &str, recipient: &str) -> Self {
        Self { said: words(text, recipient), names_another: names_another(text, recipient) }
    }

    /// The words, each after a space.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.said.split_whitespace()
    }

    /// Whether they are of whoever sends: the client, its name, relaying, the sender, policy or a limit. `of_domain`: the
    /// refusal is known to be of the recipient's domain, or host; `of_amount`: of how much there is in a mailbox or mail.
    pub(crate) fn speaks_of_us(&self, of_domain: bool, of_amount: bool) -> bool {
        let said = OF_A_MAILBOX.iter().fold(self.said.clone(), |said, phrase| said.replace(phrase, ""));
        let any = |phrases: &[&str]| any_of(&said, phrases);
        any(OF_THE_SENDER)
            || (!of_domain && any(OF_A_NAME))
            || (!self.speaks_of_one_mail()
                && (any(OF_RULES) || (!of_amount && !self.speaks_of_full_mailbox() && any(OF_LIMITS))))
    }

    /// Whether they are of what is in this one mail, its size or its way.
    pub(crate) fn speaks_of_one_mail(&self) -> bool {
        any_of(&self.said, OF_ONE_MAIL)
    }

    /// Whether they are of a mailbox that takes no more for now.
    pub(crate) fn speaks_of_full_mailbox(&self) -> bool {
        any_of(&self.said, OF_A_FULL_MAILBOX)
    }

    /// Whether they say, by themselves, that there is no such mailbox.
    pub(crate) fn says_no_such_mailbox(&self) -> bool {
        any_of(&self.said, NO_SUCH_MAILBOX) || self.is_bare()
    }

    /// Whether they refuse a mailbox, or somebody's, for something else than that it is not there.
    pub(crate) fn leaves_mailbox_open(&self) -> bool {
        self.names_another
            || self.speaks_of_one_mail()
            || self.speaks_of_full_mailbox()
            || any_of(&self.said, OF_ANOTHER_REASON)
    }

    /// Whether an answer says that the mailbox is unavailable and nothing else. With these words RFC 5321 (4.2.3) has a
    /// server refuse a mailbox that is not there, and one by its policy: they tell only where no others stand beside them.
    fn is_bare(&self) -> bool {
        let filler = ["requested", "mail", "action", "not", "taken", "sorry"];
        let telling = |word: &&str| !filler.contains(word) && !word.contains(|c: char| c.is_ascii_digit());
        self.words().filter(telling).eq(["mailbox", "unavailable"])
    }
}

fn any_of(said: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| said.contains(&format!(" {phrase}")))
}

/// The text with `(address)` in the place of every address, and of the recipient's name in theirs.
pub(crate) fn without_addresses(text: &str, recipient: &str) -> String {
    let local = local_part(recipient);
    let shown = |word: &str| {
        let inner = bare(word);
        let named = !inner.is_empty() && inner.eq_ignore_ascii_case(local);
        if word.contains('@') || named { "(address)".to_owned() } else { word.to_owned() }
    };
    text.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

fn local_part(address: &str) -> &str {
    address.rsplit_once('@').map_or(address, |(local, _)| local)
}

/// Whether addresses are named, none of them the recipient's, in whatever domain a server has rewritten it to; nor that of
/// whoever looks after the server.
fn names_another(text: &str, recipient: &str) -> bool {
    let mut named = text.split_whitespace().map(bare).filter(|word| word.contains('@')).peekable();
    let theirs = |address: &str| {
        let local = local_part(address);
        local.eq_ignore_ascii_case(local_part(recipient)) || local.eq_ignore_ascii_case("postmaster")
    };
    !recipient.is_empty() && named.peek().is_some() && !named.any(theirs)
}

fn words(text: &str, recipient: &str) -> String {
    let named = |word: &str| bare(word).eq_ignore_ascii_case(recipient) && !word.ends_with(':');
    let text: Vec<&str> =
        text.split_whitespace().map(|word| if named(word) { "mailbox" } else { word }).collect();
    let text = without_addresses(&text.join(" "), recipient);
    let kept = text.split_whitespace().filter(|word| *word != "(address)" && !is_host(word));
    let plain: String = kept
        .flat_map(|word| [" ", word])
        .flat_map(str::chars)
        .map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { ' ' })
        .collect();
    plain.split_whitespace().fold(String::new(), |all, word| all + " " + word)
}

/// Whether it is written like a host name, with two dots or more or beside an address of the net. Exchange names the
/// part of itself that speaks in the same way, but in capitals.
fn is_host(word: &str) -> bool {
    let host = bare(word).split(['[', ':', '/']).next().unwrap_or_default();
    let labels = host.split('.').count();
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    let speaks = host
        .split('.')
        .next()
        .is_some_and(|first| first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase()));
    plain && labels > 1 && !speaks && host.split('.').all(|label| !label.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_address_is_shown_of_a_refusal() {
        let shown = without_addresses(
            "5.7.1 <Ada.Lovelace@example.org>: relay\n 'ADA.LOVELACE' (x@y.test)",
            "ada.lovelace@example.org",
        );
        assert_eq!(shown, "5.7.1 (address) relay (address) (address)");
    }

    #[test]
    fn whose_address_is_named_is_told_from_anothers() {
        for (text, another) in [
            ("<ada@example.org>: unknown", false),
            ("<ADA@inner.example.org>: unknown", false),
            ("unknown; ask postmaster@example.test", false),
            ("unknown user training@trust.example.org", true),
            ("<ada@example.org> from <training@trust.example.org>", false),
            ("unknown user", false),
        ] {
            assert_eq!(RefusalText::read(text, "ada@example.org").names_another, another, "{text}");
        }
    }
}
