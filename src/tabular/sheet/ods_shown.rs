//! What an OpenDocument cell shows besides its number: zeros, letters and marks around the digits, and times.

use super::super::label::NumberLabel;
use super::cells::{MOST_EXACT, write_span};
use super::masks::CURRENCY_SIGNS;

/// The text to read in place of the number where the cell shows more of it: a percentage, or the digits of a whole
/// number with zeros, letters or marks around or between them, as employee numbers have it. `None` where it shows merely
/// the number, with thousands parted, decimals, a currency or a unit behind a blank, or something else altogether.
pub(super) fn more_than_number(shown: &str, number: f64) -> Option<String> {
    let shown = shown.trim();
    if let Some(share) = shown.strip_suffix('%') {
        let share: f64 = share.trim().parse().ok()?;
        return ((share / 100.0 - number).abs() < 1e-9).then(|| shown.to_owned());
    }
    if number < 0.0 || number.fract() != 0.0 || number >= MOST_EXACT {
        return None;
    }
    let last = shown.rfind(|c: char| c.is_ascii_digit())?;
    let (digits, behind) = shown.split_at_checked(last + 1)?;
    let (before, digits) = digits.split_at_checked(digits.find(|c: char| c.is_ascii_digit())?)?;
    let behind = behind.split(char::is_whitespace).next().unwrap_or_default();
    let is_money = before.contains(is_currency) || behind.contains(is_currency);
    let is_bare = matches!(before, "" | "+") && behind.is_empty();
    if is_money
        || !digits_of(digits).contains(&number.to_string())
        || has_decimals(digits, number)
        || (is_bare && is_in_thousands(digits))
    {
        return None;
    }
    Some(format!("{before}{}{behind}", without_thousands(digits)))
}

/// What the cell shows beside what is read of its number: more than the number alone, or that. `currency` is what the file says
/// of an amount beside its text.
pub(super) fn label(
    shown: &str,
    number: f64,
    reads_more: bool,
    currency: Option<&str>,
) -> Option<NumberLabel> {
    let shown = shown.trim();
    let (before, digits, after) = around_digits(shown).unwrap_or(("", "", ""));
    if reads_more {
        let unit = after.find(char::is_whitespace).and_then(|at| after.get(at..)).unwrap_or_default();
        return NumberLabel::of("", unit.trim_end_matches('%'));
    }
    // Signs of a number below zero, or a point without decimals.
    let is_sign = |c: char| number < 0.0 && "-\u{2212}()".contains(c);
    let before: String = before.chars().filter(|c| !is_sign(*c)).collect();
    let after: String = after.chars().filter(|c| !is_sign(*c) && !matches!(c, '.' | ',' | '%')).collect();
    let foreign = currency.filter(|code| !code.is_empty() && *code != "GBP");
    if is_in_fewer_digits(digits, number) {
        return Some(NumberLabel::scaled(&before, 1));
    }
    match (NumberLabel::of(&before, &after), foreign) {
        (None, Some(code)) => NumberLabel::of(&format!("{code} "), ""),
        (Some(label), Some(code)) if label.is_pounds() => NumberLabel::of(&format!("{code} "), ""),
        (label, _) => label,
    }
}

/// What stands before the first digit, from there to the last, and behind it.
fn around_digits(shown: &str) -> Option<(&str, &str, &str)> {
    let last = shown.rfind(|c: char| c.is_ascii_digit())?;
    let (digits, after) = shown.split_at_checked(last + 1)?;
    let (before, digits) = digits.split_at_checked(digits.find(|c: char| c.is_ascii_digit())?)?;
    Some((before, digits, after))
}

/// Whether the whole part is shown with so many fewer digits that thousands are left out.
fn is_in_fewer_digits(digits: &str, number: f64) -> bool {
    if digits.is_empty()
        || !digits.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || ".,'".contains(c))
    {
        return false;
    }
    // The last mark is that of decimals, unless three digits follow it, as behind thousands.
    let whole = match digits.rsplit_once(['.', ',']) {
        Some((whole, behind)) if digits_of(behind).len() != 3 => whole,
        _ => digits,
    };
    digits_of(whole).len() + 2 <= format!("{:.0}", number.abs().trunc()).len()
}

