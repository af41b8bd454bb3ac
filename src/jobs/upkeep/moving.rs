//! Moving the whole database to the other engine, and having both sides asked the same (spec 20.9).

use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use crate::audit::{self, Act, Action, Actor};
use crate::config::Config;
use crate::db::Home;
use crate::db::moving::{FrozenMonth, MoveReport, MoveSteps, MovedEntry, move_database};
use crate::installation::Identity;

/// How many days are rehearsed on both sides.
const REHEARSED_DAYS: i64 = 30;

/// What is to be moved, and by whom both sides are asked.
pub(crate) struct MoveOrder<'a> {
    /// The settings, with which both sides are asked.
    pub(crate) config: &'a Config,
    /// The URL of the source.
    pub(crate) from: &'a str,
    /// The URL of the target.
    pub(crate) to: &'a str,
    /// The program of the other package, which opens the side that this one doesn't; without it, the rows are compared
    /// and not the figures.
    pub(crate) other: Option<&'a Path>,
    /// The day that both sides are asked on.
    pub(crate) today: NaiveDate,
    /// Who moves it.
    pub(crate) by: &'a Actor,
}

/// What a move came to.
pub(crate) struct Moved {
    /// What was moved.
    pub(crate) report: MoveReport,
    /// The questions that both sides answered alike.
    pub(crate) compared: Vec<String>,
}

/// Moves the database and proves that it is the same there; `meet` is told of each table before it is copied.
pub(crate) fn move_installation(
    order: &MoveOrder<'_>,
    now: DateTime<Utc>,
    meet: &mut dyn FnMut(&str),
) -> anyhow::Result<Moved> {
    let mut steps = Steps { order, meet, compared: Vec::new() };
    let report = move_database(order.from, order.to, now, &mut steps)?;
    Ok(Moved { report, compared: steps.compared })
}

struct Steps<'a> {
    order: &'a MoveOrder<'a>,
    meet: &'a mut dyn FnMut(&str),
    compared: Vec<String>,
}

impl MoveSteps for Steps<'_> {
    fn meet(&mut self, table: &str) {
        (self.meet)(table);
    }

    fn entry(&mut self, newest: (i32, String), now: DateTime<Utc>) -> MovedEntry {
        let act = Act::new(self.order.by, Action::Move, "database", json!({ "entries_before": newest.0 }));
        let entry = audit::next_entry(newest, &act, now);
        MovedEntry {
            id: entry.id,
            recorded_at: entry.recorded_at,
            actor: entry.actor,
            action: entry.action,
            object: entry.object,
            details: entry.details,
            previous_hash: entry.previous_hash,
            hash: entry.hash,
        }
    }

    fn compare(&mut self, known_at: Option<&str>, frozen: &[FrozenMonth]) -> Result<(), String> {
        let Some(other) = self.order.other else { return Ok(()) };
        let this =
            std::env::current_exe().map_err(|error| format!("this program can't be found: {error}"))?;
        let (of_source, of_target) =
            if self.order.is_of_this_build(self.order.from) { (&*this, other) } else { (other, &*this) };
        for question in questions(self.order.today, known_at, frozen) {
            let ask = |program: &Path, url: &str| self.order.ask(program, url, &question);
            let answer = |program: &Path, url: &str| {
                ask(program, url)
                    .map_err(|error| format!("{} was not answered: {error:#}", question.join(" ")))
            };
            let before = answer(of_source, self.order.from)?;
            let after = answer(of_target, self.order.to)?;
            if before != after {
                return Err(format!("`{}` is answered differently by the two sides", question.join(" ")));
            }
            self.compared.push(question.join(" "));
        }
        Ok(())
    }

    fn owner(&mut self, key: &str, from: &Home, to: &Home) -> Option<(String, String)> {
        let instance = self.order.config.node.instance.as_deref();
        // An installation without a name can't have a database of a server.
        let [from, to] = [from, to].map(|home| Identity::here(instance, home).ok());
        from.filter(|from| from.key == key).and(to).map(|to| (to.key, to.place))
    }
}

impl MoveOrder<'_> {
    /// Whether this program opens the database at this URL.
    fn is_of_this_build(&self, url: &str) -> bool {
        crate::db::Place::of(url).is_ok()
    }

    fn ask(&self, program: &Path, url: &str, question: &[String]) -> anyhow::Result<Vec<u8>> {
        let mut asking = Command::new(program);
        asking.arg("--config").arg(&self.config.file).args(["--json", "--quiet", "--today"]);
        asking.arg(self.today.to_string());
        if self.is_of_this_build(url) {
            // There may be a password in it, and everybody can see what a program was called with.
            asking.env("REFRESHER_DATABASE", url);
        } else {
            asking.args(["--database", url]);
        }
        let answered =
            asking.args(question).output().with_context(|| format!("{} can't be run", program.display()))?;
        if !answered.status.success() {
            bail!("{}", String::from_utf8_lossy(&answered.stderr).trim());
        }
        Ok(answered.stdout)
    }
}

/// What both sides are asked, as it is typed: figures as known by the newest import, every month that was frozen as known
/// when it was, and what would be mailed.
fn questions(today: NaiveDate, known_at: Option<&str>, frozen: &[FrozenMonth]) -> Vec<Vec<String>> {
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let mut asked = Vec::new();
    // Where nothing was ever recorded, there are no figures.
    let Some(known_at) = known_at else { return asked };
    asked.push(words(&["status", "--known-at", known_at]));
    asked.push(words(&["review", "--known-at", known_at]));
    for month in frozen {
        let FrozenMonth { organisation, month, known_at } = month;
        asked.push(words(&[
            "board",
            "--organisation",
            organisation,
            "--month",
            month,
            "--known-at",
            known_at,
        ]));
    }
    let until = (today + TimeDelta::days(REHEARSED_DAYS)).to_string();
    asked.push(words(&["rehearse", "--until", &until]));
    asked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frozen_month_is_asked_about_as_it_was_known_then() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
        let month = FrozenMonth {
            organisation: "RXX".to_owned(),
            month: "2026-10".to_owned(),
            known_at: "2026-11-02T09:00:00Z".to_owned(),
        };
        let asked: Vec<String> = questions(today, Some("2026-11-24T08:00:00Z"), &[month])
            .iter()
            .map(|question| question.join(" "))
            .collect();
        assert_eq!(
            asked,
            [
                "status --known-at 2026-11-24T08:00:00Z",
                "review --known-at 2026-11-24T08:00:00Z",
                "board --organisation RXX --month 2026-10 --known-at 2026-11-02T09:00:00Z",
                "rehearse --until 2026-12-24",
            ]
        );
        assert!(questions(today, None, &[]).is_empty(), "nothing was ever recorded");
    }
}
