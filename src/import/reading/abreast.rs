//! Rows judged several at a time, each by itself on a thread that has room, and taken in the order of the file.
//!
//! What a check says of a row hangs on the rows above it in few ways: some warnings are given once a file, and a column of
//! organisations may be one of places. A row of which that may be so is judged again in its turn; of the others, nearly
//! all, only what they came to is taken. So a file reads as if one row were judged after the other, only sooner.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use super::pass::{JudgedRow, ReadingPass};
use super::row_shape::{may_be_total, note, out_of_shape};
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
    /// The threads; with fewer than two, one row is judged after the other.
    pub threads: usize,
    /// The rows at the beginning of a file that are judged one after the other: a short file is sooner read so.
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

/// Rows that are judged together.
struct RowBatch<Row> {
    rows: Vec<RawRow>,
    /// How many of them are in use: the others keep their memory for the next ones.
    len: usize,
    judged: Vec<JudgedRow<Row>>,
    /// Codes of organisations that the judge had not met before these rows.
    new_codes: Vec<String>,
    /// The place of the first row that names a known organisation.
    first_named: Option<usize>,
}

impl<Row> RowBatch<Row> {
    fn new() -> Self {
        Self { rows: Vec::new(), len: 0, judged: Vec::new(), new_codes: Vec::new(), first_named: None }
    }

    fn add(&mut self, row: &RawRow) {
        if self.len == self.rows.len() {
            self.rows.push(RawRow::default());
        }
        if let Some(free) = self.rows.get_mut(self.len) {
            free.copy(row);
            self.len += 1;
        }
    }

    fn clear(&mut self) {
        self.len = 0;
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
            given: 0,
            taken: 0,
            has_failed: false,
        }
    }

    /// Takes the next row of the file.
    pub(super) fn take(&mut self, row: &RawRow) -> Result<(), ImportError> {
        let options = self.pass.options;
        options.progress.advance(row.text.len() as u64 + 1);
        let taken = if self.judges.is_empty() {
            self.seen += 1;
            let taken = self.pass.take(row);
            self.begin_if_long();
            taken
        } else {
            self.filling.add(row);
            if self.filling.len < options.judges.together { Ok(()) } else { self.hand_out() }
        };
        self.has_failed = taken.is_err();
        taken
    }

    /// The pass, when all rows were taken.
    pub(super) fn finish(mut self) -> Result<ReadingPass<'e, K>, ImportError> {
        let mut drained = Ok(());
        if !self.has_failed && !self.judges.is_empty() {
            drained = self.hand_out();
            while drained.is_ok() && self.taken < self.given {
                drained = self.take_next();
            }
        }
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
        if threads < 2 || self.seen < after {
            return;
        }
        for _ in 0..threads {
            let (to_judge, given) = sync_channel(AHEAD);
            let (done, judged) = sync_channel(AHEAD);
            let mind = JudgeMind::new(&self.pass, Arc::clone(layout));
            let thread = self.threads.spawn(move || mind.judge_all(&given, &done));
            self.judges.push(RowJudge { to_judge, judged, organisations: Vec::new(), thread });
        }
    }

    /// Hands the rows to the judge whose turn it is, when it has room.
    fn hand_out(&mut self) -> Result<(), ImportError> {
        let mut batch = std::mem::replace(&mut self.filling, self.spare.pop().unwrap_or_else(RowBatch::new));
        if self.given - self.taken >= self.judges.len() * AHEAD {
            self.take_next()?;
        }
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
                *organisation = place.unwrap_or(FileOrganisationIndex::NOWHERE);
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
        let layout = Arc::clone(&self.layout);
        let is_row = !row.cells().all(text::is_blank)
            && note(row, &layout).is_none()
            && !may_be_total(row, &layout)
            && out_of_shape(row, &layout).is_none();
        if !is_row {
            return JudgedRow::InTurn;
        }
        let mut cells =
            RowCells { row, layout: &layout, shared: &mut self.shared, faults: Vec::new(), skip: None };
        self.kept.clear();
        K::check_all(&mut cells, &mut self.memory, &mut self.kept);
        let (is_sound, skip) = (cells.faults.is_empty(), cells.skip);
        if !self.shared.was_quiet() || !is_sound {
            return JudgedRow::InTurn;
        }
        match (skip, self.kept.pop()) {
            (Some((why, said)), None) => JudgedRow::Skipped(why, said),
            (None, Some(row)) if self.kept.is_empty() => JudgedRow::Sound(row),
            _ => JudgedRow::InTurn,
        }
    }

    /// Tells the pass what was met in the rows.
    fn tell(self, pass: &mut ReadingPass<'k, K>) {
        pass.shared.join(self.shared);
        K::join(&mut pass.memory, self.memory);
    }
}
