//! The run ledger in a real database: what is run, once, whatever happens in between.

use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Europe::London;
use diesel::RunQueryDsl;
use refresher::clock::Clock;
use refresher::db::{Db, IfMissing, Locks};
use refresher::jobs;
use refresher::outbox::MessageKind;
use refresher::schedule::store::{self, RunWritten, SlotBegin};
use refresher::schedule::{JobRun, LedgerLine, RunOutcome, Runner, ScheduledJob, Slot};
use tokio::sync::watch;

use crate::support::database::url;
use crate::support::trust::{Trust, instant};

struct Register {
    folder: tempfile::TempDir,
    db: Db,
}

fn register() -> Register {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    Register { folder, db }
}

fn slot(text: &str) -> Slot {
    Slot(instant(text))
}

fn begin(db: &Db, job: &str, slot: Slot, now: DateTime<Utc>) -> SlotBegin {
    db.write(Locks::ALL, |conn| store::begin(conn, job, slot, now)).unwrap()
}

fn finish(db: &Db, begun: SlotBegin, now: DateTime<Utc>, outcome: RunOutcome, detail: &str) -> RunWritten {
    let SlotBegin::Begun(claim) = begun else { panic!("it was not begun") };
    db.write(Locks::ALL, |conn| store::finish(conn, &claim, now, outcome, detail)).unwrap()
}

fn runs(db: &Db) -> Vec<LedgerLine> {
    db.read(|conn| store::last_runs(conn, 1_000)).unwrap()
}

fn outcomes(db: &Db) -> Vec<(String, String, Option<RunOutcome>)> {
    let mut all = runs(db);
    all.reverse();
    all.into_iter().map(|run| (run.job, run.slot.0.format("%m-%dT%H:%M").to_string(), run.outcome)).collect()
}

type Seen = Arc<Mutex<Vec<JobRun>>>;

/// A job that keeps what it was told.
fn recording(name: &'static str, expression: &str, seen: &Seen) -> ScheduledJob {
    let seen = Arc::clone(seen);
    ScheduledJob::new(name, expression.parse().unwrap(), move |run| {
        seen.lock().unwrap().push(run);
        Ok("all well".to_owned())
    })
}

async fn tick(runner: &Arc<Runner>, now: &str) -> Vec<(&'static str, RunOutcome)> {
    let (_trigger, shutdown) = watch::channel(false);
    Arc::clone(runner).tick(Clock::Fixed(instant(now)), shutdown).await
}

#[test]
fn a_slot_is_begun_once_and_never_again_once_it_is_finished() {
    let register = register();
    let eight = slot("2026-11-24T08:00:00Z");
    let first = begin(&register.db, "reminders", eight, eight.0);
    assert!(matches!(first, SlotBegin::Begun(_)));
    assert_eq!(begin(&register.db, "reminders", eight, eight.0), SlotBegin::AlreadyTaken);
    assert!(matches!(begin(&register.db, "backup", eight, eight.0), SlotBegin::Begun(_)), "another job");
    let later = instant("2026-11-24T08:00:09Z");
    assert_eq!(finish(&register.db, first, later, RunOutcome::Done, "12 messages"), RunWritten::Written);
    assert_eq!(
        begin(&register.db, "reminders", eight, instant("2026-11-24T09:00:00Z")),
        SlotBegin::AlreadyTaken
    );
    let kept = runs(&register.db).into_iter().find(|run| run.job == "reminders").unwrap();
    assert_eq!(kept.detail, "12 messages");
    assert_eq!((kept.started_at, kept.finished_at), (eight.0, Some(later)));
}

#[test]
fn a_run_that_was_cut_off_is_taken_again_after_its_lease_and_its_first_owner_can_no_longer_finish_it() {
    let register = register();
    let eight = slot("2026-11-24T08:00:00Z");
    let lost = begin(&register.db, "reminders", eight, eight.0);
    assert_eq!(
        begin(&register.db, "reminders", eight, instant("2026-11-24T08:01:59Z")),
        SlotBegin::AlreadyTaken
    );
    let again = begin(&register.db, "reminders", eight, instant("2026-11-24T08:02:00Z"));
    assert!(matches!(again, SlotBegin::Begun(_)));
    let now = instant("2026-11-24T08:02:01Z");
    assert_eq!(finish(&register.db, lost, now, RunOutcome::Failed, "too late"), RunWritten::TakenOver);
    assert_eq!(finish(&register.db, again, now, RunOutcome::Done, ""), RunWritten::Written);
    assert_eq!(runs(&register.db).len(), 1);
}

