//! Returned mail: reads what is new in the folder, finds which message of ours each report is about, and keeps what it
//! says of the address that this message went to (spec 5).

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;
use chrono::{DateTime, Days, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::bounces::store::{self, NewBounce, NotedFile};
use crate::bounces::{self, BounceFolder, BounceWeight, DeliveryReport, NewBounceFile};
use crate::daemon::{DaemonService, StopSignal};
use crate::db::{Conn, Locks};
use crate::outbox::store::{self as outbox_store, SentMessage};
use crate::register::store as register;

/// How often the daemon looks into the folder.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What one reading of the folder came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct BouncesRead {
    /// Files read for the first time.
    pub(crate) files: usize,
    /// Reports that a mailbox is not there.
    pub(crate) hard: usize,
    /// Bounces that wait for a person to confirm them: of those just read, and of those that they make too many of.
    pub(crate) held: usize,
    /// Reports that one mail did not reach one.
    pub(crate) soft: usize,
    /// A sentence for each file that is no report about our mail: its name, and what it is.
    pub(crate) others: Vec<String>,
    /// A sentence for each file that can't be read, and is tried again.
    pub(crate) unreadable: Vec<String>,
}

/// Returned mail as a loop of the daemon, where a folder is configured.
pub(crate) fn bounce_service(app: &Arc<App>) -> Option<DaemonService> {
    let folder = app.config.bounces.as_ref()?;
    let app = Arc::clone(app);
    let reader = Arc::new(Mutex::new(BounceFolder::new(folder)));
    Some(DaemonService::new("bounces", move |shutdown| {
        look_until(Arc::clone(&app), Arc::clone(&reader), shutdown)
    }))
}

