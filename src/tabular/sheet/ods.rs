//! OpenDocument spreadsheets (ODS), read from beginning to end without holding a table.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read, Seek};
use std::sync::Arc;

use super::super::fault::{Fault, damaged};
use super::super::label::NumberLabel;
use super::super::row::{LONGEST_ROW, Merged};
use super::super::source::SourceFile;
use super::super::xml::{BytesStart, Event, Xml, add_text, attribute};
use super::super::zipped::ZipParts;
use super::cells::CellValue;
use super::choice::{SheetEntry, choose_sheet};
use super::ods_shown::{label, more_than_number, time};
use super::rows::{LAST_ROW, Rows};
use super::stop::WorkbookStop;

/// The most sheets of a workbook.
const MOST_SHEETS: usize = 10_000;
/// The most rows of a sheet that the file has once and says to be there more often: a few bytes may stand for a million.
const MOST_REPEATED: u32 = 100_000;
/// The most spaces that one tag may stand for; cells as long are refused anyway.
const MOST_SPACES: usize = 1_000;

/// Reads the sheet called `wanted`, or the first visible one.
pub(super) fn read(
    source: &SourceFile,
    wanted: Option<&str>,
    rows: &mut Rows<'_, '_>,
) -> Result<(), WorkbookStop> {
    let file = source.open().map_err(WorkbookStop::Failed)?;
    let mut parts = ZipParts::open(BufReader::new(file))?;
    refuse_encrypted(&mut parts)?;
    let chosen = choose_sheet(&sheets(&mut content(&mut parts)?)?, wanted, rows)?;
    let mut xml = content(&mut parts)?;
    let mut before = 0;
    loop {
        let is_table =
            matches!(xml.more()?, Event::Start(element) if element.name().as_ref() == "table:table");
        if is_table {
            if before == chosen {
                return OdsTable {
                    xml: &mut xml,
                    rows,
                    row: 0,
                    repeated: 0,
                    cells: Vec::new(),
                    text: String::new(),
                }
                .read();
            }
            before += 1;
        }
    }
}

fn content<R: Read + Seek>(parts: &mut ZipParts<R>) -> Result<Xml<impl BufRead>, Fault> {
    parts.xml("content.xml")?.ok_or_else(|| damaged("content.xml is missing"))
}

