//! Which owners hear of assurance answers whose review is overdue (spec 2.11).

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Months, NaiveDate};

use crate::policy::{Statement, StatementIndex};
use crate::register::{AssuranceAnswer, Indexed};

/// An overdue review as its owner was told of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ToldReview {
    /// The organisation's code.
    pub organisation: String,
    /// The statement's id in the policy.
    pub statement: String,
    /// The last day for the review.
    pub review_by: NaiveDate,
    /// For how many whole months it was overdue.
    pub months_overdue: u32,
    /// Who was told.
    pub recipient: String,
}

/// One overdue review of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OverdueReview<'a> {
    /// The statement.
    pub(crate) statement: StatementIndex,
    /// The answer that stands.
    pub(crate) answer: &'a AssuranceAnswer,
    /// The last day for its review.
    pub(crate) review_by: NaiveDate,
    /// For how many whole months it is overdue.
    pub(crate) months_overdue: u32,
    /// Whether it is a reason for the message.
    pub(crate) triggers: bool,
}

/// A message to the owner of answers of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReviewReminder<'a> {
    /// The organisation's code.
    pub(crate) organisation: &'a str,
    /// The owner's address, or the safeguarding contact's where an answer has no owner.
    pub(crate) recipient: &'a str,
    /// What is overdue, at least one: triggering reviews first, then by the day they were due, then in the policy's order.
    pub(crate) reviews: Vec<OverdueReview<'a>>,
}

/// The messages of `today` about overdue reviews: to each owner one, on the day after the last day for a review, and
/// again after each whole month, for as long as the answer stands unreviewed. Each lists all that are overdue.
///
/// `standing` are the answers that stand today; `contact` is the safeguarding contact of an organisation, empty where
/// there is none. Statements that the policy no longer has are passed over.
pub(crate) fn review_reminders<'a>(
    standing: impl Iterator<Item = &'a AssuranceAnswer>,
    statements: &Indexed<StatementIndex, Statement>,
    contact: impl Fn(&str) -> &'a str,
    told: &HashSet<ToldReview>,
    today: NaiveDate,
) -> Vec<ReviewReminder<'a>> {
    let mut reminders: BTreeMap<(&str, &str), Vec<OverdueReview<'a>>> = BTreeMap::new();
    for answer in standing {
        let Some(review_by) = answer.review_by.filter(|review_by| *review_by < today) else { continue };
        let Some(statement) = statements.position(|asked| asked.id == answer.statement) else {
            continue;
        };
        let recipient = match answer.owner_email.as_str() {
            "" => contact(&answer.organisation),
            owner => owner,
        };
        if recipient.is_empty() {
            continue;
        }
        let months_overdue = whole_months(review_by, today);
        let triggers = !told.contains(&ToldReview {
            organisation: answer.organisation.clone(),
            statement: answer.statement.clone(),
            review_by,
            months_overdue,
            recipient: recipient.to_owned(),
        });
        let review = OverdueReview { statement, answer, review_by, months_overdue, triggers };
        reminders.entry((&answer.organisation, recipient)).or_default().push(review);
    }
    let with_reason =
        reminders.into_iter().filter(|(_, reviews)| reviews.iter().any(|review| review.triggers));
    let reminder = |((organisation, recipient), mut reviews): (_, Vec<OverdueReview<'a>>)| {
        reviews.sort_by_key(|review| (!review.triggers, review.review_by, review.statement));
        ReviewReminder { organisation, recipient, reviews }
    };
    with_reason.map(reminder).collect()
}

impl ReviewReminder<'_> {
    /// What its triggering reviews tell.
    pub(crate) fn tells(&self) -> impl Iterator<Item = ToldReview> {
        self.reviews.iter().filter(|review| review.triggers).map(|review| ToldReview {
            organisation: self.organisation.to_owned(),
            statement: review.answer.statement.clone(),
            review_by: review.review_by,
            months_overdue: review.months_overdue,
            recipient: self.recipient.to_owned(),
        })
    }
}

