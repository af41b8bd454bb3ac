//! The words by which files say whether something was completed, or a place is taken (spec 3.2).

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
    pub(super) is_of_training: bool,
    /// The understood words, for people.
    pub(super) understood: &'static str,
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
        // What columns of yes or no say besides.
        ("y", Holds),
        ("true", Holds),
        ("n", HoldsNot),
        ("false", HoldsNot),
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

/// What exemptions say.
pub(in crate::import) const OF_EXEMPTIONS: StatusWords = StatusWords {
    known: &[
        ("approved", Holds),
        ("agreed", Holds),
        ("granted", Holds),
        ("accepted", Holds),
        ("authorised", Holds),
        ("authorized", Holds),
        ("confirmed", Holds),
        ("active", Holds),
        ("current", Holds),
        ("exempt", Holds),
        ("yes", Holds),
        ("y", Holds),
        ("true", Holds),
        ("declined", HoldsNot),
        ("rejected", HoldsNot),
        ("refused", HoldsNot),
        ("denied", HoldsNot),
        ("pending", HoldsNot),
        ("awaiting", HoldsNot),
        ("requested", HoldsNot),
        ("submitted", HoldsNot),
        ("draft", HoldsNot),
        ("under review", HoldsNot),
        ("expired", HoldsNot),
        ("ended", HoldsNot),
        ("closed", HoldsNot),
        ("inactive", HoldsNot),
        ("revoked", HoldsNot),
        ("cancelled", HoldsNot),
        ("canceled", HoldsNot),
        ("withdrawn", HoldsNot),
        ("not approved", HoldsNot),
        ("not agreed", HoldsNot),
        ("not granted", HoldsNot),
        ("not exempt", HoldsNot),
        ("no", HoldsNot),
        ("n", HoldsNot),
        ("false", HoldsNot),
    ],
    is_of_training: false,
    understood: "approved, agreed, granted, accepted, confirmed, active, exempt or yes for one that was given; declined, \
                 rejected, pending, requested, expired, ended, cancelled, withdrawn or no for one that was not, or holds \
                 no more",
};

/// Words behind one that holds which leave open whether it does, or take it back.
const OPEN: [&str; 44] = [
    "pending",
    "awaiting",
    "awaited",
    "subject",
    "provisional",
    "provisionally",
    "conditional",
    "conditionally",
    "unconfirmed",
    "tbc",
    "resit",
    "resits",
    "retake",
    "retakes",
    "reassessment",
    "repeat",
    "referred",
    "deferred",
    "revoked",
    "rescinded",
    "void",
    "voided",
    "lapsed",
    "superseded",
    "part",
    "parts",
    "partial",
    "partially",
    "partly",
    "only",
    "remaining",
    "outstanding",
    "half",
    "planned",
    "scheduled",
    "nominated",
    "due",
    "error",
    "errors",
    "mistake",
    "mistakenly",
    "invalid",
    "invalidated",
    "duplicate",
];
/// Words for a part of a course, which leave it open where a number follows: `Completed module 1`.
const PARTS: [&str; 8] = ["module", "section", "session", "unit", "chapter", "topic", "day", "stage"];
/// What answers no right behind a word that holds, and may be anything further on.
const NONE: [&str; 4] = ["0", "zero", "nil", "none"];

impl StatusWords {
    /// What the text means; `None` where it is not understood, or says both.
    ///
    /// A known word with more behind it counts as that word, unless the rest holds one of the opposite meaning, or leaves it
    /// open: `Complete via RPL` is a completion, `Passed - not attended` and `Completed part 1` are nothing anybody can rely
    /// on.
    pub(super) fn meaning(&self, text: &str) -> Option<StatusMeaning> {
        let folded = folded(text);
        if self.is_of_training && (is_denied(&folded) || is_in_part(text, &folded)) {
            return Some(HoldsNot);
        }
        let (word, meaning) = self
            .known
            .iter()
            .filter(|(word, _)| if is_letter(word) { folded == *word } else { begins_with(&folded, word) })
            .max_by_key(|(word, _)| word.len())?;
        let rest = folded.get(word.len()..).unwrap_or_default();
        // `Complete: N` says no; of `Passed (N Patel)` it is a name.
        let says_in_rest =
            |other: &str| if is_letter(other) { rest.trim() == other } else { holds(rest, other) };
        let contradicts = self.known.iter().any(|(other, says)| says != meaning && says_in_rest(other));
        let is_open = self.is_of_training && *meaning == Holds && (leaves_open(rest) || text.contains('?'));
        // Of `pass: not yet` nobody knows either.
        (!contradicts && !is_open && !holds(rest, "not")).then_some(*meaning)
    }
}

