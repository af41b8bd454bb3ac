//! Whether a request came to the console's own address, and from a page of its own (spec 8.5, 8.15). Pure.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// Names of this machine.
const HERE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Whether a request came to the console's own address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HostVerdict {
    /// It did: to this host.
    Own(String),
    /// It did not.
    Another,
}

/// By the `Host` that was asked: that of the public address, or without one a name of this machine.
pub(crate) fn is_own_host(headers: &HeaderMap, public_url: Option<&str>) -> HostVerdict {
    let asked =
        headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
    let is_own = match public_url {
        Some(url) => host_of(url) == asked,
        None => {
            let name = asked.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
            HERE.contains(&name.map_or(asked.as_str(), |(name, _)| name))
        }
    };
    if is_own { HostVerdict::Own(asked) } else { HostVerdict::Another }
}

/// The address that whoever asks reaches the console by: the public one, or that of the host that was asked.
pub(crate) fn own_address(public_url: Option<&str>, host: &str) -> String {
    public_url.map_or_else(|| format!("http://{host}"), str::to_owned)
}

/// Whether a form was sent by a page of the console at `host`.
pub(crate) fn is_from_here(headers: &HeaderMap, public_url: Option<&str>, host: &str) -> bool {
    let own = own_address(public_url, host);
    match headers.get(ORIGIN) {
        Some(origin) => origin.as_bytes().eq_ignore_ascii_case(own.as_bytes()),
        None => headers.get("sec-fetch-site").is_some_and(|site| site.as_bytes() == b"same-origin"),
    }
}

fn host_of(url: &str) -> &str {
    let host = url.split_once("://").map_or(url, |(_, host)| host);
    // The port that goes without saying is left out by browsers.
    match url.split_once("://") {
        Some(("https", _)) => host.strip_suffix(":443").unwrap_or(host),
        _ => host.strip_suffix(":80").unwrap_or(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(given: &[(&'static str, &str)]) -> HeaderMap {
        given.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_host_is_that_of_the_public_address_or_this_machine() {
        let public = Some("https://refresher.example.org");
        for (host, url, own) in [
            ("refresher.example.org", public, true),
            ("Refresher.Example.org", public, true),
            ("refresher.example.org:8443", public, false),
            ("refresher.example.org.evil.test", public, false),
            ("localhost:8080", public, false),
            ("refresher.example.org", Some("https://refresher.example.org:443"), true),
            ("localhost:8080", None, true),
            ("127.0.0.1:1", None, true),
            ("[::1]:8080", None, true),
            ("localhost", None, true),
            ("localhost.evil.test", None, false),
            ("10.0.0.1", None, false),
            ("", None, false),
        ] {
            let verdict = is_own_host(&headers(&[("host", host)]), url);
            assert_eq!(matches!(verdict, HostVerdict::Own(_)), own, "{host} {url:?}");
        }
        assert_eq!(is_own_host(&HeaderMap::new(), None), HostVerdict::Another);
    }

    #[test]
    fn a_form_comes_from_the_own_address_and_no_other() {
        let public = Some("https://refresher.example.org");
        for (given, url, from_here) in [
            (vec![("origin", "https://refresher.example.org")], public, true),
            (vec![("origin", "http://refresher.example.org")], public, false),
            (vec![("origin", "https://evil.test")], public, false),
            (vec![("origin", "null")], public, false),
            (vec![("origin", "null"), ("sec-fetch-site", "same-origin")], public, false),
            (vec![("sec-fetch-site", "same-origin")], public, true),
            (vec![("sec-fetch-site", "same-site")], public, false),
            (vec![], public, false),
            (vec![("origin", "http://localhost:8080")], None, true),
            (vec![("origin", "http://localhost:8081")], None, false),
        ] {
            assert_eq!(is_from_here(&headers(&given), url, "localhost:8080"), from_here, "{given:?}");
        }
    }
}
