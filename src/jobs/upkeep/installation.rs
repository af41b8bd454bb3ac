//! Whose the database is, and whether this installation may mail from it (spec 5).

use anyhow::bail;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::config::MailTransport;
use crate::db::Locks;
use crate::installation::{Identity, InstallationStanding, store as installation};

/// Who this installation is.
pub(crate) fn identity(app: &App) -> anyhow::Result<Identity> {
    Ok(Identity::here(app.config.node.instance.as_deref(), &app.db.home()?)?)
}

/// How the database stands towards this installation.
pub(crate) fn installation_standing(app: &App) -> anyhow::Result<InstallationStanding> {
    let identity = identity(app)?;
    Ok(app.db.read(|conn| installation::installation_standing(conn, &identity))?)
}

/// Takes a database that belongs to nobody; refuses one that belongs elsewhere. Mail that is only written to files
/// reaches nobody, so that anyone may try things on a copy.
pub fn claim_installation(app: &App, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<()> {
    if app.routes().iter().all(|(_, mail)| matches!(mail.transport, MailTransport::File(_))) {
        return Ok(());
    }
    let identity = identity(app)?;
    let standing = app.db.write(Locks::REGISTER.and(Locks::AUDIT), |conn| {
        let standing = installation::installation_standing(conn, &identity)?;
        if standing == InstallationStanding::Free {
            let entry = audit::record(conn, &Act::new(by, Action::Claim, "installation", json!({})), now)?;
            installation::adopt(conn, &identity, Some(entry), now)?;
        }
        Ok(standing)
    })?;
    match standing {
        InstallationStanding::Ours | InstallationStanding::Free => Ok(()),
        InstallationStanding::Elsewhere { .. } | InstallationStanding::Backup { .. } => bail!(
            "{standing}: nobody is mailed from it. If the register is to live here from now on, and nowhere else, take \
             it into use with `refresher adopt` (`refresher daemon --adopt` does it first); to try things out, set \
             transport = \"file\" in [smtp]"
        ),
    }
}
