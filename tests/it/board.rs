//! The board summary through the built program: what moved the figure, what is restated, and that every figure can be
//! found again among the people.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::support::engine::connect;
use crate::support::program::Folder;

const POLICY: &str = r#"
target = 90.0
absent_statuses = ["Maternity"]
[[course]]
code = "L1"
title = "Safeguarding Level 1"
valid_months = 12
[[course]]
code = "L2"
title = "Safeguarding Level 2"
valid_months = 36
satisfies = ["L1"]
[[requirement]]
course = "L1"
within_days = 30
[[requirement]]
course = "L2"
job_titles = ["Nurse"]
within_days = 30
[[statement]]
id = "board-lead"
question = "Does an executive director lead on safeguarding?"
answers = ["yes", "no"]
[[statement]]
id = "supervision"
question = "Is there supervision?"
answers = ["yes", "no"]
"#;

const STAFF: &str = "employee_number,first_name,last_name,staff_group,job_title,unit,start_date,leave_date,assignment_status\n";

/// A trust with ten people, whose September was told on 1 October.
fn september() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    let settings = folder.read("refresher.toml");
    let board = "\n[[board]]\norganisation = \"RXX\"\nrecipients = [\"board.secretary@example.org\"]\n";
    folder.write("refresher.toml", settings + board);
    staff(&folder, "2026-09-10", &[]);
    let training = "employee_number,course,completed_on,certificate\n\
        01,L1,2026-05-04,A\n02,L1,2025-10-10,B\n03,L2,2026-05-04,C\n05,L1,2026-05-04,E\n06,L1,2026-05-04,F\n";
    folder.write("training.csv", training);
    folder.run("--today 2026-09-10 import training training.csv").ended(0);
    folder.run("--today 2026-10-01 board --month 2026-09 --send").ended(0);
    folder
}

/// Imports the staff list with these rows instead of the usual ones for the numbers they begin with.
fn staff(folder: &Folder, today: &str, instead: &[&str]) {
    let rows = [
        "01,Ada,One,Estates,Porter,Site,2020-01-06,,",
        "02,Bob,Two,Estates,Porter,Site,2020-01-06,,",
        "03,Cyn,Three,Nursing,Nurse,Ward,2020-01-06,,",
        "04,Dee,Four,Nursing,Nurse,Ward,2020-01-06,,",
        "05,Eve,Five,Estates,Porter,Site,2020-01-06,,",
        "06,Fay,Six,Estates,Porter,Site,2020-01-06,,",
        "07,Gus,Seven,Estates,Porter,Site,2020-01-06,,",
        "08,Hal,Eight,Estates,Porter,Site,2026-09-07,,",
        "09,Ivy,Nine,Nursing,Nurse,Ward,2020-01-06,,Maternity",
        "10,Jon,Ten,Estates,Porter,Site,2020-01-06,,",
    ];
    let with =
        |row: &'static str| instead.iter().copied().find(|other| other[..3] == row[..3]).unwrap_or(row);
    let new = instead.iter().copied().filter(|row| !rows.iter().any(|other| other[..3] == row[..3]));
    let rows: Vec<&str> = rows.into_iter().map(with).chain(new).collect();
    folder.write("staff.csv", format!("{STAFF}{}\n", rows.join("\n")));
    folder.run(&format!("--today {today} import staff staff.csv --force")).ended(0);
}

fn figures(folder: &Folder, words: &str) -> Value {
    folder.run(&format!("{words} --json")).ended(0).json()["summaries"][0].clone()
}

/// The month after: one of each thing that can happen.
fn october() -> Folder {
    let folder = september();
    let late = "employee_number,course,completed_on,certificate\n07,L1,2026-09-15,G\n10,L1,2026-10-06,J\n\
        05,L1,2025-05-04,E2\n";
    folder.write("late.csv", late);
    folder.run("--today 2026-10-20 import training late.csv").ended(0);
    staff(
        &folder,
        "2026-10-20",
        &[
            "06,Fay,Six,Estates,Porter,Site,2020-01-06,2026-10-12,",
            "09,Ivy,Nine,Nursing,Nurse,Ward,2020-01-06,,",
            "11,Kay,Eleven,Estates,Porter,Site,2020-01-06,,",
        ],
    );
    folder
}

