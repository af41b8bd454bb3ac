//! How number formats show a number: as a date or a time, with zeros or letters around it, as a percentage.

use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

use super::super::label::NumberLabel;
use super::beside_digits::label;
use super::format_code::{FormatPiece, sections};
use super::masks::{DigitMask, mask};

/// How a number is shown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum NumberDisplay {
    /// As a number.
    #[default]
    Number,
    /// As a day, perhaps with a time of day.
    Date,
    /// As a time of day.
    Clock {
        /// Of twelve hours, morning or afternoon.
        twelve: bool,
    },
    /// As a span of time.
    Span,
    /// As a whole number of at least so many digits, zeros before it: how employee numbers keep theirs.
    Padded(usize),
    /// As a whole number with letters or marks around its digits: `E00107`.
    Masked(Rc<[DigitMask]>),
    /// As so many of a hundred.
    Percent,
    /// As a number with a currency, a unit or other words beside it.
    Labelled(Rc<LabelledDisplay>),
    /// As the number itself decides.
    Where(Rc<NumberChoice>),
}

/// How a number is shown that has more beside it than its digits, and what that is.
#[derive(Debug, PartialEq)]
pub(super) struct LabelledDisplay {
    /// How the digits are shown.
    pub(super) plain: NumberDisplay,
    /// What stands beside them.
    label: Option<Arc<NumberLabel>>,
    /// The same of whole numbers: what is shown around their digits is among what is read, but for a unit behind a blank.
    of_whole: Option<Arc<NumberLabel>>,
}

impl LabelledDisplay {
    /// What this number shows beside what is read of it.
    pub(super) fn label(&self, number: f64) -> Option<&Arc<NumberLabel>> {
        let is_whole = number >= 0.0 && number.fract() == 0.0;
        if is_whole { self.of_whole.as_ref() } else { self.label.as_ref() }
    }
}

/// How a number is shown where a condition holds, and how where it does not.
#[derive(Debug, PartialEq)]
pub(super) struct NumberChoice {
    holds: &'static [Ordering],
    than: f64,
    then: NumberDisplay,
    otherwise: NumberDisplay,
}

impl NumberDisplay {
    /// How this number is shown; never by another choice.
    pub(super) fn of(&self, number: f64) -> &Self {
        let mut display = self;
        while let Self::Where(choice) = display {
            let holds = number.partial_cmp(&choice.than).is_some_and(|order| choice.holds.contains(&order));
            display = if holds { &choice.then } else { &choice.otherwise };
        }
        display
    }
}

/// How a condition compares a number with its own.
const COMPARISONS: [(&str, &[Ordering]); 6] = [
    ("<=", &[Ordering::Less, Ordering::Equal]),
    (">=", &[Ordering::Greater, Ordering::Equal]),
    ("<>", &[Ordering::Less, Ordering::Greater]),
    ("<", &[Ordering::Less]),
    (">", &[Ordering::Greater]),
    ("=", &[Ordering::Equal]),
];
/// The sections that are for numbers.
const SECTIONS_OF_NUMBERS: usize = 3;

/// How one of the formats that every spreadsheet has by number shows numbers.
pub(super) fn builtin(id: u32) -> NumberDisplay {
    match id {
        14..=17 | 22 | 27..=36 | 50..=58 => NumberDisplay::Date,
        18 | 19 => NumberDisplay::Clock { twelve: true },
        20 | 21 | 45 | 47 => NumberDisplay::Clock { twelve: false },
        46 => NumberDisplay::Span,
        9 | 10 => NumberDisplay::Percent,
        _ => NumberDisplay::Number,
    }
}

/// How a format written out, such as `dd/mm/yyyy`, shows numbers. Colours and locales say nothing; of several sections
/// the first counts, or the first whose condition holds.
pub(super) fn written_out(code: &str) -> NumberDisplay {
    let mut shown = NumberDisplay::Number;
    for section in sections(code).iter().take(SECTIONS_OF_NUMBERS).rev() {
        let then = labelled(display(section), section);
        shown = match section.iter().find_map(condition) {
            Some((holds, than)) => {
                NumberDisplay::Where(Rc::new(NumberChoice { holds, than, then, otherwise: shown }))
            }
            None => then,
        };
    }
    shown
}

