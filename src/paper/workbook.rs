//! The workbook: a sheet a table, typed numbers and dates, headings that stay in sight, filters.

use chrono::NaiveDate;
use rust_xlsxwriter::{DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::board::Disclosed;
use crate::wording::{long_date, neutralised, one_line};

use super::sheets::{Cell, Sheet, definitions};

/// A4 among the paper sizes of spreadsheets.
const A4: u8 = 9;

/// The widest column, in characters: what is longer is read in the cell.
const WIDEST: usize = 60;
/// How wide the column of words on the cover is, in digits.
const COVER: u16 = 90;
/// The height of a line of text, in points.
const LINE: f64 = 15.0;

/// How cells are shown.
struct Formats {
    heading: Format,
    title: Format,
    wrapped: Format,
    count: Format,
    change: Format,
    share: Format,
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
            count: number("#,##0"),
            change: number("+#,##0;-#,##0;0"),
            share: number("0.0%"),
            money: number("£#,##0.00;-£#,##0.00"),
            day: number("d mmm yyyy"),
            month: number("mmm yyyy"),
        }
    }
}

/// Writes the cover and the sheets. The only instant in it is that of the figures.
pub(super) fn write(figures: &Disclosed, sheets: &[Sheet]) -> Result<Vec<u8>, XlsxError> {
    let formats = Formats::new();
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new()
            .set_title(title(figures))
            .set_company(one_line(&figures.organisation_name))
            .set_creation_datetime(&figures.known_at),
    );
    cover(book.add_worksheet(), figures, sheets, &formats)?;
    for sheet in sheets {
        table(book.add_worksheet(), figures, sheet, &formats)?;
    }
    book.save_to_buffer()
}

fn title(figures: &Disclosed) -> String {
    format!("{}: safeguarding training, {}", one_line(&figures.organisation_name), figures.month.long())
}

/// What the figures are, and what their words mean.
fn cover(
    page: &mut Worksheet,
    figures: &Disclosed,
    sheets: &[Sheet],
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
    rows.extend(sheets.iter().map(|sheet| (format!("Sheet: {}", sheet.name), sheet.about.clone())));
    rows.push((String::new(), String::new()));
    rows.extend(definitions(figures));
    for (row, (name, words)) in (2u32..).zip(rows) {
        page.write_string_with_format(row, 0, name, &formats.heading)?;
        make_room(page, row, &words)?;
        page.write_string_with_format(row, 1, neutralised(&words), &formats.wrapped)?;
    }
    Ok(())
}

fn table(
    page: &mut Worksheet,
    figures: &Disclosed,
    sheet: &Sheet,
    formats: &Formats,
) -> Result<(), XlsxError> {
    page.set_name(sheet.name)?;
    print_setup(page, figures);
    page.set_freeze_panes(1, 1)?;
    page.set_repeat_rows(0, 0)?;
    for (column, heading) in (0u16..).zip(&sheet.columns) {
        page.write_string_with_format(0, column, *heading, &formats.heading)?;
        let cells = sheet.rows.iter().filter_map(|row| row.get(usize::from(column)));
        let widest = cells.map(Cell::width).max().unwrap_or_default();
        // The button of the filter takes the room of three characters.
        let width = widest.max(heading.chars().count().min(14) + 3).min(WIDEST);
        page.set_column_width(column, f64::from(u32::try_from(width).unwrap_or(60)) + 1.0)?;
    }
    let mut last_row = 0;
    for (row, cells) in (1u32..).zip(&sheet.rows) {
        for (column, cell) in (0u16..).zip(cells) {
            write_cell(page, (row, column), cell, formats)?;
        }
        last_row = row;
    }
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    page.autofilter(0, 0, last_row, last_column)?;
    Ok(())
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
    cell: &Cell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Nothing => {}
        Cell::Text(text) => {
            page.write_string_with_format(row, column, neutralised(text), &formats.wrapped)?;
        }
        Cell::Count(count) => {
            page.write_number_with_format(row, column, *count as f64, &formats.count)?;
        }
        Cell::Change(change) => {
            page.write_number_with_format(row, column, *change as f64, &formats.change)?;
        }
        Cell::Share(tenths) => {
            page.write_number_with_format(row, column, *tenths as f64 / 1_000.0, &formats.share)?;
        }
        Cell::Money(pence) => {
            page.write_number_with_format(row, column, *pence as f64 / 100.0, &formats.money)?;
        }
        Cell::Day(day) => date(page, (row, column), *day, &formats.day)?,
        Cell::Month(month) => date(page, (row, column), month.first_day(), &formats.month)?,
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
