//! The workbook: a sheet a table, typed numbers and dates, headings that stay in sight, filters.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::board::Disclosed;
use crate::mail::text::fold;
use crate::register::UnitPath;
use crate::wording::{long_date, neutralised, one_line, percent};

use super::content::PaperContent;
use super::table::{PaperForm, Table, TableCell, TableRow, standing};

/// A4 among the paper sizes of spreadsheets.
const A4: u8 = 9;

/// The widest column, in characters: what is longer is read in the cell.
const WIDEST: usize = 60;
/// How wide the column of words on the cover is, in digits.
const COVER: u16 = 90;
/// The room that the button of a filter takes, in characters.
const FILTER: usize = 3;
/// The height of a line of text, in points.
const LINE: f64 = 15.0;

/// The deepest that a unit is indented.
const DEEPEST: u8 = 10;

/// How cells are shown.
struct Formats {
    heading: Format,
    title: Format,
    wrapped: Format,
    /// Words beside a figure: with room between the two.
    beside: Format,
    /// What stands in a figure's place, where figures stand.
    mark: Format,
    count: Format,
    change: Format,
    share: Format,
    points: Format,
    money: Format,
    day: Format,
    month: Format,
}

impl Formats {
    fn new() -> Self {
        let number = |shown: &str| Format::new().set_num_format(shown);
        Self {
            heading: Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top),
            title: Format::new().set_bold().set_font_size(14),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            beside: Format::new().set_text_wrap().set_align(FormatAlign::Top).set_indent(1),
            mark: Format::new().set_align(FormatAlign::Right),
            count: number("#,##0"),
            change: number("+#,##0;-#,##0;0"),
            share: number("0.0%"),
            points: number("+0.0;-0.0;0.0"),
            money: number("£#,##0.00;-£#,##0.00"),
            day: number("d mmm yyyy"),
            month: number("mmm yyyy"),
        }
    }
}

/// Writes the cover and a sheet a table. The only instant in it is that of the figures.
pub(super) fn write(figures: &Disclosed, content: &PaperContent) -> Result<Vec<u8>, XlsxError> {
    let tables = || content.tables().filter(|table| table.shown_in.includes(PaperForm::Workbook));
    let formats = Formats::new();
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new()
            .set_title(title(figures))
            .set_company(one_line(&figures.organisation_name))
            .set_creation_datetime(&figures.known_at),
    );
    cover(book.add_worksheet(), figures, tables(), &formats)?;
    for table in tables() {
        sheet(book.add_worksheet(), figures, table, &formats)?;
    }
    book.save_to_buffer()
}

fn title(figures: &Disclosed) -> String {
    format!("{}: safeguarding training, {}", one_line(&figures.organisation_name), figures.month.long())
}

/// What the figures are, and what their words mean.
fn cover<'a>(
    page: &mut Worksheet,
    figures: &Disclosed,
    tables: impl Iterator<Item = &'a Table>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    page.set_name("About")?;
    page.set_column_width(0, 30)?;
    page.set_column_width(1, f64::from(COVER))?;
    print_setup(page, figures);
    page.write_string_with_format(0, 0, neutralised(&title(figures)), &formats.title)?;
    let mut rows = vec![
        ("Figures as at".to_owned(), long_date(figures.as_at)),
        ("As known on".to_owned(), format!("{} UTC", figures.known_at.format("%-d %B %Y at %H:%M"))),
        ("Policy version".to_owned(), figures.policy_hash.chars().take(12).collect()),
        ("Snapshot".to_owned(), figures.snapshot.clone()),
        ("Who is in it".to_owned(), "Counts of people only: nobody is named.".to_owned()),
        (String::new(), String::new()),
    ];
    rows.extend(tables.map(|table| (format!("Sheet: {}", table.name), table.caption.clone())));
    rows.push((String::new(), String::new()));
    rows.extend(definitions(figures));
    for (row, (name, words)) in (2u32..).zip(rows) {
        page.write_string_with_format(row, 0, name, &formats.heading)?;
        make_room(page, row, &words)?;
        page.write_string_with_format(row, 1, neutralised(&words), &formats.wrapped)?;
    }
    Ok(())
}

