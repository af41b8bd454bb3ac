//! The inbox in the hands of those who use it: daemons that are real, users and groups of their own where this is run as
//! root, and folders as administrators make them.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::{Daemon, STAFF, STAFF_WITH_FAULT, TRAINING, imported, installation, wait_until};
use crate::support::engine::{overrides, with_database};
use crate::support::program::Folder;

/// Numbers that no user and no group of the machine has.
const DAEMON: u32 = 47_811;
const HR: u32 = 47_812;
const SOMEBODY: u32 = 47_813;

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A command as this user, of this group and these further ones, with this umask. Any user but root as oneself.
fn run_as(user: u32, group: u32, further: &[u32], umask: &str, words: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    let shell = ["sh", "-c", "umask $0; exec \"$@\"", umask];
    if !is_root() {
        command = Command::new("sh");
        command.args(&shell[1..]).args(words);
        return command;
    }
    command.args([format!("--reuid={user}"), format!("--regid={group}")]);
    let further: Vec<String> = further.iter().map(u32::to_string).collect();
    match &further[..] {
        [] => command.arg("--clear-groups"),
        some => command.arg(format!("--groups={}", some.join(","))),
    };
    command.args(shell).args(words);
    command
}

fn give(path: &Path, user: u32, group: u32, mode: u32) {
    if is_root() {
        chown(path, Some(user), Some(group)).unwrap();
    }
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// An installation that belongs to the daemon's user, with an inbox of HR's group.
fn home(inbox_owner: u32, mode: u32) -> (Folder, PathBuf) {
    let folder = installation();
    for entry in fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let mode = fs::metadata(&path).unwrap().mode() & 0o777;
        give(&path, DAEMON, DAEMON, mode);
    }
    give(folder.path(), DAEMON, DAEMON, 0o755);
    let inbox = folder.file("inbox");
    fs::create_dir(&inbox).unwrap();
    give(&inbox, inbox_owner, HR, mode);
    (folder, inbox)
}

/// The daemon as its user, as the service's unit starts it.
fn daemon_as(folder: &Folder, further: &[u32]) -> Daemon {
    let binary = env!("CARGO_BIN_EXE_refresher");
    let mut command = run_as(DAEMON, DAEMON, further, "077", &[binary, "daemon", "--listen", "127.0.0.1:0"]);
    with_database(&mut command, folder.path());
    command.current_dir(folder.path()).env_remove("RUST_LOG").stdin(Stdio::null());
    let log = fs::File::create(folder.file("log")).unwrap();
    Daemon(command.stdout(Stdio::null()).stderr(log).spawn().unwrap())
}

/// Drops a file as somebody of HR does, who keeps it to themselves and the group.
fn drop_as_hr(inbox: &Path, name: &str, content: &str, umask: &str) {
    let write = format!("cat > '{}'", inbox.join(name).display());
    let mut command = run_as(SOMEBODY, HR, &[], umask, &["sh", "-c", &write]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), content.as_bytes()).unwrap();
    assert!(child.wait().unwrap().success(), "HR can't drop {name}");
}

