//! Looks over the whole installation: what is in order, what is not, and what to do about each.

mod api;
mod checked;
mod console;
mod disk;
mod folders;
mod mail;
mod nodes;
mod people;
mod retention;
mod returned;
#[cfg(feature = "sso")]
mod sso;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

pub(crate) use checked::{CheckVerdict, CheckedThing};
use folders::{backups, inbox, map};

use super::installation::installation_standing;
use crate::answers;
use crate::app::{App, PolicyFileStanding};
use crate::audit;
use crate::board::asking_nobody;
use crate::db::{DbError, Gravity, Thoroughness, agrees};
use crate::files;
use crate::installation::InstallationStanding;
use crate::policy;
use crate::schedule::{JobOverview, RunOutcome};
use crate::wording::counted;

/// Looks at everything. It sends nothing and changes nothing.
/// `overviews` are the jobs as they stand; the database is looked through as `how` says.
pub(crate) async fn check(
    app: &App,
    overviews: &[JobOverview],
    how: Thoroughness,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<CheckedThing>> {
    let today = app.today();
    let file_stands = app.policy_file_standing()?;
    let mut checked = vec![configuration(app), policy(app, &file_stands)?];
    checked.extend(policy_of_console(app, &file_stands)?);
    checked.extend(own_organisation(app)?);
    checked.extend(boards(app)?);
    checked.extend(other_policy(app)?);
    let database = database(app, how);
    if database.verdict == CheckVerdict::Fault {
        return without_database(app, database, now).await;
    }
    checked.push(database);
    checked.extend(disk::disk(app));
    checked.push(audit_log(app)?);
    checked.extend(server(app)?);
    checked.extend(rules_asking_nobody(app, today)?);
    checked.push(clock(app, now)?);
    checked.extend(nodes::nodes(app)?);
    checked.push(installation(app)?);
    checked.extend(mail::senders(app)?);
    checked.extend(mail::mail(app).await);
    checked.extend(bank_holidays(app, today));
    checked.extend([inbox(app), map(app)].into_iter().flatten());
    checked.push(backups(app, app.db.last_archived()?, now));
    checked.push(console::console(app)?);
    #[cfg(feature = "sso")]
    checked.extend(sso::sso(app, now).await?);
    checked.extend(api::api(app)?);
    checked.extend(overviews.iter().map(job));
    checked.extend(staff_lists(app)?);
    checked.extend(people::data_quality(app)?);
    checked.extend(contacts(app)?);
    checked.extend(mail::stopped_delivery(app)?);
    checked.push(mail::outbox(app)?);
    checked.extend(returned::checked(app)?);
    checked.push(retention::retention(app, today)?);
    checked.extend(retention::rewriting(app)?);
    checked.extend(retention::files_left_behind(app)?);
    Ok(checked)
}

/// Looks at what can be looked at without the database, which is not in order as `database` says.
pub(crate) async fn without_database(
    app: &App,
    database: CheckedThing,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<CheckedThing>> {
    let mut checked = vec![configuration(app), policy(app, &PolicyFileStanding::Holds)?, database];
    checked.extend(disk::disk(app));
    checked.extend(mail::mail(app).await);
    checked.extend(bank_holidays(app, app.today()));
    checked.extend([inbox(app), map(app)].into_iter().flatten());
    checked.push(backups(app, None, now));
    Ok(checked)
}

/// The fault of a database that can't be used, in words that say what to do.
pub(crate) fn unusable_database(why: String) -> CheckedThing {
    CheckedThing::fault("database", why, "put that right; until then nothing is read, planned or sent")
}

/// A code in the settings that is that of another organisation than the register knows.
fn own_organisation(app: &App) -> anyhow::Result<Option<CheckedThing>> {
    let fault = app.own_code_fault()?;
    Ok(fault.map(|(says, to_do)| CheckedThing::fault("organisation", says, to_do)))
}

/// Boards whose organisation nobody knows.
fn boards(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let to_do = "correct `organisation` in [[board]], or add it: `refresher import organisations FILE`";
    Ok(answers::boards_of_nobody(app)?
        .into_iter()
        .map(|says| CheckedThing::fault("board", says, to_do))
        .collect())
}

fn configuration(app: &App) -> CheckedThing {
    let config = &app.config;
    let mut missing = config.warnings.clone();
    let is_given = config.organisation.safeguarding_email.is_some();
    // Where the database can't be asked, the settings alone tell.
    if !is_given && answers::safeguarding_contact(app).ok().flatten().is_none() {
        missing.push("there is no safeguarding_email in [organisation]: replies go nowhere".to_owned());
    }
    if config.boards.is_empty() {
        missing.push("there is no [[board]]: nobody gets the monthly summary".to_owned());
    }
    if missing.is_empty() {
        return CheckedThing::good("settings", "the settings are sound and complete");
    }
    CheckedThing::warning("settings", missing.join("; "), "complete the settings")
}

fn policy(app: &App, stands: &PolicyFileStanding) -> anyhow::Result<CheckedThing> {
    let file = &app.config.policy;
    // It was read and found sound when this process started.
    let text = files::read_text(file)?;
    let parsed = policy::parse(&text, &file.to_string_lossy())?;
    let says = format!(
        "{} and {}, {}",
        counted(parsed.policy.courses.len(), "course", "courses"),
        counted(parsed.policy.requirements.len(), "requirement", "requirements"),
        match stands {
            _ if app.unrecorded.policy.is_some() => "in force from the next run on",
            PolicyFileStanding::StoodOver => "not in force",
            _ => "in force",
        },
    );
    if parsed.warnings.is_empty() {
        return Ok(CheckedThing::good("policy", says));
    }
    let warnings: Vec<String> = parsed.warnings.iter().map(ToString::to_string).collect();
    Ok(CheckedThing::warning("policy", warnings.join("; "), "look at those lines of the policy"))
}

/// Which policy holds, where one was put in force in the console, or is to come.
fn policy_of_console(app: &App, stands: &PolicyFileStanding) -> anyhow::Result<Option<CheckedThing>> {
    let is_told = *stands == PolicyFileStanding::StoodOver || answers::policy_to_come(app)?.is_some();
    Ok(if is_told { Some(CheckedThing::good("policy", answers::which_policy_holds(app)?)) } else { None })
}

/// The policy of another configuration, where that one holds.
fn other_policy(app: &App) -> anyhow::Result<Option<CheckedThing>> {
    let to_do = "give every configuration of this database the same policy";
    Ok(app.overtaken()?.map(|says| CheckedThing::warning("policy", says, to_do)))
}

/// The requirements of the policy in force that ask nobody.
fn rules_asking_nobody(app: &App, today: NaiveDate) -> anyhow::Result<Vec<CheckedThing>> {
    let silent = answers::silent_rules_now(app, &answers::policy_of(app, today)?)?;
    let told = asking_nobody(&silent).into_iter().map(|what| {
        let (says, to_do) = what.split_once(": ").unwrap_or((&what, ""));
        CheckedThing::warning(
            "policy",
            format!("a rule asks nobody, and makes people look trained: {says}"),
            to_do,
        )
    });
    Ok(told.collect())
}

/// The list of bank holidays, where the settings name one.
fn bank_holidays(app: &App, today: NaiveDate) -> Option<CheckedThing> {
    const WHAT: &str = "bank holidays";
    match app.published_holidays() {
        // The message says what to do.
        Err(error) => Some(CheckedThing::fault(WHAT, format!("{error:#}"), "")),
        Ok(published) => {
            let year = published.last_year()?;
            Some(if year < today.year() {
                let says = format!("the list ends with {year}: later ones follow from their rules alone");
                CheckedThing::warning(WHAT, says, "copy https://www.gov.uk/bank-holidays.json anew")
            } else {
                CheckedThing::good(WHAT, format!("as published until {year}, from then on by their rules"))
            })
        }
    }
}

fn database(app: &App, how: Thoroughness) -> CheckedThing {
    let path = app.db.place();
    match app.db.integrity(how) {
        Ok(None) => match app.db.engine() {
            Ok(engine) => CheckedThing::good("database", format!("{path} is whole, on {engine}")),
            Err(error) => {
                CheckedThing::fault("database", format!("{path} can't be read: {error}"), "see what keeps it")
            }
        },
        Ok(Some(finding)) => CheckedThing::fault(
            "database",
            format!("{path} is damaged: {finding}"),
            "stop the daemon, keep the damaged file, and put the newest backup in its place",
        ),
        Err(error) => CheckedThing::fault(
            "database",
            format!("{path} can't be read: {error}"),
            "check the disk and the file's permissions",
        ),
    }
}

/// What is not as it should be about the server that keeps the database.
fn server(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let found = app.db.server_findings()?;
    Ok(found
        .into_iter()
        .map(|found| match found.gravity {
            Gravity::Warning => CheckedThing::warning("server", found.says, found.to_do),
            Gravity::Fault => CheckedThing::fault("server", found.says, found.to_do),
        })
        .collect())
}

fn audit_log(app: &App) -> anyhow::Result<CheckedThing> {
    let examined = app.db.read(audit::examine)?;
    Ok(match examined.is_sound() {
        true => CheckedThing::good("audit log", examined.in_words()),
        false => CheckedThing::fault(
            "audit log",
            examined.in_words(),
            "compare the database with a backup, and find out who can write to its file",
        ),
    })
}

/// The register remembers the newest instant it was told of: a clock before it is wrong, or was wrong then.
fn clock(app: &App, now: DateTime<Utc>) -> anyhow::Result<CheckedThing> {
    let zone = app.config.time_zone;
    let local = now.with_timezone(&zone).format("%A %-d %B %Y %H:%M");
    let newest = app.db.newest_instant()?;
    let ahead = app.db.clock_difference(app.clock)?;
    Ok(match newest {
        Some(newest) if newest > now + chrono::TimeDelta::minutes(1) => CheckedThing::fault(
            "clock",
            format!("it is {local} in {zone}, yet something was recorded at {}", newest.format("%FT%TZ")),
            "set the machine's clock; until then nothing is planned for days it has already passed",
        ),
        _ if !agrees(ahead) => CheckedThing::fault(
            "clock",
            DbError::ClockOff(ahead).to_string(),
            "set the clocks of both machines; until then this one sends nothing and begins no job",
        ),
        _ => CheckedThing::good("clock", format!("it is {local} in {zone}")),
    })
}

fn installation(app: &App) -> anyhow::Result<CheckedThing> {
    let standing = installation_standing(app)?;
    Ok(match standing {
        InstallationStanding::Ours | InstallationStanding::Free => {
            CheckedThing::good("installation", standing.to_string())
        }
        InstallationStanding::Elsewhere { .. } | InstallationStanding::Backup { .. } => CheckedThing::fault(
            "installation",
            format!("{standing}: nobody is mailed from it"),
            "if the register is to live here from now on, take it into use: `refresher adopt`",
        ),
    })
}

fn job(job: &JobOverview) -> CheckedThing {
    let what = "job";
    let name = &job.job;
    let started = job.last_started_at.map(|at| at.format("%FT%TZ").to_string());
    match (job.last_outcome, started) {
        _ if job.late_seconds > 600 => CheckedThing::fault(
            what,
            format!("{name} is {} minutes late", job.late_seconds / 60),
            "start the daemon: `refresher daemon`, or the service that runs it",
        ),
        (Some(RunOutcome::Failed), Some(at)) => CheckedThing::fault(
            what,
            format!("{name} failed at {at}: {}", job.last_detail),
            "put that right; it is tried again by itself",
        ),
        (Some(RunOutcome::Skipped), _) => CheckedThing::good(what, format!("{name} waits for its next run")),
        (None, _) | (_, None) => CheckedThing::warning(
            what,
            format!("{name} has never run"),
            "start the daemon: `refresher daemon`, or the service that runs it",
        ),
        (_, Some(at)) => CheckedThing::good(what, format!("{name} last ran at {at}: {}", job.last_detail)),
    }
}

/// Organisations with staff and without a safeguarding contact.
fn contacts(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let without = answers::organisations_without_contact(app)?.into_iter().map(|organisation| {
        CheckedThing::warning(
            "organisation",
            format!(
                "{} ({}) has no safeguarding contact: staff there without a manager who can be told are listed to nobody",
                organisation.code, organisation.name
            ),
            "give it a `safeguarding_email`, in [organisation] or by `refresher import organisations FILE`",
        )
    });
    Ok(without.collect())
}

fn staff_lists(app: &App) -> anyhow::Result<Vec<CheckedThing>> {
    let limit = i64::from(app.config.operator.stale_after_days);
    let to_do = "import a new staff list: `refresher import staff FILE`";
    let checked = answers::staff_list_ages(app)?.into_iter().map(|(code, age)| {
        let Some(days) = age else {
            return CheckedThing::warning("staff list", format!("{code} has none yet"), to_do);
        };
        let says = match days {
            0 => format!("the newest of {code} is of today"),
            days => format!("the newest of {code} is {} old", counted(days, "day", "days")),
        };
        if days >= limit {
            CheckedThing::fault("staff list", says, to_do)
        } else {
            CheckedThing::good("staff list", says)
        }
    });
    Ok(checked.collect())
}
