//! Rows of the files people bring, once checked: what `diff` compares with the register.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ecow::EcoString;

use crate::import::columns::labels::CellsSay;
use crate::import::columns::matrix::Matrix;
use crate::import::messages::{Rejection, Warning};
use crate::import::reading::skipped::Skipped;
use crate::policy::CourseIndex;
use crate::register::{
    FinancialYear, Hours, Indexed, OrganisationKind, Pence, PersonFields, PostFields, index,
};

/// A checked row of a staff list (spec 3.1): one assignment of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The employee number as text.
    pub employee_number: EcoString,
    /// What it says of the person.
    pub person: PersonFields<EcoString>,
    /// What it says of the post; the unit's path has ` / ` between its steps.
    pub post: PostFields<EcoString>,
    /// First day of the post.
    pub start_on: NaiveDate,
    /// Last day of the post.
    pub leave_on: Option<NaiveDate>,
    /// Whether it is marked primary.
    pub primary: bool,
}

/// A checked row of training records (spec 3.2). Kept small: a first import holds millions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The employee number as text.
    pub employee_number: EcoString,
    /// The course.
    pub course: CourseIndex,
    /// The day of completion.
    pub completed_on: NaiveDate,
    /// The expiry named.
    pub expires_on: Option<NaiveDate>,
    /// Certificate number.
    pub certificate: EcoString,
    /// The rest of what it says.
    pub details: Arc<RecordDetails>,
}

/// What a training record says beyond who completed what and when: rows that say the same share one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct RecordDetails {
    /// Hours, where given.
    pub hours: Option<Hours>,
    /// Participatory or e-learning, where given.
    pub participatory: Option<bool>,
    /// Who gave the training.
    pub provider: EcoString,
    /// What the completion cost.
    pub cost_pence: Option<Pence>,
}

/// A checked row of organisations (spec 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: OrganisationKind,
    /// The safeguarding contact's address; empty when there is none.
    pub safeguarding_email: String,
}

/// A checked row of exemptions (spec 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptionRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The employee number as text.
    pub employee_number: String,
    /// The course; `None` for all courses.
    pub course: Option<CourseIndex>,
    /// First day; `None` for always.
    pub from_on: Option<NaiveDate>,
    /// Last day; `None` for no end.
    pub until_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// Whether it was not given, or holds no more.
    pub refused: bool,
}

/// A checked row of budgets (spec 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The year.
    pub year: FinancialYear,
    /// The allocation.
    pub allocated_pence: Pence,
    /// Whether it is for safeguarding training alone; `None` where the cell is empty.
    pub dedicated: Option<bool>,
}

/// A checked row of expenses (spec 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpenseRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The day it counts on.
    pub dated_on: NaiveDate,
    /// What it was for.
    pub description: String,
    /// The amount; negative for a credit note.
    pub amount_pence: Pence,
    /// The course as written; information only.
    pub course: String,
    /// How many people it was for.
    pub people: Option<i32>,
    /// Reference, unique where given; empty when there is none.
    pub reference: String,
}

/// A checked row of booked places (spec 3.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BookingRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The employee number as text.
    pub employee_number: String,
    /// The course.
    pub course: CourseIndex,
    /// The day of the training.
    pub takes_place_on: NaiveDate,
    /// Where; empty when the file does not say.
    pub place: String,
    /// Whether the place is given up.
    pub cancelled: bool,
}

/// A checked row of assurance answers (spec 3.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerRow {
    /// The organisation.
    pub organisation: FileOrganisationIndex,
    /// The statement's id in the policy.
    pub statement: String,
    /// The answer as the policy writes it.
    pub answer: String,
    /// The day it was given.
    pub answered_on: NaiveDate,
    /// What it rests on; may be empty.
    pub evidence: String,
    /// Who is to review it; empty when there is none.
    pub owner_email: String,
    /// The last day for its review.
    pub review_by: Option<NaiveDate>,
}

/// A row that may be about an organisation.
pub trait OfOrganisation {
    /// The organisation's place in the file's list of them; `None` where the row is of none.
    fn organisation_mut(&mut self) -> Option<&mut FileOrganisationIndex>;
}

/// Rows that say so in a field of that name.
macro_rules! of_organisation {
    ($($row:ty),*) => {
        $(impl OfOrganisation for $row {
            fn organisation_mut(&mut self) -> Option<&mut FileOrganisationIndex> {
                Some(&mut self.organisation)
            }
        })*
    };
}

of_organisation!(StaffRow, TrainingRow, ExemptionRow, BudgetRow, ExpenseRow, BookingRow, AnswerRow);

impl OfOrganisation for OrganisationRow {
    fn organisation_mut(&mut self) -> Option<&mut FileOrganisationIndex> {
        None
    }
}

/// A fault or a warning of one row, in words a person can act on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Remark {
    /// The physical line in a CSV, or the row number in a sheet.
    pub line: u64,
    /// The header as it stands in the file; empty when the whole row is meant.
    pub column: String,
    /// The value as it stands in the file.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: String,
}

/// The most remarks of a sort that are kept of a file; a file with more faults than that is refused.
pub(in crate::import) const MOST_REMARKS: usize = 1_000_000;

impl Remark {
    /// Why a row can't be used.
    pub(in crate::import) fn rejection(
        line: u64,
        column: impl Into<String>,
        value: impl Into<String>,
        reason: &Rejection,
    ) -> Self {
        Self { line, column: column.into(), value: value.into(), reason: reason.to_string() }
    }

