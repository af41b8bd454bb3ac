//! A page of figures and lists, as data: one template lays out every one of them.

mod field;
mod filter;
mod form;
mod table;
mod value;

use askama::Template;

use super::fault::Fault;
use super::frame::PageFrame;
use super::reply::Reply;
use crate::web::request::PageQuestion;

pub(crate) use field::ReportField;
pub(crate) use filter::ReportFilter;
pub(crate) use form::ReportForm;
pub(crate) use table::{ReportColumn, ReportRow, ReportTable};
pub(crate) use value::{LabelledValue, PageDocument, ShownValue, WordedLink};

/// Part of a page, below a heading of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ReportSection {
    /// What it is; empty for what needs no heading.
    pub(crate) heading: String,
    /// What is said first.
    pub(crate) paragraphs: Vec<String>,
    /// Figures by themselves.
    pub(crate) figures: Vec<LabelledValue>,
    /// A picture of the table below it, as SVG; empty for none.
    pub(crate) chart: String,
    /// A table.
    pub(crate) table: Option<ReportTable>,
    /// Text that is shown as it was written.
    pub(crate) verbatim: String,
    /// What can be done about it.
    pub(crate) forms: Vec<ReportForm>,
    /// Where to go on.
    pub(crate) links: Vec<WordedLink>,
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
    /// Where a page stands that is shown in a frame below; empty for none.
    pub(crate) framed: String,
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
            framed: String::new(),
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
