//! A month's figures, worked out: as at its last day, as known at an instant, under the policy of that day (spec 2.9).

use std::collections::{BTreeMap, HashMap};

use anyhow::Context;
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};

use super::changes::{BoardChanges, LastMonth};
use crate::answers::SendingDays;
use crate::answers::figures::budget::budget_figures_with;
use crate::answers::{self, AnsweredFrom, Question};
use crate::app::App;
use crate::board::store as snapshots;
use crate::board::{
    BoardFigures, BudgetFigures, DataQuality, HeadlineFigures, LateSummary, Month, RemindedOf,
    ReminderEffect, ReminderFigures, StatementFigures, actions, assurance, effect, with_places,
};
use crate::compliance::{
    Doubt, GroupBy, Judge, Presence, forecast, lacked_with_bookings, rates, silent_at, unit_courses,
};
use crate::outbox::store as outbox_store;
use crate::policy::{self, Policy};
use crate::register::store::{self, KnownAt, ViewDetail};
use crate::register::{Address, FinancialYear, PersonIndex, View};

/// How many month-ends the summary looks ahead.
const FORECAST_MONTHS: u32 = 12;

/// A month worked out, with what lies behind its figures.
#[derive(Debug)]
pub(crate) struct WorkedOutMonth {
    /// The figures.
    pub(crate) figures: BoardFigures,
    /// The people behind the steps from last month to this one, and from last month as told to last month as known.
    pub(crate) changes: BoardChanges,
    /// The register they were worked out from.
    pub(crate) view: View,
}

/// What a month's figures are worked out from.
struct MonthInputs<'a> {
    app: &'a App,
    organisation: &'a str,
    month: Month,
    /// The month, the organisation, and the instant up to which the register is known.
    question: Question,
    policy: &'a Policy,
    view: &'a View,
    judge: Judge<'a>,
}

/// Works a month out as known at `known_at`, for a summary made on `made_on`. Asked for as known when its summary was
/// issued, it rests on the very import that the snapshot names.
pub(crate) fn work_out(
    app: &App,
    organisation: &str,
    month: Month,
    known_at: DateTime<Utc>,
    made_on: NaiveDate,
) -> anyhow::Result<WorkedOutMonth> {
    let as_at = month.last_day();
    let rests_on = app.db.read(|conn| snapshots::rests_on(conn, organisation, month))?;
    let rests_on = rests_on.filter(|rests_on| rests_on.known_at == known_at);
    let question = Question {
        as_at,
        known: rests_on.and_then(|of| of.newest_import).map_or(KnownAt::At(known_at), KnownAt::UpTo),
        known_at,
        asked_now: false,
        organisation: Some(organisation.to_owned()),
        policy_of: as_at,
        from: AnsweredFrom::Register,
    };
    answers::check_organisation(app, question.organisation.as_deref())?;
    let last_month = LastMonth::read(app, organisation, month, known_at)?;
    let policy = answers::policy(app, &question)?;
    let view = answers::view(app, &question, ViewDetail::Judgement)?;
    let judge = Judge::new(&view, &policy);
    let working = MonthInputs { app, organisation, month, question, policy: &policy, view: &view, judge };
    let (figures, changes) = working.figures(&last_month, made_on)?;
    Ok(WorkedOutMonth { figures, changes, view })
}

