//! What waits for whoever keeps the register (spec 8.7): addresses that mail comes back from or that several share, rows that
//! could not be used, and mail that the brake holds; with what was done about each.

mod addresses;
mod item;
mod waiting;

use std::collections::{BTreeSet, HashMap};

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::access::store as access;
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, SendingDays, Viewer, policy_of};
use crate::app::App;
use crate::casework::{WorkCase, WorkComment, WorkKey, WorkKind, WorkState, store};
use crate::db::{Conn, DbResult};
use crate::policy::{Pattern, PatternKind};
use crate::register::store::ViewDetail;

pub(crate) use item::WorkItem;

/// Which of it is asked for.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkFilter {
    /// Only of this kind.
    pub(crate) kind: Option<WorkKind>,
    /// Only about people whose unit the pattern matches.
    pub(crate) unit: Option<String>,
    /// Only what the account with this number has taken.
    pub(crate) taken_by: Option<i32>,
    /// What waits, or what somebody closed though it is as it was.
    pub(crate) state: WorkState,
}

/// What waits, the oldest first.
#[derive(Debug)]
pub(crate) struct Worklist {
    items: Vec<WorkItem>,
}

/// What waits at the organisations that the viewer sees as a whole: what is said of addresses is of what the question is
/// answered from, and all else as it stands.
pub(crate) fn worklist(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    filter: &WorkFilter,
) -> anyhow::Result<Worklist> {
    let mut items = everything(app, question, viewer, filter.kind)?;
    if let Some(unit) = &filter.unit {
        let pattern = Pattern::new(unit, PatternKind::Unit);
        items.retain(|item| pattern.matches(&item.unit));
    }
    items.retain(|item| {
        let is_theirs = filter.taken_by.is_none_or(|account| item.case.taken_by == Some(account));
        is_theirs && item.state() == filter.state
    });
    count_working_days(app, &mut items)?;
    items.sort_by(|a, b| {
        let place = |item: &WorkItem| {
            (item.since, item.key.kind, item.key.organisation.clone(), item.key.about.clone())
        };
        place(a).cmp(&place(b))
    });
    Ok(Worklist { items })
}

/// One thing of it, with everything that was said of it.
#[derive(Debug)]
pub(crate) struct WorkItemAlone {
    /// The thing.
    pub(crate) item: WorkItem,
    /// Who closed it; empty where nobody did.
    pub(crate) closed_by: String,
    /// What was said of it, in order, each with by whom.
    pub(crate) comments: Vec<(String, WorkComment)>,
}

/// What waits, open or closed, of this kind and about this, where the viewer sees it; `None` where nothing does.
pub(crate) fn work_item(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    (kind, about): (WorkKind, &str),
) -> anyhow::Result<Option<WorkItemAlone>> {
    let found =
        everything(app, question, viewer, Some(kind))?.into_iter().find(|item| item.key.about == about);
    let Some(item) = found else { return Ok(None) };
    let mut items = [item];
    count_working_days(app, &mut items)?;
    let [item] = items;
    let alone = app.db.read(|conn| {
        let (_, case, comments) = store::case_of(conn, &item.key)?;
        let closed_by = case.closed.as_ref().map(|closed| closed.by);
        let called = names_of(conn, comments.iter().map(|comment| comment.by).chain(closed_by))?;
        let name = |id: i32| called.get(&id).cloned().unwrap_or_default();
        Ok(WorkItemAlone {
            closed_by: closed_by.map(name).unwrap_or_default(),
            comments: comments.into_iter().map(|comment| (name(comment.by), comment)).collect(),
            item,
        })
    })?;
    Ok(Some(alone))
}

/// How many imports have rows that wait to be put right, of those that the viewer sees and nobody closed.
pub(crate) fn imports_to_put_right(app: &App, viewer: &Viewer) -> anyhow::Result<usize> {
    let mut items = waiting::rejected(app, viewer)?;
    let cases = app.db.read(|conn| cases_of(conn, &items))?;
    for item in &mut items {
        item.case = cases.get(&item.key).cloned().unwrap_or_default();
    }
    Ok(items.iter().filter(|item| item.state() == WorkState::Open).count())
}

