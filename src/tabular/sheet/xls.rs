//! Excel 97 to 2003 workbooks (XLS), by the records that hold cells (MS-XLS).

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};

use cfb::CompoundFile;

use super::super::fault::{Fault, damaged};
use super::super::row::Merged;
use super::super::source::SourceFile;
use super::biff::BiffRecords;
use super::cells::{CellValue, Epoch};
use super::choice::{SheetEntry, choose_sheet};
use super::formats::{NumberDisplay, builtin, written_out};
use super::rows::Rows;
use super::stop::WorkbookStop;
use super::strings::Strings;

/// What spreadsheet programs say beside the workbook of who made it and when; programs that only write tables do not.
const SUMMARY: &str = "/\u{5}SummaryInformation";
/// The version of the records that is read.
const BIFF8: u16 = 0x0600;

/// Reads the sheet called `wanted`, or the first visible one.
pub(super) fn read(
    source: &SourceFile,
    wanted: Option<&str>,
    rows: &mut Rows<'_, '_>,
) -> Result<(), WorkbookStop> {
    let file = source.open().map_err(WorkbookStop::Failed)?;
    let mut container = CompoundFile::open(file).map_err(damaged)?;
    let computes = container.exists(SUMMARY);
    let mut stream = BufReader::with_capacity(64 * 1024, workbook(&mut container)?);
    let mut book = XlsBook::default();
    book.read(&mut BiffRecords::new(&mut stream))?;
    let sheets: Vec<SheetEntry> = book.sheets.iter().map(|(_, sheet)| sheet.clone()).collect();
    let chosen = choose_sheet(&sheets, wanted, rows)?;
    let begins = book.sheets.get(chosen).map_or(0, |(begins, _)| u64::from(*begins));
    stream.seek(SeekFrom::Start(begins)).map_err(damaged)?;
    let mut cells =
        XlsSheet { book: &book, computes, formula: None, cells: Vec::new(), texts: Strings::default() };
    cells.read(&mut BiffRecords::new(&mut stream), rows)?;
    cells.show(rows)
}

/// The stream that holds the workbook.
fn workbook(container: &mut CompoundFile<File>) -> Result<cfb::Stream<File>, Fault> {
    if container.exists("/EncryptedPackage") {
        return Err(Fault::Password);
    }
    if container.exists("/Workbook") {
        return container.open_stream("/Workbook").map_err(damaged);
    }
    if container.exists("/Book") {
        return Err(Fault::OldWorkbook);
    }
    Err(Fault::NoSheet { what: "a document of another program".into() })
}

/// What the workbook says about its sheets.
#[derive(Default)]
struct XlsBook {
    /// The sheets in order, each with where it begins.
    sheets: Vec<(u32, SheetEntry)>,
    epoch: Epoch,
    strings: Strings,
    /// How numbers are shown, by cell format.
    shows: Vec<NumberDisplay>,
}

impl XlsBook {
    fn read<R: BufRead>(&mut self, records: &mut BiffRecords<R>) -> Result<(), Fault> {
        let mut own = Vec::new();
        let mut formats = Vec::new();
        let mut begun = false;
        while records.next()? {
            match records.kind {
                0x0809 if !begun => {
                    begun = true;
                    if records.u16()? != BIFF8 {
                        return Err(Fault::OldWorkbook);
                    }
                }
                _ if !begun => return Err(damaged("it does not begin as a workbook does")),
                // FILEPASS
                0x002F => return Err(Fault::Password),
                // DATEMODE
                0x0022 => self.epoch = if records.u16()? == 1 { Epoch::Y1904 } else { Epoch::Y1900 },
                // FORMAT
                0x041E => {
                    let (id, mut code) = (records.u16()?, String::new());
                    records.string(&mut code)?;
                    own.push((id, written_out(&code)));
                }
                // XF
                0x00E0 => {
                    records.skip(2)?;
                    formats.push(records.u16()?);
                }
                // BOUNDSHEET
                0x0085 => self.sheets.push(bound_sheet(records)?),
                // SST
                0x00FC => {
                    records.skip(8)?;
                    while records.has_more()? {
                        self.strings.add(|text| records.string(text))?;
                    }
                }
                // EOF
                0x000A => break,
                _ => {}
            }
        }
        let shows = |id: u16| {
            let own = own.iter().rev().find(|(of, _)| *of == id).map(|(_, shows)| shows.clone());
            own.unwrap_or_else(|| builtin(id.into()))
        };
        self.shows = formats.into_iter().map(shows).collect();
        Ok(())
    }
}

