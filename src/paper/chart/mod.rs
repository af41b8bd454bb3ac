//! The board's charts, one source for the mail, the page and the paper.
//!
//! Comes in: what a board is told of a month and of those before it. Goes out: [`Chart`]s, each a vector picture with
//! the words that say the same: how to read it, and its figures for those who can't see it. [`Chart::png`] makes a
//! picture of points for mail programs. What they look like is `draw`'s, which knows no figures; the words and the font
//! are embedded, so that the same figures give the same bytes on every machine.

mod budget;
mod courses;
mod draw;
mod drawing;
pub(super) mod fonts;
mod heat_map;
mod on_page;
mod outlook;
mod png;
mod trend;
mod verdict;

pub(crate) use drawing::{Chart, ChartError};
pub(crate) use heat_map::{shown_units, unit_name};
pub(crate) use on_page::{PageBar, bars_on_page, line_on_page};
pub(crate) use verdict::{Verdict, VerdictLine, verdict};

use crate::board::Disclosed;
use drawing::Drawing;

/// The staff rate month by month with its process limits; `None` for a first summary.
pub(crate) fn trend(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    trend::trend(figures).map(Drawing::finish).transpose()
}

/// Each course against its target; `None` where nobody is counted for any.
pub(crate) fn courses(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    courses::courses(figures).map(Drawing::finish).transpose()
}

/// The staff rate of the months to come, with and without booked places; `None` without a forecast.
pub(crate) fn outlook(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    outlook::outlook(figures).map(Drawing::finish).transpose()
}

/// The money spent against the year gone; `None` without an allocation above 0.
pub(crate) fn budget(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    budget::budget(figures).map(Drawing::finish).transpose()
}

/// Units by courses; `None` where that was not counted, or no unit is known.
pub(crate) fn heat_map(figures: &Disclosed) -> Result<Option<Chart>, ChartError> {
    heat_map::heat_map(figures).map(Drawing::finish).transpose()
}

#[cfg(test)]
mod tests;
