//! What number formats show beside the digits: a currency, a unit, thousands left out.

use super::super::label::NumberLabel;
use super::format_code::FormatPiece;
use super::masks::{CURRENCY_SIGNS, stands_for_itself};

/// What a section shows beside the digits of a number; `None` where it shows nothing but the number, or no digits.
pub(super) fn label(section: &[FormatPiece]) -> Option<NumberLabel> {
    let mut found = BesideDigits::default();
    let mut rest = section;
    while let [piece, behind @ ..] = rest {
        rest = behind;
        match piece {
            FormatPiece::Text(c) => found.add(*c),
            FormatPiece::Bracket(inside) => symbol(inside).chars().for_each(|c| found.add(c)),
            FormatPiece::Code('0' | '#' | '?') => found.meet_digit(),
            FormatPiece::Code('g' | 'G') => {
                found.meet_digit();
                rest = behind.get("eneral".len()..).unwrap_or_default();
            }
            FormatPiece::Code(',') if !behind.first().is_some_and(is_digit) => found.meet_comma(),
            // With the sign of the exponent behind it.
            FormatPiece::Code('e' | 'E') => rest = behind.get(1..).unwrap_or_default(),
            FormatPiece::Code(c) if stands_for_itself(*c) || CURRENCY_SIGNS.contains(*c) => found.add(*c),
            FormatPiece::Code(_) => {}
        }
    }
    found.label()
}

/// What `[$\u{a3}-809]` shows: the sign. `[$-809]`, colours and conditions show nothing.
fn symbol(inside: &str) -> &str {
    let said = inside.strip_prefix('$').unwrap_or_default();
    said.rsplit_once('-').map_or(said, |(symbol, _)| symbol)
}

fn is_digit(piece: &FormatPiece) -> bool {
    matches!(piece, FormatPiece::Code('0' | '#' | '?'))
}

/// What stands before and behind the digits met so far.
#[derive(Default)]
struct BesideDigits {
    has_digits: bool,
    before: String,
    after: String,
    /// How many times a thousand is left out.
    thousands: usize,
}

impl BesideDigits {
    fn add(&mut self, c: char) {
        if self.has_digits { self.after.push(c) } else { self.before.push(c) }
    }

    /// What stood behind the digits above stands between digits.
    fn meet_digit(&mut self) {
        self.has_digits = true;
        self.after.clear();
    }

    fn meet_comma(&mut self) {
        self.thousands += usize::from(self.has_digits);
    }

    fn label(&self) -> Option<NumberLabel> {
        match (self.has_digits, self.thousands) {
            (false, _) => None,
            (true, 0) => NumberLabel::of(&self.before, &self.after),
            (true, thousands) => Some(NumberLabel::scaled(&self.before, thousands)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::format_code::sections;
    use super::*;

    #[test]
    fn what_stands_beside_the_digits_is_told_and_what_shows_nothing_is_not() {
        for (code, expected) in [
            ("General", None),
            ("0.00", None),
            ("#,##0.00;[Red]-#,##0.00", None),
            ("_-* #,##0.00_-", None),
            ("[$-809]#,##0", None),
            ("[Red][<100]0", None),
            ("0.00E+00", None),
            ("# ?/?", None),
            ("+0;-0", None),
            ("@", None),
            ("\"nil\"", None),
            ("_-[$\u{a3}-809]* #,##0.00_-", Some("\u{a3}7")),
            ("\"\u{a3}\"#,##0", Some("\u{a3}7")),
            ("\u{a3}#,##0.00", Some("\u{a3}7")),
            ("[$\u{20ac}-2] #,##0.00", Some("\u{20ac} 7")),
            ("[$$-409]#,##0.00", Some("$7")),
            ("$#,##0.00", Some("$7")),
            ("\"USD \"0.00", Some("USD 7")),
            ("0.00\" EUR\"", Some("7 EUR")),
            ("[$CHF] 0.00", Some("CHF 7")),
            ("[$kr-41D] #,##0", Some("kr 7")),
            ("\"\u{a3}\"0.0\"k\"", Some("\u{a3}7k")),
            ("0\" mins\"", Some("7 mins")),
            ("0 \"days\"", Some("7 days")),
            ("0.0\\h", Some("7h")),
            ("#,##0,", Some("7 (shown in thousands)")),
            ("\u{a3}#,##0.0,\"k\"", Some("\u{a3}7 (shown in thousands)")),
            ("0.0,,\"m\"", Some("7 (shown in millions)")),
            ("0,.0", Some("7 (shown in thousands)")),
            ("(0)", Some("(7)")),
            ("-0", Some("-7")),
        ] {
            let found = sections(code).first().and_then(|section| label(section));
            assert_eq!(found.map(|label| label.shown("7")).as_deref(), expected, "{code}");
        }
    }
}
