//! What the files say, read again while the daemon runs: on SIGHUP (spec 5).

use std::sync::Arc;

use crate::app::App;
use crate::audit::Actor;
use crate::config::{Config, Overrides};
use crate::daemon::{DaemonService, StopSignal, hangups};

/// Reading the files again as one of the daemon's loops: whenever it is told to, and never to its end.
pub(crate) fn reread_service(app: &Arc<App>, by: &Actor) -> DaemonService {
    let (app, by) = (Arc::clone(app), by.clone());
    DaemonService::new("reread", move |shutdown| reread_when_told(Arc::clone(&app), by.clone(), shutdown))
}

async fn reread_when_told(app: Arc<App>, by: Actor, mut shutdown: StopSignal) -> anyhow::Result<()> {
    let mut hangups = hangups()?;
    loop {
        tokio::select! {
            told = hangups.recv() => if told.is_none() { return Ok(()) },
            _ = shutdown.wait_for(|stop| *stop) => return Ok(()),
        }
        let work = (Arc::clone(&app), by.clone());
        tokio::task::spawn_blocking(move || reread(&work.0, &work.1)).await?;
    }
}

/// Takes up the policy, looks at the bank holidays, and says what else stands otherwise than when the daemon was started. What
/// can't be used is said and changes nothing.
fn reread(app: &App, by: &Actor) {
    tracing::info!("SIGHUP: the policy and the bank holidays are read again");
    match app.take_up_policy(by) {
        Ok(()) => tracing::info!(policy = %app.config.policy.display(), "the policy was read again"),
        Err(error) => tracing::error!("the policy stays as it is: {error:#}"),
    }
    match app.published_holidays() {
        Ok(_) if app.config.schedule.bank_holidays.is_none() => {}
        Ok(_) => tracing::info!("the bank holidays were read again"),
        Err(error) => tracing::error!("{error:#}"),
    }
    // The database is the one that is open, whatever named it.
    let overrides = Overrides { database: Some(app.config.database.clone()) };
    match Config::load(&app.config.file, std::env::vars(), &overrides) {
        Ok(now) => match app.config.differs_in(&now)[..] {
            [] => tracing::info!("nothing else of the settings has changed"),
            ref changed => tracing::warn!(
                "the settings have changed in {}: that takes a restart of the daemon",
                changed.join(", ")
            ),
        },
        Err(error) => {
            tracing::error!("the settings stay as they were, and would not do for a restart: {error}");
        }
    }
}