/// What somebody of HR finds in a folder of the inbox: the names, and the text of the file whose name ends so.
fn found_by_hr(folder: &Path, ending: &str) -> (Vec<String>, String) {
    let folder = folder.display();
    let script = format!("ls -1 '{folder}' && cat '{folder}'/*{ending}");
    let output = run_as(SOMEBODY, HR, &[], "022", &["sh", "-c", &script]).output().unwrap();
    assert!(output.status.success(), "HR can't read the answer: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let (names, rest): (Vec<&str>, Vec<&str>) =
        text.lines().partition(|line| line.starts_with("20") && line.contains("-staff"));
    (names.into_iter().map(str::to_owned).collect(), rest.join("\n"))
}

fn names_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// Whether the files of a folder of the inbox have its group and permissions; where everybody may use it they need not.
fn are_as_the_inbox(inbox: &Path, below: &str) -> bool {
    let like = fs::metadata(inbox).unwrap();
    names_in(&inbox.join(below)).iter().all(|name| {
        let answer = fs::metadata(inbox.join(below).join(name)).unwrap();
        like.mode() & 0o007 == 7 || (answer.mode() & 0o777, answer.gid()) == (like.mode() & 0o666, like.gid())
    })
}

#[test]
fn whoever_may_drop_a_file_can_read_its_answer() {
    // Whose the folder is, its permissions, the further groups of the daemon, and the umask of those who drop files.
    for (owner, mode, further, umask) in [
        (DAEMON, 0o2770, &[HR][..], "007"),
        (DAEMON, 0o770, &[HR], "007"),
        (0, 0o2770, &[HR], "007"),
        (DAEMON, 0o2770, &[], "022"),
        (DAEMON, 0o777, &[], "022"),
    ] {
        let case = format!("{owner} {mode:o} {further:?}");
        let (folder, inbox) = home(owner, mode);
        drop_as_hr(&inbox, "staff.csv", STAFF_WITH_FAULT, umask);
        let daemon = daemon_as(&folder, further);
        let done = inbox.join("done");
        wait_until(&case, || names_in(&done).iter().any(|name| name.ends_with(".rejected.csv")));
        let (names, rejected) = found_by_hr(&done, ".rejected.csv");
        assert_eq!(names.len(), 2, "{case}: {names:?}");
        assert!(rejected.contains("31/02/2020"), "{case}: {rejected}");
        assert_eq!(names_in(&inbox), ["done", "refused"], "{case}");
        // Put right where it lies, and dropped again.
        let right = rejected.replace("31/02/2020", "2020-02-28");
        drop_as_hr(&inbox, "staff right.csv", &right, umask);
        wait_until(&case, || names_in(&done).len() == 3);
        drop_as_hr(&inbox, "staff.csv", "no list at all\n", umask);
        wait_until(&case, || names_in(&inbox.join("refused")).len() == 1);
        found_by_hr(&inbox.join("refused"), "-staff.csv");
        wait_until(&case, || ["done", "refused"].iter().all(|below| are_as_the_inbox(&inbox, below)));
        drop(daemon);
        let log = folder.read("log");
        assert!(!log.contains("ERROR"), "{case}: {log}");
        for below in ["done", "refused"].map(|below| inbox.join(below)) {
            let (what, like) = (fs::metadata(&below).unwrap(), fs::metadata(&inbox).unwrap());
            assert_eq!(what.mode() & 0o777, mode & 0o777, "{case}");
            assert!(mode & 0o007 == 7 || what.gid() == like.gid(), "{case}");
        }
    }
}

#[test]
fn who_is_shut_out_of_the_answers_is_said_by_the_check_and_once_by_the_daemon() {
    if !is_root() {
        return; // Nobody else has a folder of another group.
    }
    let (folder, inbox) = home(DAEMON, 0o770);
    give(&inbox, DAEMON, HR, 0o770);
    let daemon = daemon_as(&folder, &[]);
    wait_until("said", || folder.read("log").contains("can read the answers"));
    drop_as_hr(&inbox, "staff.csv", STAFF, "022");
    wait_until("taken all the same", || names_in(&inbox.join("done")).len() == 1);
    drop(daemon);
    let log = folder.read("log");
    assert_eq!(log.matches("can read the answers in its `done` and `refused`").count(), 1, "{log}");
    let check = folder.run_as("--json check").json();
    let found = check["checks"].as_array().unwrap().iter().find(|one| one["what"] == "inbox").unwrap();
    assert_eq!(found["verdict"], "warning");
    assert!(found["says"].as_str().unwrap().contains("can read the answers"), "{found}");
    for below in ["done", "refused"] {
        give(&inbox.join(below), DAEMON, HR, 0o770);
    }
    let check = folder.run_as("--json check").json();
    let found = check["checks"].as_array().unwrap().iter().find(|one| one["what"] == "inbox").unwrap();
    assert_eq!(found["verdict"], "good", "{found}");
}

#[test]
fn an_inbox_that_is_missing_is_a_fault_and_never_made() {
    let folder = installation();
    let inbox = folder.file("inbox");
    let verdict = || {
        let check = folder.run_as("--json check").json();
        let all = check["checks"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["what"] == "inbox").unwrap()
    };
    let found = verdict();
    assert_eq!(found["verdict"], "fault");
    assert!(found["says"].as_str().unwrap().contains("is not there"), "{found}");
    assert!(found["to_do"].as_str().unwrap().contains("make the folder"), "{found}");
    let log = fs::File::create(folder.file("log")).unwrap();
    let daemon = Daemon(folder.command().arg("daemon").stderr(log).stdout(Stdio::null()).spawn().unwrap());
    wait_until("said", || folder.read("log").contains("can't be used: make the folder"));
    assert!(!inbox.exists(), "the daemon made it");
    fs::create_dir(&inbox).unwrap();
    fs::write(inbox.join("staff.csv"), STAFF).unwrap();
    wait_until("taken once it is there", || names_in(&inbox.join("done")).len() == 1);
    // It goes again, as a share does.
    fs::rename(&inbox, folder.file("away")).unwrap();
    wait_until("said again", || folder.read("log").matches("can't be used: make the folder").count() == 2);
    assert!(!inbox.exists(), "the daemon made it");
    drop(daemon);
    assert_eq!(verdict()["verdict"], "fault");
    fs::write(&inbox, "a file").unwrap();
    assert!(verdict()["says"].as_str().unwrap().contains("can't be used"), "{}", verdict());
}

/// Everything below a folder: names, kinds, permissions and times.
fn everything_below(folder: &Path, all: &mut Vec<String>) {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.collect();
    paths.sort();
    for path in paths {
        let what = fs::symlink_metadata(&path).unwrap();
        all.push(format!("{} {:o} {:?}", path.display(), what.mode(), what.modified().unwrap()));
        if what.is_dir() {
            everything_below(&path, all);
        }
    }
}

#[test]
fn the_check_makes_nothing_whatever_is_missing_or_there() {
    let folder = installation();
    let all = || {
        let mut all = Vec::new();
        everything_below(folder.path(), &mut all);
        all
    };
    for there in [&[][..], &["inbox"], &["inbox/done", "inbox/refused", "backups", "mail"]] {
        for name in there {
            fs::create_dir_all(folder.file(name)).unwrap();
        }
        let before = all();
        folder.run_as("check");
        assert_eq!(all(), before, "with {there:?}");
    }
}

#[test]
fn what_is_a_copy_or_kept_by_programs_is_told_once_for_a_name_and_never_taken() {
    let mut home = super::Home::new();
    let names = [
        "staff (1).csv",
        "staff - Copy.csv",
        "staff (Ann's conflicted copy 2026-11-22).csv",
        "staff.sync-conflict-20261122-101112-ABCDEFG.csv",
        "staff.csv.bak",
        "staff.csv~",
        ".staff.csv",
        "Thumbs.db",
    ];
    home.put("staff.csv", STAFF);
    for round in 0..3 {
        for name in names {
            // Another list, which would end everybody; changed every time, as a system does with what is its own.
            home.put(name, format!("{STAFF_WITH_FAULT}00{round}99,New,2020-01-01\n"));
        }
        (0..5).for_each(|_| drop(home.looks()));
        home.restart();
    }
    assert_eq!(home.imports(), imported(&[("staff", 2)]));
    let mut told = home.told();
    told.sort();
    assert_eq!(
        told,
        [
            ".staff.csv: left in the inbox",
            "Thumbs.db: left in the inbox",
            "staff (1).csv: left in the inbox",
            "staff (Ann's conflicted copy…: left in the inbox",
            "staff - Copy.csv: left in the inbox",
            "staff.csv.bak: left in the inbox",
            "staff.csv: imported",
            "staff.csv~: left in the inbox",
            "staff.sync-conflict-20261122…: left in the inbox",
        ]
    );
    for name in names {
        assert!(home.path(name).exists(), "{name}");
    }
}

#[test]
fn the_map_of_the_settings_holds_for_the_inbox_and_a_broken_one_leaves_the_files_there() {
    let mut home = super::Home::new();
    let settings = home.folder.read("refresher.toml");
    let with_map = settings.replace("# map =", "map =");
    assert_ne!(settings, with_map);
    home.folder.write("refresher.toml", &with_map);
    let map = with_map.lines().find_map(|line| line.strip_prefix("map = \"")?.split('"').next()).unwrap();
    home.put("staff.csv", STAFF.replace("employee_number", "Payroll"));
    let look = |home: &mut super::Home| {
        home.app = refresher::app::App::open(
            &home.folder.file("refresher.toml"),
            &overrides(&home.folder.file("refresher.toml")),
            home.app.clock,
            refresher::db::IfMissing::Create,
        )
        .unwrap();
        home.restart();
        home.looks()
    };
    for (content, wrong) in [
        (None, "can't be read"),
        (Some("[staff]\n\"Payroll\" = \"employe_number\"\n"), "did you mean employee_number"),
    ] {
        if let Some(content) = content {
            home.folder.write(map, content);
        }
        let looked = look(&mut home);
        assert!(looked.troubles.iter().any(|said| said.contains(wrong)), "{looked:?}");
        assert_eq!((home.imports(), home.names("refused")), (Vec::new(), Vec::new()));
        assert_eq!(home.names(""), ["staff.csv"]);
        let check = home.folder.run_as("--json check").json();
        let found = check["checks"].as_array().unwrap().iter().find(|one| one["what"] == "map").unwrap();
        assert_eq!(found["verdict"], "fault");
        assert!(found["says"].as_str().unwrap().contains(wrong), "{found}");
    }
    home.folder
        .write(map, "[staff]\n\"Payroll\" = \"employee_number\"\n[training]\n\"Was gelernt\" = \"course\"\n");
    home.put("training.csv", TRAINING.replace("course", "Was gelernt"));
    let looked = look(&mut home);
    assert_eq!(looked.troubles, [""; 0]);
    assert_eq!(home.imports(), imported(&[("staff", 2), ("training", 2)]));
}
