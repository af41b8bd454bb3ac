//! `explain`: why a person is or isn't up to date.

mod document;
mod explained;
pub(super) mod export;
mod texts;
mod words;

use std::collections::{HashMap, HashSet};

use serde::{Serialize, Serializer};

use super::prose;
use super::viewer::Visibility;
use super::{Answer, Question, SendingDays, Viewer};
use crate::app::App;
use crate::compliance::{Judge, explain};
use crate::db::{DbError, DbResult};
use crate::outbox::store as outbox_store;
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{StaffMember, WhomError};

pub use explained::PersonExplained;

/// A person's assignments, the rules that matched, the records that count, lapse dates and reminders. Nobody else's rows
/// are read.
pub fn person(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    number: &str,
) -> anyhow::Result<PersonExplained> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let who = find(app, question.known, &sight, number)??;
    let told = explained(app, question, sight, who)?;
    Ok(told.ok_or(WhomError::Nobody { number: number.to_owned(), near: None })?)
}

/// [`person`] by the register's number; `None` where there is nobody, or nobody whom the viewer may see.
pub(crate) fn person_with_id(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    staff_id: i32,
) -> anyhow::Result<Option<PersonExplained>> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    match app.db.read(|conn| store::staff_member(conn, staff_id))? {
        Some(who) if sight.includes(&who.organisation, who.id) => explained(app, question, sight, who),
        _ => Ok(None),
    }
}

/// The staff member with this number of the register's, with their name as known now; `None` where there is nobody, or
/// nobody whom the viewer may see.
pub(crate) fn staff_member_seen(
    app: &App,
    viewer: &Viewer,
    staff_id: i32,
) -> anyhow::Result<Option<(StaffMember, String)>> {
    let sight = Visibility::of(app, viewer, None)?;
    let Some(who) = app.db.read(|conn| store::staff_member(conn, staff_id))? else { return Ok(None) };
    if !sight.includes(&who.organisation, who.id) {
        return Ok(None);
    }
    let them = HashSet::from([staff_id]);
    let view = app.db.read(|conn| store::people_now(conn, &them, &HashMap::new()))?;
    let name = view.people.position(|one| one.staff_id == staff_id).map(|person| view.full_name(person));
    Ok(name.map(|name| (who, name)))
}

/// What is told about somebody who is seen; `None` where the register did not know them yet.
fn explained(
    app: &App,
    question: &Question,
    sight: Visibility,
    who: StaffMember,
) -> anyhow::Result<Option<PersonExplained>> {
    let policy = super::policy(app, question)?;
    let theirs = sight.within(who.organisation);
    let view = theirs.view_of(app, question, ViewDetail::WithNames, Some(HashSet::from([who.id])))?;
    let Some(person) = view.people.position(|one| one.staff_id == who.id) else { return Ok(None) };
    let (said, records, reminders) = app.db.read(|conn| {
        let said = store::said_of(conn, question.known, who.id)?;
        let records = store::person_records(conn, question.known, who.id)?;
        let by = (!question.asked_now).then_some(question.known_at);
        Ok((said, records, outbox_store::told_of(conn, who.id, by)?))
    })?;
    let explanation = explain(&Judge::new(&view, &policy), person, question.as_at);
    let sending_days = SendingDays::read(app, &policy.reminders)?;
    let as_at = question.as_at;
    Ok(Some(PersonExplained {
        view,
        policy,
        person,
        as_at,
        explanation,
        said,
        records,
        reminders,
        sending_days,
    }))
}

/// How many zeros a number may lack, or have too many of, and still be hinted at.
const MOST_ZEROS: usize = 40;

/// The one person with this number, or a sentence that says what to do.
fn find(
    app: &App,
    known: KnownAt,
    sight: &Visibility,
    number: &str,
) -> Result<Result<StaffMember, WhomError>, DbError> {
    app.db.read(|conn| {
        let mut seen = |numbers: &[String]| {
            let mut found = store::known_with_number(conn, known, numbers, sight.organisation())?;
            found.retain(|who| sight.includes(&who.organisation, who.id));
            DbResult::Ok(found)
        };
        let mut found = seen(&[number.to_owned()])?;
        Ok(match (found.pop(), found.is_empty()) {
            (Some(who), true) => Ok(who),
            (Some(last), false) => {
                let codes = found.into_iter().chain([last]).map(|who| who.organisation).collect();
                Err(WhomError::Several { number: number.to_owned(), codes })
            }
            (None, _) => {
                let bare = number.trim_start_matches('0');
                let others: Vec<String> =
                    (0..=MOST_ZEROS).map(|zeros| format!("{}{bare}", "0".repeat(zeros))).collect();
                let near = seen(&others)?.into_iter().next().map(|who| who.employee_number);
                Err(WhomError::Nobody { number: number.to_owned(), near })
            }
        })
    })
}

impl Serialize for PersonExplained {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        document::document(self).serialize(serializer)
    }
}

impl Answer for PersonExplained {
    fn words(&self, width: usize) -> String {
        prose(&words::words(self), width)
    }
}
