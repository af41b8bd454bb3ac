//! Looks over the whole installation: what is in order, what is not, and what to do about each.

use std::path::Path;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::Serialize;

use super::adopt::standing;
use super::backup::nightly_ones;
use super::purge::overdue;
use crate::app::App;
use crate::audit::{self, Chain};
use crate::config::MailTransport;
use crate::db::Thoroughness;
use crate::delivery::{SendError, Transport};
use crate::installation::Standing;
use crate::outbox::{State, store as outbox_store};
use crate::policy;
use crate::register::store::{self, Known};
use crate::schedule::{JobOverview, Outcome};
use crate::wording::counted;

/// How a thing stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// In order.
    Good,
    /// To be looked at.
    Warning,
    /// Broken: something that should happen does not.
    Fault,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// What it is: `policy`, `mail server`, ...
    pub what: &'static str,
    /// How it stands.
    pub verdict: Verdict,
    /// In words.
    pub says: String,
    /// What to do; empty where it is in order.
    pub to_do: String,
}

impl Checked {
    fn good(what: &'static str, says: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Good, says: says.into(), to_do: String::new() }
    }

    fn warning(what: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Warning, says: says.into(), to_do: to_do.into() }
    }

    fn fault(what: &'static str, says: impl Into<String>, to_do: impl Into<String>) -> Self {
        Self { what, verdict: Verdict::Fault, says: says.into(), to_do: to_do.into() }
    }
}

/// Looks at everything. It sends nothing and changes nothing but for empty folders that it makes to see whether it can.
/// `overviews` are the jobs as they stand.
pub async fn check(app: &App, overviews: &[JobOverview], now: DateTime<Utc>) -> anyhow::Result<Vec<Checked>> {
    let today = app.today();
    let mut checked = vec![configuration(app), policy(app)?];
    checked.extend(boards(app)?);
    let database = database(app);
    if database.verdict == Verdict::Fault {
        return without_database(app, database, now).await;
    }
    checked.extend([database, audit_log(app)?]);
    checked.push(clock(app, now)?);
    checked.extend([installation(app)?, mail(app).await]);
    checked.extend(bank_holidays(app, today));
    checked.extend(inbox(app));
    checked.push(backups(app, now));
    checked.extend(overviews.iter().map(job));
    checked.extend(staff_lists(app, today)?);
    checked.extend([outbox(app)?, retention(app, today)?]);
    Ok(checked)
}

