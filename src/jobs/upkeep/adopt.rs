//! Taking a restored or copied database into use here on purpose (spec 4).

use std::sync::Arc;

use anyhow::bail;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::installation::identity;
use crate::answers::{self, SendingDays};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::installation::{InstallationStanding, store as installation};
use crate::jobs::planning::weeks::{has_come, week_of};
use crate::outbox::MessageKind;
use crate::outbox::store::{self as outbox_store, WeekWriting};
use crate::register::store::{self as register};
use crate::schedule::{self, Expression};

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
/// by now counts as passed, the week's lists and the months' summaries included.
pub fn adopt(app: &Arc<App>, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<Adopted> {
    let identity = identity(app)?;
    let jobs = crate::jobs::all(app)?;
    let zone = app.config.time_zone;
    let today = app.today();
    let passed_lists = passed_lists(app, today, now)?;
    app.db.try_write(Locks::REGISTER.and(Locks::AUDIT).and(Locks::PLAN), |conn| {
        let standing = installation::installation_standing(conn, &identity)?;
        let lives_here = matches!(standing, InstallationStanding::Ours | InstallationStanding::Free);
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
        pass_over(conn, &passed_lists, week_of(today), now)?;
        let details = json!({ "held": held, "slots_passed": passed });
        let entry = audit::record(conn, &Act::new(by, Action::Adopt, "installation", details), now)?;
        installation::adopt(conn, &identity, Some(entry), now)?;
        Ok(Adopted { held, passed })
    })
}

/// The kinds of list that were to go out in this week by now, on a sending day at their time: managers' digests from the
/// policy's `manager_day` on, an escalation with the reminders.
fn passed_lists(app: &App, today: NaiveDate, now: DateTime<Utc>) -> anyhow::Result<Vec<MessageKind>> {
    let rules = answers::policy_of(app, today)?.reminders;
    let sending_days = SendingDays::read(app, &rules)?;
    let (zone, schedule) = (app.config.time_zone, &app.config.schedule);
    let passed = |times: &Expression, may_go: &dyn Fn(NaiveDate) -> bool| {
        let Some(slot) = times.latest_slot(zone, None, now) else { return false };
        let last = slot.0.with_timezone(&zone).date_naive();
        let mut days = week_of(today).iter_days().take_while(|day| *day <= last);
        days.any(|day| may_go(day) && sending_days.includes(day))
    };
    let digests = passed(&schedule.manager_digest, &|day| has_come(&rules, day));
    let escalation = passed(&schedule.reminders, &|_| rules.escalation.is_some());
    let kinds = [(MessageKind::ManagerDigest, digests), (MessageKind::Escalation, escalation)];
    Ok(kinds.into_iter().filter(|(_, passed)| *passed).map(|(kind, _)| kind).collect())
}

fn pass_over(
    conn: &mut Conn,
    kinds: &[MessageKind],
    week: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    for (id, ..) in register::current_organisations(conn)?.into_values() {
        for kind in kinds {
            // A week whose lists were planned stays as it is.
            let (WeekWriting::Begun | WeekWriting::Done) =
                outbox_store::begin_week(conn, *kind, id, week, now)?;
        }
    }
    Ok(())
}
