//! A filter held against people: whom a unit, a group, a title, a manager or a name finds, and whom nobody has.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::filter::{PeopleFilter, StandingFilter};
use super::name::{NameWord, PersonSearch, are_in};
use crate::answers::Question;
use crate::answers::viewer::Visibility;
use crate::app::App;
use crate::compliance::{Assessment, CourseState, Judge, TrainingState};
use crate::policy::{CourseIndex, Pattern, PatternKind, text_key, unit_key};
use crate::register::store::{self, ViewDetail};
use crate::register::{Assignment, Name, PersonIndex, TextId, UnitPath};
use crate::wording::{Unknown, nearest};

/// The filter, ready to be held against people. Courses are told by their place in the policy.
pub(super) struct WantedPeople<'a> {
    filter: &'a PeopleFilter,
    courses: WantedCourses,
    places: Vec<PostPattern>,
    words: Vec<NameWord>,
    search: Option<PersonSearch<'a>>,
}

/// Which courses of somebody's are meant.
#[derive(Debug)]
pub(super) struct WantedCourses {
    states: Vec<TrainingState>,
    due_before: Option<NaiveDate>,
    /// Those that were named; none for all.
    pub(super) named: Vec<CourseIndex>,
}

impl WantedCourses {
    /// Whether a course of somebody who is meant is.
    pub(super) fn is_meant(&self, course: &CourseState) -> bool {
        (self.states.is_empty() || self.states.contains(&course.state))
            && self.due_before.is_none_or(|day| course.due_on.is_some_and(|due_on| due_on < day))
            && (self.named.is_empty() || self.named.contains(&course.course))
    }
}

/// What is known of texts of posts while a list is gone through: of each pattern, which match.
pub(super) struct MatchedTexts(Vec<HashMap<TextId, bool>>);

/// A pattern of what a primary post says of where somebody is.
struct PostPattern {
    what: &'static str,
    written: String,
    pattern: Pattern,
    kind: PatternKind,
    text: fn(&Assignment) -> TextId,
}

impl<'a> WantedPeople<'a> {
    pub(crate) fn of(filter: &'a PeopleFilter, courses: Vec<CourseIndex>) -> Self {
        let place = |what, written: &Option<String>, kind, text| {
            let written = written.clone()?;
            Some(PostPattern { what, pattern: Pattern::new(&written, kind), written, kind, text })
        };
        let places = [
            place("nobody in post has a unit like", &filter.unit, PatternKind::Unit, |held| held.unit),
            place("nobody in post has a staff group like", &filter.staff_group, PatternKind::Text, |held| {
                held.staff_group
            }),
            place("nobody in post has a job title like", &filter.job_title, PatternKind::Text, |held| {
                held.job_title
            }),
        ];
        let words = filter.name.as_deref().unwrap_or_default().split_whitespace().map(NameWord::of).collect();
        let search = filter.search.as_deref().map(PersonSearch::of);
        let courses =
            WantedCourses { states: filter.states.clone(), due_before: filter.due_before, named: courses };
        Self { filter, courses, places: places.into_iter().flatten().collect(), words, search }
    }

    /// Of texts nothing is known yet.
    pub(crate) fn nothing_matched(&self) -> MatchedTexts {
        MatchedTexts(vec![HashMap::new(); self.places.len()])
    }

    /// Whether somebody is meant, if they are in post, by where they are, who leads them and what they are called.
    pub(crate) fn may_be_meant(
        &self,
        judge: &Judge<'_>,
        person: PersonIndex,
        day: NaiveDate,
        matched: &mut MatchedTexts,
    ) -> bool {
        let name = || judge.view.names.get(person).map(Name::full).unwrap_or_default();
        let mut places = self.places.iter().zip(&mut matched.0);
        places.all(|(place, known)| place.is_among(judge, person, day, known))
            && self.filter.manager.as_deref().is_none_or(|number| is_led_by(judge, person, day, number))
            && (self.words.is_empty() || are_in(&self.words, &name()))
            && self.search.as_ref().is_none_or(|search| {
                search.number == judge.view.employee_number(person) || search.is_name(&name())
            })
    }

    /// Whether somebody who stands so is meant.
    pub(crate) fn stands(&self, judge: &Judge<'_>, found: &Assessment) -> bool {
        let standings = &self.filter.standings;
        standings.is_empty() || standings.contains(&StandingFilter::of(found, judge.policy.grace))
    }

    /// Which courses are meant.
    pub(crate) fn courses(&self) -> &WantedCourses {
        &self.courses
    }

    /// Which courses are meant, of whomever.
    pub(crate) fn into_courses(self) -> WantedCourses {
        self.courses
    }

