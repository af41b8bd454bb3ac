//! The paper as people read it: the mail's subject, text and HTML, and the page to be opened in a browser. Tables are in
//! words by now; the PDF is laid out from the same.

use askama::Template;
use serde::Serialize;

use super::chart::{Chart, ChartError, Verdict, VerdictLine};
use super::content::{Block, Headline, PaperContent, PaperSection};
use super::page_table::PageTable;
use super::table::{PaperForm, Table};
use crate::mail::{MailPart, PartPlace, Rendered, in_words, rendered};

/// What the templates show.
#[derive(Serialize)]
pub(super) struct BoardSummaryPage<'a> {
    organisation: &'a str,
    month: &'a str,
    as_at: &'a str,
    known_at: &'a str,
    policy: &'a str,
    snapshot: &'a str,
    /// What comes with the mail.
    attached: Option<String>,
    late: Option<&'a str>,
    headline: &'a Headline,
    verdict: Vec<&'a VerdictLine>,
    changes: Option<PageSection<'a>>,
    coming: &'a [String],
    followed_up: Option<PageSection<'a>>,
    asked: &'a [String],
    sections: Vec<PageSection<'a>>,
}

/// A heading with what stands below it.
#[derive(Serialize)]
struct PageSection<'a> {
    heading: &'a str,
    blocks: Vec<PageBlock<'a>>,
}

/// A piece of a section.
#[derive(Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
enum PageBlock<'a> {
    Paragraph(&'a str),
    Table(PageTable),
    Chart(&'a Chart),
}

/// How the HTML shows its charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pictures {
    /// As pictures that come with the mail: mail programs show no vectors.
    Attached,
    /// As vectors in the page itself.
    InPlace,
}

#[derive(Template)]
#[template(path = "paper/board_summary.subject.txt")]
struct BoardSummarySubject<'a> {
    page: &'a BoardSummaryPage<'a>,
}

#[derive(Template)]
#[template(path = "paper/board_summary.txt")]
struct BoardSummaryText<'a> {
    page: &'a BoardSummaryPage<'a>,
}

#[derive(Template)]
#[template(path = "paper/board_summary.html")]
struct BoardSummaryHtml<'a> {
    page: &'a BoardSummaryPage<'a>,
    pictures: Pictures,
}

impl<'a> BoardSummaryPage<'a> {
    /// What `form` shows of the paper.
    pub(crate) fn of(content: &'a PaperContent, form: PaperForm) -> Self {
        let section = |section: &'a PaperSection| PageSection::of(section, form);
        Self {
            organisation: &content.organisation,
            month: &content.month,
            as_at: &content.as_at,
            known_at: &content.known_at,
            policy: &content.policy,
            snapshot: &content.snapshot,
            attached: None,
            late: content.late.as_deref(),
            headline: &content.headline,
            verdict: content.verdict.iter().flat_map(Verdict::lines).collect(),
            changes: content.changes.as_ref().map(section),
            coming: &content.coming,
            followed_up: content.followed_up.as_ref().map(section),
            asked: &content.asked,
            sections: content.sections.iter().map(section).filter(|of| !of.blocks.is_empty()).collect(),
        }
    }

    /// The same, saying that this comes with it.
    pub(crate) fn attaching(self, attached: &str) -> Self {
        Self { attached: Some(format!("Attached: {attached}.")), ..self }
    }

    /// The mail: subject, text, HTML, and the pictures that the HTML shows.
    pub(crate) fn mail(&self) -> Result<Rendered, askama::Error> {
        let html = BoardSummaryHtml { page: self, pictures: Pictures::Attached };
        let icons = self.verdict.iter().filter_map(|line| line.icon.as_ref());
        let parts: Result<Vec<MailPart>, ChartError> = icons.chain(self.charts()).map(picture).collect();
        let parts = parts.map_err(askama::Error::custom)?;
        Ok(Rendered {
            parts,
            ..rendered(&BoardSummarySubject { page: self }, &BoardSummaryText { page: self }, &html)?
        })
    }

    /// The subject and the text part, without drawing a picture in points.
    pub(crate) fn words(&self) -> Result<(String, String), askama::Error> {
        in_words(&BoardSummarySubject { page: self }, &BoardSummaryText { page: self })
    }

    /// The HTML part as a page to be opened in a browser, complete in itself: its charts are vectors.
    pub(crate) fn html(&self) -> Result<String, askama::Error> {
        BoardSummaryHtml { page: self, pictures: Pictures::InPlace }.render()
    }

    fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            PageBlock::Chart(chart) => Some(*chart),
            PageBlock::Paragraph(_) | PageBlock::Table(_) => None,
        })
    }
}

impl<'a> PageSection<'a> {
    fn of(section: &'a PaperSection, form: PaperForm) -> Self {
        let blocks = section.blocks.iter().filter_map(|block| match block {
            Block::Paragraph(words) => Some(PageBlock::Paragraph(words)),
            Block::Chart(chart) => Some(PageBlock::Chart(chart)),
            Block::Table(table) if table.shown_in.includes(form) => Some(PageBlock::of(table, form)),
            Block::Table(_) => None,
        });
        Self { heading: &section.heading, blocks: blocks.collect() }
    }
}

impl PageBlock<'_> {
    /// The table, or a plain word where it would be empty.
    fn of(table: &Table, form: PaperForm) -> Self {
        let table = PageTable::of(table, form);
        if table.rows.is_empty() { Self::Paragraph("There are none to show.") } else { Self::Table(table) }
    }
}

/// The line below a heading of the text part.
fn underline(heading: &str) -> String {
    "=".repeat(heading.chars().count())
}

fn picture(chart: &Chart) -> Result<MailPart, ChartError> {
    Ok(MailPart {
        name: chart.png_name(),
        content_type: "image/png".to_owned(),
        place: PartPlace::Inline,
        content: chart.png()?,
    })
}
