//! What stands around a number in a text, and what the number is by that.

use std::ops::Range;

use super::phrases::Word;

/// What the words and signs around a number say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberContext {
    /// It is called a number of staff: `employee 7`, `no. 7`, `#7`.
    OfStaff,
    /// It is called a number of something else: `Ward 7`, `order number 7`.
    OfOther,
    /// It is money, or part of a longer amount: `£1042`, `1,042`, `1042.00`.
    Amount,
    /// It counts or measures something, or is a time of day: `1042 people`, `at 0930`.
    Counted,
    /// A sign ties it to what stands beside it, as in a date, a time or a code: `10/42`, `SGC-1042`.
    Glued,
    /// Nothing of all that.
    Plain,
}

/// Words that go before somebody's number.
const OF_STAFF: &[&str] = &[
    "employee",
    "employees",
    "member",
    "person",
    "payroll",
    "personnel",
    "assignment",
    "assignments",
    "esr",
    "colleague",
];
/// Words that go before a number of anything, where a full stop may follow the short ones.
const NUMBER: &[&str] = &["number", "numbers", "id", "ids"];
const NUMBER_SHORT: &[&str] = &["no", "nos", "nr", "num"];
/// Words that say that a number is one of a place, a paper or a thing.
const OF_OTHER: &[&str] = &[
    "account",
    "band",
    "bay",
    "bed",
    "beds",
    "bleep",
    "block",
    "box",
    "building",
    "bus",
    "chapter",
    "course",
    "cycle",
    "day",
    "days",
    "ext",
    "extension",
    "fax",
    "flat",
    "flight",
    "floor",
    "form",
    "gate",
    "grade",
    "group",
    "house",
    "hut",
    "invoice",
    "item",
    "level",
    "levels",
    "line",
    "lot",
    "module",
    "month",
    "order",
    "page",
    "pages",
    "part",
    "phase",
    "phone",
    "po",
    "point",
    "room",
    "rooms",
    "round",
    "section",
    "site",
    "stage",
    "step",
    "suite",
    "table",
    "tel",
    "telephone",
    "train",
    "unit",
    "version",
    "ward",
    "wards",
    "week",
    "weeks",
    "year",
    "years",
];
/// Words that come before an amount of money, where no sign of it does.
const MONEY: &[&str] = &["amount", "cost", "costs", "eur", "fee", "fees", "gbp", "price", "total", "usd"];
/// Words that come after what is counted or measured.
const COUNTED: &[&str] = &[
    "am",
    "attendees",
    "beds",
    "badges",
    "booklets",
    "bookings",
    "books",
    "candidates",
    "certificates",
    "cases",
    "children",
    "completions",
    "copies",
    "courses",
    "days",
    "delegates",
    "employees",
    "eur",
    "exemptions",
    "folders",
    "gbp",
    "h",
    "handouts",
    "hours",
    "hrs",
    "k",
    "km",
    "leaflets",
    "learners",
    "leavers",
    "licences",
    "members",
    "mile",
    "miles",
    "minutes",
    "mins",
    "months",
    "nurses",
    "p",
    "packs",
    "pages",
    "patients",
    "pence",
    "people",
    "percent",
    "places",
    "pm",
    "points",
    "pound",
    "pounds",
    "records",
    "rows",
    "seats",
    "sessions",
    "staff",
    "starters",
    "tickets",
    "units",
    "wards",
    "weeks",
    "years",
];
/// How far back a list of numbers is followed to the word that says of what they are: `employees 3, 7 and 9`.
const LONGEST_LIST: usize = 12;

/// What stands around the words of a number.
pub(super) fn context(text: &str, words: &[Word], run: Range<usize>) -> NumberContext {
    let (Some(first), Some(last)) = (words.get(run.start), words.get(run.end.saturating_sub(1))) else {
        return NumberContext::Plain;
    };
    let before = text.get(..first.at.start).unwrap_or_default();
    let after = text.get(last.at.end..).unwrap_or_default();
    if is_amount(before, after) {
        return NumberContext::Amount;
    }
    if is_glued(before.chars().rev()) || is_glued(after.chars()) {
        return NumberContext::Glued;
    }
    match called(text, words, run.start) {
        Some(context) => context,
        None if MONEY.contains(&lower_before(words, run.start)) => NumberContext::Amount,
        None if is_counted(words, &run, after) || is_time(words, run.start) => NumberContext::Counted,
        None if is_in_a_longer_number(words, &run, before, after) => NumberContext::Glued,
        None => NumberContext::Plain,
    }
}

/// The word before the one at `at`, in lower case; empty where it is the first.
fn lower_before(words: &[Word], at: usize) -> &str {
    at.checked_sub(1).and_then(|before| words.get(before)).map_or("", |word| word.folded.as_str())
}

