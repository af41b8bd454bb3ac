//! Words as a printed page can show them: what none of its fonts has is replaced before it is laid out, since a page
//! that machines are to read admits no letter without a shape, nor one whose meaning is private (PDF/UA).

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Stands for a letter that no font has.
const MARK: char = '□';

/// Whether a font has a letter.
pub(super) trait Font {
    /// Whether it has this one.
    fn has(&self, letter: char) -> bool;
}

/// `text` with a mark in place of every letter that none of `fonts` has. A letter and the accents above or below it are
/// one shape, which one font must have whole; else it loses them.
pub(super) fn showable<F: Font>(text: &str, fonts: &[F]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut letters = text.chars().filter(|letter| !is_unseen(*letter)).map(meant).nfc().peekable();
    while let Some(letter) = letters.next() {
        if letter.is_control() {
            shown.push(if matches!(letter, '\n' | '\r' | '\t') { letter } else { ' ' });
            continue;
        }
        // What stands above nothing has no shape of its own.
        if is_combining_mark(letter) {
            continue;
        }
        let mut shape = String::from(letter);
        while let Some(accent) = letters.next_if(|next| is_combining_mark(*next)) {
            shape.push(accent);
        }
        let has_all = |font: &F| shape.chars().all(|letter| font.has(letter));
        if fonts.iter().any(has_all) {
            shown.push_str(&shape);
            continue;
        }
        let bare =
            std::iter::once(letter).nfd().next().filter(|bare| fonts.iter().any(|font| font.has(*bare)));
        shown.push(bare.unwrap_or(MARK));
    }
    shown
}

/// What word processors mean by letters of the private area: those of the fonts Symbol and Wingdings.
fn meant(letter: char) -> char {
    match letter {
        '\u{f0fc}' | '\u{f0fe}' => '✓',
        '\u{f0fb}' | '\u{f0fd}' => '✗',
        '\u{f0e0}' | '\u{f0e8}' | '\u{f0d8}' => '→',
        '\u{f020}'..='\u{f0ff}' => '•',
        // Other private letters, and those that will never be any, mean nothing to a reader.
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' | '\u{fdd0}'..='\u{fdef}' => MARK,
        other if u32::from(other) & 0xfffe == 0xfffe => MARK,
        other => other,
    }
}

/// Letters that are not meant to be seen: joiners, directions, variants and tags of the letters before them.
fn is_unseen(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
            | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A font of a few letters.
    struct FewLetters(&'static str);

    impl Font for FewLetters {
        fn has(&self, letter: char) -> bool {
            self.0.contains(letter)
        }
    }

    #[test]
    fn what_no_font_has_is_marked_and_what_word_processors_mean_is_kept() {
        let fonts = [FewLetters("abcdefghijklmnopqrstuvwxyz é•✓✗→□"), FewLetters("яшё\u{5d0}x\u{301}")];
        for (text, expected) in [
            ("minutes", "minutes"),
            ("\u{f0b7} minutes", "• minutes"),
            ("\u{f0a7}\u{f0d8}\u{f0fc}\u{f0fb}", "•→✓✗"),
            ("✓ done", "✓ done"),
            ("яшё", "яшё"),
            ("日本", "□□"),
            ("\u{e123}\u{100000}\u{fffe}\u{1ffff}", "□□□□"),
            ("\u{378}", "□"),
            ("e\u{301}", "é"),
            ("x\u{301}", "x\u{301}"),
            ("\u{1ea5}", "a"),
            ("a\u{301}", "a"),
            ("日\u{301}", "□"),
            ("\u{301}a", "a"),
            ("a\u{301}\u{302}\u{303}\u{304}b", "ab"),
            ("a\u{200d}b\u{fe0f}c\u{202e}d\u{feff}e", "abcde"),
            ("a\0b\u{1b}c\u{85}d\n\te", "a b c d\n\te"),
            ("👩\u{1f3fd}\u{200d}⚕\u{fe0f}", "□□"),
            ("", ""),
        ] {
            assert_eq!(showable(text, &fonts), expected, "{text:?}");
        }
    }
}
