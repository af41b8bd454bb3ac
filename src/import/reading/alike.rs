//! Remarks that say the same of many rows, for people: one line a reason.

use std::collections::HashMap;

use crate::import::Remark;

/// How many lines are named of those that a remark is about.
const NAMED: usize = 5;

/// What is said of the same column of one or several rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AlikeRemarks<'a> {
    /// The header; empty when the whole row is meant.
    pub(crate) column: &'a str,
    /// What is wrong and what to do.
    pub(crate) reason: &'a str,
    /// The value, where it is the same in all the rows.
    pub(crate) value: Option<&'a str>,
    /// How many rows there are.
    pub(crate) rows: usize,
    first_lines: Vec<u64>,
}

impl AlikeRemarks<'_> {
    /// The rows: `line 3`, or `14 rows (lines 3, 4, 7, 8, 11 and 9 more)`.
    pub(crate) fn place(&self) -> String {
        let lines: Vec<String> = self.first_lines.iter().map(u64::to_string).collect();
        let more = self.rows.saturating_sub(lines.len());
        match &lines[..] {
            [line] if more == 0 => format!("line {line}"),
            [rest @ .., last] if more == 0 => {
                format!("{} rows (lines {} and {last})", self.rows, rest.join(", "))
            }
            lines => format!("{} rows (lines {} and {more} more)", self.rows, lines.join(", ")),
        }
    }
}

/// The remarks, those that say the same of a column together, in the order of their first lines.
pub(crate) fn alike(remarks: &[Remark]) -> Vec<AlikeRemarks<'_>> {
    let mut places: HashMap<(&str, &str), usize> = HashMap::new();
    let mut all: Vec<AlikeRemarks<'_>> = Vec::new();
    for Remark { line, column, value, reason } in remarks {
        let place = *places.entry((column, reason)).or_insert(all.len());
        match all.get_mut(place) {
            Some(alike) => {
                alike.rows += 1;
                alike.value = alike.value.filter(|known| known == value);
                if alike.first_lines.len() < NAMED {
                    alike.first_lines.push(*line);
                }
            }
            None => {
                let (value, first_lines) = (Some(value.as_str()), vec![*line]);
                all.push(AlikeRemarks { column, reason, value, rows: 1, first_lines });
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remark(line: u64, column: &str, value: &str, reason: &str) -> Remark {
        let [column, value, reason] = [column, value, reason].map(String::from);
        Remark { line, column, value, reason }
    }

    #[test]
    fn what_is_said_of_many_rows_is_said_once_with_how_many_and_the_first_lines() {
        let mut remarks =
            vec![remark(2, "Course", "Fire", "no course"), remark(3, "Course", "Fire", "no course")];
        remarks.push(remark(3, "Number", "7", "nobody"));
        remarks.extend((4..=9).map(|line| remark(line, "Number", &line.to_string(), "nobody")));
        remarks.push(remark(10, "Manager", "7", "nobody"));
        let said: Vec<_> =
            alike(&remarks).iter().map(|alike| (alike.place(), alike.column, alike.value)).collect();
        assert_eq!(
            said,
            [
                ("2 rows (lines 2 and 3)".to_owned(), "Course", Some("Fire")),
                ("7 rows (lines 3, 4, 5, 6, 7 and 2 more)".to_owned(), "Number", None),
                ("line 10".to_owned(), "Manager", Some("7")),
            ]
        );
    }
}
