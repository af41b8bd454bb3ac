//! Each course against its target.

use super::draw::{Bar, Bars};
use super::{Drawing, percentage};
use crate::board::BoardFigures;
use crate::compliance::Group;
use crate::wording::{one_line, percent, thousands};

pub(super) fn courses(figures: &BoardFigures) -> Option<Drawing> {
    let counted: Vec<(&Group, u64)> = figures
        .courses
        .iter()
        .filter_map(|course| Some((course, course.counts.requirements.millionths()?)))
        .collect();
    if counted.is_empty() {
        return None;
    }
    let bars = counted
        .iter()
        .map(|(course, rate)| Bar {
            name: title(course),
            value: value(course),
            full: percentage(*rate),
            pale: percentage(course.target_millionths),
            tick: Some(percentage(course.target_millionths)),
        })
        .collect();
    let figures =
        counted.iter().map(|(course, _)| format!("{}: {}.", title(course), value(course))).collect();
    Some(Drawing {
        name: "courses",
        title: "Each course against its target".to_owned(),
        says: String::new(),
        reading: "Each bar ends at the course's rate; the line across it is its target, and what is pale is missing."
            .to_owned(),
        figures,
        only_here: false,
        svg: Bars { bars }.draw(),
    })
}

pub(super) fn title(course: &Group) -> String {
    one_line(course.title.as_deref().unwrap_or(&course.key))
}

fn value(course: &Group) -> String {
    let people = course.counts.requirements;
    let target = percent(course.target_millionths);
    format!("{} of {}, target {target}", people.shown(), thousands(people.counted))
}
