//! Where each column of a file stands, and what is said of those that are not where they should be.

use std::collections::{BTreeMap, BTreeSet};

use super::aliases::FileKind;
use super::fields::{ColumnField, ColumnNeed, ColumnSpec, names, normalised};
use super::headers::{HeaderMatch, Headers};
use super::matrix::Matrix;
use super::tell_tales;
use crate::import::Remark;
use crate::import::cells::text;
use crate::import::messages::{Refusal, Warning};
use crate::tabular::RawRow;

/// Columns of training records that say whose or what a row is, and nothing that is kept.
const SAYS_HOW: [ColumnField; 5] = [
    ColumnField::Email,
    ColumnField::Part,
    ColumnField::Compliance,
    ColumnField::Proficiency,
    ColumnField::NotCompleted,
];

/// What stands in place of a column.
#[derive(Debug, Clone, Copy)]
enum ColumnSubstitute {
    /// Another column.
    By(ColumnField),
    /// What was given with the file.
    Given,
}

/// Where each field stands in the rows of a file.
#[derive(Debug, Clone)]
pub(in crate::import) struct Layout {
    pub(in crate::import) kind: FileKind,
    /// The line of the header row.
    pub(in crate::import) line: u64,
    /// How many cells the header row has, empty ones at its end included.
    pub(in crate::import) width: usize,
    pub(in crate::import) positions: [Option<usize>; ColumnField::COUNT],
    /// The other columns of a status: what one of them denies is not so, whatever the first says.
    pub(in crate::import) also_status: Vec<usize>,
    /// Those of them that say of a place whether it was taken: one that was given up was not.
    pub(in crate::import) also_place: Vec<usize>,
    /// Every column in which yes says that the training was not completed.
    pub(in crate::import) denials: Vec<usize>,
    /// Further columns of a field that says whether training was completed, when, or until when it holds: what one of them
    /// says is not passed over for another.
    pub(in crate::import) others: Vec<(ColumnField, usize)>,
    /// Whether the last column is the `reason` of rejected rows.
    pub(in crate::import) ends_in_reason: bool,
    /// Whether people who are new get a start date where the file has no column for it.
    pub(in crate::import) start_given: bool,
    pub(in crate::import) headers: Vec<String>,
    pub(in crate::import) ignored: Vec<String>,
    pub(in crate::import) warnings: Vec<Remark>,
    /// Its columns of courses, where the file is a matrix.
    pub(in crate::import) matrix: Option<Matrix>,
}

impl Layout {
    /// The index of the field's column.
    pub(in crate::import) fn position(&self, field: ColumnField) -> Option<usize> {
        self.positions.get(field as usize).copied().flatten()
    }

    /// The header at `position` as it stands in the file.
    pub(in crate::import) fn header_at(&self, position: usize) -> String {
        self.headers.get(position).cloned().unwrap_or_default()
    }

    /// The field's header as it stands in the file; its canonical name where it has none.
    pub(in crate::import) fn header(&self, field: ColumnField) -> String {
        let header = self.position(field).and_then(|position| self.headers.get(position));
        let canonical = self.kind.columns().iter().find(|column| column.field == field);
        header.cloned().or_else(|| canonical.map(|column| column.name.to_owned())).unwrap_or_default()
    }

    /// The field's header as it stands in the file; empty where it has none.
    pub(in crate::import) fn own_header(&self, field: ColumnField) -> String {
        self.position(field).map(|position| self.header_at(position)).unwrap_or_default()
    }

