//! Rows of one file that are about the same thing (spec 3.1 to 3.3): equal ones are one row, differing ones none.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};

use hashbrown::DefaultHashBuilder;

use crate::import::messages::Rejection;
use crate::import::{CheckedFile, FileOrganisationIndex, Remark};

/// A row that another of the same file may repeat or contradict.
pub trait Repeatable: PartialEq + Sized {
    /// What the row is about.
    type Key<'r>: Hash + PartialEq
    where
        Self: 'r;

    /// What the row is about; `None` where no other row can be about the same thing.
    fn key(&self) -> Option<Self::Key<'_>>;

    /// The person it is about, where it is about one.
    fn person(&self) -> Option<(FileOrganisationIndex, &str)> {
        None
    }

    /// What the rows with one key are about, in words that fit "give the same ...".
    fn same() -> &'static str;

    /// The column that the reason of [`Self::judge`] is about, by its canonical name, and what the row says there; `None` where
    /// the whole row is meant.
    fn faulty_cell(&self, _reason: &Rejection) -> Option<(&'static str, &str)> {
        None
    }

    /// Adds what the row is about to a hash, where another row can be about it: of a rejected row, all that is known.
    fn hash_about(&self, state: &mut impl Hasher) -> bool {
        let key = self.key();
        key.iter().for_each(|key| key.hash(state));
        key.is_some()
    }

    /// Whether the other row is about the same.
    fn is_about_same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// Whether a row about the same that is rejected leaves open what holds.
    fn is_in_doubt_by(&self, _rejected: &Self) -> bool {
        true
    }

    /// For each of several rows with one key, whether an equal one stands above it.
    ///
    /// # Errors
    /// Says why none of them can be used.
    fn judge(rows: &[&(u64, Self)]) -> Result<Vec<bool>, Rejection> {
        let Some((first, rest)) = rows.split_first() else { return Ok(Vec::new()) };
        if rest.iter().all(|row| row.1 == first.1) {
            return Ok(std::iter::once(false).chain(rest.iter().map(|_| true)).collect());
        }
        Err(Rejection::Differing { lines: lines(rows), same: Self::same().into() })
    }
}

/// `lines 3, 7 and 9`, the first few of many.
pub(in crate::import) fn lines<Row>(rows: &[&(u64, Row)]) -> String {
    let few: Vec<String> = rows.iter().take(5).map(|row| row.0.to_string()).collect();
    match few.split_last() {
        _ if rows.len() > few.len() => {
            format!("lines {} and {} more", few.join(", "), rows.len() - few.len())
        }
        Some((last, rest)) if !rest.is_empty() => format!("lines {} and {last}", rest.join(", ")),
        _ => format!("line {}", few.concat()),
    }
}

/// Collapses equal rows, counting them, and rejects all rows that contradict each other.
///
/// Keys are compared by hash first, so that none is copied for millions of rows.
pub(in crate::import) fn settle<Row: Repeatable>(checked: &mut CheckedFile<Row>) {
    let hasher = DefaultHashBuilder::default();
    let keyed = (0..=u32::MAX).zip(&checked.rows);
    let mut order: Vec<(u64, u32)> =
        keyed.filter_map(|(index, (_, row))| Some((hasher.hash_one(row.key()?), index))).collect();
    order.sort_unstable();
    let mut gone = HashSet::new();
    for run in order.chunk_by(|a, b| a.0 == b.0).filter(|run| run.len() > 1) {
        let mut left: Vec<u32> = run.iter().map(|&(_, index)| index).collect();
        while left.len() > 1 {
            let group = take_group(&checked.rows, &mut left);
            let rows: Vec<&(u64, Row)> =
                group.iter().filter_map(|&index| row_at(&checked.rows, index)).collect();
            match Row::judge(&rows) {
                Ok(repeated) => {
                    let repeated = group.iter().zip(repeated).filter(|(_, repeated)| *repeated);
                    let before = gone.len();
                    gone.extend(repeated.map(|(&index, _)| index));
                    checked.repeats += (gone.len() - before) as u64;
                }
                Err(reason) => {
                    for (line, row) in rows {
                        let person =
                            row.person().map(|(organisation, number)| (organisation, number.to_owned()));
                        checked.rejected_people.extend(person);
                        let (column, value) = row.faulty_cell(&reason).unwrap_or_default();
                        let column = checked.own_headers.get(column).cloned().unwrap_or_default();
                        checked.rejected.push(Remark::rejection(*line, column, value, &reason));
                    }
                    gone.extend(group);
                }
            }
        }
    }
    if !gone.is_empty() {
        let mut indices = 0..=u32::MAX;
        checked.rows.retain(|_| indices.next().is_none_or(|index| !gone.contains(&index)));
    }
}

/// Takes from `left` the first row and all those with its key.
fn take_group<Row: Repeatable>(rows: &[(u64, Row)], left: &mut Vec<u32>) -> Vec<u32> {
    let key = |index: u32| row_at(rows, index).and_then(|(_, row)| row.key());
    let first = left.first().and_then(|&first| key(first));
    let (group, others) = left.iter().partition(|&&index| key(index) == first);
    *left = others;
    group
}

fn row_at<Row>(rows: &[(u64, Row)], index: u32) -> Option<&(u64, Row)> {
    rows.get(usize::try_from(index).ok()?)
}
