//! A fictional trust to try everything on: the import files of an acute trust of some 600 people with years of
//! training history ([`write()`]), and of an organisation of any size for measuring ([`write_large`]).
//!
//! What goes in: how many people, the share of them to be up to date, a seed and the day it is. What comes out: files
//! in the formats of spec section 3, the same ones for the same wishes. Nothing here reads them or knows what becomes
//! of them. Every address is at example.org, and every person is made up.

mod assurance;
mod bookings;
mod dice;
mod files;
mod history;
mod large;
mod money;
mod names;
mod people;
mod posts;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use chrono::NaiveDate;

pub use large::{LargeFiles, write_large};

use dice::Dice;
use history::Completion;
use people::DemoPerson;

/// Code of the fictional organisation.
pub const ORGANISATION_CODE: &str = "RZX";

/// Name of the fictional organisation.
pub const ORGANISATION_NAME: &str = "Fellbrook Hospitals NHS Trust";

/// Its safeguarding contact.
pub const SAFEGUARDING_EMAIL: &str = "safeguarding@example.org";

/// Wishes for a fictional trust.
#[derive(Debug, Clone)]
pub struct TrustOptions {
    /// People in the staff list, leavers and absent ones included; below 100 some kinds of people are missing.
    pub people: u64,
    /// How many of 100 counted people have everything their post calls for.
    pub up_to_date_percent: u64,
    /// The same seed gives the same trust.
    pub seed: u64,
    /// The day it is; all other dates follow from it.
    pub today: NaiveDate,
}

impl TrustOptions {
    /// 600 people, 54% of them up to date: what the review of 2009 found in England.
    pub fn new(today: NaiveDate) -> Self {
        Self { people: 600, up_to_date_percent: 54, seed: 2009, today }
    }
}

/// Why the files could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// A folder or file could not be made or written.
    #[error("cannot write {path}: {source}; choose a folder that can be written")]
    Write {
        /// The folder or file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The spreadsheet could not be put together.
    #[error("cannot write the spreadsheet {path}: {source}; choose a folder that can be written")]
    Spreadsheet {
        /// The file.
        path: PathBuf,
        /// What the spreadsheet library said.
        source: rust_xlsxwriter::XlsxError,
    },
}

/// The files of a fictional trust, in the order in which they are to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustFiles {
    /// The organisation.
    pub organisations: PathBuf,
    /// The staff list, an ESR-like spreadsheet.
    pub staff: PathBuf,
    /// The training records under ESR's competence names.
    pub training: PathBuf,
    /// Places booked on training to come.
    pub bookings: PathBuf,
    /// Allocations for three financial years.
    pub budget: PathBuf,
    /// What was spent and ordered.
    pub expenses: PathBuf,
    /// Exemptions.
    pub exemptions: PathBuf,
    /// Answers to the default policy's assurance statements.
    pub assurance: PathBuf,
    /// Part of the staff list again, with six faulty rows; to be imported with `--partial`, so that nobody who is not
    /// in it becomes a leaver. Few enough of its rows are faulty for the brake on rejected rows to stay off.
    pub staff_with_mistakes: PathBuf,
}

/// A fictional trust, before it is written down.
#[derive(Debug)]
pub struct FictionalTrust {
    people: Vec<DemoPerson>,
    completions: Vec<(usize, Completion)>,
    spending: Vec<money::Spending>,
    today: NaiveDate,
}

impl FictionalTrust {
    /// Makes one up.
    pub fn generate(options: &TrustOptions) -> Self {
        let people = people::people(options);
        let mut completions = Vec::new();
        for (place, person) in people.iter().enumerate() {
            let mut dice = Dice::of(options.seed ^ 0x7EA1, place as u64);
            let history = history::history(person, &mut dice, options.today);
            completions.extend(history.into_iter().map(|completion| (place, completion)));
        }
        // In the order of the days, as a register of courses held would have them.
        completions.sort_by_key(|(place, completion)| (completion.on, *place));
        let spending = money::spending(options.today, &mut Dice::of(options.seed ^ 0x90, 0));
        Self { people, completions, spending, today: options.today }
    }
}

/// Makes up a trust and writes its import files into `dir`, which is made if it is missing.
pub fn write(dir: &Path, options: &TrustOptions) -> Result<TrustFiles, DemoError> {
    crate::files::private::make_folder(dir)
        .map_err(|source| DemoError::Write { path: dir.to_owned(), source })?;
    files::write(dir, &FictionalTrust::generate(options))
}
