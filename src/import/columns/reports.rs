//! Reports of known systems that can't be imported as they come: the table of what gives each away, what it lacks, and the
//! one thing to do.

use super::aliases::FileKind;
use super::fields::normalised;
use crate::import::cells::text;
use crate::import::messages::Refusal;
use crate::tabular::RawRow;

/// A report of a known system.
struct KnownReport {
    /// What it is, for people.
    name: &'static str,
    /// Headers that it has, each in any of these spellings; one that begins with `…` is the end of a header.
    marks: &'static [&'static [&'static str]],
    /// Headers that it would have if it could be imported.
    lacking: &'static [&'static str],
    /// What it lacks, behind `which`.
    lacks: &'static str,
    /// The one thing to do.
    remedy: &'static str,
}

/// Headers by which rows name people surely.
const PEOPLE: &[&str] = &[
    "Employee Number",
    "Staff Number",
    "Assignment Number",
    "Person Number",
    "ESR Number",
    "Email",
    "Email Address",
    "User's Email",
    "User Email",
    "Username",
    "User ID Number",
    "ID Number",
];
/// Headers of the day of completion.
const DAYS: &[&str] = &[
    "Date Last Awarded",
    "Last Awarded",
    "Date Achieved",
    "Achieved Date",
    "Date Awarded",
    "Completion Date",
    "Date Completed",
    "Completed Date",
    "Completed On",
    "Completed",
    "Certification Date",
];
/// Headers of courses.
const COURSES: &[&str] = &[
    "Course",
    "Course Name",
    "Course Full Name",
    "Course Title",
    "Course Code",
    "Competence Name",
    "Training",
    "Training Name",
];
const COMPETENCES: &[&str] =
    &["Competence Name", "Competency Name", "Competence", "Competency", "Competency Title"];
const COMPLIANCE: &[&str] =
    &["Compliance Status", "Competence Match", "Competency Match", "Requirement Status", "Requirement Met"];

/// Those known, the surest first.
const REPORTS: &[KnownReport] = &[
    KnownReport {
        name: "a Moodle report of the completion of one course",
        marks: &[&["Course Complete"], &["Name", "Full Name", "First Name"]],
        lacking: COURSES,
        lacks: "does not say in its rows which course it is of, and writes years with two digits",
        remedy: "make a custom report of the source Course participants in Moodle, with Course full name, Email address, \
                 Completed and Time completed, and import that",
    },
    KnownReport {
        name: "a Moodle report of the activities of one course",
        marks: &[&["… - Completion date"], &["Name", "Full Name", "First Name", "Email Address"]],
        lacking: COURSES,
        lacks: "says what was done of a course, not whether the course was",
        remedy: "make a custom report of the source Course participants in Moodle, with Course full name, Email address, \
                 Completed and Time completed, and import that",
    },
    KnownReport {
        name: "a Totara report of course completions",
        marks: &[&["User's Fullname", "User's Fullname (linked to profile)"], &["Course Name"]],
        lacking: PEOPLE,
        lacks: "names people by their names alone, which two may share",
        remedy: "add the column User's Email or User ID Number to the report in Totara, and export it again",
    },
    KnownReport {
        name: "an ESR compliance report",
        marks: &[COMPETENCES, PEOPLE, COMPLIANCE],
        lacking: DAYS,
        lacks: "says until when training counts, but not when it was done",
        remedy: "add Date Last Awarded to the report in ESR, or run Competences held, and import that",
    },
    KnownReport {
        name: "somebody's own compliance list from ESR",
        marks: &[COMPETENCES, DAYS, &["Compliance Status", "VPD", "Last Updated By", "Min Requirement"]],
        lacking: PEOPLE,
        lacks: "does not say whose it is",
        remedy: "add a column Employee Number with that person's number on each row, and import it again",
    },
    KnownReport {
        name: "an ESR compliance summary",
        marks: &[&["Required", "Sum of Required", "Assignment Count"], &["Achieved", "Sum of Achieved"]],
        lacking: PEOPLE,
        lacks: "counts people and names none",
        remedy: "run Competences held in ESR, one row a person and competence, and import that",
    },
];

