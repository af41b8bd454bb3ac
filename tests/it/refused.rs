//! A mail server that refuses us, not our recipients; who is told, and what becomes of the messages.
#![cfg(test)]

use refresher::delivery::{Delivery, DeliverySummary, Patience, StopReason};
use refresher::outbox::MessageState;

use crate::delivery::{World, all, at, never, patient, plain};
use crate::support::mailing::Mailing;
use crate::support::program::{Folder, Ran};
use crate::support::smtp::{Act, Point, Script, SmtpServer};

const RELAY: &str = "554 5.7.1 <person0@example.org>: Relay access denied";
const UNCLEAR: &str = "550 5.3.0 <person0@example.org>: not today, ticket 4711";

fn deliverer(world: &World, server: &SmtpServer, seconds: i64, connections: usize) -> Delivery {
    let mut delivery = world.delivery(plain(server, patient()), seconds);
    delivery.connections = connections;
    delivery
}

fn alike(summary: &DeliverySummary) -> bool {
    matches!(&summary.stopped, Some(StopReason::Alike(said)) if !said.contains("person"))
}

#[tokio::test]
async fn a_refusal_of_us_at_the_recipient_or_after_the_message_stops_delivery_and_counts_nothing() {
    for point in [Point::Rcpt, Point::Data, Point::Content] {
        for connections in [1, 3] {
            let world = World::with_messages(13);
            let server = SmtpServer::start(Script::accepting().at(point, Act::Say(RELAY))).await;
            let summary = all(&deliverer(&world, &server, 0, connections)).await;
            let what = format!("{point:?} over {connections}: {summary:?}");
            assert!(matches!(summary.stopped, Some(StopReason::Refused(_))), "{what}");
            assert_eq!((summary.sent, summary.failed, summary.deferred), (0, 0, 0), "{what}");
            assert_eq!(world.states(), vec![(MessageState::Queued, 0); 13], "{what}");
            assert!(world.listed().iter().all(|one| one.last_attempt_at.is_none()), "{what}");
            server.follow(Script::accepting());
            assert_eq!(all(&deliverer(&world, &server, 1, connections)).await.sent, 13);
            assert_eq!(world.states(), vec![(MessageState::Sent, 1); 13]);
        }
    }
}

#[tokio::test]
async fn three_in_a_row_who_meet_the_same_refusal_stop_delivery_and_none_of_them_is_given_up() {
    for point in [Point::Rcpt, Point::Content] {
        for connections in [1, 3] {
            let world = World::with_messages(13);
            let server = SmtpServer::start(Script::accepting().at(point, Act::Say(UNCLEAR))).await;
            let summary = all(&deliverer(&world, &server, 0, connections)).await;
            let what = format!("{point:?} over {connections}: {summary:?}");
            assert!(alike(&summary), "{what}");
            assert_eq!((summary.sent, summary.failed, summary.released), (0, 0, 3), "{what}");
            assert_eq!(world.states(), vec![(MessageState::Queued, 0); 13], "{what}");
            let untouched = |one: &refresher::outbox::ListedMessage| {
                one.last_error.is_none() && one.first_attempt_at.is_none() && one.last_attempt_at.is_none()
            };
            assert!(world.listed().iter().all(untouched), "{what}");

            // The row goes on: whoever is tried next stops it at once.
            let summary = all(&deliverer(&world, &server, 60, 1)).await;
            assert!(alike(&summary) && summary.released == 1, "{summary:?}");
            server.follow(Script::accepting());
            assert_eq!(all(&deliverer(&world, &server, 120, connections)).await.sent, 13);
        }
    }
}

#[tokio::test]
async fn a_row_goes_on_over_rounds_and_processes() {
    let world = World::with_messages(5);
    let server = SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say(UNCLEAR))).await;
    let one = async |seconds| {
        let delivery = deliverer(&world, &server, seconds, 1);
        delivery.deliver_all(Some(1), Patience::None, never()).await.unwrap()
    };
    assert_eq!(one(0).await, DeliverySummary { failed: 1, ..DeliverySummary::default() });
    assert_eq!(one(1).await, DeliverySummary { failed: 1, ..DeliverySummary::default() });
    let third = one(2).await;
    assert!(alike(&third) && third.failed == 0, "{third:?}");
    assert_eq!(world.states(), vec![(MessageState::Queued, 0); 5]);
}

