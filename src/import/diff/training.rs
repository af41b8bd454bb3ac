//! Training records compared with the register: two sorted streams merged, so that millions of equal records cost no
//! memory and no question each (spec 3.2).

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::NaiveDate;
use ecow::EcoString;

use super::listed::{AddedItem, DifferenceSubject, ImportDifference};
use super::numbers::{alike, bare};
use super::record_fields::{UnsaidOfRecords, fields, known, same_content};
use crate::import::messages::Rejection;
use crate::import::{FileOrganisationIndex, TrainingRow};
use crate::policy::Policy;
use crate::register::Indexed;
use crate::register::store::{OpenRecord, RecordValues};

/// A row with the register's keys.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct KeyedRecord {
    pub staff_id: i32,
    pub course_id: i32,
    pub completed_on: NaiveDate,
    /// The row's place in the file's good rows.
    pub row: u32,
}

impl KeyedRecord {
    /// Whose completion it is, of what, and when.
    fn day(&self) -> (i32, i32, NaiveDate) {
        (self.staff_id, self.course_id, self.completed_on)
    }
}

/// The rows of a file in the register's order, and what becomes of them.
#[derive(Debug)]
pub(in crate::import) struct RecordMerge<'a> {
    rows: &'a [(u64, TrainingRow)],
    names: RowNames<'a>,
    /// What the file says nothing of, so that what is known of a completion stays.
    unsaid: UnsaidOfRecords<'a>,
    lacks_certificates: bool,
    /// The open records of the day in hand, of one person and course.
    of_day: Vec<OpenRecord>,
    /// Whether rows are of the records of their day, whatever the certificate.
    by_day: bool,
    keyed: Vec<KeyedRecord>,
    /// The next of `keyed` to be met.
    next: usize,
    /// Places in `keyed` of the rows that are new, or correct an older version.
    opens: Vec<u32>,
    /// Versions that are corrected.
    pub closes: Vec<i32>,
    /// By place in `keyed`, the corrected versions of which something stays.
    corrected: BTreeMap<usize, OpenRecord>,
    /// The absent columns for which something stays.
    pub kept: BTreeSet<&'static str>,
    /// How many rows are new.
    pub added: u64,
    /// The same to be looked at.
    pub listed: ImportDifference,
    /// By place in `keyed`, certificates of the register that a row's differs from only by zeros, spaces, quotes or a mark.
    near: BTreeMap<usize, EcoString>,
}

/// How many rows are fetched together.
const FETCHED_TOGETHER: usize = 64;

/// What the numbers in rows stand for.
#[derive(Debug, Clone, Copy)]
pub(in crate::import) struct RowNames<'a> {
    /// Codes of the organisations.
    pub organisations: &'a Indexed<FileOrganisationIndex, String>,
    /// The policy that knows the courses.
    pub policy: &'a Policy,
}

impl RowNames<'_> {
    /// Whose completion it is, and of what: `SGC-L2 2026-11-22`, and its certificate.
    fn whose(&self, row: &TrainingRow, certificate: &str) -> (DifferenceSubject, String) {
        let organisation = self.organisations.get(row.organisation).cloned();
        let course = self.policy.course_code(row.course);
        let subject = DifferenceSubject {
            organisation: organisation.unwrap_or_default(),
            employee_number: Some(row.employee_number.to_string()),
            name: None,
        };
        let words = [course, &row.completed_on.to_string(), certificate];
        (subject, words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
    }
}

impl<'a> RecordMerge<'a> {
    /// Sorts the rows. Of equal rows one is kept; gives back the lines of rows that are not, because another line says
    /// something else about the same completion or has a certificate that can't be told from theirs. Of each sort of
    /// difference the first `most` will be listed.
    pub(in crate::import) fn new(
        rows: &'a [(u64, TrainingRow)],
        mut keyed: Vec<KeyedRecord>,
        names: RowNames<'a>,
        unsaid: UnsaidOfRecords<'a>,
        most: usize,
    ) -> (Self, Vec<(u64, Rejection)>) {
        let certificate = |keyed: &KeyedRecord| rows.get(keyed.row as usize).map(|(_, row)| &row.certificate);
        let order = |a: &KeyedRecord, b: &KeyedRecord| {
            a.day().cmp(&b.day()).then_with(|| certificate(a).cmp(&certificate(b))).then(a.row.cmp(&b.row))
        };
        keyed.sort_unstable_by(order);
        let rejected = settle(rows, &mut keyed);
        let merge = Self {
            rows,
            names,
            unsaid,
            lacks_certificates: unsaid.columns.contains(&"certificate"),
            of_day: Vec::new(),
            by_day: false,
            keyed,
            next: 0,
            opens: Vec::new(),
            closes: Vec::new(),
            corrected: BTreeMap::new(),
            kept: BTreeSet::new(),
            added: 0,
            listed: ImportDifference::listing(most),
            near: BTreeMap::new(),
        };
        (merge, rejected)
    }

    /// The people whose records the rows are, each once, in ascending order.
    pub(in crate::import) fn staff_ids(&self) -> Vec<i32> {
        let mut ids: Vec<i32> = self.keyed.iter().map(|keyed| keyed.staff_id).collect();
        ids.dedup();
        ids
    }

