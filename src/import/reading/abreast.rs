//! Rows judged several at a time, each by itself on a thread that has room, and taken in the order of the file.
//!
//! What a check says of a row may hang on the rows above it: some warnings are given once a file, a column of organisations
//! may be one of places, and a total is one only where nobody stands below it. A row of which anything is to be said is
//! judged again in its turn; of the others, nearly all, only what they came to is taken, under the file's own numbers of
//! organisations. So a file reads as if one row were judged after the other, only sooner.
//!
//! What is held of rows that wait is bounded in bytes: a row that is large by itself is judged in its turn, when no other
//! waits.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, Scope, ScopedJoinHandle};

use super::pass::{JudgedRow, ReadingPass};
use super::row_shape::{may_be_total, note, out_of_shape, repeats_header};
use super::rows::OfOrganisation;
use crate::import::cells::check_state::CheckState;
use crate::import::cells::row::RowCells;
use crate::import::cells::text;
use crate::import::columns::layout::Layout;
use crate::import::kinds::imported_kind::ImportedKind;
use crate::import::{CheckContext, FileOrganisationIndex, ImportError, ReadOptions};
use crate::tabular::RawRow;

/// How many rows of a file are judged at a time, and by how many threads.
#[derive(Debug, Clone, Copy)]
pub struct RowJudges {
    /// The threads beside the one that reads; with fewer than two, one row is judged after the other.
    pub threads: usize,
    /// The rows at the beginning of a file, those above the header and blank ones too, that are judged one after the other:
    /// a short file is sooner read so.
    pub after: usize,
    /// The rows that are handed to a thread together.
    pub together: usize,
}

/// More threads than this would wait for the rows to be read.
const MOST_THREADS: usize = 4;

impl Default for RowJudges {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
        Self { threads, after: 2_000, together: 500 }
    }
}

/// The bytes of rows that are handed out together, and what a batch may keep of them for the next.
const MOST_BYTES: usize = 1024 * 1024;
/// A row of more bytes is judged in its turn.
const LARGE_ROW: usize = 64 * 1024;

/// Rows that are judged together.
struct RowBatch<Row> {
    rows: Vec<RawRow>,
    /// How many of them are in use: the others keep their memory for the next ones.
    len: usize,
    /// What those in use take, in bytes.
    bytes: usize,
    judged: Vec<JudgedRow<Row>>,
    /// Codes of organisations that the judge had not met before these rows.
    new_codes: Vec<String>,
    /// The place of the first row that names a known organisation.
    first_named: Option<usize>,
}

impl<Row> RowBatch<Row> {
    fn new() -> Self {
        let (rows, judged, new_codes) = (Vec::new(), Vec::new(), Vec::new());
        Self { rows, len: 0, bytes: 0, judged, new_codes, first_named: None }
    }

    fn add(&mut self, row: &RawRow) {
        if self.len == self.rows.len() {
            self.rows.push(RawRow::default());
        }
        if let Some(free) = self.rows.get_mut(self.len) {
            free.copy(row);
            self.len += 1;
            self.bytes += free.memory();
        }
    }

    /// Whether so many rows are to be handed out.
    fn is_full(&self, together: usize) -> bool {
        self.len >= together || self.bytes >= MOST_BYTES
    }

    fn clear(&mut self) {
        if self.bytes >= MOST_BYTES {
            self.rows = Vec::new();
        }
        (self.len, self.bytes) = (0, 0);
        self.judged.clear();
        self.new_codes.clear();
        self.first_named = None;
    }
}

/// How many batches a judge may have before it, so that it need not wait for the next.
const AHEAD: usize = 2;

/// A thread that judges rows.
struct RowJudge<'s, 'e, K: ImportedKind> {
    to_judge: SyncSender<RowBatch<K::Row>>,
    judged: Receiver<RowBatch<K::Row>>,
    /// The organisations that it met, by its own numbers, each with its place in the file's list once a row that is taken
    /// names it.
    organisations: Vec<(String, Option<FileOrganisationIndex>)>,
    thread: ScopedJoinHandle<'s, JudgeMind<'e, K>>,
}

/// A pass over a file whose rows are judged several at a time once there are many.
pub(super) struct Abreast<'s, 'e: 's, K: ImportedKind> {
    threads: &'s Scope<'s, 'e>,
    pass: ReadingPass<'e, K>,
    judges: Vec<RowJudge<'s, 'e, K>>,
    filling: RowBatch<K::Row>,
    spare: Vec<RowBatch<K::Row>>,
    seen: usize,
    /// Whether threads may still be had for it.
    may_begin: bool,
    /// How many batches were handed out, and how many of them were taken: in turn by each judge.
    given: usize,
    taken: usize,
    /// Whether a row ended the pass.
    has_failed: bool,
}

