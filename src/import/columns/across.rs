//! Names of courses as headers, and what the cells below them say (spec 3.2).

use std::collections::HashMap;

use super::labels::{CellsSay, is_of_dates, is_plan, label};
use super::map::folded;
use crate::import::named::courses::CourseNames;
use crate::policy::{CourseIndex, Policy};

/// The most words that such a label has.
const LONGEST_LABEL: usize = 4;
/// Behind a label of expiries, it says that completions are counted back from them, whatever is said with the file.
const ALONE: &str = " only";

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
    /// What a map says to read in place of a header, by the header folded.
    words: HashMap<String, String>,
    /// What was said of the cells with the file.
    pub(in crate::import) cells: Option<CellsSay>,
}

impl Across {
    pub(in crate::import) fn new(
        policy: &Policy,
        words: HashMap<String, String>,
        cells: Option<CellsSay>,
    ) -> Self {
        Self { courses: CourseNames::of(policy), words, cells }
    }

    /// The course of this name, by the words of a map too.
    fn known(&self, name: &str) -> Option<CourseIndex> {
        let meant = if self.words.is_empty() { None } else { self.words.get(&folded(name)) };
        self.courses.known(meant.map_or(name, String::as_str))
    }

    /// The course that a header names, by any of its names, perhaps with a label such as `Expiry date` before or behind
    /// it.
    pub(in crate::import) fn named(&self, header: &str) -> Option<Named> {
        if header.is_empty() {
            return None;
        }
        if let Some(course) = self.known(header) {
            return Some(Named { course, label: None, is_alone: false });
        }
        if let Some(labelled) = header.strip_suffix(ALONE) {
            let named = self.named(labelled).filter(|named| named.label == Some(CellsSay::Expires));
            return named.map(|named| Named { is_alone: true, ..named });
        }
        let labelled = self.with_label(header, |words| label(words).map(Some));
        let dated = || self.with_label(header, |words| is_of_dates(words).then_some(None));
        let (course, label) = labelled.or_else(dated)?;
        Some(Named { course, label, is_alone: false })
    }

    /// The course that a header names besides words of another sort, before or behind it, and what these say.
    pub(in crate::import) fn with_label<T>(
        &self,
        header: &str,
        label: impl Fn(&str) -> Option<T>,
    ) -> Option<(CourseIndex, T)> {
        let cuts: Vec<usize> =
            header.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).collect();
        let behind = cuts.iter().rev().take(LONGEST_LABEL).map(|&cut| header.split_at(cut));
        let before = cuts.iter().take(LONGEST_LABEL).map(|&cut| header.split_at(cut)).map(|(a, b)| (b, a));
        behind.chain(before).find_map(|(name, words)| {
            let label = label(words)?;
            Some((self.known(bare(name))?, label))
        })
    }

    /// Whether a header names a course and has other words besides.
    pub(in crate::import) fn names_besides(&self, header: &str) -> bool {
        self.with_label(header, |_| Some(())).is_some()
    }

    /// Whether a header names a course, and says that the dates below it are of places booked or of plans.
    pub(in crate::import) fn is_planned(&self, header: &str) -> bool {
        self.with_label(header, |words| is_plan(words).then_some(())).is_some()
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
        if self.known(header).is_some() || self.courses.ignores(header) {
            return None;
        }
        self.courses.close(header)
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
    use super::*;
    use crate::import::columns::labels::CellsSay::{Completed, Expires};
    use crate::import::sample::{course, policy};

    #[test]
    fn a_header_names_a_course_and_perhaps_what_the_dates_below_it_are() {
        let mut children = course("SGC-L2", "Safeguarding Children Level 2");
        children.aliases = vec!["NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|".into()];
        let across = Across::new(&policy(vec![children, course("P", "Prevent")]), HashMap::new(), None);
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
            ("Prevent Date", Some((1, None))),
            ("Date of Prevent", Some((1, None))),
            ("Dates: SGC-L2", Some((0, None))),
            ("Prevent Date Booked", None),
            ("Prevent Target Date", None),
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
        let across = Across::new(&policy(vec![course("P", "Prevent")]), HashMap::new(), None);
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
}
