//! The report of a file in words.

use chrono::NaiveDate;

use super::report::{FileCounts, FileLocation, FileOutcome, ImportReport, NotLookedInto, Remarks, RowRemark};
use crate::mail::wording::{capitalised, counted, cut, long_date, one_line, thousands};

/// How many different remarks are shown. All rejected rows are in the file beside the one imported.
const SHOWN: usize = 10;

/// The longest file name in a subject, so that what became of it is never cut.
const NAME_LIMIT: usize = 30;

/// The longest file name elsewhere.
const LONG_NAME_LIMIT: usize = 100;

/// A thing to do, and the command for it if there is one.
pub(super) struct ThingToDo {
    pub what: String,
    pub command: Option<CommandToRun>,
}

/// A command: words that are not to be broken, and the path they end with, which may be long.
pub(super) struct CommandToRun {
    pub words: Vec<&'static str>,
    pub kind: String,
    pub path: String,
}

impl ThingToDo {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), command: None }
    }

    fn import(what: &str, flags: &[&'static str], lies: &FileLocation) -> Self {
        let words = flags.to_vec();
        Self {
            what: what.to_owned(),
            command: Some(CommandToRun { words, kind: lies.kind.clone(), path: quoted(&lies.path) }),
        }
    }
}

/// A remark on a line of the file: where, and what is to be said.
pub(super) struct RemarkLine {
    pub place: String,
    pub words: String,
}

/// How the matter stands, for a colour that only repeats the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum ReportTone {
    /// There is nothing to do.
    #[default]
    Good,
    /// Something is to be put right.
    Near,
    /// Nothing was taken.
    Poor,
}

impl ReportTone {
    /// The colour of its border.
    pub(crate) fn border(self) -> &'static str {
        match self {
            Self::Good => "#007f3b",
            Self::Near => "#ffb81c",
            Self::Poor => "#d5281b",
        }
    }
}

/// What all three templates show, in words.
#[derive(Default)]
pub(super) struct ImportReportPage {
    pub organisation: String,
    pub on: String,
    pub subject: String,
    pub headline: String,
    pub tone: ReportTone,
    /// Whether the reader has to do something, and what became of the register.
    pub first: String,
    pub why: Option<String>,
    pub counts: Vec<String>,
    pub rejected: Vec<RemarkLine>,
    pub more_rejected: Option<String>,
    pub warnings: Vec<RemarkLine>,
    pub notes: Vec<String>,
    pub steps: Vec<ThingToDo>,
    pub lies: Option<String>,
}

impl ImportReportPage {
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
            FileOutcome::Left { why, beginnings } => left(&file, *why, beginnings),
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
    lies: &FileLocation,
) -> ImportReportPage {
    let rows = counted(counts.rows, "row", "rows");
    let to_put_right = counted(rejected.lines, "row", "rows");
    // A list that says nothing new of those who are on it can still end people who are not.
    let (subject, headline, first) = match (rejected.lines, counts.applied + counts.leavers) {
        (0, 0) => (
            "nothing new in it".to_owned(),
            format!("{file} changed nothing"),
            format!("What its {rows} said was known already. {}", to_do(warnings)),
        ),
        (0, _) => (
            "imported".to_owned(),
            format!("{file} is imported"),
            format!("Every row of it could be used: {rows}. {}", to_do(warnings)),
        ),
        (lines, _) if lines >= counts.rows => (
            "no row could be used".to_owned(),
            format!("No row of {file} could be used"),
            could_be_used(counts.rows, lines),
        ),
        (lines, _) => (
            format!("imported, {to_put_right} to put right"),
            format!("{file} is imported, but for {to_put_right}"),
            could_be_used(counts.rows, lines),
        ),
    };
    ImportReportPage {
        subject,
        headline,
        first,
        tone: if rejected.lines == 0 { ReportTone::Good } else { ReportTone::Near },
        counts: count_lines(counts),
        steps: put_right(rejected, lies),
        lies: Some(lies.below.clone()),
        warnings: in_lines(warnings),
        notes: notes.iter().map(|note| capitalised(&one_line(note))).collect(),
        ..with_rejected(rejected)
    }
}

/// How much of a file with so many rows could be used, and that the others are to be put right.
fn could_be_used(rows: u64, lines: u64) -> String {
    let (used, of) = (rows.saturating_sub(lines), counted(rows, "row", "rows"));
    match (used, lines) {
        (0, 1) => "Please put it right: what it says is not in the register.".to_owned(),
        (0, lines) => {
            format!("Please put all {} right: what they say is not in the register.", thousands(lines))
        }
        (used, 1) => format!(
            "{} of its {of} could be used. Please put the other one right: what it says is not in the register.",
            thousands(used)
        ),
        (used, lines) => format!(
            "{} of its {of} could be used. Please put the other {} right: what they say is not in the register.",
            thousands(used),
            thousands(lines)
        ),
    }
}

/// What the reader has to do with a file of which every row could be used.
fn to_do(warnings: &Remarks) -> &'static str {
    if warnings.first.is_empty() {
        "There is nothing for you to do."
    } else {
        "Please look at what is said of it below."
    }
}

fn refused(
    file: &str,
    why: &str,
    can_be_forced: bool,
    rejected: &Remarks,
    lies: &FileLocation,
) -> ImportReportPage {
    let mut steps = vec![ThingToDo::new(
        "Is something wrong? Put it right where the file comes from, and drop the new one into the inbox.",
    )];
    if can_be_forced {
        let what = "Is it right as it is? Whoever runs refresher can see with this what it would do, and then do it by \
                    leaving out --dry-run:";
        steps.push(ThingToDo::import(what, &["--force", "--dry-run"], lies));
    }
    ImportReportPage {
        subject: "not imported".to_owned(),
        headline: format!("{file} was not imported"),
        first: "Nothing of it was taken, and nothing in the register was changed. Please look at it."
            .to_owned(),
        tone: ReportTone::Poor,
        why: Some(capitalised(&one_line(why))),
        steps,
        lies: Some(lies.below.clone()),
        ..with_rejected(rejected)
    }
}

