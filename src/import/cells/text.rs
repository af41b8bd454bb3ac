//! Cells as clean text (spec 3.7, *Text*).

use std::borrow::Cow;

use crate::import::messages::Rejection;
use crate::tabular::{is_garbled, once_encoded, unescaped};
use crate::wording::{is_invisible, is_line_break, runs_as_formula};

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The longest cell, in characters.
pub(in crate::import) const LONGEST_CELL: usize = 500;

/// The longest value repeated in a remark, in characters.
const LONGEST_VALUE: usize = 100;

/// The texts by which spreadsheets say that a formula failed.
const ERROR_CELLS: [&str; 12] = [
    "#N/A",
    "#REF!",
    "#VALUE!",
    "#DIV/0!",
    "#NAME?",
    "#NULL!",
    "#NUM!",
    "#DATA!",
    "#SPILL!",
    "#CALC!",
    "#FIELD!",
    "#GETTING_DATA",
];

/// The cell as text: trimmed (no-break spaces included), line breaks inside made one space, NFC, zero-width and
/// bidirectional controls taken out, characters read that are written as in web pages, and the `'` that neutralises a formula
/// taken off. Borrows when nothing changes.
///
/// # Errors
/// Says why a cell can't be used: another control character, a character that could not be read, more than
/// [`LONGEST_CELL`] characters, or a spreadsheet's error.
pub(in crate::import) fn clean(raw: &str) -> Result<Cow<'_, str>, Rejection> {
    // As most optional cells are.
    if raw.is_empty() {
        return Ok(Cow::Borrowed(""));
    }
    let raw = without_neutraliser(raw);
    let is_plain = |byte: u8| (b' '..=b'~').contains(&byte);
    let text = if raw.bytes().all(|byte| is_plain(byte) && byte != b'&') {
        Cow::Borrowed(raw.trim_ascii())
    } else if let Some(read) = unescaped(raw) {
        Cow::Owned(clean_unusual(&read)?.into_owned())
    } else if raw.bytes().all(is_plain) {
        Cow::Borrowed(raw.trim_ascii())
    } else {
        clean_unusual(raw)?
    };
    if text.len() > LONGEST_CELL && text.chars().count() > LONGEST_CELL {
        return Err(Rejection::CellTooLong);
    }
    if is_error(&text) {
        return Err(Rejection::SpreadsheetError { value: text.into_owned() });
    }
    Ok(text)
}

/// Whether this is how a spreadsheet shows that a formula failed; LibreOffice numbers some of its errors.
fn is_error(text: &str) -> bool {
    let numbered =
        || text.strip_prefix("Err:").is_some_and(|code| code.len() == 3 && code.parse::<u16>().is_ok());
    text.starts_with('#') && ERROR_CELLS.contains(&text) || text.starts_with('E') && numbered()
}

/// A value for a remark, cut where it is long.
pub(in crate::import) fn shown(raw: &str) -> String {
    match raw.char_indices().nth(LONGEST_VALUE) {
        Some((cut, _)) => format!("{}…", raw.get(..cut).unwrap_or_default()),
        None => raw.to_owned(),
    }
}

/// Whether nothing is left of the cell once cleaned; never fails.
pub(in crate::import) fn is_blank(raw: &str) -> bool {
    raw.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

/// Whether the cell holds a line break.
pub(in crate::import) fn has_line_break(raw: &str) -> bool {
    raw.contains(is_line_break)
}

/// The cell without the `'` that this program puts before text a spreadsheet would run as a formula.
pub(in crate::import) fn without_neutraliser(raw: &str) -> &str {
    match raw.strip_prefix('\'') {
        Some(rest) if rest.starts_with(runs_as_formula) => rest,
        _ => raw,
    }
}

fn clean_unusual(raw: &str) -> Result<Cow<'_, str>, Rejection> {
    let visible: Cow<'_, str> = if raw.contains(is_invisible) {
        Cow::Owned(raw.chars().filter(|&c| !is_invisible(c)).collect())
    } else {
        Cow::Borrowed(raw)
    };
    let trimmed = visible.trim();
    let mut out = String::with_capacity(trimmed.len());
    let mut in_break = false;
    for c in trimmed.chars() {
        let is_break = is_line_break(c);
        if is_break && !in_break {
            out.push(' ');
        } else if !is_break {
            refuse_unreadable(c)?;
            out.push(c);
        }
        in_break = is_break;
    }
    if let Some(meant) = once_encoded(&out) {
        return Err(Rejection::TwiceEncoded { value: out, meant });
    }
    if is_garbled(&out) {
        return Err(Rejection::Garbled { value: out });
    }
    if is_nfc_quick(out.chars()) == IsNormalized::Yes {
        return Ok(Cow::Owned(out));
    }
    Ok(Cow::Owned(out.nfc().collect()))
}

