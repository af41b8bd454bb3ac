//! The table of rights: who may do what, as data (spec 8.2), and the one question that is asked of it.

use super::roles::{AccessGrant, AccessRole, GrantScope, UserAccount};

/// How far a role reaches in a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RoleReach {
    /// Not at all.
    Never,
    /// Within the grant's organisation and scope.
    Within,
    /// Within it, where the grant is at all organisations.
    AtAll,
    /// What is about the account's own member of staff.
    Own,
}

use RoleReach::{AtAll, Never, Own, Within};

/// Makes the rights and their rows from one table: the roles stand in the order of [`AccessRole`], staff last.
macro_rules! rights {
    ($($(#[$about:meta])* $right:ident $what:literal [$operator:ident $hr:ident $manager:ident $board:ident $auditor:ident $staff:ident])*) => {
        /// Something that can be done: every route, row, file and export of the console names one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AccessRight {
            $($(#[$about])* $right,)*
        }

        impl AccessRight {
            /// Every right, in the order of the table.
            pub const ALL: &'static [Self] = &[$(Self::$right),*];

            /// What it allows, in the words of the table.
            pub fn what(self) -> &'static str {
                match self {
                    $(Self::$right => $what,)*
                }
            }

            /// How far each role reaches, in the order of [`AccessRole`].
            pub(crate) const fn row(self) -> [RoleReach; 6] {
                match self {
                    $(Self::$right => [$operator, $hr, $manager, $board, $auditor, $staff],)*
                }
            }
        }
    };
}

rights! {
    /// The figures of the dashboard, units, courses, the forecast and the budget.
    Figures "figures" [Never Within Within Within Within Never]
    /// People by name: lists, a person, their history, and exports of them.
    People "people" [Never Within Within Never Within Own]
    /// What was imported.
    ImportsSee "imports: see" [Never Within Never Never Within Never]
    /// Bring, apply, put right, undo.
    ImportsChange "imports: change" [Never Within Never Never Never Never]
    /// Who is exempt from what.
    ExemptionsSee "exemptions: see" [Never Within Within Never Within Own]
    /// Add one, end one.
    ExemptionsChange "exemptions: change" [Never Within Never Never Never Never]
    /// States and errors of messages, their addresses masked.
    OutboxStates "outbox: states" [Within Within Never Never Within Never]
    /// Try what failed again.
    OutboxRetry "outbox: retry" [Within Within Never Never Never Never]
    /// What was said to whom.
    OutboxWords "outbox: words" [Never Within Never Never Within Own]
    /// Let go what is held, cancel.
    OutboxChange "outbox: change" [Never Within Never Never Never Never]
    /// The summaries of a board.
    BoardRead "board summaries: read" [Never Within Never Within Within Never]
    /// Issue a month, restate it, send it again.
    BoardChange "board summaries: change" [Never Within Never Never Never Never]
    /// The organisations side by side.
    Review "review" [Never AtAll Never AtAll AtAll Never]
    /// Statements of assurance and their answers.
    AssuranceRead "assurance: read" [Never Within Never Within Within Never]
    /// Answer one anew.
    AssuranceAnswer "assurance: answer" [Never Within Never Never Never Never]
    /// The policy, and those before it.
    PolicyRead "policy: read" [Never Within Never Within Within Never]
    /// Check a draft, and see what it would do.
    PolicyPreview "policy: preview" [Never Within Never Never Never Never]
    /// Put a draft in force.
    PolicyPutInForce "policy: put in force" [Never AtAll Never Never Never Never]
    /// Everything kept about a person, handed out.
    PersonExport "person: export" [Never Within Never Never Never Own]
    /// Everything kept about a person, removed for good.
    PersonPurge "person: purge" [Never Within Never Never Never Never]
    /// Accounts and their grants.
    AccountsSee "accounts: see" [Within Within Never Never Within Never]
    /// Any account and any grant, but of oneself.
    AccountsChange "accounts: change" [Within Never Never Never Never Never]
    /// Accounts of managers and boards.
    AccountsOfReaders "accounts: managers and boards" [Within Within Never Never Never Never]
    /// Everything in the audit log.
    AuditAll "audit log: all" [Never Never Never Never AtAll Never]
    /// What the audit log says of accounts, jobs and settings.
    AuditRunning "audit log: accounts, jobs, settings" [Within Never Never Never AtAll Never]
    /// What it says of people, imports and messages.
    AuditRegister "audit log: people, imports, messages" [Never Within Never Never AtAll Never]
    /// Health, jobs and settings, without secrets.
    HealthSee "health: see" [Within Within Never Never Within Never]
    /// Look everything over now.
    HealthCheck "health: check" [Within Never Never Never Never Never]
}

/// Part of what a holder may reach by a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessReach {
    /// An organisation, or all where it is `None`, in whole or in part.
    Granted {
        /// The organisation's code.
        organisation: Option<String>,
        /// Whom there.
        scope: GrantScope,
    },
    /// The account's own member of staff, by the register's number.
    Own(i32),
}

/// Whoever asks: an account with its grants, read at every request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessHolder {
    /// The account's number.
    pub account: i32,
    /// The member of staff whose account it is, where they are in post.
    pub staff_id: Option<i32>,
    /// What it was granted.
    pub grants: Vec<AccessGrant>,
}

