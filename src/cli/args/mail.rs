//! What can be typed about mail: planning it, sending it, and what became of it.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

/// `remind`.
#[derive(Debug, Args)]
pub struct RemindArgs {
    /// Show what would be planned, and plan nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Only the organisation with this code
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    /// With a --today other than today: do it for real, as on that day
    #[arg(long)]
    pub yes: bool,
}

/// `rehearse`.
#[derive(Debug, Args)]
pub struct RehearseArgs {
    /// The last day to rehearse; the first is today
    #[arg(long, value_name = "DATE", value_parser = super::date)]
    pub until: NaiveDate,
    /// Only the organisation with this code
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
}

/// `outbox`.
#[derive(Debug, Args)]
pub struct OutboxArgs {
    /// Only messages in this state: held, queued, sending, sent, deferred, failed or cancelled
    #[arg(long, value_name = "STATE", value_parser = super::message_state)]
    pub state: Option<crate::outbox::MessageState>,
    /// What to do with messages; without it they are listed.
    #[command(subcommand)]
    pub action: Option<OutboxAction>,
}

/// What can be done with messages of the outbox.
#[derive(Debug, Subcommand)]
pub enum OutboxAction {
    /// Show one message whole
    Show {
        /// The message's number
        id: i32,
    },
    /// Try a message again, or all that failed
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Retry {
        /// The message's number
        #[arg(group = "which")]
        id: Option<i32>,
        /// Every message that was given up
        #[arg(long, group = "which")]
        failed: bool,
    },
    /// Let go what the mail brake holds of an organisation
    Release(WhoseHeld),
    /// Cancel a message, or all that the mail brake holds of an organisation
    #[command(group = clap::ArgGroup::new("which").required(true))]
    Cancel {
        /// The message's number
        #[arg(group = "which")]
        id: Option<i32>,
        /// Every message of an organisation that is held
        #[arg(long, group = "which")]
        held: bool,
        /// Of which organisation.
        #[command(flatten)]
        whose: WhoseHeld,
    },
}

/// Which organisation's held messages are meant.
#[derive(Debug, Args)]
pub struct WhoseHeld {
    /// The organisation with this code; needed where messages of several are held
    #[arg(long, value_name = "CODE", conflicts_with = "all")]
    pub organisation: Option<String>,
    /// All organisations
    #[arg(long)]
    pub all: bool,
}

impl WhoseHeld {
    /// Whether anything is said of it.
    pub(crate) fn is_given(&self) -> bool {
        self.all || self.organisation.is_some()
    }
}

/// `send`.
#[derive(Debug, Args)]
pub struct SendArgs {
    /// Send at most so many
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// With a --today other than today: do it for real, as on that day
    #[arg(long)]
    pub yes: bool,
}

/// `bounces`.
#[derive(Debug, Args)]
pub struct BouncesArgs {
    /// What to do; without it what came back is listed.
    #[command(subcommand)]
    pub action: Option<BouncesAction>,
}

/// What can be done about returned mail.
#[derive(Debug, Subcommand)]
pub enum BouncesAction {
    /// Read the folder of returned mail now
    Read,
    /// Take it as confirmed that mailboxes are not there which so many reports of one day speak of: staff are not mailed
    /// at them from now on
    #[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["addresses", "all", "day", "organisation"]))]
    Confirm {
        /// The addresses
        addresses: Vec<String>,
        /// Everything that is held
        #[arg(long, conflicts_with = "addresses")]
        all: bool,
        /// Only what was read on this day
        #[arg(long, value_name = "DATE", value_parser = super::date, conflicts_with = "addresses")]
        day: Option<NaiveDate>,
        /// Only what came back to this organisation
        #[arg(long, value_name = "CODE", conflicts_with = "addresses")]
        organisation: Option<String>,
    },
    /// Take it that mail reaches addresses again
    #[command(group = clap::ArgGroup::new("which").required(true).multiple(true).args(["addresses", "held"]))]
    Clear {
        /// The addresses
        addresses: Vec<String>,
        /// Whatever is held for a person to confirm
        #[arg(long, conflicts_with = "addresses")]
        held: bool,
        /// Only what was read on this day
        #[arg(long, value_name = "DATE", value_parser = super::date, requires = "held")]
        day: Option<NaiveDate>,
        /// Only what came back to this organisation
        #[arg(long, value_name = "CODE", requires = "held")]
        organisation: Option<String>,
    },
}
