//! A row's cells, checked one by one; every fault is kept, so that a person sees all of them at once.

use std::borrow::Cow;

use chrono::NaiveDate;
use ecow::EcoString;

use super::check_state::CheckState;
use super::dates::{DateCell, parse_date};
use super::numbers::{employee_number_fault, names_nobody, parse_yes_no};
use super::spoilt::{is_day_of_month, is_spoilt};
use super::text::{self, shown};
use crate::import::columns::fields::ColumnField;
use crate::import::columns::layout::Layout;
use crate::import::columns::map::folded;
use crate::import::messages::{Rejection, Warning};
use crate::import::named::organisation_codes::unknown_organisation;
use crate::import::reading::rows::MOST_REMARKS;
use crate::import::reading::skipped::SkipReason;
use crate::import::{FileOrganisationIndex, Remark};
use crate::policy::CourseIndex;
use crate::register::EmailAddress;
use crate::tabular::{CellKind, RawRow};

/// What databases write where there is nothing.
pub(super) const NOTHING: &str = "NULL";

/// Whether nothing is said where that word stands: of the other columns it must be told what is meant.
fn may_be_nothing(field: ColumnField) -> bool {
    use ColumnField::{Course, FullName, LastName, Part, Status};
    !matches!(field, Course | Part | Status | FullName | LastName)
}

/// The cells of one row, as the checks of its kind ask for them. Each answer is sound or has left a fault behind.
pub struct RowCells<'r, 'k> {
    pub(in crate::import) row: &'r RawRow,
    pub(in crate::import) layout: &'r Layout,
    pub(in crate::import) shared: &'r mut CheckState<'k>,
    pub(in crate::import) faults: Vec<Remark>,
    /// Why the row holds nothing to keep, and what it says.
    pub(in crate::import) skip: Option<(SkipReason, String)>,
}

