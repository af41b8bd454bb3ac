//! Characters of Windows-1252 that words may hold, where no name has them: letters of DOS, old Macs and central Europe.
//!
//! Where both readings are words nothing can be told: the apostrophe for `í` of a Mac (`Garc’a`), `ž` for its `û`, `œ`
//! between consonants (`Jesœs`), `š` beside a vowel or where Slavic words have it, `ä` for `õ` of DOS, and capitals with
//! accents, which are small letters or other capitals.

/// Titles and the like that stand without a vowel before a blank.
const SHORTENED: [&str; 7] = ["mr", "mrs", "ms", "dr", "st", "sr", "jr"];
/// How what is measured in millionths goes on.
const MILLIONTHS: [&str; 5] = ["mol", "gram", "lit", "met", "sec"];

/// Marks that stand beside no letter of a name, where they are capitals and small letters of central Europe read wrong.
const BESIDE_NO_LETTER: &str =
    "\u{a2}\u{a3}\u{a4}\u{a5}\u{a6}\u{a7}\u{ac}\u{af}\u{b1}\u{b3}\u{b6}\u{b9}\u{bc}\u{be}\u{20ac}";
/// The same of marks that may stand behind one, as in `M\u{aa}` for Mar\u{ed}a.
const BEFORE_NO_LETTER: &str = "\u{a9}\u{aa}\u{ae}\u{ba}";

/// The first word of a name that is none: a mark in it stands beside a letter as letters do that were read in a wrong encoding.
pub(crate) fn no_name(text: &str) -> Option<&str> {
    text.split_whitespace().find(|word| !word.is_ascii() && is_no_name(word))
}

fn is_no_name(word: &str) -> bool {
    let mut before = ' ';
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        let goes_on = chars.peek().is_some_and(|after| after.is_alphabetic());
        let is_wrong = (BESIDE_NO_LETTER.contains(c) && (goes_on || is_letter(before)))
            || (BEFORE_NO_LETTER.contains(c) && goes_on);
        if is_wrong {
            return true;
        }
        before = c;
    }
    false
}

/// A letter; those raised above the line, as in `1\u{aa}`, are marks here.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !BEFORE_NO_LETTER.contains(c)
}

/// Whether the character at this place of a word is a letter that was read wrong.
pub(super) fn is_misread_letter(word: &[char], place: usize) -> bool {
    let at = |step| place.checked_add_signed(step).and_then(|place| word.get(place)).copied();
    let (before, after) = (at(-1), at(1));
    let (head, tail) = word.split_at_checked(place).unwrap_or_default();
    let tail = tail.get(1..).unwrap_or_default();
    match word.get(place) {
        // An n with a tilde, of a Mac.
        Some('\u{2013}') => {
            word.first().is_some_and(|c| c.is_uppercase())
                && before.is_some_and(is_vowel_of_mac)
                && after.is_some_and(is_vowel_of_mac)
        }
        // An a with an acute, of DOS.
        Some('\u{a0}') => is_within_syllable(head, tail),
        // A capital A with an acute, of DOS.
        Some('\u{b5}') => before.is_some_and(char::is_alphabetic) || is_no_measure(tail),
        // A u with an acute, of a Mac.
        Some('\u{153}') => before.is_some_and(|c| "aei".contains(c)),
        // An o with a diaeresis, of a Mac.
        Some('\u{161}') => is_between_consonants([at(-2), before, after, at(2)]),
        // A capital E with an acute, of a Mac.
        Some('\u{192}') => before.is_none() && after.is_some_and(char::is_alphabetic),
        _ => false,
    }
}

/// A small vowel, or what becomes of one with an acute that was written on a Mac.
fn is_vowel_of_mac(c: char) -> bool {
    "aeiou\u{153}\u{2021}\u{2014}\u{2019}".contains(c)
}

fn is_vowel(c: char) -> bool {
    "aeiouyAEIOUY".contains(c) || (!c.is_ascii() && c.is_alphabetic())
}