#[tokio::test]
async fn fewer_than_three_in_a_row_are_given_up_alone() {
    let refuse = |script: Script, nth, said| script.nth(nth, Point::Rcpt, Act::Say(said));
    // Accepted between; refused otherwise between; refused as unknown between.
    for (script, failed) in [
        (Script::accepting().first(2, Point::Rcpt, Act::Say(UNCLEAR)), 2),
        (
            refuse(
                refuse(Script::accepting().first(2, Point::Rcpt, Act::Say(UNCLEAR)), 1, "550 other"),
                1,
                UNCLEAR,
            ),
            4,
        ),
        (
            Script::accepting()
                .first(2, Point::Rcpt, Act::Say(UNCLEAR))
                .first(1, Point::Rcpt, Act::Say("550 5.1.1 no such user"))
                .first(2, Point::Rcpt, Act::Say(UNCLEAR)),
            5,
        ),
    ] {
        let world = World::with_messages(6);
        let server = SmtpServer::start(script.clone()).await;
        let summary = all(&deliverer(&world, &server, 0, 1)).await;
        assert_eq!((summary.failed, summary.sent, summary.stopped), (failed, 6 - failed, None), "{script:?}");
        let given_up = world.states().iter().filter(|state| **state == (MessageState::Failed, 1)).count();
        assert_eq!(given_up, failed);
    }
}

#[tokio::test]
async fn many_who_are_unknown_or_one_who_is_refused_many_times_stop_nothing() {
    let world = World::with_messages(13);
    let unknown = "550 5.1.1 User unknown";
    let server = SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say(unknown))).await;
    let summary = all(&deliverer(&world, &server, 0, 3)).await;
    assert_eq!((summary.failed, summary.stopped), (13, None));

    let world = World::new();
    for address in ["ada@example.org", "Ada@example.org", "ADA@EXAMPLE.ORG", "ada@example.org"] {
        world.add(address, "text");
    }
    server.follow(Script::accepting().at(Point::Rcpt, Act::Say(UNCLEAR)));
    let summary = all(&deliverer(&world, &server, 0, 1)).await;
    assert_eq!((summary.failed, summary.stopped), (4, None));
}

#[tokio::test]
async fn what_was_tried_before_is_put_back_with_the_attempts_it_had() {
    let world = World::with_messages(3);
    let server = SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say("450 4.2.1 later"))).await;
    assert_eq!(all(&deliverer(&world, &server, 0, 1)).await.deferred, 3);
    let before = world.listed();
    server.follow(Script::accepting().at(Point::Rcpt, Act::Say(UNCLEAR)));
    assert!(alike(&all(&deliverer(&world, &server, 60, 1)).await));
    assert_eq!(world.listed(), before);
    assert_eq!(before[0].last_attempt_at, Some(at(0)));
}

#[tokio::test]
async fn what_we_were_refused_over_holds_up_no_other() {
    for refusal in [RELAY, UNCLEAR] {
        let world = World::with_messages(5);
        let refusing = Script::accepting().first(3, Point::Rcpt, Act::Say(refusal));
        let server = SmtpServer::start(refusing).await;
        // A refusal of us stops at once, an unclear one at the third.
        for seconds in 0..3 {
            all(&deliverer(&world, &server, seconds, 1)).await;
        }
        let sent = all(&deliverer(&world, &server, 3, 1)).await.sent;
        assert!(sent <= 5);
        assert_eq!(world.states(), vec![(MessageState::Sent, 1); 5]);
        let received = server.received();
        assert_eq!(received[0].recipients, ["person3@example.org"], "{refusal}");
    }
}

