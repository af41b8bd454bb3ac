//! What watches over an installation is told of it, in numbers (spec 22.2): nothing about a person, a unit or an address.
//! Where the settings ask for it, organisations are named by their codes, in at most thirty values of each.

mod metric;
mod outbox_of_each;
mod requirements;

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Utc};

pub(crate) use self::metric::{Metric, MetricSort};
use self::metric::{count, float, in_seconds, seconds, waiting, whole};
use super::figures::status::status;
use super::lists::tokens::tokens_ending;
use super::{Question, Viewer};
use crate::app::App;
use crate::audit;
use crate::bounces::store as bounces;
use crate::compliance::{GroupBy, GroupCounts};
use crate::outbox::{DeliveryStop, store as outbox};
use crate::register::store::{self, ImportLine, KnownAt};
use crate::schedule::{self, LedgerLine, RunOutcome};

/// How many runs of the ledger are looked at: all that it keeps.
const RUNS: u32 = 20_000;
/// Days before the last one of a token from which on it counts as expiring.
const EXPIRING: u64 = 30;

/// Everything that the database tells, as it is now; `backup` is the name of the job that makes them. It reads the register
/// whole.
pub(crate) fn metrics(app: &App, backup: &str, now: DateTime<Utc>) -> anyhow::Result<Vec<Metric>> {
    let mut all = figures(app, now)?;
    let (imports, last_lists, runs) = app.db.read(|conn| {
        Ok((
            store::imports(conn)?,
            store::last_staff_imports(conn, KnownAt::Latest)?,
            schedule::store::last_runs(conn, RUNS)?,
        ))
    })?;
    all.push(of_lists(&last_lists, app.config.metrics.by_organisation));
    all.extend(of_imports(&imports));
    all.extend(of_jobs(&runs, backup, now));
    if let Some(at) = app.db.last_archived()? {
        let help = "When the database's server last archived what it writes.";
        all.push(Metric::gauge("refresher_archive_last_success_timestamp_seconds", help).of(seconds(at)));
    }
    all.extend(of_mail(app, now)?);
    let (entries, ending) =
        (app.db.read(audit::newest)?.0, tokens_ending(app, app.today() + Days::new(EXPIRING))?.len());
    let difference = app.db.clock_difference(app.clock)?;
    all.push(Metric::gauge("refresher_audit_entries", "Entries of the audit log.").of(f64::from(entries)));
    let help = "Tokens that hold and end within thirty days.";
    all.push(Metric::gauge("refresher_tokens_expiring", help).of(count(ending)));
    let help = "How far the clock here is ahead of the database's.";
    all.push(Metric::gauge("refresher_db_clock_difference_seconds", help).of(in_seconds(difference)));
    Ok(all)
}

/// Whether the audit log is as it was written, as a metric.
pub(crate) fn audit_metric(app: &App) -> anyhow::Result<Metric> {
    let is_sound = app.db.read(audit::examine)?.is_sound();
    let help = "Whether the audit log was as it was written when it was last looked over, once a day.";
    Ok(Metric::gauge("refresher_audit_sound", help).of(f64::from(u8::from(is_sound))))
}

fn figures(app: &App, now: DateTime<Utc>) -> anyhow::Result<Vec<Metric>> {
    let question = Question::now(app.today(), now, None);
    let by = [GroupBy::Course, GroupBy::Organisation];
    let rates = status(app, &question, &Viewer::Everything, &by)?.rates;
    let (courses, organisations): (Vec<_>, Vec<_>) =
        rates.groups.iter().partition(|group| group.by == GroupBy::Course);
    // Each organisation's, or everybody's under no label.
    let people = |name: &'static str, help: &'static str, of: fn(&GroupCounts) -> u64| {
        let metric = Metric::gauge(name, help);
        if !app.config.metrics.by_organisation {
            return metric.of(float(of(&rates.all)));
        }
        organisations.iter().fold(metric, |metric, group| {
            metric.with([("organisation", group.key.as_str())], float(of(&group.counts)))
        })
    };
    let mut all = vec![
        people("refresher_staff_in_post", "People in post, absent ones included.", |of| of.in_post),
        people("refresher_staff_counted", "People with at least one counted course.", |of| of.staff.counted),
        people("refresher_staff_up_to_date", "Those of them with all of theirs up to date.", |of| {
            of.staff.up_to_date
        }),
        requirements::by_course(&courses),
        Metric::gauge("refresher_figures_as_at_seconds", "When all that the database tells was last read.")
            .of(seconds(now)),
    ];
    if app.config.metrics.by_organisation {
        all.push(requirements::by_organisation(&organisations));
    }
    Ok(all)
}

