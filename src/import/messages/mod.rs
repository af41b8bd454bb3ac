//! Everything that an import says about a file, in one catalogue: why a row is rejected, what to look at, why a file is
//! refused, how it was taken.
//!
//! A message is a variant with the values that it names, and a wording that says what is wrong, where, and what to do.
//! Code can say nothing else: a [`Remark`](super::Remark) is made from one of these. The page for the people who read
//! them, `docs/imports.md`, lists every wording; a test compares.

use crate::tabular::Fault;

mod notes;
mod refusals;
mod rejections;
mod warnings;

pub(super) use notes::Note;
pub(super) use refusals::Refusal;
pub(crate) use rejections::Rejection;
pub(super) use warnings::Warning;

/// What an import can say: each sort of message with its wordings, in which `{value}` stands for what the file holds.
pub fn wordings() -> [(&'static str, &'static [&'static str]); 5] {
    [
        ("rejected", Rejection::WORDINGS),
        ("warning", Warning::WORDINGS),
        ("refused", Refusal::WORDINGS),
        ("refused", Fault::WORDINGS),
        ("note", Note::WORDINGS),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_names_its_values_in_its_wording() {
        let message = Rejection::LeavesBeforeStart { start: "2026-11-22".into() };
        assert_eq!(message.to_string(), "the leave date is before the start date 2026-11-22: check both");
    }

    #[test]
    fn no_two_messages_are_worded_alike_and_each_says_what_to_do() {
        for (sort, wordings) in wordings() {
            for (place, wording) in wordings.iter().enumerate() {
                assert!(!wordings[..place].contains(wording), "{sort}: {wording}");
                assert!(
                    wording.contains(": ") || wording.contains('?') || sort == "note",
                    "{sort}: {wording}"
                );
            }
        }
    }
}
