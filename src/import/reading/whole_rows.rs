//! What only all rows of a file together show: merged cells, a column of places, dates that are none of completions.

use std::collections::HashSet;

use super::pass::ReadingPass;
use super::row_shape::covered;
use crate::import::columns::fields::ColumnField;
use crate::import::columns::layout::Layout;
use crate::import::kinds::imported_kind::ImportedKind;
use crate::import::messages::{Refusal, Warning};
use crate::import::named::organisation_codes::{OrganisationCodes, unknown_organisation};
use crate::import::{ImportError, Remark};
use crate::tabular::{Merged, Visited};

/// As many dates of a matrix that are still to come make one ask whether they are completions, unless they are few beside
/// all: a share of one in so many. A place that is booked, typed into a matrix now and then, is a warning.
const FEWEST_AHEAD: u64 = 3;
const FEW_OF: u64 = 20;
/// How many values are named of a column of organisations.
const MOST_PLACES: usize = 5;

impl<K: ImportedKind> ReadingPass<'_, K> {
    /// Rejects the rows below the header in which a cell that is merged with another would be read as empty: what a person
    /// sees there is the other's value.
    pub(super) fn reject_merged(&mut self, merged: &[Merged], layout: &Layout) {
        let mut covered = covered(merged, layout);
        let before: HashSet<u64> = self.rejected.iter().map(|remark| remark.line).collect();
        let is_row = |line: &u64| {
            self.rows.binary_search_by_key(line, |row| row.0).is_ok()
                || self.says_nothing.binary_search(line).is_ok()
        };
        covered.retain(|line, _| before.contains(line) || is_row(line));
        self.faulty.extend(self.rows.extract_if(.., |(line, _)| covered.contains_key(line)));
        self.rejected_unknown |= !covered.is_empty();
        self.rejected.extend(covered.into_values());
    }

    /// Judges a column of organisations in which nothing known was found at first (spec 3.1).
    pub(super) fn settle_places(&mut self, layout: &mut Layout) -> Result<(), ImportError> {
        let OrganisationCodes { perhaps_places, any_known, .. } = &mut self.shared.organisations;
        let places = std::mem::take(perhaps_places);
        if places.is_empty() {
            return Ok(());
        }
        let known = self.shared.known;
        let column = layout.header(ColumnField::Organisation);
        if *any_known {
            let lines: HashSet<u64> = places.iter().map(|(line, _)| *line).collect();
            self.rows.retain(|(line, _)| !lines.contains(line));
            self.rejected_unknown = true;
            self.rejected.extend(places.into_iter().map(|(line, value)| {
                let reason = unknown_organisation(value.to_string(), known);
                Remark::rejection(line, column.as_str(), value.as_str(), &reason)
            }));
            return Ok(());
        }
        let mut values: Vec<&str> = Vec::new();
        for (_, value) in &places {
            if values.len() < MOST_PLACES && !values.contains(&value.as_str()) {
                values.push(value);
            }
        }
        let values = values.join(", ");
        let others = known.organisations.iter().filter(|code| *code != known.default_organisation);
        if others.count() > 0 {
            let known = known.organisations.join(", ");
            return Err(self.refused(&Refusal::NoKnownOrganisation { column, values, known }));
        }
        layout.ignored.push(column.clone());
        let warning = Warning::Places { column: column.clone(), values };
        layout.warnings.push(Remark::warning(layout.line, column, "", &warning));
        Ok(())
    }

    pub(super) fn warn_of_swapped(&self, layout: &mut Layout) {
        for position in self.shared.swapped.columns() {
            let column = layout.header_at(position);
            let warning = Warning::PerhapsSwapped { column: column.clone() };
            layout.warnings.push(Remark::warning(layout.line, column, "", &warning));
        }
    }

    /// Refuses a matrix of which more than a few dates are still to come, where nobody said what they are: completions are
    /// past. Of expiries many are past as well, once people have lapsed.
    fn refuse_days_ahead(&self) -> Result<(), ImportError> {
        let is_said = self.headers.across.as_ref().is_none_or(|across| across.cells.is_some());
        let (dates, ahead) = self.shared.matrix_dates;
        if !is_said && ahead >= FEWEST_AHEAD && ahead.saturating_mul(FEW_OF) > dates {
            let (dates, ahead) = (dates.to_string(), ahead.to_string());
            return Err(self.refused(&Refusal::ManyAhead { dates, ahead }));
        }
        Ok(())
    }

    /// Refuses a matrix of which a note, the name of its sheet or file, or the dates themselves speak of others than completions.
    pub(super) fn refuse_other_dates(
        &mut self,
        layout: &Layout,
        visited: &Visited,
    ) -> Result<(), ImportError> {
        let Some(matrix) = &layout.matrix else { return Ok(()) };
        if let Some(sheet) = &visited.sheet {
            self.dates_said.see_sheet(&sheet.name);
        }
        if let Some(name) = self.source.path.file_stem().and_then(|name| name.to_str()) {
            self.dates_said.see_file(name);
        }
        let cells = self.headers.across.as_ref().and_then(|across| across.cells);
        let refusal = self.dates_said.refusal(matrix, cells);
        refusal.map_or_else(|| self.refuse_days_ahead(), |reason| Err(self.refused(&reason)))
    }
}