/// A run of the program while the server goes on answering.
async fn run(folder: &Folder, words: &'static str) -> Ran {
    tokio::task::block_in_place(|| folder.run_as(words))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn send_says_that_the_server_refuses_us_and_nothing_is_given_up() {
    for (said, told) in
        [(RELAY, "refuses mail from here, not its recipient"), (UNCLEAR, "one recipient after another")]
    {
        let server = SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say(said))).await;
        let mailing = Mailing::to(&server, 13);
        let stopped = run(&mailing.folder, "send").await.ended(1);
        assert!(stopped.err.contains(told) && stopped.err.contains("nothing is lost"), "{stopped:?}");
        assert!(!stopped.err.contains("person0"), "{stopped:?}");
        assert_eq!(mailing.in_state("queued").len(), 13);

        let checked = run(&mailing.folder, "check").await;
        assert!(checked.out.contains("stood still since") && checked.out.contains(told), "{checked:?}");
        assert_eq!(checked.status, 1);

        server.follow(Script::accepting());
        run(&mailing.folder, "send").await.ended(0);
        assert_eq!(mailing.in_state("sent").len(), 13);
        let checked = run(&mailing.folder, "check").await;
        assert!(!checked.out.contains("stood still"), "{checked:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn send_that_only_gives_up_is_a_failure_that_says_why() {
    let unknown = "550 5.1.1 <person0@example.org>: User unknown";
    let server = SmtpServer::start(Script::accepting().first(2, Point::Rcpt, Act::Say(unknown))).await;
    let mailing = Mailing::to(&server, 3);
    let failed = run(&mailing.folder, "send --limit 2").await.ended(1);
    assert!(failed.err.contains("nothing was sent") && failed.err.contains("User unknown"), "{failed:?}");
    assert!(!failed.err.contains("person"), "{failed:?}");
    run(&mailing.folder, "send").await.ended(0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mail_as_files_keeps_no_pace() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = Mailing::to(&server, 7);
    let settings = mailing.folder.read("refresher.toml");
    let settings = settings
        .replace("transport = \"smtp\"", "transport = \"file\"")
        .replace("per_minute = 100000", "per_minute = 1")
        .replace("per_day = 10000", "per_day = 2");
    mailing.folder.write("refresher.toml", settings);
    let sent = run(&mailing.folder, "--json send").await.ended(0).json();
    assert_eq!((&sent["sent"], &sent["waiting_until"]), (&7.into(), &serde_json::Value::Null), "{sent}");
}

/// The mail written to files, each whole.
fn mails(folder: &Folder) -> Vec<String> {
    let mut files: Vec<_> =
        std::fs::read_dir(folder.file("mail")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}

fn header<'a>(mail: &'a str, name: &str) -> Option<&'a str> {
    let head = mail.split("\r\n\r\n").next()?;
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn mail_speaks_for_its_own_organisation_and_nobody_is_told_to_reply_to_another() {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    let contact = "safeguarding_email = \"safeguarding@example.org\"";
    let from = "from = \"Safeguarding training <training@example.org>\"";
    let settings = settings
        .replace(&format!("# {contact}"), contact)
        .replace("# from = \"Safeguarding training <safeguarding@example.org>\"", from);
    assert!(settings.contains(from));
    folder.write("refresher.toml", settings);
    let policy = folder.read("policy.toml").replace("working_days_only = true", "working_days_only = false");
    folder.write("policy.toml", policy.replace("max_messages = 25.0", "max_messages = 100.0"));
    folder.write("o.csv", "code,name,kind,safeguarding_email\nRYY,Other Trust,community,other@example.org\nRZZ,Third Trust,acute,\n");
    folder.run_as("import organisations o.csv").ended(0);
    folder.write(
        "staff.csv",
        "organisation,employee_number,first_name,last_name,email,start_date\n\
         RXX,1,Ada,One,ada@example.org,2020-01-06\n\
         RYY,2,Ben,Two,ben@example.org,2020-01-06\n\
         RZZ,3,Cyn,Three,cyn@example.org,2020-01-06\n",
    );
    folder.run_as("import staff staff.csv").ended(0);
    folder.run_as("remind").ended(0);
    folder.run_as("send").ended(0);
    let mails = mails(&folder);
    for (to, name, reply_to) in [
        (
            "ada@example.org",
            "\"Safeguarding training - Example NHS Trust\"",
            Some("safeguarding@example.org"),
        ),
        ("ben@example.org", "\"Other Trust\"", Some("other@example.org")),
        ("cyn@example.org", "\"Third Trust\"", None),
    ] {
        let mail = mails.iter().find(|mail| header(mail, "To") == Some(to)).unwrap();
        assert_eq!(header(mail, "From"), Some(&*format!("{name} <training@example.org>")));
        assert_eq!(header(mail, "Reply-To"), reply_to, "{to}");
        let text = mail.replace("=\r\n", "");
        assert_eq!(text.contains("Reply to this message"), reply_to.is_some(), "{mail}");
        assert_eq!(text.contains("Tell your line manager"), reply_to.is_none(), "{mail}");
        let others = ["safeguarding@example.org", "other@example.org"];
        assert!(others.iter().all(|other| Some(*other) == reply_to || !text.contains(other)), "{mail}");
    }
}
