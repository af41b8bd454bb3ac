//! The columns of exemptions and the headers they go by.

use super::fields::ColumnNeed::{Optional, Required};
use super::fields::{ColumnField, ColumnSpec, column};
use super::training_headers::{COURSE_ALIASES, EMPLOYEE_NUMBER, ORGANISATION};

/// The columns of exemptions.
pub(super) const EXEMPTIONS: &[ColumnSpec] = &[
    EMPLOYEE_NUMBER,
    column(ColumnField::Course, "course", Optional, COURSE_ALIASES),
    column(
        ColumnField::From,
        "from",
        Optional,
        &[
            "From Date",
            "Start Date",
            "Date From",
            "Valid From",
            "Effective From",
            "Effective Date",
            "Exemption Start Date",
            "Exemption Start",
            "Exemption From",
            "Begin Date",
            "Start",
            "Starts",
            "Starts On",
        ],
    ),
    column(
        ColumnField::Until,
        "until",
        Optional,
        &[
            "Until Date",
            "End Date",
            "To",
            "Date To",
            "To Date",
            "Valid Until",
            "Valid To",
            "Valid Till",
            "Effective To",
            "Exempt Until",
            "Exemption End Date",
            "Exemption End",
            "Exemption Until",
            "Exemption Expiry Date",
            "Expiry Date",
            "Expiration Date",
            "Expiry",
            "Expires",
            "Expires On",
            "End",
            "Ends",
            "Ends On",
        ],
    ),
    column(ColumnField::Reason, "reason", Required, &["Exemption Reason", "Reason for Exemption"]),
    column(
        ColumnField::Status,
        "status",
        Optional,
        &[
            "Exemption Status",
            "Approval Status",
            "Approval",
            "Approved",
            "Request Status",
            "Decision",
            "Outcome",
        ],
    ),
    ORGANISATION,
];
