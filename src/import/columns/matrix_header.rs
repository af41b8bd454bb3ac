//! The header of a matrix (spec 3.2), of one row or two: finding it, and what each column says.

use super::across::Named;
use super::aliases::FileKind;
use super::fields::{ColumnField, normalised};
use super::headers::Headers;
use super::labels::{CellsSay, bare_label, is_bare_plan};
use super::layout::Layout;
use super::matrix::{Matrix, MatrixColumn, is_word};
use super::matrix_statuses::StatusHeader;
use super::tell_tales;
use crate::import::Remark;
use crate::import::cells::text;
use crate::import::messages::{Refusal, Warning};
use crate::tabular::RawRow;

/// A matrix has at least this many headers that are courses.
const FEWEST_COURSES: usize = 2;

/// What the headers of a row say, where they may be those of a matrix.
#[derive(Default)]
struct Found {
    who: Vec<(ColumnField, usize)>,
    organisation: Option<usize>,
    courses: Vec<(usize, Named)>,
    statuses: Vec<StatusHeader>,
}

impl Headers {
    /// The layout of the matrix whose header ends with the row: it alone, or the second row of two. `None` where it is no
    /// such header.
    ///
    /// # Errors
    /// Says why nothing could be read below it.
    pub(in crate::import) fn matrix(
        &self,
        above: Option<&RawRow>,
        row: &RawRow,
    ) -> Result<Option<Layout>, Refusal> {
        let own = texts(row);
        let above = above.map(texts);
        let first = self.find(&own).and_then(|found| found.courses.first().map(|(at, _)| *at));
        let is_labelled =
            above.as_ref().zip(first).is_some_and(|(above, first)| self.is_labelled(above, first));
        let both = above.map(|above| self.joined(&above, &own));
        let mut readings = [(Some(own), true), (both, false)];
        if is_labelled {
            readings.reverse();
        }
        for (headers, may_go_on) in readings {
            let Some(headers) = headers else { continue };
            if let Some(found) = self.find(&headers).filter(Found::is_matrix) {
                return self.matrix_layout(row, headers, found, may_go_on).map(Some);
            }
        }
        Ok(None)
    }

    /// The layout where the row, the first below the header, is its second row: it names nobody, and has words under the
    /// courses. `None` where it is not.
    ///
    /// # Errors
    /// Says why nothing could be read below it.
    pub(in crate::import) fn matrix_goes_on(
        &self,
        layout: &Layout,
        row: &RawRow,
    ) -> Result<Option<Layout>, Refusal> {
        let Some(matrix) = layout.matrix.as_ref().filter(|matrix| matrix.may_go_on) else { return Ok(None) };
        let cell = |position: usize| row.cell(position);
        let first = matrix.columns.iter().map(|column| column.position).min().unwrap_or_default();
        let names_nobody =
            matrix.who.iter().all(|field| layout.position(*field).is_none_or(|at| text::is_blank(cell(at))));
        let filled: Vec<usize> = (0..row.len()).filter(|&at| !text::is_blank(cell(at))).collect();
        let are_words = filled.iter().all(|&at| at >= first && is_word(cell(at)));
        if !names_nobody || filled.is_empty() || !are_words {
            return Ok(None);
        }
        let headers = self.joined(&layout.headers, &texts(row));
        let Some(found) = self.find(&headers) else { return Ok(None) };
        if found.courses.is_empty() {
            let filled: Vec<&str> = filled.iter().map(|&at| cell(at)).collect();
            return Err(Refusal::SecondHeader { line: row.line.to_string(), words: filled.join(", ") });
        }
        let mut made = self.matrix_layout(row, headers, found, false)?;
        for column in &matrix.columns {
            let is_read = made.matrix.iter().flat_map(Matrix::positions).any(|at| at == column.position);
            let header = made.headers.get(column.position).cloned().unwrap_or_default();
            if !is_read && self.across.as_ref().is_some_and(|across| across.named(&header).is_none()) {
                let warning = Warning::SecondHeader { header: header.clone() };
                made.warnings.push(Remark::warning(row.line, header, "", &warning));
            }
        }
        Ok(Some(made))
    }

