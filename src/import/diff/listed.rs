//! What an import changes, in a form to be looked at: every difference counted, and as many listed as are asked for.
//!
//! It is written down where the difference is worked out, from the same comparison, so that what is shown is what is
//! applied.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Serialize, Serializer};

use crate::register::Pence;

/// Differences of one sort: all counted, the first of them kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstOf<T> {
    /// How many there are.
    pub total: u64,
    /// The first of them.
    pub items: Vec<T>,
    most: usize,
}

impl<T> FirstOf<T> {
    fn new(most: usize) -> Self {
        Self { total: 0, items: Vec::new(), most }
    }

    /// Counts one; it is made only if it is to be kept.
    pub(crate) fn add(&mut self, item: impl FnOnce() -> T) {
        self.total += 1;
        if self.items.len() < self.most {
            self.items.push(item());
        }
    }
}

impl<T: Serialize> Serialize for FirstOf<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.items.serialize(serializer)
    }
}

/// Whom or what a difference is about.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct DifferenceSubject {
    /// Code of the organisation.
    pub organisation: String,
    /// The person's employee number; `None` where it is about no person.
    pub employee_number: Option<String>,
    /// The person's name as it will be; `None` where the file does not say it.
    pub name: Option<String>,
}

/// Somebody new to the register, or back after leaving.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Joiner {
    /// Who.
    #[serde(flatten)]
    pub subject: DifferenceSubject,
    /// The line that names them.
    pub line: u64,
    /// Whether they were here before.
    pub rejoins: bool,
}

/// Something the register did not have: a further post of somebody known, a training record, a row of another kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AddedItem {
    /// Whose it is.
    #[serde(flatten)]
    pub subject: DifferenceSubject,
    /// The line that says so.
    pub line: u64,
    /// What it is, in a few words.
    pub about: String,
}

/// A post that ends because a complete list does not have it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EndedPost {
    /// Whose it is.
    #[serde(flatten)]
    pub subject: DifferenceSubject,
    /// Which post, in a few words.
    pub about: String,
    /// Its last day, ISO.
    pub leave_date: String,
}

/// A field of something the register has that says something else from now on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Whose it is.
    #[serde(flatten)]
    pub subject: DifferenceSubject,
    /// The line that says so.
    pub line: u64,
    /// Of what: an assignment number, a course and its day, a year, a reference; empty for the person themselves.
    pub about: String,
    /// The column's canonical name.
    pub field: &'static str,
    /// What it said; `None` for nothing.
    pub old: Option<String>,
    /// What it says now; `None` for nothing.
    pub new: Option<String>,
}

/// Everything an import changes, or would change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportDifference {
    /// People new to the register, or back after leaving.
    pub joiners: FirstOf<Joiner>,
    /// People in post who are no longer.
    pub leavers: FirstOf<DifferenceSubject>,
    /// What the register did not have, besides joiners and their posts.
    pub added: FirstOf<AddedItem>,
    /// Posts that end because the list does not have them, leavers' included.
    pub ended: FirstOf<EndedPost>,
    /// Fields that change, of everybody and everything that was known, leavers and those who are back included.
    pub changes: FirstOf<FieldChange>,
    /// How many changes there are of each field.
    pub fields: BTreeMap<&'static str, u64>,
}

impl ImportDifference {
    /// No difference so far; of each sort, the first `most` will be listed.
    pub(crate) fn listing(most: usize) -> Self {
        Self {
            joiners: FirstOf::new(most),
            leavers: FirstOf::new(most),
            added: FirstOf::new(most),
            ended: FirstOf::new(most),
            changes: FirstOf::new(most),
            fields: BTreeMap::new(),
        }
    }

    /// Writes down each field that two versions of a thing say differently.
    pub(crate) fn compare_fields<'a>(
        &mut self,
        old: impl IntoIterator<Item = NamedValue<'a>>,
        new: impl IntoIterator<Item = NamedValue<'a>>,
        line: u64,
        whose: impl Fn() -> (DifferenceSubject, String),
    ) {
        let said = |value: Cow<'_, str>| (!value.is_empty()).then(|| value.into_owned());
        for ((field, old), (_, new)) in old.into_iter().zip(new).filter(|(old, new)| old != new) {
            *self.fields.entry(field).or_default() += 1;
            self.changes.add(|| {
                let (subject, about) = whose();
                FieldChange { subject, line, about, field, old: said(old), new: said(new) }
            });
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        let Self { joiners, leavers, added, ended, changes, .. } = self;
        [joiners.total, leavers.total, added.total, ended.total, changes.total] == [0; 5]
    }
}

/// A field's canonical name and what it says; empty for nothing.
pub(crate) type NamedValue<'a> = (&'static str, Cow<'a, str>);

impl Serialize for ImportDifference {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct DifferenceTotals {
            joiners: u64,
            leavers: u64,
            added: u64,
            ended: u64,
            changes: u64,
        }
        #[derive(Serialize)]
        struct DifferenceDocument<'a> {
            totals: DifferenceTotals,
            fields: &'a BTreeMap<&'static str, u64>,
            joiners: &'a FirstOf<Joiner>,
            leavers: &'a FirstOf<DifferenceSubject>,
            added: &'a FirstOf<AddedItem>,
            ended: &'a FirstOf<EndedPost>,
            changes: &'a FirstOf<FieldChange>,
        }
        let Self { joiners, leavers, added, ended, changes, fields } = self;
        let totals = DifferenceTotals {
            joiners: joiners.total,
            leavers: leavers.total,
            added: added.total,
            ended: ended.total,
            changes: changes.total,
        };
        DifferenceDocument { totals, fields, joiners, leavers, added, ended, changes }.serialize(serializer)
    }
}

/// A date as a field's value.
pub(in crate::import) fn date(day: Option<NaiveDate>) -> Cow<'static, str> {
    day.map_or(Cow::Borrowed(""), |day| day.to_string().into())
}

/// Yes or no as a field's value.
pub(in crate::import) fn yes_no(yes: Option<bool>) -> Cow<'static, str> {
    yes.map_or("", |yes| if yes { "yes" } else { "no" }).into()
}

/// Pounds as a field's value, as a file would say them.
pub(in crate::import) fn pounds(pence: Option<Pence>) -> Cow<'static, str> {
    let Some(pence) = pence else { return "".into() };
    let sign = if pence < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", pence.unsigned_abs() / 100, pence.unsigned_abs() % 100).into()
}