    /// Whether only those are listed who have a course that is meant: not where people are looked up by what has nothing
    /// to do with courses.
    pub(crate) fn asks_for_courses(&self) -> bool {
        let filter = self.filter;
        let by_course =
            !filter.states.is_empty() || !self.courses.named.is_empty() || filter.due_before.is_some();
        let by_person = !filter.standings.is_empty()
            || filter.manager.is_some()
            || self.search.is_some()
            || !self.words.is_empty();
        by_course || (!self.places.is_empty() && !by_person)
    }

    /// Those who may be meant, by an index, whose rows alone are then read; `None` where nothing tells.
    pub(crate) fn some(
        &self,
        app: &App,
        question: &Question,
        sight: &Visibility,
    ) -> anyhow::Result<Option<HashSet<i32>>> {
        let scope = sight.organisation();
        let mut found: Option<HashSet<i32>> = None;
        let mut keep = |some: HashSet<i32>| {
            found = Some(match found.take() {
                Some(before) => before.intersection(&some).copied().collect(),
                None => some,
            });
        };
        app.db.read(|conn| {
            let unit = self.places.iter().find(|place| place.kind == PatternKind::Unit);
            // What fits even a post without a unit fits nearly everybody's.
            if let Some(unit) = unit.filter(|unit| !unit.pattern.matches("")) {
                keep(store::staff_in_units(conn, question.known, scope, |text| unit.pattern.matches(text))?);
            }
            if let Some(number) = &self.filter.manager {
                keep(store::staff_led_by(conn, question.known, scope, number)?);
            }
            if !self.words.is_empty() {
                keep(store::staff_called(conn, question.known, scope, |name| are_in(&self.words, name))?);
            }
            if let Some(search) = &self.search {
                let mut some = store::staff_called(conn, question.known, scope, |name| search.is_name(name))?;
                let number = [search.number.to_owned()];
                let numbered = store::known_with_number(conn, question.known, &number, scope)?;
                some.extend(numbered.into_iter().map(|who| who.id));
                keep(some);
            }
            Ok(())
        })?;
        Ok(found)
    }

    /// Refuses a list that nobody is in because nobody has what was named (spec 4): a unit, a group, a title or a manager.
    /// `judge` has those who may be meant, and all whom the viewer may see where `is_of_all`.
    pub(crate) fn refuse_unknown(
        &self,
        (app, question, sight): (&App, &Question, &Visibility),
        judge: &Judge<'_>,
        is_of_all: bool,
    ) -> anyhow::Result<()> {
        let day = question.as_at;
        let manager = self.filter.manager.as_deref();
        let has_all = |judge: &Judge<'_>| {
            let anybody = |is: &dyn Fn(PersonIndex) -> bool| judge.view.everyone().any(is);
            self.places.iter().all(|place| anybody(&|person| place.is_of(judge, person, day)))
                && manager.is_none_or(|number| anybody(&|person| is_led_by(judge, person, day, number)))
        };
        if (self.places.is_empty() && manager.is_none()) || has_all(judge) {
            return Ok(());
        }
        if is_of_all {
            return Ok(self.unknown(judge, day).map_or(Ok(()), Err)?);
        }
        let everyone = sight.view(app, question, ViewDetail::Judgement)?;
        Ok(self.unknown(&everyone.judge(judge.policy), day).map_or(Ok(()), Err)?)
    }

    fn unknown(&self, judge: &Judge<'_>, day: NaiveDate) -> Option<Unknown> {
        let in_post = || judge.view.everyone().filter_map(|person| judge.primary(person, day));
        // Where nobody is in post, no name is wrong.
        in_post().next()?;
        let unknown_place = self.places.iter().find_map(|place| {
            let texts: BTreeSet<&str> =
                in_post().map(|post| judge.view.texts.get((place.text)(post))).collect();
            (!texts.iter().any(|text| place.pattern.matches(text))).then(|| place.unknown(&texts))
        });
        unknown_place.or_else(|| {
            let number = self.filter.manager.as_deref()?;
            let held = judge.view.everyone().flat_map(|person| judge.held(person, day));
            let managers: BTreeSet<&str> = held.map(|post| judge.view.texts.get(post.manager)).collect();
            (!managers.contains(number)).then(|| unknown_manager(number, &managers))
        })
    }
}

impl PostPattern {
    /// [`Self::is_of`] for many, of whom few have texts of their own.
    fn is_among(
        &self,
        judge: &Judge<'_>,
        person: PersonIndex,
        day: NaiveDate,
        known: &mut HashMap<TextId, bool>,
    ) -> bool {
        let Some(text) = judge.primary(person, day).map(self.text) else { return false };
        *known.entry(text).or_insert_with(|| self.pattern.matches(judge.view.texts.get(text)))
    }

    fn is_of(&self, judge: &Judge<'_>, person: PersonIndex, day: NaiveDate) -> bool {
        let primary = judge.primary(person, day);
        primary.is_some_and(|post| self.pattern.matches(judge.view.texts.get((self.text)(post))))
    }

