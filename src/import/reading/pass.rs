//! One pass over a file: its header found, every row below it checked or set aside (spec 3.6 and 3.7, *Counts*).

use std::sync::Arc;

use super::dates_said::DatesSaid;
use super::header_search::HeaderSearch;
use super::no_header;
use super::row_shape::{may_be_total, note, out_of_shape, repeats_header};
use super::rows::{MOST_REMARKS, MatrixRead};
use super::skipped::{SkipReason, Skipped};
use crate::import::cells::check_state::CheckState;
use crate::import::cells::numbers::{employee_number_fault, is_vacancy, names_nobody};
use crate::import::cells::row::RowCells;
use crate::import::cells::text::{self, shown};
use crate::import::columns::fields::ColumnField;
use crate::import::columns::headers::{HEADER_WITHIN, Headers};
use crate::import::columns::layout::Layout;
use crate::import::kinds::imported_kind::ImportedKind;
use crate::import::messages::{Refusal, Rejection, Warning};
use crate::import::named::organisation_codes::OrganisationCodes;
use crate::import::{CheckContext, CheckedFile, FileOrganisationIndex, ImportError, ReadOptions, Remark};
use crate::tabular::{CellKind, Fault, RawRow, Shape, SourceFile, Visited};

/// What a row comes to by itself.
#[derive(Debug)]
pub(super) enum JudgedRow<Row> {
    /// It is sound, and nothing else was said of it.
    Sound(Row),
    /// There is nothing in it to keep, for this reason, and this is what it says.
    Skipped(SkipReason, String),
    /// It is to be judged in its turn.
    InTurn,
}

/// A file whose rows were all checked by themselves.
pub(in crate::import) struct FileRead<K: ImportedKind> {
    /// What it holds.
    pub(in crate::import) checked: CheckedFile<K::Row>,
    /// What the checks remember.
    pub(in crate::import) memory: K::Memory,
    /// Rejected rows of which it is known what they are about.
    pub(in crate::import) faulty: Vec<(u64, K::Row)>,
}

/// The pass itself: what was read so far, and what it came to.
pub(super) struct ReadingPass<'p, K: ImportedKind> {
    pub(super) source: &'p SourceFile,
    pub(super) shape: &'p Shape,
    pub(super) headers: &'p Headers,
    pub(super) options: &'p ReadOptions,
    /// Rows above the header.
    above: usize,
    search: HeaderSearch<'p>,
    /// Whether the row below a matrix's header is still to come, which may be its second.
    may_go_on: bool,
    pub(super) layout: Option<Arc<Layout>>,
    pub(super) shared: CheckState<'p>,
    pub(super) memory: K::Memory,
    /// Rows that are totals if no person stands below them, as the faults they are otherwise.
    perhaps_totals: Vec<Remark>,
    /// The first of them that is a note.
    perhaps_note: Option<Remark>,
    /// Numbers in rejected rows whose organisation is unknown: they may be anybody's of that number.
    in_unknown_organisation: Vec<String>,
    /// What the row in hand holds.
    kept: Vec<K::Row>,
    /// Rejected rows of which it is known what they are about.
    pub(super) faulty: Vec<(u64, K::Row)>,
    /// What notes say of a matrix's dates.
    pub(super) dates_said: DatesSaid,
    pub(super) rows: Vec<(u64, K::Row)>,
    /// The lines of a matrix's rows that say nothing of any course.
    pub(super) says_nothing: Vec<u64>,
    pub(super) rejected: Vec<Remark>,
    pub(super) rejected_people: Vec<(FileOrganisationIndex, String)>,
    pub(super) rejected_unknown: bool,
    row_count: u64,
    skipped: Skipped,
}

impl<'p, K: ImportedKind> ReadingPass<'p, K> {
    pub(super) fn new(
        source: &'p SourceFile,
        shape: &'p Shape,
        headers: &'p Headers,
        options: &'p ReadOptions,
        known: &'p CheckContext<'p>,
    ) -> Self {
        Self {
            source,
            shape,
            headers,
            options,
            above: 0,
            search: HeaderSearch::new(headers),
            may_go_on: false,
            layout: None,
            shared: CheckState::new(known, K::KIND, &headers.words),
            memory: K::memory(known, options),
            perhaps_totals: Vec::new(),
            perhaps_note: None,
            kept: Vec::new(),
            faulty: Vec::new(),
            dates_said: DatesSaid::default(),
            in_unknown_organisation: Vec::new(),
            rows: Vec::new(),
            says_nothing: Vec::new(),
            rejected: Vec::new(),
            rejected_people: Vec::new(),
            rejected_unknown: false,
            row_count: 0,
            skipped: Skipped::default(),
        }
    }

    /// The layout of the rows that come, once all of the header has.
    pub(super) fn layout_of_rows(&self) -> Option<&Arc<Layout>> {
        self.layout.as_ref().filter(|_| !self.may_go_on)
    }

