//! A row's cells, checked one by one; every fault is kept, so that a person sees all of them at once.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use ecow::EcoString;

use super::columns::Layout;
use super::courses::Courses;
use super::dates::{Dated, parse_date};
use super::fields::Field;
use super::messages::{Rejection, Warning};
use super::money::parse_pence;
use super::nearest::nearest;
use super::numbers::{employee_number_fault, parse_yes_no};
use super::rows::{MOST_REMARKS, SkipReason};
use super::text;
use super::{Known, Remark};
use crate::register::{EmailAddress, Pence};
use crate::tabular::RawRow;

/// The longest value repeated in a remark, in characters.
const LONGEST_VALUE: usize = 100;

/// Organisations that rows name, in the order they are met.
#[derive(Debug, Default)]
pub(super) struct OrganisationCodes {
    pub(super) codes: Vec<String>,
    met: HashMap<String, Option<u16>>,
}

impl OrganisationCodes {
    /// The index of the organisation with this code (the configured one where it is empty); `None` if it is unknown.
    pub(super) fn index(&mut self, code: &str, known: &Known<'_>) -> Option<u16> {
        if let Some(&met) = self.met.get(code) {
            return met;
        }
        let found = if code.is_empty() {
            Some(known.default_organisation)
        } else {
            let all = || known.organisations.iter().map(String::as_str).chain([known.default_organisation]);
            all()
                .find(|known| *known == code)
                .or_else(|| all().find(|known| known.eq_ignore_ascii_case(code)))
        };
        let index = found.and_then(|found| self.keep(found));
        if self.met.len() < usize::from(u16::MAX) {
            self.met.insert(code.to_owned(), index);
        }
        index
    }

    fn keep(&mut self, code: &str) -> Option<u16> {
        let position = self.codes.iter().position(|kept| kept == code).unwrap_or_else(|| {
            self.codes.push(code.to_owned());
            self.codes.len() - 1
        });
        u16::try_from(position).ok()
    }
}

/// What the checks of all rows share.
pub(super) struct Shared<'k> {
    pub(super) known: &'k Known<'k>,
    pub(super) organisations: OrganisationCodes,
    pub(super) courses: Courses,
    pub(super) warnings: Vec<Remark>,
    /// Longer texts that many rows repeat, each kept once.
    texts: HashSet<EcoString>,
}

impl<'k> Shared<'k> {
    pub(super) fn new(known: &'k Known<'k>) -> Self {
        let (organisations, courses) = (OrganisationCodes::default(), Courses::of(known.policy));
        Self { known, organisations, courses, warnings: Vec::new(), texts: HashSet::new() }
    }

