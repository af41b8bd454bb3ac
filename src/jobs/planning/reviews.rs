//! Which owners of assurance answers hear that a review is overdue, on sending days (spec 2.11).

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::planned::OtherMessage;
use crate::answers;
use crate::app::App;
use crate::db::{Conn, DbResult};
use crate::outbox::{MessageKind, store as outbox_store};
use crate::plan::{ReviewReminder, ToldReview, review_reminders};
use crate::policy::Policy;
use crate::register::store::{self, KnownAt};
use crate::register::{AssuranceAnswer, EmailAddress, Organisation};

/// What is known of assurance answers and of what their owners were told.
#[derive(Debug)]
pub(crate) struct Reviews<'a> {
    pub policy: &'a Policy,
    answers: Vec<AssuranceAnswer>,
    pub organisations: HashMap<String, Organisation>,
    told: HashSet<ToldReview>,
}

impl<'a> Reviews<'a> {
    /// Reads it, of one organisation or of all. An owner whose address is none counts as none.
    pub(crate) fn read(
        app: &App,
        conn: &mut Conn,
        policy: &'a Policy,
        organisation: Option<&str>,
    ) -> DbResult<Self> {
        let mut given = store::assurance_answers(conn, KnownAt::Latest)?;
        given.retain(|answer| organisation.is_none_or(|code| answer.organisation == code));
        for answer in &mut given {
            if EmailAddress::parse(&answer.owner_email).is_none() {
                answer.owner_email.clear();
            }
        }
        let mut organisations = store::organisations(conn, KnownAt::Latest)?;
        answers::as_configured(app, &mut organisations);
        Ok(Self {
            policy,
            answers: given,
            organisations: organisations.into_iter().map(|known| (known.code.clone(), known)).collect(),
            told: outbox_store::told_reviews(conn)?,
        })
    }

    /// The messages of `today`.
    pub(crate) fn due(&self, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        self.reminders(&self.told, today)
    }

    /// The messages of `day`, which count as sent from then on.
    pub(crate) fn rehearse(&mut self, day: NaiveDate) -> Vec<OtherMessage> {
        let due = self.due(day);
        let messages = due.iter().map(other_message).collect();
        let told: Vec<ToldReview> = due.iter().flat_map(ReviewReminder::tells).collect();
        self.told.extend(told);
        messages
    }

    /// Everything that is overdue on `today`, told before or not.
    pub(crate) fn all(&self, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        self.reminders(&HashSet::new(), today)
    }

    fn reminders(&self, told: &HashSet<ToldReview>, today: NaiveDate) -> Vec<ReviewReminder<'_>> {
        let contact =
            |code: &str| self.organisations.get(code).map_or("", |known| known.safeguarding_email.as_str());
        let standing = AssuranceAnswer::as_at(&self.answers, today);
        review_reminders(standing, &self.policy.statements, contact, told, today)
    }
}

/// The message as a run shows it.
pub(crate) fn other_message(reminder: &ReviewReminder<'_>) -> OtherMessage {
    OtherMessage {
        kind: MessageKind::AssuranceReview,
        organisation: reminder.organisation.to_owned(),
        to: reminder.recipient.to_owned(),
    }
}
