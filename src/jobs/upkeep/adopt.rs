//! Whether this installation may mail from its database, and taking one into use here on purpose (spec 4, 5).

use std::sync::Arc;

use anyhow::bail;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Action};
use crate::config::MailTransport;
use crate::db::Conn;
use crate::installation::{Identity, Standing, store as installation};
use crate::jobs::planning::sending_days::SendingDays;
use crate::jobs::planning::weeks::{has_come, week_of};
use crate::outbox::store::{self as outbox_store, Week};
use crate::register::store::{self as register};
use crate::schedule;

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
            let entry = audit::record(conn, &app.act(Action::Claim, "installation", json!({})), now)?;
            installation::adopt(conn, &identity, Some(entry), now)?;
        }
        Ok::<_, anyhow::Error>(standing)
    })?;
    match standing {
        Standing::Ours | Standing::Free => Ok(()),
        Standing::Elsewhere { .. } | Standing::Backup { .. } => bail!(
            "{standing}: nobody is mailed from it. If the register is to live here from now on, and nowhere else, take \
             it into use with `refresher adopt` (`refresher daemon --adopt` does it first); to try things out, set \
             transport = \"file\" in [smtp]"
        ),
    }
}

/// What taking a database into use came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Adopted {
    /// Messages that waited, and are held now.
    pub held: usize,
    /// Scheduled slots that had passed, and are not made up for.
    pub passed: usize,
}

/// Takes a restored or copied database into use here. What waits in it may have been sent from where it was, and what it
/// has not done may have been done there: so what waits is held until somebody releases it, and whatever was to be done
/// by now counts as passed, the week's digests and the months' summaries included.
pub fn adopt(app: &Arc<App>, now: DateTime<Utc>) -> anyhow::Result<Adopted> {
    let identity = identity(app);
    let jobs = crate::jobs::all(app)?;
    let zone = app.config.time_zone;
    let week = passed_week(app, now)?;
    app.db.write(|conn| {
        let standing = installation::standing(conn, &identity)?;
        let lives_here = matches!(standing, Standing::Ours | Standing::Free);
        if lives_here && outbox_store::is_any_in_hand(conn, now)? {
            bail!(
                "a message is being sent from this database at this moment: stop the daemon that runs on it, and take it \
                 into use in two minutes"
            );
        }
        let held = outbox_store::hold_waiting(conn)?;
        let mut passed = 0;
        for job in &jobs {
            if let Some(slot) = job.expression.latest_slot(zone, None, now)
                && schedule::store::pass_over(conn, job.name, slot, now)?
            {
                passed += 1;
            }
        }
        if let Some(week) = week {
            pass_over_digests(conn, week, app.today(), now)?;
        }
        let details = json!({ "held": held, "slots_passed": passed });
        let entry = audit::record(conn, &app.act(Action::Adopt, "installation", details), now)?;
        installation::adopt(conn, &identity, Some(entry), now)?;
        Ok(Adopted { held, passed })
    })
}

/// The Monday of this week, where its digests were to go out by now: on a sending day from the policy's `manager_day`
/// on, at their time.
fn passed_week(app: &App, now: DateTime<Utc>) -> anyhow::Result<Option<NaiveDate>> {
    let today = app.today();
    let rules = app.policy_of(today)?.reminders;
    let sending_days = SendingDays::read(app, &rules)?;
    let zone = app.config.time_zone;
    let Some(slot) = app.config.schedule.manager_digest.latest_slot(zone, None, now) else { return Ok(None) };
    let (week, last) = (week_of(today), slot.0.with_timezone(&zone).date_naive());
    let mut days = week.iter_days().take_while(|day| *day <= last);
    Ok(days.any(|day| has_come(&rules, day) && sending_days.includes(day)).then_some(week))
}

fn pass_over_digests(
    conn: &mut Conn,
    week: NaiveDate,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for (id, ..) in register::current_organisations(conn)?.into_values() {
        // A week whose digests were planned stays as it is.
        let (Week::Begun | Week::Done) = outbox_store::begin_digest_week(conn, id, week, today, now, 0)?;
    }
    Ok(())
}