    /// The headers of all fields as they stand in the file, by the fields' canonical names.
    pub(in crate::import) fn own_headers(&self) -> BTreeMap<&'static str, String> {
        // A matrix names people as staff lists do.
        let of_people = FileKind::Staff.columns().iter();
        let columns = self.kind.columns().iter();
        let columns = columns.chain(of_people.filter(|column| self.position(column.field).is_some()));
        columns.map(|column| (column.name, self.own_header(column.field))).collect()
    }

    /// Reads nothing from the field's column.
    pub(in crate::import) fn forget(&mut self, field: ColumnField) {
        self.positions.iter_mut().skip(field as usize).take(1).for_each(|position| *position = None);
    }

    /// Warns where rows are of parts of courses: nobody is done with a course by a part of it.
    fn tell_of_parts(&mut self) {
        if let (Some(_), Some(_)) = (self.position(ColumnField::Part), self.position(ColumnField::Course)) {
            let (part, course) = (self.header(ColumnField::Part), self.header(ColumnField::Course));
            let warning = Warning::Parts { part: part.clone(), course };
            self.warnings.push(Remark::warning(self.line, part, "", &warning));
        }
    }

    /// What stands in place of a required field that has no column; `None` where nothing does.
    fn instead(&self, field: ColumnField) -> Option<ColumnSubstitute> {
        let is_there = |field: &ColumnField| self.position(*field).is_some();
        match (self.kind, field) {
            (FileKind::Staff, ColumnField::LastName) => {
                Some(ColumnField::FullName).filter(is_there).map(ColumnSubstitute::By)
            }
            (FileKind::Staff, ColumnField::StartDate) => self.start_given.then_some(ColumnSubstitute::Given),
            (FileKind::Training, ColumnField::EmployeeNumber) => [ColumnField::Email, ColumnField::Username]
                .into_iter()
                .find(is_there)
                .map(ColumnSubstitute::By),
            (FileKind::Training, ColumnField::Course) => {
                Some(ColumnField::Part).filter(is_there).map(ColumnSubstitute::By)
            }
            _ => None,
        }
    }

    /// The indices of the columns that are read.
    pub(in crate::import) fn read_positions(&self) -> impl Iterator<Item = usize> {
        let of_matrix = self.matrix.iter().flat_map(|matrix| matrix.positions().chain(matrix.of_statuses()));
        self.positions.iter().copied().flatten().chain(of_matrix)
    }

    /// The required fields, with what stands in their place. A matrix requires a person of each row.
    pub(in crate::import) fn required(&self) -> impl Iterator<Item = ColumnField> {
        let of_matrix = self.matrix.as_ref().map(|_| self.person());
        of_matrix.into_iter().chain(self.required_columns().filter(move |_| of_matrix.is_none()))
    }

    fn required_columns(&self) -> impl Iterator<Item = ColumnField> {
        let required = self.kind.columns().iter().filter(|column| column.need == ColumnNeed::Required);
        required.filter_map(|column| match self.instead(column.field) {
            Some(_) if self.position(column.field).is_some() => Some(column.field),
            Some(ColumnSubstitute::By(other)) => Some(other),
            Some(ColumnSubstitute::Given) => None,
            None => Some(column.field),
        })
    }

    /// The field by which rows name people, where they do.
    pub(in crate::import) fn person(&self) -> ColumnField {
        if let Some(first) = self.matrix.as_ref().and_then(|matrix| matrix.who.first()) {
            return *first;
        }
        match self.instead(ColumnField::EmployeeNumber) {
            Some(ColumnSubstitute::By(other)) if self.position(ColumnField::EmployeeNumber).is_none() => {
                other
            }
            _ => ColumnField::EmployeeNumber,
        }
    }

    /// Canonical names of the columns that the file does not have, but for those it can't be without.
    pub(in crate::import) fn absent(&self) -> Vec<&'static str> {
        let by_full_name = self.position(ColumnField::FullName).is_some();
        let absent = |column: &&ColumnSpec| {
            self.position(column.field).is_none()
                && (column.need == ColumnNeed::Optional || column.field == ColumnField::StartDate)
                && !(by_full_name && column.field == ColumnField::FirstName)
                && !(column.field == ColumnField::FullName || column.field == ColumnField::Username)
                && !(self.kind == FileKind::Training && SAYS_HOW.contains(&column.field))
                && !(column.field == ColumnField::ExpiresOn
                    && self.matrix.as_ref().is_some_and(Matrix::has_expiries))
        };
        self.kind.columns().iter().filter(absent).map(|column| column.name).collect()
    }

    /// Lists the columns that say nothing here, and warns of those passed over for another of the same meaning.
    pub(in crate::import) fn list_unused(&mut self, headers: &Headers, rejection: Option<usize>) {
        for (index, header) in self.headers.iter().enumerate() {
            if header.is_empty() || rejection == Some(index) {
                continue;
            }
            let Some(&(field, naming)) = headers.known.get(&normalised(header)) else {
                self.ignored.push(header.clone());
                continue;
            };
            let used = self.position(field);
            if self.positions.contains(&Some(index)) {
                continue;
            }
            let is_read_too = self.others.iter().any(|(_, at)| *at == index);
            if is_read_too || self.also_place.contains(&index) || self.denials.contains(&index) {
                continue;
            }
            if !self.also_status.contains(&index) {
                self.ignored.push(header.clone());
            }
            if used.is_none() {
                continue;
            }
            let taken = used.and_then(|used| self.headers.get(used)).map_or("", String::as_str);
            let says_it_better = headers
                .known
                .get(&normalised(taken))
                .is_some_and(|known| known.1 == HeaderMatch::Canonical || known.0 != field);
            if !says_it_better && naming != HeaderMatch::Canonical {
                let warning = Warning::SameMeaning { taken: taken.into(), passed: header.clone() };
                self.warnings.push(Remark::warning(self.line, header, "", &warning));
            }
        }
    }

    /// Warns of columns that the map names and the file does not have.
    pub(in crate::import) fn warn_of_unmapped(&mut self, headers: &Headers) {
        let mapped = headers.known.values().filter(|(_, naming)| *naming == HeaderMatch::Mapped);
        let missing: BTreeSet<ColumnField> =
            mapped.map(|(field, _)| *field).filter(|field| self.position(*field).is_none()).collect();
        for field in missing {
            let warning = Warning::NoSuchMapped { name: headers.name(field).into() };
            self.warnings.push(Remark::warning(self.line, "", "", &warning));
        }
    }

    /// Warns of columns that are not used and may be misspelt ones, where there is no other for what they say, and of those
    /// that speak of what decides.
    pub(in crate::import) fn warn_of_unused(&mut self, headers: &Headers) {
        for header in &self.ignored {
            let misspelt = headers.misspelt(header).filter(|field| self.position(*field).is_none());
            let is_unknown = !headers.known.contains_key(&normalised(header)) && !headers.is_left_out(header);
            let warning = match misspelt {
                Some(field) => Some(Warning::PerhapsMisspelt { name: headers.name(field).into() }),
                None if is_unknown => tell_tales::warning(self.kind, header),
                None => None,
            };
            self.warnings.extend(warning.map(|warning| Remark::warning(self.line, header, "", &warning)));
        }
    }

    pub(in crate::import) fn refuse_missing(&self, headers: &Headers) -> Result<(), Refusal> {
        let missing: Vec<&ColumnSpec> = self
            .kind
            .columns()
            .iter()
            .filter(|column| column.need == ColumnNeed::Required && self.position(column.field).is_none())
            .filter(|column| self.instead(column.field).is_none())
            .collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let misspelt = self.ignored.iter().find_map(|header| {
            let field = headers.perhaps(header)?;
            let column = missing.iter().find(|column| column.field == field)?;
            Some(format!(" (is {header} meant for {}?)", column.name))
        });
        if first.field == ColumnField::StartDate && missing.len() == 1 && misspelt.is_none() {
            return Err(Refusal::NoStartDate { line: self.line.to_string() });
        }
        let courses = headers.lacking_courses(&self.headers);
        let example = misspelt.or_else(|| {
            first.aliases.first().map(|alias| format!(" ({} may also be called {alias})", first.name))
        });
        Err(Refusal::MissingColumns {
            line: self.line.to_string(),
            names: names(missing.into_iter()),
            example: example.unwrap_or_default() + &courses,
        })
    }
}

