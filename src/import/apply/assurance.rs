//! Assurance answers into the register.

use super::money::{of, placed};
use crate::clock::Clock;
use crate::db::DbError;
use crate::import::diff::keyed;
use crate::import::diff::listed::date;
use crate::import::run::{Compared, Options, Source, run};
use crate::import::{AnswerRow, Checked, Destination, Report};
use crate::register::store::{self, CurrentAnswer};

/// Imports assurance answers (spec 3.4): the same organisation, statement and day again with other content is a
/// correction; another day is a further answer, which stands from then on.
pub fn assurance<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<AnswerRow>,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "assurance", (source, options, clock.into()), checked, |conn, run| {
        let (originals, rows) = placed(conn, run, checked, |row| row.organisation, answer)?;
        let current = store::current_answers(conn)?;
        let difference = keyed::compare(
            current.iter().map(|(id, version)| (*id, version)),
            &rows,
            |answer: &CurrentAnswer| (answer.organisation_id, answer.statement.as_str(), answer.answered_on),
        );
        let current = current.iter().map(|(id, version)| (*id, version)).collect();
        let compared = Compared { originals: &originals, rows: &rows, current };
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
        if let Some(import) = run.open(conn)? {
            store::close_answers(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_answers(conn, import, opens)?;
        }
        Ok(())
    })
}

fn answer(organisation_id: i32, row: &AnswerRow) -> CurrentAnswer {
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
