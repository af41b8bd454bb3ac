//! Files that are no files: pipes, devices, sockets, folders and links, named as what is to be read or written.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::engine::with_database;
use crate::support::program::{Folder, Ran};

/// Runs the program, which must end by itself: whatever waits for a pipe is ended after a minute, and is a fault.
fn ran(folder: &Folder, words: &str) -> Ran {
    let mut child = folder
        .command()
        .args(["--today", "2026-11-24"])
        .args(words.split_whitespace())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = child.id().to_string();
    let (ended, waits) = std::sync::mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        if waits.recv_timeout(Duration::from_secs(60)).is_err() {
            let _ = Command::new("kill").args(["-KILL", &id]).status();
        }
    });
    let stderr = child.stderr.take().unwrap();
    let err = std::thread::spawn(move || std::io::read_to_string(stderr).unwrap());
    let out = std::io::read_to_string(child.stdout.take().unwrap()).unwrap();
    let status = child.wait().unwrap();
    let _ = ended.send(());
    watch.join().unwrap();
    let status = status.code().unwrap_or_else(|| panic!("{words} did not end by itself"));
    Ran { status, out, err: err.join().unwrap() }
}

fn pipe(folder: &Folder, name: &str) {
    assert!(Command::new("mkfifo").arg(folder.file(name)).status().unwrap().success());
}

/// What is no file, by a name in the folder, and what is said of it.
const NO_FILES: [(&str, &str); 9] = [
    ("pipe", "it is a pipe"),
    ("link-to-pipe", "it is a pipe"),
    ("socket", "it is a socket"),
    ("sub", "it is a folder"),
    ("/dev/null", "it is a device"),
    ("/dev/zero", "it is a device"),
    ("loop", "symbolic links"),
    ("nothing", "No such file"),
    ("-", "standard input is not read"),
];

/// What is said of it where it is typed: a link is not followed then, wherever it leads.
fn said_of_typed(name: &str, said: &'static str) -> &'static str {
    if matches!(name, "link-to-pipe" | "loop") { "it is a symbolic link" } else { said }
}

/// A folder in which these are.
fn with_no_files(folder: &Folder) -> UnixListener {
    pipe(folder, "pipe");
    symlink("pipe", folder.file("link-to-pipe")).unwrap();
    symlink("loop", folder.file("loop")).unwrap();
    std::fs::create_dir(folder.file("sub")).unwrap();
    UnixListener::bind(folder.file("socket")).unwrap()
}

#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn what_is_no_file_is_not_read_and_nobody_waits_for_it() {
    let folder = Folder::with_everything();
    let _socket = with_no_files(&folder);
    let settings = folder.read("refresher.toml");
    let with = |line: &str, into: &str| {
        assert!(settings.contains(line), "{line}");
        folder.write("with.toml", settings.replace(line, into));
    };
    let before = folder.database();
    let check = |words: &str, said: &str| {
        let ran = ran(&folder, words);
        assert!(matches!(ran.status, 1 | 2), "{words}: {ran:#?}");
        assert!(ran.err.contains(said) && ran.out.is_empty(), "{words}: {ran:#?}");
    };
    for (name, said) in NO_FILES {
        let typed = said_of_typed(name, said);
        for kind in [
            "staff",
            "training",
            "organisations",
            "budget",
            "expenses",
            "exemptions",
            "assurance",
            "bookings",
        ] {
            check(&format!("import {kind} {name}"), typed);
        }
        check(&format!("import staff staff.csv --dry-run --map {name}"), typed);
        check(&format!("policy check {name}"), typed);
        check(&format!("policy impact {name}"), typed);
        if name != "nothing" && name != "-" {
            check(&format!("--config {name} status"), said);
            // The engine names a database that is a loop or a socket itself.
            if !matches!(name, "loop" | "socket") {
                check(&format!("--database sqlite:{name} status"), said);
            }
        }
        let path =
            if name.starts_with('/') { name.to_owned() } else { folder.file(name).display().to_string() };
        if name != "-" {
            with("policy = \"policy.toml\"", &format!("policy = \"{path}\""));
            check("--config with.toml status", said);
            with("[schedule]", &format!("[schedule]\nbank_holidays = \"{path}\""));
            check("--config with.toml remind --dry-run", said);
            let server = "host = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\nfrom = \"t@example.org\"\nusername = \"u\"";
            let smtp =
                |key: &str| format!("\n[smtp]\ntransport = \"smtp\"\n{server}\n{key} = \"{path}\"\n[was]");
            let rest = settings.split("\n[smtp]").next().unwrap();
            for key in ["password_file", "ca_file"] {
                folder.write("with.toml", format!("{rest}{}", smtp(key).replace("\n[was]", "")));
                let said = if key == "ca_file" { "there is no file" } else { said };
                check("--config with.toml status", said);
            }
            folder.write("with.toml", format!("{rest}\n[operator]\nping_url_file = \"{path}\"\n"));
            check("--config with.toml status", said);
        }
    }
    assert_eq!(folder.database(), before);
}

