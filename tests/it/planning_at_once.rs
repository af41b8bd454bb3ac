//! Two planning runs at once: each says, and has the audit log say, what it wrote itself, and not what both had decided.

use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;
use refresher::audit::Actor;
use refresher::board::Month;
use refresher::db::Locks;
use refresher::import::FileKind;
use refresher::jobs::{self, Planned, PlannedParts, Writing, issue_board_summary, plan_reminders};
use refresher::outbox::{MessageKind, MessageState};

use crate::support::trust::{Trust, at, day};

const POLICY: &str = "due_soon_days = 30\n[[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n\
    [[requirement]]\ncourse = 'C'\n\
    [[statement]]\nid = 'supervision'\nquestion = 'Is there supervision?'\nanswers = ['yes', 'no']\n\
    [reminders]\nescalate_after_days = 60\nescalate_to = 'chief.nurse@example.org'\n";
const SETTINGS: &str =
    "[[board]]\norganisation = \"RXX\"\nrecipients = [\"one@example.org\", \"two@example.org\"]\n";
/// A Monday.
const MONDAY: &str = "2026-06-15";
const PEOPLE: u64 = 300;

#[derive(QueryableByName)]
struct AuditDetailsRow {
    #[diesel(sql_type = Text)]
    details: String,
}

/// Three hundred people who never did the course, all but one of whom have a manager, and an overdue review.
fn trust(policy: &str) -> Trust {
    let trust = Trust::with_settings(&format!("{POLICY}{policy}"), SETTINGS);
    let on = day(MONDAY);
    let header = "employee_number,last_name,email,start_date,manager_employee_number\n";
    let people: String = (2..=PEOPLE)
        .map(|number| format!("{number:03},Tree{number},t{number}@example.org,2020-01-01,001\n"))
        .collect();
    trust.import(on, FileKind::Staff, &format!("{header}001,Ash,ash@example.org,2020-01-01,\n{people}"));
    let answer = "statement,answer,answered_on,evidence,owner_email,review_by\n\
        supervision,no,2025-01-10,Minutes,owner@example.org,2026-01-10\n";
    trust.import(on, FileKind::Assurance, answer);
    trust
}

/// What both of two come to that read before either writes: a third keeps them from writing until they have read.
fn both<T: Send>(trust: &Trust, run: impl Fn(&refresher::app::App) -> T + Sync) -> [T; 2] {
    let [one, other, holder] = [(); 3].map(|()| trust.app(at(day(MONDAY), 8, 0)));
    let (held, is_held) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            holder
                .db
                .write(Locks::ALL, |_| {
                    let _ = held.send(());
                    std::thread::sleep(Duration::from_secs(3));
                    Ok(())
                })
                .unwrap();
        });
        is_held.recv().unwrap();
        let run = &run;
        [one, other].map(|app| scope.spawn(move || run(&app))).map(|running| running.join().unwrap())
    })
}

fn plan(app: &refresher::app::App, parts: PlannedParts) -> Planned {
    let by = Actor::of_process();
    plan_reminders(app, None, day(MONDAY), app.now(), &by, parts, Writing::Outbox).unwrap()
}

/// What the audit log says was planned, by kind.
fn audited(trust: &Trust, action: &str) -> Vec<serde_json::Value> {
    let app = trust.app(at(day(MONDAY), 9, 0));
    let entries = app.db.read(|conn| {
        sql_query(format!("SELECT details FROM audit WHERE action = '{action}' ORDER BY id"))
            .load::<AuditDetailsRow>(conn)
    });
    entries.unwrap().into_iter().map(|entry| serde_json::from_str(&entry.details).unwrap()).collect()
}

#[test]
fn of_two_planning_runs_at_once_each_says_what_it_wrote_and_the_log_says_all_of_it_once() {
    for (policy, held) in [("max_messages = 100.0\n", false), ("", true)] {
        let trust = trust(policy);
        let planned = both(&trust, |app| plan(app, PlannedParts::Both));
        let mut messages: BTreeMap<MessageKind, usize> = BTreeMap::new();
        for message in trust.messages() {
            *messages.entry(message.kind).or_default() += 1;
            let is_held = message.state == MessageState::Held;
            assert!(!is_held || held, "{message:?}");
        }
        assert_eq!(messages[&MessageKind::Reminder], usize::try_from(PEOPLE).unwrap());
        for kind in [
            MessageKind::Reminder,
            MessageKind::ManagerDigest,
            MessageKind::Escalation,
            MessageKind::AssuranceReview,
        ] {
            let said: usize = planned.iter().map(|planned| planned.totals().of(kind)).sum();
            assert_eq!(said, messages[&kind], "{kind:?}, held: {held}");
            let shown = planned.iter().flat_map(Planned::messages).filter(|message| message.kind == kind);
            assert_eq!(shown.count(), messages[&kind], "{kind:?}, held: {held}");
            let logged: u64 =
                audited(&trust, "plan").iter().filter_map(|entry| entry[kind.as_str()].as_u64()).sum();
            assert_eq!(logged, messages[&kind] as u64, "{kind:?}, held: {held}");
        }
        assert_eq!(audited(&trust, "plan").len(), 1, "the second did nothing");
        let accounts = planned.each_ref().map(Planned::account);
        assert!(accounts.iter().all(|account| account.considered() == PEOPLE), "{accounts:?}");
        let told =
            |held: bool| accounts.iter().map(|of| if held { of.held } else { of.messaged }).sum::<u64>();
        assert_eq!((told(held), told(!held)), (PEOPLE, 0), "{accounts:?}");
        assert_eq!(accounts.iter().map(|account| account.already_told).sum::<u64>(), PEOPLE);
        let holds = planned.iter().map(|planned| planned.held().count()).sum::<usize>();
        assert_eq!(holds, usize::from(held), "only whoever held them says so");
    }
}

#[test]
fn of_two_runs_of_the_weeks_digests_at_once_each_says_what_it_wrote() {
    let trust = trust("max_messages = 100.0\n");
    let planned = both(&trust, |app| plan(app, PlannedParts::Digests));
    let digests = |planned: &Planned| planned.totals().of(MessageKind::ManagerDigest);
    let kept = trust.messages().iter().filter(|message| message.kind == MessageKind::ManagerDigest).count();
    assert!(kept > 0);
    assert_eq!(planned.iter().map(digests).sum::<usize>(), kept);
    assert_eq!(audited(&trust, "plan").len(), 1);
}

#[test]
fn of_two_that_send_a_boards_summary_at_once_each_says_whom_it_queued_it_for() {
    let trust = trust("");
    let month = Month::parse("2026-05").unwrap();
    let issued = both(&trust, |app| {
        issue_board_summary(app, "RXX", month, &Actor::of_process(), day(MONDAY), app.now()).map_err(
            |error| {
                assert!(error.is::<jobs::IssueRefused>(), "{error:#}");
            },
        )
    });
    let queued: usize = issued.iter().flatten().map(|issued| issued.queued).sum();
    assert_eq!(queued, 2, "{issued:?}");
    let logged: u64 = audited(&trust, "board-send").iter().filter_map(|entry| entry["queued"].as_u64()).sum();
    assert_eq!((logged, trust.messages().len()), (2, 2));
}
