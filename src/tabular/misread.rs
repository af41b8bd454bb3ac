//! Text that was taken for Windows-1252 and is something else (spec 3.7, *Text*): its words hold what no word holds.

use std::io::{self, Read};

use super::encoding::{TextEncoding, windows_bytes};
use super::fault::Fault;
use super::no_name::is_misread_letter;
use super::said_encoding::readings;

/// Words are looked at up to this length, in bytes.
const LONGEST_WORD: usize = 64;

/// A word that is none in Windows-1252.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Misread {
    /// The physical line that it stands on.
    line: u64,
    bytes: Vec<u8>,
}

impl Misread {
    /// The first word of the text, read as Windows-1252, that is none; `None` where all may be.
    pub(super) fn first(input: &mut impl Read) -> io::Result<Option<Self>> {
        let mut block = vec![0; 64 * 1024];
        let (mut word, mut line, mut after_return) = (Vec::new(), 1, false);
        loop {
            let read = input.read(&mut block)?;
            for &byte in block.get(..read).unwrap_or_default() {
                if is_of_word(byte) && word.len() < LONGEST_WORD {
                    word.push(byte);
                    continue;
                }
                if is_misread(&word) {
                    return Ok(Some(Self { line, bytes: word }));
                }
                word.clear();
                // A carriage return and a line feed are one end.
                line += u64::from(byte == b'\r' || (byte == b'\n' && !after_return));
                after_return = byte == b'\r';
            }
            if read == 0 {
                return Ok(is_misread(&word).then_some(Self { line, bytes: word }));
            }
        }
    }

    /// What is wrong with the file, and how the word would read otherwise.
    pub(super) fn fault(&self) -> Fault {
        let readings = readings(&self.bytes).into_iter();
        let readings: Vec<String> =
            readings.map(|(name, text)| format!("--encoding {name} reads it {text}")).collect();
        Fault::WrongEncoding {
            line: self.line.to_string(),
            seen: self.text().replace(|c: char| c.is_control(), "\u{fffd}"),
            readings: readings.join(", "),
        }
    }

    fn text(&self) -> String {
        in_windows(&self.bytes)
    }
}

/// The fault of a file taken for Windows-1252 in which this word of a name, on this line, is none.
pub(super) fn misread_name(line: u64, word: &str) -> Fault {
    Misread { line, bytes: windows_bytes(word).unwrap_or_default() }.fault()
}

fn in_windows(bytes: &[u8]) -> String {
    TextEncoding::WINDOWS.text_of(bytes)
}

fn is_of_word(byte: u8) -> bool {
    byte >= 0x80 || byte.is_ascii_alphanumeric() || matches!(byte, b'\'' | b'-')
}

/// Marks that never stand directly behind a letter.
const BEHIND_NO_LETTER: &str =
    "\u{201a}\u{192}\u{201e}\u{2c6}\u{2030}\u{2dc}\u{a1}\u{a2}\u{a4}\u{a5}\u{a8}\u{af}\u{b8}\u{bf}";
/// Marks that never stand between two letters.
const BETWEEN_NO_LETTERS: &str = "\u{201c}\u{201d}\u{2039}\u{2022}\u{2020}\u{2021}\u{2014}\u{203a}\u{2122}\u{a3}\u{a6}\u{a7}\u{a9}\
     \u{ab}\u{ac}\u{ae}\u{b0}\u{b1}\u{b2}\u{b3}\u{b6}\u{b9}\u{bb}\u{bc}\u{bd}\u{be}\u{d7}\u{f7}\u{2026}";
/// Capitals that begin a word where they stand in one, and are small letters of other encodings.
const CAPITALS: &str = "\u{160}\u{17d}\u{152}\u{178}\u{c6}";

/// Whether a text, of whatever encoding, holds what letters become that were read in a wrong one and kept so: a mark
/// directly behind a letter that never stands there.
pub(crate) fn is_garbled(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let is_wrong = before.is_alphabetic() && BEHIND_NO_LETTER.contains(c);
        before = c;
        is_wrong
    })
}

/// Whether no word of Windows-1252 looks so.
fn is_misread(word: &[u8]) -> bool {
    if word.is_ascii() {
        return false;
    }
    let chars: Vec<char> = in_windows(word).chars().collect();
    let at = |place: Option<usize>| place.and_then(|place| chars.get(place)).copied();
    (0..chars.len()).any(|place| {
        let (before, after) = (at(place.checked_sub(1)), at(Some(place + 1)));
        let is_letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        let Some(c) = at(Some(place)) else { return false };
        let is_small = |c: Option<char>| c.is_some_and(char::is_lowercase);
        c.is_control()
            || is_misread_letter(&chars, place)
            || (BEHIND_NO_LETTER.contains(c) && is_letter(before))
            || (BETWEEN_NO_LETTERS.contains(c) && is_letter(before) && is_letter(after))
            || (c == '\u{2018}' && is_small(before) && (after.is_none() || is_small(after)))
            || (c == '\u{2122}' && before.is_none() && is_letter(after))
            || (CAPITALS.contains(c) && is_letter(before) && (is_small(before) || is_small(after)))
            || ("\u{d4}\u{d5}".contains(c)
                && is_letter(before)
                && is_capitalised(at(Some(place + 1)), at(Some(place + 2))))
    })
}

