//! The command line: parse, do, print, exit (spec section 4).
//!
//! A file a command, but for those that only ask, which are together in `ask`. Each reads what is typed, has it answered
//! by `answers` or done by `jobs`, and prints: the result on standard output, messages for people on standard error.

mod adopt;
mod args;
mod ask;
mod backup;
mod board;
mod bounces;
mod check;
mod daemon;
mod demo;
mod demo_accounts;
mod exempt;
mod exit;
mod export;
mod import;
mod init;
mod manual;
mod migrate;
mod moving;
mod opening;
mod organisation;
mod out;
mod outbox;
mod person;
mod planned;
mod policy;
mod progress;
mod purge;
mod rehearse;
mod remind;
mod restore_mark;
mod send;
mod token;
mod user;

use std::io::IsTerminal;
use std::panic;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser;
use clap::error::ErrorKind;

pub use args::Cli;
use args::{
    BouncesAction, Command, ExemptAction, ExportArgs, ExportWhat, Global, ImportHistory, OutboxAction,
    PersonAction, TokenAction, UserAction,
};
use exit::{Exit, WrongUsage};
use opening::{clock, open, open_as_it_is, open_to_hand_out, open_to_name, open_to_report};
use out::{Out, Verbosity, complain, sentence};

use crate::answers;
use crate::app::App;
use crate::clock::Clock;
use crate::config::{Config, Overrides};
use crate::db::IfMissing;
use crate::tabular::panics_are_refusals;

/// Runs the program with the arguments of the process, and says how it ended.
pub fn main() -> ExitCode {
    tell_refusals_once();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let exit = match error.kind() {
                ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => Exit::Done,
                _ => Exit::Usage,
            };
            // A closed standard output leaves nobody to tell.
            let _ = error.print();
            return exit.into();
        }
    };
    let talk = match (cli.global.quiet, cli.global.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let out = Out { json: cli.global.json, talk };
    log_to_standard_error(&cli.command, talk);
    match run(&cli, out) {
        Ok(exit) => exit.into(),
        Err(error) if is_closed_pipe(&error) => Exit::Done.into(),
        Err(error) => {
            complain(&format!("refresher: {}", sentence(&error)));
            if error.is::<WrongUsage>() { Exit::Usage.into() } else { Exit::Failed.into() }
        }
    }
}

/// Leaves a panic that becomes the refusal of a file unprinted: the refusal says what to do. The panics of a process are
/// its program's to tell, so that no room sets what prints them.
fn tell_refusals_once() {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !panics_are_refusals() {
            usual(panic);
        }
    }));
}

fn run(cli: &Cli, out: Out) -> anyhow::Result<Exit> {
    if is_for_real(&cli.command) == Some(ClockTrust::Perhaps) {
        refuse_another_day(&cli.global)?;
    }
    if let Some(done) = run_without_register(cli, out) {
        return done;
    }
    let app = Arc::new(opened(cli)?);
    if let Some(code) = organisation_named(&cli.command) {
        answers::refuse_unknown_organisation(&app, code)?;
    }
    run_on(&app, &cli.command, out)
}

/// Runs what needs no register, or opens it in a way of its own.
fn run_without_register(cli: &Cli, out: Out) -> Option<anyhow::Result<Exit>> {
    Some(match &cli.command {
        Command::Demo(args) => demo::run(&cli.global, args, out),
        Command::Init(args) => init::run(&cli.global, args, out),
        Command::Policy(args) => policy::run(&cli.global, args, out),
        Command::Daemon(args) => daemon::run(&cli.global, args, out),
        Command::Check(args) => check::run(&cli.global, args, out),
        Command::MigrateSchema(args) => migrate::run(&cli.global, args, out),
        Command::Move(args) => moving::run(&cli.global, args, out),
        Command::Manual(args) => manual::manual(args, out),
        Command::Completions(args) => manual::completions(args),
        Command::Rehearse(args) => open_to_report(&cli.global).and_then(|app| rehearse::run(&app, args, out)),
        _ => return None,
    })
}

