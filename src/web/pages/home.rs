//! Where somebody who is signed in begins, and the files that pages load.

use crate::jobs::accounts::session::SignedIn;
use crate::web::answer::{Fault, Reply};
use crate::web::assets;
use crate::web::request::Asked;

/// The first page that whoever is signed in may see.
pub(crate) fn home(_: &Asked<'_>, _: &SignedIn) -> Result<Reply, Fault> {
    Ok(Reply::see("/account"))
}

/// A file that pages load.
pub(crate) fn asset(asked: &Asked<'_>) -> Result<Reply, Fault> {
    assets::at(asked.path).map(Reply::asset).ok_or(Fault::NotFound)
}
