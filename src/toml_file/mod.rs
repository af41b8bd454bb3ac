//! A TOML file read with the line of everything in it.
//!
//! Comes in: the text of `policy.toml` or `refresher.toml`, and settings from the environment laid over it. Goes out:
//! [`TableSection`]s that are asked for their keys one by one, and every [`FileFault`] at once, each with its file, its line
//! and what to do. A key that nobody asked for is unknown, so the list of known keys is the code that reads them.
//! Knows no setting and no rule by name: those are `policy`'s and `config`'s.

mod fault;
mod section;
mod value;

use std::cell::RefCell;

pub(crate) use fault::{FileFault, ValuePlace};
pub(crate) use section::{FurtherDecimals, Placed, TableSection};
use value::LineStarts;
pub(crate) use value::TomlTable;

/// What was found so far: faults that refuse the file, and warnings that do not.
#[derive(Debug)]
pub(crate) struct Findings {
    file: String,
    faults: RefCell<Vec<FileFault>>,
    warnings: RefCell<Vec<FileFault>>,
}

impl Findings {
    /// None yet, for the file of this name.
    pub(crate) fn new(file: &str) -> Self {
        Self { file: file.to_owned(), faults: RefCell::default(), warnings: RefCell::default() }
    }

    /// Notes a fault.
    pub(crate) fn fault(&self, place: &ValuePlace, message: impl Into<String>) {
        let fault = self.finding(place, message.into());
        let mut faults = self.faults.borrow_mut();
        // What several tables take from one place is wrong once.
        if !faults.contains(&fault) {
            faults.push(fault);
        }
    }

    /// Notes a warning.
    pub(crate) fn warning(&self, place: &ValuePlace, message: impl Into<String>) {
        let warning = self.finding(place, message.into());
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    }

    /// Whether no fault was found so far.
    pub(crate) fn is_sound(&self) -> bool {
        self.faults.borrow().is_empty()
    }

    fn finding(&self, place: &ValuePlace, message: String) -> FileFault {
        FileFault { file: self.file.clone(), place: place.clone(), message }
    }

    /// The warnings when there is no fault, else the faults; both from the top of the file down.
    pub(crate) fn finish(self) -> Result<Vec<String>, Vec<FileFault>> {
        let (mut faults, mut warnings) = (self.faults.into_inner(), self.warnings.into_inner());
        faults.sort_by(|a, b| a.place.cmp(&b.place));
        warnings.sort_by(|a, b| a.place.cmp(&b.place));
        if faults.is_empty() { Ok(warnings.iter().map(FileFault::to_string).collect()) } else { Err(faults) }
    }
}

/// Reads `text` as TOML. Text that is not TOML is noted in `findings`, every place of it, and gives an empty table.
pub(crate) fn read(text: &str, findings: &Findings) -> TomlTable {
    let lines = LineStarts::of(text);
    let (root, errors) = toml::de::DeTable::parse_recoverable(text);
    for error in &errors {
        let place = lines.place(error.span().map_or(0, |span| span.start));
        let message = error.message().trim().replace('\n', "; ");
        findings.fault(&place, format!("this is not TOML: {message}; correct the line"));
    }
    if errors.is_empty() {
        TomlTable::of(root.get_ref(), ValuePlace::Line(1), &lines)
    } else {
        TomlTable::default()
    }
}
