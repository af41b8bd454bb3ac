//! Everything that an import says about a file, in one catalogue: why a row is rejected, what to look at, why a file is
//! refused, how it was taken.
//!
//! A message is a variant with the values that it names, and a wording that says what is wrong, where, and what to do.
//! Code can say nothing else: a [`Remark`](super::Remark) is made from one of these. The page for the people who read
//! them, `docs/imports.md`, lists every wording; a test compares.

mod notes;
mod refusals;
mod rejections;
mod warnings;

pub(super) use notes::Note;
pub(super) use refusals::Refusal;
pub(super) use rejections::Rejection;
pub(super) use warnings::Warning;

/// An enum of messages, each with the values it names and its wording, which holds them in braces.
macro_rules! messages {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $({ $($value:ident),+ })? => $wording:literal,)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(in crate::import) enum $name {
            $($(#[$doc])* $variant $({ $($value: String),+ })?,)+
        }

        impl $name {
            /// Every wording, in the order of the catalogue.
            pub(super) const WORDINGS: &'static [&'static str] = &[$($wording),+];
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                match self {
                    $(Self::$variant $({ $($value),+ })? => write!(f, $wording),)+
                }
            }
        }
    };
}
use messages;

/// What an import can say: each sort of message with its wordings, in which `{value}` stands for what the file holds.
pub fn wordings() -> [(&'static str, &'static [&'static str]); 4] {
    [
        ("rejected", Rejection::WORDINGS),
        ("warning", Warning::WORDINGS),
        ("refused", Refusal::WORDINGS),
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
