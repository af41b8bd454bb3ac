//! Removing people for good: one on request, leavers when their time is over; and what is left of them.

use std::path::Path;

use chrono::{DateTime, Days, Months, Utc};
use chrono_tz::Europe::London;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Binary, Integer, Text};
use refresher::app::App;
use refresher::audit::Actor;
use refresher::clock::Clock;
use refresher::db::{Db, IfMissing, Locks, SweepOutcome, SweepWay};
use refresher::jobs::{self, PurgeConfirmed};
use serde_json::{Value, json};

use super::program::{import, json};
use crate::support::database::url;
use crate::support::engine::{bytes, connect, overrides};
use crate::support::program::Folder;

const STAFF: &str =
    "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date,leave_date
0900111,Zebedee,Quillfeather,zebedee.quillfeather@example.org,Matron,Nursing and Midwifery Registered,Surgery,0900222,2015-09-01,
0900222,Ann,Archer,ann@example.org,Matron,Nursing and Midwifery Registered,Surgery,0900111,2015-09-01,
0900333,Ben,Baker,ben@example.org,Porter,Estates and Ancillary,Estates,0900111,2021-03-01,
";
const RENAMED: &str =
    "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date,leave_date
0900111,Zebedee,Oldcastle,z.oldcastle@example.org,Matron,Nursing and Midwifery Registered,Surgery,0900222,2015-09-01,
0900222,Ann,Archer,ann@example.org,Matron,Nursing and Midwifery Registered,Surgery,0900111,2015-09-01,
0900333,Ben,Baker,ben@example.org,Porter,Estates and Ancillary,Estates,0900111,2021-03-01,
";
const TRAINING: &str = "employee_number,course,completed_on,hours,mode,provider,certificate
0900111,SGC-L2,2020-02-01,4,e-learning,Quagmire Training,CERT-ZQ-77
0900333,SGC-L1,2025-05-05,1,e-learning,Somebody,CERT-BB-1
";
const BOOKINGS: &str = "employee_number,course,date,place\n0900111,SGC-L2,2027-03-01,Quarry Hall\n";
const ANSWERS: &str = "organisation,statement,answer,answered_on,evidence,owner_email,review_by
RXX,dedicated-budget,yes,2026-01-10,Minutes,Z.Oldcastle@example.org,2026-02-10\n";

/// What only one person is known by.
const THEIRS: [&str; 11] = [
    "0900111",
    "Zebedee",
    "Quillfeather",
    "Oldcastle",
    "zebedee.quillfeather@example.org",
    "z.oldcastle@example.org",
    "Quagmire Training",
    "CERT-ZQ-77",
    "Quarry Hall",
    "Jury",
    "no such mailbox",
];

/// A register in which one person has everything that can be had: two names, a record, an exemption that was corrected, a
/// booking, reports, a manager, mail sent and mail waiting, lines in digests, and mail that came back.
fn folder() -> Folder {
    let folder = Folder::new();
    import(&folder, "staff", STAFF);
    import(&folder, "training", TRAINING);
    folder.write("renamed.csv", RENAMED);
    json(&folder, 0, "import staff renamed.csv");
    import(&folder, "bookings", BOOKINGS);
    import(&folder, "assurance", ANSWERS);
    json(&folder, 0, "exempt add 0900111 --course PREVENT-AWARE --reason Jury");
    json(&folder, 0, "exempt end 0900111 --until 2026-12-31");
    json(&folder, 0, "--today 2026-11-23 remind");
    json(&folder, 0, "--today 2026-11-23 send");
    json(&folder, 0, "--today 2026-11-30 remind");
    let tampering = "INSERT INTO bounce_report (id, content_hash, file, read_at, finding) \
         VALUES (1, 'h', 'r.eml', '2026-11-23 09:00:00', 'it is about message 1'); \
         INSERT INTO bounce (bounce_report_id, message_id, address, kind, status, reason, read_at) \
         VALUES (1, 1, 'z.oldcastle@example.org', 'hard', '5.1.1', 'no such mailbox', '2026-11-23 09:00:00'); \
         UPDATE audit_start SET last_id = 1 WHERE of_table = 'bounce';";
    database(&folder).write(Locks::ALL, |conn| conn.batch_execute(tampering)).unwrap();
    folder
}

fn database(folder: &Folder) -> Db {
    Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap()
}

/// Which of these texts stand anywhere in the database's file or the files beside it, in UTF-8 or UTF-16.
fn found<'a>(folder: &Folder, texts: &[&'a str]) -> Vec<&'a str> {
    let bytes = bytes(folder).to_ascii_lowercase();
    let is_there = |text: &&&str| {
        let text = text.to_lowercase();
        let wide: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
        [text.as_bytes(), &wide].iter().any(|text| bytes.windows(text.len()).any(|window| window == *text))
    };
    texts.iter().filter(is_there).copied().collect()
}

