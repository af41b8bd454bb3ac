//! The composition root: the one place the real configuration, database, clock and transport are put together.

mod taking_up;

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

pub use taking_up::PolicyFile;

use crate::audit::Actor;
use crate::bounces;
use crate::clock::Clock;
use crate::config::{Config, Overrides};
use crate::db::{Conn, Db, IfMissing};
use crate::files;
use crate::installation::configuration::Stands;
use crate::policy::{self, Policy};
use crate::register::store::{self, Detail, Known};
use crate::register::{Address, EmailAddress, Organisation, View};
use crate::schedule::Published;

mod mailing;

/// Everything a command or a job works with.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The database, its tables up to date.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// What the files say and the database does not yet, where nothing is to be recorded.
    pub unrecorded: Unrecorded,
}

/// What opening the program would have recorded, had it not been opened only to report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unrecorded {
    /// The text of the policy file, and the day from which it would be in force.
    pub policy: Option<(NaiveDate, String)>,
    /// The configured organisation, changed.
    pub organisation: Option<Organisation>,
}

/// Which day, which knowledge, which organisation, which policy: what a report answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The day the figures are for.
    pub as_at: NaiveDate,
    /// What had been recorded by then.
    pub known: Known,
    /// The instant of `known`, or the instant of asking.
    pub known_at: DateTime<Utc>,
    /// Whether nothing earlier than the instant of asking is meant: then what the files say and is not recorded yet
    /// counts too.
    pub asked_now: bool,
    /// Only the organisation with this code.
    pub organisation: Option<String>,
    /// The day whose policy judges.
    pub policy_of: NaiveDate,
}

impl Question {
    /// How things stand today, with all that is known.
    pub fn now(today: NaiveDate, now: DateTime<Utc>, organisation: Option<&str>) -> Self {
        Self {
            as_at: today,
            known: Known::Latest,
            known_at: now,
            asked_now: true,
            organisation: organisation.map(str::to_owned),
            policy_of: today,
        }
    }
}