fn sheet(
    page: &mut Worksheet,
    figures: &Disclosed,
    table: &Table,
    formats: &Formats,
) -> Result<(), XlsxError> {
    page.set_name(table.name)?;
    print_setup(page, figures);
    page.set_freeze_panes(1, 1)?;
    page.set_repeat_rows(0, 0)?;
    let rows: Vec<&TableRow> =
        table.rows.iter().filter(|row| row.shown_in.includes(PaperForm::Workbook)).collect();
    let columns = table.columns.iter().enumerate();
    let columns = columns.filter(|(_, column)| column.shown_in.includes(PaperForm::Workbook));
    let (mut last_column, mut heading_lines, mut lines) = (0, 1, vec![1; rows.len()]);
    for (at, (in_row, column)) in (0u16..).zip(columns) {
        let cells = || rows.iter().map(|row| row.cells.get(in_row).unwrap_or(&TableCell::Nothing));
        page.write_string_with_format(0, at, &column.heading, &formats.heading)?;
        let widest = cells().map(width).max().unwrap_or_default();
        let width = widest.max(column.heading.chars().count().min(14) + FILTER).min(WIDEST);
        heading_lines = heading_lines.max(fold(&column.heading, width - FILTER).len());
        page.set_column_width(at, f64::from(u32::try_from(width).unwrap_or(60)) + 1.0)?;
        for ((row, cell), lines) in (1u32..).zip(cells()).zip(&mut lines) {
            write_cell(page, (row, at), cell, formats)?;
            *lines = lines_of(cell, width).max(*lines);
        }
        last_column = at;
    }
    // Not every program makes room for words that it breaks into lines.
    let height = |lines: usize| LINE * f64::from(u32::try_from(lines).unwrap_or(1)) + 2.0;
    page.set_row_height(0, height(heading_lines))?;
    for (row, lines) in (1u32..).zip(lines).filter(|(_, lines)| *lines > 1) {
        page.set_row_height(row, height(lines))?;
    }
    page.autofilter(0, 0, u32::try_from(rows.len()).unwrap_or(u32::MAX), last_column)?;
    Ok(())
}

/// About how many characters a cell is shown in.
fn width(cell: &TableCell) -> usize {
    match cell {
        TableCell::Nothing | TableCell::Missing(_) => 0,
        TableCell::Words(words) => words.chars().count() + 1,
        TableCell::Path(words) => words.chars().count() + 2 * UnitPath(words).depth(),
        TableCell::Money(_) => 14,
        TableCell::Standing(rag, _) => standing(*rag).chars().count() + 1,
        TableCell::After(_, cell) => width(cell),
        _ => 11,
    }
}

/// How many lines a cell is broken into in a column so wide.
fn lines_of(cell: &TableCell, width: usize) -> usize {
    match cell {
        TableCell::Words(words) => fold(words, width).len(),
        TableCell::After(_, cell) => lines_of(cell, width),
        _ => 1,
    }
}

/// Makes a row of the cover high enough for its words, wrapped where the column ends: not every program does when it
/// opens the file.
fn make_room(page: &mut Worksheet, row: u32, words: &str) -> Result<(), XlsxError> {
    // A width is counted in digits, which are wider than most letters.
    let lines = words.chars().count().div_ceil(usize::from(COVER) + usize::from(COVER) / 9);
    if lines > 1 {
        page.set_row_height(row, LINE * f64::from(u32::try_from(lines).unwrap_or(u32::MAX)))?;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "counts and pence are far below 2^53")]
