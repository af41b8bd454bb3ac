//! A chart put together: its picture, with the words that say the same.

use chrono::Datelike;
use serde::Serialize;

use super::{draw, png};
use crate::board::Month;

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Chart {
    /// What it is called in file names: `trend`.
    pub name: &'static str,
    /// What it shows: `Staff up to date, month by month`.
    pub title: String,
    /// What is to be seen in it; true without it, and empty where its figures say all.
    pub says: String,
    /// How to read it; empty where that shows.
    pub reading: String,
    /// Its figures, a line each, for those who can't see it.
    pub figures: Vec<String>,
    /// Whether a phone is too narrow for it, and the table beside it says enough there.
    pub is_wide: bool,
    /// The picture, with title and figures in it.
    #[serde(skip)]
    pub svg: String,
}

/// Why a chart can't be drawn: its drawing is at fault, never the figures.
#[derive(Debug, thiserror::Error)]
#[error("the chart {name:?} can't be drawn: {reason}")]
pub struct ChartError {
    /// The chart's name.
    pub name: &'static str,
    /// What went wrong.
    pub reason: String,
}

/// What a chart function gives before it is put together.
pub(super) struct Drawing {
    pub is_wide: bool,
    pub name: &'static str,
    pub title: String,
    pub says: String,
    pub reading: String,
    pub figures: Vec<String>,
    pub svg: draw::Drawn<String>,
}

impl Chart {
    /// What stands for the picture where it is not seen: what it shows, and where its figures are.
    pub(crate) fn alternative(&self) -> String {
        format!("{}. {IN_THE_TABLE}", self.title)
    }

    /// The picture where its table stands beside it: by itself it has its figures within.
    pub(crate) fn beside_its_table(&self) -> String {
        self.svg.replacen(&escaped(&self.figures.join(" ")), IN_THE_TABLE, 1)
    }

    /// The name of its picture in points, by which a mail's HTML shows it.
    pub(crate) fn png_name(&self) -> String {
        format!("{}.png", self.name)
    }

    /// The picture in points, two to a pixel of its shown size.
    pub(crate) fn png(&self) -> Result<Vec<u8>, ChartError> {
        png::png(&self.svg).map_err(|reason| ChartError { name: self.name, reason })
    }
}

impl Drawing {
    pub(crate) fn finish(self) -> Result<Chart, ChartError> {
        let Self { is_wide, name, title, says, reading, figures, svg } = self;
        let svg = svg.map_err(|error| ChartError { name, reason: error.to_string() })?;
        // The library's first line is the opening tag. Ours adds what a screen reader says, and shows it to fit.
        let (_, body) = svg.split_once('\n').unwrap_or(("", &svg));
        let size = svg.split('"').nth(5).unwrap_or_default();
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{size}\" style=\"width:100%;max-width:{}px;height:auto;\
             overflow:visible\" role=\"img\" aria-labelledby=\"{name}-title {name}-figures\">\n<title id=\"{name}-title\">{}</title>\n\
             <desc id=\"{name}-figures\">{}</desc>\n{body}",
            draw::WIDTH / draw::UNITS,
            escaped(&title),
            escaped(&figures.join(" ")),
        );
        Ok(Chart { is_wide, name, title, says, reading, figures, svg })
    }
}

/// In place of a chart's figures where the table that has them stands beside it, and says them better.
pub(super) const IN_THE_TABLE: &str = "Its figures are in the table beside it.";

pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A rate as a percentage for drawing; for people it is shown by its own function, rounded down.
#[expect(clippy::cast_precision_loss, reason = "millionths of 1 are few enough")]
pub(super) fn percentage(millionths: u64) -> f64 {
    millionths as f64 / 10_000.0
}

/// A month as an axis names it: `Oct`, and the year.
pub(super) fn name_and_year(month: Month) -> (String, i32) {
    let day = month.first_day();
    (day.format("%b").to_string(), day.year())
}
