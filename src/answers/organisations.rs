//! The organisations, as they are known and as the settings have the configured one.

use std::ops::DerefMut;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::config::SenderOrganisation;
use crate::register::store::{self, KnownAt};
use crate::register::{EmailAddress, Organisation};
use crate::wording::Unknown;

/// The organisations known now, in order of code.
pub(crate) fn organisations(app: &App) -> anyhow::Result<Vec<Organisation>> {
    let mut organisations = app.db.read(|conn| store::organisations(conn, KnownAt::Latest))?;
    as_configured(app, &mut organisations);
    Ok(organisations)
}

/// How many days old the newest staff list of each organisation is that stands, in order of code; `None` where there is none.
pub(crate) fn staff_list_ages(app: &App) -> anyhow::Result<Vec<(String, Option<i64>)>> {
    let newest = app.db.read(|conn| store::last_staff_imports(conn, KnownAt::Latest))?;
    let today = app.today();
    let age = |at: &DateTime<Utc>| (today - at.with_timezone(&app.config.time_zone).date_naive()).num_days();
    let ages = organisations(app)?.into_iter().map(|of| {
        let age = newest.get(&of.code).map(age);
        (of.code, age)
    });
    Ok(ages.collect())
}

/// The organisations that have a staff list and no safeguarding contact who can be written to, in order of code.
pub(crate) fn organisations_without_contact(app: &App) -> anyhow::Result<Vec<Organisation>> {
    let newest = app.db.read(|conn| store::last_staff_imports(conn, KnownAt::Latest))?;
    let mut organisations = organisations(app)?;
    organisations
        .retain(|of| newest.contains_key(&of.code) && EmailAddress::parse(&of.safeguarding_email).is_none());
    Ok(organisations)
}

/// Puts the configured organisation in its place, where it is not recorded.
pub(crate) fn as_configured(
    app: &App,
    organisations: &mut (impl DerefMut<Target = [Organisation]> + Extend<Organisation>),
) {
    let Some(configured) = &app.unrecorded.organisation else { return };
    match organisations.iter_mut().find(|one| one.code == configured.code) {
        Some(known) => known.clone_from(configured),
        // Behind all others, whose people refer to them by their places. Nobody is in it yet.
        None => organisations.extend([configured.clone()]),
    }
}

/// The organisation as configured, where it is the configured one and that is not recorded.
pub(crate) fn organisation_as_configured(app: &App, known: Organisation) -> Organisation {
    let configured = app.unrecorded.organisation.as_ref();
    configured.filter(|configured| configured.code == known.code).cloned().unwrap_or(known)
}

/// Refuses a question about an organisation that nobody knows.
pub(crate) fn check_organisation(app: &App, code: Option<&str>) -> anyhow::Result<()> {
    code.map_or(Ok(()), |code| refuse_unknown_organisation(app, code))
}

/// Refuses an organisation that nobody knows.
pub(crate) fn refuse_unknown_organisation(app: &App, code: &str) -> anyhow::Result<()> {
    let known = organisations(app)?;
    Ok(known_among(code, known.iter().map(|organisation| organisation.code.as_str()))?)
}

/// Refuses an organisation that is none of those known, with these codes.
pub(crate) fn known_among<'c>(
    code: &str,
    codes: impl Iterator<Item = &'c str> + Clone,
) -> Result<(), Unknown> {
    let is_known = codes.clone().any(|known| known == code);
    if is_known { Ok(()) } else { Err(Unknown::of("there is no organisation", code, codes)) }
}

/// What is wrong with `[[board]]`s of organisations that nobody knows.
pub(crate) fn boards_of_nobody(app: &App) -> anyhow::Result<Vec<String>> {
    let organisations = organisations(app)?;
    let known: Vec<&str> = organisations.iter().map(|organisation| organisation.code.as_str()).collect();
    let unknown = app.config.boards.iter().map(|board| &board.organisation);
    let unknown = unknown.filter(|code| !known.contains(&code.as_str()));
    Ok(unknown
        .map(|code| format!("no organisation has the code {code}; known are {}", known.join(", ")))
        .collect())
}

/// What is wrong with `[[sender]]`s of organisations that nobody knows, each with its line.
pub(crate) fn senders_of_nobody(app: &App) -> anyhow::Result<Vec<String>> {
    let organisations = organisations(app)?;
    let known: Vec<&str> = organisations.iter().map(|organisation| organisation.code.as_str()).collect();
    let named = app.config.senders.iter().flat_map(|sender| &sender.organisations);
    let unknown = named.filter(|named| !known.contains(&named.code.as_str()));
    let fault = |named: &SenderOrganisation| {
        app.config.fault_at(
            named,
            format!(
                "`organisations` of a [[sender]] names {}, and no organisation has that code; known are {}: correct it, or \
                 import the organisation first",
                named.code,
                known.join(", ")
            ),
        )
    };
    Ok(unknown.map(fault).collect())
}

/// The address of the safeguarding contact of the organisation that the settings name, from there or from an import.
pub(crate) fn safeguarding_contact(app: &App) -> anyhow::Result<Option<EmailAddress>> {
    let organisations = organisations(app)?;
    let code = app.db.read(|conn| app.own_organisation(conn))?;
    let own = organisations.iter().find(|known| known.code == code);
    Ok(own.and_then(|own| EmailAddress::parse(&own.safeguarding_email)))
}
