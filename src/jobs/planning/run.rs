//! Plans a day's reminders, the owners' overdue reviews with them, and once a week the managers' digests, into the
//! outbox: read, decide, write once (spec 2.8, 2.11).

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::brake_alert::alerts;
use super::planned::Planned;
use super::reviews::plan_reviews;
use super::sending_days::SendingDays;
use super::weeks::{DigestWeeks, has_come, week_of};
use crate::app::{App, Question};
use crate::audit::{self, Action};
use crate::compliance::Judge;
use crate::db::Conn;
use crate::jobs::mail::digest as digest_mail;
use crate::jobs::mail::reminder as reminder_mail;
use crate::outbox::store::Week;
use crate::outbox::{Enqueue, Initially, NewMessage, store as outbox_store};
use crate::plan::{self, Brake, Day, Plan, Receiver};
use crate::policy::Policy;
use crate::register::store::{Detail, Known, newest_import, organisation_ids};
use crate::register::{EmailAddress, View};

/// Whether a planning run is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writing {
    /// The messages go into the outbox.
    Outbox,
    /// Nothing is stored.
    Nothing,
}

/// What a planning run plans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Reminders to staff and to owners of assurance answers, and the week's digests where they are due.
    Both,
    /// Reminders alone.
    Reminders,
    /// The week's digests alone, where they are due.
    Digests,
}

/// Plans the messages of `today`. Everything the run decides is written in one transaction, or nothing.
pub fn plan_reminders(
    app: &App,
    organisation: Option<&str>,
    today: NaiveDate,
    now: DateTime<Utc>,
    parts: Parts,
    writing: Writing,
) -> anyhow::Result<Planned> {
    let question = Question::now(today, now, organisation);
    app.check_organisation(&question)?;
    let policy = app.policy(&question)?;
    let is_sending_day = SendingDays::read(app, &policy.reminders)?.includes(today);
    if !is_sending_day || (parts == Parts::Digests && !has_come(&policy.reminders, today)) {
        return Ok(Planned::default());
    }
    let planned_from = app.db.read(|conn| Ok::<_, anyhow::Error>(newest_import(conn, Known::Latest)?))?;
    let view = app.view(&question, Detail::WithNames)?;
    let before = app.db.read(|conn| Before::read(conn, &view, today))?;
    let digests = match parts {
        Parts::Reminders => Vec::new(),
        Parts::Both | Parts::Digests => before.weeks.due(&policy.reminders, &before.organisations, today),
    };
    let day = Day { on: today, digests };
    let mut plan = plan::plan(&Judge::new(&view, &policy), &before.told, &day);
    before.leave_out(&view, &mut plan, today);
    if parts == Parts::Digests {
        plan.reminders.clear();
        plan.accounts.clear();
    }
    if writing == Writing::Outbox {
        Run { view: &view, policy: &policy, plan: &plan, day: &day, planned_from, now }
            .write(app, &before.organisations)?;
    }
    let reviews = match parts {
        Parts::Digests => Vec::new(),
        Parts::Both | Parts::Reminders => plan_reviews(app, organisation, &policy, (today, now), writing)?,
    };
    let planned = Planned::of(view, policy).with_day(today, plan);
    Ok(reviews.into_iter().fold(planned, |planned, review| planned.with_other(today, review)))
}

/// What a run has to know of those before it.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// The register's ids of the view's organisations.
    pub organisations: Vec<Option<i32>>,
    pub told: plan::Told,
    pub weeks: DigestWeeks,
}

impl Before {
    pub fn read(conn: &mut Conn, view: &View, today: NaiveDate) -> anyhow::Result<Self> {
        let codes: Vec<String> =
            view.organisations.iter().map(|organisation| organisation.code.clone()).collect();
        let organisations = organisation_ids(conn, &codes)?;
        let only = match organisations.as_slice() {
            [one] => *one,
            _ => None,
        };
        let mut told = plan::Told::default();
        for item in outbox_store::told(conn, only)? {
            told.insert(item.staff_id, &item.course, item.due_on, item.stage);
        }
        Ok(Self { organisations, told, weeks: DigestWeeks::read(conn, today)? })
    }

