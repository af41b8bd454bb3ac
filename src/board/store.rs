//! The frozen figures of months that were reported. They are written once and never changed (spec 2.9), but for what a
//! purge takes out of them: who was to review an answer, and the names in what it rests on (spec 2.10).

use std::collections::HashSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{BoardFigures, Month};
use crate::db::schema::{organisation, snapshot};
use crate::db::{Conn, UNSTAMPED};

/// Why a snapshot can't be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    /// The database failed.
    #[error("the database failed: {0}")]
    Query(#[from] diesel::result::Error),
    /// What is stored is not what was frozen.
    #[error(
        "the snapshot of {organisation} for {month} is damaged: {reason}; restore the database from a backup"
    )]
    Damaged {
        /// The organisation's code.
        organisation: String,
        /// The month, as YYYY-MM.
        month: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// What became of freezing figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FreezeOutcome {
    /// They are frozen now.
    Frozen,
    /// These very figures were frozen before.
    Before,
    /// Other figures were frozen before, and stay.
    Others,
}

/// Freezes the figures of their organisation and month, which rest on the register up to `newest_import`, unless some
/// are frozen already. Call it within [`Db::write_stamped`](crate::db::Db::write_stamped).
pub(crate) fn freeze(
    conn: &mut Conn,
    organisation_id: i32,
    figures: &BoardFigures,
    newest_import: i32,
) -> Result<FreezeOutcome, SnapshotError> {
    let month = figures.month.to_string();
    let (content, content_hash) = figures.content().map_err(|error| SnapshotError::Damaged {
        organisation: figures.organisation.clone(),
        month: month.clone(),
        reason: error.to_string(),
    })?;
    let before: Option<String> = snapshot::table
        .filter(snapshot::organisation_id.eq(organisation_id))
        .filter(snapshot::month.eq(&month))
        .select(snapshot::content_hash)
        .first(conn)
        .optional()?;
    if let Some(before) = before {
        return Ok(if before == content_hash { FreezeOutcome::Before } else { FreezeOutcome::Others });
    }
    diesel::insert_into(snapshot::table)
        .values((
            snapshot::organisation_id.eq(organisation_id),
            snapshot::month.eq(&month),
            snapshot::as_at.eq(figures.as_at),
            snapshot::known_at.eq(figures.known_at.naive_utc()),
            snapshot::frozen_at.eq(UNSTAMPED),
            snapshot::content_hash.eq(content_hash),
            snapshot::figures.eq(content),
            snapshot::newest_import.eq(newest_import),
        ))
        .execute(conn)?;
    Ok(FreezeOutcome::Frozen)
}

/// The figures frozen for the organisation's month, if its summary was issued.
pub(crate) fn frozen(
    conn: &mut Conn,
    code: &str,
    month: Month,
) -> Result<Option<BoardFigures>, SnapshotError> {
    let row: Option<(String, String)> = snapshot::table
        .inner_join(organisation::table)
        .filter(organisation::code.eq(code))
        .filter(snapshot::month.eq(month.to_string()))
        .select((snapshot::content_hash, snapshot::figures))
        .first(conn)
        .optional()?;
    row.map(|(hash, content)| parse(code, &month.to_string(), &hash, &content)).transpose()
}

/// What frozen figures rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SnapshotBasis {
    /// The instant up to which the register was known.
    pub(crate) known_at: DateTime<Utc>,
    /// The newest import by then; `None` in what was frozen before it was kept.
    pub(crate) newest_import: Option<i32>,
    /// When they were frozen: from then on they were told.
    pub(crate) frozen_at: DateTime<Utc>,
}

/// What the figures frozen for the organisation's month rest on, if its summary was issued.
pub(crate) fn rests_on(conn: &mut Conn, code: &str, month: Month) -> QueryResult<Option<SnapshotBasis>> {
    let row: Option<(NaiveDateTime, Option<i32>, NaiveDateTime)> = snapshot::table
        .inner_join(organisation::table)
        .filter(organisation::code.eq(code))
        .filter(snapshot::month.eq(month.to_string()))
        .select((snapshot::known_at, snapshot::newest_import, snapshot::frozen_at))
        .first(conn)
        .optional()?;
    Ok(row.map(|(known_at, newest_import, frozen_at)| SnapshotBasis {
        known_at: known_at.and_utc(),
        newest_import,
        frozen_at: frozen_at.and_utc(),
    }))
}

/// The figures frozen for the organisation's months before `month`, oldest first; those frozen after `by` are left out,
/// so that a summary made again is compared with what it was compared with the first time.
pub(crate) fn before(
    conn: &mut Conn,
    code: &str,
    month: Month,
    by: DateTime<Utc>,
) -> Result<Vec<BoardFigures>, SnapshotError> {
    let rows: Vec<(String, String, String)> = snapshot::table
        .inner_join(organisation::table)
        .filter(organisation::code.eq(code))
        .filter(snapshot::month.lt(month.to_string()).and(snapshot::frozen_at.le(by.naive_utc())))
        .order(snapshot::month)
        .select((snapshot::month, snapshot::content_hash, snapshot::figures))
        .load(conn)?;
    rows.iter().map(|(month, hash, content)| parse(code, month, hash, content)).collect()
}

/// Takes the addresses (in lower case) of people out of every snapshot, and what names one of them out of its evidence: in
/// place of that stands what `reworded` gives. No figure changes; the hash by which a changed snapshot is known does:
/// given are the hashes before and after.
pub(crate) fn forget(
    conn: &mut Conn,
    addresses: &HashSet<String>,
    mut reworded: impl FnMut(&str) -> Option<String>,
) -> Result<Vec<(String, String)>, SnapshotError> {
    let mut rehashed = Vec::new();
    let rows: Vec<(i32, String, String, String, String)> = snapshot::table
        .inner_join(organisation::table)
        .order(snapshot::id)
        .select((
            snapshot::id,
            organisation::code,
            snapshot::month,
            snapshot::content_hash,
            snapshot::figures,
        ))
        .load(conn)?;
    for (id, code, month, hash, content) in rows {
        let mut figures = parse(&code, &month, &hash, &content)?;
        let mut changed = false;
        for answer in figures.assurance.iter_mut().flatten().filter_map(|of| of.answer.as_mut()) {
            if addresses.contains(&answer.owner_email.to_lowercase()) {
                answer.owner_email.clear();
                changed = true;
            }
            if let Some(evidence) = reworded(&answer.evidence) {
                answer.evidence = evidence;
                changed = true;
            }
        }
        if changed {
            let (content, new_hash) = figures.content().map_err(|error| SnapshotError::Damaged {
                organisation: code,
                month,
                reason: error.to_string(),
            })?;
            diesel::update(snapshot::table.find(id))
                .set((snapshot::content_hash.eq(&new_hash), snapshot::figures.eq(content)))
                .execute(conn)?;
            rehashed.push((hash, new_hash));
        }
    }
    Ok(rehashed)
}

fn parse(code: &str, month: &str, hash: &str, content: &str) -> Result<BoardFigures, SnapshotError> {
    let damaged = |reason: String| SnapshotError::Damaged {
        organisation: code.to_owned(),
        month: month.to_owned(),
        reason,
    };
    if blake3::hash(content.as_bytes()).to_hex().as_str() != hash {
        return Err(damaged("its content does not match its hash".to_owned()));
    }
    serde_json::from_str(content).map_err(|error| damaged(error.to_string()))
}