fn steps(of: &Value) -> Vec<(String, i64, i64, i64)> {
    let step = |step: &Value| {
        let count = |field: &str| step[field].as_i64().unwrap();
        (step["cause"].as_str().unwrap().to_owned(), count("people"), count("counted"), count("up_to_date"))
    };
    of["steps"].as_array().unwrap().iter().map(step).collect()
}

fn step(cause: &str, people: i64, counted: i64, up_to_date: i64) -> (String, i64, i64, i64) {
    (cause.to_owned(), people, counted, up_to_date)
}

#[test]
fn the_way_from_last_month_and_last_month_as_known_now_add_up_by_cause() {
    let folder = october();
    let summary = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    let figures = &summary["figures"];
    // September as told: 1, 2, 3, 5 and 6 of 8; Hal (8) was in grace, Ivy (9) absent.
    let bridge = &figures["bridge"];
    assert_eq!(bridge["from"], json!({"counted": 8, "up_to_date": 5}));
    assert_eq!(bridge["reported"], true);
    assert_eq!(
        steps(bridge),
        [
            step("joined", 1, 1, 0),        // Kay
            step("left", 1, -1, -1),        // Fay
            step("trained", 1, 0, 1),       // Jon, 6 October
            step("recorded_late", 1, 0, 1), // Gus, 15 September
            step("lapsed", 1, 0, -1),       // Bob, 10 October
            step("grace_ended", 1, 1, 0),   // Hal, 7 October
            step("absence", 1, 1, 0),       // Ivy is back
        ]
    );
    assert_eq!(figures["counts"]["staff"], json!({"counted": 10, "up_to_date": 5}));
    let restatement = &figures["restatement"];
    assert_eq!(restatement["reported"], json!({"counted": 8, "up_to_date": 5}));
    assert_eq!(restatement["known_now"], json!({"counted": 10, "up_to_date": 6}));
    // Kay was in post already, and Ivy's status has no date of its own.
    assert_eq!(steps(restatement), [step("recorded_late", 1, 0, 1), step("staff_changed", 2, 2, 0)]);
}

#[test]
fn where_little_came_to_be_known_since_only_those_people_are_restated() {
    let folder = september();
    folder.write("late.csv", "employee_number,course,completed_on,certificate\n07,L1,2026-09-15,G\n");
    folder.run("--today 2026-10-20 import training late.csv").ended(0);
    folder.write(
        "exempt.csv",
        "employee_number,course,from,until,reason\n06,L1,2026-09-01,2026-12-01,Research\n",
    );
    folder.run("--today 2026-10-20 import exemptions exempt.csv").ended(0);
    let summary = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    let restatement = &summary["figures"]["restatement"];
    assert_eq!(restatement["reported"], json!({"counted": 8, "up_to_date": 5}));
    assert_eq!(restatement["known_now"], json!({"counted": 7, "up_to_date": 5}));
    assert_eq!(steps(restatement), [step("recorded_late", 1, 0, 1), step("exemption", 1, -1, -1)]);
}

