//! Words by which headers, titles and notes of a matrix say what its dates are (spec 3.2).

use super::plans;
use super::words::folded;

/// What a date in a cell of a matrix says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellsSay {
    /// The day of a completion.
    Completed,
    /// The day on which a completion lapses.
    Expires,
}

/// Words behind or before a course's name by which a header says that dates below it are of completions.
const COMPLETED: &[&str] = &[
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
/// Words by which it says that dates stand below it, and not which.
const DATES: [&str; 4] = ["date", "dates", "date of", "dates of"];
/// Those of completions that are also yes or no, where they stand beside the day.
const YES_OR_NO: [&str; 4] = ["completed", "achieved", "attended", "passed"];
/// The same of expiries, and of the day by which somebody is to be trained again.
const EXPIRES: &[&str] = &[
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
    "valid through",
    "last day valid",
    "last valid day",
    "good until",
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
    "deadline",
    "deadline date",
    "date required",
    "required date",
    "date required by",
    "required by date",
];
/// The same of places that were booked and of what is planned: no completions either.
const PLANNED: &[&str] = &[
    "booked",
    "booked on",
    "booked for",
    "booked date",
    "date booked",
    "booking",
    "booking date",
    "date of booking",
    "planned",
    "planned for",
    "planned date",
    "date planned",
    "scheduled",
    "scheduled for",
    "scheduled date",
    "date scheduled",
    "enrolled",
    "enrolled on",
    "date enrolled",
    "enrolment date",
    "nominated",
    "assigned",
    "date assigned",
    "assigned on",
    "started",
    "date started",
    "started on",
    "required",
    "needed",
    "to book",
    "to be completed",
    "to do",
    "target date",
    "waiting list",
];
/// What tells how somebody stands, and no day: a key to colours is no word about dates.
const STANDING: [&str; 3] = ["out of date", "up to date", "in date"];

/// Words by which a title says that dates are of expiries, as any label of expiries in it does.
const EXPIRY_WORDS: [&str; 16] = [
    "expire",
    "expires",
    "expired",
    "expiring",
    "expiry",
    "expiries",
    "expiration",
    "lapse",
    "lapses",
    "lapsed",
    "lapsing",
    "renew",
    "renewal",
    "renewals",
    "retrain",
    "retraining",
];

/// What a title, a note or a name says of the dates of a matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum TitleSays {
    /// They are expiries, or days by which somebody is to be trained again.
    Expiries,
    /// They are of places booked, or of plans.
    Planned,
}

/// What a title says of dates, where it speaks of any.
pub(in crate::import) fn title_says(title: &str) -> Option<TitleSays> {
    let words = folded(title).replace("dates", "date");
    // `Due to` gives a reason, and no date.
    let padded = format!(" {words} ").replace(" due to ", " ");
    // Short for other words as well, as in `Patient Exp Team`.
    let labels = EXPIRES.iter().filter(|label| **label != "exp");
    if padded.split(' ').any(|word| EXPIRY_WORDS.contains(&word))
        || labels.into_iter().any(|label| padded.contains(&format!(" {label} ")))
    {
        return Some(TitleSays::Expiries);
    }
    plans::are_told_of(title).then_some(TitleSays::Planned)
}

/// What a note says of the dates of the list that it stands below, where it speaks of dates.
pub(in crate::import) fn note_says(note: &str) -> Option<TitleSays> {
    let words = STANDING.iter().fold(folded(note), |words, standing| words.replace(standing, ""));
    if !words.split(' ').any(|word| word == "date" || word == "dates") {
        return None;
    }
    match title_says(&words) {
        Some(TitleSays::Expiries) => Some(TitleSays::Expiries),
        _ => plans::are_told_of(note).then_some(TitleSays::Planned),
    }
}

/// What a header that is a label and nothing else says of the dates below it.
pub(in crate::import) fn bare_label(header: &str) -> Option<CellsSay> {
    label(unnumbered(header))
}

/// Whether a header is a label of plans and nothing else.
pub(in crate::import) fn is_bare_plan(header: &str) -> bool {
    is_plan(unnumbered(header))
}

/// Whether a header that is a label of completions may be yes or no beside the day.
pub(in crate::import) fn is_yes_or_no(header: &str) -> bool {
    YES_OR_NO.contains(&folded(unnumbered(header)).as_str())
}