async fn look_until(
    app: Arc<App>,
    reader: Arc<Mutex<BounceFolder>>,
    mut shutdown: StopSignal,
) -> anyhow::Result<()> {
    let mut said = Vec::new();
    while !*shutdown.borrow() {
        let (app, reader) = (Arc::clone(&app), Arc::clone(&reader));
        let read = tokio::task::spawn_blocking(move || {
            // What was seen is whole at any instant.
            let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
            read_bounces(&app, &mut reader, &Actor::daemon())
        });
        let read = read.await??;
        if read.files > 0 {
            tracing::info!(files = read.files, hard = read.hard, soft = read.soft, "returned mail was read");
        }
        if read.held > 0 {
            tracing::warn!(
                held = read.held,
                "so much mail came back in one day that a person has to confirm it: `refresher bounces confirm`"
            );
        }
        // Said once for as long as it lasts, not every minute.
        if read.unreadable != said {
            for sentence in &read.unreadable {
                tracing::warn!("{sentence}");
            }
            said = read.unreadable;
        }
        tokio::select! {
            _ = shutdown.wait_for(|stop| *stop) => {}
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
    Ok(())
}

/// Reads what is new in the folder. All of it is kept in one transaction, or read again the next time.
pub(crate) fn read_bounces(app: &App, reader: &mut BounceFolder, by: &Actor) -> anyhow::Result<BouncesRead> {
    let fresh = reader.fresh().with_context(|| {
        format!(
            "the folder of returned mail {} can't be read: correct `folder` in [bounces], or its permissions",
            reader.folder().display()
        )
    })?;
    if fresh.is_empty() {
        return Ok(BouncesRead::default());
    }
    let now = app.now();
    let kept = app
        .db
        .try_write_stamped(Locks::AUDIT.and(Locks::PLAN), app.clock, |conn| keep(app, conn, &fresh, by, now));
    if kept.is_err() {
        reader.forget();
    }
    kept
}

/// Of how many addresses of an organisation mail may come back in one day, in percent, before a person has to confirm
/// it; fewer than so many never have to be.
const MOST_PERCENT: u64 = 5;
const FEW: u64 = 5;

fn keep(
    app: &App,
    conn: &mut Conn,
    fresh: &[NewBounceFile],
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<BouncesRead> {
    let mut read = BouncesRead::default();
    let mut silencing = BTreeSet::new();
    for file in fresh {
        let bytes = match &file.bytes {
            Ok(bytes) => bytes,
            Err(error) => {
                read.unreadable.push(format!("{}: it can't be read ({error})", file.name));
                continue;
            }
        };
        let content_hash = blake3::hash(bytes).to_hex().to_string();
        if store::is_read(conn, &content_hash)? {
            continue;
        }
        let report = bounces::read(bytes);
        let report_id = report.as_ref().ok().and_then(|report| report.id.clone());
        let (finding, bounce) = match &report {
            Ok(report) => of_ours(conn, report)?,
            Err(other) => (other.to_string(), None),
        };
        read.files += 1;
        match &bounce {
            None => read.others.push(format!("{}: {finding}", file.name)),
            Some((_, bounce)) if bounce.weight == BounceWeight::Soft => read.soft += 1,
            Some((sent, _)) => {
                read.hard += 1;
                if sent.is_to_staff {
                    silencing.insert(sent.organisation_id);
                }
            }
        }
        let bounces = bounce.into_iter().map(|(_, bounce)| bounce).collect();
        let noted = NotedFile { content_hash, report_id, file: file.name.clone(), finding, bounces };
        store::note(conn, &noted)?;
    }
    for organisation_id in silencing {
        read.held += hold_too_many(app, conn, organisation_id, now)?;
    }
    if read.hard + read.soft > 0 {
        let details = json!({ "hard": read.hard, "soft": read.soft, "held": read.held });
        audit::record(conn, &Act::new(by, Action::BouncesRead, "bounces", details), now)?;
    }
    Ok(read)
}

/// What a report says of mail that we sent, and what it is, as a sentence.
fn of_ours(
    conn: &mut Conn,
    report: &DeliveryReport,
) -> anyhow::Result<(String, Option<(SentMessage, NewBounce)>)> {
    if let Some(id) = &report.id
        && store::is_told(conn, id)?
    {
        return Ok(("it is a second copy of a report that was read before".to_owned(), None));
    }
    if report.about.is_empty() {
        return Ok(("it does not say which mail it is about".to_owned(), None));
    }
    for id in &report.about {
        let Some(sent) = outbox_store::sent_as(conn, &format!("<{id}>"))? else { continue };
        let message = sent.id;
        return Ok(match report.says_of(&sent.recipient) {
            Err(nothing) => (format!("it is about message {message}, {nothing}"), None),
            Ok((said, weight)) => {
                let bounce = NewBounce {
                    message_id: Some(message),
                    address: sent.recipient.clone(),
                    failed_address: said.shown.clone(),
                    weight,
                    status: said.status.clone(),
                    reason: said.reason.clone(),
                };
                (format!("it is about message {message}"), Some((sent, bounce)))
            }
        });
    }
    Ok(("it is about mail that refresher did not send".to_owned(), None))
}

/// Holds what came back today of an organisation's staff where it is too much to be believed without a person: more than
/// a twentieth of their addresses, and at least five. Gives how many bounces that are.
fn hold_too_many(
    app: &App,
    conn: &mut Conn,
    organisation_id: i32,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let day = now.with_timezone(&app.config.time_zone).date_naive();
    let (from, until) = (app.day_start(day), app.day_start(day + Days::new(1)));
    let of_day = store::hard_between(conn, organisation_id, from, until)?;
    let came_back: BTreeSet<&String> = of_day.iter().map(|(_, address, _)| address).collect();
    let came_back = u64::try_from(came_back.len()).unwrap_or(u64::MAX);
    if !are_too_many(came_back, register::addresses_in_post(conn, organisation_id, app.today())?) {
        return Ok(0);
    }
    let stands = |course: &store::BounceHistory| course.held_at.is_none() && course.stands_since().is_some();
    let ids: Vec<i32> = of_day.iter().filter(|(.., course)| stands(course)).map(|(id, ..)| *id).collect();
    store::hold(conn, &ids)?;
    Ok(ids.len())
}

fn are_too_many(came_back: u64, addresses: u64) -> bool {
    came_back >= FEW && u128::from(came_back) * 100 > u128::from(addresses) * u128::from(MOST_PERCENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_twentieth_and_at_least_five_are_too_many() {
        for (came_back, addresses, expected) in [
            (0, 0, false),
            (4, 4, false),
            (5, 5, true),
            (5, 99, true),
            (5, 100, false),
            (6, 100, true),
            (500, 10_000, false),
            (501, 10_000, true),
        ] {
            assert_eq!(are_too_many(came_back, addresses), expected, "{came_back} of {addresses}");
        }
    }
}
