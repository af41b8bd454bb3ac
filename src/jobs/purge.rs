//! Removing people's data for good: leavers' once it is kept long enough, or one person's on request (spec 2.10).

use anyhow::bail;
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Action};
use crate::bounces;
use crate::db::{Conn, Swept};
use crate::outbox::store as outbox;
use crate::register::StaffMember;
use crate::register::store;
use crate::schedule::JobRun;

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
}

/// Removes everything about one person.
pub fn purge_person(app: &App, who: &StaffMember, now: DateTime<Utc>) -> anyhow::Result<Purged> {
    app.db.write(|conn| {
        if outbox::any_in_hand(conn, &[who.id], now)? {
            bail!("a message to them, or about them, is being sent at this moment: try again in two minutes");
        }
        let purged = purge(conn, &[who.id], now)?;
        tell(app, conn, format!("person {}", who.id), &purged, json!({}), now)?;
        Ok(purged)
    })
}

/// Removes everything about those who left longer ago than the configured years, and about those whom an undo took
/// back as long ago.
pub fn purge_leavers(app: &App, today: NaiveDate, now: DateTime<Utc>) -> anyhow::Result<Purged> {
    let kept_from = kept_from(app, today)?;
    let undone_before = app.day_start(kept_from);
    app.db.write(|conn| {
        let mut gone = store::long_gone(conn, kept_from, undone_before)?;
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
        if gone.is_empty() {
            return Ok(Purged::default());
        }
        let purged = purge(conn, &gone, now)?;
        let why = json!({ "left_before": kept_from, "years": app.config.retention.years });
        tell(app, conn, "leavers".to_owned(), &purged, why, now)?;
        Ok(purged)
    })
}

/// The earliest leave date whose data is kept on `today`.
pub fn kept_from(app: &App, today: NaiveDate) -> anyhow::Result<NaiveDate> {
    let kept = Months::new(app.config.retention.years.saturating_mul(12));
    match today.checked_sub_months(kept) {
        Some(day) => Ok(day),
        None => bail!("{today} is not a day that [retention] years can be counted back from"),
    }
}

/// How many people's data is kept longer than it should be, and since when what was deleted waits to be swept.
pub fn overdue(app: &App, today: NaiveDate) -> anyhow::Result<(usize, Option<DateTime<Utc>>)> {
    let kept_from = kept_from(app, today)?;
    let undone_before = app.day_start(kept_from);
    app.db.read(|conn| {
        Ok((store::long_gone(conn, kept_from, undone_before)?.len(), store::sweep_due_since(conn)?))
    })
}

/// Writes the file anew where something was deleted since it last was. What can't be done now is done by the next run.
pub fn sweep(app: &App) -> anyhow::Result<Swept> {
    if app.db.read(|conn| Ok::<_, anyhow::Error>(store::sweep_due_since(conn)?))?.is_none() {
        return Ok(Swept::Clean);
    }
    let swept = app.db.sweep()?;
    if swept == Swept::Clean {
        app.db.write(|conn| Ok::<_, anyhow::Error>(store::swept(conn)?))?;
    }
    Ok(swept)
}

/// The nightly run.
pub fn nightly(app: &App, run: JobRun) -> anyhow::Result<String> {
    let purged = purge_leavers(app, run.today, run.now)?;
    let swept = match sweep(app)? {
        Swept::Clean => "",
        Swept::InUse => "; the file is in use, and is swept by the next run",
    };
    Ok(match purged.people {
        0 => format!("nobody's data is due{swept}"),
        people => format!("{people} people purged, {} messages to them{swept}", purged.messages),
    })
}

fn purge(conn: &mut Conn, ids: &[i32], now: DateTime<Utc>) -> anyhow::Result<Purged> {
    let traces = store::traces(conn, ids)?;
    let forgotten = outbox::forget(conn, ids, traces.addresses(), |text| traces.are_in(text), now)?;
    let bounces = bounces::store::forget(conn, traces.addresses())?;
    let versions = store::purge(conn, ids, &traces, now)?;
    let (messages, mentions) = (forgotten.messages, forgotten.mentions);
    Ok(Purged { people: ids.len(), versions, messages, mentions, bounces })
}

fn tell(
    app: &App,
    conn: &mut Conn,
    object: String,
    purged: &Purged,
    mut details: serde_json::Value,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Purged { people, versions, messages, mentions, bounces } = purged;
    if let Some(details) = details.as_object_mut() {
        for (what, count) in [
            ("people", people),
            ("versions", versions),
            ("messages", messages),
            ("mentions", mentions),
            ("bounces", bounces),
        ] {
            details.insert(what.to_owned(), json!(count));
        }
    }
    audit::record(conn, &app.act(Action::Purge, object, details), now)?;
    Ok(())
}
