//! What the names of files say: of what they hold and when, or of whom.

/// Words of names that say what a file holds or when it was made.
const USUAL: &[&str] = &[
    "all",
    "and",
    "assurance",
    "answers",
    "assignments",
    "apr",
    "april",
    "aug",
    "august",
    "bookings",
    "budget",
    "completions",
    "copy",
    "csv",
    "daily",
    "data",
    "dec",
    "december",
    "employees",
    "end",
    "esr",
    "exemptions",
    "expenses",
    "export",
    "extract",
    "feb",
    "february",
    "file",
    "final",
    "for",
    "from",
    "full",
    "hr",
    "import",
    "in",
    "jan",
    "january",
    "jul",
    "july",
    "jun",
    "june",
    "leavers",
    "learning",
    "list",
    "lists",
    "mar",
    "march",
    "may",
    "month",
    "monthly",
    "new",
    "nhs",
    "nov",
    "november",
    "oct",
    "october",
    "ods",
    "of",
    "old",
    "organisations",
    "partial",
    "people",
    "q",
    "records",
    "rejected",
    "renamed",
    "report",
    "return",
    "safeguarding",
    "sep",
    "sept",
    "september",
    "staff",
    "starters",
    "the",
    "to",
    "training",
    "trust",
    "tsv",
    "txt",
    "undo",
    "update",
    "v",
    "week",
    "weekly",
    "workforce",
    "xls",
    "xlsx",
    "year",
    "yearly",
];

/// Whether a word in lower case is one of those that say nothing of anybody.
pub(super) fn is_usual(word: &str) -> bool {
    USUAL.contains(&word)
}

/// The runs of letters and of digits of a word: `staff7` is `staff` and `7`.
pub(super) fn pieces_of(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let is_digit = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
        let (piece, after) = rest.split_at_checked(end)?;
        rest = after;
        Some(piece)
    })
}

/// Whether a file's name says what it holds and when, and nothing else: then it can name nobody.
pub(crate) fn is_plain(name: &str) -> bool {
    let lower = name.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).flat_map(pieces_of);
    words.into_iter().all(|word| {
        if word.starts_with(|c: char| c.is_ascii_digit()) { is_date(word) } else { is_usual(word) }
    })
}

/// Whether digits are a day, a month, a year or all three, rather than somebody's number.
fn is_date(digits: &str) -> bool {
    match digits.len() {
        1 | 2 => true,
        4 | 8 => digits.starts_with("19") || digits.starts_with("20"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_name_says_what_and_when_and_nothing_else() {
        for (name, plain) in [
            ("staff.csv", true),
            ("Staff list, November 2026 (final).XLSX", true),
            ("20261125-training.csv", true),
            ("expenses_Q3.ods", true),
            ("staff Ng.csv", false),
            ("staffng.csv", false),
            ("training 10234567.csv", false),
            ("ward 7.csv", false),
            ("", true),
        ] {
            assert_eq!(is_plain(name), plain, "{name}");
        }
    }
}
