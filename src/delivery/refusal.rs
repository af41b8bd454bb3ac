//! Whether a refusal at the recipient or after the message is about that recipient or about us (spec 5).
//!
//! The enhanced code decides where it is a clear one (RFC 3463), else what the words speak of, read without addresses
//! and host names: somebody may be called Relay. What neither tells is unclear, and is told by who else meets it.

/// Whom a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefusalIsAbout {
    /// The client, its name, relaying, the sender, policy or a limit: no other message would fare better.
    Us,
    /// The mailbox: it is not there, shut or full.
    Recipient,
    /// Perhaps this message alone.
    Unclear,
}

/// Words about whom the mail is from. They count before those about mailboxes, because a server that looks for the
/// sender's mailbox says of that, too, that there is none.
const SENDER: &[&str] = &[
    "bad outbound sender",
    "daily limit",
    "domain of sender",
    "domain of the sender",
    "envelope from",
    "envelope sender",
    "from address",
    "from domain",
    "invalid sender",
    "mail from",
    "originating domain",
    "originator",
    "return path",
    "send as",
    "sendasdenied",
    "sender address",
    "sender denied",
    "sender domain",
    "sender is not",
    "sender limit",
    "sender not",
    "sender quota",
    "sender rejected",
    "sender s",
    "sender unknown",
    "sender verif",
    "sending address",
    "sending domain",
    "sending host",
    "sending limit",
    "sending quota",
    "unknown sender",
    "your quota",
];

/// Words about a mailbox that is not there, shut or full. Each names it: a name, a domain or a record that does not exist
/// may be ours.
const MAILBOX: &[&str] = &[
    "account disabled",
    "account doesn t exist",
    "account does not exist",
    "account has been disabled",
    "account inactive",
    "account is disabled",
    "account is inactive",
    "account not found",
    "address does not exist",
    "address doesn t exist",
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
    "mailbox for user is full",
    "mailbox full",
    "mailbox has exceeded",
    "mailbox is disabled",
    "mailbox is full",
    "mailbox is inactive",
    "mailbox is over",
    "mailbox not found",
    "mailbox over",
    "mailbox unknown",
    "no longer employed",
    "no longer here",
    "no longer valid",
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
    "over quota",
    "overquota",
    "person does not exist",
    "recipient address rejected",
    "recipient does not exist",
    "recipient doesn t exist",
    "recipient is not",
    "recipient not found",
    "recipient rejected",
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
    "user not found",
    "user unknown",
];

/// Words of the machine that sends, which count before those about mailboxes: of its name, too, a server says that there is
/// none.
const OUR_HOST: &[&str] = &[
    "blacklist",
    "block list",
    "blocklist",
    "dns",
    "ehlo",
    "helo",
    "hostname",
    "ip address",
    "ptr",
    "rbl",
    "rdns",
    "relay",
    "reputation",
    "reverse dns",
    "spf",
    "your domain",
    "your host",
    "your ip",
    "your server",
];

/// The table in which Postfix did not find a recipient to whom it relays.
const RELAYED_TO: &str = "relay recipient table";

/// Words about what we are, are called, and may do.
const US: &[&str] = &[
    "administrativ",
    "allowed to send",
    "anonymous",
    "authenticat",
    "authoris",
    "authoriz",
    "banned",
    "blocked",
    "client",
    "dkim",
    "dmarc",
    "fully qualified",
    "limit",
    "log in",
    "not accepted from",
    "not logged in",
    "not permitted",
    "permission",
    "policies",
    "policy",
    "quota",
    "rate",
    "sender",
    "sending",
    "starttls",
    "threshold",
    "throttl",
    "too many",
    "unauthenticat",
    "unauthoris",
    "unauthoriz",
];

/// Words about how big the message is: a limit of that kind is no limit on us.
const SIZE: &[&str] = &["size", "too big", "too large", "too long", "storage"];

/// Words about the way of this one message: that it goes round is no limit on us.
const LOOP: &[&str] = &["hop count", "hops", "loop", "mail loop", "too many received"];

/// Whom the refusal `code text` of a mail to `recipient` is about.
pub(super) fn blame(code: u16, text: &str, recipient: &str) -> RefusalIsAbout {
    let said = words(text, recipient).replace(RELAYED_TO, "");
    let speaks_of = |phrases: &[&str]| phrases.iter().any(|phrase| said.contains(&format!(" {phrase}")));
    match enhanced(text) {
        // A quota may be the sender's.
        Some((2, 2)) if speaks_of(SENDER) => return RefusalIsAbout::Us,
        Some((7 | 5, _) | (1, 0 | 7 | 8 | 90) | (2, 252)) => return RefusalIsAbout::Us,
        Some((1, 1 | 2 | 3 | 4 | 6 | 10) | (2, 1 | 2)) => return RefusalIsAbout::Recipient,
        Some(_) => {}
        // Of commands, their order and the sign-in.
        None if matches!(code, 500 | 502..=504 | 530 | 534 | 535 | 538 | 555 | 571) => {
            return RefusalIsAbout::Us;
        }
        None => {}
    }
    if speaks_of(SENDER) || speaks_of(OUR_HOST) {
        RefusalIsAbout::Us
    } else if speaks_of(MAILBOX) || is_bare(&said) || code == 556 {
        RefusalIsAbout::Recipient
    } else if code != 552 && !speaks_of(SIZE) && !speaks_of(LOOP) && speaks_of(US) {
        RefusalIsAbout::Us
    } else {
        RefusalIsAbout::Unclear
    }
}

