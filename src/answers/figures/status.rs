//! `status`: the share of staff up to date on a day, and by group.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Serialize, Serializer};
use serde_json::json;

use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::viewer::Visibility;
use crate::answers::{Answer, Question, Viewer, shapes};
use crate::app::App;
use crate::compliance::{Group, GroupBy, Judge, Rates, rates};
use crate::policy::Policy;
use crate::register::store::ViewDetail;
use crate::wording::{long_date, set_percent};

/// The figures of a day.
#[derive(Debug)]
pub struct StatusAnswer {
    /// The figures.
    pub rates: Rates,
    /// The policy that judged.
    pub policy: Policy,
    as_at: NaiveDate,
    known_at: DateTime<Utc>,
}

/// The figures of everyone in question whom the viewer may see, and of the groups asked for.
pub fn status(
    app: &App,
    question: &Question,
    viewer: &Viewer,
    by: &[GroupBy],
) -> anyhow::Result<StatusAnswer> {
    let sight = Visibility::of(app, viewer, question.organisation.as_deref())?;
    let policy = crate::answers::policy(app, question)?;
    let view = sight.view(app, question, ViewDetail::Judgement)?;
    let rates = rates(&Judge::new(&view, &policy), question.as_at, by);
    Ok(StatusAnswer { rates, policy, as_at: question.as_at, known_at: question.known_at })
}

impl StatusAnswer {
    /// The groups, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let headers = ["group", "up to date", "of", "rate", "target", "", "due soon", "lapsed", "not done"];
        AnswerRows { words: 1, ..AnswerRows::of_words("Status", headers, self.rates.groups.iter().map(row)) }
    }
}

impl Serialize for StatusAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let all = &self.rates.all;
        json!({
            "as_at": self.as_at,
            "known_at": shapes::instant(self.known_at),
            "target": shapes::fraction(self.policy.target.millionths()),
            "rag": shapes::rag(all.staff.rag(self.policy.target, self.policy.amber_margin)),
            "staff": shapes::staff(all),
            "requirements": shapes::requirements(all),
            "excluded": { "absent": all.absent, "in_grace": all.in_grace, "exempt": all.exempt },
            "groups": self.rates.groups.iter().map(shapes::group).collect::<Vec<_>>(),
        })
        .serialize(serializer)
    }
}

impl Answer for StatusAnswer {
    /// The figures, with a table where they are by group.
    fn words(&self) -> String {
        let (all, policy) = (&self.rates.all, &self.policy);
        let as_at = long_date(self.as_at);
        let rag = all.staff.rag(policy.target, policy.amber_margin).map_or("no rate", |rag| rag.words());
        let mut text = format!(
            "{} of {} staff, {}, were up to date on {as_at} ({rag}; the target is {}).\n\
             Of {} people in post, {} are absent and {} have no course to count; of what people need, {} in grace and {} \
             exempt are left out.\n\
             Requirements: {} of {} met ({}), {} due soon, {} lapsed, {} not done.\n",
            all.staff.up_to_date,
            all.staff.counted,
            all.staff.shown(),
            set_percent(policy.target.millionths() * 100),
            all.in_post,
            all.absent,
            all.in_post.saturating_sub(all.absent).saturating_sub(all.staff.counted),
            all.in_grace,
            all.exempt,
            all.requirements.up_to_date,
            all.requirements.counted,
            all.requirements.shown(),
            all.due_soon,
            all.lapsed,
            all.not_done,
        );
        if !self.rates.groups.is_empty() {
            text.push('\n');
            text.push_str(&self.sheet().table());
        }
        text
    }
}

fn row(group: &Group) -> Vec<AnswerCell> {
    let counts = &group.counts;
    let key = if group.key.is_empty() { "(none)" } else { &group.key };
    [
        key.to_owned(),
        counts.staff.up_to_date.to_string(),
        counts.staff.counted.to_string(),
        counts.staff.shown(),
        set_percent(group.target_millionths * 100),
        group.rag.map_or(String::new(), |rag| rag.words().to_owned()),
        counts.due_soon.to_string(),
        counts.lapsed.to_string(),
        counts.not_done.to_string(),
    ]
    .map(AnswerCell::Text)
    .to_vec()
}