fn write_cell(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    cell: &TableCell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut number = |number: f64, format: &Format| -> Result<(), XlsxError> {
        page.write_number_with_format(row, column, number, format)?;
        Ok(())
    };
    match cell {
        TableCell::Nothing | TableCell::Missing(_) => {}
        TableCell::Words(words) => {
            let format = if column == 0 { &formats.wrapped } else { &formats.beside };
            page.write_string_with_format(row, column, neutralised(words), format)?;
        }
        TableCell::Path(words) => {
            // As deep as it stands in the tree.
            let depth = u8::try_from(UnitPath(words).depth()).unwrap_or(u8::MAX);
            let format = formats.wrapped.clone().set_indent(depth.min(DEEPEST));
            page.write_string_with_format(row, column, neutralised(words), &format)?;
        }
        TableCell::Withheld(why) => {
            page.write_string_with_format(row, column, why.words(), &formats.mark)?;
        }
        TableCell::Standing(rag, _) => {
            page.write_string_with_format(row, column, standing(*rag), &formats.beside)?;
        }
        TableCell::Count(count) => number(*count as f64, &formats.count)?,
        TableCell::OutOf(rate) => number(rate.up_to_date as f64, &formats.count)?,
        TableCell::Change(change) => number(*change as f64, &formats.change)?,
        TableCell::Share(tenths) => number(*tenths as f64 / 1_000.0, &formats.share)?,
        TableCell::Points(tenths) => number(*tenths as f64 / 10.0, &formats.points)?,
        TableCell::Money(pence) => number(*pence as f64 / 100.0, &formats.money)?,
        TableCell::Day(day) => date(page, (row, column), *day, &formats.day)?,
        TableCell::Month(month) => date(page, (row, column), month.first_day(), &formats.month)?,
        TableCell::After(_, cell) => write_cell(page, (row, column), cell, formats)?,
    }
    Ok(())
}

fn date(
    page: &mut Worksheet,
    (row, column): (u32, u16),
    day: NaiveDate,
    format: &Format,
) -> Result<(), XlsxError> {
    page.write_datetime_with_format(row, column, day, format)?;
    Ok(())
}

/// A4 across, as wide as it is, with what the page is of and its number below.
fn print_setup(page: &mut Worksheet, figures: &Disclosed) {
    page.set_paper_size(A4);
    page.set_landscape();
    page.set_print_fit_to_pages(1, 0);
    // In a footer & begins a code; two of them are one.
    let title = title(figures).replace('&', "&&");
    page.set_footer(format!("&L{title}&RPage &P of &N"));
}

/// What the words of the workbook mean.
fn definitions(figures: &Disclosed) -> Vec<(String, String)> {
    let target = percent(figures.target_millionths);
    [
        ("Up to date", "A person is up to date when every course that counts for them was done and has not lapsed. By course: that course."),
        ("Counted", "People in post, not absent, with at least one course to count. By course: those of them who need it."),
        ("Rate", "Up to date, out of counted. Rounded down to tenths of a percent; exact from the two counts."),
        ("Not up to date", "Counted, and not up to date."),
        ("To train", "The fewest further people up to date by a month-end that put a course at its target then."),
        ("Needed for target", "The fewest further people up to date that put the rate at its target."),
        ("Due soon", "Up to date, with a lapse near enough for a reminder."),
        ("Lapsed", "Done once, and no longer valid."),
        ("Not done", "Never done, and the time given to a new starter is over."),
        ("In grace", "A new starter's course whose time is not over: left out of the rate."),
        ("Exempt", "A course somebody need not do for now: left out of the rate."),
        ("Absent", "In post and away, such as on maternity leave or a career break: left out of the rate."),
        ("Process limits", "The mean of the months shown, plus and minus 2.66 times the mean difference between one month and the next (XmR chart)."),
        ("Under 5", "In place of every figure of fewer than 5 people: one person's training could be read off."),
        ("Withheld", "In place of a figure from which one of fewer than 5 people could be worked out, with the other tables."),
    ]
    .into_iter()
    .map(|(word, meaning)| (word.to_owned(), meaning.to_owned()))
    .chain([("Target".to_owned(), format!("Of the staff rate: {target}. A course may have its own."))])
    .collect()
}
