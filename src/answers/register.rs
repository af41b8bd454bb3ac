//! The register that a question is about.

use std::collections::{HashMap, HashSet};

use super::{Question, as_configured};
use crate::app::App;
use crate::bounces::store::{self as bounces, Silence};
use crate::db::{Conn, DbResult};
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{Address, Organisation, View};

/// How staff are reached whose address no mail reaches, by the address in lower case.
pub(crate) fn bouncing(app: &App, conn: &mut Conn, known: KnownAt) -> DbResult<HashMap<String, Address>> {
    Ok(unreached(app, bounces::silenced(conn, known)?))
}

fn unreached(app: &App, silenced: HashMap<String, Silence>) -> HashMap<String, Address> {
    let unreached = silenced.into_iter().map(|(address, silence)| {
        let since = silence.since.with_timezone(&app.config.time_zone).date_naive();
        (address, Address::Bouncing { since, bounce: silence.bounce })
    });
    unreached.collect()
}

/// The register that the question is about, for judging.
pub fn view(app: &App, question: &Question, detail: ViewDetail) -> anyhow::Result<View> {
    let bouncing = app.db.read(|conn| bouncing(app, conn, told_back(question)))?;
    let asked = question.organisation.as_deref();
    let view = store::view(&app.db, question.known, asked, detail, &bouncing)?;
    Ok(with_what_is_configured(app, question, asked, view))
}

/// [`view`] of the people with these numbers of the register's, of the organisation with the code `scope` or of all:
/// nobody else's rows are read.
pub(super) fn view_of(
    app: &App,
    question: &Question,
    scope: Option<&str>,
    people: &HashSet<i32>,
    detail: ViewDetail,
) -> anyhow::Result<View> {
    let view = app.db.read(|conn| {
        let ids: Vec<i32> = people.iter().copied().collect();
        let names = store::names(conn, question.known, &ids)?;
        let addresses = names.values().map(|name| name.email.to_lowercase()).collect();
        let silenced = bounces::silenced_among(conn, told_back(question), &addresses)?;
        let bouncing = unreached(app, silenced);
        store::view_of_people(conn, question.known, scope, people, detail, &bouncing)
    })?;
    Ok(with_what_is_configured(app, question, scope, view))
}

/// What came back is known by instants, not by imports.
pub(super) fn told_back(question: &Question) -> KnownAt {
    if question.known == KnownAt::Latest { KnownAt::Latest } else { KnownAt::At(question.known_at) }
}

fn with_what_is_configured(app: &App, question: &Question, scope: Option<&str>, mut view: View) -> View {
    let is_asked = |of: &&Organisation| scope.is_none_or(|code| code == of.code);
    if question.asked_now && app.unrecorded.organisation.as_ref().filter(is_asked).is_some() {
        as_configured(app, &mut view.organisations);
    }
    view
}
