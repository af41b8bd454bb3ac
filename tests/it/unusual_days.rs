//! What other systems are known to mail wrongly on: a clock that was set back, a zone on the other side of the world, a
//! course that is retired, a silence that nobody notices.
#![cfg(test)]

use chrono::{Days, NaiveDate};
use refresher::import::FileKind;
use refresher::jobs::{self, PlannedParts};
use refresher::outbox::{MessageKind, MessageState};

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 90\nabsent_statuses = []\n\
    [[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";

const HEADER: &str = "employee_number,last_name,email,start_date,manager_employee_number\n";

/// Ash manages Birch and Cedar; all three's training lapses in these weeks, each on another day.
fn team() -> Trust {
    let trust = Trust::new(POLICY);
    live_in(&trust);
    trust
}

fn live_in(trust: &Trust) {
    let people = "01,Ash,ash@example.org,2020-01-01,\n02,Birch,birch@example.org,2020-01-01,01\n\
        03,Cedar,cedar@example.org,2020-01-01,01\n";
    trust.import(day("2026-06-01"), FileKind::Staff, &format!("{HEADER}{people}"));
    let trained = "01,C,2025-06-24\n02,C,2025-06-10\n03,C,2025-06-17\n";
    let records = format!("employee_number,course,completed_on\n{trained}");
    trust.import(day("2026-06-01"), FileKind::Training, &records);
}

/// Plans and delivers each day, as the daemon does.
async fn live(trust: &Trust, from: &str, until: &str) {
    for on in day(from).iter_days().take_while(|on| *on <= day(until)) {
        trust.plan(on, PlannedParts::Both);
        trust.deliver(at(on, 9, 0)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_tells_nobody_anything_again_and_nobody_later_than_due() {
    let (straight, set_back) = (team(), team());
    live(&straight, "2026-06-01", "2026-07-10").await;
    live(&set_back, "2026-06-01", "2026-06-19").await;
    let before = set_back.messages().len();
    live(&set_back, "2026-06-08", "2026-06-19").await;
    assert_eq!(set_back.messages().len(), before, "days lived again");
    live(&set_back, "2026-06-20", "2026-07-10").await;
    let told = |trust: &Trust| -> Vec<(NaiveDate, MessageKind, String, MessageState)> {
        let messages = trust.messages().into_iter();
        messages.map(|one| (one.planned_on, one.kind, one.recipient, one.state)).collect()
    };
    assert_eq!(told(&set_back), told(&straight));
    assert!(before > 10 && straight.messages().iter().all(|message| message.state == MessageState::Sent));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_taken_out_of_the_policy_is_reminded_of_no_more_not_even_in_queued_mail() {
    let trust = team();
    trust.plan(day("2026-06-08"), PlannedParts::Both);
    assert_eq!(trust.messages().len(), 5, "three reminders, the manager's digest and the contact's");
    let other = POLICY.replace("code = 'C'", "code = 'D'").replace("course = 'C'", "course = 'D'");
    let tuesday = day("2026-06-09");
    // The rule is new, and gives everyone its grace.
    trust.write("policy.toml", &format!("{other}within_days = 365\nfrom = 2026-06-09\n"));
    trust.deliver(at(tuesday, 7, 0)).await;
    assert_eq!(trust.plan(tuesday, PlannedParts::Both).totals().messages(), 0);
    assert!(trust.messages().iter().all(|message| message.state == MessageState::Cancelled));
}

#[test]
fn the_weekday_is_that_of_the_organisation_wherever_the_clock_stands() {
    let trust = Trust::new(POLICY);
    let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
    trust.write("refresher.toml", &format!("time_zone = \"Pacific/Auckland\"\n{settings}"));
    live_in(&trust);
    // Sunday evening in London is Monday morning there; Friday evening is Saturday.
    let sunday_evening = "2026-06-14T20:00:00Z".parse().unwrap();
    assert!(trust.run("reminders", sunday_evening).contains("2 managers' digests"));
    assert!(trust.messages().iter().all(|message| message.planned_on == day("2026-06-15")));
    let friday_evening = "2026-06-19T20:00:00Z".parse().unwrap();
    assert_eq!(trust.run("reminders", friday_evening), "not a sending day");
}

#[test]
fn one_organisations_silence_is_told_while_another_is_reminded_every_day() {
    let operator = "[operator]\nemail = \"operator@example.org\"\n";
    let trust = Trust::with_settings(POLICY, operator);
    let first = day("2026-06-01");
    let organisations = "code,name,kind,safeguarding_email\nRYY,Silent Trust,acute,\n";
    trust.import(first, FileKind::Organisations, organisations);
    let person = |code: &str, number: u32| {
        format!("{code},{code}{number:02},Tree{number},t{number}@example.org,2020-01-01\n")
    };
    let people: String = (1..=60).map(|number| person("RYY", number) + &person("RXX", number)).collect();
    let header = "organisation,employee_number,last_name,email,start_date\n";
    trust.import(first, FileKind::Staff, &format!("{header}{people}"));
    // All of the silent one were trained yesterday; of the other, one more lapses each day.
    let record = |number: u32| {
        let lapses_on = first - Days::new(367) + Days::new(u64::from(number));
        format!("RYY,RYY{number:02},C,2026-05-31\nRXX,RXX{number:02},C,{lapses_on}\n")
    };
    let records: String = (1..=60).map(record).collect();
    let header = "organisation,employee_number,course,completed_on\n";
    trust.import(first, FileKind::Training, &format!("{header}{records}"));
    for on in first.iter_days().take(20) {
        trust.run(jobs::REMINDERS, at(on, 8, 0));
        trust.run(jobs::WATCH, at(on, 8, 15));
    }
    let messages = trust.messages();
    let told: Vec<_> = messages
        .iter()
        .filter(|message| {
            message.recipient == "operator@example.org" && message.subject.contains("due a reminder")
        })
        .map(|message| (message.planned_on, message.subject.as_str()))
        .collect();
    assert_eq!(told, [(day("2026-06-15"), "Nobody has been due a reminder for 14 days")]);
}
