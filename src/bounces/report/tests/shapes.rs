//! Reports as Exchange Online, Exim, Gmail, Postfix, qmail with its patch, sendmail, SES, Yahoo and gateways write them.

use super::super::NothingAboutAddress;
use crate::bounces::BounceWeight;

type Expected = Result<BounceWeight, NothingAboutAddress>;

const HARD: Expected = Ok(BounceWeight::Hard);
const SOFT: Expected = Ok(BounceWeight::Soft);

/// How a kind of server frames its report.
struct Frame {
    headers: &'static str,
    content_type: &'static str,
    status_type: &'static str,
    copy: &'static str,
}

const WHOLE: &str = "Content-Type: message/rfc822\r\n\r\nTo: <ada@example.org>\r\nMessage-ID: <one@trust.example.org>\r\n\r\ntext\r\n";
const HEAD: &str = "Content-Type: text/rfc822-headers\r\n\r\nTo: <ada@example.org>\r\nMessage-ID: <one@trust.example.org>\r\n\r\n";

const POSTFIX: Frame = Frame {
    headers: "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example.net>\r\nSubject: Undelivered Mail Returned to Sender\r\nAuto-Submitted: auto-replied",
    content_type: "multipart/report; report-type=delivery-status;\r\n\tboundary=\"B\"",
    status_type: "message/delivery-status",
    copy: HEAD,
};
const EXIM: Frame = Frame {
    headers: "X-Failed-Recipients: ada@example.org\r\nAuto-Submitted: auto-replied\r\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.net>\r\nReferences: <one@trust.example.org>\r\nSubject: Mail delivery failed: returning message to sender",
    copy: "Content-type: message/rfc822\r\n\r\nReturn-path: <t@trust.example.org>\r\nMessage-Id: <one@trust.example.org>\r\n\r\ntext\r\n",
    status_type: "message/delivery-status",
    content_type: "multipart/report; report-type=delivery-status; boundary=B",
};
const GMAIL: Frame = Frame {
    headers: "Return-Path: <>\r\nFrom: Mail Delivery Subsystem <mailer-daemon@mail.example.com>\r\nAuto-Submitted: auto-replied\r\nSubject: Delivery Status Notification (Failure)\r\nReferences: <one@trust.example.org>\r\nIn-Reply-To: <one@trust.example.org>\r\nX-Failed-Recipients: ada@example.org",
    content_type: "multipart/report; boundary=\"B\"; report-type=delivery-status",
    status_type: "message/delivery-status",
    copy: WHOLE,
};
const EXCHANGE: Frame = Frame {
    headers: "From: <postmaster@tenant.example.com>\r\nMIME-Version: 1.0\r\nContent-Language: en-GB\r\nIn-Reply-To: <one@trust.example.org>\r\nReferences: <one@trust.example.org>\r\nThread-Topic: Your training\r\nSubject: Undeliverable: Your training\r\nAuto-Submitted: auto-replied",
    content_type: "multipart/report; report-type=delivery-status;\r\n boundary=\"B\"",
    status_type: "message/delivery-status",
    copy: WHOLE,
};
const EXCHANGE_SERVER: Frame = Frame {
    headers: "From: Microsoft Outlook\r\n <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>\r\nSubject: Undeliverable: Your training",
    ..EXCHANGE
};
const SENDMAIL: Frame = Frame {
    headers: "Return-Path: <MAILER-DAEMON@mx.example.net>\r\nFrom: Mail Delivery Subsystem <MAILER-DAEMON@mx.example.net>\r\nSubject: Returned mail: see transcript for details\r\nAuto-Submitted: auto-generated (failure)",
    content_type: "multipart/report; report-type=delivery-status;\r\n\tboundary=\"B\"",
    status_type: "message/delivery-status",
    copy: WHOLE,
};
const QMAIL: Frame = Frame {
    headers: "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.net\r\nSubject: failure notice",
    ..POSTFIX
};
const INTERNATIONAL: Frame = Frame {
    headers: POSTFIX.headers,
    content_type: "multipart/report; report-type=delivery-status; charset=utf-8; boundary=\"B\"",
    status_type: "message/global-delivery-status",
    copy: "Content-Type: message/global-headers\r\n\r\nTo: <ada@example.org>\r\nMessage-ID: <one@trust.example.org>\r\n\r\n",
};

