//! What the checks of a file's rows share: what was met, and what was told once.

use std::collections::{BTreeMap, HashMap};

use ecow::EcoString;
use hashbrown::HashSet;

use super::swapped::SwappedDates;
use crate::import::columns::aliases::FileKind;
use crate::import::columns::fields::ColumnField;
use crate::import::named::courses::CourseNames;
use crate::import::named::organisation_codes::OrganisationCodes;
use crate::import::{CheckContext, Remark, Skipped};

/// What the checks of all rows share.
pub(in crate::import) struct CheckState<'k> {
    pub(in crate::import) known: &'k CheckContext<'k>,
    pub(in crate::import) organisations: OrganisationCodes,
    pub(in crate::import) courses: CourseNames,
    pub(in crate::import) warnings: Vec<Remark>,
    /// Longer texts that many rows repeat, each kept once.
    texts: HashSet<EcoString>,
    /// What cells of a field may say, folded, and what is read in its place.
    pub(super) words: &'k BTreeMap<ColumnField, HashMap<String, String>>,
    /// The lines of rows that name a person by address, and by first and last name.
    pub(in crate::import) by_address: Vec<u64>,
    /// Those of the lines that do so in the column of user names.
    pub(in crate::import) by_username: Vec<u64>,
    pub(in crate::import) by_name: Vec<u64>,
    /// The line and the word of a name that is none, as letters are that were read in a wrong encoding.
    pub(in crate::import) misread_name: Option<(u64, String)>,
    /// The cells of a matrix that are no completions.
    pub(in crate::import) skipped: Skipped,
    /// How many dates a matrix has, and how many of them are still to come.
    pub(in crate::import) matrix_dates: (u64, u64),
    /// Whether an expiry far away, a slash in a level, or a date in a column without a header was told.
    pub(in crate::import) told_far_expiry: bool,
    pub(in crate::import) told_slash: bool,
    pub(in crate::import) told_headless: bool,
    /// Which days dates and texts of each column have.
    pub(in crate::import) swapped: SwappedDates,
}

impl<'k> CheckState<'k> {
    pub(in crate::import) fn new(
        known: &'k CheckContext<'k>,
        kind: FileKind,
        words: &'k BTreeMap<ColumnField, HashMap<String, String>>,
    ) -> Self {
        let of_people =
            [FileKind::Staff, FileKind::Training, FileKind::Exemptions, FileKind::Bookings].contains(&kind);
        Self {
            known,
            organisations: OrganisationCodes::new(of_people),
            courses: CourseNames::of(known.policy),
            warnings: Vec::new(),
            texts: HashSet::new(),
            words,
            by_address: Vec::new(),
            by_username: Vec::new(),
            by_name: Vec::new(),
            misread_name: None,
            skipped: Skipped::default(),
            matrix_dates: (0, 0),
            told_far_expiry: false,
            told_slash: false,
            told_headless: false,
            swapped: SwappedDates::default(),
        }
    }

    /// Whether nothing was said of the last row beside what is wrong with it: no warning, and no word of its organisation.
    /// What was said is forgotten, so that the same is asked of the next row.
    pub(in crate::import) fn take_quiet(&mut self) -> bool {
        let was_quiet = self.warnings.is_empty() && self.organisations.perhaps_places.is_empty();
        self.warnings.clear();
        self.organisations.perhaps_places.clear();
        (self.told_far_expiry, self.told_slash) = (false, false);
        was_quiet
    }

    /// Adds what was met in other rows of the file, some of which may have been met here too. Warnings, organisations and
    /// what a matrix says are not among it: rows of which such a thing is said are judged here.
    pub(in crate::import) fn join(&mut self, mut others: Self) {
        self.swapped.join(&others.swapped);
        let ours = [&mut self.by_address, &mut self.by_username];
        for (lines, of_others) in ours.into_iter().zip([&mut others.by_address, &mut others.by_username]) {
            lines.append(of_others);
            lines.sort_unstable();
            lines.dedup();
        }
    }

    /// The text, sharing the memory of an equal one.
    pub(in crate::import) fn once(&mut self, text: &str) -> EcoString {
        if text.len() <= EcoString::INLINE_LIMIT {
            return text.into();
        }
        if let Some(known) = self.texts.get(text) {
            return known.clone();
        }
        let text = EcoString::from(text);
        self.texts.insert(text.clone());
        text
    }
}
