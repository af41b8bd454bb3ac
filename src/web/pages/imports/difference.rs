//! What an import would change, as the sections of a page and as rows of a file.

use std::collections::BTreeSet;

use crate::answers::{AnswerCell, AnswerRows, ListColumn, NamedBy};
use crate::import::{DifferenceSubject, FirstOf, ImportDifference, Remark, alike};
use crate::jobs::drafts::DraftRead;
use crate::web::answer::{LabelledValue, ReportColumn, ReportRow, ReportSection, ReportTable, ShownValue};
use crate::web::pages::sheet::in_words;
use crate::wording::{capitalised, thousands};

/// How many of each sort a page shows; a file has all.
const SHOWN: usize = 200;

/// By which numbers people are named who have some: on a page, where it shows the first of each sort, or in all.
pub(super) fn named_in(difference: &ImportDifference, is_file: bool) -> NamedBy {
    let most = if is_file { usize::MAX } else { SHOWN };
    let ImportDifference { joiners, leavers, added, ended, changes, .. } = difference;
    let subjects = leavers.items.iter().take(most);
    let subjects = subjects.chain(joiners.items.iter().take(most).map(|one| &one.subject));
    let subjects = subjects.chain(changes.items.iter().take(most).map(|one| &one.subject));
    let subjects = subjects.chain(added.items.iter().take(most).map(|one| &one.subject));
    let subjects = subjects.chain(ended.items.iter().take(most).map(|one| &one.subject));
    NamedBy {
        numbers: subjects.filter_map(|subject| subject.employee_number.clone()).collect(),
        ..NamedBy::default()
    }
}

/// What was counted, then what joins, leaves, is added, ends and changes, and what is to be looked at.
pub(super) fn difference_sections(read: &DraftRead) -> Vec<ReportSection> {
    let report = &read.report;
    let difference = &report.difference;
    let mut sections = vec![counts(read)];
    if difference.is_empty() && report.refused.is_none() && report.id.is_none() {
        sections.push(ReportSection {
            paragraphs: vec!["Nothing differs from the register.".to_owned()],
            ..ReportSection::default()
        });
    }
    let ImportDifference { joiners, leavers, added, ended, changes, .. } = difference;
    let of_person = |subject: &DifferenceSubject, rest: &[&str]| {
        let rest = rest.iter().map(|cell| (*cell).to_owned());
        person(subject).into_iter().chain(rest).collect::<Vec<_>>()
    };
    let tables = [
        DifferenceTable::of_people("leavers", "Leavers", &[], leavers, |one| of_person(one, &[])),
        DifferenceTable::of_people("joiners", "Joiners", &["Remark"], joiners, |one| {
            of_person(&one.subject, &[if one.rejoins { "Back after leaving" } else { "" }])
        }),
        DifferenceTable::of_people(
            "changes",
            "Changes",
            &["Of", "Field", "Was", "Will be"],
            changes,
            |one| {
                let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
                let (old, new) = (said(&one.old), said(&one.new));
                of_person(&one.subject, &[&one.about, &in_words(one.field), &old, &new])
            },
        ),
        DifferenceTable::of_people("added", "Added", &["What"], added, |one| {
            of_person(&one.subject, &[&one.about])
        }),
        DifferenceTable::of_people("ended", "Posts that end", &["Post", "Last day"], ended, |one| {
            of_person(&one.subject, &[&one.about, &one.leave_date])
        }),
        DifferenceTable::of_remarks("rejected", "Rejected rows", &report.rejected),
        DifferenceTable::of_remarks("warnings", "Warnings", &report.warnings),
    ];
    sections.extend(tables.into_iter().filter(|table| table.total > 0).map(DifferenceTable::section));
    sections
}

/// All of it, a row each, with its sort first.
pub(super) fn difference_rows(difference: &ImportDifference) -> AnswerRows<'_> {
    let columns = ["sort", "organisation", "employee_number", "name", "about", "field", "old", "new"];
    let row = |sort: &str, subject: &DifferenceSubject, rest: [&str; 4]| {
        let [organisation, number, name] = person(subject);
        let cells = [sort.to_owned(), organisation, number, name].into_iter();
        cells.chain(rest.map(str::to_owned)).map(AnswerCell::Text).collect::<Vec<_>>()
    };
    let ImportDifference { joiners, leavers, added, ended, changes, .. } = difference;
    let rows = leavers.items.iter().map(move |one| row("leaver", one, [""; 4]));
    let rows = rows.chain(joiners.items.iter().map(move |one| {
        let about = if one.rejoins { "back after leaving" } else { "" };
        row("joiner", &one.subject, [about, "", "", ""])
    }));
    let rows = rows.chain(changes.items.iter().map(move |one| {
        let (old, new) = (one.old.as_deref().unwrap_or_default(), one.new.as_deref().unwrap_or_default());
        row("change", &one.subject, [&one.about, one.field, old, new])
    }));
    let rows =
        rows.chain(added.items.iter().map(move |one| row("added", &one.subject, [&one.about, "", "", ""])));
    let rows = rows.chain(
        ended
            .items
            .iter()
            .map(move |one| row("ended", &one.subject, [&one.about, "leave_date", "", &one.leave_date])),
    );
    AnswerRows::new("Difference", columns.map(ListColumn::code).into(), rows)
}

