//! Mail servers that are slow, broken or mean ill, and somebody between them and us.
#![cfg(test)]

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use refresher::clock::Clock;
use refresher::db::{Db, IfMissing};
use refresher::delivery::{DeliverySummary, MailSecurity, Patience, SmtpSettings, StopReason};
use refresher::outbox::MessageState;
use tokio::sync::watch;

use crate::delivery::{World, all, never, patient, plain, settings, smtp};
use crate::support::engine::full_when;
use crate::support::smtp::{Act, Point, Protection, Script, SmtpServer};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_a_server_takes_long_over_is_delivered_once_whoever_else_is_at_work() {
    let world = World::with_messages(2);
    let scanning = Act::Late(Duration::from_millis(1500));
    let server = SmtpServer::start(Script::accepting().at(Point::Content, scanning)).await;
    let deliverer = || {
        let mut delivery = world.delivery(plain(&server, patient()), 0);
        // Each as a process of its own has it.
        delivery.db = Db::open(&world.url(), IfMissing::Fail).unwrap();
        (delivery.clock, delivery.lease) = (Clock::System, TimeDelta::milliseconds(400));
        delivery
    };
    let first = deliverer();
    let round = tokio::spawn(async move { all(&first).await });
    server.until_received(1).await;
    // The other looks again and again, for several leases.
    let other = deliverer();
    let mut taken = 0;
    while !round.is_finished() {
        let mut summary = DeliverySummary::default();
        if taken == 0 {
            summary = other.deliver_all(Some(1), Patience::None, never()).await.unwrap();
        }
        taken += summary.sent;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let sent = round.await.unwrap().sent;
    assert_eq!((sent + taken, server.received().len()), (2, 2), "each went once");
    assert_eq!(world.states(), vec![(MessageState::Sent, 1); 2]);
}

#[tokio::test]
async fn a_renewal_that_fails_ends_no_send() {
    let world = World::with_messages(1);
    let server =
        SmtpServer::start(Script::accepting().at(Point::Content, Act::Late(Duration::from_millis(500))))
            .await;
    world.run_sql(&full_when(
        "UPDATE OF lease_until",
        // Not as it is made out, which renews the lease of the claim.
        "old.lease_until IS NOT NULL AND new.lease_until IS NOT NULL AND old.tried_on IS NOT NULL",
    ));
    let mut delivery = world.delivery(plain(&server, patient()), 0);
    delivery.lease = TimeDelta::milliseconds(200);
    assert_eq!(all(&delivery).await.sent, 1);
    assert_eq!(world.states(), [(MessageState::Sent, 1)]);
}

#[tokio::test]
async fn each_step_has_the_time_set_for_it() {
    let short = Duration::from_millis(200);
    for (point, which) in [
        (Point::Greeting, 0),
        (Point::Ehlo, 0),
        (Point::Mail, 0),
        (Point::Rcpt, 0),
        (Point::Data, 1),
        (Point::Content, 2),
    ] {
        // What is late for its own time is given up; what is late for another's is not.
        for (one, deferred) in [(which, 1), ((which + 1) % 3, 0)] {
            let world = World::with_messages(1);
            let late = Act::Late(Duration::from_millis(700));
            let server = SmtpServer::start(Script::accepting().one_at_a_time().at(point, late)).await;
            let mut settings = settings(&server, MailSecurity::None, patient());
            let times = &mut settings.times;
            *[&mut times.command, &mut times.data, &mut times.dot][one] = short;
            let summary = all(&world.delivery(smtp(settings), 0)).await;
            assert_eq!((summary.deferred, summary.sent), (deferred, 1 - deferred), "{point:?} with {one}");
        }
    }
}

#[tokio::test]
async fn what_was_slipped_in_before_tls_is_never_read_as_if_it_had_come_after() {
    for slipped_in in [
        "220 go ahead\r\n250-mail.example.test\r\n250 PIPELINING",
        "220 go ahead\r\n250 one\r\n250 two\r\n250 three\r\n354 four\r\n250 2.0.0 queued",
        "220 go ahead\r\n535 5.7.8 no",
        "220 go ahead\r\n\0",
    ] {
        let world = World::with_messages(1);
        let script = Script::accepting()
            .protected(Protection::StartTls)
            .at(Point::StartTls, Act::Say(slipped_in))
            .at(Point::Rcpt, Act::Say("550 5.1.1 no such user"));
        let server = SmtpServer::start(script).await;
        let summary = all(&world.delivery(smtp(trusting(&server, &world)), 0)).await;
        assert!(matches!(summary.stopped, Some(StopReason::Interfered(_))), "{slipped_in:?}: {summary:?}");
        assert_eq!(world.states(), [(MessageState::Queued, 0)]);
        assert!(server.received().is_empty());
    }
    // Without it the same server is trusted.
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting().protected(Protection::StartTls)).await;
    assert_eq!(all(&world.delivery(smtp(trusting(&server, &world)), 0)).await.sent, 1);
}

