use std::sync::mpsc;
use std::time::Instant;

use tokio::sync::oneshot;

use super::*;
use crate::db::{IfMissing, Locks};
use crate::sample::database::url;
use crate::schedule::store;
use crate::schedule::{RunOutcome, Slot};

struct DaemonBench {
    _folder: tempfile::TempDir,
    db: Db,
}

/// A database in which `job` ran yesterday, so that it is due at [`now`].
fn bench(job: &str) -> DaemonBench {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&url(&folder.path().join("register.db")), IfMissing::Create).unwrap();
    let yesterday = now() - chrono::TimeDelta::days(1);
    db.write(Locks::SCHEDULE, |conn| store::skip(conn, job, Slot(yesterday), "given", yesterday)).unwrap();
    DaemonBench { _folder: folder, db }
}

fn now() -> chrono::DateTime<chrono::Utc> {
    "2026-11-24T08:00:00Z".parse().unwrap()
}

fn parts(db: &Db, jobs: Vec<ScheduledJob>, services: Vec<DaemonService>) -> DaemonParts {
    DaemonParts {
        db: db.clone(),
        clock: Clock::Fixed(now()),
        zone: chrono_tz::Europe::London,
        jobs,
        services,
    }
}

/// A job that says when it has begun and ends when it is told to.
fn patient(begun: mpsc::Sender<()>, end: mpsc::Receiver<()>) -> ScheduledJob {
    let end = std::sync::Mutex::new(end);
    ScheduledJob::new("reminders", "0 0 8 * * *".parse().unwrap(), move |_| {
        begun.send(())?;
        end.lock().unwrap().recv()?;
        Ok("seen to the end".to_owned())
    })
}

async fn received(receiver: mpsc::Receiver<()>) -> mpsc::Receiver<()> {
    tokio::task::spawn_blocking(move || {
        receiver.recv_timeout(Duration::from_secs(20)).expect("it begins");
        receiver
    })
    .await
    .unwrap()
}

fn outcomes(db: &Db) -> Vec<(Option<RunOutcome>, String)> {
    let runs = db.read(|conn| store::last_runs(conn, 9)).unwrap();
    runs.into_iter().map(|run| (run.outcome, run.detail)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_waits_for_the_job_in_hand_and_writes_down_what_came_of_it() {
    let bench = bench("reminders");
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let parts = parts(&bench.db, vec![patient(begun, may_end)], vec![]);
    let daemon = tokio::spawn(run(parts, async { drop(stopped.await) }));
    let _has_begun = received(has_begun).await;
    stop.send(()).unwrap();
    tokio::task::yield_now().await;
    assert!(!daemon.is_finished(), "the job is still at work");
    end.send(()).unwrap();
    daemon.await.unwrap().unwrap();
    assert_eq!(outcomes(&bench.db)[0], (Some(RunOutcome::Done), "seen to the end".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_does_not_wait_for_ever_and_leaves_the_run_to_its_lease() {
    let bench = bench("reminders");
    let (begun, has_begun) = mpsc::channel();
    let (end, may_end) = mpsc::channel();
    let (stop, stopped) = oneshot::channel::<()>();
    let parts = parts(&bench.db, vec![patient(begun, may_end)], vec![]);
    let daemon = tokio::spawn(run_within(parts, async { drop(stopped.await) }, Duration::from_millis(50)));
    let _has_begun = received(has_begun).await;
    stop.send(()).unwrap();
    daemon.await.unwrap().unwrap();
    assert_eq!(outcomes(&bench.db)[0], (None, String::new()));
    end.send(()).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn services_end_by_the_same_handle_and_one_that_panics_takes_nothing_with_it() {
    let bench = bench("reminders");
    let (stop, stopped) = oneshot::channel::<()>();
    let (ready, is_ready) = mpsc::channel();
    let (ended, has_ended) = mpsc::channel();
    let steady = DaemonService::new("steady", move |mut shutdown: StopSignal| {
        let (ready, ended) = (ready.clone(), ended.clone());
        async move {
            ready.send(())?;
            shutdown.wait_for(|stop| *stop).await?;
            ended.send(())?;
            Ok(())
        }
    });
    let (broke, has_broken) = mpsc::channel();
    let broken = DaemonService::new("broken", move |_| {
        let broke = broke.clone();
        async move {
            broke.send(())?;
            panic!("a service that breaks down")
        }
    });
    let parts = parts(&bench.db, vec![], vec![broken, steady]);
    let daemon = tokio::spawn(run(parts, async { drop(stopped.await) }));
    let _has_broken = received(has_broken).await;
    let _is_ready = received(is_ready).await;
    assert!(!daemon.is_finished());
    let asked = Instant::now();
    stop.send(()).unwrap();
    daemon.await.unwrap().unwrap();
    assert!(has_ended.try_recv().is_ok(), "joined, not dropped");
    assert!(asked.elapsed() < GRACE, "the broken one's pause is cut short");
}

#[test]
fn grace_and_winding_up_keep_the_promised_fifteen_seconds() {
    assert!(GRACE + WIND_UP < Duration::from_secs(15));
}
