//! Exemptions by hand (spec 2.2, 3.5): one at a time, under the same rules as a file of them. Each change is recorded as
//! an import of one row, so that it stands in the history and can be undone.

mod told;

use chrono::NaiveDate;
use serde_json::json;

pub use told::{ExemptError, ExemptionBefore, ExemptionOutcome, ExemptionReport};

use super::cells::text;
use super::named::courses::CourseNames;
use crate::audit::{self, Act, Action, Actor};
use crate::clock::Clock;
use crate::db::{Conn, Db, DbError, DbResult};
use crate::policy::Policy;
use crate::register::StaffMember;
use crate::register::store::{self, CurrentExemption, CurrentVersion, ImportCounts, NewImport};

/// An exemption to be added, as a person names it.
#[derive(Debug, Clone, Copy)]
pub struct ExemptionToAdd<'a> {
    /// Whose.
    pub employee_number: &'a str,
    /// Their organisation's code, where the number alone does not say.
    pub organisation: Option<&'a str>,
    /// The course's code, title or alias; `None` for all courses.
    pub course: Option<&'a str>,
    /// First day.
    pub from_on: NaiveDate,
    /// Last day; `None` for no end.
    pub until_on: Option<NaiveDate>,
    /// Why.
    pub reason: &'a str,
}

/// Which courses the exemption to be ended is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExemptCourses<'a> {
    /// Whichever; there must be only one.
    Any,
    /// All courses.
    AllCourses,
    /// The course of this code, title or alias.
    Course(&'a str),
}

/// An exemption to be ended, as a person names it.
#[derive(Debug, Clone, Copy)]
pub struct ExemptionToEnd<'a> {
    /// Whose.
    pub employee_number: &'a str,
    /// Their organisation's code, where the number alone does not say.
    pub organisation: Option<&'a str>,
    /// From what.
    pub course: ExemptCourses<'a>,
    /// Its first day, where several would be meant.
    pub from_on: Option<NaiveDate>,
    /// The last day it is to hold.
    pub until_on: NaiveDate,
}

/// Whether a change is still to be made, asked within its transaction and before anything else.
pub(crate) type IsStillToDo<'a> = &'a mut dyn FnMut(&mut Conn) -> DbResult<bool>;

/// Adds an exemption; one of the same person, course and first day is corrected.
///
/// # Errors
/// When the person, the course, the days or the reason can't be taken, or the database fails.
pub fn exempt(
    db: &Db,
    wanted: &ExemptionToAdd<'_>,
    policy: &Policy,
    actor: &Actor,
    today: NaiveDate,
    clock: impl Into<Clock>,
) -> Result<ExemptionReport, ExemptError> {
    exempt_once(db, wanted, (policy, today), actor, clock.into(), &mut |_| Ok(true))
}

/// [`exempt`] under the policy of a day, where it is still to be done.
///
/// # Errors
/// As [`exempt`], or [`ExemptError::DoneBefore`].
pub(crate) fn exempt_once(
    db: &Db,
    wanted: &ExemptionToAdd<'_>,
    (policy, today): (&Policy, NaiveDate),
    actor: &Actor,
    clock: Clock,
    is_still_to_do: IsStillToDo<'_>,
) -> Result<ExemptionReport, ExemptError> {
    attempt(db, clock, is_still_to_do, |conn| {
        let who =
            store::whom_known(conn, wanted.employee_number, wanted.organisation).map_err(DbError::from)??;
        let reason = cleaned(wanted.reason)?;
        let code = wanted.course.map(|name| course(policy, name)).transpose()?;
        if let Some(until) = wanted.until_on.filter(|until| *until < wanted.from_on) {
            return Err(ExemptError::EndsBeforeBegins { from: wanted.from_on, until });
        }
        let course_id = match &code {
            Some(code) => store::ensure_courses(conn, &[code]).map_err(DbError::from)?.first().copied(),
            None => None,
        };
        let new = CurrentExemption {
            staff_id: who.id,
            course_id,
            from_on: Some(wanted.from_on),
            until_on: wanted.until_on,
            reason,
        };
        let old = open_exemptions(conn, &who)?
            .into_iter()
            .find(|(_, old)| (old.course_id, old.from_on) == (new.course_id, new.from_on));
        let outcome = match &old {
            None => ExemptionOutcome::Added,
            Some((_, old)) if *old == new => ExemptionOutcome::Unchanged,
            Some(_) => ExemptionOutcome::Corrected,
        };
        let change = ExemptionVersionChange { who: &who, course: code, old, new: Some(new), outcome };
        change.record(conn, actor, Action::ExemptAdd, today, clock)
    })
}

