//! What can be done about an account: giving a role, taking one away, a new link, disabling, signing out.

use super::{one, places};
use crate::access::{AccessGrant, UserAccount};
use crate::answers;
use crate::jobs::{
    LinkDelivery, UserChange, UserChangeOutcome, UserRefused, account_with_id, change_user_once,
};
use crate::web::answer::{Fault, FieldFault, Notice, Reply};
use crate::web::request::{Admitted, PageRequest, ReachedScope};

/// Gives the role that the form says.
pub(crate) fn grant(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = found(asked, by)?;
    let to_give = places::to_give(asked, by)?;
    let is_own = account.id == by.who().account.id;
    if is_own || to_give.is_empty() {
        return Err(Fault::NotFound);
    }
    let grant = match places::said(asked, &to_give) {
        Ok(grant) => grant,
        Err(fault) => return one::show(asked, by, vec![fault]),
    };
    let what = format!("{} is {} now", account.email, places::in_words(&grant));
    let nobody = places::nobody_words(asked, &account.email, &grant)?;
    let then =
        format!("It holds from the next page they ask for. To take it back, take the role away.{nobody}");
    change(asked, by, &account, &UserChange::Grant(grant), (what, &then))
}

/// Takes the role away that the form names.
pub(crate) fn revoke(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = found(asked, by)?;
    let is_meant = |grant: &&AccessGrant| places::in_words(grant) == asked.form.one("grant");
    let Some(grant) = account.grants.iter().find(is_meant) else {
        return Ok(Reply::see(address(&account)));
    };
    if !by.who().holder.may_grant(grant, Some(account.id)) {
        return Err(Fault::NotFound);
    }
    let what = format!("{} is no longer {}", account.email, places::in_words(grant));
    let then = "It holds from the next page they ask for. To take it back, give the role again.";
    change(asked, by, &account, &UserChange::Revoke(grant.clone()), (what, then))
}

/// Mails a link by which the holder chooses a password.
pub(crate) fn reset(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = changeable(asked, by)?;
    let what = format!("A link is on its way to {}", account.email);
    let then = match asked.app().config.web.has_passwords {
        true => "It works once. The password they have holds until they choose another.",
        false => "It works once, and leads to where they sign in with their work account.",
    };
    change(asked, by, &account, &UserChange::Reset(LinkDelivery::Mailed), (what, then))
}

/// Takes off who the holder is at the identity provider.
pub(crate) fn take_identity(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = changeable(asked, by)?;
    let what = format!("{} no longer signs in with their work account", account.email);
    let then = if account.has_password {
        "Whoever was signed in with it is signed out. They sign in with their password, and can connect it again on their own page."
    } else {
        "Whoever was signed in with it is signed out. To let them in again, mail them a link."
    };
    change(asked, by, &account, &UserChange::TakeIdentity, (what, then))
}

/// Lets the account be used again.
pub(crate) fn enable(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = changeable(asked, by)?;
    let what = format!("The account of {} can be used again", account.email);
    change(asked, by, &account, &UserChange::Enable, (what, "To take it back, disable the account."))
}

/// Lets nobody use the account, from this moment.
pub(crate) fn disable(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = changeable(asked, by)?;
    let what = format!("Nobody can use the account of {} any more", account.email);
    let then = "Whoever was signed in is signed out. To take it back, let the account be used again.";
    change(asked, by, &account, &UserChange::Disable, (what, then))
}

/// Signs out whoever is signed in.
pub(crate) fn end_sign_ins(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<Reply, Fault> {
    let account = changeable(asked, by)?;
    let what = format!("Whoever was signed in as {} is signed out", account.email);
    change(asked, by, &account, &UserChange::EndSignIns, (what, "They can sign in again at once."))
}

/// The account that the address names, where whoever asks may see it.
fn found(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<UserAccount, Fault> {
    let scope = ReachedScope::of(asked, by)?;
    let id: i32 = asked.place().parse().map_err(|_| Fault::NotFound)?;
    scope.first_seen(|viewer| answers::user_account(asked.app(), viewer, id))?;
    account_with_id(asked.app(), id)?.ok_or(Fault::NotFound)
}

/// The same, where they may change it.
fn changeable(asked: &PageRequest<'_>, by: &Admitted<'_>) -> Result<UserAccount, Fault> {
    Some(found(asked, by)?).filter(|account| by.who().holder.may_change(account)).ok_or(Fault::NotFound)
}

fn address(account: &UserAccount) -> String {
    format!("/accounts/{}", account.id)
}

fn change(
    asked: &PageRequest<'_>,
    by: &Admitted<'_>,
    account: &UserAccount,
    change: &UserChange,
    (what, then): (String, &str),
) -> Result<Reply, Fault> {
    let once = asked.once(by.who())?;
    let (app, actor) = (asked.app(), by.who().actor());
    match change_user_once(app, &account.email, change, &actor, Some(&once), asked.now) {
        Ok(Some(UserChangeOutcome::Done | UserChangeOutcome::Link { .. })) => {
            Notice::Done { what, then: then.to_owned() }.keep(asked, by.who())?;
        }
        Ok(Some(UserChangeOutcome::StoodSo)) => {
            let what = "Nothing was to be done".to_owned();
            Notice::Done { what, then: "It stood so already.".to_owned() }.keep(asked, by.who())?;
        }
        Ok(None) => {}
        Err(error) => {
            let field = if asked.path.ends_with("/grant") { "role" } else { "main" };
            return one::show(asked, by, vec![FieldFault { field, words: words_of(error)? }]);
        }
    }
    Ok(Reply::see(address(account)))
}

/// Why it was not done, in words of the console; anything else is a fault of ours.
pub(super) fn words_of(error: anyhow::Error) -> Result<String, Fault> {
    let Some(refused) = error.downcast_ref::<UserRefused>() else { return Err(error.into()) };
    Ok(match refused {
        UserRefused::Taken(email) => format!("There is an account of {email} already: give that one the role"),
        UserRefused::Unknown(email) => format!("There is no account of {email} any more"),
        UserRefused::WhoseReports => {
            "Say by the employee number who they are: only somebody on the staff manages people".to_owned()
        }
        UserRefused::NobodysReports(email) => {
            format!("{email} is the account of nobody on the staff, who could manage people: choose a unit")
        }
        UserRefused::LastOperator(email) => {
            format!("{email} is the last operator who can sign in: make another one first")
        }
        UserRefused::Disabled(_) => "The account is disabled: let it be used again first".to_owned(),
        UserRefused::SignsInElsewhere(_) => {
            "They sign in with their work account, and nobody has a password here: where they have another one, disconnect it first"
                .to_owned()
        }
        UserRefused::NoLinks => {
            "No link can be mailed, because the address of this console is not in the settings: ask whoever runs refresher to set public_url in [web]"
                .to_owned()
        }
    })
}