impl<'s, 'e: 's, K: ImportedKind> Abreast<'s, 'e, K> {
    pub(super) fn new(threads: &'s Scope<'s, 'e>, pass: ReadingPass<'e, K>) -> Self {
        Self {
            threads,
            pass,
            judges: Vec::new(),
            filling: RowBatch::new(),
            spare: Vec::new(),
            seen: 0,
            may_begin: true,
            given: 0,
            taken: 0,
            has_failed: false,
        }
    }

    /// Takes the next row of the file.
    pub(super) fn take(&mut self, row: &RawRow) -> Result<(), ImportError> {
        let options = self.pass.options;
        options.progress.advance(row.text.len() as u64 + 1);
        // Should a check panic, nothing further is taken.
        self.has_failed = true;
        if self.judges.is_empty() {
            self.seen += 1;
            self.pass.take(row)?;
            self.begin_if_long();
        } else if row.bytes() > LARGE_ROW {
            self.take_all()?;
            self.pass.take(row)?;
        } else {
            self.filling.add(row);
            if self.filling.is_full(options.judges.together) {
                self.hand_out()?;
            }
        }
        self.has_failed = false;
        Ok(())
    }

    /// The pass, when all rows were taken.
    pub(super) fn finish(mut self) -> Result<ReadingPass<'e, K>, ImportError> {
        let drained = if self.has_failed { Ok(()) } else { self.take_all() };
        for RowJudge { to_judge, judged, thread, .. } in self.judges {
            drop((to_judge, judged));
            match thread.join() {
                Ok(mind) => mind.tell(&mut self.pass),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        drained.map(|()| self.pass)
    }

    /// Has further rows judged several at a time, where so many have come that it is worth it. The rows of a matrix are few
    /// and wide.
    fn begin_if_long(&mut self) {
        let RowJudges { threads, after, .. } = self.pass.options.judges;
        let Some(layout) = self.pass.layout_of_rows().filter(|layout| layout.matrix.is_none()) else {
            return;
        };
        if threads < 2 || self.seen < after || !std::mem::take(&mut self.may_begin) {
            return;
        }
        for _ in 0..threads {
            let (to_judge, given) = sync_channel(AHEAD);
            let (done, judged) = sync_channel(AHEAD);
            let mind = JudgeMind::new(&self.pass, Arc::clone(layout));
            let begun = Builder::new().spawn_scoped(self.threads, move || mind.judge_all(&given, &done));
            // With as many as there can be; with none, one row is judged after the other.
            let Ok(thread) = begun else { return };
            self.judges.push(RowJudge { to_judge, judged, organisations: Vec::new(), thread });
        }
    }

    /// Takes all rows that wait.
    fn take_all(&mut self) -> Result<(), ImportError> {
        if !self.judges.is_empty() && self.filling.len > 0 {
            self.hand_out()?;
        }
        while self.taken < self.given {
            self.take_next()?;
        }
        Ok(())
    }

    /// Hands the rows to the judge whose turn it is, when it has room.
    fn hand_out(&mut self) -> Result<(), ImportError> {
        if self.given - self.taken >= self.judges.len() * AHEAD {
            self.take_next()?;
        }
        let mut batch = std::mem::replace(&mut self.filling, self.spare.pop().unwrap_or_else(RowBatch::new));
        let turn = self.given % self.judges.len();
        self.given += 1;
        batch.judged.reserve(batch.len);
        // One that has ended tells why when it is joined.
        if let Some(judge) = self.judges.get(turn) {
            let _ = judge.to_judge.send(batch);
        }
        Ok(())
    }

    /// Takes the rows that were handed out first.
    fn take_next(&mut self) -> Result<(), ImportError> {
        let turn = self.taken % self.judges.len();
        self.taken += 1;
        let Some(judge) = self.judges.get_mut(turn) else { return Ok(()) };
        let Ok(mut batch) = judge.judged.recv() else { return Ok(()) };
        judge.organisations.extend(batch.new_codes.drain(..).map(|code| (code, None)));
        for (at, (row, mut judged)) in batch.rows.iter().zip(batch.judged.drain(..)).enumerate() {
            self.pass.shared.organisations.any_known |= batch.first_named == Some(at);
            if let JudgedRow::Sound(sound) = &mut judged
                && let Some(organisation) = sound.organisation_mut()
            {
                let codes = &mut self.pass.shared.organisations;
                let met = judge.organisations.get_mut(organisation.place());
                let place = met.and_then(|(code, place)| {
                    *place = place.or_else(|| codes.keep(code));
                    *place
                });
                match place {
                    Some(place) => *organisation = place,
                    // The file names more than can be told apart.
                    None => judged = JudgedRow::InTurn,
                }
            }
            self.pass.take_judged(row, judged)?;
        }
        batch.clear();
        self.spare.push(batch);
        Ok(())
    }
}