fn refuse_encrypted<R: Read + Seek>(parts: &mut ZipParts<R>) -> Result<(), Fault> {
    let Some(mut xml) = parts.xml("META-INF/manifest.xml")? else { return Ok(()) };
    loop {
        match xml.next()? {
            Event::Start(element) if element.local_name().as_ref() == "encryption-data" => {
                return Err(Fault::Password);
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The sheets in order.
fn sheets<R: BufRead>(xml: &mut Xml<R>) -> Result<Vec<SheetEntry>, Fault> {
    let mut sheets = Vec::new();
    let (mut style, mut hidden) = (String::new(), HashSet::new());
    loop {
        match xml.next()? {
            Event::Start(element) => match element.name().as_ref() {
                "style:style" => {
                    style = attribute(&element, "style:name")?.unwrap_or_default().into_owned();
                }
                "style:table-properties"
                    if attribute(&element, "table:display")?.is_some_and(|display| display == "false") =>
                {
                    hidden.insert(style.clone());
                }
                "table:table" => {
                    let name = attribute(&element, "table:name")?.unwrap_or_default().into_owned();
                    let style = attribute(&element, "table:style-name")?.unwrap_or_default();
                    let is_visible = !hidden.contains(style.as_ref());
                    sheets.push(SheetEntry { name, is_visible });
                    if sheets.len() > MOST_SHEETS {
                        return Err(damaged(format!("it has more than {MOST_SHEETS} sheets")));
                    }
                }
                _ => {}
            },
            Event::Eof => return Ok(sheets),
            _ => {}
        }
    }
}

/// A table being read.
struct OdsTable<'x, 'r, 'v, 'f, R> {
    xml: &'x mut Xml<R>,
    rows: &'r mut Rows<'v, 'f>,
    row: u32,
    /// How many rows so far were said to be there and are not in the file.
    repeated: u32,
    /// The cells of the row in hand that hold something.
    cells: Vec<OdsCell>,
    /// Their text, end to end.
    text: String,
}

/// A cell that holds something: its first and last column, and what it is.
struct OdsCell {
    columns: (u32, u32),
    value: OdsCellValue,
    /// What it shows beside its number.
    label: Option<Arc<NumberLabel>>,
}

/// A value with what is shown beside it.
type OdsHeld = (OdsCellValue, Option<Arc<NumberLabel>>);

enum OdsCellValue {
    Number(f64),
    Bool(bool),
    /// A part of the row's text.
    Text(usize, usize),
    /// The same of a day or a time.
    Day(usize, usize),
    /// The same of a formula whose result is not stored.
    NoResult(usize, usize),
}

impl<R: BufRead> OdsTable<'_, '_, '_, '_, R> {
    fn read(mut self) -> Result<(), WorkbookStop> {
        loop {
            match self.xml.more()? {
                Event::Start(element) if element.name().as_ref() == "table:table-row" => {
                    let times = repeats(&element, "table:number-rows-repeated")?;
                    self.read_row()?;
                    self.show(times)?;
                }
                Event::End(element) if element.name().as_ref() == "table:table" => return Ok(()),
                _ => {}
            }
        }
    }

    fn read_row(&mut self) -> Result<(), WorkbookStop> {
        self.cells.clear();
        self.text.clear();
        let mut column = 0;
        loop {
            match self.xml.more()? {
                Event::Start(element)
                    if matches!(element.name().as_ref(), "table:table-cell" | "table:covered-table-cell") =>
                {
                    let times = repeats(&element, "table:number-columns-repeated")?;
                    let tag = OdsCellTag::of(&element)?;
                    if let Some(merged) = tag.merged((self.row, column)) {
                        self.rows.merge(merged)?;
                    }
                    let last = column.saturating_add(times.saturating_sub(1));
                    if let Some((value, label)) = self.read_cell(tag)? {
                        self.cells.push(OdsCell { columns: (column, last), value, label });
                    }
                    column = last.saturating_add(1);
                }
                Event::End(element) if element.name().as_ref() == "table:table-row" => return Ok(()),
                _ => {}
            }
        }
    }

    /// Reads to the end of a cell; what it holds, if anything.
    fn read_cell(&mut self, tag: OdsCellTag) -> Result<Option<OdsHeld>, WorkbookStop> {
        let start = self.text.len();
        let outside = self.xml.depth().saturating_sub(1);
        let mut paragraphs = 0;
        // Notes and drawings within the cell are not its text.
        let mut aside: Option<usize> = None;
        let mut in_paragraph = 0_u32;
        while self.xml.depth() > outside {
            let depth = self.xml.depth();
            let event = self.xml.more()?;
            match &event {
                Event::Start(_) if aside.is_some() => {}
                Event::Start(element) => match element.name().as_ref() {
                    "office:annotation" => aside = Some(depth),
                    name if name.starts_with("draw:") => aside = Some(depth),
                    "text:p" => {
                        if paragraphs > 0 {
                            self.text.push('\n');
                        }
                        paragraphs += 1;
                        in_paragraph += 1;
                    }
                    "text:tab" => self.text.push('\t'),
                    "text:line-break" => self.text.push('\n'),
                    "text:s" => {
                        let count = attribute(element, "text:c")?.and_then(|count| count.parse().ok());
                        let count = count.unwrap_or(1).min(MOST_SPACES);
                        self.text.extend(std::iter::repeat_n(' ', count));
                    }
                    _ => {}
                },
                Event::End(element) => {
                    if aside.is_none() && element.name().as_ref() == "text:p" {
                        in_paragraph = in_paragraph.saturating_sub(1);
                    }
                    if aside.is_some_and(|outside| depth.saturating_sub(1) <= outside) {
                        aside = None;
                    }
                }
                event if aside.is_none() && in_paragraph > 0 => add_text(event, &mut self.text)?,
                _ => {}
            }
            if self.text.len() > LONGEST_ROW {
                return Err(Fault::LongRow { row: (u64::from(self.row) + 1).to_string() }.into());
            }
        }
        Ok(self.held(tag, start))
    }

    /// What a cell holds by its tag, with what it shows beside its number; its text from `start` on, where that is what it
    /// holds.
    fn held(&mut self, tag: OdsCellTag, start: usize) -> Option<OdsHeld> {
        let shown = self.text.get(start..).unwrap_or_default();
        let mut beside = None;
        let (written, is_of_time) = match tag.value {
            Some(OdsTagValue::Number(number)) => {
                let more = more_than_number(shown, number);
                beside = label(shown, number, more.is_some(), None);
                match more {
                    Some(more) => (more, false),
                    None => return Some(self.untexted(start, OdsCellValue::Number(number), beside)),
                }
            }
            Some(OdsTagValue::Amount(number, currency)) => {
                let beside = label(shown, number, false, currency.as_deref());
                return Some(self.untexted(start, OdsCellValue::Number(number), beside));
            }
            Some(OdsTagValue::Bool(yes)) => return Some(self.untexted(start, OdsCellValue::Bool(yes), None)),
            Some(OdsTagValue::Day(day)) => (day, true),
            Some(OdsTagValue::Time(said)) => (time(&said, shown), true),
            Some(OdsTagValue::Text(text)) => (text, false),
            None if self.text.len() > start => {
                return Some((OdsCellValue::Text(start, self.text.len()), None));
            }
            None => {
                self.text.push_str(&tag.uncomputed?);
                return Some((OdsCellValue::NoResult(start, self.text.len()), None));
            }
        };
        self.text.truncate(start);
        self.text.push_str(&written);
        let end = self.text.len();
        let value = if is_of_time { OdsCellValue::Day(start, end) } else { OdsCellValue::Text(start, end) };
        (end > start).then(|| (value, beside.map(Arc::new)))
    }

    /// The value, of which nothing stands in the row's text.
    fn untexted(&mut self, start: usize, value: OdsCellValue, beside: Option<NumberLabel>) -> OdsHeld {
        self.text.truncate(start);
        (value, beside.map(Arc::new))
    }

    /// How often the row in hand, which stands so many times, is shown: not at all where it is empty, and once where it was
    /// filled down to the end of the sheet, as a box to tick is.
    fn shown_times(&mut self, times: u32) -> Result<u32, Fault> {
        if self.cells.is_empty() || times < 2 {
            return Ok(if self.cells.is_empty() { 0 } else { times });
        }
        let last = u64::from(self.row) + u64::from(times);
        if last == LAST_ROW {
            return Ok(1);
        }
        if last > LAST_ROW {
            return Err(Fault::TooManyRows { most: LAST_ROW.to_string() });
        }
        self.repeated = self.repeated.saturating_add(times - 1);
        if self.repeated > MOST_REPEATED {
            return Err(Fault::RepeatedRow {
                row: (u64::from(self.row) + 1).to_string(),
                times: times.to_string(),
            });
        }
        Ok(times)
    }

    /// Shows the row in hand so many times.
    fn show(&mut self, times: u32) -> Result<(), WorkbookStop> {
        for row in (0..self.shown_times(times)?).map(|more| self.row.saturating_add(more)) {
            for OdsCell { columns: (first, last), value, label } in &self.cells {
                let value = match *value {
                    OdsCellValue::Number(number) => CellValue::Number(number),
                    OdsCellValue::Bool(yes) => CellValue::Bool(yes),
                    OdsCellValue::Text(start, end) => {
                        CellValue::Text(self.text.get(start..end).unwrap_or_default())
                    }
                    OdsCellValue::Day(start, end) => {
                        CellValue::Day(self.text.get(start..end).unwrap_or_default())
                    }
                    OdsCellValue::NoResult(start, end) => {
                        CellValue::NoResult(self.text.get(start..end).unwrap_or_default())
                    }
                };
                for column in *first..=*last {
                    self.rows.take((row, column), value)?;
                    if let Some(label) = label {
                        self.rows.label(column, label);
                    }
                }
            }
        }
        self.row = self.row.saturating_add(times);
        Ok(())
    }
}

/// What a cell's tag says.
struct OdsCellTag {
    value: Option<OdsTagValue>,
    /// Its formula, where the tag says nothing of what it came to. A text says its kind at least, also where it is empty.
    uncomputed: Option<String>,
    /// How many rows and columns the cell goes over.
    spans: (u32, u32),
}

enum OdsTagValue {
    Number(f64),
    /// An amount of money, and the code of its currency.
    Amount(f64, Option<String>),
    Bool(bool),
    Day(String),
    Time(String),
    Text(String),
}

impl OdsCellTag {
    fn of(element: &BytesStart<'_>) -> Result<Self, Fault> {
        let spans = (
            repeats(element, "table:number-rows-spanned")?,
            repeats(element, "table:number-columns-spanned")?,
        );
        // What an error shows stands in the cell.
        let is_error = attribute(element, "calcext:value-type")?.is_some_and(|kind| kind == "error");
        let said = |name| Ok::<_, Fault>(attribute(element, name)?.map(std::borrow::Cow::into_owned));
        let currency = said("office:currency")?;
        let kind = said("office:value-type")?;
        let value = match kind.as_deref() {
            _ if is_error => None,
            Some(kind @ ("float" | "percentage" | "currency")) => said("office:value")?.map(|text| {
                let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
                let currency = currency.clone();
                match number {
                    None => OdsTagValue::Text(text),
                    Some(number) if kind == "currency" => OdsTagValue::Amount(number, currency),
                    Some(number) => OdsTagValue::Number(number),
                }
            }),
            Some("date") => said("office:date-value")?.map(OdsTagValue::Day),
            Some("time") => said("office:time-value")?.map(OdsTagValue::Time),
            Some("boolean") => said("office:boolean-value")?.map(|text| OdsTagValue::Bool(text == "true")),
            Some("string") => said("office:string-value")?.map(OdsTagValue::Text),
            _ => None,
        };
        let is_uncomputed = value.is_none() && !is_error && kind.as_deref() != Some("string");
        let formula = if is_uncomputed { said("table:formula")? } else { None };
        let uncomputed = formula.map(|formula| match formula.split_once(":=") {
            Some((_, formula)) => formula.to_owned(),
            None => formula.trim_start_matches('=').to_owned(),
        });
        Ok(Self { value, uncomputed, spans })
    }

    fn merged(&self, first: (u32, u32)) -> Option<Merged> {
        let (rows, columns) = self.spans;
        let last = (
            first.0.saturating_add(rows.saturating_sub(1)),
            first.1.saturating_add(columns.saturating_sub(1)),
        );
        (first != last).then_some(Merged { first, last })
    }
}

/// The count in the attribute, 1 where there is none.
fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u32, Fault> {
    let Some(count) = attribute(element, name)? else { return Ok(1) };
    count.trim().parse().map_err(|_| damaged("a count in it is no number"))
}
