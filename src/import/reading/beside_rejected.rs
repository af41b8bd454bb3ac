//! Rows of one file that are about the same as a rejected one (spec 3.1 to 3.3): nobody can say which of the two holds.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hasher};

use hashbrown::{DefaultHashBuilder, HashMap};

use super::repeats::Repeatable;
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, Remark};

/// So many rejected rows about one thing leave everything open about it.
const MANY: usize = 100;

/// Rejects the sound rows that are about the same as one of these, which are rejected already.
pub(in crate::import) fn reject_beside_rejected<Row: Repeatable>(
    checked: &mut CheckedFile<Row>,
    faulty: &[(u64, Row)],
) {
    if faulty.is_empty() {
        return;
    }
    let hasher = DefaultHashBuilder::default();
    let hashed = |row: &Row| {
        let mut state = hasher.build_hasher();
        row.hash_about(&mut state).then(|| state.finish())
    };
    let mut alike: HashMap<u64, Vec<usize>> = HashMap::new();
    for (place, (_, row)) in faulty.iter().enumerate() {
        if let Some(hash) = hashed(row) {
            alike.entry(hash).or_default().push(place);
        }
    }
    // A twin in doubt brings all down that is about the same.
    let beside = |row: &Row| {
        let places = hashed(row).and_then(|hash| alike.get(&hash)).into_iter().flatten();
        places.copied().filter_map(|place| Some((place, faulty.get(place)?)))
    };
    let mut in_doubt = HashSet::new();
    for (_, row) in &checked.rows {
        let mut twins = beside(row).filter(|(_, (_, twin))| row.is_about_same(twin));
        let found = twins.by_ref().take(MANY).find(|(_, (_, twin))| row.is_in_doubt_by(twin));
        in_doubt.extend(found.or_else(|| twins.next()).map(|(place, _)| place));
    }
    if in_doubt.is_empty() {
        return;
    }
    let twin_of = |row: &Row| {
        let mut twins = beside(row).filter(|(place, _)| in_doubt.contains(place));
        twins.find(|(_, (_, twin))| row.is_about_same(twin)).map(|(_, (line, _))| *line)
    };
    let twins: Vec<Option<u64>> = checked.rows.iter().map(|(_, row)| twin_of(row)).collect();
    let (rejected, people) = (&mut checked.rejected, &mut checked.rejected_people);
    let mut twins = twins.into_iter();
    checked.rows.retain(|(line, row)| {
        let Some(twin) = twins.next().flatten() else { return true };
        let person = row.person().map(|(organisation, number)| (organisation, number.to_owned()));
        people.extend(person);
        let reason = Rejection::TwinRejected { line: twin.to_string() };
        rejected.push(Remark::rejection(*line, "", "", &reason));
        false
    });
}
