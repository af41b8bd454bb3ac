//! An organisation gets another code, as after a merger, and keeps all that is known of it (spec 4).

use std::collections::BTreeMap;

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::answers;
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::casework;
use crate::db::Locks;
use crate::register::Organisation;
use crate::register::store as register;

/// The longest code.
const CODE_LENGTH: usize = 50;

/// Gives the organisation with the code `from` the code `to`, and gives the import that this was recorded as. Whatever is
/// kept of it, people, records, messages and months, is kept by the register's own number, and stays as it is.
pub(crate) fn rename_organisation(
    app: &App,
    (from, to): (&str, &str),
    by: &Actor,
    now: DateTime<Utc>,
) -> anyhow::Result<i32> {
    let today = app.today();
    app.db.try_write_stamped(Locks::REGISTER.and(Locks::AUDIT), app.clock, |conn| {
        let known = register::current_organisations(conn)?;
        let id = renamable(&known, &register::codes_taken(conn)?, from, to)?;
        let import = register::rename_organisation(conn, id, (from, to), today)?;
        casework::store::rename_organisation(conn, from, to)?;
        let details = json!({ "organisation": id, "from": from, "to": to });
        let act = Act::new(by, Action::OrganisationRename, format!("import {import}"), details);
        audit::record(conn, &act, now)?;
        Ok(import)
    })
}

/// Refuses what [`rename_organisation`] would refuse, before anybody is asked whether it is meant.
pub(crate) fn refuse_rename(app: &App, from: &str, to: &str) -> anyhow::Result<()> {
    app.db.try_read(|conn| {
        let known = register::current_organisations(conn)?;
        renamable(&known, &register::codes_taken(conn)?, from, to)?;
        Ok::<_, anyhow::Error>(())
    })
}

/// The register's number of the organisation with the code `from`, which may have the code `to`, that none of `taken` is.
fn renamable(
    known: &BTreeMap<String, (i32, i32, Organisation)>,
    taken: &[String],
    from: &str,
    to: &str,
) -> anyhow::Result<i32> {
    answers::known_among(from, known.keys().map(String::as_str))?;
    let (id, ..) = known.get(from).context("the organisation went while it was looked at: try again")?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if to.is_empty() || to.len() > CODE_LENGTH || !to.chars().all(is_plain) {
        bail!(
            "{to:?} is no code: write letters, digits, `-`, `_` and `.`, at most {CODE_LENGTH} of them, such as RXX"
        );
    }
    if to == from {
        bail!("{from} has that code already: name the new one second");
    }
    // Files are read as if case were nothing. Of the organisation itself another case is a new code.
    if let Some(other) = taken.iter().find(|code| *code != from && code.eq_ignore_ascii_case(to)) {
        bail!(
            "there is, or was, an organisation {other} already, and two can't be made one: choose another code, or import \
             its people as those of {other}"
        );
    }
    Ok(*id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::OrganisationKind;

    #[test]
    fn only_a_known_organisation_is_renamed_and_only_to_a_code_that_none_has_or_had() {
        let organisation = |code: &str| Organisation {
            code: code.to_owned(),
            name: String::new(),
            kind: OrganisationKind::Acute,
            safeguarding_email: String::new(),
        };
        let known: BTreeMap<String, (i32, i32, Organisation)> =
            [("RXX", 1), ("RYY", 2)].map(|(code, id)| (code.to_owned(), (id, id, organisation(code)))).into();
        let taken = ["RWW", "RXX", "RYY"].map(str::to_owned);
        let long = "R".repeat(51);
        for (from, to, expected) in [
            ("RXX", "RZZ", Ok(1)),
            ("RYY", "R-Y_1.2", Ok(2)),
            ("RXX", "rxx", Ok(1)),
            ("RXX", &long[..50], Ok(1)),
            ("RZZ", "RAA", Err("there is no organisation \"RZZ\"")),
            ("rxx", "RZZ", Err("there is no organisation \"rxx\"")),
            ("RXX", "RXX", Err("has that code already")),
            ("RXX", "RYY", Err("an organisation RYY already")),
            ("RXX", "ryy", Err("an organisation RYY already")),
            ("RXX", "RWW", Err("an organisation RWW already")),
            ("RXX", "", Err("is no code")),
            ("RXX", "R Z", Err("is no code")),
            ("RXX", "R*", Err("is no code")),
            ("RXX", "R,Z", Err("is no code")),
            ("RXX", &long, Err("is no code")),
        ] {
            let found = renamable(&known, &taken, from, to).map_err(|error| error.to_string());
            match (&found, expected) {
                (Ok(found), Ok(expected)) => assert_eq!(*found, expected, "{from} {to}"),
                (Err(found), Err(words)) => assert!(found.contains(words), "{from} {to}: {found}"),
                _ => panic!("{from} {to}: {found:?}"),
            }
        }
    }
}
