//! How names of courses are compared (spec 3.2): what systems write around one and the same name says nothing.

/// The name with dashes, colons and brackets read as blanks and `&` as `and`, in lower case and single spaces, without a
/// leading competence code (`000`, `355 LOCAL|`) and a `(Version 3)`.
pub(crate) fn course_key(name: &str) -> String {
    let lower = name.to_lowercase();
    let plain = |c: char| if is_dash(c) || ":()[]{}".contains(c) { ' ' } else { c };
    let mut words = String::with_capacity(lower.len());
    for c in without_version(without_code(&lower)).chars() {
        if c == '&' { words.push_str(" and ") } else { words.push(plain(c)) }
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The same of the name without its last pipe and one last ` - N Year(s)`, ` - N Month(s)` or
/// ` - No Specified Renewal`.
pub(in crate::import) fn cut_course_key(name: &str) -> String {
    let lower: String = name.to_lowercase().chars().map(|c| if is_dash(c) { '-' } else { c }).collect();
    course_key(without_ending(&lower))
}

/// What a name is about, for likeness: the cut name without the `NHS|CSTF|` before it, which names of any subject share.
pub(in crate::import) fn subject(name: &str) -> String {
    let key = cut_course_key(name);
    key.rsplit('|').next().unwrap_or(&key).trim().to_owned()
}

/// The level that a name or code speaks of: `Level 2`, `L2`, `level two`.
pub(in crate::import) fn level(name: &str) -> Option<u32> {
    let key = course_key(name);
    let words: Vec<&str> =
        key.split([' ', '|', '_', '.', ',', '/']).filter(|word| !word.is_empty()).collect();
    let after = |word: &str| {
        let number: String = word.chars().take_while(char::is_ascii_digit).collect();
        number.parse().ok().or(match word {
            "one" | "i" => Some(1),
            "two" | "ii" => Some(2),
            "three" | "iii" => Some(3),
            "four" | "iv" => Some(4),
            "five" | "v" => Some(5),
            _ => None,
        })
    };
    let of_word = |word: &&str| {
        let rest = ["level", "lvl", "lev", "l"].iter().find_map(|start| word.strip_prefix(start))?;
        rest.starts_with(|c: char| c.is_ascii_digit()).then(|| after(rest)).flatten()
    };
    let of_pair = |pair: &[&str]| match pair {
        ["level" | "levels" | "lvl" | "lev", number] => after(number),
        _ => None,
    };
    words.windows(2).find_map(of_pair).or_else(|| words.iter().find_map(of_word))
}

/// Whom training is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum About {
    /// Children and young people.
    Children,
    /// Adults.
    Adults,
}

/// Whom a name says that training is about; `None` where it says neither, or both.
pub(in crate::import) fn about(name: &str) -> Option<About> {
    let key = course_key(name);
    let has = |known: &[&str]| {
        let mut words = key.split(|c: char| !c.is_alphanumeric());
        words.any(|word| known.contains(&word))
    };
    let children = has(&["child", "children", "childrens", "childs", "cyp", "sgc", "paediatric"]);
    let adults = has(&["adult", "adults", "sga"]);
    match (children, adults) {
        (true, false) => Some(About::Children),
        (false, true) => Some(About::Adults),
        _ => None,
    }
}

/// Words of what became of somebody's training, or is to become: no name of a course has them.
const OUTCOMES: [&str; 31] = [
    "failed",
    "fail",
    "booked",
    "booking",
    "planned",
    "scheduled",
    "cancelled",
    "canceled",
    "withdrawn",
    "enrolled",
    "assigned",
    "started",
    "required",
    "expired",
    "lapsed",
    "overdue",
    "incomplete",
    "pending",
    "resit",
    "retake",
    "revoked",
    "dna",
    "dnf",
    "declined",
    "nominated",
    "waitlisted",
    "unattended",
    "absent",
    "not",
    "waiting",
    "partial",
];

/// The word by which a name says that it is no completion, where it has one.
pub(in crate::import) fn outcome(name: &str) -> Option<String> {
    let key = course_key(name);
    let mut words = key.split(|c: char| !c.is_alphanumeric());
    words.find(|word| OUTCOMES.contains(word)).map(str::to_owned)
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}')
}

