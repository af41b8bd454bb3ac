//! The built program: what it answers before an import, after it, and after the undo.

use diesel::connection::SimpleConnection;
use refresher::db::{Db, IfMissing, Locks};
use serde_json::{Value, json};

use crate::support::database::url;
use crate::support::engine::{bytes, without_triggers};
use crate::support::program::Folder;

/// What a command that ends with this status prints as JSON.
#[track_caller]
pub fn json(folder: &Folder, status: i32, words: &str) -> Value {
    folder.run(&format!("--json {words}")).ended(status).json()
}

/// Writes a file and imports it, and gives the import's id.
pub fn import(folder: &Folder, kind: &str, content: &str) -> String {
    let name = format!("{kind}.csv");
    folder.write(&name, content);
    json(folder, 0, &format!("import {kind} {name}"))["id"].to_string()
}

pub const STAFF: &str =
    "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date
0101,Ann,Archer,ann@example.org,Nurse,Nursing and Midwifery Registered,Surgery / Theatres,0103,2020-01-06
0102,Ben,Baker,ben@example.org,Porter,Estates and Ancillary,Estates,0103,2021-03-01
0103,Cat,Carter,cat@example.org,Matron,Nursing and Midwifery Registered,Surgery,,2015-09-01
";
const LATER: &str = "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,start_date
0101,Ann,Archer-Bell,ann@example.org,Sister,Nursing and Midwifery Registered,Surgery / Recovery,0103,2020-01-06
0103,Cat,Carter,cat@example.org,Matron,Nursing and Midwifery Registered,Surgery,,2015-09-01
0104,Dan,Draper,dan@example.org,Nurse,Nursing and Midwifery Registered,Surgery,0103,2026-10-01
";
pub const TRAINING: &str = "employee_number,course,completed_on,hours,mode\n0101,SGC-L2,2024-02-01,4,e-learning\n0102,SGC-L1,2025-05-05,1,e-learning\n";
const MORE_TRAINING: &str = "employee_number,course,completed_on,hours,mode\n0101,SGC-L2,2024-02-01,6,participatory\n0103,SGC-L3,2026-06-01,8,participatory\n";
const BUDGET: &str = "organisation,financial_year,allocated,dedicated\nRXX,2026-27,1000,yes\n";
const MORE_BUDGET: &str = "organisation,financial_year,allocated,dedicated\nRXX,2026-27,2500,no\n";
const EXPENSES: &str = "organisation,date,description,amount,reference\nRXX,2026-05-01,Room,100.00,R1\n";
const MORE_EXPENSES: &str = "organisation,date,description,amount,reference\nRXX,2026-05-01,Room,150.00,R1\nRXX,2026-06-01,Room,20.00,\n";
const EXEMPTIONS: &str = "employee_number,course,from,until,reason\n0101,,2026-01-01,2026-12-31,Secondment\n";

/// Every answer that figures, lists and explanations give, on two days.
fn everything(folder: &Folder) -> Vec<Value> {
    let questions = [
        "status --by course",
        "status --by unit",
        "status --by job-title",
        "status --by staff-group",
        "staff",
        "forecast",
        "budget",
        "explain 0101",
        "explain 0102",
    ];
    let of_day = |as_at: &'static str| {
        questions.map(|question| {
            let mut answer = json(folder, 0, &format!("{question} --as-at {as_at}"));
            // The instant of asking is no answer.
            answer.as_object_mut().unwrap().remove("known_at");
            answer
        })
    };
    ["2026-11-20", "2026-03-31"].into_iter().flat_map(of_day).collect()
}

