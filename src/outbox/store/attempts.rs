//! What the beginning and the ending of an attempt set, as queries.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Date, Integer, Nullable, Text, Timestamp};

use crate::db::{Backend, Conn};
use crate::outbox::{Letterhead, ListedMessage};

/// What a claim sets, as a query: `UPDATE` of one message.
///
/// Diesel's own updates are prepared anew each time. With a message each that took longer than the updates; those of this
/// file are prepared once.
pub(super) struct ClaimUpdate<'a> {
    /// The message as it was when it was looked at: one that has changed since is left alone.
    pub before: &'a ListedMessage,
    /// Of that: when it was to be tried next, until when it was leased, when it was put into words.
    pub times_before: [Option<NaiveDateTime>; 3],
    pub recipient: &'a str,
    pub subject: &'a str,
    pub worded_at: Option<NaiveDateTime>,
    pub tried_on: NaiveDate,
    pub lease_until: NaiveDateTime,
    pub claim: &'a str,
}

impl QueryFragment<Backend> for ClaimUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE message SET state = 'sending', not_before = NULL, recipient = ");
        out.push_bind_param::<Text, _>(self.recipient)?;
        out.push_sql(", subject = ");
        out.push_bind_param::<Text, _>(self.subject)?;
        out.push_sql(", worded_at = ");
        out.push_bind_param::<Nullable<Timestamp>, _>(&self.worded_at)?;
        out.push_sql(", tried_on = ");
        out.push_bind_param::<Date, _>(&self.tried_on)?;
        out.push_sql(", lease_until = ");
        out.push_bind_param::<Timestamp, _>(&self.lease_until)?;
        out.push_sql(", claim = ");
        out.push_bind_param::<Text, _>(self.claim)?;
        where_as_before(&mut out, self.before, &self.times_before)
    }
}

/// The message where it stands as it did, as a condition.
fn where_as_before<'b>(
    out: &mut AstPass<'_, 'b, Backend>,
    before: &'b ListedMessage,
    [next_attempt_at, lease_until, worded_at]: &'b [Option<NaiveDateTime>; 3],
) -> QueryResult<()> {
    let ListedMessage { id, state, attempts, not_before, claim, .. } = before;
    out.push_sql(" WHERE id = ");
    out.push_bind_param::<Integer, _>(id)?;
    out.push_sql(" AND state = ");
    out.push_bind_param::<Text, _>(state.as_str())?;
    out.push_sql(" AND attempts = ");
    out.push_bind_param::<Integer, _>(attempts)?;
    out.push_sql(" AND not_before IS NOT DISTINCT FROM ");
    out.push_bind_param::<Nullable<Date>, _>(not_before)?;
    out.push_sql(" AND claim IS NOT DISTINCT FROM ");
    out.push_bind_param::<Nullable<Text>, _>(claim)?;
    out.push_sql(" AND next_attempt_at IS NOT DISTINCT FROM ");
    out.push_bind_param::<Nullable<Timestamp>, _>(next_attempt_at)?;
    out.push_sql(" AND lease_until IS NOT DISTINCT FROM ");
    out.push_bind_param::<Nullable<Timestamp>, _>(lease_until)?;
    out.push_sql(" AND worded_at IS NOT DISTINCT FROM ");
    out.push_bind_param::<Nullable<Timestamp>, _>(worded_at)
}

/// Writes a message as it stands, where it does as before: then it does until the transaction ends.
pub(super) struct StandingUpdate<'a> {
    pub before: &'a ListedMessage,
    /// As in [`ClaimUpdate`].
    pub times_before: [Option<NaiveDateTime>; 3],
}

impl QueryFragment<Backend> for StandingUpdate<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Backend>) -> QueryResult<()> {
        out.push_sql("UPDATE message SET state = state");
        where_as_before(&mut out, self.before, &self.times_before)
    }
}

impl QueryId for StandingUpdate<'_> {
    type QueryId = StandingUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for StandingUpdate<'_> {}

impl QueryId for ClaimUpdate<'_> {
    type QueryId = ClaimUpdate<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl RunQueryDsl<Conn> for ClaimUpdate<'_> {}

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