impl Headers {
    /// Reads the header row.
    ///
    /// # Errors
    /// Says which header stands twice or which required column is missing.
    pub(in crate::import) fn layout(&self, row: &RawRow) -> Result<Layout, Refusal> {
        let mut headers: Vec<String> =
            row.cells().map(|cell| text::clean(cell).unwrap_or_default().into_owned()).collect();
        while headers.last().is_some_and(String::is_empty) {
            headers.pop();
        }
        let rejection = self.rejection_column(&headers);
        let is_read = |header: &str| self.known.contains_key(&normalised(header));
        let of_file = headers.len() - usize::from(rejection.is_some());
        self.refuse_repeated(headers.get(..of_file).unwrap_or_default(), is_read, row.line)?;
        let mut layout = Layout {
            kind: self.kind,
            line: row.line,
            width: row.len(),
            positions: [None; ColumnField::COUNT],
            also_status: Vec::new(),
            also_place: Vec::new(),
            denials: Vec::new(),
            others: Vec::new(),
            ends_in_reason: rejection.is_some(),
            start_given: self.start_given,
            ignored: Vec::new(),
            warnings: Vec::new(),
            headers,
            matrix: None,
        };
        let mut chosen: [Option<HeaderMatch>; ColumnField::COUNT] = [None; ColumnField::COUNT];
        for (index, header) in layout.headers.iter().enumerate() {
            let known = self.known.get(&normalised(header)).filter(|_| rejection != Some(index));
            let Some(&(field, naming)) = known else { continue };
            let (Some(slot), Some(position)) =
                (chosen.get_mut(field as usize), layout.positions.get_mut(field as usize))
            else {
                continue;
            };
            if slot.is_none_or(|before| naming < before) {
                *slot = Some(naming);
                *position = Some(index);
            }
        }
        let has_levels = ColumnField::ORG_LEVELS.iter().any(|&level| layout.position(level).is_some());
        if has_levels && chosen.get(ColumnField::Unit as usize) == Some(&Some(HeaderMatch::Weak)) {
            layout.forget(ColumnField::Unit);
        }
        let of_course = chosen.get(ColumnField::Course as usize).copied().flatten();
        if matches!(of_course, Some(HeaderMatch::Mapped | HeaderMatch::Configured)) {
            // Somebody has said what names the course.
            layout.forget(ColumnField::Part);
        }
        layout.read_module_as_part(self, rejection);
        layout.read_completed_as_status();
        layout.find_other_statuses(self);
        layout.find_denials(self, rejection);
        layout.find_others(self, rejection);
        layout.tell_of_parts();
        layout.list_unused(self, rejection);
        layout.refuse_missing(self)?;
        layout.refuse_no_exemptions(self, rejection)?;
        layout.warn_of_all_courses();
        layout.warn_of_unused(self);
        layout.warn_of_unmapped(self);
        Ok(layout)
    }

    /// The `reason` column that this program added to a file of rejected rows: the last, and not the kind's own.
    fn rejection_column(&self, headers: &[String]) -> Option<usize> {
        let last = headers.len().checked_sub(1)?;
        let is_reason = |header: &String| normalised(header) == "reason";
        let own = self.known.contains_key("reason");
        let another = headers.iter().take(last).any(is_reason);
        (headers.last().is_some_and(is_reason) && (!own || another)).then_some(last)
    }

    /// Refuses a header that stands twice, of those that are read.
    pub(in crate::import) fn refuse_repeated(
        &self,
        headers: &[String],
        is_read: impl Fn(&str) -> bool,
        line: u64,
    ) -> Result<(), Refusal> {
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for header in headers {
            let key = normalised(header);
            if key.is_empty() || !is_read(header) {
                continue;
            }
            if let Some(first) = seen.insert(key, header) {
                let (line, header) = (line.to_string(), header.clone());
                return Err(if first == header {
                    Refusal::RepeatedHeader { line, header }
                } else {
                    Refusal::RepeatedHeaderAs { line, header, first: first.into() }
                });
            }
        }
        Ok(())
    }
}
