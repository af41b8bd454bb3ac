//! The table `sign_in`.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::access::{SignInTimes, SignInWay, token_hash};
use crate::db::Conn;
use crate::db::schema::sign_in;

/// How many an account may have; the oldest is ended for another.
const MOST: usize = 5;

/// How far somebody has come with signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SignInStage {
    /// The password was right; the second factor is to be given, or to be set up.
    Password,
    /// They are signed in.
    Whole,
}

impl SignInStage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Whole => "whole",
        }
    }
}

/// A sign-in about to begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NewSignIn<'a> {
    /// Whose.
    pub(crate) account_id: i32,
    /// What the cookie holds.
    pub(crate) token: &'a str,
    /// How far they have come.
    pub(crate) stage: SignInStage,
    /// How they signed in.
    pub(crate) way: SignInWay,
}

/// A sign-in as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptSignIn {
    /// Its number.
    pub(crate) id: i32,
    /// Whose.
    pub(crate) account_id: i32,
    /// How far they have come.
    pub(crate) stage: SignInStage,
    /// How they signed in.
    pub(crate) way: SignInWay,
    /// When it began, was last seen, to the minute, and last proved.
    pub(crate) times: SignInTimes,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sign_in)]
struct SignInRow {
    id: i32,
    account_id: i32,
    stage: String,
    way: String,
    began_at: NaiveDateTime,
    seen_at: NaiveDateTime,
    proved_at: NaiveDateTime,
}

impl From<SignInRow> for KeptSignIn {
    fn from(row: SignInRow) -> Self {
        Self {
            id: row.id,
            account_id: row.account_id,
            stage: if row.stage == SignInStage::Whole.as_str() {
                SignInStage::Whole
            } else {
                SignInStage::Password
            },
            way: SignInWay::parse(&row.way),
            times: SignInTimes {
                began_at: row.began_at.and_utc(),
                seen_at: row.seen_at.and_utc(),
                proved_at: row.proved_at.and_utc(),
            },
        }
    }
}

/// Begins a sign-in, and ends the oldest of an account that has too many.
pub(crate) fn begin_sign_in(conn: &mut Conn, new: &NewSignIn<'_>, now: DateTime<Utc>) -> QueryResult<()> {
    let now = now.naive_utc();
    diesel::insert_into(sign_in::table)
        .values((
            sign_in::account_id.eq(new.account_id),
            sign_in::token_hash.eq(token_hash(new.token)),
            sign_in::stage.eq(new.stage.as_str()),
            sign_in::way.eq(new.way.as_str()),
            sign_in::began_at.eq(now),
            sign_in::seen_at.eq(now),
            sign_in::proved_at.eq(now),
        ))
        .execute(conn)?;
    let newest_first: Vec<i32> = sign_in::table
        .filter(sign_in::account_id.eq(new.account_id))
        .order(sign_in::id.desc())
        .select(sign_in::id)
        .load(conn)?;
    for id in newest_first.into_iter().skip(MOST) {
        end_sign_in(conn, id)?;
    }
    Ok(())
}

/// The sign-in whose cookie holds this.
pub(crate) fn find_sign_in(conn: &mut Conn, token: &str) -> QueryResult<Option<KeptSignIn>> {
    let row: Option<SignInRow> = sign_in::table
        .filter(sign_in::token_hash.eq(token_hash(token)))
        .select(SignInRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Into::into))
}

/// Those of an account, the newest first.
pub(crate) fn sign_ins_of(conn: &mut Conn, account_id: i32) -> QueryResult<Vec<KeptSignIn>> {
    let rows: Vec<SignInRow> = sign_in::table
        .filter(sign_in::account_id.eq(account_id))
        .order(sign_in::id.desc())
        .select(SignInRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// Notes that it was seen.
pub(crate) fn seen(conn: &mut Conn, id: i32, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(sign_in::table.find(id)).set(sign_in::seen_at.eq(now.naive_utc())).execute(conn)?;
    Ok(())
}

/// Has somebody signed in, or newly proved, under another cookie: whoever had the one before has nothing.
pub(crate) fn make_whole(conn: &mut Conn, id: i32, token: &str, now: DateTime<Utc>) -> QueryResult<bool> {
    let changed = diesel::update(sign_in::table.find(id))
        .set((
            sign_in::token_hash.eq(token_hash(token)),
            sign_in::stage.eq(SignInStage::Whole.as_str()),
            sign_in::seen_at.eq(now.naive_utc()),
            sign_in::proved_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Keeps what was done for the next page to tell.
pub(crate) fn keep_notice(conn: &mut Conn, id: i32, notice: &str) -> QueryResult<()> {
    diesel::update(sign_in::table.find(id)).set(sign_in::notice.eq(notice)).execute(conn)?;
    Ok(())
}

/// Takes what the last page did, once.
pub(crate) fn take_notice(conn: &mut Conn, id: i32) -> QueryResult<Option<String>> {
    let kept: Option<Option<String>> =
        sign_in::table.find(id).select(sign_in::notice).first(conn).optional()?;
    let kept = kept.flatten();
    if kept.is_some() {
        diesel::update(sign_in::table.find(id)).set(sign_in::notice.eq(None::<String>)).execute(conn)?;
    }
    Ok(kept)
}

/// Whether the next page has something to tell.
pub(crate) fn has_notice(conn: &mut Conn, id: i32) -> QueryResult<bool> {
    let kept: Option<Option<String>> =
        sign_in::table.find(id).select(sign_in::notice).first(conn).optional()?;
    Ok(kept.flatten().is_some())
}

/// Ends one.
pub(crate) fn end_sign_in(conn: &mut Conn, id: i32) -> QueryResult<()> {
    diesel::delete(sign_in::table.find(id)).execute(conn)?;
    Ok(())
}

/// Ends those of an account, but for the one to be kept; gives how many.
pub(crate) fn end_sign_ins(conn: &mut Conn, account_id: i32, kept: Option<i32>) -> QueryResult<usize> {
    let all = sign_in::table.filter(sign_in::account_id.eq(account_id));
    match kept {
        Some(kept) => diesel::delete(all.filter(sign_in::id.ne(kept))).execute(conn),
        None => diesel::delete(all).execute(conn),
    }
}

/// Ends those of an account that began at an identity provider; gives how many.
pub(crate) fn end_sign_ins_from_elsewhere(conn: &mut Conn, account_id: i32) -> QueryResult<usize> {
    let theirs = sign_in::table.filter(sign_in::account_id.eq(account_id));
    diesel::delete(theirs.filter(sign_in::way.ne(SignInWay::Password.as_str()))).execute(conn)
}

/// Forgets what next pages were to tell, where `names` says that it may name somebody.
pub(crate) fn forget_notices(conn: &mut Conn, names: impl Fn(&str) -> bool) -> QueryResult<()> {
    let kept: Vec<(i32, Option<String>)> = sign_in::table
        .filter(sign_in::notice.is_not_null())
        .order(sign_in::id)
        .select((sign_in::id, sign_in::notice))
        .load(conn)?;
    for (id, _) in kept.iter().filter(|(_, notice)| notice.as_deref().is_some_and(&names)) {
        diesel::update(sign_in::table.find(id)).set(sign_in::notice.eq(None::<String>)).execute(conn)?;
    }
    Ok(())
}