#[test]
fn a_link_that_is_typed_as_a_file_is_refused_with_the_file_that_it_leads_to() {
    let folder = Folder::with_everything();
    folder.write("map.toml", "[staff]\n\"Their number\" = \"employee_number\"\n");
    for (file, link) in
        [("staff.csv", "newest.csv"), ("policy.toml", "newest.toml"), ("map.toml", "newest-map.toml")]
    {
        symlink(file, folder.file(link)).unwrap();
    }
    let before = folder.database();
    for (words, file) in [
        ("import staff newest.csv", "staff.csv"),
        ("import staff newest.csv --dry-run", "staff.csv"),
        ("import staff staff.csv --map newest-map.toml", "map.toml"),
        ("policy check newest.toml", "policy.toml"),
        ("policy impact newest.toml", "policy.toml"),
    ] {
        let refused = ran(&folder, words).ended(1);
        let target = folder.file(file).canonicalize().unwrap();
        assert!(
            refused.err.contains("it is a symbolic link")
                && refused.err.contains(&target.display().to_string()),
            "{words}: {refused:#?}"
        );
    }
    assert_eq!(folder.database(), before);
}

#[test]
fn a_link_as_settings_and_secrets_are_laid_down_is_as_good_as_the_file() {
    let folder = Folder::with_everything();
    folder.write("map.toml", "[staff]\n\"Their number\" = \"employee_number\"\n");
    folder.write("secret", "horse\n");
    for (file, link) in [
        ("refresher.toml", "settings.toml"),
        ("policy.toml", "laid-policy.toml"),
        ("map.toml", "laid-map.toml"),
        ("secret", "password"),
    ] {
        symlink(file, folder.file(link)).unwrap();
    }
    ran(&folder, "--config settings.toml status").ended(0);
    let settings = folder.read("refresher.toml").replace("\"policy.toml\"", "\"laid-policy.toml\"");
    let rest = settings.split("\n[smtp]").next().unwrap();
    folder.write(
        "with.toml",
        format!(
            "{rest}\n[smtp]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = 9\nsecurity = \"none\"\n\
             from = \"t@example.org\"\nusername = \"u\"\npassword_file = \"password\"\n\n\
             [import]\nmap = \"laid-map.toml\"\n"
        ),
    );
    ran(&folder, "--config with.toml status").ended(0);
    ran(&folder, "--config with.toml import staff staff.csv --dry-run").ended(0);
}

/// What stands where something is to be written, and what is said of it.
const IN_THE_WAY: [(&str, &str); 7] = [
    ("theirs", "--force"),
    ("link", "a symbolic link"),
    ("dangling", "a symbolic link"),
    ("pipe", "a pipe"),
    ("socket", "a socket"),
    ("folder", "a folder"),
    ("loop", "a symbolic link"),
];

/// Puts it there.
fn put(folder: &Folder, what: &str, at: &str) -> Option<UnixListener> {
    let path = folder.file(at);
    match what {
        "theirs" => folder.write(at, "put right by hand"),
        "link" => symlink(folder.file("victim"), path).unwrap(),
        "dangling" => symlink(folder.file("nothing"), path).unwrap(),
        "loop" => symlink(&path, &path).unwrap(),
        "pipe" => pipe(folder, at),
        "socket" => return Some(UnixListener::bind(path).unwrap()),
        "folder" => {
            std::fs::create_dir(&path).unwrap();
            std::fs::write(path.join("theirs"), "").unwrap();
        }
        _ => unreachable!(),
    }
    None
}

