//! `status`: the share of staff up to date on a day, and by group.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, columns, prose, table};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, IssuedMonth, Question, Viewer, shapes};
use crate::app::App;
use crate::board::{Withheld, change_tenths, why_withheld, withheld_groups};
use crate::compliance::{Group, GroupBy, Rag, Rates, rates};
use crate::policy::{Grace, Pattern, PatternKind, Policy};
use crate::register::UnitPath;
use crate::register::store::ViewDetail;
use crate::wording::{Unknown, long_date, moved, set_percent};

/// The figures of a day.
#[derive(Debug)]
pub struct StatusAnswer {
    /// The figures.
    pub rates: Rates,
    /// The policy that judged.
    pub policy: Policy,
    as_at: NaiveDate,
    known_at: DateTime<Utc>,
    /// What is not told of few people; nothing where all is.
    withheld: WithheldFigures,
}

/// Which figures are not told, so that nobody's training can be read off them.
#[derive(Debug, Default)]
struct WithheldFigures {
    /// Those of everybody in question.
    all: Option<Withheld>,
    /// Those of each group, in their order; empty where all are told.
    groups: Vec<Option<Withheld>>,
}

/// The figures of everyone in question whom the viewer may see, and of the groups asked for.
pub fn status(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    by: &[GroupBy],
) -> anyhow::Result<StatusAnswer> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = crate::answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::Judgement)?;
    let rates = rates(&view.judge(&policy), question.as_at, by);
    let withheld = WithheldFigures::default();
    Ok(StatusAnswer { rates, policy, as_at: question.as_at, known_at: question.known_at, withheld })
}

impl StatusAnswer {
    /// How the share of staff up to date moved since the board's summary of `month`, in words: `up 1.2 points on October
    /// 2026 (53.1%)`. `None` where either is withheld, or is of nobody.
    pub(crate) fn change_since(&self, month: &IssuedMonth) -> Option<String> {
        let then = month.staff.filter(|_| self.withheld.all.is_none())?;
        let tenths = change_tenths(self.rates.all.staff, then)?;
        Some(format!("{} on {} ({})", moved(tenths), month.words, month.rate))
    }
}

const HEADERS: [&str; 15] = [
    "by",
    "organisation",
    "group",
    "title",
    "in_post",
    "counted",
    "up_to_date",
    "rate",
    "target",
    "rag",
    "requirements_counted",
    "requirements_up_to_date",
    "due_soon",
    "lapsed",
    "not_done",
];

