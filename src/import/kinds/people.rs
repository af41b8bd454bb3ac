//! Rows about people and courses, under the register's keys of them.

use std::collections::HashMap;

use ecow::EcoString;

use crate::db::{Conn, DbError};
use crate::import::Checked;
use crate::import::diff::numbers::{Unpadded, file_lacks_zeros};
use crate::import::messages::Rejection;
use crate::import::run::Run;
use crate::policy::Policy;
use crate::register::store::{self, StaffNumbers};

/// The register's keys of the policy's courses that rows use, by their place in the policy.
pub(super) fn course_ids(
    conn: &mut Conn,
    run: &Run<'_>,
    policy: &Policy,
    used: impl Iterator<Item = u16>,
) -> Result<Vec<Option<i32>>, DbError> {
    let mut is_used = vec![false; policy.courses.len()];
    for course in used {
        is_used.iter_mut().skip(usize::from(course)).take(1).for_each(|used| *used = true);
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
pub(super) struct StaffByNumber(Vec<Option<StaffNumbers>>);

impl StaffByNumber {
    pub(super) fn read(conn: &mut Conn, run: &mut Run<'_>, codes: &[String]) -> Result<Self, DbError> {
        let ids = run.organisations(conn, codes)?;
        let mut staff = Vec::with_capacity(ids.len());
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
        run: &mut Run<'_>,
        checked: &Checked<Row>,
        unpadded: &mut HashMap<u16, Unpadded<'a>>,
        (line, organisation, number): (u64, u16, &str),
    ) -> Option<i32> {
        let Some(Some(numbers)) = self.0.get(usize::from(organisation)) else {
            run.unknown_organisation(line, checked, usize::from(organisation));
            return None;
        };
        if let Some(id) = numbers.get(number) {
            return Some(*id);
        }
        let unpadded = unpadded
            .entry(organisation)
            .or_insert_with(|| Unpadded::new(numbers.keys().map(EcoString::as_str)));
        let reason = match unpadded.find(number) {
            Some(known) if file_lacks_zeros(number, known) => Rejection::LostZeros { known: known.into() },
            Some(known) => Rejection::RegisterLacksZeros { known: known.into() },
            None => {
                let code = checked.organisations.get(usize::from(organisation)).map_or("", String::as_str);
                Rejection::UnknownPerson { organisation: code.into() }
            }
        };
        run.reject(line, &checked.employee_column, number, &reason);
        None
    }
}
