//! What the board was asked to decide last month, with what became of each.

use super::asked::{length, listed, question, weak};
use crate::board::{Became, BoardDecision, DecisionProgress, Disclosed, FollowedUp, followed_up as all};
use crate::paper::content::section::{Block, PaperSection};
use crate::paper::table::{CellTone, Table, TableCell, TableColumn, TableRow};
use crate::wording::{counted, long_date, pounds, thousands};

/// `None` where last month had no summary, or asked for nothing.
pub(in crate::paper::content) fn followed_up(figures: &Disclosed) -> Option<PaperSection> {
    let rows: Vec<TableRow> = all(figures).iter().map(row).collect();
    if rows.is_empty() {
        return None;
    }
    let columns =
        vec![TableColumn::new("Asked for"), TableColumn::new("Done?"), TableColumn::new("Now").below_name()];
    let caption = format!(
        "What the summary of {} asked the board to decide, and how it stands in {}.",
        figures.month.minus(1).long(),
        figures.month.long()
    );
    let table = Table::new("Last month's decisions", caption, columns, rows);
    Some(PaperSection::new("What became of last month's decisions", vec![Block::Table(table)]))
}

fn row(of: &FollowedUp<'_>) -> TableRow {
    let (words, tone) = match of.progress {
        DecisionProgress::Done => ("Yes", CellTone::Good),
        DecisionProgress::InPart => ("In part", CellTone::Near),
        DecisionProgress::NotYet => ("Not yet", CellTone::Poor),
        DecisionProgress::Untold => ("Not told", CellTone::Plain),
    };
    let became = TableCell::words(&became(&of.became, &of.asked));
    TableRow::new([TableCell::words(&asked(&of.asked)), TableCell::words(words), became]).sounding(tone)
}

/// What was asked for, in short.
fn asked(decision: &BoardDecision<'_>) -> String {
    match decision {
        BoardDecision::Places { missing, until, .. } => format!(
            "{} by {}",
            counted(*missing, "more training place", "more training places"),
            long_date(*until)
        ),
        BoardDecision::Headline { needed, .. } => {
            format!("{} up to date with every course", counted(*needed, "more person", "more people"))
        }
        BoardDecision::Attendance(_) => "Booked places attended".to_owned(),
        BoardDecision::Budget(year) => format!("A training budget for {year}"),
        BoardDecision::Overcommitted(pence) => {
            format!("{} covered that was spent or committed beyond the budget", pounds(*pence))
        }
        BoardDecision::Weak(statements) => {
            format!("{} acted on", counted(length(statements), "assurance answer", "assurance answers"))
        }
        BoardDecision::Reviews(statements) => format!(
            "{} reviewed",
            counted(length(statements), "overdue assurance answer", "overdue assurance answers")
        ),
        BoardDecision::Answers(statements) => {
            format!("{} answered", counted(length(statements), "assurance statement", "assurance statements"))
        }
        BoardDecision::StaffList(_) => "A new staff list".to_owned(),
    }
}

fn became(became: &Became<'_>, asked: &BoardDecision<'_>) -> String {
    match became {
        Became::Places { now: None, until, .. } => {
            format!("{} is no longer the day that the figures look to", long_date(*until))
        }
        Became::Places { now: Some(0), .. } => "None is missing now".to_owned(),
        Became::Places { now: Some(1), .. } => "1 is missing now".to_owned(),
        Became::Places { now: Some(left), .. } => format!("{} are missing now", thousands(*left)),
        Became::Headline { now: None, .. } => "Not shown".to_owned(),
        Became::Headline { now: Some(0), .. } => "The target is met now".to_owned(),
        Became::Headline { now: Some(left), .. } => format!("{} short of the target now", thousands(*left)),
        Became::Courses { on_target, of } => format!(
            "{} of {} at {} now",
            thousands(*on_target),
            counted(*of, "course", "courses"),
            if *of == 1 { "its target" } else { "their targets" }
        ),
        Became::Allocated(None) | Became::Remaining(None) => "None is recorded yet".to_owned(),
        Became::Allocated(Some(pence)) => format!("{} is allocated", pounds(*pence)),
        Became::Remaining(Some(pence)) if *pence < 0 => format!("{} is not covered", pounds(-*pence)),
        Became::Remaining(Some(pence)) => format!("{} is left", pounds(*pence)),
        Became::Statements { left, .. } if left.is_empty() => of_statements(asked),
        Became::Statements { left, .. } => {
            let words = if matches!(asked, BoardDecision::Weak(_)) { weak } else { question };
            format!("Still open: {}", listed(left, words).trim_end_matches('.'))
        }
        Became::StaffList(None) => "There is none yet".to_owned(),
        Became::StaffList(Some(days)) => format!("The last one is {} old", counted(*days, "day", "days")),
    }
}

/// Which statements were asked for.
fn of_statements(asked: &BoardDecision<'_>) -> String {
    match asked {
        BoardDecision::Weak(of) | BoardDecision::Reviews(of) | BoardDecision::Answers(of) => {
            listed(of, question).trim_end_matches('.').to_owned()
        }
        _ => String::new(),
    }
}
