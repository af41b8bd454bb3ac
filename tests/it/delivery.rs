//! Delivery against a real mail server and a real database file.
#![cfg(test)]

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use diesel::RunQueryDsl;
use refresher::clock::Clock;
use refresher::db::{Db, IfMissing, Locks};
use refresher::delivery::{
    Credentials, Delivery, DeliverySummary, DkimSettings, MailSecurity, MemoryTransport, Patience,
    RecheckFailed, SenderIdentity, SendingRate, SendingVerdict, Signer, SmtpSettings, SmtpTimeouts,
    StopReason, StopSending, Transport, TransportError, TransportSettings, complete_as_kept, send_as_planned,
};
use refresher::mail::Rendered;
use refresher::outbox::{
    AttemptOutcome, ClaimedMessage, EnqueueOutcome, InitialState, Letterhead, ListedMessage, MailRoute,
    Message, MessageKind, MessageState, MessageToSend, NewMessage, store,
};
use tokio::sync::watch;

use crate::support::database::url;
use crate::support::engine::{full_when, no_longer_full};
use crate::support::smtp::{Act, Point, Protection, Script, SmtpServer};
use diesel::connection::SimpleConnection;

const QUICK: SendingRate = SendingRate { per_minute: 10_000, per_day: 1_000_000 };

pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + seconds, 0).unwrap()
}

/// A database with one organisation, in a folder of its own.
pub struct World {
    pub db: Db,
    folder: tempfile::TempDir,
}

impl World {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let db = Db::open(&url(&folder.path().join("refresher.db")), IfMissing::Create).unwrap();
        db.write(Locks::ALL, |conn| {
            diesel::sql_query("INSERT INTO organisation (id, code) VALUES (1, 'RXX')").execute(conn)?;
            Ok(())
        })
        .unwrap();
        Self { db, folder }
    }

    /// Where the database is, to be opened again.
    pub fn url(&self) -> String {
        url(&self.folder.path().join("refresher.db"))
    }

    pub fn with_messages(count: usize) -> Self {
        let world = Self::new();
        for number in 0..count {
            world.add(&format!("person{number}@example.org"), "Dear colleague,\n.\nyour training lapses.");
        }
        world
    }

    pub fn add(&self, recipient: &str, text: &str) -> i32 {
        let new = NewMessage {
            kind: MessageKind::Operator,
            organisation_id: 1,
            staff_id: None,
            recipient: recipient.to_owned(),
            content: Rendered {
                subject: "Your training lapses soon".to_owned(),
                text: text.to_owned(),
                html: format!("<p>{text}</p>"),
                parts: Vec::new(),
            },
            once_key: None,
            planned_on: NaiveDate::from_ymd_opt(2027, 1, 15).unwrap(),
        };
        let queued = self.db.write(Locks::ALL, |conn| {
            store::enqueue(conn, &new, InitialState::Queued, "trust.example.org", at(0))
        });
        match queued.unwrap() {
            EnqueueOutcome::Enqueued(id) => id,
            EnqueueOutcome::AlreadyPromised => panic!("already promised"),
        }
    }

    /// The folder that it is in.
    pub fn path(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn listed(&self) -> Vec<ListedMessage> {
        self.db.read(|conn| store::list(conn, None)).unwrap()
    }

    /// Claims a message as a process does that is killed then.
    fn claim(&self, seconds: i64) -> ClaimedMessage {
        let moment = (at(seconds), at(seconds).date_naive());
        let claimed = self.db.write(Locks::ALL, |conn| {
            let claimed =
                store::claim(conn, &MailRoute::default(), moment, (1, &[]), store::LEASE)?.remove(0);
            let recipient = claimed.message.listed.recipient.clone();
            let handing = MessageToSend { recipient, head: None, words: None };
            Ok(store::make_out(conn, claimed, handing, moment, store::LEASE)?.expect("still ours"))
        });
        claimed.unwrap()
    }

    pub fn run_sql(&self, sql: &str) {
        let ran = self.db.write(Locks::ALL, |conn| conn.batch_execute(sql));
        ran.unwrap();
    }

    pub fn states(&self) -> Vec<(MessageState, i32)> {
        self.listed().iter().map(|one| (one.state, one.attempts)).collect()
    }

    pub fn delivery(&self, transport: Transport, seconds: i64) -> Delivery {
        Delivery {
            db: self.db.clone(),
            route: MailRoute::default(),
            transport: Arc::new(transport),
            sender: SenderIdentity {
                address: "training@trust.example.org".to_owned(),
                name: "Exampleshire Trust".to_owned(),
                reply_to: "safeguarding@trust.example.org".to_owned(),
            },
            signer: None,
            rate: QUICK,
            connections: 1,
            recheck: Arc::new(send_as_planned),
            complete: Arc::new(complete_as_kept),
            clock: Clock::Fixed(at(seconds)),
            zone: chrono_tz::Europe::London,
            finish_within: Duration::from_millis(200),
            lease: Delivery::LEASE,
        }
    }

    /// Delivers everything due at `seconds` to the server.
    pub async fn deliver(&self, server: &SmtpServer, seconds: i64) -> DeliverySummary {
        all(&self.delivery(plain(server, patient()), seconds)).await
    }
}

