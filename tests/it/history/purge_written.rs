//! A purge of people whose numbers have punctuation or are short, and who are called by a rare first name alone: what
//! others wrote of them, and the files of the inbox that hold them, whether they were imported or refused.

use std::fs;
use std::path::PathBuf;

use refresher::app::App;
use refresher::clock::Clock;
use refresher::db::IfMissing;
use refresher::jobs::Inbox;
use serde_json::{Value, json};

use super::program::{import, json};
use crate::support::engine::overrides;
use crate::support::program::Folder;

const STAFF: &str = "employee_number,first_name,last_name,email,job_title,unit,start_date
QX-44521,Zebulonia,Quillfeather,zq@example.org,Matron,Surgery,2015-09-01
1042,Ebenezra,Thistlewood,et@example.org,Matron,Surgery,2015-09-01
0900222,Ann,Archer,ann@example.org,Matron,Surgery,2015-09-01
0900333,Ben,Baker,ben@example.org,Porter,Estates,2021-03-01
0900444,Cat,Cooper,cat@example.org,Porter,Estates,2021-03-01
0900555,Dan,Dyer,dan@example.org,Porter,Estates,2021-03-01
0900666,Eve,Ellis,eve@example.org,Porter,Estates,2021-03-01
";
const EXPENSES: &str = "organisation,date,description,amount,reference
RXX,2026-04-02,taxi for QX-44521,10.00,E1
RXX,2026-04-03,cover by 1042,1042.00,E2
RXX,2026-04-04,trainer Zebulonia,40.00,E3
RXX,2026-04-05,1042 leaflets in Room 1042 on 10/42 at 1042 hours for £1042,50.00,E4
RXX,2026-04-06,taxi for QX-44522 and 11042,60.00,E5
";
const EXEMPTIONS: &str = "employee_number,course,from,until,reason
0900222,SGC-L1,2026-01-01,2026-12-31,cover for QX-44521 and 1042
";
const ANSWERS: &str = "organisation,statement,answer,answered_on,evidence,owner_email,review_by
RXX,dedicated-budget,yes,2026-01-10,see file QX-44521,ann@example.org,2027-02-10
RXX,supervision,yes,2026-01-10,asked number 1042,ann@example.org,2027-02-10
";
const BOOKINGS: &str = "employee_number,course,date,place\n0900333,SGC-L2,2027-03-01,Ask Zebulonia\n";

/// A register in which others' texts speak of two people by number and by first name.
fn folder() -> Folder {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml").replace("# inbox = \"inbox\"", "inbox = \"inbox\"");
    folder.write(
        "refresher.toml",
        settings + "\n[[board]]\norganisation = \"RXX\"\nrecipients = [\"b@example.org\"]\n",
    );
    import(&folder, "staff", STAFF);
    import(&folder, "expenses", EXPENSES);
    import(&folder, "exemptions", EXEMPTIONS);
    import(&folder, "assurance", ANSWERS);
    import(&folder, "bookings", BOOKINGS);
    json(&folder, 0, "--today 2026-12-01 board --month 2026-11 --send");
    folder
}

/// The lines of the database that hold any of these, without those that merely count or are of the audit log.
fn holding(folder: &Folder, texts: &[&str]) -> Vec<String> {
    let is_of = |line: &&String| texts.iter().any(|text| line.to_lowercase().contains(&text.to_lowercase()));
    folder.database().iter().filter(is_of).cloned().collect()
}

#[test]
fn after_a_purge_no_text_of_others_has_the_number_or_the_first_name_and_what_is_nobodys_number_stands() {
    let folder = folder();
    let theirs = ["QX-44521", "Zebulonia", "cover by 1042", "and 1042", "number 1042"];
    for text in theirs {
        assert!(!holding(&folder, &[text]).is_empty(), "{text}, so that the test can fail");
    }
    json(&folder, 0, "person purge QX-44521 --yes");
    json(&folder, 0, "person purge 1042 --yes");
    assert_eq!(holding(&folder, &theirs), [""; 0]);
    let board = json(&folder, 0, "--today 2026-12-01 board --month 2026-11").to_string();
    assert!(board.contains("see file (removed)") && board.contains("asked number (removed)"), "{board}");
    for kept in [
        "1042 leaflets in Room 1042 on 10/42 at 1042 hours for £1042",
        "taxi for QX-44522 and 11042",
        "cover for (removed) and (removed)",
        "taxi for (removed)",
        "cover by (removed)",
        "trainer (removed)",
        "Ask (removed)",
    ] {
        assert!(!holding(&folder, &[kept]).is_empty(), "{kept}: {:#?}", holding(&folder, &["(removed)"]));
    }
}

