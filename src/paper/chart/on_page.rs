//! Charts for pages of the console, beside the table that has their figures: drawn as those of the paper are, without a
//! style of their own, so that the page's style says what their shades are.

use chrono::NaiveDate;

use super::draw::{self, Bar, Bars, ChartLine, Dash, Level, LineChart};
use super::drawing::{ChartError, IN_THE_TABLE, escaped, name_and_year, percentage};
use crate::board::Month;
use crate::wording::one_line;

/// How much is left free between the texts above a bar: a page is set in the letters of whoever reads it, which may be a
/// quarter wider than ours.
const BETWEEN: i32 = 240;

/// A share and its target, both in millionths of 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PageBar {
    /// Whose.
    pub(crate) name: String,
    /// The figures in words.
    pub(crate) value: String,
    /// The share; `None` where there is none, or it is withheld.
    pub(crate) rate: Option<u64>,
    /// What it is to be.
    pub(crate) target: Option<u64>,
}

/// Shares against their targets, a bar each.
pub(crate) fn bars_on_page(name: &'static str, title: &str, bars: &[PageBar]) -> Result<String, ChartError> {
    let bars = bars.iter().map(|bar| {
        let target = bar.target.map(percentage);
        Bar {
            name: one_line(&bar.name),
            value: one_line(&bar.value),
            full: bar.rate.map_or(0.0, percentage),
            pale: bar.rate.and(target).unwrap_or_default(),
            tick: target,
        }
    });
    finished(name, title, Bars { bars: bars.collect(), between: BETWEEN }.draw())
}

/// A share from one month-end to the next, in millionths of 1, against its target.
pub(crate) fn line_on_page(
    name: &'static str,
    title: &str,
    (points, target): (&[(NaiveDate, Option<u64>)], Option<u64>),
) -> Result<String, ChartError> {
    let shares = points.iter().enumerate().filter_map(|(at, (_, rate))| Some((at, percentage((*rate)?))));
    let level = target.map(|target| Level {
        name: "Target".to_owned(),
        at: percentage(target),
        dash: Dash::Short,
        over: None,
    });
    let drawn = LineChart {
        months: points.iter().map(|(day, _)| name_and_year(Month::of(*day))).collect(),
        lines: vec![ChartLine {
            name: "Up to date".to_owned(),
            dash: Dash::Solid,
            points: shares.collect(),
            marks: Vec::new(),
        }],
        levels: level.into_iter().collect(),
        changes: Vec::new(),
        key: Vec::new(),
    };
    finished(name, title, drawn.draw())
}

/// The picture with the words that a screen reader says for it.
fn finished(name: &'static str, title: &str, drawn: draw::Drawn<String>) -> Result<String, ChartError> {
    let svg = drawn.map_err(|error| ChartError { name, reason: error.to_string() })?;
    let (_, body) = svg.split_once('\n').unwrap_or(("", &svg));
    let size = svg.split('"').nth(5).unwrap_or_default();
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{size}\" class=\"chart\" role=\"img\" \
         aria-labelledby=\"{name}-title\" aria-describedby=\"{name}-figures\">\n<title id=\"{name}-title\">{}</title>\n\
         <desc id=\"{name}-figures\">{IN_THE_TABLE}</desc>\n{body}",
        escaped(title),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_chart_of_a_page_is_named_has_no_style_and_only_shades_that_the_style_sheet_knows() {
        let bar = |rate| PageBar {
            name: "Reading <b> & writing".to_owned(),
            value: "7 of 9".to_owned(),
            rate,
            target: Some(900_000),
        };
        let points =
            [(day("2026-11-30"), Some(800_000)), (day("2026-12-31"), None), (day("2027-01-31"), Some(1))];
        let style = include_str!("../../../assets/web/style.css");
        for svg in [
            bars_on_page("groups", "Rates < targets", &[bar(Some(700_000)), bar(None)]).unwrap(),
            bars_on_page("groups", "None", &[]).unwrap(),
            line_on_page("ahead", "Ahead", (&points, Some(900_000))).unwrap(),
            line_on_page("ahead", "Ahead", (&points[..1], None)).unwrap(),
        ] {
            assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
            assert!(!svg.contains("style=") && !svg.contains("<b>") && !svg.contains(" < "), "{svg}");
            for shade in svg.split("=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                assert!(style.contains(&format!("\"#{shade}\"]")), "the style sheet knows no {shade}");
            }
        }
    }
}
