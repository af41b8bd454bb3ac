//! The assurance statements with their answers. Who is to review them is in the mail alone: a workbook goes further.

use super::{Cell, Sheet};
use crate::board::Disclosed;
use crate::wording::one_line;

pub(super) fn assurance(figures: &Disclosed) -> Option<Sheet> {
    let statements = figures.assurance.as_ref().filter(|statements| !statements.is_empty())?;
    let rows = statements.iter().map(|statement| {
        let answer = statement.answer.as_ref();
        vec![
            Cell::text(one_line(&statement.question)),
            answer.map_or_else(|| Cell::text("not answered"), |answer| Cell::text(one_line(&answer.answer))),
            answer.map_or(Cell::Nothing, |answer| Cell::Day(answer.answered_on)),
            statement.before.as_deref().map_or(Cell::Nothing, |before| Cell::text(one_line(before))),
            answer.and_then(|answer| answer.review_by).map_or(Cell::Nothing, Cell::Day),
            if statement.overdue { Cell::text("overdue") } else { Cell::Nothing },
        ]
    });
    Some(Sheet {
        name: "Assurance",
        about: "The policy's assurance statements, with the answers that stand.".to_owned(),
        columns: vec!["Statement", "Answer", "Answered on", "A month before", "Review by", "Review"],
        rows: rows.collect(),
    })
}