    /// Leaves out digests that were promised before, and those with nobody to go to: their organisation has no
    /// safeguarding contact.
    pub fn leave_out(&self, view: &View, plan: &mut Plan, today: NaiveDate) {
        let mut unreachable = HashSet::new();
        plan.digests.retain(|digest| {
            let organisation = view.organisations.get(usize::from(digest.organisation));
            let contact = organisation.and_then(|o| EmailAddress::parse(&o.safeguarding_email));
            let reachable = digest.receiver != Receiver::Contact || contact.is_some();
            if !reachable && unreachable.insert(digest.organisation) {
                tracing::warn!(
                    organisation = organisation.map_or("", |o| &o.code),
                    items = digest.items.len(),
                    "staff without a manager who can be reached are listed to nobody: give the organisation a \
                     safeguarding_email"
                );
            }
            reachable && !self.weeks.has(view, digest, today)
        });
    }
}

/// A run about to be written.
struct Run<'a> {
    view: &'a View,
    policy: &'a Policy,
    plan: &'a Plan,
    day: &'a Day,
    /// The newest import before the view was read.
    planned_from: i32,
    now: DateTime<Utc>,
}

impl Run<'_> {
    /// Queues the plan's messages as what they promise, the alerts of the mail brake, and the account of the run: one
    /// transaction.
    fn write(&self, app: &App, organisations: &[Option<i32>]) -> anyhow::Result<()> {
        let today = self.day.on;
        let operator = app.config.operator.email.as_ref();
        let alerts = alerts(self.view, self.policy, self.plan, operator, today)?;
        let id_of = |number: usize| organisations.get(number).copied().flatten();
        let mut accounts = self.plan.accounts.clone();
        let domain = app.sender().domain().to_owned();
        app.db.write(|conn| {
            for reminder in &self.plan.reminders {
                let Some(who) = self.view.people.get(reminder.person) else { continue };
                let Some(organisation_id) = id_of(usize::from(who.organisation)) else { continue };
                let planned = (today, self.planned_from);
                let promise =
                    reminder_mail::promise(self.view, self.policy, reminder, organisation_id, planned);
                let Some(promise) = promise else { continue };
                let initially = initially(reminder.brake);
                if outbox_store::promise(conn, &promise, initially, &domain, self.now)?
                    == Enqueue::AlreadyPromised
                {
                    // Another process planned this person since we read: it has told them.
                    if let Some(account) = accounts.get_mut(usize::from(who.organisation)) {
                        account.already_told += 1;
                        match reminder.brake {
                            Brake::Open => account.messaged -= 1,
                            Brake::Held => account.held -= 1,
                        }
                    }
                }
            }
            for (number, organisation_id) in organisations.iter().enumerate() {
                if let Some(organisation_id) = organisation_id {
                    self.write_digests(conn, number, *organisation_id, &domain)?;
                }
            }
            for (number, alert) in &alerts {
                let Some(organisation_id) = id_of(*number) else { continue };
                let alert = NewMessage { organisation_id, ..alert.clone() };
                outbox_store::enqueue(conn, &alert, Initially::Queued, &domain, self.now)?;
            }
            for (number, account) in accounts.iter().enumerate() {
                let Some(organisation_id) = id_of(number) else { continue };
                outbox_store::record_planning_run(conn, organisation_id, today, self.now, account)?;
            }
            self.tell_audit(app, conn)
        })
    }

    /// Leaves an entry in the audit log of a run that had something to plan.
    fn tell_audit(&self, app: &App, conn: &mut Conn) -> anyhow::Result<()> {
        let (reminders, digests) = (self.plan.reminders.len(), self.plan.digests.len());
        if reminders + digests > 0 {
            let details = json!({ "reminders": reminders, "digests": digests });
            let act = app.act(Action::Plan, format!("outbox {}", self.day.on), details);
            audit::record(conn, &act, self.now)?;
        }
        Ok(())
    }

    /// Queues an organisation's digests of the week, unless another process did since we read.
    fn write_digests(
        &self,
        conn: &mut Conn,
        number: usize,
        organisation_id: i32,
        domain: &str,
    ) -> anyhow::Result<()> {
        let today = self.day.on;
        if matches!(self.day.digests.get(number), None | Some(plan::Digests::NotDue)) {
            return Ok(());
        }
        let theirs = || self.plan.digests.iter().filter(|d| usize::from(d.organisation) == number);
        let (week, count) = (week_of(today), theirs().count());
        if outbox_store::begin_digest_week(conn, organisation_id, week, today, self.now, count)? == Week::Done
        {
            return Ok(());
        }
        for digest in theirs() {
            let planned = (today, self.planned_from);
            if let Some(promise) = digest_mail::promise(self.view, digest, organisation_id, planned) {
                outbox_store::promise(conn, &promise, initially(digest.brake), domain, self.now)?;
            }
        }
        Ok(())
    }
}

fn initially(brake: Brake) -> Initially {
    match brake {
        Brake::Open => Initially::Queued,
        Brake::Held => Initially::Held,
    }
}