/// When organisations last got a staff list: each, or the one whose list is the oldest, which is to be told of.
fn of_lists(last_lists: &BTreeMap<String, DateTime<Utc>>, by_organisation: bool) -> Metric {
    let help = "When the organisation whose staff list is the oldest last got one; or each organisation.";
    let metric = Metric::gauge("refresher_last_staff_import_timestamp_seconds", help);
    match last_lists.values().min() {
        None => metric,
        Some(oldest) if !by_organisation => metric.of(seconds(*oldest)),
        Some(_) => last_lists
            .iter()
            .fold(metric, |metric, (code, at)| metric.with([("organisation", code.as_str())], seconds(*at))),
    }
}

fn of_imports(imports: &[ImportLine]) -> [Metric; 2] {
    let mut files: BTreeMap<&str, u64> = BTreeMap::new();
    let mut rows: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for line in imports.iter().filter(|line| line.undoes.is_none()) {
        *files.entry(&line.kind).or_default() += 1;
        for (outcome, count) in [
            ("applied", line.counts.applied),
            ("unchanged", line.counts.unchanged),
            ("skipped", line.counts.skipped),
            ("rejected", line.counts.rejected),
        ] {
            *rows.entry((&line.kind, outcome)).or_default() += count;
        }
    }
    let help = "Imports that are on record, also those that were undone since.";
    let mut of_files = Metric::counter("refresher_imports_total", help);
    for (kind, count) in files {
        of_files = of_files.with([("kind", kind), ("outcome", "recorded")], float(count));
    }
    let mut of_rows = Metric::counter("refresher_import_rows_total", "Rows of those imports.");
    for ((kind, outcome), count) in rows {
        of_rows = of_rows.with([("kind", kind), ("outcome", outcome)], float(count));
    }
    [of_files, of_rows]
}

/// How each job stands, by its runs, the newest first.
fn of_jobs(runs: &[LedgerLine], backup_job: &str, now: DateTime<Utc>) -> [Metric; 4] {
    let help = "When the job last ended well.";
    let mut success = Metric::gauge("refresher_job_last_success_timestamp_seconds", help);
    let help = "Whether the newest run of the job that has ended has failed.";
    let mut failed = Metric::gauge("refresher_job_last_failed", help);
    let mut running = Metric::gauge("refresher_job_running", "Whether the job is at work.");
    let help = "When the nightly backup last ended well.";
    let mut backup = Metric::gauge("refresher_backup_last_success_timestamp_seconds", help);
    let mut jobs: Vec<&str> = runs.iter().map(|run| run.job.as_str()).collect();
    jobs.sort_unstable();
    jobs.dedup();
    for job in jobs {
        let theirs = || runs.iter().filter(|run| run.job == job);
        let done = theirs().find(|run| run.outcome == Some(RunOutcome::Done));
        if let Some(at) = done.and_then(|run| run.finished_at) {
            success = success.with([("job", job)], seconds(at));
            if job == backup_job {
                backup = backup.of(seconds(at));
            }
        }
        let newest = theirs().find_map(|run| run.outcome);
        failed = failed.with([("job", job)], f64::from(u8::from(newest == Some(RunOutcome::Failed))));
        let is_at_work = theirs().any(|run| run.outcome.is_none() && run.is_at_work(now));
        running = running.with([("job", job)], f64::from(u8::from(is_at_work)));
    }
    [success, failed, running, backup]
}

