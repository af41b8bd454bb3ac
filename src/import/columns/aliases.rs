//! The columns of every kind of file and the headers they go by: the one table to extend.
//!
//! Headers are matched ignoring case, spaces, underscores and punctuation, so `Employee Number`, `EMPLOYEE_NUMBER`
//! and `employee-number` need one entry.

use std::fmt;
use std::sync::LazyLock;

use super::fields::ColumnNeed::{Optional, Required};
use super::fields::{ColumnField, ColumnSpec, column};
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
/// The same in learning systems, which keep the number in a field of theirs that may hold another.
const LEARNER_NUMBER_ALIASES: &[&str] = &[
    "Staff Number",
    "Staff ID",
    "Employee ID",
    "Employee No",
    "ESR Number",
    "ESR ID",
    "Staff Identifier",
    "Person Number",
    "User ID Number",
    "ID Number",
];
/// The header that holds a day in some systems, and yes or no beside the day in others.
pub(in crate::import) const COMPLETED: &str = "Completed";

/// Those of staff lists, and what learning systems call it.
const EMAIL_ALIASES: &[&str] = &[
    "Email Address",
    "Employee Email Address",
    "Work Email",
    "Office Email Address",
    "User's Email",
    "User Email",
    "Learner Email",
    "Learner Email Address",
];

/// The headers of a status, whatever it is the status of, after those of one kind alone.
macro_rules! status_aliases {
    [$($of_kind:literal),*] => {
        &[
            $($of_kind,)*
            "Completion Status",
            "Course Completion Status",
            "Course Status",
            "Training Status",
            "Learning Status",
            "Result",
            "Outcome",
            "Attendance",
            "Attendance Status",
            "Activity Status",
            "Session Status",
            "Lesson Status",
            "Completion State",
            "Progress",
            "Course Progress",
            "Learner Progress",
            "% Complete",
            "Percent Complete",
            "Percentage Complete",
            "Completion Percentage",
        ]
    };
}

const ORGANISATION_ALIASES: &[&str] = &["Organisation Code", "Organization Code", "ODS Code"];

const EMPLOYEE_NUMBER: ColumnSpec =
    column(ColumnField::EmployeeNumber, "employee_number", Required, EMPLOYEE_NUMBER_ALIASES);
const ORGANISATION: ColumnSpec =
    column(ColumnField::Organisation, "organisation", Optional, ORGANISATION_ALIASES);

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
            &["Termination Date", "Actual Termination Date", "Leaving Date", "Assignment End Date"],
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

const TRAINING: &[ColumnSpec] = &[
    column(ColumnField::EmployeeNumber, "employee_number", Required, LEARNER_NUMBER_ALIASES),
    column(ColumnField::Email, "email", Optional, EMAIL_ALIASES),
    column(
        ColumnField::Username,
        "username",
        Optional,
        &["User Name", "Login Name", "User ID", "User Identifier", "Login"],
    ),
    column(
        ColumnField::Course,
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
            "Course Full Name",
            "Course Full Name With Link",
            "Course Short Name",
            "Course ID Number",
            "Learning Title",
            "Learning Experience",
            "Learning Experience Name",
            "Learning Experience External ID",
        ],
    ),
    column(
        ColumnField::Part,
        "part",
        Optional,
        &[
            "Session",
            "Module",
            "Session Title",
            "Session Name",
            "Lesson",
            "Lesson Title",
            "Lesson Name",
            "Activity",
            "Activity Title",
            "Activity Name",
            "Component",
            "Component Name",
        ],
    ),
    column(
        ColumnField::CompletedOn,
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
            "Date of Completion",
            "Time Completed",
            "Course Completion Date",
            "Learning Experience Completion Date",
            "Session Completion Date",
            "Lesson Completion Date",
            "Activity Completion Date",
            COMPLETED,
        ],
    ),
    column(
        ColumnField::ExpiresOn,
        "expires_on",
        Optional,
        &["Expiry Date", "Valid Until", "Date Expires", "Expires", "Expiry", "Renew By"],
    ),
    column(ColumnField::Hours, "hours", Optional, &["Training Hours", "Duration Hours"]),
    column(ColumnField::Mode, "mode", Optional, &["Delivery Mode", "Delivery Method"]),
    column(ColumnField::Provider, "provider", Optional, &["Training Provider"]),
    column(ColumnField::Certificate, "certificate", Optional, &["Certificate Number", "Certificate No"]),
    column(ColumnField::Cost, "cost", Optional, &[]),
    column(ColumnField::Status, "status", Optional, status_aliases![]),
    column(
        ColumnField::Proficiency,
        "proficiency",
        Optional,
        &["Proficiency Level", "Competence Level", "Competency Level", "Rating Level"],
    ),
    column(
        ColumnField::Compliance,
        "compliance",
        Optional,
        &[
            "Compliance Status",
            "Compliant",
            "Competence Match",
            "Competency Match",
            "Requirement Status",
            "Requirement Met",
            "Meets Requirement",
            "RAG Status",
            "RAG",
        ],
    ),
    ORGANISATION,
];

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

const EXEMPTIONS: &[ColumnSpec] = &[
    EMPLOYEE_NUMBER,
    column(
        ColumnField::Course,
        "course",
        Optional,
        &["Competence Name", "Competency Name", "Course Name", "Course Code"],
    ),
    column(ColumnField::From, "from", Optional, &["From Date", "Start Date"]),
    column(ColumnField::Until, "until", Optional, &["Until Date", "End Date", "To"]),
    column(ColumnField::Reason, "reason", Required, &["Exemption Reason"]),
    ORGANISATION,
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
    column(
        ColumnField::Course,
        "course",
        Required,
        &["Competence Name", "Competency Name", "Course Name", "Course Code", "Course Title"],
    ),
    column(
        ColumnField::Date,
        "date",
        Required,
        &["Course Date", "Course Start Date", "Class Date", "Class Start Date", "Session Date"],
    ),
    column(ColumnField::Place, "place", Optional, &["Venue", "Location", "Room"]),
    column(ColumnField::Cancelled, "cancelled", Optional, &["Canceled", "Booking Cancelled"]),
    column(
        ColumnField::Status,
        "status",
        Optional,
        status_aliases!["Booking Status", "Enrolment Status", "Enrollment Status", "Delegate Status"],
    ),
    ORGANISATION,
];
