//! Whether a refusal at the recipient or after the message is about that recipient or about us (spec 5).
//!
//! The enhanced code decides where it is a clear one (RFC 3463) and no words contradict it, else what the words speak of.
//! What neither tells is unclear, and is told by who else meets it.

use crate::wording::RefusalText;

/// Whom a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefusalIsAbout {
    /// The client, its name, relaying, the sender, policy or a limit: no other message would fare better.
    Us,
    /// The mailbox, which is not there or shut: however many in a row are unknown, they may all be.
    NoSuchMailbox,
    /// Perhaps this message alone: what is in it, a full mailbox, or a refusal that says nothing.
    Unclear,
}

/// Whom the refusal `code text` of a mail to `recipient` is about.
pub(super) fn blame(code: u16, text: &str, recipient: &str) -> RefusalIsAbout {
    let (status, said) = (enhanced(text), RefusalText::read(text, recipient));
    match status {
        Some((7 | 5, _) | (1, 0 | 7 | 8 | 90) | (2, 252)) => return RefusalIsAbout::Us,
        // Of the content, or the length, of this message.
        Some((6, _) | (2, 3)) => return RefusalIsAbout::Unclear,
        // Of commands, their order and the sign-in.
        None if matches!(code, 500 | 502..=504 | 530 | 534 | 535 | 538 | 555 | 571) => {
            return RefusalIsAbout::Us;
        }
        _ => {}
    }
    let of_amount = code == 552 || status == Some((2, 2));
    if said.speaks_of_us(status == Some((1, 2)), of_amount) {
        return RefusalIsAbout::Us;
    }
    let not_there = match status {
        Some((1, 1 | 2 | 3 | 6 | 10) | (2, 1)) => true,
        Some((2, 2)) => false,
        _ => code == 556 || said.says_no_such_mailbox(),
    };
    if not_there && !said.leaves_mailbox_open() {
        RefusalIsAbout::NoSuchMailbox
    } else {
        RefusalIsAbout::Unclear
    }
}

/// The answer without what differs from one recipient to the next: addresses, host names, numbers.
pub(super) fn alike(code: u16, text: &str, recipient: &str) -> String {
    let status = enhanced(text).map_or(String::new(), |(subject, detail)| format!(" 5.{subject}.{detail}"));
    let said = RefusalText::read(text, recipient);
    let same = said.words().filter(|word| !word.contains(|c: char| c.is_numeric()));
    same.fold(format!("{code}{status}"), |all, word| all + " " + word)
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
}
