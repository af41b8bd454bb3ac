//! The view across the organisations of one database, by kind (spec 2.11, 4.1).
//!
//! A rate across organisations is given both ways, all people together and as the mean of the organisations' rates,
//! with its spread: in the national review of 2009 the two differed by seven points. Every share says what it is out
//! of, since not every organisation answers every statement.

mod groups;
mod mean;

use std::collections::BTreeSet;

use chrono::NaiveDate;

pub(crate) use groups::{DedicatedBudget, ReviewGroup, ReviewedOrganisation, Spread, StatementAnswers};
pub(crate) use mean::mean_millionths;

use crate::board::disclosure::withhold_between;
use crate::compliance::Rate;
use crate::policy::{Percent, Statement};
use crate::register::{AssuranceAnswer, Budget, FinancialYear, OrganisationKind};

/// What organisations are compared by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ReviewInputs<'a> {
    /// The statements of the policy.
    pub(crate) statements: &'a [Statement],
    /// The answers that stand on the day.
    pub(crate) answers: &'a [&'a AssuranceAnswer],
    /// The allocations.
    pub(crate) budgets: &'a [Budget],
    /// The day.
    pub(crate) as_at: NaiveDate,
}

/// One group a kind that some organisation is of, in the order of the kinds, and one of all.
pub(crate) fn review(organisations: &[ReviewedOrganisation], told: ReviewInputs<'_>) -> Vec<ReviewGroup> {
    let kinds = OrganisationKind::ALL.into_iter().map(Some).chain([None]);
    let mut groups: Vec<ReviewGroup> = kinds
        .filter_map(|kind| {
            let of: Vec<&ReviewedOrganisation> =
                organisations.iter().filter(|of| kind.is_none_or(|kind| kind == of.kind)).collect();
            (kind.is_none() || !of.is_empty()).then(|| group(kind, &of, told))
        })
        .collect();
    withhold_between(&mut groups, organisations);
    groups
}

fn group(
    kind: Option<OrganisationKind>,
    organisations: &[&ReviewedOrganisation],
    told: ReviewInputs<'_>,
) -> ReviewGroup {
    let codes: BTreeSet<&str> = organisations.iter().map(|of| of.code.as_str()).collect();
    let rates: Vec<Rate> = organisations.iter().map(|of| of.staff).filter(|rate| rate.counted > 0).collect();
    let answers: Vec<&AssuranceAnswer> =
        told.answers.iter().copied().filter(|answer| codes.contains(answer.organisation.as_str())).collect();
    let who_answered: BTreeSet<&str> = answers.iter().map(|answer| answer.organisation.as_str()).collect();
    let mut pooled = Rate::default();
    for rate in &rates {
        pooled.counted += rate.counted;
        pooled.up_to_date += rate.up_to_date;
    }
    ReviewGroup {
        kind,
        organisations: count(organisations.len()),
        answered: count(who_answered.len()),
        pooled,
        mean_millionths: mean_millionths(&rates),
        spread: spread(&rates),
        dedicated_budget: dedicated(told.budgets, &codes, FinancialYear::of(told.as_at)),
        statements: told.statements.iter().map(|statement| distribution(statement, &answers)).collect(),
        is_small: false,
        is_of_few: false,
    }
}

fn spread(rates: &[Rate]) -> Spread {
    let reach = |percent: u64| {
        let least = Percent(percent * Percent::ONE.0);
        count(rates.iter().filter(|rate| least.reached_by(rate.up_to_date, rate.counted)).count())
    };
    let with_rate = count(rates.len());
    Spread { with_rate, below_50: with_rate - reach(50), at_least_90: reach(90) }
}

fn dedicated(budgets: &[Budget], codes: &BTreeSet<&str>, year: FinancialYear) -> DedicatedBudget {
    let of = budgets.iter().filter(|of| of.year == year && codes.contains(of.organisation.as_str()));
    let mut dedicated = DedicatedBudget::default();
    for budget in of {
        match budget.dedicated {
            Some(true) => dedicated.yes += 1,
            Some(false) => dedicated.no += 1,
            None => {}
        }
    }
    dedicated
}

fn distribution(statement: &Statement, answers: &[&AssuranceAnswer]) -> StatementAnswers {
    let mut given: Vec<(String, u64)> = statement.answers.iter().map(|answer| (answer.clone(), 0)).collect();
    let mut base = 0;
    for answer in answers.iter().filter(|answer| answer.statement == statement.id) {
        base += 1;
        match given.iter_mut().find(|(known, _)| *known == answer.answer) {
            Some((_, times)) => *times += 1,
            None => given.push((answer.answer.clone(), 1)),
        }
    }
    StatementAnswers {
        statement: statement.id.clone(),
        question: statement.question.clone(),
        base,
        answers: given,
    }
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
