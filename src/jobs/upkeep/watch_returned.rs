//! What the operator is told of returned mail: at once where a person has to confirm it, and otherwise once a day.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::app::App;
use crate::bounces::store as bounces;
use crate::jobs::mail::returned_mail::{BounceEffect, ReturnedMail, by_address, returned_mail};
use crate::mail::Trouble;

/// How many addresses a mail names.
const MOST_NAMED: usize = 50;

/// Something to be told of returned mail.
#[derive(Debug)]
pub(crate) struct ReturnedMailTrouble {
    /// The key under which it is told once.
    pub key: String,
    /// The code of the organisation it is about; empty for several.
    pub organisation: String,
    pub trouble: Trouble,
    /// The bounces that the operator knows of, once it is told.
    pub bounces: Vec<i32>,
}

/// What the operator was not told of yet.
pub(crate) fn to_tell(app: &App, today: NaiveDate) -> anyhow::Result<Vec<ReturnedMailTrouble>> {
    let returned = returned_mail(app)?;
    let untold = app.db.read(bounces::untold)?;
    let is_new = |one: &&ReturnedMail| untold.contains(&one.bounce.id);
    let mut all = Vec::new();

    let mut held: BTreeMap<(&str, NaiveDate), Vec<&ReturnedMail>> = BTreeMap::new();
    for one in returned.iter().filter(is_new).filter(|one| one.effect == BounceEffect::Held) {
        held.entry((&one.organisation, one.read_on(app))).or_default().push(one);
    }
    for ((organisation, on), ones) in held {
        let addresses = by_address(ones.iter().copied());
        all.push(ReturnedMailTrouble {
            key: format!("returns-held {organisation} {on}"),
            organisation: organisation.to_owned(),
            trouble: Trouble::ReturnsHeld {
                organisation: organisation.to_owned(),
                on,
                addresses: count(addresses.len()),
                listed: address_lines(app, &addresses),
            },
            // What is held is told again when it is confirmed, with what it does then.
            bounces: Vec::new(),
        });
    }

    let silenced = |one: &&ReturnedMail| matches!(one.effect, BounceEffect::Silenced(_));
    let mailed_on = |one: &&ReturnedMail| one.is_mailed_in_vain() && one.effect != BounceEffect::Held;
    let silenced: Vec<&ReturnedMail> = returned.iter().filter(is_new).filter(silenced).collect();
    let mailed_on: Vec<&ReturnedMail> = returned.iter().filter(is_new).filter(mailed_on).collect();
    if !(silenced.is_empty() && mailed_on.is_empty()) {
        let (not_mailed, in_vain) =
            (by_address(silenced.iter().copied()), by_address(mailed_on.iter().copied()));
        all.push(ReturnedMailTrouble {
            key: format!("returned-mail {today}"),
            organisation: String::new(),
            trouble: Trouble::MailReturned {
                silenced: count(not_mailed.len()),
                listed: address_lines(app, &not_mailed),
                mailed_on: in_vain
                    .iter()
                    .map(|one| format!("{}: {}", one.also.join(", "), one.in_words(app)))
                    .collect(),
            },
            bounces: silenced.iter().chain(&mailed_on).map(|one| one.bounce.id).collect(),
        });
    }
    Ok(all)
}

fn address_lines(app: &App, addresses: &[&ReturnedMail]) -> Vec<String> {
    let mut listed: Vec<String> = addresses.iter().take(MOST_NAMED).map(|one| one.in_words(app)).collect();
    let more = addresses.len().saturating_sub(MOST_NAMED);
    listed.extend((more > 0).then(|| format!("and {more} more")));
    listed
}

fn count(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