pub async fn all(delivery: &Delivery) -> DeliverySummary {
    delivery.deliver_all(None, Patience::None, never()).await.unwrap()
}

pub fn never() -> StopSending {
    watch::channel(false).1
}

/// Long enough for any answer that comes.
pub fn patient() -> Duration {
    Duration::from_secs(20)
}

/// For servers that never answer.
pub fn impatient() -> Duration {
    Duration::from_millis(400)
}

pub fn settings(server: &SmtpServer, security: MailSecurity, answer_within: Duration) -> SmtpSettings {
    let times = SmtpTimeouts::all(answer_within);
    SmtpSettings { times, ..SmtpSettings::new("localhost", server.address.port(), security) }
}

pub fn plain(server: &SmtpServer, answer_within: Duration) -> Transport {
    smtp(settings(server, MailSecurity::None, answer_within))
}

pub fn smtp(settings: SmtpSettings) -> Transport {
    Transport::new(TransportSettings::Smtp(settings)).unwrap()
}

fn user() -> Option<Credentials> {
    Some(Credentials { username: "refresher".to_owned(), password: "a secret".to_owned() })
}

#[tokio::test]
async fn a_message_arrives_whole_with_its_envelope_and_is_sent_once() {
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting()).await;
    let summary = world.deliver(&server, 5).await;
    assert_eq!(summary, DeliverySummary { sent: 1, ..DeliverySummary::default() });
    assert_eq!(world.deliver(&server, 600).await, DeliverySummary::default());

    let [received] = server.received().try_into().unwrap();
    assert_eq!(received.sender, "training@trust.example.org");
    assert_eq!(received.recipients, ["person0@example.org"]);
    assert_eq!(received.header("Reply-To"), Some("safeguarding@trust.example.org"));
    assert_eq!(received.header("Auto-Submitted"), Some("auto-generated"));
    assert!(received.data.contains("\r\n.\r\nyour training"), "a line of one dot is kept: {}", received.data);
    let [listed] = world.listed().try_into().unwrap();
    assert_eq!(received.header("Message-ID"), Some(listed.message_id.as_str()));
    assert_eq!((listed.state, listed.attempts, listed.sent_at), (MessageState::Sent, 1, Some(at(5))));
}

/// What an answer must come to.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Comes {
    Deferred,
    Failed,
    Stopped,
}

async fn one_against(script: Script, answer_within: Duration) -> (World, DeliverySummary) {
    let world = World::with_messages(1);
    let server = SmtpServer::start(script).await;
    let mut settings = settings(&server, MailSecurity::None, answer_within);
    settings.credentials = user();
    let summary = all(&world.delivery(smtp(settings), 0)).await;
    (world, summary)
}

fn assert_comes_to(comes: Comes, world: &World, summary: &DeliverySummary, what: &str) {
    let expected = match comes {
        Comes::Deferred => (MessageState::Deferred, 1),
        Comes::Failed => (MessageState::Failed, 1),
        Comes::Stopped => (MessageState::Queued, 0),
    };
    assert_eq!(world.states(), [expected], "{what}: {summary:?}");
    assert_eq!(summary.stopped.is_some(), comes == Comes::Stopped, "{what}: {summary:?}");
    let [listed] = world.listed().try_into().unwrap();
    assert_eq!(listed.last_error.is_some(), comes != Comes::Stopped, "{what}");
    assert_eq!(listed.last_attempt_at.is_some(), comes != Comes::Stopped, "{what}");
}

