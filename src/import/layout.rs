//! Where each column of a file stands, and what is said of those that are not where they should be.

use std::collections::BTreeSet;

use super::Remark;
use super::aliases::FileKind;
use super::columns::{HeaderMatch, Headers, names, normalised};
use super::fields::{ColumnField, ColumnNeed, ColumnSpec};
use super::matrix::Matrix;
use super::messages::{Refusal, Warning};

/// What stands in place of a column.
#[derive(Debug, Clone, Copy)]
enum ColumnSubstitute {
    /// Another column.
    By(ColumnField),
    /// What was given with the file.
    Given,
}

/// Where each field stands in the rows of a file.
#[derive(Debug)]
pub(super) struct Layout {
    pub(super) kind: FileKind,
    /// The line of the header row.
    pub(super) line: u64,
    /// How many cells the header row has, empty ones at its end included.
    pub(super) width: usize,
    pub(super) positions: [Option<usize>; ColumnField::COUNT],
    /// Whether the last column is the `reason` of rejected rows.
    pub(super) ends_in_reason: bool,
    /// Whether people who are new get a start date where the file has no column for it.
    pub(super) start_given: bool,
    pub(super) headers: Vec<String>,
    pub(super) ignored: Vec<String>,
    pub(super) warnings: Vec<Remark>,
    /// Its columns of courses, where the file is a matrix.
    pub(super) matrix: Option<Matrix>,
}

impl Layout {
    /// The index of the field's column.
    pub(super) fn position(&self, field: ColumnField) -> Option<usize> {
        self.positions.get(field as usize).copied().flatten()
    }

    /// The header at `position` as it stands in the file.
    pub(super) fn header_at(&self, position: usize) -> String {
        self.headers.get(position).cloned().unwrap_or_default()
    }

    /// The field's header as it stands in the file; its canonical name where it has none.
    pub(super) fn header(&self, field: ColumnField) -> String {
        let header = self.position(field).and_then(|position| self.headers.get(position));
        let canonical = self.kind.columns().iter().find(|column| column.field == field);
        header.cloned().or_else(|| canonical.map(|column| column.name.to_owned())).unwrap_or_default()
    }

    /// Reads nothing from the field's column.
    pub(super) fn forget(&mut self, field: ColumnField) {
        self.positions.iter_mut().skip(field as usize).take(1).for_each(|position| *position = None);
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
            _ => None,
        }
    }

    /// The indices of the columns that are read.
    pub(super) fn read_positions(&self) -> impl Iterator<Item = usize> {
        self.positions.iter().copied().flatten().chain(self.matrix.iter().flat_map(Matrix::positions))
    }

    /// The required fields, with what stands in their place. A matrix requires a person of each row.
    pub(super) fn required(&self) -> impl Iterator<Item = ColumnField> {
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
    pub(super) fn person(&self) -> ColumnField {
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
    pub(super) fn absent(&self) -> Vec<&'static str> {
        let by_full_name = self.position(ColumnField::FullName).is_some();
        let absent = |column: &&ColumnSpec| {
            self.position(column.field).is_none()
                && (column.need == ColumnNeed::Optional || column.field == ColumnField::StartDate)
                && !(by_full_name && column.field == ColumnField::FirstName)
                && !(column.field == ColumnField::FullName || column.field == ColumnField::Username)
                && !(self.kind == FileKind::Training && column.field == ColumnField::Email)
                && !(column.field == ColumnField::ExpiresOn
                    && self.matrix.as_ref().is_some_and(Matrix::has_expiries))
        };
        self.kind.columns().iter().filter(absent).map(|column| column.name).collect()
    }

    /// Lists the columns that say nothing here, and warns of those passed over for another of the same meaning.
    pub(super) fn list_unused(&mut self, headers: &Headers, rejection: Option<usize>) {
        for (index, header) in self.headers.iter().enumerate() {
            if header.is_empty() || rejection == Some(index) {
                continue;
            }
            let Some(&(field, naming)) = headers.known.get(&normalised(header)) else {
                self.ignored.push(header.clone());
                continue;
            };
            let used = self.position(field);
            if used == Some(index) {
                continue;
            }
            self.ignored.push(header.clone());
            if used.is_none() {
                continue;
            }
            let taken = used.and_then(|used| self.headers.get(used)).map_or("", String::as_str);
            let canonical =
                headers.known.get(&normalised(taken)).is_some_and(|known| known.1 == HeaderMatch::Canonical);
            if !canonical && naming != HeaderMatch::Canonical {
                let warning = Warning::SameMeaning { taken: taken.into(), passed: header.clone() };
                self.warnings.push(Remark::warning(self.line, header, "", &warning));
            }
        }
    }

    /// Warns of columns that the map names and the file does not have.
    pub(super) fn warn_of_unmapped(&mut self, headers: &Headers) {
        let mapped = headers.known.values().filter(|(_, naming)| *naming == HeaderMatch::Mapped);
        let missing: BTreeSet<ColumnField> =
            mapped.map(|(field, _)| *field).filter(|field| self.position(*field).is_none()).collect();
        for field in missing {
            let warning = Warning::NoSuchMapped { name: headers.name(field).into() };
            self.warnings.push(Remark::warning(self.line, "", "", &warning));
        }
    }

    /// Warns of columns that are not used and may be misspelt ones, where there is no other for what they say.
    pub(super) fn warn_of_misspelt(&mut self, headers: &Headers) {
        for header in &self.ignored {
            if let Some(field) = headers.misspelt(header)
                && self.position(field).is_none()
            {
                let warning = Warning::PerhapsMisspelt { name: headers.name(field).into() };
                self.warnings.push(Remark::warning(self.line, header, "", &warning));
            }
        }
    }

    pub(super) fn refuse_missing(&self, headers: &Headers) -> Result<(), Refusal> {
        let missing: Vec<&ColumnSpec> = self
            .kind
            .columns()
            .iter()
            .filter(|column| column.need == ColumnNeed::Required && self.position(column.field).is_none())
            .filter(|column| self.instead(column.field).is_none())
            .collect();
        let Some(first) = missing.first() else { return Ok(()) };
        let misspelt = self.ignored.iter().find_map(|header| {
            let field = headers.misspelt(header)?;
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
