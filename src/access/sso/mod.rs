//! Signing in at an identity provider by OpenID Connect: authorisation code with PKCE, state and nonce (spec 8.3).
//!
//! Comes in: what the console is known as there, a way to ask the provider ([`ProviderLine`]; this room makes no call itself),
//! and what a browser brings back. Goes out: where to send the browser ([`IdentityProvider::begin`]), and who somebody is as
//! the provider says, once all of it was looked at ([`IdentityProvider::finish`]). What a browser keeps between the two is a
//! [`SignInRequest`], sealed. Nothing of a token is kept, shown or logged.

mod claims;
mod fault;
mod provider;
mod request;
mod tokens;

pub(crate) use claims::{GroupsTold, ProvedIdentity};
pub(crate) use fault::{LineFault, ProviderFault};
pub(crate) use provider::{ClientSettings, IdentityProvider, ProviderRequest, ProviderResponse};
pub(crate) use request::{BroughtAnswer, RequestPurpose, SignInRequest};