    /// How many of the row's headers are courses, where it names a person, too; 0 otherwise.
    pub(in crate::import) fn courses_in(&self, row: &RawRow) -> usize {
        let found = self.across.as_ref().and_then(|_| self.find(&texts(row)));
        found.filter(|found| !found.who.is_empty()).map_or(0, |found| found.courses.len())
    }

    /// Whether the row names a person and as many courses as a matrix has.
    pub(in crate::import) fn is_matrix(&self, row: &RawRow) -> bool {
        self.courses_in(row) >= FEWEST_COURSES
    }

    /// What a header that names a person lacks to be a matrix's, in words; empty where it is of another kind.
    pub(in crate::import) fn lacking_courses(&self, headers: &[String]) -> String {
        let Some(across) = &self.across else { return String::new() };
        let Some(found) = self.find(headers).filter(|found| !found.who.is_empty()) else {
            return String::new();
        };
        let named: Vec<&str> =
            found.courses.iter().filter_map(|(at, _)| headers.get(*at)).map(String::as_str).collect();
        let near = headers.iter().find_map(|header| Some((header, across.near(header)?)));
        let meant = near.map_or(String::new(), |(header, near)| format!("; is {header} meant for {near}?"));
        let named = if named.is_empty() { "none".to_owned() } else { named.join(", ") };
        format!(
            " (a matrix has at least {FEWEST_COURSES} courses of the policy in its header, and here are {named}{meant})"
        )
    }

    /// The headers as a file of rejected rows has them: where it was said with the file that dates are expiries, they say
    /// so.
    pub(in crate::import) fn to_put_right(&self, layout: &Layout) -> Vec<String> {
        let mut headers = layout.headers.clone();
        let columns = layout.matrix.iter().flat_map(|matrix| &matrix.columns);
        for column in columns.filter(|column| column.says == CellsSay::Expires) {
            if let (Some(header), Some(across)) = (headers.get_mut(column.position), &self.across) {
                *header = across.of_expiries(header);
            }
        }
        headers
    }

    fn find(&self, headers: &[String]) -> Option<Found> {
        let across = self.across.as_ref()?;
        let field = |header: &String| self.person_field(header);
        let mut found = Found::default();
        for (at, header) in headers.iter().enumerate() {
            match field(header) {
                Some(ColumnField::Organisation) => found.organisation = found.organisation.or(Some(at)),
                Some(field) => found.who.push((field, at)),
                None if self.is_left_out(header) => {}
                None => {
                    let named =
                        across.named(header).or_else(|| self.of_the_left(&found.courses, headers, at));
                    match named {
                        Some(named) => found.courses.push((at, named)),
                        None => found.statuses.extend(self.status_header(across, header, at)),
                    }
                }
            }
        }
        let has = |field: ColumnField| found.who.iter().any(|(known, _)| *known == field);
        // A last name alone is many people's.
        if !has(ColumnField::FirstName) {
            found.who.retain(|(field, _)| *field != ColumnField::LastName);
        }
        let only_first = !found.who.iter().any(|(field, _)| *field != ColumnField::FirstName);
        if only_first {
            found.who.clear();
        }
        let names = |field: ColumnField| headers.iter().any(|header| self.is(header, field));
        let is_ordinary = names(ColumnField::Course) && names(ColumnField::CompletedOn);
        (!is_ordinary).then_some(found)
    }

    /// What a header says that is a label of expiries alone: it is of the course to its left.
    fn of_the_left(&self, courses: &[(usize, Named)], headers: &[String], at: usize) -> Option<Named> {
        let (left, course) = courses.last().map(|(left, named)| (*left, named.course))?;
        let mut between = headers.get(left + 1..=at).unwrap_or_default().iter();
        let is_expiry = headers.get(at).and_then(|header| bare_label(header)) == Some(CellsSay::Expires);
        (is_expiry && between.all(|header| self.is_label(header))).then_some(Named {
            course,
            label: Some(CellsSay::Expires),
            is_alone: false,
        })
    }

