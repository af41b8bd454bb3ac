//! A database that was restored mails nobody until it is taken into use on purpose (spec 20.5, 20.8).

use crate::support::program::Folder;

/// Settings with which mail would leave, if anybody took it.
const SMTP: [(&str, &str); 5] = [
    ("REFRESHER_SMTP_TRANSPORT", "smtp"),
    ("REFRESHER_SMTP_HOST", "127.0.0.1"),
    ("REFRESHER_SMTP_PORT", "9"),
    ("REFRESHER_SMTP_SECURITY", "none"),
    ("REFRESHER_SMTP_FROM", "refresher@example.org"),
];

#[test]
fn nobody_is_mailed_from_a_database_marked_as_restored_until_it_is_adopted() {
    let folder = Folder::with_everything();
    folder.run("remind").ended(0);
    let send = || {
        let output =
            folder.command().envs(SMTP).args(["--today", "2026-11-24", "send", "--yes"]).output().unwrap();
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(!send().contains("refresher adopt"), "it is taken by the first that mails from it");
    folder.run("restore-mark").ended(0);
    let refused = send();
    assert!(refused.contains("is a backup of") && refused.contains("refresher adopt"), "{refused}");
    assert!(folder.run("check").ended(1).out.contains("adopt"));
    let marked = folder.run("--json restore-mark").ended(0).json();
    assert_eq!(marked["marked"], true, "once more does no harm");
    folder.run("adopt").ended(0);
    assert!(!send().contains("refresher adopt"));
    let held = folder.run("--json outbox --state held").ended(0).json();
    assert_ne!(
        held["messages"].as_array().unwrap().len(),
        0,
        "what waited may have been sent since the backup"
    );
}
