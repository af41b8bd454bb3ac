//! Where an item of the worklist is seen to.

use crate::casework::WorkKind;

/// Where the page of an item is, by its kind and what it is about.
pub(super) fn address(item: &str) -> String {
    format!("/worklist/{}", item.replacen(' ', "/", 1))
}

/// Where an item is put right, by its kind and what it is about.
pub(super) fn put_right_at(item: &str) -> String {
    let (kind, about) = item.split_once(' ').unwrap_or((item, ""));
    match WorkKind::parse(kind) {
        Some(WorkKind::BouncingAddress | WorkKind::SharedAddress) => format!("/people/{about}"),
        Some(WorkKind::RejectedRows) => format!("/imports/{about}/rejected"),
        Some(WorkKind::HeldMail) => format!("/outbox?state=held&organisation={about}"),
        None => String::new(),
    }
}