#[tokio::test]
async fn a_refusal_defers_fails_or_stops_by_where_it_comes() {
    for point in Point::ALL {
        for (reply, temporary) in [
            ("450 4.2.0 busy", true),
            ("421 4.3.2 closing", true),
            ("452 4.2.2 full", true),
            ("550 5.1.1 no", false),
            ("552 5.2.2 full", false),
            ("554-5.0.0 no,\r\n554 5.0.0 really", false),
        ] {
            let comes = match point {
                _ if temporary => Comes::Deferred,
                Point::Rcpt | Point::Data | Point::Content => Comes::Failed,
                _ => Comes::Stopped,
            };
            for script in each_way() {
                let what = format!("{reply:?} at {point:?} of {script:?}");
                let (world, summary) = one_against(script.at(point, Act::Say(reply)), patient()).await;
                assert_comes_to(comes, &world, &summary, &what);
            }
        }
    }
}

/// Servers that take several commands at once, those that do not, and those that ask for the content of what they refused.
fn each_way() -> [Script; 3] {
    [Script::accepting(), Script::accepting().one_at_a_time(), Script::accepting().careless()]
}

#[tokio::test]
async fn several_commands_go_at_once_only_where_the_server_takes_them() {
    for (script, at_once) in [(Script::accepting(), 3), (Script::accepting().one_at_a_time(), 0)] {
        let world = World::with_messages(3);
        let server = SmtpServer::start(script).await;
        assert_eq!(world.deliver(&server, 0).await.sent, 3);
        assert_eq!(server.at_once(), at_once);
    }
}

