//! The operator's page and the service's unit: every alert is there with what to do, and the unit is sound.

use std::path::{Path, PathBuf};
use std::process::Command;

use refresher::delivery::StopReason;
use refresher::mail::{Mail, OperatorAlert, OperatorNotice, Trouble};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/operating.md")).unwrap()
}

fn unit() -> PathBuf {
    root().join("packaging/refresher.service")
}

/// The rows of the page's tables, by their first cell, with the rest of each.
fn rows(page: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (first, rest) = line.strip_prefix("| ")?.split_once(" | ")?;
        Some((first.to_owned(), rest.to_owned()))
    };
    page.lines().filter_map(row).collect()
}

#[test]
fn every_alert_by_mail_is_on_the_operators_page_with_what_to_do() {
    let on: chrono::NaiveDate = "2026-11-24".parse().unwrap();
    let alert = OperatorAlert {
        organisation: "Trust".to_owned(),
        code: "RXX".to_owned(),
        planned_on: on,
        reminders: 266,
        digests: 0,
        in_post: 604,
        max_millionths: 250_000,
    };
    let mut subjects = vec![alert.render().unwrap().subject];
    let troubles = [
        Trouble::JobFailed { job: "backup".to_owned(), slot_on: on, detail: String::new() },
        Trouble::DeliveryStopped { since: on.and_hms_opt(9, 5, 0).unwrap(), reason: String::new() },
        Trouble::StaleList { last_on: on, days: 45 },
        Trouble::Quiet { since: on, days: 14, in_post: 604 },
    ];
    for trouble in troubles {
        match &trouble {
            // A new one belongs into the list above, and onto the page.
            Trouble::JobFailed { .. }
            | Trouble::DeliveryStopped { .. }
            | Trouble::StaleList { .. }
            | Trouble::Quiet { .. } => {}
        }
        let notice = OperatorNotice { organisation: "Trust".to_owned(), on, trouble };
        subjects.push(notice.render().unwrap().subject);
    }
    let rows = rows(&page());
    for subject in subjects {
        let row = rows.iter().find(|(first, _)| *first == subject);
        let (_, rest) =
            row.unwrap_or_else(|| panic!("docs/operating.md does not say what to do on {subject:?}"));
        assert!(rest.matches(" | ").count() == 1 && rest.len() > 60, "{subject}: {rest}");
    }
}

#[test]
fn every_reason_to_stop_delivery_is_on_the_operators_page() {
    let rows = rows(&page());
    let text = String::new;
    let reasons = [
        StopReason::Greeting(text()),
        StopReason::SignIn(text()),
        StopReason::Sender(text()),
        StopReason::Refused(text()),
        StopReason::Alike(text()),
        StopReason::Certificate(text()),
        StopReason::Unusable(text()),
        StopReason::Interfered(text()),
        StopReason::Folder(text()),
    ];
    for reason in reasons {
        match reason {
            // A new one belongs into the list above, and onto the page.
            StopReason::Greeting(_)
            | StopReason::SignIn(_)
            | StopReason::Sender(_)
            | StopReason::Refused(_)
            | StopReason::Alike(_)
            | StopReason::Certificate(_)
            | StopReason::Unusable(_)
            | StopReason::Interfered(_)
            | StopReason::Folder(_) => {}
        }
        let said = reason.to_string();
        let (said, _) = said.split_once(" (").unwrap();
        assert!(
            rows.iter().any(|(first, _)| first == said),
            "docs/operating.md does not say what to do on {said:?}"
        );
    }
}

#[test]
fn the_services_unit_is_sound_and_lets_it_write_in_its_folder_alone() {
    let text = std::fs::read_to_string(unit()).unwrap();
    let setting = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
        line.unwrap_or_else(|| panic!("the unit does not set {key}"))
    };
    assert_eq!(setting("ProtectSystem"), "strict");
    assert_eq!(setting("CapabilityBoundingSet"), "");
    assert_eq!(setting("ExecStart"), "/usr/local/bin/refresher daemon");
    assert_eq!(setting("WorkingDirectory"), "/var/lib/refresher");
    assert!(setting("TimeoutStopSec").parse::<u32>().unwrap() > 15, "a stop takes up to 15 seconds");
    for path in setting("ReadOnlyPaths").split(' ') {
        assert!(path.starts_with("-/var/lib/refresher/"), "{path}");
    }
    // Where systemd is, and not too old to be asked, it says itself what it makes of the unit.
    let version = Command::new("systemd-analyze").arg("--version").output();
    let version =
        version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
    let version = version.split(' ').nth(1).and_then(|version| version.parse().ok()).unwrap_or(0);
    if version < 250 {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let installed = folder.path().join("refresher.service");
    std::fs::write(&installed, text.replace("/usr/local/bin/refresher", env!("CARGO_BIN_EXE_refresher")))
        .unwrap();
    let analyzed = |args: &[&str]| {
        let output = Command::new("systemd-analyze").args(args).arg(&installed).output().unwrap();
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat();
        assert!(output.status.success(), "{args:?}: {said}");
        said
    };
    assert_eq!(analyzed(&["verify"]), "");
    // In tenths; the page says 1.2 of 10, and other versions may weigh otherwise.
    analyzed(&["security", "--offline=true", "--threshold=20", "--no-pager"]);
}
