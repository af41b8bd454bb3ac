//! Whose the two databases are while they are moved: at no instant does either belong to somebody who could mail from it
//! while the other does.

use chrono::{DateTime, Utc};

use super::neutral::{TextRow, literal};
use super::side::{Side, failed};
use crate::db::moving::MoveError;

/// Whose the target is to be, in neutral text: its identity, place, when it was adopted, of which backup it is, and the
/// entry of the audit log.
const COLUMNS: &str =
    "identity, place, CAST(adopted_at AS TEXT), CAST(backup_made_at AS TEXT), CAST(audit_entry AS TEXT)";

/// Marks the target as a backup that belongs to nobody, until it is proved; how it was.
pub(super) fn mark_unproved(target: &mut dyn Side, now: DateTime<Utc>) -> Result<Option<TextRow>, MoveError> {
    let wrong =
        |target: &dyn Side, error: diesel::result::Error| failed(target.place(), "marking it", &error);
    let before = target.texts(&format!("SELECT {COLUMNS} FROM installation"));
    let before = before.map_err(|error| wrong(target, error))?.into_iter().next();
    let at = literal(&now.format("%F %T").to_string());
    let mark = match before {
        Some(_) => format!("UPDATE installation SET backup_made_at = {at}"),
        None => format!(
            "INSERT INTO installation (id, identity, place, adopted_at, backup_made_at) \
             VALUES (1, 'unproved', 'a move that was not finished', {at}, {at})"
        ),
    };
    target.run(&mark).map_err(|error| wrong(target, error))?;
    Ok(before)
}

/// Marks the source as moved to `place`: it belongs to nobody but whoever adopts it on purpose.
pub(super) fn mark_moved(source: &mut dyn Side, place: &str, now: DateTime<Utc>) -> Result<(), MoveError> {
    let at = literal(&now.format("%F %T").to_string());
    let place = literal(&format!("{place}, to which it was moved at {}", now.format("%FT%TZ")));
    let identity = literal(&format!("moved {}", now.format("%FT%TZ")));
    let mark = format!(
        "DELETE FROM installation; INSERT INTO installation (id, identity, place, adopted_at) \
         VALUES (1, {identity}, {place}, {at})"
    );
    source.run(&mark).map_err(|error| failed(source.place(), "marking it as moved", &error))
}

/// Gives the target to whom the source belonged: to the same installation, as `owner` knows it there by the key of its
/// identity, or else as it was, for somebody to adopt. Whether they have to.
pub(super) fn hand_over(
    target: &mut dyn Side,
    before: Option<&TextRow>,
    owner: impl FnOnce(&str) -> Option<(String, String)>,
) -> Result<bool, MoveError> {
    let mut needs_adopting = false;
    let change = match before {
        // It belongs to nobody yet, and whoever mails from it first has it.
        None => "DELETE FROM installation".to_owned(),
        Some(row) => {
            let backup_of = row.0.get(3).cloned().flatten();
            let new = if backup_of.is_none() { owner(row.text(0)) } else { None };
            needs_adopting = new.is_none();
            let (identity, place) = new.unwrap_or_else(|| (row.text(0).to_owned(), row.text(1).to_owned()));
            let backup_of = backup_of.map_or("NULL".to_owned(), |at| literal(&at));
            format!(
                "UPDATE installation SET identity = {}, place = {}, backup_made_at = {backup_of}",
                literal(&identity),
                literal(&place)
            )
        }
    };
    target.run(&change).map_err(|error| {
        failed(target.place(), "giving it to its installation (adopt it there: all else is done)", &error)
    })?;
    Ok(needs_adopting)
}
