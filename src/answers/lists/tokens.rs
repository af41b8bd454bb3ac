//! `token list`: what programs sign in with.

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::access::{AddressRange, KeptToken, TokenStanding, store};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;

/// Tokens, in order of their numbers.
#[derive(Debug)]
pub struct Tokens {
    tokens: Vec<KeptToken>,
    today: NaiveDate,
}

/// Every token, also those that hold no longer, for whoever may see everything; nobody else is told of any.
pub fn tokens(app: &App, viewer: &Viewer) -> anyhow::Result<Tokens> {
    let mut tokens = app.db.read(store::all_tokens)?;
    tokens.retain(|_| *viewer == Viewer::Everything);
    Ok(Tokens { tokens, today: app.today() })
}

/// Those that hold until this day at the latest, and on this one still.
pub(crate) fn tokens_ending(app: &App, until: NaiveDate) -> anyhow::Result<Vec<KeptToken>> {
    let today = app.today();
    let mut tokens = app.db.read(store::all_tokens)?;
    tokens.retain(|token| token.standing(today) == TokenStanding::Holds && token.expires_on <= until);
    Ok(tokens)
}

impl Tokens {
    /// The tokens, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("token"),
            ListColumn::code("state"),
            ListColumn::code("until"),
            ListColumn::words("for"),
            ListColumn::words("organisations"),
            ListColumn::words("from"),
        ];
        let row = |token: &KeptToken| {
            let or_all = |all: Vec<String>| if all.is_empty() { "all".to_owned() } else { all.join(", ") };
            [
                token.name.clone(),
                token.standing(self.today).as_str().to_owned(),
                token.expires_on.to_string(),
                token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "),
                or_all(token.organisations.clone()),
                or_all(token.addresses.iter().map(AddressRange::to_string).collect()),
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        AnswerRows::new("Tokens", columns, self.tokens.iter().map(row))
    }
}

/// A token as programs read it: nothing of its secret.
pub(crate) fn token_document(token: &KeptToken, today: NaiveDate) -> Value {
    json!({
        "name": token.name,
        "id": token.public_id,
        "state": token.standing(today).as_str(),
        "scopes": token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "organisations": token.organisations,
        "from": token.addresses.iter().map(AddressRange::to_string).collect::<Vec<_>>(),
        "created_at": shapes::instant(token.created_at),
        "expires_on": token.expires_on,
        "revoked_at": token.revoked_at.map(shapes::instant),
    })
}

impl Serialize for Tokens {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tokens: Vec<Value> = self.tokens.iter().map(|token| token_document(token, self.today)).collect();
        json!({ "tokens": tokens }).serialize(serializer)
    }
}

impl Answer for Tokens {
    fn words(&self, width: usize) -> String {
        if self.tokens.is_empty() {
            return "There are no tokens: `refresher token add` makes one.".to_owned();
        }
        self.sheet().table(width)
    }
}
