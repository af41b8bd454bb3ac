//! What the mail brake holds goes out when somebody lets it go, and not otherwise (spec 2.8); nobody has two mails of a
//! kind on one day (spec 5).
#![cfg(test)]

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use refresher::audit::Actor;
use refresher::db::Locks;
use refresher::import::FileKind;
use refresher::jobs::{PlannedParts, Writing, plan_reminders, rehearse};
use refresher::outbox::{MessageKind, MessageState, store};

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 90\n[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n\
    [[requirement]]\ncourse = 'C'\n[reminders]\nworking_days_only = false\n";

const HEADER: &str = "employee_number,last_name,email,start_date,manager_employee_number,assignment_status\n";

/// A Monday.
fn monday() -> NaiveDate {
    day("2026-06-15")
}

/// Sixty people of whom five reach their next stage each day; whoever is first manages the others.
fn crowd() -> Trust {
    let trust = Trust::new(POLICY);
    let numbers = 1..=60;
    let people: String = numbers
        .clone()
        .map(|number| {
            let manager = if number == 1 { "" } else { "01" };
            format!("{number:02},Tree{number},t{number}@example.org,2020-01-01,{manager},\n")
        })
        .collect();
    trust.import(monday(), FileKind::Staff, &format!("{HEADER}{people}"));
    let first_lapse = monday() + Days::new(8);
    let training: String = numbers
        .map(|number: u64| {
            let done = first_lapse - chrono::Months::new(12) + Days::new((number - 1) / 5);
            format!("{number:02},C,{done}\n")
        })
        .collect();
    trust.import(monday(), FileKind::Training, &format!("employee_number,course,completed_on\n{training}"));
    trust
}

fn mailed(trust: &Trust) -> BTreeMap<String, usize> {
    let mut mailed = BTreeMap::new();
    for one in trust.messages() {
        if one.state == MessageState::Sent && one.kind != MessageKind::Operator {
            *mailed.entry(one.recipient).or_default() += 1;
        }
    }
    mailed
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_is_planned_later_goes_round_the_mail_brake_until_it_is_let_go_and_then_one_mail_each() {
    let trust = crowd();
    let app = trust.app(at(monday(), 7, 30));
    let rehearsed = rehearse(&app, None, monday(), monday() + Days::new(11), at(monday(), 7, 30)).unwrap();
    let rehearsed: Vec<(usize, usize)> =
        rehearsed.days.iter().map(|day| (day.totals().messages(), day.totals().held)).collect();
    let mut held_again = 0;
    for (later, rehearsed) in (0..12).zip(rehearsed) {
        let on = monday() + Days::new(later);
        let app = trust.app(at(on, 8, 0));
        let (by, both) = (Actor::of_process(), PlannedParts::Both);
        let dry = plan_reminders(&app, None, on, at(on, 8, 0), &by, both, Writing::Nothing).unwrap();
        let planned = trust.plan(on, both);
        let totals = planned.totals();
        assert_eq!(totals.held, totals.messages(), "{on}: {totals:?}");
        assert_eq!((dry.totals(), dry.account()), (totals.clone(), planned.account()), "{on}");
        assert_eq!((totals.messages(), totals.held), rehearsed, "{on}");
        assert_eq!(planned.held().count(), usize::from(totals.held > 0), "{on}");
        held_again += if later > 0 { totals.held } else { 0 };
        trust.deliver(at(on, 9, 0)).await;
    }
    assert!(held_again > 50, "{held_again}");
    assert_eq!(mailed(&trust), BTreeMap::new());
    let alerts = trust.messages().into_iter().filter(|one| one.kind == MessageKind::Operator).count();
    assert_eq!(alerts, 1, "of what is held on for those whose mail was held, nobody is told anew");

    let after = monday() + Days::new(12);
    let app = trust.app(at(after, 8, 0));
    let released = app.db.write(Locks::ALL, |conn| store::release_held(conn, None, app.now())).unwrap();
    assert!(released >= 60, "{released}");
    trust.deliver(at(after, 9, 0)).await;
    let mailed = mailed(&trust);
    assert_eq!(mailed.len(), 61, "everybody, and the contact: {mailed:?}");
    // From then on as before.
    let planned = trust.plan(after + Days::new(1), PlannedParts::Reminders);
    assert_eq!(planned.totals().held, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_the_contact_and_a_manager_has_one_digest_a_day() {
    for (contact, on_monday, on_tuesday) in
        [("Ash@example.org", 1, 2), ("safeguarding@example.org", 2, 2), ("date@example.org", 2, 2)]
    {
        let trust = Trust::new(POLICY);
        let settings = std::fs::read_to_string(trust.folder.path().join("refresher.toml")).unwrap();
        trust.write("refresher.toml", &settings.replace("safeguarding@example.org", contact));
        let people = "01,Ash,ash@example.org,2020-01-01,,\n02,Birch,,2020-01-01,01,\n03,Cedar,,2020-01-01,,\n\
            04,Date,date@example.org,2020-01-01,,\n";
        trust.import(monday(), FileKind::Staff, &format!("{HEADER}{people}"));
        assert_eq!(
            trust.plan(monday(), PlannedParts::Digests).totals().of(MessageKind::ManagerDigest),
            2,
            "{contact}"
        );
        let had = |trust: &Trust| mailed(trust).values().sum::<usize>();
        trust.deliver(at(monday(), 9, 0)).await;
        trust.deliver(at(monday(), 15, 0)).await;
        assert_eq!(had(&trust), on_monday, "{contact}");
        trust.deliver(at(monday() + Days::new(1), 9, 0)).await;
        assert_eq!(had(&trust), on_tuesday, "{contact}");
    }
}
