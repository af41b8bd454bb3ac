//! What of the mail that came back stops mail to staff, what waits for a person, and what is only reported: for the list,
//! the check and the operator's mail alike (spec 5).

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::bail;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::bounces::BounceWeight;
use crate::bounces::store::{self as bounces, Bounce};
use crate::db::{Conn, DbResult, Locks};
use crate::register::store::{self as register, KnownAt};
use crate::wording::long_date;

/// What a bounce does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BounceEffect {
    /// Staff are not mailed at the address, since then.
    Silenced(DateTime<Utc>),
    /// It is one of so many that a person has to confirm it; until then it stops nothing.
    Held,
    /// The mailbox is not there, and nobody on the staff has the address: mail to a contact, a board or the operator goes
    /// on whatever comes back.
    Reported,
    /// One mail did not arrive; the next may.
    Passing,
    /// A person said that the address works.
    Cleared,
}

impl BounceEffect {
    /// The name that tables and JSON use.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Silenced(_) => "silenced",
            Self::Held => "held",
            Self::Reported => "reported",
            Self::Passing => "passing",
            Self::Cleared => "cleared",
        }
    }
}

/// A bounce, with what it does now.
#[derive(Debug, Clone)]
pub(crate) struct ReturnedMail {
    /// The bounce.
    pub(crate) bounce: Bounce,
    /// What it does.
    pub(crate) effect: BounceEffect,
    /// The code of the organisation whose message came back; empty where that was purged.
    pub(crate) organisation: String,
    /// What else the address is, besides anybody's on the staff: `the operator`, `the board of RXX`.
    pub(crate) also: Vec<String>,
}

impl ReturnedMail {
    /// Whether mail to it goes on although its mailbox is not there: a contact's, a board's or the operator's.
    pub(crate) fn is_mailed_in_vain(&self) -> bool {
        let stands = self.bounce.said.weight == BounceWeight::Hard && self.bounce.course.cleared_at.is_none();
        stands && !self.also.is_empty()
    }

    /// The civil day on which the report was read.
    pub(crate) fn read_on(&self, app: &App) -> NaiveDate {
        self.bounce.course.read_at.with_timezone(&app.config.time_zone).date_naive()
    }

    /// The address, since when, and by which report, for people.
    pub(crate) fn in_words(&self, app: &App) -> String {
        let said = &self.bounce.said;
        let since = match self.effect {
            BounceEffect::Silenced(since) => since,
            _ => self.bounce.course.read_at,
        };
        let since = long_date(since.with_timezone(&app.config.time_zone).date_naive());
        let failed = match said.failed_address.eq_ignore_ascii_case(&said.address) {
            true => String::new(),
            false => format!(", where {} failed", said.failed_address),
        };
        format!("{} since {since} (report {}{failed}: {})", said.address, self.bounce.file, said.reason)
    }
}

/// Everything that came back, in the order it was read, with what it does now.
pub(crate) fn returned_mail(app: &App) -> anyhow::Result<Vec<ReturnedMail>> {
    Ok(app.db.read(|conn| read(app, conn))?)
}

fn read(app: &App, conn: &mut Conn) -> DbResult<Vec<ReturnedMail>> {
    let bounces = bounces::list(conn)?;
    let addresses: HashSet<String> = bounces.iter().map(|bounce| bounce.said.address.clone()).collect();
    if addresses.is_empty() {
        return Ok(Vec::new());
    }
    let staff = register::staff_at(conn, &addresses)?;
    let others = others(app, conn)?;
    let organisations = bounces::organisations(conn)?;
    let codes: HashMap<i32, String> = register::current_organisations(conn)?
        .into_values()
        .map(|(id, _, organisation)| (id, organisation.code))
        .collect();
    let returned = bounces.into_iter().map(|bounce| {
        let effect = match (bounce.said.weight, bounce.course.stands_since()) {
            _ if bounce.course.cleared_at.is_some() => BounceEffect::Cleared,
            (BounceWeight::Soft, _) => BounceEffect::Passing,
            (BounceWeight::Hard, None) => BounceEffect::Held,
            (BounceWeight::Hard, Some(since)) if staff.contains_key(&bounce.said.address) => {
                BounceEffect::Silenced(since)
            }
            (BounceWeight::Hard, Some(_)) => BounceEffect::Reported,
        };
        let organisation = organisations.get(&bounce.id).and_then(|id| codes.get(id));
        let also = others.get(&bounce.said.address).cloned().unwrap_or_default();
        ReturnedMail { effect, organisation: organisation.cloned().unwrap_or_default(), also, bounce }
    });
    Ok(returned.collect())
}

