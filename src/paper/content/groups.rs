//! Courses against their targets; staff groups and units by how many people are not up to date.

use std::cmp::Reverse;

use super::headline::{left_out_courses, out_of};
use crate::board::{Disclosed, DisclosedGroup, FEWEST_PEOPLE, Shown, Withheld};
use crate::compliance::{Rag, Rate};
use crate::paper::document::{Block, Note, Row, Section, Table, Tone};
use crate::wording::{counted, one_line, percent, thousands};

/// The most units shown: those with most people not up to date.
const UNITS_SHOWN: usize = 15;

/// Per-course rates against targets, in the policy's order.
pub(super) fn courses(figures: &Disclosed) -> Section {
    let rows = figures.courses.iter().map(|course| {
        let name = named(course.title.as_deref().unwrap_or(&course.key), "Unnamed course");
        let note = course.counts.value().map(|_| standing(course.rag, Some(course.target_millionths)));
        row(name, note, &course.people())
    });
    let absent = match figures.counts.absent.value() {
        Some(absent) => format!("{} absent", counted(*absent, "person", "people")),
        None => "the absent".to_owned(),
    };
    Section {
        heading: "By course".to_owned(),
        blocks: vec![
            Block::Paragraph(format!(
                "Each percentage is out of the people who need the course. Left out: {absent}. {}",
                left_out_courses(figures)
            )),
            table(["Course", "Up to date", "Rate", "Not up to date"], rows.collect()),
        ],
    }
}

/// By staff group, most people not up to date first.
pub(super) fn staff_groups(figures: &Disclosed) -> Section {
    let heading = "By staff group".to_owned();
    let Some(groups) = &figures.staff_groups else {
        return Section { heading, blocks: vec![none_told("staff groups")] };
    };
    let rows = sorted(groups).into_iter().map(|group| {
        let note = group.counts.staff.value().map(|_| standing(group.rag, None));
        row(named(&group.key, "No staff group recorded"), note, &group.counts.staff)
    });
    Section {
        heading,
        blocks: vec![
            Block::Paragraph(format!(
                "Most people not up to date first. Each percentage is out of the group's people with at least one course \
                 to count, against the target of {}; left out as in the headline figure. Groups of fewer than \
                 {FEWEST_PEOPLE} people show no counts; others are withheld where they would tell those.",
                percent(figures.target_millionths)
            )),
            table(["Staff group", "Up to date", "Rate", "Not up to date"], rows.collect()),
        ],
    }
}

/// By unit, most people not up to date first, cut at [`UNITS_SHOWN`].
pub(super) fn units(figures: &Disclosed) -> Section {
    let heading = "By unit".to_owned();
    let Some(units) = &figures.units else { return Section { heading, blocks: vec![none_told("units")] } };
    let units = sorted(units);
    let rows = units.iter().take(UNITS_SHOWN).map(|unit| unit_row(unit));
    let mut blocks = vec![
        Block::Paragraph(
            "Most people not up to date first. A unit counts everyone at or below it, so that a person is in every \
             unit above their own. Percentages are out of the same people as by staff group."
                .to_owned(),
        ),
        table(["Unit", "Up to date", "Rate", "Not up to date"], rows.collect()),
    ];
    if let Some(next) = units.get(UNITS_SHOWN) {
        let more = u64::try_from(units.len() - UNITS_SHOWN).unwrap_or(u64::MAX);
        let are_withheld = units.iter().skip(UNITS_SHOWN).any(|unit| unit.counts.staff.value().is_none());
        let or_withheld = if are_withheld { ", or with counts withheld" } else { "" };
        let largest = match next.counts.staff.value().map(|staff| behind(*staff)) {
            None => "whose counts are withheld".to_owned(),
            Some(0) => format!("where everybody is up to date{or_withheld}"),
            Some(people) => {
                format!("each with {} or fewer people not up to date{or_withheld}", thousands(people))
            }
        };
        blocks.push(Block::Paragraph(format!(
            "Not shown: {}, {largest}.",
            counted(more, "more unit", "more units")
        )));
    }
    Section { heading, blocks }
}

/// Said in place of a table of which nothing can be told.
fn none_told(groups: &str) -> Block {
    Block::Paragraph(format!(
        "Not shown: the {groups} are of so few people that their counts could be worked out from the whole."
    ))
}

/// People counted and not up to date.
pub(super) fn behind(rate: Rate) -> u64 {
    rate.counted.saturating_sub(rate.up_to_date)
}

/// How a rate stands, in words, with its target where that is the group's own.
pub(super) fn standing(rag: Option<Rag>, target_millionths: Option<u64>) -> Note {
    let (words, tone) = match rag {
        Some(Rag::Green) => ("On target", Tone::Good),
        Some(Rag::Amber) => ("Just below target", Tone::Near),
        Some(Rag::Red) => ("Below target", Tone::Poor),
        None => ("Nobody counted", Tone::Plain),
    };
    let words = match target_millionths {
        Some(target) if rag.is_some() => format!("{words} ({})", percent(target)),
        _ => words.to_owned(),
    };
    Note { words, tone }
}

/// In place of how a rate stands that is withheld.
pub(super) fn withheld(why: Withheld) -> Note {
    let words = match why {
        Withheld::UnderFive => "Of under 5 people: not shown",
        Withheld::Beside => "Not shown: it would tell the counts of under 5 people",
    };
    Note { words: words.to_owned(), tone: Tone::Plain }
}

/// A row of counts, or of what stands in their place.
fn row(name: String, note: Option<Note>, rate: &Shown<Rate>) -> Row {
    match rate {
        Shown::As(rate) => {
            Row { name, note, cells: vec![out_of(*rate), rate.shown(), thousands(behind(*rate))] }
        }
        Shown::Withheld(why) => {
            Row { name, note, cells: vec![why.words().to_owned(), String::new(), String::new()] }
        }
    }
}

/// A unit by its last step, with the path that leads to it below.
fn unit_row(unit: &DisclosedGroup) -> Row {
    let path = named(&unit.key, "No unit recorded");
    let (above, name) =
        path.rsplit_once(" / ").map_or((None, path.as_str()), |(above, name)| (Some(above), name));
    let note = above.map(|above| Note { words: format!("in {above}"), tone: Tone::Plain });
    row(name.to_owned(), note, &unit.counts.staff)
}

/// The table, or a plain word where it would be empty.
fn table(columns: [&str; 4], rows: Vec<Row>) -> Block {
    if rows.is_empty() {
        Block::Paragraph("There are none to show.".to_owned())
    } else {
        Block::Table(Table::new(columns, rows))
    }
}

/// What a group or course is called: its name, else `unnamed`.
fn named(name: &str, unnamed: &str) -> String {
    let name = one_line(name);
    if name.is_empty() { unnamed.to_owned() } else { name }
}

/// Most people not up to date first. Those withheld come last: among the others their place would tell how many.
fn sorted(groups: &[DisclosedGroup]) -> Vec<&DisclosedGroup> {
    let mut sorted: Vec<&DisclosedGroup> = groups.iter().collect();
    sorted.sort_by_key(|group| {
        let behind = group.counts.staff.value().map(|staff| behind(*staff));
        (Reverse(behind), group.key.as_str())
    });
    sorted
}
