//! Office Open XML workbooks (XLSX): a sheet's cells in the order they stand.

use std::io::{BufRead, BufReader};

use super::super::fault::{Fault, damaged};
use super::super::row::Merged;
use super::super::source::SourceFile;
use super::super::xml::{BytesStart, Event, Xml, add_text, attribute};
use super::super::zipped::ZipParts;
use super::cells::CellValue;
use super::choice::choose_sheet;
use super::rows::Rows;
use super::stop::WorkbookStop;
use super::strings::add_rich_text;
use super::xlsx_book::XlsxBook;

/// Reads the sheet called `wanted`, or the first visible one.
pub(super) fn read(
    source: &SourceFile,
    wanted: Option<&str>,
    rows: &mut Rows<'_, '_>,
) -> Result<(), WorkbookStop> {
    let file = source.open().map_err(WorkbookStop::Failed)?;
    let mut parts = ZipParts::open(BufReader::new(file))?;
    let book = XlsxBook::read(&mut parts)?;
    let sheets: Vec<_> = book.sheets.iter().map(|(sheet, _)| sheet.clone()).collect();
    let chosen = choose_sheet(&sheets, wanted, rows)?;
    let path = book.sheets.get(chosen).map(|(_, path)| path.as_str()).unwrap_or_default();
    let xml = parts.xml(path)?.ok_or_else(|| damaged(format!("{path} is missing")))?;
    let (text, formula) = (String::new(), String::new());
    SheetReader { book: &book, xml, at: RowPlace::default(), column: 0, text, formula }.read(rows)
}

struct SheetReader<'b, R> {
    book: &'b XlsxBook,
    xml: Xml<R>,
    /// Where a cell stands that does not say so.
    at: RowPlace,
    column: u32,
    text: String,
    formula: String,
}

/// The row in hand.
#[derive(Default)]
struct RowPlace {
    row: u32,
    /// Whether it says where it stands.
    is_said: bool,
    /// The row that ended last.
    ended: Option<u32>,
}

impl RowPlace {
    /// The row in hand, or a cell in it, says where it stands. A row that was there already is refused, as a cell of another
    /// row is: cells of one would hide those of the other.
    fn say(&mut self, row: u32) -> Result<(), Fault> {
        let said = |row: u32| (u64::from(row) + 1).to_string();
        if std::mem::replace(&mut self.is_said, true) {
            let other = said(row);
            return if row == self.row {
                Ok(())
            } else {
                Err(Fault::CellOfAnotherRow { row: said(self.row), other })
            };
        }
        self.row = row;
        match self.ended {
            Some(above) if above == row => Err(Fault::RowTwice { row: said(row) }),
            Some(above) if above > row => Err(Fault::RowsOutOfOrder { row: said(row), above: said(above) }),
            _ => Ok(()),
        }
    }

    /// The row ends: the next stands below it, where it does not say otherwise.
    fn end(&mut self) {
        self.ended = Some(self.row);
        self.row = self.row.saturating_add(1);
    }
}

/// What a cell's tag says: how its value is to be understood, and its format.
struct XlsxCellTag {
    kind: XlsxCellType,
    format: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum XlsxCellType {
    Number,
    Shared,
    Text,
    Bool,
}

impl<R: BufRead> SheetReader<'_, R> {
    fn read(mut self, rows: &mut Rows<'_, '_>) -> Result<(), WorkbookStop> {
        loop {
            match self.xml.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "row" => {
                        self.column = 0;
                        self.at.is_said = false;
                        if let Some(row) = attribute(&element, "r")? {
                            self.at.say(number(&row).ok_or_else(|| no_place(&row))?)?;
                        }
                    }
                    "c" => {
                        let (place, tag) = cell_tag(&element)?;
                        if let Some((row, column)) = place {
                            self.at.say(row)?;
                            self.column = column;
                        }
                        self.read_cell(&tag, rows)?;
                        self.column = self.column.saturating_add(1);
                    }
                    "mergeCell" => {
                        let range = attribute(&element, "ref")?;
                        if let Some((first, last)) = range.as_deref().and_then(|range| range.split_once(':'))
                            && let (Some(first), Some(last)) = (place(first), place(last))
                        {
                            rows.merge(Merged { first, last })?;
                        }
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "row" => {
                    self.at.end();
                }
                Event::End(element) if element.local_name().as_ref() == "worksheet" => return Ok(()),
                Event::Eof => return Err(damaged("it ends too early").into()),
                _ => {}
            }
        }
    }