/// Whole months gone by since the day after `review_by`: 0 on that day. Months are counted as elsewhere, clamped to a
/// month's end.
fn whole_months(review_by: NaiveDate, today: NaiveDate) -> u32 {
    let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let between = u32::try_from(months(today) - months(review_by)).unwrap_or(0);
    let has_passed = review_by.checked_add_months(Months::new(between)).is_some_and(|due| due < today);
    if has_passed { between } else { between.saturating_sub(1) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    fn answer(organisation: &str, statement: &str, owner: &str, review_by: Option<&str>) -> AssuranceAnswer {
        AssuranceAnswer {
            organisation: organisation.into(),
            statement: statement.into(),
            answer: "yes".into(),
            answered_on: day("2025-11-01"),
            evidence: String::new(),
            owner_email: owner.into(),
            review_by: review_by.map(day),
        }
    }

    fn statements() -> Indexed<StatementIndex, Statement> {
        let statement = |id: &str| Statement { id: id.into(), question: String::new(), answers: Vec::new() };
        ["b", "a"].map(statement).into_iter().collect()
    }

    /// Plans day after day; every message as `day recipient: statement(months)!`, `!` for those that trigger.
    fn planned(answers: &[AssuranceAnswer], days: &[&str]) -> Vec<String> {
        let mut told = HashSet::new();
        let mut planned = Vec::new();
        for today in days {
            let contact = |code: &str| if code == "RXX" { "contact@example.org" } else { "" };
            for reminder in review_reminders(answers.iter(), &statements(), contact, &told, day(today)) {
                let reviews = reminder.reviews.iter().map(|review| {
                    let mark = if review.triggers { "!" } else { "" };
                    format!("{}({}){mark}", review.answer.statement, review.months_overdue)
                });
                let reviews = reviews.collect::<Vec<_>>().join(" ");
                planned.push(format!("{today} {} {}: {reviews}", reminder.organisation, reminder.recipient));
                told.extend(reminder.tells());
            }
        }
        planned
    }

    #[test]
    fn an_owner_hears_on_the_day_after_and_then_monthly_and_never_twice() {
        let answers = [answer("RXX", "a", "owner@example.org", Some("2026-10-31"))];
        let days = [
            "2026-10-31",
            "2026-11-01",
            "2026-11-02",
            "2026-11-30",
            "2026-12-01",
            "2026-12-02",
            "2026-12-31",
            "2027-01-01",
            "2027-02-28",
            "2027-03-01",
            "2027-05-15",
        ];
        assert_eq!(
            planned(&answers, &days),
            [
                "2026-11-01 RXX owner@example.org: a(0)!",
                "2026-12-01 RXX owner@example.org: a(1)!",
                "2027-01-01 RXX owner@example.org: a(2)!",
                "2027-02-28 RXX owner@example.org: a(3)!",
                "2027-03-01 RXX owner@example.org: a(4)!",
                "2027-05-15 RXX owner@example.org: a(6)!",
            ],
            "after a silence only the latest"
        );
    }

    #[test]
    fn an_owner_gets_one_message_with_all_that_is_overdue() {
        let answers = [
            answer("RXX", "a", "owner@example.org", Some("2026-10-10")),
            answer("RXX", "b", "owner@example.org", Some("2026-10-12")),
            answer("RXX", "gone", "owner@example.org", Some("2026-10-01")),
            answer("RYY", "a", "owner@example.org", Some("2026-10-11")),
            answer("RYY", "b", "", Some("2026-10-11")),
        ];
        assert_eq!(
            planned(&answers, &["2026-10-11", "2026-10-13"]),
            [
                "2026-10-11 RXX owner@example.org: a(0)!",
                "2026-10-13 RXX owner@example.org: b(0)! a(0)",
                "2026-10-13 RYY owner@example.org: a(0)!",
            ]
        );
    }

    #[test]
    fn without_an_owner_the_contact_hears_and_without_a_day_nobody() {
        let answers =
            [answer("RXX", "a", "", Some("2026-10-10")), answer("RXX", "b", "owner@example.org", None)];
        assert_eq!(planned(&answers, &["2026-11-01"]), ["2026-11-01 RXX contact@example.org: a(0)!"]);
    }

    #[test]
    fn whoever_becomes_the_owner_hears_at_once() {
        let told = |recipient: &str| ToldReview {
            organisation: "RXX".into(),
            statement: "a".into(),
            review_by: day("2026-10-10"),
            months_overdue: 0,
            recipient: recipient.into(),
        };
        let answers = [answer("RXX", "a", "new@example.org", Some("2026-10-10"))];
        let told = HashSet::from([told("old@example.org")]);
        let reminders = review_reminders(answers.iter(), &statements(), |_| "", &told, day("2026-10-12"));
        assert_eq!(reminders.len(), 1);
    }
}
