//! The statements of assurance, and what organisations answered to them (spec 2.11).

use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::viewer::Visibility;
use crate::answers::{Question, Viewer, policy};
use crate::app::App;
use crate::policy::Statement;
use crate::register::AssuranceAnswer;
use crate::register::store;

/// A statement to an organisation, with its answers by the day that is asked about, the newest first.
#[derive(Debug)]
pub(crate) struct AnsweredStatement {
    /// The organisation's code.
    pub(crate) organisation: String,
    /// The statement.
    pub(crate) statement: Statement,
    /// The answers.
    pub(crate) answers: Vec<AssuranceAnswer>,
}

/// The statements of the policy that judges, to each organisation: those to be reviewed first, then the unanswered.
#[derive(Debug)]
pub(crate) struct AssuranceRegister {
    as_at: NaiveDate,
    statements: Vec<AnsweredStatement>,
}

/// The statements, to the organisations of which the viewer sees the whole.
pub(crate) fn assurance_register(
    app: &App,
    question: &Question,
    viewer: &Viewer,
) -> anyhow::Result<AssuranceRegister> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let (policy, as_at) = (policy(app, question)?, question.as_at);
    let mut all = app.db.read(|conn| store::assurance_answers(conn, question.known))?;
    all.retain(|answer| answer.answered_on <= as_at);
    let mut statements = Vec::new();
    if !sight.is_of_some_people() {
        for organisation in sight.organisations(app)? {
            statements.extend(policy.statements.iter().map(|statement| {
                let is_of = |answer: &&AssuranceAnswer| {
                    answer.organisation == organisation.code && answer.statement == statement.id
                };
                AnsweredStatement {
                    organisation: organisation.code.clone(),
                    statement: statement.clone(),
                    answers: all.iter().rev().filter(is_of).cloned().collect(),
                }
            }));
        }
    }
    statements.sort_by_key(|one| match one.state(as_at) {
        AssuranceState::Overdue => 0,
        AssuranceState::Unanswered => 1,
        AssuranceState::Answered => 2,
    });
    Ok(AssuranceRegister { as_at, statements })
}

/// How a statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum AssuranceState {
    Overdue,
    Unanswered,
    Answered,
}

impl AssuranceState {
    fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "review overdue",
            Self::Unanswered => "unanswered",
            Self::Answered => "answered",
        }
    }
}

impl AnsweredStatement {
    fn state(&self, as_at: NaiveDate) -> AssuranceState {
        match self.answers.first().map(|answer| answer.review_by) {
            None => AssuranceState::Unanswered,
            Some(Some(review_by)) if review_by < as_at => AssuranceState::Overdue,
            Some(_) => AssuranceState::Answered,
        }
    }
}

impl AssuranceRegister {
    /// The statement with this id to the organisation with this code.
    pub(crate) fn find(&self, organisation: &str, statement: &str) -> Option<&AnsweredStatement> {
        self.statements.iter().find(|one| one.organisation == organisation && one.statement.id == statement)
    }

    /// The statements, a row each.
    pub(crate) fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("organisation"),
            ListColumn::code("statement"),
            ListColumn::words("question"),
            ListColumn::words("answer"),
            ListColumn::code("answered_on"),
            ListColumn::code("review_by"),
            ListColumn::words("state"),
            ListColumn::words("owner_email"),
            ListColumn::words("evidence"),
        ];
        let row = |one: &AnsweredStatement| {
            let answer = one.answers.first();
            let text = |of: fn(&AssuranceAnswer) -> &str| answer.map_or("", of).into();
            vec![
                one.organisation.as_str().into(),
                one.statement.id.as_str().into(),
                one.statement.question.as_str().into(),
                text(|answer| &answer.answer),
                AnswerCell::Day(answer.map(|answer| answer.answered_on)),
                AnswerCell::Day(answer.and_then(|answer| answer.review_by)),
                one.state(self.as_at).as_str().into(),
                text(|answer| &answer.owner_email),
                text(|answer| &answer.evidence),
            ]
        };
        AnswerRows::new("AssuranceRegister", columns, self.statements.iter().map(row))
    }
}

impl Serialize for AssuranceRegister {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let answer = |answer: &AssuranceAnswer| {
            json!({
                "answer": answer.answer,
                "answered_on": answer.answered_on,
                "evidence": answer.evidence,
                "owner_email": answer.owner_email,
                "review_by": answer.review_by,
            })
        };
        let statement = |one: &AnsweredStatement| {
            json!({
                "organisation": one.organisation,
                "statement": one.statement.id,
                "question": one.statement.question,
                "state": one.state(self.as_at).as_str().replace(' ', "_"),
                "answers": one.answers.iter().map(answer).collect::<Vec<Value>>(),
            })
        };
        let statements: Vec<Value> = self.statements.iter().map(statement).collect();
        json!({ "as_at": self.as_at, "statements": statements }).serialize(serializer)
    }
}