/// Runs what asks or changes the register.
fn run_on(app: &Arc<App>, command: &Command, out: Out) -> anyhow::Result<Exit> {
    match command {
        Command::Import(args) => import::run(app, args, out),
        Command::Status(args) => ask::status(app, args, out),
        Command::Staff(args) => ask::staff(app, args, out),
        Command::Explain(args) => ask::explain(app, args, out),
        Command::Forecast(args) => ask::forecast(app, args, out),
        Command::Budget(args) => ask::budget(app, args, out),
        Command::Remind(args) => remind::run(app, args, out),
        Command::Outbox(args) => outbox::run(app, args, out),
        Command::Send(args) => send::run(app, args, out),
        Command::Bounces(args) => bounces::run(app, args, out),
        Command::Board(args) => board::run(app, args, out),
        Command::Review(args) => ask::review(app, args, out),
        Command::Export(args) => export::run(app, args, out),
        Command::Jobs => ask::jobs(app, out),
        Command::Nodes => ask::nodes(app, out),
        Command::Healthz => ask::healthz(app, out),
        Command::Organisation(args) => organisation::run(app, args, out),
        Command::Exempt(args) => exempt::run(app, args, out),
        Command::Person(args) => person::run(app, args, out),
        Command::User(args) => user::run(app, args, out),
        Command::Token(args) => token::run(app, args, out),
        Command::Purge(args) => purge::run(app, args, out),
        Command::Audit(args) => ask::audit(app, args, out),
        Command::Backup(args) => backup::run(app, args, out),
        Command::Adopt => adopt::run(app, out),
        Command::RestoreMark => restore_mark::run(app, out),
        Command::Demo(_)
        | Command::Init(_)
        | Command::Policy(_)
        | Command::Daemon(_)
        | Command::Check(_)
        | Command::MigrateSchema(_)
        | Command::Move(_)
        | Command::Manual(_)
        | Command::Completions(_)
        | Command::Rehearse(_) => Ok(Exit::Usage),
    }
}

/// The installation, opened for what the command may do.
fn opened(cli: &Cli) -> anyhow::Result<App> {
    match &cli.command {
        command if only_reports(command) => open_to_report(&cli.global),
        command if hands_out(command) => open_to_hand_out(&cli.global),
        Command::Export(_) => open_to_name(&cli.global),
        Command::Import(_) => open(&cli.global, IfMissing::Fail),
        _ => open_as_it_is(&cli.global),
    }
}

/// The organisation that a command names which looks nobody's figures up: those check it with the rest of the question.
fn organisation_named(command: &Command) -> Option<&str> {
    let named = match command {
        Command::Exempt(args) => match &args.action {
            ExemptAction::Add(args) => &args.organisation,
            ExemptAction::End(args) => &args.organisation,
            ExemptAction::List(args) => &args.organisation,
        },
        Command::Person(args) => match &args.action {
            PersonAction::Export(whom) | PersonAction::Purge { whom, .. } => &whom.organisation,
        },
        Command::Bounces(args) => match &args.action {
            Some(BouncesAction::Confirm { organisation, .. } | BouncesAction::Clear { organisation, .. }) => {
                organisation
            }
            _ => &None,
        },
        _ => &None,
    };
    named.as_deref()
}

