//! The interface for programs: where it listens, and tokens that end soon.

use chrono::Days;

use super::checked::CheckedThing;
use crate::answers;
use crate::app::App;
use crate::wording::long_date;

const WHAT: &str = "interface for programs";
/// Days before the last one of a token from which on it is told.
const SOON: u64 = 30;

/// Looks at it. Where it is off and there is no token, there is nothing to say.
pub(super) fn api(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let ending = answers::tokens_ending(app, app.today() + Days::new(SOON))?;
    let mut checked: Vec<CheckedThing> = ending
        .iter()
        .map(|token| {
            CheckedThing::warning(
                WHAT,
                format!("the last day of the token {} is {}", token.name, long_date(token.expires_on)),
                "have another one made with `refresher token add`, give it to the program, and revoke this one",
            )
        })
        .collect();
    if let Some(listen) = app.config.api.listen.filter(|_| checked.is_empty()) {
        checked.push(CheckedThing::good(WHAT, format!("listens on {listen}")));
    }
    Ok(checked)
}
