//! The inbox: files dropped into a folder are imported once, put away and reported, whatever happens in between.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use refresher::app::App;
use refresher::clock::Clock;
use refresher::db::IfMissing;
use refresher::jobs::{Inbox, InboxLook};
use refresher::outbox::store as outbox;
use refresher::register::store;

use crate::support::engine::overrides;
use crate::support::engine::{connect, full_when, no_longer_full};
use crate::support::program::{Folder, lines};
use diesel::connection::SimpleConnection;

mod readers;

const STAFF: &str = "employee_number,last_name,email,start_date\n\
                     0001,Reed,reed@example.org,2020-01-01\n0002,Hay,hay@example.org,2020-01-01\n";
const STAFF_WITH_FAULT: &str = "employee_number,last_name,start_date\n\
    0001,Reed,2020-01-01\n0002,Hay,31/02/2020\n0003,Lee,2020-01-01\n0004,Fox,2020-01-01\n0005,Ash,2020-01-01\n\
    0006,Elm,2020-01-01\n0007,Oak,2020-01-01\n0008,Yew,2020-01-01\n0009,Box,2020-01-01\n0010,Bay,2020-01-01\n";
const TRAINING: &str =
    "employee_number,course,completed_on\n0001,SGC-L2,2026-03-01\n0002,SGC-L2,2026-04-01\n";

/// An installation with an inbox, on Wednesday 25 November 2026, 08:10:03 local time.
struct Home {
    folder: Folder,
    app: App,
    inbox: Inbox,
}

impl Home {
    fn new() -> Self {
        let folder = installation();
        let clock = Clock::Fixed("2026-11-25T08:10:03Z".parse().unwrap());
        let settings = folder.file("refresher.toml");
        let app = App::open(&settings, &overrides(&settings), clock, IfMissing::Create).unwrap();
        let inbox = Inbox::of(&app).unwrap();
        fs::create_dir(folder.file("inbox")).unwrap();
        Self { folder, app, inbox }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.file("inbox").join(name)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::create_dir_all(self.folder.file("inbox")).unwrap();
        fs::write(self.path(name), content).unwrap();
    }

    /// Looks once.
    fn look(&mut self) -> InboxLook {
        self.inbox.look(&self.app).unwrap()
    }

    /// Looks as often as it takes for a whole file to be taken; gives all that was said.
    fn looks(&mut self) -> InboxLook {
        let mut all = InboxLook::default();
        for _ in 0..3 {
            let looked = self.look();
            all.taken.extend(looked.taken);
            all.troubles.extend(looked.troubles);
        }
        all
    }

    /// The daemon ends and starts again: what it had seen is forgotten.
    fn restart(&mut self) {
        self.inbox = Inbox::of(&self.app).unwrap();
    }

