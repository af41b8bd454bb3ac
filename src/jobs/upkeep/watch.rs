//! Watches over the installation and tells its operator, once for each trouble: a job that failed, a staff list that
//! has grown old, a silence that is unlikely to be right, delivery that stands still, mail that came back, no backup.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use super::watch_backups::without_backup;
use super::watch_returned::to_tell;
use crate::answers;
use crate::app::App;
use crate::bounces::store as bounces;
use crate::db::Locks;
use crate::mail::{Mail, OperatorNotice, Trouble};
use crate::outbox::{
    DeliveryStop, EnqueueOutcome, InitialState, MailRoute, MessageKind, NewMessage, PlanningHistory,
    store as outbox_store,
};
use crate::register::EmailAddress;
use crate::register::store::{self, KnownAt};
use crate::schedule::{self, JobRun, LedgerLine, RunOutcome};

/// Below so many people in post, weeks without a reminder are nothing unusual.
const FEW: u64 = 50;

/// How many runs of the ledger are looked at: more than a day has.
const RUNS: u32 = 500;

/// A trouble, and the key under which it is told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TroubleFound {
    /// What it is told once under.
    pub key: String,
    /// The name of the organisation that it is about.
    pub organisation: String,
    /// What is wrong.
    pub trouble: Trouble,
    /// The bounces that the operator knows of, once it is told.
    pub bounces: Vec<i32>,
}

impl TroubleFound {
    /// A trouble that is about no returned mail.
    pub(crate) fn new(key: String, organisation: impl Into<String>, trouble: Trouble) -> Self {
        Self { key, organisation: organisation.into(), trouble, bounces: Vec::new() }
    }
}

/// Looks, and queues a notice for each trouble that was not told yet.
pub(crate) fn watch(app: &App, run: JobRun) -> anyhow::Result<String> {
    let (runs, last_lists, history, stops) = app.db.read(|conn| {
        Ok((
            schedule::store::last_runs(conn, RUNS)?,
            store::last_staff_imports(conn, KnownAt::Latest)?,
            outbox_store::planning_history(conn)?,
            outbox_store::standing_stops(conn)?,
        ))
    })?;
    let zone = app.config.time_zone;
    let settings = &app.config.operator;
    let mut found = failed_jobs(&runs, zone, &app.config.organisation.name, run.today);
    let stops = stops.iter().filter_map(|stop| {
        let (route, _) = app.routes().into_iter().find(|(route, _)| route.key == stop.sender)?;
        Some(stopped(&app.config.organisation.name, &route, stop, zone))
    });
    found.extend(stops);
    found.extend(returned(app, run.today)?);
    let of_us = |(key, trouble)| TroubleFound::new(key, app.config.organisation.name.clone(), trouble);
    found.extend(without_backup(app, run.now)?.map(of_us));
    let last_on = |code: &String| Some(last_lists.get(code)?.with_timezone(&zone).date_naive());
    for organisation in answers::organisations(app)? {
        let (code, name) = (&organisation.code, &organisation.name);
        if let Some(last_on) = last_on(code) {
            let days = u64::from(settings.stale_after_days);
            found.extend(stale_list(code, name, last_on, days, run.today));
        }
        if let Some(history) = history.get(code) {
            found.extend(quiet(code, name, history, u64::from(settings.quiet_after_days)));
        }
    }
    queue_notices(app, &found, run.today, run.now)
}

/// What came back and was not told yet, under the name of the organisation it came back to.
fn returned(app: &App, today: NaiveDate) -> anyhow::Result<Vec<TroubleFound>> {
    let organisations = answers::organisations(app)?;
    let name = |code: &str| {
        let found = organisations.iter().find(|organisation| organisation.code == code);
        found.map_or(app.config.organisation.name.clone(), |organisation| organisation.name.clone())
    };
    let found = to_tell(app, today)?.into_iter().map(|one| TroubleFound {
        organisation: name(&one.organisation),
        key: one.key,
        trouble: one.trouble,
        bounces: one.bounces,
    });
    Ok(found.collect())
}

