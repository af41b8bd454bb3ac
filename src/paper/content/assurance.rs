//! What the organisation answers to the statements of its policy.

use super::section::{Block, PaperSection};
use crate::board::{Disclosed, StatementFigures};
use crate::paper::table::{CellTone, ShownIn, Table, TableCell, TableColumn, TableRow};
use crate::wording::counted;

/// Every statement with its answer; `None` where the policy has none, or the figures were frozen without.
pub(super) fn assurance(figures: &Disclosed) -> Option<PaperSection> {
    let statements = figures.assurance.as_deref().filter(|statements| !statements.is_empty())?;
    let count = |wanted: fn(&StatementFigures) -> bool| {
        u64::try_from(statements.iter().filter(|of| wanted(of)).count()).unwrap_or(u64::MAX)
    };
    let (answered, overdue) = (count(|of| of.answer.is_some()), count(|of| of.overdue));
    let words = format!(
        "{answered} of {} answered. {} overdue for review; {} since last month.",
        counted(statements.len(), "statement is", "statements are"),
        if overdue == 1 { "1 answer is".to_owned() } else { format!("{overdue} answers are") },
        match count(StatementFigures::changed) {
            0 => "none has changed".to_owned(),
            1 => "1 has changed".to_owned(),
            changed => format!("{changed} have changed"),
        }
    );
    let columns = vec![
        TableColumn::new("Statement"),
        TableColumn::new("Answer"),
        TableColumn::new("Answered on").below_name(),
        TableColumn::new("Last month, if another").below_name(),
        // Evidence and owner go no further than they must: neither is in the workbook, and who is to review an answer
        // is not printed either.
        TableColumn::new("Evidence").below_name().only(ShownIn::Pages),
        TableColumn::new("Review by").below_name(),
        TableColumn::of_workbook("Review"),
        TableColumn::new("Owner").below_name().only(ShownIn::Mails),
    ];
    let caption = "The policy's assurance statements. An answer stands until a later one is given.";
    let table = Table::new("Assurance", caption, columns, statements.iter().map(row).collect());
    Some(PaperSection::new("Assurance", vec![Block::Paragraph(words), Block::Table(table)]))
}

fn row(of: &StatementFigures) -> TableRow {
    let answer = of.answer.as_ref();
    let before = match &of.before {
        _ if !of.changed() => TableCell::Nothing,
        Some(before) => TableCell::words(before).after("Last month:"),
        None => TableCell::words("not answered").after("Last month:"),
    };
    let words_of = |words: &str, before: &'static str| {
        if words.is_empty() { TableCell::Nothing } else { TableCell::words(words).after(before) }
    };
    let review = if of.overdue { "Review overdue since" } else { "Next review by" };
    let row = TableRow::new([
        TableCell::words(&of.question),
        TableCell::words(answer.map_or("not answered", |answer| &answer.answer)),
        answer.map_or(TableCell::Nothing, |answer| TableCell::Day(answer.answered_on).after("Answered")),
        before,
        answer.map_or(TableCell::Nothing, |answer| words_of(&answer.evidence, "Evidence:")),
        answer
            .and_then(|answer| answer.review_by)
            .map_or(TableCell::Nothing, |day| TableCell::Day(day).after(review)),
        if of.overdue { TableCell::words("overdue") } else { TableCell::Nothing },
        answer.map_or(TableCell::Nothing, |answer| words_of(&answer.owner_email, "Owner:")),
    ]);
    row.sounding(if of.overdue { CellTone::Poor } else { CellTone::Plain })
}
