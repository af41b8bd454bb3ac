//! What the organisation answers to the policy's assurance statements, and what became of its answers (spec 2.11).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::policy::Statement;
use crate::register::AssuranceAnswer;

/// One statement of the policy with the answer that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementFigures {
    /// Its id in the policy.
    pub statement: String,
    /// What it asks.
    pub question: String,
    /// The answer that stands; `None`: none was ever given.
    pub answer: Option<StandingAnswer>,
    /// The answer of a month before; `None`: there was none.
    pub before: Option<String>,
    /// Whether the day for its review has passed.
    pub overdue: bool,
}

/// An answer with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingAnswer {
    /// The answer, as the policy writes it.
    pub answer: String,
    /// The day it was given.
    pub answered_on: NaiveDate,
    /// What it rests on; may be empty.
    pub evidence: String,
    /// Who is to review it; empty when we were not told.
    pub owner_email: String,
    /// The last day for its review, if it has one.
    pub review_by: Option<NaiveDate>,
}

/// How far an answer falls short of a yes; the worse is the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weakness {
    /// In part.
    InPart,
    /// No.
    No,
}

impl StatementFigures {
    /// How far the answer falls short of a yes, where it says that it does.
    pub(crate) fn weakness(&self) -> Option<Weakness> {
        let answer = self.answer.as_ref()?.answer.to_lowercase().replace(['-', '_'], " ");
        match answer.trim() {
            "no" | "none" | "never" | "not met" => Some(Weakness::No),
            "in part" | "partly" | "partially" | "partial" | "part" | "occasionally" | "sometimes" => {
                Some(Weakness::InPart)
            }
            _ => None,
        }
    }

    /// Whether the answer is another than a month before.
    pub fn changed(&self) -> bool {
        self.answer.as_ref().map(|answer| &answer.answer) != self.before.as_ref()
    }
}

/// The statements in the policy's order, with the organisation's answers that stand on `as_at`. What was answered before
/// is what `last_month` reported, else the answer that stood on `month_before`. `answers` must be by organisation,
/// statement and day; those of other organisations and to statements the policy no longer has are passed over.
pub(crate) fn assurance(
    statements: &[Statement],
    answers: &[AssuranceAnswer],
    organisation: &str,
    as_at: NaiveDate,
    month_before: NaiveDate,
    last_month: Option<&[StatementFigures]>,
) -> Vec<StatementFigures> {
    let on = |statement: &str, day| {
        AssuranceAnswer::as_at(answers, day)
            .find(|answer| answer.organisation == organisation && answer.statement == statement)
    };
    let reported = |statement: &str| {
        let figures = last_month?.iter().find(|before| before.statement == statement);
        Some(figures.and_then(|figures| figures.answer.as_ref()).map(|answer| answer.answer.clone()))
    };
    statements
        .iter()
        .map(|statement| {
            let stands = on(&statement.id, as_at);
            let before = || on(&statement.id, month_before).map(|before| before.answer.clone());
            StatementFigures {
                statement: statement.id.clone(),
                question: statement.question.clone(),
                answer: stands.map(|stands| StandingAnswer {
                    answer: stands.answer.clone(),
                    answered_on: stands.answered_on,
                    evidence: stands.evidence.clone(),
                    owner_email: stands.owner_email.clone(),
                    review_by: stands.review_by,
                }),
                before: reported(&statement.id).unwrap_or_else(before),
                overdue: stands.and_then(|stands| stands.review_by).is_some_and(|day| day < as_at),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::day;

    fn answer(statement: &str, answer: &str, on: &str, review_by: Option<&str>) -> AssuranceAnswer {
        AssuranceAnswer {
            organisation: "RXA".into(),
            statement: statement.into(),
            answer: answer.into(),
            answered_on: on.parse().unwrap(),
            evidence: String::new(),
            owner_email: String::new(),
            review_by: review_by.map(|day| day.parse().unwrap()),
        }
    }

    fn statement(id: &str) -> Statement {
        Statement { id: id.into(), question: format!("{id}?"), answers: vec!["yes".into(), "no".into()] }
    }

    #[test]
    fn a_statement_shows_its_standing_answer_what_it_was_and_whether_its_review_is_late() {
        let statements = ["a", "b", "c"].map(statement);
        let answers = [
            answer("a", "no", "2026-05-01", Some("2026-10-30")),
            answer("b", "no", "2026-05-01", None),
            answer("b", "yes", "2026-10-12", Some("2026-10-31")),
            answer("gone", "yes", "2026-10-12", None),
        ];
        let of = |last_month: Option<&[StatementFigures]>| {
            let figures =
                assurance(&statements, &answers, "RXA", day("2026-10-31"), day("2026-09-30"), last_month);
            let told = figures.iter().map(|figures| {
                let answer = figures.answer.as_ref().map_or("none", |answer| &answer.answer);
                let before = figures.before.as_deref().unwrap_or("none");
                format!("{} {answer} {before} {} {}", figures.statement, figures.overdue, figures.changed())
            });
            (told.collect::<Vec<_>>().join(", "), figures)
        };
        let (told, figures) = of(None);
        assert_eq!(told, "a no no true false, b yes no false true, c none none false false");
        assert_eq!(
            of(Some(&figures)).0,
            "a no no true false, b yes yes false false, c none none false false"
        );
        assert_eq!(of(Some(&[])).0, "a no none true true, b yes none false true, c none none false false");
    }
}
