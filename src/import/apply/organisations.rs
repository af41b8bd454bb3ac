//! Organisations into the register.

use crate::clock::Clock;
use crate::db::DbError;
use crate::import::diff::keyed;
use crate::import::diff::listed::Subject;
use crate::import::run::{Compared, Options, Source, run};
use crate::import::{Checked, Destination, OrganisationRow, Report};
use crate::register::{Organisation, store};

/// Imports organisations (spec 3.5): the same code again with other content is a correction.
pub fn organisations<'d>(
    into: impl Into<Destination<'d>>,
    source: &Source,
    checked: &Checked<OrganisationRow>,
    options: &Options,
    clock: impl Into<Clock>,
) -> Result<Report, DbError> {
    run(into, "organisations", (source, options, clock.into()), checked, |conn, run| {
        let current = run.current_organisations(conn)?;
        let originals: Vec<&(u64, OrganisationRow)> = checked.rows.iter().collect();
        let rows: Vec<Organisation> = checked.rows.iter().map(|(_, row)| organisation(row)).collect();
        let difference = keyed::compare(
            current.values().map(|(_, version, organisation)| (*version, organisation)),
            &rows,
            |organisation: &Organisation| organisation.code.as_str(),
        );
        let current = current.values().map(|(_, id, organisation)| (*id, organisation)).collect();
        let compared = Compared { originals: &originals, rows: &rows, current };
        let whose = |row: &OrganisationRow| {
            (Subject { organisation: row.code.clone(), ..Subject::default() }, row.name.clone())
        };
        run.keyed(&difference, compared, whose, |organisation| {
            vec![
                ("name", organisation.name.as_str().into()),
                ("kind", organisation.kind.as_str().into()),
                ("safeguarding_email", organisation.safeguarding_email.as_str().into()),
            ]
        });
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
