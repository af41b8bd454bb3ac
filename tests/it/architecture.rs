//! The shape of the code, kept by test: which room may use which, and what is known in one place only.

mod circles;
mod names;

use std::fs;
use std::path::{Path, PathBuf};

/// A room and the rooms it may use.
const EDGES: &[(&str, &[&str])] = &[
    ("tabular", &["files", "wording"]),
    ("import", &["tabular", "register", "policy", "audit", "clock", "db", "files", "wording"]),
    ("register", &["clock", "db"]),
    ("policy", &["register", "toml_file", "db"]),
    ("compliance", &["register", "policy"]),
    ("plan", &["compliance", "policy", "register"]),
    ("board", &["compliance", "register", "policy", "db"]),
    ("mail", &["compliance", "register", "wording"]),
    ("paper", &["board", "compliance", "mail", "register", "wording"]),
    ("outbox", &["plan", "mail", "db"]),
    ("delivery", &["outbox", "clock", "config", "db", "files", "measures", "wording"]),
    ("bounces", &["register", "db", "files", "wording"]),
    ("access", &["db", "files"]),
    ("casework", &["db"]),
    (
        "answers",
        &[
            "access",
            "app",
            "audit",
            "bounces",
            "board",
            "casework",
            "compliance",
            "config",
            "db",
            "delivery",
            "files",
            "import",
            "installation",
            "mail",
            "outbox",
            "paper",
            "plan",
            "policy",
            "register",
            "schedule",
            "wording",
        ],
    ),
    (
        "jobs",
        &[
            "access",
            "answers",
            "app",
            "audit",
            "casework",
            "import",
            "register",
            "policy",
            "compliance",
            "plan",
            "board",
            "mail",
            "paper",
            "outbox",
            "delivery",
            "installation",
            "bounces",
            "feeds",
            "inbox",
            "measures",
            "uploads",
            "schedule",
            "daemon",
            "config",
            "db",
            "files",
            "wording",
        ],
    ),
    (
        "web",
        &[
            "access",
            "answers",
            "app",
            "casework",
            "compliance",
            "config",
            "daemon",
            "http",
            "import",
            "jobs",
            "outbox",
            "register",
            "wording",
        ],
    ),
    (
        "api",
        &[
            "access", "answers", "app", "audit", "daemon", "db", "feeds", "files", "http", "import", "jobs",
            "measures",
        ],
    ),
    ("http", &["config"]),
    ("installation", &["db"]),
    ("feeds", &["db"]),
    ("inbox", &["import", "db", "files"]),
    ("uploads", &["db", "files"]),
    ("schedule", &["clock", "db", "measures"]),
    (
        "cli",
        &[
            "access",
            "answers",
            "api",
            "app",
            "audit",
            "board",
            "bounces",
            "clock",
            "compliance",
            "config",
            "daemon",
            "db",
            "delivery",
            "demo",
            "files",
            "import",
            "jobs",
            "outbox",
            "paper",
            "plan",
            "policy",
            "register",
            "tabular",
            "web",
            "wording",
        ],
    ),
    ("demo", &["files", "register"]),
    (
        "app",
        &[
            "audit",
            "clock",
            "config",
            "db",
            "delivery",
            "files",
            "installation",
            "outbox",
            "policy",
            "pulse",
            "register",
            "schedule",
        ],
    ),
    ("daemon", &["schedule", "clock", "db"]),
    ("audit", &["db"]),
    ("config", &["toml_file", "db", "files", "installation", "register", "policy", "schedule"]),
    ("clock", &[]),
    ("db", &["clock", "files", "measures"]),
    ("files", &[]),
    ("measures", &[]),
    ("pulse", &[]),
    ("toml_file", &[]),
    ("wording", &[]),
    // What unit tests start from.
    ("sample", &["register"]),
    ("main", &["cli"]),
];

