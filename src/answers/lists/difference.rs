//! What an import changes, for a person to check in a minute: each sort with its total, then the first of it.

use std::fmt::Write;

use crate::import::{DifferenceSubject, FieldChange, FirstOf, ImportDifference};

/// The whole difference: totals first, then what was listed of each sort, a line each.
pub(crate) fn in_full(difference: &ImportDifference) -> String {
    let mut words = DifferenceText { out: String::new(), several: several_organisations(difference) };
    words.sort("joiners", &difference.joiners, "", |words, joiner| {
        let back = if joiner.rejoins { ", back after leaving" } else { "" };
        format!("{}{back}", words.whose(&joiner.subject))
    });
    words.sort("leavers", &difference.leavers, "", |words, subject| words.whose(subject));
    words.sort("ended", &difference.ended, "", |words, ended| {
        format!("{}: {}, last day {}", words.whose(&ended.subject), ended.about, ended.leave_date)
    });
    words.sort("added", &difference.added, "", |words, added| {
        let whose = words.whose(&added.subject);
        if added.about.is_empty() { whose } else { format!("{whose}: {}", added.about) }
    });
    words.sort("changed", &difference.changes, &by_field(difference), |words, change| {
        format!("{}: {}", words.whose(&change.subject), said(change))
    });
    if difference.is_empty() {
        words.out.push_str("nothing differs from the register");
    }
    words.out
}

/// What is not in the counts of an import's one line: which fields changed, and what was added and ended.
pub(crate) fn in_short(difference: &ImportDifference) -> Option<String> {
    let mut parts = Vec::new();
    if difference.changes.total > 0 {
        parts.push(format!("fields changed: {}{}", difference.changes.total, by_field(difference)));
    }
    for (count, what) in [(difference.added.total, "added"), (difference.ended.total, "ended")] {
        if count > 0 {
            parts.push(format!("{what}: {count}"));
        }
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

struct DifferenceText {
    out: String,
    /// Whether organisations must be told apart.
    several: bool,
}

impl DifferenceText {
    fn sort<T>(
        &mut self,
        name: &str,
        listed: &FirstOf<T>,
        besides: &str,
        line: impl Fn(&Self, &T) -> String,
    ) {
        if listed.total == 0 {
            return;
        }
        let mut lines = format!("{name}: {}{besides}\n", listed.total);
        for item in &listed.items {
            let _ = writeln!(lines, "  {}", line(self, item));
        }
        let left = listed.total.saturating_sub(listed.items.len() as u64);
        if left > 0 {
            let _ = writeln!(lines, "  and {left} more; --json has all");
        }
        self.out.push_str(&lines);
    }

    fn whose(&self, subject: &DifferenceSubject) -> String {
        let organisation =
            (self.several || subject.employee_number.is_none()).then_some(&subject.organisation);
        let words = [organisation, subject.employee_number.as_ref(), subject.name.as_ref()];
        words.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
    }
}

/// `12-2, job_title: Staff Nurse → Sister`.
fn said(change: &FieldChange) -> String {
    let about = if change.about.is_empty() { String::new() } else { format!("{}, ", change.about) };
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "(none)".to_owned());
    format!("{about}{}: {} → {}", change.field, value(&change.old), value(&change.new))
}

/// ` (job_title 12, unit 5)`, the commonest first.
fn by_field(difference: &ImportDifference) -> String {
    let mut fields: Vec<(&str, u64)> =
        difference.fields.iter().map(|(field, count)| (*field, *count)).collect();
    fields.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let fields: Vec<String> = fields.into_iter().map(|(field, count)| format!("{field} {count}")).collect();
    if fields.is_empty() { String::new() } else { format!(" ({})", fields.join(", ")) }
}

fn several_organisations(difference: &ImportDifference) -> bool {
    let ImportDifference { joiners, leavers, added, ended, changes, .. } = difference;
    let subjects = joiners.items.iter().map(|item| &item.subject);
    let mut organisations = subjects
        .chain(&leavers.items)
        .chain(added.items.iter().map(|item| &item.subject))
        .chain(ended.items.iter().map(|item| &item.subject))
        .chain(changes.items.iter().map(|item| &item.subject))
        .map(|subject| &subject.organisation);
    let first = organisations.next();
    organisations.any(|organisation| Some(organisation) != first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{AddedItem, EndedPost, Joiner};

    fn subject(number: &str, name: &str) -> DifferenceSubject {
        DifferenceSubject {
            organisation: "RXA".into(),
            employee_number: Some(number.into()),
            name: (!name.is_empty()).then(|| name.into()),
        }
    }

    fn difference(most: usize) -> ImportDifference {
        let mut difference = ImportDifference::listing(most);
        for (number, rejoins) in [("1001", false), ("1002", true), ("1003", false)] {
            difference.joiners.add(|| Joiner { subject: subject(number, "Asha Example"), line: 2, rejoins });
        }
        difference.leavers.add(|| subject("1004", "Ben Sample"));
        difference.ended.add(|| EndedPost {
            subject: subject("1004", "Ben Sample"),
            about: "1004-2, Nurse, from 2020-01-01".into(),
            leave_date: "2026-11-21".into(),
        });
        let about = "SGC-L2 2026-11-20".to_owned();
        difference.added.add(|| AddedItem { subject: subject("1005", ""), line: 9, about });
        for (old, new) in [("Nurse", "Sister"), ("Nurse", "")] {
            difference.compare_fields(
                [("job_title", old.into()), ("unit", "Surgery".into())],
                [("job_title", new.into()), ("unit", "Surgery".into())],
                5,
                || (subject("1006", "Cara Example"), "1006-2".into()),
            );
        }
        difference
    }

    #[test]
    fn a_difference_is_told_with_its_totals_and_the_first_of_each_sort() {
        let words = "joiners: 3\n  1001 Asha Example\n  1002 Asha Example, back after leaving\n  and 1 more; --json has all\n\
                     leavers: 1\n  1004 Ben Sample\n\
                     ended: 1\n  1004 Ben Sample: 1004-2, Nurse, from 2020-01-01, last day 2026-11-21\n\
                     added: 1\n  1005: SGC-L2 2026-11-20\n\
                     changed: 2 (job_title 2)\n  1006 Cara Example: 1006-2, job_title: Nurse → Sister\n  \
                     1006 Cara Example: 1006-2, job_title: Nurse → (none)\n";
        assert_eq!(in_full(&difference(2)), words);
        let short = "fields changed: 2 (job_title 2); added: 1; ended: 1";
        assert_eq!(in_short(&difference(0)).as_deref(), Some(short));
    }

    #[test]
    fn organisations_are_named_where_there_are_several() {
        let mut difference = difference(5);
        let other = DifferenceSubject { organisation: "RXB".into(), ..subject("1001", "") };
        difference.leavers.add(|| other);
        assert!(in_full(&difference).contains("  RXA 1001 Asha Example\n"));
        assert!(in_full(&difference).contains("  RXB 1001\n"));
    }

    #[test]
    fn no_difference_is_said_to_be_none() {
        let none = ImportDifference::listing(20);
        assert_eq!((in_full(&none).as_str(), in_short(&none)), ("nothing differs from the register", None));
    }
}
