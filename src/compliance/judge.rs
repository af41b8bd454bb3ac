//! The judgement of one person on one day: in post, absent, and how each course they need stands (spec 2.2 to 2.4).

use std::sync::Arc;

use chrono::{Days, NaiveDate};

use super::assessment::{Assessment, CourseDemand, JudgeScratch, Presence};
use super::credit::{Credit, CreditStanding, Threshold, credit_standing, lapse_date};
use super::judged::{JudgedDay, PolicyCourses};
use super::needs::Needs;
use super::state::{CourseState, TrainingState};
use crate::policy::{CourseIndex, Grace, Policy, RequirementIndex};
use crate::register::{Assignment, Exemption, Hours, PersonIndex, RegisterCourseIndex, View};

/// Everything needed to judge people: a view of the register and a policy, matched to each other once.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The register.
    pub view: &'a View,
    /// The rules.
    pub policy: &'a Policy,
    needs: Arc<Needs>,
    /// Policy course of each of the view's courses.
    course_of: Arc<PolicyCourses>,
    /// What was judged before.
    judged: Option<&'a JudgedDay>,
}

/// What booked places count for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bookings {
    /// Nothing, until a record bears them out.
    Ignored,
    /// A completion on their day.
    Completed,
}

impl<'a> Judge<'a> {
    /// Makes the policy ready for the view.
    pub fn new(view: &'a View, policy: &'a Policy) -> Self {
        let course_of =
            view.courses.iter().map(|code| policy.courses.position(|course| course.code == *code)).collect();
        let needs = Arc::new(Needs::new(policy, view));
        Self { view, policy, needs, course_of: Arc::new(course_of), judged: None }
    }

    /// [`Self::new`] of the view and the policy of which a day was judged before: it is not judged again.
    pub(crate) fn of_day(view: &'a View, policy: &'a Policy, judged: &'a JudgedDay) -> Self {
        let (needs, course_of) = judged.ready();
        Self { view, policy, needs, course_of, judged: Some(judged) }
    }

    /// The view and the policy, matched to each other.
    pub(super) fn made_ready(self) -> (Arc<Needs>, Arc<PolicyCourses>) {
        (self.needs, self.course_of)
    }

