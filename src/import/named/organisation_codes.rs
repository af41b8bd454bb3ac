//! The organisations that rows name, by code or by name (spec 3.1).

use std::collections::HashMap;

use ecow::EcoString;

use super::nearest::nearest;
use crate::import::columns::map::folded;
use crate::import::messages::Rejection;
use crate::import::{CheckContext, FileOrganisationIndex};
use crate::register::Indexed;

/// The texts remembered; beyond, codes are looked up again each time.
const MOST_MET: usize = 65_535;

/// Organisations that rows name, in the order they are met.
#[derive(Debug, Default)]
pub(in crate::import) struct OrganisationCodes {
    pub(in crate::import) codes: Indexed<FileOrganisationIndex, String>,
    met: HashMap<String, Option<FileOrganisationIndex>>,
    /// The configured one, once a row has left the organisation out: most files do in every row.
    own: Option<FileOrganisationIndex>,
    /// Whether a value that is no known organisation may be a place: the column may not be one of organisations.
    pub(in crate::import) may_be_places: bool,
    /// Whether any value was a known organisation.
    pub(in crate::import) any_known: bool,
    /// Rows, by line, whose value was none, as long as no value was.
    pub(in crate::import) perhaps_places: Vec<(u64, EcoString)>,
}

impl OrganisationCodes {
    /// None met so far.
    pub(in crate::import) fn new(may_be_places: bool) -> Self {
        Self { may_be_places, ..Self::default() }
    }

    /// The organisation with this code (the configured one where it is empty); `None` if it is unknown.
    pub(in crate::import) fn index(
        &mut self,
        code: &str,
        known: &CheckContext<'_>,
    ) -> Option<FileOrganisationIndex> {
        if code.is_empty() {
            if self.own.is_none() && known.may_say_of(known.default_organisation) {
                self.own = self.keep(known.default_organisation);
            }
            return self.own;
        }
        if let Some(&met) = self.met.get(code) {
            return met;
        }
        let name = folded(code);
        let mut named = known.organisations.iter().zip(known.organisation_names);
        let found = known_code(code, known).or_else(|| {
            let found = named.find(|(_, of)| folded(of) == name)?;
            Some(found.0.as_str())
        });
        let index = found.filter(|found| known.may_say_of(found)).and_then(|found| self.keep(found));
        if self.met.len() < MOST_MET {
            self.met.insert(code.to_owned(), index);
        }
        index
    }

    /// The place of a code that the register has, which is added where it was not met before; `None` where the list is full.
    pub(in crate::import) fn keep(&mut self, code: &str) -> Option<FileOrganisationIndex> {
        let known = self.codes.position(|known| known == code);
        let index = known.unwrap_or_else(|| self.codes.push(code.to_owned()));
        (index != FileOrganisationIndex::NOWHERE).then_some(index)
    }
}

/// The known organisation whose code this is, in any case and with whatever spaces: never are there two of one code.
pub(in crate::import) fn known_code<'k>(code: &str, known: &CheckContext<'k>) -> Option<&'k str> {
    let all = || known.organisations.iter().map(String::as_str).chain([known.default_organisation]);
    let key = code_key(code);
    all().find(|known| *known == code).or_else(|| all().find(|known| code_key(known) == key))
}

/// What codes are compared by: case and spaces do not count.
pub(in crate::import) fn code_key(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// Why a code names no organisation: the nearest known codes, else the first few.
pub(in crate::import) fn unknown_organisation(code: String, known: &CheckContext<'_>) -> Rejection {
    if !known.may_name_places() {
        return Rejection::NotTheirs { only: known.only.join(", ") };
    }
    let near = nearest(&code, known.organisations.iter().map(String::as_str));
    if near.is_empty() {
        return Rejection::UnknownOrganisation { code, known: first_few(known.organisations) };
    }
    Rejection::UnknownOrganisationNear { code, near: near.join(" or ") }
}

fn first_few(codes: &[String]) -> String {
    let few: Vec<&str> = codes.iter().take(10).map(String::as_str).collect();
    let rest = codes.len() - few.len();
    if rest == 0 { few.join(", ") } else { format!("{} and {rest} more", few.join(", ")) }
}