/// Settings by which the server's own certificate is trusted.
fn trusting(server: &SmtpServer, world: &World) -> SmtpSettings {
    let file = world.path().join("ca.pem");
    server.write_certificate(&file);
    SmtpSettings { ca_file: Some(file), ..settings(server, MailSecurity::StartTls, patient()) }
}

#[tokio::test]
async fn an_answer_that_came_before_it_was_asked_for_confirms_nothing() {
    for (point, said) in [
        (Point::Greeting, "220 hello\r\n250 hello"),
        (Point::Ehlo, "250 mail.example.test\r\n250 OK"),
        (Point::Mail, "250 OK\r\n250 OK\r\n354 go on\r\n250 2.0.0 queued"),
        (Point::Rcpt, "250 OK\r\n354 go on\r\n250 2.0.0 queued"),
        (Point::Data, "354 go on\r\n250 2.0.0 queued"),
        (Point::Data, "354 go on\n250 2.0.0 queued"),
    ] {
        for script in [Script::accepting(), Script::accepting().one_at_a_time()] {
            let world = World::with_messages(1);
            let refusing = script.at(point, Act::Say(said)).at(Point::Content, Act::Say("550 5.6.0 no"));
            let server = SmtpServer::start(refusing).await;
            let summary = all(&world.delivery(plain(&server, patient()), 0)).await;
            assert_eq!((summary.sent, summary.deferred), (0, 1), "{said:?} at {point:?}: {summary:?}");
        }
    }
    // After a confirmation it is that connection's end, and no more.
    let world = World::with_messages(3);
    let server =
        SmtpServer::start(Script::accepting().at(Point::Content, Act::Say("250 queued\r\n250 queued"))).await;
    assert_eq!(all(&world.delivery(plain(&server, patient()), 0)).await.sent, 3);
    assert_eq!((server.received().len(), server.connections()), (3, 3));
}

#[tokio::test]
async fn nonsense_is_a_lost_connection_told_in_words_for_people() {
    for nonsense in ["OK queued", "250-one\r\n550 two", "2x0 OK", "", "\0\0\0\0", "HTTP/1.1 400 Bad Request"]
    {
        let world = World::with_messages(1);
        let server = SmtpServer::start(Script::accepting().at(Point::Content, Act::Say(nonsense))).await;
        let summary = all(&world.delivery(plain(&server, patient()), 0)).await;
        assert_eq!((summary.deferred, summary.stopped), (1, None), "{nonsense:?}");
        let [listed] = world.listed().try_into().unwrap();
        let told = listed.last_error.unwrap();
        assert!(told.starts_with("the connection was lost when the message was handed over: "), "{told}");
        assert!(told.contains("answer") && !told.contains("error"), "{told}");
    }
}

#[tokio::test]
async fn a_line_without_an_end_is_a_lost_connection_and_fills_no_memory() {
    for point in [Point::Greeting, Point::Ehlo, Point::Mail, Point::Data, Point::Content] {
        let world = World::with_messages(1);
        let server = SmtpServer::start(Script::accepting().at(point, Act::Pour)).await;
        let summary = all(&world.delivery(plain(&server, patient()), 0)).await;
        assert_eq!((summary.deferred, summary.stopped), (1, None), "{point:?}");
        let [listed] = world.listed().try_into().unwrap();
        assert!(listed.last_error.unwrap().contains("4 KB"));
        // What the system keeps for a connection is all that was taken.
        assert!(server.poured() < 64 << 20, "{point:?}: {}", server.poured());
    }
}

#[tokio::test]
async fn the_server_is_greeted_by_the_name_of_the_settings_or_by_our_address() {
    for (hello, greeted_as) in [
        (None, "[127.0.0.1]"),
        (Some("refresher.example.org"), "refresher.example.org"),
        (Some("[192.0.2.1]"), "[192.0.2.1]"),
    ] {
        let world = World::with_messages(1);
        let server = SmtpServer::start(Script::accepting()).await;
        let mut settings = settings(&server, MailSecurity::None, patient());
        settings.hello = hello.map(str::to_owned);
        settings.host = "127.0.0.1".to_owned();
        assert_eq!(all(&world.delivery(smtp(settings), 0)).await.sent, 1);
        assert_eq!(server.greeted_as(), [greeted_as]);
    }
}

#[tokio::test]
async fn a_shutdown_cuts_off_the_wait_for_the_last_answer() {
    let world = World::with_messages(1);
    let server = SmtpServer::start(Script::accepting().at(Point::Content, Act::Hang)).await;
    let (stop, shutdown) = watch::channel(false);
    let delivery = Arc::new(world.delivery(plain(&server, Duration::from_secs(600)), 0));
    let round = tokio::spawn(async move { delivery.deliver_all(None, Patience::None, shutdown).await });
    server.until_received(1).await;
    stop.send(true).unwrap();
    assert_eq!(round.await.unwrap().unwrap().released, 1, "it may have been taken, and stays to be sent");
    assert_eq!(world.states(), [(MessageState::Queued, 0)]);
}