/// One finding a job that failed and a day, for runs of today and the day before.
fn failed_jobs(runs: &[LedgerLine], zone: Tz, organisation: &str, today: NaiveDate) -> Vec<TroubleFound> {
    let mut newest: BTreeMap<(&str, NaiveDate), &LedgerLine> = BTreeMap::new();
    for run in runs
        .iter()
        .filter(|run| run.outcome == Some(RunOutcome::Failed) && run.job != crate::jobs::names::WATCH)
    {
        let slot_on = run.slot.0.with_timezone(&zone).date_naive();
        if (today - slot_on).num_days() <= 1 {
            newest.entry((&run.job, slot_on)).or_insert(run);
        }
    }
    let found = newest.into_iter().map(|((job, slot_on), run)| {
        let trouble = Trouble::JobFailed { job: job.to_owned(), slot_on, detail: run.detail.clone() };
        TroubleFound::new(format!("job-failed {job} {slot_on}"), organisation, trouble)
    });
    found.collect()
}

/// Told once for each time that delivery stands still. Where the server refuses some recipients alone, this mail gets
/// through.
fn stopped(organisation: &str, route: &MailRoute, stop: &DeliveryStop, zone: Tz) -> TroubleFound {
    let (mut key, mut reason) =
        (format!("delivery-stopped {}", stop.since.format("%FT%TZ")), stop.reason.clone());
    if let Some(whose) = route.whose() {
        key = format!("{key} {}", route.key);
        reason = format!("for the mail of {whose}, {reason}");
    }
    let trouble = Trouble::DeliveryStopped { since: stop.since.with_timezone(&zone).naive_local(), reason };
    TroubleFound::new(key, organisation, trouble)
}

/// Told when the list is `limit` days old, and again each time it has grown as old as that once more.
fn stale_list(
    code: &str,
    organisation: &str,
    last_on: NaiveDate,
    limit: u64,
    today: NaiveDate,
) -> Option<TroubleFound> {
    let days = u64::try_from((today - last_on).num_days()).ok()?; // A list of tomorrow is not old.
    let times = days.checked_div(limit).filter(|times| *times > 0)?;
    let key = format!("stale-list {code} {last_on} {times}");
    Some(TroubleFound::new(key, organisation, Trouble::StaleList { last_on, days }))
}

/// Told once for each silence, that from the first run on included.
fn quiet(code: &str, organisation: &str, history: &PlanningHistory, limit: u64) -> Option<TroubleFound> {
    let since = history.last_with_messages.unwrap_or(history.first_run);
    let days = u64::try_from((history.last_run - since).num_days()).ok()?; // Never negative: messages come of runs.
    let trouble = Trouble::Quiet { since, days, in_post: history.in_post };
    (days >= limit && history.in_post >= FEW)
        .then(|| TroubleFound::new(format!("quiet {code} since {since}"), organisation, trouble))
}

