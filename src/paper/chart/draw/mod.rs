//! How charts look: plain numbers and words in, SVG out. It knows nothing of staff, courses or money.
//!
//! Measures are in units of the picture, two of which are a pixel where a picture is shown at its size. All shades
//! are told apart in grey, and nothing is said by colour alone.

mod bars;
mod grid;
mod lines;
mod words;

use std::io;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::prelude::SVGBackend;
use plotters::style::{Color, RGBColor, ShapeStyle};

pub(super) use bars::{Bar, Bars};
pub(super) use grid::{Grid, GridCell};
pub(super) use lines::{ChartLine, Dash, Level, LineChart, Mark};

/// How wide every picture is, in units.
pub(super) const WIDTH: i32 = 1120;

/// Units to a pixel.
pub(super) const UNITS: i32 = 2;

/// What goes wrong when a picture is drawn: nothing, unless a drawing is at fault.
pub(super) type Drawn<T> = Result<T, DrawingAreaErrorKind<io::Error>>;

/// Where a picture is drawn.
type Surface<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const INK: RGBColor = RGBColor(0x21, 0x2b, 0x32);
const SOFT: RGBColor = RGBColor(0x4c, 0x62, 0x72);
const PALE: RGBColor = RGBColor(0xd8, 0xdd, 0xe0);
const BLUE: RGBColor = RGBColor(0x00, 0x5e, 0xb8);
const SKY: RGBColor = RGBColor(0xb4, 0xd3, 0xee);
const ORANGE: RGBColor = RGBColor(0xed, 0x8b, 0x00);
const WHITE: RGBColor = RGBColor(0xff, 0xff, 0xff);

/// A picture `height` units high, on white: a mail's dark background would swallow dark lines.
fn picture(height: i32, draw: impl FnOnce(&Surface<'_>) -> Drawn<()>) -> Drawn<String> {
    let mut svg = String::new();
    {
        let size = (WIDTH.unsigned_abs(), height.unsigned_abs());
        let surface = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        surface.fill(&WHITE)?;
        draw(&surface)?;
        surface.present()?;
    }
    Ok(svg)
}

fn stroke(colour: RGBColor, width: u32) -> ShapeStyle {
    colour.stroke_width(width)
}
