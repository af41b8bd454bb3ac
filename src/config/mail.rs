//! `[smtp]`: how mail leaves.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::{Path, PathBuf};

use crate::files;
use crate::register::EmailAddress;
use crate::toml_file::TableSection;

/// How mail leaves, and how fast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Where it goes. Default: a server when `host` is given, else files.
    pub transport: MailTransport,
    /// The `From` of every mail. Default: the safeguarding contact; for files, a stand-in.
    pub from: MailSender,
    /// Whose signature it bears. Default: none.
    pub dkim: Option<Dkim>,
    /// The most mails in a minute. Default 30, Exchange Online's limit.
    pub per_minute: u32,
    /// The most connections at once. Default 3, Exchange Online's limit.
    pub connections: u32,
    /// The most mails in 24 hours. Default 10,000, Exchange Online's limit.
    pub per_day: u32,
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTransport {
    /// One `.eml` file a message in this folder. Default `mail`, beside the settings.
    File(PathBuf),
    /// A mail server.
    Smtp(SmtpServer),
}

/// Whose signature mail bears (DKIM). The key is checked where mail is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dkim {
    /// The domain that answers for the mail.
    pub domain: String,
    /// The name below `_domainkey` under which the public key is published.
    pub selector: String,
    /// The private key, as PEM.
    pub key: Secret,
}

/// A mail server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmtpServer {
    /// Its name. Required.
    pub host: String,
    /// Its port. Default by security: 465 for TLS, 587 for STARTTLS, 25 for none.
    pub port: u16,
    /// How the connection is secured. Default: TLS.
    pub security: MailSecurity,
    /// The name to greet it with. Default: the machine's, where that is a whole one, else its address.
    pub hello: Option<String>,
    /// User name and password. Default: no sign-in.
    pub sign_in: Option<(String, Secret)>,
    /// A file of further certificate authorities, in PEM. Default: the public ones.
    pub ca_file: Option<PathBuf>,
}

/// How a connection to a mail server is secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte.
    Tls,
    /// TLS by STARTTLS, which must succeed before anything else is said.
    StartTls,
    /// None; for this machine only.
    None,
}

impl MailSecurity {
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }

    /// Whether mail may go to `host` so: without protection only to this machine (127.0.0.1, ::1, localhost).
    pub(crate) fn is_enough_for(self, host: &str) -> bool {
        self != Self::None || is_loopback(host)
    }
}

/// A secret, which is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub(super) String);

