//! What can be typed.

mod board;
mod export;
mod import;
mod lists;
mod mail;
mod organisation;
mod people;
mod token;
mod user;

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use board::{BoardArgs, ReviewArgs};
pub(crate) use export::{ExportArgs, ExportWhat, FactsArgs, FactsFormat};
pub(crate) use import::{AuditArgs, CellsKind, ForceKind, ImportArgs, ImportFile, ImportHistory, ImportKind};
pub(crate) use lists::{OutputArgs, StaffArgs, StatusArgs};
pub(crate) use mail::{
    BouncesAction, BouncesArgs, OutboxAction, OutboxArgs, RehearseArgs, RemindArgs, SendArgs, WhoseHeld,
};
pub(crate) use organisation::{OrganisationAction, OrganisationArgs};
pub(crate) use people::{
    ExemptAction, ExemptAddArgs, ExemptArgs, ExemptEndArgs, PersonAction, PersonArgs, PurgeArgs, WhomArgs,
};
pub(crate) use token::{TokenAction, TokenAddArgs, TokenArgs};
pub(crate) use user::{GrantPlaceArgs, UserAction, UserAddArgs, UserArgs, UserGrantArgs};

use crate::board::Month;
use crate::outbox;
use crate::register::FinancialYear;

/// Keeps staff safeguarding training records, reminds staff before their training lapses, and sends the board a
/// monthly summary.
#[derive(Debug, Parser)]
#[command(name = "refresher", version, max_term_width = 100)]
pub struct Cli {
    /// Settings that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the help of each command calls the options that every command takes.
const EVERY: &str = "Options of every command";

/// Settings that every command takes.
#[derive(Debug, Clone, Args)]
pub struct Global {
    /// The configuration file
    #[arg(
        long,
        global = true,
        help_heading = EVERY,
        value_name = "FILE",
        default_value = "refresher.toml",
        env = "REFRESHER_CONFIG"
    )]
    pub config: PathBuf,
    /// The database, instead of the configured one: sqlite:PATH
    #[arg(long, global = true, help_heading = EVERY, value_name = "URL")]
    pub database: Option<String>,
    /// Stands in for the current date, to look only
    #[arg(long, global = true, help_heading = EVERY, value_name = "DATE", value_parser = date)]
    pub today: Option<NaiveDate>,
    /// Print the result as one JSON document
    #[arg(long, global = true, help_heading = EVERY)]
    pub json: bool,
    /// Say more on standard error
    #[arg(short, long, global = true, help_heading = EVERY, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Say nothing but failures on standard error
    #[arg(short, long, global = true, help_heading = EVERY)]
    pub quiet: bool,
}

/// Which day, which knowledge, which organisation: what every command that reports figures takes.
#[derive(Debug, Clone, Args)]
pub struct FigureArgs {
    /// The day the figures are for [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_at: Option<NaiveDate>,
    /// What had been recorded by this instant, such as 2026-11-22T09:00:00Z [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<DateTime<Utc>>,
    /// Only the organisation with this code
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    /// The policy to judge by: the one of the day asked about, or today's
    #[arg(long, value_name = "WHICH", value_enum, default_value = "then")]
    pub policy: WhichPolicy,
}