/// Ends an exemption on a last day; one that would end before it begins is withdrawn.
///
/// # Errors
/// When nobody, none or several are meant, it ends no later as it is, or the database fails.
pub fn end_exemption(
    db: &Db,
    wanted: &ExemptionToEnd<'_>,
    policy: &Policy,
    actor: &Actor,
    today: NaiveDate,
    clock: impl Into<Clock>,
) -> Result<ExemptionReport, ExemptError> {
    end_exemption_once(db, wanted, (policy, today), actor, clock.into(), &mut |_| Ok(true))
}

/// [`end_exemption`] under the policy of a day, where it is still to be done.
///
/// # Errors
/// As [`end_exemption`], or [`ExemptError::DoneBefore`].
pub(crate) fn end_exemption_once(
    db: &Db,
    wanted: &ExemptionToEnd<'_>,
    (policy, today): (&Policy, NaiveDate),
    actor: &Actor,
    clock: Clock,
    is_still_to_do: IsStillToDo<'_>,
) -> Result<ExemptionReport, ExemptError> {
    attempt(db, clock, is_still_to_do, |conn| {
        let who =
            store::whom_known(conn, wanted.employee_number, wanted.organisation).map_err(DbError::from)??;
        let code = match wanted.course {
            ExemptCourses::Course(name) => Some(course(policy, name)?),
            ExemptCourses::Any | ExemptCourses::AllCourses => None,
        };
        let codes = store::course_codes(conn).map_err(DbError::from)?;
        let named = |exemption: &CurrentExemption| exemption.course_id.and_then(|id| codes.get(&id).cloned());
        let is_meant = |exemption: &CurrentExemption| {
            let of_course = wanted.course == ExemptCourses::Any || named(exemption) == code;
            let of_day = wanted.from_on.is_none() || exemption.from_on == wanted.from_on;
            of_course && of_day && exemption.until_on.is_none_or(|until| until >= today)
        };
        let mut meant = open_exemptions(conn, &who)?;
        meant.retain(|(_, exemption)| is_meant(exemption));
        if meant.len() > 1 {
            let which = meant.iter().map(|(_, one)| in_words(named(one).as_deref(), one)).collect();
            return Err(ExemptError::SeveralStand { number: who.employee_number, which });
        }
        let Some((version, old)) = meant.pop() else {
            return Err(ExemptError::NoneStands { number: who.employee_number });
        };
        if let Some(until) = old.until_on.filter(|until| *until <= wanted.until_on) {
            return Err(ExemptError::EndsAlready { until });
        }
        let course = named(&old);
        let began = old.from_on.is_none_or(|from| from <= wanted.until_on);
        let new = began.then(|| CurrentExemption { until_on: Some(wanted.until_on), ..old.clone() });
        let outcome = if began { ExemptionOutcome::Ended } else { ExemptionOutcome::Withdrawn };
        let change = ExemptionVersionChange { who: &who, course, old: Some((version, old)), new, outcome };
        change.record(conn, actor, Action::ExemptEnd, today, clock)
    })
}

/// One transaction, kept only where something was changed.
fn attempt(
    db: &Db,
    clock: Clock,
    is_still_to_do: IsStillToDo<'_>,
    mut write: impl FnMut(&mut Conn) -> Result<ExemptionReport, ExemptError>,
) -> Result<ExemptionReport, ExemptError> {
    store::attempt(db, clock, |conn| {
        if !is_still_to_do(conn)? {
            return Ok(store::WriteAttempt::PutBack(Err(ExemptError::DoneBefore)));
        }
        match write(conn) {
            Err(ExemptError::Db(error)) => Err(error),
            Ok(done) if done.id.is_some() => Ok(store::WriteAttempt::Keep(Ok(done))),
            other => Ok(store::WriteAttempt::PutBack(other)),
        }
    })?
}

