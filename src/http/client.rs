//! From where a request came.

use std::net::IpAddr;

use axum::http::HeaderMap;

/// From where somebody asks, as the connection says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client(pub(crate) IpAddr);

/// The client behind a proxy that is trusted: the last address that it names.
pub(crate) fn client_behind(trusted_proxies: &[IpAddr], peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    if !trusted_proxies.contains(&peer) {
        return peer;
    }
    let named = headers.get_all("x-forwarded-for").iter().next_back();
    let last = named.and_then(|value| value.to_str().ok()?.rsplit(',').next()); // What is no text names nobody.
    last.and_then(|address| address.trim().parse().ok()).unwrap_or(peer)
}
