//! Rows, and cells of a matrix, that were understood and hold nothing to keep (spec 3.2).

use std::collections::BTreeMap;

/// Why a row that was understood holds nothing to keep (spec 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SkipReason {
    /// Its status says that the training was not completed.
    NotACompletion,
    /// Its course is one that the policy ignores.
    NotOurCourse,
}

/// How many rows of a file were skipped, by reason and by what they say. Serialised as the counts of spec 3.2.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Skipped {
    counts: BTreeMap<SkipReason, BTreeMap<String, u64>>,
    /// The cells of a matrix that are no completions, by what they say. Their rows are not skipped.
    cells: BTreeMap<String, u64>,
}

/// The different texts counted by themselves for a reason; further ones are counted as [`OTHERS`].
const MOST_SAID: usize = 200;
/// What stands for further texts.
const OTHERS: &str = "others";

impl Skipped {
    /// Counts a row that says this.
    pub(in crate::import) fn add(&mut self, why: SkipReason, said: &str) {
        count(self.counts.entry(why).or_default(), said);
    }

    /// Counts a cell of a matrix that is no completion and says this.
    pub(in crate::import) fn add_cell(&mut self, said: &str) {
        count(&mut self.cells, said);
    }

    /// The same with the cells that were counted elsewhere.
    pub(in crate::import) fn with_cells_of(self, other: Self) -> Self {
        Self { cells: other.cells, ..self }
    }

    /// How many cells of a matrix are no completions.
    pub fn cells(&self) -> u64 {
        self.cells.values().sum()
    }

    /// How many rows were skipped for the reason.
    pub fn of(&self, why: SkipReason) -> u64 {
        self.counts.get(&why).map_or(0, |counts| counts.values().sum())
    }

    /// How many rows were skipped.
    pub fn total(&self) -> u64 {
        self.counts.values().flat_map(BTreeMap::values).sum()
    }

    /// What the rows skipped for the reason say, with how many say so, the commonest first.
    pub fn said(&self, why: SkipReason) -> Vec<(&str, u64)> {
        commonest_first(self.counts.get(&why).into_iter().flatten())
    }

    /// The same of the cells of a matrix that are no completions.
    pub fn said_in_cells(&self) -> Vec<(&str, u64)> {
        commonest_first(self.cells.iter())
    }
}

fn count(counts: &mut BTreeMap<String, u64>, said: &str) {
    if let Some(count) = counts.get_mut(said) {
        *count += 1;
        return;
    }
    let said = if counts.len() < MOST_SAID { said } else { OTHERS };
    *counts.entry(said.to_owned()).or_default() += 1;
}

fn commonest_first<'c>(counts: impl Iterator<Item = (&'c String, &'c u64)>) -> Vec<(&'c str, u64)> {
    let mut said: Vec<(&str, u64)> = counts.map(|(said, count)| (said.as_str(), *count)).collect();
    said.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    said
}

impl serde::Serialize for Skipped {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let counts = [
            ("not_a_completion", self.of(SkipReason::NotACompletion)),
            ("not_our_course", self.of(SkipReason::NotOurCourse)),
        ];
        serializer.collect_map(counts)
    }
}