    /// The names in a folder of the inbox, in order.
    fn names(&self, below: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(below)).unwrap().map(|entry| entry.unwrap());
        let mut names: Vec<String> = entries
            .filter(|entry| entry.file_type().unwrap().is_file())
            .map(|entry| entry.file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The subjects of the mails to HR, in the order in which they were queued.
    fn told(&self) -> Vec<String> {
        let listed = self.app.db.read(|conn| outbox::list(conn, None)).unwrap();
        let mut mails: Vec<_> =
            listed.into_iter().filter(|mail| mail.recipient == "hr@example.org").collect();
        mails.sort_by_key(|mail| mail.id);
        mails.into_iter().map(|mail| mail.subject).collect()
    }

    /// The text of the last mail, on one line.
    fn last_mail(&self) -> String {
        let read = |conn: &mut _| {
            let last = outbox::list(conn, None)?.into_iter().map(|mail| mail.id).max().unwrap();
            Ok(outbox::show(conn, last)?.unwrap().text)
        };
        self.app.db.read(read).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The imports of files, oldest first: the kind and what it changed.
    fn imports(&self) -> Vec<(String, u64)> {
        let imports = self.app.db.read(store::imports).unwrap();
        let mut of_files: Vec<_> =
            imports.into_iter().filter(|import| import.kind != "configuration").collect();
        of_files.reverse();
        of_files.into_iter().map(|import| (import.kind, import.counts.applied)).collect()
    }

    fn sql(&self, statement: &str) {
        let file = self.folder.file("refresher.db");
        connect(&file).batch_execute(statement).unwrap();
    }
}

/// A folder with `init` done and an inbox in its settings.
fn installation() -> Folder {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    let settings = settings.replace("# inbox = \"inbox\"", "inbox = \"inbox\"");
    let settings = settings.replace("# hr_email", "hr_email");
    assert!(settings.contains("\ninbox =") && settings.contains("\nhr_email ="));
    folder.write("refresher.toml", settings);
    folder
}

fn imported(kinds: &[(&str, u64)]) -> Vec<(String, u64)> {
    kinds.iter().map(|(kind, applied)| ((*kind).to_owned(), *applied)).collect()
}

#[test]
fn files_are_imported_in_the_order_in_which_they_build_on_each_other_and_put_away() {
    let mut home = Home::new();
    home.put("training.csv", TRAINING);
    home.put("Staff list, November.csv", STAFF);
    home.put("notes.docx", "not for us\n");
    assert_eq!(home.look().taken.len() + home.look().taken.len(), 0, "they may still be growing");
    let looked = home.look();
    assert_eq!(looked.troubles, [""; 0]);
    assert_eq!(home.imports(), imported(&[("staff", 2), ("training", 2)]));
    assert_eq!(
        home.names("done"),
        ["20261125-081003-Staff list, November.csv", "20261125-081003-training.csv"]
    );
    assert_eq!(home.names("refused"), [""; 0]);
    assert_eq!(home.names(""), ["notes.docx"]);
    assert_eq!(
        home.told(),
        ["Staff list, November.csv: imported", "training.csv: imported", "notes.docx: left in the inbox"]
    );
    home.looks();
    assert_eq!(home.told().len(), 3, "said once");
}

#[test]
fn every_kind_of_file_is_taken() {
    let mut home = Home::new();
    for (name, content) in crate::support::program::FILES {
        home.put(&format!("{name}.csv"), content);
    }
    home.put("bookings.csv", "employee_number,course,date\n00123456,SGC-L2,2026-12-10\n");
    home.put(
        "assurance.csv",
        "statement,answer,answered_on,owner_email,review_by\n\
         missed-appointments,yes,2026-11-01,owner@example.org,2027-01-01\n",
    );
    let looked = home.looks();
    assert_eq!(home.names("refused"), [""; 0], "{looked:?}");
    let kinds: Vec<String> = home.imports().into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(
        kinds,
        ["organisations", "staff", "training", "exemptions", "bookings", "budget", "expenses", "assurance"]
    );
    assert_eq!(home.names("done").len(), 8);
}

#[test]
fn a_file_that_grows_is_waited_for_and_a_half_copied_workbook_too() {
    let mut home = Home::new();
    let (first, rest) = STAFF.split_at(60);
    home.put("staff.csv", first);
    home.look();
    home.look();
    home.put("staff.csv", [first, rest].concat());
    home.look();
    home.look();
    assert_eq!(home.imports(), []);
    home.look();
    assert_eq!(home.imports(), imported(&[("staff", 2)]));

    let workbook = workbook();
    home.put("training.xlsx", &workbook[..workbook.len() / 2]);
    home.looks();
    home.looks();
    assert_eq!(home.names("refused"), [""; 0], "the copy may only have come to a halt");
    home.put("training.xlsx", &workbook);
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 2), ("training", 1)]));

    home.put("training.xlsx", &workbook[..workbook.len() / 2]);
    (0..4).for_each(|_| drop(home.looks()));
    assert_eq!(home.names("refused"), ["20261125-081003-training.xlsx"], "it came to no more");
    assert_eq!(home.told().last().unwrap(), "training.xlsx: not imported");
}