/// The list of people that this program writes itself. Its days are of whatever course gave credit, and it has no status that
/// says of one whether it was completed: read as records, people would look trained who are not.
const OWN_LISTS: [KnownReport; 2] = [
    own_list_with(&[&["course"], &["completed_on"], &["state"], &["due_date", "lapse_date"]]),
    own_list_with(&[&["course"], &["completed_on"], &["due_date"], &["lapse_date"]]),
];

const fn own_list_with(marks: &'static [&'static [&'static str]]) -> KnownReport {
    KnownReport {
        name: "a list that refresher wrote of how people stand",
        marks,
        lacking: &[],
        lacks: "may have beside a course the day of another that covers it",
        remedy: "write completions with `refresher staff --matrix --output FILE`, and import that",
    }
}

/// What to do about a header row that can't be used, where it is that of a known report.
pub(in crate::import) fn known_report(kind: FileKind, row: &RawRow) -> Option<Refusal> {
    told(kind, row, REPORTS)
}

/// Why a header row is not used though it could be: it is that of a list which this program wrote for another purpose.
pub(in crate::import) fn own_list(kind: FileKind, row: &RawRow) -> Option<Refusal> {
    told(kind, row, &OWN_LISTS)
}

fn told(kind: FileKind, row: &RawRow, reports: &[KnownReport]) -> Option<Refusal> {
    if kind != FileKind::Training {
        return None;
    }
    let cells = row.cells().filter_map(|cell| text::clean(cell).ok());
    let headers: Vec<String> = cells.map(|cell| cell.replace('_', " ").to_lowercase()).collect();
    let has = |spelling: &&str| match spelling.strip_prefix('…') {
        Some(end) => headers.iter().any(|header| header.ends_with(&end.to_lowercase())),
        None => headers.iter().any(|header| normalised(header) == normalised(spelling)),
    };
    let is = |report: &&KnownReport| {
        report.marks.iter().all(|mark| mark.iter().any(&has)) && !report.lacking.iter().any(&has)
    };
    let report = reports.iter().find(is)?;
    Some(Refusal::KnownReport {
        line: row.line.to_string(),
        report: report.name.into(),
        lacks: report.lacks.into(),
        remedy: report.remedy.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The report that a header of training records is told to be, by its first words.
    fn told_of(header: &str) -> Option<String> {
        let mut row = RawRow { line: 1, ..RawRow::default() };
        for cell in header.split(',') {
            let start = row.text.len();
            row.text.push_str(cell);
            row.spans.push((start, row.text.len()));
        }
        let told = known_report(FileKind::Training, &row).or_else(|| own_list(FileKind::Training, &row));
        told.map(|refusal| refusal.to_string())
    }

    #[test]
    fn a_report_is_known_by_the_headers_that_it_alone_has() {
        for (header, expected) in [
            (
                "ID,Name,Email address,Quiz,Quiz - Completion date,Course complete",
                Some("completion of one course"),
            ),
            ("Name,Email address,Quiz,Quiz - Completion date", Some("activities of one course")),
            ("User's Fullname,Course Name,Completion Status,Completion Date", Some("Totara report")),
            (
                "Competence Name,Employee Number,Compliance Status,Expiry Date",
                Some("an ESR compliance report"),
            ),
            ("Competency Name,Date Last Awarded,Compliance Status,VPD", Some("own compliance list")),
            ("Org L4,Required,Achieved,Compliance %", Some("compliance summary")),
            (
                "Employee Number,Name,Course,State,Due date,Lapse date,Completed on",
                Some("a list that refresher wrote"),
            ),
            ("employee_number,course,state,lapse_date,completed_on", Some("a list that refresher wrote")),
            ("employee_number,course,due_date,lapse_date,completed_on", Some("a list that refresher wrote")),
            ("employee_number,course,state,completed_on", None),
            ("employee_number,course,completed_on,due_date", None),
            // What only lacks something.
            ("Name,Email Address,Completion Date", None),
            ("Name,Email Address,Course,Quiz - Completion date", None),
            ("Employee Number,Competence Name,Expiry Date", None),
            ("Full name,Course Name,Completion Date", None),
            ("Employee Number,Required,Achieved", None),
        ] {
            let found = told_of(header);
            assert_eq!(found.is_some(), expected.is_some(), "{header}: {found:?}");
            assert!(found.unwrap_or_default().contains(expected.unwrap_or_default()), "{header}");
        }
    }
}
