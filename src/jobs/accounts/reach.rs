//! Whether a role that is for some people only is for anybody.

use crate::access::{AccessGrant, GrantScope, store};
use crate::answers::{self, Viewer};
use crate::app::App;

/// Whether nobody in post today is within the scope of a grant of the account with this address: a unit that nobody is in,
/// or the reports of somebody who has none. Of all of an organisation nobody asks.
pub fn reaches_nobody(app: &App, email: &str, grant: &AccessGrant) -> anyhow::Result<bool> {
    let viewers: Vec<Viewer> = match &grant.scope {
        GrantScope::Everyone => return Ok(false),
        GrantScope::Reports => {
            let account = app.db.read(|conn| store::find_account(conn, email))?;
            account.and_then(|account| account.staff_id).map(Viewer::DirectReports).into_iter().collect()
        }
        GrantScope::Unit(unit) => {
            let codes = match &grant.organisation {
                Some(code) => vec![code.clone()],
                None => answers::organisations(app)?.into_iter().map(|known| known.code).collect(),
            };
            let of = |organisation| Viewer::Unit { organisation, unit: unit.clone() };
            codes.into_iter().map(of).collect()
        }
    };
    for viewer in viewers {
        if !answers::sees_nobody(app, &viewer)? {
            return Ok(false);
        }
    }
    Ok(true)
}
