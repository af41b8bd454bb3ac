//! A real mail server, Postfix, on loopback: it asks for TLS and a sign-in, and puts every mail into one Maildir.

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

pub const USER: &str = "refresher";
pub const PASSWORD: &str = "a secret, with spaces";

/// Nobody: who the Maildir belongs to.
const NOBODY: u32 = 65534;

/// Whether the programs that a test needs are there, and the rights to run them. Where the environment says that they
/// are required, as `./test` does once it has installed them, a missing one is a failure.
pub fn has_postfix() -> bool {
    let required = std::env::var("REFRESHER_TEST_TOOLS").is_ok_and(|value| value == "required");
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0);
    let there =
        is_root && ["postfix", "postconf", "saslpasswd2"].into_iter().all(|name| program(name).is_some());
    assert!(there || !required, "Postfix and saslpasswd2 are needed, and root to run them");
    there
}

fn program(name: &str) -> Option<PathBuf> {
    let places = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/usr/local/sbin";
    places.split(':').map(|place| Path::new(place).join(name)).find(|path| path.is_file())
}

/// A running Postfix; it ends when it is dropped.
pub struct Postfix {
    folder: tempfile::TempDir,
    pub ports: Ports,
}

/// Where it listens.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// STARTTLS; sign-in by PLAIN or LOGIN.
    pub starttls: u16,
    /// STARTTLS; sign-in by LOGIN alone.
    pub login_only: u16,
    /// TLS from the first byte.
    pub tls: u16,
    /// No TLS and no sign-in: it takes nothing from us, and says so at each recipient.
    pub closed: u16,
}

impl Ports {
    fn free() -> Self {
        // Held together, so that they differ.
        let taken = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let [starttls, login_only, tls, closed] =
            taken.each_ref().map(|one| one.local_addr().unwrap().port());
        Self { starttls, login_only, tls, closed }
    }
}

impl Postfix {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Its parts run as users of their own.
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let postfix = Self { folder, ports: Ports::free() };
        for name in ["queue", "data", "mail", "conf", "conf/sasl"] {
            std::fs::create_dir(postfix.path(name)).unwrap();
        }
        let owner = said(Command::new("id").args(["-u", "postfix"]));
        chown(postfix.path("data"), Some(owner.trim().parse().unwrap()), None).unwrap();
        chown(postfix.path("mail"), Some(NOBODY), Some(NOBODY)).unwrap();
        postfix.certify();
        postfix.add_user();
        postfix.write("conf/main.cf", &postfix.settings());
        postfix.write("conf/master.cf", &services(postfix.ports));
        said(postfix.command().arg("start"));
        postfix
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn command(&self) -> Command {
        let mut command = Command::new(program("postfix").unwrap());
        command.arg("-c").arg(self.path("conf"));
        command
    }

    /// The authority that its certificate is from, as PEM.
    pub fn authority(&self) -> String {
        std::fs::read_to_string(self.path("ca.pem")).unwrap()
    }

    fn certify(&self) {
        let key = KeyPair::generate().unwrap();
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let certificate = authority.self_signed(&key).unwrap();
        let issuer = Issuer::from_params(&authority, &key);
        let server_key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let server = server.signed_by(&server_key, &issuer).unwrap();
        self.write("ca.pem", &certificate.pem());
        self.write("cert.pem", &server.pem());
        self.write("key.pem", &server_key.serialize_pem());
    }

    fn add_user(&self) {
        let users = self.path("users.db");
        self.write(
            "conf/sasl/smtpd.conf",
            &format!(
                "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nsasldb_path: {}\nmech_list: PLAIN LOGIN\n",
                users.display()
            ),
        );
        let mut command = Command::new(program("saslpasswd2").unwrap());
        command.args(["-p", "-c", "-u", "example.test", "-f"]).arg(&users).arg(USER).stdin(Stdio::piped());
        let mut adding = command.spawn().unwrap();
        std::io::Write::write_all(&mut adding.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
        assert!(adding.wait().unwrap().success());
        std::fs::set_permissions(users, std::fs::Permissions::from_mode(0o644)).unwrap();
    }

    fn settings(&self) -> String {
        let folder = self.folder.path().display();
        format!(
            "compatibility_level = 3.6\nqueue_directory = {folder}/queue\ndata_directory = {folder}/data\n\
             maillog_file = {folder}/log\nmaillog_file_prefixes = {folder}\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmyhostname = mail.example.test\nmydestination =\n\
             mynetworks =\nalias_maps =\nlocal_recipient_maps =\nsmtpd_peername_lookup = no\n\
             smtp_dns_support_level = disabled\n\
             virtual_mailbox_domains = example.org\nvirtual_mailbox_base = {folder}/mail\n\
             virtual_mailbox_maps = static:all/\nvirtual_uid_maps = static:{NOBODY}\n\
             virtual_gid_maps = static:{NOBODY}\n\
             smtpd_tls_cert_file = {folder}/cert.pem\nsmtpd_tls_key_file = {folder}/key.pem\n\
             smtpd_tls_security_level = encrypt\nsmtpd_tls_auth_only = yes\nsmtpd_tls_session_cache_database =\n\
             smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = cyrus\nsmtpd_sasl_path = smtpd\n\
             smtpd_sasl_local_domain = example.test\ncyrus_sasl_config_path = {folder}/conf/sasl\n\
             smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
             smtpd_recipient_restrictions = permit_sasl_authenticated, reject\n"
        )
    }

    /// What it has logged.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }

    /// Waits until so many mails are in the Maildir; takes them out.
    pub fn take_mails(&self, count: usize) -> Vec<Vec<u8>> {
        let began = Instant::now();
        let found = || -> Vec<PathBuf> {
            let Ok(entries) = std::fs::read_dir(self.path("mail/all/new")) else { return Vec::new() };
            entries.map(|entry| entry.unwrap().path()).collect()
        };
        while found().len() < count {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "only {} mails: {}",
                found().len(),
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
        let take = |path: PathBuf| {
            let mail = std::fs::read(&path).unwrap();
            std::fs::remove_file(path).unwrap();
            mail
        };
        found().into_iter().map(take).collect()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let stopped = self.command().arg("stop").output();
        assert!(stopped.is_ok_and(|output| output.status.success()), "Postfix does not end");
    }
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The parts of Postfix that take mail and put it into a Maildir, and none besides.
fn services(ports: Ports) -> String {
    let Ports { starttls, login_only, tls, closed } = ports;
    format!(
        "127.0.0.1:{starttls} inet n - n - - smtpd\n\
         127.0.0.1:{login_only} inet n - n - - smtpd -o smtpd_sasl_mechanism_filter=login\n\
         127.0.0.1:{tls} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes\n\
         127.0.0.1:{closed} inet n - n - - smtpd -o smtpd_tls_security_level=none -o smtpd_sasl_auth_enable=no\n  \
           -o smtpd_client_restrictions=reject\n\
         cleanup unix n - n - 0 cleanup\nqmgr unix n - n 300 1 qmgr\ntlsmgr unix - - n 1000? 1 tlsmgr\n\
         rewrite unix - - n - - trivial-rewrite\nbounce unix - - n - 0 bounce\ndefer unix - - n - 0 bounce\n\
         trace unix - - n - 0 bounce\nretry unix - - n - - error\nerror unix - - n - - error\n\
         proxymap unix - - n - - proxymap\nvirtual unix - n n - - virtual\nanvil unix - - n - 1 anvil\n\
         postlog unix-dgram n - n - 1 postlogd\n"
    )
}