#[test]
fn after_a_purge_nothing_of_the_person_stands_anywhere_in_the_file() {
    let folder = folder();
    assert_eq!(found(&folder, &THEIRS), THEIRS, "so that the test can fail");
    let purged = json(&folder, 0, "person purge 0900111 --yes");
    assert_eq!(
        (&purged["people"], &purged["swept"], &purged["bounces"]),
        (&json!(1), &json!(true), &json!(1))
    );
    assert_eq!(purged["versions"], 7, "2 names, 1 post, 1 record, 2 exemptions, 1 booking");
    assert!(
        purged["messages"].as_i64().unwrap() >= 2 && purged["mentions"].as_i64().unwrap() >= 1,
        "{purged}"
    );
    assert_eq!(found(&folder, &THEIRS), [] as [&str; 0]);
    folder.run("check");
    assert_eq!(found(&folder, &["ann@example.org", "CERT-BB-1"]).len(), 2, "others' stands");
    let gone = folder.run("person purge 0900111 --yes").ended(1);
    assert!(gone.err.contains("no staff member has the employee number"), "{gone:?}");
    assert_eq!(json(&folder, 0, "staff")["people"].as_array().unwrap().len(), 2);
}

/// Compressed words are found by no search for a name: they are looked for as they are kept.
#[cfg_attr(feature = "postgres", ignore = "it is about the file that the other engine keeps")]
#[test]
fn after_a_purge_none_of_the_words_that_named_them_are_kept_in_any_form() {
    #[derive(QueryableByName)]
    struct Kept {
        #[diesel(sql_type = Integer)]
        message_id: i32,
        #[diesel(sql_type = Binary)]
        content: Vec<u8>,
    }
    let folder = folder();
    let kept = |folder: &Folder| {
        let query = "SELECT message_id, content FROM message_body UNION ALL \
             SELECT message_id, content FROM message_part ORDER BY 1, 2";
        database(folder).read(|conn| diesel::sql_query(query).load::<Kept>(conn)).unwrap()
    };
    let before = kept(&folder);
    json(&folder, 0, "person purge 0900111 --yes");
    let after = kept(&folder);
    let stands = |one: &&Kept| after.iter().any(|other| other.content == one.content);
    let (stay, gone): (Vec<&Kept>, Vec<&Kept>) = before.iter().partition(stands);
    assert!(gone.len() >= 2 && !stay.is_empty(), "{} gone, {} stay", gone.len(), stay.len());
    let bytes = std::fs::read(folder.file("refresher.db")).unwrap();
    let is_there = |content: &[u8]| bytes.windows(content.len()).any(|window| window == content);
    assert!(stay.iter().all(|one| is_there(&one.content)), "so that the test can fail");
    for one in gone {
        // The beginning of each is much the same.
        let tail = one.content.get(one.content.len() / 2..).unwrap();
        assert!(!is_there(tail), "words of message {} are still there", one.message_id);
    }
}

#[test]
fn what_is_not_theirs_is_untouched_by_a_purge() {
    let folder = folder();
    let of_others = |line: &String| {
        let table = line.split(':').next().unwrap();
        !["audit", "audit_head", "purged_import", "sweep_due", "sqlite_sequence"].contains(&table)
    };
    let before: Vec<String> = folder.database().into_iter().filter(of_others).collect();
    json(&folder, 0, "person purge 0900111 --yes");
    let after: Vec<String> = folder.database().into_iter().filter(of_others).collect();
    let changed: Vec<&String> = after.iter().filter(|line| !before.contains(line)).collect();
    // Of the person a number stays; two posts lost their manager's number in three versions, an answer its owner, digests their words; a digest that
    // waits is cancelled, its promise taken back, and its week open again.
    for line in &changed {
        let table = line.split(':').next().unwrap();
        let may = [
            "assignment_version",
            "assurance_answer",
            "message",
            "message_body",
            "bounce_report",
            "promise",
            "staff",
        ];
        assert!(may.contains(&table), "{line}");
    }
    assert!(!changed.is_empty());
    assert!(after.iter().any(|line| line.starts_with("training_record") && line.contains("CERT-BB-1")));
}