fn counts(read: &DraftRead) -> ReportSection {
    let report = &read.report;
    let rejected = report.rejected_lines().len() as u64;
    let figures = [
        ("Rows of the file", report.rows),
        ("Rows that change something", report.applied),
        ("Rows that change nothing", report.unchanged),
        ("Rows passed over", report.skipped.total()),
        ("Rows rejected", rejected),
        ("Joiners", report.joiners),
        ("People changed", report.changes),
        ("Leavers", report.leavers),
        ("Records added", report.records_added),
        ("Records corrected", report.records_corrected),
    ];
    let is_said =
        |label: &str, count: u64| count > 0 || label.starts_with("Rows ") && !label.ends_with("over");
    let shown = figures.into_iter().filter(|(label, count)| is_said(label, *count));
    let mut paragraphs: Vec<String> =
        report.notes.iter().filter(|_| report.id.is_none()).map(|note| capitalised(note)).collect();
    if !read.ignored_columns.is_empty() {
        paragraphs.push(format!("Columns not used: {}", read.ignored_columns.join(", ")));
    }
    ReportSection {
        heading: "In short".to_owned(),
        figures: shown.map(|(label, count)| LabelledValue::of(label, ShownValue::count(count))).collect(),
        paragraphs,
        ..ReportSection::default()
    }
}

/// A table of differences of one sort, or the beginning of it.
struct DifferenceTable {
    list: &'static str,
    heading: &'static str,
    columns: Vec<&'static str>,
    /// How many there are, of which `total` would have rows of their own.
    counted: u64,
    total: u64,
    rows: Vec<Vec<String>>,
}

impl DifferenceTable {
    fn of_people<T>(
        list: &'static str,
        heading: &'static str,
        more: &[&'static str],
        listed: &FirstOf<T>,
        row: impl Fn(&T) -> Vec<String>,
    ) -> Self {
        let columns = ["Organisation", "Employee number", "Name"].iter().chain(more).copied().collect();
        let rows = listed.items.iter().take(SHOWN).map(row).collect();
        Self { list, heading, columns, counted: listed.total, total: listed.total, rows }
    }

    /// Those that say the same together, with how many there are in all.
    fn of_remarks(list: &'static str, heading: &'static str, remarks: &[Remark]) -> Self {
        let alike = alike(remarks);
        let rows = alike.iter().take(SHOWN).map(|same| {
            let value = same.value.unwrap_or_default().to_owned();
            vec![capitalised(&same.place()), same.column.to_owned(), value, capitalised(same.reason)]
        });
        let columns = vec!["Where", "Column", "Value", "Why"];
        let lines: BTreeSet<u64> = remarks.iter().map(|remark| remark.line).collect();
        let (counted, total) = (lines.len() as u64, alike.len() as u64);
        Self { list, heading, columns, counted, total, rows: rows.collect() }
    }

    fn section(self) -> ReportSection {
        let shown = self.rows.len() as u64;
        let rows = self.rows.into_iter().enumerate().map(|(place, cells)| ReportRow {
            id: (place + 1).to_string(),
            cells: cells.into_iter().map(ShownValue::words).collect(),
        });
        let columns = self.columns.into_iter().map(ReportColumn::words).collect();
        let mut table = ReportTable::whole(self.list, self.heading, columns, rows.collect());
        table.total = self.total;
        if shown < self.total {
            table.part = format!("The first {} of {}", thousands(shown), thousands(self.total));
        }
        let heading = format!("{}: {}", self.heading, thousands(self.counted));
        ReportSection { heading, table: Some(table), ..ReportSection::default() }
    }
}

fn person(subject: &DifferenceSubject) -> [String; 3] {
    let said = |value: &Option<String>| value.clone().unwrap_or_default();
    [subject.organisation.clone(), said(&subject.employee_number), said(&subject.name)]
}
