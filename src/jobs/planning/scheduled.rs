//! The scheduled jobs that plan messages: what is wrong with one organisation keeps no other from its plan.

use std::collections::HashSet;

use super::planned::MessageTotals;
use super::planned_parts::{PlannedParts, Writing};
use super::run::plan_reminders;
use crate::answers;
use crate::app::App;
use crate::audit::Actor;
use crate::jobs::organisation_results::{OrganisationResults, unbroken};
use crate::outbox::{MessageKind, store as outbox_store};
use crate::plan::Account;
use crate::schedule::JobRun;
use crate::wording::counted;

/// Plans reminders, and the week's digests with them where their time of day has come: so the mail brake judges and
/// reports both as one run.
pub(crate) fn plan_the_day(app: &App, run: JobRun) -> anyhow::Result<String> {
    let zone = app.config.time_zone;
    let last_digest_slot = app.config.schedule.manager_digest.latest_slot(zone, None, run.now);
    let digests_too =
        last_digest_slot.is_some_and(|slot| slot.0.with_timezone(&zone).date_naive() == run.today);
    let parts = if digests_too { PlannedParts::Both } else { PlannedParts::Reminders };
    // Where a fault kept one organisation from its plan, the others have theirs: the run that makes up for it leaves
    // them alone.
    let planned = planned_since(app, run)?;
    let each = each(app, run, &planned, "the reminders", parts)?;
    if each.done.is_empty() {
        let said = if planned.is_empty() { "not a sending day" } else { "all was planned before" };
        return each.or_faults(said.to_owned());
    }
    let (account, totals) = sums(&each.done);
    let mut others = String::new();
    for kind in MessageKind::planned().filter(|kind| *kind != MessageKind::Reminder) {
        let count = totals.of(kind);
        if count > 0 {
            let (one, many) = kind.one_and_many();
            others.push_str(&format!("; {}", counted(count, one, many)));
        }
    }
    each.or_faults(format!(
        "{} considered: {} messaged, {} held, {} with nothing due, {} told before, {} without an address{others}",
        account.considered(),
        account.messaged,
        account.held,
        account.nothing_due,
        account.already_told,
        account.no_email,
    ))
}

/// Plans the week's digests, unless the run that planned the day's reminders did.
pub(crate) fn plan_the_week(app: &App, run: JobRun) -> anyhow::Result<String> {
    let each = each(app, run, &HashSet::new(), "the managers' digests", PlannedParts::Digests)?;
    let (_, totals) = sums(&each.done);
    each.or_faults(match totals.of(MessageKind::ManagerDigest) {
        0 => "nothing due".to_owned(),
        digests => format!("{digests} digests, {} of them held", totals.held),
    })
}

/// Plans for every organisation but those `planned` already: for all of them at once, since the register is then read
/// once, and where something stands in the way of that, for each by itself.
fn each(
    app: &App,
    run: JobRun,
    planned: &HashSet<String>,
    what: &str,
    parts: PlannedParts,
) -> anyhow::Result<OrganisationResults<(Account, MessageTotals)>> {
    let by = Actor::daemon();
    app.take_up_policy(&by)?;
    let plan = |organisation: Option<&str>| {
        let planned = plan_reminders(app, organisation, run.today, run.now, &by, parts, Writing::Outbox)?;
        for held in planned.held() {
            tracing::warn!("{held}: `refresher outbox release` lets them go");
        }
        Ok((!planned.days.is_empty()).then(|| (planned.account(), planned.totals())))
    };
    let mut organisations = answers::organisations(app)?;
    if planned.is_empty() && organisations.len() > 1 {
        match unbroken(|| plan(None)) {
            Ok(done) => return Ok(OrganisationResults::done(done)),
            Err(why) => tracing::warn!(
                why,
                "{what} could not be planned for all at once: one organisation after the other"
            ),
        }
    }
    // The run for all may have planned some before it met what stood in its way.
    let since = planned_since(app, run)?;
    let was_planned =
        |code: &String| planned.contains(code) || (parts != PlannedParts::Digests && since.contains(code));
    organisations.retain(|organisation| !was_planned(&organisation.code));
    Ok(OrganisationResults::of(&organisations, what, |organisation| plan(Some(&organisation.code))))
}

fn sums(planned: &[(Account, MessageTotals)]) -> (Account, MessageTotals) {
    let mut sums = (Account::default(), MessageTotals::default());
    for (account, totals) in planned {
        sums.0 += *account;
        sums.1 += totals;
    }
    sums
}

/// The codes of the organisations whose reminders of the run's day were planned since its slot.
fn planned_since(app: &App, run: JobRun) -> anyhow::Result<HashSet<String>> {
    Ok(app.db.read(|conn| outbox_store::planned_since(conn, run.today, run.slot.0))?)
}
