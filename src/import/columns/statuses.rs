//! The columns of a status, of which a file may have several: what one of them denies is not so.

use super::aliases::FileKind;
use super::fields::{ColumnField, is_share, normalised};
use super::headers::{HeaderMatch, Headers, PLACE_STATUSES};
use super::layout::Layout;
use super::training_headers::{COMPLETED, MODULE_NAMES, PLACES_TAKEN};
use crate::import::Remark;
use crate::import::messages::Warning;

/// What decides whether somebody is trained, where one column alone is read of each.
const DECIDING: [ColumnField; 4] =
    [ColumnField::Compliance, ColumnField::Proficiency, ColumnField::CompletedOn, ColumnField::ExpiresOn];

impl Layout {
    /// Takes a column `Completed` beside the day of completion for yes or no, which says more than how far somebody is.
    pub(super) fn read_completed_as_status(&mut self) {
        let completed = self.headers.iter().position(|header| normalised(header) == normalised(COMPLETED));
        let day = self.position(ColumnField::CompletedOn);
        let status = self.header(ColumnField::Status);
        let has_better =
            self.position(ColumnField::Status).is_some() && !is_share(&status) && !self.is_of_place(&status);
        if self.kind == FileKind::Training
            && day.is_some()
            && completed.is_some()
            && completed != day
            && !has_better
            && let Some(status) = self.positions.get_mut(ColumnField::Status as usize)
        {
            *status = completed;
        }
    }

    /// Finds the columns of a status besides the one that is read. One of the training is read before one of the place.
    pub(super) fn find_other_statuses(&mut self, headers: &Headers) {
        let Some(mut read) = self.position(ColumnField::Status) else { return };
        let day = self.position(ColumnField::CompletedOn);
        let is_status = |header: &str| {
            let key = normalised(header);
            let field = headers.known.get(&key).map(|known| known.0);
            // Beside the day of completion it says yes or no.
            let is_yes_or_no = self.kind == FileKind::Training && key == normalised(COMPLETED);
            field == Some(ColumnField::Status) || (is_yes_or_no && field == Some(ColumnField::CompletedOn))
        };
        let all = self.headers.iter().enumerate();
        let all = all.filter(|(at, header)| Some(*at) != day && is_status(header));
        let (of_place, of_training): (Vec<_>, Vec<_>) = all.partition(|(_, header)| self.is_of_place(header));
        if of_place.iter().any(|(at, _)| *at == read) {
            read = of_training.first().map_or(read, |(at, _)| *at);
        }
        // A course may be done before all of it is: a yes says more than a share.
        let yes_or_no = normalised(&self.header_at(read)) == normalised(COMPLETED);
        let also = |columns: Vec<(usize, &String)>| {
            let others =
                columns.into_iter().filter(|(at, header)| *at != read && !(yes_or_no && is_share(header)));
            others.map(|(at, _)| at).collect::<Vec<usize>>()
        };
        (self.also_status, self.also_place) = (also(of_training), also(of_place));
        if let Some(position) = self.positions.get_mut(ColumnField::Status as usize) {
            *position = Some(read);
        }
    }

    /// Whether a header of training records is of the status of a booked place.
    fn is_of_place(&self, header: &str) -> bool {
        let key = normalised(header);
        self.kind == FileKind::Training && PLACE_STATUSES.iter().any(|known| normalised(known) == key)
    }

    /// Finds the columns in which yes denies a completion, or a place.
    pub(super) fn find_denials(&mut self, headers: &Headers, rejection: Option<usize>) {
        // Who has completed it is enrolled, too: that says nothing beside how it went.
        let has_status = self.position(ColumnField::Status).is_some();
        let cancelled = self.position(ColumnField::Cancelled);
        let denies = |at: usize, header: &str| {
            let key = normalised(header);
            match headers.known.get(&key).map(|known| known.0) {
                Some(ColumnField::NotCompleted) => !(has_status && is_place_taken(header)),
                Some(ColumnField::Cancelled) => cancelled != Some(at),
                _ => false,
            }
        };
        let found = self.headers.iter().enumerate().filter(|(at, header)| denies(*at, header));
        self.denials = found.map(|(at, _)| at).filter(|at| rejection != Some(*at)).collect();
    }

    /// Whether the column says of a place that it is taken, and may say since when.
    pub(in crate::import) fn is_of_place_taken(&self, position: usize) -> bool {
        is_place_taken(&self.header_at(position))
    }

    /// Finds the further columns of what decides, and says how they are read.
    pub(super) fn find_others(&mut self, headers: &Headers, rejection: Option<usize>) {
        if self.kind != FileKind::Training {
            return;
        }
        let named = |at: usize| {
            let known = headers.known.get(&normalised(self.headers.get(at)?)).copied();
            known.filter(|(_, naming)| *naming != HeaderMatch::Weak && rejection != Some(at))
        };
        let mut others = Vec::new();
        for field in DECIDING {
            let Some(taken) = self.position(field) else { continue };
            // The day that the canonical name says is not asked about again.
            let is_canonical = named(taken).is_some_and(|(_, naming)| naming == HeaderMatch::Canonical);
            if field == ColumnField::CompletedOn && is_canonical {
                continue;
            }
            let further = (0..self.headers.len()).filter(|at| *at != taken);
            others.extend(
                further.filter(|at| named(*at).is_some_and(|known| known.0 == field)).map(|at| (field, at)),
            );
        }
        for (field, at) in &others {
            let (taken, passed) = (self.header(*field), self.header_at(*at));
            let warning = match field {
                ColumnField::CompletedOn => Warning::SeveralDays { taken, passed: passed.clone() },
                ColumnField::ExpiresOn => Warning::SeveralExpiries { taken, passed: passed.clone() },
                _ => continue,
            };
            self.warnings.push(Remark::warning(self.line, passed, "", &warning));
        }
        self.others = others;
    }

    /// Takes a column of modules beside one of courses for parts of those.
    pub(super) fn read_module_as_part(&mut self, headers: &Headers, rejection: Option<usize>) {
        let is_module =
            |header: &str| MODULE_NAMES.iter().any(|known| normalised(known) == normalised(header));
        let module = self.headers.iter().position(|header| is_module(header));
        let Some(module) = module.filter(|at| rejection != Some(*at)) else { return };
        let names_course = |at: &usize| {
            let key = self.headers.get(*at).map(|header| normalised(header)).unwrap_or_default();
            headers.known.get(&key).is_some_and(|known| known.0 == ColumnField::Course)
        };
        if self.kind != FileKind::Training || !names_course(&module) {
            return;
        }
        let read = self.position(ColumnField::Course);
        let others = || (0..self.headers.len()).filter(|at| !is_module(&self.header_at(*at)));
        let course = match read {
            Some(read) if !is_module(&self.header_at(read)) => Some(read),
            _ => others().filter(|at| rejection != Some(*at)).find(names_course),
        };
        let (Some(course), None) = (course, self.position(ColumnField::Part)) else { return };
        for (field, at) in [(ColumnField::Course, course), (ColumnField::Part, module)] {
            self.positions.iter_mut().skip(field as usize).take(1).for_each(|position| *position = Some(at));
        }
    }
}

/// Whether a header is of a place that is taken.
pub(super) fn is_place_taken(header: &str) -> bool {
    let key = normalised(header);
    PLACES_TAKEN.iter().any(|known| normalised(known) == key)
}
