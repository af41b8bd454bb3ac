//! The view across organisations, read in one go (spec 2.11).

use crate::app::{App, Question};
use crate::board::{ReviewGroup, Reviewed, Told, review};
use crate::compliance::{GroupBy, Judge, Rate, rates};
use crate::register::AssuranceAnswer;
use crate::register::store::{self, Detail};

/// The organisations in question side by side: one group a kind, and one of all.
pub fn review_organisations(app: &App, question: &Question) -> anyhow::Result<Vec<ReviewGroup>> {
    let policy = app.policy(question)?;
    let view = app.view(question, Detail::Judgement)?;
    let found = rates(&Judge::new(&view, &policy), question.as_at, &[GroupBy::Organisation]);
    let staff = |code: &str| {
        let of = found.groups.iter().find(|group| group.key == code);
        of.map_or(Rate::default(), |group| group.counts.staff)
    };
    let organisations: Vec<Reviewed> = view
        .organisations
        .iter()
        .map(|of| Reviewed { code: of.code.clone(), kind: of.kind, staff: staff(&of.code) })
        .collect();
    let (answers, budgets) = app.db.read(|conn| {
        Ok::<_, anyhow::Error>((
            store::assurance_answers(conn, question.known)?,
            store::budgets(conn, question.known)?,
        ))
    })?;
    let answers: Vec<&AssuranceAnswer> = AssuranceAnswer::as_at(&answers, question.as_at).collect();
    let told =
        Told { statements: &policy.statements, answers: &answers, budgets: &budgets, as_at: question.as_at };
    Ok(review(&organisations, told))
}
