//! The part of the register that bears on some messages: their receivers, and the reports of managers among them. What is
//! said by it is what would be said by all of it, and how many others there are makes no difference.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use crate::answers;
use crate::app::App;
use crate::compliance::{Judge, Presence};
use crate::db::Conn;
use crate::outbox::{ListedMessage, Message, PromisedStage, SendingCheck, store as outbox_store};
use crate::policy::Policy;
use crate::register::store::{self, KnownAt};
use crate::register::{Address, Name, Organisation, OrganisationIndex, PersonIndex, View};

/// What is read for some messages.
#[derive(Debug, Default)]
pub(crate) struct Receivers {
    /// The people who matter, with names.
    pub view: View,
    /// Where each of them stands in the view, by staff id.
    places: HashMap<i32, PersonIndex>,
    /// The organisations by the register's ids.
    organisations: HashMap<i32, Organisation>,
    /// The staff ids of each manager's reports, by the manager's.
    reports: HashMap<i32, Vec<i32>>,
    /// The staff ids of those whom no manager may hear of, by organisation.
    unled: HashMap<i32, Vec<i32>>,
    /// The staff ids of those who may be overdue for long, by message.
    overdue: HashMap<i32, Vec<i32>>,
    /// What each message to somebody of their own courses tells of them, by message.
    told: HashMap<i32, Vec<PromisedStage>>,
    /// The addresses, in lower case, that staff are not mailed at.
    silenced: HashMap<String, Address>,
    /// Who those receivers were whose name or address was recorded anew since their message was planned, by message.
    were: HashMap<i32, Name>,
}

impl Receivers {
    /// Reads it.
    pub(crate) fn read(
        app: &App,
        conn: &mut Conn,
        policy: &Policy,
        messages: &[&Message],
    ) -> anyhow::Result<Self> {
        let bouncing = answers::bouncing(app, conn, KnownAt::Latest)?;
        let mut receivers = Self::default();
        for (_, (id, _, organisation)) in store::current_organisations(conn)? {
            receivers.organisations.insert(id, answers::organisation_as_configured(app, organisation));
        }
        let mut people: HashSet<i32> = messages.iter().filter_map(|one| one.listed.staff_id).collect();
        receivers.read_reports(conn, messages, &mut people)?;
        receivers.read_unled(conn, policy, messages, &bouncing, app.today(), &mut people)?;
        receivers.read_overdue(conn, messages, &mut people)?;
        receivers.read_who_they_were(conn, messages)?;
        let own = messages.iter().filter(|one| one.listed.kind.check() == SendingCheck::OwnCourses);
        let own: Vec<i32> = own.map(|one| one.listed.id).collect();
        receivers.told = outbox_store::told_in_each(conn, &own)?;
        receivers.view = store::people_now(conn, &people, &bouncing)?;
        receivers.silenced = bouncing;
        answers::as_configured(app, &mut receivers.view.organisations);
        receivers.places = places(&receivers.view);
        Ok(receivers)
    }

    fn read_reports(
        &mut self,
        conn: &mut Conn,
        messages: &[&Message],
        people: &mut HashSet<i32>,
    ) -> anyhow::Result<()> {
        let digests = messages.iter().filter(|one| one.listed.kind.check() == SendingCheck::Reports);
        let managers: Vec<i32> = digests.filter_map(|one| one.listed.staff_id).collect();
        for (manager, organisation, number) in store::as_managers(conn, &managers)? {
            let reports = store::led_by(conn, organisation, &number)?;
            people.extend(&reports);
            self.reports.insert(manager, reports);
        }
        Ok(())
    }

    fn read_unled(
        &mut self,
        conn: &mut Conn,
        policy: &Policy,
        messages: &[&Message],
        bouncing: &HashMap<String, Address>,
        today: NaiveDate,
        people: &mut HashSet<i32>,
    ) -> anyhow::Result<()> {
        let to_contacts = messages
            .iter()
            .filter(|one| one.listed.kind.check() == SendingCheck::Reports && one.listed.staff_id.is_none());
        let organisations: HashSet<i32> = to_contacts.map(|one| one.listed.organisation_id).collect();
        for organisation in organisations {
            let managers = store::named_as_managers(conn, organisation)?;
            let view = store::people_now(conn, &managers, bouncing)?;
            let judge = Judge::new(&view, policy);
            let hears = |manager: PersonIndex| {
                judge.presence(manager, today) == Presence::Present && view.is_reached(manager)
            };
            let numbers = view.people.placed().filter(|(manager, _)| hears(*manager));
            let numbers: HashSet<&str> = numbers.map(|(_, who)| who.employee_number.as_ref()).collect();
            let unled = store::led_by_none_of(conn, organisation, &numbers)?;
            people.extend(managers.iter().chain(&unled));
            self.unled.insert(organisation, unled.into_iter().collect());
        }
        Ok(())
    }

