//! `rehearse`: what it says is what then happens, and saying it leaves no trace (spec 4).
#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use refresher::answers::{self, Question};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::compliance::{Assessment, Judge};
use refresher::db::{DbResult, IfMissing};
use refresher::import::FileKind;
use refresher::jobs::{self, HowToImport, Planned, PlannedParts, Writing};
use refresher::outbox::MessageKind;
use refresher::register::store::ViewDetail;

use crate::reference::days::plus;
use crate::reference::generate::{Case, case};
use crate::support::engine::catalogue;
use crate::support::engine::overrides;
use crate::support::program::Folder;
use crate::support::trust::{Trust, at, day};

/// Every message of planning runs, a line each.
fn lines(planned: &Planned) -> Vec<String> {
    let runs = [MessageKind::Reminder, MessageKind::ManagerDigest];
    let messages = planned.messages().filter(|message| runs.contains(&message.kind));
    messages
        .map(|message| {
            let items: Vec<_> = message.items().collect();
            let (on, kind, brake) = (message.on, message.kind, message.brake);
            let whom = (message.organisation, message.employee_number, message.to);
            format!("{on} {kind} {whom:?} {brake:?} {items:?}")
        })
        .collect()
}

/// A case's files, imported without starting a program.
fn home(case: &Case) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    case.folder.write(home.path());
    let app = app(&home, case.today);
    for (kind, _) in case.folder.imports() {
        let file = home.path().join(format!("{kind}.csv"));
        let kind = FileKind::ALL.into_iter().find(|one| one.as_str() == kind).unwrap();
        let how = HowToImport::default();
        let imported = jobs::import_file(&app, kind, &file, &how, case.today).unwrap();
        assert!(imported.report.rejected.is_empty(), "{:?}", imported.report);
    }
    home
}

fn app(home: &tempfile::TempDir, today: NaiveDate) -> App {
    let settings = home.path().join("refresher.toml");
    App::open(&settings, &overrides(&settings), Clock::Fixed(at(today, 8, 0)), IfMissing::Create).unwrap()
}

#[test]
fn what_is_rehearsed_is_what_planning_day_by_day_then_plans() {
    let mut runner = TestRunner::deterministic();
    let (mut messages, mut digests) = (0, 0);
    for _ in 0..16 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let home = home(&case);
        let until = plus(case.today, 24);
        let first = app(&home, case.today);
        let rehearsed = jobs::rehearse(&first, None, case.today, until, first.now()).unwrap();
        let mut planned = Vec::new();
        let mut account = refresher::plan::Account::default();
        for on in case.today.iter_days().take_while(|on| *on <= until) {
            let app = app(&home, on);
            let run = jobs::plan_reminders(
                &app,
                None,
                on,
                app.now(),
                &Actor::of_process(),
                PlannedParts::Both,
                Writing::Outbox,
            )
            .unwrap();
            planned.extend(lines(&run));
            account += run.account();
        }
        assert_eq!(lines(&rehearsed), planned, "{case:?}");
        assert_eq!(rehearsed.account(), account, "{case:?}");
        messages += planned.len();
        digests += rehearsed.totals().of(MessageKind::ManagerDigest);
    }
    assert!(messages > 100 && digests > 10, "{messages} {digests}: the cases show nothing");
}

#[test]
fn between_two_turns_of_a_person_every_day_is_judged_alike() {
    let mut runner = TestRunner::deterministic();
    let (mut changes, mut alike) = (0, 0);
    for _ in 0..12 {
        let case = case().new_tree(&mut runner).unwrap().current();
        let home = home(&case);
        let app = app(&home, case.today);
        let question = Question::now(case.today, app.now(), None);
        let view = answers::view(&app, &question, ViewDetail::Judgement).unwrap();
        let policy = answers::policy(&app, &question).unwrap();
        let judge = Judge::new(&view, &policy);
        let (mut turns, mut assessment) = (Vec::new(), Assessment::default());
        for person in view.everyone() {
            judge.turns(person, &mut turns);
            let mut before = None;
            for on in plus(case.today, -400).iter_days().take(1_600) {
                judge.assess(person, on, on, &mut assessment);
                let now = (assessment.presence, assessment.courses.clone(), assessment.covered.clone());
                if before.as_ref() == Some(&now) {
                    alike += 1;
                } else if before.is_some() {
                    assert!(
                        turns.binary_search(&on).is_ok(),
                        "{on} is no turn of {person:?}: {now:?} {case:?}"
                    );
                    changes += 1;
                }
                before = Some(now);
            }
        }
    }
    assert!(changes > 200 && alike > 10_000, "{changes} {alike}: the cases show nothing");
}

