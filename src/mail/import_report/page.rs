//! The report of a file in words.

use chrono::NaiveDate;

use super::{FileCounts, FileOutcome, ImportReport, Lies, Remarks};
use crate::mail::wording::{counted, cut, long_date, one_line, thousands};

/// How many remarks are shown. All rejected rows are in the file beside the one imported.
const SHOWN: usize = 10;

/// The longest file name in a subject, so that what became of it is never cut.
const NAME_LIMIT: usize = 30;

/// The longest file name elsewhere.
const LONG_NAME_LIMIT: usize = 100;

/// A thing to do, and the command for it if there is one.
pub(super) struct Step {
    pub what: String,
    pub command: Option<String>,
}

/// What all three templates show, in words.
#[derive(Default)]
pub(super) struct Page {
    pub organisation: String,
    pub on: String,
    pub subject: String,
    pub headline: String,
    /// Whether the reader has to do something, and what became of the register.
    pub first: String,
    pub why: Option<String>,
    pub counts: Vec<String>,
    pub rejected: Vec<String>,
    pub more_rejected: Option<String>,
    pub warnings: Vec<String>,
    pub notes: Vec<String>,
    pub steps: Vec<Step>,
    pub lies: Option<String>,
}

impl Page {
    pub(super) fn of(report: &ImportReport) -> Self {
        let file = cut(&one_line(&report.file), LONG_NAME_LIMIT);
        let short = cut(&file, NAME_LIMIT);
        let page = match &report.outcome {
            FileOutcome::Imported { counts, rejected, warnings, notes, lies } => {
                imported(&file, counts, rejected, warnings, notes, lies)
            }
            FileOutcome::Refused { why, can_be_forced, rejected, lies } => {
                refused(&file, why, *can_be_forced, rejected, lies)
            }
            FileOutcome::TakenBefore { on, import, lies } => taken_before(&file, *on, *import, lies),
            FileOutcome::UnknownName { beginnings } => unknown_name(&file, beginnings),
            FileOutcome::Stuck { why, lies } => stuck(&file, why, lies),
            FileOutcome::Unreadable { why } => unreadable(&file, why),
        };
        Self {
            organisation: one_line(&report.organisation),
            on: long_date(report.on),
            subject: format!("{short}: {}", page.subject),
            ..page
        }
    }
}

fn imported(
    file: &str,
    counts: &FileCounts,
    rejected: &Remarks,
    warnings: &Remarks,
    notes: &[String],
    lies: &Lies,
) -> Page {
    let rows = counted(counts.rows, "row", "rows");
    let to_put_right = counted(rejected.lines, "row", "rows");
    // A list that says nothing new of those who are on it can still end people who are not.
    let (subject, headline, first) = match (rejected.lines, counts.applied + counts.leavers) {
        (0, 0) => (
            "nothing new in it".to_owned(),
            format!("{file} changed nothing"),
            format!("What its {rows} said was known already. There is nothing for you to do."),
        ),
        (0, _) => (
            "imported".to_owned(),
            format!("{file} is imported"),
            format!("Every row of it could be used: {rows}. There is nothing for you to do."),
        ),
        (lines, _) => (
            format!("imported, {to_put_right} to put right"),
            format!("{file} is imported, but for {to_put_right}"),
            format!(
                "{} of its {rows} could be used. Please put the other {} right: what they say is not in the register.",
                thousands(counts.rows.saturating_sub(lines)),
                thousands(lines),
            ),
        ),
    };
    Page {
        subject,
        headline,
        first,
        counts: count_lines(counts),
        steps: put_right(rejected, lies, "drop it into the inbox in its turn"),
        lies: Some(lies.below.clone()),
        warnings: in_lines(warnings),
        notes: notes.iter().map(|note| capitalised(&one_line(note))).collect(),
        ..with_rejected(rejected)
    }
}

fn refused(file: &str, why: &str, can_be_forced: bool, rejected: &Remarks, lies: &Lies) -> Page {
    let mut steps = vec![Step {
        what: "Put right what is wrong where the file comes from, and drop the new one into the inbox."
            .to_owned(),
        command: None,
    }];
    if can_be_forced {
        steps.push(Step {
            what: "Is it right as it is? See what it would do, then leave out --dry-run:".to_owned(),
            command: Some(format!("refresher import {} --force --dry-run {}", lies.kind, quoted(&lies.path))),
        });
    }
    Page {
        subject: "not imported".to_owned(),
        headline: format!("{file} was not imported"),
        first: "Nothing of it was taken, and nothing in the register was changed. Please look at it."
            .to_owned(),
        why: Some(one_line(why)),
        steps,
        lies: Some(lies.below.clone()),
        ..with_rejected(rejected)
    }
}

