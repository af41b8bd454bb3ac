//! Which day, which knowledge, which organisation, which policy a question is about.

use std::ops::RangeInclusive;
use std::sync::Arc;

use anyhow::bail;
use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::check_organisation;
use super::kept::picture::Picture;
use crate::app::App;
use crate::register::store::{self, KnownAt};

/// The years of days that can be asked about.
const YEARS: RangeInclusive<i32> = 1900..=2200;

/// Which day, which knowledge, which organisation, which policy: what a report answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The day the figures are for.
    pub as_at: NaiveDate,
    /// What had been recorded by then.
    pub known: KnownAt,
    /// The instant of `known`, or the instant of asking.
    pub known_at: DateTime<Utc>,
    /// Whether nothing earlier than the instant of asking is meant: then what the files say and is not recorded yet
    /// counts too.
    pub asked_now: bool,
    /// Only the organisation with this code.
    pub organisation: Option<String>,
    /// The day whose policy judges.
    pub policy_of: NaiveDate,
    /// What it is answered from.
    pub from: AnsweredFrom,
}

impl Question {
    /// How things stand today, with all that is known.
    pub fn now(today: NaiveDate, now: DateTime<Utc>, organisation: Option<&str>) -> Self {
        Self {
            as_at: today,
            known: KnownAt::Latest,
            known_at: now,
            asked_now: true,
            organisation: organisation.map(str::to_owned),
            policy_of: today,
            from: AnsweredFrom::Register,
        }
    }
    /// What somebody asks, checked: a day that figures can be for, an instant, an organisation that exists. What is left
    /// out is as of now.
    pub fn asked(
        app: &App,
        as_at: Option<NaiveDate>,
        known_at: Option<DateTime<Utc>>,
        organisation: Option<&str>,
        judged_by: JudgedBy,
    ) -> anyhow::Result<Self> {
        let today = app.today();
        let as_at = as_at.unwrap_or(today);
        let instant = app.db.known_by(known_at, app.clock)?;
        let organisation = organisation.map(str::to_owned);
        // Whoever asks as known then names the organisation that had the code then; one that had none, by that of today.
        let organisation = match organisation.as_deref().filter(|_| known_at.is_some()) {
            Some(code) => {
                app.db.read(|conn| store::code_today(conn, code, KnownAt::At(instant)))?.or(organisation)
            }
            None => organisation,
        };
        let question = Self {
            as_at,
            known: KnownAt::At(instant),
            known_at: instant,
            asked_now: known_at.is_none(),
            organisation,
            policy_of: match judged_by {
                JudgedBy::PolicyThen => as_at,
                JudgedBy::PolicyNow => today,
            },
            from: AnsweredFrom::Register,
        };
        check_organisation(app, question.organisation.as_deref())?;
        if !Self::is_day(as_at) {
            bail!("{as_at} is not a day to ask about: choose one between 1900 and 2200");
        }
        Ok(question)
    }

    /// Whether a day is one that can be asked about.
    pub(crate) fn is_day(day: NaiveDate) -> bool {
        YEARS.contains(&day.year())
    }
}

/// What a question is answered from.
#[derive(Debug, Clone, Default)]
pub enum AnsweredFrom {
    /// The register, read for it.
    #[default]
    Register,
    /// A picture of the register as the question means it.
    Picture(Arc<Picture>),
}

/// What it is answered from changes no answer.
impl PartialEq for AnsweredFrom {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for AnsweredFrom {}

/// Which of the policies that were in force judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JudgedBy {
    /// The one in force on the day asked about.
    PolicyThen,
    /// Today's.
    PolicyNow,
}