impl Secret {
    /// The secret itself, for the one place that needs it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// An address of the web that is itself a secret: `https`, or `http` on this machine.
    pub(super) fn web_address(text: &str) -> Option<Self> {
        let local = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
        let sound = text.starts_with("https://") || local.iter().any(|start| text.starts_with(start));
        (sound && !text.contains(char::is_whitespace)).then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Whom mail is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailSender {
    /// The name shown, if there is one.
    pub name: Option<String>,
    /// The address.
    pub address: EmailAddress,
}

impl MailSender {
    /// The sender in `Name <address>` or `address`.
    pub fn parse(text: &str) -> Option<Self> {
        let Some((name, rest)) = text.split_once('<') else {
            return Some(Self { name: None, address: EmailAddress::parse(text)? });
        };
        let address = EmailAddress::parse(rest.strip_suffix('>')?)?;
        let name = name.trim().trim_matches('"').trim();
        let sound = !name.contains(|c: char| c.is_control() || c == '"' || c == '>');
        sound.then(|| Self { name: (!name.is_empty()).then(|| name.to_owned()), address })
    }
}

/// A name to greet a mail server with that it can accept: a host name of two parts or more, or an address literal (RFC
/// 5321, 4.1.1.1 and 4.1.3).
pub(crate) fn greeting_name(text: &str) -> Option<String> {
    let literal = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let sound = match literal {
        Some(literal) => match literal.get(..5).filter(|tag| tag.eq_ignore_ascii_case("ipv6:")) {
            Some(tag) => literal.get(tag.len()..).is_some_and(|bare| bare.parse::<Ipv6Addr>().is_ok()),
            None => literal.parse::<Ipv4Addr>().is_ok(),
        },
        None => is_whole_host_name(text),
    };
    sound.then(|| text.to_owned())
}

fn is_whole_host_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    // What ends in a number is an address, which has its brackets.
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(label)
        && !last.chars().all(|c| c.is_ascii_digit())
}

/// The sender of mail that is only written to files and has no other.
const STAND_IN: &str = "refresher@refresher.invalid";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TransportKind {
    File,
    Smtp,
}

/// `None` only where a fault was noted.
pub(super) fn read(
    root: &TableSection<'_>,
    section: Option<TableSection<'_>>,
    folder: &Path,
    safeguarding_email: Option<&EmailAddress>,
) -> Option<MailSettings> {
    let Some(section) = section else {
        if !root.has("smtp") {
            let message =
                "there is no [smtp], so mail is written to files in the folder `mail` and reaches nobody";
            root.warning("smtp", message);
        }
        return Some(MailSettings {
            transport: MailTransport::File(folder.join("mail")),
            from: from_or_stand_in(None, safeguarding_email)?,
            dkim: None,
            per_minute: 30,
            connections: 3,
            per_day: 10_000,
        });
    };
    let settings = read_section(&section, folder, safeguarding_email);
    section.finish();
    settings
}

/// What a section says of how mail leaves. `None` only where a fault was noted.
pub(super) fn read_section(
    section: &TableSection<'_>,
    folder: &Path,
    safeguarding_email: Option<&EmailAddress>,
) -> Option<MailSettings> {
    let inferred = if section.has("host") { TransportKind::Smtp } else { TransportKind::File };
    let kind = section
        .choice("transport", &[("smtp", TransportKind::Smtp), ("file", TransportKind::File)])
        .unwrap_or(inferred);
    let from = read_from(section, kind, safeguarding_email);
    let file_dir = section.text("file_dir").unwrap_or_else(|| "mail".to_owned());
    let server = read_server(section, folder, kind);
    let transport = match kind {
        TransportKind::File => Some(MailTransport::File(folder.join(file_dir))),
        TransportKind::Smtp => server.map(MailTransport::Smtp),
    };
    let per_minute = section.integer("per_minute", 1..=100_000).unwrap_or(30);
    let connections = section.integer("connections", 1..=100).unwrap_or(3);
    let per_day = section.integer("per_day", 1..=100_000_000).unwrap_or(10_000);
    let dkim = read_dkim(section, folder, from.as_ref());
    Some(MailSettings { transport: transport?, from: from?, dkim, per_minute, connections, per_day })
}

fn read_from(
    section: &TableSection<'_>,
    kind: TransportKind,
    safeguarding_email: Option<&EmailAddress>,
) -> Option<MailSender> {
    let wanted = "an address, such as \"Safeguarding training <safeguarding@example.org>\"";
    let from = section.parsed("from", wanted, MailSender::parse);
    if from.is_none() && kind == TransportKind::Smtp && safeguarding_email.is_none() {
        section.missing("from", "\"Safeguarding training <safeguarding@example.org>\"");
    }
    from_or_stand_in(from, safeguarding_email)
}

fn from_or_stand_in(
    from: Option<MailSender>,
    safeguarding_email: Option<&EmailAddress>,
) -> Option<MailSender> {
    let contact = || safeguarding_email.cloned().map(|address| MailSender { name: None, address });
    from.or_else(contact).or_else(|| MailSender::parse(STAND_IN))
}

/// Reads the server's keys whatever the transport, so that a file may keep them while it writes files; only a server
/// that is used has to be complete.
fn read_server(section: &TableSection<'_>, folder: &Path, kind: TransportKind) -> Option<SmtpServer> {
    let securities =
        [("tls", MailSecurity::Tls), ("starttls", MailSecurity::StartTls), ("none", MailSecurity::None)];
    let security = section.choice("security", &securities).unwrap_or(MailSecurity::Tls);
    let host = section.text("host");
    let port = section.integer("port", 1..=65_535).and_then(|port| u16::try_from(port).ok()); // Within 16 bits.
    let keys = (section.text("username"), section.text("password"), section.text("password_file"));
    let ca_file = section.text("ca_file").map(|file| folder.join(file));
    let wanted =
        "a whole host name, such as refresher.example.org, or an address in brackets, such as [192.0.2.1]";
    let hello = section.parsed("hello", wanted, greeting_name);
    if kind == TransportKind::File {
        return None;
    }
    section.missing("host", "\"smtp.example.org\"");
    let host = host?;
    if !security.is_enough_for(&host) {
        let message = format!(
            "`security` is \"none\", which is allowed for this machine only (127.0.0.1, ::1, localhost), and the host \
             is {host}: write \"tls\" or \"starttls\""
        );
        section.fault("security", message);
    }
    if let Some(file) = ca_file.as_ref().filter(|file| !file.is_file()) {
        section.fault("ca_file", format!("there is no file {}: correct the path", file.display()));
    }
    let sign_in = read_sign_in(section, folder, keys);
    Some(SmtpServer { host, port: port.unwrap_or(security.port()), security, hello, sign_in, ca_file })
}

fn read_dkim(section: &TableSection<'_>, folder: &Path, from: Option<&MailSender>) -> Option<Dkim> {
    let name = |text: &str| {
        let label = |label: &str| {
            !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || "-_".contains(c))
        };
        text.split('.').all(label).then(|| text.to_owned())
    };
    let domain = section.parsed("dkim_domain", "a domain, such as example.org", name);
    let selector = section.parsed("dkim_selector", "a name, such as refresher", name);
    let key_file = section.text("dkim_key_file");
    const KEYS: [(&str, &str); 3] = [
        ("dkim_domain", "\"example.org\""),
        ("dkim_selector", "\"refresher\""),
        ("dkim_key_file", "\"dkim.pem\""),
    ];
    if !KEYS.iter().any(|(key, _)| section.has(key)) {
        return None;
    }
    for (key, example) in KEYS {
        section.missing(key, example);
    }
    let domain = domain?;
    let from = from.map_or("", |from| from.address.as_str()).to_ascii_lowercase();
    let above = from.rsplit_once('@').is_some_and(|(_, host)| {
        host == domain.to_ascii_lowercase() || host.ends_with(&format!(".{}", domain.to_ascii_lowercase()))
    });
    if !above {
        let message = format!(
            "`dkim_domain` is {domain}, which is not the domain of the sender {from}: receivers will not take the \
             signature for the sender's"
        );
        section.warning("dkim_domain", message);
    }
    let key = secret_file(section, "dkim_key_file", &folder.join(key_file?), "the private key")?;
    Some(Dkim { domain, selector: selector?, key: Secret(key) })
}

