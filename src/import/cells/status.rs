//! What the `status` of a training record or a booking says (spec 3.2): whether the row is a completion at all, and
//! whether a place was given up.

use std::collections::HashMap;

use super::numbers::parse_yes_no;
use super::row::RowCells;
use super::status_words::StatusMeaning::{Holds, HoldsNot};
use super::status_words::{OF_BOOKINGS, OF_TRAINING, StatusMeaning, StatusWords, folded};
use super::text;
use crate::import::columns::fields::{ColumnField, is_share};
use crate::import::messages::Rejection;
use crate::import::{CheckedFile, Remark};

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
    own: MetWords,
    /// What is said of a place beside what is said of the training.
    of_places: MetWords,
    /// Of each level met, whether it says that nobody was trained.
    levels: HashMap<String, bool>,
    /// Whether any row has a status.
    filled: bool,
    /// The lines of rows whose status is empty.
    blank: Vec<u64>,
}

/// Words, and what each text met means by them.
#[derive(Debug)]
struct MetWords {
    words: &'static StatusWords,
    met: HashMap<String, Option<StatusMeaning>>,
}

/// The texts remembered; beyond, they are read again each time.
const MOST_MET: usize = 1_000;

/// What is written in place of a level, folded, where nobody has one.
const NO_LEVELS: [&str; 22] = [
    "none",
    "nil",
    "not assessed",
    "not yet assessed",
    "unassessed",
    "to be assessed",
    "awaiting assessment",
    "pending",
    "not trained",
    "untrained",
    "in training",
    "training",
    "trainee",
    "working towards",
    "in development",
    "developing",
    "not applicable",
    "not required",
    "n a",
    "na",
    "not held",
    "not met",
];

impl MetWords {
    fn of(words: &'static StatusWords) -> Self {
        Self { words, met: HashMap::new() }
    }

    fn meaning(&mut self, text: &str) -> Option<StatusMeaning> {
        if let Some(met) = self.met.get(text) {
            return *met;
        }
        let meaning = self.words.meaning(text);
        if self.met.len() < MOST_MET {
            self.met.insert(text.to_owned(), meaning);
        }
        meaning
    }
}

impl RecordStatuses {
    /// None met so far.
    pub(in crate::import) fn of(words: &'static StatusWords) -> Self {
        Self {
            own: MetWords::of(words),
            of_places: MetWords::of(&OF_BOOKINGS),
            levels: HashMap::new(),
            filled: false,
            blank: Vec::new(),
        }
    }

    /// The index of the column by which the row does not hold; `None` where none says so, or after a fault.
    pub(in crate::import) fn denied_at(&mut self, cells: &mut RowCells<'_, '_>) -> Option<usize> {
        let position = cells.layout.position(ColumnField::Status)?;
        let layout = cells.layout;
        let mut is_filled = !text::is_blank(cells.raw(ColumnField::Status));
        for &also in &layout.also_status {
            let Some(text) = cells.sound_text_at(ColumnField::Status, also) else { continue };
            if text.is_empty() {
                continue;
            }
            is_filled = true;
            match self.meaning(&text, is_share(&layout.header_at(also))) {
                Some(HoldsNot) => {
                    self.filled = true;
                    return Some(also);
                }
                // A mark beside a status says nothing that it does not.
                None if text.chars().any(char::is_alphabetic) => {
                    cells.fault_at(also, &self.not_understood(&text));
                }
                _ => {}
            }
        }
        let mut gives_up = |also: usize| {
            let text = cells.sound_text_at(ColumnField::Status, also)?;
            Some(self.of_places.meaning(&text) == Some(HoldsNot))
        };
        let denied = layout.also_place.iter().copied().find(|also| gives_up(*also) == Some(true));
        if denied.is_some() {
            self.filled |= is_filled;
            return denied;
        }
        if !is_filled {
            self.blank.push(cells.row.line);
            return None;
        }
        self.filled = true;
        let is_progress = is_share(&layout.header(ColumnField::Status));
        let said = cells.parsed(ColumnField::Status, |text| {
            self.meaning(text, is_progress).ok_or_else(|| self.not_understood(text))
        });
        (said == Some(HoldsNot)).then_some(position)
    }