impl App {
    /// Reads the settings, opens the database, checks the policy file and makes it the policy in force from today when
    /// it changed, and records the configured organisation when it is new or changed.
    pub fn open(
        file: &Path,
        overrides: &Overrides,
        clock: Clock,
        if_missing: IfMissing,
    ) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        Self::start(config, clock, if_missing)
    }

    /// [`Self::open`] for a database that is of this version or refused.
    pub fn open_as_it_is(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_as_it_is(&config.database)?;
        Self::over(config, db, clock).started()
    }

    /// [`Self::open_as_it_is`] with nothing taken up: for what hands out what is kept, and records no more than that.
    pub fn open_to_hand_out(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_as_it_is(&config.database)?;
        Ok(Self::over(config, db, clock))
    }

    /// [`Self::open`] with nothing checked or recorded, for looking without leaving a trace.
    pub fn open_to_look(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_to_read(&config.database)?;
        Ok(Self::over(config, db, clock))
    }

    /// [`Self::open`] for what only reports: it is judged by the files as they stand, and a changed policy or
    /// organisation is not recorded. Nothing is, and no permission to write is needed.
    pub fn open_to_report(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let mut app = Self::open_to_look(file, overrides, clock)?;
        app.published_holidays()?;
        let text = app.sound_policy_text()?;
        match app.policy_stands(&text)?.0 {
            Stands::IsNew => app.unrecorded.policy = Some((app.today(), text)),
            Stands::Overtaken => tracing::warn!("{}", app.overtaken()?.unwrap_or_default()),
            Stands::Holds | Stands::Past => {}
        }
        let configured = app.organisation_stands()?;
        if configured.stands == Stands::IsNew {
            app.unrecorded.organisation = Some(configured.organisation);
        }
        Ok(app)
    }

    /// For what is to be looked over where the database can't be opened: whatever asks it for anything fails.
    pub fn without_database(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::unopened(&config.database)?;
        Ok(Self::over(config, db, clock))
    }

    fn over(config: Config, db: Db, clock: Clock) -> Self {
        Self { config: Arc::new(config), db, clock, unrecorded: Unrecorded::default() }
    }

    /// [`Self::open`] with settings already read.
    pub fn start(config: Config, clock: Clock, if_missing: IfMissing) -> anyhow::Result<Self> {
        let db = Db::open(&config.database, if_missing)?;
        Self::over(config, db, clock).started()
    }

    fn started(self) -> anyhow::Result<Self> {
        // A broken list is told at the start, not by the run that fails on it.
        self.published_holidays()?;
        let by = Actor::of_process();
        self.take_up_policy(&by)?;
        self.take_up_organisation(&by)?;
        Ok(self)
    }

    /// Who receives the board summary of the organisation with this code.
    pub fn board_recipients<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        let boards = self.config.boards.iter().filter(move |board| board.organisation == code);
        boards.flat_map(|board| &board.recipients).map(EmailAddress::as_str)
    }

    /// What is wrong with `[[board]]`s of organisations that nobody knows.
    pub fn boards_of_nobody(&self) -> anyhow::Result<Vec<String>> {
        let organisations = self.organisations()?;
        let known: Vec<&str> = organisations.iter().map(|organisation| organisation.code.as_str()).collect();
        let unknown = self.config.boards.iter().map(|board| &board.organisation);
        let unknown = unknown.filter(|code| !known.contains(&code.as_str()));
        Ok(unknown
            .map(|code| format!("no organisation has the code {code}; known are {}", known.join(", ")))
            .collect())
    }

    /// The current instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The current civil date in the organisation's zone.
    pub fn today(&self) -> NaiveDate {
        self.clock.today(self.config.time_zone)
    }

    /// The instant at which `day` begins in the organisation's zone.
    pub fn day_start(&self, day: NaiveDate) -> DateTime<Utc> {
        let midnight = day.and_time(NaiveTime::MIN);
        // Where midnight falls into the hour that a zone skips, the day begins an hour later.
        let later = midnight + TimeDelta::hours(1);
        let zone = self.config.time_zone;
        let local =
            zone.from_local_datetime(&midnight).earliest().or(zone.from_local_datetime(&later).earliest());
        local.map_or(midnight.and_utc(), |local| local.with_timezone(&Utc))
    }

    /// The bank holidays of the file that the settings name, read anew: a newer copy counts from the next run on. None
    /// where they name no file.
    pub fn published_holidays(&self) -> anyhow::Result<Published> {
        let Some(file) = &self.config.schedule.bank_holidays else { return Ok(Published::default()) };
        let advice = || {
            format!(
                "the bank holidays {} can't be used: copy https://www.gov.uk/bank-holidays.json there anew, or take \
                 `bank_holidays` out of [schedule]",
                file.display()
            )
        };
        let text = files::read_text(file).with_context(advice)?;
        Published::parse(&text).with_context(advice)
    }

    /// The organisations known now, in order of code.
    pub fn organisations(&self) -> anyhow::Result<Vec<Organisation>> {
        let mut organisations =
            self.db.read(|conn| Ok::<_, anyhow::Error>(store::organisations(conn, Known::Latest)?))?;
        self.as_configured(&mut organisations);
        Ok(organisations)
    }

    /// Puts the configured organisation in its place, where it is not recorded.
    pub fn as_configured(&self, organisations: &mut Vec<Organisation>) {
        let Some(configured) = &self.unrecorded.organisation else { return };
        match organisations.iter_mut().find(|one| one.code == configured.code) {
            Some(known) => known.clone_from(configured),
            // Behind all others, whose people refer to them by their places. Nobody is in it yet.
            None => organisations.push(configured.clone()),
        }
    }

    /// The organisation as configured, where it is the configured one and that is not recorded.
    pub fn organisation_as_configured(&self, known: Organisation) -> Organisation {
        let configured = self.unrecorded.organisation.as_ref();
        configured.filter(|configured| configured.code == known.code).cloned().unwrap_or(known)
    }

    /// Refuses a question about an organisation that nobody knows.
    pub fn check_organisation(&self, question: &Question) -> anyhow::Result<()> {
        let Some(code) = &question.organisation else { return Ok(()) };
        let known = self.organisations()?;
        if !known.iter().any(|organisation| organisation.code == *code) {
            let codes: Vec<&str> = known.iter().map(|organisation| organisation.code.as_str()).collect();
            bail!("there is no organisation {code:?}; known are {}", codes.join(", "));
        }
        Ok(())
    }

    /// The policy that judges the question.
    pub fn policy(&self, question: &Question) -> anyhow::Result<Policy> {
        parsed(self.policy_text(question)?)
    }

    /// The text of the policy that judges the question; `None` where none was ever recorded.
    pub fn policy_text(&self, question: &Question) -> anyhow::Result<Option<String>> {
        if question.asked_now {
            return self.policy_text_of(question.policy_of);
        }
        self.policy_text_known(question.policy_of, question.known_at)
    }

    /// The policy in force on `day`, as known at an instant: it counts from the instant it was recorded.
    pub fn policy_known(&self, day: NaiveDate, known_at: DateTime<Utc>) -> anyhow::Result<Policy> {
        parsed(self.policy_text_known(day, known_at)?)
    }

    fn policy_text_known(&self, day: NaiveDate, known_at: DateTime<Utc>) -> anyhow::Result<Option<String>> {
        let recorded = self
            .db
            .read(|conn| Ok::<_, anyhow::Error>(policy::store::in_force(conn, day, Some(known_at))?))?;
        Ok(recorded.or_else(|| self.unrecorded.policy.as_ref().map(|(_, text)| text.clone())))
    }

    /// The policy in force on `day`: the first one for days before any was recorded (spec 6.1).
    pub fn policy_of(&self, day: NaiveDate) -> anyhow::Result<Policy> {
        parsed(self.policy_text_of(day)?)
    }

    /// The text of the policy in force on `day`; `None` where none was ever recorded.
    pub fn policy_text_of(&self, day: NaiveDate) -> anyhow::Result<Option<String>> {
        let recorded =
            self.db.read(|conn| Ok::<_, anyhow::Error>(policy::store::in_force(conn, day, None)?))?;
        Ok(match &self.unrecorded.policy {
            Some((from, text)) if *from <= day || recorded.is_none() => Some(text.clone()),
            _ => recorded,
        })
    }

    /// How staff are reached whose address no mail reaches, by the address in lower case.
    pub fn bouncing(&self, conn: &mut Conn, known: Known) -> anyhow::Result<HashMap<String, Address>> {
        let silenced = bounces::store::silenced(conn, known)?.into_iter().map(|(address, silence)| {
            let since = silence.since.with_timezone(&self.config.time_zone).date_naive();
            (address, Address::Bouncing { since, bounce: silence.bounce })
        });
        Ok(silenced.collect())
    }

    /// The register that the question is about, for judging.
    pub fn view(&self, question: &Question, detail: Detail) -> anyhow::Result<View> {
        let known = question.known;
        // What came back is known by instants, not by imports.
        let told_back = if known == Known::Latest { known } else { Known::At(question.known_at) };
        let bouncing = self.db.read(|conn| self.bouncing(conn, told_back))?;
        let asked = question.organisation.as_deref();
        let mut view = store::view(&self.db, known, asked, detail, &bouncing)?;
        let is_asked = |of: &&Organisation| asked.is_none_or(|code| code == of.code);
        if question.asked_now && self.unrecorded.organisation.as_ref().filter(is_asked).is_some() {
            self.as_configured(&mut view.organisations);
        }
        Ok(view)
    }
}

fn parsed(text: Option<String>) -> anyhow::Result<Policy> {
    let text = text.context("no policy was ever recorded in this database: run `refresher init`")?;
    Ok(policy::parse(&text, "the recorded policy")?.policy)
}