/// Looks at what can be looked at without the database, which is not in order as `database` says.
pub async fn without_database(
    app: &App,
    database: Checked,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<Checked>> {
    let mut checked = vec![configuration(app), policy(app)?, database, mail(app).await];
    checked.extend(bank_holidays(app, app.today()));
    checked.extend(inbox(app));
    checked.push(backups(app, now));
    Ok(checked)
}

/// The fault of a database that can't be used, in words that say what to do.
pub fn unusable_database(why: String) -> Checked {
    Checked::fault("database", why, "put that right; until then nothing is read, planned or sent")
}

/// Boards whose organisation nobody knows.
fn boards(app: &App) -> anyhow::Result<Vec<Checked>> {
    let to_do = "correct `organisation` in [[board]], or add it: `refresher import organisations FILE`";
    Ok(app.boards_of_nobody()?.into_iter().map(|says| Checked::fault("board", says, to_do)).collect())
}

fn inbox(app: &App) -> Option<Checked> {
    let to_do = "correct `inbox` in the settings, or the folder's permissions";
    app.config.inbox.as_ref().map(|inbox| folder("inbox", inbox, to_do))
}

fn configuration(app: &App) -> Checked {
    let config = &app.config;
    let mut missing = config.warnings.clone();
    let is_given = config.organisation.safeguarding_email.is_some();
    // Where the database can't be asked, the settings alone tell.
    if !is_given && app.safeguarding_contact().ok().flatten().is_none() {
        missing.push("there is no safeguarding_email in [organisation]: replies go nowhere".to_owned());
    }
    if config.boards.is_empty() {
        missing.push("there is no [[board]]: nobody gets the monthly summary".to_owned());
    }
    if missing.is_empty() {
        return Checked::good("settings", "the settings are sound and complete");
    }
    Checked::warning("settings", missing.join("; "), "complete the settings")
}

fn policy(app: &App) -> anyhow::Result<Checked> {
    let file = &app.config.policy;
    // It was read and found sound when this process started.
    let text = std::fs::read_to_string(file)?;
    let parsed = policy::parse(&text, &file.to_string_lossy())?;
    let says = format!(
        "{} and {}, {}",
        counted(parsed.policy.courses.len(), "course", "courses"),
        counted(parsed.policy.requirements.len(), "requirement", "requirements"),
        if app.unrecorded.policy.is_some() { "in force from the next run on" } else { "in force" },
    );
    if parsed.warnings.is_empty() {
        return Ok(Checked::good("policy", says));
    }
    let warnings: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
    Ok(Checked::warning("policy", warnings.join("; "), "look at those lines of the policy"))
}

/// The list of bank holidays, where the settings name one.
fn bank_holidays(app: &App, today: NaiveDate) -> Option<Checked> {
    const WHAT: &str = "bank holidays";
    match app.published_holidays() {
        // The message says what to do.
        Err(error) => Some(Checked::fault(WHAT, format!("{error:#}"), "")),
        Ok(published) => {
            let year = published.last_year()?;
            Some(if year < today.year() {
                let says = format!("the list ends with {year}: later ones follow from their rules alone");
                Checked::warning(WHAT, says, "copy https://www.gov.uk/bank-holidays.json anew")
            } else {
                Checked::good(WHAT, format!("as published until {year}, from then on by their rules"))
            })
        }
    }
}

fn database(app: &App) -> Checked {
    let path = app.db.path().display();
    match app.db.integrity(Thoroughness::Quick) {
        Ok(None) => Checked::good("database", format!("{path} is whole")),
        Ok(Some(finding)) => Checked::fault(
            "database",
            format!("{path} is damaged: {finding}"),
            "stop the daemon, keep the damaged file, and put the newest backup in its place",
        ),
        Err(error) => Checked::fault(
            "database",
            format!("{path} can't be read: {error}"),
            "check the disk and the file's permissions",
        ),
    }
}

fn audit_log(app: &App) -> anyhow::Result<Checked> {
    let what = "audit log";
    let chain = app.db.read(|conn| Ok::<_, anyhow::Error>(audit::verify(conn)?))?;
    Ok(match chain {
        Chain::Sound { entries, .. } => {
            Checked::good(what, format!("{entries} entries, as they were written"))
        }
        Chain::Broken { entry, why } => Checked::fault(
            what,
            format!("it was tampered with at entry {entry}: {why}"),
            "compare the database with a backup, and find out who can write to its file",
        ),
    })
}

/// The register remembers the newest instant it was told of: a clock before it is wrong, or was wrong then.
fn clock(app: &App, now: DateTime<Utc>) -> anyhow::Result<Checked> {
    let zone = app.config.time_zone;
    let local = now.with_timezone(&zone).format("%A %-d %B %Y %H:%M");
    let newest = app.db.read(|conn| Ok::<_, anyhow::Error>(store::newest_recorded_at(conn)?))?;
    Ok(match newest {
        Some(newest) if newest > now + chrono::TimeDelta::minutes(1) => Checked::fault(
            "clock",
            format!("it is {local} in {zone}, yet something was recorded at {}", newest.format("%FT%TZ")),
            "set the machine's clock; until then nothing is planned for days it has already passed",
        ),
        _ => Checked::good("clock", format!("it is {local} in {zone}")),
    })
}

fn installation(app: &App) -> anyhow::Result<Checked> {
    let standing = standing(app)?;
    Ok(match standing {
        Standing::Ours | Standing::Free => Checked::good("installation", standing.to_string()),
        Standing::Elsewhere { .. } | Standing::Backup { .. } => Checked::fault(
            "installation",
            format!("{standing}: nobody is mailed from it"),
            "if the register is to live here from now on, run `refresher daemon --adopt`",
        ),
    })
}

async fn mail(app: &App) -> Checked {
    let what = "mail";
    let transport = match Transport::new(app.transport_settings()) {
        Ok(transport) => transport,
        Err(error) => return Checked::fault(what, error.to_string(), "correct [smtp] in the settings"),
    };
    if let Err(error) = app.signer() {
        return Checked::fault(what, error.to_string(), "correct dkim_key_file in [smtp]");
    }
    match (transport.check().await, &app.config.smtp.transport) {
        (Ok(()), MailTransport::Smtp(server)) => Checked::good(
            what,
            format!("{} port {} answers, and lets us in; nothing was sent", server.host, server.port),
        ),
        (Ok(()), MailTransport::File(folder)) => Checked::warning(
            what,
            format!("mail is written to files in {} and reaches nobody", folder.display()),
            "when you have looked at it, set transport = \"smtp\" in [smtp]",
        ),
        (Err(SendError::Stop(reason)), _) => Checked::fault(
            what,
            reason.to_string(),
            "put that right; until then nothing is sent, and nothing lost",
        ),
        (Err(SendError::Deferred(why) | SendError::Failed(why)), _) => Checked::fault(
            what,
            why,
            "correct host and port in [smtp], or see to the mail server; until then nothing is sent. A mail that could not \
             be sent for 5 days is given up: `refresher outbox retry --failed` takes it up again",
        ),
    }
}

/// Whether files can be made and removed in the folder.
fn folder(what: &'static str, folder: &Path, to_do: &str) -> Checked {
    let writable = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(PROBE), ""))
        .and_then(|()| std::fs::remove_file(folder.join(PROBE)));
    match writable {
        Ok(()) => Checked::good(what, format!("{} can be written", folder.display())),
        Err(error) => Checked::fault(what, format!("{} can't be written: {error}", folder.display()), to_do),
    }
}

