//! Lines over months, with levels to hold them against.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::element::{Circle, PathElement, Polygon, Rectangle};
use plotters::prelude::SVGBackend;
use plotters::series::{DashedLineSeries, LineSeries};
use plotters::style::{Color, RGBColor};

use super::words::{SIZE, TextAnchor, cut, width, write};
use super::{BLUE, Drawn, INK, ORANGE, PALE, SKY, SOFT, Surface, WIDTH, picture, stroke};

const HEIGHT: i32 = 620;
const LEFT: i32 = 104;
const TOP: i32 = 24;
const BELOW: i32 = 100;

/// The most room that the names at the right end take.
const WIDEST_NAME: i32 = 320;

/// The most months that are all named below the axis; of more, every other one is, the last among them.
const MONTHS_NAMED: usize = 9;

/// How far apart the names at the right end are, at least.
const APART: i32 = SIZE + 4;

/// Percentages over months.
pub(in crate::paper::chart) struct LineChart {
    /// The months below the axis, one after the other, as `Oct` and the year.
    pub months: Vec<(String, i32)>,
    pub lines: Vec<ChartLine>,
    pub levels: Vec<Level>,
    /// The months, by position from 0, that begin with a change: a line stands before them.
    pub changes: Vec<usize>,
    /// What marks mean, where any but the plain one is used.
    pub key: Vec<(Mark, String)>,
}

/// One line.
pub(in crate::paper::chart) struct ChartLine {
    /// What stands at its right end.
    pub name: String,
    pub dash: Dash,
    /// Position of the month, from 0, and percentage.
    pub points: Vec<(usize, f64)>,
    /// The mark of each point; empty for none.
    pub marks: Vec<Mark>,
}

/// A percentage that holds for all months, or for some.
pub(in crate::paper::chart) struct Level {
    /// What stands at the right end; empty for nothing.
    pub name: String,
    pub at: f64,
    pub dash: Dash,
    /// The first and the last month it holds for, by position from 0; `None` for all.
    pub over: Option<(usize, usize)>,
}

/// How a line is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::paper::chart) enum Dash {
    Solid,
    Long,
    Short,
}

/// How a point is marked: each in a shape of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::paper::chart) enum Mark {
    Plain,
    Better,
    Worse,
}

type Plane<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;

impl LineChart {
    pub(crate) fn draw(&self) -> Drawn<String> {
        let key_height = if self.key.is_empty() { 0 } else { 48 };
        picture(HEIGHT + key_height, |surface| {
            let (low, high, step) = self.range();
            let names =
                self.lines.iter().map(|line| &line.name).chain(self.levels.iter().map(|level| &level.name));
            let right = names.map(|name| width(name)).max().unwrap_or_default().min(WIDEST_NAME) + 24;
            let last = position(self.months.len()) - 1.0;
            let mut plane = ChartBuilder::on(surface)
                .margin_left(LEFT)
                .margin_top(TOP)
                .margin_bottom(BELOW + key_height)
                .margin_right(right)
                .build_cartesian_2d(-0.4..last + 0.4, low..high)?;
            self.scale(surface, &plane, (low, high, step), WIDTH - right)?;
            for level in &self.levels {
                let (from, to) = level.over.map_or((0.0, last), |(from, to)| (position(from), position(to)));
                let ends = [(from - 0.4, level.at), (to + 0.4, level.at)];
                line(&mut plane, &ends, level.dash, SOFT, 3)?;
            }
            for begins in &self.changes {
                let at = position(*begins) - 0.5;
                line(&mut plane, &[(at, low), (at, high)], Dash::Short, INK, 3)?;
            }
            for shown in &self.lines {
                let points: Vec<(f64, f64)> =
                    shown.points.iter().map(|&(at, value)| (position(at), value)).collect();
                if points.is_empty() {
                    continue;
                }
                line(&mut plane, &points, shown.dash, INK, 5)?;
                for (&point, &shape) in points.iter().zip(&shown.marks) {
                    mark(surface, plane.backend_coord(&point), shape)?;
                }
            }
            self.names(surface, &plane, WIDTH - right + 16)?;
            self.key(surface, HEIGHT + key_height / 2 - 8)
        })
    }

    /// The lowest and highest percentage of the scale, and the step between its marks.
    fn range(&self) -> (f64, f64, f64) {
        let points = self.lines.iter().flat_map(|line| line.points.iter().map(|(_, value)| *value));
        let all: Vec<f64> = points.chain(self.levels.iter().map(|level| level.at)).collect();
        let low = all.iter().copied().fold(100.0, f64::min).max(0.0);
        let high = all.iter().copied().fold(0.0, f64::max).min(100.0);
        let step = [2.0, 5.0, 10.0].into_iter().find(|step| (high - low) / step <= 5.0).unwrap_or(20.0);
        let floor = (low / step).floor() * step;
        (floor, ((high / step).ceil() * step).max(floor + step), step)
    }

    /// Percentages at the left, months below.
    fn scale(
        &self,
        surface: &Surface<'_>,
        plane: &Plane<'_, '_>,
        (low, high, step): (f64, f64, f64),
        right: i32,
    ) -> Drawn<()> {
        let mut at = low;
        while at <= high + step / 2.0 {
            let (_, y) = plane.backend_coord(&(0.0, at));
            surface.draw(&PathElement::new(vec![(LEFT, y), (right, y)], stroke(PALE, 2)))?;
            write(surface, &format!("{at:.0}%"), (LEFT - 12, y), TextAnchor::Right, SOFT)?;
            at += step;
        }
        let every = if self.months.len() > MONTHS_NAMED { 2 } else { 1 };
        let last = self.months.len().saturating_sub(1);
        let mut year_before = None;
        for (number, (month, year)) in self.months.iter().enumerate() {
            if !(last - number).is_multiple_of(every) {
                continue;
            }
            let (x, y) = plane.backend_coord(&(position(number), low));
            write(surface, month, (x, y + 34), TextAnchor::Middle, SOFT)?;
            if year_before != Some(year) {
                write(surface, &year.to_string(), (x, y + 70), TextAnchor::Middle, SOFT)?;
            }
            year_before = Some(year);
        }
        Ok(())
    }

