//! Who counts otherwise than before, and why: one cause a person, so that the people of all causes add up to the
//! difference of two staff rates, exactly.

use std::collections::{BTreeMap, HashSet};

use chrono::NaiveDate;

use super::change::{BridgeStep, Cause};
use super::standings::{PersonStanding, Standings, as_counted, is_counted, posts};
use crate::compliance::{Assessment, Judge, Presence, Rate, TrainingState, count_person, over_everyone};
use crate::policy::CourseIndex;
use crate::register::{PersonIndex, RecordChange, RecordSide};

/// A person who counts otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MovedPerson {
    /// The register's key.
    pub(crate) staff_id: i32,
    /// Their place in the later view; `None`: they are no longer in it.
    pub(crate) person: Option<PersonIndex>,
    /// Why.
    pub(crate) cause: Cause,
    /// The code of the course that decided it, where one did.
    pub(crate) course: Option<String>,
    /// What they added to the staff rate before: nothing, 0 of 1, or 1 of 1.
    pub(crate) before: Rate,
    /// What they add to it now.
    pub(crate) after: Rate,
}

/// The two moments that are compared, and the judges of the later view.
#[derive(Debug)]
pub(crate) struct ComparedDays<'a> {
    /// How everyone stood at the first.
    pub(crate) before: &'a Standings,
    /// The day of the first.
    pub(crate) from: NaiveDate,
    /// The day of the second; the same day where only knowledge changed.
    pub(crate) to: NaiveDate,
    /// Judges the second.
    pub(crate) judge: &'a Judge<'a>,
    /// Judges the second by the rules of the first, where they are others.
    pub(crate) by_the_old_rules: Option<&'a Judge<'a>>,
}

/// What happened to one person, before it is given a cause.
struct ChangedStanding<'a> {
    between: &'a ComparedDays<'a>,
    was: PersonStanding<'a>,
    now: &'a Assessment,
    person: PersonIndex,
}

/// What one worker found.
#[derive(Default)]
struct WorkerMoves {
    moved: Vec<MovedPerson>,
    /// People in post before who are in the view.
    seen: usize,
}

/// Everyone who counts otherwise on `to` than in `before`, in the order of the view, those who are no longer in it last.
/// Where a record of before decided, whether it came late or was corrected is for [`settle`] to say.
pub(crate) fn people_who_moved(between: &ComparedDays<'_>) -> Vec<MovedPerson> {
    let view = between.judge.view;
    let found = over_everyone(
        view.people.len(),
        |people| {
            let mut found = WorkerMoves::default();
            let (mut now, mut scratch) = (Assessment::default(), Assessment::default());
            for person in people {
                let Some(who) = view.people.get(person) else { continue };
                between.judge.assess(person, between.to, between.to, &mut now);
                let was = between.before.get(who.staff_id);
                found.seen += usize::from(was.is_some());
                let before = was.map_or(Rate::default(), |was| was.staff);
                let after = count_person(&now, between.judge.policy.grace).staff;
                if before == after {
                    continue;
                }
                let (cause, course) = match was {
                    None => (between.if_knowledge_changed(Cause::Joined), None),
                    Some(was) => ChangedStanding { between, was, now: &now, person }.why(&mut scratch),
                };
                let staff_id = who.staff_id;
                found.moved.push(MovedPerson {
                    staff_id,
                    person: Some(person),
                    cause,
                    course,
                    before,
                    after,
                });
            }
            found
        },
        |all: &mut WorkerMoves, part| {
            all.moved.extend(part.moved);
            all.seen += part.seen;
        },
    );
    let mut moved = found.moved;
    if found.seen < between.before.iter().count() {
        moved.extend(people_gone(between));
    }
    moved
}

/// Those in post before who are not in the later view at all.
fn people_gone(between: &ComparedDays<'_>) -> Vec<MovedPerson> {
    let known: HashSet<i32> = between.judge.view.people.iter().map(|person| person.staff_id).collect();
    let gone = between.before.iter().filter(|was| was.staff.counted > 0 && !known.contains(&was.staff_id));
    gone.map(|was| MovedPerson {
        staff_id: was.staff_id,
        person: None,
        cause: between.if_knowledge_changed(Cause::Left),
        course: None,
        before: was.staff,
        after: Rate::default(),
    })
    .collect()
}