#[derive(QueryableByName)]
struct Rows {
    #[diesel(sql_type = BigInt)]
    rows: i64,
}

/// How many rows each table has.
fn rows(app: &App) -> BTreeMap<String, i64> {
    let counted = app.db.read(|conn| {
        let tables: BTreeSet<String> = catalogue(conn).into_iter().map(|column| column.of_table).collect();
        let count = |table: &String| {
            let query = format!("SELECT count(*) AS rows FROM \"{table}\"");
            Ok((table.clone(), diesel::sql_query(query).get_result::<Rows>(conn)?.rows))
        };
        tables.iter().map(count).collect::<DbResult<_>>()
    });
    counted.unwrap()
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn a_rehearsal_leaves_the_database_as_it_was_to_the_byte_also_with_a_changed_policy() {
    let folder = Folder::with_everything();
    folder.run("remind --dry-run").ended(0);
    let database = || {
        let main = std::fs::read(folder.file("refresher.db")).unwrap();
        (blake3::hash(&main), std::fs::read(folder.file("refresher.db-wal")).map_or(0, |wal| wal.len()))
    };
    let settings = folder.file("refresher.toml");
    let look =
        || App::open_to_look(&settings, &overrides(&settings), Clock::Fixed(at(day("2026-11-25"), 8, 0)));
    let before = (database(), rows(&look().unwrap()));
    let policy = folder.read("policy.toml");
    folder.write("policy.toml", format!("# Tried out.\n{policy}"));
    folder.write("refresher.toml", folder.read("refresher.toml").replace("name = \"", "name = \"New "));
    for words in ["rehearse --until 2027-11-25", "--json rehearse --until 2027-11-25"] {
        folder.run(words).ended(0);
    }
    assert_eq!((database(), rows(&look().unwrap())), before);
}

#[test]
fn a_command_that_only_reports_judges_by_the_changed_policy_and_stores_nothing() {
    let folder = Folder::with_everything();
    let before = folder.database();
    folder.write("policy.toml", folder.read("policy.toml").replacen("target = 90.0", "target = 55.0", 1));
    folder.write("refresher.toml", folder.read("refresher.toml").replace("name = \"", "name = \"New "));
    for words in [
        "status",
        "staff",
        "explain 00123456",
        "forecast",
        "budget",
        "review",
        "board",
        "remind --dry-run",
        "import staff staff.csv --force --dry-run",
        "import list",
        "outbox",
        "bounces",
        "exempt list",
        "audit",
        "jobs",
    ] {
        let ran = folder.run(words).ended(0);
        assert_eq!(folder.database(), before, "{words}: {ran:?}");
    }
    let target = |words: &str| folder.run(words).ended(0).json()["target"].as_f64();
    assert_eq!(target("--json status"), Some(0.55));
    assert_eq!(
        target("--json status --as-at 2026-11-23"),
        Some(0.9),
        "that day keeps the policy of its time"
    );
    folder.run("remind").ended(0);
    assert_eq!(folder.database().iter().filter(|row| row.starts_with("policy_version:")).count(), 2);
}

#[test]
fn a_past_day_puts_no_policy_in_force_before_the_newest_one_began() {
    let folder = Folder::with_everything();
    let policies = || folder.database().into_iter().filter(|row| row.starts_with("policy_version:")).count();
    let change = |from: &str, to: &str| {
        folder.write("policy.toml", folder.read("policy.toml").replacen(from, to, 1));
    };
    assert_eq!(policies(), 1);
    change("target = 90.0", "target = 55.0");
    folder.run("--today 2026-11-23 remind").ended(0);
    assert_eq!(policies(), 1);
    let target = folder.run("--today 2026-11-23 --json status").ended(0).json()["target"].as_f64();
    assert_eq!(target, Some(0.9));
    folder.run("--today 2026-11-25 remind").ended(0);
    assert_eq!(policies(), 2, "time played forward takes it up");
    folder.run("--today 2026-11-24 remind").ended(0);
    assert_eq!(policies(), 2, "and a day before it keeps its own");
}

const POLICY: &str = "due_soon_days = 90\nabsent_statuses = []\n\
    [[course]]\ncode = 'C'\ntitle = 'Course C'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";

/// Sixty people whose training lapses on 1 October 2026, told of it 60 days before.
fn told_at_sixty_days() -> Trust {
    let trust = Trust::new(&format!("{POLICY}[reminders]\nbefore_days = [60]\nmanager_from_days = 0\n"));
    let people: String = (1..=60)
        .map(|number| format!("{number:02},Tree{number},t{number}@example.org,2020-01-01\n"))
        .collect();
    let header = "employee_number,last_name,email,start_date\n";
    trust.import(day("2026-08-03"), FileKind::Staff, &format!("{header}{people}"));
    let trained: String = (1..=60).map(|number| format!("{number:02},C,2025-10-01\n")).collect();
    let training = format!("employee_number,course,completed_on\n{trained}");
    trust.import(day("2026-08-03"), FileKind::Training, &training);
    let planned = trust.plan(day("2026-08-03"), PlannedParts::Both);
    assert_eq!(planned.totals().of(MessageKind::Reminder), 60);
    trust
}

#[test]
fn a_change_of_policy_mails_nobody_by_itself_and_the_rehearsal_says_that_the_brake_will_hold_it() {
    let trust = told_at_sixty_days();
    assert_eq!(trust.plan(day("2026-08-04"), PlannedParts::Both).totals().messages(), 0);
    // A stage that everybody has passed, and one that is over: the latest alone counts, and the brake holds it.
    trust.write(
        "policy.toml",
        &format!("{POLICY}[reminders]\nbefore_days = [90, 75, 60, 59]\nmanager_from_days = 0\n"),
    );
    let on = day("2026-08-05");
    let settings = trust.folder.path().join("refresher.toml");
    let look = App::open_to_look(&settings, &overrides(&settings), Clock::Fixed(at(on, 7, 0))).unwrap();
    let rehearsed = jobs::rehearse(&look, None, on, on, look.now()).unwrap();
    assert_eq!(
        rehearsed.held().collect::<Vec<_>>(),
        ["2026-08-05: the mail brake holds 60 reminders of RXX, where 60 people are in post"]
    );
    let planned = trust.plan(on, PlannedParts::Both);
    assert_eq!(lines(&planned), lines(&rehearsed));
    assert_eq!(
        (planned.totals().of(MessageKind::Reminder), planned.totals().held),
        (60, 60),
        "one each, all held"
    );
    let stages: Vec<_> =
        planned.messages().flat_map(|message| message.items().map(|item| item.stage)).collect();
    assert_eq!(stages, [Some(59); 60]);
    // A stage that is over for everybody by itself brings nothing.
    trust.write(
        "policy.toml",
        &format!("{POLICY}[reminders]\nbefore_days = [90, 80, 75, 60, 59]\nmanager_from_days = 0\n"),
    );
    assert_eq!(trust.plan(day("2026-08-06"), PlannedParts::Both).totals().messages(), 0);
}

#[test]
fn board_summaries_to_come_are_rehearsed_on_the_first_working_day_of_their_month() {
    let board = "[[board]]\norganisation = \"RXX\"\nrecipients = [\"a@example.org\", \"b@example.org\"]\n";
    let trust = Trust::with_settings(POLICY, board);
    let summaries = |trust: &Trust, from: &str, until: &str| -> Vec<(String, String)> {
        let app = trust.app(at(day(from), 7, 0));
        let planned = jobs::rehearse(&app, None, day(from), day(until), app.now()).unwrap();
        let summaries = planned.messages().filter(|message| message.kind == MessageKind::BoardSummary);
        summaries.map(|message| (message.on.to_string(), message.to.to_owned())).collect()
    };
    let expected = |days: &[&str]| -> Vec<(String, String)> {
        let to = ["a@example.org", "b@example.org"];
        days.iter().flat_map(|on| to.map(|to| ((*on).to_owned(), to.to_owned()))).collect()
    };
    // 1 January is a holiday and a Friday; the bank holiday file moves nothing.
    assert_eq!(summaries(&trust, "2026-11-25", "2027-01-03"), expected(&["2026-12-01"]));
    let both = expected(&["2026-12-01", "2027-01-04"]);
    assert_eq!(summaries(&trust, "2026-11-25", "2027-01-04"), both);
    // One that is issued does not come again, and one that was missed comes today.
    let app = trust.app(at(day("2026-12-01"), 9, 0));
    jobs::issue_board_summary(
        &app,
        "RXX",
        refresher::board::Month::parse("2026-11").unwrap(),
        &Actor::of_process(),
        day("2026-12-01"),
        app.now(),
    )
    .unwrap();
    assert_eq!(summaries(&trust, "2026-12-01", "2027-01-04"), expected(&["2027-01-04"]));
}

#[test]
fn a_rehearsal_of_the_past_or_too_far_ahead_is_refused_with_what_to_do() {
    let trust = Trust::new(POLICY);
    let today = day("2026-11-25");
    let app = trust.app(at(today, 8, 0));
    for (until, says) in [
        (today - Days::new(1), "rehearse until today, 2026-11-25, or a later day"),
        (day("2037-01-01"), "at most ten years ahead"),
    ] {
        let refused = jobs::rehearse(&app, None, today, until, app.now()).unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    let unknown = jobs::rehearse(&app, Some("NOWHERE"), today, today, app.now()).unwrap_err().to_string();
    assert!(unknown.contains("there is no organisation \"NOWHERE\""), "{unknown}");
}

#[test]
fn a_copied_list_of_bank_holidays_moves_sending_days_and_a_broken_one_is_told_at_the_start() {
    let trust = Trust::with_settings(POLICY, "[schedule]\nbank_holidays = \"holidays.json\"\n");
    let event = r#"{"title":"A day of thanks","date":"2026-06-15","notes":"","bunting":true}"#;
    let list = format!(r#"{{"england-and-wales":{{"division":"england-and-wales","events":[{event}]}}}}"#);
    trust.write("holidays.json", &list);
    trust.import(
        day("2026-06-15"),
        FileKind::Staff,
        "employee_number,last_name,email,start_date\n01,Ash,ash@example.org,2020-01-01\n",
    );
    assert!(trust.plan(day("2026-06-15"), PlannedParts::Both).days.is_empty());
    assert_eq!(
        trust.plan(day("2026-06-16"), PlannedParts::Both).totals().messages(),
        2,
        "a reminder and a digest"
    );
    trust.write("holidays.json", "<!DOCTYPE html>");
    let settings = trust.folder.path().join("refresher.toml");
    let clock = Clock::Fixed(at(day("2026-06-17"), 8, 0));
    let refused = App::open(&settings, &overrides(&settings), clock, IfMissing::Fail).unwrap_err();
    let said = format!("{refused:#}");
    for words in ["holidays.json", "can't be used", "gov.uk/bank-holidays.json", "line 1 column 1"] {
        assert!(said.contains(words), "{said}");
    }
    std::fs::remove_file(trust.folder.path().join("holidays.json")).unwrap();
    assert!(App::open(&settings, &overrides(&settings), clock, IfMissing::Fail).is_err());
}
