//! Titles, notes and names by which the dates of a matrix are of places booked or of plans, told from those in which such a word
//! is of something else: *Planned Care*, *Booking Office*, *before you plan cover*.

use super::words::folded;

/// Words that say so of what they stand beside.
const PLANNED: [&str; 6] = ["booked", "planned", "scheduled", "upcoming", "forthcoming", "nominated"];
/// Words for all that is booked or planned.
const PLANS: [&str; 11] = [
    "booking",
    "bookings",
    "plan",
    "plans",
    "planning",
    "planner",
    "schedule",
    "schedules",
    "nominations",
    "enrolments",
    "enrollments",
];
/// What a matrix is of.
const OF_TRAINING: [&str; 13] = [
    "date",
    "dates",
    "training",
    "course",
    "courses",
    "session",
    "sessions",
    "class",
    "classes",
    "place",
    "places",
    "refresher",
    "refreshers",
];
/// Words between such a word and what it is of.
const OF: [&str; 5] = ["of", "for", "the", "all", "our"];
/// Words before such a word of dates.
const ARE: [&str; 5] = ["are", "is", "were", "be", "being"];
/// Words behind such a word that say nothing of what it is of.
const WHERE_AND_WHEN: [&str; 12] =
    ["at", "in", "by", "on", "from", "to", "until", "till", "as", "with", "for", "and"];

/// Whether a text says that training is booked or planned, or is such a word and nothing else.
pub(super) fn are_told_of(text: &str) -> bool {
    text.replace(" - ", "|").split(is_end).any(|part| is_told_in(&folded(part)))
}

/// Whether what stands before has nothing to do with what stands behind.
fn is_end(c: char) -> bool {
    matches!(c, '|' | ',' | ';' | ':' | '.' | '(' | ')' | '[' | ']' | '\u{2013}' | '\u{2014}' | '\n')
}

fn is_told_in(part: &str) -> bool {
    let words: Vec<&str> = part.split(' ').filter(|word| !word.is_empty()).collect();
    (0..words.len()).any(|at| is_told_at(&words, at))
}

fn is_told_at(words: &[&str], at: usize) -> bool {
    let word = words.get(at).copied().unwrap_or_default();
    let is_planned = PLANNED.contains(&word);
    if !is_planned && !PLANS.contains(&word) {
        return false;
    }
    let is_of_training = |word: &&str| OF_TRAINING.contains(word);
    let (before, behind) = (words.get(..at).unwrap_or_default(), words.get(at + 1..).unwrap_or_default());
    let next = behind.first();
    let object = behind.iter().find(|word| !OF.contains(word));
    // `Planned training`, `plan of training`, and `booking dates`; but `care planning training` is training in it.
    let is_of_next = object.is_some_and(|object| {
        is_of_training(object) && (is_planned || next != Some(object) || object.starts_with("date"))
    });
    let goes_on = next.is_some_and(|next| {
        next.starts_with(char::is_alphabetic) && !WHERE_AND_WHEN.contains(next) && !is_of_training(next)
    });
    let last = before.last();
    let is_of_last = last.is_some_and(|last| is_of_training(last) || (is_planned && ARE.contains(last)));
    let is_alone = before.iter().chain(behind).all(|word| !word.starts_with(char::is_alphabetic));
    is_of_next || is_alone || (is_of_last && !goes_on)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_said_of_training_or_dates_speaks_of_plans() {
        for (text, expected) in [
            ("Training booked 2026/27", true),
            ("training_booked", true),
            ("training booked at the Education Centre", true),
            ("Planned training", true),
            ("Upcoming courses in Surgery", true),
            ("Booked dates", true),
            ("Booking dates", true),
            ("Training plan 2026/27", true),
            ("Training planner - Surgery", true),
            ("Schedule of courses", true),
            ("Plan for the training of nurses", true),
            ("Course bookings (November)", true),
            ("Bookings", true),
            ("Planner 2026", true),
            ("These are dates of booked courses", true),
            ("All dates are of booked courses, not of completions", true),
            ("Dates in blue are booked", true),
            ("Planned Care Division - mandatory training matrix", false),
            ("training planned care", false),
            ("Planned-Care-training", false),
            ("training Booking Office", false),
            ("Booking Office training matrix", false),
            ("Care planning training", false),
            ("Discharge Planning Team", false),
            ("Theatre scheduling and bookings team", false),
            ("Please tell HR of any dates that are wrong before you plan cover", false),
            ("Surgery", false),
            ("", false),
        ] {
            assert_eq!(are_told_of(text), expected, "{text}");
        }
    }
}
