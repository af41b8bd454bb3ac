//! Files with personal data or secrets in them are for the program's user alone, whatever the umask.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use crate::support::database::url;
use crate::support::engine::with_database;
use crate::support::program::Folder;

/// Runs the program under a umask.
fn run(folder: &Path, umask: &str, words: &str) {
    // Whatever is run in a test's folder, or below it, has one database.
    let of = folder.ancestors().take_while(|above| *above != std::env::temp_dir()).last().unwrap_or(folder);
    let program = env!("CARGO_BIN_EXE_refresher");
    let script = format!("umask {umask}; exec {program} {words}");
    let ran = with_database(&mut Command::new("sh"), of)
        .arg("-c")
        .arg(script)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{words}: {ran:?}");
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).mode() & 0o7777
}

/// What in and below a folder others than its owner may use, but for `files` that anybody brought.
fn open_to_others(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        if mode(&path) != expected {
            found.push(format!("{} is {:o}", path.display(), mode(&path)));
        }
        if path.is_dir() {
            open_to_others(&path, found);
        }
    }
}

#[test]
fn what_is_made_is_for_its_owner_alone_whatever_the_umask() {
    for umask in ["0", "077", "022", "0777"] {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("deep/home");
        run(dir.path(), umask, "init --dir deep/home");
        let list = "employee_number,last_name,email,start_date\n01,Ash,ash@example.org,2020-01-01\n";
        fs::write(dir.path().join("staff.csv"), list).unwrap();
        for words in [
            "import staff ../../staff.csv",
            "--today 2026-11-24 remind --yes",
            "outbox release",
            "--today 2026-11-24 send --yes",
            "backup copy.db",
        ] {
            run(&home, umask, words);
        }
        let mails = home.join("mail");
        assert!(fs::read_dir(&mails).unwrap().count() > 0);
        assert!(cfg!(feature = "postgres") || home.join("refresher.db-instant").exists());
        let mut found = Vec::new();
        open_to_others(dir.path().join("deep").as_path(), &mut found);
        assert!(found.is_empty(), "umask {umask}: {found:?}");
        assert_eq!(mode(&dir.path().join("deep")), 0o700);
    }
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn the_files_beside_a_database_in_use_are_as_private_as_it_is() {
    let folder = Folder::with_everything();
    let file = folder.file("refresher.db");
    for of_database in [0o600, 0o660] {
        fs::set_permissions(&file, fs::Permissions::from_mode(of_database)).unwrap();
        let _ = fs::remove_file(folder.file("refresher.db-instant"));
        let db = refresher::db::Db::open(&url(&file), refresher::db::IfMissing::Fail).unwrap();
        db.newest_instant().unwrap();
        folder.run("exempt add 00123457 --reason x").ended(0);
        folder.run("exempt end 00123457").ended(0);
        for beside in ["-wal", "-shm", "-instant"] {
            assert_eq!(mode(&folder.file(&format!("refresher.db{beside}"))), of_database, "{beside}");
        }
        drop(db);
    }
}

#[test]
fn a_demo_is_for_its_owner_alone() {
    let dir = tempfile::tempdir().unwrap();
    run(dir.path(), "0", "--today 2026-11-24 --quiet demo --once --dir demo > /dev/null");
    let demo = dir.path().join("demo");
    assert_eq!(mode(&demo), 0o700);
    let mut found = Vec::new();
    open_to_others(&demo.join("mail"), &mut found);
    let database = (!cfg!(feature = "postgres")).then_some("refresher.db");
    for name in ["refresher.toml", "policy.toml"].into_iter().chain(database) {
        assert_eq!(mode(&demo.join(name)), 0o600, "{name}");
    }
    assert!(found.is_empty(), "{found:?}");
}
