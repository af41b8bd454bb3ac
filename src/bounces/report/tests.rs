use proptest::prelude::*;

use super::*;
use crate::bounces::recipient::REASON_CHARS;

/// The shapes of reports that mail servers write, each about the mail `<one@trust.example.org>` to ada@example.org.
mod shapes;

/// A delivery report as servers write them: words for people, fields for machines, and what came back.
fn report(status_part: &str, copy: &str) -> String {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.org (Mail Delivery System)\r\n\
         Subject: Undelivered Mail Returned to Sender\r\nTo: training@trust.example.org\r\n\
         Message-ID: <20270115.3F2A@mx.example.org>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"b1\"\r\n\r\n\
         --b1\r\nContent-Type: text/plain\r\n\r\nI'm sorry to have to inform you.\r\n\r\n\
         --b1\r\nContent-Type: message/delivery-status\r\n\r\n{status_part}\r\n{copy}--b1--\r\n"
    )
}

const COPY: &str = "--b1\r\nContent-Type: message/rfc822\r\n\r\nFrom: training@trust.example.org\r\n\
    To: ada@example.org\r\nMessage-ID: <one@trust.example.org>\r\nSubject: s\r\n\r\ntext\r\n";
const HEADERS: &str = "--b1\r\nContent-Type: text/rfc822-headers\r\n\r\nTo: ada@example.org\r\n\
    Message-ID: <one@trust.example.org>\r\n\r\n";

const UNKNOWN: &str = "Reporting-MTA: dns; mx.example.org\r\n\r\n\
    Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\
    Diagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: Recipient address\r\n    rejected: User unknown\r\n";

#[test]
fn a_delivery_report_says_which_mail_which_address_and_why() {
    for copy in [COPY, HEADERS] {
        let report = read(report(UNKNOWN, copy).as_bytes()).unwrap();
        assert_eq!(report.id.as_deref(), Some("20270115.3F2A@mx.example.org"));
        assert_eq!(report.about, ["one@trust.example.org"]);
        let expected = Recipient {
            addresses: vec!["ada@example.org".to_owned()],
            last: vec!["ada@example.org".to_owned()],
            shown: "ada@example.org".to_owned(),
            outcome: BounceOutcome::Returned(BounceWeight::Hard),
            status: "5.1.1".to_owned(),
            reason: "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown".to_owned(),
        };
        assert_eq!(report.recipients, std::slice::from_ref(&expected));
        assert_eq!(report.says_of("Ada@Example.org"), Ok((&expected, BounceWeight::Hard)));
        assert_eq!(report.says_of("grace@example.org"), Err(NothingAboutAddress::OtherAddress));
    }
}

