//! A table for a terminal, fitted to its width (spec 4): what doesn't fit is cut with `…`, never wrapped.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::mail::text::fold;

/// Between two columns.
const GAP: &str = "  ";
/// What stands for what was cut.
const CUT: char = '…';
/// A column of words is not made narrower than this.
const NARROWEST: usize = 10;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListColumn {
    /// Its header.
    pub header: String,
    kind: ListColumnKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ListColumnKind {
    Words,
    Path,
    Code,
    Figure,
}

impl ListColumn {
    /// Words, cut at their end.
    pub fn words(header: impl Into<String>) -> Self {
        Self { header: header.into(), kind: ListColumnKind::Words }
    }

    /// A path or an address, cut at its beginning: the last steps tell it from others.
    pub fn path(header: impl Into<String>) -> Self {
        Self { header: header.into(), kind: ListColumnKind::Path }
    }

    /// A number, a code or a day, which is nothing if it isn't whole: never cut.
    pub fn code(header: impl Into<String>) -> Self {
        Self { header: header.into(), kind: ListColumnKind::Code }
    }

    /// A figure: never cut, and set to the right.
    pub fn figure(header: impl Into<String>) -> Self {
        Self { header: header.into(), kind: ListColumnKind::Figure }
    }

    /// Whether figures stand below it.
    pub(crate) fn is_figure(&self) -> bool {
        self.kind == ListColumnKind::Figure
    }

    fn can_be_cut(&self) -> bool {
        matches!(self.kind, ListColumnKind::Words | ListColumnKind::Path)
    }
}

/// Columns of one kind.
pub(crate) fn columns<const N: usize>(
    kind: fn(&'static str) -> ListColumn,
    headers: [&'static str; N],
) -> Vec<ListColumn> {
    headers.map(kind).to_vec()
}

/// The table in lines of at most `width` characters. Where it is too wide, headers are broken into lines, then columns of
/// words are cut, the widest first; and where that is not enough, what is left over stands in further tables below,
/// behind the first column again.
pub(crate) fn table(
    columns: &[ListColumn],
    rows: impl IntoIterator<Item = Vec<String>>,
    width: usize,
) -> String {
    let rows: Vec<Vec<String>> =
        rows.into_iter().map(|row| row.into_iter().map(on_one_line).collect()).collect();
    let columns: Vec<FittedColumn<'_>> =
        columns.iter().enumerate().map(|(at, column)| FittedColumn::of(column, at, &rows)).collect();
    let blocks = blocks(columns, width);
    let text: Vec<String> = blocks.iter().map(|block| written(block, &rows)).collect();
    text.join("\n\n")
}

/// The text with its lines folded at `width` characters; a list hangs under its mark.
pub(crate) fn prose(text: &str, width: usize) -> String {
    text.lines().flat_map(|line| fold(line, width)).collect::<Vec<_>>().join("\n")
}

/// A column with its place in the rows, and how wide it is to be.
#[derive(Debug, Clone)]
struct FittedColumn<'a> {
    column: &'a ListColumn,
    at: usize,
    /// The widest cell.
    cells: usize,
    width: usize,
}

impl<'a> FittedColumn<'a> {
    fn of(column: &'a ListColumn, at: usize, rows: &[Vec<String>]) -> Self {
        let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0);
        Self { column, at, cells, width: cells.max(column.header.width()) }
    }

    /// As wide as its cells and its header in two lines.
    fn with_header_broken(&mut self) {
        let header = self.column.header.as_str();
        let halves = header.match_indices(' ').filter_map(|(at, _)| header.split_at_checked(at));
        let broken = halves.map(|(first, second)| first.width().max(second.trim_start().width())).min();
        self.width = self.cells.max(broken.unwrap_or_else(|| header.width()));
    }

    fn least(&self) -> usize {
        if self.column.can_be_cut() { self.width.min(NARROWEST) } else { self.width }
    }
}

fn total(columns: &[FittedColumn<'_>]) -> usize {
    columns.iter().map(|column| column.width).sum::<usize>() + GAP.len() * columns.len().saturating_sub(1)
}

/// The columns of each of the tables that fit.
fn blocks(mut columns: Vec<FittedColumn<'_>>, width: usize) -> Vec<Vec<FittedColumn<'_>>> {
    if total(&columns) > width {
        columns.iter_mut().for_each(FittedColumn::with_header_broken);
    }
    let least: usize =
        columns.iter().map(FittedColumn::least).sum::<usize>() + GAP.len() * columns.len().saturating_sub(1);
    if least <= width || columns.len() < 3 {
        narrow(&mut columns, width);
        return vec![columns];
    }
    let mut rest = columns.into_iter();
    let Some(mut first) = rest.next() else { return Vec::new() };
    first.width = first.width.min(width / 3).max(first.least());
    let mut blocks: Vec<Vec<FittedColumn<'_>>> = Vec::new();
    for column in rest {
        let fits = |block: &Vec<FittedColumn<'_>>| {
            let least = block.iter().map(FittedColumn::least).sum::<usize>() + GAP.len() * block.len();
            least + column.least() <= width
        };
        match blocks.last_mut().filter(|block| fits(block)) {
            Some(block) => block.push(column),
            None => blocks.push(vec![first.clone(), column]),
        }
    }
    blocks.iter_mut().for_each(|block| narrow(block, width));
    blocks
}

/// Takes from the widest columns of words until all fit, or none can give more.
fn narrow(columns: &mut [FittedColumn<'_>], width: usize) {
    while total(columns) > width {
        let giving = columns.iter_mut().filter(|column| column.width > column.least());
        let Some(widest) = giving.max_by_key(|column| column.width) else { return };
        widest.width -= 1;
    }
}

fn written(columns: &[FittedColumn<'_>], rows: &[Vec<String>]) -> String {
    let headers: Vec<Vec<String>> =
        columns.iter().map(|column| broken(&column.column.header, column.width)).collect();
    let height = headers.iter().map(Vec::len).max().unwrap_or(0);
    let header = |line: usize| {
        let cells = columns.iter().zip(&headers).map(|(column, header)| {
            // Short headers stand at the bottom, above their cells.
            let above = height - header.len();
            let text = line.checked_sub(above).and_then(|line| header.get(line));
            set(column, text.map_or("", String::as_str))
        });
        cells.collect::<Vec<_>>().join(GAP)
    };
    let row = |row: &Vec<String>| {
        let cells = columns.iter().map(|column| set(column, row.get(column.at).map_or("", String::as_str)));
        cells.collect::<Vec<_>>().join(GAP)
    };
    let lines = (0..height).map(header).chain(rows.iter().map(row));
    lines.map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// A header in lines of at most `width` characters.
fn broken(header: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in header.split(' ') {
        match lines.last_mut().filter(|line| line.width() + 1 + word.width() <= width) {
            Some(line) => {
                line.push(' ');
                line.push_str(word);
            }
            None => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The text in its column: cut where it must be, and filled up with blanks.
fn set(column: &FittedColumn<'_>, text: &str) -> String {
    let text = match column.column.kind {
        ListColumnKind::Path => cut_before(text, column.width),
        _ => cut_behind(text, column.width),
    };
    let blanks = " ".repeat(column.width.saturating_sub(text.width()));
    if column.column.kind == ListColumnKind::Figure { blanks + &text } else { text + &blanks }
}

fn cut_behind(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let kept = within(text.chars(), width.saturating_sub(1));
    format!("{}{CUT}", kept.into_iter().collect::<String>().trim_end())
}

fn cut_before(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let kept = within(text.chars().rev(), width.saturating_sub(1));
    format!("{CUT}{}", kept.into_iter().rev().collect::<String>().trim_start())
}

/// The first of the characters that stand in so much room.
fn within(text: impl Iterator<Item = char>, width: usize) -> Vec<char> {
    let mut room = width;
    let fits = |c: &char| {
        let taken = c.width().unwrap_or(0);
        let fits = taken <= room;
        room = room.saturating_sub(taken);
        fits
    };
    text.take_while(fits).collect()
}

/// A cell never ends its line, nor does it control the terminal.
fn on_one_line(cell: String) -> String {
    if cell.contains(char::is_control) { cell.replace(char::is_control, " ") } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[&str]]) -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect()
    }

    fn fitted(columns: &[ListColumn], cells: &[&[&str]], width: usize) -> Vec<String> {
        let text = table(columns, rows(cells), width);
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        assert!(lines.iter().all(|line| line.width() <= width), "{width}:\n{text}");
        lines
    }

    fn staff() -> Vec<ListColumn> {
        vec![
            ListColumn::code("number"),
            ListColumn::words("name"),
            ListColumn::path("unit"),
            ListColumn::figure("up to date"),
        ]
    }

    const STAFF: &[&[&str]] = &[
        &["00123456", "Aisha Bello", "Surgery / Theatres / Recovery", "12"],
        &["00123457", "Bartholomew Featherstonehaugh", "Facilities", "3"],
    ];

    #[test]
    fn what_fits_is_left_as_it_is() {
        assert_eq!(
            fitted(&staff(), STAFF, 100),
            [
                "number    name                           unit                           up to date",
                "00123456  Aisha Bello                    Surgery / Theatres / Recovery          12",
                "00123457  Bartholomew Featherstonehaugh  Facilities                              3",
            ]
        );
    }

    #[test]
    fn a_table_gives_way_by_its_headers_then_by_words_and_never_by_codes_and_figures() {
        assert_eq!(
            fitted(&staff(), STAFF, 77),
            [
                "                                                                        up to",
                "number    name                           unit                            date",
                "00123456  Aisha Bello                    Surgery / Theatres / Recovery     12",
                "00123457  Bartholomew Featherstonehaugh  Facilities                         3",
            ]
        );
        assert_eq!(
            fitted(&staff(), STAFF, 50),
            [
                "                                             up to",
                "number    name              unit              date",
                "00123456  Aisha Bello       …res / Recovery     12",
                "00123457  Bartholomew Fea…  Facilities           3",
            ]
        );
    }

    #[test]
    fn more_columns_than_fit_stand_in_tables_below_with_the_first_column_again() {
        let columns: Vec<ListColumn> = std::iter::once(ListColumn::words("course"))
            .chain((1..=12).map(|month| ListColumn::figure(format!("month {month}"))))
            .collect();
        let row: Vec<String> = std::iter::once("SGC-L1".to_owned())
            .chain((1..=12).map(|month| (month * 100_000).to_string()))
            .collect();
        let row: Vec<&str> = row.iter().map(String::as_str).collect();
        let lines = fitted(&columns, &[&row], 80);
        assert_eq!(lines.iter().filter(|line| line.starts_with("SGC-L1")).count(), 2, "{lines:#?}");
        assert_eq!(lines.iter().filter(|line| line.trim_start().starts_with("course")).count(), 2);
        let all = lines.concat();
        for month in 1..=12 {
            assert!(all.contains(&(month * 100_000).to_string()), "{month}");
        }
    }

    #[test]
    fn wide_letters_take_the_room_of_two_and_a_cell_stays_on_its_line() {
        let columns = [ListColumn::words("name"), ListColumn::figure("of")];
        assert_eq!(
            fitted(&columns, &[&["山田花子山田花子", "1"], &["a\nb", "2"]], 14),
            ["name        of", "山田花子…    1", "a b          2"]
        );
    }
}
