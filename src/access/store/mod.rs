//! The tables of accounts. Every function takes the connection of the caller's transaction.

mod accounts;
mod codes;
mod filters;
mod forms;
mod grants;
mod identities;
mod links;
mod looks;
mod sign_ins;
#[cfg(feature = "sso")]
mod sso;
mod tokens;
mod tries;

pub(crate) use accounts::{
    NewAccount, account_with_id, accounts_of, add_account, forget_accounts, long_disabled, password_of,
    set_enabled, set_password, signed_in,
};
pub use accounts::{all_accounts, find_account};
pub(crate) use codes::{
    keep_recovery_codes, recovery_codes_left, second_factor_of, set_second_factor, take_recovery_code,
    take_step, without_second_factor,
};
pub(crate) use filters::{forget_filters, remove_filters, save_filter, saved_filters};
pub(crate) use forms::{is_used, park, parked, tidy_forms, use_form};
pub(crate) use grants::{GrantOutcome, add_grant, remove_grant, remove_group_grant};
pub(crate) use identities::unbind_identities;
pub(crate) use links::{keep_link, link_by, spend_links, standing_link_at};
pub(crate) use looks::{
    KeptLook, LookFilter, forget_looks, forget_looks_before, looks, looks_at, note_looks,
};
pub(crate) use sign_ins::forget_notices;
pub(crate) use sign_ins::{
    KeptSignIn, NewSignIn, SignInStage, begin_sign_in, end_sign_in, end_sign_ins,
    end_sign_ins_from_elsewhere, find_sign_in, has_notice, keep_notice, make_whole, seen, sign_ins_of,
    take_notice,
};
#[cfg(feature = "sso")]
pub(crate) use sso::{account_of_identity, bind_identity, set_group_grants, use_answer};
pub(crate) use tokens::{
    TokenToKeep, add_token, all_tokens, find_token, forget_token_names, revoke_token, token_named,
};
pub(crate) use tries::{failed_tries, keep_failed_tries};
