//! What waits for whoever keeps the register (spec 8.7): addresses that mail comes back from or that several share, rows that could
//! not be used, and mail that the brake holds.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, SendingDays, Viewer, held_messages, imports, policy_of};
use crate::app::App;
use crate::bounces::store as bounces;
use crate::db::{Conn, DbResult};
use crate::outbox::store as outbox;
use crate::policy::{Pattern, PatternKind};
use crate::register::View;
use crate::register::store::{self, KnownAt};
use crate::wording::counted;

/// Why something waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum WorkKind {
    /// Mail to somebody comes back: they are not mailed until they have another address.
    BouncingAddress,
    /// Several people in post of an organisation have one address: it is known of none of them whose it is.
    SharedAddress,
    /// Rows of a file could not be used.
    RejectedRows,
    /// The brake holds mail until somebody lets it go.
    HeldMail,
}

impl WorkKind {
    /// Every kind.
    pub(crate) const ALL: [Self; 4] =
        [Self::BouncingAddress, Self::SharedAddress, Self::RejectedRows, Self::HeldMail];

    /// Its name, for programs.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::BouncingAddress => "bouncing_address",
            Self::SharedAddress => "shared_address",
            Self::RejectedRows => "rejected_rows",
            Self::HeldMail => "held_mail",
        }
    }
}

/// One thing that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
struct WorkItem {
    kind: WorkKind,
    /// What it is about: the register's number of a person, the import, or the organisation's code.
    about: String,
    organisation: String,
    /// Of the person, or the first of them; empty where there is none.
    unit: String,
    /// Who is named, by the register's numbers.
    people: Vec<i32>,
    what: String,
    since: NaiveDate,
    /// How many working days it waits.
    working_days: u64,
}

/// Which of it is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkFilter {
    /// Only of this kind.
    pub(crate) kind: Option<WorkKind>,
    /// Only about people whose unit the pattern matches.
    pub(crate) unit: Option<String>,
}

/// Everything that waits, the oldest first.
#[derive(Debug)]
pub(crate) struct Worklist {
    items: Vec<WorkItem>,
}

/// What waits at the organisations that the viewer sees as a whole.
pub(crate) fn worklist(app: &App, viewer: &Viewer, filter: &WorkFilter) -> anyhow::Result<Worklist> {
    let sight = Visibility::of(app, viewer, None)?;
    let mut items = Vec::new();
    if !sight.is_of_some_people() {
        items.extend(app.db.read(|conn| of_addresses(app, conn, &sight))?);
        items.extend(rejected(app, viewer)?);
        items.extend(held(app, viewer)?);
    }
    if let Some(unit) = &filter.unit {
        let pattern = Pattern::new(unit, PatternKind::Unit);
        items.retain(|item| pattern.matches(&item.unit));
    }
    items.retain(|item| filter.kind.is_none_or(|kind| item.kind == kind));
    let days = SendingDays::read(app, &policy_of(app, app.today())?.reminders)?;
    let today = app.today();
    for item in &mut items {
        let passed = item.since.iter_days().skip(1).take_while(|day| *day <= today);
        item.working_days = passed.filter(|day| days.calendar.is_working_day(*day)).count() as u64;
    }
    items.sort_by(|a, b| {
        (a.since, a.kind, &a.organisation, &a.about).cmp(&(b.since, b.kind, &b.organisation, &b.about))
    });
    Ok(Worklist { items })
}

/// How many rows of files wait to be put right, of imports that the viewer sees.
pub(crate) fn rejected_waiting(app: &App, viewer: &Viewer) -> anyhow::Result<u64> {
    Ok(rejected_by_import(app, viewer)?.into_iter().map(|(_, rows)| rows).sum())
}

