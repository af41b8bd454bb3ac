//! What would be sent on the days to come, if nothing changed: every planning run and every board summary, with
//! nothing stored (spec 4 `rehearse`).

use std::collections::BTreeSet;

use anyhow::bail;
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::planned::{OtherMessage, Planned};
use super::planned_parts::PlannedParts;
use super::reviews::Reviews;
use super::run::PlanningMemory;
use super::weeks::week_of;
use crate::answers::{self, Question, SendingDays};
use crate::app::App;
use crate::compliance::Judge;
use crate::jobs::board::due as board_due;
use crate::outbox::MessageKind;
use crate::plan::{self, SendingDay, Weekly, WeeklyList};
use crate::policy::Policy;
use crate::register::store::ViewDetail;

/// How far ahead a rehearsal looks: nothing is known that long before, and its days are all held in memory.
const MOST_DAYS: u64 = 3_660;

/// Every message from `today` to `until`, both included, by the policy file as it stands.
pub fn rehearse(
    app: &App,
    organisation: Option<&str>,
    today: NaiveDate,
    until: NaiveDate,
    now: DateTime<Utc>,
) -> anyhow::Result<Planned> {
    if until < today {
        bail!("{until} is past: rehearse until today, {today}, or a later day");
    }
    if today.checked_add_days(Days::new(MOST_DAYS)).is_some_and(|last| last < until) {
        bail!("{until} is too far: rehearse at most ten years ahead");
    }
    let question = Question::now(today, now, organisation);
    answers::check_organisation(app, question.organisation.as_deref())?;
    let policy = app.policy_of_file()?.parsed.policy;
    let sending_days = SendingDays::read(app, &policy.reminders)?;
    let view = answers::view(app, &question, ViewDetail::WithNames)?;
    let before = app.db.read(|conn| PlanningMemory::read(conn, &view, today))?;
    let days = days(&before, &policy, &sending_days, today, until);
    let plans = plan::rehearse(&Judge::new(&view, &policy), &before.told, &days);
    let summaries = board_due::to_come(app, &sending_days.calendar, organisation, today, until)?;
    let mut reviews = app.db.read(|conn| Reviews::read(app, conn, &policy, organisation))?;
    let reviews: Vec<(NaiveDate, OtherMessage)> = days
        .iter()
        .flat_map(|day| reviews.rehearse(day.on).into_iter().map(|review| (day.on, review)))
        .collect();
    let mut planned = Vec::new();
    for (day, mut plan) in days.iter().zip(plans) {
        before.leave_out(&view, &mut plan, day.on);
        planned.push((day.on, plan));
    }
    let mut all = Planned::of(view, policy);
    for (on, plan) in planned {
        all = all.with_day(on, plan);
    }
    for (on, review) in reviews {
        all = all.with_other(on, review);
    }
    for (on, organisation, to) in summaries {
        all = all.with_other(on, OtherMessage { kind: MessageKind::BoardSummary, organisation, to });
    }
    Ok(all)
}

/// The sending days, each with the organisations whose lists the first of them in a week plans.
fn days(
    before: &PlanningMemory,
    policy: &Policy,
    sending_days: &SendingDays,
    today: NaiveDate,
    until: NaiveDate,
) -> Vec<SendingDay> {
    let rules = &policy.reminders;
    let (mut digests_done, mut escalations_done) = (BTreeSet::new(), BTreeSet::new());
    let days = today.iter_days().take_while(|day| *day <= until).filter(|day| sending_days.includes(*day));
    days.map(|on| {
        let week = week_of(on);
        let mut weekly = before.weeks.due(rules, &before.organisations, on, PlannedParts::Both);
        once_a_week(&mut digests_done, week, &mut weekly, |one| &mut one.digests);
        once_a_week(&mut escalations_done, week, &mut weekly, |one| &mut one.escalation);
        SendingDay { on, weekly }
    })
    .collect()
}

/// Leaves out the lists of one sort where an earlier day of the week has planned them.
fn once_a_week(
    done: &mut BTreeSet<NaiveDate>,
    week: NaiveDate,
    weekly: &mut [Weekly],
    list: impl Fn(&mut Weekly) -> &mut WeeklyList,
) {
    if done.contains(&week) {
        weekly.iter_mut().for_each(|one| *list(one) = WeeklyList::NotDue);
    } else if weekly.iter_mut().any(|one| *list(one) != WeeklyList::NotDue) {
        done.insert(week);
    }
}
