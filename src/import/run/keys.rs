//! The register's keys of what rows name. A dry run reckons with the keys that would be given, and gives none.

use std::collections::BTreeMap;

use super::ImportRun;
use crate::db::{Conn, DbError};
use crate::import::FileOrganisationIndex;
use crate::register::store;
use crate::register::{Indexed, Organisation};

impl ImportRun<'_> {
    /// The organisations' ids. They count as touched by this import.
    pub(in crate::import) fn organisations(
        &mut self,
        conn: &mut Conn,
        codes: &Indexed<FileOrganisationIndex, String>,
    ) -> Result<Indexed<FileOrganisationIndex, Option<i32>>, DbError> {
        let current = self.current_organisations(conn)?;
        let ids: Indexed<_, Option<i32>> =
            codes.iter().map(|code| current.get(code).map(|(id, _, _)| *id)).collect();
        self.touched.extend(ids.iter().flatten());
        Ok(ids)
    }

    /// The open version of each organisation, by code, with the ids of the organisation and of the version.
    pub(in crate::import) fn current_organisations(
        &self,
        conn: &mut Conn,
    ) -> Result<BTreeMap<String, (i32, i32, Organisation)>, DbError> {
        let mut current = store::current_organisations(conn)?;
        if let Some(of_settings) = self.unrecorded {
            let next = current.values().map(|(id, _, _)| *id).max().unwrap_or(0).saturating_add(1);
            let as_recorded =
                current.entry(of_settings.code.clone()).or_insert((next, 0, of_settings.clone()));
            as_recorded.2.clone_from(of_settings);
        }
        Ok(current)
    }

    /// The ids of the courses with these codes.
    pub(in crate::import) fn course_ids(&self, conn: &mut Conn, codes: &[&str]) -> Result<Vec<i32>, DbError> {
        Ok(if self.only_compares() {
            store::reckoned_courses(conn, codes)?
        } else {
            store::ensure_courses(conn, codes)?
        })
    }
}
