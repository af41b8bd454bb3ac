//! The review as JSON (spec 4.1) and for a terminal.

use serde_json::{Value, json};

use super::compared::Review;
use crate::answers::forms::shapes;
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::{ListColumn, prose, table};
use crate::board::{ReviewGroup, StatementAnswers, Withheld};
use crate::compliance::Rate;
use crate::register::{FinancialYear, OrganisationKind};
use crate::wording::long_date;

/// A group in JSON: exact, or to be published, without the figures of small groups.
pub(super) fn document(of: &ReviewGroup, publish: bool) -> Value {
    let unless = |hidden: bool, figure: Value| if publish && hidden { Value::Null } else { figure };
    let people = |people: Value| unless(of.is_small, people);
    let of_few = |figure: Value| unless(of.is_of_few, figure);
    let statement = |of: &StatementAnswers| {
        let given = of.answers.iter().filter(|(_, times)| *times > 0);
        let answers: serde_json::Map<String, Value> =
            given.map(|(answer, times)| (answer.clone(), json!(times))).collect();
        json!({ "statement": of.statement, "base": of.base, "answers": answers })
    };
    let mut shape = json!({
        "kind": of.kind.map(OrganisationKind::as_str),
        "organisations": of.organisations,
        "answered": of.answered,
        "pooled": {
            "counted": people(json!(of.pooled.counted)),
            "up_to_date": people(json!(of.pooled.up_to_date)),
            "rate": people(shapes::rate(of.pooled)),
        },
        "mean_rate": of_few(of.mean_millionths.map_or(Value::Null, shapes::fraction)),
        "spread": {
            "with_rate": of.spread.with_rate,
            "below_50": of_few(json!(of.spread.below_50)),
            "at_least_90": of_few(json!(of.spread.at_least_90)),
        },
        "dedicated_budget": {
            "yes": of.dedicated_budget.yes,
            "no": of.dedicated_budget.no,
            "rate": shapes::rate(of.dedicated_budget.rate()),
        },
        "statements": of.statements.iter().map(statement).collect::<Vec<_>>(),
        "small": of.is_small,
        "of_few": of.is_of_few,
    });
    // Which of them is of few is not told: with the sum of two, that could tell each.
    if publish && of.is_small {
        mark(shape.get_mut("pooled"));
    }
    if publish && of.is_of_few {
        mark(shape.get_mut("spread"));
        mark(Some(&mut shape));
    }
    shape
}

/// Says beside figures that are null that they are withheld.
fn mark(shape: Option<&mut Value>) {
    if let Some(Value::Object(shape)) = shape {
        shape.insert("withheld".to_owned(), json!(Withheld::Beside.words()));
    }
}

/// Why figures stand there as withheld.
pub(crate) const REVIEW_WITHHOLDS: &str =
    "Withheld: of fewer than 5 people of some sort, or a figure from which those could be worked out.";

impl Review {
    /// The groups, a row each; small ones without their figures.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let figures =
            ["organisations", "staff up to date", "pooled", "mean", "below 50%", "90% or more", "own budget"];
        let mut columns = vec![ListColumn::words("kind")];
        columns.extend(figures.map(ListColumn::figure));
        AnswerRows::new("Review", columns, self.groups.iter().map(row))
    }
}

/// The groups and their answers, for a terminal.
pub(super) fn words(review: &Review, width: usize) -> String {
    let groups = &review.groups;
    let as_at = long_date(review.as_at);
    let year = FinancialYear::of(review.as_at);
    let head = format!(
        "Staff up to date on {as_at}, across organisations. Pooled: all their people together. Mean: of the \
         organisations' rates, each weighing the same. Below 50% and 90% or more: organisations, out of those with a \
         rate. Own budget: a dedicated training budget, out of organisations with an allocation for {year} that say."
    );
    let mut text = format!("{}\n\n{}", prose(&head, width), review.sheet().table(width));
    if groups.iter().any(|group| group.is_small || group.is_of_few) {
        text.push_str(&format!("\n{}", prose(&format!("* {REVIEW_WITHHOLDS}"), width)));
    }
    let statements = groups.last().map_or(&[][..], |all| &all.statements);
    for (at, statement) in statements.iter().enumerate() {
        let asked = format!("{} [{}]", statement.question, statement.statement);
        text.push_str(&format!("\n\n{}\n", prose(&asked, width)));
        if statement.base == 0 {
            text.push_str("No organisation has answered.");
            continue;
        }
        let mut columns = vec![ListColumn::words("kind"), ListColumn::figure("answered")];
        columns.extend(statement.answers.iter().map(|(answer, _)| ListColumn::figure(answer)));
        let rows = groups.iter().filter_map(|group| {
            let of = group.statements.get(at).filter(|of| of.base > 0)?;
            Some(answers_row(group, of, &statement.answers))
        });
        text.push_str(&table(&columns, rows, width));
    }
    text
}

fn row(group: &ReviewGroup) -> Vec<AnswerCell> {
    let unless = |hidden: bool, figure: String| if hidden { "*".to_owned() } else { figure };
    let told = |figure: String| unless(group.is_small, figure);
    let of_few = |figure: String| unless(group.is_of_few, figure);
    let spread = group.spread;
    let dedicated = group.dedicated_budget.rate();
    let out_of = |part: u64, whole: u64| {
        if whole == 0 { "n/a".to_owned() } else { format!("{part} of {whole}") }
    };
    [
        kind(group),
        group.organisations.to_string(),
        told(out_of(group.pooled.up_to_date, group.pooled.counted)),
        told(group.pooled.shown()),
        of_few(
            group
                .mean_millionths
                .map_or("n/a".to_owned(), |mean| Rate { counted: 1_000_000, up_to_date: mean }.shown()),
        ),
        of_few(out_of(spread.below_50, spread.with_rate)),
        of_few(out_of(spread.at_least_90, spread.with_rate)),
        share(dedicated),
    ]
    .map(AnswerCell::Text)
    .to_vec()
}

/// The answers of a group, in the columns of the group of all.
fn answers_row(group: &ReviewGroup, of: &StatementAnswers, columns: &[(String, u64)]) -> Vec<String> {
    let times =
        |answer: &str| of.answers.iter().find(|(given, _)| given == answer).map_or(0, |(_, times)| *times);
    let cell = |(answer, _): &(String, u64)| share(Rate { counted: of.base, up_to_date: times(answer) });
    [kind(group), format!("{} of {}", of.base, group.organisations)]
        .into_iter()
        .chain(columns.iter().map(cell))
        .collect()
}

/// `145 of 392, 36.9%`.
fn share(of: Rate) -> String {
    if of.counted == 0 {
        "n/a".to_owned()
    } else {
        format!("{} of {}, {}", of.up_to_date, of.counted, of.shown())
    }
}

fn kind(group: &ReviewGroup) -> String {
    group.kind.map_or("all", OrganisationKind::as_str).to_owned()
}
