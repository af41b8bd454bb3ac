//! Messages announced to a mail server behind the content of others: whatever the server makes of it, each goes once.
#![cfg(test)]

use std::collections::HashSet;
use std::time::Duration;

use refresher::delivery::{Delivery, StopReason};
use refresher::outbox::MessageState;

use crate::delivery::{World, all, impatient, patient, plain};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

/// Enough for messages to be announced behind others, whichever way they are claimed.
const MESSAGES: usize = 24;

fn delivery(world: &World, server: &SmtpServer, connections: usize, answer_within: Duration) -> Delivery {
    Delivery { connections, ..world.delivery(plain(server, answer_within), 0) }
}

#[tokio::test]
async fn most_messages_of_a_queue_are_announced_behind_others_and_all_go_whole_in_their_order() {
    let world = World::with_messages(MESSAGES);
    let server = SmtpServer::start(Script::accepting()).await;
    let summary = all(&delivery(&world, &server, 1, patient())).await;
    assert_eq!((summary.sent, server.connections()), (MESSAGES, 1));
    let received = server.received();
    let recipients: Vec<&str> = received.iter().map(|one| one.recipients[0].as_str()).collect();
    let expected: Vec<String> = (0..MESSAGES).map(|number| format!("person{number}@example.org")).collect();
    assert_eq!(recipients, expected);
    assert!(received.iter().all(|one| one.data.contains("\r\n.\r\nyour training")));
    // Unless it was slow at this moment.
    assert!(server.announced() >= MESSAGES / 4, "{} of {MESSAGES} were announced", server.announced());
}

#[tokio::test]
async fn nothing_is_announced_to_a_server_that_takes_one_command_at_a_time() {
    let world = World::with_messages(MESSAGES);
    let server = SmtpServer::start(Script::accepting().one_at_a_time()).await;
    assert_eq!(all(&delivery(&world, &server, 2, patient())).await.sent, MESSAGES);
    assert_eq!(server.announced(), 0);
}

/// Has the server do this once, in the middle of a queue. Nothing is confirmed twice, what was confirmed is sent, and no more
/// than the one message that met it is anything else; where delivery stops, the others stand as they did. What is left goes
/// the next day.
async fn is_struck_once(script: Script, connections: usize, (point, act): (Point, Act)) {
    let what = format!("{act:?} at {point:?} over {connections} connections of {script:?}");
    let world = World::with_messages(MESSAGES);
    let server = SmtpServer::start(script.nth(MESSAGES / 2, point, act)).await;
    let answer_within = if act == Act::Hang { impatient() } else { patient() };
    let summary = all(&delivery(&world, &server, connections, answer_within)).await;
    let confirmed = server.confirmed_ids();
    let different: HashSet<&String> = confirmed.iter().collect();
    assert_eq!(different.len(), confirmed.len(), "{what}: confirmed twice");
    let (sent, others): (Vec<_>, Vec<_>) =
        world.listed().into_iter().partition(|one| one.state == MessageState::Sent);
    let sent: HashSet<String> = sent.into_iter().map(|one| one.message_id).collect();
    assert_eq!(sent, confirmed.into_iter().collect(), "{what}: {summary:?}");
    if summary.stopped.is_some() {
        assert!(matches!(summary.stopped, Some(StopReason::Sender(_))), "{what}: {summary:?}");
        for one in others {
            let stands = (one.state, one.attempts, one.last_attempt_at);
            assert_eq!(stands, (MessageState::Queued, 0, None), "{what}");
        }
    } else {
        assert!(others.len() <= 1, "{what}: {summary:?}");
        // A server that hangs does not see that it was left, and one that is busy sees it late.
        assert!(server.most_open() <= connections + 1, "{what}: {} at once", server.most_open());
    }
    server.follow(Script::accepting());
    let rest = all(&world.delivery(plain(&server, patient()), 24 * 3600)).await.sent;
    assert_eq!(rest, MESSAGES - sent.len() - summary.failed, "{what}: {summary:?}");
}

#[tokio::test]
async fn whatever_a_server_does_to_an_announced_message_each_is_confirmed_at_most_once() {
    for point in [Point::Mail, Point::Rcpt, Point::Data, Point::Content] {
        for act in [
            Act::Drop,
            Act::SayAndClose("421 4.7.0 too many messages on this connection"),
            Act::Say("450 4.2.0 busy"),
            Act::Say("550 5.1.1 no such user"),
            Act::Say("999 what"),
            Act::Hang,
        ] {
            is_struck_once(Script::accepting(), 1, (point, act)).await;
            is_struck_once(Script::accepting().careless(), 3, (point, act)).await;
        }
    }
}

#[tokio::test]
async fn a_server_that_hangs_over_one_message_does_not_hold_up_the_one_announced_behind_it() {
    let world = World::with_messages(MESSAGES);
    let server = SmtpServer::start(Script::accepting().nth(MESSAGES / 2, Point::Content, Act::Hang)).await;
    let delivery = delivery(&world, &server, 2, Duration::from_secs(3600));
    let sending = tokio::spawn(async move { all(&delivery).await });
    let others = async {
        while server.answered() < MESSAGES - 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let waited = tokio::time::timeout(Duration::from_secs(30), others).await;
    assert!(waited.is_ok(), "{} of {MESSAGES} went", server.answered());
    sending.abort();
}

#[tokio::test]
async fn an_announced_message_whose_turn_does_not_come_stands_as_it_did() {
    let world = World::with_messages(MESSAGES);
    let refusing =
        Script::accepting().nth(MESSAGES / 2, Point::Content, Act::Say("550 5.7.1 relaying denied"));
    let server = SmtpServer::start(refusing).await;
    let summary = all(&delivery(&world, &server, 2, patient())).await;
    assert!(matches!(summary.stopped, Some(StopReason::Refused(_))), "{summary:?}");
    assert!(server.announced() > 0);
    let sent = server.confirmed_ids().len();
    let untouched = world.states().into_iter().filter(|state| *state == (MessageState::Queued, 0)).count();
    assert_eq!((summary.sent, untouched), (sent, MESSAGES - sent));
    server.follow(Script::accepting());
    assert_eq!(world.deliver(&server, 600).await.sent, MESSAGES - sent);
}
