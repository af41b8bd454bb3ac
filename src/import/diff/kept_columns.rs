//! Columns that a file does not have, of rows that are found again by a key: the register's stays. An empty cell says that
//! there is none; a column that is missing says nothing.

use std::collections::{BTreeSet, HashMap};
use std::hash::Hash;

use crate::register::Organisation;
use crate::register::store::{
    CurrentAnswer, CurrentBooking, CurrentBudget, CurrentExemption, CurrentExpense,
};

/// What is said in columns that a file may be without.
pub(in crate::import) trait KeepsColumns {
    /// Takes over what is known where the column of this canonical name would say it. Gives whether there was anything.
    fn keep(&mut self, known: &Self, column: &str) -> bool;
}

/// Rows of columns and the fields that hold what they say.
macro_rules! keeps {
    ($($of:ty { $($column:literal $field:ident),+ })+) => {
        $(impl KeepsColumns for $of {
            fn keep(&mut self, known: &Self, column: &str) -> bool {
                match column {
                    $($column => kept(&mut self.$field, &known.$field),)+
                    _ => false,
                }
            }
        })+
    };
}

keeps! {
    Organisation { "kind" kind, "safeguarding_email" safeguarding_email }
    CurrentBudget { "dedicated" dedicated }
    CurrentExemption { "until" until_on }
    CurrentAnswer { "evidence" evidence, "owner_email" owner_email, "review_by" review_by }
    CurrentBooking { "place" place }
    CurrentExpense { "description" description, "course" course, "people" people }
}

fn kept<T: Clone + PartialEq>(said: &mut T, known: &T) -> bool {
    let differs = said != known;
    if differs {
        said.clone_from(known);
    }
    differs
}

/// For each row the place of the version that has its key.
pub(in crate::import) fn known_places<'a, T, K: Hash + Eq>(
    current: &'a [(i32, T)],
    rows: &'a [T],
    key: impl Fn(&'a T) -> Option<K>,
) -> Vec<Option<usize>> {
    let places: HashMap<K, usize> =
        current.iter().enumerate().filter_map(|(place, (_, version))| Some((key(version)?, place))).collect();
    rows.iter().map(|row| places.get(&key(row)?).copied()).collect()
}

/// Takes over, for each row with a known version, what the absent columns would say. Gives those for which something stays.
pub(in crate::import) fn keep_absent<T: KeepsColumns>(
    current: &[(i32, T)],
    rows: &mut [T],
    places: &[Option<usize>],
    absent: &[&'static str],
) -> BTreeSet<&'static str> {
    let mut stays = BTreeSet::new();
    for (row, place) in rows.iter_mut().zip(places) {
        let Some((_, known)) = place.and_then(|place| current.get(place)) else { continue };
        stays.extend(absent.iter().copied().filter(|column| row.keep(known, column)));
    }
    stays
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(year: i32, dedicated: Option<bool>) -> CurrentBudget {
        CurrentBudget { organisation_id: 1, financial_year: year, allocated_pence: 100, dedicated }
    }

    #[test]
    fn a_missing_column_keeps_what_is_known_and_an_empty_cell_does_not() {
        for (absent, expected, stays) in [
            (&["dedicated"][..], Some(true), vec!["dedicated"]),
            (&[], None, vec![]),
            (&["place"], None, vec![]),
        ] {
            let current = [(7, budget(2026, Some(true))), (8, budget(2025, Some(false)))];
            let mut rows = [budget(2026, None), budget(2027, None)];
            let places = known_places(&current, &rows, |budget| Some(budget.financial_year));
            let kept = keep_absent(&current, &mut rows, &places, absent);
            assert_eq!(rows.map(|row| row.dedicated), [expected, None], "{absent:?}");
            assert_eq!(kept.into_iter().collect::<Vec<_>>(), stays);
        }
    }
}
