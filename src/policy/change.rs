//! `[[change]]`: what changed in how training is done, from which day on (spec 6.1).

use chrono::NaiveDate;

use super::types::ProcessChange;
use crate::toml_file::TableSection;

/// Every change, in the order of their days.
pub(super) fn read_all(root: &TableSection<'_>) -> Vec<ProcessChange> {
    let mut changes: Vec<ProcessChange> = Vec::new();
    for section in root.tables("change", "a change") {
        section.missing("on", "2026-04-01");
        section.missing("what", "\"Level 3 refresher moved to e-learning\"");
        let change = ProcessChange {
            on: section.date("on").unwrap_or(NaiveDate::MIN),
            what: section.text("what").unwrap_or_default(),
        };
        if let Some(other) = changes.iter().find(|other| other.on == change.on && section.has("on")) {
            let message = format!(
                "two changes are on {}: \"{}\" and \"{}\"; say both in one",
                change.on, other.what, change.what
            );
            section.fault("on", message);
        }
        section.finish();
        changes.push(change);
    }
    changes.sort_by_key(|change| change.on);
    changes
}