#[test]
fn what_waits_for_them_or_names_them_is_never_sent() {
    let folder = folder();
    json(&folder, 0, "person purge 0900111 --yes");
    let sent = json(&folder, 0, "--today 2026-11-30 send");
    let waiting = json(&folder, 0, "outbox --state queued");
    let outbox = json(&folder, 0, "outbox");
    for message in outbox["messages"].as_array().unwrap() {
        let shown = json(&folder, 0, &format!("outbox show {}", message["id"]));
        let was_emptied = shown.to_string().contains("were removed");
        assert!(
            !was_emptied || ["sent", "cancelled"].contains(&message["state"].as_str().unwrap()),
            "{message}"
        );
    }
    assert_eq!(waiting["messages"].as_array().unwrap().len(), 0, "{sent} {waiting}");
}

#[test]
fn a_purge_is_counted_in_the_log_without_saying_who() {
    let folder = folder();
    json(&folder, 0, "person purge 0900111 --yes");
    let newest = &json(&folder, 0, "audit --limit 1")["entries"][0];
    assert_eq!((&newest["action"], &newest["details"]["people"]), (&json!("purge"), &json!(1)));
    assert!(!newest.to_string().contains("0900111"));
    assert!(folder.run("audit").ended(0).out.contains("The log is as it was written"));
    assert!(folder.run_wide("audit").ended(0).out.contains("a person purged since"), "of their exemption");
}

#[test]
fn whoever_joins_next_is_not_taken_for_the_one_who_was_purged() {
    let folder = folder();
    json(&folder, 0, "exempt add 0900333 --reason Jury");
    json(&folder, 0, "person purge 0900333 --yes");
    folder.write("next.csv", "employee_number,last_name,start_date\n0900444,Newcomer,2026-11-24\n");
    json(&folder, 0, "import staff next.csv --partial");
    let log = folder.run_wide("audit").ended(0).out;
    assert!(log.contains("a person purged since") && !log.contains("0900444"), "{log}");
    assert_eq!(json(&folder, 0, "person export 0900444")["audit"], json!([]));
    assert_eq!(json(&folder, 0, "staff")["people"].as_array().unwrap().len(), 3);
}

#[test]
fn imports_that_brought_them_can_not_be_undone_but_others_can() {
    let folder = folder();
    let other = import(&folder, "budget", "organisation,financial_year,allocated\nRXX,2026-27,1000\n");
    json(&folder, 0, "person purge 0900111 --yes");
    let list = json(&folder, 0, "import list");
    let bookings =
        list["imports"].as_array().unwrap().iter().find(|line| line["kind"] == "bookings").unwrap();
    let refused = folder.run(&format!("import undo {}", bookings["id"])).ended(3);
    assert!(refused.out.contains("people whose data was purged since"), "{refused:?}");
    json(&folder, 0, &format!("import undo {other}"));
}

#[test]
fn an_export_holds_everything_that_a_purge_would_remove() {
    let folder = folder();
    let export = folder.run("person export 0900111").ended(0).json();
    for text in THEIRS.iter().filter(|text| text.chars().any(char::is_uppercase)) {
        assert!(export.to_string().contains(text), "{text}");
    }
    assert_eq!((&export["organisation"], &export["employee_number"]), (&json!("RXX"), &json!("0900111")));
    let [first, second] = &export["names"].as_array().unwrap()[..] else { panic!("two names: {export}") };
    assert_eq!((&first["last_name"], &second["last_name"]), (&json!("Quillfeather"), &json!("Oldcastle")));
    assert_eq!(first["replaced_at"], second["recorded_at"]);
    assert_eq!(second["replaced_at"], Value::Null);
    assert_eq!(export["records"][0]["certificate"], "CERT-ZQ-77");
    assert_eq!(export["bookings"][0]["place"], "Quarry Hall");
    assert_eq!(export["exemptions"].as_array().unwrap().len(), 2);
    assert_eq!(export["returned_mail"][0]["reason"], "no such mailbox");
    assert_eq!(export["audit"].as_array().unwrap().len(), 2);
    for what in ["assignments", "messages", "listed_in_digests"] {
        assert!(!export[what].as_array().unwrap().is_empty(), "{what}: {export}");
    }
    let other = folder.run("person export 0900333").ended(0).out;
    assert!(!other.contains("Oldcastle") && other.contains("CERT-BB-1"), "{other}");
}

#[test]
fn wrong_input_removes_nobody() {
    let folder = folder();
    let before = folder.database();
    for (status, words, said) in [
        (1, "person purge 900111", "did you mean 0900111?"),
        (1, "person export 7", "`refresher staff` lists everyone in post"),
        (1, "person purge 0900111 --organisation RZZ", "there is no organisation \"RZZ\"; known are RXX"),
        (2, "person purge", "<EMPLOYEE_NUMBER>"),
        (2, "person", "Usage: refresher person"),
    ] {
        let ran = folder.run(words).ended(status);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{words}: {ran:?}");
    }
    assert_eq!(folder.database(), before);
}