/// A lower-case name without `000 `, `000|`, `355 local|` or `355|local|` before it.
fn without_code(name: &str) -> &str {
    let name = name.trim_start();
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let Some(rest) = name.get(digits..).filter(|rest| digits == 3 && rest.starts_with([' ', '|'])) else {
        return name;
    };
    let rest = rest.trim_start_matches([' ', '|']);
    let local = rest.strip_prefix("local").filter(|rest| rest.starts_with([' ', '|']));
    let rest = local.map_or(rest, |rest| rest.trim_start_matches([' ', '|']));
    if rest.is_empty() { name } else { rest }
}

/// A lower-case name without a `(version 3)` anywhere.
fn without_version(name: &str) -> String {
    const OPENS: &str = "(version ";
    let Some(start) = name.find(OPENS) else { return name.to_owned() };
    let (before, rest) = name.split_at(start);
    let Some((inside, after)) = rest.split_once(')') else { return name.to_owned() };
    let number = inside.get(OPENS.len()..).unwrap_or_default().trim();
    let is_number = !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.');
    if is_number { format!("{before} {after}") } else { name.to_owned() }
}

fn without_ending(name: &str) -> &str {
    let name = name.trim_end().trim_end_matches('|').trim_end();
    let Some((title, ending)) = name.rsplit_once(" - ") else { return name };
    let ending = ending.trim();
    let is_span = ending.split_once(' ').is_some_and(|(count, unit)| {
        let digits = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        digits && ["year", "years", "year(s)", "month", "months", "month(s)"].contains(&unit.trim())
    });
    if is_span || ending == "no specified renewal" { title.trim_end() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_around_a_name_says_nothing() {
        for name in [
            "Safeguarding Children & Adults - Level 2",
            "Safeguarding Children and Adults Level 2",
            "safeguarding children & adults \u{2013} level 2",
            "Safeguarding Children & Adults: Level 2",
            "Safeguarding Children & Adults (Level 2)",
            "[Safeguarding] Children&Adults \u{2014} Level 2",
            "000 Safeguarding Children & Adults Level 2",
            "000|Safeguarding Children & Adults Level 2",
            "355 LOCAL|Safeguarding Children & Adults Level 2",
            "355|LOCAL|Safeguarding Children & Adults Level 2",
            "Safeguarding Children & Adults - Level 2 (Version 3)",
            "Safeguarding Children & Adults (version 2.1) Level 2",
        ] {
            assert_eq!(course_key(name), "safeguarding children and adults level 2", "{name}");
        }
        for (name, key) in [
            ("3 Minute Briefing", "3 minute briefing"),
            ("2020 Update", "2020 update"),
            ("000", "000"),
            ("Prevent (Version for leaders)", "prevent version for leaders"),
            ("12345 Prevent", "12345 prevent"),
        ] {
            assert_eq!(course_key(name), key, "{name}");
        }
        assert_eq!(
            cut_course_key("NHS|CSTF|Prevent \u{2013} Basic \u{2013} 3 Years|"),
            "nhs|cstf|prevent basic"
        );
    }

    #[test]
    fn a_level_is_read_from_names_and_codes() {
        for (name, expected) in [
            ("Safeguarding Children - Level 2 - 3 Years", Some(2)),
            ("SGC-L3", Some(3)),
            ("Safeguarding level three", Some(3)),
            ("Level2 Adults", Some(2)),
            ("Levels 1 and 2", Some(1)),
            ("Level 2A", Some(2)),
            ("Prevent - 3 Years", None),
            ("Leadership 4", None),
            ("Lone working", None),
        ] {
            assert_eq!(level(name), expected, "{name}");
        }
    }

    #[test]
    fn whom_training_is_about_is_read_from_names_and_codes() {
        for (name, expected) in [
            ("Safeguarding Children Level 2", Some(About::Children)),
            ("NHS|CSTF|Safeguarding Adults - Level 1 - 3 Years|", Some(About::Adults)),
            ("Child Protection", Some(About::Children)),
            ("Children's safeguarding", Some(About::Children)),
            ("SGA-L1", Some(About::Adults)),
            ("Safeguarding Children & Adults", None),
            ("Prevent", None),
            ("Adulthood", None),
        ] {
            assert_eq!(about(name), expected, "{name}");
        }
    }
}
