//! What can be typed of figures and lists of people, and where they are written.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, ValueEnum};

use super::{FigureArgs, date};
use crate::answers::{PeopleOrder, StandingFilter};
use crate::compliance::{Doubt, GroupBy, TrainingState};

/// `status`.
#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// Also by group
    #[arg(long, value_name = "GROUP", value_enum)]
    pub by: Option<GroupArg>,
    /// Where to write the figures.
    #[command(flatten)]
    pub to: OutputArgs,
}

/// A list that can be written to a file.
#[derive(Debug, Args)]
pub struct OutputArgs {
    /// Write the list to this file, which must not be there yet: .csv or .xlsx
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the file of --output where it is there
    #[arg(long, requires = "output")]
    pub force: bool,
}

/// What to group by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum GroupArg {
    /// The course needed.
    Course,
    /// The primary post's staff group.
    StaffGroup,
    /// The primary post's unit, each level of the tree.
    Unit,
    /// The primary post's job title.
    JobTitle,
    /// The organisation.
    Organisation,
}

impl From<GroupArg> for GroupBy {
    fn from(by: GroupArg) -> Self {
        match by {
            GroupArg::Course => Self::Course,
            GroupArg::StaffGroup => Self::StaffGroup,
            GroupArg::Unit => Self::Unit,
            GroupArg::JobTitle => Self::JobTitle,
            GroupArg::Organisation => Self::Organisation,
        }
    }
}

/// `staff`.
#[derive(Debug, Args)]
pub struct StaffArgs {
    /// Which figures.
    #[command(flatten)]
    pub asked: FigureArgs,
    /// Only courses in this state: up_to_date, due_soon, exempt, in_grace, lapsed or not_done; may be repeated
    #[arg(long, value_name = "STATE", value_parser = state)]
    pub state: Vec<TrainingState>,
    /// Only people who stand so with all that is counted: up_to_date, not_up_to_date, not_counted or absent; may be
    /// repeated
    #[arg(long, value_name = "STANDING", value_parser = standing)]
    pub standing: Vec<StandingFilter>,
    /// Only this course, by its code, title or another of its names; may be repeated
    #[arg(long, value_name = "CODE")]
    pub course: Vec<String>,
    /// Only people of units like this, and below; * stands for any run of characters
    #[arg(long, value_name = "PATTERN")]
    pub unit: Option<String>,
    /// Only people of staff groups like this; * stands for any run of characters
    #[arg(long, value_name = "PATTERN")]
    pub staff_group: Option<String>,
    /// Only people with job titles like this; * stands for any run of characters
    #[arg(long, value_name = "PATTERN")]
    pub job_title: Option<String>,
    /// Only people with a post whose manager has this employee number; leading zeros count
    #[arg(long, value_name = "NUMBER")]
    pub manager: Option<String>,
    /// Only people whose name has all of these words, or parts of words
    #[arg(long, value_name = "WORDS")]
    pub name: Option<String>,
    /// Only people with this employee number, or with words in their name that begin so
    #[arg(long, value_name = "WORDS")]
    pub search: Option<String>,
    /// In this order: employee_number, name, unit or due_date; with - before it the other way round
    #[arg(long, value_name = "ORDER", value_parser = order, default_value = "employee_number", hide_default_value = true, allow_hyphen_values = true)]
    pub sort: PeopleOrder,
    /// Only courses due before this day
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub due_before: Option<NaiveDate>,
    /// Only people whom mail can't reach as it should: no-email, bouncing or unknown-manager
    #[arg(long, value_name = "DOUBT", value_parser = doubt)]
    pub data_quality: Option<Doubt>,
    /// Write people down, courses across and the day of the newest completion in each cell, which `import training`
    /// reads
    #[arg(long, requires = "output")]
    pub matrix: bool,
    /// Where to write the list.
    #[command(flatten)]
    pub to: OutputArgs,
}

fn standing(text: &str) -> Result<StandingFilter, String> {
    StandingFilter::parse(text).ok_or_else(|| {
        let all = StandingFilter::ALL.map(StandingFilter::as_str).join(", ");
        format!("there is no such standing; they are {all}")
    })
}

fn order(text: &str) -> Result<PeopleOrder, String> {
    PeopleOrder::parse(text).ok_or_else(|| {
        let all: Vec<&str> = PeopleOrder::NAMES.iter().map(|(name, _)| *name).collect();
        format!(
            "there is no such order; they are {}, with - before each for the other way round",
            all.join(", ")
        )
    })
}

fn doubt(text: &str) -> Result<Doubt, String> {
    Doubt::parse(text).ok_or_else(|| {
        format!("there is no such doubt; they are {}", Doubt::ALL.map(Doubt::as_str).join(", "))
    })
}

fn state(text: &str) -> Result<TrainingState, String> {
    TrainingState::parse(text).ok_or_else(|| {
        format!(
            "there is no such state; the states are {}",
            TrainingState::ALL.map(TrainingState::as_str).join(", ")
        )
    })
}
