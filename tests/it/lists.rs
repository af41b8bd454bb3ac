//! Finding people, writing lists to files, what is named and not there, and tables that fit 80 columns.

use std::path::Path;

use calamine::{Reader, open_workbook_auto};
use serde_json::Value;

use crate::support::program::Folder;

/// A trust with a tree of units of long names, two managers, somebody absent and somebody with nothing to do.
fn trust() -> Folder {
    let folder = Folder::new();
    folder.write(
        "staff.csv",
        "employee_number,first_name,last_name,email,job_title,staff_group,unit,manager_employee_number,\
         assignment_status,start_date\n\
         00123456,Aisha,Bello,aisha.bello@example.org,Staff Nurse,Nursing and Midwifery Registered,\
         Acute Hospitals / Surgery and Critical Care / Theatres and Recovery of the Northern Site,00123458,,2021-09-01\n\
         00123457,Zoë,Núñez-O’Neill,,Porter,Estates and Ancillary,Acute Hospitals/Facilities,00123458,,2019-03-04\n\
         00123458,Maria,Costa,maria.costa@example.org,Matron,Nursing and Midwifery Registered,\
         Acute Hospitals / Surgery and Critical Care,,,2015-01-12\n\
         00123459,Tom,Bellamy,tom@example.org,Staff Nurse,Nursing and Midwifery Registered,Community / Health Visiting,\
         00999001,Career Break,2019-01-01\n",
    );
    folder.write(
        "training.csv",
        "employee_number,course,completed_on\n00123456,SGC-L2,2023-12-14\n00123456,SGC-L2,2020-12-14\n\
         00123456,SGC-L1,2024-02-01\n00123457,SGC-L1,2026-01-05\n00123457,SGA-L1,2026-01-05\n\
         00123457,PREVENT-BASIC,2026-01-05\n",
    );
    folder.run("import staff staff.csv").ended(0);
    folder.run("import training training.csv").ended(0);
    folder
}

fn numbers(folder: &Folder, filters: &[&str]) -> Vec<String> {
    let output =
        folder.command().args(["--today", "2026-11-24", "--json", "staff"]).args(filters).output().unwrap();
    assert!(output.status.success(), "{filters:?}: {}", String::from_utf8_lossy(&output.stderr));
    let people: Value = serde_json::from_slice(&output.stdout).unwrap();
    let people = people["people"].as_array().unwrap();
    people.iter().map(|of| of["employee_number"].as_str().unwrap()[5..].to_owned()).collect()
}

#[test]
fn people_are_found_by_name_manager_title_and_standing() {
    let folder = trust();
    for (filters, found) in [
        (&["--name", "bello"][..], &["456"][..]),
        (&["--name", "BELL"], &["456", "459"]),
        (&["--name", "nunez zoe"], &["457"]),
        (&["--name", "O'Neill"], &["457"]),
        (&["--name", "Nobody"], &[]),
        (&["--manager", "00123458"], &["456", "457"]),
        (&["--manager", "00123458", "--name", "aisha"], &["456"]),
        // Somebody absent has no courses, and is found.
        (&["--manager", "00999001"], &["459"]),
        // Who is looked up is found without a course, too; by courses and places those are who have one.
        (&["--job-title", "staff nurse"], &["456"]),
        (&["--unit", "Community"], &[]),
        (&["--name", "bellamy"], &["459"]),
        (&["--search", "bel"], &["456", "459"]),
        (&["--organisation", "RXX"], &["456", "457", "458", "459"]),
        (&["--job-title", "staff nurse", "--course", "SGC-L2"], &["456"]),
        (&["--manager", "00999001", "--state", "not_done"], &[]),
        (&["--unit", "Community", "--due-before", "2030-01-01"], &[]),
        (&["--unit", "Community", "--standing", "up_to_date"], &[]),
        (&["--job-title", "*o*"], &["457", "458"]),
        (&["--standing", "absent"], &["459"]),
        (&["--standing", "up-to-date"], &["457"]),
        (&["--standing", "not_up_to_date"], &["456", "458"]),
        (&["--standing", "not_counted"], &[]),
        (&["--standing", "not_up_to_date", "--unit", "*Theatres*"], &["456"]),
        (&["--course", "safeguarding children LEVEL 2", "--state", "due_soon"], &["456"]),
        (&["--unit", "*/Surgery and Critical Care", "--staff-group", "Nursing*"], &["456", "458"]),
        // Each is there, and nobody is both.
        (&["--unit", "Community", "--staff-group", "Estates*"], &[]),
        (&["--unit", "*/Facilities", "--manager", "00123458", "--standing", "not_up_to_date"], &[]),
    ] {
        assert_eq!(numbers(&folder, filters), found, "{filters:?}");
    }
}

