//! The board's tables: what each cell is, and which forms show it. A table is made once, of typed cells; page, text,
//! mail and PDF show these as words, the workbook as numbers and dates.

use chrono::NaiveDate;

use crate::board::{Month, Shown, Withheld};
use crate::compliance::{Rag, Rate};
use crate::wording::{long_date, one_line, percent, pounds, thousands};

/// A form that tables are shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PaperForm {
    /// The mail, the page and the text.
    Page,
    /// The PDF: what is printed goes further than a mail.
    #[cfg(any(test, feature = "pdf"))]
    Print,
    /// The workbook.
    Workbook,
}

/// The forms that show a table, a column or a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownIn {
    Every,
    /// All but the workbook.
    Pages,
    /// The mail, the page and the text alone.
    Mails,
    Workbook,
}

impl CellTone {
    /// How it sounds that a rate stands so.
    pub(crate) fn of(rag: Option<Rag>) -> Self {
        match rag {
            Some(Rag::Green) => Self::Good,
            Some(Rag::Amber) => Self::Near,
            Some(Rag::Red) => Self::Poor,
            None => Self::Plain,
        }
    }
}

impl ShownIn {
    pub(crate) fn includes(self, form: PaperForm) -> bool {
        match self {
            Self::Every => true,
            Self::Pages => form != PaperForm::Workbook,
            Self::Mails => form == PaperForm::Page,
            Self::Workbook => form == PaperForm::Workbook,
        }
    }
}

/// A table. The first cell of each row is its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    /// The name of its sheet, at most 31 characters.
    pub name: &'static str,
    /// What it holds: the words above it, and on the workbook's cover.
    pub caption: String,
    pub columns: Vec<TableColumn>,
    pub rows: Vec<TableRow>,
    pub shown_in: ShownIn,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableColumn {
    pub heading: String,
    pub shown_in: ShownIn,
    pub place: ColumnPlace,
}

/// Where a page has a column. The workbook has each in its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnPlace {
    Own,
    /// In words below the row's name.
    BelowName,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableRow {
    pub cells: Vec<TableCell>,
    /// How the words below its name sound.
    pub tone: CellTone,
    pub shown_in: ShownIn,
}

/// How words sound. It colours them, and never says what they don't.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CellTone {
    Good,
    Near,
    Poor,
    Plain,
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TableCell {
    /// There is nothing to say.
    Nothing,
    /// There is no figure: what a page says of that. The workbook leaves the cell empty.
    Missing(&'static str),
    Words(String),
    /// A unit's path: on a page its last step, with the steps above it below.
    Path(String),
    Count(u64),
    /// The people up to date out of those counted; in the workbook these have a column of their own.
    OutOf(Rate),
    /// A count with its sign.
    Change(i64),
    /// A share in tenths of a percent.
    Share(i64),
    /// A difference of two shares in tenths of a point.
    Points(i64),
    /// An amount in pence.
    Money(i64),
    Day(NaiveDate),
    Month(Month),
    /// How a rate stands, on a page with its target where that is the group's own.
    Standing(Option<Rag>, Option<u64>),
    /// A cell with what a page says before it.
    After(&'static str, Box<TableCell>),
    /// Withheld by the rule of small numbers.
    Withheld(Withheld),
}

impl Table {
    pub(crate) fn new(
        name: &'static str,
        caption: impl Into<String>,
        columns: Vec<TableColumn>,
        rows: Vec<TableRow>,
    ) -> Self {
        Self { name, caption: caption.into(), columns, rows, shown_in: ShownIn::Every }
    }

    /// The same, shown in these forms alone.
    pub(crate) fn only(self, shown_in: ShownIn) -> Self {
        Self { shown_in, ..self }
    }
}

impl TableColumn {
    pub(crate) fn new(heading: impl Into<String>) -> Self {
        Self { heading: heading.into(), shown_in: ShownIn::Every, place: ColumnPlace::Own }
    }

    /// A column of the workbook alone.
    pub(crate) fn of_workbook(heading: impl Into<String>) -> Self {
        Self::new(heading).only(ShownIn::Workbook)
    }

    /// The same, shown in these forms alone.
    pub(crate) fn only(self, shown_in: ShownIn) -> Self {
        Self { shown_in, ..self }
    }

    /// The same, on a page in words below the row's name.
    pub(crate) fn below_name(self) -> Self {
        Self { place: ColumnPlace::BelowName, ..self }
    }
}

impl TableRow {
    pub(crate) fn new(cells: impl Into<Vec<TableCell>>) -> Self {
        Self { cells: cells.into(), tone: CellTone::Plain, shown_in: ShownIn::Every }
    }

    /// The same, shown in these forms alone.
    pub(crate) fn only(self, shown_in: ShownIn) -> Self {
        Self { shown_in, ..self }
    }

    /// The same, what stands below its name in this tone.
    pub(crate) fn sounding(self, tone: CellTone) -> Self {
        Self { tone, ..self }
    }
}

impl TableCell {
    pub(crate) fn words(text: &str) -> Self {
        Self::Words(one_line(text))
    }

    /// What a group is called, or that it has no name.
    pub(crate) fn named(name: &str, unnamed: &str) -> Self {
        let name = one_line(name);
        Self::Words(if name.is_empty() { unnamed.to_owned() } else { name })
    }

    /// What `cell` makes of a figure, or that it is withheld.
    pub(crate) fn told<T>(figure: &Shown<T>, cell: impl FnOnce(&T) -> Self) -> Self {
        match figure {
            Shown::As(value) => cell(value),
            Shown::Withheld(why) => Self::Withheld(*why),
        }
    }

    /// A rate as people are shown it, rounded down to tenths of a percent.
    pub(crate) fn rate(rate: Rate) -> Self {
        rate.tenths().map_or(Self::Missing("n/a"), |tenths| Self::Share(tenths.cast_signed()))
    }

    pub(crate) fn target(millionths: u64) -> Self {
        Self::Share((millionths / 1_000).cast_signed())
    }

    /// The cell with words before it on a page.
    pub(crate) fn after(self, words: &'static str) -> Self {
        Self::After(words, Box::new(self))
    }

    /// The cell in words, as a page shows it.
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Nothing => String::new(),
            Self::Missing(words) => (*words).to_owned(),
            Self::Words(words) | Self::Path(words) => words.clone(),
            Self::Count(count) => thousands(*count),
            Self::OutOf(rate) => out_of(*rate),
            Self::Change(change) => signed(*change, thousands(change.unsigned_abs())),
            Self::Share(tenths) if *tenths < 0 => format!("-{}", percent(tenths.unsigned_abs() * 1_000)),
            Self::Share(tenths) => percent(tenths.unsigned_abs() * 1_000),
            Self::Points(tenths) => {
                let size = tenths.unsigned_abs();
                signed(*tenths, format!("{}.{}", size / 10, size % 10))
            }
            Self::Money(pence) => pounds(*pence),
            Self::Day(day) => long_date(*day),
            Self::Month(month) => month.long(),
            Self::Standing(rag, target) => {
                let target = target.filter(|_| rag.is_some()).map(|target| format!(" ({})", percent(target)));
                format!("{}{}", standing(*rag), target.unwrap_or_default())
            }
            Self::After(words, cell) => format!("{words} {}", cell.in_words()),
            Self::Withheld(why) => why.words().to_owned(),
        }
    }
}