#[test]
fn every_answer_is_the_one_before_the_import_once_it_is_undone() {
    let folder = Folder::new();
    for (kind, content) in
        [("staff", STAFF), ("training", TRAINING), ("budget", BUDGET), ("expenses", EXPENSES)]
    {
        import(&folder, kind, content);
    }
    for (kind, content) in [
        ("staff", LATER),
        ("training", MORE_TRAINING),
        ("budget", MORE_BUDGET),
        ("expenses", MORE_EXPENSES),
        ("exemptions", EXEMPTIONS),
    ] {
        let before = everything(&folder);
        folder.write("later.csv", content);
        let report = json(&folder, 0, &format!("import {kind} later.csv --force"));
        assert_ne!(everything(&folder), before, "{kind} changes something");
        let undone = json(&folder, 0, &format!("import undo {}", report["id"]));
        assert_eq!(undone["undoes"], report["id"]);
        assert_eq!(everything(&folder), before, "{kind}");
        let again = json(&folder, 0, &format!("import {kind} later.csv --force"));
        assert_eq!(again["applied"], report["applied"], "{kind}");
        json(&folder, 0, &format!("import undo {}", again["id"]));
    }
}

#[test]
fn both_forms_of_the_command_are_taken() {
    let folder = Folder::new();
    let first = import(&folder, "staff", STAFF);
    let list = json(&folder, 0, "import list");
    assert_eq!(list["imports"][0]["kind"], "staff");
    assert_eq!(list["imports"][0]["rows"], 3);
    assert_eq!(list["imports"][1]["kind"], "configuration");
    let show = json(&folder, 0, &format!("import show {first}"));
    assert_eq!((&show["applied"], &show["undone_by"]), (&json!(3), &Value::Null));
    assert_eq!(show["organisations"], json!(["RXX"]));
    assert!(show["actor"].as_str().is_some_and(|actor| !actor.is_empty()), "{show}");
    for (words, said) in [
        ("import", "<KIND>"),
        ("import staff", "<FILE>"),
        ("import show", "<ID>"),
        ("import undo x", "invalid value 'x'"),
        ("import wards staff.csv", "invalid value 'wards'"),
        (&format!("import --force undo {first}"), "kind"),
    ] {
        let ran = folder.run(words).ended(2);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{words}: {ran:?}");
    }
}

#[test]
fn what_can_not_be_undone_is_refused_in_one_sentence_and_nothing_changes() {
    let folder = Folder::new();
    let first = import(&folder, "staff", STAFF);
    import(&folder, "training", TRAINING);
    let before = folder.database();
    let ran = folder.run(&format!("import undo {first}")).ended(3);
    assert!(ran.out.starts_with("refused, nothing changed: later imports built on import"), "{ran:?}");
    assert!(ran.out.contains("(training, training.csv) changed 2 training records"), "{ran:?}");
    let refused = json(&folder, 3, &format!("import undo {first}"));
    assert_eq!((&refused["id"], &refused["closed"]), (&Value::Null, &json!(0)));
    for words in ["import undo 77", "import show 77"] {
        let ran = folder.run(words).ended(1);
        assert_eq!(ran.out, "");
        assert_eq!(ran.err, "refresher: there is no import 77: `refresher import list` lists them\n");
    }
    assert_eq!(folder.database(), before);
}

#[test]
fn the_history_is_shown_to_people_in_words() {
    let folder = Folder::new();
    let first = import(&folder, "staff", STAFF);
    let ran = folder.run(&format!("import undo {first}")).ended(0);
    assert!(ran.out.contains("6 versions closed, 0 opened again"), "{ran:?}");
    let list = folder.run("import list").ended(0).out;
    let line = |kind: &str| list.lines().find(|line| line.contains(&format!(" {kind} "))).unwrap();
    assert!(line("undo").contains(&format!("undoes {first}")), "{list}");
    assert!(line("staff").contains("staff.csv") && line("staff").contains("undone by"), "{list}");
    let show = folder.run(&format!("import show {first}")).ended(0).out;
    assert!(show.contains("Standing: undone by") && show.contains("As of 2026-11-24, for RXX"), "{show}");
}

#[test]
fn the_audit_log_tells_who_did_what_and_that_it_is_whole() {
    let folder = Folder::new();
    let first = import(&folder, "staff", STAFF);
    json(&folder, 0, &format!("import undo {first}"));
    let log = json(&folder, 0, "audit");
    let entries = log["entries"].as_array().unwrap();
    let actions: Vec<&Value> = entries.iter().map(|entry| &entry["action"]).collect();
    assert_eq!(actions, ["undo", "import", "configure", "policy"]);
    assert_eq!((&log["chain"]["sound"], &log["chain"]["entries"]), (&json!(true), &json!(4)));
    assert_eq!(log["chain"]["newest"], log["entries"][0]["hash"]);
    let ran = folder.run("audit --limit 1").ended(0);
    assert!(ran.err.is_empty() && ran.out.contains("undo") && !ran.out.contains("configure"), "{ran:?}");
    assert!(ran.out.contains("The log is as it was written: 4 entries"), "{ran:?}");
    assert!(folder.run("check").out.contains("4 entries, as they were written"));
}