fn app(folder: &Folder, today: &str) -> App {
    let clock = Clock::OnDate(today.parse().unwrap());
    App::open(
        &folder.file("refresher.toml"),
        &overrides(&folder.file("refresher.toml")),
        clock,
        IfMissing::Fail,
    )
    .unwrap()
}

/// The numbers of those left after the purge of a day.
fn left_after(folder: &Folder, today: &str) -> (usize, Vec<String>) {
    let app = app(folder, today);
    let purged =
        jobs::purge_leavers(&app, PurgeConfirmed::No, &Actor::of_process(), app.today(), app.now()).unwrap();
    #[derive(QueryableByName)]
    struct Number {
        #[diesel(sql_type = Text)]
        employee_number: String,
    }
    let query =
        "SELECT employee_number FROM staff WHERE employee_number NOT LIKE ' %' ORDER BY employee_number";
    let left = app.db.read(|conn| diesel::sql_query(query).load::<Number>(conn)).unwrap();
    (purged.people, left.into_iter().map(|row| row.employee_number).collect())
}

#[test]
fn leavers_are_purged_once_the_years_since_their_last_post_are_over_and_nobody_else() {
    let folder = Folder::new();
    let list = "employee_number,last_name,start_date,leave_date,assignment_number
1,Long gone,2001-01-01,2019-05-31,
2,Gone six years today,2001-01-01,2020-11-24,
3,Gone six years yesterday,2001-01-01,2020-11-23,
4,In post,2001-01-01,,
5,Two posts,2001-01-01,2010-01-01,5-1
5,Two posts,2001-01-01,,5-2
6,Leap,2001-01-01,2020-02-29,
7,To leave,2001-01-01,2027-01-01,
";
    import(&folder, "staff", list);
    assert_eq!(
        left_after(&folder, "2026-02-28"),
        (1, ["2", "3", "4", "5", "6", "7"].map(String::from).to_vec())
    );
    assert_eq!(left_after(&folder, "2026-03-01"), (1, ["2", "3", "4", "5", "7"].map(String::from).to_vec()));
    assert_eq!(left_after(&folder, "2026-11-24"), (1, ["2", "4", "5", "7"].map(String::from).to_vec()));
    let entries = json(&folder, 0, "audit")["entries"].clone();
    assert_eq!((&entries[0]["object"], &entries[0]["action"]), (&json!("leavers"), &json!("purge")));
    assert_eq!(entries[0]["details"]["left_before"], "2020-11-24");
    assert_eq!(left_after(&folder, "2026-11-24").0, 0, "what purges nobody is not told");
    assert_eq!(json(&folder, 0, "audit")["entries"][0], entries[0]);
}

#[test]
fn people_whom_an_undo_took_back_are_purged_as_long_after_it() {
    let folder = Folder::new();
    let id = import(&folder, "staff", "employee_number,last_name,start_date\n1,By mistake,2020-01-01\n");
    json(&folder, 0, &format!("import undo {id}"));
    // An undo is dated by the machine's clock, whatever day the test is run on.
    let undone_at: DateTime<Utc> =
        json(&folder, 0, "audit")["entries"][0]["recorded_at"].as_str().unwrap().parse().unwrap();
    let six_years_on = undone_at.with_timezone(&London).date_naive() + Months::new(72);
    assert_eq!(left_after(&folder, &six_years_on.to_string()), (0, vec!["1".to_owned()]));
    assert_eq!(left_after(&folder, &(six_years_on + Days::new(1)).to_string()), (1, vec![]));
}

#[cfg_attr(feature = "postgres", ignore = "a server goes on sweeping by itself")]
#[test]
fn the_job_purges_and_sweeps_and_a_sweep_that_could_not_be_done_is_done_by_the_next_run() {
    let folder = Folder::new();
    import(
        &folder,
        "staff",
        "employee_number,last_name,start_date,leave_date\n1,Zanzibar,2001-01-01,2019-05-31\n2,Stays,2001-01-01,\n",
    );
    let app = app(&folder, "2026-11-24");
    assert!(
        folder.run("check").out.contains("the data of 1 person is kept longer"),
        "{}",
        folder.run("check").out
    );
    // Somebody reads all the while: the file can't be emptied of what they read.
    let mut reader = connect(&folder.file("refresher.db"));
    reader.batch_execute("BEGIN; SELECT COUNT(*) FROM staff;").unwrap();
    jobs::purge_leavers(&app, PurgeConfirmed::No, &Actor::of_process(), app.today(), app.now()).unwrap();
    app.db.write(Locks::ALL, |conn| conn.batch_execute("PRAGMA busy_timeout = 10")).unwrap();
    assert_ne!(jobs::sweep(&app, SweepWay::Free).ok(), Some(SweepOutcome::Clean));
    assert_eq!(found(&folder, &["Zanzibar"]), ["Zanzibar"]);
    assert!(folder.run("check").out.contains("free parts of the database"));
    reader.batch_execute("COMMIT").unwrap();
    assert_eq!(jobs::sweep(&app, SweepWay::Free).unwrap(), SweepOutcome::Clean);
    assert_eq!(found(&folder, &["Zanzibar"]), [] as [&str; 0]);
    let check = folder.run("check");
    assert!(check.out.contains("nobody's data is kept longer than 6 years"), "{check:?}");
}