/// What stands there: its kind, and what a plain file holds.
fn stands(folder: &Folder, at: &str) -> (std::fs::FileType, Vec<u8>) {
    let path = folder.file(at);
    let kind = path.symlink_metadata().unwrap().file_type();
    let content = if kind.is_file() { std::fs::read(path).unwrap() } else { Vec::new() };
    (kind, content)
}

fn take_away(folder: &Folder, at: &str) {
    let path = folder.file(at);
    if path.is_dir() && !path.is_symlink() {
        std::fs::remove_dir_all(path)
    } else {
        std::fs::remove_file(path)
    }
    .unwrap();
}

/// Every name in the folder and in `board`, but for those of the database.
fn names(folder: &Folder) -> Vec<String> {
    let below = |name: &str| std::fs::read_dir(folder.file(name)).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> =
        below(".").chain(below("board")).map(|path| path.display().to_string()).collect();
    names.retain(|name| !name.contains("refresher.db"));
    names.sort();
    names
}

const PAGE: &str = "board/board-summary-RXX-2026-10.html";

#[test]
fn what_is_there_is_never_overwritten_unless_somebody_says_so_and_never_at_all_where_it_is_no_file() {
    let folder = Folder::with_everything();
    folder.write("victim", "precious");
    let bad = "employee_number,last_name,start_date\n00123456,Bello,never\n00123457,Okafor,2019-03-04\n";
    folder.write("bad.csv", bad);
    std::fs::create_dir(folder.file("board")).unwrap();
    for (words, at, forced) in [
        ("staff --output list.csv", "list.csv", true),
        ("staff --output list.xlsx", "list.xlsx", true),
        ("board --month 2026-10 --out board", PAGE, true),
        ("manual --man board", "board/refresher-send.1", true),
        ("export facts --output board", "board/people.csv", true),
        ("backup copy.db", "copy.db", false),
    ] {
        for (what, said) in IN_THE_WAY {
            let socket = put(&folder, what, at);
            let (before, all) = (stands(&folder, at), names(&folder));
            let words_with_force = format!("{words} --force");
            let tries =
                if forced && what != "theirs" { vec![words, words_with_force.as_str()] } else { vec![words] };
            for words in tries {
                let ran = ran(&folder, words).ended(1);
                let said = if words.starts_with("backup") { "is there already" } else { said };
                assert!(ran.err.contains(said), "{words} over {what}: {ran:#?}");
                assert_eq!(stands(&folder, at), before, "{words} over {what}");
                assert_eq!(names(&folder), all, "{words} over {what} leaves something behind");
            }
            drop(socket);
            if forced && what == "theirs" {
                ran(&folder, &words_with_force).ended(0);
                assert_ne!(stands(&folder, at).1, b"put right by hand");
            }
            take_away(&folder, at);
            if at.starts_with("board/") {
                std::fs::remove_dir_all(folder.file("board")).unwrap();
                std::fs::create_dir(folder.file("board")).unwrap();
            }
        }
    }
    for words in
        ["staff --output missing/list.csv", "backup missing/copy.db", "staff --output victim/list.csv"]
    {
        let ran = ran(&folder, words).ended(1);
        assert!(ran.err.contains("missing") || ran.err.contains("Not a directory"), "{words}: {ran:#?}");
    }
    ran(&folder, "staff --output /dev/null").ended(1);
    assert_eq!(folder.read("victim"), "precious");
}

#[test]
fn a_list_of_people_is_for_its_owner_alone_whatever_the_umask() {
    let folder = Folder::with_everything();
    for (umask, name) in [("000", "a.csv"), ("022", "b.xlsx"), ("777", "c.csv")] {
        let script = format!("umask {umask}; exec {} staff --output {name}", env!("CARGO_BIN_EXE_refresher"));
        let mut shell = Command::new("sh");
        let status = with_database(&mut shell, folder.path())
            .args(["-c", &script])
            .current_dir(folder.path())
            .status()
            .unwrap();
        assert!(status.success() || umask == "777", "{umask}");
        if status.success() {
            let mode = folder.file(name).metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "umask {umask}");
        }
    }
}

