//! Tokens of programs: made, taken back, and looked at whenever one is given (spec 21.2).

use std::net::IpAddr;

use anyhow::{Context, bail};
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::json;

use crate::access::store::{self, TokenToKeep};
use crate::access::{AddressRange, GivenToken, KeptToken, MadeToken, TokenScope, TokenVerdict, verdict};
use crate::answers;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{DbError, Locks};
use crate::register::store as register;

/// For how long a token may hold.
const LONGEST_DAYS: u64 = 400;
/// For how long it does where nobody says.
const USUAL_DAYS: u64 = 365;
/// The longest name.
const NAME_LENGTH: usize = 60;

/// A token that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken<'a> {
    /// What it is to be called.
    pub name: &'a str,
    /// What it is for.
    pub scopes: &'a [TokenScope],
    /// The codes of the organisations that it is for; all, where there are none.
    pub organisations: &'a [String],
    /// Where it may come from; from anywhere, where there are none.
    pub addresses: &'a [AddressRange],
    /// The last day on which it holds; a year from today, where nobody says.
    pub expires_on: Option<NaiveDate>,
}

/// Makes a token: what is kept of it, and the token itself, which is told this once.
pub fn add_token(
    app: &App,
    new: &NewToken<'_>,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<(KeptToken, String)> {
    refuse_name(new.name)?;
    let today = app.today();
    let expires_on = new.expires_on.unwrap_or(today + Days::new(USUAL_DAYS));
    let longest = today + Days::new(LONGEST_DAYS);
    if expires_on < today || expires_on > longest {
        bail!("a token holds for {LONGEST_DAYS} days at most, and from today on: name a day until {longest}");
    }
    let (mut scopes, mut codes) = (new.scopes.to_vec(), new.organisations.to_vec());
    scopes.sort_unstable();
    scopes.dedup();
    codes.sort_unstable();
    codes.dedup();
    let made = MadeToken::new()?;
    let token = app.db.try_write(Locks::AUDIT, |conn| {
        let known = register::current_organisations(conn)?;
        for code in &codes {
            answers::known_among(code, known.keys().map(String::as_str))?;
        }
        let ids = register::organisation_ids(conn, &codes)?;
        let organisations: Vec<i32> = ids.into_iter().flatten().collect();
        if organisations.len() != codes.len() {
            bail!("an organisation of the token has nothing in the register yet: import its staff first");
        }
        let kept = TokenToKeep {
            name: new.name,
            scopes: &scopes,
            organisations: &organisations,
            addresses: new.addresses,
            expires_on,
        };
        if !store::add_token(conn, &kept, &made, now)? {
            bail!(
                "there is a token {} already, or was one: choose another name, since the audit log tells them apart by \
                 it",
                new.name
            );
        }
        let token = store::token_named(conn, new.name)?.context("the token was removed while it was made")?;
        let details = json!({
            "token": token.name,
            "scopes": token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
            "organisations": token.organisations,
            "expires_on": token.expires_on,
        });
        let act = Act::new(by, Action::TokenAdd, format!("token {}", token.id), details);
        audit::record(conn, &act, now)?;
        Ok(token)
    })?;
    Ok((token, made.text))
}

/// Has the token with this name hold no longer, from the next request on; whether it did until now.
pub fn revoke_token(app: &App, name: &str, by: &Actor, now: DateTime<Utc>) -> anyhow::Result<bool> {
    app.db.try_write(Locks::AUDIT, |conn| {
        let token = store::token_named(conn, name)?
            .with_context(|| format!("there is no token {name}: `refresher token list` shows all"))?;
        let is_done = store::revoke_token(conn, token.id, now)?;
        if is_done {
            let details = json!({ "token": token.name });
            audit::record(
                conn,
                &Act::new(by, Action::TokenRevoke, format!("token {}", token.id), details),
                now,
            )?;
        }
        Ok(is_done)
    })
}

/// The name of a token stands in the audit log and in the log of the service: it is a plain word.
fn refuse_name(name: &str) -> anyhow::Result<()> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    if name.is_empty() || name.len() > NAME_LENGTH || !name.bytes().all(is_plain) {
        bail!("a token is called by small letters, digits, `-`, `_` and `.`, at most {NAME_LENGTH} of them");
    }
    Ok(())
}

/// Who gave a token, and whether it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TokenWorth {
    /// It holds, and is this one.
    Holds(Box<KeptToken>),
    /// It is worth nothing, for this reason.
    Nothing(TokenVerdict),
}

/// Looks a token up that a program at this address gave.
pub(crate) fn token_worth(app: &App, text: &str, client: IpAddr) -> Result<TokenWorth, DbError> {
    let Some(given) = GivenToken::read(text) else { return Ok(TokenWorth::Nothing(TokenVerdict::Unknown)) };
    let found = app.db.read(|conn| store::find_token(conn, given.public_id()))?;
    let Some((kept, hash)) = found else { return Ok(TokenWorth::Nothing(TokenVerdict::Unknown)) };
    Ok(match verdict(&given, &kept, &hash, client, app.today()) {
        TokenVerdict::Holds => TokenWorth::Holds(Box::new(kept)),
        other => TokenWorth::Nothing(other),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::FileKind;

    #[test]
    fn every_kind_of_file_has_a_scope_and_every_such_scope_a_kind() {
        let mut kinds: Vec<&str> = FileKind::ALL.iter().map(|kind| kind.as_str()).collect();
        let mut scopes: Vec<&str> = TokenScope::ALL.into_iter().filter_map(TokenScope::import_kind).collect();
        kinds.sort_unstable();
        scopes.sort_unstable();
        assert_eq!(scopes, kinds);
    }

    #[test]
    fn a_name_is_a_plain_word() {
        for (name, is_plain) in [
            ("esr-2026.daily_1", true),
            ("", false),
            ("ESR", false),
            ("two words", false),
            ("new\nline", false),
            (&"a".repeat(60), true),
            (&"a".repeat(61), false),
        ] {
            assert_eq!(refuse_name(name).is_ok(), is_plain, "{name:?}");
        }
    }
}
