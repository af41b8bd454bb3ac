//! What can be typed about single people: their exemptions, and everything kept about them.

use chrono::{DateTime, NaiveDate, Utc};
use clap::{Args, Subcommand};

use super::{date, instant};

/// `exempt`.
#[derive(Debug, Args)]
pub struct ExemptArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ExemptAction,
}

/// What can be done about exemptions.
#[derive(Debug, Subcommand)]
pub enum ExemptAction {
    /// Take a course, or all, out of what somebody needs, for some days
    Add(ExemptAddArgs),
    /// Let an exemption end
    End(ExemptEndArgs),
    /// Exemptions that hold or are to come, or all there were
    List(ExemptListArgs),
}

/// `exempt add`.
#[derive(Debug, Args)]
pub struct ExemptAddArgs {
    /// The employee number; leading zeros count
    pub employee_number: String,
    /// Why, in a few words
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The course's code, title or alias, or `all`
    #[arg(long, value_name = "COURSE", default_value = "all")]
    pub course: String,
    /// The first day [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<NaiveDate>,
    /// The last day [default: until it is ended]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<NaiveDate>,
    /// The organisation, where two use the number
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
}

/// `exempt end`.
#[derive(Debug, Args)]
pub struct ExemptEndArgs {
    /// The employee number; leading zeros count
    pub employee_number: String,
    /// The exemption from this course, or from `all`; needed where there are several
    #[arg(long, value_name = "COURSE")]
    pub course: Option<String>,
    /// The exemption that began on this day; needed where there are several
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub from: Option<NaiveDate>,
    /// The last day it holds [default: yesterday, so that it has ended]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub until: Option<NaiveDate>,
    /// The organisation, where two use the number
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
}

/// `exempt list`.
#[derive(Debug, Args)]
pub struct ExemptListArgs {
    /// Only this person's
    pub employee_number: Option<String>,
    /// Those that hold, or are to come, on this day [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_at: Option<NaiveDate>,
    /// What had been recorded by this instant, such as 2026-11-22T09:00:00Z [default: now]
    #[arg(long, value_name = "INSTANT", value_parser = instant)]
    pub known_at: Option<DateTime<Utc>>,
    /// Only the organisation with this code
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    /// Also those that are over
    #[arg(long)]
    pub all: bool,
}

/// `person`.
#[derive(Debug, Args)]
pub struct PersonArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: PersonAction,
}

/// What can be done with everything kept about a person.
#[derive(Debug, Subcommand)]
pub enum PersonAction {
    /// Everything kept about one person, as JSON
    Export(WhomArgs),
    /// Remove everything kept about one person, for good
    Purge {
        /// Whom.
        #[command(flatten)]
        whom: WhomArgs,
        /// Do not ask; needed where no terminal is
        #[arg(long)]
        yes: bool,
    },
}

/// `purge`.
#[derive(Debug, Args)]
pub struct PurgeArgs {
    /// Show how many people it would be, what speaks against it, and the files that are to be removed by hand
    #[arg(long, conflicts_with = "confirm")]
    pub dry_run: bool,
    /// Do it although the clock looks wrong, or very many would go: somebody has looked
    #[arg(long)]
    pub confirm: bool,
}

/// One person.
#[derive(Debug, Args)]
pub struct WhomArgs {
    /// The employee number; leading zeros count
    pub employee_number: String,
    /// The organisation, where two use the number
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
}