fn rejected_by_import(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<(store::ImportLine, u64)>> {
    let left: HashMap<i32, i64> = app.db.read(store::rejected_left)?.into_iter().collect();
    let seen = imports(app, viewer)?.into_lines().into_iter();
    let standing = seen.filter(|line| line.undone_by.is_none());
    Ok(standing
        .filter_map(|line| {
            let rows = left.get(&line.id)?.unsigned_abs();
            Some((line, rows))
        })
        .collect())
}

fn rejected(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<WorkItem>> {
    let found = rejected_by_import(app, viewer)?;
    let touched = app.db.read(store::touched)?;
    let item = |(line, rows): (store::ImportLine, u64)| WorkItem {
        kind: WorkKind::RejectedRows,
        about: line.id.to_string(),
        organisation: touched.get(&line.id).map(|codes| codes.join(", ")).unwrap_or_default(),
        unit: String::new(),
        people: Vec::new(),
        what: format!(
            "{} of the {} file of import {} could not be used",
            counted(rows, "row", "rows"),
            line.kind,
            line.id
        ),
        since: line.recorded_at.with_timezone(&app.config.time_zone).date_naive(),
        working_days: 0,
    };
    Ok(found.into_iter().map(item).collect())
}

fn held(app: &App, viewer: &Viewer) -> anyhow::Result<Vec<WorkItem>> {
    let since = app.db.read(outbox::held_since)?;
    let item = |(code, messages): (String, i64)| {
        Some(WorkItem {
            kind: WorkKind::HeldMail,
            about: code.clone(),
            unit: String::new(),
            people: Vec::new(),
            what: format!(
                "{} held by the mail brake",
                counted(messages.unsigned_abs(), "message is", "messages are")
            ),
            since: *since.get(&code)?,
            working_days: 0,
            organisation: code,
        })
    };
    Ok(held_messages(app, viewer)?.into_iter().filter_map(item).collect())
}

/// An address that something is wrong with, and who has it.
struct WrongAddress {
    kind: WorkKind,
    organisation: String,
    address: String,
    people: Vec<i32>,
    since: NaiveDate,
}

fn of_addresses(app: &App, conn: &mut Conn, sight: &Visibility) -> DbResult<Vec<WorkItem>> {
    let zone = app.config.time_zone;
    let day = |at: chrono::DateTime<chrono::Utc>| at.with_timezone(&zone).date_naive();
    let silenced = bounces::silenced(conn, KnownAt::Latest)?;
    let mut wrong = Vec::new();
    for (code, (id, ..)) in store::current_organisations(conn)? {
        if !sight.includes_organisation(&code) {
            continue;
        }
        for (address, people) in store::people_by_address(conn, id, app.today())? {
            let of = |kind, people, since| WrongAddress {
                kind,
                organisation: code.clone(),
                address: address.clone(),
                people,
                since,
            };
            if let Some(silence) = silenced.get(&address) {
                let each =
                    people.iter().map(|id| of(WorkKind::BouncingAddress, vec![*id], day(silence.since)));
                wrong.extend(each);
            }
            if people.len() > 1 {
                // Since when is looked up below, for all at once.
                wrong.push(of(WorkKind::SharedAddress, people, app.today()));
            }
        }
    }
    let shared = wrong.iter().filter(|one| one.kind == WorkKind::SharedAddress);
    let sharing: Vec<i32> = shared.flat_map(|one| one.people.iter().copied()).collect();
    let recorded = store::addresses_recorded(conn, &sharing)?;
    for one in wrong.iter_mut().filter(|one| one.kind == WorkKind::SharedAddress) {
        let of = |id: &i32| recorded.get(&(*id, one.address.clone())).copied();
        let mut first: Vec<NaiveDateTime> = one.people.iter().filter_map(of).collect();
        first.sort_unstable();
        // From the second on it is shared.
        if let Some(at) = first.get(1).or(first.first()) {
            one.since = day(at.and_utc());
        }
    }
    let staff: HashSet<i32> = wrong.iter().flat_map(|one| one.people.iter().copied()).collect();
    let view = store::people_now(conn, &staff, &HashMap::new())?;
    let named = view
        .people
        .places()
        .filter_map(|who| Some((view.people.get(who)?.staff_id, PersonOnList::of(&view, who, app.today()))));
    let places: HashMap<i32, PersonOnList> = named.collect();
    Ok(wrong.into_iter().map(|one| one.item(&places)).collect())
}

/// How somebody is named here.
struct PersonOnList {
    named: String,
    unit: String,
}

impl PersonOnList {
    fn of(view: &View, who: crate::register::PersonIndex, today: NaiveDate) -> Self {
        let posts = view.assignments(who).iter().filter(|post| post.held_on(today));
        let unit = posts.max_by_key(|post| post.primary).map(|post| view.texts.get(post.unit).to_owned());
        let named = format!("{} ({})", view.full_name(who), view.employee_number(who));
        Self { named, unit: unit.unwrap_or_default() }
    }
}

impl WrongAddress {
    fn item(self, places: &HashMap<i32, PersonOnList>) -> WorkItem {
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
        WorkItem {
            kind: self.kind,
            about: first.to_string(),
            organisation: self.organisation,
            unit: places.get(&first).map(|place| place.unit.clone()).unwrap_or_default(),
            people,
            what,
            since: self.since,
            working_days: 0,
        }
    }
}

impl Worklist {
    /// Who is named, by the register's numbers, in the order of the rows.
    pub(crate) fn people(&self) -> impl Iterator<Item = (usize, i32)> + '_ {
        self.items.iter().enumerate().flat_map(|(row, item)| item.people.iter().map(move |id| (row, *id)))
    }

    /// How many people are named.
    pub(crate) fn named(&self) -> usize {
        self.people().map(|(_, id)| id).collect::<BTreeSet<_>>().len()
    }

    /// What waits, a row each. The first cell is the kind and what it is about.
    pub(crate) fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("item"),
            ListColumn::code("since"),
            ListColumn::figure("working_days"),
            ListColumn::code("org"),
            ListColumn::words("unit"),
            ListColumn::words("what_waits"),
        ];
        let row = |item: &WorkItem| {
            vec![
                format!("{} {}", item.kind.as_str(), item.about).into(),
                AnswerCell::Day(Some(item.since)),
                AnswerCell::Count(item.working_days),
                item.organisation.as_str().into(),
                item.unit.as_str().into(),
                item.what.as_str().into(),
            ]
        };
        AnswerRows::new("Worklist", columns, self.items.iter().map(row))
    }
}

impl Serialize for Worklist {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let item = |item: &WorkItem| {
            json!({
                "kind": item.kind.as_str(),
                "about": item.about,
                "organisation": item.organisation,
                "unit": item.unit,
                "what": item.what,
                "since": item.since,
                "working_days": item.working_days,
            })
        };
        json!({ "items": self.items.iter().map(item).collect::<Vec<Value>>() }).serialize(serializer)
    }
}

impl Answer for Worklist {
    fn words(&self, width: usize) -> String {
        if self.items.is_empty() { "nothing waits".to_owned() } else { self.sheet().table(width) }
    }
}
