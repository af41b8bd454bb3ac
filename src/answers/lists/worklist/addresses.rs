//! Addresses that mail comes back from, or that several people share.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::item::WorkItem;
use crate::app::App;
use crate::bounces::store as bounces;
use crate::casework::{WorkCase, WorkKey, WorkKind};
use crate::db::{Conn, DbResult};
use crate::register::store::{self, KnownAt};
use crate::register::{Address, OrganisationIndex, PersonIndex, View};
use crate::wording::thousands;

/// So many of those who share an address are named.
const NAMED: usize = 10;

/// An address of an organisation, in lower case.
type KnownAddress<'v> = (OrganisationIndex, Cow<'v, str>);

/// Who has an address that something is wrong with.
#[derive(Debug, Default)]
struct WrongAddresses<'v> {
    /// Those in post whose mail comes back.
    bouncing: Vec<PersonIndex>,
    /// Those in post who have one address, several each.
    shared: BTreeMap<KnownAddress<'v>, Vec<PersonIndex>>,
}

impl<'v> WrongAddresses<'v> {
    /// Those of a register on this day.
    fn of(view: &'v View, today: NaiveDate) -> Self {
        let mut wrong = Self::default();
        let mut first: HashMap<KnownAddress<'v>, PersonIndex> = HashMap::new();
        for (who, person) in view.people.placed() {
            let email = view.email(who);
            if email.is_empty() || !view.assignments(who).iter().any(|post| post.held_on(today)) {
                continue;
            }
            if matches!(person.address, Address::Bouncing { .. }) {
                wrong.bouncing.push(who);
            }
            match first.entry((person.organisation, lower(email))) {
                Entry::Vacant(unknown) => {
                    unknown.insert(who);
                }
                Entry::Occupied(known) => {
                    let (key, other) = (known.key().clone(), *known.get());
                    wrong.shared.entry(key).or_insert_with(|| vec![other]).push(who);
                }
            }
        }
        wrong
    }
}

/// The address in lower case, copied only where it is not so already.
fn lower(email: &str) -> Cow<'_, str> {
    let is_lower = email.chars().all(|c| !c.is_uppercase());
    if is_lower { Cow::Borrowed(email) } else { Cow::Owned(email.to_lowercase()) }
}

/// What waits of addresses of people in post, in a register with names: it is looked through once, and of the tables only
/// what is said of those whose addresses are wrong is read.
pub(super) fn of_addresses(app: &App, conn: &mut Conn, view: &View) -> DbResult<Vec<WorkItem>> {
    let wrong = WrongAddresses::of(view, app.today());
    let list = AddressList { app, view };
    let addresses: HashSet<String> =
        wrong.bouncing.iter().map(|who| lower(view.email(*who)).into_owned()).collect();
    let silenced = bounces::silenced_among(conn, KnownAt::Latest, &addresses)?;
    let mut items = Vec::new();
    for who in wrong.bouncing {
        // One that was said to work again since is no item any more.
        let Some(silence) = silenced.get(lower(view.email(who)).as_ref()) else { continue };
        let (named, address) = (list.named(who), view.email(who));
        let what = format!("Mail to {named} at {address} comes back: they get none");
        items.extend(list.item(WorkKind::BouncingAddress, &[who], what, (silence.since, silence.newest_at)));
    }
    let sharing: Vec<i32> =
        wrong.shared.values().flatten().filter_map(|who| Some(view.people.get(*who)?.staff_id)).collect();
    let recorded = store::addresses_recorded(conn, &sharing)?;
    for ((_, address), people) in wrong.shared {
        let since = |who: &PersonIndex| {
            let (had, at) = recorded.get(&view.people.get(*who)?.staff_id)?;
            (*had == address).then_some(*at)
        };
        let mut since: Vec<DateTime<Utc>> = people.iter().filter_map(since).collect();
        since.sort_unstable();
        // From the second on it is shared; with each one more it is shared anew.
        let (Some(second), Some(newest)) = (since.get(1), since.last()) else { continue };
        let what = format!(
            "{} share {address}: it lets none of them in by single sign-on",
            list.named_in_a_row(&people)
        );
        items.extend(list.item(WorkKind::SharedAddress, &people, what, (*second, *newest)));
    }
    Ok(items)
}

/// What a list of addresses names people by.
struct AddressList<'a> {
    app: &'a App,
    view: &'a View,
}

impl AddressList<'_> {
    fn named(&self, who: PersonIndex) -> String {
        format!("{} ({})", self.view.full_name(who), self.view.employee_number(who))
    }

    /// The first of them, and how many others there are.
    fn named_in_a_row(&self, people: &[PersonIndex]) -> String {
        let named: Vec<String> = people.iter().take(NAMED).map(|who| self.named(*who)).collect();
        let named = named.join(", ");
        match people.len().saturating_sub(NAMED) {
            0 => named,
            others => format!("{named} and {} more", thousands(others as u64)),
        }
    }

    fn unit(&self, who: PersonIndex) -> String {
        let today = self.app.today();
        let posts = self.view.assignments(who).iter().filter(|post| post.held_on(today));
        let unit = posts.max_by_key(|post| post.primary).map(|post| self.view.texts.get(post.unit));
        unit.unwrap_or_default().to_owned()
    }

    /// The item about these people, who are of one organisation, since the first instant and anew at the other; it is known by
    /// the one whom the register knows longest.
    fn item(
        &self,
        kind: WorkKind,
        people: &[PersonIndex],
        what: String,
        (since, renewed_at): (DateTime<Utc>, DateTime<Utc>),
    ) -> Option<WorkItem> {
        let person = |who: &PersonIndex| Some((self.view.people.get(*who)?, *who));
        let mut known: Vec<_> = people.iter().filter_map(person).collect();
        known.sort_unstable_by_key(|(person, _)| person.staff_id);
        let (first, who) = *known.first()?;
        let organisation = self.view.organisations.get(first.organisation)?.code.clone();
        Some(WorkItem {
            key: WorkKey { kind, organisation, about: first.staff_id.to_string(), since },
            unit: self.unit(who),
            people: known.iter().map(|(person, _)| person.staff_id).collect(),
            named: people.iter().take(NAMED).filter_map(|who| Some(person(who)?.0.staff_id)).collect(),
            what,
            since: since.with_timezone(&self.app.config.time_zone).date_naive(),
            renewed_at,
            working_days: 0,
            case: WorkCase::default(),
            taken_by: String::new(),
        })
    }
}
