//! Texts of a workbook: those that its cells share, and what of a text is shown.

use std::borrow::Cow;
use std::io::BufRead;

use super::super::fault::{Fault, damaged};
use super::super::xml::{Event, Xml, add_text};

/// The most strings that sheets share; a sheet of a million rows has a few million.
const MOST_STRINGS: u32 = 20_000_000;

/// Strings by number, end to end.
#[derive(Debug, Default)]
pub(super) struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    /// The string with this number.
    pub(super) fn get(&self, index: u32) -> Option<&str> {
        let index = usize::try_from(index).ok()?;
        let start = match index.checked_sub(1) {
            Some(before) => *self.ends.get(before)?,
            None => 0,
        };
        self.text.get(start..*self.ends.get(index)?)
    }

    /// Adds what `write` writes as one string; gives its number.
    pub(super) fn add(&mut self, write: impl FnOnce(&mut String) -> Result<(), Fault>) -> Result<u32, Fault> {
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        if number == MOST_STRINGS {
            return Err(damaged(format!("it has more than {MOST_STRINGS} strings")));
        }
        write(&mut self.text)?;
        self.ends.push(self.text.len());
        Ok(number)
    }
}

/// Adds the text of a shared string or of text on the spot, up to the end of the element called `end`: what is shown,
/// without how it is pronounced.
pub(super) fn add_rich_text<R: BufRead>(xml: &mut Xml<R>, end: &str, to: &mut String) -> Result<(), Fault> {
    let (mut in_text, mut in_pronunciation) = (false, false);
    let mut text = String::new();
    loop {
        match xml.more()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => in_text = true,
                "rPh" => in_pronunciation = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                "t" => in_text = false,
                "rPh" => in_pronunciation = false,
                name if name == end => break,
                _ => {}
            },
            event if in_text && !in_pronunciation => add_text(&event, &mut text)?,
            _ => {}
        }
    }
    to.push_str(&without_escapes(&text));
    Ok(())
}

/// `_x000D_` and the like are characters that XML can't hold.
fn without_escapes(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("_x") {
        out.push_str(before);
        let escaped = after.get(..5).filter(|code| code.ends_with('_')).and_then(|code| code.get(..4));
        let code = escaped.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match code.and_then(|code| u32::from_str_radix(code, 16).ok()) {
            Some(code) => {
                out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                rest = after.get(5..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_written_as_escapes_are_read() {
        for (text, expected) in [
            ("a_x000D_b", "a\rb"),
            ("_x0041__x0042_", "AB"),
            ("_xD83D_", "\u{fffd}"),
            ("_x00_", "_x00_"),
            ("_xzzzz_", "_xzzzz_"),
            ("no_x", "no_x"),
            ("_x00é_", "_x00é_"),
        ] {
            assert_eq!(without_escapes(text), expected, "{text}");
        }
    }
}
