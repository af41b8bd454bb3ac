//! Exemptions by hand, on behalf of somebody at the console: as the command makes them, once a form.

use super::FormOnce;
use crate::answers;
use crate::app::App;
use crate::audit::Actor;
use crate::db::Conn;
use crate::import::{self, ExemptError, ExemptionReport, ExemptionToAdd, ExemptionToEnd};

/// What is to become of an exemption.
#[derive(Debug, Clone, Copy)]
pub(crate) enum ExemptionChange<'a> {
    /// It is added.
    Add(ExemptionToAdd<'a>),
    /// It is ended.
    End(ExemptionToEnd<'a>),
}

/// Makes the change; `None`, with nothing done, where this form did it before.
///
/// # Errors
/// [`ExemptError`] where it can't be taken; anything else is a fault of ours.
pub(crate) fn change_exemption_once(
    app: &App,
    change: ExemptionChange<'_>,
    by: &Actor,
    once: &FormOnce,
) -> anyhow::Result<Option<ExemptionReport>> {
    let today = app.today();
    let policy = answers::policy_of(app, today)?;
    let rules = (&policy, today);
    let mut is_first = |conn: &mut Conn| once.is_first(conn, app.now());
    let done = match change {
        ExemptionChange::Add(wanted) => {
            import::exempt_once(&app.db, &wanted, rules, by, app.clock, &mut is_first)
        }
        ExemptionChange::End(wanted) => {
            import::end_exemption_once(&app.db, &wanted, rules, by, app.clock, &mut is_first)
        }
    };
    match done {
        Err(ExemptError::DoneBefore) => Ok(None),
        other => Ok(Some(other?)),
    }
}