fn refuse_unreadable(c: char) -> Result<(), Rejection> {
    match c {
        '\u{FFFD}' => Err(Rejection::Unreadable),
        '\0' => Err(Rejection::Nul),
        c if c.is_control() => Err(Rejection::ControlCharacter { code: format!("U+{:04X}", u32::from(c)) }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_become_clean_text() {
        let cases = [
            ("", ""),
            ("  plain ", "plain"),
            ("\u{a0} Niamh\u{202f}", "Niamh"),
            ("two\r\nlines", "two lines"),
            ("three\n\n\rlines", "three lines"),
            ("\n\tedges\t\n", "edges"),
            ("e\u{301}", "é"),
            ("12\u{200b}34\u{feff}", "1234"),
            ("\u{202e}abc\u{202c}", "abc"),
            ("'=1+1", "=1+1"),
            ("'-5.00", "-5.00"),
            ("'\tx", "x"),
            ("'tis", "'tis"),
            ("=SUM(A1)", "=SUM(A1)"),
            ("O\u{2019}Neill", "O\u{2019}Neill"),
            (" O&#039;Neill&nbsp;", "O'Neill"),
            ("R&D  Nurse ", "R&D  Nurse"),
        ];
        for (raw, expected) in cases {
            assert_eq!(clean(raw).as_deref(), Ok(expected), "{raw:?}");
        }
    }

    #[test]
    fn cells_that_hold_what_no_text_holds_are_refused() {
        for raw in
            ["a\0b", "a\u{fffd}", "a\u{7}b", "a\tb", "a\u{9f}b", "#N/A", " #REF! ", "#CALC!", "Err:508"]
        {
            assert!(clean(raw).is_err(), "{raw:?}");
        }
    }

    #[test]
    fn what_was_encoded_twice_is_refused_and_what_is_no_such_thing_is_not() {
        for (raw, meant) in [
            ("M\u{c3}\u{bc}ller", "M\u{fc}ller"),
            ("Zo\u{c3}\u{ab} Ren\u{c3}\u{a9}e", "Zo\u{eb} Ren\u{e9}e"),
            ("O\u{e2}\u{20ac}\u{2122}Neill", "O\u{2019}Neill"),
            ("\u{c5}\u{201a}ukasz", "\u{142}ukasz"),
            ("Ko\u{c4}\u{8d}i\u{c4}\u{2021}", "Ko\u{10d}i\u{107}"),
            ("\u{c2}\u{a3}5", "\u{a3}5"),
        ] {
            match clean(raw) {
                Err(Rejection::TwiceEncoded { meant: found, .. }) => assert_eq!(found, meant, "{raw}"),
                // A byte that Windows-1252 leaves undefined is a control character.
                other => {
                    assert!(matches!(other, Err(Rejection::ControlCharacter { .. })), "{raw}: {other:?}")
                }
            }
        }
        for raw in [
            "M\u{fc}ller",
            "Zo\u{eb} Ren\u{e9}e",
            "\u{201e}CAF\u{c9}\u{201c}",
            "CAF\u{c9}\u{201d}",
            "JO\u{c3}O CAM\u{d5}ES",
            "O\u{2019}Neill \u{2013} \u{160}\u{e1}rka",
            "\u{15a}liwi\u{144}ski",
            "\u{a3}5 \u{bd}",
            "\u{10c}apek \u{201e}x\u{201d}",
        ] {
            assert!(clean(raw).is_ok(), "{raw}");
        }
    }

    #[test]
    fn a_cell_may_have_500_characters_and_no_more() {
        assert!(clean(&"é".repeat(500)).is_ok());
        assert!(clean(&"é".repeat(501)).is_err());
        assert!(clean(&"x".repeat(501)).is_err());
        assert!(clean(&format!("{}{}", "x".repeat(500), " ".repeat(50))).is_ok());
    }

    #[test]
    fn a_cell_of_spaces_and_invisible_characters_is_blank() {
        assert!(is_blank(" \u{a0}\u{200b}\t\r\n"));
        assert!(!is_blank("."));
    }
}
