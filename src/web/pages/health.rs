//! Whether the console is there, for whatever watches over it (spec 8.15): without a sign-in, and without a detail.

use crate::web::answer::{Fault, Reply};
use crate::web::request::PageRequest;

/// It answers.
pub(crate) fn live(_: &PageRequest<'_>) -> Result<Reply, Fault> {
    Ok(Reply::plain(200, "ok\n"))
}

/// It answers, and can read the database.
pub(crate) fn ready(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    Ok(match asked.app().db.newest_instant() {
        Ok(_) => Reply::plain(200, "ready\n"),
        Err(_) => Reply::plain(503, "not ready\n"),
    })
}
