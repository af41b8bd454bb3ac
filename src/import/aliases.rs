//! The columns of every kind of file and the headers they go by: the one table to extend.
//!
//! Headers are matched ignoring case, spaces, underscores and punctuation, so `Employee Number`, `EMPLOYEE_NUMBER`
//! and `employee-number` need one entry.

use std::fmt;
use std::sync::LazyLock;

use super::fields::Need::{Optional, Required};
use super::fields::{Column, Field, column};
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
    pub(super) fn columns(self) -> &'static [Column] {
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

const EMPLOYEE_NUMBER_ALIASES: &[&str] = &[
    "Staff Number",
    "Staff ID",
    "Employee ID",
    "Employee No",
    "ESR Number",
    "ESR ID",
    "Staff Identifier",
    "Person Number",
];
/// Headers that name a unit only where nothing better does.
pub(super) const PLACES: [&str; 5] = ["Ward", "Department", "Location", "Team", "Service"];

const ORGANISATION_ALIASES: &[&str] = &["Organisation Code", "Organization Code", "ODS Code"];

const EMPLOYEE_NUMBER: Column =
    column(Field::EmployeeNumber, "employee_number", Required, EMPLOYEE_NUMBER_ALIASES);
const ORGANISATION: Column = column(Field::Organisation, "organisation", Optional, ORGANISATION_ALIASES);

/// The texts of [`staff_fields`](crate::register), and what has rules of its own.
static STAFF: LazyLock<Vec<Column>> = LazyLock::new(|| {
    let text = |field: Field, about: &'static StaffField| {
        column(field, about.name, if about.is_required { Required } else { Optional }, about.aliases)
    };
    let mut columns = vec![
        EMPLOYEE_NUMBER,
        column(
            Field::FullName,
            "full_name",
            Optional,
            &["Name", "Employee Name", "Staff Name", "Employee Full Name", "Person Name", "Display Name"],
        ),
    ];
    columns.extend(PersonField::ALL.iter().map(|field| text((*field).into(), field.about())));
    columns.extend(PostField::ALL.iter().map(|field| text((*field).into(), field.about())));
    columns.extend([
        column(
            Field::StartDate,
            "start_date",
            Required,
            &["Latest Start Date", "Hire Date", "Assignment Start Date"],
        ),
        column(
            Field::LeaveDate,
            "leave_date",
            Optional,
            &["Termination Date", "Actual Termination Date", "Leaving Date", "Assignment End Date"],
        ),
        column(Field::PrimaryAssignment, "primary_assignment", Optional, &["Primary", "Primary Flag"]),
        ORGANISATION,
        column(Field::OrgL2, "org_l2", Optional, &[]),
        column(Field::OrgL3, "org_l3", Optional, &[]),
        column(Field::OrgL4, "org_l4", Optional, &[]),
        column(Field::OrgL5, "org_l5", Optional, &[]),
        column(Field::OrgL6, "org_l6", Optional, &[]),
        column(Field::OrgL7, "org_l7", Optional, &[]),
        column(Field::OrgL8, "org_l8", Optional, &[]),
    ]);
    columns
});

const TRAINING: &[Column] = &[
    EMPLOYEE_NUMBER,
    column(Field::Email, "email", Optional, PersonField::Email.about().aliases),
    column(Field::Username, "username", Optional, &["User Name", "Login Name", "User ID"]),
    column(
        Field::Course,
        "course",
        Required,
        &[
            "Competence Name",
            "Competency Name",
            "Course Name",
            "Competence",
            "Competency",
            "Competency Title",
            "Course Code",
            "Course Title",
            "Training Name",
            "Module Name",
        ],
    ),
    column(
        Field::CompletedOn,
        "completed_on",
        Required,
        &[
            "Date Last Awarded",
            "Date Achieved",
            "Completion Date",
            "Date Completed",
            "Achieved Date",
            "Date Awarded",
            "Certification Date",
            "Last Awarded",
            "Completed Date",
        ],
    ),
    column(
        Field::ExpiresOn,
        "expires_on",
        Optional,
        &["Expiry Date", "Valid Until", "Date Expires", "Expires", "Expiry", "Renew By"],
    ),
    column(Field::Hours, "hours", Optional, &["Training Hours", "Duration Hours"]),
    column(Field::Mode, "mode", Optional, &["Delivery Mode", "Delivery Method"]),
    column(Field::Provider, "provider", Optional, &["Training Provider"]),
    column(Field::Certificate, "certificate", Optional, &["Certificate Number", "Certificate No"]),
    column(Field::Cost, "cost", Optional, &[]),
    column(
        Field::Status,
        "status",
        Optional,
        &[
            "Completion Status",
            "Course Completion Status",
            "Course Status",
            "Training Status",
            "Learning Status",
            "Result",
            "Outcome",
            "Attendance",
            "Attendance Status",
            "Progress",
        ],
    ),
    ORGANISATION,
];