const PROBE: &str = ".refresher-check";

/// A nightly backup is missed after two days.
fn backups(app: &App, now: DateTime<Utc>) -> Checked {
    let what = "backups";
    let path = &app.config.backup.folder;
    let writable = folder(what, path, "correct `folder` in [backup], or the folder's permissions");
    if writable.verdict != Verdict::Good {
        return writable;
    }
    let run = "let the daemon run at night, or run `refresher backup FILE`";
    match nightly_ones(path) {
        Err(error) => Checked::fault(what, format!("{error:#}"), "check the folder's permissions"),
        Ok(ones) => match ones.first() {
            None => Checked::warning(what, format!("{} holds none yet", path.display()), run),
            Some((at, _)) if (now - at.and_utc()).num_hours() >= 48 => {
                Checked::fault(what, format!("the newest is of {}", at.format("%-d %B %Y")), run)
            }
            Some((at, _)) => Checked::good(
                what,
                format!("{} nightly ones, the newest of {}", ones.len(), at.format("%-d %B %Y")),
            ),
        },
    }
}

fn job(job: &JobOverview) -> Checked {
    let what = "job";
    let name = &job.job;
    let started = job.last_started_at.map(|at| at.format("%FT%TZ").to_string());
    match (job.last_outcome, started) {
        _ if job.late_seconds > 600 => Checked::fault(
            what,
            format!("{name} is {} minutes late", job.late_seconds / 60),
            "start the daemon: `refresher daemon`, or the service that runs it",
        ),
        (Some(Outcome::Failed), Some(at)) => Checked::fault(
            what,
            format!("{name} failed at {at}: {}", job.last_detail),
            "put that right; it is tried again by itself",
        ),
        (Some(Outcome::Skipped), _) => Checked::good(what, format!("{name} waits for its first run")),
        (None, _) | (_, None) => Checked::warning(
            what,
            format!("{name} has never run"),
            "start the daemon: `refresher daemon`, or the service that runs it",
        ),
        (_, Some(at)) => Checked::good(what, format!("{name} last ran at {at}: {}", job.last_detail)),
    }
}

fn staff_lists(app: &App, today: NaiveDate) -> anyhow::Result<Vec<Checked>> {
    let limit = i64::from(app.config.operator.stale_after_days);
    let last_lists =
        app.db.read(|conn| Ok::<_, anyhow::Error>(store::last_staff_imports(conn, Known::Latest)?))?;
    let to_do = "import a new staff list: `refresher import staff FILE`";
    let checked = app.organisations(Known::Latest)?.into_iter().map(|organisation| {
        let code = organisation.code;
        let Some(at) = last_lists.get(&code) else {
            return Checked::warning("staff list", format!("{code} has none yet"), to_do);
        };
        let days = (today - at.with_timezone(&app.config.time_zone).date_naive()).num_days();
        let says = format!("the newest of {code} is {days} days old");
        if days >= limit {
            Checked::fault("staff list", says, to_do)
        } else {
            Checked::good("staff list", says)
        }
    });
    Ok(checked.collect())
}

fn outbox(app: &App) -> anyhow::Result<Checked> {
    let counts = app.db.read(|conn| Ok::<_, anyhow::Error>(outbox_store::counts(conn)?))?;
    let of = |state: State| counts.iter().find(|(other, _)| *other == state).map_or(0, |(_, count)| *count);
    let (held, failed) = (of(State::Held), of(State::Failed));
    let waiting = of(State::Queued) + of(State::Deferred) + of(State::Sending);
    let says = format!("{waiting} messages wait, {held} are held, {failed} were given up");
    Ok(if held + failed == 0 {
        Checked::good("outbox", says)
    } else {
        Checked::warning(
            "outbox",
            says,
            "look at them: `refresher outbox --state held`, `refresher outbox --state failed`",
        )
    })
}

fn retention(app: &App, today: NaiveDate) -> anyhow::Result<Checked> {
    let what = "retention";
    let years = app.config.retention.years;
    let (people, sweep_due_since) = overdue(app, today)?;
    let to_do = "the job `purge` does that every night: start the daemon, or look at `refresher jobs`";
    Ok(match (people, sweep_due_since) {
        (0, None) => {
            Checked::good(what, format!("nobody's data is kept longer than {years} years after they left"))
        }
        (0, Some(since)) => {
            let since = since.with_timezone(&app.config.time_zone).format("%Y-%m-%d %H:%M");
            Checked::warning(
                what,
                format!("what was purged at {since} still stands in free parts of the file"),
                to_do,
            )
        }
        (people, _) => {
            let whose = if people == 1 { "1 person".to_owned() } else { format!("{people} people") };
            Checked::warning(
                what,
                format!("the data of {whose} is kept longer than {years} years after they left"),
                to_do,
            )
        }
    })
}