    /// Everyone with a post, before an escalation has its words; from then on those whom it lists.
    fn read_overdue(
        &mut self,
        conn: &mut Conn,
        messages: &[&Message],
        people: &mut HashSet<i32>,
    ) -> anyhow::Result<()> {
        for message in messages.iter().filter(|one| one.listed.kind.check() == SendingCheck::LongOverdue) {
            let listed = &message.listed;
            let ids: HashSet<i32> = if listed.worded_at.is_some() {
                outbox_store::digest_items(conn, listed.id)?.iter().map(|item| item.staff_id).collect()
            } else {
                store::with_a_post(conn, listed.organisation_id)?
            };
            people.extend(&ids);
            self.overdue.insert(listed.id, ids.into_iter().collect());
        }
        Ok(())
    }

    fn read_who_they_were(&mut self, conn: &mut Conn, messages: &[&Message]) -> anyhow::Result<()> {
        let planned = |one: &&Message| Some((one.listed.id, one.listed.staff_id?, one.listed.planned_from?));
        let planned: Vec<(i32, i32, i32)> = messages.iter().filter_map(planned).collect();
        let Some(first) = planned.iter().map(|(_, _, import)| *import).min() else { return Ok(()) };
        let people: Vec<i32> = planned.iter().map(|(_, staff_id, _)| *staff_id).collect();
        let renamed = store::renamed_since(conn, &people, first)?;
        for (message, staff_id, import) in planned {
            if renamed.contains(&staff_id)
                && let Some(name) = store::called_at(conn, staff_id, import)?
            {
                self.were.insert(message, name);
            }
        }
        Ok(())
    }

    /// The place in the view of the member of staff with this id.
    pub(crate) fn person(&self, staff_id: i32) -> Option<PersonIndex> {
        self.places.get(&staff_id).copied()
    }

    /// What the message tells its receiver of their courses.
    pub(crate) fn told_in(&self, message: i32) -> &[PromisedStage] {
        self.told.get(&message).map_or(&[], Vec::as_slice)
    }

    /// Whether staff are not mailed at `address`.
    pub(crate) fn is_silenced(&self, address: &str) -> bool {
        self.silenced.contains_key(&address.to_lowercase())
    }

    /// The organisation with this id, as the register knows it.
    pub(crate) fn organisation(&self, id: i32) -> Option<&Organisation> {
        self.organisations.get(&id)
    }

    /// The code of the organisation with this id.
    pub(crate) fn organisation_code(&self, id: i32) -> &str {
        self.organisations.get(&id).map_or("", |known| &known.code)
    }

    /// The place in the view of the organisation with this id.
    pub(crate) fn organisation_place(&self, id: i32) -> Option<OrganisationIndex> {
        let code = &self.organisations.get(&id)?.code;
        self.view.organisations.position(|one| one.code == *code)
    }

    /// Those whom a list may list: the manager's reports, those who have no manager that could be told, or those who may
    /// be overdue for long.
    pub(crate) fn may_be_listed(&self, message: &ListedMessage) -> impl Iterator<Item = PersonIndex> {
        let ids = match (self.overdue.get(&message.id), message.staff_id) {
            (Some(overdue), _) => Some(overdue),
            (None, Some(manager)) => self.reports.get(&manager),
            (None, None) => self.unled.get(&message.organisation_id),
        };
        ids.into_iter().flatten().filter_map(|staff_id| self.person(*staff_id))
    }

    /// Whether the receiver is another person than the one whom the message was planned for: of another name and another
    /// address (spec 5). A new name or a new address alone is the same person's.
    pub(crate) fn is_somebody_else(&self, message: i32, now: &Name) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        self.were.get(&message).is_some_and(|then| {
            plain(&then.full()) != plain(&now.full()) && plain(&then.email) != plain(&now.email)
        })
    }
}

fn places(view: &View) -> HashMap<i32, PersonIndex> {
    view.people.placed().map(|(place, who)| (who.staff_id, place)).collect()
}
