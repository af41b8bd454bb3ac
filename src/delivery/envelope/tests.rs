use chrono::NaiveDate;

use super::*;
use crate::outbox::{ListedMessage, MessageKind, MessageState};

fn sender() -> SenderIdentity {
    SenderIdentity {
        address: "training@trust.example.org".to_owned(),
        name: "Exampleshire Trust".to_owned(),
        reply_to: "safeguarding@trust.example.org".to_owned(),
    }
}

fn message(subject: &str, text: &str, html: &str) -> Message {
    let queued_at = DateTime::from_timestamp(1_800_000_000, 500_000_000).unwrap();
    let listed = ListedMessage {
        id: 7,
        kind: MessageKind::Reminder,
        organisation_id: 1,
        staff_id: Some(1),
        recipient: "ada@example.org".to_owned(),
        subject: subject.to_owned(),
        state: MessageState::Sending,
        attempts: 0,
        next_attempt_at: None,
        message_id: "<a-message@trust.example.org>".to_owned(),
        last_error: None,
        planned_on: NaiveDate::from_ymd_opt(2027, 1, 15).unwrap(),
        queued_at,
        worded_at: None,
        planned_from: None,
        not_before: None,
        last_attempt_at: None,
        first_attempt_at: None,
        sent_at: None,
        claim: None,
        lease_until: None,
        in_doubt_on: None,
    };
    Message {
        listed,
        text: text.to_owned(),
        html: html.to_owned(),
        parts: Vec::new(),
        head: None,
        unreadable: None,
    }
}

fn built(message: &Message) -> String {
    let prepared =
        prepare(&sender(), None, message, "ada@example.org", "safeguarding@trust.example.org").unwrap();
    String::from_utf8(prepared.text.into_bytes()).unwrap()
}

#[test]
fn a_mail_bears_every_header_the_spec_names_and_both_parts() {
    let mail =
        built(&message("Your training lapses on 1 March", "Dear Ada,\n\nbook now.", "<p>Dear Ada</p>"));
    for line in [
        "From: \"Exampleshire Trust\" <training@trust.example.org>",
        "To: ada@example.org",
        "Reply-To: safeguarding@trust.example.org",
        "Subject: Your training lapses on 1 March",
        "Date: Fri, 15 Jan 2027 08:00:00 +0000",
        "Message-ID: <a-message@trust.example.org>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: OOF, AutoReply",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "Dear Ada,",
        "<p>Dear Ada</p>",
    ] {
        assert!(mail.lines().any(|found| found == line), "{line:?} is not in\n{mail}");
    }
    assert!(mail.contains("multipart/alternative"));
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "every line ends in CRLF");
}

#[test]
fn two_builds_of_one_message_are_the_same_bytes() {
    let one = message("Zażółć", "text ✓", "<p>html ✓</p>");
    assert_eq!(built(&one), built(&one.clone()));
}

#[test]
fn a_line_break_in_a_subject_makes_no_header() {
    let mail = built(&message("Training\r\nBcc: everyone@example.org", "text", "<p>html</p>"));
    assert!(mail.contains("Subject: Training Bcc: everyone@example.org\r\n"), "{mail}");
    assert!(!mail.contains("\nBcc:"));
}

#[test]
fn a_message_without_html_is_plain_text() {
    let mail = built(&message("Stopped", "text", ""));
    assert!(!mail.contains("multipart") && mail.contains("Content-Type: text/plain; charset=utf-8\r\n"));
}

#[test]
fn an_address_that_is_not_one_is_refused_and_named() {
    for wrong in ["", "nobody", "a@b@example.org", "ada@example.org\r\nBcc: x@example.org", "zoë@example.org"]
    {
        let refused = prepare(&sender(), None, &message("s", "t", ""), wrong, "").unwrap_err();
        assert!(
            matches!(refused, EnvelopeError::Address { role: "recipient's", .. }),
            "{wrong:?}: {refused}"
        );
    }
}

#[test]
fn what_is_shown_for_debugging_holds_no_address() {
    let prepared = prepare(&sender(), None, &message("s", "t", ""), "ada@example.org", "").unwrap();
    assert!(!format!("{prepared:?}").contains("ada"));
    assert!(!String::from_utf8(prepared.text.into_bytes()).unwrap().contains("Reply-To"));
}

#[test]
fn pictures_go_with_the_html_and_attachments_after_both_bodies() {
    let part = |name: &str, content_type: &str, place| MailPart {
        name: name.to_owned(),
        content_type: content_type.to_owned(),
        place,
        content: b"content".to_vec(),
    };
    let picture = part("trend.png", "image/png", PartPlace::Inline);
    let paper = part("Board paper RXX 2026-10.pdf", "application/pdf", PartPlace::Attached);
    for (parts, expected) in [
        (vec![picture.clone()], &["alternative", "plain", "related", "html", "png"][..]),
        (vec![paper.clone()], &["mixed", "alternative", "plain", "html", "pdf"]),
        (vec![picture, paper], &["mixed", "alternative", "plain", "related", "html", "png", "pdf"]),
    ] {
        let mail = built(&Message { parts, ..message("s", "text", "<img src=\"cid:trend.png\">") });
        let kinds: Vec<&str> = mail
            .lines()
            .filter_map(|line| line.strip_prefix("Content-Type: ")?.split([';', '/']).nth(1))
            .collect();
        assert_eq!(kinds, expected, "{mail}");
    }
}

#[test]
fn a_picture_has_the_content_id_that_the_html_names() {
    let part = MailPart {
        name: "trend.png".to_owned(),
        content_type: "image/png".to_owned(),
        place: PartPlace::Inline,
        content: b"content".to_vec(),
    };
    let mail = built(&Message { parts: vec![part], ..message("s", "t", "<img src=\"cid:trend.png\">") });
    assert!(mail.contains("Content-ID: <trend.png>\r\n"), "{mail}");
}

#[test]
fn an_unsound_media_type_fails_the_message_and_names_the_part() {
    let part = MailPart {
        name: "paper.pdf".to_owned(),
        content_type: "not a type".to_owned(),
        place: PartPlace::Attached,
        content: Vec::new(),
    };
    let refused = prepare(
        &sender(),
        None,
        &Message { parts: vec![part], ..message("s", "t", "") },
        "ada@example.org",
        "",
    );
    assert!(refused.unwrap_err().to_string().contains("paper.pdf"));
}

#[test]
fn html_is_sent_as_it_stands_where_every_server_takes_it_so_and_encoded_elsewhere() {
    let long = "x".repeat(998);
    for (html, stands) in [
        ("<p>Dear Ada</p>\n<p style=\"color: #212b32\">Book now.</p>\n", true),
        (&format!("{long}\n{long}"), true),
        (&format!("{long}x"), false),
        ("<p>Zażółć</p>", false),
    ] {
        let mail = built(&message("s", "text", html));
        let (_, part) = mail.split_once("Content-Type: text/html; charset=utf-8\r\n").unwrap();
        let (headers, content) = part.split_once("\r\n\r\n").unwrap();
        assert_eq!(headers == "Content-Transfer-Encoding: 7bit", stands, "{html:?}: {headers}");
        assert_eq!(content.starts_with(&html.replace('\n', "\r\n")), stands, "{html:?}: {content}");
        assert!(!stands || mail.lines().all(|line| line.len() <= 998));
    }
}