#[test]
fn a_log_that_was_tampered_with_is_said_so_by_every_command_that_looks() {
    let folder = Folder::new();
    import(&folder, "staff", STAFF);
    let db = Db::open(&url(&folder.file("refresher.db")), IfMissing::Fail).unwrap();
    let tampering = format!("{}; UPDATE audit SET actor = 'eve' WHERE id = 2", without_triggers());
    db.write(Locks::ALL, |conn| conn.batch_execute(&tampering)).unwrap();
    let ran = folder.run("audit").ended(1);
    assert!(ran.err.contains("tampered with at entry 2"), "{ran:?}");
    assert_eq!(json(&folder, 1, "audit")["chain"]["broken_at"], 2);
    assert!(folder.run("check").ended(1).out.contains("at entry 2"));
}

#[test]
fn what_is_done_to_the_outbox_by_hand_is_told_and_what_changes_nothing_is_not() {
    let folder = Folder::new();
    import(&folder, "staff", STAFF);
    json(&folder, 0, "remind");
    assert!(!json(&folder, 0, "outbox")["messages"].as_array().unwrap().is_empty());
    json(&folder, 0, "outbox cancel 1");
    for words in ["outbox release", "outbox retry --failed", "outbox cancel --held"] {
        assert_eq!(json(&folder, 0, words)["changed"], 0);
    }
    let log = json(&folder, 0, "audit --limit 2");
    let [newest, before] = [0, 1].map(|number| &log["entries"][number]);
    assert_eq!((&newest["action"], &newest["object"]), (&json!("outbox-cancel"), &json!("outbox 1")));
    assert_eq!(before["action"], "plan");
}

/// What one row of the table of fields does.
#[test]
fn a_professional_registration_is_imported_kept_explained_exported_undone_and_purged() {
    let folder = Folder::new();
    let head = "employee_number,first_name,last_name,start_date,leave_date";
    let with = |number: &str| format!("{head},NMC PIN\n0101,Ann,Archer,2015-01-05,2016-03-31,{number}\n");
    import(&folder, "staff", &with("12A3456E"));
    let corrected = import(&folder, "staff", &with("12B3456E"));
    // A list without the column says nothing of it.
    let report = {
        folder.write("again.csv", format!("{head}\n0101,Ann,Archer,2015-01-05,2016-03-31\n"));
        json(&folder, 0, "import staff again.csv")
    };
    assert_eq!(report["applied"], 0);
    let explained = || json(&folder, 0, "explain 0101")["professional_registration"].clone();
    assert_eq!(explained(), "12B3456E");
    let words = folder.run("explain 0101").ended(0).out;
    assert!(words.contains("\nProfessional registration: 12B3456E\n"), "{words}");
    json(&folder, 0, &format!("import undo {corrected}"));
    assert_eq!(explained(), "12A3456E");
    let exported = json(&folder, 0, "person export 0101")["names"].clone();
    let said: Vec<&str> = exported
        .as_array()
        .unwrap()
        .iter()
        .map(|name| name["professional_registration"].as_str().unwrap())
        .collect();
    assert_eq!(said, ["12A3456E", "12B3456E", "12A3456E"]);
    folder.write("12A3456E.csv", format!("{head}\n0202,Ben,Baker,2015-01-05,\n"));
    json(&folder, 0, "import staff 12A3456E.csv --partial");
    json(&folder, 0, "person purge 0101 --yes");
    let bytes = bytes(&folder);
    for gone in ["12A3456E", "12B3456E"] {
        assert!(!bytes.windows(gone.len()).any(|part| part == gone.as_bytes()), "{gone}");
    }
}
