//! A page of figures and lists, as data: one template lays out every one of them.

use askama::Template;
use serde::Serialize;
use serde_json::Value;

use super::fault::Fault;
use super::frame::PageFrame;
use super::reply::Reply;
use crate::web::request::{PageQuestion, ParameterKind, SIZES};
use crate::wording::thousands;

/// A link in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WordedLink {
    /// Where it leads.
    pub(crate) href: String,
    /// What it says.
    pub(crate) words: String,
}

/// Something that is said: of a figure also where it stands in the document of the page, and what stands there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ShownValue {
    /// As people read it.
    pub(crate) words: String,
    /// Where it leads; empty for nowhere.
    pub(crate) href: String,
    /// Its path in the document, such as `staff.rate`; empty where it is no figure.
    pub(crate) figure: String,
    /// What the document says there.
    pub(crate) value: String,
    /// How it is set.
    pub(crate) look: ShownLook,
}

/// How something is set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum ShownLook {
    /// As words.
    #[default]
    Words,
    /// To the right, below other numbers.
    Number,
    /// As a state.
    Tag,
}

impl ShownValue {
    /// Words.
    pub(crate) fn words(words: impl Into<String>) -> Self {
        Self { words: words.into(), ..Self::default() }
    }

    /// A number that stands in no document.
    pub(crate) fn count(count: u64) -> Self {
        Self { words: thousands(count), look: ShownLook::Number, ..Self::default() }
    }

    /// A number, or something in place of one.
    pub(crate) fn number(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: ShownLook::Number, ..Self::default() }
    }

    /// A state.
    pub(crate) fn tag(words: impl Into<String>) -> Self {
        Self { words: words.into(), look: ShownLook::Tag, ..Self::default() }
    }

    /// The same, leading somewhere.
    pub(crate) fn to(self, href: impl Into<String>) -> Self {
        Self { href: href.into(), ..self }
    }

    /// Whether it is set to the right.
    pub(crate) fn is_number(&self) -> bool {
        self.look == ShownLook::Number
    }

    /// Whether it is a state.
    pub(crate) fn is_tag(&self) -> bool {
        self.look == ShownLook::Tag && !self.words.is_empty()
    }
}

/// The document of a page, from which every figure on it is taken: so it is the one of the command.
#[derive(Debug)]
pub(crate) struct PageDocument(Value);

impl PageDocument {
    /// That of an answer.
    pub(crate) fn of(answer: &impl Serialize) -> Result<Self, Fault> {
        Ok(Self(serde_json::to_value(answer).map_err(anyhow::Error::from)?))
    }

    /// What stands at a path such as `groups.0.staff.rate`.
    pub(crate) fn at(&self, path: &str) -> &Value {
        self.0.pointer(&format!("/{}", path.replace('.', "/"))).unwrap_or(&Value::Null)
    }

    /// The list at a path; empty where there is none.
    pub(crate) fn list(&self, path: &str) -> &[Value] {
        self.at(path).as_array().map_or(&[], Vec::as_slice)
    }

    /// The words at a path; empty where there are none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or_default()
    }

    /// The count at a path.
    pub(crate) fn count(&self, path: &str) -> ShownValue {
        let words = match self.at(path) {
            Value::Number(number) => number.as_u64().map_or_else(|| number.to_string(), thousands),
            Value::Null => "–".to_owned(),
            other => other.to_string(),
        };
        self.figure(path, words)
    }

    /// The share at a path, in percent with one decimal, rounded down as everywhere.
    pub(crate) fn share(&self, path: &str) -> ShownValue {
        let words = match self.at(path).as_f64() {
            // Six decimals are exact here, and a tenth of a percent is cut from them, never rounded up.
            Some(share) => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a share is at most a few millions of millionths"
                )]
                let millionths = (share * 1_000_000.0).round() as i64;
                format!("{}.{}%", millionths / 10_000, millionths / 1_000 % 10)
            }
            None => "–".to_owned(),
        };
        self.figure(path, words)
    }

    /// What stands at a path, in these words.
    pub(crate) fn figure(&self, path: &str, words: impl Into<String>) -> ShownValue {
        let value = match self.at(path) {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let (words, figure) = (words.into(), path.to_owned());
        ShownValue { words, href: String::new(), figure, value, look: ShownLook::Number }
    }
}

/// A figure by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelledValue {
    /// What it is.
    pub(crate) label: String,
    /// What it is now.
    pub(crate) value: ShownValue,
}

impl LabelledValue {
    /// A figure with what it is.
    pub(crate) fn of(label: impl Into<String>, value: ShownValue) -> Self {
        Self { label: label.into(), value }
    }
}

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

    /// The part of a list of `total` rows that the question asks for; `what` are the rows, as `rows` or `imports`.
    pub(crate) fn part_of(self, question: &PageQuestion, total: u64, what: &str) -> Self {
        let part = question.part();
        let (skipped, shown) = (part.skipped().unsigned_abs(), self.rows.len() as u64);
        let words = if shown == 0 {
            format!("None of {} {what} is on this page", thousands(total))
        } else {
            let (first, last) = (thousands(skipped + 1), thousands(skipped + shown));
            format!("{first} to {last} of {} {what}", thousands(total))
        };
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
    fn is_sorted(&self) -> bool {
        self.columns.iter().any(|column| !column.href.is_empty())
    }

    /// How many people it is about.
    pub(crate) fn about(self, people: u64) -> Self {
        Self { people: Some(people), ..self }
    }
}

