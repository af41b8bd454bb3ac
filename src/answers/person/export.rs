//! `person export`: everything that is kept about one person (spec 2.10).

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::json;

use crate::access::store as access;
use crate::answers::viewer::Visibility;
use crate::answers::{Viewer, shapes, user_document};
use crate::app::App;
use crate::audit;
use crate::bounces::store as bounces;
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

fn document(conn: &mut crate::db::Conn, who: &StaffMember, now: DateTime<Utc>) -> anyhow::Result<Value> {
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
        "accounts": accounts.iter().map(user_document).collect::<Vec<_>>(),
        "audit": audit::about_person(conn, who.id)?.iter().map(shapes::audit_entry).collect::<Vec<_>>(),
    });
    if let (Some(document), Some(history)) = (document.as_object_mut(), json!(history).as_object_mut()) {
        document.append(history);
    }
    Ok(document)
}

impl Serialize for PersonExport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.document.serialize(serializer)
    }
}