/// The condition that a piece is, such as `[<=99]`.
fn condition(piece: &FormatPiece) -> Option<(&'static [Ordering], f64)> {
    let FormatPiece::Bracket(inside) = piece else { return None };
    let (sign, holds) = COMPARISONS.into_iter().find(|(sign, _)| inside.starts_with(sign))?;
    let than = inside.strip_prefix(sign)?.trim().parse().ok()?;
    Some((holds, than))
}

/// How a section shows numbers.
fn display(section: &[FormatPiece]) -> NumberDisplay {
    if let Some(mask) = mask(section) {
        let is_padded = mask.iter().all(|place| *place == DigitMask::Zero);
        return if is_padded {
            NumberDisplay::Padded(mask.len())
        } else {
            NumberDisplay::Masked(mask.into())
        };
    }
    if section.iter().any(is_elapsed) {
        return NumberDisplay::Span;
    }
    let code = |piece: &FormatPiece| match piece {
        FormatPiece::Code(c) => Some(c.to_ascii_lowercase()),
        FormatPiece::Text(_) | FormatPiece::Bracket(_) => None,
    };
    let code: String = section.iter().filter_map(code).collect();
    let rest = code.replace("am/pm", "").replace("a/p", "");
    if rest.contains(['d', 'y']) {
        NumberDisplay::Date
    } else if rest.contains(['h', 's']) {
        NumberDisplay::Clock { twelve: rest.len() < code.len() }
    } else if rest.contains('m') {
        NumberDisplay::Date
    } else if rest.contains('%') {
        NumberDisplay::Percent
    } else {
        NumberDisplay::Number
    }
}

/// The same with what the section shows beside the digits, where that is anything.
fn labelled(plain: NumberDisplay, section: &[FormatPiece]) -> NumberDisplay {
    let is_number =
        matches!(plain, NumberDisplay::Number | NumberDisplay::Padded(_) | NumberDisplay::Masked(_));
    let Some(found) = label(section).filter(|_| is_number) else { return plain };
    let of_whole = match &plain {
        NumberDisplay::Masked(mask) => behind_mask(&found, mask),
        _ => Some(found.clone()),
    };
    let (label, of_whole) = (Some(Arc::new(found)), of_whole.map(Arc::new));
    NumberDisplay::Labelled(Rc::new(LabelledDisplay { plain, label, of_whole }))
}

/// What of a label a mask leaves out: a unit behind a blank.
fn behind_mask(label: &NumberLabel, mask: &[DigitMask]) -> Option<NumberLabel> {
    let ends_in_digit = mask.last().is_some_and(|place| !matches!(place, DigitMask::Literal(_)));
    if ends_in_digit { NumberLabel::of("", &label.after) } else { None }
}

/// Whether a piece counts on beyond a day or an hour, as `[h]` does: a span of time, not a time of day.
fn is_elapsed(piece: &FormatPiece) -> bool {
    let FormatPiece::Bracket(inside) = piece else { return false };
    let is_of_time = |c: char| matches!(c.to_ascii_lowercase(), 'h' | 'm' | 's');
    !inside.is_empty() && inside.chars().all(is_of_time)
}

#[cfg(test)]
mod tests {
    use super::super::masks::MOST_PLACES;
    use super::*;

    #[test]
    fn formats_of_dates_are_told_from_those_of_numbers() {
        for code in ["dd/mm/yyyy", "[$-809]d mmmm yyyy", "yyyy\\-mm\\-dd;@", "\"on \"D-MMM-YY", "[Red]m/d/yy"]
        {
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
            "0;d",
            "",
            "\"",
            "[",
            "\\",
        ] {
            assert_eq!(shape(&written_out(code)), "Number", "{code}");
        }
        for (code, expected) in [
            ("h:mm", NumberDisplay::Clock { twelve: false }),
            ("[$-F400]h:mm:ss\\ AM/PM", NumberDisplay::Clock { twelve: true }),
            ("mm:ss.0", NumberDisplay::Clock { twelve: false }),
            ("dd/mm/yyyy h:mm AM/PM", NumberDisplay::Date),
            ("mmmm", NumberDisplay::Date),
            ("[h]:mm:ss", NumberDisplay::Span),
            ("[mm]:ss", NumberDisplay::Span),
            ("00", NumberDisplay::Padded(2)),
            ("00000000;@", NumberDisplay::Padded(8)),
            ("0", NumberDisplay::Number),
            ("00.0", NumberDisplay::Number),
            (&*"0".repeat(MOST_PLACES + 1), NumberDisplay::Number),
        ] {
            assert_eq!(written_out(code), expected, "{code}");
        }
        assert_eq!(
            (builtin(14), builtin(22), builtin(46), builtin(2)),
            (NumberDisplay::Date, NumberDisplay::Date, NumberDisplay::Span, NumberDisplay::Number)
        );
    }

