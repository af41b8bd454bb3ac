//! The parts of a long mail, laid out once as data, so that its HTML and its text part can't come to differ.

use serde::Serialize;

use crate::mail::text::{WIDTH, fold};
use crate::paper::chart::Chart;

/// A heading with what stands below it.
#[derive(Serialize)]
pub(super) struct Section {
    pub heading: String,
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Serialize)]
#[serde(tag = "kind", content = "of", rename_all = "snake_case")]
pub(super) enum Block {
    Paragraph(String),
    Table(Table),
    Chart(Chart),
}

/// How the HTML shows its charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pictures {
    /// As pictures that come with the mail: mail programs show no vectors.
    Attached,
    /// As vectors in the page itself.
    InPlace,
}

/// A table of names and figures.
#[derive(Serialize)]
pub(super) struct Table {
    /// Headings; the first is over the names.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// One row: a name, perhaps with a note below it, and a figure for each further column.
#[derive(Serialize)]
pub(super) struct Row {
    pub name: String,
    pub note: Option<Note>,
    pub cells: Vec<String>,
}

/// Words below a name; the tone colours them, and never says what they don't.
#[derive(Serialize)]
pub(super) struct Note {
    pub words: String,
    pub tone: Tone,
}

/// How a note sounds.
#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tone {
    Good,
    Near,
    Poor,
    Plain,
}

impl Tone {
    /// The class that recolours it where the reader's screen is dark.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Near => "near",
            Self::Poor => "poor",
            Self::Plain => "soft",
        }
    }

    /// Its colour on white; each has a contrast above 4.5.
    pub fn colour(self) -> &'static str {
        match self {
            Self::Good => "#00612e",
            Self::Near => "#7a4700",
            Self::Poor => "#b10e1e",
            Self::Plain => "#4c6272",
        }
    }
}

/// The space between two columns of a text table.
const GAP: usize = 2;

/// The narrowest column of names: below it, lines grow past the width rather than names into slivers.
const NARROWEST_NAME: usize = 16;

impl Table {
    /// A table with these headings.
    pub fn new<const N: usize>(columns: [&str; N], rows: Vec<Row>) -> Self {
        Self { columns: columns.map(str::to_owned).to_vec(), rows }
    }

    /// The table as lines of text: names to the left, folded where long; figures to the right, in columns.
    pub fn text(&self) -> String {
        let figure_columns: Vec<(&str, usize)> = self
            .columns
            .iter()
            .enumerate()
            .skip(1)
            .map(|(position, heading)| {
                let cells = self.rows.iter().filter_map(|row| row.cells.get(position - 1));
                let widest = cells.chain([heading]).map(|cell| cell.chars().count()).max();
                (heading.as_str(), widest.unwrap_or_default())
            })
            .collect();
        let figures_width: usize = figure_columns.iter().map(|(_, width)| GAP + width).sum();
        let name_width = self
            .rows
            .iter()
            .map(|row| row.name.chars().count())
            .chain(self.columns.first().map(|heading| heading.chars().count()))
            .max()
            .unwrap_or_default()
            .min(WIDTH.saturating_sub(figures_width).max(NARROWEST_NAME));
        let line = |name: &str, cells: &mut dyn Iterator<Item = &str>| {
            let mut line = format!("{name:<name_width$}");
            for (cell, (_, width)) in cells.zip(&figure_columns) {
                line.push_str(&" ".repeat(GAP));
                line.push_str(&format!("{cell:>width$}"));
            }
            line
        };
        let first_heading = self.columns.first().map_or("", String::as_str);
        let mut lines = vec![
            line(first_heading, &mut figure_columns.iter().map(|(heading, _)| *heading)),
            "-".repeat(name_width + figures_width),
        ];
        for row in &self.rows {
            let mut names = fold(&row.name, name_width).into_iter();
            let first = names.next().unwrap_or_default();
            lines.push(line(&first, &mut row.cells.iter().map(String::as_str)));
            lines.extend(names.map(|rest| format!("  {rest}")));
            if let Some(note) = &row.note {
                lines.extend(fold(&format!("  {}", note.words), WIDTH));
            }
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, note: Option<&str>, cells: &[&str]) -> Row {
        Row {
            name: name.to_owned(),
            note: note.map(|words| Note { words: words.to_owned(), tone: Tone::Plain }),
            cells: cells.iter().map(|&cell| cell.to_owned()).collect(),
        }
    }

    #[test]
    fn figures_stand_below_their_heading_and_notes_below_their_name() {
        let table = Table::new(
            ["Unit", "Up to date", "Rate"],
            vec![
                row("Surgery", Some("Below target"), &["1,200 of 2,000", "60.0%"]),
                row("A&E", None, &["3 of 3", "100.0%"]),
            ],
        );
        assert_eq!(
            table.text(),
            "Unit         Up to date    Rate\n\
             -------------------------------\n\
             Surgery  1,200 of 2,000   60.0%\n  Below target\n\
             A&E              3 of 3  100.0%"
        );
    }

    #[test]
    fn no_line_of_a_table_is_wider_than_the_text() {
        let long =
            "Division of Medicine and Integrated Care / Older People and Frailty / Ward 14 (Rehabilitation)";
        let table = Table::new(
            ["Unit", "Up to date", "Rate", "To train"],
            vec![row(long, None, &["1,200 of 2,000", "60.0%", "800"])],
        );
        let text = table.text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.lines().count(), 5, "{text}");
        assert!(text.lines().nth(2).unwrap().ends_with("60.0%       800"), "{text}");
    }
}
