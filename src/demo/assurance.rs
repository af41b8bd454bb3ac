//! What the fictional trust answers to the default policy's assurance statements: most of them yes, some overdue for
//! review, some never answered.

use chrono::{Days, NaiveDate};

use super::wishes::{ORGANISATION_CODE, SAFEGUARDING_EMAIL};

/// Headers of the file.
pub(super) const HEADERS: [&str; 7] =
    ["organisation", "statement", "answer", "answered_on", "evidence", "owner_email", "review_by"];

/// Statement, answer, days since it was given, days until its review, and what it rests on.
const ANSWERS: [(&str, &str, u64, i64, &str); 13] = [
    ("dbs-checks", "yes", 160, 205, "Audit of checks by People Services"),
    ("policies-current", "yes", 210, 155, "Policy review, board paper 14"),
    ("missed-appointments", "in-part", 400, -35, "Two of five clinics follow up every child"),
    ("flagging-concerns", "in-part", 300, 65, "Own flags only"),
    ("flagging-concerns", "yes", 40, 325, "CP-IS live in the emergency department"),
    ("training-current", "no", 90, 275, "This summary"),
    ("named-professionals", "yes", 200, 165, "Named nurse, doctor and midwife in post"),
    ("board-lead", "yes", 200, 165, "Chief Nurse"),
    ("board-review", "yes", 120, 245, "Annual report to the board"),
    ("audit-programme", "in-part", 250, -5, "Two of six audits done"),
    ("dedicated-budget", "yes", 230, 135, "Budget book"),
    ("supervision", "in-part", 150, 215, "All named professionals; wards to follow"),
    ("partnership-meetings", "occasionally", 130, 235, "Minutes of the partnership"),
];

/// The rows of the file on `today`.
pub(super) fn rows(today: NaiveDate) -> impl Iterator<Item = [String; 7]> {
    let row = move |(statement, answer, since, until, evidence): (&str, &str, u64, i64, &str)| {
        let review_by = today + chrono::TimeDelta::days(until);
        [
            ORGANISATION_CODE.to_owned(),
            statement.to_owned(),
            answer.to_owned(),
            (today - Days::new(since)).to_string(),
            evidence.to_owned(),
            SAFEGUARDING_EMAIL.to_owned(),
            review_by.to_string(),
        ]
    };
    ANSWERS.into_iter().map(row)
}