#[tokio::test]
async fn a_server_that_asks_for_the_content_of_what_it_refused_gets_none_and_the_next_goes_over_another_connection()
 {
    let world = World::with_messages(3);
    let refusing = Script::accepting().careless().first(1, Point::Rcpt, Act::Say("550 5.1.1 no such user"));
    let server = SmtpServer::start(refusing).await;
    let summary = world.deliver(&server, 0).await;
    assert_eq!((summary.sent, summary.failed), (2, 1));
    assert_eq!(server.received().len(), 2);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn silence_nonsense_and_a_broken_connection_defer_wherever_they_come() {
    for point in Point::ALL {
        for (act, answer_within) in [
            (Act::Drop, patient()),
            (Act::DropMidReply, patient()),
            (Act::SayAndClose("421 4.3.2 shutting down"), patient()),
            (Act::Say("hello there"), patient()),
            (Act::Say("999 what"), patient()),
            (Act::Hang, impatient()),
        ] {
            for script in each_way() {
                let what = format!("{act:?} at {point:?} of {script:?}");
                let (world, summary) = one_against(script.at(point, act), answer_within).await;
                assert_comes_to(Comes::Deferred, &world, &summary, &what);
            }
        }
    }
}

#[tokio::test]
async fn an_answer_that_does_not_belong_there_confirms_nothing() {
    for (point, reply) in [
        (Point::Mail, "354 go on"),
        (Point::Data, "250 OK"),
        (Point::Content, "354 go on"),
        (Point::Auth, "354 x"),
    ] {
        let (world, summary) = one_against(Script::accepting().at(point, Act::Say(reply)), patient()).await;
        assert_comes_to(Comes::Deferred, &world, &summary, &format!("{reply:?} at {point:?}"));
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_defers() {
    let world = World::with_messages(1);
    let settings = {
        let server = SmtpServer::start(Script::accepting()).await;
        server.stop().await;
        settings(&server, MailSecurity::None, patient())
    };
    let summary = all(&world.delivery(smtp(settings), 0)).await;
    assert_comes_to(Comes::Deferred, &world, &summary, "connection refused");
}

#[tokio::test]
async fn a_refused_recipient_fails_alone_and_the_connection_is_used_on() {
    for script in [Script::accepting(), Script::accepting().one_at_a_time()] {
        let world = World::with_messages(3);
        let refusing = script.first(1, Point::Rcpt, Act::Say("550 5.1.1 no such user"));
        let server = SmtpServer::start(refusing).await;
        let summary = world.deliver(&server, 0).await;
        assert_eq!((summary.sent, summary.failed), (2, 1));
        assert_eq!(
            world.states(),
            [(MessageState::Failed, 1), (MessageState::Sent, 1), (MessageState::Sent, 1)]
        );
        assert!(world.listed()[0].last_error.as_ref().unwrap().contains("no such user"));
        assert_eq!(server.connections(), 1);
    }
}

#[tokio::test]
async fn an_address_that_is_not_one_fails_alone() {
    let world = World::new();
    world.add("nobody", "text");
    world.add("ada@example.org", "text");
    let server = SmtpServer::start(Script::accepting()).await;
    world.deliver(&server, 0).await;
    assert_eq!(world.states(), [(MessageState::Failed, 1), (MessageState::Sent, 1)]);
}

#[tokio::test]
async fn a_message_whose_words_can_not_be_read_fails_alone_and_is_named() {
    for damage in [
        "content = substr(content, 1, 0)",
        "content = substr(content, 1, 20)",
        "encoding = 'plain'",
        "dictionary_id = NULL",
        "text_bytes = 1000000",
    ] {
        let world = World::with_messages(3);
        world.run_sql(&format!("UPDATE message_body SET {damage} WHERE message_id = 2"));
        let server = SmtpServer::start(Script::accepting()).await;
        let summary = world.deliver(&server, 0).await;
        assert_eq!((summary.sent, summary.failed), (2, 1), "{damage}");
        let said = world.listed()[1].last_error.clone().unwrap();
        assert!(said.starts_with("the words of message 2 can't be read"), "{damage}: {said}");
    }
}

#[tokio::test]
async fn a_stop_loses_nothing_and_everything_goes_once_it_is_put_right() {
    let world = World::with_messages(5);
    let server =
        SmtpServer::start(Script::accepting().at(Point::Mail, Act::Say("550 5.7.60 not yours"))).await;
    let summary = world.deliver(&server, 0).await;
    assert!(matches!(summary.stopped, Some(StopReason::Sender(_))), "{summary:?}");
    assert_eq!(world.states(), vec![(MessageState::Queued, 0); 5]);
    server.follow(Script::accepting());
    assert_eq!(world.deliver(&server, 1).await.sent, 5);
    assert_eq!(world.states(), vec![(MessageState::Sent, 1); 5]);
}

#[tokio::test]
async fn a_free_connection_found_closed_is_replaced_before_it_counts() {
    for script in [Script::accepting().closing_after(1), Script::accepting().closing_after(2)] {
        let world = World::with_messages(5);
        let server = SmtpServer::start(script).await;
        assert_eq!(world.deliver(&server, 0).await.sent, 5);
        assert_eq!(world.states(), vec![(MessageState::Sent, 1); 5]);
    }
    let world = World::with_messages(2);
    let idle = Act::SayAndClose("421 4.4.2 idle too long");
    let server = SmtpServer::start(Script::accepting().nth(2, Point::Mail, idle)).await;
    assert_eq!(world.deliver(&server, 0).await.sent, 2);
    assert_eq!(world.states(), vec![(MessageState::Sent, 1); 2]);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_retry_after_a_lost_confirmation_carries_the_same_message_id_and_bytes() {
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting().first(1, Point::Content, Act::Drop)).await;
    assert_eq!(world.deliver(&server, 0).await.deferred, 1);
    assert_eq!(world.deliver(&server, 59).await, DeliverySummary::default(), "not before its minute is over");
    assert_eq!(world.deliver(&server, 60).await.sent, 1);
    let [lost, confirmed] = server.received().try_into().unwrap();
    assert_eq!((lost.confirmed, confirmed.confirmed), (false, true));
    assert_eq!(lost.data, confirmed.data);
    assert_eq!(world.states(), [(MessageState::Sent, 2)]);
    assert_eq!(world.listed()[0].last_error, None);
}

#[tokio::test]
async fn a_signed_mail_bears_its_signature_first_and_a_retry_bears_the_same() {
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting().first(1, Point::Content, Act::Drop)).await;
    let settings = DkimSettings {
        domain: "trust.example.org".to_owned(),
        selector: "refresher".to_owned(),
        key: rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap().serialize_pem(),
    };
    for seconds in [0, 60] {
        let mut delivery = world.delivery(plain(&server, patient()), seconds);
        delivery.signer = Some(Arc::new(Signer::new(settings.clone()).unwrap()));
        all(&delivery).await;
    }
    let [lost, confirmed] = server.received().try_into().unwrap();
    assert_eq!(lost.data, confirmed.data);
    let signature = lost.header("DKIM-Signature").unwrap();
    assert!(lost.data.starts_with("DKIM-Signature: v=1; a=ed25519-sha256;"), "{signature}");
    assert!(signature.contains("d=trust.example.org"), "{signature}");
}

#[tokio::test]
async fn sign_in_goes_by_plain_or_by_login_and_a_refusal_stops_delivery() {
    for (offered, sign_in) in [
        ("PLAIN LOGIN", "AUTH PLAIN AHJlZnJlc2hlcgBhIHNlY3JldA=="),
        ("LOGIN", "AUTH LOGIN"),
        ("LOGIN XOAUTH2", "AUTH LOGIN"),
        ("CRAM-MD5 PLAIN", "AUTH PLAIN AHJlZnJlc2hlcgBhIHNlY3JldA=="),
    ] {
        let world = World::with_messages(1);
        let server = SmtpServer::start(Script::accepting().offering(offered)).await;
        let mut settings = settings(&server, MailSecurity::None, patient());
        settings.credentials = user();
        assert_eq!(all(&world.delivery(smtp(settings.clone()), 0)).await.sent, 1, "{offered}");
        assert_eq!(server.sign_ins()[0], sign_in, "{offered}");
        if sign_in == "AUTH LOGIN" {
            assert_eq!(server.sign_ins()[1..], ["cmVmcmVzaGVy", "YSBzZWNyZXQ="], "user name, password");
        }
    }
    for (script, reason) in [
        (Script::accepting().offering("XOAUTH2"), "does not offer"),
        (Script::accepting().offering("LOGIN").at(Point::Auth, Act::Say("535 5.7.8 wrong")), "sign-in"),
    ] {
        let world = World::with_messages(1);
        let server = SmtpServer::start(script).await;
        let mut settings = settings(&server, MailSecurity::None, patient());
        settings.credentials = user();
        let summary = all(&world.delivery(smtp(settings), 0)).await;
        assert_comes_to(Comes::Stopped, &world, &summary, reason);
        assert!(summary.stopped.unwrap().to_string().contains(reason));
    }
}

#[tokio::test]
async fn tls_is_used_from_the_start_or_by_upgrade_and_sign_in_comes_after_it() {
    for (protection, security) in
        [(Protection::Tls, MailSecurity::Tls), (Protection::StartTls, MailSecurity::StartTls)]
    {
        let world = World::with_messages(2);
        let server = SmtpServer::start(Script::accepting().protected(protection)).await;
        let ca_file = world.folder.path().join("ca.pem");
        server.write_certificate(&ca_file);
        let mut settings = settings(&server, security, patient());
        (settings.ca_file, settings.credentials) = (Some(ca_file), user());
        assert!(!format!("{settings:?}").contains("a secret"));
        assert_eq!(all(&world.delivery(smtp(settings), 0)).await.sent, 2, "{security:?}");
        assert_eq!(server.sign_ins(), ["AUTH PLAIN AHJlZnJlc2hlcgBhIHNlY3JldA=="]);
    }
}

#[tokio::test]
async fn what_can_not_be_protected_stops_delivery() {
    for (protection, security, unknown_ca) in [
        (Protection::Tls, MailSecurity::Tls, true),
        (Protection::StartTls, MailSecurity::StartTls, true),
        (Protection::None, MailSecurity::StartTls, false),
    ] {
        let world = World::with_messages(1);
        let server = SmtpServer::start(Script::accepting().protected(protection)).await;
        let settings = settings(&server, security, patient());
        let summary = all(&world.delivery(smtp(settings), 0)).await;
        assert_comes_to(Comes::Stopped, &world, &summary, &format!("{security:?}"));
        let certificate = matches!(summary.stopped, Some(StopReason::Certificate(_)));
        assert_eq!(certificate, unknown_ca, "{summary:?}");
        assert!(server.received().is_empty());
    }
    let beyond = SmtpSettings::new("mail.example.org", 25, MailSecurity::None);
    let refused = Transport::new(TransportSettings::Smtp(beyond)).unwrap_err();
    assert!(matches!(refused, TransportError::Unprotected(_)), "{refused}");
}

#[tokio::test]
async fn a_server_that_refuses_the_upgrade_stops_delivery() {
    let world = World::with_messages(1);
    let script = Script::accepting()
        .protected(Protection::StartTls)
        .at(Point::StartTls, Act::Say("554 5.7.0 not today"));
    let server = SmtpServer::start(script).await;
    let summary = all(&world.delivery(smtp(settings(&server, MailSecurity::StartTls, patient())), 0)).await;
    assert_comes_to(Comes::Stopped, &world, &summary, "STARTTLS refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_deliverers_on_one_database_send_nothing_twice() {
    let world = World::with_messages(40);
    let server = SmtpServer::start(Script::accepting()).await;
    let url = world.url();
    let deliverers = [0, 1].map(|_| {
        let mut delivery = world.delivery(plain(&server, patient()), 0);
        delivery.db = Db::open(&url, IfMissing::Fail).unwrap();
        delivery.connections = 3;
        delivery
    });
    let (one, other) = tokio::join!(all(&deliverers[0]), all(&deliverers[1]));
    assert_eq!(one.sent + other.sent, 40);
    let ids = server.confirmed_ids();
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (40, 40));
    assert!(server.most_open() <= 6, "{}", server.most_open());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_process_had_in_hand_is_taken_up_by_one_of_several_who_see_it_at_once() {
    for _ in 0..5 {
        let world = World::with_messages(40);
        for _ in 0..40 {
            world.claim(0);
        }
        let server = SmtpServer::start(Script::accepting()).await;
        let url = world.url();
        let deliverers = [0, 1].map(|_| {
            let mut delivery = world.delivery(plain(&server, patient()), 130);
            delivery.db = Db::open(&url, IfMissing::Fail).unwrap();
            delivery.connections = 3;
            delivery
        });
        let (one, other) = tokio::join!(all(&deliverers[0]), all(&deliverers[1]));
        assert_eq!(one.sent + other.sent, 40);
        assert_eq!(server.received().len(), 40);
    }
}

#[tokio::test]
async fn what_a_killed_process_had_in_hand_is_taken_up_when_its_lease_is_over() {
    let world = World::with_messages(1);
    world.claim(0);
    let server = SmtpServer::start(Script::accepting()).await;
    assert_eq!(world.deliver(&server, 119).await, DeliverySummary::default());
    assert_eq!(world.deliver(&server, 120).await.sent, 1);
}

#[tokio::test]
async fn the_pace_holds_across_restarts_and_processes() {
    let world = World::with_messages(5);
    let server = SmtpServer::start(Script::accepting()).await;
    let round = async |seconds, per_minute, per_day| {
        let mut delivery = world.delivery(plain(&server, patient()), seconds);
        (delivery.rate, delivery.connections) = (SendingRate { per_minute, per_day }, 3);
        let summary = all(&delivery).await;
        (summary.sent, summary.waiting_until)
    };
    assert_eq!(round(0, 2, 100).await, (2, Some(at(60))));
    assert_eq!(round(59, 2, 100).await, (0, Some(at(60))));
    assert_eq!(round(60, 2, 100).await, (2, Some(at(120))));
    assert_eq!(round(120, 2, 4).await, (0, Some(at(24 * 3600))));
    assert_eq!(round(24 * 3600, 2, 4).await, (1, None));
    assert_eq!(round(24 * 3600, 1, 4).await, (0, None), "nothing is due, so there is nothing to wait for");
}

#[tokio::test]
async fn a_limit_bounds_a_round() {
    let world = World::with_messages(5);
    let server = SmtpServer::start(Script::accepting()).await;
    let mut delivery = world.delivery(plain(&server, patient()), 0);
    delivery.connections = 3;
    assert_eq!(delivery.deliver_all(Some(4), Patience::None, never()).await.unwrap().sent, 4);
    assert_eq!(delivery.deliver_all(Some(0), Patience::None, never()).await.unwrap().sent, 0);
    assert_eq!(server.received().len(), 4);
}

#[tokio::test]
async fn whom_and_whether_is_checked_again_at_the_moment_of_sending() {
    let world = World::with_messages(2);
    let memory = MemoryTransport::default();
    let mut delivery = world.delivery(Transport::Memory(memory.clone()), 0);
    delivery.recheck = Arc::new(|_, due| {
        let verdict = |one: &Message| match one.listed.id {
            1 => SendingVerdict::Cancel("the recipient has left".to_owned()),
            _ => SendingVerdict::Send(MessageToSend {
                recipient: "new@example.org".to_owned(),
                head: Some(Letterhead {
                    from_name: "Other Trust".to_owned(),
                    reply_to: "other@trust.example.org".to_owned(),
                }),
                words: None,
            }),
        };
        due.iter().map(|one| Ok(verdict(one))).collect()
    });
    let summary = all(&delivery).await;
    assert_eq!((summary.sent, summary.cancelled), (1, 1));
    let [sent] = memory.sent().try_into().unwrap();
    assert_eq!(sent.recipient, "new@example.org");
    let mail = String::from_utf8(sent.bytes).unwrap();
    assert!(mail.contains("Reply-To: other@trust.example.org\r\n"), "{mail}");
    assert!(mail.contains("From: \"Other Trust\" <training@trust.example.org>\r\n"), "{mail}");
    let listed = world.listed();
    assert_eq!(world.states(), [(MessageState::Cancelled, 0), (MessageState::Sent, 1)]);
    assert_eq!(listed[0].last_error.as_deref(), Some("the recipient has left"));
    assert_eq!(listed[1].recipient, "new@example.org", "the outbox keeps where it went");
}

#[tokio::test]
async fn a_second_look_that_fails_loses_nothing() {
    let world = World::with_messages(1);
    let mut delivery = world.delivery(Transport::Memory(MemoryTransport::default()), 0);
    delivery.recheck =
        Arc::new(|_, claimed| claimed.iter().map(|_| Err(RecheckFailed("no such table".into()))).collect());
    delivery.deliver_all(None, Patience::None, never()).await.unwrap_err();
    assert_eq!(world.states(), [(MessageState::Queued, 0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_confirmed_and_can_not_be_recorded_is_held_and_never_sent_again() {
    let world = World::with_messages(4);
    let server = SmtpServer::start(Script::accepting()).await;
    world.run_sql(&full_when("UPDATE", "new.state = 'sent'"));
    let delivery = world.delivery(plain(&server, patient()), 0);
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::None, never()).await });
    server.until_received(1).await;
    // The lease is long over in the eyes of this process when the database takes writes again.
    world.run_sql("UPDATE message SET lease_until = '2000-01-01 00:00:00' WHERE state = 'sending'");
    world.run_sql(no_longer_full());
    assert_eq!(round.await.unwrap().unwrap().sent, 4);
    let ids = server.confirmed_ids();
    assert_eq!((ids.len(), ids.iter().collect::<HashSet<_>>().len()), (4, 4));
    assert_eq!(world.states(), vec![(MessageState::Sent, 1); 4]);
}

#[tokio::test]
async fn a_shutdown_ends_the_wait_for_a_database_that_takes_no_writes() {
    let world = World::with_messages(2);
    let server = SmtpServer::start(Script::accepting()).await;
    world.run_sql(&full_when("UPDATE", "new.state = 'sent'"));
    let (stop, shutdown) = watch::channel(false);
    let delivery = world.delivery(plain(&server, patient()), 0);
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::None, shutdown).await });
    server.until_received(1).await;
    stop.send(true).unwrap();
    let error = round.await.unwrap().unwrap_err();
    assert!(error.to_string().contains("full"), "{error}");
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn mail_queued_while_a_server_hangs_over_another_goes_out() {
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting().first(1, Point::Data, Act::Hang)).await;
    let mut delivery = world.delivery(plain(&server, Duration::from_secs(7)), 0);
    delivery.connections = 2;
    let round = tokio::spawn(async move { all(&delivery).await });
    while server.connections() == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    world.add("grace@example.org", "text");
    server.until_received(1).await;
    let received = server.received();
    assert_eq!(received[0].recipients, ["grace@example.org"]);
    let summary = round.await.unwrap();
    assert_eq!((summary.sent, summary.deferred), (1, 1));
}

#[tokio::test]
async fn one_hanging_connection_does_not_hold_up_the_others() {
    let world = World::with_messages(6);
    let server = SmtpServer::start(Script::accepting().first(1, Point::Data, Act::Hang)).await;
    let mut delivery = world.delivery(plain(&server, Duration::from_secs(3)), 0);
    delivery.connections = 2;
    let summary = all(&delivery).await;
    assert_eq!((summary.sent, summary.deferred), (5, 1));
    assert!(server.most_open() <= 2);
}

#[tokio::test]
async fn a_shutdown_lets_the_send_in_hand_finish_and_claims_no_more() {
    let world = World::with_messages(3);
    let server =
        SmtpServer::start(Script::accepting().at(Point::Content, Act::Late(Duration::from_millis(300))))
            .await;
    let (stop, shutdown) = watch::channel(false);
    let mut delivery = world.delivery(plain(&server, patient()), 0);
    delivery.finish_within = patient();
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::None, shutdown).await });
    server.until_received(1).await;
    stop.send(true).unwrap();
    assert_eq!(round.await.unwrap().unwrap(), DeliverySummary { sent: 1, ..DeliverySummary::default() });
    assert_eq!(
        world.states(),
        [(MessageState::Sent, 1), (MessageState::Queued, 0), (MessageState::Queued, 0)]
    );
}

