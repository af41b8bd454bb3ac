//! The composition root: the one place the real configuration, database, clock and transport are put together.

use std::path::Path;

use anyhow::{Context, bail};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};

use serde_json::json;

use crate::audit::{self, Act, Action, Actor};
use crate::bounces;
use crate::clock::Clock;
use crate::config::{self, Config, MailTransport, Overrides};
use crate::db::{Db, IfMissing};
use crate::delivery::{
    self, Credentials, DkimError, DkimSettings, Rate, Sender, Signer, SmtpSettings, TransportSettings,
};
use crate::policy::store::Recorded;
use crate::policy::{self, Policy};
use crate::register::store::{self, Detail, Known};
use crate::register::{ConfiguredOrganisation, EmailAddress, Organisation, View};
use crate::schedule::Published;

/// Everything a command or a job works with.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// The database, its tables up to date.
    pub db: Db,
    /// Where the time comes from.
    pub clock: Clock,
    /// On whose behalf things are done: whoever runs the program, unless set otherwise.
    pub actor: Actor,
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

/// The policy file, read and checked, not taken up.
#[derive(Debug)]
pub struct PolicyFile {
    /// Its text.
    pub text: String,
    /// What it says.
    pub parsed: policy::Parsed,
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

    /// [`Self::open`] with nothing checked or recorded, for looking without leaving a trace.
    pub fn open_to_look(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let config = Config::load(file, std::env::vars(), overrides)?;
        let db = Db::open(&config.database, IfMissing::Fail)?;
        Ok(Self::over(config, db, clock))
    }

    /// [`Self::open`] for what only reports: it is judged by the files as they stand, and a changed policy or
    /// organisation is not recorded. The organisation of an empty register is, because nothing can be read without it.
    pub fn open_to_report(file: &Path, overrides: &Overrides, clock: Clock) -> anyhow::Result<Self> {
        let mut app = Self::open_to_look(file, overrides, clock)?;
        app.published_holidays()?;
        let text = app.sound_policy_text()?;
        if app.is_to_be_taken_up(&text)? {
            app.unrecorded.policy = Some((app.today(), text));
        }
        if let Some(organisation) = app.unrecorded_organisation()? {
            let known = app.organisations(Known::Latest)?;
            if known.iter().any(|known| known.code == organisation.code) {
                app.unrecorded.organisation = Some(organisation);
            } else {
                app.take_up_organisation()?;
            }
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
        Self { config, db, clock, actor: Actor::of_process(), unrecorded: Unrecorded::default() }
    }

    /// [`Self::open`] with settings already read.
    pub fn start(config: Config, clock: Clock, if_missing: IfMissing) -> anyhow::Result<Self> {
        let db = Db::open(&config.database, if_missing)?;
        let app = Self::over(config, db, clock);
        // A broken list is told at the start, not by the run that fails on it.
        app.published_holidays()?;
        app.take_up_policy()?;
        app.take_up_organisation()?;
        Ok(app)
    }

    /// Where mail goes, as configured.
    pub fn transport_settings(&self) -> TransportSettings {
        let server = match &self.config.smtp.transport {
            MailTransport::File(folder) => return TransportSettings::File { folder: folder.clone() },
            MailTransport::Smtp(server) => server,
        };
        let security = match server.security {
            config::Security::Tls => delivery::Security::Tls,
            config::Security::StartTls => delivery::Security::StartTls,
            config::Security::None => delivery::Security::None,
        };
        let mut settings = SmtpSettings::new(server.host.clone(), server.port, security);
        settings.credentials = server.sign_in.as_ref().map(|(username, password)| Credentials {
            username: username.clone(),
            password: password.reveal().to_owned(),
        });
        settings.ca_file.clone_from(&server.ca_file);
        TransportSettings::Smtp(settings)
    }

    /// Who mail is from.
    pub fn sender(&self) -> Sender {
        let from = &self.config.smtp.from;
        let name = from.name.clone().unwrap_or_else(|| self.config.organisation.name.clone());
        let reply_to = self.config.organisation.safeguarding_email.as_ref();
        Sender {
            address: from.address.to_string(),
            name,
            reply_to: reply_to.map_or(String::new(), ToString::to_string),
        }
    }

    /// What signs mail, where a key is configured.
    pub fn signer(&self) -> Result<Option<Signer>, DkimError> {
        let settings = self.config.smtp.dkim.as_ref().map(|dkim| DkimSettings {
            domain: dkim.domain.clone(),
            selector: dkim.selector.clone(),
            key: dkim.key.reveal().to_owned(),
        });
        settings.map(Signer::new).transpose()
    }

    /// How fast mail may go.
    pub fn rate(&self) -> Rate {
        Rate { per_minute: self.config.smtp.per_minute, per_day: self.config.smtp.per_day }
    }

    /// Who receives the board summary of the organisation with this code.
    pub fn board_recipients<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        let boards = self.config.boards.iter().filter(move |board| board.organisation == code);
        boards.flat_map(|board| &board.recipients).map(EmailAddress::as_str)
    }

