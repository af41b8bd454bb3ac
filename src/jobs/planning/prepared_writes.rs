//! What a planning run writes for each organisation, made ready before its transaction begins.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Map, Value};

use super::brake_alert::alerts;
use super::weeks::week_of;
use super::written::{ToldMeanwhile, WrittenPart};
use crate::app::App;
use crate::audit::{self, Act, Action, Actor};
use crate::db::{Conn, Locks};
use crate::jobs::mail::{digest, reminder, review};
use crate::outbox::store::{self as outbox_store, WeekWriting};
use crate::outbox::{EnqueueOutcome, InitialState, MessageKind, NewMessage, UnwordedMessage};
use crate::plan::{Account, Digest, MailBrake, Plan, ReviewReminder, SendingDay, WeeklyList};
use crate::policy::Policy;
use crate::register::store::organisation_ids;
use crate::register::{Indexed, OrganisationIndex, View};

/// What a run decided.
#[derive(Clone, Copy)]
pub(crate) struct PlanningDecisions<'a> {
    pub view: &'a View,
    pub policy: &'a Policy,
    pub plan: &'a Plan,
    pub day: &'a SendingDay,
    /// The newest import before the view was read.
    pub planned_from: i32,
}

/// A message that a run decided on.
struct PreparedMessage {
    /// Its place among those of its sort.
    place: usize,
    message: UnwordedMessage,
    brake: MailBrake,
}

/// All that a run writes for one organisation.
#[derive(Default)]
pub(crate) struct PreparedWrites {
    /// The organisation's code.
    code: String,
    /// Its place in the view; `None` where nobody is on its staff.
    index: Option<OrganisationIndex>,
    organisation_id: i32,
    reminders: Vec<PreparedMessage>,
    /// The kinds whose lists of the week the run plans, each with its lists.
    weekly: Vec<(MessageKind, Vec<PreparedMessage>)>,
    /// That the mail brake holds the run.
    alerts: Vec<NewMessage>,
    reviews: Vec<PreparedMessage>,
    account: Option<Account>,
}

