//! The board's charts, one source for the mail, the page and the paper.
//!
//! Comes in: what a board is told of a month and of those before it. Goes out: [`Chart`]s, each a vector picture with the words that
//! say the same: how to read it, and its figures for those who can't see it. [`Chart::png`] makes a picture of points
//! for mail programs. What they look like is `draw`'s, which knows no figures; the words and the font are embedded, so
//! that the same figures give the same bytes on every machine.

mod budget;
mod courses;
mod draw;
mod heat_map;
mod outlook;
mod png;
mod trend;

use chrono::Datelike;
use serde::Serialize;

use crate::board::{Disclosed, Month};

/// The embedded fonts, regular and bold: one that has the measures of common ones, and one of wide cover for letters that
/// it has not.
pub const FONTS: [&[u8]; 4] = [
    include_bytes!("../../../assets/fonts/LiberationSans-Regular.ttf"),
    include_bytes!("../../../assets/fonts/LiberationSans-Bold.ttf"),
    include_bytes!("../../../assets/fonts/DejaVuSans.ttf"),
    include_bytes!("../../../assets/fonts/DejaVuSans-Bold.ttf"),
];

/// A chart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chart {
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
struct Drawing {
    name: &'static str,
    title: String,
    says: String,
    reading: String,
    figures: Vec<String>,
    only_here: bool,
    svg: draw::Drawn<String>,
}

/// The staff rate month by month with its process limits; `None` for a first summary.
pub fn trend(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    trend::trend(figures).map(Drawing::finish).transpose()
}

/// Each course against its target; `None` where nobody is counted for any.
pub fn courses(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    courses::courses(figures).map(Drawing::finish).transpose()
}

/// The staff rate of the months to come, with and without booked places; `None` without a forecast.
pub fn outlook(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    outlook::outlook(figures).map(Drawing::finish).transpose()
}

/// The money spent against the year gone; `None` without an allocation above 0.
pub fn budget(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    budget::budget(figures).map(Drawing::finish).transpose()
}

/// Units by courses; `None` where that was not counted, or no unit is known.
pub fn heat_map(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    heat_map::heat_map(figures).map(Drawing::finish).transpose()
}

impl Chart {
    /// What it shows, and its figures: what stands for the picture where it is not seen.
    pub fn alternative(&self) -> String {
        format!("{}. {}", self.title, self.figures.join(" "))
    }

    /// The name of its picture in points, by which a mail's HTML shows it.
    pub fn png_name(&self) -> String {
        format!("{}.png", self.name)
    }

    /// The picture in points, two to a pixel of its shown size.
    pub fn png(&self) -> Result<Vec<u8>, ChartError> {
        png::png(&self.svg).map_err(|reason| ChartError { name: self.name, reason })
    }
}

impl Drawing {
    fn finish(self) -> Result<Chart, ChartError> {
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

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A rate as a percentage for drawing; for people it is shown by its own function, rounded down.
#[expect(clippy::cast_precision_loss, reason = "millionths of 1 are few enough")]
fn percentage(millionths: u64) -> f64 {
    millionths as f64 / 10_000.0
}

/// A month as an axis names it: `Oct`, and the year.
fn name_and_year(month: Month) -> (String, i32) {
    let day = month.first_day();
    (day.format("%b").to_string(), day.year())
}

#[cfg(test)]
mod tests;
