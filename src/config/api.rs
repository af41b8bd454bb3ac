//! `[api]`: the interface for programs (spec 21.2).

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use crate::toml_file::TableSection;

/// The interface for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiSettings {
    /// The address and port it listens on, of its own beside the console's. Default: nothing listens.
    pub listen: Option<SocketAddr>,
    /// The folder in which files that are brought lie until they are taken in. Default `spool`, beside the settings.
    pub spool: PathBuf,
}

pub(super) fn read(root: &TableSection<'_>, folder: &Path, trusted_proxies: &[IpAddr]) -> ApiSettings {
    let mut api = ApiSettings { listen: None, spool: folder.join("spool") };
    let Some(section) = root.table("api", "[api]") else { return api };
    api.listen = section
        .parsed("listen", "an address and port, such as 127.0.0.1:8081, or \"off\"", listen_address)
        .flatten();
    api.spool = section.text("spool").map_or(api.spool, |spool| folder.join(spool));
    // Tokens never travel in the clear between machines.
    if let Some(listen) = api.listen.filter(|listen| !listen.ip().is_loopback() && trusted_proxies.is_empty())
    {
        section.fault(
            "listen",
            format!(
                "`listen` is {listen}, which other machines reach: name the proxy that does TLS in `trusted_proxies` of \
                 [web], or listen on 127.0.0.1"
            ),
        );
    }
    section.finish();
    api
}

/// Where something is to listen, or that it is off; `None` where it is neither.
pub(super) fn listen_address(text: &str) -> Option<Option<SocketAddr>> {
    if text == "off" {
        return Some(None);
    }
    text.replace("localhost:", "127.0.0.1:").parse().ok().map(Some) // What is none is told.
}