fn workbook() -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    let rows = [["employee_number", "course", "completed_on"], ["0001", "SGC-L2", "2026-05-01"]];
    for (row, cells) in (0..).zip(rows) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn rejected_rows_are_put_right_by_dropping_them_again() {
    let mut home = Home::new();
    home.put("staff.csv", STAFF_WITH_FAULT);
    home.looks();
    assert_eq!(home.told(), ["staff.csv: imported, 1 row to put right"]);
    let rejected = "20261125-081003-staff.csv.rejected.csv";
    assert_eq!(home.names("done"), ["20261125-081003-staff.csv", rejected]);
    let rows = fs::read_to_string(home.path("done").join(rejected)).unwrap();
    home.put("staff, put right.csv", rows.replace("31/02/2020", "28/02/2020"));
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 9), ("staff", 1)]));
    assert_eq!(home.told().last().unwrap(), "staff, put right.csv: imported");
}

#[test]
fn a_brake_refuses_a_file_whole_and_the_mail_says_how_to_go_on() {
    let mut home = Home::new();
    let seven = STAFF.to_owned() + &(3..8).map(|n| format!("000{n},Ex{n},,2020-01-01\n")).collect::<String>();
    home.put("staff.csv", seven);
    home.looks();
    home.put("staff.csv", STAFF.lines().take(2).map(|line| format!("{line}\n")).collect::<String>());
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 7)]));
    assert_eq!(home.names("refused"), ["20261125-081003-staff.csv"]);
    assert_eq!(home.told().last().unwrap(), "staff.csv: not imported");
    let mail = home.last_mail();
    for said in [
        "would make leavers of 6 of the 7 people in post at RXX",
        "refresher import staff --force --dry-run",
        "/refused/",
    ] {
        assert!(mail.contains(said), "{said}: {mail}");
    }
    // The command of the mail, as it stands.
    let command =
        format!("import staff --force {}", home.path("refused/20261125-081003-staff.csv").display());
    let ran = home.folder.run(&command).ended(0);
    assert!(ran.out.contains("6 leavers"), "{}", ran.out);
}

#[test]
fn a_file_refused_is_tried_anew_when_it_is_dropped_again_as_it_was() {
    let mut home = Home::new();
    let more: String = (3..6).map(|n| format!("000{n},SGC-L2,2026-03-01\n")).collect();
    home.put("training.csv", TRAINING.to_owned() + &more);
    home.looks();
    assert_eq!(home.told(), ["training.csv: not imported"], "nobody is known yet");
    let people: String = (3..6).map(|n| format!("000{n},Ex{n},,2020-01-01\n")).collect();
    home.put("staff.csv", STAFF.to_owned() + &people);
    home.looks();
    fs::rename(home.path("refused/20261125-081003-training.csv"), home.path("training.csv")).unwrap();
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 5), ("training", 5)]));
}

#[test]
fn the_same_file_again_is_not_taken_again_and_neither_is_the_same_content() {
    let mut home = Home::new();
    home.put("staff.csv", STAFF);
    home.looks();
    let done = home.path("done/20261125-081003-staff.csv");
    // A restored backup, or a folder kept in step with another: the same file, to the instant it was written.
    fs::rename(&done, home.path("staff.csv")).unwrap();
    home.looks();
    assert_eq!(home.told().last().unwrap(), "staff.csv: not taken again");
    assert_eq!(home.names("refused"), ["20261125-081003-staff.csv"]);
    // The same content, written anew.
    home.put("staff.csv", STAFF);
    home.looks();
    assert_eq!(home.told().last().unwrap(), "staff.csv: nothing new in it");
    assert_eq!(home.names("done"), ["20261125-081003-staff.csv"]);
    home.put("staff.csv", STAFF);
    home.looks();
    assert_eq!(
        home.names("done"),
        ["20261125-081003-2-staff.csv", "20261125-081003-staff.csv"],
        "none is lost"
    );
    assert_eq!(home.imports(), imported(&[("staff", 2)]));
    assert_eq!(home.names(""), [""; 0]);
}

