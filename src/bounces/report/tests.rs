use proptest::prelude::*;

use super::*;

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

fn one(text: &str) -> (Report, Returned) {
    let report = read(text.as_bytes()).unwrap();
    let [returned] = report.returned.clone().try_into().unwrap();
    (report, returned)
}

#[test]
fn a_delivery_report_says_which_mail_which_address_and_why() {
    for copy in [COPY, HEADERS] {
        let (report, returned) = one(&report(UNKNOWN, copy));
        assert_eq!(report.id.as_deref(), Some("20270115.3F2A@mx.example.org"));
        assert_eq!(report.about.as_deref(), Some("one@trust.example.org"));
        let expected = Returned {
            address: Some("ada@example.org".to_owned()),
            weight: Weight::Hard,
            status: "5.1.1".to_owned(),
            reason: "550 5.1.1 <ada@example.org>: Recipient address rejected: User unknown".to_owned(),
        };
        assert_eq!(returned, expected);
    }
}

#[test]
fn a_delivery_report_is_weighed_by_its_action_and_codes() {
    for (fields, weight, status) in [
        ("Action: failed\r\nStatus: 5.1.1", Weight::Hard, "5.1.1"),
        ("action:  Failed\r\nstatus: 5.1.1 (bad destination mailbox)", Weight::Hard, "5.1.1"),
        ("Action: failed (unknown)\r\nStatus: 5.4.4", Weight::Hard, "5.4.4"),
        (
            "Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 552 5.2.2 over quota",
            Weight::Soft,
            "5.2.2",
        ),
        ("Action: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 unknown", Weight::Hard, "5.0.0"),
        ("Action: failed\r\nStatus: 4.4.7", Weight::Soft, "4.4.7"),
        ("Action: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550 5.7.1 spam", Weight::Soft, "5.7.1"),
        ("Action: delayed\r\nStatus: 4.4.1", Weight::Soft, "4.4.1"),
        ("Action: delayed\r\nStatus: 5.1.1", Weight::Soft, "5.1.1"),
        ("Action: failed\r\nDiagnostic-Code: smtp; 550 no such user", Weight::Hard, ""),
        ("Action: failed\r\nStatus: nonsense", Weight::Soft, ""),
    ] {
        let part =
            format!("Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;ada@example.org\r\n{fields}\r\n");
        let (_, returned) = one(&report(&part, COPY));
        assert_eq!((returned.weight, returned.status.as_str()), (weight, status), "{fields}");
    }
}

#[test]
fn a_report_of_delivery_returns_nothing_and_one_of_several_recipients_returns_those_that_failed() {
    let arrived = "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;a@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n";
    assert_eq!(read(report(arrived, COPY).as_bytes()), Err(NotAReport::Delivered));
    let mixed = format!(
        "{arrived}\r\n\r\nOriginal-Recipient: rfc822;b@example.org\r\nFinal-Recipient: rfc822;inner@example.org\r\n\
         Action: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: rfc822;<c@example.org>\r\nAction: failed\r\nStatus: 5.2.2\r\n"
    );
    let mixed = read(report(&mixed, "").as_bytes()).unwrap();
    let found: Vec<_> = mixed.returned.iter().map(|r| (r.address.as_deref(), r.weight)).collect();
    assert_eq!(
        found,
        [(Some("b@example.org"), Weight::Hard), (Some("c@example.org"), Weight::Soft)],
        "the address that was given, not the one it was forwarded to"
    );
    assert_eq!(mixed.about, None);
}

/// A mail without a part for machines.
fn plain(headers: &str, text: &str) -> String {
    format!("{headers}\r\nTo: training@trust.example.org\r\nContent-Type: text/plain\r\n\r\n{text}")
}

