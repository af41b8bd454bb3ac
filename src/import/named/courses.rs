//! Course names as files write them (spec 3.2).

use hashbrown::{HashMap, HashSet};

use super::course_names::{self, course_key, cut_course_key};
use super::nearest::NEAREST;
use crate::import::cells::text;
use crate::import::messages::Rejection;
use crate::policy::{Course, CourseIndex, Pattern, PatternKind, Policy, folded_key};

/// The policy's courses by every name they go by.
#[derive(Debug)]
pub(in crate::import) struct CourseNames {
    exact: HashMap<String, CourseIndex>,
    /// By what is compared of the name; `None` where several courses have it.
    plain: HashMap<String, Option<CourseIndex>>,
    /// The same with ESR's ending cut.
    cut: HashMap<String, Option<CourseIndex>>,
    /// Every name, as the policy writes it, with its course.
    names: Vec<(String, CourseIndex)>,
    /// What each text met so far means: a file names few courses, millions of times.
    met: HashMap<String, Result<CourseIndex, Rejection>>,
    /// Names that are not ours, and what each text met so far is in that respect.
    ignored: Vec<Pattern>,
    met_ignored: HashMap<String, bool>,
}

/// The least likeness, from 0 to 1, of a name that may have been meant: other subjects' stay below.
const CLOSE: f64 = 0.8;

/// The texts remembered; beyond, names are looked up again each time.
const MOST_MET: usize = 10_000;

impl CourseNames {
    /// Every code, title and alias of the policy's courses.
    pub(in crate::import) fn of(policy: &Policy) -> Self {
        let pattern = |pattern: &String| Pattern::new(pattern, PatternKind::Text);
        let mut courses = Self {
            exact: HashMap::new(),
            plain: HashMap::new(),
            cut: HashMap::new(),
            names: Vec::new(),
            met: HashMap::new(),
            ignored: policy.ignored_courses.iter().map(pattern).collect(),
            met_ignored: HashMap::new(),
        };
        for (index, course) in policy.courses.placed() {
            for name in [&course.code, &course.title].into_iter().chain(&course.aliases) {
                let name_read = text::clean(name).unwrap_or_default();
                for (keys, key) in [
                    (&mut courses.plain, course_key(&name_read)),
                    (&mut courses.cut, cut_course_key(&name_read)),
                ] {
                    keys.entry(key)
                        .and_modify(|known| *known = known.filter(|&known| known == index))
                        .or_insert(Some(index));
                }
                courses.exact.entry(folded_key(&name_read)).or_insert(index);
                courses.names.push((name.clone(), index));
            }
        }
        courses
    }

    /// The course called `name`: exactly (ignoring case and runs of space) first, else by what is compared of it, else
    /// without ESR's ending, each where one course alone has that name.
    ///
    /// # Errors
    /// Says which known names are nearest.
    pub(in crate::import) fn find(&mut self, name: &str) -> Result<CourseIndex, Rejection> {
        if let Some(met) = self.met.get(name) {
            return met.clone();
        }
        let found = self.look_up(name);
        if self.met.len() < MOST_MET {
            self.met.insert(name.to_owned(), found.clone());
        }
        found
    }

    /// Whether the policy ignores what is called so: one of its patterns matches, and none of its courses goes by it.
    pub(in crate::import) fn is_ignored(&mut self, name: &str) -> bool {
        if self.ignored.is_empty() {
            return false;
        }
        if let Some(met) = self.met_ignored.get(name) {
            return *met;
        }
        let is_ours = matches!(self.find(name), Ok(_) | Err(Rejection::SeveralCourses { .. }));
        let ignored = !is_ours && self.ignored.iter().any(|pattern| pattern.matches(name));
        if self.met_ignored.len() < MOST_MET {
            self.met_ignored.insert(name.to_owned(), ignored);
        }
        ignored
    }

