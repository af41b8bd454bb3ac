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
    asked: ReviewRequest,
    because: String,
    several: bool,
}

/// What the reader is asked, by whether they answer by mail, tell somebody, or keep the answers themselves.
struct ReviewRequest {
    /// What to do with what is still true.
    still_true: &'static str,
    /// What to do with what is not.
    no_more: &'static str,
    /// What to do where the message is not theirs.
    not_theirs: &'static str,
    /// Whom to ask.
    contact: Option<String>,
}

impl ReviewRequest {
    fn of(read_by: ReviewedBy, contact: Option<&EmailAddress>, several: bool) -> Self {
        match (read_by, contact) {
            (ReviewedBy::Contact, _) => Self {
                still_true: "Have it recorded with the day on which you looked and the next day for a review.",
                no_more: "Have recorded what is, what it rests on, and by when it will be put right.",
                not_theirs: if several { "have their owners recorded" } else { "have its owner recorded" },
                contact: None,
            },
            (ReviewedBy::Owner, Some(contact)) => Self {
                still_true: "Reply and say so, with the day on which you looked and the next day for a review.",
                no_more: "Say what is, what it rests on, and by when it will be put right.",
                not_theirs: if several {
                    "reply and say whose they are"
                } else {
                    "reply and say whose it is"
                },
                contact: Some(contact.to_string()),
            },
            (ReviewedBy::Owner, None) => Self {
                still_true: "Tell your safeguarding team, with the day on which you looked and the next day for a review.",
                no_more: "Tell them what is, what it rests on, and by when it will be put right.",
                not_theirs: if several {
                    "tell your safeguarding team whose they are"
                } else {
                    "tell your safeguarding team whose it is"
                },
                contact: None,
            },
        }
    }
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
            asked: ReviewRequest::of(mail.read_by, mail.contact.as_ref(), several),
            because: match (mail.read_by, several) {
                (ReviewedBy::Owner, true) => {
                    format!("you are named as the owner of these answers at {organisation}")
                }
                (ReviewedBy::Owner, false) => {
                    format!("you are named as the owner of this answer at {organisation}")
                }
                (ReviewedBy::Contact, true) => format!(
                    "you are the safeguarding contact of {organisation}, and these answers name no owner whom mail reaches"
                ),
                (ReviewedBy::Contact, false) => format!(
                    "you are the safeguarding contact of {organisation}, and this answer names no owner whom mail reaches"
                ),
            },
            on: long_date(mail.today),
            several,
            organisation,
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

    /// Every case in which it says something of its own, as text.
    #[test]
    fn what_a_reminder_of_reviews_says_in_each_case() {
        let budget =
            |review_by| review("Is there a dedicated budget for safeguarding training?", "no", review_by);
        let cases = [
            ("the owner of one", ReviewedBy::Owner, true, vec![budget("2026-11-23")]),
            (
                "the owner of two, with nobody to reply to",
                ReviewedBy::Owner,
                false,
                vec![budget("2026-11-23"), budget("2023-05-01")],
            ),
            ("the contact, of one", ReviewedBy::Contact, true, vec![budget("2026-10-01")]),
            (
                "the contact, of two",
                ReviewedBy::Contact,
                true,
                vec![budget("2026-10-01"), budget("2026-11-01")],
            ),
        ];
        let said = cases.map(|(case, read_by, has_contact, reviews)| {
            let mut mail = mail(read_by, reviews);
            mail.contact = mail.contact.filter(|_| has_contact);
            let Rendered { subject, text, .. } = mail.render().unwrap();
            format!("======== {case}\nSubject: {subject}\n\n{text}")
        });
        insta::assert_snapshot!(said.join("\n"));
    }
}
