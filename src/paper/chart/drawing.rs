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
    /// Whether its figures stand in no table beside it.
    pub only_here: bool,
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
    pub name: &'static str,
    pub title: String,
    pub says: String,
    pub reading: String,
    pub figures: Vec<String>,
    pub only_here: bool,
    pub svg: draw::Drawn<String>,
}

impl Chart {
    /// What it shows, and its figures: what stands for the picture where it is not seen.
    pub(crate) fn alternative(&self) -> String {
        format!("{}. {}", self.title, self.figures.join(" "))
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
        let Self { name, title, says, reading, figures, only_here, svg } = self;
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
        Ok(Chart { name, title, says, reading, figures, only_here, svg })
    }
}

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
