//! `exempt list`: which exemptions there are.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Viewer};
use crate::app::App;
use crate::register::store::{self, KnownAt, ListedExemption};

/// Which exemptions are asked for.
#[derive(Debug, Clone, Default)]
pub struct ExemptionFilter {
    /// Only this person's.
    pub employee_number: Option<String>,
    /// Only of the organisation with this code.
    pub organisation: Option<String>,
    /// Those that hold, or are to come, on this day; today where there is none.
    pub as_at: Option<NaiveDate>,
    /// What had been recorded by this instant; now where there is none.
    pub known_at: Option<DateTime<Utc>>,
    /// Also those that are over.
    pub over_too: bool,
}

/// The exemptions that were asked for.
#[derive(Debug)]
pub struct ExemptionAnswer {
    as_at: NaiveDate,
    listed: Vec<ListedExemption>,
    over_too: bool,
}

/// The exemptions of those whom the viewer may see that were asked for.
pub fn exemptions(app: &App, viewer: &Viewer, filter: &ExemptionFilter) -> anyhow::Result<ExemptionAnswer> {
    let as_at = filter.as_at.unwrap_or_else(|| app.today());
    let known = KnownAt::At(app.db.known_by(filter.known_at, app.clock)?);
    let sight = Visibility::of(app, viewer, filter.organisation.as_deref())?;
    let mut listed = app.db.try_read(|conn| {
        let one = match &filter.employee_number {
            Some(number) => Some(HashSet::from([sight.whom(conn, number)??.id])),
            None => None,
        };
        let people = sight.people_of(one);
        anyhow::Ok(store::listed_exemptions(conn, known, sight.organisation(), people.as_ref())?)
    })?;
    listed.retain(|one| filter.over_too || one.until_on.is_none_or(|until| until >= as_at));
    Ok(ExemptionAnswer { as_at, listed, over_too: filter.over_too })
}

impl ExemptionAnswer {
    /// How many people are exempt from something.
    pub(crate) fn people(&self) -> usize {
        let people = self.listed.iter().map(|one| (&one.organisation, &one.employee_number));
        people.collect::<HashSet<_>>().len()
    }

    /// Whose they are, by the register's numbers, in the order of the rows.
    pub(crate) fn staff_ids(&self) -> impl Iterator<Item = i32> + '_ {
        self.listed.iter().map(|one| one.staff_id)
    }

    /// The exemptions, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("org"),
            ListColumn::code("number"),
            ListColumn::words("name"),
            ListColumn::code("course"),
            ListColumn::code("from"),
            ListColumn::code("until"),
            ListColumn::code("state"),
            ListColumn::words("reason"),
        ];
        let row = |one: &ListedExemption| {
            vec![
                one.organisation.as_str().into(),
                one.employee_number.as_str().into(),
                one.name.as_str().into(),
                one.course.as_deref().unwrap_or("all courses").into(),
                AnswerCell::Day(one.from_on),
                AnswerCell::Day(one.until_on),
                state(one, self.as_at).replace('_', " ").into(),
                one.reason.as_str().into(),
            ]
        };
        AnswerRows::new("ExemptionAnswer", columns, self.listed.iter().map(row))
    }
}

impl Serialize for ExemptionAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let listed: Vec<Value> = self.listed.iter().map(|one| document(one, self.as_at)).collect();
        json!({ "as_at": self.as_at, "exemptions": listed }).serialize(serializer)
    }
}

impl Answer for ExemptionAnswer {
    fn words(&self, width: usize) -> String {
        match (self.listed.is_empty(), self.over_too) {
            (true, true) => "there are no exemptions".to_owned(),
            (true, false) => "no exemption holds or is to come; --all lists those that are over".to_owned(),
            (false, _) => self.sheet().table(width),
        }
    }
}

fn state(one: &ListedExemption, as_at: NaiveDate) -> &'static str {
    if one.until_on.is_some_and(|until| until < as_at) {
        "over"
    } else if one.from_on.is_some_and(|from| from > as_at) {
        "to_come"
    } else {
        "holds"
    }
}

fn document(one: &ListedExemption, as_at: NaiveDate) -> Value {
    json!({
        "organisation": one.organisation,
        "employee_number": one.employee_number,
        "name": one.name,
        "course": one.course,
        "from": one.from_on,
        "until": one.until_on,
        "reason": one.reason,
        "state": state(one, as_at),
    })
}