/// A time such as `PT06H30M00S` as hours and minutes; as it is shown where that says more, such as AM.
pub(super) fn time(said: &str, shown: &str) -> String {
    let shown = shown.trim();
    match days(said) {
        Some(days) if !shown.contains(char::is_alphabetic) => {
            let mut text = String::new();
            write_span(&mut text, days);
            text
        }
        Some(_) => shown.to_owned(),
        None => said.to_owned(),
    }
}

/// The days of a duration.
fn days(said: &str) -> Option<f64> {
    let (sign, parts) = said.trim().strip_prefix('-').map_or((1.0, said.trim()), |parts| (-1.0, parts));
    let mut number = String::new();
    let mut seconds = 0.0;
    for c in parts.strip_prefix("PT")?.chars() {
        let unit = match c {
            'H' => 3_600.0,
            'M' => 60.0,
            'S' => 1.0,
            c => {
                number.push(c);
                continue;
            }
        };
        seconds += number.parse::<f64>().ok()? * unit;
        number.clear();
    }
    number.is_empty().then_some(sign * seconds / 86_400.0)
}

fn is_currency(c: char) -> bool {
    CURRENCY_SIGNS.contains(c)
}

fn digits_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Whether a whole number is shown with decimals, all zero, or with an exponent.
fn has_decimals(digits: &str, number: f64) -> bool {
    if digits.contains("E+") || digits.contains("E-") {
        return digits.replace(',', ".").parse() == Ok(number);
    }
    let whole = digits.trim_end_matches('0');
    let whole = whole.strip_suffix(['.', ',']);
    whole.is_some_and(|whole| digits_of(whole) == number.to_string() && is_in_thousands(whole))
}

/// Whether digits are a number without zeros before it, its thousands perhaps parted.
fn is_in_thousands(digits: &str) -> bool {
    let is_mark = |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '\'' | '\u{2019}');
    let mut groups = digits.split(is_mark);
    let first = groups.next().unwrap_or_default();
    let groups: Vec<&str> = groups.collect();
    let all_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let begins = digits == "0" || !(first.is_empty() || first.starts_with('0'));
    let Some((last, middle)) = groups.split_last() else { return begins && all_digits(first) };
    // Lakhs are parted two by two.
    let is_parted = first.len() <= 3 && last.len() == 3 && middle.iter().all(|g| matches!(g.len(), 2 | 3));
    begins && is_parted && [first, last].iter().chain(middle).all(|group| all_digits(group))
}

