//! nginx as the operator's page sets it up, before a daemon: it hands on what it should, and its logs have nobody's secret.
#![cfg(test)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::support::mailing::{Daemon, until};
use crate::support::program::Folder;

/// Whether nginx is there. Where the environment says that tools are required, a missing one is a failure.
fn has_nginx() -> bool {
    let there = Command::new("nginx").arg("-v").stderr(Stdio::null()).status().is_ok();
    let is_required = std::env::var("REFRESHER_TEST_TOOLS").is_ok_and(|tools| tools == "required");
    assert!(there || !is_required, "nginx is needed: install Debian's nginx-light");
    there
}

/// The settings on the page, for these ports of this machine and without the certificate.
fn settings(folder: &Path, port: u16, console: u16, interface: u16) -> String {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operating.md");
    let page = std::fs::read_to_string(page).unwrap();
    let block = page.split("```nginx\n").nth(1).unwrap().split("```").next().unwrap();
    let folder = folder.display().to_string();
    let mut server = block.to_owned();
    for (written, here) in [
        ("listen 443 ssl;", format!("listen 127.0.0.1:{port};")),
        ("listen [::]:443 ssl;", String::new()),
        ("ssl_certificate /etc/ssl/refresher.pem;", String::new()),
        ("ssl_certificate_key /etc/ssl/private/refresher.key;", String::new()),
        ("127.0.0.1:8080", format!("127.0.0.1:{console}")),
        ("127.0.0.1:8081", format!("127.0.0.1:{interface}")),
        ("/var/log/nginx", folder.clone()),
    ] {
        assert!(server.contains(written), "{written} is no longer on the page");
        server = server.replace(written, &here);
    }
    let is_root =
        std::fs::metadata("/proc/self").is_ok_and(|of| std::os::unix::fs::MetadataExt::uid(&of) == 0);
    let user = if is_root { "user root;" } else { "" };
    let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        .iter()
        .map(|what| format!("{what}_temp_path {folder}/{what};\n"))
        .collect();
    format!(
        "daemon off; pid {folder}/pid; error_log {folder}/nginx.log crit; {user}\n\
         events {{}}\nhttp {{\n{places}{server}\n}}\n"
    )
}

/// A running nginx; ended when it is dropped.
struct Nginx {
    child: Child,
    port: u16,
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with it where it is told to end; it may have ended.
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}

impl Nginx {
    fn before(folder: &Path, console: u16, interface: u16) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let file = folder.join("nginx.conf");
        std::fs::write(&file, settings(folder, port, console, interface)).unwrap();
        let child =
            Command::new("nginx").arg("-p").arg(folder).arg("-c").arg(&file).stderr(Stdio::null()).spawn();
        Self { child: child.unwrap(), port }
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: refresher.example.org\r\nConnection: close\r\n{headers}\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_proxy_of_the_operators_page_hands_on_what_it_should_and_logs_no_secret() {
    if !has_nginx() {
        eprintln!("nginx is not installed: left out");
        return;
    }
    let folder = Folder::with_everything();
    let text = folder.read("refresher.toml");
    let text = text.replace("listen = \"127.0.0.1:8080\"", "listen = \"127.0.0.1:0\"");
    let text = text.replace("listen = \"off\"", "listen = \"127.0.0.1:0\"");
    let text = text.replace("# public_url = ", "public_url = ");
    folder.write(
        "refresher.toml",
        text.replace("# trusted_proxies = [\"10.0.0.7\"]", "trusted_proxies = [\"127.0.0.1\"]"),
    );
    let made = folder.run_as("--json token add esr --scope import:staff --from 127.0.0.1/32").ended(0).json();
    let bearer = format!("Authorization: Bearer {}\r\n", made["token"].as_str().unwrap());
    let daemon = Daemon::start(&folder);
    until("it listens", || daemon.interface().is_some() && daemon.console().is_some()).await;
    let logs = tempfile::tempdir().unwrap();
    let nginx = Nginx::before(logs.path(), daemon.console().unwrap(), daemon.interface().unwrap());
    until("nginx listens", || TcpStream::connect(("127.0.0.1", nginx.port)).is_ok()).await;

    let page = nginx.ask("GET", "/sign-in?token=SECRET-1", "", b"");
    assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("<html"), "{page}");
    let link = nginx.ask("GET", "/l/SECRET-2", "", b"");
    assert!(link.starts_with("HTTP/1.1 4"), "{link}");
    // Whom the client names itself as is not believed, or the token would be of no use from there.
    let named = format!("{bearer}X-Forwarded-For: 10.9.9.9\r\n");
    let listed = nginx.ask("GET", "/api/imports?limit=7", &named, b"");
    assert!(listed.starts_with("HTTP/1.1 200 "), "{listed}");
    // Larger than nginx takes unless it is told.
    let large = [folder.read("staff.csv").as_bytes(), "\n".repeat(2_000_000).as_bytes()].concat();
    let brought = nginx.ask("PUT", "/api/imports/staff?name=SECRET-3.csv", &bearer, &large);
    assert!(brought.starts_with("HTTP/1.1 200 "), "{brought}");
    for path in ["/metrics", "/healthz", "/readyz"] {
        let told = nginx.ask("GET", path, "", b"");
        assert!(told.starts_with("HTTP/1.1 404 "), "{path} is not for those beyond: {told}");
    }
    assert_eq!(daemon.terminate().0, Some(0));
    assert!(nginx.ask("GET", "/l/SECRET-4?of=SECRET-5", "", b"").starts_with("HTTP/1.1 502 "));

    let read = |name: &str| std::fs::read_to_string(logs.path().join(name)).unwrap();
    let log = read("refresher.log");
    for line in [
        "GET /sign-in 200",
        "GET /l/- 4",
        "GET /api/imports 200",
        "PUT /api/imports/staff 200",
        "GET /l/- 502",
    ] {
        assert!(log.contains(line), "{line}: {log}");
    }
    for said in [log, read("refresher-error.log"), read("nginx.log")] {
        assert!(!said.contains("SECRET"), "{said}");
    }
}
