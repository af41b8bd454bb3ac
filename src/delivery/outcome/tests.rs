//! What each answer comes to, by where it comes and what it says.

use super::*;

const RECIPIENT: &str = "ada.lovelace@example.org";

fn judged(stage: SmtpStage, code: u16, text: &str) -> SendError {
    StagedFault::new(stage, SendFault::Answer { code, text: text.to_owned() }).judge(RECIPIENT)
}

/// What an answer must come to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum ExpectedOutcome {
    Deferred,
    /// The message fails alone.
    Failed,
    /// It fails alone, unless others meet the same.
    Unclear,
    /// Delivery stops.
    Stops,
}

impl ExpectedOutcome {
    fn of(error: &SendError) -> Self {
        match error {
            SendError::Deferred(_) | SendError::CutOff(_) => Self::Deferred,
            SendError::Failed(_) => Self::Failed,
            SendError::Unclear { .. } => Self::Unclear,
            SendError::Stop(_) => Self::Stops,
        }
    }
}

/// Answers as Postfix, Exim, qmail, Exchange and other servers give them to RCPT or after DATA.
#[rustfmt::skip]
const REFUSALS: &[(ExpectedOutcome, &str)] = &[
    // Postfix, of the client, its name, its sender and what it may do.
    (ExpectedOutcome::Stops, "554 5.7.1 <ada.lovelace@example.org>: Relay access denied"),
    (ExpectedOutcome::Stops, "454 4.7.1 <ada.lovelace@example.org>: Relay access denied"),
    (ExpectedOutcome::Stops, "554 5.7.1 <unknown[192.0.2.7]>: Client host rejected: Access denied"),
    (ExpectedOutcome::Stops, "554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.example.test; listed"),
    (ExpectedOutcome::Stops, "550 5.7.25 Client host rejected: cannot find your reverse hostname, [192.0.2.7]"),
    (ExpectedOutcome::Stops, "504 5.5.2 <refresher>: Helo command rejected: need fully-qualified hostname"),
    (ExpectedOutcome::Stops, "501 5.5.2 <re_fresher>: Helo command rejected: Invalid name"),
    (ExpectedOutcome::Stops, "550 5.7.1 <refresher>: Helo command rejected: Host not found"),
    (ExpectedOutcome::Stops, "550 5.1.8 <safeguarding@nowhere.test>: Sender address rejected: Domain not found"),
    (ExpectedOutcome::Stops, "553 5.7.1 <safeguarding@example.org>: Sender address rejected: not owned by user refresher"),
    (ExpectedOutcome::Stops, "553 5.7.1 <safeguarding@example.org>: Sender address rejected: not logged in"),
    (ExpectedOutcome::Stops, "504 5.5.2 <safeguarding>: Sender address rejected: need fully-qualified address"),
    (ExpectedOutcome::Stops, "550 5.1.0 <safeguarding@example.org>: Sender address rejected: User unknown in virtual mailbox table"),
    (ExpectedOutcome::Stops, "550 5.1.7 <safeguarding@example.org>: Sender address rejected: undeliverable address: no mailbox here"),
    (ExpectedOutcome::Stops, "530 5.7.0 Must issue a STARTTLS command first"),
    (ExpectedOutcome::Stops, "503 5.5.1 Error: need MAIL command"),
    (ExpectedOutcome::Stops, "550 5.7.1 <ada.lovelace@example.org>: Recipient address rejected: Please see our policy"),
    // Postfix, of the recipient.
    (ExpectedOutcome::Failed, "550 5.1.1 <ada.lovelace@example.org>: Recipient address rejected: User unknown in virtual mailbox table"),
    (ExpectedOutcome::Failed, "550 5.1.1 <ada.lovelace@example.org>: Recipient address rejected: User unknown in relay recipient table"),
    (ExpectedOutcome::Failed, "550 5.1.2 <ada.lovelace@nowhere.test>: Recipient address rejected: Domain not found"),
    (ExpectedOutcome::Failed, "501 5.1.3 Bad recipient address syntax"),
    (ExpectedOutcome::Failed, "550 5.1.6 <ada.lovelace@example.org>: Recipient address rejected: User has moved to elsewhere.test"),
    (ExpectedOutcome::Failed, "556 5.1.10 <ada.lovelace@example.org>: Recipient address rejected: Domain does not accept mail (nullMX)"),
    (ExpectedOutcome::Unclear, "552 5.2.2 <ada.lovelace@example.org>: Recipient address rejected: Quota exceeded (mailbox for user is full)"),
    (ExpectedOutcome::Unclear, "552 5.3.4 Message size exceeds fixed limit"),
    (ExpectedOutcome::Unclear, "550 5.6.0 Message content rejected"),
    // Exchange Online and Exchange, of us.
    (ExpectedOutcome::Stops, "550 5.7.64 TenantAttribution; Relay Access Denied [AM1EUR02FT012.eop-EUR02.prod.protection.outlook.com]"),
    (ExpectedOutcome::Stops, "550 5.4.1 Relay Access Denied [AM1EUR02FT012.eop-EUR02.prod.protection.outlook.com]"),
    (ExpectedOutcome::Stops, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain"),
    (ExpectedOutcome::Stops, "550 5.7.60 SMTP; Client does not have permissions to send as this sender"),
    (ExpectedOutcome::Stops, "530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM"),
    (ExpectedOutcome::Stops, "550 5.1.8 Access denied, bad outbound sender AS(42004)"),
    (ExpectedOutcome::Stops, "550 5.1.90 Your message can't be sent because you've reached your daily limit for message recipients"),
    (ExpectedOutcome::Stops, "554 5.2.252 SendAsDenied; refresher@example.org not allowed to send as safeguarding@example.org"),
    (ExpectedOutcome::Stops, "550 5.2.0 STOREDRV.Submission.Exception:SendAsDeniedException.MapiExceptionSendAsDenied"),
    (ExpectedOutcome::Stops, "550 5.7.501 Access denied, spam abuse detected"),
    (ExpectedOutcome::Stops, "550 5.7.606 Access denied, banned sending IP [192.0.2.7]"),
    (ExpectedOutcome::Stops, "550 5.7.705 Access denied, tenant has exceeded threshold"),
    (ExpectedOutcome::Stops, "550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP"),
    (ExpectedOutcome::Stops, "550 5.7.750 Service unavailable. Client blocked from sending from unregistered domains"),
    (ExpectedOutcome::Stops, "550 5.7.509 Access denied, sending domain example.org does not pass DMARC verification"),
    (ExpectedOutcome::Stops, "550 5.1.0 Sender denied"),
    (ExpectedOutcome::Stops, "501 5.5.4 Invalid domain name"),
    // Exchange, of the recipient.
    (ExpectedOutcome::Failed, "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ada.lovelace@example.org not found by SMTP address lookup"),
    (ExpectedOutcome::Failed, "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found"),
    (ExpectedOutcome::Unclear, "550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [AM1EUR02FT012.eop-EUR02.prod.protection.outlook.com]"),
    (ExpectedOutcome::Failed, "550 5.2.1 Mailbox cannot be accessed"),
    (ExpectedOutcome::Unclear, "554 5.2.2 STOREDRV.Deliver; mailbox full"),
    // Exim.
    (ExpectedOutcome::Stops, "550 relay not permitted"),
    (ExpectedOutcome::Stops, "550 Administrative prohibition"),
    (ExpectedOutcome::Stops, "550-Verification failed for <safeguarding@example.org>\n550-No Such User Here\n550 Sender verify failed"),
    (ExpectedOutcome::Stops, "550 Access denied - Invalid HELO name (See RFC2821 4.1.1.1)"),
    (ExpectedOutcome::Failed, "550 Unrouteable address"),
    (ExpectedOutcome::Failed, "550 Unknown user"),
    (ExpectedOutcome::Unclear, "552 Message size exceeds maximum permitted"),
    // qmail, which puts the code last.
    (ExpectedOutcome::Stops, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)"),
    (ExpectedOutcome::Failed, "550 sorry, no mailbox here by that name (#5.1.1)"),
    // Others.
    (ExpectedOutcome::Stops, "550 Authentication is required for relay"),
    (ExpectedOutcome::Stops, "550 Sending quota exceeded for refresher"),
    (ExpectedOutcome::Stops, "552 5.2.2 Sender quota exceeded, try tomorrow"),
    (ExpectedOutcome::Stops, "550 You are not permitted to send mail from this address"),
    (ExpectedOutcome::Stops, "554 Too many recipients today"),
    (ExpectedOutcome::Stops, "550 Rejected by SPF check"),
    (ExpectedOutcome::Stops, "571 Delivery not authorized, message refused"),
    (ExpectedOutcome::Stops, "550 5.7.1 User unknown"),
    (ExpectedOutcome::Stops, "535 Error: authentication failed"),
    (ExpectedOutcome::Failed, "550 No such user here"),
    (ExpectedOutcome::Failed, "550 Requested action not taken: mailbox unavailable"),
    (ExpectedOutcome::Failed, "550 Requested action not taken: mailbox unavailable (S2017062302)"),
    (ExpectedOutcome::Failed, "550 sorry, <ada.lovelace@example.org> does not exist"),
    (ExpectedOutcome::Failed, "550 ada.lovelace@example.org unknown user account"),
    (ExpectedOutcome::Failed, "550 The account ada.lovelace@example.org that you tried to reach does not exist"),
    (ExpectedOutcome::Unclear, "550 Requested action not taken: mailbox unavailable\nFor explanation visit http://postmaster.example.test/error?ip=192.0.2.7&c=hi"),
    (ExpectedOutcome::Unclear, "550 Requested action not taken: mailbox unavailable or not local"),
    // Of us, in words that servers also have for mailboxes.
    (ExpectedOutcome::Stops, "550-Requested action not taken: mailbox unavailable\n550 invalid DNS PTR resource record"),
    (ExpectedOutcome::Stops, "550 HELO name does not exist"),
    (ExpectedOutcome::Stops, "550 Your IP address has no such PTR record"),
    (ExpectedOutcome::Stops, "550 Domain of sender does not exist"),
    (ExpectedOutcome::Stops, "550 Domain of sender address safeguarding@example.org does not exist"),
    (ExpectedOutcome::Stops, "550 Sending domain does not exist"),
    (ExpectedOutcome::Stops, "550 From domain does not exist"),
    (ExpectedOutcome::Stops, "553 Sorry, your envelope sender does not exist"),
    (ExpectedOutcome::Stops, "550 No such domain: your host is not known here"),
    (ExpectedOutcome::Stops, "553 You are not allowed to send mail from here"),
    (ExpectedOutcome::Stops, "550 relay not permitted, no such user"),
    (ExpectedOutcome::Unclear, "550 The domain does not exist"),
    (ExpectedOutcome::Failed, "550-5.1.1 The email account that you tried to reach does not exist. Please try\n550-5.1.1 double-checking"),
    (ExpectedOutcome::Failed, "554 delivery error: dd This user doesn't have an account here"),
    (ExpectedOutcome::Unclear, "552 Mailbox is over quota"),
    (ExpectedOutcome::Unclear, "550 This account has been disabled"),
    (ExpectedOutcome::Failed, "550 Invalid recipient"),
    (ExpectedOutcome::Unclear, "550 no"),
    (ExpectedOutcome::Unclear, "554 5.0.0 Transaction failed"),
    (ExpectedOutcome::Unclear, "554 Message looks like spam"),
    (ExpectedOutcome::Unclear, "552 Requested mail action aborted: exceeded storage allocation"),
    (ExpectedOutcome::Unclear, "550 5.3.0 <relay@example.org>: rejected"),
    (ExpectedOutcome::Unclear, "550 mail.sender-policy.test said no to <quota@relay.example.org>"),
    // Of us, beside a code of a mailbox, or in words that servers have for mailboxes.
    (ExpectedOutcome::Stops, "550 5.1.1 <training@trust.example.org>: Sender address rejected: User unknown in local recipient table"),
    (ExpectedOutcome::Stops, "550 5.1.1 Sender verify failed"),
    (ExpectedOutcome::Stops, "550 5.1.1 <ada.lovelace@example.org>: Relaying denied"),
    (ExpectedOutcome::Stops, "550 5.1.1 Relay access denied"),
    (ExpectedOutcome::Stops, "550 5.1.2 We do not relay <ada.lovelace@example.org>"),
    (ExpectedOutcome::Stops, "550 5.1.2 <training@trust.example.org>... Domain of sender address does not resolve"),
    (ExpectedOutcome::Stops, "550 5.1.1 Mail from your IP 192.0.2.7 is blocked"),
    (ExpectedOutcome::Stops, "550 5.1.1 HELO rejected"),
    (ExpectedOutcome::Stops, "550 5.1.3 Invalid HELO name"),
    (ExpectedOutcome::Stops, "550 5.2.1 Sending quota exceeded for training@trust.example.org"),
    (ExpectedOutcome::Stops, "550 5.2.1 The sending account training@trust.example.org is disabled"),
    (ExpectedOutcome::Stops, "550 5.2.1 Your account has been suspended for sending"),
    (ExpectedOutcome::Stops, "550 5.1.6 Sender has moved"),
    (ExpectedOutcome::Stops, "550 5.1.4 Message rejected: relaying"),
    (ExpectedOutcome::Stops, "550 5.1.10 Sender domain does not accept mail (nullMX)"),
    (ExpectedOutcome::Stops, "556 5.1.10 Sender address has null MX"),
    (ExpectedOutcome::Stops, "550 5.2.2 Your daily quota is used up"),
    (ExpectedOutcome::Stops, "552 5.2.2 Quota exceeded: you may send 500 messages a day"),
    (ExpectedOutcome::Stops, "550 Sender's account does not exist"),
    (ExpectedOutcome::Stops, "550 The sending user does not exist"),
    (ExpectedOutcome::Stops, "550 No such user training@trust.example.org: you may not send"),
    (ExpectedOutcome::Stops, "550 5.4.5 Daily user sending limit exceeded"),
    (ExpectedOutcome::Stops, "550 5.4.6 Unusual sending activity detected"),
    (ExpectedOutcome::Stops, "556 Domain does not accept mail from you"),
    (ExpectedOutcome::Stops, "553 5.3.0 <ada.lovelace@example.org>... DNSBL:RELAYCHECK"),
    (ExpectedOutcome::Stops, "553 We do not relay without RFC2554 authentication."),
    (ExpectedOutcome::Stops, "554 Invalid user credentials"),
    (ExpectedOutcome::Stops, "550 Invalid user or password"),
    (ExpectedOutcome::Stops, "550 No such user logged in"),
    (ExpectedOutcome::Stops, "550 Mailbox unavailable: you are not authenticated"),
    (ExpectedOutcome::Stops, "550 Account has been disabled for outgoing mail"),
    (ExpectedOutcome::Stops, "550 Your account has been disabled"),
    (ExpectedOutcome::Stops, "550 Address does not exist in the list of allowed senders"),
    (ExpectedOutcome::Stops, "550 User does not have permission"),
    (ExpectedOutcome::Stops, "550 user does not have a licence to submit"),
    (ExpectedOutcome::Stops, "550 The user you authenticated as is over quota"),
    (ExpectedOutcome::Stops, "550 no longer valid certificate"),
    (ExpectedOutcome::Stops, "550 Recipient rejected: too many recipients this hour"),
    (ExpectedOutcome::Stops, "550 Recipient address rejected: rate exceeded"),
    (ExpectedOutcome::Stops, "550 Recipient address rejected: you are not authenticated"),
    (ExpectedOutcome::Stops, "550 recipient not in allowed list, authentication required"),
    (ExpectedOutcome::Stops, "554 Recipient is not allowed for unauthenticated clients"),
    // Of a mailbox, but not that it is not there; or of nobody knows whom.
    (ExpectedOutcome::Unclear, "550 unknown user training@trust.example.org"),
    (ExpectedOutcome::Unclear, "550 Account disabled: training"),
    (ExpectedOutcome::Unclear, "550 Account training is disabled"),
    (ExpectedOutcome::Unclear, "550 5.3.0 Your message was refused by local rule"),
    (ExpectedOutcome::Unclear, "550 4.7.1 Please try later"),
    (ExpectedOutcome::Unclear, "554 Recipient address rejected: Access denied"),
    (ExpectedOutcome::Unclear, "550 Recipient rejected"),
    (ExpectedOutcome::Unclear, "550 Recipient address rejected: try again when listed"),
    (ExpectedOutcome::Unclear, "550 5.2.0 Recipient address rejected"),
    (ExpectedOutcome::Unclear, "550 5.1.4 Ambiguous address"),
    (ExpectedOutcome::Unclear, "552 5.2.2 Mailbox full"),
    (ExpectedOutcome::Unclear, "552 5.2.2 Quota exceeded"),
    (ExpectedOutcome::Unclear, "550 5.2.2 mailbox over quota"),
    (ExpectedOutcome::Unclear, "550 5.1.1 Mailbox full"),
    (ExpectedOutcome::Unclear, "550 5.4.1 [ada.lovelace@example.org]: Recipient address rejected: Access denied"),
    (ExpectedOutcome::Unclear, "554-5.2.2 mailbox full\n554 5.2.2 STOREDRV.Deliver.Exception:QuotaExceededException.MapiExceptionShutoffQuotaExceeded"),
    (ExpectedOutcome::Unclear, "550-5.2.1 The user you are trying to contact is receiving mail at a rate that\n550 5.2.1 prevents additional messages from being delivered"),
    // Of what is in this one message.
    (ExpectedOutcome::Unclear, "554 5.6.1 Attachments of type .xlsx are blocked"),
    (ExpectedOutcome::Unclear, "550 5.6.1 Message contains a banned attachment"),
    (ExpectedOutcome::Unclear, "554 5.6.1 Media type not permitted here"),
    (ExpectedOutcome::Unclear, "550 5.2.3 Message length exceeds administrative limit"),
    (ExpectedOutcome::Unclear, "550 5.2.3 Message refused"),
    (ExpectedOutcome::Unclear, "554 5.6.0 Virus signature in archive: banned content"),
    (ExpectedOutcome::Unclear, "550 5.6.0 DKIM verification failed"),
    (ExpectedOutcome::Unclear, "550 Message line is over the limit of 998 characters"),
    (ExpectedOutcome::Unclear, "550 5.6.7 Internationalised header not accepted: too many 8-bit characters"),
    (ExpectedOutcome::Unclear, "554 Error: attachment rate of compression too high"),
    (ExpectedOutcome::Unclear, "554 Attachments of this type are blocked"),
    (ExpectedOutcome::Unclear, "550 banned attachment"),
    // Of a mailbox that is not there, in words that are else of us.
    (ExpectedOutcome::Failed, "550 5.1.1 <ada.lovelace@example.org>: Recipient address rejected: User unknown in relay recipient table"),
    (ExpectedOutcome::Failed, "550 5.1.1 <ada.lovelace@example.org>: Recipient address rejected: User unknown in local recipient table"),
    (ExpectedOutcome::Failed, "550 5.1.1 <ada.lovelace@inner.example.org>... User unknown"),
    (ExpectedOutcome::Failed, "550 5.1.2 <ada.lovelace@nowhere.test>: Recipient address rejected: DNS name does not exist"),
    (ExpectedOutcome::Failed, "550 5.2.1 Mailbox administratively disabled"),
    (ExpectedOutcome::Failed, "550-5.2.1 The email account that you tried to reach is inactive. Learn more at\n550 5.2.1 https://support.example.test/mail/?p=DisabledUser"),
    (ExpectedOutcome::Failed, "550 5.1.1 User unknown; ask postmaster@example.org"),
    (ExpectedOutcome::Failed, "550 5.4.1 Recipient address rejected: User unknown"),
    (ExpectedOutcome::Failed, "550 5.1.1 no"),
];

#[test]
fn a_refusal_of_us_stops_and_a_refusal_of_the_recipient_fails_alone() {
    assert!(REFUSALS.len() >= 40);
    for stage in [SmtpStage::Recipient, SmtpStage::Content] {
        for (comes, reply) in REFUSALS {
            let code = reply[..3].parse().unwrap();
            let text = reply[4..].replace(&format!("\n{code}-"), "\n").replace(&format!("\n{code} "), "\n");
            let judged = judged(stage, code, &text);
            // What is put off is put off, whatever it speaks of.
            let comes = if code < 500 { ExpectedOutcome::Deferred } else { *comes };
            assert_eq!(ExpectedOutcome::of(&judged), comes, "{stage:?}: {reply}: {judged:?}");
            if let SendError::Stop(reason) = judged {
                assert!(matches!(reason, StopReason::Refused(_)), "{reply}");
                assert!(!reason.to_string().contains("lovelace"), "{reason}");
            }
        }
    }
}

#[test]
fn a_refusal_stops_delivery_fails_the_message_or_defers_it_by_where_it_came() {
    use SmtpStage::{Content, Greeting, Recipient, Sender, SignIn};
    for stage in [Greeting, SignIn, Sender, Recipient, Content] {
        for code in [400, 421, 450, 452, 499] {
            assert_eq!(
                ExpectedOutcome::of(&judged(stage, code, "5.1.1 no")),
                ExpectedOutcome::Deferred,
                "{stage:?} {code}"
            );
        }
    }
    for code in [500, 530, 535, 550, 552, 554, 599] {
        let judged = |stage| judged(stage, code, "5.1.1 no such user");
        assert!(matches!(judged(Greeting), SendError::Stop(StopReason::Greeting(_))), "{code}");
        assert!(matches!(judged(SignIn), SendError::Stop(StopReason::SignIn(_))), "{code}");
        assert!(matches!(judged(Sender), SendError::Stop(StopReason::Sender(_))), "{code}");
        assert!(matches!(judged(Recipient), SendError::Failed(_)), "{code}");
        assert!(matches!(judged(Content), SendError::Failed(_)), "{code}");
    }
}

#[test]
fn a_lost_connection_defers_and_a_line_that_can_not_be_trusted_stops_wherever_it_happens() {
    for stage in
        [SmtpStage::Greeting, SmtpStage::SignIn, SmtpStage::Sender, SmtpStage::Recipient, SmtpStage::Content]
    {
        let lost = StagedFault::new(stage, SendFault::lost("silence"));
        assert!(lost.ends_connection());
        let lost = lost.judge(RECIPIENT);
        assert_eq!(ExpectedOutcome::of(&lost), ExpectedOutcome::Deferred);
        // Only what was handed over may have come through.
        assert_eq!(matches!(lost, SendError::CutOff(_)), stage == SmtpStage::Content, "{stage:?}");
        for fault in
            [SendFault::Certificate("expired".to_owned()), SendFault::Interfered("port 25".to_owned())]
        {
            let trouble = StagedFault::new(stage, fault);
            assert!(trouble.ends_connection());
            assert_eq!(ExpectedOutcome::of(&trouble.judge(RECIPIENT)), ExpectedOutcome::Stops);
        }
    }
}

#[test]
fn a_certificate_that_calls_itself_an_authority_is_refused_with_what_to_do() {
    #[derive(Debug, thiserror::Error)]
    #[error("{self:?}")]
    struct CaUsedAsEndEntity;
    let refused = |error| why_refused(&rustls::Error::InvalidCertificate(error));
    let other = rustls::OtherError(std::sync::Arc::new(CaUsedAsEndEntity));
    assert!(refused(rustls::CertificateError::Other(other)).contains("basicConstraints=CA:FALSE"));
    assert_eq!(refused(rustls::CertificateError::Expired), "invalid peer certificate: Expired");
}

#[test]
fn a_server_that_is_not_reached_is_told_in_plain_words_and_the_mail_tried_again() {
    use std::io::{Error, ErrorKind};
    let no_tls = rustls::Error::InvalidMessage(rustls::InvalidMessage::InvalidContentType);
    let unknown = "failed to lookup address information: Name or service not known";
    let busy = "failed to lookup address information: Temporary failure in name resolution";
    for (error, says) in [
        (ErrorKind::ConnectionRefused.into(), Some("nothing listens at mail.test port 25")),
        (Error::other(unknown), Some("no server is called mail.test")),
        (Error::new(ErrorKind::InvalidData, no_tls), Some("mail.test port 25 does not speak TLS")),
        (Error::other(busy), None),
        (ErrorKind::ConnectionReset.into(), None),
    ] {
        let told = unreached(&error, "mail.test", 25);
        assert_eq!(told.as_deref().and_then(|told| told.split(": ").next()), says, "{error}");
    }
    let trouble = StagedFault::new(SmtpStage::Greeting, SendFault::Unreached("nothing listens".to_owned()));
    assert!(trouble.ends_connection());
    assert_eq!(trouble.judge(RECIPIENT), SendError::Deferred("nothing listens".to_owned()));
}

#[test]
fn an_answer_is_kept_as_one_short_line() {
    assert_eq!(shortened("5.1.1\r\n no   such\tuser\u{7}"), "5.1.1 no such user");
    assert_eq!(shortened(&"x".repeat(5000)).len(), ANSWER_CHARS);
}
