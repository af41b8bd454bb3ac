//! What staff lists say of somebody, field by field.

use serde_json::{Value, json};

use crate::register::{Assignment, PostFields, StaffField};

/// Adds texts of a staff list under their canonical names.
pub(super) fn add_texts<'a>(document: &mut Value, texts: impl Iterator<Item = (&'a StaffField, &'a String)>) {
    if let Value::Object(document) = document {
        document.extend(texts.map(|(about, said)| (about.name.to_owned(), json!(said))));
    }
}

/// A line for each text that is told by itself: `Professional registration: 12A3456E`.
pub(super) fn own_lines<'a>(
    texts: impl Iterator<Item = (&'a StaffField, &'a String)>,
) -> impl Iterator<Item = String> {
    let own = texts.filter(|(about, said)| !about.label.is_empty() && !said.is_empty());
    own.map(|(about, said)| format!("{}: {said}", about.label))
}

/// What staff lists say of the assignment.
pub(super) fn said_of_post<'a>(
    posts: &'a [PostFields<String>],
    assignment: &Assignment,
) -> Option<&'a PostFields<String>> {
    posts.iter().find(|post| post.assignment_number == *assignment.number)
}
