//! Organisations whose mail leaves by a sender of their own: its server, its pace, its stops.

use std::collections::BTreeSet;

use diesel::RunQueryDsl;
use refresher::db::Locks;
use refresher::delivery::{Delivery, SendingRate, StopReason};
use refresher::outbox::{MailRoute, MessageState};

use crate::delivery::{World, all, patient, plain};
use crate::support::program::Folder;
use crate::support::smtp::{Act, Point, Script, SmtpServer};

/// A world of two organisations, with messages of both in turns.
fn of_two(messages: usize) -> World {
    let world = World::with_messages(messages);
    world
        .db
        .write(Locks::ALL, |conn| {
            diesel::sql_query("INSERT INTO organisation (id, code) VALUES (2, 'RYY')").execute(conn)?;
            diesel::sql_query("UPDATE message SET organisation_id = 2 WHERE id % 2 = 0").execute(conn)
        })
        .unwrap();
    world
}

fn theirs(world: &World, server: &SmtpServer, seconds: i64) -> Delivery {
    let delivery = world.delivery(plain(server, patient()), seconds);
    Delivery { route: MailRoute::of(vec!["RYY".to_owned()]), ..delivery }
}

fn the_others(world: &World, server: &SmtpServer, seconds: i64) -> Delivery {
    let delivery = world.delivery(plain(server, patient()), seconds);
    Delivery { route: MailRoute::of_all_but(vec!["RYY".to_owned()]), ..delivery }
}

/// How many messages of each organisation are in the state.
fn in_state(world: &World, state: MessageState) -> (usize, usize) {
    let of = |id| world.listed().iter().filter(|one| one.organisation_id == id && one.state == state).count();
    (of(1), of(2))
}

#[tokio::test]
async fn a_sender_sends_its_organisations_mail_alone_at_a_pace_of_its_own() {
    let world = of_two(20);
    let server = SmtpServer::start(Script::accepting()).await;
    let rate = SendingRate { per_minute: 4, per_day: 6 };
    let at_a_pace = |delivery: Delivery| Delivery { rate, ..delivery };
    for (seconds, expected) in [(0, 4), (59, 4), (60, 6), (3600, 6), (24 * 3600 + 61, 10)] {
        all(&at_a_pace(theirs(&world, &server, seconds))).await;
        assert_eq!(in_state(&world, MessageState::Sent), (0, expected), "after {seconds} seconds");
    }
    // Another has as many of its own, however many went by the first.
    let seconds = 24 * 3600 + 61;
    let round = all(&at_a_pace(the_others(&world, &server, seconds))).await;
    assert_eq!((round.sent, in_state(&world, MessageState::Sent)), (4, (4, 10)));
    assert!(round.waiting_until.is_some());
    // What one has in hand takes nothing of the other's.
    world.db.write(Locks::ALL, |conn| diesel::sql_query("UPDATE message SET state = 'sending', lease_until = '2099-01-01 00:00:00' WHERE state = 'queued' AND organisation_id = 1").execute(conn)).unwrap();
    world
        .db
        .write(Locks::ALL, |conn| {
            diesel::sql_query("UPDATE message SET state = 'queued', attempts = 0 WHERE id = 2").execute(conn)
        })
        .unwrap();
    let round = all(&at_a_pace(theirs(&world, &server, 3 * 24 * 3600))).await;
    assert_eq!(round.sent, 1);
}

#[tokio::test]
async fn refusals_of_one_sender_say_nothing_of_another_s_and_its_stop_holds_up_no_other() {
    const UNCLEAR: &str = "550 5.3.0 not today, ticket 4711";
    let world = of_two(12);
    let refusing = SmtpServer::start(Script::accepting().at(Point::Rcpt, Act::Say(UNCLEAR))).await;
    let taking = SmtpServer::start(Script::accepting()).await;
    // In turns, one message each: what the second server takes does not end the row at the first.
    let one_of = |delivery: Delivery| async move {
        delivery
            .deliver_all(Some(1), refresher::delivery::Patience::None, crate::delivery::never())
            .await
            .unwrap()
    };
    let mut stopped = None;
    for seconds in 0..3 {
        let round = one_of(the_others(&world, &refusing, seconds)).await;
        stopped = stopped.or(round.stopped);
        assert_eq!(one_of(theirs(&world, &taking, seconds)).await.sent, 1);
    }
    assert!(matches!(stopped, Some(StopReason::Alike(_))), "{stopped:?}");
    assert_eq!(in_state(&world, MessageState::Failed), (0, 0), "none of them is given up");
    assert_eq!(all(&theirs(&world, &taking, 4)).await.sent, 3);
    assert_eq!(in_state(&world, MessageState::Sent), (0, 6));
}

