//! What the board's paper says, in the order of spec 2.9: words, tables of typed cells, charts. It is made once, from
//! what a board is told of the figures; every form shows it.
//!
//! A new table is one function that makes a [`Table`], and its place in [`PaperContent::of`].

mod assurance;
mod groups;
mod headline;
mod over_time;
mod running;
mod section;
mod unit_tree;
mod units;

use super::chart::{self, Chart, ChartError, Verdict};
use super::table::Table;
use crate::board::Disclosed;
use crate::wording::{long_date, one_line};
use over_time::{asked, changes, coming, followed_up, months};

pub(super) use headline::Headline;
pub(super) use section::{Block, PaperSection};

/// What every form shows.
pub(super) struct PaperContent {
    pub organisation: String,
    pub month: String,
    pub as_at: String,
    pub known_at: String,
    pub policy: String,
    /// The beginning of the hash that the figures told are known by.
    pub snapshot: String,
    pub late: Option<String>,
    pub headline: Headline,
    /// What the trend says of the last month.
    pub verdict: Option<Verdict>,
    /// The whole organisation; the headline says it in words.
    pub whole: Table,
    /// What changed and why.
    pub changes: Option<PaperSection>,
    /// What is coming.
    pub coming: Vec<String>,
    /// What became of last month's decisions.
    pub followed_up: Option<PaperSection>,
    /// What the board is asked to decide.
    pub asked: Vec<String>,
    /// The tables, in the order of spec 2.9.
    pub sections: Vec<PaperSection>,
}

impl PaperContent {
    pub(crate) fn of(figures: &Disclosed) -> Result<Self, ChartError> {
        let known_on = long_date(figures.known_at.date_naive());
        Ok(Self {
            organisation: one_line(&figures.organisation_name),
            month: figures.month.long(),
            as_at: long_date(figures.as_at),
            known_at: format!("{known_on} at {} UTC", figures.known_at.format("%H:%M")),
            policy: short(&figures.policy_hash),
            snapshot: short(&figures.snapshot),
            late: figures.late.map(|late| {
                format!(
                    "Made on {}, later than its day, {}.",
                    long_date(late.made_on),
                    long_date(late.due_on)
                )
            }),
            headline: headline::headline(figures),
            verdict: chart::verdict(figures),
            whole: running::whole(figures),
            changes: changes::bridge(figures),
            coming: coming::coming(figures),
            followed_up: followed_up::followed_up(figures),
            asked: asked::decisions_asked(figures),
            sections: sections(figures)?,
        })
    }

    /// Every section, in the order they are shown.
    pub(crate) fn all_sections(&self) -> impl Iterator<Item = &PaperSection> {
        self.changes.iter().chain(&self.followed_up).chain(&self.sections)
    }

    /// Every table, in the order they are shown.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table> {
        let blocks = self.all_sections().flat_map(|section| &section.blocks);
        std::iter::once(&self.whole).chain(blocks.filter_map(|block| match block {
            Block::Table(table) => Some(table),
            Block::Paragraph(_) | Block::Chart(_) => None,
        }))
    }

    /// Every chart, in the order they are shown.
    pub(crate) fn charts(&self) -> impl Iterator<Item = &Chart> {
        let blocks = self.sections.iter().flat_map(|section| &section.blocks);
        blocks.filter_map(|block| match block {
            Block::Chart(chart) => Some(chart),
            Block::Paragraph(_) | Block::Table(_) => None,
        })
    }
}

fn sections(figures: &Disclosed) -> Result<Vec<PaperSection>, ChartError> {
    let all = [
        Some(groups::courses(figures).with(chart::courses(figures)?)),
        Some(months::trend(figures).with(chart::trend(figures)?)),
        months::forecast(figures, chart::outlook(figures)?),
        Some(groups::staff_groups(figures)),
        groups::job_titles(figures),
        units::units(figures),
        units::units_by_course(figures, chart::heat_map(figures)?),
        Some(running::budget(figures).with(chart::budget(figures)?)),
        assurance::assurance(figures),
        Some(changes::restatement(figures)),
        Some(running::data_quality(figures)),
        Some(running::reminders(figures)),
    ];
    Ok(all.into_iter().flatten().collect())
}

/// As much of a hash as people compare.
fn short(hash: &str) -> String {
    hash.chars().take(12).collect()
}
