//! `audit`: who did what.

use serde_json::{Value, json};

use super::args::AuditArgs;
use super::exit::Exit;
use super::json as shapes;
use super::out::{Out, table};
use crate::app::App;
use crate::audit::{self, Chain, Entry};

/// Prints the log's newest entries, and whether all of it is as it was written; exit status 1 where it is not.
pub fn run(app: &App, args: &AuditArgs, out: Out) -> anyhow::Result<Exit> {
    let (entries, chain) = app
        .db
        .read(|conn| Ok::<_, anyhow::Error>((audit::entries(conn, args.limit)?, audit::verify(conn)?)))?;
    if out.json {
        out.document(&json!({
            "entries": entries.iter().map(document).collect::<Vec<_>>(),
            "chain": chain_document(&chain),
        }))?;
    } else {
        let row = |entry: &Entry| {
            let at = entry.recorded_at.with_timezone(&app.config.time_zone);
            vec![
                entry.id.to_string(),
                at.format("%Y-%m-%d %H:%M:%S").to_string(),
                entry.actor.clone(),
                entry.action.clone(),
                entry.object.clone(),
                entry.details.clone(),
            ]
        };
        let headers = ["id", "when", "who", "what", "to what", "details"];
        let entries = table(&headers, headers.len(), entries.iter().map(row));
        out.text(&format!("{entries}\n\n{}", said(&chain)))?;
    }
    Ok(match chain {
        Chain::Sound { .. } => Exit::Done,
        Chain::Broken { .. } => {
            super::out::complain(&format!("refresher: {}", said(&chain)));
            Exit::Failed
        }
    })
}

fn document(entry: &Entry) -> Value {
    json!({
        "id": entry.id,
        "recorded_at": shapes::instant(entry.recorded_at),
        "actor": entry.actor,
        "action": entry.action,
        "object": entry.object,
        // As recorded; text where somebody put something else there.
        "details": serde_json::from_str::<Value>(&entry.details).unwrap_or_else(|_| json!(entry.details)),
        "hash": entry.hash,
    })
}

fn chain_document(chain: &Chain) -> Value {
    match chain {
        Chain::Sound { entries, newest } => json!({ "sound": true, "entries": entries, "newest": newest }),
        Chain::Broken { entry, why } => json!({ "sound": false, "broken_at": entry, "why": why }),
    }
}

fn said(chain: &Chain) -> String {
    match chain {
        Chain::Sound { entries: 0, .. } => "The log is empty.".to_owned(),
        Chain::Sound { entries, newest } => {
            format!("The log is as it was written: {entries} entries, the newest sealed with {newest}.")
        }
        Chain::Broken { entry, why } => format!(
            "the audit log was tampered with at entry {entry}: {why}; compare the database with a backup, and find \
             out who can write to its file"
        ),
    }
}