    /// Takes the next row of the file.
    pub(super) fn take(&mut self, row: &RawRow) -> Result<(), ImportError> {
        let Some(layout) = self.layout.take() else { return self.look_for_header(row) };
        if self.may_go_on && !row.cells().all(text::is_blank) {
            self.may_go_on = false;
            if let Some(whole) =
                self.headers.matrix_goes_on(&layout, row).map_err(|why| self.refused(&why))?
            {
                self.layout = Some(Arc::new(whole));
                return Ok(());
            }
        }
        let taken = self.take_below(row, &layout);
        self.layout = Some(layout);
        taken
    }

    /// Takes the next row of the file, which was judged by itself before: what hangs on other rows is judged now.
    pub(super) fn take_judged(&mut self, row: &RawRow, judged: JudgedRow<K::Row>) -> Result<(), ImportError> {
        match judged {
            JudgedRow::Sound(sound) => {
                self.count_row()?;
                self.rows.push((row.line, sound));
                Ok(())
            }
            JudgedRow::Skipped(why, said) => {
                self.count_row()?;
                self.skipped.add(why, &said);
                Ok(())
            }
            JudgedRow::InTurn => self.take(row),
        }
    }

    fn look_for_header(&mut self, row: &RawRow) -> Result<(), ImportError> {
        self.above += 1;
        match self.search.layout_of(row).map_err(|reason| self.refused(&reason))? {
            Some(layout) => {
                // In rows that were rejected, the values are those that no organisation has.
                self.shared.organisations.may_be_places &= !layout.ends_in_reason;
                self.may_go_on = layout.matrix.as_ref().is_some_and(|matrix| matrix.may_go_on);
                self.layout = Some(Arc::new(layout));
            }
            None if self.above == HEADER_WITHIN => return Err(self.no_header()),
            None => {}
        }
        Ok(())
    }

    fn take_below(&mut self, row: &RawRow, layout: &Layout) -> Result<(), ImportError> {
        if row.cells().all(text::is_blank) {
            return Ok(());
        }
        self.refuse_too_many()?;
        if repeats_header(row, layout) {
            self.count_row()?;
            self.rejected.push(Remark::rejection(row.line, "", "", &Rejection::RepeatsHeader));
            return Ok(());
        }
        if layout.matrix.is_some() {
            self.dates_said.see_note(row);
        }
        let note = note(row, layout);
        if (note.is_some() || may_be_total(row, layout)) && self.perhaps_totals.len() <= MOST_REMARKS {
            if let (Some(position), None) = (note, &self.perhaps_note) {
                let (column, value) = (layout.headers.get(position), shown(row.cell(position)));
                let column = column.cloned().unwrap_or_default();
                self.perhaps_note = Some(Remark::warning(row.line, column, value, &Warning::NoteBelow));
            }
            let column = layout.header(layout.person());
            let value = shown(row.cell(layout.position(layout.person()).unwrap_or(usize::MAX)));
            self.perhaps_totals.push(Remark::rejection(row.line, column, value, &Rejection::NamesNobody));
            return Ok(());
        }
        self.count_row()?;
        if let Some(reason) = out_of_shape(row, layout) {
            let whole: Vec<&str> = row.cells().take(20).collect();
            let value = shown(&whole.join(","));
            self.rejected.push(Remark::rejection(row.line, "", value, &reason));
            self.rejected_unknown = true;
            return Ok(());
        }
        let mut cells = RowCells { row, layout, shared: &mut self.shared, faults: Vec::new(), skip: None };
        K::check_all(&mut cells, &mut self.memory, &mut self.kept);
        let (faults, skip) = (cells.faults, cells.skip);
        let misread = self.shared.misread_name.take();
        if let Some(error) = misread.and_then(|(line, word)| self.source.misread(line, &word)) {
            return Err(error.into());
        }
        if let (Some((why, said)), true) = (skip, faults.is_empty()) {
            self.skipped.add(why, &said);
            return Ok(());
        }
        // Of a matrix, a cell is rejected by itself, and a row may hold nothing.
        let is_sound = faults.is_empty() && (layout.matrix.is_some() || !self.kept.is_empty());
        if is_sound && self.kept.is_empty() {
            self.says_nothing.push(row.line);
        }
        if is_sound || layout.matrix.is_some() {
            self.rows.extend(self.kept.drain(..).map(|kept| (row.line, kept)));
        }
        if !is_sound {
            self.keep_faulty(row, layout, &faults);
            self.reject(row, layout, faults);
        }
        self.kept.clear();
        Ok(())
    }

    /// Refuses a file that has more rows than are read.
    fn refuse_too_many(&self) -> Result<(), ImportError> {
        let most = self.options.limits.rows;
        if self.row_count + self.perhaps_totals.len() as u64 >= most {
            return Err(self.source.refused(Fault::TooManyRows { most: most.to_string() }).into());
        }
        Ok(())
    }

    /// Counts a row that is no total: what was taken for one above it is none either.
    fn count_row(&mut self) -> Result<(), ImportError> {
        self.refuse_too_many()?;
        self.reject_totals_above();
        if self.rejected.len() > MOST_REMARKS {
            return Err(self.refused(&Refusal::TooManyFaults { most: MOST_REMARKS.to_string() }));
        }
        self.row_count += 1;
        Ok(())
    }