/// What a file of a secret holds, without the line end.
pub(super) fn secret_file(section: &TableSection<'_>, key: &str, file: &Path, what: &str) -> Option<String> {
    match files::read_text(file) {
        Ok(text) if !text.trim().is_empty() => Some(text.trim_end_matches(['\r', '\n']).to_owned()),
        Ok(_) => {
            section.fault(key, format!("{} is empty: write {what} into it", file.display()));
            None
        }
        Err(error) => {
            let message =
                format!("{} can't be read: {error}; correct the path or its permissions", file.display());
            section.fault(key, message);
            None
        }
    }
}

/// Whether the host is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn read_sign_in(
    section: &TableSection<'_>,
    folder: &Path,
    (username, password, password_file): (Option<String>, Option<String>, Option<String>),
) -> Option<(String, Secret)> {
    if password.is_some() && password_file.is_some() {
        section.fault("password", "there is a `password` and a `password_file`: remove one of them");
    }
    let password = password
        .or_else(|| secret_file(section, "password_file", &folder.join(password_file?), "the password"));
    match (username, password) {
        (Some(username), Some(password)) => Some((username, Secret(password))),
        (Some(_), None) => {
            if !section.has("password_file") && !section.has("password") {
                section
                    .fault("username", "`username` needs a password: add password_file = \"smtp-password\"");
            }
            None
        }
        (None, Some(_)) => {
            section.missing("username", "\"refresher\"");
            None
        }
        (None, None) => None,
    }
}