#[test]
fn every_shape_of_report_is_read_for_what_it_says_of_the_address() {
    for (name, mail, expected) in shapes::all() {
        let report = read(mail.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(report.about.first().map(String::as_str), Some("one@trust.example.org"), "{name}");
        let found = report.says_of("ada@example.org").map(|(_, weight)| weight);
        assert_eq!(found, expected, "{name}: {report:#?}");
    }
    assert!(shapes::all().len() >= 30);
}

/// A mail by a person or their mail program, or a server's that says nothing of an address by itself.
#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn whatever_is_no_report_of_a_mail_server_counts_for_nothing() {
    let server = report(UNKNOWN, COPY);
    let from = |from: &str| server.replace("MAILER-DAEMON@mx.example.org (Mail Delivery System)", from);
    let with = |header: &str| format!("{header}\r\n{server}");
    let without_path = |mail: String| mail.replace("Return-Path: <>\r\n", "");
    let plain = |headers: &str| {
        format!(
            "{headers}\r\nContent-Type: text/plain\r\n\r\nHi. This is the mail system. <ada@example.org>: 550 5.1.1 User \
             unknown\r\n\r\nMessage-ID: <one@trust.example.org>\r\nFinal-Recipient: rfc822;ada@example.org\r\n"
        )
    };
    for (name, mail, expected) in [
        ("a reply", plain("From: ada@example.org\r\nSubject: Re: Your training"), NotAReport::OtherMail),
        (
            "out of office",
            plain(
                "Return-Path: <>\r\nFrom: ada@example.org\r\nSubject: Automatic reply\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <one@trust.example.org>",
            ),
            NotAReport::OtherMail,
        ),
        (
            "a forwarded report",
            format!(
                "From: bob@example.org\r\nSubject: Fwd: Undelivered Mail\r\nContent-Type: multipart/mixed; boundary=\"m\"\r\n\r\n--m\r\nContent-Type: text/plain\r\n\r\nLook!\r\n--m\r\nContent-Type: message/rfc822\r\n\r\n{server}\r\n--m--\r\n"
            ),
            NotAReport::OtherMail,
        ),
        (
            "a receipt",
            server.replace("report-type=delivery-status", "report-type=disposition-notification"),
            NotAReport::ForPeople,
        ),
        (
            "a complaint",
            server.replace("report-type=delivery-status", "report-type=feedback-report"),
            NotAReport::ForPeople,
        ),
        (
            "no report by its type",
            server.replace("multipart/report; report-type=delivery-status", "multipart/mixed"),
            NotAReport::ForPeople,
        ),
        (
            "qmail",
            plain("Return-Path: <>\r\nFrom: MAILER-DAEMON@example.net\r\nSubject: failure notice"),
            NotAReport::ForPeople,
        ),
        (
            "an old Exim",
            plain(
                "From: Mail Delivery System <Mailer-Daemon@example.net>\r\nSubject: Mail delivery failed\r\nX-Failed-Recipients: ada@example.org",
            ),
            NotAReport::ForPeople,
        ),
        ("a report without fields", report("Reporting-MTA: dns; x\r\n", COPY), NotAReport::ForPeople),
        (
            "a mail program",
            without_path(with("User-Agent: A Mail Program 12").replace("MAILER-DAEMON@mx", "bob@mx")),
            NotAReport::ByAPerson,
        ),
        (
            "another",
            without_path(with("X-Mailer: Mail on a telephone").replace("MAILER-DAEMON@mx", "bob@mx")),
            NotAReport::ByAPerson,
        ),
        ("a person", without_path(from("Bob <bob@example.org>")), NotAReport::ByAPerson),
        ("with a way back", without_path(with("Return-Path: <bob@example.org>")), NotAReport::ByAPerson),
        ("written by hand", with("Auto-Submitted: no"), NotAReport::ByAPerson),
        ("an answer", server.replace("Subject: Und", "Subject: RE: Und"), NotAReport::ByAPerson),
        ("delivered", report(&UNKNOWN.replace("failed", "delivered"), COPY), NotAReport::Delivered),
        (
            "relayed and expanded",
            report(
                &format!(
                    "{}\r\n\r\n{}",
                    UNKNOWN.replace("failed", "relayed"),
                    UNKNOWN.replace("failed", "expanded")
                ),
                COPY,
            ),
            NotAReport::Delivered,
        ),
    ] {
        assert_eq!(read(mail.as_bytes()), Err(expected), "{name}");
    }
}

#[test]
fn an_odd_sender_is_believed_with_another_mark_of_a_server() {
    let odd = report(UNKNOWN, COPY).replace("MAILER-DAEMON@mx.example.org", "mail-gateway@mx.example.org");
    read(odd.as_bytes()).unwrap();
    let bare = odd.replace("Return-Path: <>\r\n", "");
    assert_eq!(read(bare.as_bytes()), Err(NotAReport::ByAPerson));
    read(format!("Auto-Submitted: auto-generated (failure)\r\n{bare}").as_bytes()).unwrap();
    let to_daemon = bare
        .replace("From: mail-gateway", "Return-Path: <MAILER-DAEMON@mx.example.org>\r\nFrom: mail-gateway");
    read(to_daemon.as_bytes()).unwrap();
}

#[test]
fn whoever_writes_from_an_address_has_its_mailbox() {
    let from_ada = report(UNKNOWN, COPY).replace("MAILER-DAEMON@mx.example.org", "Ada@example.org");
    let report = read(from_ada.as_bytes()).unwrap();
    assert_eq!(report.says_of("ada@example.org"), Err(NothingAboutAddress::FromThatAddress));
}

