//! Words in a picture: their font, their place, and room for them.

use plotters::element::Text;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color, FontFamily, FontStyle, FontTransform, IntoFont, RGBColor, TextStyle};

use super::{Drawn, Surface};

/// The embedded font first; the others have its measures, for programs that show an SVG without it.
const FONTS: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

/// The size of words, in units.
pub(super) const SIZE: i32 = 30;

/// The library writes a font's size divided by this.
const LIBRARY_FACTOR: f64 = 1.24;

/// Where words stand from the point they are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TextAnchor {
    Left,
    Middle,
    Right,
}

/// Writes words, their middle line at `at`.
pub(super) fn write(
    surface: &Surface<'_>,
    words: &str,
    at: (i32, i32),
    from: TextAnchor,
    colour: RGBColor,
) -> Drawn<()> {
    surface.draw(&Text::new(words.to_owned(), at, style(from, FontStyle::Normal, colour)))
}

/// Writes words in bold type.
pub(super) fn write_bold(
    surface: &Surface<'_>,
    words: &str,
    at: (i32, i32),
    from: TextAnchor,
    colour: RGBColor,
) -> Drawn<()> {
    surface.draw(&Text::new(words.to_owned(), at, style(from, FontStyle::Bold, colour)))
}

/// Writes words from below to above.
pub(super) fn write_upwards(
    surface: &Surface<'_>,
    words: &str,
    at: (i32, i32),
    colour: RGBColor,
) -> Drawn<()> {
    let style = style(TextAnchor::Left, FontStyle::Normal, colour).transform(FontTransform::Rotate270);
    surface.draw(&Text::new(words.to_owned(), at, style))
}

fn style(from: TextAnchor, weight: FontStyle, colour: RGBColor) -> TextStyle<'static> {
    let side = match from {
        TextAnchor::Left => HPos::Left,
        TextAnchor::Middle => HPos::Center,
        TextAnchor::Right => HPos::Right,
    };
    let font = (FontFamily::Name(FONTS), f64::from(SIZE) * LIBRARY_FACTOR, weight).into_font();
    TextStyle { color: colour.to_backend_color(), ..TextStyle::from(font) }.pos(Pos::new(side, VPos::Center))
}

/// About how wide words are, in units: a little more than less.
pub(super) fn width(words: &str) -> i32 {
    let thousandths: i32 = words.chars().map(thousandths_of_size).sum();
    thousandths * SIZE / 1_000
}

fn thousandths_of_size(character: char) -> i32 {
    match character {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '/' | ' ' | 'f' | 't' => 285,
        'r' | '(' | ')' | '-' => 340,
        'm' | 'M' | 'W' | '%' | '@' | '…' | '—' => 1_000,
        'w' | '&' => 730,
        upper if upper.is_uppercase() => 730,
        ascii if ascii.is_ascii() || ascii.is_lowercase() => 560,
        _ => 1_000,
    }
}

/// `words`, cut and marked where they need more than `room` units.
pub(super) fn cut(words: &str, room: i32) -> String {
    if width(words) <= room {
        return words.to_owned();
    }
    let mut kept = String::new();
    for character in words.chars() {
        if width(&kept) + width("…") + thousandths_of_size(character) * SIZE / 1_000 > room {
            break;
        }
        kept.push(character);
    }
    format!("{}…", kept.trim_end_matches([' ', ',', '-', '(', '/']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_cut_where_they_need_more_room_than_there_is() {
        assert_eq!(cut("Ward 7", 200), "Ward 7");
        let long = "Older People and Frailty, Rehabilitation";
        let cut = cut(long, 300);
        assert!(cut.ends_with('…') && width(&cut) <= 300 && width(&cut) > 240, "{cut}");
        assert!(!cut.contains(",…") && !cut.contains(" …"), "{cut}");
    }
}
