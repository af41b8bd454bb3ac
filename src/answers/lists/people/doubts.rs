//! How many people each doubt is about: the quality of the data, as the board's summary counts it.

use crate::answers::viewer::Visibility;
use crate::answers::{self, Question, Viewer};
use crate::app::App;
use crate::compliance::{Doubt, Presence};
use crate::register::PersonIndex;
use crate::register::store::ViewDetail;

/// Of how many people in question, in post and seen by the viewer, each doubt is true.
pub(crate) fn doubts(
    app: &App,
    question: &Question,
    viewer: &Viewer,
) -> anyhow::Result<[(Doubt, u64); Doubt::ALL.len()]> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::Judgement)?;
    let judge = view.judge(&policy);
    let in_post = |person: &PersonIndex| judge.presence(*person, question.as_at) != Presence::NotInPost;
    let mut counts = Doubt::ALL.map(|doubt| (doubt, 0));
    for person in view.everyone().filter(in_post) {
        for (doubt, count) in &mut counts {
            *count += u64::from(doubt.is_of(&judge, person, question.as_at));
        }
    }
    Ok(counts)
}
