//! The composition root: the one place the real configuration, database, clock and transport are put together.

mod own_organisation;
mod taking_up;

pub(crate) use own_organisation::OwnCode;
pub(crate) use taking_up::PolicyFileStanding;

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use crate::audit::Actor;
use crate::clock::Clock;
use crate::config::{Config, Overrides};
use crate::db::{Db, IfMissing};
use crate::files;
use crate::installation::configuration::ConfigurationStanding;
use crate::policy;
use crate::pulse::Pulse;
use crate::register::{EmailAddress, Organisation};
use crate::schedule::PublishedDays;

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
    pub unrecorded: UnrecordedSettings,
    /// Whether the loops of the daemon turn.
    pub pulse: Arc<Pulse>,
}

/// What opening the program would have recorded, had it not been opened only to report.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnrecordedSettings {
    /// The text of the policy file, and the day from which it would be in force.
    pub policy: Option<(NaiveDate, String)>,
    /// The configured organisation, changed.
    pub organisation: Option<Organisation>,
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
    pub(crate) fn open_as_it_is(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_as_it_is(config.database_at())?;
        Self::over(config, db, clock).started()
    }

    /// [`Self::open_as_it_is`] with nothing taken up: for what hands out what is kept, and records no more than that.
    pub(crate) fn open_to_hand_out(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_as_it_is(config.database_at())?;
        Ok(Self::over(config, db, clock))
    }

    /// [`Self::open`] with nothing checked or recorded, for looking without leaving a trace.
    pub fn open_to_look(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open_to_read(config.database_at())?;
        Ok(Self::over(config, db, clock))
    }

    /// [`Self::open`] for what only reports: it is judged by the files as they stand, and a changed policy or
    /// organisation is not recorded. Nothing is, and no permission to write is needed.
    pub(crate) fn open_to_report(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        Self::open_to_look(file, overrides, clock)?.judged_by_the_files()
    }

    /// [`Self::open_to_report`] for figures in which people are named: that this was done is recorded, and no more.
    pub(crate) fn open_to_name(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        Self::open_to_hand_out(file, overrides, clock)?.judged_by_the_files()
    }

    fn judged_by_the_files(mut self) -> anyhow::Result<Self> {
        self.published_holidays()?;
        let text = self.sound_policy_text()?;
        match self.policy_stands(&text)?.0 {
            ConfigurationStanding::IsNew => {
                if self.db.read(policy::store::newest_version)? > 0 {
                    tracing::warn!(
                        "{} has changed and is not in force yet: what is said of today is by it as it stands, and \
                         `--known-at` knows nothing of it; the next import, `remind` or run of the daemon puts it in force",
                        self.config.policy.display()
                    );
                }
                self.unrecorded.policy = Some((self.today(), text));
            }
            ConfigurationStanding::Overtaken => tracing::warn!("{}", self.overtaken()?.unwrap_or_default()),
            ConfigurationStanding::Holds | ConfigurationStanding::Past | ConfigurationStanding::StoodOver => {
            }
        }
        if self.tell_own_code_fault()? {
            return Ok(self);
        }
        let configured = self.organisation_stands()?;
        if configured.stands == ConfigurationStanding::IsNew {
            self.unrecorded.organisation = Some(configured.organisation);
        }
        Ok(self)
    }

    /// For what is to be looked over where the database can't be opened: whatever asks it for anything fails.
    pub(crate) fn without_database(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::unopened(config.database_at())?;
        Ok(Self::over(config, db, clock))
    }

    fn over(config: Config, db: Db, clock: Clock) -> Self {
        let (unrecorded, pulse) = (UnrecordedSettings::default(), Arc::default());
        Self { config: Arc::new(config), db, clock, unrecorded, pulse }
    }

    /// [`Self::open`] with settings already read.
    pub fn start(config: Config, clock: Clock, if_missing: IfMissing) -> anyhow::Result<Self> {
        let db = Db::open_with(config.database_at(), if_missing, config.engine.if_older)?;
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
    pub(crate) fn board_recipients<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        let boards = self.config.boards.iter().filter(move |board| board.organisation == code);
        boards.flat_map(|board| &board.recipients).map(EmailAddress::as_str)
    }

    /// What tells this daemon from the others of the installation.
    pub(crate) fn node_name(&self) -> String {
        let host = || whoami::hostname().ok().filter(|host| !host.trim().is_empty());
        self.config.node.name.clone().or_else(host).unwrap_or_else(|| "node".to_owned())
    }

    /// The current instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The current civil date in the organisation's zone.
    pub fn today(&self) -> NaiveDate {
        self.clock.today(self.config.time_zone)
    }

    /// `today` as it counts for what is recorded for good, such as a policy or a month's figures: whatever `--today` says, that
    /// neither begins nor ends before its time.
    pub(crate) fn today_for_good(&self, today: NaiveDate) -> NaiveDate {
        self.clock.today_for_good(today, self.config.time_zone)
    }

    /// The instant at which `day` begins in the organisation's zone.
    pub(crate) fn day_start(&self, day: NaiveDate) -> DateTime<Utc> {
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
    pub(crate) fn published_holidays(&self) -> anyhow::Result<PublishedDays> {
        let Some(file) = &self.config.schedule.bank_holidays else { return Ok(PublishedDays::default()) };
        let advice = || {
            format!(
                "the bank holidays {} can't be used: copy https://www.gov.uk/bank-holidays.json there anew, or take \
                 `bank_holidays` out of [schedule]",
                file.display()
            )
        };
        let text = files::read_text(file).with_context(advice)?;
        PublishedDays::parse(&text).with_context(advice)
    }
}