impl StatusAnswer {
    /// A row of everyone, and the groups, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let policy = &self.policy;
        let everyone = Group {
            by: GroupBy::Organisation,
            key: String::new(),
            organisation: None,
            title: None,
            rag: self.rates.all.staff.rag(policy.target, policy.amber_margin),
            target_millionths: policy.target.millionths(),
            counts: self.rates.all,
        };
        let told = |row: Vec<AnswerCell>, why: Option<Withheld>| match why {
            None => row,
            Some(why) => withheld_cells(row, why),
        };
        let all = told(cells("everyone", &everyone), self.withheld.all);
        let groups = self.rates.groups.iter().enumerate();
        let groups = groups.map(move |(at, group)| told(cells(group.by.as_str(), group), self.why(at)));
        let rows = std::iter::once(all).chain(groups);
        AnswerRows::new("StatusAnswer", columns(ListColumn::words, HEADERS), rows)
    }

    /// The same as a board is told it: without the figures of groups of few people, and of others from which those could
    /// be worked out; without any where everybody in question is few (spec 8.2).
    pub(crate) fn without_few(self) -> Self {
        let all = why_withheld(self.rates.all.staff);
        let groups = match all {
            Some(_) => vec![Some(Withheld::Beside); self.rates.groups.len()],
            None => withheld_groups(&self.rates.all, &self.rates.groups),
        };
        Self { withheld: WithheldFigures { all, groups }, ..self }
    }

    /// The same with those of its groups alone that are meant.
    pub(crate) fn with_groups(mut self, is_meant: impl Fn(&Group) -> bool) -> Self {
        let places: Vec<bool> = self.rates.groups.iter().map(is_meant).collect();
        let mut kept = places.iter();
        self.rates.groups.retain(|_| kept.next().copied().unwrap_or_default());
        let mut kept = places.iter();
        self.withheld.groups.retain(|_| kept.next().copied().unwrap_or_default());
        self
    }

    /// The same with the units that are like this, and those below them, alone.
    ///
    /// # Errors
    /// Where nobody in post is in one: the message names those there are.
    pub(crate) fn within_unit(self, unit: &str) -> Result<Self, Unknown> {
        let pattern = Pattern::new(unit, PatternKind::Unit);
        let groups = &self.rates.groups;
        if !groups.is_empty() && !groups.iter().any(|group| pattern.matches(&group.key)) {
            let known = groups.iter().map(|group| group.key.as_str());
            return Err(Unknown::of("nobody in post has a unit like", unit, known));
        }
        Ok(self.with_groups(|group| pattern.matches(&group.key)))
    }

    /// Whether the group at this place is told of.
    pub(crate) fn is_told(&self, at: usize) -> bool {
        self.why(at).is_none()
    }

    /// Whether anything is withheld.
    pub(crate) fn withholds(&self) -> bool {
        self.withheld.all.is_some() || self.withheld.groups.iter().any(Option::is_some)
    }

    fn why(&self, at: usize) -> Option<Withheld> {
        self.withheld.groups.get(at).copied().flatten()
    }

    /// Against the target, where there is a rate that is told.
    pub(crate) fn rag(&self) -> Option<Rag> {
        let rag = self.rates.all.staff.rag(self.policy.target, self.policy.amber_margin);
        rag.filter(|_| self.withheld.all.is_none())
    }

    /// Whether what is in grace is counted, as not done.
    pub(crate) fn counts_grace(&self) -> bool {
        self.policy.grace == Grace::Count
    }

    /// The groups as a table. Units are a tree, each below the one it is part of; where several organisations have units,
    /// each stands below its organisation.
    fn table(&self, width: usize) -> String {
        let groups = &self.rates.groups;
        // Where one target holds for all, the words above say it.
        let targets: BTreeSet<u64> = groups.iter().map(|group| group.target_millionths).collect();
        let by_target = targets.len() > 1;
        let organisations: BTreeSet<&str> =
            groups.iter().filter_map(|group| group.organisation.as_deref()).collect();
        let is_forest = organisations.len() > 1;
        let mut columns = vec![ListColumn::words("group")];
        columns.extend(["up to date", "of", "rate"].map(ListColumn::figure));
        columns.extend(by_target.then(|| ListColumn::figure("target")));
        columns.push(ListColumn::code(""));
        columns.extend(["due soon", "lapsed", "not done"].map(ListColumn::figure));
        let mut rows = Vec::new();
        let mut below = None;
        for group in groups {
            if is_forest && below != group.organisation.as_deref() {
                below = group.organisation.as_deref();
                rows.push(vec![below.unwrap_or_default().to_owned()]);
            }
            rows.push(row(group, usize::from(is_forest), by_target));
        }
        table(&columns, rows, width)
    }
}

impl Serialize for StatusAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = &self.rates.all;
        let mut shape = json!({
            "as_at": self.as_at,
            "known_at": shapes::instant(self.known_at),
            "target": shapes::fraction(self.policy.target.millionths()),
            "rag": shapes::rag(self.rag()),
            "staff": shapes::staff(all),
            "requirements": shapes::requirements(all),
            "excluded": { "absent": all.absent, "in_grace": all.in_grace, "exempt": all.exempt },
        });
        if let Some(why) = self.withheld.all {
            for part in ["staff", "requirements", "excluded"] {
                withhold(shape.get_mut(part), why);
            }
        }
        let group = |(at, group): (usize, &Group)| {
            let mut shape = shapes::group(group);
            if let Some(why) = self.why(at) {
                for part in ["staff", "requirements", "rag"] {
                    withhold(shape.get_mut(part), why);
                }
            }
            shape
        };
        let groups: Vec<Value> = self.rates.groups.iter().enumerate().map(group).collect();
        if let Some(shape) = shape.as_object_mut() {
            shape.insert("groups".to_owned(), json!(groups));
        }
        shape.serialize(serializer)
    }
}