#[test]
fn a_plain_report_is_known_by_its_sender_or_subject_and_weighed_by_its_words() {
    let copy = "\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <t@trust.example.org>\r\n\
        Message-ID: <one@trust.example.org>\r\n\r\n550 5.1.1 in our own text\r\n";
    for (headers, text, weight, status) in [
        (
            "From: MAILER-DAEMON@example.net\r\nSubject: failure notice",
            "Hi. This is the program at example.net.\r\n<ada@example.org>:\r\nSorry, no mailbox here by that name. (#5.1.1)",
            Weight::Hard,
            "5.1.1",
        ),
        (
            "From: Mail Delivery System <Mailer-Daemon@example.net>\r\nSubject: Mail delivery failed: returning message to sender\r\nX-Failed-Recipients: ada@example.org",
            "  ada@example.org\r\n    host mx.example.org [192.0.2.1]\r\n    SMTP error from remote mail server after RCPT TO:<ada@example.org>:\r\n    550 No such user here",
            Weight::Hard,
            "",
        ),
        (
            "From: Mail Delivery System <Mailer-Daemon@example.net>\r\nSubject: Warning: message delayed 24 hours",
            "This message was created automatically by mail delivery software.\r\nNo action is required on your part: 451 4.7.1 greylisted",
            Weight::Soft,
            "4.7.1",
        ),
        (
            "From: postmaster@example.net\r\nSubject: Undeliverable: reminder",
            "It was not possible.",
            Weight::Soft,
            "",
        ),
    ] {
        let (report, returned) = one(&plain(headers, &format!("{text}{copy}")));
        assert_eq!(report.mentioned.last().map(String::as_str), Some("one@trust.example.org"), "{headers}");
        assert_eq!((returned.weight, returned.status.as_str()), (weight, status), "{headers}");
        assert!(!returned.reason.contains("our own text"), "{}", returned.reason);
    }
}

#[test]
fn the_reason_is_kept_from_the_code_on() {
    let said =
        "This is a long preamble about nothing in particular. remote server said: 550 5.1.1 no such person";
    let (_, returned) = one(&plain("From: postmaster@example.net\r\nSubject: x", said));
    assert_eq!(returned.reason, "remote server said: 550 5.1.1 no such person");
}

#[test]
fn an_automatic_answer_and_a_reply_are_no_reports() {
    for headers in [
        "Return-Path: <>\r\nFrom: Ada <ada@example.org>\r\nSubject: Automatic reply: Your training\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: <one@trust.example.org>",
        "Return-Path: <>\r\nFrom: ada@example.org\r\nSubject: Out of office\r\nAuto-Submitted: auto-generated",
        "From: ada@example.org\r\nSubject: Re: Your training lapses\r\nReferences: <one@trust.example.org>",
    ] {
        let mail = plain(headers, "I am away until 5 May. 550 5.1.1 <one@trust.example.org>");
        assert_eq!(read(mail.as_bytes()), Err(NotAReport::OtherMail), "{headers}");
    }
}

#[test]
fn an_id_is_found_in_an_encoded_body_and_in_html() {
    use std::fmt::Write as _;
    let quoted = "The message =\r\nMessage-ID: =3Ctwo@trust.example.o=\r\nrg=3E did not arrive";
    let html = "<p>Message-ID: &lt;two@trust.example.org&gt;</p>";
    for (kind, encoding, body) in [("plain", "quoted-printable", quoted), ("html", "7bit", html)] {
        let mut mail = "From: postmaster@example.net\r\nSubject: Undeliverable\r\n".to_owned();
        write!(mail, "Content-Type: text/{kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}")
            .unwrap();
        let (report, _) = one(&mail);
        assert!(report.mentioned.contains(&"two@trust.example.org".to_owned()), "{kind}: {report:?}");
    }
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

#[test]
fn many_ids_are_looked_at_and_no_more() {
    let ids: String = (0..1_000).map(|number| format!("<{number}@example.org>\r\n")).collect();
    let (report, _) = one(&plain("From: postmaster@example.net\r\nSubject: x", &ids));
    assert_eq!(report.mentioned.len(), MOST_MENTIONED);
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
        for returned in read(report(&part, "").as_bytes()).map_or(Vec::new(), |report| report.returned) {
            for text in [Some(returned.reason), returned.address].into_iter().flatten() {
                prop_assert!(text.chars().count() <= REASON_CHARS && !text.contains(['\r', '\n']), "{text}");
            }
        }
    }
}
