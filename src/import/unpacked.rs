//! What is inside a packed spreadsheet, counted before anything of it is trusted (spec 3.7, *Limits*).

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};

use super::messages::Refusal;
use super::source::{Format, Limits};

/// The most cells an OpenDocument table may come to once its repeated cells and rows are written out. They are held
/// at once, and a few bytes of file may stand for a whole sheet of them.
const MOST_CELLS: u64 = 20_000_000;
/// The widest table and the longest: no more is written out.
const WIDEST: u64 = 16_384;
const LONGEST: u64 = 1_048_576;

/// Which spreadsheet a zip file is; everything in it is unpacked once and counted, because sizes that a hostile file
/// declares are not to be believed.
pub(super) fn unpacked_format(file: &File, limits: &Limits) -> Result<Format, Refusal> {
    let damaged = |error: zip::result::ZipError| Refusal::DamagedZip { why: error.to_string() };
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    let mut unpacked = 0;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(damaged)?;
        let is_content = entry.name().is_ok_and(|name| name == "content.xml");
        let mut entry = entry.take(limits.unpacked_bytes - unpacked + 1);
        let left = entry.limit();
        if is_content {
            refuse_vast_tables(BufReader::new(&mut entry))?;
        }
        io::copy(&mut entry, &mut io::sink()).map_err(unreadable)?;
        unpacked += left - entry.limit();
        if unpacked > limits.unpacked_bytes {
            let most = (limits.unpacked_bytes / 1_000_000).to_string();
            return Err(Refusal::UnpacksTooLarge { most });
        }
    }
    let has = |name: &str| archive.index_for_name(name).is_some();
    if has("xl/workbook.bin") {
        Err(Refusal::BinaryWorkbook)
    } else if has("[Content_Types].xml") {
        Ok(Format::Xlsx)
    } else if has("content.xml") && has("mimetype") {
        Ok(Format::Ods)
    } else {
        Err(Refusal::PlainZip)
    }
}

fn unreadable(error: io::Error) -> Refusal {
    Refusal::DamagedZip { why: error.to_string() }
}

/// Refuses an OpenDocument table that would fill memory. Looks at tags alone, and rather counts too much.
fn refuse_vast_tables(mut content: impl BufRead) -> Result<(), Refusal> {
    let mut table = Written::default();
    let mut tag = Vec::new();
    loop {
        tag.clear();
        let read = content.read_until(b'>', &mut tag);
        if read.map_err(unreadable)? == 0 {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&tag);
        let odd = || Refusal::DamagedZip { why: "a repeat that is no number".into() };
        if text.contains("<table:table-row") {
            table.row_repeats = repeats(&text, "table:number-rows-repeated").ok_or_else(odd)?.min(LONGEST);
        }
        if text.contains("-cell") {
            let repeats = repeats(&text, "table:number-columns-repeated").ok_or_else(odd)?.min(WIDEST);
            let empty = !text.contains("office:") && !text.contains("table:formula");
            table.take_cell(repeats, empty);
        }
        if text.contains("</table:table-row") {
            table.end_row();
        }
        if table.held > MOST_CELLS || table.rows * table.width > MOST_CELLS {
            return Err(Refusal::VastTable { most: MOST_CELLS.to_string() });
        }
    }
}

/// How much of a table is written out so far; empty cells and rows count once something stands behind them.
#[derive(Debug, Default)]
struct Written {
    row_repeats: u64,
    cells: u64,
    empty_cells: u64,
    rows: u64,
    empty_rows: u64,
    width: u64,
    held: u64,
}

impl Written {
    fn take_cell(&mut self, repeats: u64, empty: bool) {
        if empty {
            self.empty_cells += repeats;
        } else {
            self.cells = (self.cells + std::mem::take(&mut self.empty_cells) + repeats).min(WIDEST);
        }
    }

    fn end_row(&mut self) {
        self.empty_cells = 0;
        let cells = std::mem::take(&mut self.cells);
        if cells == 0 {
            self.empty_rows += self.row_repeats;
        } else {
            self.rows = (self.rows + std::mem::take(&mut self.empty_rows) + self.row_repeats).min(LONGEST);
            self.width = self.width.max(cells);
            self.held += cells;
        }
    }
}

/// The number in the attribute, 1 where there is none; `None` where it is no plain number.
fn repeats(tag: &str, attribute: &str) -> Option<u64> {
    let Some((_, rest)) = tag.split_once(attribute) else { return Some(1) };
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    rest.get(1..)?.split(quote).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_counted_as_they_would_be_written_out() {
        let cell = |repeats: u64| {
            format!("<table:table-cell office:value=\"1\" table:number-columns-repeated=\"{repeats}\"/>")
        };
        let row = |repeats: u64, cells: &str| {
            format!("<table:table-row table:number-rows-repeated='{repeats}'>{cells}</table:table-row>")
        };
        let empty = "<table:table-cell table:number-columns-repeated=\"16384\"/>";
        let sound = [
            row(1, &cell(10)) + &row(1_048_575, empty),
            row(1, &(cell(10) + empty)).repeat(1000),
            row(100_000, &cell(10)),
            String::new(),
        ];
        for content in sound {
            assert_eq!(refuse_vast_tables(content.as_bytes()), Ok(()), "{content:.80}");
        }
        let vast = [
            row(1, &cell(16_384)).repeat(2000),
            row(1_048_576, &cell(100)),
            row(1, &cell(100)) + &row(1_048_000, empty) + &row(1, &cell(1)),
            row(1, &(empty.to_owned() + &cell(1))).repeat(2000),
            "<table:table-row table:number-rows-repeated=\"&#49;0\"/>".to_owned(),
        ];
        for content in vast {
            assert!(refuse_vast_tables(content.as_bytes()).is_err(), "{content:.80}");
        }
    }
}
