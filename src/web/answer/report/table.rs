//! Tables, or the part of one that a page shows.

use super::value::{ShownValue, WordedLink};
use crate::web::request::{PageQuestion, SIZES};
use crate::wording::part_of_list;

/// A column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportColumn {
    /// Its header.
    pub(crate) header: String,
    /// Where the header leads that sorts by it; empty for nowhere.
    pub(crate) href: String,
    /// `ascending`, `descending`, or nothing where the list is in another order.
    pub(crate) aria: &'static str,
    /// Whether what stands below is set to the right.
    pub(crate) is_number: bool,
}

impl ReportColumn {
    /// One of words.
    pub(crate) fn words(header: impl Into<String>) -> Self {
        Self { header: header.into(), href: String::new(), aria: "", is_number: false }
    }

    /// One of numbers.
    pub(crate) fn number(header: impl Into<String>) -> Self {
        Self { is_number: true, ..Self::words(header) }
    }

    /// One of words whose header sorts by `name`.
    pub(crate) fn sorted(header: impl Into<String>, question: &PageQuestion, name: &str) -> Self {
        let asked = question.one("sort");
        let (aria, next) = match asked.strip_prefix('-') {
            None if asked == name => ("ascending", format!("-{name}")),
            Some(down) if down == name => ("descending", name.to_owned()),
            _ => ("", name.to_owned()),
        };
        Self { href: question.with("sort", &next).address(), aria, ..Self::words(header) }
    }
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportRow {
    /// By what programs know it.
    pub(crate) id: String,
    /// What stands in it; the first names it.
    pub(crate) cells: Vec<ShownValue>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportTable {
    /// What it lists, for programs.
    pub(crate) list: &'static str,
    /// What it is.
    pub(crate) caption: String,
    /// The columns.
    pub(crate) columns: Vec<ReportColumn>,
    /// The rows, or the part of them that is shown.
    pub(crate) rows: Vec<ReportRow>,
    /// How many rows there are in all.
    pub(crate) total: u64,
    /// How many people they are about, where that is another number.
    pub(crate) people: Option<u64>,
    /// Which part is shown, in words; empty where all is.
    pub(crate) part: String,
    /// Where the other parts are.
    pub(crate) pager: Vec<WordedLink>,
    /// Pages of other sizes.
    pub(crate) sizes: Vec<WordedLink>,
}

impl ReportTable {
    /// A table that is shown whole.
    pub(crate) fn whole(
        list: &'static str,
        caption: impl Into<String>,
        columns: Vec<ReportColumn>,
        rows: Vec<ReportRow>,
    ) -> Self {
        let total = rows.len() as u64;
        Self {
            list,
            caption: caption.into(),
            columns,
            rows,
            total,
            people: None,
            part: String::new(),
            pager: Vec::new(),
            sizes: Vec::new(),
        }
    }

    /// The part of a list of `total` rows that the question asks for; `noun` is what a row is, and several are.
    pub(crate) fn part_of(self, question: &PageQuestion, total: u64, noun: (&str, &str)) -> Self {
        let part = question.part();
        let (skipped, shown) = (part.skipped().unsigned_abs(), self.rows.len() as u64);
        let words = part_of_list(skipped, shown, total, noun);
        let mut pager = Vec::new();
        let mut page = |page: i64, words: &str| {
            pager.push(WordedLink { href: question.at_page(page).address(), words: words.to_owned() });
        };
        if part.page > 1 {
            page(part.page - 1, "Previous page");
        }
        if shown > 0 && skipped + shown < total {
            page(part.page + 1, "Next page");
        }
        let others = SIZES.iter().filter(|size| **size != part.size && total > SIZES[0].unsigned_abs());
        let sizes = others
            .map(|size| WordedLink { href: question.of_size(*size).address(), words: size.to_string() });
        Self { total, part: words, pager, sizes: sizes.collect(), ..self }
    }

    /// Whether a header sorts it.
    pub(crate) fn is_sorted(&self) -> bool {
        self.columns.iter().any(|column| !column.href.is_empty())
    }

    /// How many people it is about.
    pub(crate) fn about(self, people: u64) -> Self {
        Self { people: Some(people), ..self }
    }
}
