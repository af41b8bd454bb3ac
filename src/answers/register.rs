//! The register that a question is about.

use std::collections::HashMap;

use super::{Question, as_configured};
use crate::app::App;
use crate::bounces;
use crate::db::Conn;
use crate::register::store::{self, Detail, Known};
use crate::register::{Address, Organisation, View};

/// How staff are reached whose address no mail reaches, by the address in lower case.
pub fn bouncing(app: &App, conn: &mut Conn, known: Known) -> anyhow::Result<HashMap<String, Address>> {
    let silenced = bounces::store::silenced(conn, known)?.into_iter().map(|(address, silence)| {
        let since = silence.since.with_timezone(&app.config.time_zone).date_naive();
        (address, Address::Bouncing { since, bounce: silence.bounce })
    });
    Ok(silenced.collect())
}

/// The register that the question is about, for judging.
pub fn view(app: &App, question: &Question, detail: Detail) -> anyhow::Result<View> {
    let known = question.known;
    // What came back is known by instants, not by imports.
    let told_back = if known == Known::Latest { known } else { Known::At(question.known_at) };
    let bouncing = app.db.read(|conn| bouncing(app, conn, told_back))?;
    let asked = question.organisation.as_deref();
    let mut view = store::view(&app.db, known, asked, detail, &bouncing)?;
    let is_asked = |of: &&Organisation| asked.is_none_or(|code| code == of.code);
    if question.asked_now && app.unrecorded.organisation.as_ref().filter(is_asked).is_some() {
        as_configured(app, &mut view.organisations);
    }
    Ok(view)
}
