//! The rows of an answer, as a command lists them, as a table of a page.

use crate::answers::{AnswerCell, AnswerRows};
use crate::web::answer::{ReportColumn, ReportRow, ReportSection, ReportTable, ShownValue};
use crate::web::request::PageQuestion;
use crate::wording::{capitalised, long_date, thousands};

/// What a list is called.
pub(super) struct SheetWords<'a> {
    /// By programs.
    pub(super) list: &'static str,
    /// Above it.
    pub(super) caption: &'a str,
    /// One of its rows, and several.
    pub(super) rows: (&'a str, &'a str),
    /// What is said where it has none: why, and what to do.
    pub(super) none: &'a str,
    /// The headers of columns that the page does not show.
    pub(super) unseen: &'a [&'a str],
}

/// The part of the rows that the question asks for. `href` says where the cell in the column with this header leads, by the
/// cells of its row; empty for nowhere.
pub(super) fn sheet_section(
    sheet: AnswerRows<'_>,
    question: &PageQuestion,
    words: &SheetWords<'_>,
    href: impl Fn(&str, &[AnswerCell]) -> String,
) -> ReportSection {
    let AnswerRows { columns, rows, .. } = sheet;
    let part = question.part();
    let skipped = usize::try_from(part.skipped()).unwrap_or(usize::MAX);
    let most = usize::try_from(part.size).unwrap_or_default();
    let (mut total, mut shown) = (0_usize, Vec::new());
    for row in rows {
        if total >= skipped && shown.len() < most {
            shown.push(row);
        }
        total += 1;
    }
    if total == 0 {
        let none = if question.taken().is_empty() {
            words.none
        } else {
            "Nothing matches. Take a filter off to see more."
        };
        return ReportSection { paragraphs: vec![none.to_owned()], ..ReportSection::default() };
    }
    let headers: Vec<String> = columns.iter().map(|column| column.header.clone()).collect();
    let seen = |header: &str| !words.unseen.contains(&header);
    let report = columns.into_iter().map(|column| {
        let header = in_words(&column.header);
        if column.is_figure() { ReportColumn::number(header) } else { ReportColumn::words(header) }
    });
    let report: Vec<ReportColumn> = report.collect();
    let rows = shown.iter().map(|row| {
        let cells = headers.iter().zip(&report).zip(row).filter(|((header, _), _)| seen(header));
        let cells = cells.map(|((header, column), cell)| {
            let shown = match cell {
                AnswerCell::Text(text) if column.is_number => ShownValue::number(text),
                AnswerCell::Text(text) => ShownValue::words(text),
                AnswerCell::Count(count) => ShownValue::number(thousands(*count)),
                AnswerCell::Day(day) => ShownValue::words(day.map(long_date).unwrap_or_default()),
            };
            shown.to(href(header, row))
        });
        ReportRow { id: row.first().map(ToString::to_string).unwrap_or_default(), cells: cells.collect() }
    });
    let rows: Vec<ReportRow> = rows.collect();
    let report = headers.iter().zip(report).filter(|(header, _)| seen(header)).map(|(_, column)| column);
    let table = ReportTable::whole(words.list, words.caption, report.collect(), rows);
    let table = table.part_of(question, total as u64, words.rows);
    ReportSection { table: Some(table), ..ReportSection::default() }
}

/// A header as people read it: `employee_number` is "Employee number".
pub(super) fn in_words(header: &str) -> String {
    capitalised(&header.replace('_', " "))
}