/// Whom mail goes to besides staff, by address in small letters.
fn others(app: &App, conn: &mut Conn) -> DbResult<HashMap<String, Vec<String>>> {
    let mut others: HashMap<String, BTreeSet<String>> = HashMap::new();
    let mut add = |address: &str, what: String| {
        if !address.is_empty() {
            others.entry(address.to_lowercase()).or_default().insert(what);
        }
    };
    let config = &app.config;
    for organisation in register::organisations(conn, KnownAt::Latest)? {
        let contact = format!("the safeguarding contact of {}", organisation.code);
        add(&organisation.safeguarding_email, contact);
        for recipient in app.board_recipients(&organisation.code) {
            add(recipient, format!("the board of {}", organisation.code));
        }
    }
    for (address, what) in [
        (
            &config.organisation.safeguarding_email,
            format!("the safeguarding contact of {}", config.organisation.code),
        ),
        (&config.organisation.hr_email, "HR".to_owned()),
        (&config.operator.email, "the operator".to_owned()),
    ] {
        add(address.as_ref().map_or("", |address| address.as_str()), what);
    }
    for answer in register::assurance_answers(conn, KnownAt::Latest)? {
        add(&answer.owner_email, "who reviews assurance answers".to_owned());
    }
    Ok(others.into_iter().map(|(address, what)| (address, what.into_iter().collect())).collect())
}

/// Of several bounces of one address, the one that says since when; in order of address.
pub(crate) fn by_address<'a>(returned: impl Iterator<Item = &'a ReturnedMail>) -> Vec<&'a ReturnedMail> {
    let since = |one: &ReturnedMail| match one.effect {
        BounceEffect::Silenced(since) => since,
        _ => one.bounce.course.read_at,
    };
    let mut first: BTreeMap<&str, &ReturnedMail> = BTreeMap::new();
    for one in returned {
        let known = first.entry(one.bounce.said.address.as_str()).or_insert(one);
        if since(one) < since(known) {
            *known = one;
        }
    }
    first.into_values().collect()
}

/// Which bounces a person speaks of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BounceSelection {
    /// Those of these addresses; of all where there are none.
    pub(crate) addresses: Vec<String>,
    /// Only those read on this day.
    pub(crate) day: Option<NaiveDate>,
    /// Only those of messages of the organisation with this code.
    pub(crate) organisation: Option<String>,
}

impl BounceSelection {
    /// Whether a bounce is among them.
    fn includes(&self, app: &App, one: &ReturnedMail) -> bool {
        let address = &one.bounce.said.address;
        let named = |wanted: &String| wanted.trim().eq_ignore_ascii_case(address);
        (self.addresses.is_empty() || self.addresses.iter().any(named))
            && self.day.is_none_or(|day| day == one.read_on(app))
            && self.organisation.as_ref().is_none_or(|code| *code == one.organisation)
    }
}

/// Whether what is held is confirmed or any of it cleared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum BounceDecision {
    /// The mailboxes are not there: staff are not mailed at them from now on.
    Confirm,
    /// The addresses work: staff are mailed at them again.
    Clear,
    /// The same, of those alone that wait for a person.
    ClearHeld,
}

/// Records what a person decided of bounces, and tells the audit log. Gives the addresses that it concerns.
pub(crate) fn decide(
    app: &App,
    which: &BounceSelection,
    decision: BounceDecision,
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<String>> {
    app.db.try_write_stamped(Locks::AUDIT.and(Locks::PLAN), app.clock, |conn| {
        let of_interest = |one: &ReturnedMail| match decision {
            BounceDecision::Confirm | BounceDecision::ClearHeld => one.effect == BounceEffect::Held,
            BounceDecision::Clear => one.effect != BounceEffect::Cleared,
        };
        let mut found = read(app, conn)?;
        found.retain(|one| of_interest(one) && which.includes(app, one));
        let addresses: BTreeSet<String> = found.iter().map(|one| one.bounce.said.address.clone()).collect();
        let missing: Vec<&str> = which
            .addresses
            .iter()
            .map(|address| address.trim())
            .filter(|address| !addresses.contains(&address.to_lowercase()))
            .collect();
        if !missing.is_empty() || addresses.is_empty() {
            let whom = if missing.is_empty() { String::new() } else { format!(" of {}", missing.join(", ")) };
            match decision {
                BounceDecision::Clear if !whom.is_empty() => {
                    bail!(
                        "no mail to {} has come back: `refresher bounces` lists what has",
                        missing.join(", ")
                    )
                }
                BounceDecision::Clear => bail!("no mail has come back: `refresher bounces` lists what has"),
                BounceDecision::Confirm | BounceDecision::ClearHeld => {
                    bail!("nothing{whom} is held for a person to confirm: `refresher bounces` lists what is")
                }
            }
        }
        let ids: Vec<i32> = found.iter().map(|one| one.bounce.id).collect();
        let action = match decision {
            BounceDecision::Confirm => {
                bounces::confirm(conn, &ids)?;
                Action::BouncesConfirm
            }
            BounceDecision::Clear | BounceDecision::ClearHeld => {
                bounces::clear(conn, &ids)?;
                Action::BouncesClear
            }
        };
        audit::record(conn, &Act::new(by, action, "bounces", json!({ "bounces": ids })), now)?;
        Ok(addresses.into_iter().collect())
    })
}
