//! Excel 97 to 2003 workbooks (XLS), by the records that hold cells (MS-XLS).

use std::fs::File;
use std::io::{BufRead, BufReader, Seek, SeekFrom};

use cfb::CompoundFile;

use super::super::fault::{Fault, damaged};
use super::super::row::Merged;
use super::super::source::Source;
use super::biff::Records;
use super::cells::{Epoch, Value};
use super::choice::{Sheet, choose_sheet};
use super::formats::{Shows, builtin, written_out};
use super::rows::Rows;
use super::stop::Stop;
use super::strings::Strings;

/// The version of the records that is read.
const BIFF8: u16 = 0x0600;

/// Reads the sheet called `wanted`, or the first visible one.
pub(super) fn read(source: &Source, wanted: Option<&str>, rows: &mut Rows<'_, '_>) -> Result<(), Stop> {
    let file = source.open().map_err(Stop::Failed)?;
    let mut container = CompoundFile::open(file).map_err(damaged)?;
    let mut stream = BufReader::with_capacity(64 * 1024, workbook(&mut container)?);
    let mut book = Book::default();
    book.read(&mut Records::new(&mut stream))?;
    let sheets: Vec<Sheet> = book.sheets.iter().map(|(_, sheet)| sheet.clone()).collect();
    let chosen = choose_sheet(&sheets, wanted, rows)?;
    let begins = book.sheets.get(chosen).map_or(0, |(begins, _)| u64::from(*begins));
    stream.seek(SeekFrom::Start(begins)).map_err(damaged)?;
    let mut cells = Cells { book: &book, formula: None, cells: Vec::new(), texts: Strings::default() };
    cells.read(&mut Records::new(&mut stream), rows)?;
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
struct Book {
    /// The sheets in order, each with where it begins.
    sheets: Vec<(u32, Sheet)>,
    epoch: Epoch,
    strings: Strings,
    /// How numbers are shown, by cell format.
    shows: Vec<Shows>,
}

impl Book {
    fn read<R: BufRead>(&mut self, records: &mut Records<R>) -> Result<(), Fault> {
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

fn bound_sheet<R: BufRead>(records: &mut Records<R>) -> Result<(u32, Sheet), Fault> {
    let begins = records.u32()?;
    let (state, kind) = (records.u8()?, records.u8()?);
    let length = records.u8()?;
    let mut name = String::new();
    records.string_of(length.into(), &mut name)?;
    Ok((begins, Sheet { name, is_visible: state & 0b11 == 0 && kind == 0 }))
}

/// The cells of a sheet. They are held, because not every program writes them row by row.
struct Cells<'b> {
    book: &'b Book,
    /// The cell whose formula came to a text, which comes next.
    formula: Option<(u16, u16)>,
    cells: Vec<Cell>,
    texts: Strings,
}

#[derive(Clone, Copy)]
struct Cell {
    row: u16,
    column: u16,
    holds: Holds,
}

#[derive(Clone, Copy)]
enum Holds {
    /// A string of the workbook's.
    Shared(u32),
    /// A string of the sheet's.
    Text(u32),
    /// A number and its cell format.
    Number(f64, u16),
    Bool(bool),
    Error(u8),
}

impl Cells<'_> {
    fn read<R: BufRead>(&mut self, records: &mut Records<R>, rows: &mut Rows<'_, '_>) -> Result<(), Fault> {
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
                    if let Some(at) = self.formula.take() {
                        let text = self.text(records)?;
                        self.add(at, text);
                    }
                }
                kind => self.read_cells(kind, records)?,
            }
        }
        Ok(())
    }

    fn read_cells<R: BufRead>(&mut self, kind: u16, records: &mut Records<R>) -> Result<(), Fault> {
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
            0x0203 => Holds::Number(f64::from_le_bytes(records.eight()?), format),
            // RK
            0x027E => Holds::Number(short_number(records.u32()?), format),
            // LABELSST
            0x00FD => Holds::Shared(records.u32()?),
            // LABEL and RSTRING
            0x0204 | 0x00D6 => self.text(records)?,
            // BOOLERR
            0x0205 => {
                let (value, is_error) = (records.u8()?, records.u8()?);
                if is_error == 0 { Holds::Bool(value != 0) } else { Holds::Error(value) }
            }
            // FORMULA
            _ => match records.eight()? {
                [0, .., 0xFF, 0xFF] => {
                    self.formula = Some(at);
                    return Ok(());
                }
                [1, _, value, .., 0xFF, 0xFF] => Holds::Bool(value != 0),
                [2, _, value, .., 0xFF, 0xFF] => Holds::Error(value),
                [.., 0xFF, 0xFF] => return Ok(()),
                number => Holds::Number(f64::from_le_bytes(number), format),
            },
        };
        self.add(at, holds);
        Ok(())
    }

    /// MULRK: numbers side by side.
    fn read_many<R: BufRead>(&mut self, at: (u16, u16), records: &mut Records<R>) -> Result<(), Fault> {
        let mut column = at.1;
        // The last column stands behind them.
        while records.left() >= 8 {
            let format = records.u16()?;
            let number = short_number(records.u32()?);
            self.add((at.0, column), Holds::Number(number, format));
            column = column.saturating_add(1);
        }
        Ok(())
    }

    fn text<R: BufRead>(&mut self, records: &mut Records<R>) -> Result<Holds, Fault> {
        let place = self.texts.add(|text| records.string(text))?;
        Ok(Holds::Text(place))
    }

    fn add(&mut self, (row, column): (u16, u16), holds: Holds) {
        self.cells.push(Cell { row, column, holds });
    }

    /// Shows the cells row by row.
    fn show(&mut self, rows: &mut Rows<'_, '_>) -> Result<(), Stop> {
        self.cells.sort_by_key(|cell| cell.row);
        let Book { strings, shows, epoch, .. } = self.book;
        let missing = || damaged("a cell names a text that is not there");
        for Cell { row, column, holds } in &self.cells {
            let value = match *holds {
                Holds::Shared(index) => Value::Text(strings.get(index).ok_or_else(missing)?),
                Holds::Text(index) => Value::Text(self.texts.get(index).ok_or_else(missing)?),
                Holds::Bool(value) => Value::Bool(value),
                Holds::Error(code) => Value::Text(error(code)),
                Holds::Number(number, _) if !number.is_finite() => Value::Text("#NUM!"),
                Holds::Number(number, format) => match shows.get(usize::from(format)) {
                    Some(Shows::Date) => Value::Date(number, *epoch),
                    Some(Shows::Padded(digits)) => Value::Padded(number, *digits),
                    Some(Shows::Masked(mask)) => Value::Masked(number, mask),
                    Some(Shows::Percent) => Value::Percent(number),
                    _ => Value::Number(number),
                },
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