fn bound_sheet<R: BufRead>(records: &mut BiffRecords<R>) -> Result<(u32, SheetEntry), Fault> {
    let begins = records.u32()?;
    let (state, kind) = (records.u8()?, records.u8()?);
    let length = records.u8()?;
    let mut name = String::new();
    records.string_of(length.into(), &mut name)?;
    Ok((begins, SheetEntry { name, is_visible: state & 0b11 == 0 && kind == 0 }))
}

/// The cells of a sheet. They are held, because not every program writes them row by row.
struct XlsSheet<'b> {
    book: &'b XlsBook,
    /// Whether the program that wrote it computes formulas: others say of each that it came to an empty text.
    computes: bool,
    /// The place in `cells` of that whose formula came to a text, which comes next.
    formula: Option<usize>,
    cells: Vec<XlsCell>,
    texts: Strings,
}

#[derive(Clone, Copy)]
struct XlsCell {
    row: u16,
    column: u16,
    holds: XlsValue,
}

#[derive(Clone, Copy)]
enum XlsValue {
    /// A string of the workbook's.
    Shared(u32),
    /// A string of the sheet's.
    Text(u32),
    /// A number and its cell format.
    Number(f64, u16),
    Bool(bool),
    Error(u8),
    /// A formula that came to an empty text, or was never computed.
    EmptyResult,
    /// A formula whose result is not there.
    NoResult,
}