#[test]
fn the_people_behind_every_step_are_told_with_the_records_that_decided() {
    let folder = october();
    let summary = figures(&folder, "--today 2026-11-02 board --month 2026-10 --why");
    for (part, of) in [("bridge", &summary["why"]["bridge"]), ("restatement", &summary["why"]["restatement"])]
    {
        for (cause, people, ..) in steps(&summary["figures"][part]) {
            let behind = of.as_array().unwrap().iter().filter(|person| person["cause"] == cause.as_str());
            assert_eq!(i64::try_from(behind.count()).unwrap(), people, "{part} {cause}");
        }
    }
    let late =
        &summary["why"]["restatement"].as_array().unwrap().iter().find(|of| of["cause"] == "recorded_late");
    let late = late.unwrap();
    assert_eq!(late["employee_number"], "07");
    assert_eq!(late["records"][0]["completed_on"], "2026-09-15");
    assert_eq!(late["records"][0]["known"], "newly");
    let text = folder.run("--today 2026-11-02 board --month 2026-10 --why").ended(0).out;
    assert!(
        text.contains("07      Gus Seven   Completed before, recorded since")
            && text.contains("L1 of 2026-09-15 added by import"),
        "{text}"
    );
    assert!(!text.contains("recorded_late"), "codes are for programs: {text}");
}

#[test]
fn a_summary_is_the_same_for_good_and_worked_out_again_as_known_then_it_agrees() {
    let folder = october();
    folder.run("--today 2026-11-02 board --month 2026-10 --send").ended(0);
    let text = folder.run("--today 2026-11-02 board --month 2026-10").ended(0).out;
    let told = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    assert_eq!(told["frozen"], true);
    // Everything changes afterwards: records, staff, policy, last month issued later.
    folder.write("more.csv", "employee_number,course,completed_on\n04,L2,2026-10-05\n01,L2,2026-09-05\n");
    folder.run("--today 2026-11-10 import training more.csv").ended(0);
    staff(
        &folder,
        "2026-11-10",
        &[
            "01,Ada,One,Nursing,Nurse,Ward,2020-01-06,,",
            "03,Cyn,Three,Nursing,Nurse,Ward,2020-01-06,2026-10-03,",
        ],
    );
    folder.write("policy.toml", POLICY.replace("within_days = 30", "within_days = 1"));
    folder.run("--today 2026-11-10 board --month 2026-08 --send").ended(0);
    assert_eq!(folder.run("--today 2026-12-10 board --month 2026-10").ended(0).out, text);
    assert_eq!(figures(&folder, "--today 2026-12-10 board --month 2026-10"), told);
    let known_at = told["figures"]["known_at"].as_str().unwrap();
    let again = figures(&folder, &format!("--today 2026-12-10 board --month 2026-10 --known-at {known_at}"));
    assert_eq!(again["agrees"], true, "{again:#}");
    assert_eq!(again["figures"]["bridge"], told["figures"]["bridge"]);
    let now = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let now = figures(&folder, &format!("--today 2026-12-10 board --month 2026-10 --known-at {now}"));
    assert_eq!(now["agrees"], false);
    assert_ne!(now["figures"]["counts"], told["figures"]["counts"]);
}

#[test]
fn a_summary_frozen_before_there_were_job_titles_lacks_them_for_good_and_worked_out_again_it_agrees() {
    let folder = october();
    folder.run("--today 2026-11-02 board --month 2026-10 --send").ended(0);
    let mut told = figures(&folder, "--today 2026-11-02 board --month 2026-10")["figures"].clone();
    assert!(told.as_object_mut().unwrap().remove("job_titles").is_some());
    let (figures_then, hash) = (told.to_string(), blake3::hash(told.to_string().as_bytes()).to_hex());
    let then = format!(
        "UPDATE snapshot SET figures = '{}', content_hash = '{hash}' WHERE month = '2026-10'",
        figures_then.replace('\'', "''")
    );
    let file = folder.file("refresher.db");
    connect(&file).batch_execute(&then).unwrap();
    assert_eq!(figures(&folder, "--today 2026-12-10 board --month 2026-10")["figures"], told);
    let text = folder.run("--today 2026-12-10 board --month 2026-10").ended(0).out;
    assert!(text.contains("By staff group\n") && !text.contains("By job title"), "{text}");
    let known_at = told["known_at"].as_str().unwrap();
    let again = figures(&folder, &format!("--today 2026-12-10 board --month 2026-10 --known-at {known_at}"));
    assert_eq!(again["agrees"], true, "{again:#}");
}

