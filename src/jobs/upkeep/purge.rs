//! Removing people's data for good: leavers' once it is kept long enough, or one person's on request (spec 2.10).

use std::collections::HashSet;

use anyhow::bail;
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde_json::json;

use super::left_behind::left_behind;
use super::purge_guard::{CONFIRMED, reason_to_hold};
use super::put_away::files_that_name;
use super::watch::{self, TroubleFound};
use crate::access::store as access;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::board;
use crate::bounces;
use crate::casework::store as casework;
use crate::db::{Conn, DbResult, Locks, SweepOutcome, SweepWay};
use crate::feeds;
use crate::inbox::store as inbox_store;
use crate::jobs::FormOnce;
use crate::jobs::drafts::tidy_drafts;
use crate::mail::Trouble;
use crate::outbox::store as outbox;
use crate::policy;
use crate::register::store;
use crate::register::{Quotes, StaffMember, TraceDepth, Traces, is_plain_file_name};
use crate::schedule::{JobRun, store as schedule};
use crate::uploads::store as uploads;

/// What a purge removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// People.
    pub people: usize,
    /// Versions of names, posts, records, exemptions and bookings.
    pub versions: usize,
    /// Messages to them.
    pub messages: usize,
    /// Messages to others that named them, whose words were removed.
    pub mentions: usize,
    /// What mail servers said of their addresses.
    pub bounces: usize,
    /// Accounts that were theirs, or that were disabled as long ago.
    pub accounts: usize,
}

/// What a purge removed, with what the log must say of it beside the counts.
#[derive(Debug, Default)]
struct Removed {
    purged: Purged,
    /// The hashes of frozen board summaries that named somebody, before and after.
    months: Vec<(String, String)>,
}

/// What a purge of leavers would remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PurgeDue {
    /// How many people's data is kept longer than it should be.
    pub(crate) people: usize,
    /// What speaks against removing it unasked.
    pub(crate) held: Option<String>,
}

/// Whether somebody stands by a purge of leavers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PurgeConfirmed {
    /// Somebody looked at what speaks against it.
    Yes,
    /// Nobody did: it is the program's own.
    No,
}

/// A message about somebody is being sent, so that nothing of them can be removed yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a message to them, or about them, is being sent at this moment: try again in two minutes")]
pub(crate) struct MailInHand;

/// Removes everything about one person; a form that asks for it is used by that.
///
/// # Errors
/// [`MailInHand`] where they have to wait; anything else is a fault of ours.
pub(crate) fn purge_person(
    app: &App,
    who: &StaffMember,
    by: &Actor,
    once: Option<&FormOnce>,
    now: DateTime<Utc>,
) -> anyhow::Result<Purged> {
    let old = app.day_start(kept_from(app, app.today())?);
    let named = files_that_name(app, &[who.id], old)?;
    app.db.try_write(Locks::REGISTER.and(Locks::AUDIT).and(Locks::PLAN), |conn| {
        if outbox::any_in_hand(conn, &[who.id], now)? {
            return Err(MailInHand.into());
        }
        if let Some(once) = once {
            // What is gone can't be removed twice: whether it was used before makes no difference.
            once.is_first(conn, now)?;
        }
        let removed = purge(conn, &[who.id], &named, old, now)?;
        record_purge(conn, by, format!("person {}", who.id), &removed, json!({}), now)?;
        Ok(removed.purged)
    })
}

/// Takes from these accounts whoever they are, with what they were writing.
fn forget_accounts(conn: &mut Conn, ids: &[i32], now: DateTime<Utc>) -> DbResult<usize> {
    policy::store::drop_drafts(conn, ids)?;
    access::forget_filters(conn, ids, |_| false)?;
    access::forget_accounts(conn, ids, now)
}

