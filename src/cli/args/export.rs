//! What can be typed of what is handed out for other programs.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::FigureArgs;

/// `export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// What to write.
    #[command(subcommand)]
    pub what: ExportWhat,
}

/// What can be written for other programs.
#[derive(Debug, Subcommand)]
pub enum ExportWhat {
    /// Everything about who is up to date, as tables that fit together, for Excel or Power BI
    Facts(FactsArgs),
}

/// `export facts`.
#[derive(Debug, Args)]
pub struct FactsArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// How the tables are written
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "csv")]
    pub format: FactsFormat,
    /// Also name people: employee number, name, the whole start date and every job title; the audit log is told
    #[arg(long, conflicts_with = "pseudonymised")]
    pub identified: bool,
    /// Name people by a key alone, which is what is done anyway
    #[arg(long)]
    pub pseudonymised: bool,
    /// The folder to write into; it is made where it is missing, and what was written there before is replaced
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
    /// Replace files in that folder that something else wrote, or that were changed since
    #[arg(long)]
    pub force: bool,
}

/// How tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FactsFormat {
    /// Comma-separated values, a file a table.
    Csv,
}
