//! What the `status` of a training record or a booking says (spec 3.2): whether the row is a completion at all, and
//! whether a place was given up.

use std::collections::HashMap;

use super::row::RowCells;
use super::text;
use crate::import::columns::fields::{ColumnField, is_share};
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, Remark};

/// What a status means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum StatusMeaning {
    /// The training was completed, or the place is taken.
    Holds,
    /// It was not, or the place was given up.
    HoldsNot,
}

use StatusMeaning::{Holds, HoldsNot};

/// The words of one kind of file, folded: letters, digits and `%`, single spaces.
#[derive(Debug)]
pub(in crate::import) struct StatusWords {
    known: &'static [(&'static str, StatusMeaning)],
    /// Whether they say how training went: then `not` before one of them denies it, and so does a share of it.
    is_of_training: bool,
    /// The understood words, for people.
    understood: &'static str,
}

/// What training records say.
pub(in crate::import) const OF_TRAINING: StatusWords = StatusWords {
    known: &[
        ("completed", Holds),
        ("complete", Holds),
        ("passed", Holds),
        ("pass", Holds),
        ("achieved", Holds),
        ("attended", Holds),
        ("competent", Holds),
        ("yes", Holds),
        ("100%", Holds),
        ("failed", HoldsNot),
        ("fail", HoldsNot),
        ("in progress", HoldsNot),
        ("incomplete", HoldsNot),
        ("started", HoldsNot),
        ("not started", HoldsNot),
        ("enrolled", HoldsNot),
        ("booked", HoldsNot),
        ("not attended", HoldsNot),
        ("did not attend", HoldsNot),
        ("dna", HoldsNot),
        ("cancelled", HoldsNot),
        ("canceled", HoldsNot),
        ("withdrawn", HoldsNot),
        ("expired", HoldsNot),
        ("no", HoldsNot),
        // What SCORM and Totara say besides.
        ("overdue", HoldsNot),
        ("browsed", HoldsNot),
    ],
    is_of_training: true,
    understood: "completed, passed, achieved, attended, competent, yes or 100% for a completion; failed, in progress, \
                 incomplete, started, not started, enrolled, booked, not attended, did not attend, cancelled, \
                 withdrawn, expired or no for none (and not, or not yet, before any of the first)",
};

/// What bookings say.
pub(in crate::import) const OF_BOOKINGS: StatusWords = StatusWords {
    known: &[
        ("booked", Holds),
        ("confirmed", Holds),
        ("enrolled", Holds),
        ("registered", Holds),
        ("reserved", Holds),
        ("accepted", Holds),
        ("approved", Holds),
        ("active", Holds),
        ("attended", Holds),
        ("completed", Holds),
        ("complete", Holds),
        ("yes", Holds),
        // How far the training has come: the place was taken all the same.
        ("passed", Holds),
        ("pass", Holds),
        ("failed", Holds),
        ("fail", Holds),
        ("achieved", Holds),
        ("in progress", Holds),
        ("incomplete", Holds),
        ("started", Holds),
        ("not started", Holds),
        ("not yet started", Holds),
        ("cancelled", HoldsNot),
        ("canceled", HoldsNot),
        ("declined", HoldsNot),
        ("withdrawn", HoldsNot),
        ("did not attend", HoldsNot),
        ("not attended", HoldsNot),
        ("dna", HoldsNot),
        ("no", HoldsNot),
    ],
    is_of_training: false,
    understood: "booked, confirmed, enrolled, registered, reserved, accepted, approved, active, attended, completed or \
                 yes for a place that is taken; cancelled, declined, withdrawn, did not attend or no for one given up",
};

impl StatusWords {
    /// What the text means; `None` where it is not understood, or says both.
    ///
    /// A known word with more behind it counts as that word, unless the rest holds one of the opposite meaning:
    /// `Complete via RPL` is a completion, `Passed - not attended` is nothing anybody can rely on.
    fn meaning(&self, text: &str) -> Option<StatusMeaning> {
        let folded = folded(text);
        if self.is_of_training && (is_denied(&folded) || is_in_part(text, &folded)) {
            return Some(HoldsNot);
        }
        let (word, meaning) = self
            .known
            .iter()
            .filter(|(word, _)| begins_with(&folded, word))
            .max_by_key(|(word, _)| word.len())?;
        let rest = folded.get(word.len()..).unwrap_or_default();
        let contradicts = self.known.iter().any(|(other, says)| says != meaning && holds(rest, other));
        // Of `pass: not yet` nobody knows either.
        (!contradicts && !holds(rest, "not")).then_some(*meaning)
    }
}

/// What `not` or `not yet` may stand before, besides the words that hold.
const DENIED: [&str; 5] = ["started", "attempted", "attended", "enrolled", "booked"];

/// Whether the text says of a word, and of nothing else, that it is not so: `Not yet started`, `Not completed`.
fn is_denied(folded: &str) -> bool {
    let rest = folded.strip_prefix("not yet ").or_else(|| folded.strip_prefix("not "));
    rest.is_some_and(|word| DENIED.contains(&word) || OF_TRAINING.known.contains(&(word, Holds)))
}