/// How a rate stands against its target.
pub(super) fn standing(rag: Option<Rag>) -> &'static str {
    match rag {
        Some(Rag::Green) => "On target",
        Some(Rag::Amber) => "Just below target",
        Some(Rag::Red) => "Below target",
        None => "Nobody counted",
    }
}

/// `312 of 578`.
pub(super) fn out_of(rate: Rate) -> String {
    format!("{} of {}", thousands(rate.up_to_date), thousands(rate.counted))
}

/// A number with its sign: `+31`, `-1,024`, `0`.
pub(super) fn signed(number: i64, size: String) -> String {
    let sign = match number {
        0 => "",
        number if number > 0 => "+",
        _ => "-",
    };
    format!("{sign}{size}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_in_words_has_its_unit_and_its_sign() {
        let rate = Rate { counted: 1_578, up_to_date: 1_312 };
        for (cell, words) in [
            (TableCell::Nothing, ""),
            (TableCell::Missing("not known"), "not known"),
            (TableCell::words("two\nlines"), "two lines"),
            (TableCell::named(" ", "No unit recorded"), "No unit recorded"),
            (TableCell::Count(1_234), "1,234"),
            (TableCell::OutOf(rate), "1,312 of 1,578"),
            (TableCell::rate(rate), "83.1%"),
            (TableCell::rate(Rate::default()), "n/a"),
            (TableCell::target(925_000), "92.5%"),
            (TableCell::Share(-5), "-0.5%"),
            (TableCell::Change(31), "+31"),
            (TableCell::Change(-1_024), "-1,024"),
            (TableCell::Change(0), "0"),
            (TableCell::Points(-4), "-0.4"),
            (TableCell::Points(12), "+1.2"),
            (TableCell::Money(-5), "-£0.05"),
            (TableCell::Day("2026-10-31".parse().unwrap()), "31 October 2026"),
            (TableCell::Month(Month::parse("2026-10").unwrap()), "October 2026"),
            (TableCell::Standing(Some(Rag::Red), Some(850_000)), "Below target (85.0%)"),
            (TableCell::Standing(Some(Rag::Green), None), "On target"),
            (TableCell::Standing(None, Some(850_000)), "Nobody counted"),
            (TableCell::Count(3).after("in"), "in 3"),
            (
                TableCell::told(&Shown::Withheld(Withheld::UnderFive), |count| TableCell::Count(*count)),
                "under 5",
            ),
            (TableCell::Withheld(Withheld::Beside), "withheld"),
        ] {
            assert_eq!(cell.in_words(), words, "{cell:?}");
        }
    }

    #[test]
    fn what_is_of_mails_or_of_the_workbook_is_in_no_other_form() {
        let forms = |of: ShownIn| {
            [PaperForm::Page, PaperForm::Print, PaperForm::Workbook].map(|form| of.includes(form))
        };
        assert_eq!(forms(ShownIn::Every), [true, true, true]);
        assert_eq!(forms(ShownIn::Pages), [true, true, false]);
        assert_eq!(forms(ShownIn::Mails), [true, false, false]);
        assert_eq!(forms(ShownIn::Workbook), [false, false, true]);
    }
}
