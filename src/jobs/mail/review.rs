//! A message about overdue reviews: what it promises when it is queued, and what it says when it is put into words.

use chrono::NaiveDate;

use crate::app::App;
use crate::db::Conn;
use crate::jobs::planning::reviews::Reviews;
use crate::mail::{AssuranceReview, Mail, ReviewItem, ReviewedBy};
use crate::outbox::{
    ListedMessage, MessageKind, MessagePromise, MessageWords, UnwordedMessage, store as outbox_store,
};
use crate::plan::ReviewReminder;
use crate::policy::Policy;
use crate::register::EmailAddress;

/// What a message to an owner of the organisation with this id promises; `planned_from` is the newest import that it was
/// planned by.
pub(crate) fn message(
    reminder: &ReviewReminder<'_>,
    organisation_id: i32,
    (planned_on, planned_from): (NaiveDate, i32),
) -> UnwordedMessage {
    UnwordedMessage {
        kind: MessageKind::AssuranceReview,
        organisation_id,
        staff_id: None,
        recipient: reminder.recipient.to_owned(),
        planned_on,
        planned_from,
        tells: MessagePromise::Reviews(reminder.tells().collect()),
    }
}

/// What a message about overdue reviews says on `today`, from the organisation with the code `organisation`; `None` where
/// nothing that it promised is overdue any more, or is still its recipient's.
pub(crate) fn words(
    app: &App,
    conn: &mut Conn,
    policy: &Policy,
    message: &ListedMessage,
    organisation: &str,
    today: NaiveDate,
) -> anyhow::Result<Option<MessageWords>> {
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
    Ok(Some(MessageWords { content: mail(&reviews, &theirs, today).render()?, lists: Vec::new() }))
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
