//! Reminds whoever owns an assurance answer that its review is overdue, on sending days (spec 2.11).

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;

use super::planned::OtherMessage;
use super::run::Writing;
use crate::app::App;
use crate::audit::{self, Action};
use crate::db::Conn;
use crate::mail::{AssuranceReview, Mail, ReviewItem, ReviewedBy};
use crate::outbox::{Initially, Kind, Listed, Promise, Tells, Words, store as outbox_store};
use crate::plan::{ReviewReminder, ToldReview, review_reminders};
use crate::policy::Policy;
use crate::register::store::{self, Known, organisation_ids};
use crate::register::{AssuranceAnswer, EmailAddress, Organisation};

/// What is known of assurance answers and of what their owners were told.
#[derive(Debug)]
pub(crate) struct Reviews<'a> {
    policy: &'a Policy,
    answers: Vec<AssuranceAnswer>,
    organisations: HashMap<String, Organisation>,
    told: HashSet<ToldReview>,
}

impl<'a> Reviews<'a> {
    /// Reads it, of one organisation or of all. An owner whose address is none counts as none.
    pub fn read(
        app: &App,
        conn: &mut Conn,
        policy: &'a Policy,
        organisation: Option<&str>,
    ) -> anyhow::Result<Self> {
        let mut answers = store::assurance_answers(conn, Known::Latest)?;
        answers.retain(|answer| organisation.is_none_or(|code| answer.organisation == code));
        for answer in &mut answers {
            if EmailAddress::parse(&answer.owner_email).is_none() {
                answer.owner_email.clear();
            }
        }
        let mut organisations = store::organisations(conn, Known::Latest)?;
        app.as_configured(&mut organisations);
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
pub(crate) fn plan_reviews(
    app: &App,
    organisation: Option<&str>,
    policy: &Policy,
    (today, now): (NaiveDate, DateTime<Utc>),
    writing: Writing,
) -> anyhow::Result<Vec<OtherMessage>> {
    let decide = |conn: &mut Conn| {
        let reviews = Reviews::read(app, conn, policy, organisation)?;
        let due = reviews.due(today);
        if writing == Writing::Outbox {
            for reminder in &due {
                write(app, conn, reminder, (today, now))?;
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
    reminder: &ReviewReminder<'_>,
    (today, now): (NaiveDate, DateTime<Utc>),
) -> anyhow::Result<()> {
    let ids = organisation_ids(conn, &[reminder.organisation.to_owned()])?;
    let Some(organisation_id) = ids.into_iter().flatten().next() else { return Ok(()) };
    let promise = Promise {
        kind: Kind::AssuranceReview,
        organisation_id,
        staff_id: None,
        recipient: reminder.recipient.to_owned(),
        once_key: None,
        planned_on: today,
        planned_from: store::newest_import(conn, Known::Latest)?,
        tells: Tells::Reviews(reminder.tells().collect()),
    };
    outbox_store::promise(conn, &promise, Initially::Queued, app.sender().domain(), now)?;
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

/// What a message about overdue reviews says on `today`, from the organisation with the code `organisation`; `None` where
/// nothing that it promised is overdue any more, or is still its recipient's.
pub(crate) fn words(
    app: &App,
    conn: &mut Conn,
    policy: &Policy,
    message: &Listed,
    organisation: &str,
    today: NaiveDate,
) -> anyhow::Result<Option<Words>> {
    let told = outbox_store::reviews_of(conn, message.id)?;
    let reviews = Reviews::read(app, conn, policy, Some(organisation))?;
    let overdue = reviews.all(today);
    let Some(mut theirs) = overdue.into_iter().find(|reminder| reminder.recipient == message.recipient)
    else {
        return Ok(None);
    };
    for review in &mut theirs.reviews {
        review.triggers = told
            .iter()
            .any(|told| (&told.statement, told.review_by) == (&review.answer.statement, review.review_by));
    }
    if !theirs.reviews.iter().any(|review| review.triggers) {
        return Ok(None);
    }
    theirs.reviews.sort_by_key(|review| (!review.triggers, review.review_by, review.statement));
    Ok(Some(Words { content: mail(&reviews, &theirs, today).render()?, lists: Vec::new() }))
}
