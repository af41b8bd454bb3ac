//! What is said is true when it is said: reminders and digests are put into words at their first attempt, whatever
//! happened since they were planned (spec 5).
#![cfg(test)]

mod any_history;

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use refresher::audit::Actor;
use refresher::db::{Conn, DbResult, Durability, Locks};
use refresher::delivery::{
    Delivery, DeliverySummary, MailSecurity, Patience, SendingVerdict, SmtpSettings, Transport,
    TransportSettings,
};
use refresher::import::FileKind;
use refresher::jobs::{self, PlannedParts};
use refresher::outbox::{
    AttemptOutcome, AttemptRecorded, ClaimedMessage, EnqueueOutcome, InitialState, ListedMessage, MailRoute,
    Message, MessageKind, MessagePromise, MessageState, PromisedStage, UnwordedMessage, store,
};
use serde_json::Value;
use tokio::sync::watch;

use crate::support::program::Folder;
use crate::support::smtp::{Act, Point, Script, SmtpServer};
use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 30\nabsent_statuses = ['Maternity']\n\
    [[course]]\ncode = 'A'\ntitle = 'Alpha'\nvalid_months = 12\n\
    [[course]]\ncode = 'B'\ntitle = 'Beta'\nvalid_months = 12\n\
    [[requirement]]\ncourse = 'A'\n[[requirement]]\ncourse = 'B'\n[reminders]\nbefore_days = [30, 14, 7, 1]\n";

const HEADER: &str = "employee_number,last_name,email,start_date,manager_employee_number,assignment_status\n";

/// A Monday, without a bank holiday near it.
const MONDAY: &str = "2026-06-15";

fn monday() -> NaiveDate {
    day(MONDAY)
}

/// So many days after the Monday.
fn later(days: i64) -> NaiveDate {
    monday() + TimeDelta::days(days)
}

fn staff(trust: &Trust, on: NaiveDate, rows: &str) {
    trust.import(on, FileKind::Staff, &format!("{HEADER}{rows}"));
}

/// Records that lapse so many days after the Monday.
fn lapses(trust: &Trust, on: NaiveDate, rows: &[(&str, &str, i64)]) {
    let row =
        |(who, course, days): &(&str, &str, i64)| format!("{who},{course},2025-01-10,{}\n", later(*days));
    let rows: String = rows.iter().map(row).collect();
    trust.import(on, FileKind::Training, &format!("employee_number,course,completed_on,expires_on\n{rows}"));
}

fn write<T>(trust: &Trust, now: DateTime<Utc>, work: impl FnOnce(&mut Conn) -> DbResult<T>) -> T {
    trust.app(now).db.write_lasting(Locks::ALL, Durability::AtOnce, work).unwrap()
}

/// Keeps everything back that waits, as the mail brake would have.
fn hold(trust: &Trust, on: NaiveDate) {
    write(trust, at(on, 8, 1), store::hold_waiting);
}

fn release(trust: &Trust, on: NaiveDate) {
    write(trust, at(on, 8, 30), |conn| store::release_held(conn, None, at(on, 8, 30)));
}

fn shown(trust: &Trust, id: i32) -> Message {
    let app = trust.app(at(monday(), 0, 0));
    app.db.read(|conn| store::show(conn, id)).unwrap().unwrap()
}

