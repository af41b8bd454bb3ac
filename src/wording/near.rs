//! Names that are not there, and the names that they may have been meant for.

use std::collections::BTreeSet;

/// How many are suggested.
pub(crate) const NEAREST: usize = 3;
/// A whole name may have one letter in this many wrong, missing or too many, and a word of one by itself one in
/// [`OF_WORD`].
const OF_NAME: usize = 3;
const OF_WORD: usize = 4;
/// Fewer letters than these are part of too many names.
const SHORTEST_PART: usize = 3;
/// So many letters make a stem.
const STEM: usize = 4;
/// How many of all are listed where none is near.
const LISTED: usize = 12;

/// The names most like `name`, the likest first; none where nothing is like it. Case is ignored.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let likeness = |known: &'n str| (strsim::jaro_winkler(&name, &known.to_lowercase()), known);
    let mut near: Vec<(f64, &str)> =
        known.into_iter().filter(|known| is_near(&name, &known.to_lowercase())).map(likeness).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.truncate(NEAREST);
    near.into_iter().map(|(_, name)| name).collect()
}

/// Whether `name` may have been meant for `known`, both in lower case: few of its letters are otherwise for its length, or
/// each of its words is one of the other's, or nearly.
fn is_near(name: &str, known: &str) -> bool {
    let (name_words, known_words) = (words(name), words(known));
    let differs_little = |a: &str, b: &str, one_in: usize| {
        let longest = a.chars().count().max(b.chars().count());
        strsim::osa_distance(a, b) * one_in <= longest
    };
    let is_part = |word: &&str| {
        known_words.iter().any(|known| differs_little(word, known, OF_WORD) || share_a_stem(word, known))
    };
    let letters = name_words.concat();
    !letters.is_empty()
        && (differs_little(&letters, &known_words.concat(), OF_NAME)
            || (letters.chars().count() >= SHORTEST_PART && name_words.iter().all(is_part)))
}

/// Whether two words begin with the same letters, most of the first (`nurses` and `nursing`) or all of it (`emp` and
/// `employee`).
fn share_a_stem(word: &str, known: &str) -> bool {
    let same = word.chars().zip(known.chars()).take_while(|(a, b)| a == b).count();
    let letters = word.chars().count();
    (same >= STEM && same * 3 >= letters * 2) || (same == letters && same >= SHORTEST_PART)
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

/// Somebody named what is not there: what it is, and what may have been meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    said: String,
    meant: Vec<String>,
    others: Vec<String>,
}

impl Unknown {
    /// That there is no `name`, as `said` begins the sentence: `there is no organisation`. `known` are the names there are.
    pub fn of<'n>(said: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        let known: BTreeSet<&str> = known.into_iter().filter(|known| !known.is_empty()).collect();
        let near = nearest(name, known.iter().copied()).into_iter().map(str::to_owned).collect();
        Self { others: known.into_iter().map(str::to_owned).collect(), ..Self::meant(said, name, near) }
    }

    /// The same, where nothing that there is can have been meant.
    pub fn all<'n>(said: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> Self {
        let others = known.into_iter().map(str::to_owned).collect();
        Self { others, ..Self::meant(said, name, Vec::new()) }
    }

    /// The same, where what may have been meant was found out otherwise.
    pub(crate) fn meant(said: &str, name: &str, near: Vec<String>) -> Self {
        Self { said: format!("{said} {name:?}"), meant: near, others: Vec::new() }
    }
}

impl std::fmt::Display for Unknown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { said, meant, others } = self;
        let quoted = |names: &[String]| names.iter().map(|name| format!("{name:?}")).collect::<Vec<_>>();
        if !meant.is_empty() {
            return write!(f, "{said}: did you mean {}?", quoted(meant).join(" or "));
        }
        match others.get(..LISTED).unwrap_or(others) {
            [] => write!(f, "{said}: nothing of the kind is known"),
            listed => {
                let more = match others.len() - listed.len() {
                    0 => String::new(),
                    more => format!(" and {more} more"),
                };
                write!(f, "{said}; known are {}{more}", listed.join(", "))
            }
        }
    }
}

impl std::error::Error for Unknown {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likest_names_come_first_and_unlike_ones_not_at_all() {
        let known = ["SGC-L1", "SGC-L2", "PREVENT", "SGA-L2"];
        assert_eq!(nearest("sgc2", known).first(), Some(&"SGC-L2"));
        assert!(nearest("sgc2", known).len() <= NEAREST);
        assert!(nearest("zzz", known).is_empty());
    }

    #[test]
    fn how_many_letters_may_differ_depends_on_how_many_there_are() {
        for (name, known, is_meant) in [
            ("RXY", "RXX", true),
            ("RYZ", "RXX", false),
            ("sgc2", "SGC-L2", true),
            ("Facilites", "Facilities", true),
            ("Theaters", "Surgery / Theatres", true),
            ("Midwifery", "Nursing and Midwifery Registered", true),
            ("Midwifry", "Nursing and Midwifery Registered", true),
            ("Stafff Nurse", "Staff Nurse", true),
            ("emplyee", "employee_number", true),
            ("Nurses", "Nursing and Midwifery Registered", true),
            ("Emp No", "Employee No", true),
            ("Surg", "Surgery / Theatres", true),
            ("Cardiac Ward", "Cardiology", false),
            ("Nopee", "Inpatient Therapies", false),
            ("Nopee", "Nurse", false),
            ("Nowhere", "Nursing", false),
            ("Ward 7", "Ward 8", true),
            ("ED", "Medicine", false),
            ("e", "Estates", false),
            ("Kitchen", "Kitchens", true),
            ("Cardiology", "Radiology", true),
            ("Cardiology", "Pathology", false),
            ("", "Surgery", false),
            ("///", "Surgery", false),
        ] {
            assert_eq!(!nearest(name, [known]).is_empty(), is_meant, "{name} for {known}");
        }
    }

    #[test]
    fn what_is_unknown_is_said_with_what_is_near_or_else_with_what_there_is() {
        let said = |name, known: &[&str]| {
            Unknown::of("there is no organisation", name, known.iter().copied()).to_string()
        };
        assert_eq!(said("RXY", &["RXX", "QQQ"]), "there is no organisation \"RXY\": did you mean \"RXX\"?");
        assert_eq!(said("ZZZ", &["RXX", "QQQ"]), "there is no organisation \"ZZZ\"; known are QQQ, RXX");
        assert_eq!(said("ZZZ", &[]), "there is no organisation \"ZZZ\": nothing of the kind is known");
        let many: Vec<String> = (10..40).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert!(said("ZZZ", &many).ends_with("20, 21 and 18 more"), "{}", said("ZZZ", &many));
    }
}