/// Part of a page, below a heading of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReportSection {
    /// What it is; empty for what needs no heading.
    pub(crate) heading: String,
    /// What is said first.
    pub(crate) paragraphs: Vec<String>,
    /// Figures by themselves.
    pub(crate) figures: Vec<LabelledValue>,
    /// A table.
    pub(crate) table: Option<ReportTable>,
    /// Where to go on.
    pub(crate) links: Vec<WordedLink>,
}

/// A choice of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FieldChoice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// How a field is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FieldForm {
    Typed,
    One,
    Any,
}

/// A field of the form that filters.
#[derive(Debug, Clone, PartialEq, Eq)]
struct FilterField {
    name: &'static str,
    label: &'static str,
    hint: &'static str,
    form: FieldForm,
    shown: String,
    choices: Vec<FieldChoice>,
}

/// The form that filters, and what is filtered by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReportFilter {
    path: String,
    heading: &'static str,
    button: &'static str,
    fields: Vec<FilterField>,
    hidden: Vec<(&'static str, String)>,
    taken: Vec<WordedLink>,
}

impl ReportFilter {
    /// That of a question, under a heading.
    pub(crate) fn of(question: &PageQuestion, heading: &'static str, button: &'static str) -> Self {
        let fields = question.fields().map(|(parameter, shown)| {
            let (form, values) = match &parameter.kind {
                ParameterKind::OneOf(values) => (FieldForm::One, values.as_slice()),
                ParameterKind::AnyOf(values) => (FieldForm::Any, values.as_slice()),
                _ => (FieldForm::Typed, &[][..]),
            };
            let is_chosen = |value: &str| match form {
                FieldForm::Any => question.all(parameter.name).any(|said| said == value),
                _ => question.one(parameter.name) == value,
            };
            let choices = values.iter().map(|of| FieldChoice {
                value: of.value.clone(),
                words: of.words.clone(),
                is_chosen: is_chosen(&of.value),
            });
            let (name, label, hint) = (parameter.name, parameter.label, parameter.hint);
            FilterField { name, label, hint, form, shown, choices: choices.collect() }
        });
        let taken = question.taken().into_iter();
        Self {
            path: question.path().to_owned(),
            heading,
            button,
            fields: fields.collect(),
            hidden: question.kept(),
            taken: taken.map(|(words, other)| WordedLink { href: other.address(), words }).collect(),
        }
    }
}

impl ReportFilter {
    /// Whether it has a field at all.
    pub(crate) fn asks_for_something(&self) -> bool {
        !self.fields.is_empty()
    }
}

/// A page of figures and lists.
#[derive(Debug, Template)]
#[template(path = "web/report.html")]
pub(crate) struct ReportPage {
    /// What stands around it.
    pub(crate) frame: PageFrame,
    /// What it is part of.
    pub(crate) crumbs: Vec<WordedLink>,
    /// What is said first.
    pub(crate) intro: Vec<String>,
    /// The form that filters.
    pub(crate) filter: Option<ReportFilter>,
    /// Its parts; none where the address is unsound.
    pub(crate) sections: Vec<ReportSection>,
    /// All of it as a file.
    pub(crate) exports: Vec<WordedLink>,
}

impl ReportPage {
    /// One of nothing yet.
    pub(crate) fn of(frame: PageFrame) -> Self {
        Self {
            frame,
            crumbs: Vec::new(),
            intro: Vec::new(),
            filter: None,
            sections: Vec::new(),
            exports: Vec::new(),
        }
    }

    /// The same with links to these forms of all of it.
    pub(crate) fn exported(self, question: &PageQuestion, forms: &[&str]) -> Self {
        let link = |form: &&str| WordedLink { href: question.file(form), words: form.to_uppercase() };
        Self { exports: forms.iter().map(link).collect(), ..self }
    }

    /// The answer: 422 where the address is unsound.
    pub(crate) fn reply(&self) -> Result<Reply, Fault> {
        let status = if self.frame.faults.is_empty() { 200 } else { 422 };
        Reply::page_with(status, self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_figure_is_what_the_document_says_and_a_share_is_cut_to_tenths() {
        let document = PageDocument(json!({
            "staff": { "counted": 12_345, "rate": 0.899_999, "none": null },
            "groups": [{ "staff": { "rate": 1.0 } }],
        }));
        for (shown, words, value) in [
            (document.count("staff.counted"), "12,345", "12345"),
            (document.share("staff.rate"), "89.9%", "0.899999"),
            (document.share("groups.0.staff.rate"), "100.0%", "1.0"),
            (document.share("staff.none"), "–", "null"),
            (document.count("staff.none"), "–", "null"),
        ] {
            assert_eq!((shown.words.as_str(), shown.value.as_str()), (words, value));
        }
    }
}
