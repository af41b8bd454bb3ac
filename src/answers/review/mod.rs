//! `review`: the organisations of the database side by side, by kind, read in one go (spec 2.11).

mod compared;
mod words;

use serde::{Serialize, Serializer};
use serde_json::json;

use super::viewer::Visibility;
use super::{Answer, Viewer, shapes};
use crate::answers::{self, Question};
use crate::app::App;
use crate::board::{ReviewGroup, ReviewInputs, ReviewedOrganisation, review as side_by_side};
use crate::compliance::{GroupBy, Judge, Rate, rates};
use crate::register::AssuranceAnswer;
use crate::register::store::{self, ViewDetail};

pub use compared::Review;
pub(crate) use words::REVIEW_WITHHOLDS;

/// The organisations in question that the viewer may see the whole of, side by side, to be published or for those alone
/// who may see them.
pub fn review(app: &App, question: &Question, viewer: &Viewer, is_published: bool) -> anyhow::Result<Review> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let groups = if sight.is_of_some_people() {
        Vec::new()
    } else {
        let organisation = sight.organisation().map(str::to_owned);
        groups(app, &Question { organisation, ..question.clone() })?
    };
    Ok(Review { groups, as_at: question.as_at, known_at: question.known_at, is_published })
}

/// One group a kind, and one of all.
fn groups(app: &App, question: &Question) -> anyhow::Result<Vec<ReviewGroup>> {
    let policy = answers::policy(app, question)?;
    let view = answers::view(app, question, ViewDetail::Judgement)?;
    let found = rates(&Judge::new(&view, &policy), question.as_at, &[GroupBy::Organisation]);
    let staff = |code: &str| {
        let of = found.groups.iter().find(|group| group.key == code);
        of.map_or(Rate::default(), |group| group.counts.staff)
    };
    let organisations: Vec<ReviewedOrganisation> = view
        .organisations
        .iter()
        .map(|of| ReviewedOrganisation { code: of.code.clone(), kind: of.kind, staff: staff(&of.code) })
        .collect();
    let (answers, budgets) = app.db.read(|conn| {
        Ok((store::assurance_answers(conn, question.known)?, store::budgets(conn, question.known)?))
    })?;
    let answers: Vec<&AssuranceAnswer> = AssuranceAnswer::as_at(&answers, question.as_at).collect();
    let told = ReviewInputs {
        statements: &policy.statements,
        answers: &answers,
        budgets: &budgets,
        as_at: question.as_at,
    };
    Ok(side_by_side(&organisations, told))
}

impl Serialize for Review {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = self.groups.iter().map(|of| words::document(of, self.is_published));
        json!({
            "as_at": self.as_at,
            "known_at": shapes::instant(self.known_at),
            "groups": groups.collect::<Vec<_>>(),
        })
        .serialize(serializer)
    }
}

impl Answer for Review {
    fn words(&self, width: usize) -> String {
        words::words(self, width)
    }
}