    /// The text, sharing the memory of an equal one.
    pub(super) fn once(&mut self, text: &str) -> EcoString {
        if text.len() <= EcoString::INLINE_LIMIT {
            return text.into();
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text = EcoString::from(text);
        self.texts.insert(text.clone());
        text
    }
}

/// The cells of one row, as the checks of its kind ask for them. Each answer is sound or has left a fault behind.
pub struct Cells<'r, 'k> {
    pub(super) row: &'r RawRow,
    pub(super) layout: &'r Layout,
    pub(super) shared: &'r mut Shared<'k>,
    pub(super) faults: Vec<Remark>,
    /// Why the row holds nothing to keep, and what it says.
    pub(super) skip: Option<(SkipReason, String)>,
}

impl<'r> Cells<'r, '_> {
    /// The cell as it stands in the file.
    pub(super) fn raw(&self, field: Field) -> &'r str {
        self.layout.position(field).map_or("", |position| self.row.cell(position))
    }

    /// Rejects the row for what this cell holds.
    pub(super) fn fault(&mut self, field: Field, reason: Rejection) {
        let (column, value) = (self.layout.header(field), shown(self.raw(field)));
        self.faults.push(Remark::rejection(self.row.line, column, value, &reason));
    }

    /// Sets the row aside for what this cell holds: it was understood, and there is nothing in it to keep.
    pub(super) fn skip(&mut self, field: Field, why: SkipReason) {
        let said = text::clean(self.raw(field)).unwrap_or_default();
        self.skip = Some((why, shown(&said)));
    }

    /// Whether the course is one that the policy ignores: a name that is not ours.
    pub(super) fn is_ignored_course(&mut self, field: Field) -> bool {
        let Ok(name) = text::clean(self.raw(field)) else { return false };
        !name.is_empty() && self.shared.courses.is_ignored(&name)
    }

    /// Warns of what this cell holds.
    pub(super) fn warn(&mut self, field: Field, warning: Warning) {
        let (column, value) = (self.layout.header(field), shown(self.raw(field)));
        let warning = match self.shared.warnings.len() {
            MOST_REMARKS => Warning::TooMany { most: MOST_REMARKS.to_string() },
            more if more > MOST_REMARKS => return,
            _ => warning,
        };
        self.shared.warnings.push(Remark::warning(self.row.line, column, value, &warning));
    }

    /// The cell as clean text; `None` after a fault.
    fn clean(&mut self, field: Field) -> Option<Cow<'r, str>> {
        let position = self.layout.position(field);
        if let Some(formula) = position.and_then(|position| self.row.formula_without_result(position)) {
            let value = if formula.is_empty() { String::new() } else { shown(&format!("={formula}")) };
            let column = self.layout.header(field);
            self.faults.push(Remark::rejection(self.row.line, column, value, &Rejection::NoStoredResult));
            return None;
        }
        match text::clean(self.raw(field)) {
            Ok(text) => Some(text),
            Err(reason) => {
                self.fault(field, reason);
                None
            }
        }
    }

    /// The cell as clean text, perhaps empty.
    pub(super) fn text(&mut self, field: Field) -> Cow<'r, str> {
        self.clean(field).unwrap_or_default()
    }

    /// The cell as clean text that other rows are likely to repeat.
    pub(super) fn common_text(&mut self, field: Field) -> EcoString {
        let text = self.text(field);
        self.shared.once(&text)
    }

    /// The text of a cell that must not be empty.
    pub(super) fn required_text(&mut self, field: Field) -> Cow<'r, str> {
        let text = self.clean(field);
        if text.as_deref() == Some("") {
            self.fault_missing(field);
        }
        text.unwrap_or_default()
    }

    /// Rejects the row where this cell, which must not be, is empty.
    pub(super) fn require(&mut self, field: Field) {
        if text::is_blank(self.raw(field)) {
            self.fault_missing(field);
        }
    }

    fn fault_missing(&mut self, field: Field) {
        let column = self.layout.header(field);
        self.fault(field, Rejection::Missing { column });
    }

    /// What a cell that may be empty says; `None` where it is empty or faulty.
    pub(super) fn parsed<T>(
        &mut self,
        field: Field,
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
    pub(super) fn date(&mut self, field: Field) -> Option<NaiveDate> {
        self.date_or(field, |reason| match reason {
            Rejection::NotADate { value } => Rejection::NotADateNorEmpty { value },
            other => other,
        })
    }

    /// A date, with `told` of what is no date.
    fn date_or(&mut self, field: Field, told: impl Fn(Rejection) -> Rejection) -> Option<NaiveDate> {
        let today = self.shared.known.today;
        match self.parsed(field, |text| parse_date(text, today).map_err(told))? {
            Dated::On(day) => Some(day),
            Dated::Open => None,
        }
    }

    /// A date that must be there. An open date is none at all.
    pub(super) fn required_date(&mut self, field: Field) -> Option<NaiveDate> {
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

    /// An amount of money; `None` where the cell is empty.
    pub(super) fn pence(&mut self, field: Field) -> Option<Pence> {
        self.parsed(field, parse_pence)
    }

    /// Yes or no; `None` where the cell is empty.
    pub(super) fn yes_no(&mut self, field: Field) -> Option<bool> {
        self.parsed(field, parse_yes_no)
    }

    /// The employee number of the person that the row is about.
    pub(super) fn employee_number(&mut self) -> Cow<'r, str> {
        let number = self.required_text(Field::EmployeeNumber);
        self.refuse_spoilt(Field::EmployeeNumber, &number);
        number
    }

    /// An employee number that may be missing.
    pub(super) fn optional_employee_number(&mut self, field: Field) -> Cow<'r, str> {
        let number = self.text(field);
        self.refuse_spoilt(field, &number);
        number
    }

    fn refuse_spoilt(&mut self, field: Field, number: &str) {
        if let Some(reason) = employee_number_fault(number) {
            self.fault(field, reason);
        }
    }

    /// The organisation's index; the configured one where the cell is empty.
    pub(super) fn organisation(&mut self) -> u16 {
        let code = self.text(Field::Organisation);
        let known = self.shared.known;
        if let Some(index) = self.shared.organisations.index(&code, known) {
            return index;
        }
        let reason = unknown_organisation(code.into_owned(), known);
        self.fault(Field::Organisation, reason);
        0
    }

    /// The course's index in the policy; `None` where the cell is empty or faulty.
    pub(super) fn course(&mut self, field: Field) -> Option<u16> {
        let name = self.clean(field).filter(|text| !text.is_empty())?;
        match self.shared.courses.find(&name) {
            Ok(course) => Some(course),
            Err(reason) => {
                self.fault(field, reason);
                None
            }
        }
    }

    /// An e-mail address; empty where there is none. What is not an address is dropped with a warning; what could
    /// reach someone else (control characters, line breaks, a second address) rejects the row (spec 3.7).
    pub(super) fn email(&mut self, field: Field) -> EcoString {
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

/// A value for a remark, cut where it is long.
pub(super) fn shown(raw: &str) -> String {
    match raw.char_indices().nth(LONGEST_VALUE) {
        Some((cut, _)) => format!("{}…", raw.get(..cut).unwrap_or_default()),
        None => raw.to_owned(),
    }
}

/// Why a code names no organisation: the nearest known codes, else the first few.
fn unknown_organisation(code: String, known: &Known<'_>) -> Rejection {
    let near = nearest(&code, known.organisations.iter().map(String::as_str));
    if near.is_empty() {
        return Rejection::UnknownOrganisation { code, known: first_few(known.organisations) };
    }
    Rejection::UnknownOrganisationNear { code, near: near.join(" or ") }
}

fn first_few(codes: &[String]) -> String {
    let few: Vec<&str> = codes.iter().take(10).map(String::as_str).collect();
    let rest = codes.len() - few.len();
    if rest == 0 { few.join(", ") } else { format!("{} and {rest} more", few.join(", ")) }
}
