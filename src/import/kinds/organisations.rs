//! Organisations (spec 3.5).

use super::ImportedKind;
use crate::db::{Conn, DbError};
use crate::import::cells::row::RowCells;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::diff::kept_columns::known_places;
use crate::import::diff::keyed;
use crate::import::diff::listed::DifferenceSubject;
use crate::import::messages::Rejection;
use crate::import::named::organisation_codes::{code_key, known_code};
use crate::import::reading::repeats::Repeatable;
use crate::import::run::ImportRun;
use crate::import::run::keyed::KeyedComparison;
use crate::import::{CheckContext, CheckedFile, OrganisationRow, ReadOptions};
use crate::policy::Policy;
use crate::register::{Organisation, OrganisationKind, store};

/// Imports organisations (spec 3.5): the same code again with other content is a correction.
#[derive(Debug, Clone, Copy)]
pub struct OrganisationLists;

impl ImportedKind for OrganisationLists {
    const KIND: FileKind = FileKind::Organisations;
    type Row = OrganisationRow;
    /// The organisations that the file may be about; any, where there are none.
    type Memory = Vec<String>;

    fn memory(known: &CheckContext<'_>, _: &ReadOptions) -> Self::Memory {
        known.only.to_vec()
    }

    fn check(cells: &mut RowCells<'_, '_>, only: &mut Self::Memory) -> Option<Self::Row> {
        Some(check(cells, only))
    }

    fn compare(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Self::Row>,
        _: &Policy,
    ) -> Result<(), DbError> {
        let current = run.current_organisations(conn)?.into_values();
        let current: Vec<(i32, Organisation)> = current.map(|(_, version, known)| (version, known)).collect();
        let originals: Vec<&(u64, OrganisationRow)> = checked.rows.iter().collect();
        let mut rows: Vec<Organisation> = checked.rows.iter().map(|(_, row)| organisation(row)).collect();
        let places = known_places(&current, &rows, |organisation| Some(organisation.code.as_str()));
        run.keep_absent(&current, &mut rows, &places, &checked.absent_columns);
        let difference =
            keyed::compare(&current, &rows, |organisation: &Organisation| organisation.code.as_str());
        let compared = KeyedComparison { originals: &originals, rows: &rows, current: &current };
        let whose = |row: &OrganisationRow| {
            (
                DifferenceSubject { organisation: row.code.clone(), ..DifferenceSubject::default() },
                row.name.clone(),
            )
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
            store::add_organisations(conn, import, difference.opened(&rows))?;
            let codes: Vec<String> = rows.into_iter().map(|row| row.code).collect();
            let mut named: Vec<i32> = store::organisation_ids(conn, &codes)?.into_iter().flatten().collect();
            named.sort_unstable();
            named.dedup();
            store::touch(conn, import, &named)?;
        }
        Ok(())
    }
}

fn check(cells: &mut RowCells<'_, '_>, only: &[String]) -> OrganisationRow {
    let code = cells.required_text(ColumnField::Code);
    // Rows of other files name it in any case: another organisation of that code would be found by nobody.
    let code = known_code(&code, cells.shared.known).map_or_else(|| code.to_string(), str::to_owned);
    let is_theirs = only.is_empty() || code.is_empty() || only.contains(&code);
    if !is_theirs {
        cells.fault(ColumnField::Code, Rejection::NotTheirs { only: only.join(", ") });
    }
    OrganisationRow {
        code,
        name: cells.required_text(ColumnField::Name).into_owned(),
        kind: cells.parsed(ColumnField::Kind, parse_kind).unwrap_or(OrganisationKind::Other),
        safeguarding_email: cells.email(ColumnField::SafeguardingEmail).into(),
    }
}

fn parse_kind(text: &str) -> Result<OrganisationKind, Rejection> {
    OrganisationKind::parse(text).ok_or_else(|| {
        let kinds = OrganisationKind::ALL.map(OrganisationKind::as_str).join(", ");
        Rejection::NotAKind { value: text.into(), kinds }
    })
}

impl Repeatable for OrganisationRow {
    type Key<'r> = String;

    fn key(&self) -> Option<String> {
        Some(code_key(&self.code))
    }

    fn same() -> &'static str {
        "code"
    }
}

fn organisation(row: &OrganisationRow) -> Organisation {
    Organisation {
        code: row.code.clone(),
        name: row.name.clone(),
        kind: row.kind,
        safeguarding_email: row.safeguarding_email.clone(),
    }
}