#[test]
fn a_file_whose_import_was_undone_is_taken_when_it_is_dropped_again_as_it_was() {
    let mut home = Home::new();
    home.put("budget.csv", "financial_year,allocated,dedicated\n2026-27,10000,yes\n");
    home.looks();
    let budget = |home: &Home| {
        let document = home.folder.run("--json budget --year 2026-27").ended(0).json();
        document["organisations"][0]["allocated_pence"].as_i64()
    };
    assert_eq!(budget(&home), Some(1_000_000));
    let list = home.folder.run("--json import list").ended(0).json();
    let id = list["imports"].as_array().unwrap().iter().find(|import| import["kind"] == "budget").unwrap();
    home.folder.run_as(&format!("import undo {}", id["id"])).ended(0);
    assert_eq!(budget(&home), None);
    fs::rename(home.path("done/20261125-081003-budget.csv"), home.path("budget.csv")).unwrap();
    home.looks();
    assert_eq!(budget(&home), Some(1_000_000), "{:?}", home.told());
}

/// What a process leaves behind that was killed at each step after the one transaction.
#[test]
fn a_file_is_taken_once_wherever_the_process_was_killed() {
    let (name, rejected) = ("20261125-081003-staff.csv", "20261125-081003-staff.csv.rejected.csv");
    for step in ["before it was moved", "before its rows were written", "before that was noted"] {
        let mut home = Home::new();
        home.put("staff.csv", STAFF_WITH_FAULT);
        home.looks();
        let before = home.folder.database();
        let rows = fs::read(home.path("done").join(rejected)).unwrap();
        home.sql("UPDATE taken_file SET settled_at = NULL");
        if step != "before that was noted" {
            fs::remove_file(home.path("done").join(rejected)).unwrap();
        }
        if step == "before it was moved" {
            fs::rename(home.path("done").join(name), home.path("staff.csv")).unwrap();
        }
        home.restart();
        let looked = home.looks();
        assert_eq!(looked, InboxLook::default(), "{step}: there was nothing to be said");
        assert_eq!(home.names(""), [""; 0], "{step}");
        assert_eq!(home.names("done"), [name, rejected], "{step}");
        assert_eq!(fs::read(home.path("done").join(rejected)).unwrap(), rows, "{step}");
        assert_eq!(home.folder.database(), before, "{step}: nothing else was changed");
    }
}

#[test]
fn what_a_file_came_to_is_told_once_though_the_process_ended_before_it_could_be() {
    for (list, said) in
        [(STAFF_WITH_FAULT, "imported, 1 row to put right"), ("no,list\n1,2\n", "not imported")]
    {
        let mut home = Home::new();
        home.sql(&full_when("INSERT", ""));
        home.put("staff.csv", list);
        home.look();
        home.look();
        let _ = home.inbox.look(&home.app);
        let imports = home.imports();
        assert_eq!((home.told().len(), home.names("").len()), (0, 1), "{said}: it could not be told");
        let failed = home.look();
        assert!(failed.troubles.iter().any(|trouble| trouble.contains("the disk is full")), "{failed:?}");
        home.sql(no_longer_full());
        home.restart();
        home.looks();
        home.looks();
        assert_eq!(home.told(), [format!("staff.csv: {said}")]);
        assert_eq!(home.imports(), imports, "{said}: it was taken once");
        assert!(home.names("").is_empty(), "{said}");
        let kept: Vec<String> = lines(
            &home.folder.file("refresher.db"),
            "SELECT untold AS line FROM taken_file WHERE untold IS NOT NULL",
        );
        assert!(kept.is_empty(), "what was told is not kept a second time: {kept:?}");
    }
}

#[test]
fn a_file_replaced_after_it_was_taken_is_a_file_of_its_own() {
    let mut home = Home::new();
    home.put("staff.csv", STAFF_WITH_FAULT);
    home.looks();
    // Killed before it was moved; meanwhile HR put another in its place, and the first is nowhere.
    home.sql("UPDATE taken_file SET settled_at = NULL");
    fs::remove_dir_all(home.path("done")).unwrap();
    let corrected = STAFF_WITH_FAULT.replace("31/02/2020", "28/02/2020");
    home.put("staff.csv", &corrected);
    home.restart();
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 9), ("staff", 1)]));
    assert_eq!(home.names("done"), ["20261125-081003-staff.csv"]);
    assert_eq!(fs::read_to_string(home.path("done/20261125-081003-staff.csv")).unwrap(), corrected);
}

