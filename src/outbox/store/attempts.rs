//! What the beginning and the ending of an attempt set, as queries.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Bool, Date, Integer, Nullable, Text, Timestamp};

use crate::db::{Backend, Conn};
use crate::outbox::Letterhead;

/// What is set as a claimed message is made out, as a query: `UPDATE` of one message that the claim still holds.
///
/// Diesel's own updates are prepared anew each time. With a message each that took longer than the updates; those of this
/// file are prepared once.
pub(super) struct MakeOutUpdate<'a> {
    pub id: i32,
    pub claim: &'a str,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub worded_at: Option<NaiveDateTime>,
    pub tried_on: NaiveDate,
    /// Whether whoever had it before may have handed it over.
    pub was_in_hand: bool,
    pub lease_until: NaiveDateTime,
}

impl QueryFragment<Backend> for MakeOutUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE message SET recipient = ");
        out.push_bind_param::<Text, _>(self.recipient)?;
        out.push_sql(", subject = ");
        out.push_bind_param::<Text, _>(self.subject)?;
        out.push_sql(", worded_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.worded_at)?;
        out.push_sql(", in_doubt_on = CASE WHEN ");
        out.push_bind_param::<Bool, _>(&self.was_in_hand)?;
        out.push_sql(" THEN tried_on ELSE in_doubt_on END, tried_on = ");
        out.push_bind_param::<Date, _>(&self.tried_on)?;
        out.push_sql(", lease_until = ");
        out.push_bind_param::<Timestamp, _>(&self.lease_until)?;
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Integer, _>(&self.id)?;
        out.push_sql(" AND state = 'sending' AND claim = ");
        out.push_bind_param::<Text, _>(self.claim)
    }
}

impl QueryId for MakeOutUpdate<'_> {
    type QueryId = MakeOutUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for MakeOutUpdate<'_> {}

/// Keeps a message's head with its words.
pub(super) struct LetterheadUpdate<'a> {
    pub id: i32,
    pub head: &'a Letterhead,
}

impl QueryFragment<Backend> for LetterheadUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE message_body SET from_name = ");
        out.push_bind_param::<Text, _>(&self.head.from_name)?;
        out.push_sql(", reply_to = ");
        out.push_bind_param::<Text, _>(&self.head.reply_to)?;
        out.push_sql(" WHERE message_id = ");
        out.push_bind_param::<Integer, _>(&self.id)
    }
}

impl QueryId for LetterheadUpdate<'_> {
    type QueryId = LetterheadUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for LetterheadUpdate<'_> {}

/// What every ending of an attempt sets, as a query: of one message, where it is still held by the claim that it had.
pub(super) struct AttemptUpdate<'a> {
    pub id: i32,
    pub claim: &'a str,
    pub state: &'static str,
    pub recipient: &'a str,
    pub attempts: i32,
    pub first_attempt_at: NaiveDateTime,
    pub last_attempt_at: NaiveDateTime,
    pub next_attempt_at: Option<NaiveDateTime>,
    pub sent_at: Option<NaiveDateTime>,
    pub last_error: Option<&'a str>,
    /// Whether it may have come through.
    pub is_in_doubt: bool,
}

impl QueryFragment<Backend> for AttemptUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE message SET lease_until = NULL, claim = NULL, state = ");
        out.push_bind_param::<Text, _>(self.state)?;
        out.push_sql(", recipient = ");
        out.push_bind_param::<Text, _>(self.recipient)?;
        out.push_sql(", attempts = ");
        out.push_bind_param::<Integer, _>(&self.attempts)?;
        out.push_sql(", first_attempt_at = ");
        out.push_bind_param::<Timestamp, _>(&self.first_attempt_at)?;
        out.push_sql(", last_attempt_at = ");
        out.push_bind_param::<Timestamp, _>(&self.last_attempt_at)?;
        out.push_sql(", next_attempt_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.next_attempt_at)?;
        out.push_sql(", sent_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.sent_at)?;
        out.push_sql(", last_error = ");
        out.push_bind_param::<Nullable<Text>, _>(&self.last_error)?;
        out.push_sql(", in_doubt_on = CASE WHEN ");
        out.push_bind_param::<Bool, _>(&self.is_in_doubt)?;
        out.push_sql(" THEN tried_on ELSE in_doubt_on END");
        out.push_sql(" WHERE id = ");
        out.push_bind_param::<Integer, _>(&self.id)?;
        out.push_sql(" AND state = 'sending' AND claim = ");
        out.push_bind_param::<Text, _>(self.claim)
    }
}

impl QueryId for AttemptUpdate<'_> {
    type QueryId = AttemptUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for AttemptUpdate<'_> {}
