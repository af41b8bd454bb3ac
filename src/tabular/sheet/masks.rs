//! What number formats put around the digits of a whole number, as employee numbers have it: zeros, letters and marks.

use super::format_code::FormatPiece;

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

impl DigitMask {
    fn literal(self) -> Option<char> {
        match self {
            Self::Literal(c) => Some(c),
            Self::Zero | Self::Digit => None,
        }
    }

    fn is_blank(self) -> bool {
        self.literal().is_some_and(char::is_whitespace)
    }
}

/// The most places that a format is taken to have.
pub(super) const MOST_PLACES: usize = 100;
/// What makes an amount of money of a number.
pub(super) const CURRENCY_SIGNS: &str = "\u{a3}$\u{20ac}\u{a5}";

/// What a section shows of a whole number, where that is more than its digits: zeros before them, or letters or marks
/// around them. `None` for every other, amounts of money among them. A unit behind a blank is left out.
pub(super) fn mask(section: &[FormatPiece]) -> Option<Vec<DigitMask>> {
    let Written { mut places, has_symbol } = Written::of(section)?;
    let is_currency = |place: DigitMask| place.literal().is_some_and(|c| CURRENCY_SIGNS.contains(c));
    let last = places.iter().rposition(|place| place.literal().is_none())?;
    if places.iter().any(|&place| is_currency(place)) {
        return None;
    }
    if places.get(last + 1).is_some_and(|place| place.is_blank()) {
        places.truncate(last + 1);
    }
    let blanks = places.iter().take_while(|place| place.is_blank()).count();
    places.drain(..blanks);
    let zeros = places.iter().filter(|&&place| place == DigitMask::Zero).count();
    let is_padded = zeros > 1;
    let is_framed = match places.as_slice() {
        // `+0` says which way a number goes.
        [DigitMask::Literal('+'), digits @ ..] => digits.iter().any(|place| place.literal().is_some()),
        // Between digits without zeros, blanks part thousands.
        places => places.iter().any(|place| place.literal().is_some() && !place.is_blank()),
    };
    let is_amount = has_symbol && !is_padded;
    ((is_padded || is_framed) && !is_amount && places.len() <= MOST_PLACES).then_some(places)
}

/// A section as places.
#[derive(Default)]
struct Written {
    places: Vec<DigitMask>,
    /// Whether it names a currency, or what somebody gave for one.
    has_symbol: bool,
}

impl Written {
    /// `None` where the section shows decimals, a share, a date or the like.
    fn of(section: &[FormatPiece]) -> Option<Self> {
        let mut written = Self::default();
        let mut rest = section;
        while let [piece, behind @ ..] = rest {
            rest = behind;
            match piece {
                FormatPiece::Code('g' | 'G') => {
                    rest = behind_general(behind)?;
                    written.places.push(DigitMask::Zero);
                }
                FormatPiece::Text(c) => written.places.push(DigitMask::Literal(*c)),
                FormatPiece::Bracket(inside) => written.add_symbol(inside),
                FormatPiece::Code('0') => written.places.push(DigitMask::Zero),
                FormatPiece::Code('#' | '?') => written.add_digit(),
                // Thousands are parted by nothing here; behind the digits it would count in thousands.
                FormatPiece::Code(',') if matches!(behind, [FormatPiece::Code('0' | '#' | '?'), ..]) => {}
                FormatPiece::Code('/') if is_fraction(section) => return None,
                FormatPiece::Code(c) if stands_for_itself(*c) => written.places.push(DigitMask::Literal(*c)),
                FormatPiece::Code(_) => return None,
            }
        }
        Some(written)
    }

    /// Behind a zero every digit is shown.
    fn add_digit(&mut self) {
        let is_shown = self.places.contains(&DigitMask::Zero);
        self.places.push(if is_shown { DigitMask::Zero } else { DigitMask::Digit });
    }

    /// `[$£-809]` shows a sign; `[$-809]`, colours and conditions show nothing.
    fn add_symbol(&mut self, inside: &str) {
        let Some(symbol) = inside.strip_prefix('$') else { return };
        let symbol = symbol.rsplit_once('-').map_or(symbol, |(symbol, _)| symbol);
        self.has_symbol |= !symbol.is_empty();
        self.places.extend(symbol.chars().map(DigitMask::Literal));
    }
}

/// What stands behind `General`, of which the first letter was read.
fn behind_general(rest: &[FormatPiece]) -> Option<&[FormatPiece]> {
    let (letters, behind) = rest.split_at_checked("eneral".len())?;
    let is_letter = |(piece, letter): (&FormatPiece, char)| matches!(piece, FormatPiece::Code(c) if c.eq_ignore_ascii_case(&letter));
    letters.iter().zip("eneral".chars()).all(is_letter).then_some(behind)
}

/// Whether a slash parts a fraction, whose digits are not all written; else it is a mark.
pub(super) fn is_fraction(section: &[FormatPiece]) -> bool {
    section.iter().any(|piece| matches!(piece, FormatPiece::Code('#' | '?')))
}

/// Whether a character of a code is shown as it stands: marks that need no quotes, and letters that mean nothing.
pub(super) fn stands_for_itself(c: char) -> bool {
    " -+/():!^&'~{}<>=".contains(c) || (c.is_alphabetic() && !"dmyhsegb".contains(c.to_ascii_lowercase()))
}
