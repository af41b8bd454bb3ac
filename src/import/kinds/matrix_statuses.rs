//! What the statuses of a matrix say of its cells (spec 3.2): whether the day beside them is one of a completion.

use std::collections::{BTreeSet, HashSet};

use crate::import::cells::compliance::is_met;
use crate::import::cells::dates::{DateCell, parse_date};
use crate::import::cells::row::RowCells;
use crate::import::cells::status::RecordStatuses;
use crate::import::cells::status_words::StatusMeaning;
use crate::import::cells::text;
use crate::import::columns::matrix::{Matrix, MatrixColumn, MatrixStatus, MatrixStatusWords, says_nothing};
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, Remark, TrainingRow};
use crate::policy::CourseIndex;

/// What is said of a course's cell, and by the cell at which place.
pub(super) enum CellStatus {
    /// Nothing.
    Nothing,
    /// That it was completed.
    Holds,
    /// That it was not.
    HoldsNot(usize),
    /// Something that is not understood.
    Unclear(usize, Rejection),
    /// Nothing, where others say something perhaps.
    Blank(usize),
}

/// The statuses of a matrix, and the cells of which they say nothing.
#[derive(Debug, Default)]
pub(super) struct CellStatuses {
    /// The places of columns of a status in which something was said.
    filled: BTreeSet<usize>,
    blank: Vec<BlankStatus>,
}

/// A day whose status is empty.
#[derive(Debug)]
struct BlankStatus {
    line: u64,
    course: CourseIndex,
    position: usize,
    /// The header of the status.
    column: String,
    /// The person, and the course's code.
    who: String,
    code: String,
}

impl CellStatuses {
    /// What all columns of the course's status say: one that denies it is enough.
    pub(super) fn status(
        &mut self,
        cells: &mut RowCells<'_, '_>,
        matrix: &Matrix,
        column: &MatrixColumn,
        words: &mut RecordStatuses,
    ) -> CellStatus {
        let mut all = CellStatus::Nothing;
        for status in matrix.statuses.iter().filter(|status| status.course == column.course) {
            let one = self.one(cells, status, column, words);
            match (&all, one) {
                (_, one @ CellStatus::HoldsNot(_)) => return one,
                (_, CellStatus::Nothing) | (CellStatus::Unclear(..), _) => {}
                (CellStatus::Holds, CellStatus::Blank(_)) => {}
                (_, one) => all = one,
            }
        }
        all
    }

    fn one(
        &mut self,
        cells: &mut RowCells<'_, '_>,
        status: &MatrixStatus,
        column: &MatrixColumn,
        words: &mut RecordStatuses,
    ) -> CellStatus {
        let at = status.position;
        if cells.row.formula_without_result(at).is_some() {
            return CellStatus::Unclear(at, Rejection::NoStoredResult);
        }
        let said = match text::clean(cells.row.cell(at)) {
            Err(reason) => return CellStatus::Unclear(at, reason),
            Ok(_) => cells.text_at(status.words.field(), at),
        };
        let holds = |holds: bool| if holds { CellStatus::Nothing } else { CellStatus::HoldsNot(at) };
        match status.words {
            MatrixStatusWords::Denial => match words.is_denial(&said) {
                Ok(denies) => holds(!denies),
                Err(reason) => CellStatus::Unclear(at, reason),
            },
            MatrixStatusWords::Level => holds(said.is_empty() || !words.level_says_no(&said)),
            MatrixStatusWords::Compliance if said.is_empty() || says_nothing(&said) => CellStatus::Nothing,
            MatrixStatusWords::Compliance => match is_met(&said) {
                Ok(is_met) => holds(is_met || has_lapsed(cells, column)),
                Err(reason) => CellStatus::Unclear(at, reason),
            },
            MatrixStatusWords::Status | MatrixStatusWords::Share if said.is_empty() => CellStatus::Blank(at),
            MatrixStatusWords::Status | MatrixStatusWords::Share => {
                self.filled.insert(at);
                match words.meaning(&said, status.words == MatrixStatusWords::Share) {
                    Some(StatusMeaning::Holds) => CellStatus::Holds,
                    Some(StatusMeaning::HoldsNot) => CellStatus::HoldsNot(at),
                    None => CellStatus::Unclear(at, words.not_understood(&said)),
                }
            }
        }
    }

    /// Remembers a day whose status is empty.
    pub(super) fn remember_blank(
        &mut self,
        cells: &RowCells<'_, '_>,
        column: &MatrixColumn,
        position: usize,
        who: &str,
    ) {
        self.blank.push(BlankStatus {
            line: cells.row.line,
            course: column.course,
            position,
            column: cells.layout.header_at(position),
            who: who.to_owned(),
            code: cells.shared.known.policy.course_code(column.course).to_owned(),
        });
    }

    /// Rejects the days without a status where others have one: nobody can say what they are.
    pub(super) fn reject_blank(self, words: &RecordStatuses, checked: &mut CheckedFile<TrainingRow>) {
        let mut cells = HashSet::new();
        for BlankStatus { line, course, position, column, who, code } in self.blank {
            if self.filled.contains(&position) && cells.insert((line, course)) {
                let reason = words.nothing_said().to_string();
                let reason = Rejection::InMatrix { who, course: code, reason };
                checked.rejected.push(Remark::rejection(line, column, "", &reason));
            }
        }
        if !cells.is_empty() {
            checked.rows.retain(|(line, row)| !cells.contains(&(*line, row.course)));
        }
    }
}

/// Whether the course's expiry beside its day is a day gone by: then it is known what was done before.
fn has_lapsed(cells: &RowCells<'_, '_>, column: &MatrixColumn) -> bool {
    let (today, zone) = (cells.shared.known.today, cells.shared.known.zone);
    let Some(at) = column.expiry else { return false };
    let expiry = text::clean(cells.row.cell(at)).unwrap_or_default();
    matches!(parse_date(&expiry, today, zone), Ok(DateCell::On(day)) if day < today)
}