impl XlsSheet<'_> {
    fn read<R: BufRead>(
        &mut self,
        records: &mut BiffRecords<R>,
        rows: &mut Rows<'_, '_>,
    ) -> Result<(), Fault> {
        if !records.next()? || records.kind != 0x0809 {
            return Err(damaged("a sheet is not where it should be"));
        }
        // Charts within the sheet have records of the same kinds.
        let mut within = 0_u32;
        while records.next()? {
            match records.kind {
                0x0809 => within += 1,
                0x000A if within == 0 => return Ok(()),
                0x000A => within -= 1,
                _ if within > 0 => {}
                // MERGECELLS
                0x00E5 => {
                    for _ in 0..records.u16()? {
                        let [top, bottom, left, right] =
                            [records.u16()?, records.u16()?, records.u16()?, records.u16()?].map(u32::from);
                        rows.merge(Merged { first: (top, left), last: (bottom, right) })?;
                    }
                }
                // STRING, what the formula before it came to
                0x0207 => {
                    if let Some(of) = self.formula.take() {
                        let text = self.text(records)?;
                        self.cells.get_mut(of).into_iter().for_each(|cell| cell.holds = text);
                    }
                }
                kind => self.read_cells(kind, records)?,
            }
        }
        Ok(())
    }

    fn read_cells<R: BufRead>(&mut self, kind: u16, records: &mut BiffRecords<R>) -> Result<(), Fault> {
        let is_cell = [0x0203, 0x027E, 0x00BD, 0x00FD, 0x0204, 0x00D6, 0x0205, 0x0006].contains(&kind);
        if !is_cell {
            return Ok(());
        }
        let at = (records.u16()?, records.u16()?);
        if kind == 0x00BD {
            return self.read_many(at, records);
        }
        let format = records.u16()?;
        let holds = match kind {
            // NUMBER
            0x0203 => XlsValue::Number(f64::from_le_bytes(records.eight()?), format),
            // RK
            0x027E => XlsValue::Number(short_number(records.u32()?), format),
            // LABELSST
            0x00FD => XlsValue::Shared(records.u32()?),
            // LABEL and RSTRING
            0x0204 | 0x00D6 => self.text(records)?,
            // BOOLERR
            0x0205 => {
                let (value, is_error) = (records.u8()?, records.u8()?);
                if is_error == 0 { XlsValue::Bool(value != 0) } else { XlsValue::Error(value) }
            }
            // FORMULA
            _ => self.result(records.eight()?, format),
        };
        self.add(at, holds);
        Ok(())
    }

    /// What a formula came to.
    fn result(&mut self, stored: [u8; 8], format: u16) -> XlsValue {
        let result = match stored {
            [0, .., 0xFF, 0xFF] => {
                self.formula = Some(self.cells.len());
                XlsValue::NoResult
            }
            [1, _, value, .., 0xFF, 0xFF] => XlsValue::Bool(value != 0),
            [2, _, value, .., 0xFF, 0xFF] => XlsValue::Error(value),
            [3, .., 0xFF, 0xFF] => XlsValue::EmptyResult,
            [.., 0xFF, 0xFF] => XlsValue::NoResult,
            number => XlsValue::Number(f64::from_le_bytes(number), format),
        };
        self.computes |= !matches!(result, XlsValue::EmptyResult);
        result
    }

    /// MULRK: numbers side by side.
    fn read_many<R: BufRead>(&mut self, at: (u16, u16), records: &mut BiffRecords<R>) -> Result<(), Fault> {
        let mut column = at.1;
        // The last column stands behind them.
        while records.left() >= 8 {
            let format = records.u16()?;
            let number = short_number(records.u32()?);
            self.add((at.0, column), XlsValue::Number(number, format));
            column = column.saturating_add(1);
        }
        Ok(())
    }

    fn text<R: BufRead>(&mut self, records: &mut BiffRecords<R>) -> Result<XlsValue, Fault> {
        let place = self.texts.add(|text| records.string(text))?;
        Ok(XlsValue::Text(place))
    }

    fn add(&mut self, (row, column): (u16, u16), holds: XlsValue) {
        self.cells.push(XlsCell { row, column, holds });
    }

    /// Shows the cells row by row.
    fn show(&mut self, rows: &mut Rows<'_, '_>) -> Result<(), WorkbookStop> {
        self.cells.sort_by_key(|cell| cell.row);
        let XlsBook { strings, shows, epoch, .. } = self.book;
        let missing = || damaged("a cell names a text that is not there");
        for XlsCell { row, column, holds } in &self.cells {
            let value = match *holds {
                XlsValue::Shared(index) => CellValue::Text(strings.get(index).ok_or_else(missing)?),
                XlsValue::Text(index) => CellValue::Text(self.texts.get(index).ok_or_else(missing)?),
                XlsValue::Bool(value) => CellValue::Bool(value),
                XlsValue::Error(code) => CellValue::Text(error(code)),
                XlsValue::EmptyResult if self.computes => continue,
                XlsValue::EmptyResult | XlsValue::NoResult => CellValue::NoResult(""),
                XlsValue::Number(number, _) if !number.is_finite() => CellValue::Text("#NUM!"),
                XlsValue::Number(number, format) => {
                    CellValue::shown(number, shows.get(usize::from(format)), *epoch)
                }
            };
            rows.take((u32::from(*row), u32::from(*column)), value)?;
        }
        Ok(())
    }
}

/// A number in four bytes: the upper half of a float or a whole number, perhaps in hundredths.
fn short_number(bits: u32) -> f64 {
    let (in_hundredths, is_whole) = (bits & 1 != 0, bits & 2 != 0);
    let number = if is_whole {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if in_hundredths { number / 100.0 } else { number }
}

/// An error as the spreadsheet shows it.
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        _ => "#N/A",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_four_bytes_are_read() {
        let float = u32::try_from(1.5_f64.to_bits() >> 32).unwrap();
        for (bits, expected) in [
            (46348 << 2 | 2, 46348.0),
            (750 << 2 | 3, 7.5),
            ((-5_i32).cast_unsigned() << 2 | 2, -5.0),
            (float, 1.5),
            (float | 1, 0.015),
        ] {
            assert_eq!(short_number(bits), expected);
        }
    }
}
