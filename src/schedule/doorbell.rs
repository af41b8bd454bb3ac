//! The doorbell: rings every minute, and knows nothing of what is due.
//!
//! The one file that names tokio_cron_scheduler. As a scheduler it would keep each zone as the offset of the day it was
//! started, forget what it missed and not wait for its jobs; as a bell that follows the wall clock it notices within a
//! second that the machine has woken or its clock was set.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

/// Rings at the start of every minute, UTC.
const EVERY_MINUTE: &str = "0 * * * * *";

/// The bell can't be hung or taken down. The runner does without: it looks at the clock by itself every minute.
#[derive(Debug, thiserror::Error)]
#[error("the doorbell of the schedule failed: {0}")]
pub(crate) struct DoorbellError(#[from] JobSchedulerError);

/// A bell that rings every minute until it is stopped.
pub(crate) struct Doorbell {
    scheduler: JobScheduler,
    bell: Arc<Notify>,
}

impl std::fmt::Debug for Doorbell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorbell").finish_non_exhaustive()
    }
}

impl Doorbell {
    /// Hangs up the bell, ringing every minute.
    pub(crate) async fn hang() -> Result<Self, DoorbellError> {
        Self::ringing(EVERY_MINUTE).await
    }

    async fn ringing(expression: &str) -> Result<Self, DoorbellError> {
        let bell = Arc::new(Notify::new());
        let scheduler = JobScheduler::new().await?;
        let ring = Arc::clone(&bell);
        scheduler.add(Job::new(expression, move |_, _| ring.notify_one())?).await?;
        scheduler.start().await?;
        Ok(Self { scheduler, bell })
    }

    /// Waits for the next ring. Rings that nobody waited for are one.
    pub(crate) async fn rung(&self) {
        self.bell.notified().await;
    }

    /// Takes the bell down.
    pub(crate) async fn stop(mut self) -> Result<(), DoorbellError> {
        Ok(self.scheduler.shutdown().await?)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn it_rings_again_and_again() {
        let doorbell = Doorbell::ringing("* * * * * *").await.unwrap();
        for _ in 0..2 {
            tokio::time::timeout(Duration::from_secs(20), doorbell.rung()).await.expect("a ring");
        }
        doorbell.stop().await.unwrap();
    }

    #[tokio::test]
    async fn every_minute_is_an_expression_it_knows() {
        Doorbell::hang().await.unwrap().stop().await.unwrap();
    }
}
