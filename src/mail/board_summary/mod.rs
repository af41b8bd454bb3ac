//! The monthly paper for the board, as a mail: two minutes' reading, every percentage with what it is out of
//! (spec 2.9).

mod groups;
mod headline;
mod outlook;
mod running;

use askama::Template;

use super::document::{Block, Section};
use super::wording::{long_date, one_line};
use super::{Mail, Rendered, rendered};
use crate::board::{BoardFigures, trend};

/// The summary of one organisation's month, for one board.
#[derive(Debug, Clone, Copy)]
pub struct BoardSummary<'a> {
    figures: &'a BoardFigures,
    earlier: &'a [BoardFigures],
}

impl<'a> BoardSummary<'a> {
    /// A summary of `figures`, compared with the frozen figures of `earlier` months, oldest first. Of these, later
    /// months and other organisations are passed over.
    pub fn new(figures: &'a BoardFigures, earlier: &'a [BoardFigures]) -> Self {
        Self { figures, earlier }
    }
}

#[derive(Template)]
#[template(path = "mail/board_summary.subject.txt")]
struct Subject<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail/board_summary.txt")]
struct Text<'a> {
    page: &'a Page,
}

#[derive(Template)]
#[template(path = "mail/board_summary.html")]
struct Html<'a> {
    page: &'a Page,
}

/// What all three templates show, in words.
struct Page {
    organisation: String,
    month: String,
    as_at: String,
    known_at: String,
    policy: String,
    headline: headline::Headline,
    sections: Vec<Section>,
}

impl Page {
    fn of(figures: &BoardFigures, earlier: &[BoardFigures]) -> Self {
        let trend = trend(figures, earlier);
        let mut sections = vec![groups::courses(figures), outlook::trend_section(&trend)];
        sections.extend(outlook::forecast(figures));
        sections.extend([groups::staff_groups(figures), groups::units(figures)]);
        sections.extend([
            running::budget(figures),
            running::data_quality(figures),
            running::reminders(figures),
        ]);
        let known_on = long_date(figures.known_at.date_naive());
        Self {
            organisation: one_line(&figures.organisation_name),
            month: figures.month.long(),
            as_at: long_date(figures.as_at),
            known_at: format!("{known_on} at {} UTC", figures.known_at.format("%H:%M")),
            policy: figures.policy_hash.chars().take(12).collect(),
            headline: headline::headline(figures, &trend),
            sections,
        }
    }
}

impl Mail for BoardSummary<'_> {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = Page::of(self.figures, self.earlier);
        rendered(&Subject { page: &page }, &Text { page: &page }, &Html { page: &page })
    }
}

#[cfg(test)]
mod tests;
