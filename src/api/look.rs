//! The scheduled look: what the database tells of the installation is read every ten minutes and kept, so that whoever asks
//! for it costs nothing (spec 22.2).

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::state::ApiState;
use crate::answers::{Metric, audit_metric, metrics};
use crate::daemon::StopSignal;
use crate::jobs;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(600);
/// How often it looks the audit log over, all of which is read then.
const AUDIT_EVERY: Duration = Duration::from_secs(24 * 60 * 60);

/// Looks until the handle turns true. What can't be read is said in the log, and what was read before is told on.
pub(super) async fn look_until(state: Arc<ApiState>, mut shutdown: StopSignal) {
    let mut audit: Option<(Instant, Metric)> = None;
    while !*shutdown.borrow() {
        state.app.pulse.turned("look", EVERY);
        let work = Arc::clone(&state);
        let fresh = audit.clone().filter(|(at, _)| at.elapsed() < AUDIT_EVERY);
        match tokio::task::spawn_blocking(move || look(&work, fresh)).await {
            Ok(Ok(looked)) => audit = Some(looked),
            Ok(Err(error)) => tracing::error!("the figures for metrics can't be read: {error:#}"),
            Err(error) => tracing::error!(%error, "the figures for metrics can't be read"),
        }
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

/// Looks once, and keeps what was found.
fn look(state: &ApiState, audit: Option<(Instant, Metric)>) -> anyhow::Result<(Instant, Metric)> {
    let app = &state.app;
    let audit = match audit {
        Some(audit) => audit,
        None => (Instant::now(), audit_metric(app)?),
    };
    let mut found = metrics(app, jobs::BACKUP, app.now())?;
    let help = "The version of the program, and what keeps the database.";
    let labels = [("version", env!("CARGO_PKG_VERSION")), ("engine", &app.db.engine()?)];
    found.push(Metric::gauge("refresher_build_info", help).with(labels, 1.0));
    found.push(audit.1.clone());
    state.measured.keep(found);
    Ok(audit)
}