/// Removes everything about those who left longer ago than the configured years, and about those whom an undo took
/// back as long ago.
pub fn purge_leavers(
    app: &App,
    confirmed: PurgeConfirmed,
    by: &Actor,
    today: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<Purged> {
    let kept_from = kept_from(app, today)?;
    let old = app.day_start(kept_from);
    let due = app.db.read(|conn| store::long_gone(conn, kept_from, old))?;
    let named = files_that_name(app, &due, old)?;
    app.db.try_write(Locks::REGISTER.and(Locks::AUDIT).and(Locks::PLAN), |conn| {
        let mut gone = store::long_gone(conn, kept_from, old)?;
        if outbox::any_in_hand(conn, &gone, now)? {
            // Whoever is mailed at this moment is left for the next night.
            let mut others = Vec::with_capacity(gone.len());
            for id in gone {
                if !outbox::any_in_hand(conn, &[id], now)? {
                    others.push(id);
                }
            }
            gone = others;
        }
        access::forget_looks_before(conn, kept_from)?;
        casework::forget_before(conn, old)?;
        let disabled = access::long_disabled(conn, old)?;
        let accounts = forget_accounts(conn, &disabled, now)?;
        if accounts > 0 {
            store::sweep_is_due(conn, now)?;
        }
        if gone.is_empty() && accounts == 0 && confirmed == PurgeConfirmed::No {
            return Ok(Purged::default());
        }
        let mut removed =
            if gone.is_empty() { Removed::default() } else { purge(conn, &gone, &named, old, now)? };
        removed.purged.accounts += accounts;
        let mut why = json!({ "left_before": kept_from, "years": app.config.retention.years });
        if let (PurgeConfirmed::Yes, Some(why)) = (confirmed, why.as_object_mut()) {
            why.insert(CONFIRMED.to_owned(), json!(true));
        }
        record_purge(conn, by, "leavers".to_owned(), &removed, why, now)?;
        Ok(removed.purged)
    })
}

/// The earliest leave date whose data is kept on `today`.
pub(crate) fn kept_from(app: &App, today: NaiveDate) -> anyhow::Result<NaiveDate> {
    let kept = Months::new(app.config.retention.years.saturating_mul(12));
    match today.checked_sub_months(kept) {
        Some(day) => Ok(day),
        None => bail!("{today} is not a day that [retention] years can be counted back from"),
    }
}

/// What a purge of leavers would remove on `today`, and what speaks against it.
pub(crate) fn purge_due(app: &App, today: NaiveDate) -> anyhow::Result<PurgeDue> {
    let kept_from = kept_from(app, today)?;
    app.db.try_read(|conn| {
        let people = store::long_gone(conn, kept_from, app.day_start(kept_from))?.len();
        Ok(PurgeDue { people, held: reason_to_hold(app, conn, people, today)? })
    })
}

/// Since when what was deleted waits to be swept.
pub(crate) fn sweep_due_since(app: &App) -> anyhow::Result<Option<DateTime<Utc>>> {
    Ok(app.db.read(store::sweep_due_since)?)
}

/// Frees what was deleted since that was last done, for good. What can't be done now is done by the next run.
pub fn sweep(app: &App, how: SweepWay) -> anyhow::Result<SweepOutcome> {
    if sweep_due_since(app)?.is_none() {
        return Ok(SweepOutcome::Clean);
    }
    let swept = app.db.sweep(how)?;
    if swept == SweepOutcome::Clean {
        app.db.write(Locks::REGISTER, store::swept)?;
    }
    Ok(swept)
}

/// The nightly run. It removes nobody where something speaks against it, and tells the operator.
pub(crate) fn nightly(app: &App, run: JobRun) -> anyhow::Result<String> {
    if let Err(error) = tidy_drafts(app, run.now) {
        // What can't be tidied must not keep anybody's data.
        tracing::error!(
            error = format!("{error:#}"),
            "the folder of uploads can't be tidied: correct [web] uploads"
        );
    }
    app.db.write(Locks::NONE, |conn| feeds::store::forget_old_runs(conn, run.now))?;
    let due = purge_due(app, run.today)?;
    let said = match due.held.filter(|_| due.people > 0) {
        Some(why) => {
            let key = format!("purge-held {}", run.today.format("%Y-%m"));
            notify(app, key, Trouble::PurgeHeld { why: why.clone() }, run)?;
            format!(
                "nobody was purged: {why}. Look with `refresher purge --dry-run`, then `refresher purge --confirm`"
            )
        }
        None => match purge_leavers(app, PurgeConfirmed::No, &Actor::daemon(), run.today, run.now)? {
            Purged { people: 0, accounts: 0, .. } => "nobody's data is due".to_owned(),
            Purged { people: 0, accounts, .. } => format!("{accounts} long disabled accounts purged"),
            Purged { people, messages, .. } => {
                let files = u64::try_from(left_behind(app)?.len())?;
                if files > 0 {
                    notify(app, format!("left-behind {}", run.today), Trouble::LeftBehind { files }, run)?;
                }
                format!("{people} people purged, {messages} messages to them")
            }
        },
    };
    let how = if app.config.retention.rewrite { SweepWay::Rewrite } else { SweepWay::Free };
    Ok(match sweep(app, how)? {
        SweepOutcome::Clean => said,
        SweepOutcome::InUse => {
            format!("{said}; what was deleted is still in use, and is swept by the next run")
        }
    })
}

fn notify(app: &App, key: String, trouble: Trouble, run: JobRun) -> anyhow::Result<()> {
    let organisation = app.config.organisation.name.clone();
    watch::queue_notices(app, &[TroubleFound::new(key, organisation, trouble)], run.today, run.now)?;
    Ok(())
}

/// Removes these people everywhere. `named` are entries of the inbox's ledger that are about them; what was recorded
/// before `old` is kept longer than anybody's data, and forgotten with theirs.
fn purge(
    conn: &mut Conn,
    ids: &[i32],
    named: &HashSet<i32>,
    old: DateTime<Utc>,
    now: DateTime<Utc>,
) -> anyhow::Result<Removed> {
    let traces = store::traces(conn, ids)?;
    access::forget_looks(conn, ids)?;
    access::forget_filters(conn, &[], |text| traces.may_be_in(text))?;
    casework::forget(conn, ids, |text| traces.may_be_in(text))?;
    let store::PurgedVersions { versions, mut quotes, booked } = store::purge(conn, ids, &traces, now)?;
    let months = board::store::forget(conn, traces.addresses(), |text| {
        traces.removed_from(text, TraceDepth::Words, &mut quotes)
    })?;
    forget_words(conn, &traces)?;
    let imports = store::purged_imports(conn)?;
    store::forget_file_names(conn, |id, file, recorded_at| {
        let is_theirs = imports.contains(&id) || recorded_at < old;
        traces.are_in_file_name(file) || (is_theirs && !is_plain_file_name(file))
    })?;
    store::forget_rejected(conn, |text| traces.may_be_in(text))?;
    uploads::forget_names(conn, |file| traces.are_in_file_name(file), |text| traces.identify(text))?;
    let forgotten = forget_taken_files(conn, &traces, named, &imports, old)?;
    let is_of_forgotten_file = |key: &str, subject: &str| {
        let number = key.split(' ').nth(1).and_then(|number| number.parse::<i32>().ok()); // Other keys have none.
        let file = subject.rsplit_once(": ").map_or(subject, |(file, _)| file);
        number.is_some_and(|number| forgotten.contains(&number)) || traces.are_in_file_name(file)
    };
    let naming = outbox::PeopleSought {
        addresses: traces.addresses(),
        identifies: &|text| traces.identify(text) || quotes.are_in(text),
        names: &|text| traces.are_in(text) || quotes.are_in(text),
        booked: &booked,
        surely_removed: &|text| traces.removed_from(text, TraceDepth::Surely, &mut Quotes::default()),
        removed: &|text| traces.removed_from(text, TraceDepth::Words, &mut Quotes::default()),
        may_name: &|text| traces.may_be_in(text),
        is_of_forgotten_file: &is_of_forgotten_file,
        kept_from: old,
    };
    let outbox::PurgedMessages { messages, mentions } = outbox::forget(conn, ids, &naming, now)?;
    // Documents name people in many ways, and a file that is sent again does nothing twice.
    feeds::store::forget_runs(conn)?;
    let theirs = access::accounts_of(conn, ids)?;
    let accounts = forget_accounts(conn, &theirs, now)?;
    let bounces = bounces::store::forget(
        conn,
        traces.addresses(),
        |file| traces.are_in_file_name(file),
        |text| traces.removed_from(text, TraceDepth::Words, &mut Quotes::default()),
    )?;
    Ok(Removed {
        purged: Purged { people: ids.len(), versions, messages, mentions, bounces, accounts },
        months,
    })
}

/// Takes these people out of what the program wrote for itself, and of what others are writing.
fn forget_words(conn: &mut Conn, traces: &Traces) -> anyhow::Result<()> {
    let removed = |text: &str, depth| traces.removed_from(text, depth, &mut Quotes::default());
    schedule::forget_words(conn, |text| removed(text, TraceDepth::Words))?;
    access::forget_token_names(conn, |text| removed(text, TraceDepth::Surely))?;
    access::forget_notices(conn, |text| traces.may_be_in(text))?;
    policy::store::forget_words(conn, |text| removed(text, TraceDepth::Surely))?;
    inbox_store::forget_untold(conn, |text| traces.may_be_in(text))?;
    Ok(())
}

/// Forgets the names of files of the inbox that brought something of these people, name one, or are old.
fn forget_taken_files(
    conn: &mut Conn,
    traces: &Traces,
    named: &HashSet<i32>,
    imports: &HashSet<i32>,
    old: DateTime<Utc>,
) -> anyhow::Result<HashSet<i32>> {
    let mut forgotten = HashSet::new();
    for entry in inbox_store::remembered(conn)? {
        let brought_them = entry.taken.import.is_some_and(|import| imports.contains(&import));
        let is_named_after_them = traces.are_in_file_name(&entry.taken.seen.shown());
        if brought_them || is_named_after_them || named.contains(&entry.id) || entry.taken_at < old {
            inbox_store::forget_name(conn, &entry)?;
            forgotten.insert(entry.id);
        }
    }
    Ok(forgotten)
}

fn record_purge(
    conn: &mut Conn,
    by: &Actor,
    object: String,
    removed: &Removed,
    mut details: serde_json::Value,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Purged { people, versions, messages, mentions, bounces, accounts } = &removed.purged;
    if let Some(details) = details.as_object_mut() {
        for (what, count) in [
            ("people", people),
            ("versions", versions),
            ("messages", messages),
            ("mentions", mentions),
            ("bounces", bounces),
            ("accounts", accounts),
        ] {
            details.insert(what.to_owned(), json!(count));
        }
        if !removed.months.is_empty() {
            let months = removed.months.iter().map(|(was, is)| json!({ "was": was, "is": is }));
            details.insert("months".to_owned(), months.collect());
        }
    }
    audit::record(conn, &Act::new(by, Action::Purge, object, details), now)?;
    Ok(())
}

#[cfg(test)]
mod tests;
