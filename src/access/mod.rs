//! Who may sign in to the console, and who may do what there (spec 8.2, 8.3); and which programs may, with what token (21.2).
//!
//! Comes in: an account's grants, a right that something asks for, a password, a code, a link. Goes out: the answer of
//! [`AccessHolder::may`], which is pure and reads one table of rights kept as data; whether a password is sound
//! ([`password_faults`]) or right ([`PasswordWork`]); a code taken once; a link that holds or not; and, from `store`, the
//! accounts, their grants and who is signed in. It knows neither HTTP nor HTML and sends nothing. What would let somebody
//! in is kept nowhere: of passwords, recovery codes and what cookies hold only hashes are, secrets of second factors are
//! sealed with the key file, and a link is made from the key file whenever its mail is put on its way.

mod addresses;
mod api_token;
mod filters;
mod guessing;
mod key_file;
mod links;
mod looks;
mod password;
mod rights;
mod roles;
mod second_factor;
mod secrets;
mod session;
#[cfg(feature = "sso")]
pub(crate) mod sso;
pub mod store;

pub use addresses::AddressRange;
pub(crate) use api_token::{GivenToken, MadeToken, TokenVerdict, verdict};
pub use api_token::{KeptToken, TokenScope, TokenStanding};
pub(crate) use filters::SavedFilter;
pub(crate) use guessing::{FailedTries, TryVerdict};
pub use key_file::{KeyFile, KeyFileError};
pub(crate) use links::{AccountLink, LinkCarrier, LinkPurpose, READ_LINK};
pub(crate) use looks::PersonLook;
pub(crate) use password::{PasswordFault, PasswordOutcome, PasswordWork, password_faults};
pub use rights::{AccessHolder, AccessReach, AccessRight};
pub use roles::{AccessGrant, AccessRole, AccountIdentity, GrantScope, UserAccount};
pub(crate) use second_factor::{
    SecondFactorRule, SharedSecret, needs_second_factor, recovery_codes, tidy_code,
};
pub(crate) use secrets::{Sha256, are_same, random_token, token_hash};
pub(crate) use session::{SignInLimits, SignInTimes, SignInWay};
