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
const EXPIRES: [&str; 36] = [
    "expires",
    "expires on",
    "expiry",
    "expiry date",
    "date of expiry",
    "date expires",
    "expiration",
    "expiration date",
    "expires by",
    "exp",
    "exp date",
    "valid until",
    "valid till",
    "valid to",
    "compliant until",
    "compliant to",
    "compliance end",
    "compliance end date",
    "in date until",
    "lapses",
    "lapses on",
    "lapse date",
    "out of date on",
    "renewal",
    "renewal date",
    "renewal due",
    "renew by",
    "retrain by",
    "retraining date",
    "due",
    "due by",
    "due on",
    "due date",
    "date due",
    "next due",
    "next due date",
];
/// The most words that such a label has.
const LONGEST_LABEL: usize = 4;
/// Behind a label of expiries, it says that completions are counted back from them, whatever is said with the file.
const ALONE: &str = " only";

/// Beginnings of words by which a title says that dates are of expiries, as any label of expiries in it does.
const EXPIRY_STEMS: [&str; 4] = ["expir", "laps", "renew", "retrain"];

/// A course across.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Named {
    /// Index of the course in the policy.
    pub(in crate::import) course: CourseIndex,
    /// What the header says of the dates below it, where it does.
    pub(in crate::import) label: Option<CellsSay>,
    /// Whether it also says that no completions stand beside its expiries: they are counted back from these.
    pub(in crate::import) is_alone: bool,
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
            return Some(Named { course, label: None, is_alone: false });
        }
        if let Some(labelled) = header.strip_suffix(ALONE) {
            let named = self.named(labelled).filter(|named| named.label == Some(CellsSay::Expires));
            return named.map(|named| Named { is_alone: true, ..named });
        }
        let cuts: Vec<usize> =
            header.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
        let behind = cuts.iter().rev().take(LONGEST_LABEL).map(|&cut| header.split_at(cut));
        let before = cuts.iter().take(LONGEST_LABEL).map(|&cut| header.split_at(cut)).map(|(a, b)| (b, a));
        behind.chain(before).find_map(|(name, words)| {
            let label = label(words)?;
            let course = self.courses.known(bare(name))?;
            Some(Named { course, label: Some(label), is_alone: false })
        })
    }

    /// The header of a column of expiries in words that say so by themselves, also where it was said with the file.
    pub(in crate::import) fn of_expiries(&self, header: &str) -> String {
        match self.named(header) {
            Some(Named { is_alone: true, .. }) => header.to_owned(),
            Some(Named { label: Some(_), .. }) => format!("{header}{ALONE}"),
            _ => format!("{header} Expires{ALONE}"),
        }
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
    let words = folded(title).replace("dates", "date");
    // `Due to` gives a reason, and no date.
    let padded = format!(" {words} ").replace(" due to ", " ");
    padded.split(' ').any(|word| EXPIRY_STEMS.iter().any(|stem| word.starts_with(stem)))
        || EXPIRES.iter().any(|label| padded.contains(&format!(" {label} ")))
}

/// What a header that is a label and nothing else says of the dates below it. Where headers must differ, spreadsheets
/// number those that do not: `Expires2`.
pub(in crate::import) fn bare_label(header: &str) -> Option<CellsSay> {
    label(header.trim_end_matches(|c: char| !c.is_alphabetic()))
}

/// Words in lower case, without punctuation.
fn folded(words: &str) -> String {
    let plain: String = words.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a label says of dates.
fn label(words: &str) -> Option<CellsSay> {
    let words = folded(words);
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
            ("Prevent due by", Some((1, Some(Expires)))),
            ("Prevent out of date on", Some((1, Some(Expires)))),
            ("Prevent Exp. Date", Some((1, Some(Expires)))),
            ("Compliance end date: Prevent", Some((1, Some(Expires)))),
            ("Prevent only", None),
            ("Prevent Completed only", None),
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

    #[test]
    fn what_was_said_of_expiries_with_the_file_is_said_by_their_headers() {
        let across = Across::new(&policy(vec![course("P", "Prevent")]), None);
        for (header, expected) in [
            ("Prevent", "Prevent Expires only"),
            ("Prevent Expires", "Prevent Expires only"),
            ("Prevent (expiry date)", "Prevent (expiry date) only"),
            ("Date of expiry: Prevent", "Date of expiry: Prevent only"),
            ("Prevent Expires only", "Prevent Expires only"),
        ] {
            let written = across.of_expiries(header);
            assert_eq!(written, expected);
            let read = across.named(&written).map(|named| (named.label, named.is_alone));
            assert_eq!(read, Some((Some(Expires), true)), "{written}");
        }
    }

    #[test]
    fn a_title_speaks_of_expiries_in_every_usual_word_for_them() {
        for (title, expected) in [
            ("Expiry dates of training", true),
            ("Training due dates", true),
            ("Refresher due by", true),
            ("Valid to", true),
            ("Valid until", true),
            ("Lapse dates", true),
            ("Out of date on", true),
            ("Retraining dates", true),
            ("Exp. dates", true),
            ("Compliance end dates", true),
            ("Next due", true),
            ("Renew by", true),
            ("Training RENEWALS", true),
            ("Mandatory training 2026", false),
            ("Refresher training completed", false),
            ("Training dates", false),
            ("Lower than before due to a move", false),
            ("Experience of care", false),
            ("Surgery", false),
            ("", false),
        ] {
            assert_eq!(speaks_of_expiries(title), expected, "{title}");
        }
    }

    #[test]
    fn a_bare_label_may_be_numbered() {
        for (header, expected) in [
            ("Expires", Some(Expires)),
            ("Expiry Date", Some(Expires)),
            ("Expires2", Some(Expires)),
            ("Valid until (3)", Some(Expires)),
            ("Expiry.1", Some(Expires)),
            ("Date completed", Some(Completed)),
            ("Venue", None),
            ("2", None),
            ("", None),
        ] {
            assert_eq!(bare_label(header), expected, "{header}");
        }
    }
}
