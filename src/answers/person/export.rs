//! `person export`: everything that is kept about one person (spec 2.10).

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::json;

use crate::access::store as access;
use crate::answers::viewer::Visibility;
use crate::answers::{Viewer, shapes, user_document};
use crate::app::App;
use crate::audit;
use crate::bounces::store as bounces;
use crate::casework::store as casework;
use crate::db::{Conn, DbResult};
use crate::outbox::store as outbox;
use crate::register::store::{self, KnownAt};
use crate::register::{Name, StaffMember};

/// Everything kept about one person.
#[derive(Debug)]
pub struct PersonExport {
    whose: StaffMember,
    document: Value,
}

impl PersonExport {
    /// Whom it is about.
    pub fn whose(&self) -> &StaffMember {
        &self.whose
    }
}

/// The one person with this employee number, of the organisation with this code or of all, whom the viewer must see, and
/// their name, where they are known still.
pub(crate) fn person_asked_for(
    app: &App,
    viewer: &Viewer,
    number: &str,
    organisation: Option<&str>,
) -> anyhow::Result<(StaffMember, Option<Name>)> {
    let sight = Visibility::of(app, viewer, None)?;
    app.db.try_read(|conn| {
        let who = sight.whom_of(conn, number, organisation)??;
        let name = store::names(conn, KnownAt::Latest, &[who.id])?.remove(&who.id);
        Ok((who, name))
    })
}

/// What is kept about the one person with this employee number, of the organisation with this code or of all, whom the
/// viewer must see. Whoever hands it out tells the audit log.
pub fn person_export(
    app: &App,
    viewer: &Viewer,
    number: &str,
    organisation: Option<&str>,
) -> anyhow::Result<PersonExport> {
    let now = app.now();
    let sight = Visibility::of(app, viewer, None)?;
    app.db.try_read(|conn| {
        let whose = sight.whom_of(conn, number, organisation)??;
        let document = document(conn, &whose, now)?;
        Ok(PersonExport { whose, document })
    })
}

fn document(conn: &mut Conn, who: &StaffMember, now: DateTime<Utc>) -> anyhow::Result<Value> {
    let history = store::history(conn, who.id)?;
    let addresses = history.names.iter().map(|name| name.said.email.as_str());
    let bounces = bounces::of_addresses(conn, addresses)?;
    let mut accounts = Vec::new();
    for id in access::accounts_of(conn, &[who.id])? {
        accounts.extend(access::account_with_id(conn, id)?);
    }
    let mut document = json!({
        "organisation": who.organisation,
        "employee_number": who.employee_number,
        "exported_at": shapes::instant(now),
        "messages": outbox::messages_to(conn, who.id)?,
        "listed_in_digests": outbox::digest_lines_about(conn, who.id)?,
        "returned_mail": bounces.iter().map(shapes::bounce).collect::<Vec<_>>(),
        "looked_at": looks(conn, who.id)?,
        "worklist": worklist(conn, who.id)?,
        "accounts": accounts.iter().map(user_document).collect::<Vec<_>>(),
        "audit": audit::about_person(conn, who.id)?.iter().map(shapes::audit_entry).collect::<Vec<_>>(),
    });
    if let (Some(document), Some(history)) = (document.as_object_mut(), json!(history).as_object_mut()) {
        document.append(history);
    }
    Ok(document)
}

/// In which roles an account is, read once each.
#[derive(Default)]
struct RolesOf(HashMap<i32, BTreeSet<&'static str>>);

impl RolesOf {
    fn of(&mut self, conn: &mut Conn, account: i32) -> DbResult<&BTreeSet<&'static str>> {
        Ok(match self.0.entry(account) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let grants = access::account_with_id(conn, account)?.map(|account| account.grants);
                let roles = grants.into_iter().flatten().map(|grant| grant.role.as_str());
                unknown.insert(roles.collect())
            }
        })
    }
}

/// On which days somebody looked at them in the console, and in which roles: not who it was.
fn looks(conn: &mut Conn, staff_id: i32) -> DbResult<Vec<Value>> {
    let mut roles = RolesOf::default();
    let mut days: BTreeMap<NaiveDate, BTreeSet<&'static str>> = BTreeMap::new();
    for (on, account) in access::looks_at(conn, staff_id)? {
        days.entry(on).or_default().extend(roles.of(conn, account)?.iter());
    }
    Ok(days.into_iter().rev().map(|(on, roles)| json!({ "on": on, "roles": roles })).collect())
}

/// What was said and decided, in which roles, of what waited about them.
fn worklist(conn: &mut Conn, staff_id: i32) -> DbResult<Vec<Value>> {
    let mut roles = RolesOf::default();
    let mut told = Vec::new();
    for (key, case, comments) in casework::cases_about(conn, staff_id)? {
        let closed = match &case.closed {
            Some(closed) => json!({
                "at": shapes::instant(closed.at),
                "reason": closed.reason,
                "roles": roles.of(conn, closed.by)?,
            }),
            None => Value::Null,
        };
        let mut said = Vec::new();
        for comment in comments {
            let by = roles.of(conn, comment.by)?;
            said.push(json!({ "at": shapes::instant(comment.at), "words": comment.words, "roles": by }));
        }
        told.push(json!({
            "kind": key.kind.as_str(),
            "since": shapes::instant(key.since),
            "comments": said,
            "closed": closed,
        }));
    }
    Ok(told)
}

impl Serialize for PersonExport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}