#[test]
fn a_renewed_run_stays_with_its_owner_and_holds_up_the_next_slot_of_its_job() {
    let register = register();
    let (eight, nine) = (slot("2026-11-24T08:00:00Z"), slot("2026-11-24T09:00:00Z"));
    let run = begin(&register.db, "reminders", eight, eight.0);
    let SlotBegin::Begun(claim) = run else { panic!("it was not begun") };
    for minute in 1..=60 {
        let now = eight.0 + TimeDelta::minutes(minute);
        let kept = register.db.write(Locks::ALL, |conn| store::renew(conn, &claim, now)).unwrap();
        assert_eq!(kept, RunWritten::Written);
    }
    assert_eq!(begin(&register.db, "reminders", nine, nine.0), SlotBegin::AlreadyTaken, "one at a time");
    finish(&register.db, run, nine.0, RunOutcome::Done, "");
    assert!(matches!(begin(&register.db, "reminders", nine, nine.0), SlotBegin::Begun(_)));
}

#[test]
fn a_later_slot_makes_up_for_an_earlier_one_that_was_cut_off_or_never_begun() {
    let register = register();
    let days = ["2026-11-22T08:00:00Z", "2026-11-23T08:00:00Z", "2026-11-24T08:00:00Z"].map(slot);
    begin(&register.db, "reminders", days[0], days[0].0);
    let last = begin(&register.db, "reminders", days[2], days[2].0);
    finish(&register.db, last, days[2].0, RunOutcome::Done, "");
    assert_eq!(begin(&register.db, "reminders", days[1], days[2].0), SlotBegin::AlreadyTaken);
    assert_eq!(
        outcomes(&register.db),
        [
            ("reminders".to_owned(), "11-22T08:00".to_owned(), Some(RunOutcome::Failed)),
            ("reminders".to_owned(), "11-24T08:00".to_owned(), Some(RunOutcome::Done)),
        ]
    );
}

#[test]
fn the_ledger_forgets_a_job_that_runs_often_after_three_months() {
    let register = register();
    let first = slot("2026-01-01T00:00:00Z");
    for day in 0..200 {
        let slot = Slot(first.0 + TimeDelta::days(day));
        let run = begin(&register.db, "inbox", slot, slot.0);
        finish(&register.db, run, slot.0, RunOutcome::Done, "");
    }
    assert_eq!(runs(&register.db).len(), 93);
}

#[tokio::test]
async fn the_first_start_runs_nothing_and_the_next_slot_runs_once() {
    let register = register();
    let seen = Seen::default();
    let runner = Runner::new(register.db.clone(), London, vec![recording("reminders", "0 0 8 * * *", &seen)]);
    assert_eq!(tick(&runner, "2026-11-24T10:00:00Z").await, []);
    assert_eq!(tick(&runner, "2026-11-25T07:59:59Z").await, []);
    assert_eq!(tick(&runner, "2026-11-25T08:00:00Z").await, [("reminders", RunOutcome::Done)]);
    assert_eq!(tick(&runner, "2026-11-25T08:00:00Z").await, [], "a second ring");
    assert_eq!(
        *seen.lock().unwrap(),
        [JobRun {
            now: instant("2026-11-25T08:00:00Z"),
            today: "2026-11-25".parse().unwrap(),
            slot: slot("2026-11-25T08:00:00Z"),
        }]
    );
    let words: Vec<Option<RunOutcome>> =
        outcomes(&register.db).into_iter().map(|(_, _, outcome)| outcome).collect();
    assert_eq!(words, [Some(RunOutcome::Skipped), Some(RunOutcome::Done)]);
}