const ORGANISATIONS: &[Column] = &[
    column(Field::Code, "code", Required, ORGANISATION_ALIASES),
    column(Field::Name, "name", Required, &["Organisation Name", "Organization Name"]),
    column(Field::Kind, "kind", Optional, &["Organisation Type", "Organisation Kind", "Type"]),
    column(
        Field::SafeguardingEmail,
        "safeguarding_email",
        Optional,
        &["Safeguarding Email Address", "Email"],
    ),
];

const EXEMPTIONS: &[Column] = &[
    EMPLOYEE_NUMBER,
    column(
        Field::Course,
        "course",
        Optional,
        &["Competence Name", "Competency Name", "Course Name", "Course Code"],
    ),
    column(Field::From, "from", Optional, &["From Date", "Start Date"]),
    column(Field::Until, "until", Optional, &["Until Date", "End Date", "To"]),
    column(Field::Reason, "reason", Required, &["Exemption Reason"]),
    ORGANISATION,
];

const BUDGET: &[Column] = &[
    ORGANISATION,
    column(Field::FinancialYear, "financial_year", Required, &["Year"]),
    column(Field::Allocated, "allocated", Required, &["Allocation", "Budget", "Amount"]),
    column(Field::Dedicated, "dedicated", Optional, &[]),
];

const EXPENSES: &[Column] = &[
    ORGANISATION,
    column(Field::Date, "date", Required, &["Expense Date", "Invoice Date"]),
    column(Field::Description, "description", Optional, &["Details"]),
    column(Field::Amount, "amount", Required, &["Cost", "Total"]),
    column(Field::Course, "course", Optional, &["Course Name", "Course Code"]),
    column(Field::People, "people", Optional, &["Number of People", "Attendees"]),
    column(Field::Reference, "reference", Optional, &["Invoice Number", "Invoice Reference", "Ref"]),
];

const ASSURANCE: &[Column] = &[
    ORGANISATION,
    column(Field::Statement, "statement", Required, &["Statement ID", "Criterion"]),
    column(Field::Answer, "answer", Required, &["Response"]),
    column(Field::AnsweredOn, "answered_on", Required, &["Answer Date", "Date Answered", "As At"]),
    column(Field::Evidence, "evidence", Optional, &["Extra Information", "Comments"]),
    column(Field::OwnerEmail, "owner_email", Optional, &["Owner", "Owner Email Address"]),
    column(Field::ReviewBy, "review_by", Optional, &["Review Date", "Next Review", "Next Review Date"]),
];

const BOOKINGS: &[Column] = &[
    EMPLOYEE_NUMBER,
    column(
        Field::Course,
        "course",
        Required,
        &["Competence Name", "Competency Name", "Course Name", "Course Code", "Course Title"],
    ),
    column(
        Field::Date,
        "date",
        Required,
        &["Course Date", "Course Start Date", "Class Date", "Class Start Date", "Session Date"],
    ),
    column(Field::Place, "place", Optional, &["Venue", "Location", "Room"]),
    column(Field::Cancelled, "cancelled", Optional, &["Canceled", "Booking Cancelled"]),
    column(
        Field::Status,
        "status",
        Optional,
        &[
            "Booking Status",
            "Enrolment Status",
            "Enrollment Status",
            "Delegate Status",
            "Attendance",
            "Attendance Status",
        ],
    ),
    ORGANISATION,
];
