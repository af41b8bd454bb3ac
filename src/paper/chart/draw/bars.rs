//! Bars from the left, each with its words above it.

use plotters::element::{PathElement, Rectangle};
use plotters::style::Color;

use super::words::{TextAnchor, cut, width, write, write_bold};
use super::{BLUE, Drawn, INK, PALE, SKY, SOFT, Surface, WHITE, WIDTH, picture, stroke};

/// The height of a bar with its words and the space below.
const EACH: i32 = 92;
const BAR: i32 = 32;
const TOP: i32 = 12;
const SCALE: i32 = 56;
/// The space on either side, so that the words of the scale fit.
const SIDE: i32 = 40;

/// Percentages as bars.
pub(in crate::paper::chart) struct Bars {
    pub bars: Vec<Bar>,
    /// How much is left free between the two texts above a bar: more where others' letters may stand in for ours.
    pub between: i32,
}

/// One bar.
pub(in crate::paper::chart) struct Bar {
    /// What it is.
    pub name: String,
    /// The figure in words.
    pub value: String,
    /// How far the bar goes.
    pub full: f64,
    /// How far its pale continuation goes; not beyond `full`: there is none.
    pub pale: f64,
    /// A line across it.
    pub tick: Option<f64>,
}

impl Bars {
    pub(crate) fn draw(&self) -> Drawn<String> {
        let bars = i32::try_from(self.bars.len()).unwrap_or_default();
        let (bottom, end) = (TOP + bars * EACH, self.end());
        let x = move |value: f64| SIDE + units(value.max(0.0) / end * f64::from(WIDTH - 2 * SIDE));
        picture(bottom + SCALE, |surface| {
            for quarter in 0..=4 {
                let value = end * f64::from(quarter) / 4.0;
                let line = vec![(x(value), TOP), (x(value), bottom)];
                surface.draw(&PathElement::new(line, stroke(PALE, 2)))?;
                write(surface, &format!("{value:.0}%"), (x(value), bottom + 28), TextAnchor::Middle, SOFT)?;
            }
            for (number, bar) in (0..).zip(&self.bars) {
                bar.draw(surface, TOP + number * EACH, self.between, x)?;
            }
            Ok(())
        })
    }

    /// The right end of the scale: 100%, or the next quarter of it that holds every bar.
    fn end(&self) -> f64 {
        let ends = self.bars.iter().flat_map(|bar| [bar.full, bar.pale, bar.tick.unwrap_or_default()]);
        (ends.fold(100.0, f64::max) / 100.0 * 4.0).ceil() / 4.0 * 100.0
    }
}

impl Bar {
    fn draw(&self, surface: &Surface<'_>, top: i32, between: i32, x: impl Fn(f64) -> i32) -> Drawn<()> {
        let words = top + 18;
        let right = WIDTH - SIDE;
        // The scale's lines would run through the words.
        surface.draw(&Rectangle::new([(0, top), (WIDTH, top + 38)], WHITE.filled()))?;
        write(surface, &self.value, (right, words), TextAnchor::Right, INK)?;
        write_bold(
            surface,
            &cut(&self.name, right - SIDE - width(&self.value) - between),
            (SIDE, words),
            TextAnchor::Left,
            INK,
        )?;
        let (from, to) = (top + 40, top + 40 + BAR);
        if self.pale > self.full {
            let pale = [(x(self.full), from), (x(self.pale), to)];
            surface.draw(&Rectangle::new(pale, SKY.filled()))?;
            surface.draw(&Rectangle::new(pale, stroke(BLUE, 2)))?;
        }
        surface.draw(&Rectangle::new([(x(0.0), from), (x(self.full), to)], BLUE.filled()))?;
        if let Some(tick) = self.tick {
            let line = vec![(x(tick), from - 4), (x(tick), to + 6)];
            surface.draw(&PathElement::new(line, stroke(INK, 7)))?;
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "within the width of a picture")]
fn units(value: f64) -> i32 {
    value.round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_goes_to_100_and_further_where_a_bar_does() {
        for (full, pale, tick, end) in
            [(38.0, 51.0, None, 100.0), (100.0, 0.0, Some(85.0), 100.0), (90.0, 101.0, None, 125.0)]
        {
            let bar = Bar { name: String::new(), value: String::new(), full, pale, tick };
            assert!((Bars { bars: vec![bar], between: 60 }.end() - end).abs() < 1e-9, "{end}");
        }
    }
}
