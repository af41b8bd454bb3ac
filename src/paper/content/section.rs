//! A piece of the paper: words, tables and charts below a heading.

use crate::paper::chart::Chart;
use crate::paper::table::Table;

/// A heading with what stands below it.
pub(in crate::paper) struct PaperSection {
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
pub(in crate::paper) enum Block {
    Paragraph(String),
    Table(Table),
    Chart(Chart),
}

impl PaperSection {
    pub(crate) fn new(heading: impl Into<String>, blocks: Vec<Block>) -> Self {
        Self { heading: heading.into(), blocks }
    }

    /// The section with the chart before its first table.
    pub(crate) fn with(mut self, chart: Option<Chart>) -> Self {
        if let Some(chart) = chart {
            let before = self.blocks.iter().position(|block| matches!(block, Block::Table(_)));
            self.blocks.insert(before.unwrap_or(self.blocks.len()), Block::Chart(chart));
        }
        self
    }
}
