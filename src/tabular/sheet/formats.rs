//! How number formats show a number: as a date, with zeros or letters around it, as a percentage.

use std::rc::Rc;

/// How a number is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum NumberDisplay {
    /// As a number, a span of time included.
    #[default]
    Number,
    /// As a day, or a time of day.
    Date,
    /// As a whole number of at least so many digits, zeros before it: how employee numbers keep theirs.
    Padded(usize),
    /// As a whole number with letters or marks around its digits: `E00107`.
    Masked(Rc<[DigitMask]>),
    /// As so many of a hundred.
    Percent,
}

/// A place of what a whole number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DigitMask {
    /// A digit, zero where the number has none.
    Zero,
    /// A digit where the number has one.
    Digit,
    /// What always stands there.
    Literal(char),
}

/// The most digits that a format is taken to pad to.
const MOST_DIGITS: usize = 100;

/// How one of the formats that every spreadsheet has by number shows numbers.
pub(super) fn builtin(id: u32) -> NumberDisplay {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => NumberDisplay::Date,
        9 | 10 => NumberDisplay::Percent,
        _ => NumberDisplay::Number,
    }
}

/// How a format written out, such as `dd/mm/yyyy`, shows numbers. Quoted and escaped text, colours and locales say
/// nothing; of several sections the first counts.
pub(super) fn written_out(code: &str) -> NumberDisplay {
    let zeros = code.split(';').next().unwrap_or_default();
    if (2..=MOST_DIGITS).contains(&zeros.len()) && zeros.bytes().all(|byte| byte == b'0') {
        return NumberDisplay::Padded(zeros.len());
    }
    if let Some(mask) = mask(zeros) {
        return NumberDisplay::Masked(mask.into());
    }
    let mut chars = code.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => chars.by_ref().find(|&c| c == '"').map_or((), drop),
            '\\' | '_' | '*' => chars.next().map_or((), drop),
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                // `[h]:mm` is a span of time, not a time of day.
                let elapsed = ['h', 'm', 's'];
                if !inside.is_empty() && inside.chars().all(|c| elapsed.contains(&c.to_ascii_lowercase())) {
                    return NumberDisplay::Number;
                }
            }
            ';' => return NumberDisplay::Number,
            '%' => return NumberDisplay::Percent,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return NumberDisplay::Date,
            _ => {}
        }
    }
    NumberDisplay::Number
}

/// What a format of digits with letters or marks around them shows; `None` for every other, amounts and units behind a
/// blank among them.
fn mask(section: &str) -> Option<Vec<DigitMask>> {
    let mut mask = Vec::new();
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => mask.extend(chars.by_ref().take_while(|&c| c != '"').map(DigitMask::Literal)),
            '\\' => mask.push(DigitMask::Literal(chars.next()?)),
            '0' => mask.push(DigitMask::Zero),
            '#' => mask.push(DigitMask::Digit),
            ' ' | '-' => mask.push(DigitMask::Literal(c)),
            c if c.is_ascii_uppercase() && !"DMYHSEGB".contains(c) => mask.push(DigitMask::Literal(c)),
            // Thousands are parted by nothing here; anything else is another sort of format.
            ',' => {}
            _ => return None,
        }
    }
    let is_digit = |mask: &DigitMask| !matches!(mask, DigitMask::Literal(_));
    let (first, last) = (mask.iter().position(is_digit)?, mask.iter().rposition(is_digit)?);
    let literal = |mask: &DigitMask| if let DigitMask::Literal(c) = mask { Some(*c) } else { None };
    let is_currency = mask.iter().filter_map(literal).any(|c| "\u{a3}$\u{20ac}\u{a5}".contains(c));
    let behind = mask.get(last + 1..).unwrap_or_default();
    let is_unit = behind.iter().find_map(literal).is_some_and(char::is_whitespace);
    let within = mask.get(first..last).unwrap_or_default().iter().any(|mask| literal(mask).is_some());
    let before = mask.get(..first).unwrap_or_default().iter().filter_map(literal).any(|c| !c.is_whitespace());
    let is_framed = before || within || (!behind.is_empty() && !is_unit);
    (is_framed && !is_currency && !is_unit && mask.len() <= MOST_DIGITS).then_some(mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_told_from_those_of_numbers() {
        for code in [
            "dd/mm/yyyy",
            "[$-809]d mmmm yyyy",
            "yyyy\\-mm\\-dd;@",
            "\"on \"D-MMM-YY",
            "h:mm AM/PM",
            "[Red]m/d/yy",
        ] {
            assert_eq!(written_out(code), NumberDisplay::Date, "{code}");
        }
        for code in [
            "General",
            "0.00",
            "#,##0.00;[Red]-#,##0.00",
            "0.00E+00",
            "0\" days\"",
            "[$\u{a3}-809]#,##0.00",
            "_-* #,##0_-;\\-* #,##0_-",
            "@",
            "[h]:mm:ss",
            "[mm]:ss",
            "0;d",
            "",
            "\"",
            "[",
            "\\",
        ] {
            assert_eq!(written_out(code), NumberDisplay::Number, "{code}");
        }
        for (code, expected) in [
            ("00", NumberDisplay::Padded(2)),
            ("00000000;@", NumberDisplay::Padded(8)),
            ("0", NumberDisplay::Number),
            ("00.0", NumberDisplay::Number),
            (&*"0".repeat(MOST_DIGITS + 1), NumberDisplay::Number),
        ] {
            assert_eq!(written_out(code), expected, "{code}");
        }
        assert_eq!(
            (builtin(14), builtin(22), builtin(46), builtin(2)),
            (NumberDisplay::Date, NumberDisplay::Date, NumberDisplay::Number, NumberDisplay::Number)
        );
    }

    #[test]
    fn letters_and_marks_around_digits_are_shown_and_units_and_money_are_not() {
        let letters = |code: &str| match written_out(code) {
            NumberDisplay::Masked(mask) => mask
                .iter()
                .map(|mask| match mask {
                    DigitMask::Zero => '0',
                    DigitMask::Digit => '#',
                    DigitMask::Literal(c) => *c,
                })
                .collect(),
            other => format!("{other:?}"),
        };
        for (code, expected) in [
            ("\"E\"00000", "E00000"),
            ("\\E00000", "E00000"),
            ("N00000;@", "N00000"),
            ("000-000", "000-000"),
            ("00\\ 000\\ 000", "00 000 000"),
            ("00000\"A\"", "00000A"),
            ("0\" hrs\"", "Number"),
            ("\"\u{a3}\"#,##0", "Number"),
            ("#,##0", "Number"),
            ("0%", "Percent"),
            ("0.0%", "Percent"),
        ] {
            assert_eq!(letters(code), expected, "{code}");
        }
    }
}
