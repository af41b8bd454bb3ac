//! `budget`: how the training budget is used.

use super::args::BudgetArgs;
use super::exit::Exit;
use super::json;
use super::out::{Out, table};
use crate::answers::budget_figures;
use crate::app::App;
use crate::board::{BudgetFigures, Millionths};
use crate::mail::pounds;
use crate::register::FinancialYear;

/// Prints each organisation's allocation, spending and cost per completion for a financial year.
pub fn run(app: &App, args: &BudgetArgs, out: Out) -> anyhow::Result<Exit> {
    let question = super::question(app, &args.asked)?;
    let year = args.year.unwrap_or_else(|| FinancialYear::of(question.as_at));
    let figures = budget_figures(app, &question, year)?;
    if out.json {
        out.document(&json::budget(&year.to_string(), &figures)?)?;
    } else {
        out.text(&words(year, &figures))?;
    }
    Ok(Exit::Done)
}

fn words(year: FinancialYear, figures: &[BudgetFigures]) -> String {
    let headers = [
        "organisation",
        "dedicated",
        "allocated",
        "spent",
        "committed",
        "remaining",
        "used",
        "of the year",
        "per completion",
    ];
    let money = |pence: Option<i64>| pence.map_or("n/a".to_owned(), pounds);
    let row = |figures: &BudgetFigures| {
        vec![
            figures.organisation.clone(),
            figures.dedicated.map_or("n/a", |dedicated| if dedicated { "yes" } else { "no" }).to_owned(),
            money(figures.allocated_pence),
            pounds(figures.spent_pence),
            pounds(figures.committed_pence),
            money(figures.remaining_pence),
            figures.used.map_or("n/a".to_owned(), Millionths::shown),
            figures.elapsed.shown(),
            money(figures.cost_per_completion_pence),
        ]
    };
    format!("Financial year {year}\n\n{}", table(&headers, 2, figures.iter().map(row)))
}
