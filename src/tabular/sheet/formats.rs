//! Which number formats show a number as a date.

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Shows {
    /// As a number, a span of time included.
    #[default]
    Number,
    /// As a day, or a time of day.
    Date,
    /// As a whole number of at least so many digits, zeros before it: how employee numbers keep theirs.
    Padded(usize),
}

/// The most digits that a format is taken to pad to.
const MOST_DIGITS: usize = 100;

/// How one of the formats that every spreadsheet has by number shows numbers.
pub(super) fn builtin(id: u32) -> Shows {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shows::Date,
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
            'd' | 'm' | 'y' | 'h' | 's' | 'D' | 'M' | 'Y' | 'H' | 'S' => return Shows::Date,
            _ => {}
        }
    }
    Shows::Number
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
            "\\d0",
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
}
