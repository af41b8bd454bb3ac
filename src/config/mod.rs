//! The settings of an installation: one struct a concern, checked before anything starts (spec section 6).
//!
//! Comes in: `refresher.toml`, then `REFRESHER_*` environment variables over it, then flags over both. Goes out: a
//! [`Config`] that is sound, or every fault at once, each with its file and line (or its variable) and what to do. It
//! reads the file itself and the password file, and opens nothing else.

mod api;
mod engine;
mod environment;
mod mail;
mod metrics;
mod node;
mod oidc;
mod operating;
mod organisation;
mod running;
mod schedule;
mod senders;
mod web;

use std::fmt;
use std::path::{Path, PathBuf};

use chrono_tz::Tz;

pub use api::ApiSettings;
pub use engine::EngineSettings;
pub(crate) use mail::greeting_name;
pub use mail::{Dkim, MailSecurity, MailSender, MailSettings, MailTransport, Secret, SmtpServer};
pub use metrics::MetricsSettings;
pub use node::NodeSettings;
pub use oidc::{OidcProvision, OidcRole, OidcSettings};
pub use operating::{BackupSettings, OperatorSettings, PingStyle};
pub use organisation::{BoardRecipients, OrganisationSettings};
pub use running::{ImportSettings, Retention};
pub use schedule::Schedule;
pub use senders::{SenderOrganisation, SenderSettings};
pub use web::{AskedOfWhom, ManagersBy, Web, WebTls};

use crate::db::{DEFAULT_URL, DatabaseAt, url_beside};
use crate::files;
pub use crate::installation::nodes::NodeRole;
use crate::toml_file::{self, FileFault, Findings, TableSection};

/// The commented settings that `init` writes.
pub const DEFAULT_CONFIG: &str = include_str!("default.toml");

/// [`DEFAULT_CONFIG`] with the database that this build keeps where nothing else is said.
pub(crate) fn default_settings() -> String {
    let line = |line: &str| match line.starts_with("database = ") {
        true => format!("database = \"{DEFAULT_URL}\"\n"),
        false => format!("{line}\n"),
    };
    DEFAULT_CONFIG.lines().map(line).collect()
}

/// The settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file they stand in.
    pub file: PathBuf,
    /// Where the register is kept: `sqlite:PATH`. Default `sqlite:refresher.db`, beside the file.
    pub database: String,
    /// How its engine is used.
    pub engine: EngineSettings,
    /// The zone of every civil date and time of day. Default Europe/London.
    pub time_zone: Tz,
    /// The policy file. Default `policy.toml`, beside the file.
    pub policy: PathBuf,
    /// The folder that the daemon imports files from. Default: none.
    pub inbox: Option<PathBuf>,
    /// The folder or Maildir of returned mail, `folder` in `[bounces]`. Default: none.
    pub bounces: Option<PathBuf>,
    /// The employer this installation is for.
    pub organisation: OrganisationSettings,
    /// How mail leaves.
    pub smtp: MailSettings,
    /// Whose mail leaves otherwise, and how. Default: nobody's.
    pub senders: Vec<SenderSettings>,
    /// At what time of day jobs run.
    pub schedule: Schedule,
    /// Who gets which organisation's board summary. Default: nobody.
    pub boards: Vec<BoardRecipients>,
    /// Which installation this is, and which daemon of it.
    pub node: NodeSettings,
    /// Who watches over it.
    pub operator: OperatorSettings,
    /// Backups.
    pub backup: BackupSettings,
    /// The console.
    pub web: Web,
    /// The interface for programs.
    pub api: ApiSettings,
    /// What is told in numbers.
    pub metrics: MetricsSettings,
    /// How long leavers' data is kept.
    pub retention: Retention,
    /// Brakes and limits of imports.
    pub import: ImportSettings,
    /// What is sound but probably not meant.
    pub warnings: Vec<String>,
}

/// Settings given as flags, which win over file and environment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--database URL`; a relative path is relative to the working folder, as for any flag.
    pub database: Option<String>,
}

/// Why there are no settings. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no such file.
    #[error("there are no settings at {}: run `refresher init` first, or name the file with --config", .0.display())]
    Missing(PathBuf),
    /// The file can't be read.
    #[error("the settings {} can't be read: {}; correct the file or its permissions", .0.display(), .1)]
    Unreadable(PathBuf, std::io::Error),
    /// The file or the environment says something unsound: every fault, from the top down.
    #[error("{}", Faults(.0))]
    Faulty(Vec<FileFault>),
}

/// Faults, one a line.
struct Faults<'a>(&'a [FileFault]);

impl fmt::Display for Faults<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let faults: Vec<String> = self.0.iter().map(FileFault::to_string).collect();
        f.write_str(&faults.join("\n"))
    }
}

