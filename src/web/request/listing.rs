//! What the address of every list says: which part of it, and which organisation; and what is wrong with an address.

use std::collections::BTreeSet;

use crate::access::{AccessReach, GrantScope};
use crate::answers::Viewer;
use crate::web::answer::FieldFault;

use super::form::FormFields;

/// How many rows a page may have.
pub(crate) const SIZES: [i64; 3] = [50, 100, 200];

/// Which part of a list is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PartAsked {
    /// The page, from 1.
    pub(crate) page: i64,
    /// How many rows it has.
    pub(crate) size: i64,
}

impl PartAsked {
    /// As the address says it; the first fifty where it says nothing.
    pub(crate) fn read(fields: &FormFields, faults: &mut Vec<FieldFault>) -> Self {
        let page = match fields.one("page") {
            "" => Some(1),
            text => text.parse().ok().filter(|page| (1..=1_000_000).contains(page)), // What is none is told.
        };
        let size = match fields.one("size") {
            "" => Some(SIZES[0]),
            text => text.parse().ok().filter(|size| SIZES.contains(size)), // What is none is told.
        };
        if page.is_none() {
            faults
                .push(FieldFault { field: "main", words: "The page must be a number from 1 on".to_owned() });
        }
        if size.is_none() {
            faults.push(FieldFault { field: "main", words: "A page has 50, 100 or 200 rows".to_owned() });
        }
        Self { page: page.unwrap_or(1), size: size.unwrap_or(SIZES[0]) }
    }

    /// The places of its rows among all.
    pub(crate) fn rows(self) -> std::ops::Range<usize> {
        let first = usize::try_from(self.skipped()).unwrap_or(usize::MAX);
        first..first.saturating_add(usize::try_from(self.size).unwrap_or_default())
    }

    /// How many rows come before it.
    pub(crate) fn skipped(self) -> i64 {
        (self.page - 1) * self.size
    }
}

/// Notes every parameter that the page does not know.
pub(crate) fn refuse_unknown(fields: &FormFields, known: &[&str], faults: &mut Vec<FieldFault>) {
    let unknown: BTreeSet<&str> =
        fields.every().map(|(name, _)| name).filter(|name| !known.contains(name)).collect();
    for name in unknown {
        let name: String = name.chars().take(40).collect();
        let words = format!("This page does not know “{name}”: take it out of the address");
        faults.push(FieldFault { field: "main", words });
    }
}

/// For whose eyes a list is, of everything that a right reaches: what is asked for, or the first organisation where only
/// some are reached and nobody says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrganisationAsked {
    /// Whose eyes.
    pub(crate) viewer: Viewer,
    /// The code of the one that is shown; `None` for all.
    pub(crate) organisation: Option<String>,
    /// The codes there are to choose from; empty where there is no choice. All are one where `all` is true.
    pub(crate) choices: Vec<String>,
    /// Whether all at once can be chosen.
    pub(crate) all: bool,
}

/// Which organisation is asked about, as far as whole organisations are reached; `None`, and a fault, where it is none of
/// those.
pub(crate) fn organisation_asked(
    fields: &FormFields,
    reach: &[AccessReach],
    known: &[String],
    faults: &mut Vec<FieldFault>,
) -> Option<OrganisationAsked> {
    let whole = |reach: &AccessReach| match reach {
        AccessReach::Granted { organisation, scope: GrantScope::Everyone } => Some(organisation.clone()),
        AccessReach::Granted { .. } | AccessReach::Own(_) => None,
    };
    let reached: Vec<Option<String>> = reach.iter().filter_map(whole).collect();
    let all = reached.contains(&None);
    let codes: BTreeSet<&String> = if all {
        known.iter().collect()
    } else {
        reached.iter().flatten().filter(|code| known.contains(code)).collect()
    };
    let asked = Some(fields.one("organisation")).filter(|code| !code.is_empty());
    let organisation = match asked {
        Some(code) if codes.iter().any(|known| *known == code) => Some(code.to_owned()),
        Some(_) => {
            let words = "There is no such organisation, or it is not for you to see".to_owned();
            faults.push(FieldFault { field: "organisation", words });
            return None;
        }
        None if all => None,
        None => Some((*codes.first()?).clone()),
    };
    let viewer = organisation.clone().map_or(Viewer::Everything, Viewer::Organisation);
    let choices = if codes.len() > 1 { codes.into_iter().cloned().collect() } else { Vec::new() };
    Some(OrganisationAsked { viewer, organisation, choices, all })
}

/// Whose eyes a right gives, of every organisation that it reaches as a whole.
pub(crate) fn viewer_of_all(reach: &[AccessReach]) -> Vec<Viewer> {
    let viewer = |reach: &AccessReach| match reach {
        AccessReach::Granted { organisation: None, scope: GrantScope::Everyone } => Some(Viewer::Everything),
        AccessReach::Granted { organisation: Some(code), scope: GrantScope::Everyone } => {
            Some(Viewer::Organisation(code.clone()))
        }
        AccessReach::Granted { .. } | AccessReach::Own(_) => None,
    };
    reach.iter().filter_map(viewer).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(code: Option<&str>) -> AccessReach {
        AccessReach::Granted { organisation: code.map(str::to_owned), scope: GrantScope::Everyone }
    }

    #[test]
    fn one_organisation_is_shown_that_is_reached_and_no_other() {
        let known = ["RXX", "RYY", "RZZ"].map(str::to_owned);
        for (query, reach, shown, choices) in [
            ("", vec![at(None)], Some(None), 3),
            ("organisation=RYY", vec![at(None)], Some(Some("RYY")), 3),
            ("organisation=RQQ", vec![at(None)], None, 0),
            ("", vec![at(Some("RXX"))], Some(Some("RXX")), 0),
            ("organisation=RYY", vec![at(Some("RXX"))], None, 0),
            ("", vec![at(Some("RZZ")), at(Some("RYY"))], Some(Some("RYY")), 2),
            ("organisation=RZZ", vec![at(Some("RZZ")), at(Some("RYY"))], Some(Some("RZZ")), 2),
            ("", vec![AccessReach::Own(3)], None, 0),
            ("", vec![], None, 0),
        ] {
            let mut faults = Vec::new();
            let asked = organisation_asked(&FormFields::parse(query.as_bytes()), &reach, &known, &mut faults);
            let found = asked.as_ref().map(|asked| asked.organisation.as_deref());
            assert_eq!(found, shown, "{query} {reach:?}");
            assert_eq!(asked.map_or(0, |asked| asked.choices.len()), choices, "{query} {reach:?}");
        }
    }

    #[test]
    fn what_is_unsound_is_told_with_its_field() {
        for (query, fields) in [
            ("", &[][..]),
            ("page=2&size=200", &[]),
            ("page=0", &["main"]),
            ("page=x&size=51", &["main", "main"]),
            ("page=-1", &["main"]),
            ("colour=red&colour=blue", &["main"]),
        ] {
            let mut faults = Vec::new();
            let parsed = FormFields::parse(query.as_bytes());
            PartAsked::read(&parsed, &mut faults);
            refuse_unknown(&parsed, &["page", "size"], &mut faults);
            let found: Vec<&str> = faults.iter().map(|fault| fault.field).collect();
            assert_eq!(found, fields, "{query}");
        }
    }
}