    /// Rows taken for totals that a person stands below are rows without a number.
    fn reject_totals_above(&mut self) {
        self.perhaps_note = None;
        if !self.perhaps_totals.is_empty() {
            self.row_count += self.perhaps_totals.len() as u64;
            self.rejected.append(&mut self.perhaps_totals);
            self.rejected_unknown = true;
        }
    }

    /// Keeps a row that is rejected, where it is known what it is about: another row about the same can't be used either.
    fn keep_faulty(&mut self, row: &RawRow, layout: &Layout, faults: &[Remark]) {
        let is_about =
            |fault: &Remark| K::KIND.about().iter().any(|field| layout.header(*field) == fault.column);
        if layout.matrix.is_none() && !faults.iter().any(is_about) && !repeats_header(row, layout) {
            self.faulty.extend(self.kept.drain(..).map(|kept| (row.line, kept)));
        }
    }

    fn reject(&mut self, row: &RawRow, layout: &Layout, faults: Vec<Remark>) {
        self.rejected.extend(faults);
        let cell = |field| layout.position(field).map_or("", |position| row.cell(position));
        let number = text::clean(cell(ColumnField::EmployeeNumber)).ok();
        let is_spoilt = layout
            .position(ColumnField::EmployeeNumber)
            .is_some_and(|position| row.kind(position) != CellKind::Other);
        let Some(number) = number
            .filter(|number| !number.is_empty() && !is_spoilt && employee_number_fault(number).is_none())
            .filter(|number| names_nobody(number).is_none())
        else {
            // A post that nobody holds names nobody, unless somebody's name stands beside it.
            let is_of_nobody = |field| text::is_blank(cell(field)) || is_vacancy(cell(field));
            let is_vacant = is_vacancy(cell(ColumnField::EmployeeNumber))
                && [ColumnField::LastName, ColumnField::FullName].into_iter().all(is_of_nobody);
            self.rejected_unknown |= !is_vacant;
            return;
        };
        let known = self.shared.known;
        let code = text::clean(cell(ColumnField::Organisation)).ok();
        match code.and_then(|code| self.shared.organisations.index(&code, known)) {
            Some(organisation) => self.rejected_people.push((organisation, number.into_owned())),
            None => self.in_unknown_organisation.push(number.into_owned()),
        }
    }

    pub(super) fn finish(mut self, visited: &Visited) -> Result<FileRead<K>, ImportError> {
        let Some(mut layout) = self.layout.take().map(Arc::unwrap_or_clone) else {
            return Err(match self.search.why_none() {
                Some(reason) => self.refused(&reason),
                None => self.no_header(),
            });
        };
        self.reject_merged(&visited.merged, &layout);
        if self.row_count == 0 {
            return Err(self.refused(&Refusal::NothingBelow { line: layout.line.to_string() }));
        }
        self.settle_places(&mut layout)?;
        self.refuse_other_dates(&layout, visited)?;
        self.warn_of_swapped(&mut layout);
        let OrganisationCodes { codes: organisations, .. } = self.shared.organisations;
        // They may be anybody's of that number in any of the organisations; too many of them, anybody's at all.
        let unknown = self.in_unknown_organisation;
        if organisations.is_empty() || unknown.len().saturating_mul(organisations.len()) > MOST_REMARKS {
            self.rejected_unknown |= !unknown.is_empty();
        } else {
            for number in unknown {
                self.rejected_people
                    .extend(organisations.places().map(|organisation| (organisation, number.clone())));
            }
        }
        let (employee_column, status_column) =
            (layout.own_header(layout.person()), layout.own_header(ColumnField::Status));
        let own_headers = layout.own_headers();
        let absent_columns = layout.absent();
        let headers_to_put_right = self.headers.to_put_right(&layout);
        let matrix = layout.matrix.as_ref().map(|matrix| MatrixRead::of(matrix, &layout.headers));
        let mut warnings = layout.warnings;
        warnings.append(&mut self.shared.warnings);
        warnings.extend(self.perhaps_note);
        let checked = CheckedFile {
            organisations,
            by_address: self.shared.by_address,
            by_username: self.shared.by_username,
            by_name: self.shared.by_name,
            matrix,
            further_sheets: Vec::new(),
            employee_column,
            status_column,
            own_headers,
            skipped: self.skipped.with_cells_of(self.shared.skipped),
            rows: self.rows,
            repeats: 0,
            rejected: self.rejected,
            warnings,
            row_count: self.row_count,
            header_line: layout.line,
            headers: layout.headers,
            headers_to_put_right,
            ignored_columns: layout.ignored,
            absent_columns,
            ends_in_reason: layout.ends_in_reason,
            rejected_people: self.rejected_people,
            rejected_unknown: self.rejected_unknown,
            hash: self.source.hash.clone(),
        };
        Ok(FileRead { checked, memory: self.memory, faulty: self.faulty })
    }

    pub(super) fn refused(&self, reason: &Refusal) -> ImportError {
        ImportError::refused(&self.source.path, reason)
    }

    fn no_header(&self) -> ImportError {
        no_header::explained(self.source, self.shape, &self.options.limits, self.headers)
    }
}
