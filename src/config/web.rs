//! `[web]`: the console (spec 8.15, 8.16).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use super::api::listen_address;
use super::oidc::{self, OidcSettings};
use super::running::MEGABYTE;
use crate::toml_file::TableSection;

/// The console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// The address and port it listens on; `None` where nothing is to listen. Default 127.0.0.1:8080: this machine only.
    pub listen: Option<SocketAddr>,
    /// The address people reach it by, without a trailing `/`. Default: that of this machine, where it listens there.
    pub public_url: Option<String>,
    /// The certificate and the key of a console that is reached without a proxy.
    pub tls: Option<WebTls>,
    /// From whom the address of a client and the protocol it came by are taken, where they hand requests on.
    pub trusted_proxies: Vec<IpAddr>,
    /// The file of 32 random bytes that vouch for links. Default `web.key`, beside the settings.
    pub key_file: PathBuf,
    /// Minutes after which an unused sign-in ends. Default 30.
    pub idle_minutes: u32,
    /// Hours after which any sign-in ends. Default 12.
    pub longest_hours: u32,
    /// How somebody comes to see the people they manage. Default: by managing them.
    pub managers: ManagersBy,
    /// Whether people sign in with a password of their own, `enabled` in `[web.local]`. Default: yes.
    pub has_passwords: bool,
    /// Of whom a second factor is asked, `second_factor` in `[web.local]`.
    pub second_factor: AskedOfWhom,
    /// The identity provider at which people can sign in. Default: none.
    pub oidc: Option<OidcSettings>,
    /// The folder of files that were brought in the browser, until they are imported. Default `uploads`, beside the
    /// settings.
    pub uploads: PathBuf,
    /// The largest of them, in bytes. Default 200 MB.
    pub upload_bytes: u64,
}

/// How somebody who has an account comes to see the people they manage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ManagersBy {
    /// By being named as the manager of their posts.
    Reports,
    /// By a grant alone.
    Granted,
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebTls {
    /// The certificates, the console's own first, in PEM.
    pub cert_file: PathBuf,
    /// Their private key, in PEM.
    pub key_file: PathBuf,
}

/// Of whom a second factor is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedOfWhom {
    /// Of those who see or change what is about many: operators, HR, auditors, managers beyond their reports.
    Privileged,
    /// Of everybody.
    All,
    /// Of nobody: only where nothing but this machine reaches the console.
    Off,
}

impl Web {
    fn default_in(folder: &Path) -> Self {
        Self {
            listen: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 8080))),
            public_url: None,
            tls: None,
            trusted_proxies: Vec::new(),
            key_file: folder.join("web.key"),
            idle_minutes: 30,
            longest_hours: 12,
            managers: ManagersBy::Reports,
            has_passwords: true,
            second_factor: AskedOfWhom::Privileged,
            oidc: None,
            uploads: folder.join("uploads"),
            upload_bytes: 200 * MEGABYTE,
        }
    }

    /// The address that links begin with: the public one, or that of this machine where the console listens there alone.
    /// `None` where nobody can know it.
    pub fn address(&self) -> Option<String> {
        self.public_url.clone().or_else(|| {
            let here = self.listen.filter(|listen| listen.ip().is_loopback())?;
            Some(format!("http://{here}"))
        })
    }
}

pub(super) fn read_web(root: &TableSection<'_>, folder: &Path) -> Web {
    let mut web = Web::default_in(folder);
    let Some(section) = root.table("web", "[web]") else {
        return web;
    };
    let listen =
        section.parsed("listen", "an address and port, such as 127.0.0.1:8080, or \"off\"", listen_address);
    web.listen = listen.unwrap_or(web.listen);
    let wanted = "an address beginning with https://, or with http:// for this machine, without a path";
    web.public_url = section.parsed("public_url", wanted, public_url);
    web.tls = read_tls(&section, folder);
    let proxies = section.texts("trusted_proxies").unwrap_or_default();
    web.trusted_proxies = proxies
        .iter()
        .filter_map(|proxy| {
            let address = proxy.value.parse().ok(); // What is none is told below.
            if address.is_none() {
                let message = format!(
                    "`trusted_proxies` has \"{}\", which is no address such as 10.0.0.7",
                    proxy.value
                );
                section.fault_at(&proxy.place, message);
            }
            address
        })
        .collect();
    web.key_file = section.text("key_file").map_or(web.key_file, |file| folder.join(file));
    web.idle_minutes = section.integer("idle_minutes", 5..=60).unwrap_or(web.idle_minutes);
    web.longest_hours = section.integer("longest_hours", 1..=24).unwrap_or(web.longest_hours);
    let choices = [("reports", ManagersBy::Reports), ("granted", ManagersBy::Granted)];
    web.managers = section.choice("managers", &choices).unwrap_or(web.managers);
    web.uploads = section.text("uploads").map_or(web.uploads, |uploads| folder.join(uploads));
    let megabytes = section.integer("upload_megabytes", 1..=4_000);
    web.upload_bytes = megabytes.map_or(web.upload_bytes, |megabytes| u64::from(megabytes) * MEGABYTE);
    if let Some(local) = section.table("local", "[web.local]") {
        let choices =
            [("privileged", AskedOfWhom::Privileged), ("all", AskedOfWhom::All), ("off", AskedOfWhom::Off)];
        web.second_factor = local.choice("second_factor", &choices).unwrap_or(web.second_factor);
        web.has_passwords = local.boolean("enabled").unwrap_or(true);
        if !web.has_passwords && !section.has("oidc") {
            local.fault(
                "enabled",
                "`enabled` is false, and there is no [web.oidc]: nobody could sign in. Name the provider, or remove `enabled`",
            );
        }
        local.finish();
    }
    web.oidc = oidc::read(&section, folder, web.address().is_some());
    refuse_what_is_open_to_others(&section, &web);
    section.finish();
    web
}