/// Whether the text says that a share of the training was done, as in `Completed 50%`. Of what was passed it is a mark.
fn is_in_part(text: &str, folded: &str) -> bool {
    let is_of_course = ["complete", "completed", "achieved", "attended", "competent", "yes"];
    let mut pieces = text.split('%');
    pieces.next_back();
    let is_share = |piece: &str| {
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let number = piece.trim_end().rsplit(|c| !digits(c)).next().unwrap_or_default();
        number.parse().is_ok_and(|share: f64| share < 100.0)
    };
    is_of_course.iter().any(|word| holds(folded, word)) && pieces.any(is_share)
}

/// The text in lower case, everything but letters, digits and `%` a single space.
pub(in crate::import) fn folded(text: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || c == '%' { c } else { ' ' };
    let lower: String = text.chars().map(plain).flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the words begin the text.
fn begins_with(text: &str, words: &str) -> bool {
    text.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

/// Whether the words stand in the text.
fn holds(text: &str, words: &str) -> bool {
    text.match_indices(words).any(|(at, _)| {
        let (before, from) = text.split_at(at);
        (before.is_empty() || before.ends_with(' ')) && begins_with(from, words)
    })
}

/// The share of a course done, where the text is nothing else: `85%`, `85 %`, `100.0%`; without the sign too, where the
/// column is one of progress.
fn percentage(text: &str, is_progress: bool) -> Option<f64> {
    let number = match text.trim().strip_suffix('%') {
        Some(number) => number.trim_end(),
        None if is_progress => text.trim(),
        None => return None,
    };
    number.parse().ok().filter(|share: &f64| (0.0..=100.0).contains(share))
}

/// The statuses of a file: what each text met means, and which rows say nothing.
#[derive(Debug)]
pub struct RecordStatuses {
    words: &'static StatusWords,
    met: HashMap<String, Option<StatusMeaning>>,
    /// Whether any row has a status.
    filled: bool,
    /// The lines of rows whose status is empty.
    blank: Vec<u64>,
}

/// The texts remembered; beyond, they are read again each time.
const MOST_MET: usize = 1_000;

impl RecordStatuses {
    /// None met so far.
    pub(in crate::import) fn of(words: &'static StatusWords) -> Self {
        Self { words, met: HashMap::new(), filled: false, blank: Vec::new() }
    }

    /// The index of the column by which the row does not hold; `None` where none says so, or after a fault.
    pub(in crate::import) fn denied_at(&mut self, cells: &mut RowCells<'_, '_>) -> Option<usize> {
        let position = cells.layout.position(ColumnField::Status)?;
        let layout = cells.layout;
        let denies = |&also: &usize| {
            let text = cells.text_at(ColumnField::Status, also);
            self.meaning(&text, is_share(&layout.header_at(also))) == Some(HoldsNot)
        };
        if let Some(also) = layout.also_status.iter().copied().find(denies) {
            self.filled |= !text::is_blank(cells.raw(ColumnField::Status));
            return Some(also);
        }
        if text::is_blank(cells.raw(ColumnField::Status)) {
            self.blank.push(cells.row.line);
            return None;
        }
        self.filled = true;
        let is_progress = is_share(&layout.header(ColumnField::Status));
        let said = cells.parsed(ColumnField::Status, |text| {
            self.meaning(text, is_progress).ok_or_else(|| Rejection::NotAStatus {
                value: text.into(),
                understood: self.words.understood.into(),
            })
        });
        (said == Some(HoldsNot)).then_some(position)
    }

    /// Whether the level reached says that nobody was trained.
    pub(in crate::import) fn level_says_no(&mut self, level: &str) -> bool {
        let words = level.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || c == '-');
        !words.is_empty() && self.meaning(words, false) == Some(HoldsNot)
    }

    fn meaning(&mut self, text: &str, is_progress: bool) -> Option<StatusMeaning> {
        match percentage(text, is_progress) {
            Some(share) if share >= 100.0 => return Some(Holds),
            // Elsewhere than under progress a percentage may be a mark. A place is taken however far the training is.
            Some(_) if is_progress => return Some(if self.words.is_of_training { HoldsNot } else { Holds }),
            _ => {}
        }
        if let Some(met) = self.met.get(text) {
            return *met;
        }
        let meaning = self.words.meaning(text);
        if self.met.len() < MOST_MET {
            self.met.insert(text.to_owned(), meaning);
        }
        meaning
    }

    /// Adds what was met in other rows of the file.
    pub(in crate::import) fn join(&mut self, mut others: Self) {
        self.filled |= others.filled;
        self.blank.append(&mut others.blank);
        self.blank.sort_unstable();
        self.blank.dedup();
    }

    /// Rejects the rows without a status of a file in which others have one: nobody can say what they are.
    pub(in crate::import) fn reject_blank<Row>(self, checked: &mut CheckedFile<Row>) {
        if !self.filled || self.blank.is_empty() {
            return;
        }
        let column = checked.status_column.clone();
        let is_blank = |line: &u64| self.blank.binary_search(line).is_ok();
        let blank = checked.rows.iter().map(|(line, _)| *line).filter(is_blank);
        let missing = Rejection::NoStatus { understood: self.words.understood.into() };
        checked.rejected.extend(blank.map(|line| Remark::rejection(line, column.as_str(), "", &missing)));
        checked.rows.retain(|(line, _)| !is_blank(line));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_says_that_it_was_completed_is_a_completion() {
        for (text, expected) in [
            ("Completed", Some(Holds)),
            ("COMPLETE", Some(Holds)),
            ("pass", Some(Holds)),
            ("Passed", Some(Holds)),
            (" Achieved ", Some(Holds)),
            ("Attended", Some(Holds)),
            ("Competent", Some(Holds)),
            ("Yes", Some(Holds)),
            ("100%", Some(Holds)),
            ("Complete via RPL", Some(Holds)),
            ("Completed (classroom)", Some(Holds)),
            ("Passed - 85%", Some(Holds)),
            ("Completed 100%", Some(Holds)),
            ("Complete: 100.0 %", Some(Holds)),
            ("100% complete", Some(Holds)),
            ("Completed 50%", Some(HoldsNot)),
            ("Complete: 75%", Some(HoldsNot)),
            ("Complete (99.5 %)", Some(HoldsNot)),
            ("50% complete", Some(HoldsNot)),
            ("Attended 50%", Some(HoldsNot)),
            ("Failed", Some(HoldsNot)),
            ("Fail", Some(HoldsNot)),
            ("In Progress", Some(HoldsNot)),
            ("in-progress", Some(HoldsNot)),
            ("IN_PROGRESS", Some(HoldsNot)),
            ("Incomplete", Some(HoldsNot)),
            ("Not started", Some(HoldsNot)),
            ("Started", Some(HoldsNot)),
            ("Enrolled", Some(HoldsNot)),
            ("Booked", Some(HoldsNot)),
            ("Not Attended", Some(HoldsNot)),
            ("Did not attend", Some(HoldsNot)),
            ("DNA", Some(HoldsNot)),
            ("Cancelled by learner", Some(HoldsNot)),
            ("Withdrawn", Some(HoldsNot)),
            ("Expired", Some(HoldsNot)),
            ("No", Some(HoldsNot)),
            ("Not completed", Some(HoldsNot)),
            ("Not yet started", Some(HoldsNot)),
            ("Not Attempted", Some(HoldsNot)),
            ("Not yet competent", Some(HoldsNot)),
            ("Overdue", Some(HoldsNot)),
            // A word within a word, the opposite beside it, or words nobody knows.
            ("Completed - expired", None),
            ("Passed, then withdrawn", None),
            ("Failed to complete", None),
            ("Pass not yet", None),
            ("Passport", None),
            ("Nominated", None),
            ("Not known", None),
            ("Not completed online, attended", None),
            ("Compliant", None),
            ("87", None),
            ("?", None),
        ] {
            assert_eq!(OF_TRAINING.meaning(text), expected, "{text}");
        }
    }

    #[test]
    fn a_level_says_no_only_in_words() {
        for (text, expected) in [
            ("0 - Not yet competent", true),
            ("Not competent", true),
            ("2 - Failed", true),
            ("1 - Attended", false),
            ("1 - Achieved", false),
            ("Level 2", false),
            ("3", false),
            ("", false),
        ] {
            assert_eq!(RecordStatuses::of(&OF_TRAINING).level_says_no(text), expected, "{text}");
        }
    }

    #[test]
    fn a_place_that_was_given_up_is_not_booked() {
        for (text, expected) in [
            ("Booked", Some(Holds)),
            ("Confirmed", Some(Holds)),
            ("Cancelled", Some(HoldsNot)),
            ("Canceled", Some(HoldsNot)),
            ("Declined by manager", Some(HoldsNot)),
            ("Not started", Some(Holds)),
            ("In progress", Some(Holds)),
            ("Completed 50%", Some(Holds)),
            ("Withdrawn", Some(HoldsNot)),
            ("Booked - cancelled", None),
            ("Waiting list", None),
        ] {
            assert_eq!(OF_BOOKINGS.meaning(text), expected, "{text}");
        }
    }

    #[test]
    fn a_percentage_is_progress_only_under_progress() {
        for (text, is_progress, expected) in [
            ("100%", false, Some(100.0)),
            ("100.0 %", true, Some(100.0)),
            ("85", true, Some(85.0)),
            ("85", false, None),
            ("120%", true, None),
            ("-1%", true, None),
            ("all", true, None),
        ] {
            assert_eq!(percentage(text, is_progress), expected, "{text}");
        }
    }
}
