//! Accounts of the console: made, granted roles, invited, disabled; and how their holders sign in (spec 8.3). Each is one
//! transaction with its entry in the audit log and its mail.

mod change;
mod example;
mod grant_details;
mod identity;
pub(crate) mod letters;
pub(crate) mod on_its_way;
pub(crate) mod passwords;
mod reach;
pub(crate) mod second_step;
pub(crate) mod session;
pub(crate) mod sign_in;
#[cfg(feature = "sso")]
pub(crate) mod sso;

pub use change::{
    LinkDelivery, NewUser, UserChange, UserChangeOutcome, UserRefused, add_user, change_user,
    end_every_sign_in,
};
pub(crate) use change::{account_with_id, add_user_once, change_user_once};
pub(crate) use example::add_user_with_password;
pub(crate) use on_its_way::key_of;
pub use reach::reaches_nobody;