#[test]
fn a_month_that_is_issued_after_its_day_says_so() {
    let folder = october();
    let on_time = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    assert!(on_time["figures"].get("late").is_none(), "{on_time:#}");
    folder.run("--today 2026-11-20 board --month 2026-10 --send").ended(0);
    let late = figures(&folder, "--today 2026-11-20 board --month 2026-10");
    assert_eq!(late["figures"]["late"], json!({"due_on": "2026-11-02", "made_on": "2026-11-20"}));
    let text = folder.run("--today 2026-12-20 board --month 2026-10").ended(0).out;
    assert!(text.contains("Made on 20 November 2026, later than its day, 2 November 2026"), "{text}");
}

#[test]
fn the_people_behind_doubtful_data_are_listed_the_absent_and_those_without_courses_too() {
    let folder = september();
    folder.write(
        "staff.csv",
        "employee_number,first_name,last_name,email,staff_group,job_title,unit,start_date,leave_date,assignment_status,manager_employee_number\n\
         01,Ada,One,ada@example.org,Estates,Porter,Site,2020-01-06,,,02\n\
         02,Bob,Two,,Estates,Porter,Site,2020-01-06,,,\n\
         03,Cyn,Three,,Nursing,Nurse,Ward,2020-01-06,,Maternity,01\n\
         04,Dee,Four,dee@example.org,Nursing,Nurse,Ward,2020-01-06,,,99\n\
         05,Eve,Five,,Estates,Porter,Site,2020-01-06,2026-10-12,,98\n",
    );
    folder.run("--today 2026-10-20 import staff staff.csv --force").ended(0);
    let summary = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    let quality = &summary["figures"]["data_quality"];
    for (doubt, key, expected) in [
        ("no-email", "no_email", vec!["02", "03"]),
        ("unknown-manager", "unknown_managers", vec!["01", "02", "04"]),
    ] {
        let people: Vec<String> = listed(&folder, &format!("--data-quality {doubt}"))
            .into_iter()
            .map(|(number, _)| number)
            .collect();
        assert_eq!(people, expected, "{doubt}");
        assert_eq!(quality[key], people.len(), "{doubt}");
    }
    let both = listed(&folder, "--data-quality no-email --state lapsed");
    assert!(both.iter().all(|(_, courses)| !courses.is_empty()), "{both:?}");
}

/// The people of a staff list, each with its courses and states.
fn listed(folder: &Folder, filters: &str) -> Vec<(String, Vec<String>)> {
    let list =
        folder.run(&format!("--today 2026-11-02 --json staff --as-at 2026-10-31 {filters}")).ended(0).json();
    let person = |person: &Value| {
        let courses = person["courses"].as_array().unwrap().iter();
        let states = courses.map(|course| course["state"].as_str().unwrap().to_owned());
        (person["employee_number"].as_str().unwrap().to_owned(), states.collect())
    };
    list["people"].as_array().unwrap().iter().map(person).collect()
}

/// People and person-course pairs in any of these states.
fn found(folder: &Folder, states: &[&str], filters: &str) -> (u64, u64) {
    let mut people = std::collections::BTreeSet::new();
    let mut pairs = 0;
    for state in states {
        for (number, courses) in listed(folder, &format!("--state {state} {filters}")) {
            people.insert(number);
            pairs += courses.len() as u64;
        }
    }
    (people.len() as u64, pairs)
}

const BEHIND: [&str; 2] = ["lapsed", "not_done"];
const COUNTED: [&str; 4] = ["up_to_date", "due_soon", "lapsed", "not_done"];