/// Two trusts, of which the second has a sender of its own, with a person to be reminded each.
fn folder(own: &SmtpServer, others: &SmtpServer) -> Folder {
    let folder = Folder::new();
    folder.write("organisations.csv", "code,name,kind,safeguarding_email\nRYY,Other Trust,community,\n");
    folder.write(
        "staff.csv",
        "organisation,employee_number,last_name,email,start_date\nRXX,1,Own,own@example.org,2020-01-01\n\
         RYY,2,Other,theirs@example.org,2020-01-01\n",
    );
    let policy = folder.read("policy.toml");
    let policy = policy.replace("working_days_only = true", "working_days_only = false");
    folder.write("policy.toml", policy.replace("max_messages = 25.0", "max_messages = 100.0"));
    let settings = folder.read("refresher.toml").replace(
        "transport = \"file\"",
        &format!(
            "transport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\nfrom = \"own@example.org\"\n\
             username = \"ours\"\npassword = \"hush\"",
            own.address.port()
        ),
    );
    let sender = format!(
        "\n[[sender]]\norganisations = [\"RYY\"]\nhost = \"127.0.0.1\"\nport = {}\nsecurity = \"none\"\n\
         from = \"Their training <theirs@example.org>\"\n",
        others.address.port()
    );
    folder.write("refresher.toml", settings + &sender);
    for kind in ["organisations", "staff"] {
        folder.run_as(&format!("import {kind} {kind}.csv")).ended(0);
    }
    assert_eq!(folder.run_as("--json remind").ended(0).json()["total"], 2);
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn each_organisations_mail_leaves_by_its_sender_and_what_stands_still_is_told_by_whose_it_is() {
    let own = SmtpServer::start(Script::accepting().at(Point::Mail, Act::Say("550 5.7.1 not you"))).await;
    let others = SmtpServer::start(Script::accepting()).await;
    let folder = folder(&own, &others);
    let sent = folder.run_as("send").ended(1);
    assert!(
        sent.err.contains("the mail of everybody but RYY: the mail server refuses the sender"),
        "{sent:?}"
    );
    let received = others.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].recipients, ["theirs@example.org"]);
    assert_eq!(received[0].sender, "theirs@example.org");
    let from = received[0].header("From").unwrap();
    assert!(from.contains("Their training - Other Trust"), "{from}");
    assert!(received[0].header("Message-ID").unwrap().ends_with("@example.org>"));
    assert_eq!(others.sign_ins(), [] as [&str; 0], "another server is not told our password");
    let outbox = folder.run_as("--json outbox").ended(0).json();
    let senders = outbox["senders"].as_array().unwrap();
    assert_eq!((&senders[0]["mail_of"], &senders[0]["waiting"]), (&"everybody but RYY".into(), &1.into()));
    assert!(senders[0]["stopped"].as_str().unwrap().contains("refuses the sender"));
    assert_eq!((&senders[1]["mail_of"], &senders[1]["waiting"]), (&"RYY".into(), &0.into()));
    assert!(senders[1]["stopped"].is_null());
    let words = folder.run_as("outbox").ended(0).out.replace('\n', " ");
    assert!(words.contains("The mail of everybody but RYY: 1 waiting"), "{words}");
    let check = folder.run_as("check").out.replace('\n', " ");
    let check = check.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(check.contains("delivery: the mail of everybody but RYY has stood still since"), "{check}");
    assert!(check.contains("mail: for the mail of RYY: 127.0.0.1 port"), "{check}");
    own.follow(Script::accepting());
    folder.run_as("send").ended(0);
    assert_eq!(own.received().len(), 1);
    let ids: BTreeSet<String> = own
        .received()
        .iter()
        .chain(&others.received())
        .map(|mail| mail.header("Message-ID").unwrap().to_owned())
        .collect();
    assert_eq!(ids.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_for_an_organisation_that_nobody_knows_is_told_with_its_line_and_mails_nobody() {
    let server = SmtpServer::start(Script::accepting()).await;
    let folder = folder(&server, &server);
    let settings = folder
        .read("refresher.toml")
        .replace("organisations = [\"RYY\"]", "organisations = [\"RYY\", \"RZZ\"]");
    let line = settings.lines().position(|line| line.starts_with("organisations = [\"RYY\"")).unwrap() + 1;
    folder.write("refresher.toml", settings);
    let told = format!("refresher.toml:{line}: `organisations` of a [[sender]] names RZZ");
    for command in ["send", "daemon"] {
        let refused = folder.run_as(command).ended(1);
        assert!(refused.err.contains(&told), "{refused:?}");
    }
    assert!(folder.run_as("check").out.contains(&told));
    assert_eq!(server.received().len(), 0);
}
