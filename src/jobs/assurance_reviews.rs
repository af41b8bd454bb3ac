//! Reminds whoever owns an assurance answer that its review is overdue, on sending days (spec 2.11).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::plan_reminders::Writing;
use super::planned::OtherMessage;
use crate::app::App;
use crate::audit::{self, Action};
use crate::db::Conn;
use crate::mail::{AssuranceReview, Mail, ReviewItem, ReviewedBy};
use crate::outbox::{Enqueue, Initially, Kind, Listed, NewMessage, store as outbox_store};
use crate::plan::{ReviewReminder, ToldReview, review_reminders};
use crate::policy::Policy;
use crate::register::store::{self, Known, organisation_ids};
use crate::register::{AssuranceAnswer, EmailAddress, Organisation};

/// What is known of assurance answers and of what their owners were told.
#[derive(Debug)]
pub(super) struct Reviews<'a> {
    policy: &'a Policy,
    answers: Vec<AssuranceAnswer>,
    organisations: HashMap<String, Organisation>,
    told: HashSet<ToldReview>,
}

impl<'a> Reviews<'a> {
    /// Reads it, of one organisation or of all. An owner whose address is none counts as none.
    pub fn read(conn: &mut Conn, policy: &'a Policy, organisation: Option<&str>) -> anyhow::Result<Self> {
        let mut answers = store::assurance_answers(conn, Known::Latest)?;
        answers.retain(|answer| organisation.is_none_or(|code| answer.organisation == code));
        for answer in &mut answers {
            if EmailAddress::parse(&answer.owner_email).is_none() {
                answer.owner_email.clear();
            }
        }
        let organisations = store::organisations(conn, Known::Latest)?;
        Ok(Self {
            policy,
            answers,
            organisations: organisations.into_iter().map(|known| (known.code.clone(), known)).collect(),
            told: outbox_store::told_reviews(conn)?,
        })
    }

    /// The messages of `today`.
    pub fn due(&self, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        self.reminders(&self.told, today)
    }

    /// The messages of `day`, which count as sent from then on.
    pub fn rehearse(&mut self, day: NaiveDate) -> Vec<OtherMessage> {
        let due = self.due(day);
        let messages = due.iter().map(other_message).collect();
        let told: Vec<ToldReview> = due.iter().flat_map(ReviewReminder::tells).collect();
        self.told.extend(told);
        messages
    }

    /// Everything that is overdue on `today`, told before or not.
    fn all(&self, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        self.reminders(&HashSet::new(), today)
    }

    fn reminders(&self, told: &HashSet<ToldReview>, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        let contact =
            |code: &str| self.organisations.get(code).map_or("", |known| known.safeguarding_email.as_str());
        let standing = AssuranceAnswer::as_at(&self.answers, today);
        review_reminders(standing, &self.policy.statements, contact, told, today)
    }
}

/// Plans the messages of `today`, a sending day, and writes them as they are decided: one transaction.
pub(super) fn plan_reviews(
    app: &App,
    organisation: Option<&str>,
    policy: &Policy,
    (today, now): (NaiveDate, DateTime<Utc>),
    writing: Writing,
) -> anyhow::Result<Vec<OtherMessage>> {
    let decide = |conn: &mut Conn| {
        let reviews = Reviews::read(conn, policy, organisation)?;
        let due = reviews.due(today);
        if writing == Writing::Outbox {
            for reminder in &due {
                write(app, conn, &reviews, reminder, (today, now))?;
            }
            if !due.is_empty() {
                let details = json!({ "reviews": due.len() });
                audit::record(conn, &app.act(Action::Plan, format!("outbox {today}"), details), now)?;
            }
        }
        Ok::<_, anyhow::Error>(due.iter().map(other_message).collect())
    };
    match writing {
        Writing::Outbox => app.db.write(decide),
        Writing::Nothing => app.db.read(decide),
    }
}

fn write(
    app: &App,
    conn: &mut Conn,
    reviews: &Reviews<'_>,
    reminder: &ReviewReminder<'_>,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> anyhow::Result<()> {
    let ids = organisation_ids(conn, &[reminder.organisation.to_owned()])?;
    let Some(organisation_id) = ids.into_iter().flatten().next() else { return Ok(()) };
    let message = NewMessage {
        kind: Kind::AssuranceReview,
        organisation_id,
        staff_id: None,
        recipient: reminder.recipient.to_owned(),
        content: mail(reviews, reminder, today).render()?,
        once_key: None,
        planned_on: today,
        told: Vec::new(),
    };
    if let Enqueue::Enqueued(id) =
        outbox_store::enqueue(conn, &message, Initially::Queued, app.sender().domain(), now)?
    {
        outbox_store::tell_reviews(conn, id, organisation_id, reminder.tells())?;
    }
    Ok(())
}

fn mail(reviews: &Reviews<'_>, reminder: &ReviewReminder<'_>, today: NaiveDate) -> AssuranceReview {
    let organisation = reviews.organisations.get(reminder.organisation);
    let is_owner = reminder.reviews.iter().any(|review| review.answer.owner_email == reminder.recipient);
    AssuranceReview {
        organisation: organisation.map_or(String::new(), |known| known.name.clone()),
        contact: organisation.and_then(|known| EmailAddress::parse(&known.safeguarding_email)),
        read_by: if is_owner { ReviewedBy::Owner } else { ReviewedBy::Contact },
        today,
        reviews: reminder
            .reviews
            .iter()
            .map(|review| ReviewItem {
                question: reviews
                    .policy
                    .statements
                    .get(review.statement)
                    .map_or(String::new(), |statement| statement.question.clone()),
                answer: review.answer.answer.clone(),
                answered_on: review.answer.answered_on,
                evidence: review.answer.evidence.clone(),
                review_by: review.review_by,
            })
            .collect(),
    }
}

fn other_message(reminder: &ReviewReminder<'_>) -> OtherMessage {
    OtherMessage {
        kind: Kind::AssuranceReview,
        organisation: reminder.organisation.to_owned(),
        to: reminder.recipient.to_owned(),
    }
}

/// Whether any review that a message was sent for is still overdue, and still its recipient's.
pub(super) fn still_overdue(
    conn: &mut Conn,
    policy: &Policy,
    message: &Listed,
    today: NaiveDate,
) -> anyhow::Result<bool> {
    let told = outbox_store::reviews_of(conn, message.id)?;
    let reviews = Reviews::read(conn, policy, None)?;
    let overdue = reviews.all(today);
    Ok(told.iter().any(|told| {
        let theirs = overdue.iter().filter(|reminder| {
            reminder.organisation == told.organisation && reminder.recipient == message.recipient
        });
        theirs
            .flat_map(|reminder| &reminder.reviews)
            .any(|review| review.answer.statement == told.statement && review.review_by == told.review_by)
    }))
}
