//! Files of other systems, with the built program: people named by address, lists without start dates, a usual map.

use serde_json::{Value, json};

use crate::support::program::Folder;

const STAFF: &str = "employee_number,last_name,email,start_date,leave_date
1,Ito,ann@example.org,2020-01-01,
2,Roy,ward5@example.org,2020-01-01,
3,Ali,Ward5@example.org,2020-01-01,
4,Lee,gone@example.org,2019-01-01,2020-01-01
";

fn json(folder: &Folder, status: i32, words: &str) -> Value {
    folder.run(&format!("--json --today 2026-11-24 {words}")).ended(status).json()
}

#[test]
fn a_record_by_address_is_that_of_the_one_person_in_post_who_has_it() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    folder.write(
        "records.csv",
        "Email address,Course name,Completion date
ANN@example.org,SGC-L1,2026-01-05
ward5@example.org,SGC-L1,2026-01-05
gone@example.org,SGC-L1,2026-01-05
nobody@example.org,SGC-L1,2026-01-05
",
    );
    let report = json(&folder, 4, "import training records.csv");
    assert_eq!(report["records_added"], 1);
    let rejected: Vec<(u64, &str)> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| (fault["line"].as_u64().unwrap(), fault["reason"].as_str().unwrap()))
        .collect();
    assert_eq!(
        rejected,
        [
            (3, "2 people in post have this email address: give the employee number"),
            (
                4,
                "nobody in post at RXX has this email address: correct it, give the employee number, or import the staff list first"
            ),
            (
                5,
                "nobody in post at RXX has this email address: correct it, give the employee number, or import the staff list first"
            ),
        ]
    );
    assert_eq!(report["rejected"][0]["column"], "Email address");
    // The same record by number is the same record.
    folder.write("again.csv", "employee_number,course,completed_on\n1,SGC-L1,2026-01-05\n");
    assert_eq!(json(&folder, 0, "import training again.csv")["unchanged"], 1);
}

#[test]
fn a_start_date_by_the_way_is_for_those_who_are_new_alone() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    folder.write("later.csv", "employee_number,last_name,email\n1,Ito,ann@example.org\n5,Fox,\n");
    let refused = folder.run("--today 2026-11-24 import staff later.csv --partial").ended(1).err;
    assert!(refused.contains("--start-date"), "{refused}");
    let report = json(&folder, 0, "import staff later.csv --partial --start-date 2026-11-01");
    assert_eq!(
        (&report["applied"], &report["joiners"], &report["changes"]),
        (&json!(1), &json!(1), &json!(0))
    );
    let start = |number: &str| json(&folder, 0, &format!("explain {number}"))["start_date"].clone();
    assert_eq!((start("1"), start("5")), (json!("2020-01-01"), json!("2026-11-01")));
}

#[test]
fn a_map_of_the_configuration_holds_for_every_import() {
    let folder = Folder::new();
    let settings = folder.read("refresher.toml");
    assert!(settings.contains("# map = \"ours.toml\""));
    folder.write("refresher.toml", settings.replace("# map = \"ours.toml\"", "map = \"ours.toml\""));
    folder.write("ours.toml", "[staff]\n\"Payroll\" = \"employee_number\"\n\"Email\" = \"\"\n");
    folder.write("staff.csv", "Payroll,last_name,start_date,Email\n1,Ito,2020-01-01,ann@example.org\n");
    assert_eq!(json(&folder, 0, "import staff staff.csv")["applied"], 1);
    // A file without one of its headers is no cause for a warning: the map speaks of many.
    folder.write("plain.csv", "employee_number,last_name,start_date\n2,Roy,2020-01-01\n");
    let report = json(&folder, 0, "import staff plain.csv --partial");
    let warnings = report["warnings"].as_array().unwrap();
    assert!(warnings.iter().all(|one| !one["warning"].as_str().unwrap().contains("map")), "{warnings:?}");
}

