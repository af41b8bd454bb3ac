//! Headers that nothing reads and that speak of what decides: whether something was completed, when it expires, when
//! somebody leaves. A person says what they are.

use super::aliases::FileKind;
use super::fields::normalised;
use crate::import::messages::Warning;

/// What a header may speak of.
struct TellTale {
    /// The kinds of file in which it matters.
    kinds: &'static [FileKind],
    /// Words of a header that speak of it, and beginnings of words, which end in `…`.
    words: &'static [&'static str],
    /// What it is, behind `speaks of`.
    what: &'static str,
    /// The column that says it.
    column: &'static str,
}

const TELL_TALES: [TellTale; 6] = [
    TellTale {
        kinds: &[FileKind::Training],
        words: &["expir…", "valid", "validity", "laps…", "renew…", "due"],
        what: "when training expires",
        column: "expires_on",
    },
    TellTale {
        kinds: &[FileKind::Training, FileKind::Bookings],
        words: &[
            "status",
            "outcome",
            "result",
            "results",
            "passed",
            "fail",
            "failed",
            "attended",
            "attendance",
            "compliant",
            "compliance",
            "cancel…",
            "withdraw…",
            "dna",
            "rag",
            "incomplete",
            "show",
            "booked",
            "enrolled",
        ],
        what: "whether training was completed",
        column: "status",
    },
    TellTale {
        kinds: &[FileKind::Exemptions],
        words: &[
            "status",
            "outcome",
            "decision",
            "state",
            "approv…",
            "authoris…",
            "agreed",
            "declin…",
            "reject…",
            "refus…",
            "pending",
            "cancel…",
            "withdraw…",
            "active",
        ],
        what: "whether an exemption was given",
        column: "status",
    },
    TellTale {
        kinds: &[FileKind::Exemptions],
        words: &[
            "end",
            "ends",
            "ended",
            "ending",
            "until",
            "expir…",
            "valid",
            "review",
            "return…",
            "duration",
        ],
        what: "when an exemption ends",
        column: "until",
    },
    TellTale {
        kinds: &[FileKind::Exemptions],
        words: &["course", "courses", "competence", "competency", "training", "module", "subject"],
        what: "what somebody is exempt from",
        column: "course",
    },
    TellTale {
        kinds: &[FileKind::Staff],
        words: &[
            "leaving",
            "leaver",
            "leavers",
            "left",
            "terminat…",
            "resign…",
            "end",
            "ends",
            "ended",
            "last",
        ],
        what: "when somebody leaves",
        column: "leave_date",
    },
];
/// Headers of training records, normalised, that may be of a part of a course, and may be of something else.
const PARTS: [&str; 11] = [
    "section",
    "part",
    "day",
    "event",
    "eventname",
    "element",
    "itemname",
    "unitname",
    "assessment",
    "stage",
    "week",
];
/// Words of headers that speak of a person or their account, and not of training.
const OF_PERSONS: [&str; 14] = [
    "employee",
    "employment",
    "assignment",
    "person",
    "user",
    "account",
    "staff",
    "contract",
    "job",
    "position",
    "professional",
    "registration",
    "dbs",
    "marital",
];
/// The same in staff lists of a last name, and of when something was last changed.
const NO_LEAVING: [&str; 6] = ["name", "updated", "update", "changed", "modified", "login"];

/// A warning of a header that nothing reads and that speaks of what decides; `None` of any other.
pub(super) fn warning(kind: FileKind, header: &str) -> Option<Warning> {
    let lower = header.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let is_passed_over = match kind {
        FileKind::Staff => has(&NO_LEAVING),
        _ => has(&OF_PERSONS) || is_of_staff(header),
    };
    let speaks = |tale: &&TellTale| {
        let says = |word: &&str| {
            tale.words.iter().any(|known| match known.strip_suffix('…') {
                Some(start) => word.starts_with(start),
                None => word == known,
            })
        };
        tale.kinds.contains(&kind) && words.iter().any(says)
    };
    let is_part = kind == FileKind::Training && PARTS.contains(&normalised(header).as_str());
    let told = match TELL_TALES.iter().find(speaks).filter(|_| !is_passed_over) {
        Some(tale) => (tale.what, tale.column),
        None if is_part => ("a part of a course", "part"),
        None => return None,
    };
    let (what, column, kind) = (told.0.into(), told.1.into(), kind.to_string());
    Some(Warning::TellTale { header: header.into(), what, kind, column })
}

/// Whether staff lists have a column of this header.
pub(super) fn is_of_staff(header: &str) -> bool {
    let key = normalised(header);
    let mut columns = FileKind::Staff.columns().iter();
    columns.any(|column| column.aliases.iter().chain([&column.name]).any(|name| normalised(name) == key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_decides_and_is_not_read_is_told() {
        use FileKind::{Bookings, Exemptions, Expenses, Staff, Training};
        for (kind, header, expected) in [
            (Training, "Assessment Outcome", Some("status")),
            (Training, "Final result", Some("status")),
            (Training, "Attended?", Some("status")),
            (Training, "Reason for cancellation", Some("status")),
            (Training, "Overall compliance", Some("status")),
            (Training, "Licence expiry", Some("expires_on")),
            (Training, "Refresher due", Some("expires_on")),
            (Training, "Valid from", Some("expires_on")),
            (Training, "Assignment Status", None),
            (Training, "Employment status", None),
            (Training, "Termination Date", None),
            (Training, "Score", None),
            (Training, "Section", Some("part")),
            (Training, "Unit Name", Some("part")),
            (Training, "Unit", None),
            (Staff, "Section", None),
            (Training, "Trainer", None),
            (Bookings, "Cancellation date", Some("status")),
            (Bookings, "Certificate expiry", None),
            (Staff, "End Date", Some("leave_date")),
            (Staff, "Effective End Date", Some("leave_date")),
            (Staff, "Contract End Date", Some("leave_date")),
            (Staff, "Left on", Some("leave_date")),
            (Staff, "Last day at work", Some("leave_date")),
            (Staff, "Last updated", None),
            (Staff, "Annual leave", None),
            (Staff, "Gender", None),
            (Expenses, "Status", None),
            (Exemptions, "Approved by", Some("status")),
            (Exemptions, "Current state", Some("status")),
            (Exemptions, "Ends (date)", Some("until")),
            (Exemptions, "Date of return", Some("until")),
            (Exemptions, "Which training", Some("course")),
            (Exemptions, "Manager", None),
            (Exemptions, "Name", None),
        ] {
            let told = warning(kind, header).map(|warning| warning.to_string());
            let column =
                told.as_ref().map(|told| told.contains(&format!("= \"{}\"", expected.unwrap_or("?"))));
            assert_eq!(column, expected.map(|_| true), "{kind} {header}: {told:?}");
        }
    }
}
