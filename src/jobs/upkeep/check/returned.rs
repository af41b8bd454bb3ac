//! What the check says of returned mail: whom nobody mails any more, what waits for a person, and who is mailed in vain.

use std::collections::BTreeMap;

use super::checked::CheckedThing;
use crate::app::App;
use crate::jobs::mail::returned_mail::{BounceEffect, ReturnedMail, by_address, returned_mail};
use crate::wording::counted;

const WHAT: &str = "returned mail";

/// How many addresses are named; `refresher bounces` lists the others.
const MOST_NAMED: usize = 20;

/// Looks over what came back.
pub(super) fn checked(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let returned = returned_mail(app)?;
    let silenced = by_address(returned.iter().filter(|one| matches!(one.effect, BounceEffect::Silenced(_))));
    let in_vain = by_address(returned.iter().filter(|one| one.is_mailed_in_vain()));
    let mut checked = held(app, &returned);
    if !silenced.is_empty() {
        checked.push(CheckedThing::warning(
            WHAT,
            format!(
                "staff are not mailed at {}, where mail came back: {}",
                counted(silenced.len(), "address", "addresses"),
                named(app, &silenced)
            ),
            "correct them in the staff list and import it, or where a mailbox works, `refresher bounces clear ADDRESS`",
        ));
    }
    if !in_vain.is_empty() {
        let whose = |one: &&ReturnedMail| format!("{} ({})", one.in_words(app), one.also.join(", "));
        let whom: Vec<String> = in_vain.iter().take(MOST_NAMED).map(whose).collect();
        checked.push(CheckedThing::warning(
            WHAT,
            format!("mail that goes on came back: {}", whom.join("; ")),
            "correct the address in the settings or the file it is from; then `refresher bounces clear ADDRESS`",
        ));
    }
    if checked.is_empty() {
        checked.push(CheckedThing::good(WHAT, "no mailbox that we write to is known to be gone"));
    }
    Ok(checked)
}

/// One finding an organisation and a day.
fn held(app: &App, returned: &[ReturnedMail]) -> Vec<CheckedThing> {
    let mut groups: BTreeMap<(&str, String), Vec<&ReturnedMail>> = BTreeMap::new();
    for one in returned.iter().filter(|one| one.effect == BounceEffect::Held) {
        let day = one.read_on(app).to_string();
        groups.entry((&one.organisation, day)).or_default().push(one);
    }
    let checked = groups.into_iter().map(|((organisation, day), ones)| {
        let addresses = by_address(ones.into_iter());
        CheckedThing::warning(
            WHAT,
            format!(
                "{} of {organisation} came back on {day}, too many to be believed without a person; they are mailed on: {}",
                counted(addresses.len(), "address", "addresses"),
                named(app, &addresses)
            ),
            format!(
                "where it is so, `refresher bounces confirm --day {day} --organisation {organisation}`; where it is not, \
                 `refresher bounces clear --held --day {day} --organisation {organisation}`"
            ),
        )
    });
    checked.collect()
}

fn named(app: &App, addresses: &[&ReturnedMail]) -> String {
    let named: Vec<String> = addresses.iter().take(MOST_NAMED).map(|one| one.in_words(app)).collect();
    let more = match addresses.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!("; and {more} more, which `refresher bounces` lists"),
    };
    named.join("; ") + &more
}
