//! `import` and `audit`: files in, and the history of what was done.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};

use super::date;
use crate::import::FileEncoding;

/// What sort of file an import takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ImportKind {
    /// A staff list.
    Staff,
    /// Training records.
    Training,
    /// Organisations.
    Organisations,
    /// Budgets.
    Budget,
    /// Expenses.
    Expenses,
    /// Exemptions.
    Exemptions,
    /// Assurance answers.
    Assurance,
    /// Booked places.
    Bookings,
}

/// `import`.
#[derive(Debug, Args)]
#[command(
    subcommand_negates_reqs = true,
    override_usage = "refresher import [OPTIONS] <KIND> <FILE>\n       refresher import list|show ID|undo ID"
)]
pub struct ImportArgs {
    /// What to do with the imports so far; without it a file is taken in.
    #[command(subcommand)]
    pub history: Option<ImportHistory>,
    /// The file to take in.
    #[command(flatten)]
    pub file: Option<ImportFile>,
}

/// What can be done with the imports so far.
#[derive(Debug, Subcommand)]
pub enum ImportHistory {
    /// Every import, the newest first
    List,
    /// What one import did, and what became of it
    Show {
        /// The import's number
        id: i32,
    },
    /// Put the register back as it was before an import
    Undo {
        /// The import's number
        id: i32,
    },
}

/// A file to take in, and how.
#[derive(Debug, Args)]
pub struct ImportFile {
    /// What the file holds
    pub kind: ImportKind,
    /// The file: CSV, XLSX, XLS or ODS
    pub file: PathBuf,
    /// Show what would change, and change nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The day a staff list is complete as of [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<NaiveDate>,
    /// A staff list that is not complete: nobody becomes a leaver for not being in it
    #[arg(long)]
    pub partial: bool,
    /// Import it although a brake holds it, or although it was imported before; --force=leavers, --force=addresses and
    /// --force=rejected overrule one brake and leave the others
    #[arg(long, value_name = "KIND", value_enum, num_args = 0..=1, require_equals = true, default_missing_value = "all")]
    pub force: Vec<ForceKind>,
    /// Refuse the file if a single row is rejected
    #[arg(long)]
    pub strict: bool,
    /// A file with a table a kind that says which of your headers means which column
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// The start date of people who are new, where a staff list has no column for it
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub start_date: Option<NaiveDate>,
    /// The encoding of a text file, such as cp850 or macintosh [default: told from its bytes]
    #[arg(long, value_name = "NAME", value_parser = FileEncoding::named)]
    pub encoding: Option<FileEncoding>,
    /// What the dates in a matrix of training are [default: completions]
    #[arg(long, value_name = "WHAT", value_enum)]
    pub cells: Option<CellsKind>,
    /// The sheet to read [default: the first visible one]
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
}

/// What the dates in a matrix of training are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CellsKind {
    /// Days of completions.
    Completed,
    /// Days on which completions lapse: each was the course's validity before.
    Expires,
}

/// What `--force` overrules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ForceKind {
    /// Every brake, and that the file was imported before.
    All,
    /// The brake on leavers.
    Leavers,
    /// The brake on other email addresses.
    Addresses,
    /// The brake on rejected rows.
    Rejected,
}

/// `audit`.
#[derive(Debug, Args)]
pub struct AuditArgs {
    /// At most so many entries
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: u32,
}
