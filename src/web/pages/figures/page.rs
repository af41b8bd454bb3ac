//! What every page of figures says and reads alike.

use super::groups::CountsLead;
use crate::access::AccessRight;
use crate::answers::{self, Question, StatusAnswer, Viewer};
use crate::compliance::GroupBy;
use crate::web::answer::Fault;
use crate::web::request::{Admitted, PageRequest, ReachedScope};
use crate::wording::long_date;

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

/// As at when, as known when, by which policy.
pub(super) fn as_at_words(asked: &PageRequest<'_>, of: &Question) -> String {
    let known = if of.asked_now {
        "as known now".to_owned()
    } else {
        format!("as known at {}", asked.instant_words(of.known_at))
    };
    let policy = if of.policy_of == of.as_at { "that day" } else { "today" };
    format!("As at {}, {known}, by the policy of {policy}.", long_date(of.as_at))
}
