//! Characters as web pages write them, which some systems export as they stand in theirs: `O&#039;Neill`, `R&amp;D Nurse`.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::encoding::TextEncoding;

/// The longest name of a character between `&` and `;`.
const LONGEST: usize = 10;
/// What was written so once more is undone as often.
const MOST_TIMES: usize = 3;

/// Names of characters that are not a letter with a mark.
const NAMED: [(&str, &str); 21] = [
    ("amp", "&"),
    ("lt", "<"),
    ("gt", ">"),
    ("quot", "\""),
    ("apos", "'"),
    ("nbsp", "\u{a0}"),
    ("pound", "\u{a3}"),
    ("lsquo", "\u{2018}"),
    ("rsquo", "\u{2019}"),
    ("ldquo", "\u{201c}"),
    ("rdquo", "\u{201d}"),
    ("ndash", "\u{2013}"),
    ("mdash", "\u{2014}"),
    ("hellip", "\u{2026}"),
    ("szlig", "\u{df}"),
    ("aelig", "\u{e6}"),
    ("AElig", "\u{c6}"),
    ("oslash", "\u{f8}"),
    ("Oslash", "\u{d8}"),
    ("aring", "\u{e5}"),
    ("Aring", "\u{c5}"),
];
/// Marks on a letter, by the end of the name.
const MARKS: [(&str, char); 6] = [
    ("acute", '\u{301}'),
    ("grave", '\u{300}'),
    ("circ", '\u{302}'),
    ("uml", '\u{308}'),
    ("tilde", '\u{303}'),
    ("cedil", '\u{327}'),
];

/// The text with the characters that are written so; `None` where none is.
pub(crate) fn unescaped(text: &str) -> Option<String> {
    let mut read = once(text)?;
    for _ in 1..MOST_TIMES {
        match once(&read) {
            Some(again) => read = again,
            None => break,
        }
    }
    Some(read)
}

fn once(text: &str) -> Option<String> {
    let mut read = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some((before, behind)) = rest.split_once('&') {
        read.push_str(before);
        let end = behind.bytes().take(LONGEST + 1).position(|byte| byte == b';');
        let character = end.and_then(|end| Some((character(behind.get(..end)?)?, behind.get(end + 1..)?)));
        if let Some((character, after)) = character {
            read.push_str(&character);
            (rest, found) = (after, true);
        } else {
            read.push('&');
            rest = behind;
        }
    }
    read.push_str(rest);
    found.then_some(read)
}

fn character(name: &str) -> Option<Cow<'static, str>> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        let code = code.ok().filter(|_| !number.starts_with('+'))?;
        // As browsers read what is meant for Windows.
        return match u8::try_from(code) {
            Ok(byte @ 0x80..=0x9F) => Some(TextEncoding::WINDOWS.text_of(&[byte]).into()),
            _ => char::from_u32(code).map(|c| c.to_string().into()),
        };
    }
    if let Some((_, character)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Some((*character).into());
    }
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    let (_, mark) = MARKS.iter().find(|(mark, _)| name.get(1..) == Some(mark))?;
    Some([letter, *mark].into_iter().nfc().collect::<String>().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_written_as_in_web_pages_are_read() {
        for (text, expected) in [
            ("O&#039;Neill", Some("O'Neill")),
            ("O&#x27;Neill", Some("O'Neill")),
            ("O&#8217;Neill", Some("O\u{2019}Neill")),
            ("O&#146;Neill", Some("O\u{2019}Neill")),
            ("R&amp;D Nurse", Some("R&D Nurse")),
            ("R&amp;amp;D &amp;#39;x&amp;#39;", Some("R&D 'x'")),
            ("Ren&eacute;e &Ouml;zil", Some("Ren\u{e9}e \u{d6}zil")),
            ("&lt;b&gt;", Some("<b>")),
            ("R&D Nurse", None),
            ("A & E; Surgery", None),
            ("Health & Safety; Fire", None),
            ("&nothing;", None),
            ("&#;&#x;&#+1;&;", None),
            ("&#1114112;", None),
            ("a&", None),
            ("", None),
        ] {
            assert_eq!(unescaped(text).as_deref(), expected, "{text}");
        }
    }
}