#[tokio::test]
async fn a_shutdown_ends_the_wait_for_the_next_minute() {
    let world = World::with_messages(2);
    let (stop, shutdown) = watch::channel(false);
    let memory = MemoryTransport::default();
    let mut delivery = world.delivery(Transport::Memory(memory.clone()), 0);
    delivery.rate.per_minute = 1;
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::UntilEmpty, shutdown).await });
    while memory.sent().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    stop.send(true).unwrap();
    assert_eq!(round.await.unwrap().unwrap().sent, 1);
    assert_eq!(world.states(), [(MessageState::Sent, 1), (MessageState::Queued, 0)]);
}

#[tokio::test]
async fn a_send_that_does_not_end_after_a_shutdown_is_put_back() {
    let world = World::with_messages(2);
    let server = SmtpServer::start(Script::accepting().at(Point::Content, Act::Hang)).await;
    let (stop, shutdown) = watch::channel(false);
    let delivery = world.delivery(plain(&server, patient()), 0);
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::None, shutdown).await });
    server.until_received(1).await;
    stop.send(true).unwrap();
    assert_eq!(round.await.unwrap().unwrap(), DeliverySummary { released: 1, ..DeliverySummary::default() });
    assert_eq!(world.states(), [(MessageState::Queued, 0), (MessageState::Queued, 0)]);
}

