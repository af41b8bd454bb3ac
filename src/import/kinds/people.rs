//! Rows about people and courses, under the register's keys of them.

use std::collections::HashMap;

use ecow::EcoString;

use crate::db::{Conn, DbError};
use crate::import::cells::full_names::name_key;
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

/// People in post by what rows say of them, an entry an organisation of the file.
pub(super) struct StaffBySaid<'c> {
    people: Indexed<FileOrganisationIndex, Option<HashMap<String, Vec<i32>>>>,
    /// The lines, in order, that say it.
    lines: &'c [u64],
    said: Said,
}

/// What rows say of a person in place of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Address,
    Name,
}

impl<'c> StaffBySaid<'c> {
    /// By email address: read where a row names somebody so.
    pub(super) fn addresses<Row>(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &'c CheckedFile<Row>,
    ) -> Result<Self, DbError> {
        Self::read(conn, run, checked, Said::Address)
    }

    /// By first and last name, likewise.
    pub(super) fn names<Row>(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &'c CheckedFile<Row>,
    ) -> Result<Self, DbError> {
        Self::read(conn, run, checked, Said::Name)
    }

    fn read<Row>(
        conn: &mut Conn,
        run: &mut ImportRun<'_>,
        checked: &'c CheckedFile<Row>,
        said: Said,
    ) -> Result<Self, DbError> {
        let lines = match said {
            Said::Address => &checked.by_address,
            Said::Name => &checked.by_name,
        };
        let mut people = Indexed::default();
        if lines.is_empty() {
            return Ok(Self { people, lines, said });
        }
        let day = run.options.as_of;
        for id in run.organisations(conn, &checked.organisations)? {
            people.push(match (id, said) {
                (None, _) => None,
                (Some(id), Said::Address) => Some(store::people_by_address(conn, id, day)?),
                (Some(id), Said::Name) => Some(by_key(store::people_by_name(conn, id, day)?)),
            });
        }
        Ok(Self { people, lines, said })
    }

    /// Whether the row says it.
    pub(super) fn names_by(&self, line: u64) -> bool {
        self.lines.binary_search(&line).is_ok()
    }

    /// The one person in post of whom it is said; a row about nobody, or about one of several, is rejected.
    pub(super) fn find<Row>(
        &self,
        run: &mut ImportRun<'_>,
        checked: &CheckedFile<Row>,
        (line, organisation, said): (u64, FileOrganisationIndex, &str),
    ) -> Option<i32> {
        let Some(Some(people)) = self.people.get(organisation) else {
            run.unknown_organisation(line, checked, organisation);
            return None;
        };
        let found = match self.said {
            Said::Address => people.get(said),
            Said::Name => people.get(&name_key(said)),
        };
        let code = || checked.organisation(organisation).to_owned();
        let reason = match (found.map(Vec::as_slice), self.said) {
            (Some([one]), _) => return Some(*one),
            (Some(several), Said::Address) => Rejection::SharedAddress { count: several.len().to_string() },
            (Some(several), Said::Name) => Rejection::SharedName { count: several.len().to_string() },
            (None, Said::Address) => Rejection::UnknownAddress { organisation: code() },
            (None, Said::Name) => Rejection::UnknownName { organisation: code() },
        };
        let column = match self.said {
            Said::Address if checked.by_username.binary_search(&line).is_ok() => "username",
            Said::Address => "email",
            Said::Name if checked.header_of("full_name").is_empty() => "last_name",
            Said::Name => "full_name",
        };
        run.reject(line, checked.header_of(column), said, &reason);
        None
    }
}

fn by_key(names: Vec<(String, String, i32)>) -> HashMap<String, Vec<i32>> {
    let mut people: HashMap<String, Vec<i32>> = HashMap::new();
    for (first, last, staff_id) in names {
        people.entry(name_key(&format!("{first} {last}"))).or_default().push(staff_id);
    }
    people
}
