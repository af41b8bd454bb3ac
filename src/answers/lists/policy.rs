//! The policy in force on a day, what it asks, and those before it.

use anyhow::Context;
use chrono::NaiveDate;
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::answers::forms::selectors::{selector_words, selectors};
use crate::answers::forms::shapes;
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::policies;
use crate::app::App;
use crate::policy::store::{self, PolicyVersion};
use crate::policy::{self, Policy, Requirement};
use crate::wording::set_percent;

/// The policy in force on a day.
#[derive(Debug)]
pub(crate) struct PolicyInForce {
    as_at: NaiveDate,
    text: String,
    policy: Policy,
    versions: Vec<PolicyVersion>,
}

/// The policy in force on `as_at`, and every one that was recorded.
pub(crate) fn policy_in_force(app: &App, as_at: NaiveDate) -> anyhow::Result<PolicyInForce> {
    let text = policies::policy_text_of(app, as_at)?;
    let text = text.context("no policy was ever recorded in this database: run `refresher init`")?;
    let policy = policy::parse(&text, "the recorded policy")?.policy;
    let versions = app.db.read(store::versions)?;
    Ok(PolicyInForce { as_at, text, policy, versions })
}

impl PolicyInForce {
    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Its courses, a row each.
    pub(crate) fn courses(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("code"),
            ListColumn::words("course"),
            ListColumn::words("counts for"),
            ListColumn::words("target"),
            ListColumn::words("also does for"),
        ];
        let code = |course| self.policy.courses.get(course).map_or("", |course| course.code.as_str());
        let rows = self.policy.courses.iter().map(move |course| {
            let counts = course.valid_months.map_or("good".to_owned(), |months| format!("{months} months"));
            let target = set_percent(course.target.unwrap_or(self.policy.target).millionths() * 100);
            let satisfies: Vec<&str> = course.satisfies.iter().map(|other| code(*other)).collect();
            [course.code.clone(), course.title.clone(), counts, target, satisfies.join(", ")]
                .map(AnswerCell::Text)
                .to_vec()
        });
        AnswerRows::new("PolicyCourses", columns, rows)
    }

    /// Its requirements, a row each.
    pub(crate) fn requirements(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("number"),
            ListColumn::words("course"),
            ListColumn::words("whom it asks"),
            ListColumn::words("how much"),
            ListColumn::words("how soon"),
            ListColumn::code("from"),
            ListColumn::code("until"),
        ];
        let row = |(number, requirement): (usize, &Requirement)| {
            let course = self.policy.courses.get(requirement.course);
            let soon = requirement.within_days.map(|days| format!("within {days} days of starting"));
            vec![
                AnswerCell::Text((number + 1).to_string()),
                AnswerCell::Text(course.map(|course| course.title.clone()).unwrap_or_default()),
                AnswerCell::Text(selector_words(&selectors(requirement))),
                AnswerCell::Text(requirement.hours.map(|hours| format!("{hours} hours")).unwrap_or_default()),
                AnswerCell::Text(soon.unwrap_or_default()),
                AnswerCell::Day(requirement.from),
                AnswerCell::Day(requirement.until),
            ]
        };
        AnswerRows::new("PolicyRequirements", columns, self.policy.requirements.iter().enumerate().map(row))
    }

    /// Those that were recorded, the newest first, a row each.
    pub(crate) fn versions(&self) -> AnswerRows<'_> {
        let columns =
            vec![ListColumn::code("in force from"), ListColumn::words("said by"), ListColumn::code("hash")];
        let row = |version: &PolicyVersion| {
            vec![
                AnswerCell::Day(Some(version.in_force_from)),
                AnswerCell::Text(
                    if version.over_file_hash.is_some() { "the console" } else { "a policy file" }.to_owned(),
                ),
                AnswerCell::Text(version.hash.chars().take(12).collect()),
            ]
        };
        AnswerRows::new("PolicyVersions", columns, self.versions.iter().map(row))
    }
}

impl Serialize for PolicyInForce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let version = |version: &PolicyVersion| {
            json!({
                "in_force_from": version.in_force_from,
                "recorded_at": shapes::instant(version.recorded_at),
                "hash": version.hash,
                "over_file_hash": version.over_file_hash,
            })
        };
        let versions: Vec<Value> = self.versions.iter().map(version).collect();
        json!({ "as_at": self.as_at, "policy": self.text, "versions": versions }).serialize(serializer)
    }
}