fn of_mail(app: &App, now: DateTime<Utc>) -> anyhow::Result<Vec<Metric>> {
    let (messages, of_each, due_since, keys, stops, bounced) = app.db.read(|conn| {
        Ok((
            outbox::tally(conn)?,
            outbox::tally_by_organisation(conn)?,
            outbox::due_since(conn, app.today())?,
            outbox::operator_keys(conn)?,
            outbox::standing_stops(conn)?,
            bounces::tally(conn)?,
        ))
    })?;
    let help = "Messages of the outbox, by state and kind; those of purged people are gone.";
    let mut of_outbox = Metric::gauge("refresher_outbox_messages", help);
    for (state, kind, number) in &messages {
        of_outbox = of_outbox.with([("state", state), ("kind", kind)], whole(*number));
    }
    let waits = due_since.values().min().map_or(0.0, |at| waiting(*at, now));
    let help = "For how long the message that waits the longest has been due.";
    let oldest = Metric::gauge("refresher_outbox_oldest_due_seconds", help).of(waits);
    let help = "Troubles that the operator, or HR, was told of by mail, by what they are about.";
    let mut notices = Metric::counter("refresher_operator_notices_total", help);
    for about in NOTICES {
        let told = keys.iter().filter(|key| key.split(' ').next() == Some(about)).count();
        notices = notices.with([("about", about)], count(told));
    }
    let help = "Whether delivery by some sender stands still, by the reason.";
    let mut stopped = Metric::gauge("refresher_delivery_stopped", help);
    for (reason, says) in STOPS {
        let stands = |stop: &DeliveryStop| stop.reason.contains(says);
        stopped = stopped.with([("reason", reason)], f64::from(u8::from(stops.iter().any(stands))));
    }
    let is_other = |stop: &&DeliveryStop| !STOPS.iter().any(|(_, says)| stop.reason.contains(says));
    let other = stops.iter().find(is_other).is_some();
    stopped = stopped.with([("reason", "other")], f64::from(u8::from(other)));
    let help = "Reports of mail that came back, by what they say of the mailbox.";
    let mut returned = Metric::counter("refresher_bounces_total", help);
    for (kind, number) in &bounced {
        returned = returned.with([("kind", kind)], whole(*number));
    }
    let mut all = vec![of_outbox, oldest, notices, stopped, returned];
    if app.config.metrics.by_organisation {
        all.extend(outbox_of_each::metrics(&of_each, &due_since, now));
    }
    Ok(all)
}

/// The first words of the keys under which the operator and HR are told of something once.
const NOTICES: [&str; 15] = [
    "delivery-stopped",
    "file-refused",
    "inbox-file",
    "inbox-stuck",
    "inbox-unreadable",
    "job-failed",
    "left-behind",
    "mail-brake",
    "no-backup",
    "purge-held",
    "quiet",
    "returned-mail",
    "returns-held",
    "stale-list",
    "without-pdf",
];

/// Why delivery stands still: a word for each reason, and what its sentence always says.
const STOPS: [(&str, &str); 9] = [
    ("greeting", "refuses the connection"),
    ("sign-in", "refuses the sign-in"),
    ("sender", "refuses the sender"),
    ("refused", "refuses mail from here"),
    ("alike", "the same refusal"),
    ("certificate", "certificate does not verify"),
    ("unusable", "does not offer what the settings ask for"),
    ("interfered", "sent data before TLS began"),
    ("folder", "can't be written to a file"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::StopReason;

    #[test]
    fn every_reason_to_stop_has_a_word_of_its_own() {
        let text = String::new;
        let reasons = [
            StopReason::Greeting(text()),
            StopReason::SignIn(text()),
            StopReason::Sender(text()),
            StopReason::Refused(text()),
            StopReason::Alike(text()),
            StopReason::Certificate(text()),
            StopReason::Unusable(text()),
            StopReason::Interfered(text()),
            StopReason::Folder(text()),
        ];
        assert_eq!(reasons.len(), STOPS.len());
        for (reason, (word, _)) in reasons.iter().zip(STOPS) {
            let said = reason.to_string();
            let words: Vec<&str> =
                STOPS.iter().filter(|(_, says)| said.contains(says)).map(|(word, _)| *word).collect();
            assert_eq!(words, [word], "{said}");
        }
    }
}