#[tokio::test]
async fn mail_as_files_is_one_file_a_message_and_the_same_file_when_sent_again() {
    let world = World::new();
    world.add("ada.lovelace@example.org", "text");
    world.add("o'brien@example.org", "text");
    let folder = world.folder.path().join("mail").join("out");
    let file = || Transport::new(TransportSettings::File { folder: folder.clone() }).unwrap();
    assert_eq!(all(&world.delivery(file(), 0)).await.sent, 2);
    let files = || {
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect::<Vec<_>>()
    };
    let before = files();
    let name = |index: usize| before[index].0.file_name().unwrap().to_str().unwrap().to_owned();
    assert_eq!(before.len(), 2, "nothing unfinished is left");
    assert_eq!(name(0), "20270115-000001-ada.lovelace.eml");
    assert!(!name(1).contains('\'') && name(1).ends_with(".eml"), "{}", name(1));
    let mail = String::from_utf8(before[0].1.clone()).unwrap();
    assert!(!mail.replace("\r\n", "").contains(['\r', '\n']), "every line ends in CRLF");

    world
        .db
        .write(Locks::ALL, |conn| {
            diesel::sql_query("UPDATE message SET state = 'queued'").execute(conn)?;
            Ok(())
        })
        .unwrap();
    assert_eq!(all(&world.delivery(file(), 3600)).await.sent, 2);
    assert_eq!(files(), before);
}

