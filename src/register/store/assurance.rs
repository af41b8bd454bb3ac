//! Assurance answers, as an import compares and changes them and as known at an instant.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::known_at::{KnownAt, newest_import, visible};
use super::versions::{CurrentVersion, close};
use crate::db::Conn;
use crate::db::row::next_id;
use crate::db::schema::{assurance_answer, organisation};
use crate::register::AssuranceAnswer;

/// What a version of an assurance answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CurrentAnswer {
    /// Whose it is.
    pub(crate) organisation_id: i32,
    /// The statement's id in the policy.
    pub(crate) statement: String,
    /// The answer, as the policy writes it.
    pub(crate) answer: String,
    /// The day it was given.
    pub(crate) answered_on: NaiveDate,
    /// What it rests on.
    pub(crate) evidence: String,
    /// Who is to review it; empty when we were not told.
    pub(crate) owner_email: String,
    /// The last day for its review.
    pub(crate) review_by: Option<NaiveDate>,
}

type CurrentAnswerRow = (i32, i32, String, String, NaiveDate, String, String, Option<NaiveDate>);

impl CurrentVersion for CurrentAnswer {
    fn current(conn: &mut Conn) -> QueryResult<Vec<(i32, Self)>> {
        use assurance_answer as a;
        let columns = (
            a::id,
            a::organisation_id,
            a::statement,
            a::answer,
            a::answered_on,
            a::evidence,
            a::owner_email,
            a::review_by,
        );
        let rows: Vec<CurrentAnswerRow> =
            a::table.filter(a::closed_by.is_null()).order(a::id).select(columns).load(conn)?;
        let current = |(
            id,
            organisation_id,
            statement,
            answer,
            answered_on,
            evidence,
            owner_email,
            review_by,
        ): CurrentAnswerRow| {
            let answer = CurrentAnswer {
                organisation_id,
                statement,
                answer,
                answered_on,
                evidence,
                owner_email,
                review_by,
            };
            (id, answer)
        };
        Ok(rows.into_iter().map(current).collect())
    }

    fn close(conn: &mut Conn, import: i32, versions: &[i32]) -> QueryResult<()> {
        close!(conn, assurance_answer, versions, import);
        Ok(())
    }

    fn open(&self, conn: &mut Conn, import: i32) -> QueryResult<()> {
        use assurance_answer as a;
        let next = next_id!(conn, assurance_answer)?;
        diesel::insert_into(a::table)
            .values((
                a::id.eq(next),
                a::organisation_id.eq(self.organisation_id),
                a::statement.eq(&self.statement),
                a::answer.eq(&self.answer),
                a::answered_on.eq(self.answered_on),
                a::evidence.eq(&self.evidence),
                a::owner_email.eq(&self.owner_email),
                a::review_by.eq(self.review_by),
                a::opened_by.eq(import),
            ))
            .execute(conn)?;
        Ok(())
    }
}

/// Every answer known by then, earlier ones to the same statement included, by organisation, statement and day.
/// [`AssuranceAnswer::as_at`] picks those that stand on a day.
pub fn assurance_answers(conn: &mut Conn, known: KnownAt) -> QueryResult<Vec<AssuranceAnswer>> {
    use assurance_answer as a;
    type AnswerVersionRow = (String, String, String, NaiveDate, String, String, Option<NaiveDate>);
    let at = newest_import(conn, known)?;
    let columns = (
        organisation::code,
        a::statement,
        a::answer,
        a::answered_on,
        a::evidence,
        a::owner_email,
        a::review_by,
    );
    let rows: Vec<AnswerVersionRow> = a::table
        .inner_join(organisation::table)
        .filter(visible!(a, at))
        .order((organisation::code, a::statement, a::answered_on))
        .select(columns)
        .load(conn)?;
    let answer = |(organisation, statement, answer, answered_on, evidence, owner_email, review_by): AnswerVersionRow| {
        AssuranceAnswer { organisation, statement, answer, answered_on, evidence, owner_email, review_by }
    };
    Ok(rows.into_iter().map(answer).collect())
}
