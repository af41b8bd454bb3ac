//! Escalations: once a week, whomever the policy names hears of everyone who has been overdue for long, by unit.
#![cfg(test)]

use chrono::{Days, NaiveDate};
use refresher::audit::Actor;

use refresher::db::Locks;
use refresher::import::FileKind;
use refresher::jobs::{PlannedParts, rehearse};
use refresher::outbox::{ListedMessage, MessageKind, MessageState, store};

use crate::support::trust::{Trust, at, day};

const TO: &str = "chief.nurse@example.org";

/// People need the course from the day they start on; whoever never did it is overdue from the next day on.
const POLICY: &str = "due_soon_days = 30\nabsent_statuses = ['Maternity']\n\
    [[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";

const HEADER: &str = "employee_number,last_name,email,start_date,unit,assignment_status\n";

fn policy(after_days: u32) -> String {
    format!("{POLICY}[reminders]\nescalate_after_days = {after_days}\nescalate_to = '{TO}'\n")
}

fn monday() -> NaiveDate {
    day("2026-06-15")
}

fn later(days: u64) -> NaiveDate {
    monday() + Days::new(days)
}

/// Overdue on Monday for 60 days, for 61, for long while absent, for long while exempt, and not at all.
fn trust(policy: &str) -> Trust {
    let trust = Trust::new(policy);
    trust.import(
        monday(),
        FileKind::Staff,
        &format!(
            "{HEADER}01,Ash,ash@example.org,2026-04-16,Surgery / Theatres,\n02,Birch,,2026-04-15,Surgery / Wards,\n\
             03,Cedar,cedar@example.org,2020-01-01,Surgery,Maternity\n04,Date,date@example.org,2020-01-01,Surgery,\n\
             05,Elm,elm@example.org,2020-01-01,Maternity,\n"
        ),
    );
    trust.import(
        monday(),
        FileKind::Exemptions,
        "employee_number,course,from,until,reason\n04,C,2026-01-01,2026-12-31,agreed\n",
    );
    renewed(&trust, monday(), &["05"]);
    trust
}

fn renewed(trust: &Trust, on: NaiveDate, numbers: &[&str]) {
    let rows: String = numbers.iter().map(|number| format!("{number},C,2026-06-14\n")).collect();
    trust.import(on, FileKind::Training, &format!("employee_number,course,completed_on\n{rows}"));
}

fn changed(trust: &Trust, on: NaiveDate, policy: &str) {
    trust.write("policy.toml", policy);
    trust.app(at(on, 7, 30)).take_up_policy(&Actor::of_process()).unwrap();
}

fn escalations(trust: &Trust) -> Vec<ListedMessage> {
    trust.messages().into_iter().filter(|message| message.kind == MessageKind::Escalation).collect()
}

fn planned(trust: &Trust, on: NaiveDate) -> usize {
    trust.plan(on, PlannedParts::Both).totals().of(MessageKind::Escalation)
}

fn text(trust: &Trust, id: i32) -> String {
    let app = trust.app(at(monday(), 9, 0));
    app.db.read(|conn| store::show(conn, id)).unwrap().unwrap().text
}

#[test]
fn who_has_been_overdue_for_longer_is_listed_and_neither_the_absent_nor_the_exempt() {
    for (after, listed) in [(59, vec!["01", "02"]), (60, vec!["02"]), (61, vec![])] {
        let trust = trust(&policy(after));
        let planned = trust.plan(monday(), PlannedParts::Reminders);
        let messages: Vec<_> = planned.messages().filter(|one| one.kind == MessageKind::Escalation).collect();
        assert_eq!(messages.len(), usize::from(!listed.is_empty()), "{after}");
        for message in messages {
            assert_eq!((message.to, message.employee_number, message.organisation), (TO, None, "RXX"));
            let mut numbers: Vec<&str> = message.items().map(|item| item.employee_number).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, listed, "{after}");
        }
        assert_eq!(escalations(&trust).len(), usize::from(!listed.is_empty()));
    }
}

#[test]
fn without_the_two_keys_nobody_gets_one() {
    let trust = trust(POLICY);
    assert_eq!(planned(&trust, monday()), 0);
    assert!(escalations(&trust).is_empty());
}

#[test]
fn it_comes_with_the_first_reminders_of_a_week_and_no_more_in_that_week() {
    let trust = trust(&policy(30));
    for (on, expected) in [(0, 1), (0, 0), (1, 0), (4, 0), (5, 0), (7, 1), (8, 0)] {
        assert_eq!(planned(&trust, later(on)), expected, "day {on}");
    }
    assert_eq!(
        trust.plan(later(14), PlannedParts::Digests).totals().of(MessageKind::Escalation),
        0,
        "not with digests alone"
    );
    assert_eq!(planned(&trust, later(16)), 1, "a Wednesday, after a Monday that planned no reminders");
}