fn cleaned(reason: &str) -> Result<String, ExemptError> {
    let refused = |why: String| ExemptError::Refused { what: "--reason", why };
    let reason = text::clean(reason).map_err(|why| refused(why.to_string()))?;
    if reason.is_empty() {
        return Err(refused("say why, in a few words".to_owned()));
    }
    Ok(reason.into_owned())
}

/// The code of the course of this code, title or alias.
fn course(policy: &Policy, name: &str) -> Result<String, ExemptError> {
    let refused = |why: String| ExemptError::Refused { what: "--course", why };
    let cleaned = text::clean(name).map_err(|why| refused(why.to_string()))?;
    let found = CourseNames::of(policy).find(&cleaned).map_err(|why| refused(why.to_string()))?;
    let course = policy.courses.get(found).map(|course| course.code.clone());
    course.ok_or_else(|| refused(format!("no course is called {name}")))
}

/// The open exemptions of a person with their versions' ids.
fn open_exemptions(conn: &mut Conn, who: &StaffMember) -> Result<Vec<(i32, CurrentExemption)>, DbError> {
    let mut standing = CurrentExemption::current(conn)?;
    standing.retain(|(_, exemption)| exemption.staff_id == who.id);
    Ok(standing)
}

/// `SGC-L2 from 2026-01-01 to 2026-12-31 (Secondment)`.
fn in_words(course: Option<&str>, exemption: &CurrentExemption) -> String {
    let from = exemption.from_on.map_or(String::new(), |from| format!(" from {from}"));
    let until = exemption.until_on.map_or(String::new(), |until| format!(" to {until}"));
    format!("{}{from}{until} ({})", course.unwrap_or("all courses"), exemption.reason)
}

/// A version that is replaced, opened or closed.
struct ExemptionVersionChange<'a> {
    who: &'a StaffMember,
    /// The course's code; `None` for all.
    course: Option<String>,
    old: Option<(i32, CurrentExemption)>,
    new: Option<CurrentExemption>,
    outcome: ExemptionOutcome,
}

impl ExemptionVersionChange<'_> {
    fn record(
        self,
        conn: &mut Conn,
        actor: &Actor,
        action: Action,
        today: NaiveDate,
        clock: Clock,
    ) -> Result<ExemptionReport, ExemptError> {
        let id = match self.outcome {
            ExemptionOutcome::Unchanged => None,
            _ => Some(self.write(conn, actor, action, today, clock)?),
        };
        let (old, new) = (self.old.map(|(_, old)| old), self.new);
        let before = old.as_ref().filter(|_| id.is_some());
        let before = before.map(|old| ExemptionBefore { until: old.until_on, reason: old.reason.clone() });
        let said = new.or(old);
        Ok(ExemptionReport {
            id,
            outcome: self.outcome,
            organisation: self.who.organisation.clone(),
            employee_number: self.who.employee_number.clone(),
            course: self.course,
            from: said.as_ref().and_then(|said| said.from_on),
            until: said.as_ref().and_then(|said| said.until_on),
            reason: said.map_or(String::new(), |said| said.reason),
            before,
        })
    }

    fn write(
        &self,
        conn: &mut Conn,
        actor: &Actor,
        action: Action,
        today: NaiveDate,
        clock: Clock,
    ) -> Result<i32, DbError> {
        let new = NewImport {
            kind: "exemptions",
            file: "",
            content_hash: "",
            as_of: today,
            partial: false,
            forced: false,
            counts: ImportCounts { rows: 1, applied: 1, ..ImportCounts::default() },
            undoes: None,
        };
        let import = store::record_import(conn, &new)?;
        store::touch(conn, import, &[self.who.organisation_id])?;
        let closes: Vec<i32> = self.old.iter().map(|(version, _)| *version).collect();
        CurrentExemption::close(conn, import, &closes)?;
        if let Some(new) = &self.new {
            new.open(conn, import)?;
        }
        let days = self.new.as_ref().or(self.old.as_ref().map(|(_, old)| old));
        let act = Act {
            actor,
            action,
            object: format!("import {import}"),
            details: json!({
                "person": self.who.id,
                "outcome": self.outcome,
                "course": self.course,
                "from": days.and_then(|days| days.from_on),
                "until": days.and_then(|days| days.until_on),
            }),
        };
        audit::record(conn, &act, clock.now())?;
        Ok(import)
    }
}
