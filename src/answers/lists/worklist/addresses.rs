//! Addresses that mail comes back from, or that several people share.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::item::WorkItem;
use crate::answers::viewer::Visibility;
use crate::app::App;
use crate::bounces::store as bounces;
use crate::casework::{WorkCase, WorkKey, WorkKind};
use crate::db::{Conn, DbResult};
use crate::register::store::{self, KnownAt};
use crate::register::{PersonIndex, View};

/// An address that something is wrong with, and who has it.
struct WrongAddress {
    kind: WorkKind,
    organisation: String,
    address: String,
    people: Vec<i32>,
    /// Since when it is so, and when it became so last.
    times: (DateTime<Utc>, DateTime<Utc>),
}

/// What waits of addresses of people in post at the organisations that are seen.
pub(super) fn of_addresses(app: &App, conn: &mut Conn, sight: &Visibility) -> DbResult<Vec<WorkItem>> {
    let silenced = bounces::silenced(conn, KnownAt::Latest)?;
    let mut wrong = Vec::new();
    for (code, (id, ..)) in store::current_organisations(conn)? {
        if !sight.includes_organisation(&code) {
            continue;
        }
        for (address, people) in store::people_by_address(conn, id, app.today())? {
            let of = |kind, people, times| WrongAddress {
                kind,
                organisation: code.clone(),
                address: address.clone(),
                people,
                times,
            };
            if let Some(silence) = silenced.get(&address) {
                let times = (silence.since, silence.newest_at);
                wrong.extend(people.iter().map(|id| of(WorkKind::BouncingAddress, vec![*id], times)));
            }
            if people.len() > 1 {
                // Since when is looked up below, for all at once.
                wrong.push(of(WorkKind::SharedAddress, people, (app.now(), app.now())));
            }
        }
    }
    let shared = wrong.iter().filter(|one| one.kind == WorkKind::SharedAddress);
    let sharing: Vec<i32> = shared.flat_map(|one| one.people.iter().copied()).collect();
    let recorded = store::addresses_recorded(conn, &sharing)?;
    for one in wrong.iter_mut().filter(|one| one.kind == WorkKind::SharedAddress) {
        let of = |id: &i32| recorded.get(&(*id, one.address.clone())).copied();
        let mut first: Vec<DateTime<Utc>> = one.people.iter().filter_map(of).collect();
        first.sort_unstable();
        // From the second on it is shared; with each one more it is shared anew.
        if let (Some(since), Some(newest)) = (first.get(1).or(first.first()), first.last()) {
            one.times = (*since, *newest);
        }
    }
    let staff: HashSet<i32> = wrong.iter().flat_map(|one| one.people.iter().copied()).collect();
    let view = store::people_now(conn, &staff, &HashMap::new())?;
    let named = view
        .people
        .places()
        .filter_map(|who| Some((view.people.get(who)?.staff_id, PersonOnList::of(&view, who, app.today()))));
    let places: HashMap<i32, PersonOnList> = named.collect();
    let day = |at: DateTime<Utc>| at.with_timezone(&app.config.time_zone).date_naive();
    Ok(wrong.into_iter().map(|one| one.item(&places, day)).collect())
}

/// How somebody is named here.
struct PersonOnList {
    named: String,
    unit: String,
}

impl PersonOnList {
    fn of(view: &View, who: PersonIndex, today: NaiveDate) -> Self {
        let posts = view.assignments(who).iter().filter(|post| post.held_on(today));
        let unit = posts.max_by_key(|post| post.primary).map(|post| view.texts.get(post.unit).to_owned());
        let named = format!("{} ({})", view.full_name(who), view.employee_number(who));
        Self { named, unit: unit.unwrap_or_default() }
    }
}

impl WrongAddress {
    fn item(self, places: &HashMap<i32, PersonOnList>, day: impl Fn(DateTime<Utc>) -> NaiveDate) -> WorkItem {
        let mut people = self.people;
        people.sort_unstable();
        let named: Vec<&str> = people.iter().filter_map(|id| Some(places.get(id)?.named.as_str())).collect();
        let (named, address) = (named.join(", "), self.address);
        let what = match self.kind {
            WorkKind::SharedAddress => {
                format!("{named} share {address}: it lets none of them in by single sign-on")
            }
            _ => format!("Mail to {named} at {address} comes back: they get none"),
        };
        let first = people.first().copied().unwrap_or_default();
        let (since, renewed_at) = self.times;
        WorkItem {
            key: WorkKey {
                kind: self.kind,
                organisation: self.organisation,
                about: first.to_string(),
                since,
            },
            unit: places.get(&first).map(|place| place.unit.clone()).unwrap_or_default(),
            people,
            what,
            since: day(since),
            renewed_at,
            working_days: 0,
            case: WorkCase::default(),
            taken_by: String::new(),
        }
    }
}
