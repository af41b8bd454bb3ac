//! The daemon's line in the ledger of nodes, kept up while it runs (spec 20.5).

use std::sync::Arc;
use std::time::Duration;

use uuid::Uuid;

use crate::app::App;
use crate::daemon::{DaemonService, StopSignal};
use crate::db::{self, DbError, Locks};
use crate::installation::nodes::store::{NodeRenewal, renew, sign_off};
use crate::installation::nodes::{RENEW_EVERY_SECONDS, ThisNode};

/// Keeping the daemon's line as one of its loops.
pub(crate) fn node_service(app: &Arc<App>) -> DaemonService {
    let app = Arc::clone(app);
    let this = Arc::new(ThisNode {
        name: app.node_name(),
        version: env!("CARGO_PKG_VERSION"),
        roles: app.config.node.roles.clone(),
        process: Uuid::new_v4().to_string(),
    });
    DaemonService::new("node", move |shutdown| keep_line(Arc::clone(&app), Arc::clone(&this), shutdown))
}

async fn keep_line(app: Arc<App>, this: Arc<ThisNode>, mut shutdown: StopSignal) -> anyhow::Result<()> {
    let (mut first, mut trouble) = (true, None);
    while !*shutdown.borrow() {
        app.pulse.turned("node", Duration::from_secs(RENEW_EVERY_SECONDS.into()));
        let work = (Arc::clone(&app), Arc::clone(&this));
        let renewed = tokio::task::spawn_blocking(move || renew_line(&work.0, &work.1, first)).await?;
        let found = match renewed {
            Ok(NodeRenewal::Alone) => None,
            Ok(NodeRenewal::Twin) => Some(format!(
                "another daemon of this database goes by the name {:?} too, so that neither can be told from the other: give \
                 each a `name` of its own in [node]",
                this.name
            )),
            Err(ref error) => Some(format!("this daemon can't be written down among the nodes: {error}")),
        };
        first &= renewed.is_err();
        // Said once for as long as it lasts.
        if found != trouble {
            if let Some(found) = &found {
                tracing::warn!("{found}");
            }
            trouble = found;
        }
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(Duration::from_secs(RENEW_EVERY_SECONDS.into())) => {}
        }
    }
    let work = (Arc::clone(&app), Arc::clone(&this));
    let left = tokio::task::spawn_blocking(move || leave(&work.0, &work.1)).await?;
    // Whoever looks then finds that it was not seen, and no more.
    if let Err(error) = left {
        tracing::warn!("it can't be written down that this daemon stops: {error}");
    }
    Ok(())
}

/// That it stops because it was told to, so that nobody takes it for one that died.
fn leave(app: &App, this: &ThisNode) -> Result<(), DbError> {
    app.db.write(Locks::SCHEDULE, |conn| {
        let now = db::now(conn, app.clock)?;
        sign_off(conn, this, now)
    })
}

/// A node whose clock is off is there all the same, and is written down by the database's.
fn renew_line(app: &App, this: &ThisNode, first: bool) -> Result<NodeRenewal, DbError> {
    app.db.write(Locks::SCHEDULE, |conn| {
        let now = db::now(conn, app.clock)?;
        renew(conn, this, first, now)
    })
}