#[test]
fn what_a_board_summary_wrote_itself_is_written_again_and_what_was_changed_since_is_not() {
    let folder = Folder::with_everything();
    let board = "board --month 2026-10 --out board";
    ran(&folder, board).ended(0);
    let [page, text] = [PAGE, "board/board-summary-RXX-2026-10.txt"].map(|name| (name, folder.read(name)));
    // Other figures, and nobody has touched the files.
    let late = "employee_number,course,completed_on,certificate\n00123457,SGC-L1,2026-10-05,L1\n";
    folder.write("late.csv", late);
    ran(&folder, "import training late.csv").ended(0);
    ran(&folder, board).ended(0);
    assert_ne!(folder.read(page.0), page.1);
    let told = folder.read(text.0);
    folder.write(page.0, "with a remark of the chair's");
    ran(&folder, "import training training.csv --force").ended(0);
    folder.write("later.csv", late.replace("05,L1", "06,L2"));
    ran(&folder, "import training later.csv").ended(0);
    let refused = ran(&folder, board).ended(1);
    assert!(refused.err.contains(page.0) && refused.err.contains("changed since"), "{refused:#?}");
    assert_eq!(folder.read(page.0), "with a remark of the chair's");
    assert_eq!(folder.read(text.0), told, "all of it or nothing");
    ran(&folder, &format!("{board} --force")).ended(0);
    assert_ne!(folder.read(page.0), "with a remark of the chair's");
}

#[test]
fn rejected_rows_that_somebody_put_right_are_kept_until_they_say_otherwise() {
    let folder = Folder::with_everything();
    let list = "employee_number,last_name,start_date\n00123456,Bello,never\n00123457,Okafor,2019-03-04\n";
    folder.write("bad.csv", list);
    let import = |force: &str| ran(&folder, &format!("import staff bad.csv --partial {force}")).ended(4);
    let rejected = || folder.read("bad.csv.rejected.csv");
    import("");
    assert!(rejected().contains("never"));
    import("");
    // Our own list follows the file.
    folder.write("bad.csv", list.replace("never", "soon"));
    import("");
    assert!(rejected().contains("soon"));
    let put_right = rejected().replace("soon", "2021-09-01");
    folder.write("bad.csv.rejected.csv", &put_right);
    for force in ["", "--force=rejected"] {
        let ran = import(force);
        assert!(ran.err.contains("changed since") && ran.err.contains("--force"), "{ran:#?}");
        assert_eq!(rejected(), put_right);
    }
    ran(&folder, "import staff bad.csv.rejected.csv").ended(0);
    import("--force");
    assert!(rejected().contains("soon"));
    for (what, said) in IN_THE_WAY {
        take_away(&folder, "bad.csv.rejected.csv");
        let _socket = put(&folder, what, "bad.csv.rejected.csv");
        let before = stands(&folder, "bad.csv.rejected.csv");
        let ran = import(if what == "theirs" { "" } else { "--force" });
        assert!(ran.err.contains(said), "{what}: {ran:#?}");
        assert_eq!(stands(&folder, "bad.csv.rejected.csv"), before, "{what}");
    }
}

#[test]
fn a_demo_removes_nothing_that_no_demo_made() {
    let folder = Folder::empty();
    folder.run("demo --once").ended(0);
    folder.write("demo/notes.xlsx", "of a meeting");
    let refused = ran(&folder, "demo --once").ended(1);
    assert!(refused.err.contains("notes.xlsx"), "{refused:#?}");
    assert_eq!(folder.read("demo/notes.xlsx"), "of a meeting");
    symlink("demo", folder.file("link")).unwrap();
    let refused = ran(&folder, "demo --once --dir link").ended(1);
    assert!(refused.err.contains("a symbolic link"), "{refused:#?}");
    std::fs::remove_file(folder.file("demo/notes.xlsx")).unwrap();
    std::fs::remove_file(folder.file("demo/refresher.toml")).unwrap();
    pipe(&folder, "demo/refresher.toml");
    ran(&folder, "demo --once").ended(1);
}
