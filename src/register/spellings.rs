//! The ways in which one name is spelt: capitals, names of files and other systems leave out the marks of letters, and what
//! stands between the words of a name.

use unicode_normalization::UnicodeNormalization;

use super::phrases::{folded, phrase};

/// Words that stand before a last name, and alone name nobody.
const PARTICLES: &[&str] = &[
    "abu", "ben", "bin", "das", "del", "den", "der", "des", "dos", "ibn", "mac", "san", "ter", "van", "von",
];

/// The letters that German, Danish and their neighbours write as two where they have no mark.
fn spelt_out(name: &str) -> String {
    let mut spelt = String::with_capacity(name.len());
    for c in name.nfc().flat_map(char::to_lowercase) {
        match c {
            'ä' => spelt.push_str("ae"),
            'ö' | 'ø' => spelt.push_str("oe"),
            'ü' => spelt.push_str("ue"),
            'å' => spelt.push_str("aa"),
            _ => spelt.push(c),
        }
    }
    spelt
}

/// The words of a name in each way in which it is spelt: as it is, with letters spelt out, without apostrophes, and with its
/// words as one.
pub(super) fn spellings(name: &str) -> Vec<Vec<String>> {
    let mut spellings: Vec<Vec<String>> = Vec::new();
    for name in [name, &spelt_out(name)] {
        let whole = name.replace(['\'', '\u{2019}', '\u{2018}', '\u{2bc}', '`', '\u{b4}'], "");
        let (words, joined) = (phrase(name), vec![phrase(name).concat()]);
        for spelling in [words, phrase(&whole), joined] {
            if !spelling.concat().is_empty() && !spellings.contains(&spelling) {
                spellings.push(spelling);
            }
        }
    }
    spellings
}

/// The halves of a double name, by each of which somebody is called alone, in each way in which it is spelt.
pub(super) fn halves(last_name: &str) -> Vec<Vec<String>> {
    let halves: Vec<&str> = last_name.split(|c: char| c.is_whitespace() || is_hyphen(c)).collect();
    let is_name = |half: &&&str| half.chars().count() > 2 && !PARTICLES.contains(&folded(half).as_str());
    if halves.len() < 2 {
        return Vec::new();
    }
    halves.iter().filter(is_name).flat_map(|half| spellings(half)).collect()
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_as_it_is_or_out_or_as_one_word() {
        let of = |name: &str| spellings(name).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(of("Müller"), ["muller", "mueller"]);
        assert_eq!(of("O'Connor"), ["o connor", "oconnor"]);
        assert_eq!(of("Smith"), ["smith"]);
        assert_eq!(of(""), Vec::<String>::new());
        let halves = |name: &str| halves(name).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
        assert_eq!(halves("Pryce-Llewellyn"), ["pryce", "llewellyn"]);
        assert_eq!(halves("van der Berghe"), ["berghe"]);
        assert_eq!(halves("O'Neil Müller"), ["o neil", "oneil", "muller", "mueller"]);
        assert_eq!(halves("O'Connor"), Vec::<String>::new());
        assert_eq!(halves("Smith"), Vec::<String>::new());
    }
}
