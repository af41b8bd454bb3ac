//! The columns of every kind of file and the headers they go by: the one table to extend.
//!
//! Headers are matched ignoring case, spaces, underscores and punctuation, so `Employee Number`, `EMPLOYEE_NUMBER`
//! and `employee-number` need one entry.

use std::fmt;
use std::sync::LazyLock;

use super::exemption_headers::EXEMPTIONS;
use super::fields::ColumnNeed::{Optional, Required};
use super::fields::{ColumnField, ColumnSpec, column};
use super::training_headers::{
    COURSE_ALIASES, EMPLOYEE_NUMBER, NOT_ATTENDED_ALIASES, ORGANISATION, ORGANISATION_ALIASES, TRAINING,
    status_aliases,
};
use crate::register::{PersonField, PostField, StaffField};

/// A kind of file (spec 3.1 to 3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Staff lists.
    Staff,
    /// Training records.
    Training,
    /// Organisations.
    Organisations,
    /// Exemptions.
    Exemptions,
    /// Budgets.
    Budget,
    /// Expenses.
    Expenses,
    /// Assurance answers.
    Assurance,
    /// Booked places.
    Bookings,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Staff,
        Self::Training,
        Self::Organisations,
        Self::Exemptions,
        Self::Budget,
        Self::Expenses,
        Self::Assurance,
        Self::Bookings,
    ];

    /// Its name in commands and in `--map` files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Staff => "staff",
            Self::Training => "training",
            Self::Organisations => "organisations",
            Self::Exemptions => "exemptions",
            Self::Budget => "budget",
            Self::Expenses => "expenses",
            Self::Assurance => "assurance",
            Self::Bookings => "bookings",
        }
    }

    /// The columns it has.
    pub(in crate::import) fn columns(self) -> &'static [ColumnSpec] {
        match self {
            Self::Staff => &STAFF,
            Self::Training => TRAINING,
            Self::Organisations => ORGANISATIONS,
            Self::Exemptions => EXEMPTIONS,
            Self::Budget => BUDGET,
            Self::Expenses => EXPENSES,
            Self::Assurance => ASSURANCE,
            Self::Bookings => BOOKINGS,
        }
    }

    /// The columns that say what a row is about: without fault in these it is known, whatever else is wrong with the row.
    pub(in crate::import) fn about(self) -> &'static [ColumnField] {
        use ColumnField as Of;
        match self {
            Self::Staff => &[Of::EmployeeNumber, Of::AssignmentNumber, Of::Organisation],
            Self::Training => &[
                Of::EmployeeNumber,
                Of::Email,
                Of::Username,
                Of::Course,
                Of::Part,
                Of::CompletedOn,
                Of::Certificate,
                Of::Organisation,
            ],
            Self::Organisations => &[Of::Code],
            Self::Exemptions => &[Of::EmployeeNumber, Of::Course, Of::From, Of::Organisation],
            Self::Budget => &[Of::FinancialYear, Of::Organisation],
            Self::Expenses => &[Of::Reference, Of::Organisation],
            Self::Assurance => &[Of::Statement, Of::AnsweredOn, Of::Organisation],
            Self::Bookings => &[Of::EmployeeNumber, Of::Course, Of::Date, Of::Organisation],
        }
    }
}

impl fmt::Display for FileKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Every column of every kind: the kind, the column's canonical name, and the other headers it goes by.
pub fn columns() -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    let of_kind = |kind: FileKind| kind.columns().iter().map(move |column| (kind, column));
    let all = FileKind::ALL.into_iter().flat_map(of_kind);
    all.map(|(kind, column)| (kind.as_str(), column.name, column.aliases))
}

