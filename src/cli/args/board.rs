//! What can be typed about what a board sees: a month's summary, and the organisations side by side.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args;

use super::{FigureArgs, instant, month};
use crate::board::Month;

/// `board`.
#[derive(Debug, Args)]
pub struct BoardArgs {
    /// The month, such as 2026-10 [default: last month]
    #[arg(long, value_name = "YYYY-MM", value_parser = month)]
    pub month: Option<Month>,
    /// Only the organisation with this code
    #[arg(long, value_name = "CODE")]
    pub organisation: Option<String>,
    /// Write the summary into this folder in every form
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace files of --out too that refresher did not write, or that were changed since
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Freeze the month's figures and queue the summary to the board's recipients
    #[arg(long)]
    pub send: bool,
    /// With a --today other than today: do it for real, as on that day
    #[arg(long)]
    pub yes: bool,
    /// Work the month out again by what had been recorded by this instant, and compare it with what was issued
    #[arg(long, value_name = "INSTANT", value_parser = instant, conflicts_with = "send")]
    pub known_at: Option<DateTime<Utc>>,
    /// Also list the people behind the change since last month, and behind its restatement
    #[arg(long)]
    pub why: bool,
}

/// `review`.
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// Leave the figures of small groups out of the JSON too, as they are from the text
    #[arg(long)]
    pub publish: bool,
}