impl ComparedDays<'_> {
    /// On one and the same day nobody joins or leaves: the staff list says otherwise about it.
    fn if_knowledge_changed(&self, cause: Cause) -> Cause {
        match cause {
            Cause::Joined | Cause::Left | Cause::Absence | Cause::PostChanged | Cause::GraceEnded
                if self.from == self.to =>
            {
                Cause::StaffChanged
            }
            cause => cause,
        }
    }

    /// Whether somebody in post at both moments holds other posts at the second.
    fn other_posts(&self, moved: &MovedPerson) -> bool {
        let was = self.before.get(moved.staff_id);
        was.zip(moved.person).is_some_and(|(was, person)| was.posts != posts(self.judge, person, self.to))
    }
}

impl ChangedStanding<'_> {
    fn why(&self, scratch: &mut Assessment) -> (Cause, Option<String>) {
        let (cause, course) = self.cause(scratch);
        (self.between.if_knowledge_changed(cause), course)
    }

    fn cause(&self, scratch: &mut Assessment) -> (Cause, Option<String>) {
        let (was, now) = (&self.was, self.now);
        match now.presence {
            Presence::NotInPost => return (Cause::Left, None),
            presence if (presence == Presence::Absent) != was.is_absent => return (Cause::Absence, None),
            _ => {}
        }
        if let Some(old) = self.between.by_the_old_rules {
            old.assess(self.person, self.between.to, self.between.to, scratch);
            if count_person(scratch, old.policy.grace).staff == was.staff {
                return (Cause::Policy, None);
            }
        }
        let grace = self.between.judge.policy.grace;
        let is_behind = now.courses.iter().any(|course| {
            let state = as_counted(course.state, grace);
            is_counted(state) && !state.is_up_to_date()
        });
        let causes: Vec<(Cause, String)> = if is_behind { self.fell() } else { self.rose() };
        let first = causes.into_iter().min_by_key(|(cause, _)| weight(*cause));
        first.map_or((Cause::Other, None), |(cause, course)| (cause, Some(course)))
    }

    /// Why each course that holds them back now did not before.
    fn fell(&self) -> Vec<(Cause, String)> {
        let grace = self.between.judge.policy.grace;
        let behind = self.now.courses.iter().filter(|course| {
            let state = as_counted(course.state, grace);
            is_counted(state) && !state.is_up_to_date()
        });
        let why = |course: &crate::compliance::CourseState| {
            let code = self.code(course.course)?;
            let cause = match self.was.state(code) {
                Some(before) if before.is_up_to_date() => {
                    // The last day it was met is within the time between, or it was not met when we thought so.
                    let lapsed = course.lapse_on.is_some_and(|lapse| self.between.from <= lapse);
                    if lapsed { Cause::Lapsed } else { Cause::Corrected }
                }
                Some(TrainingState::InGrace) => Cause::GraceEnded,
                Some(TrainingState::Exempt) => Cause::Exemption,
                Some(_) => return None,
                None => self.needs_changed(),
            };
            Some((cause, code.to_owned()))
        };
        behind.filter_map(why).collect()
    }

    /// What became of each course that held them back before, or is counted now and was not.
    fn rose(&self) -> Vec<(Cause, String)> {
        let grace = self.between.judge.policy.grace;
        let counted_now =
            self.now.courses.iter().filter(|course| is_counted(as_counted(course.state, grace)));
        let counted_now = counted_now.filter_map(|course| self.code(course.course));
        let counted_before = self.was.counted().filter(|(_, state)| {
            // Nobody counted now: every course that was counted is part of why.
            !state.is_up_to_date() || self.nothing_counted()
        });
        let new = counted_now.filter(|code| !self.was.state(code).is_some_and(is_counted));
        let codes = counted_before.map(|(code, _)| code).chain(new);
        codes.map(|code| (self.what_became_of(code), code.to_owned())).collect()
    }

    fn what_became_of(&self, code: &str) -> Cause {
        let grace = self.between.judge.policy.grace;
        let now = self.now.courses.iter().find(|course| self.code(course.course) == Some(code));
        let now = now.map(|course| as_counted(course.state, grace));
        let was = self.was.state(code);
        if self.trained(code) {
            return Cause::Trained;
        }
        match (was, now) {
            (_, Some(TrainingState::Exempt)) | (Some(TrainingState::Exempt), _) => Cause::Exemption,
            (Some(was), Some(now)) if !was.is_up_to_date() && now.is_up_to_date() => Cause::RecordedLate,
            (_, Some(TrainingState::InGrace)) => Cause::PostChanged,
            (None, _) | (_, None) => self.needs_changed(),
            _ => Cause::Other,
        }
    }

    /// Whether a completion within the time between gives credit for the course.
    fn trained(&self, code: &str) -> bool {
        let judge = self.between.judge;
        let Some(course) = judge.policy.courses.position(|of| of.code == code) else { return false };
        judge.view.records(self.person).iter().any(|record| {
            self.between.from < record.completed_on
                && record.completed_on <= self.between.to
                && judge.policy_course(record.course).is_some_and(|own| judge.gives_credit(own, course))
        })
    }

    fn nothing_counted(&self) -> bool {
        count_person(self.now, self.between.judge.policy.grace).staff.counted == 0
    }

    /// Why a course is needed that was not, or the other way round.
    fn needs_changed(&self) -> Cause {
        let posts = posts(self.between.judge, self.person, self.between.to);
        let by_rule = self.between.judge.policy.requirements.iter().any(|requirement| {
            requirement.applies_on(self.between.from) != requirement.applies_on(self.between.to)
        });
        match (posts == self.was.posts, by_rule) {
            (false, _) => Cause::PostChanged,
            (true, true) => Cause::Policy,
            (true, false) => Cause::Other,
        }
    }

    fn code(&self, course: CourseIndex) -> Option<&str> {
        self.between.judge.policy.courses.get(course).map(|course| course.code.as_str())
    }
}