impl MonthInputs<'_> {
    fn figures(
        &self,
        last_month: &LastMonth,
        made_on: NaiveDate,
    ) -> anyhow::Result<(BoardFigures, BoardChanges)> {
        let (app, as_at) = (self.app, self.question.as_at);
        let by = [GroupBy::Course, GroupBy::StaffGroup, GroupBy::JobTitle, GroupBy::Unit];
        let found = rates(&self.judge, as_at, &by);
        let of = |by: GroupBy| found.groups.iter().filter(|group| group.by == by).cloned().collect();
        let budget = self.budget()?;
        let policy_text = answers::policy_text(app, &self.question)?;
        let changes = last_month.changes(app, &self.question, self.view, &self.judge, found.all.staff)?;
        let courses: Vec<_> = of(GroupBy::Course);
        let forecast = forecast(&self.judge, as_at, FORECAST_MONTHS);
        let actions = actions(&courses, &forecast, &budget, as_at, self.booked_places());
        let with_places = actions.as_ref().filter(|of| of.missing > 0).and_then(|of| {
            let lacked = lacked_with_bookings(&self.judge, as_at, of.until);
            with_places(of, &courses, &forecast, &lacked, self.policy)
        });
        let name = self.view.organisations.iter().find(|known| known.code == self.organisation);
        let figures = BoardFigures {
            organisation: self.organisation.to_owned(),
            organisation_name: name.map_or(String::new(), |known| known.name.clone()),
            month: self.month,
            as_at,
            known_at: self.question.known_at,
            policy_hash: policy::store::content_hash(&policy_text.unwrap_or_default()),
            target_millionths: self.policy.target.millionths(),
            rag: found.all.staff.rag(self.policy.target, self.policy.amber_margin),
            counts: found.all,
            headline: Some(HeadlineFigures { lacking_one: found.lacking_one, with_places }),
            changes: self.policy.changes.iter().filter(|change| change.on <= as_at).cloned().collect(),
            actions,
            courses,
            staff_groups: of(GroupBy::StaffGroup),
            job_titles: found.job_titles,
            units: of(GroupBy::Unit),
            unit_courses: unit_courses(&self.judge, as_at),
            forecast,
            budget,
            data_quality: self.data_quality()?,
            reminders: self.reminders()?,
            bridge: Some(changes.bridge.clone()),
            restatement: changes.restatement.clone(),
            assurance: Some(self.assurance(last_month.figures.as_ref())?),
            late: self.late(made_on)?,
        };
        Ok((figures, changes))
    }

    /// The money, with the completions of the register read already.
    fn budget(&self) -> anyhow::Result<BudgetFigures> {
        let (as_at, year) = (self.question.as_at, FinancialYear::of(self.question.as_at));
        let records = self.view.everyone().flat_map(|person| self.view.records(person));
        let counted = records.filter(|record| {
            (year.first_day()..=as_at).contains(&record.completed_on)
                && self.judge.policy_course(record.course).is_some()
        });
        let completions = u64::try_from(counted.count()).unwrap_or(u64::MAX);
        let completions = BTreeMap::from([(self.organisation.to_owned(), completions)]);
        let figures = budget_figures_with(self.app, &self.question, year, &completions)?;
        let nothing_known = || {
            format!(
                "nothing was known of {} by {}: ask for a later instant",
                self.organisation, self.question.known_at
            )
        };
        figures.into_iter().next().with_context(nothing_known)
    }

    /// How many places of a course are booked up to a day, by people in post.
    fn booked_places(&self) -> impl Fn(&str, NaiveDate) -> u64 {
        let as_at = self.question.as_at;
        let mut days: HashMap<String, Vec<NaiveDate>> = HashMap::new();
        for person in self.view.everyone() {
            if self.judge.presence(person, as_at) == Presence::NotInPost {
                continue;
            }
            for booking in self.view.bookings(person, as_at) {
                if let Some(code) = self.view.courses.get(booking.course) {
                    days.entry(code.clone()).or_default().push(booking.takes_place_on);
                }
            }
        }
        move |course, by| {
            let days = days.get(course).map_or(&[][..], Vec::as_slice);
            u64::try_from(days.iter().filter(|day| **day <= by).count()).unwrap_or(u64::MAX)
        }
    }

    fn assurance(&self, last_month: Option<&BoardFigures>) -> anyhow::Result<Vec<StatementFigures>> {
        let known = self.question.known;
        let answers = self.app.db.read(|conn| store::assurance_answers(conn, known))?;
        Ok(assurance(
            &self.policy.statements,
            &answers,
            self.organisation,
            self.question.as_at,
            self.month.minus(1).last_day(),
            last_month.and_then(|told| told.assurance.as_deref()),
        ))
    }

    /// The instants of the month, and the first one after what is known.
    fn instants(&self) -> (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>) {
        let after_known = self.question.known_at + TimeDelta::microseconds(1);
        let until = self.app.day_start(self.question.as_at + Days::new(1)).min(after_known);
        (self.app.day_start(self.month.first_day()), until, after_known)
    }

    /// How far the figures can be trusted: what is doubtful about people in post, and how old what we know is.
    fn data_quality(&self) -> anyhow::Result<DataQuality> {
        let (from, until, after_known) = self.instants();
        let (known, code) = (self.question.known, Some(self.organisation));
        let (rejected_rows, rejected_last_week, last_lists) = self.app.db.read(|conn| {
            Ok((
                store::rejected_rows(conn, known, code, from, until)?,
                store::rejected_rows(conn, known, code, after_known - TimeDelta::days(7), after_known)?,
                store::last_staff_imports(conn, self.question.known)?,
            ))
        })?;
        let silent = answers::silent_rules(self.app, self.policy, self.question.as_at, known)?;
        let mut quality = DataQuality {
            rejected_rows,
            days_since_staff_import: last_lists
                .get(self.organisation)
                .map(|at| (self.question.known_at - *at).num_days().unsigned_abs()),
            rejected_rows_last_week: Some(rejected_last_week),
            stale_after_days: Some(u64::from(self.app.config.operator.stale_after_days)),
            asks_nobody: Some(silent_at(
                silent,
                self.policy,
                self.organisation,
                &self.view.codes_meant(self.organisation),
            )),
            ..DataQuality::default()
        };
        let in_post =
            |person: &PersonIndex| self.judge.presence(*person, self.question.as_at) != Presence::NotInPost;
        for person in self.view.everyone().filter(in_post) {
            let of = |doubt: Doubt| u64::from(doubt.is_of(&self.judge, person, self.question.as_at));
            quality.no_email += of(Doubt::NoEmail);
            quality.bouncing += of(Doubt::Bouncing);
            if let Some(Address::Bouncing { since, .. }) = self.view.people.get(person).map(|who| who.address)
            {
                quality.bouncing_since = Some(quality.bouncing_since.map_or(since, |first| first.min(since)));
            }
            quality.unknown_managers += of(Doubt::UnknownManager);
        }
        Ok(quality)
    }

    /// What staff were sent in the month, and what became of what fell due in it.
    fn reminders(&self) -> anyhow::Result<ReminderFigures> {
        let (from, until, after_known) = self.instants();
        let due = self.month.first_day()..=self.question.as_at;
        let ((sent, people), reminded) = self.app.db.read(|conn| {
            Ok((
                outbox_store::reminders_sent(conn, self.organisation, from, until)?,
                outbox_store::reminded_of(conn, self.organisation, due, after_known)?,
            ))
        })?;
        let zone = self.app.config.time_zone;
        let reminded: Vec<RemindedOf> = reminded
            .into_iter()
            .map(|(told, sent_at)| RemindedOf {
                staff_id: told.staff_id,
                course: told.course,
                due_on: told.due_on,
                reminded_on: sent_at.with_timezone(&zone).date_naive(),
            })
            .filter(|of| of.reminded_on <= of.due_on)
            .collect();
        let effect: ReminderEffect = effect(&self.judge, &reminded);
        Ok(ReminderFigures { sent, people, effect: Some(effect) })
    }

    fn late(&self, made_on: NaiveDate) -> anyhow::Result<Option<LateSummary>> {
        let calendar = SendingDays::read(self.app, &self.policy.reminders)?.calendar;
        let next = self.question.as_at + Days::new(1);
        let due_on = calendar.first_working_day(next.year(), next.month());
        Ok(due_on.filter(|due_on| *due_on < made_on).map(|due_on| LateSummary { due_on, made_on }))
    }
}