    /// What each line and level is, at its right end; moved apart where they would cover each other.
    fn names(&self, surface: &Surface<'_>, plane: &Plane<'_, '_>, x: i32) -> Drawn<()> {
        let height = |value: f64| plane.backend_coord(&(0.0, value)).1;
        let ends = self.lines.iter().filter_map(|line| {
            line.points.last().map(|(_, value)| (height(*value), line.name.as_str(), INK))
        });
        let mut names: Vec<(i32, &str, RGBColor)> = ends
            .chain(self.levels.iter().map(|level| (height(level.at), level.name.as_str(), SOFT)))
            .filter(|(_, name, _)| !name.is_empty())
            .collect();
        names.sort_by_key(|(y, ..)| *y);
        let mut places: Vec<i32> = names.iter().map(|(y, ..)| *y).collect();
        spread(&mut places, HEIGHT - BELOW);
        for ((_, name, colour), y) in names.into_iter().zip(places) {
            write(surface, &cut(name, WIDEST_NAME), (x, y), TextAnchor::Left, colour)?;
        }
        Ok(())
    }

    fn key(&self, surface: &Surface<'_>, y: i32) -> Drawn<()> {
        let mut x = LEFT;
        for (shape, words) in &self.key {
            mark(surface, (x + 12, y), *shape)?;
            write(surface, words, (x + 36, y), TextAnchor::Left, SOFT)?;
            x += 36 + width(words) + 40;
        }
        Ok(())
    }
}

/// Moves places, in order, at least [`APART`] from one another, none below `lowest`.
fn spread(places: &mut [i32], lowest: i32) {
    let mut free = i32::MIN;
    for place in places.iter_mut() {
        *place = (*place).max(free);
        free = *place + APART;
    }
    let mut free = lowest;
    for place in places.iter_mut().rev() {
        *place = (*place).min(free);
        free = *place - APART;
    }
}

#[expect(clippy::cast_precision_loss, reason = "a few dozen months")]
fn position(month: usize) -> f64 {
    month as f64
}

fn line(
    plane: &mut Plane<'_, '_>,
    points: &[(f64, f64)],
    dash: Dash,
    colour: RGBColor,
    width: u32,
) -> Drawn<()> {
    let style = stroke(colour, width);
    let points = points.iter().copied();
    match dash {
        Dash::Solid => plane.draw_series(LineSeries::new(points, style))?,
        Dash::Long => plane.draw_series(DashedLineSeries::new(points, 22, 12, style))?,
        Dash::Short => plane.draw_series(DashedLineSeries::new(points, 5, 9, style))?,
    };
    Ok(())
}

fn mark(surface: &Surface<'_>, (x, y): (i32, i32), mark: Mark) -> Drawn<()> {
    match mark {
        Mark::Plain => surface.draw(&Circle::new((x, y), 9, INK.filled())),
        Mark::Better => {
            let corners = [(x - 13, y - 13), (x + 13, y + 13)];
            surface.draw(&Rectangle::new(corners, SKY.filled()))?;
            surface.draw(&Rectangle::new(corners, stroke(BLUE, 5)))
        }
        Mark::Worse => {
            let corners = vec![(x, y - 17), (x + 17, y + 14), (x - 17, y + 14)];
            surface.draw(&Polygon::new(corners.clone(), ORANGE.filled()))?;
            let outline = corners.iter().copied().chain(corners.first().copied()).collect::<Vec<_>>();
            surface.draw(&PathElement::new(outline, stroke(INK, 3)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_would_cover_each_other_move_apart_and_stay_in_the_picture() {
        for (mut places, expected) in [
            (vec![10, 200], vec![10, 200]),
            (vec![10, 12, 14], vec![10, 10 + APART, 10 + 2 * APART]),
            (vec![395, 398, 400], vec![400 - 2 * APART, 400 - APART, 400]),
            (vec![], vec![]),
        ] {
            spread(&mut places, 400);
            assert_eq!(places, expected);
        }
    }

    #[test]
    fn the_scale_holds_every_point_and_level_and_stays_within_0_and_100() {
        for (values, level, expected) in [
            (vec![52.0, 54.0], 90.0, (50.0, 90.0, 10.0)),
            (vec![89.5, 90.2], 90.0, (88.0, 92.0, 2.0)),
            (vec![100.0, 100.0], 100.0, (100.0, 102.0, 2.0)),
            (vec![0.0, 99.0], 120.0, (0.0, 100.0, 20.0)),
        ] {
            let points = values.into_iter().enumerate().collect();
            let line = ChartLine { name: String::new(), dash: Dash::Solid, points, marks: Vec::new() };
            let level = Level { name: String::new(), at: level, dash: Dash::Long, over: None };
            let lines = LineChart {
                months: Vec::new(),
                lines: vec![line],
                levels: vec![level],
                changes: Vec::new(),
                key: Vec::new(),
            };
            assert_eq!(lines.range(), expected);
        }
    }
}