#[test]
fn whoever_asks_that_a_file_is_written_anew_is_told_that_it_is_in_any_case() {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    folder.write("refresher.toml", settings.replace("# rewrite = false", "rewrite = true"));
    let said = folder.run("--json check").out;
    let is_told = said.contains("`rewrite` in [retention] changes nothing");
    assert_eq!(is_told, cfg!(not(feature = "postgres")), "{said}");
}

#[test]
fn the_purge_is_one_of_the_nightly_jobs_before_the_backup() {
    let folder = Folder::new();
    let jobs = json(&folder, 0, "jobs");
    let expression = |name: &str| {
        let jobs = jobs["jobs"].as_array().unwrap().iter();
        jobs.clone().find(|job| job["job"] == name || job["name"] == name).unwrap()["expression"].clone()
    };
    assert_eq!(expression("purge"), "0 30 1 * * *");
    assert_eq!(expression("backup"), "0 0 2 * * *");
}

/// What refers to people or messages must go before them: a table that nobody thought of would stop every purge.
#[test]
fn every_table_that_refers_to_people_or_messages_is_known_to_the_purge() {
    #[derive(QueryableByName)]
    struct Reference {
        #[diesel(sql_type = Text)]
        of_table: String,
    }
    let folder = Folder::new();
    let query = if cfg!(feature = "postgres") {
        "SELECT DISTINCT conrelid::regclass::text AS of_table FROM pg_constraint \
         WHERE contype = 'f' AND confrelid IN ('staff'::regclass, 'message'::regclass) ORDER BY 1"
    } else {
        "SELECT DISTINCT m.name AS of_table FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f \
         WHERE m.type = 'table' AND f.\"table\" IN ('staff', 'message') ORDER BY 1"
    };
    let found = database(&folder).read(|conn| diesel::sql_query(query).load::<Reference>(conn)).unwrap();
    let known = [
        "account",
        "account_link",
        "assignment_version",
        "booking",
        "bounce",
        "digest_item",
        "exemption",
        "looked_at",
        "message",
        "message_body",
        "message_first",
        "message_part",
        "promise",
        "refusal",
        "staff_version",
        "training_record",
        "work_item_person",
    ];
    assert_eq!(found.into_iter().map(|row| row.of_table).collect::<Vec<_>>(), known);
}

#[test]
fn nothing_beside_the_database_is_left_behind_by_a_sweep() {
    let folder = folder();
    json(&folder, 0, "person purge 0900111 --yes");
    let is_known = |path: &Path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        !name.starts_with("refresher.db")
            || ["refresher.db", "refresher.db-wal", "refresher.db-shm", "refresher.db-instant"]
                .contains(&&*name)
    };
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        assert!(is_known(&path), "{}", path.display());
    }
}

#[test]
fn an_account_that_was_disabled_long_ago_is_forgotten_and_swept_though_nobody_else_is_due() {
    let folder = Folder::new();
    folder.run("user add zanzibar@example.org --role board --all --no-invite").ended(0);
    folder.run("user disable zanzibar@example.org").ended(0);
    connect(&folder.file("refresher.db"))
        .batch_execute("UPDATE account SET disabled_at = '2019-01-01 00:00:00'")
        .unwrap();
    let app = app(&folder, "2026-11-24");
    let purged =
        jobs::purge_leavers(&app, PurgeConfirmed::No, &Actor::of_process(), app.today(), app.now()).unwrap();
    assert_eq!((purged.people, purged.accounts), (0, 1));
    assert!(folder.run("check").out.contains("free parts of the database"), "it waits to be swept");
    assert_eq!(jobs::sweep(&app, SweepWay::Free).unwrap(), SweepOutcome::Clean);
    assert_eq!(found(&folder, &["zanzibar"]), [] as [&str; 0]);
}