/// The texts of [`staff_fields`](crate::register), and what has rules of its own.
static STAFF: LazyLock<Vec<ColumnSpec>> = LazyLock::new(|| {
    let text = |field: ColumnField, about: &'static StaffField| {
        column(field, about.name, if about.is_required { Required } else { Optional }, about.aliases)
    };
    let mut columns = vec![
        EMPLOYEE_NUMBER,
        column(
            ColumnField::FullName,
            "full_name",
            Optional,
            &["Name", "Employee Name", "Staff Name", "Employee Full Name", "Person Name", "Display Name"],
        ),
    ];
    columns.extend(PersonField::ALL.iter().map(|field| text((*field).into(), field.about())));
    columns.extend(PostField::ALL.iter().map(|field| text((*field).into(), field.about())));
    columns.extend([
        column(
            ColumnField::StartDate,
            "start_date",
            Required,
            &["Latest Start Date", "Hire Date", "Assignment Start Date"],
        ),
        column(
            ColumnField::LeaveDate,
            "leave_date",
            Optional,
            &[
                "Termination Date",
                "Actual Termination Date",
                "Leaving Date",
                "Assignment End Date",
                "Date Left",
                "Date of Leaving",
                "Leaver Date",
                "Last Working Day",
                "Last Day of Service",
                "Last Day of Employment",
                "Employment End Date",
            ],
        ),
        column(ColumnField::PrimaryAssignment, "primary_assignment", Optional, &["Primary", "Primary Flag"]),
        ORGANISATION,
        column(ColumnField::OrgL2, "org_l2", Optional, &[]),
        column(ColumnField::OrgL3, "org_l3", Optional, &[]),
        column(ColumnField::OrgL4, "org_l4", Optional, &[]),
        column(ColumnField::OrgL5, "org_l5", Optional, &[]),
        column(ColumnField::OrgL6, "org_l6", Optional, &[]),
        column(ColumnField::OrgL7, "org_l7", Optional, &[]),
        column(ColumnField::OrgL8, "org_l8", Optional, &[]),
    ]);
    columns
});

const ORGANISATIONS: &[ColumnSpec] = &[
    column(ColumnField::Code, "code", Required, ORGANISATION_ALIASES),
    column(ColumnField::Name, "name", Required, &["Organisation Name", "Organization Name"]),
    column(ColumnField::Kind, "kind", Optional, &["Organisation Type", "Organisation Kind", "Type"]),
    column(
        ColumnField::SafeguardingEmail,
        "safeguarding_email",
        Optional,
        &["Safeguarding Email Address", "Email"],
    ),
];

const BUDGET: &[ColumnSpec] = &[
    ORGANISATION,
    column(ColumnField::FinancialYear, "financial_year", Required, &["Year"]),
    column(ColumnField::Allocated, "allocated", Required, &["Allocation", "Budget", "Amount"]),
    column(ColumnField::Dedicated, "dedicated", Optional, &[]),
];

const EXPENSES: &[ColumnSpec] = &[
    ORGANISATION,
    column(ColumnField::Date, "date", Required, &["Expense Date", "Invoice Date"]),
    column(ColumnField::Description, "description", Optional, &["Details"]),
    column(ColumnField::Amount, "amount", Required, &["Cost", "Total"]),
    column(ColumnField::Course, "course", Optional, &["Course Name", "Course Code"]),
    column(ColumnField::People, "people", Optional, &["Number of People", "Attendees"]),
    column(ColumnField::Reference, "reference", Optional, &["Invoice Number", "Invoice Reference", "Ref"]),
];

const ASSURANCE: &[ColumnSpec] = &[
    ORGANISATION,
    column(ColumnField::Statement, "statement", Required, &["Statement ID", "Criterion"]),
    column(ColumnField::Answer, "answer", Required, &["Response"]),
    column(ColumnField::AnsweredOn, "answered_on", Required, &["Answer Date", "Date Answered", "As At"]),
    column(ColumnField::Evidence, "evidence", Optional, &["Extra Information", "Comments"]),
    column(ColumnField::OwnerEmail, "owner_email", Optional, &["Owner", "Owner Email Address"]),
    column(ColumnField::ReviewBy, "review_by", Optional, &["Review Date", "Next Review", "Next Review Date"]),
];

const BOOKINGS: &[ColumnSpec] = &[
    EMPLOYEE_NUMBER,
    column(ColumnField::Course, "course", Required, COURSE_ALIASES),
    column(
        ColumnField::Date,
        "date",
        Required,
        &["Course Date", "Course Start Date", "Class Date", "Class Start Date", "Session Date"],
    ),
    column(ColumnField::Place, "place", Optional, &["Venue", "Location", "Room"]),
    column(ColumnField::Cancelled, "cancelled", Optional, &["Canceled", "Booking Cancelled"]),
    column(ColumnField::NotCompleted, "not_attended", Optional, NOT_ATTENDED_ALIASES),
    column(
        ColumnField::Status,
        "status",
        Optional,
        status_aliases!["Booking Status", "Enrolment Status", "Enrollment Status", "Delegate Status"],
    ),
    ORGANISATION,
];
