//! Whether a number of a staff list is another person's than before, and whether a person stands under another number.
//! Training hangs on the number: somebody else's would count, or somebody's own would not.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::staff_listed::PersonDifference;
use crate::register::PersonFields;

/// How many of a sort are told.
pub(super) const MOST_OTHERS: usize = 20;

/// A known number under which a list has somebody of another name and another address.
#[derive(Debug)]
pub(in crate::import) struct OtherPerson<'a> {
    pub line: u64,
    pub number: &'a str,
    pub was: PersonFields<&'a str>,
    pub is: PersonFields<&'a str>,
}

/// Somebody who is new under one number and would leave under another.
#[derive(Debug)]
pub(in crate::import) struct Renumbered<'a> {
    pub line: u64,
    pub name: PersonFields<&'a str>,
    /// The number that is new.
    pub number: &'a str,
    /// The number that is known.
    pub known: &'a str,
}

/// Somebody who is new, or would leave.
#[derive(Debug, Clone, Copy)]
pub(super) struct Mover<'a> {
    pub line: u64,
    pub number: &'a str,
    pub name: PersonFields<&'a str>,
    pub starts: Option<NaiveDate>,
}

/// Who is new to an organisation, and who would leave it.
#[derive(Debug, Default)]
pub(super) struct Movers<'a> {
    joiners: Vec<Mover<'a>>,
    leavers: Vec<Mover<'a>>,
}

impl<'a> Movers<'a> {
    pub(super) fn see(&mut self, becomes: PersonDifference, mover: Mover<'a>) {
        match becomes {
            PersonDifference::Joiner => self.joiners.push(mover),
            PersonDifference::Leaver => self.leavers.push(mover),
            PersonDifference::Rejoiner | PersonDifference::Changed => {}
        }
    }

    /// Those who are both: of one name, and of one address or one first day. The first of them.
    pub(super) fn renumbered(self) -> Vec<Renumbered<'a>> {
        if self.leavers.is_empty() {
            return Vec::new();
        }
        let mut leavers: HashMap<(String, String), Vec<Mover<'a>>> = HashMap::new();
        for leaver in self.leavers {
            leavers.entry(folded(leaver.name)).or_default().push(leaver);
        }
        let known = |joiner: &Mover<'a>| {
            let same = |leaver: &&Mover<'a>| {
                is_same_address(leaver.name, joiner.name) || leaver.starts == joiner.starts
            };
            let leaver = leavers.get(&folded(joiner.name))?.iter().find(same)?;
            let Mover { line, number, name, .. } = *joiner;
            Some(Renumbered { line, name, number, known: leaver.number })
        };
        self.joiners.iter().filter_map(known).take(MOST_OTHERS).collect()
    }
}

fn folded(name: PersonFields<&str>) -> (String, String) {
    (name.last_name.to_lowercase(), name.first_name.to_lowercase())
}

/// Whether neither name is one that was known. Who marries, or is called by a short form, keeps one of the two.
pub(super) fn has_other_name(old: PersonFields<&str>, new: PersonFields<&str>) -> bool {
    let is_filled = |name: &str| !name.is_empty();
    let are_known = is_filled(old.first_name) && is_filled(old.last_name);
    let are_said = is_filled(new.first_name) && is_filled(new.last_name);
    let words = |name: PersonFields<&str>| {
        let whole = format!("{} {}", name.first_name, name.last_name).to_lowercase();
        let parts = whole.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
        parts.filter(|word| word.chars().count() > 1).collect::<Vec<_>>()
    };
    are_known
        && are_said
        && old.last_name != new.last_name
        && old.first_name != new.first_name
        && !words(new).iter().any(|word| words(old).contains(word))
}

/// Whether both have an address, and the same.
pub(super) fn is_same_address(old: PersonFields<&str>, new: PersonFields<&str>) -> bool {
    !old.email.is_empty() && old.email.eq_ignore_ascii_case(new.email)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::PersonField;

    fn person<'a>(first: &'a str, last: &'a str, email: &'a str) -> PersonFields<&'a str> {
        PersonFields::of(|field| match field {
            PersonField::FirstName => first,
            PersonField::LastName => last,
            PersonField::Email => email,
            _ => "",
        })
    }

    #[test]
    fn only_two_other_names_are_another_persons() {
        for (old, new, expected) in [
            (("Ann", "Archer"), ("Zed", "Zhou"), true),
            (("Ann", "Archer"), ("Ann", "Zhou"), false),
            (("Ann", "Archer"), ("Annie", "Archer"), false),
            (("Ann", "Archer"), ("Archer", "Ann"), false),
            (("Ann Mary", "Archer"), ("Mary", "Zhou"), false),
            (("Ann", "Archer"), ("Annie", "Archer-Zhou"), false),
            (("", "Archer"), ("Zed", "Zhou"), false),
            (("ANN", "ARCHER"), ("Ann", "Archer"), false),
        ] {
            let is_other = has_other_name(person(old.0, old.1, ""), person(new.0, new.1, ""));
            assert_eq!(is_other, expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn who_is_new_and_leaves_under_another_number_is_the_same() {
        let mover = |number, name, starts| Mover { line: 2, number, name, starts };
        let day = |day: u32| NaiveDate::from_ymd_opt(2020, 1, day);
        let dev = person("Dev", "Dean", "dev@example.org");
        for (joiner, expected) in [
            (mover("7-2", person("DEV", "Dean", "DEV@example.org"), day(9)), Some("7")),
            (mover("7-2", person("Dev", "Dean", ""), day(1)), Some("7")),
            (mover("7-2", person("Dev", "Dean", "other@example.org"), day(9)), None),
            (mover("7-2", person("Don", "Dean", "dev@example.org"), day(1)), None),
        ] {
            let mut movers = Movers::default();
            movers.see(PersonDifference::Leaver, mover("7", dev, day(1)));
            movers.see(PersonDifference::Joiner, joiner);
            let known = movers.renumbered().first().map(|renumbered| renumbered.known.to_owned());
            assert_eq!(known.as_deref(), expected, "{joiner:?}");
        }
    }
}
