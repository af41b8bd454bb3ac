//! How number formats show a number: as a date, with zeros or letters around it, as a percentage.

use std::rc::Rc;

/// How a number is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Shows {
    /// As a number, a span of time included.
    #[default]
    Number,
    /// As a day, or a time of day.
    Date,
    /// As a whole number of at least so many digits, zeros before it: how employee numbers keep theirs.
    Padded(usize),
    /// As a whole number with letters or marks around its digits: `E00107`.
    Masked(Rc<[Mask]>),
    /// As so many of a hundred.
    Percent,
}

/// A place of what a whole number is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mask {
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
pub(super) fn builtin(id: u32) -> Shows {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shows::Date,
        9 | 10 => Shows::Percent,
        _ => Shows::Number,
    }
}

/// How a format written out, such as `dd/mm/yyyy`, shows numbers. Quoted and escaped text, colours and locales say
/// nothing; of several sections the first counts.
pub(super) fn written_out(code: &str) -> Shows {
    let zeros = code.split(';').next().unwrap_or_default();
    if (2..=MOST_DIGITS).contains(&zeros.len()) && zeros.bytes().all(|byte| byte == b'0') {
        return Shows::Padded(zeros.len());
    }
    if let Some(mask) = mask(zeros) {
        return Shows::Masked(mask.into());
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
                    return Shows::Number;
                }
            }
            ';' => return Shows::Number,
            '%' => return Shows::Percent,
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Shows::Date,
            _ => {}
        }
    }
    Shows::Number
}

/// What a format of digits with letters or marks around them shows; `None` for every other, amounts and units behind a
/// blank among them.
fn mask(section: &str) -> Option<Vec<Mask>> {
    let mut mask = Vec::new();
    let mut chars = section.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => mask.extend(chars.by_ref().take_while(|&c| c != '"').map(Mask::Literal)),
            '\\' => mask.push(Mask::Literal(chars.next()?)),
            '0' => mask.push(Mask::Zero),
            '#' => mask.push(Mask::Digit),
            ' ' | '-' => mask.push(Mask::Literal(c)),
            c if c.is_ascii_uppercase() && !"DMYHSEGB".contains(c) => mask.push(Mask::Literal(c)),
            // Thousands are parted by nothing here; anything else is another sort of format.
            ',' => {}
            _ => return None,
        }
    }
    let is_digit = |mask: &Mask| !matches!(mask, Mask::Literal(_));
    let (first, last) = (mask.iter().position(is_digit)?, mask.iter().rposition(is_digit)?);
    let literal = |mask: &Mask| if let Mask::Literal(c) = mask { Some(*c) } else { None };
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
            assert_eq!(written_out(code), Shows::Date, "{code}");
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
            assert_eq!(written_out(code), Shows::Number, "{code}");
        }
        for (code, expected) in [
            ("00", Shows::Padded(2)),
            ("00000000;@", Shows::Padded(8)),
            ("0", Shows::Number),
            ("00.0", Shows::Number),
            (&*"0".repeat(MOST_DIGITS + 1), Shows::Number),
        ] {
            assert_eq!(written_out(code), expected, "{code}");
        }
        assert_eq!(
            (builtin(14), builtin(22), builtin(46), builtin(2)),
            (Shows::Date, Shows::Date, Shows::Number, Shows::Number)
        );
    }

    #[test]
    fn letters_and_marks_around_digits_are_shown_and_units_and_money_are_not() {
        let letters = |code: &str| match written_out(code) {
            Shows::Masked(mask) => mask
                .iter()
                .map(|mask| match mask {
                    Mask::Zero => '0',
                    Mask::Digit => '#',
                    Mask::Literal(c) => *c,
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
