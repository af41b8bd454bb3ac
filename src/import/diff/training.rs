//! Training records compared with the register: two sorted streams merged, so that millions of equal records cost no
//! memory and no question each (spec 3.2).

use std::cmp::Ordering;

use chrono::NaiveDate;

use crate::import::RecordRow;
use crate::register::store::{OpenRecord, RecordValues};

/// A row with the register's keys.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct Keyed {
    pub staff_id: i32,
    pub course_id: i32,
    pub completed_on: NaiveDate,
    /// The row's place in the file's good rows.
    pub row: u32,
}

/// The rows of a file in the register's order, and what becomes of them.
#[derive(Debug)]
pub(in crate::import) struct Merge<'a> {
    rows: &'a [(u64, RecordRow)],
    keyed: Vec<Keyed>,
    /// The next of `keyed` to be met.
    next: usize,
    /// Places in `keyed` of the rows that are new, or correct an older version.
    opens: Vec<u32>,
    /// Versions that are corrected.
    pub closes: Vec<i32>,
    /// How many rows are new.
    pub added: u64,
}

impl<'a> Merge<'a> {
    /// Sorts the rows. Of equal rows one is kept; gives back the lines of rows that say something else about the same
    /// completion than an earlier line, with that line.
    pub(in crate::import) fn new(
        rows: &'a [(u64, RecordRow)],
        mut keyed: Vec<Keyed>,
    ) -> (Self, Vec<(u64, u64)>) {
        let certificate = |keyed: &Keyed| rows.get(keyed.row as usize).map(|(_, row)| &row.certificate);
        let key = |keyed: &Keyed| (keyed.staff_id, keyed.course_id, keyed.completed_on);
        let order = |a: &Keyed, b: &Keyed| {
            key(a).cmp(&key(b)).then_with(|| certificate(a).cmp(&certificate(b))).then(a.row.cmp(&b.row))
        };
        keyed.sort_unstable_by(order);
        let mut clashes = Vec::new();
        keyed.dedup_by(|later, first| {
            let same = key(later) == key(first) && certificate(later) == certificate(first);
            let pair = (rows.get(later.row as usize), rows.get(first.row as usize));
            if same
                && let (Some((line, later)), Some((earlier, first))) = pair
                && !same_content(later, first)
            {
                clashes.push((*line, *earlier));
            }
            same
        });
        (Self { rows, keyed, next: 0, opens: Vec::new(), closes: Vec::new(), added: 0 }, clashes)
    }

    /// The people whose records the rows are, each once, in ascending order.
    pub(in crate::import) fn staff_ids(&self) -> Vec<i32> {
        let mut ids: Vec<i32> = self.keyed.iter().map(|keyed| keyed.staff_id).collect();
        ids.dedup();
        ids
    }

    /// Meets the next open record of the register, which come in order.
    pub(in crate::import) fn meet(&mut self, record: &OpenRecord) {
        let old = record.values();
        while let Some(new) = self.values(self.next) {
            match new.key().cmp(&old.key()) {
                Ordering::Greater => return,
                Ordering::Less => {
                    self.added += 1;
                    self.open_next();
                }
                Ordering::Equal if new == old => {
                    self.next += 1;
                    return;
                }
                Ordering::Equal => {
                    self.closes.push(record.id);
                    self.open_next();
                    return;
                }
            }
        }
    }

    /// The register has no more: the rest is new.
    pub(in crate::import) fn finish(&mut self) {
        while self.next < self.keyed.len() {
            self.added += 1;
            self.open_next();
        }
    }

    /// The records to open versions of, in the register's order.
    pub(in crate::import) fn opens(&self) -> impl Iterator<Item = RecordValues<'a>> {
        self.opens.iter().filter_map(|place| self.values(*place as usize))
    }

    fn open_next(&mut self) {
        self.opens.push(u32::try_from(self.next).unwrap_or(u32::MAX));
        self.next += 1;
    }

    fn values(&self, place: usize) -> Option<RecordValues<'a>> {
        let keyed = self.keyed.get(place)?;
        let (_, row) = self.rows.get(keyed.row as usize)?;
        Some(RecordValues {
            staff_id: keyed.staff_id,
            course_id: keyed.course_id,
            completed_on: row.completed_on,
            expires_on: row.expires_on,
            hours: row.hours,
            participatory: row.participatory,
            provider: &row.provider,
            certificate: &row.certificate,
            cost_pence: row.cost_pence,
        })
    }
}

fn same_content(a: &RecordRow, b: &RecordRow) -> bool {
    (a.expires_on, a.hours, a.participatory, &a.provider, a.cost_pence)
        == (b.expires_on, b.hours, b.participatory, &b.provider, b.cost_pence)
}