#[tokio::test]
async fn a_folder_that_can_not_be_written_stops_delivery() {
    let world = World::with_messages(1);
    let taken = world.folder.path().join("taken");
    std::fs::write(&taken, "a file").unwrap();
    let transport = Transport::new(TransportSettings::File { folder: taken.join("mail") }).unwrap();
    transport.check().await.unwrap_err();
    let summary = all(&world.delivery(transport, 0)).await;
    assert!(matches!(summary.stopped, Some(StopReason::Folder(_))));
    assert_eq!(world.states(), [(MessageState::Queued, 0)]);
}

#[tokio::test]
async fn a_check_says_whether_mail_could_be_sent_and_sends_none() {
    let server = SmtpServer::start(Script::accepting()).await;
    plain(&server, patient()).check().await.unwrap();
    server.follow(Script::accepting().at(Point::Auth, Act::Say("535 5.7.8 no")));
    let settings = SmtpSettings { credentials: user(), ..settings(&server, MailSecurity::None, patient()) };
    let refused = format!("{:?}", smtp(settings).check().await.unwrap_err());
    assert!(refused.contains("SignIn") && !refused.contains("a secret"), "{refused}");
    assert!(server.received().is_empty());
}

#[tokio::test]
async fn a_message_is_given_up_after_five_days_of_trying() {
    let world = World::with_messages(1);
    let server =
        SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say("450 4.2.1 greylisted"))).await;
    let (mut seconds, mut rounds) = (0, 0);
    while let [ListedMessage { state: MessageState::Queued | MessageState::Deferred, next_attempt_at, .. }] =
        world.listed().as_slice()
    {
        seconds = next_attempt_at.map_or(seconds, |next| (next - at(0)).num_seconds());
        world.deliver(&server, seconds).await;
        rounds += 1;
    }
    assert_eq!(world.states(), [(MessageState::Failed, rounds)]);
    let days = TimeDelta::seconds(seconds).num_hours();
    assert!((116..=120).contains(&days), "given up after {days} hours");
}

#[tokio::test]
async fn an_outcome_from_a_claim_that_is_over_changes_nothing() {
    let world = World::with_messages(1);
    let (first, _second) = (world.claim(0), world.claim(120));
    let late = AttemptOutcome::Failed { reason: "550".to_owned() };
    world
        .db
        .write(Locks::ALL, |conn| store::record(conn, &MailRoute::default(), [(&first, &late, at(121))]))
        .unwrap();
    assert_eq!(world.states(), [(MessageState::Sending, 0)]);
}