/// Whether an answer says that the mailbox is unavailable and nothing else. With these words RFC 5321 (4.2.3) has a server
/// refuse a mailbox that is not there, and one by its policy: they tell only where no others stand beside them.
fn is_bare(said: &str) -> bool {
    let filler = ["requested", "mail", "action", "not", "taken", "sorry"];
    let mut said: Vec<&str> = said.split_whitespace().filter(|word| !filler.contains(word)).collect();
    said.retain(|word| !word.contains(|c: char| c.is_ascii_digit()));
    said == ["mailbox", "unavailable"]
}

/// The answer without what differs from one recipient to the next: addresses, host names, numbers.
pub(super) fn alike(code: u16, text: &str, recipient: &str) -> String {
    let status = enhanced(text).map_or(String::new(), |(subject, detail)| format!(" 5.{subject}.{detail}"));
    let said = words(text, recipient);
    let same = said.split_whitespace().filter(|word| !word.contains(|c: char| c.is_numeric()));
    same.fold(format!("{code}{status}"), |all, word| all + " " + word)
}

/// The text with `(address)` in the place of every address, and of the recipient's name in theirs.
pub(crate) fn without_addresses(text: &str, recipient: &str) -> String {
    let local = recipient.rsplit_once('@').map_or(recipient, |(local, _)| local);
    let shown = |word: &str| {
        let inner = word.trim_matches(|c: char| !c.is_alphanumeric());
        let named = !inner.is_empty() && inner.eq_ignore_ascii_case(local);
        if word.contains('@') || named { "(address)".to_owned() } else { word.to_owned() }
    };
    text.split_whitespace().map(shown).collect::<Vec<_>>().join(" ")
}

/// The words in lower case, each after one space, without addresses, host names and the recipient's name. Where the
/// recipient's address begins what is said of it, that is said of a mailbox.
fn words(text: &str, recipient: &str) -> String {
    let named = |word: &str| {
        word.trim_matches(|c: char| !c.is_alphanumeric()).eq_ignore_ascii_case(recipient)
            && !word.ends_with(':')
    };
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
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    let host = bare.split(['[', ':', '/']).next().unwrap_or_default();
    let labels = host.split('.').count();
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
    let speaks = host
        .split('.')
        .next()
        .is_some_and(|first| first.len() > 1 && first.chars().all(|c| c.is_ascii_uppercase()));
    plain && labels > 1 && !speaks && host.split('.').all(|label| !label.is_empty())
}

/// Subject and detail of the first enhanced code 5.x.y in the text, wherever the server puts it.
fn enhanced(text: &str) -> Option<(u16, u16)> {
    text.split_whitespace().find_map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_ascii_digit());
        let mut parts = bare.split('.');
        let (class, subject, detail) = (parts.next()?, parts.next()?, parts.next()?);
        let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 3);
        (class == "5" && parts.next().is_none()).then(|| Some((number(subject)?, number(detail)?)))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: &str = "ada.lovelace@example.org";

    #[test]
    fn an_enhanced_code_is_found_wherever_it_stands_and_an_address_of_the_net_is_none() {
        for (text, code) in [
            ("5.7.1 no", Some((7, 1))),
            ("#5.1.0 no", Some((1, 0))),
            ("sorry (#5.7.1)", Some((7, 1))),
            ("no: 5.2.252, really", Some((2, 252))),
            ("[5.7.1.9] no", None),
            ("4.7.1 no", None),
            ("5.7 no", None),
            ("5.7.1000 no", None),
            ("", None),
        ] {
            assert_eq!(enhanced(text), code, "{text}");
        }
    }

    #[test]
    fn a_message_that_goes_round_is_no_limit_on_us() {
        for said in [
            "5.4.6 Too many hops",
            "Too many hops 26 (25 max)",
            "5.4.14 Hop count exceeded - possible mail loop",
        ] {
            assert_eq!(blame(554, said, ADA), RefusalIsAbout::Unclear, "{said}");
        }
        assert_eq!(blame(554, "Too many messages from your host", ADA), RefusalIsAbout::Us);
    }

    #[test]
    fn answers_that_differ_in_the_recipient_alone_are_alike() {
        let of = |text: &str, recipient| alike(550, text, recipient);
        let ada = of("5.3.0 <ada.lovelace@example.org>: Not today [mx1.example.test], ticket 4711", ADA);
        assert_eq!(
            ada,
            of(
                "5.3.0 <g.hopper@example.org>:  not TODAY [mx2.example.test], ticket 815",
                "g.hopper@example.org"
            )
        );
        assert_eq!(ada, "550 5.3.0 not today ticket");
        assert_eq!(of("ada.lovelace: rejected", ADA), of("hopper: rejected", "hopper@example.org"));
        assert_ne!(of("not today", ADA), of("not tomorrow", ADA));
        assert_ne!(of("5.3.0 not today", ADA), of("5.3.1 not today", ADA));
        assert_ne!(alike(550, "no", ADA), alike(554, "no", ADA));
    }

    #[test]
    fn no_address_is_shown_of_a_refusal() {
        let shown =
            without_addresses("5.7.1 <Ada.Lovelace@example.org>: relay\n 'ADA.LOVELACE' (x@y.test)", ADA);
        assert_eq!(shown, "5.7.1 (address) relay (address) (address)");
    }
}