    /// What may have been meant of the texts that people in post have: what holds the words somewhere else than the
    /// pattern says, else what is spelt alike.
    fn unknown(&self, texts: &BTreeSet<&str>) -> Unknown {
        let plain = self.written.replace('*', " ");
        let found = match self.kind {
            PatternKind::Unit => units_with(&self.pattern, texts),
            PatternKind::Text => {
                let key = text_key(&plain).to_lowercase();
                let holds = |text: &&&str| !key.is_empty() && text_key(text).to_lowercase().contains(&key);
                texts.iter().filter(holds).map(|text| (*text).to_owned()).collect()
            }
        };
        if !found.is_empty() {
            return Unknown::meant(
                self.what,
                &self.written,
                found.into_iter().take(crate::wording::NEAREST).collect(),
            );
        }
        match self.kind {
            PatternKind::Text => Unknown::of(self.what, &self.written, texts.iter().copied()),
            PatternKind::Unit => {
                let known = names_of_units(texts);
                let near = nearest(plain.trim_matches(['/', ' ']), known.iter().map(String::as_str));
                let near: Vec<String> = near.into_iter().map(|name| as_pattern(name, texts)).collect();
                if near.is_empty() {
                    return Unknown::of(self.what, &self.written, known.iter().map(String::as_str));
                }
                Unknown::meant(self.what, &self.written, near)
            }
        }
    }
}

/// Patterns for the units that the pattern would match if it were written from their own step on.
fn units_with(pattern: &Pattern, texts: &BTreeSet<&str>) -> Vec<String> {
    let mut found = BTreeSet::new();
    for path in texts.iter().map(|text| unit_key(text)) {
        for UnitPath(unit) in UnitPath(&path).units_down().filter(|unit| !unit.0.is_empty()) {
            let below = unit.match_indices(" / ").filter_map(|(at, step)| unit.get(at + step.len()..));
            // The shortest that fits: what stands before it is the star's.
            if let Some(fits) = below.filter(|rest| pattern.matches(rest)).last() {
                found.insert(format!("*/{fits}"));
            }
        }
    }
    // Of a unit and those below it the unit is meant.
    let all: Vec<String> = found.iter().cloned().collect();
    let is_below = |one: &String| all.iter().any(|other| one.starts_with(&format!("{other} / ")));
    found.into_iter().filter(|one| !is_below(one)).collect()
}

/// The name of every unit by itself.
fn names_of_units(texts: &BTreeSet<&str>) -> BTreeSet<String> {
    let steps = texts.iter().flat_map(|text| {
        let path = unit_key(text);
        UnitPath(&path).units_down().map(|unit| unit.name().to_owned()).collect::<Vec<_>>()
    });
    steps.filter(|step| !step.is_empty()).collect()
}

/// The name of a unit as it is asked for.
fn as_pattern(name: &str, texts: &BTreeSet<&str>) -> String {
    let is_first =
        texts.iter().any(|text| UnitPath(&unit_key(text)).units_down().next() == Some(UnitPath(name)));
    if is_first { name.to_owned() } else { format!("*/{name}") }
}

fn is_led_by(judge: &Judge<'_>, person: PersonIndex, day: NaiveDate, number: &str) -> bool {
    judge.held(person, day).any(|post| judge.view.texts.get(post.manager) == number)
}

fn unknown_manager(number: &str, managers: &BTreeSet<&str>) -> Unknown {
    const WHAT: &str = "nobody in post has the manager";
    let bare = |number: &str| number.trim_start_matches('0').to_owned();
    let same: Vec<String> =
        managers.iter().filter(|of| bare(of) == bare(number)).map(|of| (*of).to_owned()).collect();
    if same.is_empty() {
        Unknown::of(WHAT, number, managers.iter().copied())
    } else {
        Unknown::meant(WHAT, number, same)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_that_nobody_has_is_answered_with_the_one_that_was_meant() {
        let texts = BTreeSet::from([
            "",
            "Acute / Surgery / Theatres",
            "Acute / Surgery / Recovery",
            "Community / Health Visiting",
            "Facilities",
        ]);
        for (written, meant) in [
            ("surgery", "did you mean \"*/Surgery\"?"),
            ("Surgery/Recovery", "did you mean \"*/Surgery / Recovery\"?"),
            ("Surg*", "did you mean \"*/Surgery\"?"),
            ("Recover", "did you mean \"*/Recovery\""),
            ("Facilites", "did you mean \"Facilities\""),
            (
                "Zzzz",
                "; known are Acute, Community, Facilities, Health Visiting, Recovery, Surgery, Theatres",
            ),
        ] {
            let place = PostPattern {
                what: "no unit is like",
                written: written.to_owned(),
                pattern: Pattern::new(written, PatternKind::Unit),
                kind: PatternKind::Unit,
                text: |held| held.unit,
            };
            let said = place.unknown(&texts).to_string();
            assert!(said.contains(meant), "{written}: {said}");
        }
    }
}