    /// Meets the next open record of the register, which come in order.
    pub(in crate::import) fn meet(&mut self, record: OpenRecord) {
        if self.of_day.first().is_some_and(|first| day(&first.values()) != day(&record.values())) {
            self.meet_day();
        }
        self.of_day.push(record);
    }

    /// Meets the records of the day in hand.
    fn meet_day(&mut self) {
        let mut records = std::mem::take(&mut self.of_day);
        self.by_day = self.lacks_certificates || self.is_one_completion(&records);
        records.drain(..).for_each(|record| self.meet_record(record));
        self.of_day = records;
    }

    /// Whether there is one record of the day and one row, of which one alone has a certificate: that came later, or was left
    /// out since, and it is one completion.
    fn is_one_completion(&mut self, records: &[OpenRecord]) -> bool {
        let [record] = records else { return false };
        let old = record.values();
        while self.keyed.get(self.next).is_some_and(|row| row.day() < day(&old)) {
            self.open_next();
        }
        let is_of_day = |place: usize| self.keyed.get(place).is_some_and(|row| row.day() == day(&old));
        is_of_day(self.next)
            && !is_of_day(self.next + 1)
            && self
                .values(self.next)
                .is_some_and(|new| new.certificate.is_empty() != old.certificate.is_empty())
    }

    fn meet_record(&mut self, record: OpenRecord) {
        let old = record.values();
        while self.values(self.next).is_some_and(|new| self.order(&new, &old) == Ordering::Less) {
            self.open_next();
        }
        self.look_beside(&old);
        let Some(mut new) = self.values(self.next) else { return };
        if self.order(&new, &old) != Ordering::Equal {
            return;
        }
        if new == old {
            self.step();
            return;
        }
        if let Some((_, row)) = self.row_at(self.next) {
            new = self.unsaid.but_for(row, new, old);
        }
        self.kept.extend(known(&old).into_iter().filter(|column| self.unsaid.columns.contains(column)));
        if new == old {
            self.step();
            return;
        }
        self.closes.push(record.id);
        self.list_correction(&old, &new);
        self.corrected.insert(self.next, record);
        self.open_next();
    }

    /// How a row stands to a record. A file without a column for certificates speaks of the completion of that day,
    /// whatever certificate it has, as does one row beside one record.
    fn order(&self, new: &RecordValues<'_>, old: &RecordValues<'_>) -> Ordering {
        if self.by_day { day(new).cmp(&day(old)) } else { new.key().cmp(&old.key()) }
    }

    /// The register has no more: the rest is new. Gives back the lines of rows whose certificate can't be told from one that the
    /// same completion has in the register.
    pub(in crate::import) fn finish(&mut self) -> Vec<(u64, Rejection)> {
        self.meet_day();
        while self.next < self.keyed.len() {
            self.open_next();
        }
        let mut rejected = Vec::new();
        let (near, corrected) = (std::mem::take(&mut self.near), &self.corrected);
        let line = |place: usize| Some(self.rows.get(self.keyed.get(place)?.row as usize)?.0);
        self.opens.retain(|place| {
            let place = *place as usize;
            let Some(known) = near.get(&place).filter(|_| !corrected.contains_key(&place)) else {
                return true;
            };
            rejected
                .extend(line(place).map(|line| (line, Rejection::LikeKnown { known: known.to_string() })));
            false
        });
        for place in std::mem::take(&mut self.opens) {
            if !self.corrected.contains_key(&(place as usize)) {
                self.count_added(place as usize);
            }
            self.opens.push(place);
        }
        rejected
    }

    /// Looks whether rows of the same completion have a certificate that can't be told from the record's.
    fn look_beside(&mut self, old: &RecordValues<'_>) {
        if old.certificate.is_empty() || self.lacks_certificates {
            return;
        }
        let day = day(old);
        let (before, behind) = self.keyed.split_at_checked(self.next).unwrap_or_default();
        let of_day = |keyed: &&KeyedRecord| keyed.day() == day;
        let beside = before.iter().rev().take_while(of_day).count();
        let places = self.next - beside..self.next + behind.iter().take_while(of_day).count();
        for place in places {
            let Some(row) = self.keyed.get(place).and_then(|keyed| self.rows.get(keyed.row as usize)) else {
                break;
            };
            let certificate = row.1.certificate.as_str();
            if certificate != old.certificate
                && !certificate.is_empty()
                && bare(certificate) == bare(old.certificate)
            {
                self.near.insert(place, old.certificate.into());
            }
        }
    }