#[tokio::test]
async fn after_eleven_days_off_each_job_runs_once_as_of_the_day_of_the_start() {
    let register = register();
    let seen = Seen::default();
    let jobs = [("inbox", "0 * * * * *"), ("reminders", "0 0 8 * * *"), ("board-summary", "0 0 9 1 * *")];
    let jobs = jobs.map(|(name, expression)| recording(name, expression, &seen)).to_vec();
    let runner = Runner::new(register.db.clone(), London, jobs);
    tick(&runner, "2026-10-23T16:00:00Z").await;
    let ran = tick(&runner, "2026-11-03T10:00:20Z").await;
    assert_eq!(ran, ["inbox", "reminders", "board-summary"].map(|job| (job, RunOutcome::Done)));
    let seen = seen.lock().unwrap();
    assert!(seen.iter().all(|run| run.today == "2026-11-03".parse().unwrap()));
    let slots: Vec<Slot> = seen.iter().map(|run| run.slot).collect();
    let expected = ["2026-11-03T10:00:00Z", "2026-11-03T08:00:00Z", "2026-11-01T09:00:00Z"].map(slot);
    assert_eq!(slots, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_half_a_year_off_every_missed_board_summary_is_still_sent_once() {
    let policy = "due_soon_days = 90\nabsent_statuses = []\n\
        [[course]]\ncode = 'C'\ntitle = 'Course C'\n[[requirement]]\ncourse = 'C'\n";
    let board = "[[board]]\norganisation = \"RXX\"\nrecipients = [\"board@example.org\"]\n";
    let trust = Trust::with_settings(policy, board);
    for (now, summaries) in [
        ("2026-01-15T10:00:00Z", 0), // the first start
        ("2026-02-02T09:00:00Z", 1), // January's
        ("2026-07-20T10:00:00Z", 6),
        ("2026-07-21T10:00:00Z", 6),
        ("2026-08-03T08:00:00Z", 7),
    ] {
        let app = trust.app(instant(now));
        tick(&Runner::new(app.db.clone(), London, jobs::all(&app).unwrap()), now).await;
        let kept = trust.messages();
        let sent = kept.iter().filter(|message| message.kind == MessageKind::BoardSummary).count();
        assert_eq!(sent, summaries, "{now}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_rings_in_many_processes_run_a_slot_once() {
    let register = register();
    let seen = Seen::default();
    let processes: Vec<Arc<Runner>> = (0..4)
        .map(|_| {
            let db = Db::open(&url(&register.folder.path().join("register.db")), IfMissing::Fail).unwrap();
            Runner::new(db, London, vec![recording("reminders", "0 0 8 * * *", &seen)])
        })
        .collect();
    tick(&processes[0], "2026-11-24T07:00:00Z").await;
    let rings: Vec<_> = processes
        .iter()
        .cycle()
        .take(12)
        .map(|runner| {
            let runner = Arc::clone(runner);
            tokio::spawn(async move { tick(&runner, "2026-11-24T08:00:00Z").await })
        })
        .collect();
    let mut ran = 0;
    for ring in rings {
        ran += ring.await.unwrap().len();
    }
    assert_eq!((ran, seen.lock().unwrap().len()), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ring_while_a_job_is_at_work_passes_over_it_and_runs_the_others() {
    let register = register();
    let seen = Seen::default();
    let (begun, mut has_begun) = tokio::sync::mpsc::unbounded_channel();
    let (end, may_end) = std::sync::mpsc::channel::<()>();
    let may_end = Mutex::new(may_end);
    let slow = ScheduledJob::new("slow", "0 * * * * *".parse().unwrap(), move |_| {
        begun.send(())?;
        may_end.lock().unwrap().recv()?;
        Ok(String::new())
    });
    let quick = recording("quick", "0 * * * * *", &seen);
    let runner = Runner::new(register.db.clone(), London, vec![slow, quick]);
    tick(&runner, "2026-11-24T07:59:00Z").await;
    let first = Arc::clone(&runner);
    let first = tokio::spawn(async move { tick(&first, "2026-11-24T08:00:00Z").await });
    has_begun.recv().await.unwrap();
    // At the third the lease would have run out, were this not the process that is at work on it.
    for now in ["2026-11-24T08:00:00Z", "2026-11-24T08:01:00Z", "2026-11-24T08:03:00Z"] {
        assert_eq!(tick(&runner, now).await, [("quick", RunOutcome::Done)], "{now}");
    }
    end.send(()).unwrap();
    assert_eq!(first.await.unwrap(), [("slow", RunOutcome::Done)], "its turn of quick was taken meanwhile");
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn a_clock_that_steps_back_runs_no_slot_again_and_one_that_was_ahead_does_not_silence_the_job() {
    let register = register();
    let seen = Seen::default();
    let runner = Runner::new(register.db.clone(), London, vec![recording("hourly", "0 0 * * * *", &seen)]);
    tick(&runner, "2026-11-24T06:30:00Z").await;
    for (now, ran) in [
        ("2026-11-24T07:00:00Z", 1),
        ("2026-11-24T08:00:00Z", 1),
        ("2026-11-24T07:10:00Z", 0),
        ("2026-11-24T08:00:05Z", 0),
        ("2026-11-24T05:00:00Z", 0),
        ("2026-11-24T08:30:00Z", 0),
        ("2026-11-26T00:00:00Z", 1),
        ("2026-11-24T09:00:00Z", 1),
        ("2026-11-24T09:00:30Z", 0),
    ] {
        assert_eq!(tick(&runner, now).await.len(), ran, "{now}");
    }
    let mut slots: Vec<Slot> = seen.lock().unwrap().iter().map(|run| run.slot).collect();
    slots.sort();
    slots.dedup();
    assert_eq!(slots.len(), 4, "no slot twice");
}

#[tokio::test]
async fn a_job_that_fails_or_panics_is_written_down_and_stops_no_other() {
    let register = register();
    let seen = Seen::default();
    let eight = "0 0 8 * * *";
    let failing = ScheduledJob::new("failing", eight.parse().unwrap(), |_| {
        Err(anyhow::anyhow!("no such folder").context("the inbox can't be read"))
    });
    let panicking = ScheduledJob::new("panicking", eight.parse().unwrap(), |run| panic!("at {}", run.today));
    let jobs = vec![failing, panicking, recording("reminders", eight, &seen)];
    let runner = Runner::new(register.db.clone(), London, jobs);
    tick(&runner, "2026-11-24T07:00:00Z").await;
    let ran = tick(&runner, "2026-11-24T08:00:00Z").await;
    let expected =
        [("failing", RunOutcome::Failed), ("panicking", RunOutcome::Failed), ("reminders", RunOutcome::Done)];
    assert_eq!(ran, expected);
    let details: Vec<String> = runs(&register.db).into_iter().take(3).map(|run| run.detail).collect();
    assert_eq!(details, ["the inbox can't be read: no such folder", "panicked: at 2026-11-24", "all well"]);
    let tomorrow = tick(&runner, "2026-11-25T08:00:00Z").await;
    assert_eq!(tomorrow.len(), 3, "the panic left nothing behind");
}

#[tokio::test]
async fn a_job_that_failed_is_tried_again_the_same_day_until_it_has_run_well() {
    let register = register();
    let tries = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&tries);
    let unlucky = ScheduledJob::new("reminders", "0 0 8 * * *".parse().unwrap(), move |_| {
        let mut tries = counted.lock().unwrap();
        *tries += 1;
        anyhow::ensure!(*tries == 3, "the policy can't be read");
        Ok("all well".to_owned())
    });
    let runner = Runner::new(register.db.clone(), London, vec![unlucky]);
    tick(&runner, "2026-11-24T07:00:00Z").await;
    for (now, outcome) in [
        ("2026-11-24T08:00:00Z", Some(RunOutcome::Failed)),
        ("2026-11-24T08:14:00Z", None),
        ("2026-11-24T08:15:00Z", Some(RunOutcome::Failed)),
        ("2026-11-24T08:29:00Z", None),
        ("2026-11-24T08:30:00Z", Some(RunOutcome::Done)),
        ("2026-11-24T12:00:00Z", None),
    ] {
        let expected: Vec<_> = outcome.map(|outcome| ("reminders", outcome)).into_iter().collect();
        assert_eq!(tick(&runner, now).await, expected, "{now}");
    }
    let last = runs(&register.db).remove(0);
    assert_eq!((last.slot, last.outcome), (slot("2026-11-24T08:00:00Z"), Some(RunOutcome::Done)));
    assert_eq!(last.detail, "all well");
}

#[tokio::test]
async fn a_stop_begins_nothing_more() {
    let register = register();
    let seen = Seen::default();
    let runner = Runner::new(register.db.clone(), London, vec![recording("reminders", "0 0 8 * * *", &seen)]);
    tick(&runner, "2026-11-24T07:00:00Z").await;
    let (_trigger, stopped) = watch::channel(true);
    let ran = Arc::clone(&runner).tick(Clock::Fixed(instant("2026-11-24T08:00:00Z")), stopped).await;
    assert_eq!(ran, []);
    assert_eq!(tick(&runner, "2026-11-24T08:00:10Z").await.len(), 1, "left for the next start");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_came_of_a_job_is_held_while_the_database_fails_and_written_down_when_it_is_back() {
    let register = register();
    let rename = |db: &Db, from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        db.write(Locks::ALL, |conn| diesel::sql_query(&sql).execute(conn)).unwrap();
    };
    let db = register.db.clone();
    let job = ScheduledJob::new("a", "0 0 8 * * *".parse().unwrap(), move |_| {
        rename(&db, "job_run", "job_run_elsewhere");
        let db = db.clone();
        std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(1_500));
            rename(&db, "job_run_elsewhere", "job_run");
        });
        Ok("all well".to_owned())
    });
    let runner = Runner::new(register.db.clone(), London, vec![job]);
    tick(&runner, "2026-11-23T12:00:00Z").await;
    assert_eq!(tick(&runner, "2026-11-24T08:00:00Z").await, [("a", RunOutcome::Done)]);
    let run = runs(&register.db).remove(0);
    assert_eq!((run.outcome, run.detail.as_str()), (Some(RunOutcome::Done), "all well"));
}