fn read_tls(section: &TableSection<'_>, folder: &Path) -> Option<WebTls> {
    match (section.text("tls_cert_file"), section.text("tls_key_file")) {
        (Some(cert), Some(key)) => Some(WebTls { cert_file: folder.join(cert), key_file: folder.join(key) }),
        (Some(_), None) => {
            section.missing("tls_key_file", "\"tls-key.pem\"");
            None
        }
        (None, Some(_)) => {
            section.missing("tls_cert_file", "\"tls.pem\"");
            None
        }
        (None, None) => None,
    }
}

/// Passwords and cookies never travel in the clear between machines.
fn refuse_what_is_open_to_others(section: &TableSection<'_>, web: &Web) {
    let Some(listen) = web.listen else { return };
    let is_here = listen.ip().is_loopback();
    let goes_by_name =
        section.has("tls_cert_file") || section.has("tls_key_file") || section.has("trusted_proxies");
    if !is_here && !goes_by_name {
        section.fault(
            "listen",
            format!(
                "`listen` is {listen}, which other machines reach: add `tls_cert_file` and `tls_key_file`, or name the \
                 proxy that does this in `trusted_proxies`, or listen on 127.0.0.1"
            ),
        );
    }
    let is_for_others = web.public_url.as_ref().is_some_and(|url| url.starts_with("https:"));
    if !is_here && web.public_url.is_none() && !section.has("public_url") {
        section.missing("public_url", "\"https://refresher.example.org\"");
    }
    if web.second_factor == AskedOfWhom::Off && (!is_here || is_for_others) {
        section.fault(
            "local",
            "`second_factor` is \"off\", which only a console may have that nothing but this machine reaches",
        );
    }
}

/// The address, where it is a host and perhaps a port, by https but on this machine.
fn public_url(text: &str) -> Option<String> {
    let (host, is_secure) = match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
        (Some(host), _) => (host, true),
        (None, host) => (host?, false),
    };
    let host = host.trim_end_matches('/').to_ascii_lowercase();
    let is_host = !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        && !host.starts_with([':', '.', '-']);
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { host.as_str() }
    });
    let is_here = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    let scheme = if is_secure { "https" } else { "http" };
    (is_host && (is_secure || is_here)).then(|| format!("{scheme}://{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_by_https_but_on_this_machine() {
        for (text, url) in [
            ("https://refresher.example.org", Some("https://refresher.example.org")),
            ("https://Refresher.Example.org/", Some("https://refresher.example.org")),
            ("https://refresher.example.org:8443", Some("https://refresher.example.org:8443")),
            ("http://localhost:8080/", Some("http://localhost:8080")),
            ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
            ("http://[::1]:8080", Some("http://[::1]:8080")),
            ("http://refresher.example.org", None),
            ("http://127.0.0.1.example.org", None),
            ("https://refresher.example.org/console", None),
            ("https://user@refresher.example.org", None),
            ("https://", None),
            ("ftp://localhost", None),
            ("refresher.example.org", None),
        ] {
            assert_eq!(public_url(text).as_deref(), url, "{text}");
        }
    }

    #[test]
    fn links_begin_with_the_public_address_or_that_of_this_machine() {
        let web = Web::default_in(Path::new(""));
        assert_eq!(web.address().as_deref(), Some("http://127.0.0.1:8080"));
        let open = Web { listen: "0.0.0.0:443".parse().ok(), ..web.clone() };
        assert_eq!(open.address(), None);
        let named = Web { public_url: Some("https://refresher.example.org".to_owned()), ..open };
        assert_eq!(named.address().as_deref(), Some("https://refresher.example.org"));
        assert_eq!(Web { listen: None, ..web }.address(), None);
    }
}
