//! What the organisation answers to the statements of its policy.

use super::{Block, Section};
use crate::board::{Disclosed, StatementFigures};
use crate::paper::table::{Cell, Column, Row, ShownIn, Table, Tone};
use crate::wording::counted;

/// Every statement with its answer; `None` where the policy has none, or the figures were frozen without.
pub(super) fn assurance(figures: &Disclosed) -> Option<Section> {
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
        Column::new("Statement"),
        Column::new("Answer"),
        Column::new("Answered on").below_name(),
        Column::new("Last month, if another").below_name(),
        // Evidence and owner go no further than they must: neither is in the workbook, and who is to review an answer
        // is not printed either.
        Column::new("Evidence").below_name().only(ShownIn::Pages),
        Column::new("Review by").below_name(),
        Column::of_workbook("Review"),
        Column::new("Owner").below_name().only(ShownIn::Mails),
    ];
    let caption = "The policy's assurance statements. An answer stands until a later one is given.";
    let table = Table::new("Assurance", caption, columns, statements.iter().map(row).collect());
    Some(Section::new("Assurance", vec![Block::Paragraph(words), Block::Table(table)]))
}

fn row(of: &StatementFigures) -> Row {
    let answer = of.answer.as_ref();
    let before = match &of.before {
        _ if !of.changed() => Cell::Nothing,
        Some(before) => Cell::words(before).after("Last month:"),
        None => Cell::words("not answered").after("Last month:"),
    };
    let words_of = |words: &str, before: &'static str| {
        if words.is_empty() { Cell::Nothing } else { Cell::words(words).after(before) }
    };
    let review = if of.overdue { "Review overdue since" } else { "Next review by" };
    let row = Row::new([
        Cell::words(&of.question),
        Cell::words(answer.map_or("not answered", |answer| &answer.answer)),
        answer.map_or(Cell::Nothing, |answer| Cell::Day(answer.answered_on).after("Answered")),
        before,
        answer.map_or(Cell::Nothing, |answer| words_of(&answer.evidence, "Evidence:")),
        answer.and_then(|answer| answer.review_by).map_or(Cell::Nothing, |day| Cell::Day(day).after(review)),
        if of.overdue { Cell::words("overdue") } else { Cell::Nothing },
        answer.map_or(Cell::Nothing, |answer| words_of(&answer.owner_email, "Owner:")),
    ]);
    row.sounding(if of.overdue { Tone::Poor } else { Tone::Plain })
}