/// What a thread judges rows with: all of its own, as if it read another file.
struct JudgeMind<'k, K: ImportedKind> {
    layout: Arc<Layout>,
    shared: CheckState<'k>,
    memory: K::Memory,
    kept: Vec<K::Row>,
    /// How many organisations were told of.
    told_codes: usize,
}

impl<'k, K: ImportedKind> JudgeMind<'k, K> {
    fn new(pass: &ReadingPass<'k, K>, layout: Arc<Layout>) -> Self {
        let (known, options): (&CheckContext<'k>, &ReadOptions) = (pass.shared.known, pass.options);
        Self {
            layout,
            shared: CheckState::new(known, K::KIND, &pass.headers.words),
            memory: K::memory(known, options),
            kept: Vec::new(),
            told_codes: 0,
        }
    }

    /// Judges what comes, until nothing more does or nobody waits for it.
    fn judge_all(mut self, given: &Receiver<RowBatch<K::Row>>, done: &SyncSender<RowBatch<K::Row>>) -> Self {
        for mut batch in given {
            for at in 0..batch.len {
                let Some(row) = batch.rows.get(at) else { break };
                let judged = self.judge(row);
                batch.judged.push(judged);
                if std::mem::take(&mut self.shared.organisations.any_known) {
                    batch.first_named.get_or_insert(at);
                }
            }
            let codes = self.shared.organisations.codes.iter().skip(self.told_codes);
            batch.new_codes.extend(codes.cloned());
            self.told_codes += batch.new_codes.len();
            if done.send(batch).is_err() {
                break;
            }
        }
        self
    }

    fn judge(&mut self, row: &RawRow) -> JudgedRow<K::Row> {
        let Self { layout, shared, memory, kept, .. } = self;
        let is_row = !row.cells().all(text::is_blank)
            && note(row, layout).is_none()
            && !may_be_total(row, layout)
            && !repeats_header(row, layout)
            && out_of_shape(row, layout).is_none();
        if !is_row {
            return JudgedRow::InTurn;
        }
        let mut cells = RowCells { row, layout, shared, faults: Vec::new(), skip: None };
        kept.clear();
        K::check_all(&mut cells, memory, kept);
        let (is_sound, skip) = (cells.faults.is_empty(), cells.skip);
        if !shared.take_quiet() || !is_sound {
            return JudgedRow::InTurn;
        }
        match (skip, kept.pop()) {
            (Some((why, said)), None) => JudgedRow::Skipped(why, said),
            (None, Some(row)) if kept.is_empty() => JudgedRow::Sound(row),
            _ => JudgedRow::InTurn,
        }
    }

    /// Tells the pass what was met in the rows.
    fn tell(self, pass: &mut ReadingPass<'k, K>) {
        pass.shared.join(self.shared);
        K::join(&mut pass.memory, self.memory);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(bytes: usize) -> RawRow {
        RawRow { text: "x".repeat(bytes), spans: vec![(0, bytes)], ..RawRow::default() }
    }

    #[test]
    fn a_batch_of_large_rows_is_full_before_it_is_large_and_keeps_none_of_them() {
        let mut batch = RowBatch::<()>::new();
        for _ in 0..10 {
            while !batch.is_full(500) {
                batch.add(&row(LARGE_ROW));
            }
            assert!(batch.bytes <= MOST_BYTES + 2 * LARGE_ROW, "{}", batch.bytes);
            batch.clear();
            assert!(batch.rows.is_empty());
        }
    }

    /// Large rows at ever other places, so that each would enlarge another one.
    #[test]
    fn what_a_batch_keeps_for_the_next_rows_does_not_grow() {
        let mut batch = RowBatch::<()>::new();
        for large in 0..200 {
            while !batch.is_full(500) {
                batch.add(&row(if batch.len == large { LARGE_ROW / 2 } else { 100 }));
            }
            batch.clear();
            let kept: usize = batch.rows.iter().map(RawRow::memory).sum();
            assert!(kept <= 2 * MOST_BYTES, "{kept}");
        }
    }
}
