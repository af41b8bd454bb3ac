//! The runner: when woken, runs what is due and writes down what came of it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use super::doorbell::Doorbell;
use super::due::{RunOutcome, due, first_slots};
use super::expression::Slot;
use super::job::{JobName, JobRun, ScheduledJob};
use super::store::{self, RunWritten, SlotBegin, SlotClaim};
use crate::clock::Clock;
use crate::db::{self, Db, DbError, Locks};
use crate::measures::Occurrence;

/// The longest the runner goes without looking at the wall clock (spec section 5), bell or no bell.
const LOOK_EVERY: Duration = Duration::from_secs(60);
/// The shortest: a wait for a slot that ends a hair before it must not turn into a spin.
const LOOK_AT_MOST_EVERY: Duration = Duration::from_millis(20);
/// How often a run at work renews its lease: four times before it ends.
const RENEW_EVERY: Duration = Duration::from_secs(30);
/// How long to wait before what came of a job is written down again, where the database failed.
const FINISH_AGAIN_AFTER: Duration = Duration::from_secs(1);
/// Why a slot before the first start is not run.
const FIRST_START: &str = "the first start: nothing to make up for";
/// How much of a job's error is kept.
const DETAIL_LIMIT: usize = 2_000;

/// Runs the jobs of one daemon. Any number of daemons may share the database.
#[derive(Debug)]
pub struct Runner {
    db: Db,
    zone: Tz,
    jobs: Vec<ScheduledJob>,
    /// What this process is running: a job never runs beside itself, whatever the clock does to its lease.
    running: Mutex<BTreeSet<JobName>>,
}

impl Runner {
    /// A runner of `jobs`, their expressions read in `zone`.
    pub fn new(db: Db, zone: Tz, jobs: Vec<ScheduledJob>) -> Arc<Self> {
        for job in &jobs {
            db.measures().expect(Occurrence::JobFailure, &[job.name]);
        }
        Arc::new(Self { db, zone, jobs, running: Mutex::default() })
    }