/// Everything, of one kind or of all, open and closed.
fn everything(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    kind: Option<WorkKind>,
) -> anyhow::Result<Vec<WorkItem>> {
    let sight = Visibility::of(app, viewer, None)?;
    let mut items = Vec::new();
    if sight.is_of_some_people() {
        return Ok(items);
    }
    let is_asked = |of: WorkKind| kind.is_none_or(|kind| kind == of);
    if kind.is_none_or(WorkKind::is_of_addresses) {
        let view = sight.view(app, question, ViewDetail::WithNames)?;
        items.extend(app.db.read(|conn| addresses::of_addresses(app, conn, &view))?);
    }
    if is_asked(WorkKind::RejectedRows) {
        items.extend(waiting::rejected(app, viewer)?);
    }
    if is_asked(WorkKind::HeldMail) {
        items.extend(waiting::held(app, viewer)?);
    }
    items.retain(|item| is_asked(item.key.kind));
    app.db.read(|conn| {
        let cases = cases_of(conn, &items)?;
        let called = names_of(conn, cases.values().filter_map(|case| case.taken_by))?;
        for item in &mut items {
            item.case = cases.get(&item.key).cloned().unwrap_or_default();
            let holder = item.case.taken_by.and_then(|id| called.get(&id));
            item.taken_by = holder.cloned().unwrap_or_default();
        }
        Ok(())
    })?;
    Ok(items)
}

/// What was done about these.
fn cases_of<'a>(
    conn: &mut Conn,
    items: impl IntoIterator<Item = &'a WorkItem>,
) -> DbResult<HashMap<WorkKey, WorkCase>> {
    match items.into_iter().map(|item| item.key.since).min() {
        Some(oldest) => store::cases_since(conn, oldest),
        None => Ok(HashMap::new()),
    }
}

/// What the holders of these accounts are called: by name, by address, or by the number where they were purged.
fn names_of(conn: &mut Conn, ids: impl IntoIterator<Item = i32>) -> DbResult<HashMap<i32, String>> {
    let mut called = HashMap::new();
    for id in ids.into_iter().collect::<BTreeSet<i32>>() {
        let Some(account) = access::account_with_id(conn, id)? else { continue };
        let known = [&account.name, &account.email].into_iter().find(|name| !name.is_empty()).cloned();
        called.insert(id, known.unwrap_or_else(|| account.actor_name()));
    }
    Ok(called)
}

fn count_working_days(app: &App, items: &mut [WorkItem]) -> anyhow::Result<()> {
    let days = SendingDays::read(app, &policy_of(app, app.today())?.reminders)?;
    let today = app.today();
    for item in items {
        let passed = item.since.iter_days().skip(1).take_while(|day| *day <= today);
        item.working_days = passed.filter(|day| days.calendar.is_working_day(*day)).count() as u64;
    }
    Ok(())
}

impl Worklist {
    /// Who is named, by the register's numbers, in the order of the rows.
    pub(crate) fn people(&self) -> impl Iterator<Item = (usize, i32)> + '_ {
        self.items.iter().enumerate().flat_map(|(row, item)| item.named.iter().map(move |id| (row, *id)))
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
            ListColumn::words("taken_by"),
            ListColumn::figure("comments"),
            ListColumn::code("state"),
            ListColumn::words("reason"),
        ];
        let row = |item: &WorkItem| {
            vec![
                format!("{} {}", item.key.kind.as_str(), item.key.about).into(),
                AnswerCell::Day(Some(item.since)),
                AnswerCell::Count(item.working_days),
                item.key.organisation.as_str().into(),
                item.unit.as_str().into(),
                item.what.as_str().into(),
                item.taken_by.as_str().into(),
                AnswerCell::Count(item.case.comments),
                item.state().as_str().into(),
                item.reason().into(),
            ]
        };
        AnswerRows::new("Worklist", columns, self.items.iter().map(row))
    }
}

impl Serialize for Worklist {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let item = |item: &WorkItem| {
            json!({
                "kind": item.key.kind.as_str(),
                "about": item.key.about,
                "organisation": item.key.organisation,
                "unit": item.unit,
                "what": item.what,
                "since": item.since,
                "working_days": item.working_days,
                "taken_by": item.taken_by,
                "comments": item.case.comments,
                "state": item.state().as_str(),
                "reason": item.reason(),
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