/// A header without its number: where headers must differ, spreadsheets number those that do not, as in `Expires2`.
pub(super) fn unnumbered(header: &str) -> &str {
    header.trim_end_matches(|c: char| !c.is_alphabetic() && c != '%')
}

/// What a label says of dates.
pub(super) fn label(words: &str) -> Option<CellsSay> {
    let words = folded(words);
    if COMPLETED.contains(&words.as_str()) {
        Some(CellsSay::Completed)
    } else if EXPIRES.contains(&words.as_str()) {
        Some(CellsSay::Expires)
    } else {
        None
    }
}

/// Whether a label says no more than that there are dates.
pub(super) fn is_of_dates(words: &str) -> bool {
    DATES.contains(&folded(words).as_str())
}

/// A level as courses are named by it, where it is written short: `Level 2` for `L2`.
pub(super) fn level_in_full(words: &str) -> Option<String> {
    let words = folded(words);
    let level = ["level", "lvl", "lev", "l"].iter().find_map(|short| words.strip_prefix(short))?.trim_start();
    (!level.is_empty() && level.chars().all(|c| c.is_ascii_digit())).then(|| format!("Level {level}"))
}

/// Whether a label says that dates are of places booked or of plans.
pub(super) fn is_plan(words: &str) -> bool {
    PLANNED.contains(&folded(words).as_str())
}

#[cfg(test)]
mod tests {
    use super::CellsSay::{Completed, Expires};
    use super::TitleSays::{Expiries, Planned};
    use super::*;

    #[test]
    fn a_title_speaks_of_expiries_or_plans_in_every_usual_word_for_them() {
        for (title, expected) in [
            ("Expiry dates of training", Some(Expiries)),
            ("Expiry dates", Some(Expiries)),
            ("Training due dates", Some(Expiries)),
            ("Refresher due by", Some(Expiries)),
            ("Valid to", Some(Expiries)),
            ("Valid until", Some(Expiries)),
            ("Last day valid", Some(Expiries)),
            ("Lapse dates", Some(Expiries)),
            ("Out of date on", Some(Expiries)),
            ("Retraining dates", Some(Expiries)),
            ("Exp. dates", Some(Expiries)),
            ("Compliance end dates", Some(Expiries)),
            ("Next due", Some(Expiries)),
            ("Renew by", Some(Expiries)),
            ("Training RENEWALS", Some(Expiries)),
            ("Deadline", Some(Expiries)),
            ("Date required by", Some(Expiries)),
            ("Training booked 2026/27", Some(Planned)),
            ("Planned training", Some(Planned)),
            ("Booked dates", Some(Planned)),
            ("Training plan 2026/27", Some(Planned)),
            ("Schedule of courses", Some(Planned)),
            ("Training renewed by Jane Lapsley", None),
            ("Expiratory physiology", None),
            ("Patient Exp Team", None),
            ("Mandatory training 2026", None),
            ("Required training, as required by law", None),
            ("Refresher training completed", None),
            ("Training dates", None),
            ("Lower than before due to a move", None),
            ("Data as at the last day of November", None),
            ("Experience of care", None),
            ("Surgery", None),
            ("Bookham ward", None),
            ("Sheet1", None),
            ("", None),
        ] {
            assert_eq!(title_says(title), expected, "{title}");
        }
    }

    #[test]
    fn a_note_counts_only_where_it_speaks_of_dates() {
        for (note, expected) in [
            ("Dates above are expiry dates", Some(Expiries)),
            ("All dates are due dates.", Some(Expiries)),
            ("The date is when it expires", Some(Expiries)),
            ("These are dates of booked courses", Some(Planned)),
            ("Red: expired or out of date", None),
            ("Amber = due soon, green = in date", None),
            ("Report run by HR on the date above", None),
            ("Ann is booked on the next course", None),
        ] {
            assert_eq!(note_says(note), expected, "{note}");
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
        assert!(is_bare_plan("Booked") && is_bare_plan("Date booked (2)") && !is_bare_plan("Bookings desk"));
        assert!(is_yes_or_no("Passed2") && !is_yes_or_no("Date passed"));
    }
}
