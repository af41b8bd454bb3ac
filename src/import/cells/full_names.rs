//! Names written whole: `Archer, Ann`, `Ann Archer`, `Mrs Ann Archer` (spec 3.1).

/// What is before or behind a name and no part of it.
const TITLES: [&str; 22] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "master",
    "dr",
    "doctor",
    "prof",
    "professor",
    "rev",
    "revd",
    "reverend",
    "sir",
    "dame",
    "lady",
    "lord",
    "cllr",
    "councillor",
    "hon",
    "fr",
    "father",
];

/// Words that begin a last name of several.
const PARTICLES: [&str; 24] = [
    "van", "von", "der", "den", "ter", "ten", "de", "da", "di", "do", "du", "del", "della", "dos", "das",
    "la", "le", "bin", "ibn", "al", "el", "san", "st", "mac",
];

/// First and last name; the last one is empty only where nothing is left.
pub(in crate::import) fn parted(full: &str) -> (String, String) {
    if let Some((last, first)) = full.split_once(',') {
        let first: Vec<&str> = first.split(',').flat_map(str::split_whitespace).collect();
        let (first, last) = (but_titles(&first).to_vec(), without_titles(&words(last)));
        return if last.is_empty() {
            (String::new(), first.join(" "))
        } else {
            (first.join(" "), last.join(" "))
        };
    }
    let all = words(full);
    let all = without_titles(&all);
    let Some(mut cut) = all.len().checked_sub(1) else { return (String::new(), String::new()) };
    while cut > 1 && all.get(cut - 1).is_some_and(|word| is_one_of(&PARTICLES, word)) {
        cut -= 1;
    }
    let (first, last) = all.split_at(cut);
    (first.join(" "), last.join(" "))
}

/// First and last name of a column that is called `Name` alone and may be of either, beside one for the first name: it
/// is the last name, unless it holds the first one too.
pub(in crate::import) fn beside_first(name: &str, first: &str) -> (String, String) {
    let (of_name, last) = parted(name);
    let is_whole = format!("{} ", name_key(&of_name)).starts_with(&format!("{} ", name_key(first)));
    if first.is_empty() || is_whole { (of_name, last) } else { (first.to_owned(), words(name).join(" ")) }
}

/// A name for comparing: in lower case, without titles, single spaces, apostrophes and hyphens of one sort.
pub(in crate::import) fn name_key(name: &str) -> String {
    let words = words(name);
    let plain = |c: char| match c {
        '\u{2018}' | '\u{2019}' | '\u{b4}' | '`' | '\u{2032}' => '\'',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        c => c,
    };
    let name = without_titles(&words).join(" ");
    name.chars().map(plain).flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> Vec<&str> {
    text.split_whitespace().collect()
}

/// The words but for titles at either end.
fn but_titles<'a, 'w>(words: &'a [&'w str]) -> &'a [&'w str] {
    let is_title = |word: &&&str| is_one_of(&TITLES, word.trim_matches(['(', ')']));
    let before = words.iter().take_while(is_title).count();
    let behind = words.iter().rev().take_while(is_title).count();
    words.get(before..words.len().saturating_sub(behind)).unwrap_or_default()
}

/// The same; where nothing else is there, they are the name.
fn without_titles<'w>(words: &[&'w str]) -> Vec<&'w str> {
    match but_titles(words) {
        [] => words.to_vec(),
        left => left.to_vec(),
    }
}

fn is_one_of(known: &[&str], word: &str) -> bool {
    let word = word.trim_end_matches('.');
    known.iter().any(|known| word.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_whatever_is_written_around_them() {
        for name in ["Ann O'Neill-Bell", "ANN  O\u{2019}NEILL-BELL", "Dr Ann O'Neill\u{2010}Bell"] {
            assert_eq!(name_key(name), "ann o'neill-bell", "{name}");
        }
    }

    #[test]
    fn a_full_name_is_parted_into_first_and_last() {
        for (full, first, last) in [
            ("Archer, Ann", "Ann", "Archer"),
            ("Archer,Ann", "Ann", "Archer"),
            ("Archer, Mrs Ann", "Ann", "Archer"),
            ("Archer, Mrs. Ann", "Ann", "Archer"),
            ("Archer, Ann (Mrs)", "Ann", "Archer"),
            ("Archer, Ann, Dr", "Ann", "Archer"),
            ("Archer-Bell, Ann Marie", "Ann Marie", "Archer-Bell"),
            ("van der Berg, Jan", "Jan", "van der Berg"),
            ("Ann Archer", "Ann", "Archer"),
            ("Mrs Ann Archer", "Ann", "Archer"),
            ("Prof. Dr. Ann Archer", "Ann", "Archer"),
            ("DR ANN ARCHER", "ANN", "ARCHER"),
            ("Ann Marie Archer", "Ann Marie", "Archer"),
            ("Jan van der Berg", "Jan", "van der Berg"),
            ("Maria De La Cruz", "Maria", "De La Cruz"),
            ("Archer", "", "Archer"),
            ("Mrs Archer", "", "Archer"),
            ("Archer, Mrs", "", "Archer"),
            ("Lord", "", "Lord"),
            ("Van Nguyen", "Van", "Nguyen"),
            (", Ann", "", "Ann"),
            ("", "", ""),
        ] {
            assert_eq!(parted(full), (first.to_owned(), last.to_owned()), "{full}");
            assert_eq!(beside_first(full, ""), parted(full), "{full}");
        }
    }

    #[test]
    fn a_name_beside_a_first_name_is_the_last_unless_it_is_whole() {
        for (name, first, expected) in [
            ("Archer", "Ann", ("Ann", "Archer")),
            ("Rose", "Rose", ("Rose", "Rose")),
            ("St John", "John", ("John", "St John")),
            ("De La Cruz", "Maria", ("Maria", "De La Cruz")),
            ("Ann Archer", "Ann", ("Ann", "Archer")),
            ("ARCHER, Mrs ANN MARIE", "Ann", ("ANN MARIE", "ARCHER")),
            ("Archer", "", ("", "Archer")),
        ] {
            let (found_first, found_last) = beside_first(name, first);
            assert_eq!((found_first.as_str(), found_last.as_str()), expected, "{name}, {first}");
        }
    }
}