fn taken_before(file: &str, on: NaiveDate, import: Option<i32>, lies: &Lies) -> Page {
    let import = import.map_or(String::new(), |import| format!(", as import {import}"));
    Page {
        subject: "not taken again".to_owned(),
        headline: format!("{file} was not taken again"),
        first: format!("This very file was taken on {}{import}. Nothing was changed now.", long_date(on)),
        steps: vec![
            Step { what: "Did you mean another? Drop that one into the inbox.".to_owned(), command: None },
            Step {
                what: "Is this one to be taken once more?".to_owned(),
                command: Some(format!("refresher import {} {}", lies.kind, quoted(&lies.path))),
            },
        ],
        lies: Some(lies.below.clone()),
        ..Page::default()
    }
}

fn unknown_name(file: &str, beginnings: &[&str]) -> Page {
    Page {
        subject: "left in the inbox".to_owned(),
        headline: format!("{file} is left in the inbox"),
        first: "Its name does not say what it holds, so it was not looked into.".to_owned(),
        steps: vec![
            Step {
                what: format!(
                    "Is it to be imported? Rename it, so that its name begins with what it holds: {}.",
                    beginnings.join(", ")
                ),
                command: None,
            },
            Step { what: "Otherwise take it out of the folder.".to_owned(), command: None },
        ],
        ..Page::default()
    }
}

fn stuck(file: &str, why: &str, lies: &Lies) -> Page {
    Page {
        subject: "can't be moved out of the inbox".to_owned(),
        headline: format!("{file} can't be moved out of the inbox"),
        first: "It was taken, and is not taken again. But it still lies in the inbox, and any rows to put right could \
                not be written down."
            .to_owned(),
        why: Some(format!("It can't be moved to {}: {}", lies.below, one_line(why))),
        steps: vec![Step {
            what: "Let refresher write into the inbox and into the folders done and refused in it. It goes on trying."
                .to_owned(),
            command: None,
        }],
        ..Page::default()
    }
}

fn unreadable(file: &str, why: &str) -> Page {
    Page {
        subject: "can't be read".to_owned(),
        headline: format!("{file} can't be read"),
        first: "It is left in the inbox, and nothing of it was taken.".to_owned(),
        why: Some(one_line(why)),
        steps: vec![Step {
            what:
                "Let refresher read the files in the inbox. It goes on trying, and tells you what came of it."
                    .to_owned(),
            command: None,
        }],
        ..Page::default()
    }
}

fn with_rejected(rejected: &Remarks) -> Page {
    let more = rejected.lines > SHOWN as u64 || rejected.first.len() > SHOWN;
    Page {
        rejected: in_lines(rejected),
        more_rejected: more
            .then(|| "These are the first; the others are in the file of rejected rows.".to_owned()),
        ..Page::default()
    }
}

fn in_lines(remarks: &Remarks) -> Vec<String> {
    let shown = remarks.first.iter().take(SHOWN);
    let lines = shown.map(|(line, column, remark)| match (line, column.as_str()) {
        (0, _) => capitalised(&one_line(remark)),
        (line, "") => format!("Line {line}: {}", one_line(remark)),
        (line, column) => format!("Line {line}, {}: {}", one_line(column), one_line(remark)),
    });
    lines.collect()
}

fn capitalised(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}

fn put_right(rejected: &Remarks, lies: &Lies, then: &str) -> Vec<Step> {
    if rejected.lines == 0 {
        return Vec::new();
    }
    vec![
        Step {
            what: format!(
                "Open the file of rejected rows in the inbox, {}.rejected.csv: each has its reason in the last column.",
                lies.below
            ),
            command: None,
        },
        Step {
            what: format!(
                "Put them right, save it as CSV under a name that begins with {}, and {then}.",
                lies.kind
            ),
            command: None,
        },
    ]
}

fn count_lines(counts: &FileCounts) -> Vec<String> {
    let changed = format!(
        "{} changed something, {} said what was known",
        counted(counts.applied, "row", "rows"),
        thousands(counts.unchanged)
    );
    let further = [
        (counts.joiners, "person joins", "people join"),
        (counts.leavers, "person leaves", "people leave"),
        (counts.changes, "person with changes", "people with changes"),
        (counts.records_added, "training record added", "training records added"),
        (counts.records_corrected, "training record corrected", "training records corrected"),
    ];
    let further = further.into_iter().filter(|(count, ..)| *count > 0);
    std::iter::once(changed).chain(further.map(|(count, one, many)| counted(count, one, many))).collect()
}

/// A path as a shell takes it whole.
pub(super) fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "._/-".contains(c);
    if path.chars().all(plain) { path.to_owned() } else { format!("'{}'", path.replace('\'', "'\\''")) }
}
