//! `budget`: how the training budget of each organisation is used (spec 2.7).

use std::collections::BTreeMap;

use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::answers::{self, Question};
use crate::answers::{Answer, Viewer};
use crate::app::App;
use crate::board::{BudgetFigures, Millionths};
use crate::mail::pounds;
use crate::register::FinancialYear;
use crate::register::store;
use crate::wording::percent;

/// The figures of every organisation in question for `year`, in order of code.
fn budget_figures(app: &App, question: &Question, year: FinancialYear) -> anyhow::Result<Vec<BudgetFigures>> {
    let policy = answers::policy(app, question)?;
    let codes: Vec<String> = policy.courses.into_iter().map(|course| course.code).collect();
    let last_day = question.as_at.min(year.last_day());
    let completions = app.db.read(|conn| {
        store::completions(
            conn,
            question.known,
            question.organisation.as_deref(),
            &codes,
            year.first_day(),
            last_day,
        )
    })?;
    budget_figures_with(app, question, year, &completions)
}

/// What the organisations' training budgets came to in a financial year.
#[derive(Debug)]
pub struct BudgetAnswer {
    pub(in crate::answers) year: FinancialYear,
    pub(in crate::answers) organisations: Vec<BudgetFigures>,
}

/// The budget of every organisation in question whom the viewer may see the whole of, in order of code.
pub fn budget(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    year: Option<FinancialYear>,
) -> anyhow::Result<BudgetAnswer> {
    let year = year.unwrap_or_else(|| FinancialYear::of(question.as_at));
    let organisations = match as_seen(app, question, viewer)? {
        Some(question) => budget_figures(app, &question, year)?,
        None => Vec::new(),
    };
    Ok(BudgetAnswer { year, organisations })
}

/// The question as the viewer may ask it of whole organisations; `None` for those who see some people alone.
fn as_seen(app: &App, question: &Question, viewer: &Viewer) -> anyhow::Result<Option<Question>> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let organisation = sight.organisation().map(str::to_owned);
    Ok((!sight.is_of_some_people()).then(|| Question { organisation, ..question.clone() }))
}

/// How much of the budget of the year of the day is used, in words, for each organisation in question whom the viewer may
/// see the whole of: `£1,200.00 spent of £5,000.00, 24.0%`. What a completion came to is not asked, which takes a look at
/// every record.
pub(crate) fn budget_in_short(
    app: &App,
    question: &Question,
    viewer: &Viewer,
) -> anyhow::Result<(FinancialYear, Vec<(String, String)>)> {
    let year = FinancialYear::of(question.as_at);
    let Some(question) = as_seen(app, question, viewer)? else { return Ok((year, Vec::new())) };
    let all = budget_figures_with(app, &question, year, &BTreeMap::new())?;
    let in_short = |of: &BudgetFigures| match (of.allocated_pence, of.used) {
        (None, _) => format!("{} spent; no budget is recorded", pounds(of.spent_pence)),
        (Some(allocated), used) => {
            let share = used.map_or(String::new(), |used| format!(", {}", percent(used.0.unsigned_abs())));
            format!("{} spent of {}{share}", pounds(of.spent_pence), pounds(allocated))
        }
    };
    Ok((year, all.iter().map(|of| (of.organisation.clone(), in_short(of))).collect()))
}

impl BudgetAnswer {
    /// The organisations, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let mut columns = vec![ListColumn::words("organisation"), ListColumn::code("dedicated")];
        let figures =
            ["allocated", "spent", "committed", "remaining", "used", "of the year", "per completion"];
        columns.extend(figures.map(ListColumn::figure));
        AnswerRows::new("Budget", columns, self.organisations.iter().map(row))
    }
}

fn row(figures: &BudgetFigures) -> Vec<AnswerCell> {
    let money = |pence: Option<i64>| pence.map_or("n/a".to_owned(), pounds);
    [
        figures.organisation.clone(),
        figures.dedicated.map_or("n/a", |dedicated| if dedicated { "yes" } else { "no" }).to_owned(),
        money(figures.allocated_pence),
        pounds(figures.spent_pence),
        pounds(figures.committed_pence),
        money(figures.remaining_pence),
        figures.used.map_or("n/a".to_owned(), Millionths::shown),
        figures.elapsed.shown(),
        // Where nothing was spent it isn't known what one came to (spec 2.9).
        money(figures.cost_per_completion_pence.filter(|_| figures.spent_pence != 0)),
    ]
    .map(AnswerCell::Text)
    .to_vec()
}

impl Serialize for BudgetAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let organisations = serde_json::to_value(&self.organisations).map_err(S::Error::custom)?;
        json!({ "year": self.year.to_string(), "organisations": organisations }).serialize(serializer)
    }
}

impl Answer for BudgetAnswer {
    fn words(&self, width: usize) -> String {
        format!("Financial year {}\n\n{}", self.year, self.sheet().table(width))
    }
}

/// [`budget_figures`] where the completions of policy courses in the year, up to the day, are counted already: by
/// organisation.
pub(in crate::answers) fn budget_figures_with(
    app: &App,
    question: &Question,
    year: FinancialYear,
    completions: &BTreeMap<String, u64>,
) -> anyhow::Result<Vec<BudgetFigures>> {
    let (organisations, budgets, expenses) = app.db.read(|conn| {
        Ok((
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