    /// The field by which a header of a matrix says whose a row is; `None` for any other.
    pub(super) fn person_field(&self, header: &str) -> Option<ColumnField> {
        let key = normalised(header);
        let known = self.known.get(&key).map(|known| known.0);
        let of_rows = [
            ColumnField::EmployeeNumber,
            ColumnField::Email,
            ColumnField::Username,
            ColumnField::Organisation,
        ];
        known.filter(|field| of_rows.contains(field)).or_else(|| self.names.get(&key).copied())
    }

    pub(super) fn names_course(&self, header: &str) -> bool {
        self.across.as_ref().is_some_and(|across| {
            across.named(header).is_some()
                || self.status_header(across, header, 0).is_some_and(|of| of.is_named())
        })
    }

    fn is(&self, header: &str, field: ColumnField) -> bool {
        self.known.get(&normalised(header)).is_some_and(|known| known.0 == field)
    }

    fn matrix_layout(
        &self,
        row: &RawRow,
        mut headers: Vec<String>,
        found: Found,
        may_go_on: bool,
    ) -> Result<Layout, Refusal> {
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        let line = row.line;
        self.refuse_repeated(&headers, |header| self.person_field(header).is_some(), line)?;
        let columns = self.matrix_columns(&headers, &found.courses, line)?;
        let mut layout = Layout {
            kind: FileKind::Training,
            line,
            width: row.len().max(headers.len()),
            positions: [None; ColumnField::COUNT],
            also_status: Vec::new(),
            also_place: Vec::new(),
            denials: Vec::new(),
            others: Vec::new(),
            ends_in_reason: headers.last().is_some_and(|header| normalised(header) == "reason"),
            start_given: false,
            ignored: Vec::new(),
            warnings: Vec::new(),
            headers,
            matrix: None,
        };
        let of_rows =
            found.who.iter().copied().chain(found.organisation.map(|at| (ColumnField::Organisation, at)));
        for (field, at) in of_rows {
            if let Some(position @ None) = layout.positions.get_mut(field as usize) {
                *position = Some(at);
            }
        }
        let who = Matrix::WHO.into_iter().filter(|field| layout.position(*field).is_some()).collect();
        let is_course =
            |at: usize| found.courses.iter().find(|(of, _)| *of == at).map(|(_, named)| named.course);
        let statuses = self.matrix_statuses(&layout, &found.statuses, is_course)?;
        let says_completed = columns.iter().all(|column| {
            let named = found.courses.iter().find(|(at, _)| *at == column.position);
            named.is_some_and(|(_, named)| named.label == Some(CellsSay::Completed))
        });
        let matrix = Matrix { columns, statuses, says_completed, who, may_go_on };
        self.list_unread(&mut layout, &matrix, &found.courses);
        layout.matrix = Some(matrix);
        Ok(layout)
    }

