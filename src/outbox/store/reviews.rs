//! Overdue assurance reviews: who was told of which, and for how many months they were overdue then.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation, review_told};
use crate::outbox::State;
use crate::plan::ToldReview;

type Row = (String, String, NaiveDate, i32, String);

/// Everything told of overdue reviews, or about to be: what planning must not tell again. Cancelled messages are left
/// out.
pub fn told_reviews(conn: &mut Conn) -> QueryResult<HashSet<ToldReview>> {
    let rows: Vec<Row> = review_told::table
        .inner_join(message::table)
        .inner_join(organisation::table)
        .filter(message::state.ne(State::Cancelled.as_str()))
        .order(review_told::id)
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// What one message tells of overdue reviews.
pub fn reviews_of(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<ToldReview>> {
    let rows: Vec<Row> = review_told::table
        .inner_join(message::table)
        .inner_join(organisation::table)
        .filter(review_told::message_id.eq(message_id))
        .order(review_told::id)
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().map(from_row).collect())
}

/// Keeps what a message of an organisation tells of overdue reviews.
pub(super) fn tell_reviews(
    conn: &mut Conn,
    message_id: i32,
    organisation_id: i32,
    reviews: impl Iterator<Item = ToldReview>,
) -> QueryResult<()> {
    for review in reviews {
        diesel::insert_into(review_told::table)
            .values((
                review_told::message_id.eq(message_id),
                review_told::organisation_id.eq(organisation_id),
                review_told::statement.eq(review.statement),
                review_told::review_by.eq(review.review_by),
                review_told::months_overdue.eq(i32::try_from(review.months_overdue).unwrap_or(i32::MAX)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Has a newer message tell what an older one was to tell of overdue reviews, besides its own.
pub(super) fn hand_on_reviews(conn: &mut Conn, older: i32, newer: i32) -> QueryResult<()> {
    use review_told as r;
    let rows: Vec<(i32, String, NaiveDate, i32)> = r::table
        .filter(r::message_id.eq(older))
        .order(r::id)
        .select((r::organisation_id, r::statement, r::review_by, r::months_overdue))
        .load(conn)?;
    for (organisation_id, statement, review_by, months_overdue) in rows {
        diesel::insert_into(r::table)
            .values((
                r::message_id.eq(newer),
                r::organisation_id.eq(organisation_id),
                r::statement.eq(statement),
                r::review_by.eq(review_by),
                r::months_overdue.eq(months_overdue),
            ))
            .on_conflict_do_nothing()
            .execute(conn)?;
    }
    Ok(())
}

type Columns = (
    organisation::code,
    review_told::statement,
    review_told::review_by,
    review_told::months_overdue,
    message::recipient,
);

fn columns() -> Columns {
    (
        organisation::code,
        review_told::statement,
        review_told::review_by,
        review_told::months_overdue,
        message::recipient,
    )
}

fn from_row((organisation, statement, review_by, months_overdue, recipient): Row) -> ToldReview {
    let months_overdue = u32::try_from(months_overdue).unwrap_or(0);
    ToldReview { organisation, statement, review_by, months_overdue, recipient }
}
