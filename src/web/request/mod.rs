//! What was asked, and by whom.

mod asked;
mod cookies;
mod figures;
mod form;
mod listing;
mod origin;
mod parameter;
mod question;
mod scope;

pub(super) use asked::{Admitted, PageRequest};
#[cfg(feature = "sso")]
pub(super) use cookies::SSO as SSO_COOKIE;
pub(super) use cookies::{RequestCookies, SESSION as SESSION_COOKIE};
pub(super) use figures::{FIGURE_NAMES, as_at_words, figure_parameters, figures_asked};
pub(super) use form::{FormFields, FormToken};
pub(super) use listing::{
    OrganisationAsked, PartAsked, SIZES, organisation_asked, refuse_unknown, viewer_of_all,
};
pub(super) use origin::{HostVerdict, is_from_here, is_own_host, own_address};
pub(super) use parameter::{Parameter, ParameterKind, ParameterValue, Prominence};
pub(super) use question::PageQuestion;
pub(super) use scope::ReachedScope;
