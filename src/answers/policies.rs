//! The policies that were in force, and which of them judges.

use anyhow::Context;
use chrono::{DateTime, NaiveDate, Utc};

use super::Question;
use crate::app::{App, PolicyFileStanding};
use crate::compliance::{Silent, silent};
use crate::policy::{self, Policy};
use crate::register::store::{KnownAt, post_texts};

/// The policy that judges the question.
pub fn policy(app: &App, question: &Question) -> anyhow::Result<Policy> {
    parsed(policy_text(app, question)?)
}

/// The text of the policy that judges the question; `None` where none was ever recorded.
pub(crate) fn policy_text(app: &App, question: &Question) -> anyhow::Result<Option<String>> {
    if question.asked_now {
        return policy_text_of(app, question.policy_of);
    }
    policy_text_known(app, question.policy_of, question.known_at)
}

/// The policy in force on `day`, as known at an instant: it counts from the instant it was recorded.
pub(crate) fn policy_known(app: &App, day: NaiveDate, known_at: DateTime<Utc>) -> anyhow::Result<Policy> {
    parsed(policy_text_known(app, day, known_at)?)
}

fn policy_text_known(app: &App, day: NaiveDate, known_at: DateTime<Utc>) -> anyhow::Result<Option<String>> {
    let recorded = app.db.read(|conn| policy::store::in_force(conn, day, Some(known_at)))?;
    Ok(recorded.or_else(|| app.unrecorded.policy.as_ref().map(|(_, text)| text.clone())))
}

/// The policy in force on `day`: the first one for days before any was recorded (spec 6.1).
pub fn policy_of(app: &App, day: NaiveDate) -> anyhow::Result<Policy> {
    parsed(policy_text_of(app, day)?)
}

/// The text of the policy in force on `day`; `None` where none was ever recorded.
pub(crate) fn policy_text_of(app: &App, day: NaiveDate) -> anyhow::Result<Option<String>> {
    let recorded = app.db.read(|conn| policy::store::recorded_on(conn, day, None))?;
    Ok(match (&app.unrecorded.policy, recorded) {
        (Some((_, text)), None) => Some(text.clone()),
        // What begins later than the file would be taken up comes after it.
        (Some((from, text)), Some(recorded)) if *from <= day && recorded.in_force_from <= *from => {
            Some(text.clone())
        }
        (_, recorded) => recorded.map(|recorded| recorded.text),
    })
}

/// Which policy holds today and by what it was said, and whether another is to come, in words.
pub(crate) fn which_policy_holds(app: &App) -> anyhow::Result<String> {
    let today = app.today();
    let (held, next) = app.db.read(|conn| {
        Ok((policy::store::recorded_on(conn, today, None)?, policy::store::next_beginning(conn, today)?))
    })?;
    let since = held.as_ref().map_or(String::new(), |held| format!(" since {}", held.in_force_from));
    let mut words = match app.policy_file_standing()? {
        PolicyFileStanding::Holds => format!("the policy file holds{since}"),
        PolicyFileStanding::IsNew => "the policy file has changed, and holds from the next run on".to_owned(),
        PolicyFileStanding::Past => "the policy of the day that is set as today holds".to_owned(),
        PolicyFileStanding::Overtaken(_) => {
            format!("the policy of another configuration holds{since}, not the policy file")
        }
        PolicyFileStanding::StoodOver => format!(
            "a policy that was put in force in the console holds{since}; the policy file is taken up again once it \
             changes"
        ),
    };
    if let Some(next) = next {
        words.push_str(&format!("; another that was put in force in the console begins on {next}"));
    }
    Ok(words)
}

/// The first day after today on which another policy begins, where one is to come.
pub(crate) fn policy_to_come(app: &App) -> anyhow::Result<Option<NaiveDate>> {
    Ok(app.db.read(|conn| policy::store::next_beginning(conn, app.today()))?)
}

/// The requirements of `policy` that ask nobody in post on `on`, as known then (spec 2.3).
pub(crate) fn silent_rules(
    app: &App,
    policy: &Policy,
    on: NaiveDate,
    known: KnownAt,
) -> anyhow::Result<Vec<Silent>> {
    let posts = app.db.read(|conn| post_texts(conn, known, on, &[]))?;
    Ok(silent(policy, &posts, on))
}

/// The same today, by all that is known.
pub(crate) fn silent_rules_now(app: &App, policy: &Policy) -> anyhow::Result<Vec<Silent>> {
    silent_rules(app, policy, app.today(), KnownAt::Latest)
}

fn parsed(text: Option<String>) -> anyhow::Result<Policy> {
    let text = text.context("no policy was ever recorded in this database: run `refresher init`")?;
    Ok(policy::parse(&text, "the recorded policy")?.policy)
}