/// What may be named only in files whose path begins so (or, for a room's `store`, contains it).
const ONLY_IN: &[(&str, &[&str])] = &[
    ("diesel::", &["db/", "/store"]),
    ("lettre::", &["delivery/"]),
    ("tokio_cron_scheduler", &["schedule/doorbell.rs"]),
    ("Utc::now", &["clock.rs"]),
    ("Local::now", &["clock.rs"]),
    ("SystemTime::now", &["clock.rs"]),
    ("plotters::", &["paper/chart/draw/"]),
    ("resvg::", &["paper/chart/png.rs"]),
    ("typst::", &["paper/pdf.rs"]),
    ("mail_parser::", &["bounces/"]),
    ("quick_xml::", &["tabular/xml.rs"]),
    ("zip::", &["tabular/zipped.rs"]),
    ("cfb::", &["tabular/sheet/xls.rs"]),
    ("encoding_rs::", &["tabular/encoding.rs"]),
    ("csv::", &["files/csv_writer.rs"]),
    ("ring::", &["delivery/dkim.rs", "access/secrets.rs"]),
    ("axum::", &["web/", "api/", "http/"]),
    ("hyper::", &["http/listener.rs", "http/body.rs"]),
    ("hyper_util::", &["http/listener.rs"]),
    ("form_urlencoded::", &["web/", "api/", "access/filters.rs"]),
    ("qrcode::", &["web/pages/sign_in/device.rs"]),
    ("flate2::", &["web/assets.rs"]),
    ("argon2::", &["access/password.rs"]),
    ("totp_rs::", &["access/second_factor.rs"]),
    ("croner::", &["schedule/expression.rs"]),
    ("ureq::", &["jobs/upkeep/ping.rs", "jobs/accounts/sso/line.rs"]),
    ("openidconnect::", &["access/sso/"]),
    ("zstd::", &["outbox/packed"]),
    ("fixedbitset::", &["compliance/needs.rs"]),
    ("tempfile::", &["web/answer/reply.rs"]),
    ("memchr::", &["delivery/smtp/"]),
    ("set_hook", &["cli/mod.rs"]),
    ("utoipa::", &["api/", "import/", "answers/lists/import_document.rs"]),
    ("clap_mangen::", &["cli/manual.rs"]),
];

/// What only `db` and the migrations know of: the engine of the database. Names of it for people stand in comments, from
/// which the help of the command line is made too.
const OF_THE_ENGINE: &[&str] = &["sqlite", "postgres", "pragma ", "pragma_", "rowid"];

/// The non-test lines at which a file is two things.
const LONGEST: usize = 400;

