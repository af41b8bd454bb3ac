//! Accounts and the roles that are granted to them.

use std::fmt;

use chrono::{DateTime, Utc};

/// What an account is for. Roles add up (spec 8.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AccessRole {
    /// Runs the machine.
    Operator,
    /// Keeps the register.
    Hr,
    /// Answers for people.
    Manager,
    /// Reads what a board is told.
    Board,
    /// Looks over everything, and changes nothing.
    Auditor,
    /// A member of staff, for themselves alone: never granted, but of every account that is linked to one.
    Staff,
}

impl AccessRole {
    /// The roles that can be granted, in the order in which they are named.
    pub const GRANTED: [Self; 5] = [Self::Operator, Self::Hr, Self::Manager, Self::Board, Self::Auditor];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Hr => "hr",
            Self::Manager => "manager",
            Self::Board => "board",
            Self::Auditor => "auditor",
            Self::Staff => "staff",
        }
    }

    /// The role that can be granted and has exactly this name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::GRANTED.into_iter().find(|role| role.as_str() == text)
    }
}

impl fmt::Display for AccessRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The people whom a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantScope {
    /// All of the organisation.
    Everyone,
    /// Those whose post names the account's member of staff as manager.
    Reports,
    /// Those who hold a post in a unit like this, as policies write it (spec 2.3).
    Unit(String),
}

impl GrantScope {
    /// The scope that is written so: `reports`, `unit:PATTERN`, or nothing for everyone.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "" => Some(Self::Everyone),
            "reports" => Some(Self::Reports),
            _ => {
                let unit = text.strip_prefix("unit:")?.trim();
                (!unit.is_empty()).then(|| Self::Unit(unit.to_owned()))
            }
        }
    }

    /// As it is written.
    pub fn written(&self) -> String {
        match self {
            Self::Everyone => String::new(),
            Self::Reports => "reports".to_owned(),
            Self::Unit(unit) => format!("unit:{unit}"),
        }
    }
}

/// A role of an account at one organisation, or at all.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessGrant {
    /// The role.
    pub role: AccessRole,
    /// The organisation's code; `None` for all.
    pub organisation: Option<String>,
    /// Whom it reaches there.
    pub scope: GrantScope,
}

/// Who the holder of an account is at an identity provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountIdentity {
    /// The provider.
    pub issuer: String,
    /// The number by which it knows them.
    pub subject: String,
}

/// Somebody who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAccount {
    /// Its number, by which the audit log knows it.
    pub id: i32,
    /// The address, as it was written.
    pub email: String,
    /// What the holder is called.
    pub name: String,
    /// The member of staff whose account it is, by the register's number.
    pub staff_id: Option<i32>,
    /// Whether it may be used.
    pub enabled: bool,
    /// Whether a password was chosen.
    pub has_password: bool,
    /// Whether codes of a device are asked for.
    pub has_second_factor: bool,
    /// When it was last signed in to.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Who its holder is at identity providers.
    pub identities: Vec<AccountIdentity>,
    /// What it may do by hand, in order of role and organisation.
    pub grants: Vec<AccessGrant>,
    /// What its holder's groups at the provider let it do, in the same order: only while they are signed in there, and the
    /// provider told their groups.
    pub group_grants: Vec<AccessGrant>,
}

impl UserAccount {
    /// Whether its holder did what lets them in: chose a password, or came from a provider.
    pub fn has_way_in(&self) -> bool {
        self.has_password || !self.identities.is_empty()
    }

    /// Everything that it may do at some time, by hand and by groups.
    pub(crate) fn all_grants(&self) -> impl Iterator<Item = &AccessGrant> {
        self.grants.iter().chain(&self.group_grants)
    }

    /// How it stands: `disabled`, `invited` until there is a way in, or `usable`.
    pub fn state(&self) -> &'static str {
        match (self.enabled, self.has_way_in()) {
            (false, _) => "disabled",
            (true, false) => "invited",
            (true, true) => "usable",
        }
    }

    /// How the audit log names it as somebody who acts.
    pub fn actor_name(&self) -> String {
        format!("account {}", self.id)
    }

    /// Whether it is the account of an operator that can be used: the last of those is never ended.
    pub(crate) fn is_usable_operator(&self) -> bool {
        self.enabled && self.grants.iter().any(|grant| grant.role == AccessRole::Operator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_read_as_it_is_written() {
        for (text, scope) in [
            ("", Some(GrantScope::Everyone)),
            ("reports", Some(GrantScope::Reports)),
            ("unit:Surgery/*", Some(GrantScope::Unit("Surgery/*".to_owned()))),
            ("unit:", None),
            ("unit: ", None),
            ("team", None),
        ] {
            assert_eq!(GrantScope::parse(text), scope, "{text}");
            assert!(scope.is_none_or(|scope| scope.written() == text), "{text}");
        }
    }

    #[test]
    fn nobody_can_be_granted_to_be_staff() {
        for role in AccessRole::GRANTED {
            assert_eq!(AccessRole::parse(role.as_str()), Some(role));
        }
        assert_eq!(AccessRole::parse("staff"), None);
    }
}
