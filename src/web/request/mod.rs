//! What was asked, and by whom.

mod asked;
mod form;
mod listing;
mod origin;

pub(super) use asked::{Admitted, Client, PageRequest};
pub(super) use form::{FormFields, FormToken};
pub(super) use listing::{
    OrganisationAsked, PartAsked, SIZES, organisation_asked, refuse_unknown, viewer_of_all,
};
pub(super) use origin::{HostVerdict, is_from_here, is_own_host};
