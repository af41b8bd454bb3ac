//! What every page of figures says and reads alike.

use super::groups::CountsLead;
use crate::access::AccessRight;
use crate::answers::{self, Question, StatusAnswer, Viewer};
use crate::compliance::GroupBy;
use crate::web::answer::Fault;
use crate::web::request::{Admitted, PageRequest, ReachedScope};

/// The figures, as far as they are told to whoever sees nobody by name.
pub(super) fn status(
    asked: &PageRequest<'_>,
    of: &Question,
    viewer: &Viewer,
    lead: CountsLead,
    by: &[GroupBy],
) -> Result<StatusAnswer, Fault> {
    let answer = answers::status(asked.app(), of, viewer, by)?;
    Ok(match lead {
        CountsLead::ToPeople => answer,
        CountsLead::Nowhere => answer.without_few(),
    })
}

/// Whether counts lead to lists: for whoever may see those people by name.
pub(super) fn lead(by: &Admitted<'_>, scope: &ReachedScope, organisation: Option<&str>) -> CountsLead {
    let sees_them = by.who().holder.may(AccessRight::People, organisation);
    // Whoever reaches part of an organisation is a manager, who sees that part by name.
    if sees_them || !scope.is_whole(organisation) { CountsLead::ToPeople } else { CountsLead::Nowhere }
}
