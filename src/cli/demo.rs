//! `demo`: a fictional trust made up as import files, and the whole job done on it by the normal path.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use chrono::NaiveDate;
use serde_json::{Value, json};
use tokio::sync::watch;

use super::args::{DemoArgs, Global};
use super::daemon;
use super::demo_accounts::{ACCOUNTS_FILE, make_accounts};
use super::exit::{Exit, WrongUsage};
use super::import::words as import_words;
use super::opening::clock;
use super::out::{Out, width};
use crate::answers::{self, Answer, Question, SendingDays, StatusAnswer, Viewer};
use crate::app::App;
use crate::audit::Actor;
use crate::board::Month;
use crate::clock::Clock;
use crate::compliance::GroupBy;
use crate::config::Overrides;
use crate::db::{DEFAULT_URL, IfMissing};
use crate::delivery::{DeliverySummary, Patience};
use crate::demo::{self, ORGANISATION_CODE, ORGANISATION_NAME, SAFEGUARDING_EMAIL, TrustFiles};
use crate::files;
use crate::files::private;
use crate::import::FileKind;
use crate::jobs::{
    HeldMessages, HowToImport, Imported, OutboxChange, PlannedParts, Writing, change_outbox, deliveries,
    import_file, issue_board_summary, plan_reminders,
};
use crate::outbox::MessageKind;
use crate::policy::{DEFAULT_POLICY, Policy};

/// What the configuration of a demo begins with: by this a folder is known to be one, and may be made anew.
const MARK: &str = "# The demo of refresher: a fictional trust.";

/// Months of board summaries, so that the last one has a trend to show.
const MONTHS: u32 = 3;

/// Makes the trust, does the job, says where to look; then runs on as its daemon unless `--once` was given.
pub(crate) fn run(global: &Global, args: &DemoArgs, out: Out) -> anyhow::Result<Exit> {
    if !args.once && global.today.is_some() {
        return Err(WrongUsage(
            "--today is for one-shot commands, and a demo runs on as a daemon: add --once".to_owned(),
        )
        .into());
    }
    if let Some(listen) = args.listen.filter(|listen| !listen.ip().is_loopback()) {
        return Err(WrongUsage(format!(
            "a demo asks for no second factor, and so listens on this machine alone: {listen} is reached by others"
        ))
        .into());
    }
    let config = prepare(&args.dir)?;
    let app = Arc::new(App::open(&config, &Overrides::default(), clock(global), IfMissing::Create)?);
    let done = do_the_job(&app, &args.dir, out)?;
    if out.json {
        out.document(&done.document(&args.dir, &config))?;
    } else {
        out.text(&done.closing_words(&args.dir, &program(&config, global.today)))?;
    }
    if args.once {
        return Ok(Exit::Done);
    }
    let unit = answers::status(
        &app,
        &Question::now(app.today(), app.now(), None),
        &Viewer::Everything,
        &[GroupBy::Unit],
    )?;
    let unit = unit.rates.groups.iter().find(|group| !group.key.is_empty()).map_or("*", |group| &group.key);
    let words = make_accounts(&app, &args.dir, unit, args.listen)?;
    if !out.json {
        out.text(&words)?;
    }
    out.note("The daemon now runs on the demo's data: Ctrl-C ends it.");
    daemon::serve(&app, args.listen)
}