impl<'r> RowCells<'r, '_> {
    /// The cell as it stands in the file.
    pub(in crate::import) fn raw(&self, field: ColumnField) -> &'r str {
        self.layout.position(field).map_or("", |position| self.row.cell(position))
    }

    /// Rejects what the cell at `position` holds.
    pub(in crate::import) fn fault_at(&mut self, position: usize, reason: &Rejection) {
        let value = shown(self.row.cell(position));
        self.faults.push(Remark::rejection(self.row.line, self.layout.header_at(position), value, reason));
    }

    /// Rejects the row for what this cell holds.
    pub(in crate::import) fn fault(&mut self, field: ColumnField, reason: Rejection) {
        let (column, value) = (self.layout.header(field), shown(self.raw(field)));
        self.faults.push(Remark::rejection(self.row.line, column, value, &reason));
    }

    /// Sets the row aside for what this cell holds: it was understood, and there is nothing in it to keep.
    pub(in crate::import) fn skip(&mut self, field: ColumnField, why: SkipReason) {
        self.skip_at(self.layout.position(field).unwrap_or(usize::MAX), why);
    }

    /// The same for what the cell at `position` holds.
    pub(in crate::import) fn skip_at(&mut self, position: usize, why: SkipReason) {
        let said = text::clean(self.row.cell(position)).unwrap_or_default();
        self.skip = Some((why, shown(&said)));
    }

    /// The same where what the cell says takes its header to be understood: `Cancelled: Yes`.
    pub(in crate::import) fn skip_by_header(&mut self, position: usize, why: SkipReason) {
        self.skip_at(position, why);
        let header = self.layout.header_at(position);
        self.skip = self.skip.take().map(|(why, said)| (why, format!("{header}: {said}")));
    }

    /// Whether the course is one that the policy ignores: a name that is not ours.
    pub(in crate::import) fn is_ignored_course(&mut self, field: ColumnField) -> bool {
        let Ok(name) = text::clean(self.raw(field)) else { return false };
        !name.is_empty() && self.shared.courses.is_ignored(&name)
    }

    /// Warns of what this cell holds.
    pub(in crate::import) fn warn(&mut self, field: ColumnField, warning: Warning) {
        self.warn_of((self.layout.header(field), shown(self.raw(field))), warning);
    }

    /// The same of the cell at `position`.
    pub(in crate::import) fn warn_at(&mut self, position: usize, warning: Warning) {
        self.warn_of((self.layout.header_at(position), shown(self.row.cell(position))), warning);
    }

    fn warn_of(&mut self, (column, value): (String, String), warning: Warning) {
        let warning = match self.shared.warnings.len() {
            MOST_REMARKS => Warning::TooMany { most: MOST_REMARKS.to_string() },
            more if more > MOST_REMARKS => return,
            _ => warning,
        };
        self.shared.warnings.push(Remark::warning(self.row.line, column, value, &warning));
    }

    /// The cell as clean text; `None` after a fault.
    fn clean(&mut self, field: ColumnField) -> Option<Cow<'r, str>> {
        let position = self.layout.position(field);
        if let Some(formula) = position.and_then(|position| self.row.formula_without_result(position)) {
            let value = if formula.is_empty() { String::new() } else { shown(&format!("={formula}")) };
            let column = self.layout.header(field);
            self.faults.push(Remark::rejection(self.row.line, column, value, &Rejection::NoStoredResult));
            return None;
        }
        match text::clean(self.raw(field)).and_then(|text| self.named(field, text)) {
            Ok(text) if text == NOTHING && may_be_nothing(field) => Some(Cow::Borrowed("")),
            Ok(text) => Some(self.in_our_words(field, text)),
            Err(reason) => {
                self.fault(field, reason);
                None
            }
        }
    }

    /// What the map says to read in place of the text.
    fn in_our_words(&self, field: ColumnField, text: Cow<'r, str>) -> Cow<'r, str> {
        if self.shared.words.is_empty() {
            return text;
        }
        let meant = self.shared.words.get(&field).and_then(|words| words.get(&folded(&text)));
        meant.map_or(text, |meant| Cow::Owned(meant.clone()))
    }

    /// The text of the cell at `position`, which says what the field does beside the field's own; empty where it is unsound.
    pub(in crate::import) fn text_at(&self, field: ColumnField, position: usize) -> Cow<'r, str> {
        self.in_our_words(field, text::clean(self.row.cell(position)).unwrap_or_default())
    }

    /// The same of a cell that must be sound; `None` after a fault.
    pub(in crate::import) fn sound_text_at(
        &mut self,
        field: ColumnField,
        position: usize,
    ) -> Option<Cow<'r, str>> {
        let is_uncomputed = self.row.formula_without_result(position).is_some();
        let read =
            if is_uncomputed { Err(Rejection::NoStoredResult) } else { text::clean(self.row.cell(position)) };
        match read {
            Ok(text) => Some(self.in_our_words(field, text)),
            Err(reason) => {
                self.fault_at(position, &reason);
                None
            }
        }
    }

    /// The cell as clean text, perhaps empty.
    pub(in crate::import) fn text(&mut self, field: ColumnField) -> Cow<'r, str> {
        self.clean(field).unwrap_or_default()
    }

    /// The cell as clean text that other rows are likely to repeat.
    pub(in crate::import) fn common_text(&mut self, field: ColumnField) -> EcoString {
        let text = self.text(field);
        self.shared.once(&text)
    }

    /// The text of a cell that must not be empty.
    pub(in crate::import) fn required_text(&mut self, field: ColumnField) -> Cow<'r, str> {
        let text = self.clean(field);
        if text.as_deref() == Some("") {
            self.fault_missing(field);
        }
        text.unwrap_or_default()
    }

    /// Rejects the row where this cell, which must not be, is empty.
    pub(in crate::import) fn require(&mut self, field: ColumnField) {
        if text::is_blank(self.raw(field)) {
            self.fault_missing(field);
        }
    }

    fn fault_missing(&mut self, field: ColumnField) {
        let column = self.layout.header(field);
        self.fault(field, Rejection::Missing { column });
    }

    /// What a cell that may be empty says; `None` where it is empty or faulty.
    pub(in crate::import) fn parsed<T>(
        &mut self,
        field: ColumnField,
        parse: impl FnOnce(&str) -> Result<T, Rejection>,
    ) -> Option<T> {
        let text = self.clean(field).filter(|text| !text.is_empty())?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.fault(field, reason);
                None
            }
        }
    }

    /// A date that may be missing or open.
    pub(in crate::import) fn date(&mut self, field: ColumnField) -> Option<NaiveDate> {
        self.date_or(field, |reason| match reason {
            Rejection::NotADate { value } => Rejection::NotADateNorEmpty { value },
            other => other,
        })
    }

    /// The day that the cell at `position` says beside the field's own; none where it says no day.
    pub(in crate::import) fn date_at(&self, field: ColumnField, position: usize) -> Option<NaiveDate> {
        let (today, zone) = (self.shared.known.today, self.shared.known.zone);
        match parse_date(&self.text_at(field, position), today, zone) {
            Ok(DateCell::On(day)) => Some(day),
            _ => None,
        }
    }

    /// A date, with `told` of what is no date.
    fn date_or(&mut self, field: ColumnField, told: impl Fn(Rejection) -> Rejection) -> Option<NaiveDate> {
        let (today, zone) = (self.shared.known.today, self.shared.known.zone);
        match self.parsed(field, |text| parse_date(text, today, zone).map_err(told))? {
            DateCell::On(day) => {
                // Text files say nothing of what a cell is.
                if !self.row.more_is_wrong {
                    let is_cell = self.kind(field) == CellKind::Date;
                    if let Some(position) = self.layout.position(field) {
                        self.shared.swapped.see(position, is_cell, day);
                    }
                }
                Some(day)
            }
            DateCell::Open => None,
        }
    }

    /// A date that must be there. An open date is none at all.
    pub(in crate::import) fn required_date(&mut self, field: ColumnField) -> Option<NaiveDate> {
        let faults = self.faults.len();
        let date = self.date_or(field, |reason| reason);
        if date.is_none() && self.faults.len() == faults {
            let open = !text::is_blank(self.raw(field));
            if open {
                let value = shown(self.raw(field));
                self.fault(field, Rejection::OpenDate { value });
            } else {
                self.fault_missing(field);
            }
        }
        date
    }

    /// Yes or no; `None` where the cell is empty.
    pub(in crate::import) fn yes_no(&mut self, field: ColumnField) -> Option<bool> {
        self.parsed(field, parse_yes_no)
    }

    /// What sort of cell it is.
    fn kind(&self, field: ColumnField) -> CellKind {
        self.layout.position(field).map_or(CellKind::Other, |position| self.row.kind(position))
    }

    /// A number that was given to something, such as a certificate: text that a spreadsheet has not spoilt.
    pub(in crate::import) fn given_number(&mut self, field: ColumnField) -> Cow<'r, str> {
        let number = self.text(field);
        // A date in full may be what somebody gave for a reference.
        let is_spoilt = is_spoilt(&number) || is_day_of_month(&number);
        let spoilt = is_spoilt.then(|| Rejection::SpoiltNumber { value: number.clone().into_owned() });
        self.refuse_kind_or(field, &number, spoilt);
        number
    }

    /// The employee number of the person that the row is about.
    pub(in crate::import) fn employee_number(&mut self) -> Cow<'r, str> {
        let number = self.required_text(ColumnField::EmployeeNumber);
        let fault = employee_number_fault(&number).or_else(|| names_nobody(&number));
        self.refuse_kind_or(ColumnField::EmployeeNumber, &number, fault);
        number
    }

    /// An employee number that may be missing.
    pub(in crate::import) fn optional_employee_number(&mut self, field: ColumnField) -> Cow<'r, str> {
        let number = self.text(field);
        self.refuse_spoilt(field, &number);
        number
    }

    /// The number of the person that the row is about, or their address where it has none: whose line is then kept.
    pub(in crate::import) fn number_or_address(&mut self) -> EcoString {
        let has_column = |field| self.layout.position(field).is_some();
        let by_number = !text::is_blank(self.raw(ColumnField::EmployeeNumber));
        if by_number || !(has_column(ColumnField::Email) || has_column(ColumnField::Username)) {
            return self.employee_number().as_ref().into();
        }
        let is_filled = |field: &ColumnField| !text::is_blank(self.raw(*field));
        let filled = [ColumnField::Email, ColumnField::Username].into_iter().find(is_filled);
        // Where nothing is filled in, the column that is asked for is one that the file has.
        match filled.unwrap_or(self.layout.person()) {
            ColumnField::EmployeeNumber => self.employee_number().as_ref().into(),
            field => self.address(field),
        }
    }

    /// The address by which the row names a person, in lower case; empty after a fault.
    pub(in crate::import) fn address(&mut self, field: ColumnField) -> EcoString {
        let text = self.required_text(field);
        match EmailAddress::parse(&text) {
            _ if text.is_empty() => EcoString::new(),
            Some(address) => {
                self.shared.by_address.push(self.row.line);
                if field == ColumnField::Username {
                    self.shared.by_username.push(self.row.line);
                }
                address.as_str().to_lowercase().into()
            }
            None => {
                let column = self.layout.header(field);
                self.fault(field, Rejection::NamesNobodyByAddress { value: text.into_owned(), column });
                EcoString::new()
            }
        }
    }

    fn refuse_spoilt(&mut self, field: ColumnField, number: &str) {
        self.refuse_kind_or(field, number, employee_number_fault(number));
    }

    /// Rejects a number for the sort of cell that it stands in, or else for this reason, if there is one.
    fn refuse_kind_or(&mut self, field: ColumnField, number: &str, fault: Option<Rejection>) {
        let of_kind = match self.kind(field) {
            CellKind::Date | CellKind::Bool => Some(Rejection::NotTheNumber),
            CellKind::LongNumber => Some(Rejection::SpoiltNumber { value: number.to_owned() }),
            CellKind::Other => None,
        };
        if let Some(reason) = of_kind.or(fault) {
            self.fault(field, reason);
        }
    }

    /// The organisation; the configured one where the cell is empty.
    pub(in crate::import) fn organisation(&mut self) -> FileOrganisationIndex {
        let code = self.text(ColumnField::Organisation);
        let known = self.shared.known;
        let organisations = &mut self.shared.organisations;
        if let Some(index) = organisations.index(&code, known) {
            organisations.any_known |= !code.is_empty();
            return index;
        }
        let room = organisations.perhaps_places.len() < MOST_REMARKS;
        if known.may_name_places() && organisations.may_be_places && !organisations.any_known && room {
            let value = self.shared.once(&code);
            self.shared.organisations.perhaps_places.push((self.row.line, value));
            return self.shared.organisations.index("", known).unwrap_or(FileOrganisationIndex::NOWHERE);
        }
        let reason = unknown_organisation(code.into_owned(), known);
        self.fault(ColumnField::Organisation, reason);
        FileOrganisationIndex::NOWHERE
    }

    /// The course; `None` where the cell is empty or faulty.
    pub(in crate::import) fn course(&mut self, field: ColumnField) -> Option<CourseIndex> {
        let name = self.clean(field).filter(|text| !text.is_empty())?;
        match self.shared.courses.find(&name) {
            Ok(course) => Some(course),
            Err(reason) => {
                self.fault(field, reason);
                None
            }
        }
    }

    /// An email address; empty where there is none. What is not an address is dropped with a warning; what could
    /// reach someone else (control characters, line breaks, a second address) rejects the row (spec 3.7).
    pub(in crate::import) fn email(&mut self, field: ColumnField) -> EcoString {
        let raw = self.raw(field);
        if text::has_line_break(raw) {
            self.fault(field, Rejection::EmailLineBreak);
            return EcoString::new();
        }
        let text = self.text(field);
        if text.is_empty() {
            return EcoString::new();
        }
        let separators = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '<' | '>' | '/' | '|');
        if text.split(separators).filter(|part| part.contains('@')).count() > 1 {
            self.fault(field, Rejection::SeveralEmails);
            return EcoString::new();
        }
        match EmailAddress::parse(&text) {
            Some(address) => address.as_str().into(),
            None => {
                self.warn(field, Warning::NotAnEmail);
                EcoString::new()
            }
        }
    }
}