    /// The course that a header names; `None` where it names none, or one of several.
    pub(in crate::import) fn known(&self, name: &str) -> Option<CourseIndex> {
        let unknown_is_none = |key: Option<&Option<CourseIndex>>| key.copied().flatten();
        self.exact
            .get(&folded_key(name))
            .copied()
            .or_else(|| unknown_is_none(self.plain.get(&course_key(name))))
            .or_else(|| unknown_is_none(self.cut.get(&cut_course_key(name))))
    }

    /// Whether the policy ignores a name.
    pub(in crate::import) fn ignores(&self, name: &str) -> bool {
        self.ignored.iter().any(|pattern| pattern.matches(name))
    }

    /// The known name that one was perhaps meant to be.
    pub(in crate::import) fn close(&self, name: &str) -> Option<String> {
        let first = self.likest(name).into_iter().next()?;
        (first.0 >= CLOSE && self.outcome(name).is_none()).then(|| first.1.to_owned())
    }

    fn look_up(&self, name: &str) -> Result<CourseIndex, Rejection> {
        if let Some(&course) = self.exact.get(&folded_key(name)) {
            return Ok(course);
        }
        if let Some(Some(course)) = self.plain.get(&course_key(name)) {
            return Ok(*course);
        }
        match self.cut.get(&cut_course_key(name)) {
            Some(Some(course)) => Ok(*course),
            Some(None) => Err(Rejection::SeveralCourses { name: name.into() }),
            None => Err(self.unknown(name)),
        }
    }

    /// Why a name is none of the policy's: what it may have been meant for, else what the policy has instead.
    fn unknown(&self, name: &str) -> Rejection {
        let likest = self.likest(name);
        if let Some(said) = self.outcome(name)
            && likest.first().is_some_and(|(likeness, _)| *likeness >= CLOSE)
        {
            return Rejection::CourseWithStatus { name: name.into(), said };
        }
        let names = |names: &[(f64, &str)], between: &str| {
            names.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(between)
        };
        let close = likest.iter().filter(|(likeness, _)| *likeness >= CLOSE).count();
        let (name, quoted) = (name.to_owned(), for_shell(name));
        match likest.get(..close) {
            _ if likest.is_empty() && self.any_of_level(&name) => {
                Rejection::NoCourseAboutThem { name, quoted }
            }
            _ if likest.is_empty() => Rejection::NoCourseOfLevel { name, quoted },
            Some(close) if !close.is_empty() => {
                let code = close.first().map(|(_, name)| self.code(name)).unwrap_or_default();
                Rejection::UnknownCourseNear { name, near: names(close, " or "), code, quoted }
            }
            _ => Rejection::UnknownCourse { name, nearest: names(&likest, ", "), quoted },
        }
    }

    /// The word by which a name says that it is no completion; `None` where a course's own name has it.
    fn outcome(&self, name: &str) -> Option<String> {
        let is_ours = |said: &String| {
            self.names.iter().any(|(known, _)| course_names::outcome(known).as_ref() == Some(said))
        };
        course_names::outcome(name).filter(|said| !is_ours(said))
    }

    /// The code of the course that goes by one of the policy's names.
    fn code(&self, name: &str) -> String {
        let course = self.names.iter().find(|(known, _)| known == name).map(|(_, course)| *course);
        // The code is the first of a course's names.
        let first = self.names.iter().find(|(_, of)| Some(*of) == course);
        first.map_or(String::new(), |(code, _)| code.clone())
    }

    /// The codes of courses that may have been meant.
    fn near_codes(&self, policy: &Policy, name: &str) -> Vec<String> {
        let level = course_names::level(name);
        let is_of_level = |near: &str| level.is_none() || course_names::level(near) == level;
        let likest = self.likest(name).into_iter();
        let is_meant = self.outcome(name).is_none();
        let likest = likest.filter(|(likeness, near)| is_meant && *likeness >= CLOSE && is_of_level(near));
        let course =
            |near: &str| self.names.iter().find(|(known, _)| known == near).map(|(_, course)| *course);
        let places = likest.filter_map(|(_, near)| course(near));
        places.filter_map(|place| policy.courses.get(place)).map(|course| course.code.clone()).collect()
    }