/// Whether the command stores nothing: then a changed policy is not put in force by looking at what it would do.
fn only_reports(command: &Command) -> bool {
    match command {
        Command::Status(_)
        | Command::Staff(_)
        | Command::Explain(_)
        | Command::Forecast(_)
        | Command::Budget(_)
        | Command::Review(_)
        | Command::Jobs
        | Command::Nodes
        | Command::Healthz
        | Command::Audit(_)
        | Command::Check(_)
        | Command::Rehearse(_) => true,
        Command::Import(args) => match (&args.history, &args.file) {
            (Some(ImportHistory::Undo { .. }), _) => false,
            (Some(_), _) => true,
            (None, file) => file.as_ref().is_some_and(|file| file.dry_run),
        },
        Command::Remind(args) => args.dry_run,
        Command::Purge(args) => args.dry_run,
        Command::Board(args) => !args.send,
        Command::Outbox(args) => matches!(args.action, None | Some(OutboxAction::Show { .. })),
        Command::Bounces(args) => args.action.is_none(),
        Command::Exempt(args) => matches!(args.action, ExemptAction::List(_)),
        Command::User(args) => matches!(args.action, UserAction::List { .. }),
        Command::Token(args) => matches!(args.action, TokenAction::List),
        Command::Export(args) => !names_people(args),
        Command::Demo(_)
        | Command::Init(_)
        | Command::MigrateSchema(_)
        | Command::Move(_)
        | Command::Manual(_)
        | Command::Completions(_)
        | Command::RestoreMark
        | Command::Send(_)
        | Command::Daemon(_)
        | Command::Adopt
        | Command::Backup(_)
        | Command::Organisation(_)
        | Command::Person(_)
        | Command::Policy(_) => false,
    }
}

/// Whether nothing that the files say is taken up by the command: one that hands out what is kept and stores no more than an
/// entry of that in the audit log, or one that puts right what would be taken up.
fn hands_out(command: &Command) -> bool {
    match command {
        // What the settings say of the organisation is about the code that it will have.
        Command::Backup(_) | Command::RestoreMark | Command::Organisation(_) => true,
        Command::Person(args) => matches!(args.action, PersonAction::Export(_)),
        _ => false,
    }
}

/// Whether what is exported names people, which the audit log is told.
fn names_people(args: &ExportArgs) -> bool {
    let ExportWhat::Facts(facts) = &args.what;
    facts.identified
}

/// Whether what is for real on whatever day it is done was said to be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClockTrust {
    /// `--yes` stands there.
    Yes,
    /// It does not.
    Perhaps,
}

/// Of a command that plans, sends or freezes, which nobody can take back; `None` of all others.
fn is_for_real(command: &Command) -> Option<ClockTrust> {
    let yes = match command {
        Command::Remind(args) if !args.dry_run => args.yes,
        Command::Board(args) if args.send => args.yes,
        Command::Send(args) => args.yes,
        Command::Daemon(args) => args.yes,
        _ => return None,
    };
    Some(if yes { ClockTrust::Yes } else { ClockTrust::Perhaps })
}

/// `--today` only looks (spec 5): what is planned or sent as on another day would be told for good, and nothing of that
/// day is true yet, or any more. Refused before anything is opened, so that nothing is left behind.
fn refuse_another_day(global: &Global) -> anyhow::Result<()> {
    let Some(today) = global.today else { return Ok(()) };
    let overrides = Overrides { database: global.database.clone() };
    let zone = Config::load(&global.config, std::env::vars(), &overrides)?.time_zone;
    if clock(global).is_real_day(zone) {
        return Ok(());
    }
    Err(WrongUsage(format!(
        "--today {today} only looks, and this is for real, on {}: leave --today out; or look with `remind --dry-run`, \
         `rehearse` or `board`; or add --yes if it is meant as on that day",
        Clock::System.today(zone)
    ))
    .into())
}

/// Logs go to standard error: for the daemon from `info` up, for one-shot commands from `warn` up, as `RUST_LOG` says
/// where it is set.
fn log_to_standard_error(command: &Command, talk: Verbosity) {
    let level = match (command, talk) {
        (_, Verbosity::Quiet) => "error",
        (_, Verbosity::Verbose) => "refresher=debug,warn",
        (Command::Daemon(_), Verbosity::Normal) => "refresher=info,warn",
        _ => "warn",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(is_coloured())
        .with_target(false)
        .init();
}

/// Colours are for a terminal: in a file they are rubbish. `NO_COLOR` turns them off there too.
fn is_coloured() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Whether the reader of standard output went away, as `| head` does.
fn is_closed_pipe(error: &anyhow::Error) -> bool {
    let io = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind)
            == Some(std::io::ErrorKind::BrokenPipe)
            || cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind)
                == Some(std::io::ErrorKind::BrokenPipe)
    };
    error.chain().any(io)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        super::Cli::command().debug_assert();
    }
}