/// Which of the policies that were in force judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WhichPolicy {
    /// The policy in force on the day asked about.
    Then,
    /// Today's policy.
    Now,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a fictional trust and run the whole job on it
    Demo(DemoArgs),
    /// Write a commented configuration and policy, and create the database
    Init(InitArgs),
    /// Take in a file: staff, training records, organisations, exemptions, budgets, expenses,
    /// assurance answers or booked places; or list, show or undo imports
    Import(ImportArgs),
    /// The share of staff up to date, overall and by group
    Status(StatusArgs),
    /// A list of people with the state of each course they need
    Staff(StaffArgs),
    /// Why a person is or isn't up to date
    Explain(ExplainArgs),
    /// What the rates become at coming month-ends if nobody trains again
    Forecast(ForecastArgs),
    /// How the training budget is used
    Budget(BudgetArgs),
    /// Plan today's reminders, and the week's digests to managers, into the outbox
    Remind(RemindArgs),
    /// Every message that would be sent until a day, if nothing changed; sends and stores nothing
    Rehearse(RehearseArgs),
    /// Messages, and what became of them
    Outbox(OutboxArgs),
    /// Deliver what is queued, then exit
    Send(SendArgs),
    /// Addresses that mail comes back from
    Bounces(BouncesArgs),
    /// Show, write or queue a board summary
    Board(BoardArgs),
    /// Write what is kept as tables for other programs
    Export(ExportArgs),
    /// The organisations of the database side by side, by kind: rates both ways, and answers
    Review(ReviewArgs),
    /// Each scheduled job: expression, last run and result, next run
    Jobs,
    /// The daemons of the installation: what each does, and when it was last seen
    Nodes,
    /// Whether the daemon here was seen of late, by the exit status: for what starts it again where it was not
    Healthz,
    /// Run the schedule, the delivery and the console until told to stop
    Daemon(DaemonArgs),
    /// Bring a database that an older version wrote up to date, a file after a backup beside it
    #[command(visible_alias = "migrate")]
    MigrateSchema(MigrateArgs),
    /// Move the whole database from SQLite to PostgreSQL or back, with the proof that all of it is there
    Move(MoveArgs),
    /// Mark a database that was restored, so that nobody is mailed from it until it is adopted
    RestoreMark,
    /// Make a consistent, checked copy of the database while it is in use
    Backup(BackupArgs),
    /// Take a restored or copied database into use here: what waits is held, and nothing is made up for
    Adopt,
    /// Look over settings, policy, database, mail server, folders, jobs and data, with what to do about each
    Check(CheckArgs),
    /// Look at a policy file
    Policy(PolicyArgs),
    /// Organisations: give one another code
    Organisation(OrganisationArgs),
    /// Exemptions: add one, end one, list them
    Exempt(ExemptArgs),
    /// Everything kept about one person: see it, or remove it for good
    Person(PersonArgs),
    /// Accounts of the console: who may sign in, and what they may do there
    User(UserArgs),
    /// What programs sign in with to bring files and to read figures
    Token(TokenArgs),
    /// Remove what was kept long enough: the data of those who left years ago
    Purge(PurgeArgs),
    /// Who did what, the newest first, and whether the log is as it was written
    Audit(AuditArgs),
    /// Print the help of every command, or write it as man pages
    Manual(ManualArgs),
    /// Print what completes commands and options in a shell
    Completions(CompletionsArgs),
}

/// `demo`.
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// The folder to make it in; a demo already there is made anew
    #[arg(long, value_name = "DIR", default_value = "demo")]
    pub dir: PathBuf,
    /// The address and port of the console, on this machine
    #[arg(long, value_name = "ADDRESS", conflicts_with = "once")]
    pub listen: Option<SocketAddr>,
    /// Exit when the job is done, instead of running the daemon
    #[arg(long)]
    pub once: bool,
}

/// `daemon`.
#[derive(Debug, Args)]
pub struct DaemonArgs {
    /// First take this database, which was restored or copied, into use here, as `refresher adopt` does: what waits in it
    /// is held until you release it, and nothing is made up for. Leave it out of the service's unit
    #[arg(long)]
    pub adopt: bool,
    /// The address and port of the console, instead of the configured one
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<SocketAddr>,
    /// With a --today other than today: do it for real, as on that day
    #[arg(long)]
    pub yes: bool,
}

/// What `check` looks at.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Also look whether indexes and rows agree and every row refers to something: minutes on a large register
    #[arg(long)]
    pub full: bool,
    /// Where nothing is at fault, let the service of a package start: writes `enabled` beside the settings
    #[arg(long)]
    pub enable: bool,
}

