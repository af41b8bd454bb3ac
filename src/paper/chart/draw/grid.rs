//! A table of shaded cells: the darker, the more there is to do.

use plotters::element::Rectangle;
use plotters::style::{Color, RGBColor};

use super::words::{TextAnchor, cut, width, write, write_upwards};
use super::{Drawn, INK, PALE, SOFT, Surface, WHITE, WIDTH, picture, stroke};

const ROW: i32 = 52;
/// The most that the names of the rows take.
const NAMES: i32 = 420;
/// The height of headings where all fit side by side, and the most that they take where they run upwards.
const LEVEL: i32 = 52;
const HIGHEST: i32 = 320;
const KEY: i32 = 60;

/// From nothing to do to the most; the words on the last two are white.
const SHADES: [RGBColor; 5] = [
    WHITE,
    RGBColor(0xd3, 0xe4, 0xf3),
    RGBColor(0x93, 0xbf, 0xe4),
    RGBColor(0x2b, 0x74, 0xb8),
    RGBColor(0x00, 0x30, 0x5e),
];

/// The darkest shade that dark words can be read on.
const DARK_WORDS_UP_TO: usize = 2;

/// Rows of cells.
pub(in crate::paper::chart) struct Grid {
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<GridCell>)>,
    /// What each shade means, the lightest first; as many as there are shades.
    pub key: [&'static str; 5],
}

/// One cell.
pub(in crate::paper::chart) struct GridCell {
    /// What stands in it.
    pub words: String,
    /// Which shade it has, the lightest being 0; `None`: it says nothing, and has none.
    pub shade: Option<usize>,
}

impl Grid {
    pub(crate) fn draw(&self) -> Drawn<String> {
        let columns = i32::try_from(self.columns.len().max(1)).unwrap_or(1);
        let rows = i32::try_from(self.rows.len()).unwrap_or_default();
        let longest = self.rows.iter().map(|(name, _)| width(name)).max().unwrap_or_default();
        let names = (longest + 24).min(NAMES);
        let wide = (WIDTH - names) / columns;
        let widest = self.columns.iter().map(|name| width(name)).max().unwrap_or_default();
        let level = widest + 8 <= wide;
        let top = if level { LEVEL } else { (widest + 24).min(HIGHEST) };
        picture(top + rows * ROW + KEY, |surface| {
            for (number, name) in (0..).zip(&self.columns) {
                let middle = names + number * wide + wide / 2;
                if level {
                    write(surface, name, (middle, top - 26), TextAnchor::Middle, SOFT)?;
                } else {
                    write_upwards(surface, &cut(name, HIGHEST - 24), (middle, top - 10), SOFT)?;
                }
            }
            for (number, (name, cells)) in (0..).zip(&self.rows) {
                let y = top + number * ROW;
                write(surface, &cut(name, names - 16), (0, y + ROW / 2), TextAnchor::Left, INK)?;
                for (column, cell) in (0..).zip(cells) {
                    cell.draw(surface, [(names + column * wide, y), (names + (column + 1) * wide, y + ROW)])?;
                }
            }
            self.draw_key(surface, top + rows * ROW + KEY / 2 + 8)
        })
    }

    fn draw_key(&self, surface: &Surface<'_>, y: i32) -> Drawn<()> {
        let mut x = 0;
        for (shade, words) in SHADES.iter().zip(self.key) {
            let corners = [(x + 1, y - 16), (x + 41, y + 16)];
            surface.draw(&Rectangle::new(corners, shade.filled()))?;
            surface.draw(&Rectangle::new(corners, stroke(SOFT, 2)))?;
            write(surface, words, (x + 52, y), TextAnchor::Left, SOFT)?;
            x += 52 + width(words) + 28;
        }
        Ok(())
    }
}

impl GridCell {
    fn draw(&self, surface: &Surface<'_>, [(left, top), (right, bottom)]: [(i32, i32); 2]) -> Drawn<()> {
        let shade = self.shade.and_then(|shade| SHADES.get(shade)).unwrap_or(&WHITE);
        let corners = [(left + 1, top + 1), (right - 1, bottom - 1)];
        surface.draw(&Rectangle::new(corners, shade.filled()))?;
        surface.draw(&Rectangle::new(corners, stroke(PALE, 2)))?;
        let colour = match self.shade {
            None => SOFT,
            Some(shade) if shade <= DARK_WORDS_UP_TO => INK,
            Some(_) => WHITE,
        };
        // Where there is no room for the words, the shade says it, and the text alternative has the figure.
        if width(&self.words) > right - left {
            return Ok(());
        }
        write(surface, &self.words, ((left + right) / 2, (top + bottom) / 2), TextAnchor::Middle, colour)
    }
}