/// Whether a word is a letter, which says yes or no only where it stands alone: `N/A` is another.
fn is_letter(word: &str) -> bool {
    word.len() == 1
}

fn leaves_open(rest: &str) -> bool {
    let words: Vec<&str> = rest.split(' ').filter(|word| !word.is_empty()).collect();
    let is_number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    // `Day 1 of 1` is all of it.
    let is_part = |pair: &[&str]| matches!(pair, [part, number] if PARTS.contains(part) && is_number(number));
    words.first().is_some_and(|word| NONE.contains(word))
        || words.iter().any(|word| OPEN.contains(word))
        || (!words.contains(&"of") && words.windows(2).any(is_part))
}

/// What `not` or `not yet` may stand before, besides the words that hold.
const DENIED: [&str; 5] = ["started", "attempted", "attended", "enrolled", "booked"];

/// Whether the text says of a word, and of nothing else, that it is not so: `Not yet started`, `Not completed`.
fn is_denied(folded: &str) -> bool {
    let rest = folded.strip_prefix("not yet ").or_else(|| folded.strip_prefix("not "));
    rest.is_some_and(|word| DENIED.contains(&word) || OF_TRAINING.known.contains(&(word, Holds)))
}

/// The words of which a share may be said. Of what was passed it is a mark.
const SHARED: [&str; 6] = ["complete", "completed", "achieved", "attended", "competent", "yes"];

/// Whether the text says that a share of the training was done: `Completed 50%`, `Attended 1 of 2 days`, `Complete 1/2`.
fn is_in_part(text: &str, folded: &str) -> bool {
    SHARED.iter().any(|word| holds(folded, word)) && (is_percentage_below(text) || is_count_below(text))
}

/// Whether the text has a percentage below 100.
fn is_percentage_below(text: &str) -> bool {
    let text = text.to_lowercase().replace("per cent", "%").replace("percent", "%");
    let mut pieces = text.split('%');
    pieces.next_back();
    let is_share = |piece: &str| {
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        let number = piece.trim_end().rsplit(|c| !digits(c)).next().unwrap_or_default();
        number.parse().is_ok_and(|share: f64| share < 100.0)
    };
    pieces.any(is_share)
}

/// Whether the text counts fewer than there are: `1 of 4`, `one module out of two`, `1/2`. A date has two slashes.
fn is_count_below(text: &str) -> bool {
    let lower = text.to_lowercase();
    let spaced = |c: char| c.is_whitespace() || "()[],;:.-".contains(c);
    let words: Vec<&str> = lower.split(spaced).filter(|word| !word.is_empty()).collect();
    let in_one = |word: &&str| match word.split('/').map(number).collect::<Vec<_>>()[..] {
        [Some(part), Some(whole)] => part < whole,
        _ => false,
    };
    let of = |at: usize| {
        let part = words.get(at.saturating_sub(3)..at)?.iter().rev().find_map(|word| number(word))?;
        let behind = words.get(at + 1..)?.iter().take(2);
        let whole = behind.filter(|word| !["the", "all"].contains(word)).find_map(|word| number(word))?;
        Some(part < whole)
    };
    let mut places = words.iter().enumerate().filter(|(_, word)| matches!(**word, "of" | "/"));
    words.iter().any(in_one) || places.any(|(at, _)| of(at) == Some(true))
}

/// What is counted of a course is no more than this; a year is.
const MOST_COUNTED: u32 = 100;

