//! What organisations answered to the policy's assurance statements (spec 2.11, 3.4).

use chrono::NaiveDate;

/// An organisation's answer to a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssuranceAnswer {
    /// The organisation's code.
    pub organisation: String,
    /// The statement's id in the policy.
    pub statement: String,
    /// The answer, as the policy writes it.
    pub answer: String,
    /// The day it was given; it stands until a later one.
    pub answered_on: NaiveDate,
    /// What it rests on; may be empty.
    pub evidence: String,
    /// Who is to review it; empty when we were not told.
    pub owner_email: String,
    /// The last day for its review, if it has one.
    pub review_by: Option<NaiveDate>,
}

impl AssuranceAnswer {
    /// The answers that stand on `day`: of each organisation and statement the latest given by then, in the order of
    /// `answers`, which must be by organisation, statement and day.
    pub fn as_at(answers: &[Self], day: NaiveDate) -> impl Iterator<Item = &Self> {
        answers
            .chunk_by(|a, b| (&a.organisation, &a.statement) == (&b.organisation, &b.statement))
            .filter_map(move |of_one| of_one.iter().rfind(|answer| answer.answered_on <= day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_stands_from_its_day_until_a_later_one() {
        let answer = |organisation: &str, statement: &str, answer: &str, on: &str| AssuranceAnswer {
            organisation: organisation.into(),
            statement: statement.into(),
            answer: answer.into(),
            answered_on: on.parse().unwrap(),
            evidence: String::new(),
            owner_email: String::new(),
            review_by: None,
        };
        let answers = [
            answer("RXA", "a", "no", "2026-01-10"),
            answer("RXA", "a", "yes", "2026-06-01"),
            answer("RXA", "b", "no", "2026-03-01"),
            answer("RXB", "a", "in-part", "2026-01-10"),
        ];
        for (day, expected) in [
            ("2026-01-09", ""),
            ("2026-01-10", "RXA a no, RXB a in-part"),
            ("2026-05-31", "RXA a no, RXA b no, RXB a in-part"),
            ("2026-06-01", "RXA a yes, RXA b no, RXB a in-part"),
        ] {
            let standing: Vec<String> = AssuranceAnswer::as_at(&answers, day.parse().unwrap())
                .map(|of| format!("{} {} {}", of.organisation, of.statement, of.answer))
                .collect();
            assert_eq!(standing.join(", "), expected, "on {day}");
        }
    }
}
