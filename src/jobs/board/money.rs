//! The budget of each organisation, read and worked out (spec 2.7).

use std::collections::BTreeMap;

use crate::app::{App, Question};
use crate::board::BudgetFigures;
use crate::register::FinancialYear;
use crate::register::store;

/// The figures of every organisation in question for `year`, in order of code.
pub fn budget_figures(
    app: &App,
    question: &Question,
    year: FinancialYear,
) -> anyhow::Result<Vec<BudgetFigures>> {
    let policy = app.policy(question)?;
    let codes: Vec<String> = policy.courses.into_iter().map(|course| course.code).collect();
    let last_day = question.as_at.min(year.last_day());
    let completions = app.db.read(|conn| {
        Ok::<_, anyhow::Error>(store::completions(conn, question.known, &codes, year.first_day(), last_day)?)
    })?;
    budget_figures_with(app, question, year, &completions)
}

/// [`budget_figures`] where the completions of policy courses in the year, up to the day, are counted already: by
/// organisation.
pub(crate) fn budget_figures_with(
    app: &App,
    question: &Question,
    year: FinancialYear,
    completions: &BTreeMap<String, u64>,
) -> anyhow::Result<Vec<BudgetFigures>> {
    let (organisations, budgets, expenses) = app.db.read(|conn| {
        Ok::<_, anyhow::Error>((
            store::organisations(conn, question.known)?,
            store::budgets(conn, question.known)?,
            store::expenses(conn, question.known, year.first_day(), year.last_day())?,
        ))
    })?;
    let asked = |code: &str| question.organisation.as_deref().is_none_or(|asked| asked == code);
    let figures = organisations.iter().filter(|organisation| asked(&organisation.code)).map(|organisation| {
        let code = &organisation.code;
        let budget = budgets.iter().find(|budget| budget.organisation == *code && budget.year == year);
        let completions = completions.get(code).copied().unwrap_or(0);
        BudgetFigures::of(code, year, question.as_at, budget, &expenses, completions)
    });
    Ok(figures.collect())
}