/// A small number, in digits or as a word.
fn number(word: &str) -> Option<u32> {
    const WORDS: [&str; 11] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
    let named = || WORDS.iter().position(|known| *known == word).and_then(|at| u32::try_from(at).ok());
    word.parse().ok().or_else(named).filter(|number| *number <= MOST_COUNTED)
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

/// Whether the words stand in the text, which has single spaces.
fn holds(text: &str, words: &str) -> bool {
    let ends = |before: Option<char>| before.is_none_or(|c| c == ' ');
    text.match_indices(words).any(|(at, found)| {
        let (before, behind) = (text.get(..at), text.get(at + found.len()..));
        ends(before.and_then(|before| before.chars().next_back()))
            && ends(behind.and_then(|behind| behind.chars().next()))
    })
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
    fn a_share_is_no_completion_and_what_leaves_it_open_is_not_understood() {
        for (text, expected) in [
            ("Completed 4 of 4", Some(Holds)),
            ("Completed 4/4 modules", Some(Holds)),
            ("Attended day 1 of 1", Some(Holds)),
            ("Attended both of two days", Some(Holds)),
            ("Completed on 03/04/2025", Some(Holds)),
            ("Passed 17/20", Some(Holds)),
            ("Passed - particularly well", Some(Holds)),
            ("Passed (N Patel)", Some(Holds)),
            ("Y", Some(Holds)),
            ("TRUE", Some(Holds)),
            ("N", Some(HoldsNot)),
            ("FALSE", Some(HoldsNot)),
            ("N/A", None),
            ("Y?N", None),
            ("Completed 1 of 4 modules", Some(HoldsNot)),
            ("Completed one of four", Some(HoldsNot)),
            ("Completed 1 module out of 4", Some(HoldsNot)),
            ("Completed 0 of 4", Some(HoldsNot)),
            ("Attended 1 of 2 days", Some(HoldsNot)),
            ("Attended (day 1 of 2)", Some(HoldsNot)),
            ("Complete 1/2", Some(HoldsNot)),
            ("Complete (1 / 2)", Some(HoldsNot)),
            ("Completed 50 percent", Some(HoldsNot)),
            ("Completed 50 per cent", Some(HoldsNot)),
            ("Failed - resit required", Some(HoldsNot)),
            ("Attended in part", None),
            ("Completed part 1", None),
            ("Completed (partially)", None),
            ("Partially completed", None),
            ("Passed theory only", None),
            ("Complete pending approval", None),
            ("Complete, awaiting approval", None),
            ("Complete - resit required", None),
            ("Complete - retake", None),
            ("Pass - revoked", None),
            ("Completed, 1 module outstanding", None),
            ("Complete: N", None),
            ("Complete: FALSE", None),
            ("Complete: no", None),
            ("Complete: 0", None),
            ("Pass?", None),
            ("Yes?", None),
            ("yes - planned", None),
            ("Attended 0 days", None),
            ("Achieved (in error)", None),
            ("Completed by mistake", None),
            ("Completed - invalid", None),
            ("Completed module 1", None),
            ("Attended half day", None),
            ("Attended morning", Some(Holds)),
            ("Passed with 10 of 10", Some(Holds)),
            ("Completed module", Some(Holds)),
        ] {
            assert_eq!(OF_TRAINING.meaning(text), expected, "{text}");
        }
    }

    #[test]
    fn an_exemption_holds_only_where_somebody_gave_it() {
        for (text, expected) in [
            ("Approved", Some(Holds)),
            ("Approved by matron", Some(Holds)),
            ("Active", Some(Holds)),
            ("Declined", Some(HoldsNot)),
            ("Not approved", Some(HoldsNot)),
            ("Pending approval", Some(HoldsNot)),
            ("Awaiting decision", Some(HoldsNot)),
            ("Expired", Some(HoldsNot)),
            ("Approved - expired", None),
            ("Inactive", Some(HoldsNot)),
            ("Perhaps", None),
        ] {
            assert_eq!(OF_EXEMPTIONS.meaning(text), expected, "{text}");
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
}