/// The words, without their line ends.
fn text(trust: &Trust, id: i32) -> String {
    shown(trust, id).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn of_kind(trust: &Trust, kind: MessageKind) -> Vec<ListedMessage> {
    trust.messages().into_iter().filter(|message| message.kind == kind).collect()
}

fn states(messages: &[ListedMessage]) -> Vec<MessageState> {
    messages.iter().map(|message| message.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_after_five_held_days_sends_one_mail_a_person_that_says_how_things_are() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n02,Birch,birch@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 30), ("01", "B", 32), ("02", "A", 30), ("02", "B", 900)]);
    for days in 0..5 {
        trust.plan(later(days), PlannedParts::Reminders);
        hold(&trust, later(days));
    }
    assert_eq!(
        states(&of_kind(&trust, MessageKind::Reminder)),
        [MessageState::Cancelled, MessageState::Held, MessageState::Held],
        "Ash heard of a second course on the third day"
    );
    let monday_after = later(7);
    release(&trust, monday_after);
    assert_eq!(trust.deliver(at(monday_after, 9, 0)).await.sent, 2);
    let reminders = of_kind(&trust, MessageKind::Reminder);
    assert_eq!(states(&reminders), [MessageState::Cancelled, MessageState::Sent, MessageState::Sent]);
    assert_eq!(reminders[0].last_error.as_deref(), Some("superseded by message 3"));
    let ash = text(&trust, 3);
    assert!(ash.contains("in 23 days") && ash.contains("in 25 days"), "{ash}");
    assert!(ash.contains("Alpha") && ash.contains("Beta"), "{ash}");
    assert!(text(&trust, 2).contains("in 23 days"));
    assert_eq!(
        trust.plan(monday_after, PlannedParts::Reminders).totals().of(MessageKind::Reminder),
        0,
        "what passed on stays told"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn days_are_counted_from_the_day_of_sending() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 5), ("01", "B", 900)]);
    trust.plan(monday(), PlannedParts::Reminders);
    hold(&trust, monday());
    assert_eq!(shown(&trust, 1).text, "", "it has no words yet");
    release(&trust, later(21));
    assert_eq!(trust.deliver(at(later(21), 9, 0)).await.sent, 1);
    let said = text(&trust, 1);
    assert!(said.contains("16 days ago") && !said.contains("in 5 days"), "{said}");
    let mail = String::from_utf8(trust.memory.sent()[0].bytes.clone()).unwrap();
    assert!(mail.contains("Date: Mon, 06 Jul 2026"), "{mail}");
}

