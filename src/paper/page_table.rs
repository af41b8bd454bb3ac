//! A table in words, as the pages show it; and as lines of text.

use serde::Serialize;

use super::table::{CellTone, ColumnPlace, PaperForm, Table, TableCell, TableRow};
use crate::mail::text::{WIDTH, fold};
use crate::register::UnitPath;

/// A table of names and figures.
#[derive(Serialize)]
pub(super) struct PageTable {
    pub caption: String,
    /// Headings; the first is over the names.
    pub columns: Vec<String>,
    pub rows: Vec<PageRow>,
}

/// One row: a name, perhaps with a note below it, and a figure for each further column.
#[derive(Serialize)]
pub(super) struct PageRow {
    pub name: String,
    pub note: Option<TableNote>,
    pub cells: Vec<String>,
}

/// Words below a name; the tone colours them, and never says what they don't.
#[derive(Serialize)]
pub(super) struct TableNote {
    pub words: String,
    pub tone: CellTone,
}

impl CellTone {
    /// The class that recolours it where the reader's screen is dark.
    pub(crate) fn class(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Near => "near",
            Self::Poor => "poor",
            Self::Plain => "soft",
        }
    }

    /// Its colour on white; each has a contrast above 4.5.
    pub(crate) fn colour(self) -> &'static str {
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

impl PageTable {
    /// The rows and columns of `table` that `form` shows.
    pub(crate) fn of(table: &Table, form: PaperForm) -> Self {
        let shown: Vec<(usize, ColumnPlace)> = table
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column.shown_in.includes(form))
            .map(|(at, column)| (at, column.place))
            .collect();
        let own = shown.iter().filter(|(_, place)| *place == ColumnPlace::Own);
        let headings = own.filter_map(|(at, _)| table.columns.get(*at));
        Self {
            caption: table.caption.clone(),
            columns: headings.map(|column| column.heading.clone()).collect(),
            rows: table
                .rows
                .iter()
                .filter(|row| row.shown_in.includes(form))
                .map(|row| PageRow::of(row, &shown))
                .collect(),
        }
    }

    /// The table as lines of text: names to the left, folded where long; figures to the right, in columns.
    pub(crate) fn text(&self) -> String {
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

impl PageRow {
    fn of(row: &TableRow, shown: &[(usize, ColumnPlace)]) -> Self {
        let cells = |wanted: ColumnPlace| {
            let columns = shown.iter().filter(move |(_, place)| *place == wanted);
            columns.filter_map(|(at, _)| row.cells.get(*at))
        };
        let mut own = cells(ColumnPlace::Own);
        let first = own.next();
        let name = first.map(TableCell::in_words).unwrap_or_default();
        let path = UnitPath(&name);
        let (above, name) = match (first, path.parent()) {
            (Some(TableCell::Path(_)), Some(above)) => {
                (Some(format!("in {}", above.0)), path.name().to_owned())
            }
            _ => (None, name),
        };
        let below = cells(ColumnPlace::BelowName).map(TableCell::in_words).filter(|words| !words.is_empty());
        let said: Vec<String> = above.into_iter().chain(below).collect();
        // A single remark needs no full stop.
        let words = if said.len() > 1 { format!("{}.", said.join(". ")) } else { said.concat() };
        Self {
            name,
            note: (!words.is_empty()).then_some(TableNote { words, tone: row.tone }),
            cells: own.map(TableCell::in_words).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compliance::Rate;
    use crate::paper::table::{ShownIn, TableColumn};

    fn units(rows: Vec<TableRow>) -> Table {
        let columns = vec![
            TableColumn::new("Unit"),
            TableColumn::of_workbook("Level"),
            TableColumn::new("Up to date"),
            TableColumn::new("Rate"),
            TableColumn::new("Standing").below_name(),
        ];
        Table::new("Units", "By unit.", columns, rows)
    }

    fn row(path: &str, up_to_date: u64, counted: u64, standing: TableCell) -> TableRow {
        let rate = Rate { counted, up_to_date };
        TableRow::new([
            TableCell::Path(path.to_owned()),
            TableCell::Count(9),
            TableCell::OutOf(rate),
            TableCell::rate(rate),
            standing,
        ])
    }

    #[test]
    fn figures_stand_below_their_heading_and_notes_below_their_name() {
        let table = units(vec![
            row("Hospital / Surgery", 1_200, 2_000, TableCell::words("Below target")),
            row("Hospital", 1_203, 2_003, TableCell::words("Below target")),
            row("A&E", 3, 3, TableCell::Nothing),
        ]);
        assert_eq!(
            PageTable::of(&table, PaperForm::Page).text(),
            "Unit          Up to date    Rate\n\
             --------------------------------\n\
             Surgery   1,200 of 2,000   60.0%\n  in Hospital. Below target.\n\
             Hospital  1,203 of 2,003   60.0%\n  Below target\n\
             A&E               3 of 3  100.0%"
        );
    }

    #[test]
    fn a_form_has_its_own_rows_and_columns_alone() {
        let mut table = units(vec![
            row("Surgery", 1, 2, TableCell::Nothing),
            row("Corporate", 1, 2, TableCell::Nothing).only(ShownIn::Workbook),
            row("All", 1, 2, TableCell::Nothing).only(ShownIn::Pages),
        ]);
        table.columns[4].shown_in = ShownIn::Mails;
        table.rows[0].cells[4] = TableCell::words("Owner");
        for (form, names, note) in
            [(PaperForm::Page, ["Surgery", "All"], true), (PaperForm::Print, ["Surgery", "All"], false)]
        {
            let page = PageTable::of(&table, form);
            assert_eq!(page.columns, ["Unit", "Up to date", "Rate"]);
            assert_eq!(page.rows.iter().map(|row| row.name.as_str()).collect::<Vec<_>>(), names);
            assert_eq!(page.rows[0].note.is_some(), note);
        }
    }

    #[test]
    fn no_line_of_a_table_is_wider_than_the_text() {
        let long =
            "Division of Medicine and Integrated Care, Older People and Frailty, Ward 14 (Rehabilitation)";
        let text =
            PageTable::of(&units(vec![row(long, 1_200, 2_000, TableCell::Nothing)]), PaperForm::Page).text();
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.lines().nth(2).unwrap().ends_with("1,200 of 2,000  60.0%"), "{text}");
    }
}
