//! The interface of a daemon that is a process of its own, asked and managed as people do it.

use crate::support::mailing::{Daemon, until};
use crate::support::program::Folder;

#[tokio::test(flavor = "multi_thread")]
async fn a_daemon_answers_programs_where_the_settings_say_so_and_names_no_token() {
    let folder = Folder::with_everything();
    let settings = folder.read("refresher.toml");
    assert!(settings.contains("[api]\n"));
    let listen = settings.replace("listen = \"off\"", "listen = \"127.0.0.1:0\"");
    folder.write("refresher.toml", listen.replace("listen = \"127.0.0.1:8080\"", "listen = \"off\""));
    let made = folder.run_as("--json token add esr --scope import:staff --organisation RXX").ended(0).json();
    let token = made["token"].as_str().unwrap().to_owned();
    assert_eq!(made["tokens"][0]["organisations"][0], "RXX");
    let daemon = Daemon::start(&folder);
    until("it listens", || daemon.interface().is_some()).await;
    assert!(daemon.ask("/healthz", None).ends_with("\r\n\r\nok\n"));
    assert!(daemon.ask("/readyz", None).ends_with("\r\n\r\nready\n"));
    let listed = daemon.ask("/api/imports", Some(&token));
    assert!(listed.contains("\"kind\":\"staff\"") && !listed.contains("\"kind\":\"training\""), "{listed}");
    folder.run_as("token revoke esr").ended(0);
    assert!(daemon.ask("/api/imports", Some(&token)).starts_with("HTTP/1.1 401"));
    let secret = &token[14..];
    assert!(!daemon.said().contains(secret), "{}", daemon.said());
    let list = folder.run_as("token list").ended(0).out;
    assert!(list.contains("esr") && list.contains("revoked") && !list.contains(secret), "{list}");
    let audit = folder.run_as("--json audit").ended(0).out;
    assert!(audit.contains("token-add") && audit.contains("token-revoke") && !audit.contains(secret));
    assert_eq!(daemon.terminate().0, Some(0));
}

#[test]
fn a_token_is_refused_that_could_not_be_told_apart_or_holds_too_long() {
    let folder = Folder::with_everything();
    folder.run_as("token add esr --scope import:staff").ended(0);
    for (words, status, says) in [
        ("token add esr --scope import:staff", 1, "there is a token esr already"),
        ("token add Two --scope import:staff", 1, "small letters"),
        ("token add other --scope import:everything", 2, "the scopes are import:staff"),
        ("token add other", 2, "--scope"),
        ("token add other --scope facts:read --organisation RQQ", 1, "RQQ"),
        ("token add other --scope facts:read --from 10.1.0.1/16", 2, "10.1.0.0/16"),
        ("token add other --scope facts:read --expires 2099-01-01", 1, "400 days"),
        ("token revoke nobody", 1, "there is no token nobody"),
    ] {
        let ran = folder.run_as(words).ended(status);
        assert!(ran.err.contains(says), "{words}: {ran:?}");
    }
}

#[test]
fn the_interface_listens_for_others_only_behind_a_proxy_that_is_named() {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml").replace("listen = \"off\"", "listen = \"0.0.0.0:8081\"");
    folder.write("refresher.toml", &settings);
    let ran = folder.run_as("check").ended(1);
    assert!(format!("{}{}", ran.out, ran.err).contains("name the proxy that does TLS"), "{ran:?}");
    let behind = "listen = \"127.0.0.1:8080\"\ntrusted_proxies = [\"10.0.0.7\"]";
    folder.write("refresher.toml", settings.replace("listen = \"127.0.0.1:8080\"", behind));
    assert!(!folder.run_as("status").err.contains("proxy"));
}
