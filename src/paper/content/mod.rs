//! The monthly paper for the board, as a mail: two minutes' reading, every percentage with what it is out of
//! (spec 2.9).

mod actions;
mod assurance;
mod changes;
mod groups;
mod headline;
mod outlook;
mod running;

use askama::Template;
use serde::Serialize;

use crate::board::Disclosed;
use crate::mail::{Mail, Rendered, in_words, rendered};
use crate::mail::{Part, Place};
use crate::paper::chart::{self, Chart, ChartError};
use crate::paper::document::{Block, Pictures, Section};
use crate::wording::{long_date, one_line};

/// The summary of one organisation's month, for one board.
#[derive(Debug, Clone, Copy)]
pub struct BoardSummary<'a> {
    figures: &'a Disclosed,
    attached: Option<&'a str>,
}

impl<'a> BoardSummary<'a> {
    /// A summary of `figures`.
    pub fn new(figures: &'a Disclosed) -> Self {
        Self { figures, attached: None }
    }

    /// The same, saying that this comes with it.
    pub fn attaching(self, attached: &'a str) -> Self {
        Self { attached: Some(attached), ..self }
    }

    /// The subject and the text part, without drawing a picture in points.
    pub fn words(&self) -> Result<(String, String), askama::Error> {
        let page = self.page()?;
        in_words(&Subject { page: &page }, &Text { page: &page })
    }

    /// The HTML part as a page to be opened in a browser, complete in itself: its charts are vectors.
    pub fn html_page(&self) -> Result<String, askama::Error> {
        Html { page: &self.page()?, pictures: Pictures::InPlace }.render()
    }

    /// All that the summary says, as data for a template outside this room; but who owns an answer, since what is
    /// printed goes further than a mail.
    #[cfg(any(test, feature = "pdf"))]
    pub fn data(&self) -> Result<serde_json::Value, askama::Error> {
        let mut nameless = self.figures.clone();
        for answer in nameless.assurance.iter_mut().flatten().filter_map(|of| of.answer.as_mut()) {
            answer.owner_email.clear();
        }
        let page = BoardSummary { figures: &nameless, ..*self }.page()?;
        serde_json::to_value(page).map_err(askama::Error::custom)
    }

    /// The charts, in the order they are shown.
    pub fn charts(&self) -> Result<Vec<Chart>, askama::Error> {
        Ok(self.page()?.charts().cloned().collect())
    }

    fn page(&self) -> Result<Page, askama::Error> {
        let mut page = Page::of(self.figures).map_err(askama::Error::custom)?;
        page.attached = self.attached.map(|attached| format!("Attached: {attached}."));
        Ok(page)
    }
}

#[derive(Template)]
#[template(path = "paper/board_summary.subject.txt")]
struct Subject<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "paper/board_summary.txt")]
struct Text<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "paper/board_summary.html")]
struct Html<'a> {
    page: &'a Page,
    pictures: Pictures,
}

/// What all three templates show, in words; and the paper, whose template takes it as data.
#[derive(Serialize)]
struct Page {
    organisation: String,
    month: String,
    as_at: String,
    known_at: String,
    policy: String,
    /// The beginning of the hash that the figures are known by.
    snapshot: String,
    /// What comes with the mail.
    attached: Option<String>,
    late: Option<String>,
    headline: headline::Headline,
    /// What changed and why.
    changes: Option<Section>,
    /// What is coming.
    coming: Vec<String>,
    /// What the board is asked to decide.
    asked: Vec<String>,
    /// The tables, in the order of spec 2.9.
    sections: Vec<Section>,
}

impl Page {
    fn of(figures: &Disclosed) -> Result<Self, ChartError> {
        let mut sections = vec![
            with_chart(groups::courses(figures), chart::courses(figures)?),
            with_chart(outlook::trend_section(&figures.trend), chart::trend(figures)?),
        ];
        if let Some(forecast) = outlook::forecast(figures) {
            sections.push(with_chart(forecast, chart::outlook(figures)?));
        }
        sections.extend([groups::staff_groups(figures), groups::units(figures)]);
        if let Some(chart) = chart::heat_map(figures)? {
            sections.push(Section { heading: chart.title.clone(), blocks: vec![Block::Chart(chart)] });
        }
        sections.push(with_chart(running::budget(figures), chart::budget(figures)?));
        sections.extend(assurance::assurance(figures));
        sections.extend([
            changes::restatement(figures),
            running::data_quality(figures),
            running::reminders(figures),
        ]);
        let known_on = long_date(figures.known_at.date_naive());
        Ok(Self {
            organisation: one_line(&figures.organisation_name),
            month: figures.month.long(),
            as_at: long_date(figures.as_at),
            known_at: format!("{known_on} at {} UTC", figures.known_at.format("%H:%M")),
            policy: short(&figures.policy_hash),
            snapshot: short(&figures.snapshot),
            attached: None,
            late: figures.late.map(|late| {
                format!(
                    "Made on {}, later than its day, {}.",
                    long_date(late.made_on),
                    long_date(late.due_on)
                )
            }),
            headline: headline::headline(figures),
            changes: changes::bridge(figures),
            coming: actions::coming(figures),
            asked: actions::asked(figures),
            sections,
        })
    }

    fn charts(&self) -> impl Iterator<Item = &Chart> {
        self.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Chart(chart) => Some(chart),
            Block::Paragraph(_) | Block::Table(_) => None,
        })
    }
}

/// As much of a hash as people compare.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}

/// The section with the chart before its first table.
fn with_chart(mut section: Section, chart: Option<Chart>) -> Section {
    if let Some(chart) = chart {
        let before = section.blocks.iter().position(|block| matches!(block, Block::Table(_)));
        section.blocks.insert(before.unwrap_or(section.blocks.len()), Block::Chart(chart));
    }
    section
}

fn picture(chart: &Chart) -> Result<Part, ChartError> {
    Ok(Part {
        name: chart.png_name(),
        content_type: "image/png".to_owned(),
        place: Place::Inline,
        content: chart.png()?,
    })
}

impl Mail for BoardSummary<'_> {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = self.page()?;
        let html = Html { page: &page, pictures: Pictures::Attached };
        let parts: Result<Vec<Part>, ChartError> = page.charts().map(picture).collect();
        let parts = parts.map_err(askama::Error::custom)?;
        Ok(Rendered { parts, ..rendered(&Subject { page: &page }, &Text { page: &page }, &html)? })
    }
}

#[cfg(test)]
mod tests;