    /// What the text means; `None` where it is not understood.
    pub(in crate::import) fn meaning(&mut self, text: &str, is_progress: bool) -> Option<StatusMeaning> {
        match percentage(text, is_progress) {
            Some(share) if share >= 100.0 => return Some(Holds),
            // Elsewhere than under progress a percentage may be a mark. A place is taken however far the training is.
            Some(_) if is_progress => {
                return Some(if self.own.words.is_of_training { HoldsNot } else { Holds });
            }
            _ => {}
        }
        self.own.meaning(text)
    }

    /// Whether a cell of a column that denies completions does: yes, a tick, or words that say so.
    ///
    /// # Errors
    /// When it can't be told.
    pub(in crate::import) fn is_denial(&mut self, text: &str) -> Result<bool, Rejection> {
        if matches!(text, "" | "-" | "\u{2013}") || ["n/a", "na"].contains(&text.to_lowercase().as_str()) {
            return Ok(false);
        }
        if matches!(text, "x" | "X" | "\u{2713}" | "\u{2714}") {
            return Ok(true);
        }
        parse_yes_no(text).or_else(|reason| match self.own.meaning(text) {
            Some(said) => Ok(said == HoldsNot),
            None => Err(reason),
        })
    }

    /// Why a text that is not understood rejects what it stands beside.
    pub(in crate::import) fn not_understood(&self, text: &str) -> Rejection {
        Rejection::NotAStatus { value: text.into(), understood: self.own.words.understood.into() }
    }

    /// Why nothing at all does, where others say something.
    pub(in crate::import) fn nothing_said(&self) -> Rejection {
        Rejection::NoStatus { understood: self.own.words.understood.into() }
    }

    /// Whether a level of a competence says that nobody was trained: level 0, and words that say no or that nothing is known.
    pub(in crate::import) fn level_says_no(&mut self, level: &str) -> bool {
        if let Some(met) = self.levels.get(level) {
            return *met;
        }
        let folded = folded(level);
        let named = ["level ", "lvl "].iter().find_map(|word| folded.strip_prefix(word)).unwrap_or(&folded);
        let words = named.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let number = named.get(..named.len() - words.len()).unwrap_or_default().trim_end();
        let is_zero = !number.is_empty() && number.chars().all(|c| c == '0' || c == ' ');
        let says_no = is_zero
            || NO_LEVELS.contains(&words)
            || (!words.is_empty() && OF_TRAINING.meaning(words) == Some(HoldsNot));
        if self.levels.len() < MOST_MET {
            self.levels.insert(level.to_owned(), says_no);
        }
        says_no
    }

    /// Adds what was met in other rows of the file.
    pub(in crate::import) fn join(&mut self, mut others: Self) {
        self.filled |= others.filled;
        self.blank.append(&mut others.blank);
        self.blank.sort_unstable();
        self.blank.dedup();
    }

    /// Rejects the rows without a status of a file in which others have one, and gives them back: nobody can say what they
    /// are.
    pub(in crate::import) fn reject_blank<Row>(self, checked: &mut CheckedFile<Row>) -> Vec<(u64, Row)> {
        if !self.filled || self.blank.is_empty() {
            return Vec::new();
        }
        let column = checked.status_column.clone();
        let missing = self.nothing_said();
        let is_blank = |line: &u64| self.blank.binary_search(line).is_ok();
        let blank: Vec<(u64, Row)> = checked.rows.extract_if(.., |(line, _)| is_blank(line)).collect();
        let rejected = blank.iter().map(|(line, _)| Remark::rejection(*line, column.as_str(), "", &missing));
        checked.rejected.extend(rejected);
        blank
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_says_no_where_it_is_none_or_in_words() {
        for (text, expected) in [
            ("0 - Not yet competent", true),
            ("0 - Not assessed", true),
            ("0 - None", true),
            ("0", true),
            ("00", true),
            ("Level 0", true),
            ("0 - Attended", true),
            ("Not assessed", true),
            ("In training", true),
            ("1 - In Training", true),
            ("Not Applicable", true),
            ("N/A", true),
            ("None", true),
            ("Not competent", true),
            ("2 - Failed", true),
            ("1 - Attended", false),
            ("1 - Achieved", false),
            ("10 - Expert", false),
            ("Level 2", false),
            ("3", false),
            ("", false),
        ] {
            let mut statuses = RecordStatuses::of(&OF_TRAINING);
            assert_eq!(statuses.level_says_no(text), expected, "{text}");
            assert_eq!(statuses.level_says_no(text), expected, "{text}, again");
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
