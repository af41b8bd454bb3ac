//! Returned mail: reads what is new in the folder, finds which message of ours each report is about, and keeps what it
//! says of the address.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context;

use crate::app::App;
use crate::bounces::store::{self, NewBounce, Noted};
use crate::bounces::{self, Found, Reader, Report, Returned, Weight};
use crate::daemon::{Service, Shutdown};
use crate::db::Conn;
use crate::outbox::store as outbox_store;
use crate::register::EmailAddress;

/// How often the daemon looks into the folder.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What one reading of the folder came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BouncesRead {
    /// Files read for the first time.
    pub files: usize,
    /// Reports that no mail can reach an address.
    pub hard: usize,
    /// Reports that one mail did not reach one.
    pub soft: usize,
    /// A sentence for each file that is no report about our mail: its name, and what it is.
    pub others: Vec<String>,
    /// A sentence for each file that can't be read, and is tried again.
    pub unreadable: Vec<String>,
}

/// Returned mail as a loop of the daemon, where a folder is configured.
pub fn bounce_service(app: &Arc<App>) -> Option<Service> {
    let folder = app.config.bounces.as_ref()?;
    let app = Arc::clone(app);
    let reader = Arc::new(Mutex::new(Reader::new(folder)));
    Some(Service::new("bounces", move |shutdown| look_until(Arc::clone(&app), Arc::clone(&reader), shutdown)))
}

async fn look_until(app: Arc<App>, reader: Arc<Mutex<Reader>>, mut shutdown: Shutdown) -> anyhow::Result<()> {
    let mut said = Vec::new();
    while !*shutdown.borrow() {
        let (app, reader) = (Arc::clone(&app), Arc::clone(&reader));
        let read = tokio::task::spawn_blocking(move || {
            // What was seen is whole at any instant.
            read_bounces(&app, &mut reader.lock().unwrap_or_else(PoisonError::into_inner))
        });
        let read = read.await??;
        if read.files > 0 {
            tracing::info!(files = read.files, hard = read.hard, soft = read.soft, "returned mail was read");
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
pub fn read_bounces(app: &App, reader: &mut Reader) -> anyhow::Result<BouncesRead> {
    let fresh = reader.fresh().with_context(|| {
        format!(
            "the folder of returned mail {} can't be read: correct `folder` in [bounces], or its permissions",
            reader.folder().display()
        )
    })?;
    if fresh.is_empty() {
        return Ok(BouncesRead::default());
    }
    let kept = app.db.write_stamped(app.clock, |conn| keep(conn, &fresh));
    if kept.is_err() {
        reader.forget();
    }
    kept
}

fn keep(conn: &mut Conn, fresh: &[Found]) -> anyhow::Result<BouncesRead> {
    let mut read = BouncesRead::default();
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
        let (finding, bounces) = match &report {
            Ok(report) => of_ours(conn, report)?,
            Err(other) => (other.to_string(), Vec::new()),
        };
        read.files += 1;
        for bounce in &bounces {
            match bounce.weight {
                Weight::Hard => read.hard += 1,
                Weight::Soft => read.soft += 1,
            }
        }
        if bounces.is_empty() {
            read.others.push(format!("{}: {finding}", file.name));
        }
        let noted = Noted { content_hash, report_id, file: file.name.clone(), finding, bounces };
        store::note(conn, &noted)?;
    }
    Ok(read)
}

/// What a report says of mail that we sent, and what it is, as a sentence.
fn of_ours(conn: &mut Conn, report: &Report) -> anyhow::Result<(String, Vec<NewBounce>)> {
    if let Some(id) = &report.id
        && store::is_told(conn, id)?
    {
        return Ok(("it is a second copy of a report that was read before".to_owned(), Vec::new()));
    }
    for id in report.about.iter().chain(&report.mentioned) {
        if let Some((message, recipient)) = outbox_store::sent_as(conn, &format!("<{id}>"))? {
            let bounces = report.returned.iter().map(|said| bounce(said, recipient.clone(), Some(message)));
            // Each message has one recipient: what weighs most is what became of it.
            let bounces = bounces.min_by_key(|bounce| bounce.weight).into_iter().collect();
            return Ok((format!("it is about message {message}"), bounces));
        }
    }
    if report.about.is_some() {
        return Ok(("it is about mail that refresher did not send".to_owned(), Vec::new()));
    }
    let mut bounces = Vec::new();
    for said in &report.returned {
        let Some(address) = said.address.as_deref().and_then(EmailAddress::parse) else { continue };
        if let Some(message) = outbox_store::last_sent_to(conn, address.as_str())? {
            bounces.push(bounce(said, address.as_str().to_owned(), Some(message)));
        }
    }
    let finding = if bounces.is_empty() {
        "it is about no mail and no address that refresher sent to"
    } else {
        "it is about an address that refresher sent to"
    };
    Ok((finding.to_owned(), bounces))
}

fn bounce(said: &Returned, address: String, message_id: Option<i32>) -> NewBounce {
    NewBounce {
        message_id,
        address,
        weight: said.weight,
        status: said.status.clone(),
        reason: said.reason.clone(),
    }
}
