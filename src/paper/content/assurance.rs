//! What the organisation answers to the statements of its policy.

use crate::board::{Disclosed, StatementFigures};
use crate::paper::document::{Block, Note, Row, Section, Table, Tone};
use crate::wording::{counted, long_date, one_line};

/// Every statement with its answer; `None` where the policy has none, or the figures were frozen without.
pub(super) fn assurance(figures: &Disclosed) -> Option<Section> {
    let statements = figures.assurance.as_deref().filter(|statements| !statements.is_empty())?;
    let count = |wanted: fn(&StatementFigures) -> bool| {
        u64::try_from(statements.iter().filter(|of| wanted(of)).count()).unwrap_or(u64::MAX)
    };
    let (answered, overdue) = (count(|of| of.answer.is_some()), count(|of| of.overdue));
    let words = format!(
        "{answered} of {} answered. {} overdue for review; {} since last month. An answer stands until a later one is \
         given.",
        counted(u64::try_from(statements.len()).unwrap_or(u64::MAX), "statement is", "statements are"),
        if overdue == 1 { "1 answer is".to_owned() } else { format!("{overdue} answers are") },
        match count(StatementFigures::changed) {
            0 => "none has changed".to_owned(),
            1 => "1 has changed".to_owned(),
            changed => format!("{changed} have changed"),
        }
    );
    let table = Table::new(["Statement", "Answer"], statements.iter().map(row).collect());
    Some(Section {
        heading: "Assurance".to_owned(),
        blocks: vec![Block::Paragraph(words), Block::Table(table)],
    })
}

fn row(of: &StatementFigures) -> Row {
    let answer = of.answer.as_ref().map_or("not answered", |answer| answer.answer.as_str());
    Row { name: one_line(&of.question), note: note(of), cells: vec![one_line(answer)] }
}

/// When it was answered and what was said before, what it rests on, and who reviews it by when.
fn note(of: &StatementFigures) -> Option<Note> {
    let was = of.changed().then(|| match &of.before {
        Some(before) => format!("Last month: {}", one_line(before)),
        None => "Not answered last month".to_owned(),
    });
    let mut parts: Vec<String> = Vec::new();
    if let Some(answer) = &of.answer {
        parts.push(format!("Answered {}", long_date(answer.answered_on)));
        parts.extend(was);
        if !answer.evidence.is_empty() {
            parts.push(format!("Evidence: {}", one_line(&answer.evidence)));
        }
        let owner = if answer.owner_email.is_empty() {
            String::new()
        } else {
            format!(" by {}", one_line(&answer.owner_email))
        };
        parts.extend(answer.review_by.map(|day| match of.overdue {
            true => format!("Review{owner} overdue since {}", long_date(day)),
            false => format!("Next review{owner} by {}", long_date(day)),
        }));
    } else {
        parts.extend(was);
    }
    let tone = if of.overdue { Tone::Poor } else { Tone::Plain };
    (!parts.is_empty()).then(|| Note { words: format!("{}.", parts.join(". ")), tone })
}
