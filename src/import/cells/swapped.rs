//! Days and months that a spreadsheet has swapped (spec 3): it takes what may be a date of the American form for one, and
//! leaves the rest as text.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

/// How many dates of a column are cells of dates and how many are text, with a day of 12 and below, and above: some may be
/// counted twice, none is left out.
#[derive(Debug, Default, Clone, Copy)]
struct DayCounts {
    cells: [u64; 2],
    texts: [u64; 2],
}

/// The days that the dates of each column of a sheet have.
#[derive(Debug, Default)]
pub(in crate::import) struct SwappedDates(BTreeMap<usize, DayCounts>);

impl SwappedDates {
    /// Takes note of a date in the column at `position`.
    pub(in crate::import) fn see(&mut self, position: usize, is_cell: bool, day: NaiveDate) {
        let days = self.0.entry(position).or_default();
        let counts = if is_cell { &mut days.cells } else { &mut days.texts };
        counts.iter_mut().skip(usize::from(day.day() > 12)).take(1).for_each(|count| *count += 1);
    }

    /// Adds what was seen in other rows. What is asked is only whether there was any.
    pub(in crate::import) fn join(&mut self, others: &Self) {
        for (position, theirs) in &others.0 {
            let days = self.0.entry(*position).or_default();
            for (counts, theirs) in [(&mut days.cells, theirs.cells), (&mut days.texts, theirs.texts)] {
                counts.iter_mut().zip(theirs).for_each(|(count, more)| *count += more);
            }
        }
    }

    /// The positions of the columns in which every text has a day that no month has, and no cell of a date has one.
    pub(in crate::import) fn columns(&self) -> impl Iterator<Item = usize> {
        let is_swapped =
            |days: &DayCounts| matches!(days, DayCounts { cells: [(1..), 0], texts: [0, (1..)] });
        self.0.iter().filter(move |(_, days)| is_swapped(days)).map(|(position, _)| *position)
    }
}