/// `backup`.
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to write; it must not be there yet
    pub file: PathBuf,
}

/// `migrate-schema`.
#[derive(Debug, Args)]
pub struct MigrateArgs {
    /// Print the SQL for the roles of a database on a server instead, the owner of the tables and the daemon's
    #[arg(long)]
    pub print_grants: bool,
}

/// `move`.
#[derive(Debug, Args)]
pub struct MoveArgs {
    /// The database to move, which nobody else may use meanwhile
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// Where to: a database with the tables of this version and nothing in them, or a file that is not there yet
    #[arg(long, value_name = "URL")]
    pub to: String,
    /// The program of the other package, to compare the figures of both sides too, not only their rows
    #[arg(long, value_name = "FILE")]
    pub other_program: Option<PathBuf>,
}

/// `manual`.
#[derive(Debug, Args)]
pub struct ManualArgs {
    /// Write man pages into this folder instead, a page a command; those of an earlier version are replaced
    #[arg(long, value_name = "DIR")]
    pub man: Option<PathBuf>,
    /// Replace files of --man too that refresher did not write, or that were changed since
    #[arg(long, requires = "man")]
    pub force: bool,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to write into
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The employee number; leading zeros count
    pub employee_number: String,
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
}

/// `forecast`.
#[derive(Debug, Args)]
pub struct ForecastArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// How many month-ends to look ahead
    #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=120))]
    pub months: u32,
}

/// `budget`.
#[derive(Debug, Args)]
pub struct BudgetArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// The financial year, such as 2026-27 [default: the one the day falls in]
    #[arg(long, value_name = "YEAR", value_parser = financial_year)]
    pub year: Option<FinancialYear>,
}

/// `policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// What to do with it.
    #[command(subcommand)]
    pub action: PolicyAction,
}

/// What can be done with a policy file.
#[derive(Debug, Subcommand)]
pub enum PolicyAction {
    /// Is this policy sound
    Check {
        /// The policy file
        file: PathBuf,
    },
    /// Who would become, or stop being, up to date under a policy, by course and unit, and how many reminders it would
    /// set off; the policy in force stays as it is
    Impact(ImpactArgs),
    /// Names that courses go by in training files
    Alias {
        /// What to do
        #[command(subcommand)]
        action: AliasAction,
    },
}

/// What can be done with a course's names.
#[derive(Debug, Subcommand)]
pub enum AliasAction {
    /// Write another name for a course into the policy's file, so that imports know it
    Add {
        /// The course's code
        code: String,
        /// The name, as the files have it
        name: String,
    },
}

/// `policy impact`.
#[derive(Debug, Args)]
pub struct ImpactArgs {
    /// The policy file
    pub file: PathBuf,
    /// Which day, and so on; --policy names the policy that it is compared with.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// List everyone for whom something changes
    #[arg(long)]
    pub people: bool,
}

fn date(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| match crate::import::day_meant(text) {
        Some(day) => format!("write it as {day}"),
        None => "write a day that exists, such as 2026-11-22".to_owned(),
    })
}

fn month(text: &str) -> Result<Month, String> {
    Month::parse(text).ok_or_else(|| "write a month such as 2026-10".to_owned())
}

fn financial_year(text: &str) -> Result<FinancialYear, String> {
    FinancialYear::parse(text).ok_or_else(|| "write a financial year such as 2026-27".to_owned())
}

fn message_state(text: &str) -> Result<outbox::MessageState, String> {
    outbox::MessageState::parse(text).ok_or_else(|| {
        format!(
            "there is no such state; the states are {}",
            outbox::MessageState::ALL.map(outbox::MessageState::as_str).join(", ")
        )
    })
}

fn instant(text: &str) -> Result<DateTime<Utc>, String> {
    DateTime::parse_from_rfc3339(text)
        .map(|instant| instant.with_timezone(&Utc))
        .map_err(|_| "write an instant such as 2026-11-22T09:00:00Z".to_owned())
}
