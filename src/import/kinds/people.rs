//! Rows about people and courses, under the register's keys of them.

use std::collections::HashMap;

use ecow::EcoString;

use crate::db::{Conn, DbError};
use crate::import::diff::numbers::{Unpadded, file_lacks_zeros, is_decorated};
use crate::import::messages::Rejection;
use crate::import::run::ImportRun;
use crate::import::{CheckedFile, FileOrganisationIndex};
use crate::policy::{CourseIndex, Policy};
use crate::register::Indexed;
use crate::register::store::{self, StaffNumbers};

/// The register's keys of the policy's courses that rows use.
pub(super) fn course_ids(
    conn: &mut Conn,
    run: &ImportRun<'_>,
    policy: &Policy,
    used: impl Iterator<Item = CourseIndex>,
) -> Result<Indexed<CourseIndex, Option<i32>>, DbError> {
    let mut is_used = Indexed::filled(false, policy.courses.len());
    for course in used {
        is_used.get_mut(course).into_iter().for_each(|used| *used = true);
    }
    let codes: Vec<&str> = policy
        .courses
        .iter()
        .zip(&is_used)
        .filter_map(|(course, used)| used.then_some(course.code.as_str()))
        .collect();
    let mut ids = run.course_ids(conn, &codes)?.into_iter();
    Ok(is_used.into_iter().map(|used| if used { ids.next() } else { None }).collect())
}

/// Staff ids by employee number, an entry an organisation of the file.
pub(super) struct StaffByNumber(Indexed<FileOrganisationIndex, Option<StaffNumbers>>);

impl StaffByNumber {
    pub(super) fn read(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        codes: &Indexed<FileOrganisationIndex, String>,
    ) -> Result<Self, DbError> {
        let ids = run.organisations(conn, codes)?;
        let mut staff = Indexed::default();
        for id in ids {
            staff.push(match id {
                Some(id) => Some(store::staff_numbers(conn, id)?),
                None => None,
            });
        }
        Ok(Self(staff))
    }

    /// The person a row is about; a row about nobody known is rejected.
    pub(super) fn find<'a, Row>(
        &'a self,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Row>,
        unpadded: &mut HashMap<FileOrganisationIndex, Unpadded<'a>>,
        (line, organisation, number): (u64, FileOrganisationIndex, &str),
    ) -> Option<i32> {
        let Some(Some(numbers)) = self.0.get(organisation) else {
            run.unknown_organisation(line, checked, organisation);
            return None;
        };
        if let Some(id) = numbers.get(number) {
            return Some(*id);
        }
        let unpadded = unpadded
            .entry(organisation)
            .or_insert_with(|| Unpadded::new(numbers.keys().map(EcoString::as_str)));
        let reason = match unpadded.find(number) {
            Some(known) if is_decorated(number) || is_decorated(known) => {
                Rejection::DecoratedNumber { known: known.into() }
            }
            Some(known) if file_lacks_zeros(number, known) => Rejection::LostZeros { known: known.into() },
            Some(known) => Rejection::RegisterLacksZeros { known: known.into() },
            None => {
                let code = checked.organisation(organisation);
                Rejection::UnknownPerson { organisation: code.into() }
            }
        };
        run.reject(line, &checked.employee_column, number, &reason);
        None
    }
}

/// People in post by e-mail address, an entry an organisation of the file.
pub(super) struct StaffByAddress(Indexed<FileOrganisationIndex, Option<HashMap<String, Vec<i32>>>>);

impl StaffByAddress {
    /// Reads them where a row names somebody so.
    pub(super) fn read<Row>(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Row>,
    ) -> Result<Self, DbError> {
        if checked.by_address.is_empty() {
            return Ok(Self(Indexed::default()));
        }
        let mut people = Indexed::default();
        for id in run.organisations(conn, &checked.organisations)? {
            people.push(match id {
                Some(id) => Some(store::people_by_address(conn, id, run.options.as_of)?),
                None => None,
            });
        }
        Ok(Self(people))
    }

    /// Whether the row names a person by address.
    pub(super) fn names<Row>(&self, checked: &CheckedFile<Row>, line: u64) -> bool {
        !self.0.is_empty() && checked.by_address.binary_search(&line).is_ok()
    }

    /// The one person in post of the address; a row about nobody, or about one of several, is rejected.
    pub(super) fn find<Row>(
        &self,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Row>,
        (line, organisation, address): (u64, FileOrganisationIndex, &str),
    ) -> Option<i32> {
        let Some(Some(people)) = self.0.get(organisation) else {
            run.unknown_organisation(line, checked, organisation);
            return None;
        };
        let reason = match people.get(address).map(Vec::as_slice) {
            Some([one]) => return Some(*one),
            Some(several) => Rejection::SharedAddress { count: several.len().to_string() },
            None => {
                let code = checked.organisation(organisation);
                Rejection::UnknownAddress { organisation: code.into() }
            }
        };
        run.reject(line, &checked.employee_column, address, &reason);
        None
    }
}
