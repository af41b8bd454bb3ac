//! Assurance answers (spec 2.11, 3.4).

use chrono::NaiveDate;

use super::ImportedKind;
use super::placed::{of, placed};
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::{ColumnField, normalised};
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed;
use crate::import::diff::listed::date;
use crate::import::messages::{Rejection, Warning};
use crate::import::named::nearest::nearest;
use crate::import::reading::repeats::Repeatable;
use crate::import::run::ImportRun;
use crate::import::run::keyed::KeyedComparison;
use crate::import::{AnswerRow, CheckContext, CheckedFile, FileOrganisationIndex, ReadOptions};
use crate::policy::{Policy, Statement};
use crate::register::store::{CurrentAnswer, CurrentVersion};

/// Imports assurance answers (spec 3.4): the same organisation, statement and day again with other content is a
/// correction; another day is a further answer, which stands from then on.
#[derive(Debug, Clone, Copy)]
pub struct AssuranceAnswers;

impl ImportedKind for AssuranceAnswers {
    const KIND: FileKind = FileKind::Assurance;
    type Row = AnswerRow;
    type Memory = ();

    fn memory(_: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {}

    fn check(cells: &mut RowCells<'_, '_>, _: &mut Self::Memory) -> Option<Self::Row> {
        check(cells)
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        _: &Policy,
    ) -> Result<(), DbError> {
        let (originals, mut rows) = placed(conn, run, checked, |row| row.organisation, in_organisation)?;
        let current = CurrentAnswer::current(conn)?;
        let places = known_places(&current, &rows, |answer| Some(key(answer)));
        run.keep_absent(&current, &mut rows, &places, &checked.absent_columns);
        let difference = keyed::compare(&current, &rows, key);
        let compared = KeyedComparison { originals: &originals, rows: &rows, current: &current };
        let about = |row: &AnswerRow| format!("{} of {}", row.statement, row.answered_on);
        let whose = |row: &AnswerRow| (of(checked, row.organisation), about(row));
        run.keyed(&difference, compared, whose, |answer| {
            vec![
                ("answer", answer.answer.as_str().into()),
                ("evidence", answer.evidence.as_str().into()),
                ("owner_email", answer.owner_email.as_str().into()),
                ("review_by", date(answer.review_by)),
            ]
        });
        run.apply_keyed(conn, &difference, &rows)
    }
}

fn check(cells: &mut RowCells<'_, '_>) -> Option<AnswerRow> {
    let known = cells.shared.known;
    let statement = cells.parsed(ColumnField::Statement, |id| statement(known.policy, id));
    cells.require(ColumnField::Statement);
    // What may be answered is known only once it is known to what.
    let answer = match statement {
        Some(statement) => cells.parsed(ColumnField::Answer, |text| answer(statement, text)),
        None => None,
    };
    cells.require(ColumnField::Answer);
    let answered_on = cells.required_date(ColumnField::AnsweredOn);
    let review_by = cells.date(ColumnField::ReviewBy);
    if let (Some(answered), Some(review)) = (answered_on, review_by)
        && review < answered
    {
        cells.fault(ColumnField::ReviewBy, Rejection::ReviewBeforeAnswer { answered: answered.to_string() });
    }
    if let Some(answered) = answered_on.filter(|day| *day > known.today) {
        cells.warn(ColumnField::AnsweredOn, Warning::AnsweredInTheFuture { answered: answered.to_string() });
    }
    let row = AnswerRow {
        organisation: cells.organisation(),
        statement: statement.map_or(String::new(), |statement| statement.id.clone()),
        answer: answer.unwrap_or_default(),
        answered_on: answered_on?,
        evidence: cells.text(ColumnField::Evidence).into_owned(),
        owner_email: cells.email(ColumnField::OwnerEmail).into(),
        review_by,
    };
    Some(row)
}

fn key(answer: &CurrentAnswer) -> (i32, &str, NaiveDate) {
    (answer.organisation_id, answer.statement.as_str(), answer.answered_on)
}

/// The policy's statement with this id.
fn statement<'p>(policy: &'p Policy, id: &str) -> Result<&'p Statement, Rejection> {
    let ids = || policy.statements.iter().map(|statement| statement.id.as_str());
    let found = policy.statements.iter().find(|statement| normalised(&statement.id) == normalised(id));
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

/// The answer as the policy writes it: `In part` is the answer `in-part`.
fn answer(statement: &Statement, text: &str) -> Result<String, Rejection> {
    let found = statement.answers.iter().find(|answer| normalised(answer) == normalised(text));
    found.cloned().ok_or_else(|| Rejection::NotAnAnswer {
        value: text.into(),
        statement: statement.id.clone(),
        answers: statement.answers.join(", "),
    })
}

impl Repeatable for AnswerRow {
    type Key<'r> = (FileOrganisationIndex, &'r str, NaiveDate);

    fn key(&self) -> Option<Self::Key<'_>> {
        Some((self.organisation, &self.statement, self.answered_on))
    }

    fn same() -> &'static str {
        "organisation, statement and date"
    }
}

fn in_organisation(organisation_id: i32, row: &AnswerRow) -> CurrentAnswer {
    CurrentAnswer {
        organisation_id,
        statement: row.statement.clone(),
        answer: row.answer.clone(),
        answered_on: row.answered_on,
        evidence: row.evidence.clone(),
        owner_email: row.owner_email.clone(),
        review_by: row.review_by,
    }
}
