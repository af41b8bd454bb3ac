//! The mail to whoever owns assurance answers whose review is overdue (spec 2.11).

use askama::Template;
use chrono::NaiveDate;

use super::wording::{counted, days_away, long_date, one_line};
use super::{Mail, Rendered, rendered};
use crate::register::EmailAddress;

/// Tells which answers of an organisation are to be looked at again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AssuranceReview {
    /// The organisation's name.
    pub(crate) organisation: String,
    /// The organisation's safeguarding contact, where one is known: replies go there.
    pub(crate) contact: Option<EmailAddress>,
    /// Why the reader gets it.
    pub(crate) read_by: ReviewedBy,
    /// The day it is planned for.
    pub(crate) today: NaiveDate,
    /// What is overdue, at least one, in the order shown.
    pub(crate) reviews: Vec<ReviewItem>,
}

/// Who is to review an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReviewedBy {
    /// The owner that it names.
    Owner,
    /// The safeguarding contact: it names nobody whom mail reaches.
    Contact,
}

/// One answer whose review is overdue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReviewItem {
    /// What the statement asks.
    pub(crate) question: String,
    /// The answer that stands.
    pub(crate) answer: String,
    /// The day it was given.
    pub(crate) answered_on: NaiveDate,
    /// What it rests on; may be empty.
    pub(crate) evidence: String,
    /// The last day for its review.
    pub(crate) review_by: NaiveDate,
}

#[derive(Template)]
#[template(path = "mail/assurance_review.subject.txt")]
struct AssuranceReviewSubject<'a> {
    page: &'a AssuranceReviewPage,
}

#[derive(Template)]
#[template(path = "mail/assurance_review.txt")]
struct AssuranceReviewText<'a> {
    page: &'a AssuranceReviewPage,
}

#[derive(Template)]
#[template(path = "mail/assurance_review.html")]
struct AssuranceReviewHtml<'a> {
    page: &'a AssuranceReviewPage,
}

/// One answer in words.
struct ReviewedAnswer {
    question: String,
    due: String,
    answer: String,
    evidence: String,
}

/// What all three templates show, in words.
struct AssuranceReviewPage {
    organisation: String,
    on: String,
    headline: String,
    action: String,
    lines: Vec<ReviewedAnswer>,
    contact: Option<String>,
    because: &'static str,
    several: bool,
}

impl AssuranceReviewPage {
    fn of(mail: &AssuranceReview) -> Self {
        let count = u64::try_from(mail.reviews.len()).unwrap_or(u64::MAX);
        let several = count != 1;
        let organisation = one_line(&mail.organisation);
        let line = |review: &ReviewItem| ReviewedAnswer {
            question: one_line(&review.question),
            due: format!(
                "Review overdue: it was to be done by {}, {}",
                long_date(review.review_by),
                days_away(review.review_by, mail.today)
            ),
            answer: format!("{}, given on {}", one_line(&review.answer), long_date(review.answered_on)),
            evidence: one_line(&review.evidence),
        };
        Self {
            headline: format!(
                "{} to review: the day for {} has passed",
                counted(count, "assurance answer", "assurance answers"),
                if several { "them" } else { "it" }
            ),
            action: format!(
                "Please look at {} again and say what is true today, even where nothing has changed. Until then the \
                 board of {organisation} sees {} as overdue.",
                if several { "these answers" } else { "this answer" },
                if several { "them" } else { "it" },
            ),
            lines: mail.reviews.iter().map(line).collect(),
            contact: mail.contact.as_ref().map(ToString::to_string),
            because: match (mail.read_by, several) {
                (ReviewedBy::Owner, true) => "you are named as the owner of these answers",
                (ReviewedBy::Owner, false) => "you are named as the owner of this answer",
                (ReviewedBy::Contact, true) => {
                    "you are the safeguarding contact, and these answers name no owner whom mail reaches"
                }
                (ReviewedBy::Contact, false) => {
                    "you are the safeguarding contact, and this answer names no owner whom mail reaches"
                }
            },
            on: long_date(mail.today),
            organisation,
            several,
        }
    }
}

impl Mail for AssuranceReview {
    fn render(&self) -> Result<Rendered, askama::Error> {
        let page = AssuranceReviewPage::of(self);
        rendered(
            &AssuranceReviewSubject { page: &page },
            &AssuranceReviewText { page: &page },
            &AssuranceReviewHtml { page: &page },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tests::page_of;

    fn review(question: &str, answer: &str, review_by: &str) -> ReviewItem {
        ReviewItem {
            question: question.to_owned(),
            answer: answer.to_owned(),
            answered_on: "2025-10-20".parse().unwrap(),
            evidence: String::new(),
            review_by: review_by.parse().unwrap(),
        }
    }

    fn mail(read_by: ReviewedBy, reviews: Vec<ReviewItem>) -> AssuranceReview {
        AssuranceReview {
            organisation: "Marlow Vale NHS Foundation Trust".to_owned(),
            contact: EmailAddress::parse("safeguarding@example.org"),
            read_by,
            today: "2026-11-24".parse().unwrap(),
            reviews,
        }
    }

    #[test]
    fn an_owner_of_two_answers() {
        let mut second =
            review("Is there a system for flagging <concerns> about a child?", "in-part", "2026-10-31");
        second.evidence = "Audit of 12 May 2025, minute 7".to_owned();
        let first = review(
            "Is there a process for following up children who miss appointments?",
            "yes",
            "2026-11-20",
        );
        insta::assert_snapshot!(page_of(&mail(ReviewedBy::Owner, vec![first, second])));
    }

    #[test]
    fn the_contact_of_an_answer_without_an_owner_and_nobody_to_reply_to() {
        let mut mail = mail(
            ReviewedBy::Contact,
            vec![review("Is there a dedicated budget for safeguarding training?", "no", "2026-11-23")],
        );
        mail.contact = None;
        let Rendered { subject, text, .. } = mail.render().unwrap();
        insta::assert_snapshot!(format!("Subject: {subject}\n\n{text}"));
    }
}