#[test]
fn what_is_named_and_not_there_is_an_error_that_names_what_is_near() {
    let folder = trust();
    folder.write("organisations.csv", "code,name\nRYY,Other Trust\n");
    folder.run("import organisations organisations.csv").ended(0);
    for (words, says) in [
        (
            &["staff", "--unit", "Surgery and critical care"][..],
            "did you mean \"*/Surgery and Critical Care\"?",
        ),
        (&["staff", "--unit", "Facilites"], "did you mean \"*/Facilities\""),
        (&["staff", "--unit", "Facilities", "--state", "lapsed"], "did you mean \"*/Facilities\""),
        (
            &["staff", "--unit", "Community", "--staff-group", "Nurses"],
            "\"Nursing and Midwifery Registered\"",
        ),
        (&["staff", "--staff-group", "Midwifery"], "did you mean \"Nursing and Midwifery Registered\"?"),
        (&["staff", "--job-title", "Stafff Nurse"], "did you mean \"Staff Nurse\""),
        (&["staff", "--manager", "123458"], "did you mean \"00123458\"?"),
        (&["staff", "--manager", "00123459"], "nobody in post has the manager \"00123459\""),
        (&["staff", "--unit", "Facilities", "--manager", "00123458"], "did you mean \"*/Facilities\""),
        (&["staff", "--course", "SGC-L9"], "the policy has no course \"SGC-L9\"; known are SGC-L1, SGC-L2"),
        (&["staff", "--course", "SAFEGARDING CHILDREN LEVEL 3"], "did you mean \"SGC-L3\""),
        (&["exempt", "add", "00123456", "--course", "SGC-L9", "--reason", "x"], "SGC-L9"),
        (&["policy", "alias", "add", "SGC-L9", "Name"], "write one of SGC-L1, SGC-L2"),
        (&["status", "--organisation", "RXY"], "did you mean \"RXX\" or \"RYY\"?"),
        (&["staff", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["explain", "00123456", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["forecast", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["budget", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["review", "--organisation", "QQQ"], "there is no organisation \"QQQ\"; known are RXX, RYY"),
        (&["board", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["policy", "impact", "policy.toml", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["outbox", "release", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["bounces", "clear", "--held", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["exempt", "list", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["exempt", "add", "00123456", "--reason", "x", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["exempt", "end", "00123456", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["person", "export", "00123456", "--organisation", "RXY"], "did you mean \"RXX\""),
        (&["person", "purge", "00123456", "--yes", "--organisation", "RXY"], "did you mean \"RXX\""),
    ] {
        let output = folder.command().args(["--today", "2026-11-24"]).args(words).output().unwrap();
        let [out, err] = [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap());
        assert_eq!((output.status.code(), out.as_str()), (Some(1), ""), "{words:?}: {err}");
        assert!(err.contains(says), "{words:?}: {err}");
        assert_eq!(err.lines().count(), 1, "{words:?}: {err}");
    }
}

#[test]
fn whoever_is_made_a_manager_of_nobody_is_warned_about_and_made_all_the_same() {
    let folder = trust();
    let made = |words: &[&str]| {
        let output = folder.command().args(["--today", "2026-11-24", "user"]).args(words).output().unwrap();
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let add = ["add", "--role", "manager", "--no-invite"];
    for (email, scope, is_warned) in [
        ("a@example.org", "unit:Nowhere", true),
        ("b@example.org", "unit:Community", false),
        ("c@example.org", "unit:*theatres*", false),
    ] {
        let said = made(&[&add[..], &[email, "--scope", scope]].concat());
        assert_eq!(said.contains("nobody in post is within"), is_warned, "{email}: {said}");
    }
    for (scope, is_warned) in [("unit:Community / Deeper", true), ("unit:Acute Hospitals", false)] {
        let said = made(&["grant", "a@example.org", "manager", "--scope", scope]);
        assert_eq!(said.contains("nobody in post is within"), is_warned, "{scope}: {said}");
    }
    // The matron leads two, and whom she leads nobody.
    for (email, number, is_warned) in
        [("d@example.org", "00123458", false), ("e@example.org", "00123456", true)]
    {
        let said = made(&[&add[..], &[email, "--scope", "reports", "--number", number]].concat());
        assert_eq!(said.contains("nobody in post is within"), is_warned, "{email}: {said}");
    }
}

fn rows_of(path: &Path) -> Vec<Vec<String>> {
    if path.extension().is_some_and(|ending| ending == "xlsx") {
        let mut book = open_workbook_auto(path).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        return range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
    }
    let text = std::fs::read_to_string(path).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

#[test]
fn the_file_of_a_list_has_all_that_the_table_has_no_room_for() {
    let folder = trust();
    for name in ["list.csv", "list.xlsx"] {
        folder.run(&format!("staff --name bello --course SGC-L2 --output {name}")).ended(0);
        let rows = rows_of(&folder.file(name));
        assert_eq!(
            rows[0],
            [
                "organisation",
                "employee_number",
                "name",
                "first_name",
                "last_name",
                "email",
                "job_title",
                "staff_group",
                "unit",
                "manager_employee_number",
                "course",
                "state",
                "due_date",
                "lapse_date",
                "completed_on",
            ]
        );
        assert_eq!(rows.len(), 2, "{rows:?}");
        assert_eq!(
            rows[1][..12],
            [
                "RXX",
                "00123456",
                "Aisha Bello",
                "Aisha",
                "Bello",
                "aisha.bello@example.org",
                "Staff Nurse",
                "Nursing and Midwifery Registered",
                "Acute Hospitals / Surgery and Critical Care / Theatres and Recovery of the Northern Site",
                "00123458",
                "SGC-L2",
                "due_soon",
            ]
        );
        if name.ends_with("csv") {
            assert_eq!(rows[1][12..], ["2026-12-14", "2026-12-14", "2023-12-14"]);
        }
    }
    // Of somebody absent there is a row, with nothing behind the person.
    folder.run("staff --standing absent --output absent.csv").ended(0);
    let rows = rows_of(&folder.file("absent.csv"));
    assert_eq!(rows[1][1..4], ["00123459", "Tom Bellamy", "Tom"]);
    assert_eq!(rows[1][10..], [""; 5]);
}

#[test]
fn the_figures_can_be_written_to_a_file() {
    let folder = trust();
    for (by, groups) in [("", 0), (" --by unit", 6), (" --by course", 0)] {
        for ending in ["csv", "xlsx"] {
            let name = format!("figures{}.{ending}", by.replace(" --", "-").replace(' ', "-"));
            let ran = folder.run(&format!("status{by} --output {name}")).ended(0);
            assert_eq!(ran.out, "");
            assert!(ran.err.contains(&format!("wrote figures to {name}")), "{ran:?}");
            let rows = rows_of(&folder.file(&name));
            assert_eq!(
                rows[0][..8],
                ["by", "organisation", "group", "title", "in_post", "counted", "up_to_date", "rate"]
            );
            assert_eq!(rows[1][..8], ["everyone", "", "", "", "4", "3", "1", "33.3%"], "{rows:?}");
            if groups > 0 {
                assert_eq!(rows.len(), 2 + groups, "{rows:?}");
                let surgery = rows.iter().find(|row| row[2] == "Acute Hospitals / Surgery and Critical Care");
                assert_eq!(surgery.unwrap()[4..7], ["2", "2", "0"]);
            }
        }
    }
    let refused = folder.run("status --output figures.csv").ended(1);
    assert!(refused.err.contains("it is there already"), "{refused:?}");
    folder.run("status --output figures.csv --force").ended(0);
    folder.run("status --output figures.pdf").ended(1);
    let both = folder.run("--json status --by unit --output both.csv").ended(0);
    assert_eq!(both.json()["groups"].as_array().unwrap().len(), 6);
}

/// What answers with tables; the rehearsal, until a day that is soon.
const TABLES: [&str; 23] = [
    "status",
    "status --by course",
    "status --by unit",
    "status --by staff-group",
    "status --by job-title",
    "status --by organisation",
    "staff",
    "staff --state lapsed",
    "forecast",
    "forecast --months 36",
    "budget",
    "review",
    "jobs",
    "audit",
    "import list",
    "import show 3",
    "outbox",
    "exempt list",
    "bounces",
    "board --why",
    "rehearse --until 2099-12-31",
    "policy impact policy.toml",
    "policy impact policy.toml --people",
];

#[test]
fn every_table_fits_80_columns_and_what_does_not_fit_is_cut() {
    let folder = Folder::empty();
    folder.run("demo --dir demo --once").ended(0);
    let dir = folder.file("demo");
    let settings = dir.join("refresher.toml");
    let policy = dir.join("policy.toml");
    // As many courses as a large trust has.
    let mut rules = std::fs::read_to_string(&policy).unwrap();
    for number in 1..=16 {
        rules.push_str(&format!(
            "\n[[course]]\ncode = \"FURTHER-{number}\"\ntitle = \"Further course number {number}\"\n\
             [[requirement]]\ncourse = \"FURTHER-{number}\"\n"
        ));
    }
    std::fs::write(&policy, rules).unwrap();
    let run = |words: &str, columns: Option<&str>| {
        let mut command = folder.command();
        command.current_dir(&dir).arg("--config").arg(&settings).args(words.split_whitespace());
        if let Some(columns) = columns {
            command.env("COLUMNS", columns);
        }
        let output = command.output().unwrap();
        assert!(output.status.success(), "{words}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    for words in TABLES {
        let words = words.replace("2099-12-31", &soon());
        let text = run(&words, None);
        let wide: Vec<&str> = text.lines().filter(|line| line.chars().count() > 80).collect();
        assert_eq!(wide, [""; 0], "{words}");
        let on_one_line = run(&words, Some("400"));
        assert!(on_one_line.lines().count() <= text.lines().count(), "{words}");
    }
    let tree = run("status --by unit", None);
    let line = |name: &str| {
        tree.lines()
            .find(|line| line.trim_start().starts_with(name))
            .unwrap_or_else(|| panic!("{name}:\n{tree}"))
    };
    assert!(line("Clinical Support").starts_with("Clinical"), "{tree}");
    assert!(line("Quality and Nursing").starts_with("  Quality"), "{tree}");
    assert!(line("Safeguarding Team").starts_with("    Safeguarding"), "{tree}");
    let widest = run("staff", Some("400"));
    assert!(
        widest.contains("Corporate / Quality and Nursing / Safeguarding Team"),
        "room is used where it is"
    );
}

fn soon() -> String {
    (chrono::Utc::now().date_naive() + chrono::Days::new(20)).to_string()
}

#[test]
fn imports_are_one_table_and_the_logs_details_stand_whole_below_their_lines() {
    let folder = trust();
    let words = folder.run("import list").ended(0).out;
    assert_eq!(words.lines().filter(|line| line.trim_start().starts_with("id")).count(), 1, "{words}");
    assert!(!words.contains("\n\n") && words.contains("applied") && words.contains("staff.csv"), "{words}");
    let log = folder.run("audit").ended(0).out;
    assert!(log.contains("\n    applied 4, forced false, joiners 4, kind staff"), "{log}");
    assert!(!log.contains('…'), "{log}");
}

#[test]
fn notes_and_checks_fit_a_terminal_and_stand_on_one_line_in_a_file() {
    let folder = trust();
    folder.write(
        "records.csv",
        "employee_number,course,completed_on\n00123456,Safeguarding Childrens Level 2,2026-01-05\n",
    );
    let ask = |words: &str, columns: Option<&str>| {
        let mut command = folder.command();
        command.args(["--today", "2026-11-24"]).args(words.split_whitespace());
        if let Some(columns) = columns {
            command.env("COLUMNS", columns);
        }
        let output = command.output().unwrap();
        [output.stdout, output.stderr].map(|said| String::from_utf8(said).unwrap()).concat()
    };
    for words in ["import training records.csv --dry-run", "check"] {
        let (free, fitted) = (ask(words, None), ask(words, Some("80")));
        let longest = |text: &str| text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(longest(&free) > 80, "{words}: {free}");
        // What has no space in it can't be folded.
        let wide: Vec<&str> =
            fitted.lines().filter(|line| line.chars().count() > 80 && line.trim().contains(' ')).collect();
        assert_eq!(wide, [""; 0], "{words}");
    }
}