fn is_consonant(c: char) -> bool {
    c.is_ascii_alphabetic() && !is_vowel(c)
}

/// Whether a no-break space parts what are no two words: one side has no vowel, or the right side begins as no word does.
fn is_within_syllable(head: &[char], tail: &[char]) -> bool {
    let left: Vec<char> = head.iter().rev().take_while(|c| c.is_alphabetic()).copied().collect();
    let right: Vec<char> = tail.iter().take_while(|c| c.is_alphabetic()).copied().collect();
    let begins_name = left.len() == head.len() && left.last().is_some_and(|c| c.is_uppercase());
    let goes_on = right.first().is_some_and(|c| c.is_lowercase());
    if !begins_name || !goes_on {
        return false;
    }
    let is_half_word = match right.as_slice() {
        ['l' | 'n' | 'r', second, ..] if "bcdfkpqstvz".contains(*second) => true,
        ['l' | 'n' | 'r' | 's' | 'z', ..] => !right.iter().any(|&c| is_vowel(c)),
        _ => false,
    };
    // Of a capital alone nothing is told by what it lacks: `Hepatitis B`.
    let is_small_before = left.first().is_some_and(|c| c.is_lowercase());
    let is_whole = left.iter().any(|&c| is_vowel(c)) || is_shortened(&left);
    is_half_word || (is_small_before && !is_whole)
}

/// Whether these letters, the last one first, are a title or the like.
fn is_shortened(backwards: &[char]) -> bool {
    let word: String = backwards.iter().rev().map(char::to_ascii_lowercase).collect();
    SHORTENED.contains(&word.as_str())
}

/// Whether what stands behind `µ` is longer than a unit and begins no word that is measured.
fn is_no_measure(tail: &[char]) -> bool {
    let letters: String = tail.iter().take_while(|c| c.is_alphabetic()).collect();
    letters.chars().count() > 2 && !MILLIONTHS.iter().any(|start| letters.to_lowercase().starts_with(start))
}

/// Whether `š` stands between consonants where no language that has it lets it: behind a `j` that no vowel precedes,
/// behind a `g`, or before a consonant that is doubled or an `h`.
fn is_between_consonants(around: [Option<char>; 4]) -> bool {
    let [second_before, Some(before), Some(after), second_after] = around else { return false };
    if !is_consonant(before) || !is_consonant(after) || after.is_uppercase() {
        return false;
    }
    match before.to_ascii_lowercase() {
        'j' => second_before.is_none_or(|c| !is_vowel(c)),
        'g' => true,
        _ => second_after == Some(after) || (after == 'h' && second_after.is_some_and(is_consonant)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_central_europe_read_as_windows_1252_is_none() {
        for name in [
            "Pawe\u{b3}",
            "\u{a3}ukasz",
            "\u{af}ak",
            "\u{aa}tefan",
            "Ry\u{b6}",
            "Anna Tom\u{e1}\u{b9}",
            "\u{a5}ak",
            "\u{a9}imek",
            "\u{ae}ivko",
            "\u{a6}liwa",
            "Kr\u{be}",
            "\u{bc}udmila",
            "MICHA\u{a3}",
            "KO\u{ac}LAK",
            "Anna-\u{a3}ucja",
            "Mo\u{ba}oianu",
            "\u{20ac}lan",
        ] {
            assert!(no_name(name).is_some(), "{name}");
        }
        for name in [
            "",
            "Ann",
            "Ren\u{e9}e M\u{fc}ller",
            "M\u{aa} Jos\u{e9}",
            "D.\u{aa} Ana",
            "Ann (\u{a3}500)",
            "Pawe\u{142} \u{141}ukasz",
            "O\u{2019}Neill",
            "Ann\u{ae}",
            "1\u{aa}",
            "\u{a7} 5",
            "Ann\u{b2}",
        ] {
            assert_eq!(no_name(name), None, "{name}");
        }
    }
}
