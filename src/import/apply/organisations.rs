//! Organisations into the register.

use chrono::{DateTime, Utc};

use crate::db::{Db, DbError};
use crate::import::diff::keyed;
use crate::import::run::{Options, Source, run};
use crate::import::{Checked, OrganisationRow, Report};
use crate::register::{Organisation, store};

/// Imports organisations (spec 3.5): the same code again with other content is a correction.
pub fn organisations(
    db: &Db,
    source: &Source,
    checked: &Checked<OrganisationRow>,
    options: &Options,
    now: DateTime<Utc>,
) -> Result<Report, DbError> {
    run(db, "organisations", (source, options, now), checked, |conn, run| {
        let current = store::current_organisations(conn)?;
        let (lines, rows): (Vec<u64>, Vec<Organisation>) =
            checked.rows.iter().map(|(line, row)| (*line, organisation(row))).unzip();
        let difference = keyed::compare(
            current.values().map(|(_, version, organisation)| (*version, organisation)),
            &rows,
            |organisation: &Organisation| organisation.code.as_str(),
        );
        run.keyed(&difference, &lines);
        if let Some(import) = run.open(conn)? {
            store::close_organisations(conn, import, &difference.closes)?;
            let opens = difference.opens.iter().filter_map(|place| rows.get(*place));
            store::add_organisations(conn, import, opens)?;
            let codes: Vec<String> = rows.into_iter().map(|row| row.code).collect();
            let mut named: Vec<i32> = store::organisation_ids(conn, &codes)?.into_iter().flatten().collect();
            named.sort_unstable();
            named.dedup();
            store::touch(conn, import, &named)?;
        }
        Ok(())
    })
}

fn organisation(row: &OrganisationRow) -> Organisation {
    Organisation {
        code: row.code.clone(),
        name: row.name.clone(),
        kind: row.kind,
        safeguarding_email: row.safeguarding_email.clone(),
    }
}
