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

/// A shorter number counts the posts of a person, and others' posts have it as well.
const SHORTEST_OF_ITS_OWN: usize = 4;

/// Rejects the rows whose assignment number another person's row has: a post is one person's, and whose it is can't be told.
/// Where most rows share theirs, the column is no number of posts.
pub(super) fn reject_shared_posts(checked: &mut CheckedFile<StaffRow>) {
    let mut holders: PostHolders = HashMap::new();
    let mut numbered = 0;
    for (_, row) in &checked.rows {
        let (post, number) = (row.post.assignment_number.as_str(), row.employee_number.as_str());
        if post.len() >= SHORTEST_OF_ITS_OWN {
            numbered += 1;
            let first =
                holders.entry((row.organisation, post)).or_insert(PostHolder { number, also: None, rows: 0 });
            first.rows += 1;
            if first.number != number {
                first.also.get_or_insert(number);
            }
        }
    }
    holders.retain(|_, holder| holder.also.is_some());
    let shared: usize = holders.values().map(|holder| holder.rows).sum();
    if holders.is_empty() || shared * 2 > numbered.max(MOST_SHARED * 2) {
        return;
    }
    let others = |row: &StaffRow| {
        let holder = holders.get(&(row.organisation, row.post.assignment_number.as_str()))?;
        let also = holder.also?;
        let other = if holder.number == row.employee_number.as_str() { also } else { holder.number };
        Some(other.to_owned())
    };
    let others: Vec<Option<String>> = checked.rows.iter().map(|(_, row)| others(row)).collect();
    drop(holders);
    let column = checked.header_of("assignment_number").to_owned();
    let (rejected, people) = (&mut checked.rejected, &mut checked.rejected_people);
    let mut others = others.into_iter();
    checked.rows.retain(|(line, row)| {
        let Some(others) = others.next().flatten() else { return true };
        let post = row.post.assignment_number.as_str();
        rejected.push(Remark::rejection(*line, &column, post, &Rejection::SharedAssignment { others }));
        people.push((row.organisation, row.employee_number.to_string()));
        false
    });
}

/// So many rows that share their numbers are some that are wrong, however short the list is.
const MOST_SHARED: usize = 10;

/// Who holds the posts of a list, by organisation and assignment number.
type PostHolders<'a> = HashMap<(FileOrganisationIndex, &'a str), PostHolder<'a>>;

/// Who holds a post.
struct PostHolder<'a> {
    /// The first to be listed.
    number: &'a str,
    /// The first other one.
    also: Option<&'a str>,
    rows: usize,
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
