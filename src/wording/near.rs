//! Names that are not there, and the names that they may have been meant for.

use std::collections::BTreeSet;

/// How many are suggested.
pub(crate) const NEAREST: usize = 3;
/// The least likeness of a name worth suggesting, from 0 to 1.
const LIKENESS: f64 = 0.6;
/// How many of all are listed where none is near.
const LISTED: usize = 12;

/// The names most like `name`, the likest first; none where nothing is like it. Case is ignored.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Vec<&'n str> {
    let name = name.to_lowercase();
    let likeness = |known: &'n str| (strsim::jaro_winkler(&name, &known.to_lowercase()), known);
    let mut near: Vec<(f64, &str)> =
        known.into_iter().map(likeness).filter(|(likeness, _)| *likeness >= LIKENESS).collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    near.dedup_by(|a, b| a.1 == b.1);
    near.truncate(NEAREST);
    near.into_iter().map(|(_, name)| name).collect()
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
