//! Assurance answers (spec 2.11, 3.4).

use std::path::Path;

use chrono::NaiveDate;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::{Rejection, Warning};
use super::nearest::nearest;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::{AnswerRow, Checked, ImportError, Known, ReadOptions};
use crate::policy::{Policy, Statement};

/// Reads and checks assurance answers.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_assurance(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<AnswerRow>, ImportError> {
    let mut checked = read_rows(path, options, known, FileKind::Assurance, |cells| check(cells, known))?;
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>, known: &Known<'_>) -> Option<AnswerRow> {
    let statement = cells.parsed(Field::Statement, |id| statement(known.policy, id));
    cells.require(Field::Statement);
    // What may be answered is known only once it is known to what.
    let answer = match statement {
        Some(statement) => cells.parsed(Field::Answer, |text| answer(statement, text)),
        None => None,
    };
    cells.require(Field::Answer);
    let answered_on = cells.required_date(Field::AnsweredOn);
    let review_by = cells.date(Field::ReviewBy);
    if let (Some(answered), Some(review)) = (answered_on, review_by)
        && review < answered
    {
        cells.fault(Field::ReviewBy, Rejection::ReviewBeforeAnswer { answered: answered.to_string() });
    }
    if let Some(answered) = answered_on.filter(|day| *day > known.today) {
        cells.warn(Field::AnsweredOn, Warning::AnsweredInTheFuture { answered: answered.to_string() });
    }
    let row = AnswerRow {
        organisation: cells.organisation(),
        statement: statement.map_or(String::new(), |statement| statement.id.clone()),
        answer: answer.unwrap_or_default(),
        answered_on: answered_on?,
        evidence: cells.text(Field::Evidence).into_owned(),
        owner_email: cells.email(Field::OwnerEmail).into(),
        review_by,
    };
    Some(row)
}

/// The policy's statement with this id.
fn statement<'p>(policy: &'p Policy, id: &str) -> Result<&'p Statement, Rejection> {
    let ids = || policy.statements.iter().map(|statement| statement.id.as_str());
    let found = policy.statements.iter().find(|statement| folded(&statement.id) == folded(id));
    found.ok_or_else(|| match nearest(id, ids()).as_slice() {
        [] => Rejection::UnknownStatement {
            id: id.into(),
            known: if policy.statements.is_empty() {
                "none".into()
            } else {
                ids().collect::<Vec<_>>().join(", ")
            },
        },
        near => Rejection::UnknownStatementNear { id: id.into(), near: near.join(" or ") },
    })
}

/// The answer as the policy writes it.
fn answer(statement: &Statement, text: &str) -> Result<String, Rejection> {
    let found = statement.answers.iter().find(|answer| folded(answer) == folded(text));
    found.cloned().ok_or_else(|| Rejection::NotAnAnswer {
        value: text.into(),
        statement: statement.id.clone(),
        answers: statement.answers.join(", "),
    })
}

/// Letters and digits alone, in lower case: `In part` is the answer `in-part`.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl Repeatable for AnswerRow {
    type Key<'r> = (u16, &'r str, NaiveDate);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.statement, self.answered_on))
    }

    fn same() -> &'static str {
        "organisation, statement and date"
    }
}