/// Where several causes would do, the one that people would name first.
fn weight(cause: Cause) -> u8 {
    match cause {
        Cause::Trained => 0,
        Cause::Lapsed => 1,
        Cause::RecordedLate => 2,
        Cause::Corrected => 3,
        Cause::GraceEnded => 4,
        Cause::Exemption => 5,
        Cause::Policy => 6,
        Cause::PostChanged => 7,
        _ => 8,
    }
}

/// Says of everyone whom a record of before moved whether it came late, was corrected, or neither: `changes` are the
/// records that came into sight or went out of it between what was known at the first moment and at the second.
pub(crate) fn settle(between: &ComparedDays<'_>, moved: &mut [MovedPerson], changes: &[RecordChange]) {
    let mut of: BTreeMap<i32, Vec<&RecordChange>> = BTreeMap::new();
    for change in changes.iter().filter(|change| change.completed_on <= between.from) {
        of.entry(change.staff_id).or_default().push(change);
    }
    let judge = between.judge;
    let course = |code: &str| judge.policy.courses.position(|course| course.code == code);
    for moved in moved.iter_mut().filter(|moved| rests_on_records(moved.cause)) {
        let decisive = moved.course.as_deref().and_then(course);
        let is = |wanted: RecordSide| {
            of.get(&moved.staff_id).into_iter().flatten().any(|change| {
                let credit = course(&change.course).zip(decisive);
                change.seen == wanted
                    && credit.is_some_and(|(own, decisive)| judge.gives_credit(own, decisive))
            })
        };
        moved.cause = match (is(RecordSide::NoLonger), is(RecordSide::Newly)) {
            (true, _) => Cause::Corrected,
            (false, true) => Cause::RecordedLate,
            (false, false) if between.other_posts(moved) => between.if_knowledge_changed(Cause::PostChanged),
            (false, false) => Cause::Other,
        };
    }
}

/// Whether the cause is one that [`settle`] looks at.
pub(crate) fn rests_on_records(cause: Cause) -> bool {
    matches!(cause, Cause::RecordedLate | Cause::Corrected)
}

/// Everyone moved, by cause; what `from` and the moves leave short of `to` is other.
pub(crate) fn steps(moved: &[MovedPerson], from: Rate, to: Rate) -> Vec<BridgeStep> {
    let mut by_cause: BTreeMap<Cause, BridgeStep> = BTreeMap::new();
    let mut add = |cause, people, counted: i64, up_to_date: i64| {
        let step =
            by_cause.entry(cause).or_insert(BridgeStep { cause, people: 0, counted: 0, up_to_date: 0 });
        step.people += people;
        step.counted += counted;
        step.up_to_date += up_to_date;
    };
    let difference = |from: Rate, to: Rate| {
        let less = |to: u64, from: u64| to.cast_signed() - from.cast_signed();
        (less(to.counted, from.counted), less(to.up_to_date, from.up_to_date))
    };
    let (mut counted_left, mut up_to_date_left) = difference(from, to);
    for moved in moved {
        let (counted, up_to_date) = difference(moved.before, moved.after);
        add(moved.cause, 1, counted, up_to_date);
        counted_left -= counted;
        up_to_date_left -= up_to_date;
    }
    // What was reported can't be found again, for instance because leavers of then were purged since.
    if (counted_left, up_to_date_left) != (0, 0) {
        add(Cause::Other, 0, counted_left, up_to_date_left);
    }
    by_cause.into_values().collect()
}

#[cfg(test)]
mod tests;