    /// The person's assignments held on `day`.
    pub fn held(&self, person: PersonIndex, day: NaiveDate) -> impl Iterator<Item = &'a Assignment> + Clone {
        self.view.assignments(person).iter().filter(move |assignment| assignment.held_on(day))
    }

    /// Whether the assignment's status makes its holder absent.
    pub(crate) fn is_absent(&self, assignment: &Assignment) -> bool {
        self.needs.is_absent(assignment)
    }

    /// Whether the assignment's category leaves it out (spec 3.1).
    pub(crate) fn is_uncounted(&self, assignment: &Assignment) -> bool {
        self.needs.is_uncounted(assignment)
    }

    /// The primary assignment of those held on `day`: the first marked so, else the first (spec 2.5).
    pub fn primary(&self, person: PersonIndex, day: NaiveDate) -> Option<&'a Assignment> {
        self.held(person, day).find(|assignment| assignment.primary).or_else(|| self.held(person, day).next())
    }

    /// Whether they hold an assignment on `day`, and one that is not absent.
    pub fn presence(&self, person: PersonIndex, day: NaiveDate) -> Presence {
        let mut presence = Presence::NotInPost;
        for assignment in self.held(person, day) {
            if !self.needs.is_absent(assignment) {
                return Presence::Present;
            }
            presence = Presence::Absent;
        }
        presence
    }

    /// The person's start date on `day`: the earliest start of their assignments since they were last out of post.
    pub fn start(&self, person: PersonIndex, day: NaiveDate) -> Option<NaiveDate> {
        let assignments = self.view.assignments(person);
        let mut start = self.held(person, day).map(|assignment| assignment.start_on).min()?;
        // A post that ended the day before another began leaves no day out of post between them.
        while let Some(earlier) = assignments
            .iter()
            .filter(|a| {
                a.start_on < start
                    && a.leave_on.is_none_or(|leave| a.start_on <= leave && leave.succ_opt() >= Some(start))
            })
            .map(|a| a.start_on)
            .min()
        {
            start = earlier;
        }
        Some(start)
    }

    /// Judges the person on `day`, with the records completed by `recorded_by` (the day itself, or earlier for a
    /// forecast in which nobody trains again).
    pub fn assess(
        &self,
        person: PersonIndex,
        day: NaiveDate,
        recorded_by: NaiveDate,
        assessment: &mut Assessment,
    ) {
        let judged = self.judged.filter(|judged| [day, recorded_by] == [judged.day(); 2]);
        if !judged.is_some_and(|judged| judged.tell(person, assessment)) {
            self.assess_with(person, day, (recorded_by, Bookings::Ignored), assessment);
        }
    }

    /// As [`Self::assess`], for a forecast in which every place booked from `recorded_by` on is a completion on its day
    /// (spec 2.6).
    pub(crate) fn assess_with_bookings(
        &self,
        person: PersonIndex,
        day: NaiveDate,
        recorded_by: NaiveDate,
        assessment: &mut Assessment,
    ) {
        self.assess_with(person, day, (recorded_by, Bookings::Completed), assessment);
    }

    fn assess_with(
        &self,
        person: PersonIndex,
        day: NaiveDate,
        (recorded_by, bookings): (NaiveDate, Bookings),
        assessment: &mut Assessment,
    ) {
        assessment.courses.clear();
        assessment.covered.clear();
        assessment.presence = self.presence(person, day);
        if assessment.presence != Presence::Present {
            return;
        }
        let scratch = &mut assessment.scratch;
        self.ask(person, day, scratch);
        for ask in &scratch.asked {
            self.credits(person, ask.course, recorded_by, &mut scratch.credits);
            if bookings == Bookings::Completed {
                self.booked_credits(person, ask.course, recorded_by, &mut scratch.credits);
            }
            let standing = credit_standing(&scratch.credits, ask.threshold, ask.start, day);
            let exempt = self.is_exempt(person, ask.course, day);
            assessment.courses.push(self.state(*ask, standing, exempt, day));
        }
        self.cover(&mut assessment.courses, &mut assessment.covered);
    }

    /// What is asked of the person on `day`, a row a course, in the policy's order.
    fn ask(&self, person: PersonIndex, day: NaiveDate, scratch: &mut JudgeScratch) {
        scratch.asked.clear();
        let (Some(who), Some(start)) = (self.view.people.get(person), self.start(person, day)) else {
            return;
        };
        let needed = scratch.needed.get_or_insert_with(|| self.needs.none());
        self.needs.collect(self.policy, who.organisation, self.held(person, day), day, needed);
        for requirement in needed.iter().filter_map(|number| self.policy.requirements.get(number)) {
            let start = requirement.from.map_or(start, |from| from.max(start));
            let grace = Days::new(u64::from(requirement.within_days.unwrap_or(0)));
            let ask = CourseDemand {
                course: requirement.course,
                grace_until: start.checked_add_days(grace).unwrap_or(NaiveDate::MAX),
                start,
                threshold: Threshold {
                    hours: requirement.hours,
                    initial_hours: requirement.initial_hours,
                    share: requirement.participatory_share.unwrap_or_default(),
                },
            };
            match scratch.asked.iter_mut().find(|other| other.course == ask.course) {
                Some(other) => other.tighten(ask),
                None => scratch.asked.push(ask),
            }
        }
        scratch.asked.sort_unstable_by_key(|ask| ask.course);
    }

    /// The requirements that ask the person for `course` on `day`.
    pub fn because(&self, person: PersonIndex, course: CourseIndex, day: NaiveDate) -> Vec<RequirementIndex> {
        let Some(who) = self.view.people.get(person) else { return Vec::new() };
        let mut needed = self.needs.none();
        self.needs.collect(self.policy, who.organisation, self.held(person, day), day, &mut needed);
        let asks_for = |number: &RequirementIndex| {
            self.policy.requirements.get(*number).is_some_and(|r| r.course == course)
        };
        needed.iter().filter(asks_for).collect()
    }

    /// The records that give credit for `course` and were completed by `recorded_by`.
    fn credits(
        &self,
        person: PersonIndex,
        course: CourseIndex,
        recorded_by: NaiveDate,
        credits: &mut Vec<Credit>,
    ) {
        credits.clear();
        for record in self.view.records(person) {
            let Some(own) = self.policy_course(record.course) else {
                continue;
            };
            if record.completed_on > recorded_by || !self.gives_credit(own, course) {
                continue;
            }
            let Some(rules) = self.policy.courses.get(own) else { continue };
            credits.push(Credit {
                completed_on: record.completed_on,
                lapses_on: lapse_date(record.completed_on, record.expires_on, rules.valid_months),
                hours: record.hours.or(rules.default_hours).unwrap_or(Hours(0)),
                participatory: record.participatory,
            });
        }
    }

    /// When a record was last completed, by `day`, that gives credit for `course` or once gave it.
    pub(crate) fn last_completed(
        &self,
        person: PersonIndex,
        course: CourseIndex,
        day: NaiveDate,
    ) -> Option<NaiveDate> {
        let gives = |view_course: RegisterCourseIndex| {
            let own = self.policy_course(view_course);
            own.is_some_and(|own| self.gives_credit(own, course))
        };
        let records = self.view.records(person).iter().filter(|record| record.completed_on <= day);
        records.filter(|record| gives(record.course)).map(|record| record.completed_on).max()
    }

    /// Adds the credit that places booked from `from` on will give for `course`: as a record without hours, mode or
    /// expiry.
    fn booked_credits(
        &self,
        person: PersonIndex,
        course: CourseIndex,
        from: NaiveDate,
        credits: &mut Vec<Credit>,
    ) {
        for booking in self.view.bookings(person, from) {
            let own = self.policy_course(booking.course).filter(|own| self.gives_credit(*own, course));
            let Some(rules) = own.and_then(|own| self.policy.courses.get(own)) else { continue };
            credits.push(Credit {
                completed_on: booking.takes_place_on,
                lapses_on: lapse_date(booking.takes_place_on, None, rules.valid_months),
                hours: rules.default_hours.unwrap_or(Hours(0)),
                participatory: false,
            });
        }
    }

    /// Whether a record of `own` gives credit for `course`: its own, and every one it satisfies, through others too.
    pub(crate) fn gives_credit(&self, own: CourseIndex, course: CourseIndex) -> bool {
        self.needs.closure.credits(own, course)
    }

    /// The policy's course for one of the register's, if the policy has it.
    pub(crate) fn policy_course(&self, course: RegisterCourseIndex) -> Option<CourseIndex> {
        self.course_of.get(course).copied().flatten()
    }

    fn is_exempt(&self, person: PersonIndex, course: CourseIndex, day: NaiveDate) -> bool {
        let of_course = |exemption: &Exemption| match exemption.course {
            None => true,
            Some(number) => self.policy_course(number) == Some(course),
        };
        self.view.exemptions(person).iter().any(|exemption| exemption.covers(day) && of_course(exemption))
    }

    fn state(
        &self,
        ask: CourseDemand,
        standing: CreditStanding,
        exempt: bool,
        day: NaiveDate,
    ) -> CourseState {
        let due_soon_until =
            day.checked_add_days(Days::new(u64::from(self.policy.due_soon_days))).unwrap_or(NaiveDate::MAX);
        let state = if exempt {
            TrainingState::Exempt
        } else if standing.met {
            match standing.lapse_on {
                Some(lapse) if lapse <= due_soon_until => TrainingState::DueSoon,
                _ => TrainingState::UpToDate,
            }
        } else if !standing.met_since_start && day <= ask.grace_until {
            TrainingState::InGrace
        } else if standing.lapse_on.is_some() {
            TrainingState::Lapsed
        } else {
            TrainingState::NotDone
        };
        let due_on = match state {
            TrainingState::Exempt => None,
            _ if standing.met || standing.met_since_start => standing.lapse_on,
            _ => Some(ask.grace_until),
        };
        let lapse_on = match state {
            TrainingState::UpToDate | TrainingState::DueSoon | TrainingState::Lapsed => standing.lapse_on,
            TrainingState::NotDone | TrainingState::InGrace | TrainingState::Exempt => None,
        };
        CourseState { course: ask.course, state, due_on, lapse_on, hours: standing.hours }
    }

    /// Drops every course that another of the set satisfies. One that is exempt or in grace covers no other, unless
    /// the policy counts grace.
    fn cover(&self, courses: &mut Vec<CourseState>, covered: &mut Vec<(CourseIndex, CourseIndex)>) {
        let covers = |upper: &CourseState| match upper.state {
            TrainingState::Exempt => false,
            TrainingState::InGrace => self.policy.grace == Grace::Count,
            _ => true,
        };
        let satisfies = |upper: CourseIndex, lower: CourseIndex| {
            upper != lower && self.needs.closure.satisfies(upper, lower)
        };
        let uppers: Vec<CourseIndex> = courses.iter().filter(|c| covers(c)).map(|c| c.course).collect();
        let is_covered = |course: CourseIndex| uppers.iter().any(|upper| satisfies(*upper, course));
        if !courses.iter().any(|c| is_covered(c.course)) {
            return;
        }
        for lower in courses.iter().map(|c| c.course).filter(|course| is_covered(*course)) {
            let stays = |upper: &&CourseIndex| satisfies(**upper, lower) && !is_covered(**upper);
            covered.extend(uppers.iter().find(stays).map(|upper| (lower, *upper)));
        }
        courses.retain(|c| !is_covered(c.course));
    }
}

#[cfg(test)]
mod tests;
