//! Overdue assurance reviews: who was told of which, and for how many months they were overdue then.

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::dsl::not;
use diesel::prelude::*;

use crate::db::Conn;
use crate::db::schema::{message, organisation, promise};
use crate::outbox::MessageKind;
use crate::plan::ToldReview;

type ReviewRow = (String, Option<String>, Option<NaiveDate>, Option<i32>, String);

/// Everything told of overdue reviews, or about to be: what planning must not tell again. What was taken back is left out.
pub(crate) fn told_reviews(conn: &mut Conn) -> QueryResult<HashSet<ToldReview>> {
    let rows: Vec<ReviewRow> = promise::table
        .inner_join(message::table)
        .inner_join(organisation::table)
        .filter(promise::kind.eq(MessageKind::AssuranceReview.as_str()).and(not(promise::withdrawn)))
        .order(promise::id)
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().filter_map(from_row).collect())
}

/// What one message tells of overdue reviews; what was taken back is left out.
pub(crate) fn reviews_of(conn: &mut Conn, message_id: i32) -> QueryResult<Vec<ToldReview>> {
    let rows: Vec<ReviewRow> = promise::table
        .inner_join(message::table)
        .inner_join(organisation::table)
        .filter(promise::message_id.eq(message_id).and(not(promise::withdrawn)))
        .order(promise::id)
        .select(columns())
        .load(conn)?;
    Ok(rows.into_iter().filter_map(from_row).collect())
}

type ReviewColumns = (organisation::code, promise::about, promise::due_on, promise::step, message::recipient);

fn columns() -> ReviewColumns {
    (organisation::code, promise::about, promise::due_on, promise::step, message::recipient)
}

fn from_row((organisation, about, due_on, step, recipient): ReviewRow) -> Option<ToldReview> {
    let months_overdue = u32::try_from(step?).unwrap_or(0);
    Some(ToldReview { organisation, statement: about?, review_by: due_on?, months_overdue, recipient })
}