    /// The columns that are read: a course's completions, with its expiries beside them where both are there.
    fn matrix_columns(
        &self,
        headers: &[String],
        courses: &[(usize, Named)],
        line: u64,
    ) -> Result<Vec<MatrixColumn>, Refusal> {
        let cells = self.across.as_ref().and_then(|across| across.cells);
        let unlabelled = cells.unwrap_or(CellsSay::Completed);
        let header = |at: usize| headers.get(at).cloned().unwrap_or_default();
        let mut columns: Vec<MatrixColumn> = Vec::new();
        for &(position, Named { course, label, .. }) in courses {
            // Beside its own expiries a course's dates are of its completions, whatever was said of the file's.
            let has_expiries =
                courses.iter().any(|(_, of)| of.course == course && of.label == Some(CellsSay::Expires));
            let says = label.unwrap_or(if has_expiries { CellsSay::Completed } else { unlabelled });
            if let Some(first) = columns.iter().find(|column| column.course == course && column.says == says)
            {
                let (header, first) = (header(position), header(first.position));
                return Err(Refusal::RepeatedHeaderAs { line: line.to_string(), header, first });
            }
            columns.push(MatrixColumn { position, course, says, expiry: None });
        }
        let expiries: Vec<MatrixColumn> =
            columns.iter().copied().filter(|column| column.says == CellsSay::Expires).collect();
        let completions = columns.iter_mut().filter(|column| column.says == CellsSay::Completed);
        let mut joined = Vec::new();
        for column in completions {
            let beside = expiries.iter().find(|expiry| expiry.course == column.course);
            column.expiry = beside.map(|expiry| expiry.position);
            joined.extend(column.expiry);
        }
        let is_asked = |position: usize| {
            cells == Some(CellsSay::Expires)
                || courses.iter().any(|&(at, named)| at == position && named.is_alone)
        };
        columns.retain(|column| {
            let is_joined = joined.contains(&column.position);
            column.says == CellsSay::Completed || (is_asked(column.position) && !is_joined)
        });
        match expiries.first() {
            Some(expiry) if columns.is_empty() => {
                let (line, expiry) = (line.to_string(), header(expiry.position));
                Err(match headers.iter().find(|header| self.may_be_completions(header)) {
                    Some(other) => Refusal::ExpiriesBeside { line, header: expiry, other: other.clone() },
                    None => Refusal::OnlyExpiries { line, header: expiry },
                })
            }
            _ => Ok(columns),
        }
    }

    /// Whether a header names a course with words that are not understood, below which days of completion may stand.
    fn may_be_completions(&self, header: &str) -> bool {
        let Some(across) = &self.across else { return false };
        across.named(header).is_none()
            && across.names_besides(header)
            && !across.is_planned(header)
            && !self.names_course(header)
    }

    /// Lists the columns that nothing is read from, and warns of those that somebody may take for read.
    fn list_unread(&self, layout: &mut Layout, matrix: &Matrix, courses: &[(usize, Named)]) {
        let Some(across) = &self.across else { return };
        let mut warnings = Vec::new();
        for (at, header) in layout.headers.iter().enumerate() {
            let is_read = layout.positions.contains(&Some(at))
                || matrix.positions().chain(matrix.of_statuses()).any(|read| read == at);
            let is_reason = layout.ends_in_reason && at + 1 == layout.headers.len();
            if header.is_empty() || is_read || is_reason {
                continue;
            }
            layout.ignored.push(header.clone());
            let warning = if courses.iter().any(|(course, _)| *course == at) {
                Some(Warning::ExpiriesUnread { header: header.clone() })
            } else if self.is_left_out(header) {
                None
            } else if bare_label(header) == Some(CellsSay::Expires) && is_first(layout, at) {
                Some(Warning::ExpiriesOfNone { header: header.clone() })
            } else if is_bare_plan(header) || across.is_planned(header) {
                Some(Warning::Planned { header: header.clone() })
            } else if let Some(near) = across.near(header) {
                Some(Warning::PerhapsCourse { near })
            } else {
                tell_tales::warning(FileKind::Training, header)
            };
            warnings.extend(warning.map(|warning| Remark::warning(layout.line, header, "", &warning)));
        }
        layout.warnings.append(&mut warnings);
    }
}

impl Found {
    fn is_matrix(&self) -> bool {
        !self.who.is_empty() && self.courses.len() >= FEWEST_COURSES
    }
}

/// Whether no column stands to the left of this one but those that say whose a row is.
fn is_first(layout: &Layout, at: usize) -> bool {
    (0..at).all(|left| layout.header_at(left).is_empty() || layout.positions.contains(&Some(left)))
}

fn texts(row: &RawRow) -> Vec<String> {
    row.cells().map(|cell| text::clean(cell).unwrap_or_default().into_owned()).collect()
}
