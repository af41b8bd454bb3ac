//! A matrix: people down, courses across, dates in the cells (spec 3.2). What its columns and its cells are.

use super::fields::ColumnField;
use super::labels::CellsSay;
use crate::import::cells::dates::parse_date;
use crate::import::cells::text;
use crate::policy::CourseIndex;

/// The columns of a matrix.
#[derive(Debug, Clone)]
pub(in crate::import) struct Matrix {
    /// Those of courses, in the order of the file; at least one.
    pub(in crate::import) columns: Vec<MatrixColumn>,
    /// Those that say of a course's dates whether they are completions.
    pub(in crate::import) statuses: Vec<MatrixStatus>,
    /// Whether every header of days says itself that they are completions.
    pub(in crate::import) says_completed: bool,
    /// The fields by which rows may name the person, the surest first; at least one.
    pub(in crate::import) who: Vec<ColumnField>,
    /// Whether the row below may be the second row of the header.
    pub(in crate::import) may_go_on: bool,
}

/// A column of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct MatrixColumn {
    pub(in crate::import) position: usize,
    /// Index of the course in the policy.
    pub(in crate::import) course: CourseIndex,
    /// What dates below it are.
    pub(in crate::import) says: CellsSay,
    /// The column of the same course's expiries, where this one has its completions.
    pub(in crate::import) expiry: Option<usize>,
}

/// A column that says whether what stands in a course's column was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct MatrixStatus {
    pub(in crate::import) position: usize,
    /// Index of the course in the policy.
    pub(in crate::import) course: CourseIndex,
    /// In which words it says so.
    pub(in crate::import) words: MatrixStatusWords,
}

/// In which words a column of a matrix says whether a course was completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum MatrixStatusWords {
    /// Those of a status.
    Status,
    /// The share of it that was done, or those of a status.
    Share,
    /// Those of a compliance report.
    Compliance,
    /// Those of levels of a competence.
    Level,
    /// Yes, where it was not.
    Denial,
}

impl MatrixStatusWords {
    /// The column of training records whose words they are.
    pub(in crate::import) fn field(self) -> ColumnField {
        match self {
            Self::Status | Self::Share => ColumnField::Status,
            Self::Compliance => ColumnField::Compliance,
            Self::Level => ColumnField::Proficiency,
            Self::Denial => ColumnField::NotCompleted,
        }
    }
}

impl Matrix {
    /// The fields by which rows name people, the surest first.
    pub(in crate::import) const WHO: [ColumnField; 5] = [
        ColumnField::EmployeeNumber,
        ColumnField::Email,
        ColumnField::Username,
        ColumnField::FullName,
        ColumnField::LastName,
    ];

    /// Whether some column says when completions lapse.
    pub(in crate::import) fn has_expiries(&self) -> bool {
        self.columns.iter().any(|column| column.says == CellsSay::Expires || column.expiry.is_some())
    }

    /// Every column that says whether something was completed.
    pub(in crate::import) fn of_statuses(&self) -> impl Iterator<Item = usize> {
        self.statuses.iter().map(|status| status.position)
    }

    /// Every column with days that are read.
    pub(in crate::import) fn positions(&self) -> impl Iterator<Item = usize> {
        self.columns.iter().flat_map(|column| std::iter::once(column.position).chain(column.expiry))
    }
}

/// Words that begin the label of a row of sums.
const TOTALS: [&str; 16] = [
    "total",
    "totals",
    "grand total",
    "subtotal",
    "sub total",
    "compliance",
    "compliant",
    "percent",
    "percentage",
    "%",
    "average",
    "overall",
    "number of",
    "sum",
    "target",
    "headcount",
];

/// Whether a cell begins as the label of a row of sums does.
pub(in crate::import) fn is_total(cell: &str) -> bool {
    let cell = cell.trim().to_lowercase();
    TOTALS.iter().any(|word| {
        cell.strip_prefix(word).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphabetic()))
    })
}

/// Whether a cell of a matrix says that there is nothing to say.
pub(in crate::import) fn says_nothing(text: &str) -> bool {
    let is_of = |marks: &[char]| text.chars().all(|c| marks.contains(&c) || c.is_whitespace());
    let letters: String = text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let is_na =
        letters == "na" && text.chars().all(|c| c.is_alphabetic() || matches!(c, '/' | '.' | ' ' | '\\'));
    is_of(&['-', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2212}'])
        || is_na
        || matches!(text, "NULL" | "x" | "X" | "\u{d7}" | "\u{2717}" | "\u{2718}")
}

/// Whether the text is a word of a header: nothing that a cell of a matrix would hold.
pub(in crate::import) fn is_word(cell: &str) -> bool {
    let text = text::clean(cell).unwrap_or_default();
    text.chars().any(char::is_alphabetic) && !says_nothing(&text) && !is_date(&text)
}

/// No year is guessed: the day is not wanted, only whether there is one.
pub(in crate::import) fn is_date(cell: &str) -> bool {
    let text = text::clean(cell).unwrap_or_default();
    !text.is_empty() && parse_date(&text, chrono::NaiveDate::default(), chrono_tz::Tz::UTC).is_ok()
}