impl Answer for StatusAnswer {
    /// The figures, with a table where they are by group.
    fn words(&self, width: usize) -> String {
        let (all, policy) = (&self.rates.all, &self.policy);
        let as_at = long_date(self.as_at);
        let rag = all.staff.rag(policy.target, policy.amber_margin).map_or("no rate", |rag| rag.words());
        let head = format!(
            "{} of {} staff, {}, were up to date on {as_at} ({rag}; the target is {}).\n\
             Of {} people in post, {} are absent and {} have no course to count; of what people need, {} in grace and {} \
             exempt are left out.\n\
             Requirements: {} of {} met ({}), {} due soon, {} lapsed, {} not done.",
            all.staff.up_to_date,
            all.staff.counted,
            all.staff.shown(),
            set_percent(policy.target.millionths() * 100),
            all.in_post,
            all.absent,
            all.in_post.saturating_sub(all.absent).saturating_sub(all.staff.counted),
            all.in_grace,
            all.exempt,
            all.requirements.up_to_date,
            all.requirements.counted,
            all.requirements.shown(),
            all.due_soon,
            all.lapsed,
            all.not_done,
        );
        let mut text = format!("{}\n", prose(&head, width));
        if !self.rates.groups.is_empty() {
            text.push('\n');
            text.push_str(&self.table(width));
        }
        text
    }
}

/// Puts null in the place of every figure, and why beside them, as the board's paper does.
fn withhold(shape: Option<&mut Value>, why: Withheld) {
    match shape {
        Some(Value::Object(figures)) => {
            figures.values_mut().for_each(|figure| *figure = Value::Null);
            figures.insert("withheld".to_owned(), json!(why.words()));
        }
        Some(figure) => *figure = Value::Null,
        None => {}
    }
}

/// The row with its figures withheld: all but the name of the group and the target.
fn withheld_cells(row: Vec<AnswerCell>, why: Withheld) -> Vec<AnswerCell> {
    let told = |header: &str| ["by", "organisation", "group", "title", "target"].contains(&header);
    let cell = |(header, cell): (&str, AnswerCell)| if told(header) { cell } else { why.words().into() };
    HEADERS.into_iter().zip(row).map(cell).collect()
}

fn cells(by: &str, group: &Group) -> Vec<AnswerCell> {
    let counts = &group.counts;
    let text = |text: Option<&str>| AnswerCell::from(text.unwrap_or_default());
    vec![
        by.into(),
        text(group.organisation.as_deref()),
        group.key.as_str().into(),
        text(group.title.as_deref()),
        AnswerCell::Count(counts.in_post),
        AnswerCell::Count(counts.staff.counted),
        AnswerCell::Count(counts.staff.up_to_date),
        counts.staff.shown().into(),
        set_percent(group.target_millionths * 100).into(),
        text(group.rag.map(|rag| rag.as_str())),
        AnswerCell::Count(counts.requirements.counted),
        AnswerCell::Count(counts.requirements.up_to_date),
        AnswerCell::Count(counts.due_soon),
        AnswerCell::Count(counts.lapsed),
        AnswerCell::Count(counts.not_done),
    ]
}

fn row(group: &Group, depth: usize, by_target: bool) -> Vec<String> {
    let counts = &group.counts;
    let mut row = vec![
        format!("{}{}", "  ".repeat(depth), shown_key(group)),
        counts.staff.up_to_date.to_string(),
        counts.staff.counted.to_string(),
        counts.staff.shown(),
    ];
    row.extend(by_target.then(|| set_percent(group.target_millionths * 100)));
    row.push(group.rag.map_or(String::new(), |rag| rag.words().to_owned()));
    row.extend([counts.due_soon, counts.lapsed, counts.not_done].map(|count| count.to_string()));
    row
}

/// A unit by its own name, as far to the right as it lies below others; any other group by its key.
fn shown_key(group: &Group) -> String {
    let unit = UnitPath(&group.key);
    match group.by {
        _ if group.key.is_empty() => "(none)".to_owned(),
        GroupBy::Unit => format!("{}{}", "  ".repeat(unit.depth()), unit.name()),
        _ => group.key.clone(),
    }
}