    /// What is wrong with `[[board]]`s of organisations that nobody knows.
    pub fn boards_of_nobody(&self) -> anyhow::Result<Vec<String>> {
        let organisations = self.organisations(Known::Latest)?;
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
        let text = std::fs::read_to_string(file).with_context(advice)?;
        Published::parse(&text).with_context(advice)
    }

    /// The policy file as it stands, checked.
    pub fn policy_of_file(&self) -> anyhow::Result<PolicyFile> {
        let file = &self.config.policy;
        let text = std::fs::read_to_string(file).with_context(|| {
            format!(
                "the policy {} can't be read: correct `policy` in the configuration, or run `refresher init`",
                file.display()
            )
        })?;
        let parsed = policy::parse(&text, &file.to_string_lossy())?;
        Ok(PolicyFile { text, parsed })
    }

    /// Makes the policy file's content the policy in force from today, if it is not already the newest one.
    pub fn take_up_policy(&self) -> anyhow::Result<()> {
        let text = self.sound_policy_text()?;
        if self.is_to_be_taken_up(&text)? {
            let (today, now) = (self.today(), self.now());
            self.db.write(|conn| {
                if policy::store::record_if_changed(conn, &text, today, now)? == Recorded::InForce {
                    let hash = policy::store::content_hash(&text);
                    let details = json!({ "in_force_from": today, "content_hash": hash });
                    audit::record(conn, &self.act(Action::Policy, "policy", details), now)?;
                }
                Ok::<_, anyhow::Error>(())
            })?;
        }
        Ok(())
    }

    /// The text of the policy file, refused before anything is judged by it, its warnings said.
    fn sound_policy_text(&self) -> anyhow::Result<String> {
        let PolicyFile { text, parsed } = self.policy_of_file()?;
        for warning in &parsed.warnings {
            tracing::warn!("{warning}");
        }
        Ok(text)
    }

    /// Whether the policy file says something else than the policy in force today. On a day set with `--today` before
    /// the newest recorded policy began, the policy of that day stays: what is past is not judged anew.
    fn is_to_be_taken_up(&self, text: &str) -> anyhow::Result<bool> {
        let today = self.today();
        let (in_force, newest) = self.db.read(|conn| {
            Ok::<_, anyhow::Error>((
                policy::store::in_force(conn, today)?,
                policy::store::newest_beginning(conn)?,
            ))
        })?;
        let is_past = matches!(self.clock, Clock::OnDate(_)) && newest.is_some_and(|newest| today < newest);
        Ok(!is_past && in_force.as_deref() != Some(text))
    }

    /// What the settings say of the organisation that they name.
    fn configured_organisation(&self) -> ConfiguredOrganisation {
        let configured = &self.config.organisation;
        ConfiguredOrganisation {
            code: configured.code.clone(),
            name: configured.name_is_given.then(|| configured.name.clone()),
            kind: configured.kind,
            safeguarding_email: configured.safeguarding_email.as_ref().map(ToString::to_string),
        }
    }

    /// The organisation that the settings name as it is to be known, where that is not recorded.
    fn unrecorded_organisation(&self) -> anyhow::Result<Option<Organisation>> {
        let configured = self.configured_organisation();
        self.db.read(|conn| Ok::<_, anyhow::Error>(store::unrecorded_organisation(conn, &configured)?))
    }