/// What can happen to a receiver between the plan and the mail.
#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_is_cancelled_whose_receiver_or_reason_is_gone_and_else_goes_where_they_are_now() {
    const ASH: &str = "01,Ash,ash@example.org,2020-01-01,,\n";
    let trained = |rows: &str| (FileKind::Training, format!("employee_number,course,completed_on\n{rows}"));
    let list = |row: &str| (FileKind::Staff, format!("{HEADER}09,Oak,oak@example.org,2020-01-01,,\n{row}"));
    let exempt = "employee_number,course,from,until,reason\n01,,2026-06-01,2026-12-31,x\n".to_owned();
    for (what, (kind, content), expected) in [
        ("nothing", list(ASH), Ok("ash@example.org")),
        ("left", list(""), Err("has left")),
        ("is away", list(&ASH.replace(",\n", ",Maternity\n")), Err("absent")),
        ("is exempt", (FileKind::Exemptions, exempt), Err("no longer due")),
        ("renewed both", trained("01,A,2026-06-15\n01,B,2026-06-15\n"), Err("no longer due")),
        ("renewed one", trained("01,A,2026-06-15\n"), Ok("ash@example.org")),
        ("has a new address", list(&ASH.replace("ash@", "a.ash@")), Ok("a.ash@example.org")),
        ("has a new name", list(&ASH.replace("Ash,", "Elm,")), Ok("ash@example.org")),
        ("is written otherwise", list("01,ASH,Ash@Example.org,2020-01-01,,\n"), Ok("Ash@Example.org")),
        ("is another person", list("01,Elm,elm@example.org,2020-01-01,,\n"), Err("another person")),
        ("has no address", list(&ASH.replace("ash@example.org", "")), Err("no longer has an email")),
    ] {
        let trust = Trust::new(POLICY);
        staff(&trust, monday(), &format!("09,Oak,oak@example.org,2020-01-01,,\n{ASH}"));
        lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 14), ("09", "A", 900), ("09", "B", 900)]);
        trust.plan(monday(), PlannedParts::Reminders);
        trust.import(monday(), kind, &content);
        trust.deliver(at(monday(), 9, 0)).await;
        let reminder = of_kind(&trust, MessageKind::Reminder).remove(0);
        match expected {
            Ok(recipient) => {
                assert_eq!(
                    (reminder.state, reminder.recipient.as_str()),
                    (MessageState::Sent, recipient),
                    "{what}"
                );
                let said = text(&trust, reminder.id);
                assert_eq!(said.contains("Alpha"), what != "renewed one", "{what}: {said}");
                assert!(said.contains("Beta"), "{what}: {said}");
            }
            Err(reason) => {
                let said = reminder.last_error.unwrap_or_default();
                assert!(reminder.state == MessageState::Cancelled && said.contains(reason), "{what}: {said}");
                assert!(trust.memory.sent().is_empty(), "{what}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_lists_who_is_that_managers_report_at_the_moment_and_nobody_else() {
    const TEAM: &str = "01,Ash,ash@example.org,2020-01-01,,\n02,Birch,,2020-01-01,01,\n03,Cedar,,2020-01-01,01,\n\
        04,Date,date@example.org,2020-01-01,,\n05,Elm,,2020-01-01,04,\n";
    for (what, from, to, lists, leaves_out) in [
        ("moved away", "Cedar,,2020-01-01,01", "Cedar,,2020-01-01,04", "Birch", "Cedar"),
        ("left", "03,Cedar,,2020-01-01,01,\n", "", "Birch", "Cedar"),
        ("is away", "Cedar,,2020-01-01,01,", "Cedar,,2020-01-01,01,Maternity", "Birch", "Cedar"),
        ("moved here", "Elm,,2020-01-01,04", "Elm,,2020-01-01,01", "Elm", "Date"),
    ] {
        let trust = Trust::new(POLICY);
        staff(&trust, monday(), TEAM);
        trust.plan(monday(), PlannedParts::Digests);
        staff(&trust, monday(), &TEAM.replace(from, to));
        trust.deliver(at(monday(), 9, 0)).await;
        let digests = of_kind(&trust, MessageKind::ManagerDigest);
        let ashs = digests.iter().find(|digest| digest.recipient == "ash@example.org").unwrap();
        let said = text(&trust, ashs.id);
        assert!(said.contains(lists) && !said.contains(leaves_out), "{what}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_digest_lists_whom_no_manager_may_hear_of_at_the_moment() {
    // Birch has a manager who can be told; Cedar and Elm come to have none; Fir has two posts, one of them led by nobody.
    let trust = Trust::new(POLICY);
    let team = "01,Ash,ash@example.org,2020-01-01,01,\n02,Birch,,2020-01-01,01,\n03,Cedar,,2020-01-01,01,\n\
        04,Date,date@example.org,2020-01-01,,\n05,Elm,,2020-01-01,04,\n";
    staff(&trust, monday(), team);
    trust.plan(monday(), PlannedParts::Digests);
    let now = team.replace("Cedar,,2020-01-01,01", "Cedar,,2020-01-01,77").replace("date@example.org", "");
    staff(&trust, monday(), &now);
    trust.deliver(at(monday(), 9, 0)).await;
    let digests = of_kind(&trust, MessageKind::ManagerDigest);
    let contacts = digests.iter().find(|digest| digest.staff_id.is_none()).unwrap();
    let said = text(&trust, contacts.id);
    for (name, listed) in [("Ash", true), ("Birch", false), ("Cedar", true), ("Date", true), ("Elm", true)] {
        assert_eq!(said.contains(name), listed, "{name}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gets_two_of_a_kind_on_one_day_and_the_later_is_worded_anew_on_the_next_sending_day() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    let friday = later(4);
    // Sent on Friday, and another promised on the same day.
    trust.plan(friday, PlannedParts::Reminders);
    assert_eq!(trust.deliver(at(friday, 9, 0)).await.sent, 1);
    let promised = write(&trust, at(friday, 10, 0), |conn| {
        let sent = store::list(conn, None)?.remove(0);
        let told = PromisedStage {
            staff_id: sent.staff_id.unwrap(),
            course: "A".into(),
            due_on: later(14),
            stage: 7,
        };
        let promise = UnwordedMessage {
            kind: MessageKind::Reminder,
            organisation_id: sent.organisation_id,
            staff_id: sent.staff_id,
            recipient: sent.recipient,
            planned_on: friday,
            planned_from: 99,
            tells: MessagePromise::Courses(vec![told]),
        };
        store::promise(conn, &promise, InitialState::Queued, "example.org", at(friday, 10, 0))
    });
    assert_eq!(promised, EnqueueOutcome::Enqueued(2));
    for (on, hour, sent, put_off) in
        [(4, 11, 0, 1), (4, 12, 0, 0), (5, 9, 0, 0), (6, 9, 0, 0), (7, 0, 1, 0), (7, 9, 0, 0)]
    {
        let summary = trust.deliver(at(later(on), hour, 0)).await;
        assert_eq!((summary.sent, summary.put_off), (sent, put_off), "day {on}, {hour}:00");
    }
    let said = text(&trust, 2);
    assert!(said.contains("in 7 days"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_words_yet_waits_over_a_weekend() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    let (friday, saturday, next) = (later(4), later(5), later(7));
    trust.plan(friday, PlannedParts::Reminders);
    let summary = trust.deliver(at(saturday, 9, 0)).await;
    assert_eq!((summary.sent, summary.put_off), (0, 1));
    assert_eq!(of_kind(&trust, MessageKind::Reminder)[0].not_before, Some(next));
    assert_eq!(trust.deliver(at(later(6), 23, 59)).await, DeliverySummary::default());
    assert_eq!(trust.deliver(at(next, 0, 0)).await.sent, 1);
    assert!(text(&trust, 1).contains("in 7 days"));
}

fn to(server: &SmtpServer) -> Transport {
    let settings = SmtpSettings::new("localhost", server.address.port(), MailSecurity::None);
    Transport::new(TransportSettings::Smtp(settings)).unwrap()
}

async fn deliver_over(trust: &Trust, now: DateTime<Utc>, transport: Transport) -> DeliverySummary {
    let app = trust.app(now);
    let delivery = Delivery {
        transport: Arc::new(transport),
        connections: 1,
        ..jobs::deliveries(&app, &Actor::of_process()).unwrap().remove(0)
    };
    let (_stop, shutdown) = watch::channel(false);
    delivery.deliver_all(None, Patience::None, shutdown).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_further_attempt_carries_the_same_bytes_whatever_the_register_says_by_then() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 14)]);
    trust.plan(monday(), PlannedParts::Reminders);
    let server = SmtpServer::start(Script::accepting().first(1, Point::Content, Act::Drop)).await;
    assert_eq!(deliver_over(&trust, at(monday(), 9, 0), to(&server)).await.deferred, 1);
    staff(&trust, monday(), "01,Ash,new.ash@example.org,2020-01-01,,\n");
    trust.import(monday(), FileKind::Training, "employee_number,course,completed_on\n01,B,2026-06-15\n");
    let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
    let renamed = settings.replace("Example NHS Trust", "Another Trust").replace("safeguarding@", "new@");
    trust.write("refresher.toml", &format!("{renamed}from = \"safeguarding@example.org\"\n"));
    assert_eq!(deliver_over(&trust, at(later(1), 9, 0), to(&server)).await.sent, 1);
    let [lost, confirmed] = server.received().try_into().unwrap();
    assert_eq!(lost.data, confirmed.data);
    assert_eq!(lost.recipients, confirmed.recipients);
}

/// Claims the one message that is due, in the words it would be sent with, as a process does that is killed then.
fn claim(trust: &Trust, now: DateTime<Utc>) -> ClaimedMessage {
    let app = trust.app(now);
    let recheck = jobs::deliveries(&app, &Actor::of_process()).unwrap().remove(0).recheck;
    let moment = (now, app.today());
    write(trust, now, |conn| {
        let claimed = store::claim(conn, &MailRoute::default(), moment, (1, &[]), store::LEASE)?.remove(0);
        let Some(Ok(SendingVerdict::Send(handing))) = recheck(conn, &[&claimed.message]).pop() else {
            panic!("not to be sent")
        };
        Ok(store::make_out(conn, claimed, handing, moment, store::LEASE)?.unwrap())
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_process_put_into_words_before_it_was_killed_is_sent_in_those_words() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    trust.plan(monday(), PlannedParts::Reminders);
    let claimed = claim(&trust, at(monday(), 9, 0));
    assert!(claimed.message.text.contains("in 14 days"));
    assert_eq!(trust.deliver(at(later(1), 9, 0)).await.sent, 1);
    assert_eq!(shown(&trust, 1).text, claimed.message.text, "it may have arrived: the same bytes again");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_nobody_has_seen_are_found_anew_after_a_stop_of_delivery() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    trust.plan(monday(), PlannedParts::Reminders);
    let server = SmtpServer::start(Script::accepting().at(Point::Mail, Act::Say("550 5.7.60 not you"))).await;
    assert!(deliver_over(&trust, at(monday(), 9, 0), to(&server)).await.stopped.is_some());
    assert_eq!(shown(&trust, 1).listed.worded_at, None);
    server.follow(Script::accepting());
    assert_eq!(deliver_over(&trust, at(later(1), 9, 0), to(&server)).await.sent, 1);
    assert!(text(&trust, 1).contains("in 13 days"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_after_a_cancellation_is_recorded_and_its_promises_stand_again() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ash@example.org,2020-01-01,,\n02,Birch,,2020-01-01,01,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    for parts in [PlannedParts::Reminders, PlannedParts::Digests] {
        let planned = trust.plan(monday(), parts).totals().messages();
        let claimed = claim(&trust, at(monday(), 9, 0));
        let id = claimed.message.listed.id;
        write(&trust, at(monday(), 9, 5), |conn| store::cancel(conn, id, "by hand", at(monday(), 9, 5)));
        assert_eq!(shown(&trust, id).listed.state, MessageState::Cancelled);
        let recorded = write(&trust, at(monday(), 9, 6), |conn| {
            store::record(
                conn,
                &MailRoute::default(),
                [(&claimed, &AttemptOutcome::Sent, at(monday(), 9, 6))],
            )
        });
        assert_eq!(recorded, [AttemptRecorded::Now(MessageState::Sent)]);
        assert!(planned > 0);
        assert_eq!(trust.plan(monday(), parts).totals().messages(), 0, "{parts:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_message_tried_again_by_hand_says_what_is_true_then_and_where_they_are_now() {
    let trust = Trust::new(POLICY);
    staff(&trust, monday(), "01,Ash,ahs@example.org,2020-01-01,,\n");
    lapses(&trust, monday(), &[("01", "A", 14), ("01", "B", 900)]);
    trust.plan(monday(), PlannedParts::Reminders);
    let unknown = Script::accepting().first(1, Point::Rcpt, Act::Say("550 5.1.1 no such user"));
    let server = SmtpServer::start(unknown).await;
    assert_eq!(deliver_over(&trust, at(monday(), 9, 0), to(&server)).await.failed, 1);
    staff(&trust, later(1), "01,Ash,ash@example.org,2020-01-01,,\n");
    write(&trust, at(later(2), 9, 0), store::retry_failed);
    assert_eq!(deliver_over(&trust, at(later(2), 9, 0), to(&server)).await.sent, 1);
    assert_eq!(server.received()[0].recipients, ["ash@example.org"]);
    assert!(text(&trust, 1).contains("in 12 days"));
}

#[test]
fn what_is_not_sent_yet_is_shown_as_it_would_be_said_now() {
    let folder = Folder::with_everything();
    folder.run("remind").ended(0);
    let listed = folder.run("--json outbox").ended(0).json();
    let aisha =
        listed["messages"].as_array().unwrap().iter().find(|one| one["to"] == "aisha.bello@example.org");
    let aisha = aisha.unwrap();
    let id = &aisha["id"];
    assert!(aisha["subject"].as_str().unwrap().contains("14 December 2026"), "{aisha}");
    for (today, says) in [("2026-11-24", "in 20 days"), ("2026-12-04", "in 10 days")] {
        let shown = folder.run(&format!("--today {today} --json outbox show {id}")).ended(0).json();
        assert!(shown["text"].as_str().unwrap().contains(says), "{today}: {shown}");
        assert!(shown["remark"].as_str().unwrap().starts_with("Not sent yet"), "{shown}");
        let shown = folder.run(&format!("--today {today} outbox show {id}")).ended(0).out;
        assert!(shown.contains(says) && shown.contains("this is what it would say"), "{shown}");
    }
    let kept = folder.run("--json person export 00123456").ended(0).json();
    let message = &kept["messages"][0];
    assert_eq!(
        (&message["text"], &message["tells"][0]["course"]),
        (&Value::Null, &"SGC-L2".into()),
        "{kept}"
    );
    let renewed = "employee_number,course,completed_on,certificate\n00123456,SGC-L2,2026-11-24,C9\n";
    folder.write("renewed.csv", renewed);
    folder.run("import training renewed.csv").ended(0);
    let shown = folder.run(&format!("outbox show {id}")).ended(0).out;
    assert!(shown.contains("would be cancelled: what it tells is no longer due"), "{shown}");
}