    /// What a format shows of a number, or what else it is.
    fn shape(display: &NumberDisplay) -> String {
        match display {
            NumberDisplay::Masked(mask) => mask
                .iter()
                .map(|mask| match mask {
                    DigitMask::Zero => '0',
                    DigitMask::Digit => '#',
                    DigitMask::Literal(c) => *c,
                })
                .collect(),
            NumberDisplay::Padded(digits) => "0".repeat(*digits),
            NumberDisplay::Labelled(labelled) => shape(&labelled.plain),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn letters_and_marks_around_digits_are_shown_and_units_and_money_are_not() {
        for (code, expected) in [
            ("\"E\"00000", "E00000"),
            ("\\E00000", "E00000"),
            ("N00000;@", "N00000"),
            ("\"E\"General", "E0"),
            ("\"E\"0##", "E000"),
            ("\"E\"??0", "E##0"),
            ("\"a;b\"00", "a;b00"),
            ("000-000", "000-000"),
            ("00\\ 000\\ 000", "00 000 000"),
            ("00000\"A\"", "00000A"),
            ("\"E\"000\" staff\"", "E000"),
            ("[$E-809]000", "E000"),
            ("0\" hrs\"", "Number"),
            ("# ##0", "Number"),
            ("+0;-0", "Number"),
            ("#,##0,\"k\"", "Number"),
            ("\"\u{a3}\"#,##0", "Number"),
            ("[$\u{a3}-809]#,##0", "Number"),
            ("[$kr-41D] #,##0", "Number"),
            ("_-\u{a3}* #,##0_-", "Number"),
            ("# ?/?", "Number"),
            ("#,##0", "Number"),
            ("0%", "Percent"),
            ("0.0%", "Percent"),
        ] {
            assert_eq!(shape(&written_out(code)), expected, "{code}");
        }
    }

    #[test]
    fn zeros_are_kept_whatever_stands_around_them() {
        for (code, expected) in [
            ("[$-809]00000000", "00000000"),
            ("[Black]00000000", "00000000"),
            ("[Color 5][$-409]00000000;[Red]-00000000", "00000000"),
            ("00000000_-", "00000000"),
            ("00000000_)", "00000000"),
            ("_(* 00000000_);_(* (00000000)", "00000000"),
            ("00000000\" \"", "00000000"),
            ("\" \"00000000", "00000000"),
            ("00000000\\ ", "00000000"),
            ("00000000\" staff\"", "00000000"),
            ("00,000,000", "00000000"),
            ("0#######", "00000000"),
            ("(00000000)", "(00000000)"),
            ("+00000000", "+00000000"),
            ("00/000000", "00/000000"),
            ("00\\/000000", "00/000000"),
            ("00:00", "00:00"),
            ("'00000000", "'00000000"),
        ] {
            assert_eq!(shape(&written_out(code)), expected, "{code}");
        }
    }

    #[test]
    fn a_condition_decides_which_section_shows_a_number() {
        let code = "[<=99999999]00000000;000000000";
        for (code, number, expected) in [
            (code, 7.0, "00000000"),
            (code, 99_999_999.0, "00000000"),
            (code, 100_000_000.0, "000000000"),
            ("[<1000]\"A\"000;\"B\"0000", 999.0, "A000"),
            ("[<1000]\"A\"000;\"B\"0000", 1000.0, "B0000"),
            ("[Red][=7]\"A\"0;[>=8]\"B\"0;\"C\"0", 7.0, "A0"),
            ("[Red][=7]\"A\"0;[>=8]\"B\"0;\"C\"0", 8.0, "B0"),
            ("[Red][=7]\"A\"0;[>=8]\"B\"0;\"C\"0", 6.0, "C0"),
            ("[<>7]00", 7.0, "Number"),
            ("[<x]00", 7.0, "00"),
        ] {
            assert_eq!(shape(written_out(code).of(number)), expected, "{code} {number}");
        }
    }
}