impl AccessHolder {
    /// Everything that the right lets the holder reach, in the order of the grants; nothing where they may not at all.
    pub fn reach(&self, right: AccessRight) -> Vec<AccessReach> {
        let [operator, hr, manager, board, auditor, staff] = right.row();
        let of_grant = |grant: &AccessGrant| {
            let reach = match grant.role {
                AccessRole::Operator => operator,
                AccessRole::Hr => hr,
                AccessRole::Manager => manager,
                AccessRole::Board => board,
                AccessRole::Auditor => auditor,
                AccessRole::Staff => Never,
            };
            let counts = match reach {
                Within => true,
                AtAll => grant.organisation.is_none(),
                Never | Own => false,
            };
            let granted = || AccessReach::Granted {
                organisation: grant.organisation.clone(),
                scope: grant.scope.clone(),
            };
            counts.then(granted)
        };
        let own = self.staff_id.filter(|_| staff == Own).map(AccessReach::Own);
        self.grants.iter().filter_map(of_grant).chain(own).collect()
    }

    /// Whether the holder may do this for the whole of the organisation with this code; for all organisations, where it
    /// is `None`.
    pub fn may(&self, right: AccessRight, organisation: Option<&str>) -> bool {
        self.reach(right).iter().any(|reach| match reach {
            AccessReach::Granted { organisation: None, scope: GrantScope::Everyone } => true,
            AccessReach::Granted { organisation: Some(code), scope: GrantScope::Everyone } => {
                organisation == Some(code.as_str())
            }
            AccessReach::Granted { .. } | AccessReach::Own(_) => false,
        })
    }

    /// Whether the holder may do this for others than themselves.
    pub fn may_for_others(&self, right: AccessRight) -> bool {
        self.reach(right).iter().any(|reach| matches!(reach, AccessReach::Granted { .. }))
    }

    /// Whether the holder may give this to the account with this number, or take it away: nobody does to themselves.
    pub fn may_grant(&self, grant: &AccessGrant, account: Option<i32>) -> bool {
        let place = grant.organisation.as_deref();
        let is_reader = matches!(grant.role, AccessRole::Manager | AccessRole::Board);
        account != Some(self.account)
            && (self.may(AccessRight::AccountsChange, place)
                || (is_reader && self.may(AccessRight::AccountsOfReaders, place)))
    }

    /// Whether the holder may change an account in another way: not their own, and only where all that it may do is
    /// theirs to give.
    pub fn may_change(&self, account: &UserAccount) -> bool {
        account.id != self.account
            && account.all_grants().all(|grant| self.may_grant(grant, Some(account.id)))
            && (account.all_grants().next().is_some() || self.may(AccessRight::AccountsChange, None))
    }

