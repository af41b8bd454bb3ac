//! Managers' digests through the outbox: who gets one, once a week, and what becomes of it when things change before it
//! is sent (spec 2.8). Whom each lists is compared with the reference elsewhere.
#![cfg(test)]

use chrono::NaiveDate;
use refresher::audit::Actor;

use refresher::db::Locks;
use refresher::import::FileKind;
use refresher::jobs::{PlannedParts, Writing, plan_reminders};
use refresher::outbox::{ListedMessage, MessageKind, MessageState, store};

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 30\nabsent_statuses = ['Maternity']\n\
    [[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";

const HEADER: &str = "employee_number,last_name,email,start_date,manager_employee_number,assignment_status\n";

/// A Monday.
const MONDAY: &str = "2026-06-15";

fn monday() -> NaiveDate {
    day(MONDAY)
}

/// Ash manages Birch and Cedar, who have no address and never did the course; Date manages nobody.
const TEAM: &str = "01,Ash,ash@example.org,2020-01-01,,\n02,Birch,,2020-01-01,01,\n03,Cedar,,2020-01-01,01,\n\
    04,Date,date@example.org,2020-01-01,,\n";

const MANAGERS_ARE_TRAINED: &str = "employee_number,course,completed_on\n01,C,2026-06-01\n04,C,2026-06-01\n";

fn team() -> Trust {
    let trust = Trust::new(POLICY);
    trust.import(monday(), FileKind::Staff, &format!("{HEADER}{TEAM}"));
    trust.import(monday(), FileKind::Training, MANAGERS_ARE_TRAINED);
    trust
}

/// Fifty-nine people whom Ash manages, all overdue, with addresses.
fn crowd(settings: &str) -> Trust {
    let trust = Trust::with_settings(POLICY, settings);
    let people: String = (2..=60)
        .map(|number| format!("{number:02},Tree{number},t{number}@example.org,2020-01-01,01,\n"))
        .collect();
    trust.import(
        monday(),
        FileKind::Staff,
        &format!("{HEADER}01,Ash,ash@example.org,2020-01-01,,\n{people}"),
    );
    trust
}

fn digests(trust: &Trust) -> Vec<ListedMessage> {
    trust.messages().into_iter().filter(|message| message.kind == MessageKind::ManagerDigest).collect()
}

fn states_of(trust: &Trust, kind: MessageKind) -> Vec<MessageState> {
    let messages = trust.messages();
    messages.iter().filter(|message| message.kind == kind).map(|message| message.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_looked_at_again_before_it_is_sent() {
    let renewed = |numbers: &[&str]| {
        let rows: String = numbers.iter().map(|number| format!("{number},C,2026-06-14\n")).collect();
        (FileKind::Training, format!("employee_number,course,completed_on\n{rows}"))
    };
    let staff = |from: &str, to: &str| (FileKind::Staff, format!("{HEADER}{}", TEAM.replace(from, to)));
    let left = TEAM.replace("01,Ash,ash@example.org,2020-01-01,,\n", "");
    for (what, (kind, content), expected) in [
        ("nothing changed", renewed(&["04"]), Ok("ash@example.org")),
        ("one was trained", renewed(&["02"]), Ok("ash@example.org")),
        ("both were trained", renewed(&["02", "03"]), Err("no longer due")),
        ("one moved away", staff("Cedar,,2020-01-01,01", "Cedar,,2020-01-01,04"), Ok("ash@example.org")),
        ("both moved away", staff("2020-01-01,01", "2020-01-01,04"), Err("no longer due")),
        ("both are away", staff("2020-01-01,01,", "2020-01-01,01,Maternity"), Err("no longer due")),
        ("the manager left", (FileKind::Staff, format!("{HEADER}{left}")), Err("has left or is absent")),
        (
            "the manager is away",
            staff("org,2020-01-01,,\n02", "org,2020-01-01,,Maternity\n02"),
            Err("absent"),
        ),
        (
            "the manager's address is gone",
            staff("ash@example.org", ""),
            Err("no longer has an email address"),
        ),
        ("the manager has a new address", staff("ash@", "a.ash@"), Ok("a.ash@example.org")),
    ] {
        let trust = team();
        trust.plan(monday(), PlannedParts::Both);
        trust.import(monday(), kind, &content);
        trust.deliver(at(monday(), 9, 0)).await;
        let digest = digests(&trust).remove(0);
        match expected {
            Ok(recipient) => {
                assert_eq!(
                    (digest.state, digest.recipient.as_str()),
                    (MessageState::Sent, recipient),
                    "{what}"
                );
            }
            Err(reason) => {
                let said = digest.last_error.unwrap_or_default();
                assert!(digest.state == MessageState::Cancelled && said.contains(reason), "{what}: {said}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_contacts_digest_goes_to_the_contact_of_the_day_or_to_nobody() {
    for (contact, expected) in [
        ("safeguarding_email = \"new@example.org\"", Some("new@example.org")),
        ("safeguarding_email = \"safeguarding@example.org\"", Some("safeguarding@example.org")),
        ("", None),
    ] {
        let trust = Trust::new(POLICY);
        trust.import(monday(), FileKind::Staff, &format!("{HEADER}02,Birch,,2020-01-01,,\n"));
        trust.plan(monday(), PlannedParts::Both);
        let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
        let changed = settings.replace("safeguarding_email = \"safeguarding@example.org\"", contact);
        trust.write("refresher.toml", &format!("{changed}from = \"training@example.org\"\n"));
        trust.deliver(at(monday(), 9, 0)).await;
        let digest = digests(&trust).remove(0);
        match expected {
            Some(recipient) => {
                assert_eq!((digest.state, digest.recipient.as_str()), (MessageState::Sent, recipient))
            }
            None => assert_eq!(digest.state, MessageState::Cancelled),
        }
    }
}

#[test]
fn staff_without_a_manager_are_listed_to_nobody_where_there_is_no_contact() {
    let trust = Trust::new(POLICY);
    let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
    let without = settings.replace("safeguarding_email = \"safeguarding@example.org\"\n", "");
    trust.write("refresher.toml", &format!("{without}from = \"training@example.org\"\n"));
    trust.import(
        monday(),
        FileKind::Staff,
        &format!("{HEADER}02,Birch,,2020-01-01,,\n{TEAM}").replace("02,Birch,,2020-01-01,01,\n", ""),
    );
    trust.import(monday(), FileKind::Training, MANAGERS_ARE_TRAINED);
    assert_eq!(trust.plan(monday(), PlannedParts::Both).totals().of(MessageKind::ManagerDigest), 1);
    assert_eq!(digests(&trust).len(), 1);
}

#[test]
fn a_week_has_one_digest_whatever_comes_up_after_it_and_the_next_week_another() {
    let trust = team();
    for (on, planned) in [
        (MONDAY, 1),
        (MONDAY, 0),
        ("2026-06-16", 0),
        ("2026-06-19", 0),
        ("2026-06-20", 0), // a Saturday
        ("2026-06-22", 1),
        ("2026-06-23", 0),
    ] {
        if on == "2026-06-16" {
            // Date has somebody overdue from now on, and still waits for Monday.
            let moved = TEAM.replace("Cedar,,2020-01-01,01", "Cedar,,2020-01-01,04");
            trust.import(day(on), FileKind::Staff, &format!("{HEADER}{moved}"));
        }
        let planned = if on == "2026-06-22" { 2 } else { planned };
        assert_eq!(
            trust.plan(day(on), PlannedParts::Both).totals().of(MessageKind::ManagerDigest),
            planned,
            "{on}"
        );
    }
    let recipients: Vec<String> = digests(&trust).into_iter().map(|digest| digest.recipient).collect();
    assert_eq!(recipients, ["ash@example.org", "ash@example.org", "date@example.org"]);
}

#[test]
fn a_first_run_of_a_week_with_nothing_to_list_is_the_weeks_run_all_the_same() {
    let trust = Trust::new(POLICY);
    trust.import(monday(), FileKind::Staff, &format!("{HEADER}{TEAM}"));
    trust.import(
        monday(),
        FileKind::Training,
        &format!("{MANAGERS_ARE_TRAINED}02,C,2026-06-01\n03,C,2025-06-18\n"),
    );
    trust.write("policy.toml", &format!("{POLICY}[reminders]\nmanager_from_days = 0\n"));
    for (on, planned) in [(MONDAY, 0), ("2026-06-19", 0), ("2026-06-22", 1)] {
        assert_eq!(
            trust.plan(day(on), PlannedParts::Both).totals().of(MessageKind::ManagerDigest),
            planned,
            "{on}"
        );
    }
}

#[test]
fn the_brake_holds_an_organisations_digests_with_its_reminders_and_the_contact_is_told_of_both() {
    let trust = crowd("");
    let planned = trust.plan(monday(), PlannedParts::Both);
    assert_eq!(
        (planned.totals().of(MessageKind::Reminder), planned.totals().of(MessageKind::ManagerDigest)),
        (60, 2)
    );
    assert_eq!(planned.totals().held, 62);
    assert_eq!(states_of(&trust, MessageKind::ManagerDigest), [MessageState::Held; 2]);
    let alert = trust.messages().into_iter().find(|message| message.kind == MessageKind::Operator).unwrap();
    let app = trust.app(at(monday(), 9, 0));
    let alert = app.db.read(|conn| store::show(conn, alert.id)).unwrap().unwrap();
    let text = alert.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("Held with them: 2 managers' digests of the same run."), "{text}");
    app.db.write(Locks::ALL, |conn| store::release_held(conn, None, at(monday(), 9, 0))).unwrap();
    assert_eq!(states_of(&trust, MessageKind::ManagerDigest), [MessageState::Queued; 2]);
    assert_eq!(trust.plan(monday(), PlannedParts::Both).totals().messages(), 0, "released is planned");
}

#[test]
fn a_held_run_is_told_to_the_operator_and_to_the_safeguarding_contact_and_once_where_they_are_one() {
    let told = |settings: &str| {
        let trust = crowd(settings);
        trust.plan(monday(), PlannedParts::Both);
        trust.plan(monday(), PlannedParts::Both);
        let alerts = trust.messages().into_iter().filter(|message| message.kind == MessageKind::Operator);
        let mut told: Vec<String> = alerts.map(|alert| alert.recipient).collect();
        told.sort();
        told
    };
    assert_eq!(told(""), ["safeguarding@example.org"]);
    assert_eq!(told("[operator]\nemail = \"Safeguarding@example.org\""), ["safeguarding@example.org"]);
    let operator = "[operator]\nemail = \"operator@example.org\"";
    assert_eq!(told(operator), ["operator@example.org", "safeguarding@example.org"]);
}

#[test]
fn digests_that_somebody_cancels_are_planned_again_and_those_that_stand_are_not() {
    let trust = crowd("");
    trust.plan(monday(), PlannedParts::Both);
    let app = trust.app(at(monday(), 9, 0));
    app.db.write(Locks::ALL, |conn| store::cancel_held(conn, None, "all wrong", app.now())).unwrap();
    let again = trust.plan(monday(), PlannedParts::Both).totals();
    assert_eq!((again.of(MessageKind::Reminder), again.of(MessageKind::ManagerDigest)), (60, 2));
    let held = digests(&trust).into_iter().filter(|digest| digest.state == MessageState::Held);
    let ashs = held.clone().find(|digest| digest.recipient == "ash@example.org").unwrap().id;
    app.db.write(Locks::ALL, |conn| store::cancel(conn, ashs, "wrong", app.now())).unwrap();
    let planned = trust.plan(day("2026-06-16"), PlannedParts::Both);
    let to: Vec<&str> = planned
        .messages()
        .filter(|message| message.kind == MessageKind::ManagerDigest)
        .map(|message| message.to)
        .collect();
    assert_eq!(to, ["ash@example.org"]);
    assert_eq!(trust.plan(day("2026-06-17"), PlannedParts::Both).totals().of(MessageKind::ManagerDigest), 0);
}

#[test]
fn the_digests_go_at_their_own_time_of_day_and_are_held_with_the_days_reminders() {
    for (settings, at_eight, at_nine, states) in [
        ("", "2 managers' digests", "nothing due", MessageState::Held),
        (
            "[schedule]\nmanager_digest = \"0 0 9 * * *\"",
            "1 held",
            "2 digests, 2 of them held",
            MessageState::Held,
        ),
        // Weeks are begun on any day from Monday on, the time of day aside.
        (
            "[schedule]\nmanager_digest = \"0 0 7 * * *\"",
            "2 managers' digests",
            "nothing due",
            MessageState::Held,
        ),
    ] {
        let trust = crowd(settings);
        let said = trust.run("reminders", at(monday(), 8, 0));
        assert!(said.contains(at_eight) || settings.contains("9 *") && !said.contains("digest"), "{said}");
        assert_eq!(trust.run("manager_digest", at(monday(), 9, 0)), at_nine);
        assert_eq!(states_of(&trust, MessageKind::ManagerDigest), [states; 2], "{settings}");
    }
    // Before the reminders of the day: held as the brake will hold them.
    let trust = crowd("[schedule]\nmanager_digest = \"0 0 7 * * *\"");
    assert_eq!(trust.run("manager_digest", at(monday(), 7, 0)), "2 digests, 2 of them held");
    assert_eq!(states_of(&trust, MessageKind::Reminder), [] as [MessageState; 0]);
    trust.run("reminders", at(monday(), 8, 0));
    assert_eq!(states_of(&trust, MessageKind::Reminder), [MessageState::Held; 60]);
    assert_eq!(states_of(&trust, MessageKind::ManagerDigest), [MessageState::Held; 2]);
    // Let go between the two: then the digests go too.
    let trust = crowd("[schedule]\nmanager_digest = \"0 0 9 * * *\"");
    trust.run("reminders", at(monday(), 8, 0));
    let app = trust.app(at(monday(), 8, 30));
    app.db.write(Locks::ALL, |conn| store::release_held(conn, None, app.now())).unwrap();
    assert_eq!(trust.run("manager_digest", at(monday(), 9, 0)), "2 digests, 0 of them held");
}

#[test]
fn many_processes_planning_at_once_plan_everything_once() {
    let trust = team();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let app = trust.app(at(monday(), 8, 0));
            scope.spawn(move || {
                for parts in [PlannedParts::Both, PlannedParts::Digests, PlannedParts::Reminders] {
                    plan_reminders(
                        &app,
                        None,
                        monday(),
                        app.now(),
                        &Actor::of_process(),
                        parts,
                        Writing::Outbox,
                    )
                    .unwrap();
                }
            });
        }
    });
    assert_eq!(trust.messages().len(), 1);
}

#[test]
fn the_daily_jobs_a_thousand_times_in_a_day_send_what_once_sends() {
    let once = team();
    once.import(monday(), FileKind::Staff, &format!("{HEADER}{TEAM}05,Elm,elm@example.org,2020-01-01,04,\n"));
    once.plan(monday(), PlannedParts::Both);
    let often = team();
    often.import(
        monday(),
        FileKind::Staff,
        &format!("{HEADER}{TEAM}05,Elm,elm@example.org,2020-01-01,04,\n"),
    );
    let app = often.app(at(monday(), 8, 0));
    for round in 0..1_000 {
        let parts = [PlannedParts::Both, PlannedParts::Reminders, PlannedParts::Digests][round % 3];
        plan_reminders(&app, None, monday(), app.now(), &Actor::of_process(), parts, Writing::Outbox)
            .unwrap();
    }
    let told = |trust: &Trust| -> Vec<(MessageKind, String, String)> {
        let line = |message: ListedMessage| (message.kind, message.recipient, message.subject);
        trust.messages().into_iter().map(line).collect()
    };
    assert_eq!(told(&often), told(&once));
    assert_eq!(told(&once).len(), 3);
}