    /// The records to open versions of, in the register's order.
    pub(in crate::import) fn opens(&self) -> impl Iterator<Item = RecordValues<'_>> {
        self.opens.chunks(FETCHED_TOGETHER).flat_map(|places| {
            self.fetch(places.iter().map(|place| *place as usize));
            places.iter().filter_map(|place| {
                let new = self.values(*place as usize)?;
                let old = self.corrected.get(&(*place as usize));
                let row = &self.row_at(*place as usize)?.1;
                Some(old.map_or(new, |old| self.unsaid.but_for(row, new, old.values())))
            })
        })
    }

    /// Looks at rows that lie far apart in memory, so that the processor fetches them together: one after another, each
    /// would be waited for.
    fn fetch(&self, places: impl Iterator<Item = usize>) {
        let rows = places.filter_map(|place| self.rows.get(self.keyed.get(place)?.row as usize));
        let seen = rows.fold(0, |seen, (line, row)| seen ^ *line ^ u64::from(row.certificate.is_empty()));
        std::hint::black_box(seen);
    }

    /// Goes on to the next row.
    fn step(&mut self) {
        self.next += 1;
        if self.next.is_multiple_of(FETCHED_TOGETHER) {
            self.fetch(self.next..self.next + FETCHED_TOGETHER);
        }
    }

    /// The lines of the file that change something.
    pub(in crate::import) fn lines(&self) -> HashSet<u64> {
        let of = |place: &u32| Some(self.rows.get(self.keyed.get(*place as usize)?.row as usize)?.0);
        self.opens.iter().filter_map(of).collect()
    }

    fn count_added(&mut self, place: usize) {
        self.added += 1;
        let (rows, names) = (self.rows, self.names);
        if let Some((line, row)) = self.keyed.get(place).and_then(|next| rows.get(next.row as usize)) {
            self.listed.added.add(|| {
                let (subject, about) = names.whose(row, &row.certificate);
                AddedItem { subject, line: *line, about }
            });
        }
    }

    fn list_correction(&mut self, old: &RecordValues<'_>, new: &RecordValues<'_>) {
        let (rows, names) = (self.rows, self.names);
        if let Some((line, row)) = self.keyed.get(self.next).and_then(|next| rows.get(next.row as usize)) {
            self.listed.compare_fields(fields(old), fields(new), *line, || names.whose(row, new.certificate));
        }
    }

    fn open_next(&mut self) {
        self.opens.push(u32::try_from(self.next).unwrap_or(u32::MAX));
        self.step();
    }

    fn row_at(&self, place: usize) -> Option<&'a (u64, TrainingRow)> {
        self.rows.get(self.keyed.get(place)?.row as usize)
    }

    fn values(&self, place: usize) -> Option<RecordValues<'a>> {
        let keyed = self.keyed.get(place)?;
        let (_, row) = self.row_at(place)?;
        Some(RecordValues {
            staff_id: keyed.staff_id,
            course_id: keyed.course_id,
            completed_on: row.completed_on,
            expires_on: row.expires_on,
            hours: row.details.hours,
            participatory: row.details.participatory,
            provider: &row.details.provider,
            certificate: &row.certificate,
            cost_pence: row.details.cost_pence,
        })
    }
}

/// Keeps one of equal rows, and none of those that differ about the same completion, or whose certificates can't be told apart:
/// their lines, with why. The rows are in order.
fn settle(rows: &[(u64, TrainingRow)], keyed: &mut Vec<KeyedRecord>) -> Vec<(u64, Rejection)> {
    let row = |keyed: &KeyedRecord| rows.get(keyed.row as usize);
    let certificate = |keyed: &KeyedRecord| row(keyed).map_or("", |(_, row)| row.certificate.as_str());
    // Nearly always there is one row of a day.
    let is_odd = |days: &&[KeyedRecord]| {
        days.len() > 1
            && (days.windows(2).any(
                |two| matches!(two, [a, b] if certificate(a) == certificate(b) && !same(row(a), row(b))),
            ) || alike(days.iter().map(certificate)).is_some())
    };
    let mut rejected = BTreeMap::new();
    for days in keyed.chunk_by(|a, b| a.day() == b.day()).filter(is_odd) {
        for (place, one) in days.iter().enumerate() {
            let Some((line, _)) = row(one) else { continue };
            let others =
                || days.iter().enumerate().filter(|(other, _)| *other != place).map(|(_, other)| other);
            let of_it =
                others().find(|other| certificate(other) == certificate(one) && !same(row(one), row(other)));
            if let Some((other, _)) = of_it.and_then(row) {
                rejected.insert(*line, Rejection::DiffersFromLine { line: other.to_string() });
            } else if let Some(numbers) =
                others().find_map(|other| alike([certificate(one), certificate(other)].into_iter()))
            {
                rejected.insert(*line, Rejection::AlikeInFile { numbers });
            }
        }
    }
    if !rejected.is_empty() {
        keyed.retain(|keyed| row(keyed).is_none_or(|(line, _)| !rejected.contains_key(line)));
    }
    keyed.dedup_by(|later, first| later.day() == first.day() && certificate(later) == certificate(first));
    rejected.into_iter().collect()
}

/// Whose completion a record is, of what, and when.
fn day(of: &RecordValues<'_>) -> (i32, i32, NaiveDate) {
    (of.staff_id, of.course_id, of.completed_on)
}

fn same(a: Option<&(u64, TrainingRow)>, b: Option<&(u64, TrainingRow)>) -> bool {
    a.zip(b).is_none_or(|((_, a), (_, b))| same_content(a, b))
}
