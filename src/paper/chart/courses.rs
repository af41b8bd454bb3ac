//! Each course against its target.

use super::draw::{Bar, Bars};
use super::drawing::{Drawing, percentage};
use crate::board::{Disclosed, DisclosedCourse};
use crate::wording::{one_line, percent, thousands};

pub(super) fn courses(figures: &Disclosed) -> Option<Drawing> {
    let needed: Vec<&DisclosedCourse> = figures
        .courses
        .iter()
        .filter(|course| course.people().value().is_none_or(|of| of.counted > 0))
        .collect();
    if needed.is_empty() {
        return None;
    }
    let bars = needed.iter().map(|course| {
        let rate = course.people().value().and_then(|people| people.millionths());
        let target = percentage(course.target_millionths);
        Bar {
            name: title(course),
            value: value(course),
            full: rate.map_or(0.0, percentage),
            pale: rate.map_or(0.0, |_| target),
            tick: Some(target),
        }
    });
    let bars = bars.collect();
    let figures = needed.iter().map(|course| format!("{}: {}.", title(course), value(course))).collect();
    Some(Drawing {
        is_wide: false,
        name: "courses",
        title: "Each course against its target".to_owned(),
        says: String::new(),
        reading: "Each bar ends at the course's rate; the line across it is its target, and what is pale is missing."
            .to_owned(),
        figures,
        svg: Bars { bars, between: 60 }.draw(),
    })
}

fn title(course: &DisclosedCourse) -> String {
    one_line(course.title.as_deref().unwrap_or(&course.key))
}

fn value(course: &DisclosedCourse) -> String {
    let target = percent(course.target_millionths);
    let of = course.people().words(|people| format!("{} of {}", people.shown(), thousands(people.counted)));
    format!("{of}, target {target}")
}