    fn read_cell(&mut self, tag: &XlsxCellTag, rows: &mut Rows<'_, '_>) -> Result<(), WorkbookStop> {
        self.text.clear();
        self.formula.clear();
        let (mut in_value, mut in_formula, mut is_formula) = (false, false, false);
        let mut is_stored = false;
        loop {
            match self.xml.more()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => (in_value, is_stored) = (true, true),
                    "f" => (in_formula, is_formula) = (true, true),
                    "is" => add_rich_text(&mut self.xml, "is", &mut self.text)?,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    "v" => in_value = false,
                    "f" => in_formula = false,
                    "c" => break,
                    _ => {}
                },
                event if in_value => add_text(&event, &mut self.text)?,
                event if in_formula => add_text(&event, &mut self.formula)?,
                _ => {}
            }
        }
        let value = match tag.kind {
            // Written by a program that computes nothing: what it comes to is not known, which is not nothing.
            // A text may be empty, and then says so.
            kind if is_formula
                && self.text.is_empty()
                && !(is_stored && matches!(kind, XlsxCellType::Text | XlsxCellType::Shared)) =>
            {
                CellValue::NoResult(&self.formula)
            }
            _ if self.text.is_empty() => return Ok(()),
            XlsxCellType::Number => self.number(tag.format),
            XlsxCellType::Bool => CellValue::Bool(matches!(self.text.trim(), "1" | "true")),
            XlsxCellType::Text => CellValue::Text(&self.text),
            XlsxCellType::Shared => {
                let index = self.text.trim().parse().ok();
                let shared = index.and_then(|index| self.book.strings.get(index));
                CellValue::Text(shared.ok_or_else(|| damaged("a cell names a string that is not there"))?)
            }
        };
        rows.take((self.at.row, self.column), value)
    }

    /// The number that the text is; the text itself where it is none.
    fn number(&self, format: Option<usize>) -> CellValue<'_> {
        let Some(number) = self.text.trim().parse().ok().filter(|number: &f64| number.is_finite()) else {
            return CellValue::Text(&self.text);
        };
        let display = format.and_then(|format| self.book.shows.get(format));
        CellValue::shown(number, display, self.book.epoch)
    }
}

/// The place that a cell's tag names, if it names one, and what else it says.
fn cell_tag(element: &BytesStart<'_>) -> Result<(Option<(u32, u32)>, XlsxCellTag), Fault> {
    let mut at = None;
    let mut tag = XlsxCellTag { kind: XlsxCellType::Number, format: None };
    for attribute in element.attributes().with_checks(false) {
        let attribute = attribute.map_err(damaged)?;
        let value = attribute.value.as_ref();
        match attribute.key.as_ref() {
            "r" => at = Some(place(value).ok_or_else(|| no_place(value))?),
            "s" => tag.format = value.parse().ok(),
            "t" => {
                tag.kind = match value {
                    "s" => XlsxCellType::Shared,
                    "b" => XlsxCellType::Bool,
                    "n" => XlsxCellType::Number,
                    // Formula results, text on the spot, errors as they are shown, dates written out.
                    _ => XlsxCellType::Text,
                }
            }
            _ => {}
        }
    }
    Ok((at, tag))
}

/// The row, counted from 0, that a number from 1 on means.
fn number(text: &str) -> Option<u32> {
    text.trim().parse::<u32>().ok()?.checked_sub(1)
}

/// The row and column, counted from 0, that `AB12` means.
fn place(text: &str) -> Option<(u32, u32)> {
    let digits = text.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = text.split_at_checked(digits)?;
    let mut column: u32 = 0;
    for letter in letters.bytes() {
        let letter = letter.to_ascii_uppercase();
        if !letter.is_ascii_uppercase() {
            return None;
        }
        column = column.checked_mul(26)?.checked_add(u32::from(letter - b'A') + 1)?;
    }
    Some((number(digits)?, column.checked_sub(1)?))
}

fn no_place(text: &str) -> Fault {
    damaged(format!("{:.20} is no place in a sheet", text.escape_debug().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_from_nought() {
        for (text, expected) in [
            ("A1", Some((0, 0))),
            ("Z10", Some((9, 25))),
            ("AA1", Some((0, 26))),
            ("xfd1048576", Some((1_048_575, 16_383))),
            ("A0", None),
            ("12", None),
            ("A", None),
            ("A1B", None),
            ("é1", None),
            ("AAAAAAAAAA1", None),
            ("A99999999999", None),
        ] {
            assert_eq!(place(text), expected, "{text}");
        }
    }
}