#[test]
fn a_report_that_lists_many_says_nothing_of_those_that_the_mail_did_not_go_to() {
    use std::fmt::Write as _;
    let mut part = "Reporting-MTA: dns; x\r\n\r\n".to_owned();
    for number in 0..60 {
        write!(
            part,
            "Final-Recipient: rfc822; p{number}@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        )
        .unwrap();
    }
    let report = read(report(&part, COPY).as_bytes()).unwrap();
    assert_eq!(report.recipients.len(), 60);
    assert_eq!(report.says_of("ada@example.org"), Err(NothingAboutAddress::OtherAddress));
}

#[test]
fn of_an_address_that_stands_for_several_the_best_news_counts_and_no_member_silences_it() {
    let member = |name: &str, action: &str, status: &str| {
        format!(
            "Original-Recipient: rfc822; ward@example.org\r\nFinal-Recipient: rfc822; {name}@example.org\r\n\
             Action: {action}\r\nStatus: {status}\r\n\r\n"
        )
    };
    for (second, expected) in [
        (("failed", "5.1.1"), Ok(BounceWeight::Soft)),
        (("failed", "5.2.2"), Ok(BounceWeight::Soft)),
        (("delayed", "4.4.1"), Ok(BounceWeight::Soft)),
        (("delivered", "2.0.0"), Err(NothingAboutAddress::Arrived)),
        (("relayed", "2.0.0"), Err(NothingAboutAddress::Arrived)),
    ] {
        let part =
            format!("R: x\r\n\r\n{}{}", member("a", "failed", "5.1.1"), member("b", second.0, second.1));
        let report = read(report(&part, COPY).as_bytes()).unwrap();
        assert_eq!(report.says_of("ward@example.org").map(|(_, weight)| weight), expected, "{second:?}");
    }
}

#[test]
fn what_may_be_anothers_mailbox_silences_nobody() {
    for (last, expected) in [
        (Some("ada@example.org"), BounceWeight::Hard),
        (Some("ADA@Example.org"), BounceWeight::Hard),
        (Some("ada@mail.example.org"), BounceWeight::Hard),
        (None, BounceWeight::Hard),
        (Some("departed@example.org"), BounceWeight::Soft),
        (Some("ada.l@inner.example.org"), BounceWeight::Soft),
        (Some("ada@anotherexample.org"), BounceWeight::Soft),
        (Some("ada@home.test"), BounceWeight::Soft),
    ] {
        let last_line = last.map_or(String::new(), |last| format!("Final-Recipient: rfc822; {last}\r\n"));
        let part = format!(
            "R: x\r\n\r\nOriginal-Recipient: rfc822; ada@example.org\r\n{last_line}Action: failed\r\nStatus: 5.1.1\r\n"
        );
        let report = read(report(&part, COPY).as_bytes()).unwrap();
        assert_eq!(report.says_of("ada@example.org").map(|(_, weight)| weight), Ok(expected), "{last:?}");
    }
}

#[test]
fn without_a_copy_a_report_is_about_what_it_answers_to() {
    let bare = report(UNKNOWN, "");
    assert_eq!(read(bare.as_bytes()).unwrap().about, [] as [&str; 0]);
    let answering = format!(
        "In-Reply-To: <one@trust.example.org>\r\nReferences: <zero@x> <one@trust.example.org>\r\n{bare}"
    );
    assert_eq!(
        read(answering.as_bytes()).unwrap().about,
        ["one@trust.example.org", "zero@x", "one@trust.example.org"]
    );
    // What came back says it better.
    let both = format!("In-Reply-To: <other@trust.example.org>\r\n{}", report(UNKNOWN, HEADERS));
    assert_eq!(read(both.as_bytes()).unwrap().about, ["one@trust.example.org"]);
}

#[test]
fn what_is_no_mail_is_told_as_a_sentence() {
    for bytes in [&b""[..], b"\0\0\0\0", b"no headers here", b"\xff\xfe\xfd", b"\r\n\r\n\r\n"] {
        let told = read(bytes).unwrap_err();
        assert!(matches!(told, NotAReport::NotAMail | NotAReport::OtherMail), "{told}");
    }
}

#[test]
fn parts_within_parts_without_end_are_refused_before_they_are_read() {
    let nested = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000);
    assert_eq!(read(nested.as_bytes()), Err(NotAReport::TooManyParts));
    let most = "Content-Type: message/rfc822\r\n\r\n".repeat(MOST_PARTS);
    read(most.as_bytes()).unwrap_err();
}

proptest! {
    #[test]
    fn any_bytes_give_a_report_or_a_sentence(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = read(&bytes);
    }

    #[test]
    fn a_report_cut_and_spoilt_anywhere_gives_a_report_or_a_sentence(
        cut in 0usize..900,
        spoilt in prop::collection::vec((0usize..900, any::<u8>()), 0..12),
    ) {
        let mut bytes = report(UNKNOWN, COPY).into_bytes();
        for (at, byte) in spoilt {
            if let Some(place) = bytes.get_mut(at) {
                *place = byte;
            }
        }
        bytes.truncate(cut);
        let _ = read(&bytes);
    }

    #[test]
    fn whatever_is_reported_is_one_short_line(words in "\\PC{0,400}") {
        let part = format!("R: x\r\n\r\nFinal-Recipient: rfc822;{words}\r\nAction: failed\r\nStatus: {words}\r\nDiagnostic-Code: {words}\r\n");
        for recipient in read(report(&part, "").as_bytes()).map_or(Vec::new(), |report| report.recipients) {
            for text in [recipient.reason, recipient.shown] {
                prop_assert!(text.chars().count() <= REASON_CHARS && !text.contains(['\r', '\n']), "{text}");
            }
        }
    }
}