    /// What to look at in a row that was taken.
    pub(in crate::import) fn warning(
        line: u64,
        column: impl Into<String>,
        value: impl Into<String>,
        warning: &Warning,
    ) -> Self {
        Self { line, column: column.into(), value: value.into(), reason: warning.to_string() }
    }
}

index! {
    /// The place of an organisation in [`CheckedFile::organisations`].
    pub FileOrganisationIndex(u16)
}

/// The columns of a matrix, by what their dates were taken for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MatrixRead {
    /// Headers above days of completions.
    pub completions: Vec<String>,
    /// Headers above days on which completions lapse.
    pub expiries: Vec<String>,
    /// Courses whose days have no expiry beside them.
    pub without_expiry: Vec<CourseIndex>,
}

impl MatrixRead {
    /// Those of a matrix with these headers.
    pub(in crate::import) fn of(matrix: &Matrix, headers: &[String]) -> Self {
        let mut read = Self::default();
        for column in &matrix.columns {
            let said = match column.says {
                CellsSay::Completed => &mut read.completions,
                CellsSay::Expires => &mut read.expiries,
            };
            said.extend(headers.get(column.position).cloned());
            let has_none = column.says == CellsSay::Completed && column.expiry.is_none();
            read.without_expiry.extend(has_none.then_some(column.course));
            read.expiries.extend(column.expiry.and_then(|at| headers.get(at)).cloned());
        }
        read
    }
}

/// A file read and checked: the good rows with their lines, the faults of the others.
#[derive(Debug)]
pub struct CheckedFile<Row> {
    /// Codes of the organisations that rows name, exactly as the register has them.
    pub organisations: Indexed<FileOrganisationIndex, String>,
    /// Good rows with their line, in file order.
    pub rows: Vec<(u64, Row)>,
    /// Rows left out because one with equal content stands above them; they count as unchanged.
    pub repeats: u64,
    /// Faults of rows that can't be used; a line may have several.
    pub rejected: Vec<Remark>,
    /// Things to look at that reject nothing.
    pub warnings: Vec<Remark>,
    /// Rows below the header that are neither blank nor totals.
    pub row_count: u64,
    /// The line of the header.
    pub header_line: u64,
    /// The headers as they stand in the file.
    pub headers: Vec<String>,
    /// The same as a file of rejected rows has them: they also say what was said with the file of its cells.
    pub headers_to_put_right: Vec<String>,
    /// Headers that are not used.
    pub ignored_columns: Vec<String>,
    /// Canonical names of the optional columns that the file does not have: it says nothing of what they hold.
    pub absent_columns: Vec<&'static str>,
    /// Whether the last column of the file is `reason` (a file of rejected rows, put right).
    pub ends_in_reason: bool,
    /// Employee numbers (by organisation index) that rejected rows name.
    pub rejected_people: Vec<(FileOrganisationIndex, String)>,
    /// Whether some rejected row may name anybody.
    pub rejected_unknown: bool,
    /// Names of further sheets that hold a list of the kind and were not read.
    pub further_sheets: Vec<String>,
    /// Rows that were understood and hold nothing to keep.
    pub skipped: Skipped,
    /// The lines, in order, of rows that name a person by an email address in place of a number.
    pub by_address: Vec<u64>,
    /// Those of them that do so in the column of user names.
    pub by_username: Vec<u64>,
    /// The same of rows that name a person by first and last name.
    pub by_name: Vec<u64>,
    /// How the file was read, where it is a matrix.
    pub matrix: Option<MatrixRead>,
    /// The header of the employee number as it stands in the file; empty for kinds without one.
    pub employee_column: String,
    /// The header of the status as it stands in the file; empty where there is none.
    pub status_column: String,
    /// The headers of the columns that are read, as they stand in the file, by the columns' canonical names.
    pub own_headers: BTreeMap<&'static str, String>,
    /// The hash of the file's bytes, by which the same file is recognised.
    pub hash: String,
}

impl<Row> CheckedFile<Row> {
    /// The code of an organisation that rows name.
    pub fn organisation(&self, organisation: FileOrganisationIndex) -> &str {
        self.organisations.get(organisation).map_or("", String::as_str)
    }

    /// Whether nothing of the list is known to be missing: no row that may name anybody, and no further sheet.
    pub(crate) fn may_be_whole(&self) -> bool {
        !self.rejected_unknown && self.further_sheets.is_empty()
    }

    /// The header of the column with this canonical name as it stands in the file; empty where there is none.
    pub(in crate::import) fn header_of(&self, column: &str) -> &str {
        self.own_headers.get(column).map_or("", String::as_str)
    }

    /// Warns, at the header, of a rule of the policy that asks nobody.
    pub(crate) fn warn_of_silent_rule(&mut self, what: String) {
        self.warnings.push(Remark::warning(self.header_line, "", "", &Warning::AsksNobody { what }));
    }

    /// Puts remarks in the order of the file; faults of one row stay in the order they were found.
    pub(in crate::import) fn in_order(&mut self) {
        self.rejected.sort_by_key(|remark| remark.line);
        self.warnings.sort_by_key(|remark| remark.line);
    }

    /// How many lines are rejected: a line with two faults is one.
    pub fn rejected_lines(&self) -> u64 {
        self.rejected.chunk_by(|a, b| a.line == b.line).count() as u64
    }
}