#[test]
fn a_file_that_can_not_be_moved_away_is_said_once_and_not_taken_again() {
    let mut home = Home::new();
    home.put("staff.csv", STAFF);
    home.look();
    home.look();
    // Who runs the tests may write anywhere, so a folder that is none stands in for one that can't be written.
    fs::remove_dir(home.path("done")).unwrap();
    fs::write(home.path("done"), "in the way\n").unwrap();
    assert!(home.inbox.look(&home.app).is_err(), "the inbox is unusable, and that is said");
    assert_eq!(home.imports(), []);
    fs::remove_file(home.path("done")).unwrap();
    let elsewhere = home.folder.file("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    std::os::unix::fs::symlink("/proc/self", home.path("done")).unwrap();
    let looked = home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 2)]));
    assert!(looked.troubles[0].contains("can't be moved out of the inbox"), "{looked:?}");
    assert_eq!(home.told(), ["staff.csv: imported", "staff.csv: can't be moved out of the inbox"]);
    home.restart();
    home.looks();
    assert_eq!(home.told().len(), 2, "said once");
    fs::remove_file(home.path("done")).unwrap();
    home.looks();
    assert_eq!((home.names(""), home.names("done").len()), (Vec::new(), 1));
    assert_eq!(home.imports(), imported(&[("staff", 2)]));
}

#[test]
fn links_and_folders_are_left_alone() {
    let mut home = Home::new();
    home.look();
    assert_eq!(home.names("done"), [""; 0]);
    home.folder.write("secret.csv", STAFF);
    std::os::unix::fs::symlink(home.folder.file("secret.csv"), home.path("staff.csv")).unwrap();
    fs::create_dir(home.path("training")).unwrap();
    home.looks();
    assert_eq!((home.imports(), home.told()), (Vec::new(), Vec::new()));
}

#[test]
fn two_processes_on_one_inbox_take_a_file_once() {
    let home = Home::new();
    home.put("staff.csv", STAFF_WITH_FAULT);
    let app = Arc::new(home.app.clone());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let app = Arc::clone(&app);
            std::thread::spawn(move || {
                let mut inbox = Inbox::of(&app).unwrap();
                (0..4).map(|_| inbox.look(&app).unwrap().taken.len()).sum::<usize>()
            })
        })
        .collect();
    let taken: usize = threads.into_iter().map(|thread| thread.join().unwrap()).sum();
    assert_eq!(taken, 1);
    assert_eq!(home.imports(), imported(&[("staff", 9)]));
    assert_eq!(home.told(), ["staff.csv: imported, 1 row to put right"]);
    assert_eq!(home.names("done").len(), 2);
}

/// A running daemon; killed when it is dropped.
struct Daemon(Child);

impl Drop for Daemon {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn daemon(folder: &Folder) -> Daemon {
    Daemon(folder.command().arg("daemon").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(90), "{what}: it takes too long");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn a_daemon_killed_while_it_takes_files_takes_each_of_them_once() {
    let mut home = Home::new();
    home.put("staff.csv", STAFF_WITH_FAULT);
    home.put("training.csv", "employee_number,course,completed_on\n0001,SGC-L2,2026-03-01\n");
    home.put("budget.csv", "financial_year,allocated,dedicated\n2026-27,10000,yes\n");
    for taken in 1..=3 {
        let daemon = daemon(&home.folder);
        // Killed as soon as one more is in the ledger: most often before it was moved away.
        wait_until("taken", || home.told().len() >= taken);
        drop(daemon);
    }
    home.restart();
    home.looks();
    assert_eq!(home.imports(), imported(&[("staff", 9), ("training", 1), ("budget", 1)]));
    assert_eq!(home.told().len(), 3, "{:?}", home.told());
    assert_eq!(home.names(""), [""; 0]);
    assert_eq!(home.names("done").len(), 4, "three files, one of them with rejected rows");
}