    /// The courses with a name that says something else than this one, where both say anything.
    fn others<T: PartialEq>(&self, name: &str, says: fn(&str) -> Option<T>) -> HashSet<CourseIndex> {
        let wanted = says(name);
        let is_other = |known: &str| match (&wanted, says(known)) {
            (Some(wanted), Some(known)) => *wanted != known,
            _ => false,
        };
        self.names.iter().filter(|(known, _)| is_other(known)).map(|(_, course)| *course).collect()
    }

    /// The courses of the level that the name says; all where it says none.
    fn of_level(&self, name: &str) -> HashSet<CourseIndex> {
        let wanted = course_names::level(name);
        let of_it =
            self.names.iter().filter(|(known, _)| wanted.is_none() || course_names::level(known) == wanted);
        of_it.map(|(_, course)| *course).collect()
    }

    /// Whether some course is of the level that the name says.
    fn any_of_level(&self, name: &str) -> bool {
        !self.of_level(name).is_empty()
    }

    /// The courses whose names are most like this one, the likest first, each by the likest of its names. One of another
    /// level, or about adults in place of children, is never meant; nor is one like it of no level, where the name says one.
    fn likest(&self, name: &str) -> Vec<(f64, &str)> {
        let subject = course_names::subject(name);
        let (of_others, about_others) =
            (self.others(name, course_names::level), self.others(name, course_names::about));
        let is_other = |course: &CourseIndex| of_others.contains(course) || about_others.contains(course);
        let of_level = self.names.iter().filter(|(_, course)| !is_other(course));
        let of = |(known, course): &'_ (String, CourseIndex)| {
            (strsim::jaro_winkler(&subject, &course_names::subject(known)), *course)
        };
        let mut names: Vec<_> = of_level.map(|known| (of(known), known.0.as_str())).collect();
        // Of equally like ones the first: a title before an alias.
        names.sort_by(|(a, _), (b, _)| b.0.total_cmp(&a.0));
        let mut courses = HashSet::new();
        names.retain(|((_, course), _)| courses.insert(*course));
        let of_its_level = self.of_level(name);
        names.retain(|((likeness, course), _)| *likeness < CLOSE || of_its_level.contains(course));
        names.into_iter().take(NEAREST).map(|((likeness, _), name)| (likeness, name)).collect()
    }
}

/// The name in quotes that a shell takes as they stand.
fn for_shell(name: &str) -> String {
    if name.contains(['"', '$', '`', '\\', '!']) {
        return format!("'{}'", name.replace('\'', "'\\''"));
    }
    format!("\"{name}\"")
}

/// The place in the policy of the course with this code, title or alias, as files write them.
///
/// # Errors
/// The codes of those that may have been meant; none where nothing is near.
pub(crate) fn course_called(policy: &Policy, name: &str) -> Result<CourseIndex, Vec<String>> {
    let mut courses = CourseNames::of(policy);
    let cleaned = text::clean(name).unwrap_or_default();
    courses.find(&cleaned).map_err(|_| courses.near_codes(policy, &cleaned))
}

