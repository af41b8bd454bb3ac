//! What assignments in post say that requirements select by.

use std::collections::BTreeSet;

/// The distinct texts of assignments held on a day: codes of their organisations, staff groups, job titles, unit paths.
/// An empty text stands for an assignment that has none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PostTexts {
    /// Codes of the organisations.
    pub organisations: BTreeSet<String>,
    /// Staff groups.
    pub staff_groups: BTreeSet<String>,
    /// Job titles.
    pub job_titles: BTreeSet<String>,
    /// Unit paths, ` / ` between their steps.
    pub units: BTreeSet<String>,
}

impl PostTexts {
    /// Takes in the texts of one assignment.
    pub fn add(&mut self, organisation: &str, staff_group: &str, job_title: &str, unit: &str) {
        for (texts, text) in [
            (&mut self.organisations, organisation),
            (&mut self.staff_groups, staff_group),
            (&mut self.job_titles, job_title),
            (&mut self.units, unit),
        ] {
            if !texts.contains(text) {
                texts.insert(text.to_owned());
            }
        }
    }
}
