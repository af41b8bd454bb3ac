//! Where somebody who is signed in begins, and the files that pages load.

use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{Fault, PageFrame, Reply};
use crate::web::assets;
use crate::web::request::PageRequest;

/// The first page that whoever is signed in may see.
pub(crate) fn home(_: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    Ok(Reply::see(PageFrame::first_page(who)))
}

/// A file that pages load.
pub(crate) fn asset(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    assets::at(asked.path).map(Reply::asset).ok_or(Fault::NotFound)
}