fn taken_before(file: &str, on: NaiveDate, import: Option<i32>, lies: &FileLocation) -> ImportReportPage {
    let import = import.map_or(String::new(), |import| format!(", as import {import}"));
    ImportReportPage {
        subject: "not taken again".to_owned(),
        headline: format!("{file} was not taken again"),
        first: format!("This very file was taken on {}{import}. Nothing was changed now.", long_date(on)),
        tone: ReportTone::Near,
        steps: vec![
            ThingToDo::new("Did you mean another? Drop that one into the inbox."),
            ThingToDo::import(
                "Is this one to be taken once more? Whoever runs refresher can do so with:",
                &[],
                lies,
            ),
        ],
        lies: Some(lies.below.clone()),
        ..ImportReportPage::default()
    }
}

fn left(file: &str, why: NotLookedInto, beginnings: &[&str]) -> ImportReportPage {
    let first = match why {
        NotLookedInto::Unclear => "Its name does not say what it holds, so it was not looked into.",
        NotLookedInto::Copy => {
            "By its name it is a copy, which may be older than what was imported, so it was not looked into."
        }
        NotLookedInto::Kept => {
            "By its name it is hidden, a backup, or something that a program keeps for itself, so it was not looked into."
        }
    };
    let otherwise = match why {
        NotLookedInto::Unclear | NotLookedInto::Copy => "Otherwise take it out of the folder.",
        NotLookedInto::Kept => "Otherwise there is nothing for you to do.",
    };
    ImportReportPage {
        subject: "left in the inbox".to_owned(),
        headline: format!("{file} is left in the inbox"),
        first: format!("{first} You are told this once for each name."),
        tone: ReportTone::Near,
        steps: vec![
            ThingToDo::new(format!(
                "Is it to be imported? Rename it, so that its name begins with what it holds ({}) and ends in .csv, .xlsx, .xls or .ods{}.",
                beginnings.join(", "),
                if why == NotLookedInto::Copy { ", without the mark of a copy" } else { "" }
            )),
            ThingToDo::new(otherwise),
        ],
        ..ImportReportPage::default()
    }
}

fn stuck(file: &str, why: &str, lies: &FileLocation) -> ImportReportPage {
    ImportReportPage {
        subject: "can't be moved out of the inbox".to_owned(),
        headline: format!("{file} can't be moved out of the inbox"),
        first: "It was taken, and is not taken again. But it still lies in the inbox, and any rows to put right could \
                not be written down."
            .to_owned(),
        why: Some(format!("It can't be moved to {}: {}", lies.below, one_line(why))),
        tone: ReportTone::Poor,
        steps: vec![ThingToDo::new(
            "Let refresher write into the inbox and into the folders done and refused in it. It goes on trying.",
        )],
        ..ImportReportPage::default()
    }
}

fn unreadable(file: &str, why: &str) -> ImportReportPage {
    ImportReportPage {
        subject: "can't be read".to_owned(),
        headline: format!("{file} can't be read"),
        first: "It is left in the inbox, and nothing of it was taken.".to_owned(),
        tone: ReportTone::Poor,
        why: Some(capitalised(&one_line(why))),
        steps: vec![ThingToDo::new(
            "Let refresher read the files in the inbox. It goes on trying, and tells you what came of it.",
        )],
        ..ImportReportPage::default()
    }
}

fn with_rejected(rejected: &Remarks) -> ImportReportPage {
    let more = rejected.first.len() > SHOWN;
    ImportReportPage {
        rejected: in_lines(rejected),
        more_rejected: more
            .then(|| "These are the first; the others are in the file of rejected rows.".to_owned()),
        ..ImportReportPage::default()
    }
}

fn in_lines(remarks: &Remarks) -> Vec<RemarkLine> {
    let shown = remarks.first.iter().take(SHOWN);
    let line = |RowRemark { place, column, words }: &RowRemark| {
        let place = capitalised(place);
        let place = if column.is_empty() { place } else { format!("{place}, {}", one_line(column)) };
        RemarkLine { place, words: one_line(words) }
    };
    shown.map(line).collect()
}

fn put_right(rejected: &Remarks, lies: &FileLocation) -> Vec<ThingToDo> {
    if rejected.lines == 0 {
        return Vec::new();
    }
    vec![
        ThingToDo::new(format!(
            "Open the rows to put right: {}.rejected.csv in the inbox. The last column has the reasons.",
            lies.below
        )),
        ThingToDo::new(format!(
            "Put them right, and save the file as CSV into the inbox under a name that begins with {}.",
            lies.kind
        )),
    ]
}

fn count_lines(counts: &FileCounts) -> Vec<String> {
    let known = |rows: String| format!("what {rows} said was known already");
    let changed = match (counts.applied, counts.unchanged) {
        (0, 0) => "No row changed anything".to_owned(),
        (0, unchanged) => capitalised(&known(counted(unchanged, "row", "rows"))),
        (applied, 0) => format!("{} changed something", counted(applied, "row", "rows")),
        (applied, unchanged) => {
            format!("{} changed something; {}", counted(applied, "row", "rows"), known(thousands(unchanged)))
        }
    };
    let further = [
        (counts.skipped, "row held nothing to keep", "rows held nothing to keep"),
        (counts.joiners, "person is new, or back", "people are new, or back"),
        (counts.leavers, "person has left", "people have left"),
        (counts.changes, "other person has changes", "other people have changes"),
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