#[test]
fn a_name_added_to_a_course_is_known_to_the_next_import_and_the_rest_of_the_policy_stays() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    let records = "employee_number,course,completed_on\n1,Kinder-Basics,2026-01-05\n";
    folder.write("records.csv", records);
    json(&folder, 4, "import training records.csv");
    let before = folder.read("policy.toml");
    let said = folder.run("policy alias add SGC-L1 Kinder-Basics").ended(0).out;
    assert!(said.contains("SGC-L1 goes by \"Kinder-Basics\" from now on"), "{said}");
    let after = folder.read("policy.toml");
    let without: String = after.replacen("\"Kinder-Basics\"", "", 1);
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect::<String>();
    assert_eq!(letters(&without), letters(&before));
    assert_eq!(json(&folder, 0, "import training records.csv.rejected.csv")["records_added"], 1);
    assert!(folder.run("policy alias add SGC-L1 kinder-basics").ended(0).out.contains("already"));
    let refused = folder.run("policy alias add SGC-L9 x").ended(1).err;
    assert!(refused.contains("the policy has no course SGC-L9"), "{refused}");
}

#[test]
fn numbers_that_people_decorated_make_no_ghosts_and_no_leavers() {
    let folder = Folder::new();
    let head = "employee_number,last_name,start_date\n";
    folder.write(
        "staff.csv",
        format!("{head}00000007,Ito,2020-01-01\n00000009,Roy,2020-01-01\n00000011,Ali,2020-01-01\n"),
    );
    json(&folder, 0, "import staff staff.csv");
    folder.write(
        "again.csv",
        format!("{head}'00000007,Ito,2020-01-01\n00 000 009,Roy,2020-01-01\n00000011?,Ali,2020-01-01\n"),
    );
    let report = json(&folder, 4, "import staff again.csv");
    assert_eq!((&report["joiners"], &report["leavers"]), (&json!(0), &json!(0)), "{report}");
    let named: Vec<&str> = report["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fault| fault["reason"].as_str().unwrap())
        .collect();
    for (reason, known) in named.iter().zip(["00000007", "00000009", "00000011"]) {
        assert!(reason.starts_with(&format!("the register has {known}, which differs only by")), "{reason}");
    }
    folder.write("records.csv", "employee_number,course,completed_on\n00 000 009,SGC-L1,2026-01-05\n");
    let report = json(&folder, 4, "import training records.csv");
    assert!(report["rejected"][0]["reason"].as_str().unwrap().starts_with("the register has 00000009"));
}

#[test]
fn a_file_read_otherwise_is_another_file_and_read_the_same_way_it_is_known() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    // A module is a part of a course, unless somebody has said what names the course.
    let records = "employee_number,Kurs,Module,completed_on\n1,SGC-L1,SGA-L1,2026-01-05\n";
    folder.write("records.csv", records);
    folder.write("one.toml", "[training]\n\"Kurs\" = \"course\"\n");
    folder.write("other.toml", "[training]\n\"Module\" = \"course\"\n");
    let added = |map: &str| {
        let report = json(&folder, 0, &format!("import training records.csv --map {map}"));
        let known = report["notes"].to_string().contains("imported before");
        (report["records_added"].clone(), known)
    };
    assert_eq!(added("one.toml"), (json!(1), false));
    assert_eq!(added("one.toml"), (json!(0), true));
    assert_eq!(added("other.toml"), (json!(1), false));
    assert_eq!(added("other.toml"), (json!(0), true));
    // The same words of a map under another name are the same map.
    folder.write("renamed.toml", "[training]\n\"Module\" = \"course\"\n");
    assert_eq!(added("renamed.toml"), (json!(0), true));
}

#[test]
fn an_unknown_course_is_answered_with_the_command_that_makes_it_known() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    for (name, command) in [
        ("Safeguarding Childrens Level 2", "policy alias add SGC-L2 \"Safeguarding Childrens Level 2\""),
        (
            "Safeguarding Children L2 refresher",
            "policy alias add SGC-L2 \"Safeguarding Children L2 refresher\"",
        ),
        ("Fire Safety", "policy alias add CODE \"Fire Safety\""),
        ("Cost of $5", "policy alias add CODE 'Cost of $5'"),
    ] {
        folder.write("records.csv", format!("employee_number,course,completed_on\n1,{name},2026-01-05\n"));
        let reason = json(&folder, 4, "import training records.csv")["rejected"][0]["reason"].clone();
        assert!(reason.as_str().unwrap().contains(&format!("`refresher {command}`")), "{name}: {reason}");
    }
}