/// Empties the folder of an earlier demo, or makes it, and writes configuration and policy; returns the configuration.
fn prepare(dir: &Path) -> anyhow::Result<PathBuf> {
    let config = dir.join("refresher.toml");
    if dir.symlink_metadata().is_ok_and(|stands| stands.is_symlink()) {
        bail!("{} is a symbolic link, which is never written to: name the folder with --dir", dir.display());
    }
    if dir.exists() {
        let mut names = Vec::new();
        for entry in
            std::fs::read_dir(dir).with_context(|| format!("{} can't be looked into", dir.display()))?
        {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        let is_demo = files::read_text(&config).is_ok_and(|text| text.starts_with(MARK));
        if !names.is_empty() && !is_demo {
            bail!("{} holds something that is not a demo: choose another folder with --dir", dir.display());
        }
        if let Some(other) = names.iter().find(|name| !is_of_a_demo(name)) {
            bail!(
                "{} holds {other}, which no demo makes, and would be removed with it: move it away, or choose another \
                 folder with --dir",
                dir.display()
            );
        }
        std::fs::remove_dir_all(dir)
            .with_context(|| format!("the earlier demo in {} can't be removed", dir.display()))?;
    }
    private::make_folder(dir).with_context(|| format!("the folder {} can't be made", dir.display()))?;
    for (file, content) in [(&config, configuration()), (&dir.join("policy.toml"), policy_text())] {
        private::make_file(file)
            .and_then(|mut file| file.write_all(content.as_bytes()))
            .with_context(|| format!("{} can't be written", file.display()))?;
    }
    Ok(config)
}

/// The default policy, with a place to book each course.
fn policy_text() -> String {
    let line = |line: &str| match line.strip_prefix("code = \"").and_then(|rest| rest.strip_suffix('"')) {
        Some(code) => {
            let place = code.to_lowercase();
            let modes =
                if code.ends_with("L3") { "[\"classroom\"]" } else { "[\"e-learning\", \"classroom\"]" };
            format!("{line}\nbook_url = \"https://learn.example.org/{place}\"\nmodes = {modes}\n")
        }
        None => format!("{line}\n"),
    };
    DEFAULT_POLICY.lines().map(line).collect()
}

/// Whether a demo makes something of this name in its folder.
fn is_of_a_demo(name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["refresher.toml", "policy.toml", "files", "mail", "backups", "inbox", "web.key", ACCOUNTS_FILE];
    NAMES.contains(&name) || name.starts_with("refresher.db") || name.starts_with(".refresher")
}

fn configuration() -> String {
    format!(
        r#"{MARK} Mail is written to files; nobody is mailed.
database = "{DEFAULT_URL}"
time_zone = "Europe/London"
policy = "policy.toml"

[organisation]
code = "{ORGANISATION_CODE}"
name = "{ORGANISATION_NAME}"
kind = "acute"
safeguarding_email = "{SAFEGUARDING_EMAIL}"

[smtp]
transport = "file"
file_dir = "mail"
from = "Safeguarding training <{SAFEGUARDING_EMAIL}>"
per_minute = 10000

[web.local]
second_factor = "off"

[[board]]
organisation = "{ORGANISATION_CODE}"
recipients = ["board.secretary@example.org", "chief.nurse@example.org"]
"#
    )
}

/// What the demo did.
struct DemoDone {
    imports: Vec<Imported>,
    figures: StatusAnswer,
    sending_day: NaiveDate,
    reminders: usize,
    digests: usize,
    /// Employee number of the first person mailed, to be explained.
    somebody: String,
    released: usize,
    months: Vec<Month>,
    sent: DeliverySummary,
}

fn do_the_job(app: &Arc<App>, dir: &Path, out: Out) -> anyhow::Result<DemoDone> {
    let (today, now, by) = (app.today(), app.now(), &Actor::of_process());
    let files = demo::write(&dir.join("files"), &demo::TrustOptions::new(today))?;
    let mut imports = Vec::new();
    for (kind, file, partial) in in_order(&files) {
        let how = HowToImport { partial, ..HowToImport::default() };
        let imported = import_file(app, kind, file, &how, today)?;
        out.note(&format!("import {}", import_words(&imported.report)));
        imports.push(imported);
    }
    let policy = answers::policy_of(app, today)?;
    let question = Question::now(today, now, None);
    let figures = answers::status(app, &question, &Viewer::Everything, &[GroupBy::StaffGroup])?;

    let sending_day = last_sending_day(app, &policy, today)?;
    let planned = plan_reminders(app, None, sending_day, now, by, PlannedParts::Both, Writing::Outbox)?;
    // A first run reaches everybody who is behind at once, which is what the mail brake is for.
    let released = match planned.account().held {
        0 => 0,
        _ => change_outbox(app, &OutboxChange::Release(HeldMessages::All), by, now)?.messages,
    };
    let months: Vec<Month> = (1..=MONTHS).rev().map(|back| Month::of(today).minus(back)).collect();
    for month in &months {
        issue_board_summary(app, ORGANISATION_CODE, *month, by, today, now)?;
    }
    // Words are found on the day of sending, which is that of the run.
    let on_that_day = Arc::new(App { clock: Clock::OnDate(sending_day), ..App::clone(app) });
    // The demo's settings name no senders.
    let sending = deliveries(&on_that_day, by)?.into_iter().next().context("there is no sender")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (_stop, shutdown) = watch::channel(false);
    let sent = runtime.block_on(sending.deliver_all(None, Patience::UntilEmpty, shutdown))?;
    let somebody =
        planned.messages().find_map(|message| message.employee_number).unwrap_or_default().to_owned();
    let totals = planned.totals();
    let (reminders, digests) = (totals.of(MessageKind::Reminder), totals.of(MessageKind::ManagerDigest));
    Ok(DemoDone { imports, figures, sending_day, reminders, digests, somebody, released, months, sent })
}

/// How to call this program on the demo: as it was called itself, which may be by a path, and on the same day.
fn program(config: &Path, today: Option<NaiveDate>) -> String {
    let day = today.map_or(String::new(), |today| format!(" --today {today}"));
    format!("{} --config {}{day}", called(), config.display())
}

fn called() -> String {
    std::env::args().next().unwrap_or_else(|| "refresher".to_owned())
}

/// The files in the order in which one builds on another; whether a staff list is only a part.
fn in_order(files: &TrustFiles) -> [(FileKind, &PathBuf, bool); 9] {
    [
        (FileKind::Organisations, &files.organisations, false),
        (FileKind::Staff, &files.staff, false),
        (FileKind::Training, &files.training, false),
        (FileKind::Bookings, &files.bookings, false),
        (FileKind::Budget, &files.budget, false),
        (FileKind::Expenses, &files.expenses, false),
        (FileKind::Exemptions, &files.exemptions, false),
        (FileKind::Assurance, &files.assurance, false),
        (FileKind::Staff, &files.staff_with_mistakes, true),
    ]
}

/// Today, or the last sending day before it.
fn last_sending_day(app: &App, policy: &Policy, today: NaiveDate) -> anyhow::Result<NaiveDate> {
    let days = SendingDays::read(app, &policy.reminders)?;
    let mut back = std::iter::successors(Some(today), NaiveDate::pred_opt).take(30);
    Ok(back.find(|day| days.includes(*day)).unwrap_or(today))
}

impl DemoDone {
    fn document(&self, dir: &Path, config: &Path) -> Value {
        let reports: Vec<_> = self.imports.iter().map(|imported| &imported.report).collect();
        json!({
            "dir": dir,
            "config": config,
            "imports": reports,
            "status": self.figures,
            "reminders": { "on": self.sending_day, "messages": self.reminders, "digests": self.digests, "released": self.released },
            "summaries": self.months,
            "mails": self.sent.sent,
            "mail_dir": dir.join("mail"),
        })
    }

    /// `run` begins every command that is to be tried.
    fn closing_words(&self, dir: &Path, run: &str) -> String {
        let [mail, files] = ["mail", "files"].map(|folder| dir.join(folder).display().to_string());
        let rejected = self.imports.iter().filter_map(|imported| match &imported.rejected_file {
            Some(Ok(file)) => Some(file.display().to_string()),
            _ => None,
        });
        let rejected = rejected.collect::<Vec<_>>().join(", ");
        let room = rejected.len();
        let released = match self.released {
            0 => String::new(),
            n => format!(
                "\n  The mail brake held {n} of them, as it does on a first run that reaches so many people at once;\n  \
                 they were let go as `refresher outbox release` would."
            ),
        };
        let months: Vec<String> = self.months.iter().map(|month| month.long()).collect();
        format!(
            "\n{}\n\n{}\n\n\
             What happened\n  \
             {ORGANISATION_NAME} was made up, {} import files were written and imported as anybody's are.\n  \
             {} reminders and {} managers' digests of {} were planned.{released}\n  \
             The board summaries of {} were frozen and queued.\n  \
             {} mails were delivered, to files: nobody was mailed.\n\n\
             Where to look\n  \
             {mail:room$}  every mail, to be opened with a mail program\n  \
             {files:room$}  the files HR would bring\n  \
             {rejected:room$}  the rows that were not usable, and why\n\n\
             What to try\n  \
             {run} status --by unit\n  \
             {run} staff --state lapsed --output lapsed.xlsx\n  \
             {run} explain {}\n  \
             {run} board --out board\n  \
             {run} outbox\n\n\
             For your own trust, the README walks you through what begins with\n  {called} init --dir my-trust",
            "=".repeat(72),
            self.figures.words(width()),
            self.imports.len(),
            self.reminders,
            self.digests,
            self.sending_day.format("%A %-d %B"),
            months.join(", "),
            self.sent.sent,
            self.somebody,
            called = called(),
        )
    }
}