/// Makes ready what the run writes, for each organisation that it has anything to write for, in order of code.
/// `organisations` are the register's ids of the view's.
pub(crate) fn prepare(
    app: &App,
    run: &PlanningDecisions<'_>,
    organisations: &Indexed<OrganisationIndex, Option<i32>>,
    reviews: &[ReviewReminder<'_>],
) -> anyhow::Result<Vec<PreparedWrites>> {
    let mut all: Indexed<OrganisationIndex, Option<PreparedWrites>> = organisations
        .placed()
        .zip(&run.view.organisations)
        .map(|((index, id), organisation)| Some(run.of_organisation(index, (*id)?, &organisation.code)))
        .collect();
    for (place, one) in run.plan.reminders.iter().enumerate() {
        let Some(who) = run.view.people.get(one.person) else { continue };
        let Some(prepared) = at(&mut all, who.organisation) else { continue };
        let planned = (run.day.on, run.planned_from);
        let message = reminder::message(run.view, run.policy, one, prepared.organisation_id, planned);
        prepared.reminders.extend(message.map(|message| PreparedMessage {
            place,
            message,
            brake: one.brake,
        }));
    }
    let operator = app.config.operator.email.as_ref();
    for (index, alert) in alerts(run.view, run.policy, run.plan, operator, run.day.on)? {
        let Some(prepared) = at(&mut all, index) else { continue };
        prepared.alerts.push(NewMessage { organisation_id: prepared.organisation_id, ..alert });
    }
    let mut all: Vec<PreparedWrites> = all.into_iter().flatten().collect();
    add_reviews(app, run, reviews, &mut all)?;
    // An account is there of every run that reminds; without one, only what it planned matters.
    all.sort_by(|a, b| a.code.cmp(&b.code));
    all.retain(|one| one.account.is_some() || !one.weekly.is_empty() || !one.reviews.is_empty());
    Ok(all)
}

fn at(
    all: &mut Indexed<OrganisationIndex, Option<PreparedWrites>>,
    organisation: OrganisationIndex,
) -> Option<&mut PreparedWrites> {
    all.get_mut(organisation)?.as_mut()
}

/// Adds the messages to owners of overdue reviews, which an organisation with nobody on its staff may have too.
fn add_reviews(
    app: &App,
    run: &PlanningDecisions<'_>,
    reviews: &[ReviewReminder<'_>],
    all: &mut Vec<PreparedWrites>,
) -> anyhow::Result<()> {
    let mut by_code: BTreeMap<&str, Vec<(usize, &ReviewReminder<'_>)>> = BTreeMap::new();
    for (place, one) in reviews.iter().enumerate() {
        by_code.entry(one.organisation).or_default().push((place, one));
    }
    for (code, reviews) in by_code {
        let place = match all.iter().position(|prepared| prepared.code == code) {
            Some(place) => place,
            None => {
                let ids =
                    app.db.read(|conn| organisation_ids(conn, std::slice::from_ref(&code.to_owned())))?;
                let Some(organisation_id) = ids.into_iter().flatten().next() else { continue };
                all.push(PreparedWrites {
                    code: code.to_owned(),
                    organisation_id,
                    ..PreparedWrites::default()
                });
                all.len() - 1
            }
        };
        if let Some(prepared) = all.get_mut(place) {
            let planned = (run.day.on, run.planned_from);
            let message = |(place, one): (usize, &ReviewReminder<'_>)| PreparedMessage {
                place,
                message: review::message(one, prepared.organisation_id, planned),
                brake: MailBrake::Open,
            };
            prepared.reviews = reviews.into_iter().map(message).collect();
        }
    }
    Ok(())
}

impl PlanningDecisions<'_> {
    /// What concerns the organisation as a whole: its account, and its lists of the week.
    fn of_organisation(&self, index: OrganisationIndex, organisation_id: i32, code: &str) -> PreparedWrites {
        let weekly = self.day.weekly.get(index).copied().unwrap_or_default();
        let lists = |kind: MessageKind, due: WeeklyList| {
            let theirs = self.plan.digests.iter().enumerate().filter(|(_, one)| one.organisation == index);
            let theirs = theirs.filter(|(_, one)| digest::kind_of(one.receiver) == kind);
            let planned = (self.day.on, self.planned_from);
            let prepared = |(place, one): (usize, &Digest)| {
                let message = digest::message(self.view, self.policy, one, organisation_id, planned)?;
                Some(PreparedMessage { place, message, brake: one.brake })
            };
            let messages = theirs.filter_map(prepared).collect();
            (due != WeeklyList::NotDue).then_some((kind, messages))
        };
        PreparedWrites {
            code: code.to_owned(),
            index: Some(index),
            organisation_id,
            weekly: [
                lists(MessageKind::ManagerDigest, weekly.digests),
                lists(MessageKind::Escalation, weekly.escalation),
            ]
            .into_iter()
            .flatten()
            .collect(),
            account: self.plan.accounts.get(index).copied(),
            ..PreparedWrites::default()
        }
    }
}

impl PreparedWrites {
    /// Queues the messages as what they promise, and keeps the account of the run: one transaction. What is given back,
    /// and told the audit log, is what was written, and not what the run had decided.
    pub(crate) fn write(
        &self,
        app: &App,
        by: &Actor,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> anyhow::Result<WrittenPart> {
        let domain = app.mail_domain(&self.code);
        app.db.try_write_stamped(Locks::AUDIT.and(Locks::PLAN), app.clock, |conn| {
            let mut written = self.write_reminders(conn, &domain, now)?;
            for (kind, lists) in &self.weekly {
                // Another process may have planned the week since we read.
                let week = week_of(today);
                let begun = outbox_store::begin_week(conn, *kind, self.organisation_id, week, now)?;
                for list in lists {
                    if begun == WeekWriting::Done || list.promise(conn, &domain, now)? == Promised::Before {
                        written.told.digests.insert(list.place);
                    }
                }
            }
            // Of what is held no more than before, whoever held it has told.
            let holds = written.account.is_some_and(|account| account.held > 0);
            for alert in self.alerts.iter().filter(|_| holds) {
                outbox_store::enqueue(conn, alert, InitialState::Queued, &domain, now)?;
            }
            for review in &self.reviews {
                if review.promise(conn, &domain, now)? == Promised::Before {
                    written.told.reviews.insert(review.place);
                }
            }
            if let Some(account) = &written.account {
                outbox_store::record_planning_run(conn, self.organisation_id, today, now, account)?;
            }
            self.tell_audit(conn, &written.told, by, today, now)?;
            Ok(written)
        })
    }

    /// Queues the reminders.
    fn write_reminders(
        &self,
        conn: &mut Conn,
        domain: &str,
        now: DateTime<Utc>,
    ) -> anyhow::Result<WrittenPart> {
        let mut account = self.account;
        let mut told = ToldMeanwhile::default();
        for reminder in &self.reminders {
            if reminder.promise(conn, domain, now)? == Promised::Now {
                continue;
            }
            // Another process planned this person since we read: it has told them.
            told.reminders.insert(reminder.place);
            if let Some(account) = account.as_mut() {
                account.already_told += 1;
                match reminder.brake {
                    MailBrake::Open => account.messaged -= 1,
                    MailBrake::Held => account.held -= 1,
                }
            }
        }
        Ok(WrittenPart { organisation: self.index, account, told })
    }

    /// Leaves an entry in the audit log where anything was planned.
    fn tell_audit(
        &self,
        conn: &mut Conn,
        told: &ToldMeanwhile,
        by: &Actor,
        today: NaiveDate,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let written = |all: &[PreparedMessage], told: &HashSet<usize>| {
            all.iter().filter(|one| !told.contains(&one.place)).count()
        };
        let weekly = self.weekly.iter().map(|(kind, lists)| (*kind, written(lists, &told.digests)));
        let others = [
            (MessageKind::Reminder, written(&self.reminders, &told.reminders)),
            (MessageKind::AssuranceReview, written(&self.reviews, &told.reviews)),
        ];
        let counts = others.into_iter().chain(weekly).filter(|(_, count)| *count > 0);
        let counts: Map<String, Value> =
            counts.map(|(kind, count)| (kind.as_str().to_owned(), count.into())).collect();
        if counts.is_empty() {
            return Ok(());
        }
        let mut details = counts;
        details.insert("organisation".to_owned(), self.code.clone().into());
        let act = Act::new(by, Action::Plan, format!("outbox {today}"), details.into());
        audit::record(conn, &act, now)?;
        Ok(())
    }
}

/// Whether it was this run that promised a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Promised {
    Now,
    Before,
}

impl PreparedMessage {
    fn promise(&self, conn: &mut Conn, domain: &str, now: DateTime<Utc>) -> anyhow::Result<Promised> {
        let queued = outbox_store::promise(conn, &self.message, initially(self.brake), domain, now)?;
        Ok(match queued {
            EnqueueOutcome::Enqueued(_) => Promised::Now,
            EnqueueOutcome::AlreadyPromised => Promised::Before,
        })
    }
}

fn initially(brake: MailBrake) -> InitialState {
    match brake {
        MailBrake::Open => InitialState::Queued,
        MailBrake::Held => InitialState::Held,
    }
}
