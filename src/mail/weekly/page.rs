//! What a list shows, in words.

use super::people::PeopleGroup;

/// What all templates of a list show, in words.
pub(super) struct WeeklyPage {
    pub subject: String,
    pub organisation: String,
    pub headline: String,
    pub greeting: Option<String>,
    /// What follows the headline: how bad it is, and what is asked of the reader.
    pub lead: String,
    pub groups: Vec<PeopleGroup>,
    pub steps: Vec<WeeklyStep>,
    pub closing: &'static str,
    /// Why the reader gets it, and what to do where that is wrong.
    pub because: String,
    pub today: String,
}

/// A thing to do: the first words, and the others.
pub(super) struct WeeklyStep {
    pub first: &'static str,
    pub rest: &'static str,
    /// Whom to write to.
    pub contact: Option<String>,
}

impl WeeklyStep {
    /// A step that names nobody to write to.
    pub(super) fn new(first: &'static str, rest: &'static str) -> Self {
        Self { first, rest, contact: None }
    }
}