/// Whether nothing but a blank parts it from other digits, as in a telephone number.
fn is_in_a_longer_number(words: &[Word], run: &Range<usize>, before: &str, after: &str) -> bool {
    let is_digits = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_digit());
    let follows = words.get(run.end).map_or("", |word| word.folded.as_str());
    let is_beside = |text: Option<char>, next: Option<char>| {
        text == Some(' ') && next.is_some_and(|c| c.is_ascii_digit())
    };
    let (mut back, mut on) = (before.chars().rev(), after.chars());
    (is_digits(lower_before(words, run.start)) && is_beside(back.next(), back.next()))
        || (is_digits(follows) && is_beside(on.next(), on.next()))
}

/// Whether a sign of money or of parts of a number stands beside it.
fn is_amount(before: &str, after: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let is_money = before.trim_end().ends_with(['£', '$', '€']);
    let mut back = before.chars().rev();
    let mut on = after.chars();
    let goes_on = matches!(on.next(), Some('.' | ',')) && is_digit(on.next());
    let goes_before = matches!(back.next(), Some('.' | ',')) && is_digit(back.next());
    is_money || goes_on || goes_before
}

/// Whether the nearest sign ties what stands behind it to the number.
fn is_glued(mut away: impl Iterator<Item = char>) -> bool {
    let ties = |c: char| "-/:.,_+\u{2010}\u{2011}\u{2013}".contains(c);
    away.next().is_some_and(ties) && away.next().is_some_and(char::is_alphanumeric)
}

/// What the words before a number, or before the list that it is in, say that it is of.
fn called(text: &str, words: &[Word], at: usize) -> Option<NumberContext> {
    let between = |at: usize| -> &str {
        let end = words.get(at).map_or(text.len(), |word| word.at.start);
        let start = at.checked_sub(1).and_then(|before| words.get(before)).map_or(0, |word| word.at.end);
        text.get(start..end).unwrap_or_default()
    };
    let mut first = at;
    for _ in 0..LONGEST_LIST {
        if between(first).contains('#') || between(first).contains('№') {
            return Some(match lower_before(words, first) {
                word if OF_OTHER.contains(&word) => NumberContext::OfOther,
                _ => NumberContext::OfStaff,
            });
        }
        let before = first.checked_sub(1)?;
        let word = words.get(before)?.folded.as_str();
        let is_of_a_list = matches!(word, "and" | "or") || word.chars().any(|c| c.is_ascii_digit());
        let gap = between(first);
        if NUMBER_SHORT.contains(&word) {
            return of_numbers(words, before, gap.starts_with('.'));
        }
        if gap.contains(['.', ';', '!', '?', '\n']) {
            return None;
        }
        match word {
            word if NUMBER.contains(&word) => return of_numbers(words, before, true),
            word if OF_STAFF.contains(&word) => return Some(NumberContext::OfStaff),
            word if OF_OTHER.contains(&word) => return Some(NumberContext::OfOther),
            _ if is_of_a_list => first = before,
            _ => return None,
        }
    }
    None
}

/// Of what a number is that the word at `at` calls one; `no` alone is a word of denial, unless `is_sure` or another word
/// says of whom.
fn of_numbers(words: &[Word], at: usize, is_sure: bool) -> Option<NumberContext> {
    let whose = lower_before(words, at);
    if OF_OTHER.contains(&whose) {
        return Some(NumberContext::OfOther);
    }
    let is_of_staff = whose == "staff" || OF_STAFF.contains(&whose);
    (is_sure || is_of_staff).then_some(NumberContext::OfStaff)
}

/// Whether what follows is counted or measured by it.
fn is_counted(words: &[Word], run: &Range<usize>, after: &str) -> bool {
    let follows = words.get(run.end).is_some_and(|word| COUNTED.contains(&word.folded.as_str()));
    let is_near = !after.starts_with([',', ';', '.', ')', '\n']);
    let is_out_of = lower_before(words, run.start) == "of"
        && lower_before(words, run.start.saturating_sub(1)).starts_with(|c: char| c.is_ascii_digit());
    let is_of_so_many = matches!(words.get(run.end..run.end + 2), Some([of, many])
        if of.folded == "of" && many.folded.starts_with(|c: char| c.is_ascii_digit()));
    after.trim_start().starts_with('%') || is_out_of || ((follows || is_of_so_many) && is_near)
}

/// Whether it is a time of day as clocks of 24 hours have it, said to be one.
fn is_time(words: &[Word], at: usize) -> bool {
    let is_said = matches!(lower_before(words, at), "at" | "until" | "till");
    let time = words.get(at).map_or("", |word| word.folded.as_str());
    let part = |range: Range<usize>| time.get(range).and_then(|digits| digits.parse::<u32>().ok()); // Letters are no time.
    is_said
        && time.len() == 4
        && part(0..2).is_some_and(|hours| hours < 24)
        && part(2..4).is_some_and(|minutes| minutes < 60)
}
