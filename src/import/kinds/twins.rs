//! Numbers of one staff list that may be one person's (spec 3.7, *Numbers and cells*).

use std::borrow::Cow;
use std::collections::BTreeSet;

use hashbrown::HashMap;

use crate::import::diff::numbers::bare;
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, FileOrganisationIndex, Remark, StaffRow};

/// Rejects the rows of numbers that differ from each other only by zeros before them, spaces, quotes or a mark behind them:
/// they may be one person's, and who is meant can't be told.
pub(super) fn reject_twins(checked: &mut CheckedFile<StaffRow>) {
    let mut numbers: TwinNumbers = HashMap::new();
    for (_, row) in &checked.rows {
        let number = row.employee_number.as_str();
        numbers.entry((row.organisation, bare(number))).or_insert(Twins::One(number)).meet(number);
    }
    numbers.retain(|_, twins| matches!(twins, Twins::Several(_)));
    if numbers.is_empty() {
        return;
    }
    let of_row = |row: &StaffRow| match numbers.get(&(row.organisation, bare(&row.employee_number)))? {
        Twins::Several(numbers) => Some(numbers.iter().copied().collect::<Vec<_>>().join(" and ")),
        Twins::One(_) => None,
    };
    let reasons: Vec<Option<String>> = checked.rows.iter().map(|(_, row)| of_row(row)).collect();
    drop(numbers);
    let column = checked.employee_column.clone();
    let (rejected, people) = (&mut checked.rejected, &mut checked.rejected_people);
    let mut reasons = reasons.into_iter();
    checked.rows.retain(|(line, row)| {
        let Some(numbers) = reasons.next().flatten() else { return true };
        let number = row.employee_number.to_string();
        rejected.push(Remark::rejection(*line, &column, &number, &Rejection::DecoratedInFile { numbers }));
        people.push((row.organisation, number));
        false
    });
}

/// The numbers of a list by organisation and what is bare of them.
type TwinNumbers<'a> = HashMap<(FileOrganisationIndex, Cow<'a, str>), Twins<'a>>;

/// The numbers that one bare number stands for.
enum Twins<'a> {
    /// The only one so far.
    One(&'a str),
    /// More than one.
    Several(BTreeSet<&'a str>),
}

impl<'a> Twins<'a> {
    fn meet(&mut self, number: &'a str) {
        match self {
            Self::One(first) if *first == number => {}
            Self::One(first) => *self = Self::Several(BTreeSet::from([*first, number])),
            Self::Several(numbers) => _ = numbers.insert(number),
        }
    }
}
