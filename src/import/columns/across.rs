//! RowNames of courses as headers, and what the cells below them say (spec 3.2).

use crate::import::named::courses::CourseNames;
use crate::policy::{CourseIndex, Policy};

/// What a date in a cell of a matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellsSay {
    /// The day of a completion.
    Completed,
    /// The day on which a completion lapses.
    Expires,
}

/// Words behind or before a course's name by which a header says that dates below it are of completions.
const COMPLETED: [&str; 18] = [
    "completed",
    "date completed",
    "completed date",
    "completed on",
    "completion",
    "completion date",
    "date of completion",
    "achieved",
    "date achieved",
    "awarded",
    "date awarded",
    "attended",
    "date attended",
    "passed",
    "date passed",
    "last completed",
    "date of training",
    "training date",
];
/// The same of expiries.
const EXPIRES: [&str; 17] = [
    "expires",
    "expires on",
    "expiry",
    "expiry date",
    "date of expiry",
    "date expires",
    "expiration",
    "expiration date",
    "valid until",
    "valid to",
    "renewal",
    "renewal date",
    "renew by",
    "due",
    "due date",
    "date due",
    "next due",
];
/// The most words that such a label has.
const LONGEST_LABEL: usize = 3;

/// Words by which a title says that dates are of expiries.
const EXPIRY_WORDS: [&str; 5] = ["expir", "valid until", "renewal", "renew by", "next due"];

/// A course across.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Named {
    /// Index of the course in the policy.
    pub(in crate::import) course: CourseIndex,
    /// What the header says of the dates below it, where it does.
    pub(in crate::import) label: Option<CellsSay>,
}

/// The policy's courses, as headers name them.
#[derive(Debug)]
pub(in crate::import) struct Across {
    courses: CourseNames,
    /// What was said of the cells with the file.
    pub(in crate::import) cells: Option<CellsSay>,
}

impl Across {
    pub(in crate::import) fn new(policy: &Policy, cells: Option<CellsSay>) -> Self {
        Self { courses: CourseNames::of(policy), cells }
    }

    /// The course that a header names, by any of its names, perhaps with a label such as `Expiry date` before or behind
    /// it.
    pub(in crate::import) fn named(&self, header: &str) -> Option<Named> {
        if header.is_empty() {
            return None;
        }
        if let Some(course) = self.courses.known(header) {
            return Some(Named { course, label: None });
        }
        let cuts: Vec<usize> =
            header.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
        let behind = cuts.iter().rev().take(LONGEST_LABEL).map(|&cut| header.split_at(cut));
        let before = cuts.iter().take(LONGEST_LABEL).map(|&cut| header.split_at(cut)).map(|(a, b)| (b, a));
        behind.chain(before).find_map(|(name, words)| {
            let label = label(words)?;
            let course = self.courses.known(bare(name))?;
            Some(Named { course, label: Some(label) })
        })
    }

    /// The course that a header was perhaps meant to name; `None` also for what the policy ignores.
    pub(in crate::import) fn near(&self, header: &str) -> Option<String> {
        if self.courses.known(header).is_some() || self.courses.ignores(header) {
            return None;
        }
        self.courses.close(header)
    }
}

/// Whether a title speaks of expiries.
pub(in crate::import) fn speaks_of_expiries(title: &str) -> bool {
    let title = title.to_lowercase();
    EXPIRY_WORDS.iter().any(|word| title.contains(word))
}

/// What a label says of dates.
fn label(words: &str) -> Option<CellsSay> {
    let plain: String = words.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words = plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if COMPLETED.contains(&words.as_str()) {
        Some(CellsSay::Completed)
    } else if EXPIRES.contains(&words.as_str()) {
        Some(CellsSay::Expires)
    } else {
        None
    }
}

/// A name without what parts it from a label.
fn bare(name: &str) -> &str {
    name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '-' | '\u{2013}' | '\u{2014}' | ':' | '(' | '[' | '/' | ',')
    })
}

#[cfg(test)]
mod tests {
    use super::CellsSay::{Completed, Expires};
    use super::*;
    use crate::import::sample::{course, policy};

    #[test]
    fn a_header_names_a_course_and_perhaps_what_the_dates_below_it_are() {
        let mut children = course("SGC-L2", "Safeguarding Children Level 2");
        children.aliases = vec!["NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|".into()];
        let across = Across::new(&policy(vec![children, course("P", "Prevent")]), None);
        for (header, expected) in [
            ("SGC-L2", Some((0, None))),
            ("Safeguarding Children (Level 2)", Some((0, None))),
            ("Safeguarding Children - Level 2", Some((0, None))),
            ("NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|", Some((0, None))),
            ("Safeguarding Children Level 2 - 3 Years", Some((0, None))),
            ("Prevent Completed", Some((1, Some(Completed)))),
            ("Prevent - Date Completed", Some((1, Some(Completed)))),
            ("Prevent (completion date)", Some((1, Some(Completed)))),
            ("Prevent: expires", Some((1, Some(Expires)))),
            ("Safeguarding Children Level 2 (expiry date)", Some((0, Some(Expires)))),
            ("Expiry Date - Prevent", Some((1, Some(Expires)))),
            ("Prevent due", Some((1, Some(Expires)))),
            ("Prevent Score", None),
            ("Prevent Booked", None),
            ("Safeguarding Children Level 3", None),
            ("Safeguarding Children", None),
            ("Expires", None),
            ("", None),
        ] {
            let found = across.named(header).map(|named| (named.course.place(), named.label));
            assert_eq!(found, expected, "{header}");
        }
        assert_eq!(
            across.near("Safeguarding Childern Level 2").as_deref(),
            Some("Safeguarding Children Level 2")
        );
        assert_eq!(across.near("Fire Safety"), None);
    }
}
