//! Where somebody who is signed in begins, and the files that pages load.

use super::figures::dashboard;
use crate::access::AccessRight;
use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{Fault, PageFrame, Reply};
use crate::web::assets;
use crate::web::request::{Admitted, PageRequest};

/// The dashboard, for whoever may see figures; others are sent to the first page that is for them.
pub(crate) fn home(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    match Admitted::by(who, AccessRight::Figures) {
        Some(by) => dashboard::get(asked, &by),
        None if asked.path == "/" => Ok(Reply::see(PageFrame::first_page(who))),
        None => Err(Fault::NotFound),
    }
}

/// A file that pages load.
pub(crate) fn asset(asked: &PageRequest<'_>) -> Result<Reply, Fault> {
    assets::at(asked.path).map(Reply::asset).ok_or(Fault::NotFound)
}
