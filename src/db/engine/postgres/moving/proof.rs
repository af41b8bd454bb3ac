//! That both sides hold the same: every row of every table, read again from both in the order of the keys.

use std::collections::BTreeMap;

use super::neutral::{Table, TextRow};
use super::side::{Side, failed};
use crate::db::moving::{MoveError, MovedTable};

/// What was proved to be the same.
pub(super) struct Proved {
    /// Every table.
    pub(super) tables: Vec<MovedTable>,
    /// How many messages there are in each state.
    pub(super) messages: BTreeMap<String, u64>,
}

/// Reads both sides again and compares them.
pub(super) fn prove(
    source: &mut dyn Side,
    target: &mut dyn Side,
    tables: &[Table],
) -> Result<Proved, MoveError> {
    let proved: Vec<MovedTable> =
        tables.iter().map(|table| prove_table(source, target, table)).collect::<Result<_, MoveError>>()?;
    let query = "SELECT state, CAST(COUNT(*) AS TEXT) FROM message GROUP BY state ORDER BY state";
    let states = |side: &mut dyn Side| {
        side.texts(query).map_err(|error| failed(side.place(), "counting messages", &error))
    };
    let (ours, theirs) = (states(source)?, states(target)?);
    if ours != theirs {
        return Err(MoveError::Unequal {
            table: "message".to_owned(),
            key: "the counts by state".to_owned(),
        });
    }
    let messages =
        ours.iter().map(|row| (row.text(0).to_owned(), row.text(1).parse().unwrap_or_default())).collect();
    Ok(Proved { tables: proved, messages })
}

fn prove_table(source: &mut dyn Side, target: &mut dyn Side, table: &Table) -> Result<MovedTable, MoveError> {
    let places = [source.place().to_owned(), target.place().to_owned()];
    let doing = format!("reading {} again", table.name);
    let unread = |place: &String| {
        let place = place.clone();
        let doing = doing.clone();
        move |error: diesel::result::Error| failed(&place, &doing, &error)
    };
    let [of_source, of_target] = &places;
    let mut ours = source.rows(table).map_err(unread(of_source))?;
    let mut theirs = target.rows(table).map_err(unread(of_target))?;
    let mut hashers = [blake3::Hasher::new(), blake3::Hasher::new()];
    let mut rows = 0;
    loop {
        let one = ours.next().transpose().map_err(unread(of_source))?;
        let other = theirs.next().transpose().map_err(unread(of_target))?;
        let unequal =
            |row: &TextRow| Err(MoveError::Unequal { table: table.name.clone(), key: table.known_by(row) });
        match (one, other) {
            (None, None) => break,
            (Some(one), Some(other)) if one == other => {
                for (row, hasher) in [&one, &other].into_iter().zip(&mut hashers) {
                    row.hash_into(hasher);
                }
                rows += 1;
            }
            (Some(row), _) | (None, Some(row)) => return unequal(&row),
        }
    }
    let [ours, theirs] = hashers.map(|hasher| hasher.finalize().to_hex().to_string());
    if ours != theirs {
        return Err(MoveError::Unequal { table: table.name.clone(), key: "the hash of all rows".to_owned() });
    }
    Ok(MovedTable { name: table.name.clone(), rows, blake3: ours })
}