/// The digits without the commas that part thousands.
fn without_thousands(digits: &str) -> String {
    let is_thousand = |group: &str| group.len() == 3 && group.bytes().all(|byte| byte.is_ascii_digit());
    let are_thousands = digits.split(',').skip(1).all(is_thousand);
    if are_thousands { digits.replace(',', "") } else { digits.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_letters_and_marks_around_digits_are_kept() {
        for (shown, expected) in [
            ("00107", "00107"),
            ("107A", "107A"),
            ("107-A", "107-A"),
            ("10-7", "10-7"),
            ("10/7", "10/7"),
            ("10.7", "10.7"),
            ("10,7", "10,7"),
            ("00 000 107", "00 000 107"),
            ("00,000,107", "00000107"),
            ("E107", "E107"),
            ("E 107", "E 107"),
            ("E1-00107", "E1-00107"),
            ("2024-107", "2024-107"),
            ("107E0", "107E0"),
            ("+00000107", "+00000107"),
            ("-107", "-107"),
            ("(107)", "(107)"),
            ("'107", "'107"),
            ("00000107 ", "00000107"),
            ("00000107 staff", "00000107"),
            ("107/2024", "107/2024"),
            ("№107", "№107"),
        ] {
            assert_eq!(more_than_number(shown, 107.0).as_deref(), Some(expected), "{shown}");
        }
        assert_eq!(more_than_number("E12,345", 12_345.0).as_deref(), Some("E12345"));
        assert_eq!(more_than_number("000", 0.0).as_deref(), Some("000"));
        assert_eq!(more_than_number("85%", 0.85).as_deref(), Some("85%"));
    }

    #[test]
    fn a_number_that_is_merely_written_for_people_stays_one() {
        for (shown, number) in [
            ("", 107.0),
            ("107", 107.0),
            (" 107 ", 107.0),
            ("+107", 107.0),
            ("107.00", 107.0),
            ("107,0", 107.0),
            ("\u{a3}107", 107.0),
            ("\u{a3}107.00", 107.0),
            ("-\u{a3}107", -107.0),
            ("(107)", -107.0),
            ("-107", -107.0),
            ("107 \u{20ac}", 107.0),
            ("107\u{20ac}", 107.0),
            ("GBP 107.00", 107.0),
            ("107 hrs", 107.0),
            ("107.00 hrs", 107.0),
            ("1,234", 1234.0),
            ("1,234.00", 1234.0),
            ("1.234,00", 1234.0),
            ("1 234", 1234.0),
            ("1\u{202f}234", 1234.0),
            ("1'234", 1234.0),
            ("12,34,567", 1_234_567.0),
            ("1,000", 1000.0),
            ("1.000", 1.0),
            ("1.07E+02", 107.0),
            ("1.23E+06", 1_234_567.0),
            ("1.2M", 1_234_567.0),
            ("0", 0.0),
            ("0.00", 0.0),
            ("0099", 124.0),
            ("7.5", 7.5),
            ("7 1/2", 7.5),
            ("107A", 107.5),
            ("22/11/2025", 45_983.0),
            ("###", 107.0),
            ("86%", 0.8532),
        ] {
            assert_eq!(more_than_number(shown, number), None, "{shown}");
        }
    }

    #[test]
    fn what_is_shown_beside_a_number_is_told() {
        for (shown, number, currency, expected) in [
            ("107", 107.0, None, None),
            ("", 107.0, None, None),
            ("###", 107.0, None, None),
            ("1,234.50", 1234.5, None, None),
            ("(107)", -107.0, None, None),
            ("-107.00", -107.0, None, None),
            ("107.", 107.0, None, None),
            ("1.23E+06", 1_234_567.0, None, None),
            ("85%", 0.85, None, None),
            ("22/11/2025", 45_983.0, None, None),
            ("1.000", 1.0, None, None),
            ("\u{a3}1,234.50", 1234.5, Some("GBP"), Some("\u{a3}7")),
            ("-\u{a3}107.00", -107.0, Some("GBP"), Some("\u{a3}7")),
            ("\u{a3}1,234.50", 1234.5, None, Some("\u{a3}7")),
            ("1,234.50 \u{20ac}", 1234.5, Some("EUR"), Some("7 \u{20ac}")),
            ("1,234.50", 1234.5, Some("EUR"), Some("EUR 7")),
            ("$5", 5.0, Some("USD"), Some("$7")),
            ("240 mins", 240.0, None, Some("7 mins")),
            ("00240 mins", 240.0, None, Some("7 mins")),
            ("12.5k", 12.5, None, Some("7k")),
            ("1,235", 1_234_567.0, None, Some("7 (shown in thousands)")),
            ("1.2M", 1_234_567.0, None, Some("7 (shown in thousands)")),
            ("E107", 107.0, None, None),
        ] {
            let reads_more = more_than_number(shown, number).is_some();
            let found = label(shown, number, reads_more, currency).map(|label| label.shown("7"));
            assert_eq!(found.as_deref(), expected, "{shown}");
        }
    }

    #[test]
    fn times_are_hours_and_minutes() {
        for (said, shown, expected) in [
            ("PT06H00M00S", "06:00", "6:00"),
            ("PT06H30M00S", "", "6:30"),
            ("PT30H00M00S", "30:00:00", "30:00"),
            ("PT00H06M30.4S", "06:30", "0:06:30"),
            ("-PT1H", "-01:00", "-1:00"),
            ("PT18H30M00S", "06:30 PM", "06:30 PM"),
            ("P1M", "x", "P1M"),
            ("PTxH", "6", "PTxH"),
            ("PT5", "5", "PT5"),
        ] {
            assert_eq!(time(said, shown), expected, "{said}");
        }
    }
}
