//! What a browser keeps for the console.

use axum::http::HeaderMap;
use axum::http::header::COOKIE;

/// What somebody is signed in by. No other host of a domain can set one of such a name.
pub(crate) const SESSION: &str = "__Host-refresher";
/// What is kept of a request to the identity provider until it is answered.
#[cfg(feature = "sso")]
pub(crate) const SSO: &str = "__Host-refresher-sso";

/// The cookies of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestCookies<'a>(pub(crate) &'a HeaderMap);

impl<'a> RequestCookies<'a> {
    /// What somebody is signed in by.
    pub(crate) fn session(self) -> Option<&'a str> {
        self.one(SESSION)
    }

    /// What is kept of a request to the identity provider.
    #[cfg(feature = "sso")]
    pub(crate) fn sso(self) -> Option<&'a str> {
        self.one(SSO)
    }

    fn one(self, name: &str) -> Option<&'a str> {
        let all = self.0.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut each = all.flat_map(|value| value.split(';')).map(str::trim);
        each.find_map(|one| one.strip_prefix(name)?.strip_prefix('='))
    }
}