#[test]
fn a_first_name_that_another_has_is_theirs_wherever_it_stands_alone() {
    let folder = folder();
    import(
        &folder,
        "staff",
        &(STAFF.to_owned() + "0900777,Zebulonia,Other,zo@example.org,Porter,Estates,2021-03-01\n"),
    );
    json(&folder, 0, "person purge QX-44521 --yes");
    assert!(!holding(&folder, &["trainer Zebulonia"]).is_empty());
    assert!(!holding(&folder, &["Ask Zebulonia"]).is_empty());
}

/// The names of the files that a document lists, without the day and time before them.
fn names(listed: &Value) -> Vec<String> {
    let path = |one: &Value| PathBuf::from(one.as_str().or(one["file"].as_str()).unwrap());
    let name = |one: &Value| path(one).file_name().unwrap().to_str().unwrap()[16..].to_owned();
    let mut names: Vec<String> = listed.as_array().unwrap().iter().map(name).collect();
    names.sort();
    names
}

#[test]
fn every_file_put_away_that_holds_a_purged_person_is_listed_imported_or_refused_and_what_nobody_can_read() {
    let folder = folder();
    fs::create_dir_all(folder.file("inbox")).unwrap();
    json(&folder, 0, "status");
    folder.run("--today 2026-11-24 staff --output everybody.xlsx").ended(0);
    let header = "employee_number,course,completed_on\n";
    for (name, content) in [
        // The leavers' brake refuses it.
        (
            "staff-week1.csv",
            STAFF.lines().take(2).map(|line| format!("{line}\n")).collect::<String>().into_bytes(),
        ),
        ("training-w.csv", b"number;what\nQX-44521;SGC-L1\n".to_vec()),
        (
            "expenses-q.csv",
            b"organisation,date,description,amount\nRXX,2026-05-01,taxi QX-44521,7.00\n".to_vec(),
        ),
        ("training-mail.csv", b"whom\nZQ@EXAMPLE.ORG\n".to_vec()),
        ("training-name.csv", b"whom\n\"Quillfeather, Zebulonia\"\n".to_vec()),
        ("training-book.xlsx", fs::read(folder.file("everybody.xlsx")).unwrap()),
        ("training-broken.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and no workbook\n".to_vec()),
        ("training-others.csv", format!("{header}0900222,SGC-L1,2026-03-01\n").into_bytes()),
        ("training-refused.csv", b"number;what\nQX-44522;SGC-L1\n".to_vec()),
    ] {
        fs::write(folder.file("inbox").join(name), content).unwrap();
    }
    let at = Clock::Fixed("2026-11-25T08:10:03Z".parse().unwrap());
    let settings = folder.file("refresher.toml");
    let app = App::open(&settings, &overrides(&settings), at, IfMissing::Fail).unwrap();
    let mut inbox = Inbox::of(&app).unwrap();
    for _ in 0..4 {
        inbox.look(&app).unwrap();
    }
    assert_eq!(json(&folder, 0, "purge --dry-run")["left_behind"], json!([]));
    let purged = json(&folder, 0, "person purge QX-44521 --yes");
    let expected = [
        "expenses-q.csv",
        "staff-week1.csv",
        "training-book.xlsx",
        "training-broken.xls",
        "training-mail.csv",
        "training-name.csv",
        "training-w.csv",
    ];
    assert_eq!(names(&purged["left_behind"]), expected, "{purged:#}");
    assert_eq!(names(&purged["not_looked_into"]), ["training-broken.xls"], "{purged:#}");
    let listed = folder.run("purge --dry-run").ended(0).out;
    assert!(listed.contains("training-broken.xls (not looked into: "), "{listed}");
    let check = folder.run("check").out;
    assert!(check.contains("7 files that refresher wrote or put away may hold data"), "{check}");
    for path in purged["left_behind"].as_array().unwrap() {
        fs::remove_file(folder.path().join(path.as_str().unwrap())).unwrap();
    }
    assert_eq!(json(&folder, 0, "purge --dry-run")["left_behind"], json!([]));
    let kept = [folder.file("inbox/done"), folder.file("inbox/refused")]
        .map(|place| fs::read_dir(place).unwrap().count());
    assert!(kept.iter().all(|count| *count > 0), "what holds others alone is not listed: {kept:?}");
}