    /// Runs what is due, now and whenever the bell rings or a slot comes, until `shutdown` turns true. Returns once the
    /// runs at work have ended.
    pub async fn run(self: Arc<Self>, clock: Clock, mut shutdown: watch::Receiver<bool>) {
        let doorbell = match Doorbell::hang().await {
            Ok(doorbell) => Some(doorbell),
            Err(error) => {
                tracing::warn!(%error, "the schedule goes on by its own timer");
                None
            }
        };
        let mut ticks = JoinSet::new();
        while !*shutdown.borrow() {
            ticks.spawn(Arc::clone(&self).tick(clock, shutdown.clone()));
            let ring = async {
                match &doorbell {
                    Some(doorbell) => doorbell.rung().await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                // A sender that is gone can't ask any more: that ends the runner too.
                _ = shutdown.wait_for(|stop| *stop) => break,
                () = ring => {}
                () = tokio::time::sleep(self.wait(clock.now())) => {}
            }
            while ticks.try_join_next().is_some() {}
        }
        if let Some(Err(error)) = stop(doorbell).await {
            tracing::warn!(%error, "the schedule stops without it");
        }
        while ticks.join_next().await.is_some() {}
    }

    /// How long nothing can become due, at most a minute.
    fn wait(&self, now: DateTime<Utc>) -> Duration {
        let next = self.jobs.iter().filter_map(|job| job.expression.next_slot(self.zone, now)).min();
        let until_next = next.and_then(|slot| (slot.0 - now).to_std().ok()).unwrap_or(LOOK_EVERY);
        until_next.clamp(LOOK_AT_MOST_EVERY, LOOK_EVERY)
    }

    /// Runs what is due at this instant, in the order of the jobs, and returns what it ran. A tick that takes long does
    /// not hold up the next: that one passes over what is still at work.
    pub async fn tick(
        self: Arc<Self>,
        clock: Clock,
        shutdown: watch::Receiver<bool>,
    ) -> Vec<(JobName, RunOutcome)> {
        let mut ran = Vec::new();
        let due = match self.look(clock).await {
            Ok(due) => due,
            Err(error) => {
                tracing::error!(%error, "nothing that is due can be told, and nothing is run until it can");
                return ran;
            }
        };
        for (name, slot) in due {
            if *shutdown.borrow() {
                break;
            }
            let Some(job) = self.jobs.iter().find(|job| job.name == name) else { continue };
            if let Some(outcome) = self.run_slot(job, slot, clock, shutdown.clone()).await {
                ran.push((name, outcome));
            }
        }
        ran
    }

    /// What is due by the database's clock, after writing down where the ledger of new jobs begins.
    async fn look(self: &Arc<Self>, clock: Clock) -> Result<Vec<(JobName, Slot)>, DbError> {
        self.in_database(move |runner| {
            let (now, ledger) = runner.db.try_read(|conn| {
                let now = db::agreed_now(conn, clock)?;
                Ok::<_, DbError>((now, store::ledger(conn, &runner.jobs, now)?))
            })?;
            let first = first_slots(&ledger, &runner.jobs, now, runner.zone);
            if !first.is_empty() {
                runner.db.write(Locks::SCHEDULE, |conn| {
                    for (job, slot) in &first {
                        store::skip(conn, job, *slot, FIRST_START, now)?;
                    }
                    Ok(())
                })?;
            }
            Ok(due(&ledger, &runner.jobs, now, runner.zone))
        })
        .await
    }

    /// Runs one slot, unless it is taken, and writes down what came of it.
    async fn run_slot(
        self: &Arc<Self>,
        job: &ScheduledJob,
        slot: Slot,
        clock: Clock,
        shutdown: watch::Receiver<bool>,
    ) -> Option<RunOutcome> {
        let _at_work = RunningJob::start(self, job.name)?;
        let name = job.name;
        let begun = self
            .in_database(move |runner| {
                runner.db.write(Locks::SCHEDULE, |conn| {
                    let now = db::now(conn, clock)?;
                    Ok((now, store::begin(conn, name, slot, now)?))
                })
            })
            .await;
        let (now, claim) = match begun {
            Ok((now, SlotBegin::Begun(claim))) => (now, claim),
            Ok((_, SlotBegin::AlreadyTaken)) => return None,
            Err(error) => {
                tracing::error!(job = name, slot = %slot.0, %error, "the job can't be begun: it is tried again");
                return None;
            }
        };
        tracing::debug!(job = name, slot = %slot.0, "job begins");
        let (outcome, detail) =
            self.work(job, JobRun { now, today: clock.today(self.zone), slot }, &claim, clock).await;
        match outcome {
            RunOutcome::Failed => {
                self.db.measures().count(Occurrence::JobFailure, &[name]);
                tracing::error!(job = name, slot = %slot.0, detail, "job failed");
            }
            _ => tracing::info!(job = name, slot = %slot.0, detail, "job done"),
        }
        self.finish(name, claim, (outcome, detail), clock, shutdown).await;
        Some(outcome)
    }

    /// Writes down what came of a run, again and again while the database fails, until the daemon is to stop: a run that
    /// nobody wrote down is run again.
    async fn finish(
        self: &Arc<Self>,
        job: JobName,
        claim: SlotClaim,
        came_to: (RunOutcome, String),
        clock: Clock,
        mut shutdown: watch::Receiver<bool>,
    ) {
        let came_to = Arc::new(came_to);
        let mut said = false;
        loop {
            let work = Arc::clone(&came_to);
            let kept = self
                .in_database(move |runner| {
                    runner.db.write(Locks::NONE, |conn| {
                        let now = db::now(conn, clock)?;
                        store::finish(conn, &claim, now, work.0, &work.1)
                    })
                })
                .await;
            match kept {
                Ok(RunWritten::Written) => return,
                Ok(RunWritten::TakenOver) => {
                    return tracing::warn!(job, "another process took the job over meanwhile");
                }
                Err(error) if !said => {
                    said = true;
                    tracing::error!(job, %error, "what came of the job can't be written down: it is tried again");
                }
                Err(_) => {}
            }
            tokio::select! {
                // The run is taken up by whoever finds its lease over.
                _ = shutdown.wait_for(|stop| *stop) => return,
                () = tokio::time::sleep(FINISH_AGAIN_AFTER) => {}
            }
        }
    }

    /// Does the work on a blocking thread, renewing the lease meanwhile.
    async fn work(
        self: &Arc<Self>,
        job: &ScheduledJob,
        run: JobRun,
        claim: &SlotClaim,
        clock: Clock,
    ) -> (RunOutcome, String) {
        let work = Arc::clone(&job.run);
        let mut working = tokio::task::spawn_blocking(move || work(run));
        loop {
            tokio::select! {
                ended = &mut working => return outcome_of(ended),
                () = tokio::time::sleep(RENEW_EVERY) => self.renew(job.name, *claim, clock).await,
            }
        }
    }

    async fn renew(self: &Arc<Self>, job: JobName, claim: SlotClaim, clock: Clock) {
        let renewed = self
            .in_database(move |runner| {
                runner.db.write(Locks::NONE, |conn| {
                    let now = db::now(conn, clock)?;
                    store::renew(conn, &claim, now)
                })
            })
            .await;
        if let Err(error) = renewed {
            tracing::warn!(job, %error, "the job's lease can't be renewed");
        }
    }

    /// Does something with the database on a blocking thread.
    async fn in_database<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&Runner) -> Result<T, DbError> + Send + 'static,
    ) -> Result<T, DbError> {
        let runner = Arc::clone(self);
        tokio::task::spawn_blocking(move || act(&runner))
            .await
            .unwrap_or_else(|error| Err(DbError::Stopped(error.to_string())))
    }

    fn running(&self) -> MutexGuard<'_, BTreeSet<JobName>> {
        // The set is whole at any instant: a panic elsewhere does not spoil it.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn stop(doorbell: Option<Doorbell>) -> Option<Result<(), super::doorbell::DoorbellError>> {
    Some(doorbell?.stop().await)
}

/// Marks a job as running in this process, until dropped.
struct RunningJob<'a> {
    runner: &'a Runner,
    job: JobName,
}

impl<'a> RunningJob<'a> {
    /// `None` when it is running already.
    fn start(runner: &'a Runner, job: JobName) -> Option<Self> {
        let is_new = runner.running().insert(job);
        // Made only when it is ours: dropping one takes the mark away.
        if is_new { Some(Self { runner, job }) } else { None }
    }
}

impl Drop for RunningJob<'_> {
    fn drop(&mut self) {
        self.runner.running().remove(self.job);
    }
}

/// The outcome of a job, and what it or its error said.
fn outcome_of(ended: Result<anyhow::Result<String>, JoinError>) -> (RunOutcome, String) {
    let (outcome, detail) = match ended {
        Ok(Ok(detail)) => (RunOutcome::Done, detail),
        Ok(Err(error)) => (RunOutcome::Failed, format!("{error:#}")),
        Err(error) if error.is_panic() => (RunOutcome::Failed, format!("panicked: {}", panic_text(error))),
        Err(_) => (RunOutcome::Failed, "not run: the daemon was stopping".to_owned()),
    };
    (outcome, detail.chars().take(DETAIL_LIMIT).collect())
}

fn panic_text(error: JoinError) -> String {
    let cause = error.into_panic();
    let text = cause.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| cause.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no reason given".to_owned())
}
