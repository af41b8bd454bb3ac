//! Organisations (spec 3.5).

use std::path::Path;

use super::aliases::{Field, FileKind};
use super::cells::Cells;
use super::messages::Rejection;
use super::reading::read_rows;
use super::repeats::{Repeatable, settle};
use super::{Checked, ImportError, Known, OrganisationRow, ReadOptions};
use crate::register::OrganisationKind;

/// Reads and checks organisations.
///
/// # Errors
/// When the file can't be used at all.
pub fn read_organisations(
    path: &Path,
    options: &ReadOptions,
    known: &Known<'_>,
) -> Result<Checked<OrganisationRow>, ImportError> {
    let mut checked = read_rows(path, options, known, FileKind::Organisations, |cells| Some(check(cells)))?;
    settle(&mut checked);
    checked.in_order();
    Ok(checked)
}

fn check(cells: &mut Cells<'_, '_>) -> OrganisationRow {
    OrganisationRow {
        code: cells.required_text(Field::Code).into_owned(),
        name: cells.required_text(Field::Name).into_owned(),
        kind: cells.parsed(Field::Kind, parse_kind).unwrap_or(OrganisationKind::Other),
        safeguarding_email: cells.email(Field::SafeguardingEmail).into(),
    }
}

fn parse_kind(text: &str) -> Result<OrganisationKind, Rejection> {
    OrganisationKind::parse(text).ok_or_else(|| {
        let kinds = OrganisationKind::ALL.map(OrganisationKind::as_str).join(", ");
        Rejection::NotAKind { value: text.into(), kinds }
    })
}

impl Repeatable for OrganisationRow {
    type Key<'r> = &'r str;

    fn key(&self) -> Option<&str> {
        Some(&self.code)
    }

    fn same() -> &'static str {
        "code"
    }
}