/// Whether a word begins here: a capital and a small letter.
fn is_capitalised(first: Option<char>, second: Option<char>) -> bool {
    first.is_some_and(char::is_uppercase) && second.is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &[u8]) -> Option<(u64, String)> {
        Misread::first(&mut &*text).unwrap().map(|misread| (misread.line, misread.text()))
    }

    #[test]
    fn words_of_dos_and_the_mac_are_no_words_of_windows() {
        for word in [
            // In a code page of DOS.
            &b"Ren\x82"[..],
            b"Ren\x82e",
            b"M\x81ller",
            b"Zo\x89",
            b"Si\x83n",
            b"Fran\x87ois",
            b"J\x94rg",
            b"Nu\xA4ez",
            b"Mar\xA1a",
            b"R\xA2is\xA1n",
            b"Ra\xA3l",
            b"H\x8Al\x8Ane",
            b"\x90mile",
            b"Se\xA0n",
            b"Tom\xA0s",
            b"Gr\xA0inne",
            b"S\xA0nchez",
            b"Hern\xA0ndez",
            b"Jo\xC6o",
            b"S\xC6o",
            b"Magalh\xC6es",
            b"\xB5gnes",
            b"\xB5LVAREZ",
            b"C\xB5RDENAS",
            // On a Mac.
            b"Ren\x8E",
            b"M\x9Fller",
            b"Zo\x91",
            b"Fran\x8Dois",
            b"Si\x89n",
            b"O\xD5Neill",
            b"H\x8Fl\x8Fne",
            b"B\x8Ar",
            b"R\x97is\x92n",
            b"Mu\x96oz",
            b"Pe\x96a",
            b"N\x9C\x96ez",
            b"Ib\x87\x96ez",
            b"Ra\x9Cl",
            b"Bj\x9Arn",
            b"G\x9Aran",
            b"J\x9Arg",
            b"M\x9Aller",
            b"K\x9Ahler",
            b"\x83mile",
        ] {
            let text = [b"1,Ann\r\n2,", word, b"\r\n3,Bob\r\n"].concat();
            let found = first(&text);
            assert_eq!(found.map(|(line, _)| line), Some(2), "{}", in_windows(word));
        }
    }

    #[test]
    fn words_of_windows_are_left_alone() {
        let words = "Ren\u{e9} M\u{fc}ller Zo\u{eb} Si\u{e2}n O\u{2019}Neill D\u{2019}Arcy \u{160}\u{e1}rka \u{17d}i\u{17e}ka \
                     Smith\u{2013}Jones \u{201c}Ann\u{201d} \u{2018}n\u{2019} 50\u{bd} \u{a3}500 20\u{b0} Caf\u{e9}\u{2122} Ann\u{ae} \
                     L\u{b7}l CAM\u{d5}ES JO\u{c3}O \u{c9}MILE Anne-\u{17d}ofie O'\u{160}ea CO\u{d4}T \u{201e}Wort\u{201c} Ma\u{aa} \u{bf}qu\u{e9}?";
        let bytes = crate::tabular::encoding::windows_bytes(words).unwrap();
        assert_eq!(first(&bytes), None);
        assert_eq!(first(b"plain\ntext\n"), None);
    }

    #[test]
    fn names_and_words_with_letters_that_others_misread_are_left_alone() {
        let words = "Du\u{161}an Je\u{161}ek K\u{161}\u{ed}r Tom\u{e1}\u{161} Milo\u{161} Hru\u{161}ka Kr\u{161}njavi Alk\u{161}nis P\u{161}tross Raj\u{161}l                      V\u{161}ete\u{e8}ka \u{160}imek Hej\u{161}kov\u{e1} Auk\u{161}tuolis Bog\u{161}i\u{e6} \u{152}uvre L\u{153}b G\u{153}the K\u{153}nig Ph\u{153}b\u{e9} c\u{153}ur                      f\u{153}tus S\u{153}ur \u{c6}sir \u{c6}gir S\u{c6}LAND Anne-\u{c6}sa S\u{f8}ren D\u{2019}a Garc\u{2019}a O\u{2019}neill                      Ann\u{a0}Marie Staff\u{a0}nurse of\u{a0}the van\u{a0}der Mr\u{a0}de Dr\u{a0}van Hepatitis\u{a0}b B\u{a0}vaccine Band\u{a0}5 12\u{a0}hrs                      Ann\u{a0} Level\u{a0}two Smith\u{2013}Jones Anna\u{2013}\u{17d}ofie pre\u{2013}post London\u{2013}based Safeguarding\u{2013}adults 2025\u{2013}26                      \u{b5}g \u{b5}mol 50\u{b5}g 5\u{b5}litre \u{192}5";
        for word in words.split(' ') {
            let bytes = crate::tabular::encoding::windows_bytes(word).unwrap();
            assert_eq!(first(&bytes), None, "{word}");
        }
    }

    #[test]
    fn what_was_misread_before_is_known_in_any_encoding() {
        for text in ["Ren\u{201a}", "Zo\u{2030}", "Si\u{192}n", "Nu\u{a4}ez", "Mar\u{a1}a Ash"] {
            assert!(is_garbled(text), "{text}");
        }
        for text in [
            "Ren\u{e9}",
            "\u{bf}qu\u{e9}?",
            "\u{201e}Wort\u{201c}",
            "Women\u{2014}Children",
            "50\u{2030}",
            "\u{a1}ay!",
        ] {
            assert!(!is_garbled(text), "{text}");
        }
    }

    #[test]
    fn the_line_is_the_physical_one_whatever_ends_lines() {
        for end in ["\n", "\r", "\r\n"] {
            let text = [b"a", end.as_bytes(), end.as_bytes(), b"Ren\x82"].concat();
            assert_eq!(first(&text).map(|found| found.0), Some(3), "{end:?}");
        }
    }
}