/// Queues a notice to the operator for each trouble that was not told yet, and says how many.
pub(crate) fn queue_notices(
    app: &App,
    found: &[TroubleFound],
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<String> {
    let Some(operator) = &app.config.operator.email else {
        for one in found {
            tracing::warn!(trouble = one.key, "needs the operator, who has no address in the settings");
        }
        return Ok(format!("{} troubles, and no operator's address to tell", found.len()));
    };
    let messages: Vec<(NewMessage, &[i32])> = found
        .iter()
        .map(|one| Ok((message(one, operator, today)?, one.bounces.as_slice())))
        .collect::<anyhow::Result<_>>()?;
    app.db.try_write(Locks::AUDIT.and(Locks::PLAN), |conn| {
        let code = app.own_organisation(conn)?;
        let domain = app.mail_domain(&code);
        let ids = store::organisation_ids(conn, &[code])?;
        let Some(organisation_id) = ids.into_iter().flatten().next() else {
            anyhow::bail!("the configured organisation is not in the register: start the daemon anew");
        };
        let mut told = 0;
        for (message, of_bounces) in &messages {
            let message = NewMessage { organisation_id, ..message.clone() };
            if let EnqueueOutcome::Enqueued(_) =
                outbox_store::enqueue(conn, &message, InitialState::Queued, &domain, now)?
            {
                bounces::mark_as_told(conn, of_bounces, now)?;
                told += 1;
            }
        }
        Ok(format!("{} troubles, {told} newly told", found.len()))
    })
}

/// The notice; whose organisation it is from is known when it is queued.
fn message(found: &TroubleFound, operator: &EmailAddress, on: NaiveDate) -> anyhow::Result<NewMessage> {
    let notice =
        OperatorNotice { organisation: found.organisation.clone(), on, trouble: found.trouble.clone() };
    Ok(NewMessage {
        kind: MessageKind::Operator,
        organisation_id: 0,
        staff_id: None,
        recipient: operator.as_str().to_owned(),
        content: notice.render()?,
        once_key: Some(found.key.clone()),
        planned_on: on,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;
    use crate::schedule::Slot;

    #[test]
    fn a_list_is_old_from_the_limit_on_and_told_again_after_as_long() {
        for (last_on, told) in [
            ("2026-11-25", None),
            ("2026-10-12", None),
            ("2026-10-11", Some("stale-list RXX 2026-10-11 1")),
            ("2026-08-28", Some("stale-list RXX 2026-08-28 1")),
            ("2026-08-27", Some("stale-list RXX 2026-08-27 2")),
            ("2026-12-01", None),
        ] {
            let found = stale_list("RXX", "", day(last_on), 45, day("2026-11-25"));
            assert_eq!(found.map(|found| found.key).as_deref(), told, "{last_on}");
        }
    }

    #[test]
    fn a_silence_is_told_where_many_are_in_post_also_where_there_was_never_anything_else() {
        for (first_run, with_messages, in_post, told) in [
            ("2026-09-01", Some("2026-11-10"), 50, Some("quiet RXX since 2026-11-10")),
            ("2026-09-01", Some("2026-11-11"), 50, None),
            ("2026-09-01", Some("2026-11-10"), 49, None),
            ("2026-11-10", None, 500, Some("quiet RXX since 2026-11-10")),
            ("2026-11-11", None, 500, None),
        ] {
            let history = PlanningHistory {
                first_run: day(first_run),
                last_run: day("2026-11-24"),
                last_with_messages: with_messages.map(day),
                in_post,
            };
            let found = quiet("RXX", "", &history, 14);
            assert_eq!(found.map(|found| found.key).as_deref(), told, "{history:?}");
        }
    }

    #[test]
    fn a_job_that_fails_all_day_is_told_once_with_its_newest_failure() {
        let run = |job: &str, slot: &str, outcome, detail: &str| LedgerLine {
            job: job.to_owned(),
            slot: Slot(slot.parse().unwrap()),
            started_at: slot.parse().unwrap(),
            finished_at: None,
            lease_until: slot.parse().unwrap(),
            outcome: Some(outcome),
            detail: detail.to_owned(),
        };
        let runs = [
            run("backup", "2026-11-25T12:00:00Z", RunOutcome::Failed, "newest"),
            run("backup", "2026-11-25T02:00:00Z", RunOutcome::Failed, "older"),
            run("watch", "2026-11-25T02:00:00Z", RunOutcome::Failed, "itself"),
            run("reminders", "2026-11-25T08:00:00Z", RunOutcome::Done, "fine"),
            run("reminders", "2026-11-22T08:00:00Z", RunOutcome::Failed, "long ago"),
        ];
        let found = failed_jobs(&runs, Tz::Europe__London, "", day("2026-11-25"));
        let told: Vec<_> = found.iter().map(|found| found.key.as_str()).collect();
        assert_eq!(told, ["job-failed backup 2026-11-25"]);
        assert!(matches!(&found[0].trouble, Trouble::JobFailed { detail, .. } if detail == "newest"));
    }
}
