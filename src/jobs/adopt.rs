//! Whether this installation may mail from its database, and making it so on purpose (spec 5).

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Action};
use crate::config::MailTransport;
use crate::installation::{Identity, Standing, store as installation};
use crate::outbox::store as outbox_store;

/// Who this installation is.
pub fn identity(app: &App) -> Identity {
    Identity::here(app.config.instance.as_deref(), app.db.path())
}

/// How the database stands towards this installation.
pub fn standing(app: &App) -> anyhow::Result<Standing> {
    let identity = identity(app);
    app.db.read(|conn| Ok(installation::standing(conn, &identity)?))
}

/// Takes a database that belongs to nobody; refuses one that belongs elsewhere. Mail that is only written to files
/// reaches nobody, so that anyone may try things on a copy.
pub fn claim_installation(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    if matches!(app.config.smtp.transport, MailTransport::File(_)) {
        return Ok(());
    }
    let identity = identity(app);
    let standing = app.db.write(|conn| {
        let standing = installation::standing(conn, &identity)?;
        if standing == Standing::Free {
            installation::adopt(conn, &identity, now)?;
        }
        Ok::<_, anyhow::Error>(standing)
    })?;
    match standing {
        Standing::Ours | Standing::Free => Ok(()),
        Standing::Elsewhere { .. } | Standing::Backup { .. } => bail!(
            "{standing}: nobody is mailed from it. If the register is to live here from now on, and nowhere else, \
             adopt it with `refresher daemon --adopt`; to try things out, set transport = \"file\" in [smtp]"
        ),
    }
}

/// Makes the database this installation's. What waits in it may have been sent from where it was, so it is held;
/// gives how many messages that are. Nothing is held where the database is this installation's already.
pub fn adopt(app: &App, now: DateTime<Utc>) -> anyhow::Result<usize> {
    let identity = identity(app);
    app.db.write(|conn| {
        let held = match installation::standing(conn, &identity)? {
            Standing::Ours => return Ok(0),
            Standing::Free => 0,
            Standing::Elsewhere { .. } | Standing::Backup { .. } => outbox_store::hold_waiting(conn)?,
        };
        installation::adopt(conn, &identity, now)?;
        audit::record(conn, &app.act(Action::Adopt, "installation", json!({ "held": held })), now)?;
        Ok(held)
    })
}
