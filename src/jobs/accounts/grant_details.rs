//! What the audit log says of a role that was granted or taken away.

use serde_json::{Value, json};

use crate::access::AccessGrant;

/// Which role, where and for whom; by hand.
pub(super) fn grant_details(grant: &AccessGrant) -> Value {
    json!({ "role": grant.role.as_str(), "organisation": grant.organisation, "scope": grant.scope.written() })
}

/// The same of one that a group gave.
pub(super) fn group_grant_details(grant: &AccessGrant) -> Value {
    json!({
        "role": grant.role.as_str(),
        "organisation": grant.organisation,
        "scope": grant.scope.written(),
        "source": "group",
    })
}