/// Why a name should not be one by which a course goes; `None` where nothing speaks against it. A name that says that
/// something was not done, or that is of the level of another course, makes people look trained.
pub(crate) fn doubt_of_name(policy: &Policy, code: &str, name: &str) -> Option<String> {
    if let Some(said) = course_names::outcome(name) {
        return Some(format!("{said} in it says that it is no completion"));
    }
    let level = course_names::level(name)?;
    let names = |course: &Course| {
        [&course.code, &course.title].into_iter().chain(&course.aliases).cloned().collect::<Vec<_>>()
    };
    let is_of = |course: &Course| names(course).iter().any(|name| course_names::level(name) == Some(level));
    let own = policy.courses.iter().find(|course| course.code == code)?;
    let about = |course: &Course| names(course).iter().find_map(|name| course_names::about(name));
    let other = policy.courses.iter().find(|course| is_of(course) && about(course) == about(own));
    let own_level = names(own).iter().find_map(|name| course_names::level(name));
    let other = other.filter(|_| own_level.is_some() && !is_of(own))?;
    Some(format!("it is of level {level}, as {} is and {code} is not", other.code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::sample::{course, policy};

    fn courses() -> CourseNames {
        let mut children = course("SGC-L2", "Safeguarding Children Level 2");
        children.aliases = vec!["NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|".into()];
        let mut prevent_1 = course("P1", "Prevent - 1 Year");
        prevent_1.aliases = vec!["NHS|CSTF|Adults - No Specified Renewal|".into()];
        CourseNames::of(&policy(vec![children, prevent_1, course("P3", "Prevent - 3 Years")]))
    }

    #[test]
    fn courses_are_found_by_code_title_alias_and_cut_alias() {
        let cases = [
            ("sgc-l2", 0),
            ("SAFEGUARDING CHILDREN LEVEL 2", 0),
            ("NHS|CSTF|Safeguarding Children - Level 2 - 3 Years|", 0),
            ("nhs|cstf|safeguarding children - level 2|", 0),
            ("NHS|CSTF|Safeguarding Children - Level 2 - 1 Year", 0),
            ("NHS|CSTF|Safeguarding Children - Level 2 - 36 Month(s)|", 0),
            ("NHS|CSTF|Adults|", 1),
            ("Prevent - 3 Years", 2),
            ("Prevent - 1 Year", 1),
        ];
        for (name, index) in cases {
            assert_eq!(courses().find(name), Ok(CourseIndex::at(index)), "{name}");
        }
    }

    #[test]
    fn inner_spaces_and_no_break_spaces_do_not_part_a_name_from_itself() {
        for name in ["Safeguarding  Children Level 2", "safeguarding\u{a0}children  LEVEL 2"] {
            assert_eq!(courses().find(name), Ok(CourseIndex::at(0)), "{name}");
        }
        let spaced = policy(vec![course("A", "Prevent   Awareness")]);
        assert_eq!(CourseNames::of(&spaced).find("Prevent Awareness"), Ok(CourseIndex::at(0)));
    }

    #[test]
    fn what_names_of_every_subject_share_makes_none_of_them_alike() {
        let mut adults = course("SGA-L1", "Safeguarding Adults Level 1");
        adults.aliases = vec!["NHS|CSTF|Safeguarding Adults - Level 1 - 3 Years|".into()];
        let mut courses = CourseNames::of(&policy(vec![adults, course("P1", "Prevent Awareness")]));
        for name in [
            "NHS|CSTF|Fire Safety - 1 Year|",
            "Fire Safety",
            "NHS|CSTF|Moving and Handling - Level 1 - 2 Years|",
        ] {
            let reason = courses.find(name).unwrap_err().to_string();
            assert!(reason.starts_with(&format!("no course called {name}; the nearest")), "{reason}");
            assert!(!reason.contains("did you mean"), "{reason}");
            assert!(
                reason.contains("Prevent Awareness") && reason.contains("Safeguarding Adults"),
                "{reason}"
            );
        }
        let reason = courses.find("NHS|CSTF|Safeguarding Adult - Level 1 - 1 Year|").unwrap_err().to_string();
        assert!(
            reason.contains(": did you mean Safeguarding Adults Level 1?")
                || reason.contains(": did you mean NHS|CSTF|Safeguarding Adults"),
            "{reason}"
        );
    }

    #[test]
    fn a_cut_name_that_two_courses_share_names_neither() {
        assert!(courses().find("Prevent").unwrap_err().to_string().starts_with("several courses"));
        assert!(courses().find("Prevent - 2 Years").is_err());
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_nearest() {
        let reason = courses().find("Safeguarding Childen Level 2").unwrap_err().to_string();
        assert!(
            reason.starts_with(
                "no course called Safeguarding Childen Level 2: did you mean Safeguarding Children Level 2"
            ),
            "{reason}"
        );
        let reason = courses().find("zzz").unwrap_err().to_string();
        assert!(reason.starts_with("no course called zzz; the nearest the policy knows are "), "{reason}");
        // Another level of the same subject is not the same course.
        assert!(courses().find("NHS|CSTF|Safeguarding Children - Level 3 - 3 Years|").is_err());
    }

    #[test]
    fn a_suggestion_is_never_about_adults_in_place_of_children() {
        let children = course("SGC-L2", "Safeguarding Children Level 2");
        let prevent = course("P", "Prevent");
        for (policy, name, told, never) in [
            (
                policy(vec![children.clone()]),
                "Safeguarding Adults Level 2",
                "is about the same people",
                "Children",
            ),
            (policy(vec![children.clone(), prevent]), "Safeguarding Adults Level 2", "nearest", "Children"),
            (
                policy(vec![children.clone()]),
                "Safeguarding Childrens Level 2",
                "did you mean Safeguarding Children",
                "Adults",
            ),
            (
                policy(vec![children]),
                "Safeguarding Childern Level 2",
                "did you mean Safeguarding Children",
                "Adults",
            ),
        ] {
            let reason = CourseNames::of(&policy).find(name).unwrap_err().to_string();
            assert!(reason.contains(told) && !reason.contains(never), "{name}: {reason}");
            assert!(!reason.contains("alias add SGC-L2") || reason.contains("did you mean"), "{reason}");
        }
    }

    #[test]
    fn names_are_found_however_systems_write_them() {
        for name in [
            "Safeguarding Children \u{2013} Level 2",
            "000 Safeguarding Children: Level 2",
            "355 LOCAL|Safeguarding Children (Level 2)",
            "Safeguarding Children - Level 2 (Version 3)",
            "NHS|CSTF|Safeguarding Children \u{2013} Level 2 \u{2013} 3 Years|",
        ] {
            assert_eq!(courses().find(name), Ok(CourseIndex::at(0)), "{name}");
        }
    }

    #[test]
    fn a_name_of_another_level_or_of_what_was_not_done_is_doubted() {
        let of =
            |level: u32| course(&format!("SGC-L{level}"), &format!("Safeguarding Children Level {level}"));
        let policy = policy(vec![of(1), of(2), course("P", "Prevent")]);
        for (code, name, expected) in [
            ("SGC-L2", "Children Level 2 - Failed", true),
            ("SGC-L1", "Safeguarding Children Level 2 - 1 Year", true),
            ("SGC-L2", "Safeguarding Children Level 2 - 1 Year", false),
            ("SGC-L2", "Safeguarding Children Level 3", false),
            ("SGC-L2", "Kids", false),
            ("P", "Prevent Level 2", false),
            ("P", "Prevent, planned", true),
        ] {
            assert_eq!(doubt_of_name(&policy, code, name).is_some(), expected, "{code}: {name}");
        }
    }

    #[test]
    fn a_suggestion_is_never_of_another_level() {
        let of =
            |level: u32| course(&format!("SGC-L{level}"), &format!("Safeguarding Children Level {level}"));
        let mut courses = CourseNames::of(&policy(vec![of(1), of(2), course("P", "Prevent")]));
        let reason = courses.find("Safeguarding Childrens Level 2").unwrap_err().to_string();
        assert!(reason.contains("did you mean Safeguarding Children Level 2?"), "{reason}");
        let reason = courses.find("Safeguarding Children Level 3").unwrap_err().to_string();
        assert!(!reason.contains("Level 2") && !reason.contains("Level 1"), "{reason}");
        let mut courses = CourseNames::of(&policy(vec![of(1), of(2)]));
        let reason = courses.find("Safeguarding Children Level 3").unwrap_err().to_string();
        assert!(reason.contains("and none the policy knows is of that level"), "{reason}");
        // Nor of none, where it is near.
        let mut courses = CourseNames::of(&policy(vec![of(1), course("SGC-BOARD", "Board seminar")]));
        let reason = courses.find("SGC-L9").unwrap_err().to_string();
        assert!(!reason.contains("did you mean") && !reason.contains("BOARD"), "{reason}");
    }
}