    /// Whether the holder may do this anywhere.
    pub fn may_anywhere(&self, right: AccessRight) -> bool {
        !self.reach(right).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn grant(role: AccessRole, organisation: Option<&str>, scope: GrantScope) -> AccessGrant {
        AccessGrant { role, organisation: organisation.map(str::to_owned), scope }
    }

    fn holder(staff_id: Option<i32>, grants: Vec<AccessGrant>) -> AccessHolder {
        AccessHolder { account: 1, staff_id, grants }
    }

    /// The rules say who may do what in a table of their own: this program's is that.
    #[test]
    fn the_table_of_rights_is_that_of_the_rules() {
        let rules =
            std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/spec.md")).unwrap();
        let section = rules.split("\n### ").find(|section| section.starts_with("8.2 ")).unwrap();
        let rows: Vec<Vec<&str>> = section
            .lines()
            .filter(|line| line.starts_with("| ") && !line.starts_with("| what"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let ours: Vec<Vec<&str>> = AccessRight::ALL
            .iter()
            .map(|right| {
                let cells = right.row().map(|reach| match reach {
                    Never => "–",
                    Within => "●",
                    AtAll => "● *",
                    Own => "◐ own",
                });
                [right.what()].into_iter().chain(cells).collect()
            })
            .collect();
        assert_eq!(rows, ours);
    }

    #[test]
    fn a_grant_reaches_its_own_organisation_and_no_other() {
        let hr = holder(None, vec![grant(AccessRole::Hr, Some("RXX"), GrantScope::Everyone)]);
        let right = AccessRight::OutboxChange;
        for (organisation, may) in
            [(Some("RXX"), true), (Some("RYY"), false), (Some("rxx"), false), (None, false)]
        {
            assert_eq!(hr.may(right, organisation), may, "{organisation:?}");
        }
        let everywhere = holder(None, vec![grant(AccessRole::Hr, None, GrantScope::Everyone)]);
        assert!(everywhere.may(right, Some("RYY")) && everywhere.may(right, None));
    }

    #[test]
    fn several_grants_add_up_and_no_grant_is_no_right() {
        let both = holder(
            None,
            vec![
                grant(AccessRole::Hr, Some("RXX"), GrantScope::Everyone),
                grant(AccessRole::Operator, Some("RYY"), GrantScope::Everyone),
            ],
        );
        assert!(
            both.may(AccessRight::OutboxRetry, Some("RXX"))
                && both.may(AccessRight::OutboxRetry, Some("RYY"))
        );
        assert!(
            both.may(AccessRight::OutboxWords, Some("RXX"))
                && !both.may(AccessRight::OutboxWords, Some("RYY"))
        );
        for right in AccessRight::ALL {
            assert!(!holder(None, Vec::new()).may_anywhere(*right), "{right:?}");
        }
    }

    #[test]
    fn what_needs_a_grant_at_all_organisations_is_not_had_by_one_at_each() {
        let each =
            ["RXX", "RYY"].map(|code| grant(AccessRole::Hr, Some(code), GrantScope::Everyone)).to_vec();
        assert!(!holder(None, each).may_anywhere(AccessRight::Review));
        let all = holder(None, vec![grant(AccessRole::Hr, None, GrantScope::Everyone)]);
        assert!(all.may(AccessRight::Review, None));
    }

    #[test]
    fn part_of_an_organisation_is_never_the_whole_of_it() {
        let scopes = [GrantScope::Reports, GrantScope::Unit("Surgery".to_owned())];
        for scope in scopes {
            let manager = holder(None, vec![grant(AccessRole::Manager, Some("RXX"), scope.clone())]);
            assert!(!manager.may(AccessRight::People, Some("RXX")), "{scope:?}");
            assert_eq!(
                manager.reach(AccessRight::People),
                [AccessReach::Granted { organisation: Some("RXX".to_owned()), scope }]
            );
        }
    }

    /// The table's row of accounts: an operator all but to themselves, HR managers and boards of their own organisation.
    #[test]
    fn an_account_is_changed_by_whoever_may_give_all_that_it_has_and_never_by_its_holder() {
        use AccessRole::{Auditor, Board, Hr, Manager, Operator};
        let everyone = GrantScope::Everyone;
        let of = |role, place: Option<&str>| holder(None, vec![grant(role, place, everyone.clone())]);
        let account = |id: i32, grants: Vec<AccessGrant>| UserAccount {
            id,
            email: String::new(),
            name: String::new(),
            staff_id: None,
            enabled: true,
            has_password: true,
            has_second_factor: false,
            last_sign_in_at: None,
            identities: Vec::new(),
            grants,
            group_grants: Vec::new(),
        };
        let here = |role| grant(role, Some("RXX"), everyone.clone());
        let there = |role| grant(role, Some("RYY"), everyone.clone());
        let anywhere = |role| grant(role, None, everyone.clone());
        for (by, grants, may) in [
            (of(Operator, Some("RXX")), vec![here(Operator)], true),
            (of(Operator, Some("RXX")), vec![here(Hr), there(Board)], false),
            (of(Operator, Some("RXX")), vec![anywhere(Board)], false),
            (of(Operator, Some("RXX")), vec![], false),
            (of(Operator, None), vec![], true),
            (of(Operator, None), vec![anywhere(Operator), there(Hr)], true),
            (of(Hr, Some("RXX")), vec![here(Manager), here(Board)], true),
            (of(Hr, Some("RXX")), vec![here(Manager), here(Hr)], false),
            (of(Hr, Some("RXX")), vec![there(Manager)], false),
            (of(Hr, None), vec![anywhere(Auditor)], false),
            (of(Auditor, None), vec![here(Board)], false),
            (of(Manager, Some("RXX")), vec![here(Manager)], false),
        ] {
            assert_eq!(by.may_change(&account(2, grants.clone())), may, "{by:?} of {grants:?}");
            assert!(!by.may_change(&account(1, grants.clone())), "{by:?} of their own");
            assert!(grants.iter().all(|grant| !by.may_grant(grant, Some(1))), "{by:?} to themselves");
        }
    }

    #[test]
    fn a_member_of_staff_reaches_themselves_alone() {
        let own = holder(Some(7), Vec::new());
        assert_eq!(own.reach(AccessRight::People), [AccessReach::Own(7)]);
        assert!(!own.may(AccessRight::People, Some("RXX")) && !own.may_anywhere(AccessRight::Figures));
    }
}
