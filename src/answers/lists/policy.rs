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
use crate::wording::{counted, long_date, set_percent};

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
            vec![
                AnswerCell::Text((number + 1).to_string()),
                AnswerCell::Text(course.map(|course| course.title.clone()).unwrap_or_default()),
                AnswerCell::Text(selector_words(&selectors(requirement))),
                AnswerCell::Text(how_much(requirement)),
                AnswerCell::Text(how_soon(requirement)),
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

/// The hours that a requirement asks for: the first time, from then on, and the part that must be participatory; nothing
/// where one completion is enough.
fn how_much(requirement: &Requirement) -> String {
    let Some(hours) = requirement.hours else { return String::new() };
    let mut words = match requirement.initial_hours {
        Some(initial) if initial > hours => format!("{initial} hours the first time, then {hours} hours"),
        _ => format!("{hours} hours"),
    };
    if let Some(share) = requirement.participatory_share.filter(|share| share.0 > 0) {
        // Billionths of 1 are tenths of a millionth of a percent.
        words.push_str(&format!(", at least {} of them participatory", set_percent(u64::from(share.0) / 10)));
    }
    words
}

/// How soon it asks: from the later of somebody's start and its first day.
fn how_soon(requirement: &Requirement) -> String {
    let after = requirement.from.map_or("starting".to_owned(), |from| {
        format!("starting, or of {} for whoever started before", long_date(from))
    });
    match requirement.within_days.unwrap_or(0) {
        0 => "at once".to_owned(),
        days => format!("within {} of {after}", counted(days, "day", "days")),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_says_all_that_it_asks_and_from_when_its_days_count() {
        let soon = "within 30 days of starting, or of 1 October 2025 for whoever started before";
        for (rules, much, how) in [
            ("", "", "at once"),
            ("within_days = 0", "", "at once"),
            ("within_days = 1", "", "within 1 day of starting"),
            ("within_days = 90", "", "within 90 days of starting"),
            ("from = 2025-10-01", "", "at once"),
            ("within_days = 30\nfrom = 2025-10-01", "", soon),
            ("hours = 8", "8 hours", "at once"),
            ("hours = 8\ninitial_hours = 8", "8 hours", "at once"),
            ("hours = 4\ninitial_hours = 8", "8 hours the first time, then 4 hours", "at once"),
            (
                "hours = 8\nparticipatory_share = 0.5",
                "8 hours, at least 50% of them participatory",
                "at once",
            ),
            ("hours = 8\nparticipatory_share = 0.0", "8 hours", "at once"),
            (
                "hours = 4\ninitial_hours = 8.5\nparticipatory_share = 0.125",
                "8.5 hours the first time, then 4 hours, at least 12.5% of them participatory",
                "at once",
            ),
        ] {
            let text = format!(
                "[[course]]\ncode = \"A\"\ntitle = \"A\"\n[[requirement]]\ncourse = \"A\"\n{rules}\n"
            );
            let policy = policy::parse(&text, "test").unwrap().policy;
            let requirement = policy.requirements.iter().next().unwrap();
            let said = (how_much(requirement), how_soon(requirement));
            assert_eq!((said.0.as_str(), said.1.as_str()), (much, how), "{rules}");
        }
    }
}
