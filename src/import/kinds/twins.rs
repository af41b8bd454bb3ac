//! Numbers of one staff list that may be one person's (spec 3.7, *Numbers and cells*).

use std::collections::{BTreeSet, HashMap, HashSet};

use ecow::EcoString;

use crate::import::diff::numbers::{bare, is_decorated};
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, FileOrganisationIndex, Remark, StaffRow};

/// Rejects the rows of numbers that differ from each other only by spaces, quotes or a mark behind them: they may be one
/// person's, and who is meant can't be told.
pub(super) fn reject_decorated_twins(checked: &mut CheckedFile<StaffRow>) {
    let plain: HashSet<(FileOrganisationIndex, String)> = checked
        .rows
        .iter()
        .filter(|(_, row)| is_decorated(&row.employee_number))
        .map(|(_, row)| (row.organisation, bare(&row.employee_number).into_owned()))
        .collect();
    if plain.is_empty() {
        return;
    }
    let mut numbers: HashMap<(FileOrganisationIndex, String), BTreeSet<EcoString>> = HashMap::new();
    for (_, row) in &checked.rows {
        let key = (row.organisation, bare(&row.employee_number).into_owned());
        if plain.contains(&key) {
            numbers.entry(key).or_default().insert(row.employee_number.clone());
        }
    }
    numbers.retain(|_, numbers| numbers.len() > 1);
    let column = checked.employee_column.clone();
    let (rejected, people) = (&mut checked.rejected, &mut checked.rejected_people);
    checked.rows.retain(|(line, row)| {
        let Some(numbers) = numbers.get(&(row.organisation, bare(&row.employee_number).into_owned())) else {
            return true;
        };
        let numbers = numbers.iter().map(EcoString::as_str).collect::<Vec<_>>().join(" and ");
        let number = row.employee_number.to_string();
        rejected.push(Remark::rejection(*line, &column, &number, &Rejection::DecoratedInFile { numbers }));
        people.push((row.organisation, number));
        false
    });
}
