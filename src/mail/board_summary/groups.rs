//! Courses against their targets; staff groups and units by how many people are not up to date.

use std::cmp::Reverse;

use super::headline::{left_out_courses, out_of};
use crate::board::{BoardFigures, FEWEST_PEOPLE};
use crate::compliance::{Group, Rag, Rate};
use crate::mail::document::{Block, Note, Row, Section, Table, Tone};
use crate::mail::wording::{counted, one_line, percent, thousands};

/// The most units shown: those with most people not up to date.
const UNITS_SHOWN: usize = 15;

/// Per-course rates against targets, in the policy's order.
pub(super) fn courses(figures: &BoardFigures) -> Section {
    let rows = figures
        .courses
        .iter()
        .map(|course| {
            let target = Some(course.target_millionths);
            row(
                title(course, "Unnamed course"),
                Some(standing(course.rag, target)),
                course.counts.requirements,
            )
        })
        .collect();
    Section {
        heading: "By course".to_owned(),
        blocks: vec![
            Block::Paragraph(format!(
                "Each percentage is out of the people who need the course. Left out: {} absent. {}",
                counted(figures.counts.absent, "person", "people"),
                left_out_courses(figures)
            )),
            table(["Course", "Up to date", "Rate", "Not up to date"], rows),
        ],
    }
}

/// By staff group, most people not up to date first.
pub(super) fn staff_groups(figures: &BoardFigures) -> Section {
    let rows = sorted(&figures.staff_groups).into_iter().map(|group| {
        let staff = group.counts.staff;
        let standing = (!is_small(staff)).then(|| standing(group.rag, None));
        withheld(row(title(group, "No staff group recorded"), standing, staff), staff)
    });
    Section {
        heading: "By staff group".to_owned(),
        blocks: vec![
            Block::Paragraph(format!(
                "Most people not up to date first. Each percentage is out of the group's people with at least one course \
                 to count, against the target of {}; left out as in the headline figure. Groups of fewer than \
                 {FEWEST_PEOPLE} people show no counts.",
                percent(figures.target_millionths)
            )),
            table(["Staff group", "Up to date", "Rate", "Not up to date"], rows.collect()),
        ],
    }
}

/// By unit, most people not up to date first, cut at [`UNITS_SHOWN`].
pub(super) fn units(figures: &BoardFigures) -> Section {
    let units = sorted(&figures.units);
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
        let largest = match behind(next.counts.staff) {
            0 => "where everybody is up to date".to_owned(),
            people => format!("each with {} or fewer people not up to date", thousands(people)),
        };
        blocks.push(Block::Paragraph(format!(
            "Not shown: {}, {largest}.",
            counted(more, "more unit", "more units")
        )));
    }
    Section { heading: "By unit".to_owned(), blocks }
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

fn row(name: String, note: Option<Note>, rate: Rate) -> Row {
    let cells = vec![out_of(rate), rate.shown(), thousands(behind(rate))];
    Row { name, note, cells }
}

/// A unit by its last step, with the path that leads to it below.
fn unit_row(unit: &Group) -> Row {
    let path = title(unit, "No unit recorded");
    let (above, name) =
        path.rsplit_once(" / ").map_or((None, path.as_str()), |(above, name)| (Some(above), name));
    let note = above.map(|above| Note { words: format!("in {above}"), tone: Tone::Plain });
    withheld(row(name.to_owned(), note, unit.counts.staff), unit.counts.staff)
}

/// The row without its counts, where they are of few people.
fn withheld(row: Row, rate: Rate) -> Row {
    if !is_small(rate) {
        return row;
    }
    Row { cells: vec![format!("of under {FEWEST_PEOPLE}"), String::new(), String::new()], ..row }
}

fn is_small(rate: Rate) -> bool {
    (1..FEWEST_PEOPLE).contains(&rate.counted)
}

/// The table, or a plain word where it would be empty.
fn table(columns: [&str; 4], rows: Vec<Row>) -> Block {
    if rows.is_empty() {
        Block::Paragraph("There are none to show.".to_owned())
    } else {
        Block::Table(Table::new(columns, rows))
    }
}

/// What a group is called: its title, else its key, else `unnamed`.
fn title(group: &Group, unnamed: &str) -> String {
    let name = one_line(group.title.as_deref().unwrap_or(&group.key));
    if name.is_empty() { unnamed.to_owned() } else { name }
}

fn sorted(groups: &[Group]) -> Vec<&Group> {
    let mut sorted: Vec<&Group> = groups.iter().collect();
    sorted.sort_by_key(|group| (Reverse(behind(group.counts.staff)), group.key.as_str()));
    sorted
}
