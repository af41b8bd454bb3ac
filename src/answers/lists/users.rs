//! `user list`: the accounts of the console.

use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::access::store::{self, KeptSignIn};
use crate::access::{AccessGrant, AccessRole, AccountIdentity, GrantScope, UserAccount};
use crate::answers::forms::sheet::{AnswerCell, AnswerRows};
use crate::answers::forms::table::ListColumn;
use crate::answers::{Answer, Viewer, shapes};
use crate::app::App;

/// Accounts, in order of their numbers.
#[derive(Debug)]
pub struct UserAccounts {
    accounts: Vec<UserAccount>,
}

/// The accounts, or those that have a role, that the viewer may see: of an organisation those with a role there; somebody
/// who sees some people alone sees none.
pub fn users(app: &App, viewer: &Viewer, role: Option<AccessRole>) -> anyhow::Result<UserAccounts> {
    let mut accounts = app.db.read(store::all_accounts)?;
    accounts.retain(|account| match viewer {
        Viewer::Everything => true,
        Viewer::Organisation(code) => {
            account.all_grants().any(|grant| grant.organisation.as_ref().is_none_or(|at| at == code))
        }
        Viewer::Unit { .. } | Viewer::DirectReports(_) | Viewer::Oneself(_) | Viewer::Together { .. } => {
            false
        }
    });
    if let Viewer::Organisation(code) = viewer {
        // What somebody may do elsewhere is not told here.
        let is_here = |grant: &AccessGrant| grant.organisation.as_ref().is_none_or(|at| at == code);
        for account in &mut accounts {
            account.grants.retain(is_here);
            account.group_grants.retain(is_here);
        }
    }
    accounts.retain(|account| role.is_none_or(|role| account.all_grants().any(|grant| grant.role == role)));
    Ok(UserAccounts { accounts })
}

/// The account with this number and its sign-ins that stand, the newest first; `None` where there is none, or none for the
/// viewer.
pub(crate) fn user_account(
    app: &App,
    viewer: &Viewer,
    id: i32,
) -> anyhow::Result<Option<(UserAccount, Vec<KeptSignIn>)>> {
    let account = users(app, viewer, None)?.accounts.into_iter().find(|account| account.id == id);
    let Some(account) = account else { return Ok(None) };
    let sign_ins = app.db.read(|conn| store::sign_ins_of(conn, id))?;
    Ok(Some((account, sign_ins)))
}

impl UserAccounts {
    /// Their numbers.
    pub(crate) fn ids(&self) -> impl Iterator<Item = i32> {
        self.accounts.iter().map(|account| account.id)
    }

    /// Whose they are who are on the staff, by the register's numbers, each with the row of the account.
    pub(crate) fn staff_ids(&self) -> impl Iterator<Item = (usize, i32)> + '_ {
        self.accounts.iter().enumerate().filter_map(|(row, account)| Some((row, account.staff_id?)))
    }

    /// The accounts, a row each.
    pub fn sheet(&self) -> AnswerRows<'_> {
        let columns = vec![
            ListColumn::code("account"),
            ListColumn::words("email"),
            ListColumn::words("name"),
            ListColumn::words("roles"),
            ListColumn::code("second factor"),
            ListColumn::words("last signed in"),
            ListColumn::code("state"),
        ];
        let row = |account: &UserAccount| {
            [
                account.id.to_string(),
                account.email.clone(),
                account.name.clone(),
                account.all_grants().map(role_at).collect::<Vec<_>>().join(", "),
                if account.has_second_factor { "yes" } else { "no" }.to_owned(),
                account.last_sign_in_at.map(shapes::instant).unwrap_or_default(),
                account.state().to_owned(),
            ]
            .map(AnswerCell::Text)
            .to_vec()
        };
        AnswerRows::new("UserAccounts", columns, self.accounts.iter().map(row))
    }
}

fn role_at(grant: &AccessGrant) -> String {
    let place = grant.organisation.as_deref().unwrap_or("*");
    match &grant.scope {
        GrantScope::Everyone => format!("{} at {place}", grant.role),
        scope => format!("{} at {place} ({})", grant.role, scope.written()),
    }
}

/// An account as programs read it.
pub(crate) fn user_document(account: &UserAccount) -> Value {
    let grant = |grant: &AccessGrant, source: &str| {
        json!({
            "role": grant.role.as_str(),
            "organisation": grant.organisation.as_deref().unwrap_or("*"),
            "scope": grant.scope.written(),
            "source": source,
        })
    };
    let by_hand = account.grants.iter().map(|one| grant(one, "hand"));
    let by_group = account.group_grants.iter().map(|one| grant(one, "group"));
    let identity = |one: &AccountIdentity| json!({ "issuer": one.issuer, "subject": one.subject });
    json!({
        "account": account.id,
        "email": account.email,
        "name": account.name,
        "enabled": account.enabled,
        "second_factor": account.has_second_factor,
        "identities": account.identities.iter().map(identity).collect::<Vec<_>>(),
        "grants": by_hand.chain(by_group).collect::<Vec<_>>(),
        "last_sign_in_at": account.last_sign_in_at.map(shapes::instant),
    })
}

impl Serialize for UserAccounts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        json!({ "users": self.accounts.iter().map(user_document).collect::<Vec<_>>() }).serialize(serializer)
    }
}

impl Answer for UserAccounts {
    fn words(&self, width: usize) -> String {
        if self.accounts.is_empty() {
            return "There are no such accounts: `refresher user add` makes one.".to_owned();
        }
        self.sheet().table(width)
    }
}
