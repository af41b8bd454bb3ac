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

/// Headers in which yes says that a place is taken, and so that the training is still to come, unless something says how it
/// went; a day is that of the booking.
pub(super) const PLACES_TAKEN: [&str; 2] = ["Booked", "Enrolled"];

/// Headers of the day on which a part of a course was done.
pub(super) const PART_COMPLETED: [&str; 3] =
    ["Session Completion Date", "Lesson Completion Date", "Activity Completion Date"];

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

/// Headers that name the course where nothing else does, and a part of it beside what does.
pub(super) const MODULE_NAMES: [&str; 2] = ["Module Name", "Module Title"];
/// The headers of a course, whatever is said of it.
pub(super) const COURSE_ALIASES: &[&str] = &[
    "Competence Name",
    "Competency Name",
    "Course Name",
    "Competence",
    "Competency",
    "Competency Title",
    "Course Code",
    "Course Title",
    "Training Name",
    MODULE_NAMES[0],
    MODULE_NAMES[1],
    "Course Full Name",
    "Course Full Name With Link",
    "Course Short Name",
    "Course ID Number",
    "Learning Title",
    "Learning Experience",
    "Learning Experience Name",
    "Learning Experience External ID",
];

/// The headers of booked places in which yes says that nobody came, or that nobody is to come.
pub(super) const NOT_ATTENDED_ALIASES: &[&str] =
    &["Did Not Attend", "Did Not Attend (DNA)", "DNA", "No Show", "Declined", "Withdrawn", "Place Given Up"];

/// The headers of an employee number in the files of employers.
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
/// The column of employee numbers that most kinds of file have.
pub(super) const EMPLOYEE_NUMBER: ColumnSpec =
    column(ColumnField::EmployeeNumber, "employee_number", Required, EMPLOYEE_NUMBER_ALIASES);

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
    column(ColumnField::Course, "course", Required, COURSE_ALIASES),
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
            "Section Name",
            "Section Title",
            "Topic",
            "Topic Name",
            "Topic Title",
            "Chapter",
            "Chapter Name",
            "Chapter Title",
            "Part Name",
            "Part Title",
            "Unit Title",
            "Learning Object",
            "Learning Object Title",
            "Learning Object Name",
            "Assessment Name",
            "Assessment Title",
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
            PART_COMPLETED[0],
            PART_COMPLETED[1],
            PART_COMPLETED[2],
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
            "Not Completed",
            "Incomplete",
            "Not Started",
            PLACES_TAKEN[0],
            PLACES_TAKEN[1],
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
