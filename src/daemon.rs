//! The daemon's life: the schedule and the services beside it (delivery, the console) under one shutdown handle.
//!
//! On SIGTERM or SIGINT the handle turns true for all at once: the schedule rings no more and begins no job, services
//! claim nothing more, and what is in hand is let finish, within bounds. What does not end in time is left to its lease.
//! SIGHUP never ends it.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use anyhow::Context;
use chrono_tz::Tz;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::db::Db;
use crate::schedule::{Runner, ScheduledJob};

/// How long what is in hand may take to finish. With [`WIND_UP`] it keeps the promise of 15 seconds (spec section 5).
const GRACE: Duration = Duration::from_secs(12);
/// How long the runtime may take to end its threads after that.
const WIND_UP: Duration = Duration::from_secs(1);
/// How long a service that broke down stays down, lest it break down in a circle.
const RESTART_AFTER: Duration = Duration::from_secs(60);

/// Turns true when the daemon is to stop. `wait_for(|stop| *stop)` waits for it; an error from it means the same.
pub(crate) type StopSignal = watch::Receiver<bool>;

/// A loop that runs beside the schedule until the handle it is given turns true.
pub(crate) struct DaemonService {
    name: &'static str,
    start: Box<dyn FnMut(StopSignal) -> ServiceFuture + Send>,
}

type ServiceFuture = Pin<Box<dyn Future<Output = anyhow::Result<()>> + Send>>;

impl std::fmt::Debug for DaemonService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service").field("name", &self.name).finish_non_exhaustive()
    }
}

impl DaemonService {
    /// A service that `start` begins, and begins again a minute after it broke down. Its errors are logged: they name
    /// nobody.
    pub(crate) fn new<F>(name: &'static str, mut start: impl FnMut(StopSignal) -> F + Send + 'static) -> Self
    where
        F: Future<Output = anyhow::Result<()>> + Send + 'static,
    {
        Self { name, start: Box::new(move |shutdown| Box::pin(start(shutdown))) }
    }
}

/// What a daemon is made of.
#[derive(Debug)]
pub(crate) struct DaemonParts {
    /// The database of the run ledger.
    pub(crate) db: Db,
    /// Where the time comes from.
    pub(crate) clock: Clock,
    /// The organisation's zone, in which the jobs' expressions are read.
    pub(crate) zone: Tz,
    /// The scheduled jobs.
    pub(crate) jobs: Vec<ScheduledJob>,
    /// What runs beside them.
    pub(crate) services: Vec<DaemonService>,
}

/// Runs a daemon until SIGTERM or SIGINT, on a runtime of its own, and returns within 15 seconds of the signal whatever
/// a job or service is up to.
pub(crate) fn run_until_signalled(parts: DaemonParts) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the daemon's threads can't be started")?;
    let result = runtime.block_on(async {
        let signal = signalled()?;
        run(parts, signal).await
    });
    // Dropping the runtime would wait for a job on a blocking thread for as long as it likes.
    runtime.shutdown_timeout(WIND_UP);
    result
}

/// Listens to SIGTERM and SIGINT; the future ends with the first. Must be called on a runtime.
pub(crate) fn signalled() -> anyhow::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM can't be listened to")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT can't be listened to")?;
    Ok(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::info!(signal = name, "asked to stop");
    })
}

/// Listens to SIGHUP, which asks that files be read again. From the first call on it ends the program no more, whether or not
/// somebody listens. Must be called on a runtime.
pub(crate) fn hangups() -> anyhow::Result<Signal> {
    signal(SignalKind::hangup()).context("SIGHUP can't be listened to")
}

/// Has SIGHUP not end the program, which is not yet so far that it could read anything again.
pub(crate) fn survive_hangups() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.context("SIGHUP can't be listened to")?;
    let _on_it = runtime.enter();
    hangups().map(drop)
}

/// Runs a daemon until `stop` ends, then lets what is in hand finish, at most 12 seconds.
pub(crate) async fn run(parts: DaemonParts, stop: impl Future<Output = ()>) -> anyhow::Result<()> {
    run_within(parts, stop, GRACE).await
}

async fn run_within(
    parts: DaemonParts,
    stop: impl Future<Output = ()>,
    grace: Duration,
) -> anyhow::Result<()> {
    let (trigger, shutdown) = watch::channel(false);
    tracing::info!(jobs = parts.jobs.len(), zone = %parts.zone, "daemon starts");
    let mut tasks = JoinSet::new();
    let runner = Runner::new(parts.db, parts.zone, parts.jobs);
    tasks.spawn(runner.run(parts.clock, shutdown.clone()));
    for service in parts.services {
        tasks.spawn(keep_up(service, shutdown.clone()));
    }
    drop(shutdown);

    let broken = tokio::select! {
        () = stop => None,
        // Neither the runner nor a service's keeper ends by itself.
        ended = tasks.join_next() => ended.and_then(Result::err),
    };
    trigger.send_replace(true);
    tracing::info!("daemon stops: what is in hand is let finish");
    let joined = tokio::time::timeout(grace, async { while tasks.join_next().await.is_some() {} }).await;
    match joined {
        Ok(()) => tracing::info!("daemon stopped"),
        Err(_) => tracing::warn!(
            seconds = grace.as_secs(),
            "daemon stopped: what had not finished in time is taken up at the next start"
        ),
    }
    broken.map_or(Ok(()), |error| Err(anyhow::Error::new(error).context("a part of the daemon broke down")))
}

/// Runs a service, and runs it again a while after it broke down: a delivery that failed must not need an operator to
/// start the daemon anew.
async fn keep_up(mut service: DaemonService, mut shutdown: StopSignal) {
    while !*shutdown.borrow() {
        // A task of its own, so that its panic is caught; aborted with this one when time is up.
        let mut task = JoinSet::new();
        task.spawn((service.start)(shutdown.clone()));
        report(service.name, task.join_next().await);
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => return,
            () = tokio::time::sleep(RESTART_AFTER) => {}
        }
    }
}

type ServiceEnd = Option<Result<anyhow::Result<()>, tokio::task::JoinError>>;

fn report(service: &'static str, ended: ServiceEnd) {
    match ended {
        Some(Ok(Ok(()))) | None => tracing::info!(service, "service ended"),
        Some(Ok(Err(error))) => tracing::error!(service, error = format!("{error:#}"), "service broke down"),
        Some(Err(error)) => tracing::error!(service, %error, "service broke down"),
    }
}

#[cfg(test)]
mod tests;
