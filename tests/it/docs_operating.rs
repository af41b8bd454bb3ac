//! The operator's page and the service's unit: every alert is there with what to do, and the unit is sound.

use std::path::{Path, PathBuf};
use std::process::Command;

use refresher::delivery::StopReason;
use refresher::mail::{Mail, OperatorAlert, OperatorNotice, Trouble};

use crate::support::mailing::{Daemon, Mailing};
use crate::support::smtp::{Script, SmtpServer};

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
        lists: None,
        in_post: 604,
        max_millionths: 250_000,
    };
    let mut subjects = vec![alert.render().unwrap().subject];
    let troubles = [
        Trouble::JobFailed { job: "backup".to_owned(), slot_on: on, detail: String::new() },
        Trouble::DeliveryStopped { since: on.and_hms_opt(9, 5, 0).unwrap(), reason: String::new() },
        Trouble::StaleList { last_on: on, days: 45 },
        Trouble::Quiet { since: on, days: 14, in_post: 604 },
        Trouble::WithoutPdf { month: "October 2026".to_owned(), why: String::new() },
        Trouble::PurgeHeld { why: String::new() },
        Trouble::LeftBehind { files: 3 },
        Trouble::FileRefused {
            kind: "staff".to_owned(),
            token: "esr-nightly".to_owned(),
            on,
            why: String::new(),
        },
        Trouble::NoBackup { since: on.and_hms_opt(2, 0, 0).unwrap() },
        Trouble::MailReturned { silenced: 3, listed: Vec::new(), mailed_on: Vec::new() },
        Trouble::ReturnsHeld { organisation: "RXX".to_owned(), on, addresses: 60, listed: Vec::new() },
    ];
    for trouble in troubles {
        match &trouble {
            // A new one belongs into the list above, and onto the page.
            Trouble::JobFailed { .. }
            | Trouble::DeliveryStopped { .. }
            | Trouble::StaleList { .. }
            | Trouble::Quiet { .. }
            | Trouble::WithoutPdf { .. }
            | Trouble::PurgeHeld { .. }
            | Trouble::LeftBehind { .. }
            | Trouble::FileRefused { .. }
            | Trouble::NoBackup { .. }
            | Trouble::MailReturned { .. }
            | Trouble::ReturnsHeld { .. } => {}
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
    assert_eq!(
        setting("StateDirectoryMode"),
        "0751",
        "who drops files into the inbox gets there, and sees nothing else"
    );
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

/// The commands of the page's section with this heading, in order.
fn commands(heading: &str) -> Vec<String> {
    let page = page();
    let section = page.split("\n## ").find(|section| section.starts_with(heading)).unwrap();
    let blocks = section.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.flat_map(str::lines).map(str::to_owned).collect()
}

/// A trust that six were mailed from after its backup was made, and the newest lists, which bring somebody more who is due
/// a reminder. Its daemon ran until two days ago.
fn mailed_since_the_backup(server: &SmtpServer) -> Mailing {
    let mailing = Mailing::to(server, 6);
    let folder = &mailing.folder;
    // The daily jobs come three hours before now, on whatever day and at whatever time this is run.
    let hour = chrono::Utc::now() - chrono::TimeDelta::hours(3);
    let daily = hour.with_timezone(&chrono_tz::Europe::London).format("\"0 %-M %-H * * *\"").to_string();
    folder.write("refresher.toml", folder.read("refresher.toml").replace("\"0 0 8 * * *\"", &daily));
    let ran = (chrono::Utc::now() - chrono::TimeDelta::days(2)).format("%Y-%m-%d %H:%M:%S");
    for job in ["reminders", "manager_digest", "board_summary", "purge", "backup", "watch"] {
        mailing.run_sql(&format!(
            "INSERT INTO job_run (job, slot, started_at, finished_at, lease_until, outcome) \
             VALUES ('{job}', '{ran}', '{ran}', '{ran}', '{ran}', 'done')"
        ));
    }
    std::fs::create_dir(folder.file("backups")).unwrap();
    folder.run_as("backup backups/refresher-20261124-020000.db").ended(0);
    folder.run_as("send").ended(0);
    assert_eq!(server.received().len(), 6);
    folder.write("staff.csv", folder.read("staff.csv") + "99999,New,new@example.org,2020-01-01\n");
    folder.write("training.csv", "employee_number,course,completed_on\n00001,SGC-L2,2025-05-20\n");
    mailing
}

/// The check finds a backup that is whole, and nobody is mailed from it.
fn check(mailing: &Mailing) {
    let found = mailing.folder.run_as("--json check").json();
    let verdict = |what: &str| {
        let one = found["checks"].as_array().unwrap().iter().find(|one| one["what"] == what);
        one.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(["installation", "database", "audit log"].map(verdict), ["fault", "good", "good"]);
    let refused = mailing.folder.run_as("send").ended(1);
    assert!(refused.err.contains("refresher adopt"), "{refused:?}");
}

/// Whatever is started or sent before what waited is released, nobody is mailed.
async fn release(mailing: &Mailing, server: &SmtpServer) {
    mailing.folder.run_as("send").ended(0);
    let early = Daemon::start(&mailing.folder);
    early.until_it_says("daemon starts").await;
    assert_eq!(early.terminate().0, Some(0));
    assert_eq!(server.received().len(), 6, "somebody was mailed by mistake");
    mailing.folder.run_as("outbox release").ended(0);
}

/// Walks the section on restoring as it is written, with a daemon and a mail server that are real.
#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[tokio::test(flavor = "multi_thread")]
async fn restoring_as_the_page_says_mails_nobody_until_what_waited_is_released() {
    let server = SmtpServer::start(Script::accepting()).await;
    let mailing = mailed_since_the_backup(&server);
    let folder = &mailing.folder;
    let mut daemon = Some(Daemon::start(folder));
    daemon.as_ref().unwrap().until_it_says("daemon starts").await;
    let commands = commands("Restoring a backup");
    assert!(commands.iter().any(|command| command.ends_with("refresher adopt")), "{commands:?}");
    for command in &commands {
        let command = command.replace(" -o refresher -g refresher", "");
        match command.strip_prefix("runuser -u refresher -- refresher ") {
            Some("check") => check(&mailing),
            Some("outbox release") => release(&mailing, &server).await,
            Some(words) => {
                let held = folder.run_as("--json outbox --state held").ended(0).json();
                let first = format!(" {}", held["messages"][0]["id"]);
                folder.run_as(&words.replace(" ID", &first).replace("2026-12-04", &tomorrow())).ended(0);
            }
            None if command == "systemctl stop refresher" => {
                assert_eq!(daemon.take().unwrap().terminate().0, Some(0));
            }
            None if command == "systemctl start refresher" => daemon = Some(Daemon::start(folder)),
            None if command.starts_with("cd ") => {}
            None => {
                let done = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).status();
                assert!(done.unwrap().success(), "{command}");
            }
        }
    }
    // Six waited in the backup; one was cancelled.
    server.until_received(6 + 5).await;
    assert_eq!(daemon.take().unwrap().terminate().0, Some(0));
    let sent: Vec<String> = server.received().into_iter().flat_map(|mail| mail.recipients).collect();
    assert_eq!(sent.len(), 6 + 5);
    assert!(!sent.contains(&"new@example.org".to_owned()), "a run was made up for");
    let audit = folder.run_as("--json audit").ended(0).json();
    let adopted =
        audit["entries"].as_array().unwrap().iter().find(|entry| entry["action"] == "adopt").unwrap();
    assert_eq!(adopted["details"]["held"], 6);
    assert_eq!(audit["chain"]["sound"], true, "{}", audit["chain"]);
}

fn tomorrow() -> String {
    (chrono::Utc::now().date_naive() + chrono::Days::new(1)).to_string()
}
