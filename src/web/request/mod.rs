//! What was asked, and by whom.

mod asked;
mod form;
mod origin;

pub(super) use asked::{Asked, Client};
pub(super) use form::{FormFields, FormToken};
pub(super) use origin::{HostVerdict, is_from_here, is_own_host};