fn mail(frame: &Frame, fields: &str) -> String {
    format!(
        "{}\r\nMessage-ID: <report@mx.example.net>\r\nContent-Type: {}\r\n\r\n--B\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n\
         \r\n--B\r\nContent-Type: {}\r\n\r\nReporting-MTA: dns; mx.example.net\r\nArrival-Date: Fri, 15 Jan 2027 09:00:00 +0000\r\n\
         \r\n{}\r\n\r\n--B\r\n{}--B--\r\n",
        frame.headers, frame.content_type, frame.status_type, fields, frame.copy
    )
}

/// Every shape: what it is, the mail, and what it says of ada@example.org.
#[expect(clippy::too_many_lines, reason = "a table")]
pub(crate) fn all() -> Vec<(&'static str, String, Expected)> {
    let rows: Vec<(&str, &Frame, &str, Expected)> = vec![
        (
            "Postfix, unknown user",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nOriginal-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.example.org\r\nDiagnostic-Code: smtp; 550 5.1.1 <ada@example.org>: Recipient address\r\n    rejected: User unknown in virtual mailbox table",
            HARD,
        ),
        (
            "Postfix, its own mailbox",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: x-unix; unknown user: \"ada\"",
            HARD,
        ),
        (
            "Postfix, no such domain",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.2\r\nDiagnostic-Code: X-Postfix; unknown host",
            HARD,
        ),
        (
            "Postfix, a code only in the answer",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 5.1.1 no mailbox of that name",
            HARD,
        ),
        (
            "Postfix, words without a code",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 User unknown in relay recipient table",
            HARD,
        ),
        (
            "Postfix, on a block list",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 554 5.7.1 Service unavailable; Client host [192.0.2.9] blocked using lists.example",
            SOFT,
        ),
        (
            "Postfix, host not found for now",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 4.4.3\r\nDiagnostic-Code: X-Postfix; Host or domain name not found. Name service error",
            SOFT,
        ),
        (
            "Postfix, expired",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 4.4.1\r\nDiagnostic-Code: X-Postfix; connect to mx.example.org[192.0.2.1]:25: Connection timed out",
            SOFT,
        ),
        (
            "Postfix, delayed",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: delayed\r\nStatus: 4.2.0\r\nDiagnostic-Code: smtp; 450 4.2.0 greylisted\r\nWill-Retry-Until: Wed, 20 Jan 2027 09:00:00 +0000",
            SOFT,
        ),
        (
            "Postfix, delayed with a permanent code",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: delayed\r\nStatus: 5.1.1",
            SOFT,
        ),
        (
            "Postfix, over quota",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552 5.2.2 mailbox full",
            SOFT,
        ),
        (
            "Exim, no such user",
            &EXIM,
            "Action: failed\r\nFinal-Recipient: rfc822;ada@example.org\r\nStatus: 5.0.0\r\nRemote-MTA: dns; mx.example.org\r\nDiagnostic-Code: smtp; 550 No such user here",
            HARD,
        ),
        (
            "Exim, unrouteable",
            &EXIM,
            "Action: failed\r\nFinal-Recipient: rfc822;ada@example.org\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550-Verification failed for <ada@example.org>\r\n 550-Unrouteable address\r\n 550 Unrouteable address",
            HARD,
        ),
        (
            "Exim, no reason",
            &EXIM,
            "Action: failed\r\nFinal-Recipient: rfc822;ada@example.org\r\nStatus: 5.0.0",
            SOFT,
        ),
        (
            "Exim, sender refused",
            &EXIM,
            "Action: failed\r\nFinal-Recipient: rfc822;ada@example.org\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 Sender verify failed: no such user",
            SOFT,
        ),
        (
            "Exim, relay",
            &EXIM,
            "Action: failed\r\nFinal-Recipient: rfc822;ada@example.org\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 550 relay not permitted",
            SOFT,
        ),
        (
            "Gmail, no such user",
            &GMAIL,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: dns; mx.example.com. (192.0.2.26, the server for the domain example.org.)\r\nDiagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n 550-5.1.1 double-checking the address for typos. 550 5.1.1 https://support.example.com/?p=NoSuchUser x-20 - gsmtp\r\nLast-Attempt-Date: Fri, 15 Jan 2027 01:00:00 -0800 (PST)",
            HARD,
        ),
        (
            "Gmail, disabled",
            &GMAIL,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.2.1\r\nDiagnostic-Code: smtp; 550 5.2.1 The email account that you tried to reach is disabled.",
            HARD,
        ),
        (
            "Gmail, too fast",
            &GMAIL,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.2.1\r\nDiagnostic-Code: smtp; 550-5.2.1 The user you are trying to contact is receiving mail at a rate that\r\n 550 5.2.1 prevents additional messages from being delivered.",
            SOFT,
        ),
        (
            "Gmail, taken for spam",
            &GMAIL,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.7.1\r\nDiagnostic-Code: smtp; 550-5.7.1 this message is likely unsolicited mail",
            SOFT,
        ),
        (
            "Gmail, out of storage",
            &GMAIL,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.2.2\r\nDiagnostic-Code: smtp; 552-5.2.2 The recipient's inbox is out of storage space",
            SOFT,
        ),
        (
            "Exchange Online, recipient not found",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada@example.org not found by SMTP address lookup",
            HARD,
        ),
        (
            "Exchange Online, its edge",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.4.1\r\nDiagnostic-Code: smtp;550 5.4.1 Recipient address rejected: Access denied. [x.prod.example.com]",
            SOFT,
        ),
        (
            "Exchange Online, restricted group",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.7.133\r\nDiagnostic-Code: smtp;550 5.7.133 RESOLVER.RST.SenderNotAuthenticatedForGroup; authentication required",
            SOFT,
        ),
        (
            "Exchange Online, daily limit",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.90\r\nDiagnostic-Code: smtp;554 5.1.90 Your message can't be sent because you've reached your daily limit",
            SOFT,
        ),
        (
            "Exchange Online, another store fault",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.2.0\r\nDiagnostic-Code: smtp;554 5.2.0 STOREDRV.Deliver.Exception; no such mailbox",
            SOFT,
        ),
        (
            "Exchange Online, the domain has no server",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.4.310\r\nDiagnostic-Code: smtp;550 5.4.310 DNS domain example.org does not exist",
            SOFT,
        ),
        (
            "Exchange, on the premises",
            &EXCHANGE_SERVER,
            "Original-Recipient: rfc822;ada@example.org\r\nFinal-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp;550 5.1.1 RESOLVER.ADR.RecipNotFound; not found\r\nX-Display-Name: ada@example.org",
            HARD,
        ),
        (
            "Exchange, moved away",
            &EXCHANGE_SERVER,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.6\r\nDiagnostic-Code: smtp;550 5.1.6 Recipient no longer on server",
            HARD,
        ),
        (
            "Hotmail, mailbox unavailable",
            &EXCHANGE,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.5.0\r\nDiagnostic-Code: smtp;550 5.5.0 Requested action not taken: mailbox unavailable",
            HARD,
        ),
        (
            "sendmail, user unknown",
            &SENDMAIL,
            "Original-Recipient: rfc822;ada@example.org\r\nFinal-Recipient: RFC822; ada@example.org\r\nX-Actual-Recipient: RFC822; ada@host.example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nRemote-MTA: DNS; mx.example.org\r\nDiagnostic-Code: SMTP; 550 5.1.1 <ada@example.org>... User unknown\r\nLast-Attempt-Date: Fri, 15 Jan 2027 09:00:01 GMT",
            HARD,
        ),
        (
            "sendmail, address syntax",
            &SENDMAIL,
            "Final-Recipient: RFC822; <ada@example.org>\r\nAction: failed\r\nStatus: 5.1.3",
            HARD,
        ),
        (
            "sendmail, comments",
            &SENDMAIL,
            "final-recipient: RFC822; ada@example.org (Ada)\r\naction: Failed (unknown)\r\nstatus: 5.1.1 (bad destination mailbox)",
            HARD,
        ),
        (
            "qmail with delivery status",
            &QMAIL,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: x-qmail; Sorry, no mailbox here by that name. (#5.1.1)",
            HARD,
        ),
        (
            "qmail, words",
            &QMAIL,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: x-qmail; Sorry, no mailbox here by that name",
            HARD,
        ),
        (
            "Yahoo, no account",
            &QMAIL,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.0.0\r\nDiagnostic-Code: smtp; 554 delivery error: dd This user doesn't have a yahoo.example account (ada@example.org) [0]",
            HARD,
        ),
        (
            "Yahoo, policy",
            &QMAIL,
            "Final-Recipient: rfc822;ada@example.org\r\nAction: failed\r\nStatus: 5.7.9\r\nDiagnostic-Code: smtp; 554 5.7.9 Message not accepted for policy reasons",
            SOFT,
        ),
        (
            "in Unicode",
            &INTERNATIONAL,
            "Final-Recipient: utf-8; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1",
            HARD,
        ),
        (
            "in Unicode, escaped",
            &INTERNATIONAL,
            "Original-Recipient: utf-8; \\x{61}da@example.org\r\nFinal-Recipient: utf-8; ada@mx.example.org\r\nAction: failed\r\nStatus: 5.1.1",
            HARD,
        ),
        (
            "the original in xtext",
            &SENDMAIL,
            "Original-Recipient: rfc822;ada+40example.org\r\nFinal-Recipient: rfc822; ada@inner.example.org\r\nAction: failed\r\nStatus: 5.1.1",
            HARD,
        ),
        (
            "rewritten on the way",
            &POSTFIX,
            "Original-Recipient: rfc822;ada@example.org\r\nFinal-Recipient: rfc822; ada.l@inner.example.org\r\nAction: failed\r\nStatus: 5.1.1",
            SOFT,
        ),
        (
            "no Original-Recipient, rewritten",
            &POSTFIX,
            "Final-Recipient: rfc822; ada.l@inner.example.org\r\nAction: failed\r\nStatus: 5.1.1",
            Err(NothingAboutAddress::OtherAddress),
        ),
        (
            "a member of a group",
            &EXCHANGE,
            "Original-Recipient: rfc822;departed@example.org\r\nFinal-Recipient: rfc822;departed@example.org\r\nAction: failed\r\nStatus: 5.1.1",
            Err(NothingAboutAddress::OtherAddress),
        ),
        (
            "without an address",
            &POSTFIX,
            "Action: failed\r\nStatus: 5.1.1",
            Err(NothingAboutAddress::OtherAddress),
        ),
        (
            "an address without a type",
            &POSTFIX,
            "Final-Recipient: ada@example.org\r\nAction: failed\r\nStatus: 5.1.1",
            HARD,
        ),
        (
            "several, ours gone",
            &SENDMAIL,
            "Final-Recipient: RFC822; grace@example.org\r\nAction: failed\r\nStatus: 5.2.2\r\n\r\nFinal-Recipient: RFC822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1",
            HARD,
        ),
        (
            "several, ours delivered",
            &SENDMAIL,
            "Final-Recipient: RFC822; grace@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\nFinal-Recipient: RFC822; ada@example.org\r\nAction: delivered\r\nStatus: 2.1.5",
            Err(NothingAboutAddress::Arrived),
        ),
        (
            "no status",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nDiagnostic-Code: smtp; 550 no such mailbox",
            HARD,
        ),
        (
            "a status that is none",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: unknown",
            SOFT,
        ),
        (
            "5.1.1 of a filter",
            &POSTFIX,
            "Final-Recipient: rfc822; ada@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 your message was detected as spam",
            SOFT,
        ),
    ];
    rows.into_iter().map(|(name, frame, fields, expected)| (name, mail(frame, fields), expected)).collect()
}
