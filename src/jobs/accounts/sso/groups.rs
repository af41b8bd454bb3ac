//! What somebody's groups at the provider let them do, worked out anew at every sign-in (spec 8.3).

use chrono::{DateTime, Utc};

use crate::access::sso::GroupsTold;
use crate::access::{AccessGrant, AccessRole, GrantScope, SignInWay, UserAccount, store};
use crate::audit::{self, Act, Action, Actor};
use crate::config::OidcRole;
use crate::db::Conn;
use crate::jobs::accounts::grant_details::group_grant_details;

/// Has an account be allowed what its holder's groups say, where the provider told them. What was granted by hand stays as it
/// is; what groups gave stays where they are not told, and is not theirs in this sign-in.
pub(super) fn work_out(
    conn: &mut Conn,
    account: &UserAccount,
    (roles, told): (&[OidcRole], &GroupsTold),
    now: DateTime<Utc>,
) -> anyhow::Result<SignInWay> {
    if roles.is_empty() {
        return Ok(SignInWay::Sso);
    }
    let GroupsTold::Listed(groups) = told else { return Ok(SignInWay::SsoWithoutGroups) };
    let wanted = wanted(roles, groups, account.staff_id.is_some());
    let change = store::set_group_grants(conn, account.id, &wanted, now)?;
    let by = Actor::named("single sign-on");
    for (grants, action) in [(&change.given, Action::Grant), (&change.taken, Action::Revoke)] {
        for grant in grants {
            let details = group_grant_details(grant);
            audit::record(conn, &Act::new(&by, action, account.actor_name(), details), now)?;
        }
    }
    for grant in change.nowhere {
        tracing::warn!(
            organisation = grant.organisation,
            "a role of [web.oidc] is at an organisation that nobody knows, and is given to nobody"
        );
    }
    Ok(SignInWay::Sso)
}

/// What these groups let somebody do; nobody has reports who is not on the staff.
fn wanted(roles: &[OidcRole], groups: &[String], is_on_the_staff: bool) -> Vec<AccessGrant> {
    let theirs = roles.iter().filter(|role| groups.contains(&role.group)).filter_map(grant_of);
    let mut wanted: Vec<AccessGrant> =
        theirs.filter(|grant| grant.scope != GrantScope::Reports || is_on_the_staff).collect();
    wanted.sort();
    wanted.dedup();
    wanted
}

/// The grant that a role of the settings is: they name none that is not one.
fn grant_of(role: &OidcRole) -> Option<AccessGrant> {
    Some(AccessGrant {
        role: AccessRole::parse(&role.role)?,
        organisation: role.organisation.clone(),
        scope: GrantScope::parse(&role.scope)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role(group: &str, role: &str, organisation: Option<&str>, scope: &str) -> OidcRole {
        let [group, role, scope] = [group, role, scope].map(str::to_owned);
        OidcRole { group, role, organisation: organisation.map(str::to_owned), scope }
    }

    #[test]
    fn groups_let_do_what_the_settings_say_and_nothing_is_made_of_others() {
        let roles = [
            role("a", "hr", Some("RXX"), ""),
            role("b", "manager", Some("RXX"), "reports"),
            role("c", "auditor", None, ""),
            role("d", "hr", Some("RXX"), ""),
        ];
        let hr = || AccessGrant {
            role: AccessRole::Hr,
            organisation: Some("RXX".to_owned()),
            scope: GrantScope::Everyone,
        };
        let led = || AccessGrant { role: AccessRole::Manager, scope: GrantScope::Reports, ..hr() };
        for (groups, on_the_staff, expected) in [
            (vec!["a", "d", "x"], true, vec![hr()]),
            (vec!["A", "a "], true, vec![]),
            (vec!["b"], true, vec![led()]),
            (vec!["b"], false, vec![]),
            (vec![], true, vec![]),
        ] {
            let groups: Vec<String> = groups.into_iter().map(str::to_owned).collect();
            assert_eq!(wanted(&roles, &groups, on_the_staff), expected, "{groups:?}");
        }
        assert_eq!(wanted(&roles, &["c".to_owned()], false)[0].organisation, None);
    }
}
