//! `status`: the figures.

use super::args::StatusArgs;
use super::exit::Exit;
use super::json;
use super::out::{Out, table};
use crate::answers;
use crate::app::App;
use crate::compliance::{Group, Judge, Rates, rates};
use crate::policy::Policy;
use crate::register::store::Detail;

/// Prints the share of staff up to date on a day, and by group.
pub fn run(app: &App, args: &StatusArgs, out: Out) -> anyhow::Result<Exit> {
    let question = super::question(app, &args.asked)?;
    let policy = answers::policy(app, &question)?;
    let view = answers::view(app, &question, Detail::Judgement)?;
    let by: Vec<_> = args.by.map(Into::into).into_iter().collect();
    let found = rates(&Judge::new(&view, &policy), question.as_at, &by);
    if out.json {
        out.document(&json::status(&found, &policy, question.as_at, question.known_at))?;
    } else {
        out.text(&words(&found, &policy, &question.as_at.format("%-d %B %Y").to_string()))?;
    }
    Ok(Exit::Done)
}

/// The figures in words, with a table where they are by group.
pub fn words(found: &Rates, policy: &Policy, as_at: &str) -> String {
    let all = &found.all;
    let rag = all.staff.rag(policy.target, policy.amber_margin).map_or("no rate", |rag| rag.words());
    let mut text = format!(
        "{} of {} staff, {}, were up to date on {as_at} ({rag}; the target is {}).\n\
         Of {} people in post, {} are absent and {} have no course to count; of what people need, {} in grace and {} \
         exempt are left out.\n\
         Requirements: {} of {} met ({}), {} due soon, {} lapsed, {} not done.\n",
        all.staff.up_to_date,
        all.staff.counted,
        all.staff.shown(),
        shown_percent(policy.target.millionths()),
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
    if !found.groups.is_empty() {
        let headers = ["group", "up to date", "of", "rate", "target", "", "due soon", "lapsed", "not done"];
        text.push('\n');
        text.push_str(&table(&headers, 1, found.groups.iter().map(row)));
    }
    text
}

fn row(group: &Group) -> Vec<String> {
    let counts = &group.counts;
    let key = if group.key.is_empty() { "(none)" } else { &group.key };
    vec![
        key.to_owned(),
        counts.staff.up_to_date.to_string(),
        counts.staff.counted.to_string(),
        counts.staff.shown(),
        shown_percent(group.target_millionths),
        group.rag.map_or(String::new(), |rag| rag.words().to_owned()),
        counts.due_soon.to_string(),
        counts.lapsed.to_string(),
        counts.not_done.to_string(),
    ]
}

fn shown_percent(millionths: u64) -> String {
    match (millionths / 10_000, millionths % 10_000) {
        (whole, 0) => format!("{whole}%"),
        (whole, rest) => format!("{whole}.{}%", format!("{rest:04}").trim_end_matches('0')),
    }
}