struct Source {
    /// From `src/` on.
    path: String,
    /// Without the unit tests below it.
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found: Vec<Source> = files_of(&root).into_iter().map(|path| source(&root, path)).collect();
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// The Rust files in a folder and below it.
fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut folders = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn source(root: &Path, path: PathBuf) -> Source {
    let text = fs::read_to_string(&path).unwrap();
    let path = path.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
    let is_test = path.ends_with("tests.rs") || path.contains("/tests/") || path.ends_with("/sample.rs");
    let code = match text.split_once("#[cfg(test)]\nmod tests {") {
        _ if is_test => String::new(),
        Some((code, _)) => code.to_owned(),
        None => text,
    };
    Source { path, code }
}

fn room(path: &str) -> &str {
    path.split('/').next().unwrap().trim_end_matches(".rs")
}

/// The first words after `crate::`, in code and in the links of comments.
fn used(code: &str) -> Vec<&str> {
    let rest = code.split("crate::").skip(1);
    rest.map(|rest| rest.split(|c: char| !c.is_ascii_lowercase() && c != '_').next().unwrap()).collect()
}

#[test]
fn each_room_uses_only_the_rooms_it_may() {
    let mut faults = Vec::new();
    for source in sources().iter().filter(|source| source.path != "lib.rs") {
        let room = room(&source.path);
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == room) else {
            faults.push(format!("{}: the room {room} is not in the table", source.path));
            continue;
        };
        for other in used(&source.code) {
            if other != room && !allowed.contains(&other) {
                faults.push(format!("{}: uses {other}", source.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_only_asks_never_writes_and_the_command_line_reads_no_table() {
    let mut faults = Vec::new();
    for source in sources() {
        let forbidden: &[&str] = match room(&source.path) {
            "answers" => &[".write(", ".try_write(", ".write_stamped(", ".try_write_stamped("],
            "cli" => &[
                ".read(|",
                ".try_read(|",
                ".write(|",
                ".try_write(|",
                ".write_stamped(",
                ".try_write_stamped(",
                "store::",
                "store as",
            ],
            _ => continue,
        };
        for word in forbidden.iter().filter(|word| source.code.contains(*word)) {
            faults.push(format!("{}: {word}", source.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_belongs_in_one_place_is_named_in_no_other() {
    let mut faults = Vec::new();
    for source in sources() {
        for (name, places) in ONLY_IN {
            let at_home = places.iter().any(|place| {
                source.path.starts_with(place) || (place.starts_with('/') && source.path.contains(place))
            });
            if !at_home && is_named_in(&source.code, name) {
                faults.push(format!("{}: names {name}", source.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether the code names this, and not something whose name ends in the same way: `String::new` does not name the crate
/// `ring::`, nor does `rustls::crypto::ring::`, while `::ring::` does.
pub fn is_named_in(code: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    code.match_indices(name).any(|(at, _)| {
        let before = &code[..at];
        let within = before.strip_suffix("::").is_some_and(|path| path.ends_with(is_part));
        let is_of_another = before.ends_with(is_part) || (within && name.ends_with("::"));
        !is_of_another
    })
}

#[test]
fn a_name_is_told_from_what_ends_in_the_same_way() {
    for (code, name, named) in [
        ("use ring::digest;", "ring::", true),
        ("let key = ::ring::rand();", "ring::", true),
        ("(ring::rand())", "ring::", true),
        ("String::new()", "ring::", false),
        ("rustls::crypto::ring::default_provider()", "ring::", false),
        ("a_ring::x()", "ring::", false),
        ("chrono::Utc::now()", "Utc::now", true),
    ] {
        assert_eq!(is_named_in(code, name), named, "{code}");
    }
}

#[test]
fn nothing_but_the_room_of_the_database_names_an_engine() {
    let mut faults = Vec::new();
    let mut at_home = 0;
    for source in sources() {
        for line in source.code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            let lower = line.to_lowercase();
            if let Some(name) = OF_THE_ENGINE.iter().find(|name| lower.contains(*name)) {
                if source.path.starts_with("db/") {
                    at_home += 1;
                } else {
                    faults.push(format!("{}: names {name}: {}", source.path, line.trim()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(at_home > 10, "only {at_home} lines of the room of the database were found");
}

#[test]
fn no_file_is_longer_than_one_thing_should_be() {
    let long: Vec<String> = sources()
        .iter()
        .filter(|source| source.path != "db/schema.rs" && source.code.lines().count() > LONGEST)
        .map(|source| format!("{}: {} lines", source.path, source.code.lines().count()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_mail_has_three_templates_and_a_snapshot() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mails: Vec<String> = sources()
        .iter()
        .filter(|source| source.path.starts_with("mail/") && source.code.contains("impl Mail for"))
        .map(|source| {
            source
                .path
                .trim_start_matches("mail/")
                .trim_end_matches(".rs")
                .split('/')
                .next_back()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(mails.len() >= 3, "{mails:?}");
    let mut snapshots = Vec::new();
    let mut folders = vec![root.join("src/mail")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "snap") {
                snapshots.push(path.to_str().unwrap().to_owned());
            }
        }
    }
    for mail in mails {
        for ending in ["subject.txt", "txt", "html"] {
            assert!(root.join(format!("templates/mail/{mail}.{ending}")).exists(), "{mail}.{ending}");
        }
        assert!(snapshots.iter().any(|path| path.contains(&mail)), "no snapshot of {mail}");
    }
}

/// The policy of the console would drop them: a page that has one looks right in no browser.
#[test]
fn no_page_of_the_console_has_a_style_or_a_script_within() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/web");
    let (mut folders, mut looked_at) = (vec![root], 0);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let page = fs::read_to_string(&path).unwrap();
            looked_at += 1;
            for within in [" style=", "<style", "<script>", " onclick=", " onload=", "javascript:"] {
                assert!(!page.contains(within), "{}: {within}", path.display());
            }
        }
    }
    assert!(looked_at > 10, "only {looked_at} pages were looked at");
}