impl Config {
    /// Where these other settings say something else, in the words of the file: its sections, and what stands above them.
    pub(crate) fn differs_in(&self, other: &Self) -> Vec<&'static str> {
        // Taken apart, so that what is added is not forgotten here.
        let Self {
            file: _,
            database,
            engine,
            time_zone,
            policy,
            inbox,
            bounces,
            organisation,
            smtp,
            senders,
            schedule,
            boards,
            node,
            operator,
            backup,
            web,
            api,
            metrics,
            retention,
            import,
            warnings: _,
        } = self;
        let differs = [
            ("database", *database != other.database),
            ("[database]", *engine != other.engine),
            ("time_zone", *time_zone != other.time_zone),
            ("policy", *policy != other.policy),
            ("inbox", *inbox != other.inbox),
            ("[bounces]", *bounces != other.bounces),
            ("[organisation]", *organisation != other.organisation),
            ("[smtp]", *smtp != other.smtp),
            ("[[sender]]", *senders != other.senders),
            ("[schedule]", *schedule != other.schedule),
            ("[[board]]", *boards != other.boards),
            ("[node]", *node != other.node),
            ("[operator]", *operator != other.operator),
            ("[backup]", *backup != other.backup),
            ("[web]", *web != other.web),
            ("[api]", *api != other.api),
            ("[metrics]", *metrics != other.metrics),
            ("[retention]", *retention != other.retention),
            ("[import]", *import != other.import),
        ];
        differs.into_iter().filter_map(|(name, differs)| differs.then_some(name)).collect()
    }

    /// The database, and how it is used.
    pub(crate) fn database_at(&self) -> DatabaseAt<'_> {
        DatabaseAt { url: &self.database, statements: self.engine.statements }
    }

    /// Reads the settings at `path`, with the `REFRESHER_*` variables of `environment` over them and `overrides` over
    /// both.
    pub fn load(
        path: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let text = files::read_text(path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => ConfigError::Missing(path.to_owned()),
            _ => ConfigError::Unreadable(path.to_owned(), error),
        })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let config = Self::parse(&text, &path.display().to_string(), folder, environment, overrides)?;
        Ok(Self { file: path.to_owned(), ..config })
    }

    fn parse(
        text: &str,
        file: &str,
        folder: &Path,
        environment: impl IntoIterator<Item = (String, String)>,
        overrides: &Overrides,
    ) -> Result<Self, ConfigError> {
        let findings = Findings::new(file);
        let mut table = toml_file::read(text, &findings);
        if !findings.is_sound() {
            return Err(ConfigError::Faulty(findings.finish().err().unwrap_or_default()));
        }
        environment::lay_over(&mut table, environment);
        let root = TableSection::new(&table, &findings, "the top level");
        let config = Self::read(&root, folder, overrides);
        root.finish();
        match (config, findings.finish()) {
            (Some(config), Ok(warnings)) => Ok(Self { warnings, ..config }),
            (_, finished) => Err(ConfigError::Faulty(finished.err().unwrap_or_default())),
        }
    }

    /// What is wrong with an organisation that a sender names, in words that begin with where.
    pub(crate) fn fault_at(&self, named: &SenderOrganisation, message: String) -> String {
        let file = self.file.display().to_string();
        FileFault { file, place: named.place.clone(), message }.to_string()
    }

    /// `None` only where a fault was noted.
    fn read(root: &TableSection<'_>, folder: &Path, overrides: &Overrides) -> Option<Self> {
        let zone = "the name of a time zone, such as Europe/London";
        let time_zone = root.parsed("time_zone", zone, |text| text.parse().ok()); // What is none is told.
        let time_zone = time_zone.unwrap_or(Tz::Europe__London);
        let database = root.text("database").unwrap_or_else(|| DEFAULT_URL.to_owned());
        let policy = root.text("policy").unwrap_or_else(|| "policy.toml".to_owned());
        let inbox = root.text("inbox");
        let engine = engine::read(root);
        let node = node::read(root);
        let organisation = organisation::read(root);
        let boards = organisation::read_boards(root, &organisation.code);
        let contact = organisation.safeguarding_email.as_ref();
        let section = root.table("smtp", "[smtp]");
        let senders = senders::read(root, section.as_ref(), folder, contact);
        let smtp = mail::read(root, section, folder, contact);
        let operator = operating::read_operator(root, folder, organisation.safeguarding_email.as_ref());
        let backup = operating::read_backup(root, folder);
        let schedule = schedule::read(root, folder);
        let (web, retention) = (web::read_web(root, folder), running::read_retention(root));
        let api = api::read(root, folder, &web.trusted_proxies);
        let metrics = metrics::read(root);
        let mut import = running::read_import(root);
        import.map = import.map.map(|map| folder.join(map));
        let bounces = running::read_bounces(root);
        Some(Self {
            file: PathBuf::new(),
            database: overrides.database.clone().unwrap_or_else(|| url_beside(folder, &database)),
            engine,
            time_zone,
            policy: folder.join(policy),
            inbox: inbox.map(|inbox| folder.join(inbox)),
            bounces: bounces.map(|bounces| folder.join(bounces)),
            organisation,
            smtp: smtp?,
            senders: senders?,
            schedule: schedule?,
            boards,
            node,
            operator,
            backup,
            web,
            api,
            metrics,
            retention,
            import,
            warnings: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests;
