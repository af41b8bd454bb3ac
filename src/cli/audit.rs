//! `audit`: who did what.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::args::AuditArgs;
use super::exit::Exit;
use super::json as shapes;
use super::out::{Out, table};
use crate::app::App;
use crate::audit::{self, Chain, Entry, Examined};
use crate::register::store;

/// Prints the log's newest entries, and whether all of it is as it was written; exit status 1 where it is not.
pub fn run(app: &App, args: &AuditArgs, out: Out) -> anyhow::Result<Exit> {
    let (entries, people, examined) = app.db.read(|conn| {
        let entries = audit::entries(conn, args.limit)?;
        let mut people = HashMap::new();
        for person in entries.iter().filter_map(Entry::person) {
            people.insert(person, store::staff_member(conn, person)?);
        }
        Ok::<_, anyhow::Error>((entries, people, audit::examine(conn)?))
    })?;
    if out.json {
        out.document(&json!({
            "entries": entries.iter().map(shapes::audit_entry).collect::<Vec<_>>(),
            "chain": chain_document(&examined),
        }))?;
    } else {
        let row = |entry: &Entry| {
            let at = entry.recorded_at.with_timezone(&app.config.time_zone);
            vec![
                entry.id.to_string(),
                at.format("%Y-%m-%d %H:%M:%S").to_string(),
                entry.actor.clone(),
                entry.action.clone(),
                match entry.person().and_then(|person| people.get(&person)) {
                    Some(Some(who)) => {
                        format!("{}, {} {}", entry.object, who.organisation, who.employee_number)
                    }
                    Some(None) => format!("{}, a person purged since", entry.object),
                    None => entry.object.clone(),
                },
                entry.details.clone(),
            ]
        };
        let headers = ["id", "when", "who", "what", "to what", "details"];
        let entries = table(&headers, headers.len(), entries.iter().map(row));
        out.text(&format!("{entries}\n\n{}", said(&examined)))?;
    }
    if examined.is_sound() {
        return Ok(Exit::Done);
    }
    super::out::complain(&format!("refresher: {}", said(&examined)));
    Ok(Exit::Failed)
}

fn chain_document(examined: &Examined) -> Value {
    let missing = &examined.missing;
    match &examined.chain {
        Chain::Sound { entries, newest } => {
            json!({ "sound": missing.is_empty(), "entries": entries, "newest": newest, "missing": missing })
        }
        Chain::Broken { entry, why } => {
            json!({ "sound": false, "broken_at": entry, "why": why, "missing": missing })
        }
    }
}

fn said(examined: &Examined) -> String {
    match &examined.chain {
        Chain::Sound { entries: 0, .. } if examined.is_sound() => "The log is empty.".to_owned(),
        Chain::Sound { entries, newest } if examined.is_sound() => {
            format!("The log is as it was written: {entries} entries, the newest sealed with {newest}.")
        }
        _ => format!(
            "the audit log: {}; compare the database with a backup, and find out who can write to its file",
            examined.in_words()
        ),
    }
}