#[test]
fn a_login_that_is_an_employee_number_is_told_with_the_map_that_reads_it() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    folder.write(
        "records.csv",
        "username,courseshortname,courseidnumber,completiondate,grade\n1,SGC-L1,,05/01/2026,100\n",
    );
    let said = json(&folder, 4, "import training records.csv")["rejected"][0]["reason"].clone();
    assert!(said.as_str().unwrap().contains("[training] \"username\" = \"employee_number\""), "{said}");
    folder.write("map.toml", "[training]\n\"username\" = \"employee_number\"\n");
    assert_eq!(json(&folder, 0, "import training records.csv --map map.toml")["records_added"], 1);
}

#[test]
fn a_required_column_under_another_name_is_told_which_it_is_perhaps_meant_for() {
    let folder = Folder::new();
    for (kind, header, says) in [
        ("training", "Emp No,Course,Completion Date", "is Emp No meant for employee_number?"),
        ("training", "Employee Numbr,Course,Completion Date", "is Employee Numbr meant for employee_number?"),
        ("training", "Employee Number,Course,Date,Hours", "is Date meant for completed_on?"),
        ("staff", "Employee Number,Last Nme,Email,Start Date", "is Last Nme meant for last_name?"),
    ] {
        folder.write("file.csv", format!("{header}\n1,SGC-L1,2026-01-05,1\n"));
        let said = folder.run(&format!("import {kind} file.csv")).ended(1).err;
        assert!(said.contains(says), "{header}: {said}");
    }
    folder.write("file.csv", "Name,Full Name,Completion Date\n1,x,2026-01-05\n");
    let said = folder.run("import training file.csv").ended(1).err;
    assert!(!said.contains("meant for course"), "{said}");
}

#[test]
fn a_file_that_is_recognised_tells_its_rows_as_the_first_time_and_leaves_what_was_rejected_complete() {
    let folder = Folder::new();
    folder.write("staff.csv", STAFF);
    json(&folder, 0, "import staff staff.csv");
    // 999 is a number that nobody has, which only comparing finds out.
    for (kind, rows) in [
        (
            "training",
            "employee_number,course,completed_on\n1,SGC-L1,2026-01-05\n2,SGC-L1,2026-01-05\n999,SGC-L1,2026-01-05\n",
        ),
        (
            "bookings",
            "employee_number,course,date\n1,SGC-L1,2027-01-05\n2,SGC-L1,2027-01-05\n999,SGC-L1,2027-01-05\n",
        ),
        (
            "exemptions",
            "employee_number,course,from,reason\n1,SGC-L1,2026-01-05,x\n2,SGC-L1,2026-01-05,x\n999,SGC-L1,2026-01-05,x\n",
        ),
    ] {
        let file = format!("{kind}.csv");
        folder.write(&file, rows);
        let counts = |report: &Value| {
            let of = |name: &str| report[name].as_u64().unwrap();
            assert_eq!(
                of("rows"),
                of("applied") + of("unchanged") + report["rejected"].as_array().unwrap().len() as u64
            );
            [of("rows"), of("applied"), of("unchanged")]
        };
        let first = json(&folder, 4, &format!("import {kind} {file}"));
        assert_eq!(counts(&first), [3, 2, 0], "{kind}");
        let written = folder.read(&format!("{file}.rejected.csv"));
        assert!(written.contains("999"), "{kind}: {written}");
        for again in ["", " --dry-run"] {
            let second = json(&folder, 4, &format!("import {kind} {file}{again}"));
            assert_eq!(counts(&second), [3, 0, 2], "{kind}{again}");
            assert_eq!(
                (&second["id"], &second["rejected"]),
                (&first["id"], &first["rejected"]),
                "{kind}{again}"
            );
            assert!(second["notes"][0].as_str().unwrap().contains("imported before"), "{kind}: {second:#}");
            assert_eq!(second["notes"].as_array().unwrap().len(), 1, "{kind}: {second:#}");
            assert_eq!(folder.read(&format!("{file}.rejected.csv")), written, "{kind}{again}");
        }
    }
    // Somebody of the number came since: nothing is changed, and that is said.
    folder.write("more.csv", "employee_number,last_name,start_date\n999,New,2020-01-01\n");
    json(&folder, 0, "import staff more.csv --partial");
    let third = json(&folder, 0, "import training training.csv");
    assert_eq!(
        (&third["applied"], &third["unchanged"], &third["records_added"]),
        (&json!(0), &json!(3), &json!(0))
    );
    assert!(
        third["notes"][1].as_str().unwrap().starts_with("by now 1 row of it would change something"),
        "{third:#}"
    );
    assert_eq!(json(&folder, 0, "import training training.csv --force")["applied"], 1);
}