    /// The address of the safeguarding contact of the organisation that the settings name, from there or from an import.
    pub fn safeguarding_contact(&self) -> anyhow::Result<Option<EmailAddress>> {
        let organisations = self.organisations(Known::Latest)?;
        let own = organisations.iter().find(|known| known.code == self.config.organisation.code);
        Ok(own.and_then(|own| EmailAddress::parse(&own.safeguarding_email)))
    }

    fn take_up_organisation(&self) -> anyhow::Result<()> {
        if self.unrecorded_organisation()?.is_some() {
            let (configured, now) = (self.configured_organisation(), self.now());
            self.db.write(|conn| {
                if let Some(import) = store::ensure_organisation(conn, &configured, now)? {
                    let details = json!({ "organisation": configured.code });
                    audit::record(
                        conn,
                        &self.act(Action::Configure, format!("import {import}"), details),
                        now,
                    )?;
                }
                Ok::<_, anyhow::Error>(())
            })?;
        }
        Ok(())
    }

    /// Something done on the actor's behalf, for the audit log.
    pub fn act(&self, action: Action, object: impl Into<String>, details: serde_json::Value) -> Act<'_> {
        Act { actor: &self.actor, action, object: object.into(), details }
    }

    /// The organisations known, in order of code.
    pub fn organisations(&self, known: Known) -> anyhow::Result<Vec<Organisation>> {
        let mut organisations =
            self.db.read(|conn| Ok::<_, anyhow::Error>(store::organisations(conn, known)?))?;
        self.as_configured(&mut organisations, known);
        Ok(organisations)
    }

    /// Puts the changed organisation in its place, where it is not recorded and the newest is asked for.
    pub fn as_configured(&self, organisations: &mut [Organisation], known: Known) {
        let Some(changed) = self.unrecorded.organisation.as_ref().filter(|_| known == Known::Latest) else {
            return;
        };
        for organisation in organisations.iter_mut().filter(|one| one.code == changed.code) {
            organisation.clone_from(changed);
        }
    }

    /// Refuses a question about an organisation that nobody knows.
    pub fn check_organisation(&self, question: &Question) -> anyhow::Result<()> {
        let Some(code) = &question.organisation else { return Ok(()) };
        let known = self.organisations(Known::Latest)?;
        if !known.iter().any(|organisation| organisation.code == *code) {
            let codes: Vec<&str> = known.iter().map(|organisation| organisation.code.as_str()).collect();
            bail!("there is no organisation {code:?}; known are {}", codes.join(", "));
        }
        Ok(())
    }

    /// The policy that judges the question.
    pub fn policy(&self, question: &Question) -> anyhow::Result<Policy> {
        self.policy_of(question.policy_of)
    }

    /// The policy in force on `day`: the first one for days before any was recorded (spec 6.1).
    pub fn policy_of(&self, day: NaiveDate) -> anyhow::Result<Policy> {
        let text = self.policy_text_of(day)?;
        let text = text.context("no policy was ever recorded in this database: run `refresher init`")?;
        Ok(policy::parse(&text, "the recorded policy")?.policy)
    }

    /// The text of the policy in force on `day`; `None` where none was ever recorded.
    pub fn policy_text_of(&self, day: NaiveDate) -> anyhow::Result<Option<String>> {
        let recorded = self.db.read(|conn| Ok::<_, anyhow::Error>(policy::store::in_force(conn, day)?))?;
        Ok(match &self.unrecorded.policy {
            Some((from, text)) if *from <= day || recorded.is_none() => Some(text.clone()),
            _ => recorded,
        })
    }

    /// The register that the question is about, for judging.
    pub fn view(&self, question: &Question, detail: Detail) -> anyhow::Result<View> {
        let known = question.known;
        let bouncing = self.db.read(|conn| Ok::<_, anyhow::Error>(bounces::store::bouncing(conn, known)?))?;
        let mut view = store::view(&self.db, known, question.organisation.as_deref(), detail, &bouncing)?;
        self.as_configured(&mut view.organisations, known);
        Ok(view)
    }
}
