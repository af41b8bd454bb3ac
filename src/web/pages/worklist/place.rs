//! Where an item of the worklist is seen to.

use crate::casework::WorkKind;

/// Where the page of an item is, by its kind and what it is about.
pub(super) fn address(kind: WorkKind, about: &str) -> String {
    format!("/worklist/{}/{about}", kind.as_str())
}

/// Where an item is put right, by its kind and what it is about.
pub(super) fn put_right_at(kind: WorkKind, about: &str) -> String {
    match kind {
        WorkKind::BouncingAddress | WorkKind::SharedAddress => format!("/people/{about}"),
        WorkKind::RejectedRows => format!("/imports/{about}/rejected"),
        WorkKind::HeldMail => format!("/outbox?state=held&organisation={about}"),
    }
}

/// The kind, and what it is about, of a row of the list, by its first cell.
pub(super) fn of_row(item: &str) -> Option<(WorkKind, &str)> {
    let (kind, about) = item.split_once(' ')?;
    Some((WorkKind::parse(kind)?, about))
}
