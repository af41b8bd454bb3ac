//! What the week's digests and reminders say that a rota is made by: how the team and the division stand, who is booked,
//! whom nobody leads, and where a place is found (spec 2.8).
#![cfg(test)]

use std::sync::Arc;

use chrono::NaiveDate;
use refresher::audit::Actor;
use refresher::delivery::{Delivery, Patience, Transport};
use refresher::import::FileKind;
use refresher::jobs::{self, PlannedParts, would_say};
use refresher::outbox::{ListedMessage, MessageKind, store};
use tokio::sync::watch;

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 90\nabsent_statuses = ['Maternity']\n\
    [[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\ndefault_hours = 4\n\
    book_url = 'https://learn.example.org/c?a=1&b=2'\nmodes = ['e-learning', 'classroom']\n\
    [[requirement]]\ncourse = 'C'\n";

const HEADER: &str =
    "employee_number,last_name,email,start_date,manager_employee_number,assignment_status,unit\n";

/// A Monday.
fn monday() -> NaiveDate {
    day("2026-06-15")
}

/// Ash of Theatres leads Birch, Cedar, Date and Elder; six others are in Surgery, two elsewhere. All but four are trained.
fn trust() -> Trust {
    let trust = Trust::new(POLICY);
    let mut staff = HEADER.to_owned();
    staff.push_str("01,Ash,ash@example.org,2020-01-01,20,,Trust / Surgery / Theatres\n");
    for (number, name) in [("02", "Birch"), ("03", "Cedar"), ("04", "Date"), ("05", "Elder")] {
        staff.push_str(&format!(
            "{number},{name},{}@example.org,2020-01-01,01,,Trust / Surgery / Theatres\n",
            name.to_lowercase()
        ));
    }
    for number in 10..16 {
        staff.push_str(&format!(
            "{number},Pine{number},p{number}@example.org,2020-01-01,20,,Trust / Surgery\n"
        ));
    }
    staff.push_str("20,Rowan,rowan@example.org,2020-01-01,01,,Trust / Medicine\n");
    staff.push_str("21,Spruce,spruce@example.org,2020-01-01,20,,Trust / Medicine\n");
    trust.import(monday(), FileKind::Staff, &staff);
    let mut training = "employee_number,course,completed_on\n02,C,2025-04-01\n03,C,2025-05-01\n".to_owned();
    training.push_str("04,C,2025-07-01\n");
    for number in ["01", "05", "10", "11", "12", "13", "14", "20", "21"] {
        training.push_str(&format!("{number},C,2026-06-01\n"));
    }
    trust.import(monday(), FileKind::Training, &training);
    trust
}

fn of_kind(trust: &Trust, kind: MessageKind) -> Vec<ListedMessage> {
    trust.messages().into_iter().filter(|message| message.kind == kind).collect()
}

/// What a message says, on one line.
fn said(trust: &Trust, id: i32) -> String {
    let app = trust.app(at(monday(), 10, 0));
    let message = app.db.read(|conn| store::show(conn, id)).unwrap().unwrap();
    let text = match message.text.is_empty() {
        false => message.text,
        true => would_say(&app, &[message]).unwrap().remove(0).unwrap().words.unwrap().content.text,
    };
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_says_how_team_and_division_stand_and_chases_nobody_who_is_booked() {
    let trust = trust();
    trust.import(
        monday(),
        FileKind::Bookings,
        "employee_number,course,date,place\n02,C,2026-06-24,Room 2\n04,C,2026-07-20,Room 3\n",
    );
    trust.plan(monday(), PlannedParts::Digests);
    let digest = of_kind(&trust, MessageKind::ManagerDigest)
        .into_iter()
        .find(|one| one.recipient == "ash@example.org")
        .unwrap();
    let foretold = said(&trust, digest.id);
    trust.deliver(at(monday(), 9, 0)).await;
    let digest =
        of_kind(&trust, MessageKind::ManagerDigest).into_iter().find(|one| one.id == digest.id).unwrap();
    assert_eq!(digest.subject, "Safeguarding training: 1 of your team overdue, longest 45 days");
    let text = said(&trust, digest.id);
    assert_eq!(foretold, text);
    for words in [
        // Date still counts; Birch and Cedar do not. Rowan of Medicine reports to Ash too.
        "3 of your 5 are up to date. In Surgery as a whole 72.7% are up to date.",
        "1 has been overdue for 45 days, and is not booked; 1 more is due by 1 July 2026; 1 is booked already.",
        "- Date: Course C, due in 16 days (lapses on 1 July 2026); booked for 20 July 2026, Room 3, after it is due",
        "Booked already (1)",
        "- Birch: Course C, overdue for 75 days (lapsed on 1 April 2026); booked for 24 June 2026, Room 2",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    let (open, booked) = text.split_once("Booked already (1)").unwrap();
    assert!(open.contains("- Cedar") && !open.contains("- Birch") && booked.contains("- Birch"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_division_with_fewer_than_five_others_is_not_told_of() {
    for (others, is_told) in [(4, false), (5, true)] {
        let trust = Trust::new(POLICY);
        let mut staff = format!(
            "{HEADER}01,Ash,ash@example.org,2020-01-01,,,Surgery\n02,Birch,,2020-01-01,01,,Surgery\n"
        );
        staff.push_str("30,Zelkova,,2020-01-01,,,Medicine\n");
        for number in 1..others {
            staff.push_str(&format!("4{number},Pine{number},,2020-01-01,,,Surgery\n"));
        }
        trust.import(monday(), FileKind::Staff, &staff);
        trust.plan(monday(), PlannedParts::Digests);
        let digest = of_kind(&trust, MessageKind::ManagerDigest)
            .into_iter()
            .find(|one| one.recipient == "ash@example.org")
            .unwrap();
        let text = said(&trust, digest.id);
        assert_eq!(text.contains("In Surgery as a whole 0.0% are up to date."), is_told, "{others}: {text}");
    }
}

#[test]
fn the_contact_is_told_of_all_whom_nobody_leads_and_why() {
    let trust = Trust::new(POLICY);
    trust.import(
        monday(),
        FileKind::Staff,
        &format!(
            "{HEADER}01,Ash,ash@example.org,2020-01-01,,,\n02,Birch,b@example.org,2020-01-01,99,,\n\
             03,Cedar,c@example.org,2020-01-01,03,,\n04,Date,d@example.org,2020-01-01,05,,\n\
             05,Elder,e@example.org,2020-01-01,01,Maternity,\n06,Fir,,2020-01-01,01,,\n07,Gum,g@example.org,2020-01-01,06,,\n\
             08,Holm,h@example.org,2020-01-01,01,,\n"
        ),
    );
    trust.import(monday(), FileKind::Training, "employee_number,course,completed_on\n01,C,2026-06-01\n");
    trust.plan(monday(), PlannedParts::Digests);
    let to_contact = of_kind(&trust, MessageKind::ManagerDigest)
        .into_iter()
        .find(|one| one.recipient == "safeguarding@example.org")
        .unwrap();
    let text = said(&trust, to_contact.id);
    for words in [
        "4 people with no manager to tell.",
        "Why they come to you: for 1 the number named as manager is nobody's, for 1 they are named as their own manager, \
         for 1 the manager is absent and for 1 no email reaches the manager.",
        "1 other has no manager to tell, and nothing due.",
        "- Gum (07): Course C",
    ] {
        assert!(text.contains(words), "{words:?} in {text}");
    }
    assert!(!text.contains("Fir (06)") && !text.contains("Ash (01)"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_says_how_long_a_course_takes_how_it_is_done_and_where_it_is_booked() {
    let trust = trust();
    trust.plan(monday(), PlannedParts::Reminders);
    trust.deliver(at(monday(), 9, 0)).await;
    let reminder = |whom: &str| {
        let of = of_kind(&trust, MessageKind::Reminder);
        of.into_iter().find(|one| one.recipient == whom).unwrap()
    };
    let text = said(&trust, reminder("cedar@example.org").id);
    let words = "Needs you now ------------- - Course C Overdue: lapsed on 1 May 2026, 45 days ago About 4 hours: \
                 e-learning or classroom. Book it: https://learn.example.org/c?a=1&b=2";
    assert!(text.contains(words), "{text}");
    let text = said(&trust, reminder("date@example.org").id);
    assert!(
        text.contains("Coming up --------- - Course C Due soon: lapses on 1 July 2026, in 16 days"),
        "{text}"
    );
    let app = trust.app(at(monday(), 10, 0));
    let message = app.db.read(|conn| store::show(conn, reminder("date@example.org").id)).unwrap().unwrap();
    let names: Vec<String> = message.parts.into_iter().map(|part| part.name).collect();
    assert_eq!(names, ["last-day-2026-07-01.ics"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_division_stands_as_it_does_when_each_digest_is_put_into_words() {
    let trust = Trust::new(POLICY);
    let mut staff = format!("{HEADER}30,Zelkova,z@example.org,2020-01-01,,,Medicine\n");
    for (number, manager) in [("01", ""), ("02", ""), ("03", "01"), ("04", "02")] {
        staff
            .push_str(&format!("{number},Ash{number},a{number}@example.org,2020-01-01,{manager},,Surgery\n"));
    }
    for number in 10..16 {
        staff.push_str(&format!("{number},Pine{number},p{number}@example.org,2020-01-01,30,,Surgery\n"));
    }
    trust.import(monday(), FileKind::Staff, &staff);
    let trained = |numbers: &[&str]| {
        let rows: String = numbers.iter().map(|number| format!("{number},C,2026-06-01\n")).collect();
        trust.import(monday(), FileKind::Training, &format!("employee_number,course,completed_on\n{rows}"));
    };
    trained(&["01", "02"]);
    trust.plan(monday(), PlannedParts::Digests);
    let app = trust.app(at(monday(), 9, 0));
    let transport = Arc::new(Transport::Memory(trust.memory.clone()));
    let delivery = Delivery {
        transport,
        connections: 1,
        ..jobs::deliveries(&app, &Actor::of_process()).unwrap().remove(0)
    };
    let (_stop, shutdown) = watch::channel(false);
    let digest = |whom: &str| {
        let all = of_kind(&trust, MessageKind::ManagerDigest);
        said(&trust, all.into_iter().find(|one| one.recipient == whom).unwrap().id)
    };
    delivery.deliver_all(Some(1), Patience::None, shutdown.clone()).await.unwrap();
    trained(&["10", "11", "12"]);
    delivery.deliver_all(None, Patience::None, shutdown).await.unwrap();
    let (first, second) = (digest("a01@example.org"), digest("a02@example.org"));
    assert!(first.contains("In Surgery as a whole 20.0% are up to date."), "{first}");
    assert!(second.contains("In Surgery as a whole 50.0% are up to date."), "{second}");
}