#[test]
fn a_week_with_nobody_to_list_has_had_its_own() {
    let trust = trust(&policy(30));
    renewed(&trust, monday(), &["01", "02"]);
    assert_eq!(planned(&trust, monday()), 0);
    trust.import(monday(), FileKind::Staff, &format!("{HEADER}06,Fir,fir@example.org,2020-01-01,Surgery,\n"));
    assert_eq!(planned(&trust, later(1)), 0);
    assert_eq!(planned(&trust, later(7)), 1);
}

#[test]
fn one_that_is_cancelled_by_hand_is_made_up_for_by_the_next_run() {
    let trust = trust(&policy(30));
    assert_eq!(planned(&trust, monday()), 1);
    let id = escalations(&trust)[0].id;
    let now = at(monday(), 9, 0);
    trust.app(now).db.write(Locks::ALL, |conn| store::cancel(conn, id, "by hand", now)).unwrap();
    assert_eq!(planned(&trust, later(1)), 1);
    assert_eq!(planned(&trust, later(2)), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn its_words_are_those_of_the_day_it_is_sent_and_it_goes_to_whomever_the_policy_names_then() {
    let trust = trust(&policy(60));
    assert_eq!(planned(&trust, monday()), 1);
    // By Tuesday Ash has been overdue for 61 days too, and Birch has done it.
    renewed(&trust, later(1), &["02"]);
    changed(&trust, later(1), &policy(60).replace(TO, "deputy@example.org"));
    trust.deliver(at(later(1), 9, 0)).await;
    let sent = escalations(&trust).remove(0);
    assert_eq!((sent.state, sent.recipient.as_str()), (MessageState::Sent, "deputy@example.org"));
    assert_eq!(sent.subject, "Safeguarding training: 1 person overdue for more than 60 days");
    let said = text(&trust, sent.id);
    assert!(said.contains("Surgery / Theatres: 1 person") && said.contains("Ash (01)"), "{said}");
    assert!(said.contains("overdue for 61 days"), "{said}");
    assert!(!said.contains("Birch"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_is_left_to_list_or_nobody_is_to_hear_of_it_none_is_sent() {
    for (what, renew, to) in [
        ("all have done it", &["01", "02"][..], policy(30)),
        ("the policy names nobody", &[], POLICY.to_owned()),
    ] {
        let trust = trust(&policy(30));
        assert_eq!(planned(&trust, monday()), 1);
        if !renew.is_empty() {
            renewed(&trust, monday(), renew);
        }
        changed(&trust, monday(), &to);
        trust.deliver(at(monday(), 9, 0)).await;
        assert_eq!(escalations(&trust)[0].state, MessageState::Cancelled, "{what}");
    }
}

#[test]
fn the_brake_holds_it_with_the_reminders_of_the_organisation() {
    let trust = Trust::new(&policy(30));
    let people: String =
        (1..=60).map(|n| format!("{n:02},Tree{n},t{n}@example.org,2020-01-01,Surgery,\n")).collect();
    trust.import(monday(), FileKind::Staff, &format!("{HEADER}{people}"));
    let planned = trust.plan(monday(), PlannedParts::Reminders);
    assert_eq!(
        (planned.totals().of(MessageKind::Reminder), planned.totals().of(MessageKind::Escalation)),
        (60, 1)
    );
    assert_eq!(planned.totals().held, 61);
    assert_eq!(escalations(&trust)[0].state, MessageState::Held);
    let held: Vec<String> = planned.held().collect();
    assert!(held[0].contains("60 reminders and 1 escalation of RXX"), "{held:?}");
    let alert = trust.messages().into_iter().find(|message| message.kind == MessageKind::Operator).unwrap();
    let said = text(&trust, alert.id).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("Held with them: 1 escalation of the same run."), "{said}");
}

#[test]
fn a_rehearsal_tells_of_one_a_week() {
    let trust = trust(&policy(30));
    let app = trust.app(at(monday(), 8, 0));
    let rehearsed = rehearse(&app, None, monday(), later(20), at(monday(), 8, 0)).unwrap();
    let on: Vec<NaiveDate> =
        rehearsed.messages().filter(|one| one.kind == MessageKind::Escalation).map(|one| one.on).collect();
    assert_eq!(on, [monday(), later(7), later(14)]);
    // What is rehearsed is what is planned.
    for (on, expected) in [(0, 1), (3, 0), (7, 1), (14, 1)] {
        assert_eq!(planned(&trust, later(on)), expected, "day {on}");
    }
}

#[test]
fn each_organisation_has_its_own() {
    let trust = trust(&policy(30));
    trust.import(monday(), FileKind::Organisations, "code,name,kind\nRYY,Other NHS Trust,acute\n");
    trust.import(
        monday(),
        FileKind::Staff,
        "employee_number,last_name,email,start_date,organisation\n01,Oak,oak@example.org,2020-01-01,RYY\n",
    );
    let planned = trust.plan(monday(), PlannedParts::Both);
    let mut of: Vec<&str> = planned
        .messages()
        .filter(|one| one.kind == MessageKind::Escalation)
        .map(|one| one.organisation)
        .collect();
    of.sort_unstable();
    assert_eq!(of, ["RXX", "RYY"]);
    assert_eq!(escalations(&trust).len(), 2);
}
