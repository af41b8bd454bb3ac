//! The columns of training records and the headers they go by, and those that other kinds of file have in common with
//! them.

use super::fields::ColumnNeed::{Optional, Required};
use super::fields::{ColumnField, ColumnSpec, column};

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
            "Learner Status",
            "Success Status",
            "Competency Status",
            "Competence Status",
            "Completion Result",
            "Completion %",
            "Completion Percent",
        ]
    };
}
pub(super) use status_aliases;

/// The headers of a column of organisations, whatever the kind of file.
pub(super) const ORGANISATION_ALIASES: &[&str] = &["Organisation Code", "Organization Code", "ODS Code"];
/// The column of organisations that most kinds of file have.
pub(super) const ORGANISATION: ColumnSpec =
    column(ColumnField::Organisation, "organisation", Optional, ORGANISATION_ALIASES);

/// The columns of training records.
pub(super) const TRAINING: &[ColumnSpec] = &[
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
        &[
            "Expiry Date",
            "Valid Until",
            "Date Expires",
            "Expires",
            "Expiry",
            "Renew By",
            "Expiration Date",
            "Date of Expiry",
            "Valid To",
            "Valid Till",
            "Certification Expiry Date",
            "Certificate Expiry Date",
            "Competence Expiry Date",
            "Competency Expiry Date",
            "Course Expiry Date",
            "Training Expiry Date",
            "Time Expires",
            "Renewal Date",
            "Lapse Date",
        ],
    ),
    column(ColumnField::Hours, "hours", Optional, &["Training Hours", "Duration Hours"]),
    column(ColumnField::Mode, "mode", Optional, &["Delivery Mode", "Delivery Method"]),
    column(ColumnField::Provider, "provider", Optional, &["Training Provider"]),
    column(ColumnField::Certificate, "certificate", Optional, &["Certificate Number", "Certificate No"]),
    column(ColumnField::Cost, "cost", Optional, &[]),
    column(
        ColumnField::Status,
        "status",
        Optional,
        status_aliases![
            "Passed",
            "Pass/Fail",
            "Attended",
            "Booking Status",
            "Enrolment Status",
            "Enrollment Status",
            "Delegate Status"
        ],
    ),
    column(
        ColumnField::NotCompleted,
        "not_completed",
        Optional,
        &[
            "Did Not Attend",
            "Did Not Attend (DNA)",
            "DNA",
            "Not Attended",
            "No Show",
            "Cancelled",
            "Canceled",
            "Booking Cancelled",
            "Withdrawn",
            "Failed",
        ],
    ),
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
            "RAG Rating",
        ],
    ),
    ORGANISATION,
];
