//! What a compliance report says of a row beside its dates: whether the requirement is met.

use super::dates::{DateCell, parse_date};
use super::row::RowCells;
use super::status_words::folded;
use super::text;
use crate::import::columns::fields::ColumnField;
use crate::import::messages::Rejection;

/// Words, folded, by which reports say that a requirement is met. Blue is held though nobody asks for it in ESR.
const MET: [&str; 24] = [
    "compliant",
    "compliance met",
    "met",
    "requirement met",
    "green",
    "amber",
    "blue",
    "yes",
    "y",
    "true",
    "achieved",
    "in date",
    "up to date",
    "current",
    "complete",
    "completed",
    "100%",
    // It holds, if not for long.
    "valid",
    "expiring",
    "expiring soon",
    "expires soon",
    "due soon",
    "due for renewal",
    "renewal due",
];
/// The same of one that is not, besides `not` and `non` before any of those.
const NOT_MET: [&str; 20] = [
    "noncompliant",
    "red",
    "no",
    "n",
    "false",
    "expired",
    "lapsed",
    "out of date",
    "overdue",
    "outstanding",
    "missing",
    "required",
    "requires",
    "requires training",
    "requires update",
    // Nobody asks for it, and so nobody says that it was done.
    "not required",
    "not applicable",
    "n a",
    "na",
    "none",
];
/// The words above that people are told.
const UNDERSTOOD: &str =
    "compliant, met, green, amber or yes; or non-compliant, not met, red, expired, overdue or no";

/// Whether a text says that a requirement is met.
///
/// # Errors
/// Says what is understood.
pub(in crate::import) fn is_met(text: &str) -> Result<bool, Rejection> {
    meaning(text)
        .ok_or_else(|| Rejection::NotACompliance { value: text.into(), understood: UNDERSTOOD.into() })
}

/// Whether the row is no completion because its requirement is not met. One that lapsed by its own expiry is: that day says
/// so itself, and what was done before is known. A word that is not understood leaves a fault.
pub(in crate::import) fn is_none(cells: &mut RowCells<'_, '_>) -> bool {
    let is_met = cells.parsed(ColumnField::Compliance, is_met);
    let has_day = !text::is_blank(cells.raw(ColumnField::CompletedOn));
    is_met == Some(false) && !(has_day && has_lapsed(cells))
}

/// The same of a further column that says it, at `position`.
pub(in crate::import) fn is_none_at(cells: &mut RowCells<'_, '_>, position: usize) -> bool {
    let said = cells.text_at(ColumnField::Compliance, position);
    if said.is_empty() {
        return false;
    }
    match is_met(&said) {
        Ok(is_met) => !is_met && !has_lapsed(cells),
        Err(reason) => {
            cells.fault_at(position, &reason);
            false
        }
    }
}

fn meaning(text: &str) -> Option<bool> {
    if matches!(text, "-" | "\u{2013}" | "\u{2014}") {
        return Some(false);
    }
    let folded = folded(text);
    if NOT_MET.contains(&folded.as_str()) {
        return Some(false);
    }
    let denied = ["not yet ", "not ", "non "].into_iter().find_map(|denial| folded.strip_prefix(denial));
    match denied {
        Some(word) => MET.contains(&word).then_some(false),
        None => MET.contains(&folded.as_str()).then_some(true),
    }
}

/// Whether the row's expiry is a day gone by.
fn has_lapsed(cells: &RowCells<'_, '_>) -> bool {
    let (today, zone) = (cells.shared.known.today, cells.shared.known.zone);
    let expiry = text::clean(cells.raw(ColumnField::ExpiresOn)).unwrap_or_default();
    matches!(parse_date(&expiry, today, zone), Ok(DateCell::On(day)) if day < today)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_is_met_only_where_a_report_says_so() {
        for (text, expected) in [
            ("Compliant", Some(true)),
            ("GREEN", Some(true)),
            ("Amber", Some(true)),
            ("Y", Some(true)),
            ("Met", Some(true)),
            ("Non-compliant", Some(false)),
            ("NON COMPLIANT", Some(false)),
            ("Noncompliant", Some(false)),
            ("Not compliant", Some(false)),
            ("Not yet achieved", Some(false)),
            ("Not met", Some(false)),
            ("RED", Some(false)),
            ("Requires", Some(false)),
            ("Expired", Some(false)),
            ("N", Some(false)),
            ("Valid", Some(true)),
            ("Not valid", Some(false)),
            ("Expiring Soon", Some(true)),
            ("Due soon", Some(true)),
            ("N/A", Some(false)),
            ("-", Some(false)),
            ("Not required", Some(false)),
            ("Not Applicable", Some(false)),
            ("Compliant until March", None),
            ("85%", None),
            ("Grey", None),
            ("?", None),
        ] {
            assert_eq!(meaning(text), expected, "{text}");
        }
    }
}
