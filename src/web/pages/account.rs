//! `/account`: whoever is signed in, their password, their authenticator app and their sign-ins.

use askama::Template;

use super::people::saved;
use super::sign_in::device as connecting;
use crate::access::{AccessGrant, AccessRight, AccountIdentity, GrantScope, SavedFilter};
use crate::jobs::accounts::passwords::{ChoiceOutcome, PasswordForm, change_password as change};
use crate::jobs::accounts::second_step::{
    may_be_without, new_recovery_codes, recovery_codes_left, take_away,
};
use crate::jobs::accounts::session::{SignedIn, end_other_sign_ins, sign_ins};
use crate::jobs::{remove_filter as remove_saved, saved_filters};
use crate::web::answer::{Fault, FieldFault, Notice, PageFrame, Reply};
use crate::web::request::PageRequest;

/// One sign-in, in words.
struct SignInLine {
    began: String,
    seen: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "web/account.html")]
struct AccountPage {
    frame: PageFrame,
    name: String,
    email: String,
    roles: Vec<String>,
    identities: Vec<AccountIdentity>,
    /// Whether there is a provider that it can be bound to.
    may_connect: bool,
    has_password: bool,
    has_device: bool,
    codes_left: u64,
    may_be_without: bool,
    sign_ins: Vec<SignInLine>,
    filters: Vec<FilterLine>,
}

/// A saved filter, in words.
struct FilterLine {
    id: i32,
    name: String,
    href: String,
    /// For whom it stands there.
    of: String,
}

/// Shows it.
pub(crate) fn get(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    Reply::page(&page(asked, who, Vec::new())?)
}

/// Changes the password.
pub(crate) fn change_password(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let given = PasswordForm {
        old: asked.form.one("password"),
        new: asked.form.one("new_password"),
        form_key: &asked.form_key()?,
    };
    let faults = match change(asked.app(), &asked.state.passwords, who, given, asked.now)? {
        ChoiceOutcome::Chosen => {
            Notice::PasswordChanged.keep(asked, who)?;
            return Ok(Reply::see("/account"));
        }
        ChoiceOutcome::Refused => vec![FieldFault {
            field: "password",
            words: "This is not your password. Check it and try again; after several wrong tries you have to wait a few \
                    minutes"
                .to_owned(),
        }],
        ChoiceOutcome::Faulty(faults) => faults
            .into_iter()
            .map(|fault| FieldFault { field: "new_password", words: fault.words().to_owned() })
            .collect(),
    };
    Reply::page_with(422, &page(asked, who, faults)?)
}

/// Shows a secret for another device.
pub(crate) fn device(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    connecting::show(asked, who, "/account/device", "/account")
}

/// Connects it, in place of the one before.
pub(crate) fn connect(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    connecting::connect(asked, who, "/account/device")
}

/// Takes the device away, where the account may be without.
pub(crate) fn remove(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    if take_away(asked.app(), who, asked.now)? {
        Notice::DeviceTakenAway.keep(asked, who)?;
    }
    Ok(Reply::see("/account"))
}

/// Makes new recovery codes, shown once.
pub(crate) fn new_codes(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    if who.account.has_second_factor
        && let Some(codes) = new_recovery_codes(asked.app(), who, &asked.form_key()?, asked.now)?
    {
        Notice::RecoveryCodes { codes, device: false }.keep(asked, who)?;
    }
    Ok(Reply::see("/account"))
}

/// Removes a saved filter: one's own, or of an organisation whose files one brings.
pub(crate) fn remove_filter(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let id: i32 = asked.form.one("id").parse().map_err(|_| Fault::NotFound)?;
    let found = saved_filters(asked.app())?.into_iter().find(|filter| filter.id == id);
    match found {
        Some(filter) if may_remove(who, &filter) => {
            remove_saved(asked.app(), id)?;
            let what = format!("The filter “{}” is removed", filter.name);
            let then = "The list of people is as it was.".to_owned();
            Notice::Done { what, then }.keep(asked, who)?;
        }
        Some(_) => return Err(Fault::NotFound),
        None => {}
    }
    Ok(Reply::see("/account"))
}

fn may_remove(who: &SignedIn, filter: &SavedFilter) -> bool {
    let of_all = filter.organisation.as_deref();
    filter.account == who.account.id
        || of_all.is_some_and(|code| who.holder.may(AccessRight::ImportsChange, Some(code)))
}

/// Ends the other sign-ins.
pub(crate) fn end_others(asked: &PageRequest<'_>, who: &SignedIn) -> Result<Reply, Fault> {
    let count = end_other_sign_ins(asked.app(), who, asked.now)?;
    Notice::SignInsEnded { count }.keep(asked, who)?;
    Ok(Reply::see("/account"))
}

fn page(asked: &PageRequest<'_>, who: &SignedIn, faults: Vec<FieldFault>) -> Result<AccountPage, Fault> {
    let at = |at| asked.instant_words(at);
    let lines = sign_ins(asked.app(), who)?.into_iter().map(|one| SignInLine {
        began: at(one.times.began_at),
        seen: at(one.times.seen_at),
        is_this: one.id == who.sign_in.id,
    });
    let filters = saved_filters(asked.app())?.into_iter().filter(|filter| may_remove(who, filter));
    Ok(AccountPage {
        sign_ins: lines.collect(),
        filters: filters
            .map(|filter| FilterLine {
                id: filter.id,
                href: saved::address(&filter),
                of: filter
                    .organisation
                    .map_or_else(|| "you".to_owned(), |code| format!("everybody at {code}")),
                name: filter.name,
            })
            .collect(),
        name: who.account.name.clone(),
        email: who.account.email.clone(),
        roles: who.holder.grants.iter().map(in_words).collect(),
        identities: who.account.identities.clone(),
        may_connect: asked.app().config.web.oidc.is_some() && who.account.identities.is_empty(),
        has_password: who.account.has_password && asked.app().config.web.has_passwords,
        has_device: who.account.has_second_factor,
        codes_left: recovery_codes_left(asked.app(), who)?,
        may_be_without: may_be_without(asked.app(), who),
        frame: PageFrame::of(asked, who, "account", "Your account")?.with_faults(faults),
    })
}

fn in_words(grant: &AccessGrant) -> String {
    let place = grant.organisation.as_ref().map_or("all organisations", String::as_str);
    match &grant.scope {
        GrantScope::Everyone => format!("{} at {place}", grant.role),
        GrantScope::Reports => format!("{} at {place}, of the people you manage", grant.role),
        GrantScope::Unit(unit) => format!("{} at {place}, of {unit}", grant.role),
    }
}