/// The staff rate of a group is the people with a counted course less those with one that is behind.
fn assert_found(folder: &Folder, rate: &Value, filters: &str) {
    let (counted, behind) = (found(folder, &COUNTED, filters).0, found(folder, &BEHIND, filters).0);
    assert_eq!(*rate, json!({"counted": counted, "up_to_date": counted - behind}), "{filters}");
}

#[test]
fn every_figure_of_the_paper_is_found_again_among_the_people() {
    let folder = october();
    let summary = figures(&folder, "--today 2026-11-02 board --month 2026-10");
    let figures = &summary["figures"];
    let counts = &figures["counts"];
    let everyone = listed(&folder, "");
    assert_eq!(counts["in_post"], everyone.len());
    let with_something = everyone.iter().filter(|(_, courses)| !courses.is_empty()).count() as u64;
    assert_eq!(counts["absent"].as_u64().unwrap() + with_something, everyone.len() as u64);
    assert_found(&folder, &counts["staff"], "");
    let behind = |courses: &[String]| courses.iter().filter(|state| BEHIND.contains(&state.as_str())).count();
    let lacking_one = everyone.iter().filter(|(_, courses)| behind(courses) == 1).count();
    assert!(lacking_one > 0, "{everyone:?}");
    assert_eq!(figures["headline"]["lacking_one"], lacking_one);
    for state in ["due_soon", "lapsed", "not_done", "in_grace", "exempt"] {
        assert_eq!(counts[state], found(&folder, &[state], "").1, "{state}");
    }
    let met = found(&folder, &["up_to_date", "due_soon"], "").1;
    assert_eq!(counts["requirements"], json!({"counted": found(&folder, &COUNTED, "").1, "up_to_date": met}));
    for course in figures["courses"].as_array().unwrap() {
        let filter = format!("--course {}", course["key"].as_str().unwrap());
        assert_found(&folder, &course["counts"]["requirements"], &filter);
    }
    for unit in figures["units"].as_array().unwrap() {
        assert_found(&folder, &unit["counts"]["staff"], &format!("--unit {}", unit["key"].as_str().unwrap()));
    }
    let groups = figures["staff_groups"].as_array().unwrap();
    assert_eq!(groups.len(), 2, "{groups:#?}");
    for group in groups {
        let filter = format!("--staff-group={}", group["key"].as_str().unwrap());
        assert_found(&folder, &group["counts"]["staff"], &filter);
    }
    let titles = figures["job_titles"].as_array().unwrap();
    let exact =
        folder.run("--today 2026-11-02 --json status --by job-title --as-at 2026-10-31").ended(0).json();
    let exact = exact["groups"].as_array().unwrap();
    assert!(exact.len() >= 2, "{exact:#?}");
    for group in exact {
        for count in ["counted", "up_to_date"] {
            let of_title = titles.iter().filter(|title| title["key"] == group["key"]);
            let sum: u64 = of_title.map(|title| title["counts"]["staff"][count].as_u64().unwrap()).sum();
            assert_eq!(group["staff"][count], sum, "{}", group["key"]);
        }
    }
    // At a month-end to come: as things are, on that day.
    for month in figures["forecast"].as_array().unwrap().iter().take(3) {
        let ahead = folder
            .run(&format!("--today 2026-11-02 --json status --as-at {}", month["as_at"].as_str().unwrap()));
        let staff = ahead.ended(0).json()["staff"].clone();
        assert_eq!(month["staff"]["counted"], staff["counted"]);
        assert_eq!(month["staff"]["up_to_date"], staff["up_to_date"]);
    }
}

#[test]
fn no_day_that_stands_in_for_today_freezes_a_month_before_it_has_ended() {
    let folder = september();
    let snapshots = || folder.database().iter().filter(|row| row.starts_with("snapshot:")).count();
    let before = snapshots();
    let refused = folder.run_as("--today 2097-01-15 board --month 2096-12 --send --yes").ended(1);
    assert!(refused.err.contains("December 2096 is not over"), "{refused:?}");
    assert_eq!((before, snapshots()), (1, 1));
}
