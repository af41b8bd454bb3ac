//! What the program answers where the answer was worked out by hand: figures, and the reminders to come.

use serde_json::json;

use crate::support::program::Folder;

#[test]
fn an_example_that_was_never_put_right_is_in_no_figure() {
    let folder = Folder::new();
    folder.write("refresher.toml", folder.read("refresher.toml").replace("RXX", "RAB"));
    folder.write(
        "policy.toml",
        "absent_statuses = []\n[[course]]\ncode = 'C'\ntitle = 'Course'\n[[requirement]]\ncourse = 'C'\n",
    );
    folder.write("staff.csv", "employee_number,last_name,start_date\n0101,Ash,2020-01-01\n");
    folder.run("--today 2026-11-20 --json import staff staff.csv").ended(0);

    let organisations =
        folder.run("--today 2026-11-20 --json budget").ended(0).json()["organisations"].clone();
    assert_eq!(organisations.as_array().unwrap().len(), 1, "{organisations}");
    assert_eq!(organisations[0]["organisation"], "RAB");
    // Days before the first policy have the first: the one that was put right, not the example.
    let status =
        folder.run("--today 2026-11-20 --json status --as-at 2026-11-10 --by course").ended(0).json();
    assert_eq!(status["groups"].as_array().unwrap().len(), 1, "{status}");
    assert_eq!(status["groups"][0]["key"], "C");
}

#[test]
fn the_next_reminder_is_the_day_on_which_it_will_be_planned() {
    let folder = Folder::new();
    // One yearly course, needed on wards until the end of 2026; 2 November 2026 is a Monday.
    folder.write(
        "policy.toml",
        "due_soon_days = 30\nabsent_statuses = ['Career Break']\n\
         [[course]]\ncode = 'C'\ntitle = 'Course'\nvalid_months = 12\n\
         [[requirement]]\ncourse = 'C'\nunits = ['Ward*']\nwithin_days = 30\nuntil = 2026-12-31\n\
         [reminders]\nbefore_days = [30, 7]\n",
    );
    folder.write(
        "staff.csv",
        "employee_number,last_name,start_date,leave_date,unit,email\n\
         now,Ash,2020-01-01,,Ward 1,a@example.org\n\
         lapsing,Elm,2020-01-01,,Ward 1,b@example.org\n\
         no-mail,Fir,2020-01-01,,Ward 1,\n\
         exempt,Oak,2020-01-01,,Ward 1,c@example.org\n\
         leaver,Yew,2020-01-01,2026-11-16,Ward 1,d@example.org\n\
         too-late,Box,2020-01-01,,Ward 1,e@example.org\n\
         weekend,Bay,2026-10-10,,Ward 1,f@example.org\n",
    );
    folder.write(
        "training.csv",
        "employee_number,course,completed_on\nlapsing,C,2025-12-17\nleaver,C,2025-12-17\ntoo-late,C,2026-02-10\n",
    );
    folder.write(
        "exemptions.csv",
        "employee_number,from,until,reason\nexempt,2026-10-01,2026-11-13,On a course\n",
    );
    for kind in ["staff", "training", "exemptions"] {
        folder.run(&format!("--today 2026-11-02 import {kind} {kind}.csv")).ended(0);
    }
    for (number, next) in [
        ("now", Some("2026-11-02")),
        // 30 days before 17 December 2026.
        ("lapsing", Some("2026-11-17")),
        ("no-mail", None),
        // The exemption ends on a Friday.
        ("exempt", Some("2026-11-16")),
        ("leaver", None),
        ("too-late", None),
        // In grace until 9 November; stage 7 was reached today.
        ("weekend", Some("2026-11-02")),
    ] {
        let person = folder.run(&format!("--today 2026-11-02 --json explain {number}")).ended(0).json();
        assert_eq!(person["courses"][0]["next_reminder"].as_str(), next, "{number}: {person}");
    }
    folder.run("--today 2026-11-02 --json remind").ended(0);
    // "now" was due on 31 January 2020 and told stage -2455; 20 November 2026 is 2485 days after that.
    for (number, next) in [("now", "2026-11-20"), ("lapsing", "2026-11-17"), ("weekend", "2026-11-10")] {
        let person = folder.run(&format!("--today 2026-11-03 --json explain {number}")).ended(0).json();
        assert_eq!(person["courses"][0]["next_reminder"].as_str(), Some(next), "{number}: {person}");
    }
}

/// Hours of level 3 under two rules, of which the strictest of each number holds: 8 hours, half of them participatory, and
/// 12 the first time.
const BY_HOURS: &str = r#"
[[course]]
code = "L3"
title = "Level 3"
valid_months = 36
default_hours = 1.5
[[requirement]]
course = "L3"
hours = 8
participatory_share = 0.5
[[requirement]]
course = "L3"
staff_groups = ["Doctors"]
hours = 4
initial_hours = 12
"#;

const HOURS: &str = "\
employee_number,course,completed_on,hours,mode
share,L3,2025-01-10,13.5,e-learning
share,L3,2025-01-11,2,participatory
default,L3,2025-01-10,4.25,participatory
default,L3,2025-01-11,,
first,L3,2025-01-10,11.99,participatory
once,L3,2019-01-10,12,participatory
once,L3,2025-01-10,7,participatory
";

#[test]
fn an_hours_rule_is_explained_by_what_counts_and_what_it_takes() {
    let folder = Folder::new();
    folder.write("policy.toml", BY_HOURS);
    let people = ["share", "default", "first", "once", "never"].map(|number| {
        let group = if matches!(number, "first" | "once") { "Doctors" } else { "Nurses" };
        format!("{number},Ex,{number}@example.org,{group},2018-01-01\n")
    });
    let header = "employee_number,last_name,email,staff_group,start_date\n";
    folder.write("staff.csv", header.to_owned() + &people.concat());
    folder.write("training.csv", HOURS);
    for kind in ["staff", "training"] {
        folder.run(&format!("import {kind} {kind}.csv")).ended(0);
    }
    for (number, state, hours, words) in [
        ("share", "not_done", json!([8, 4, 15.5, 2, false]), "15.5 of 8 hours, 2 of 4 participatory"),
        ("default", "not_done", json!([8, 4, 5.75, 4.25, false]), "5.75 of 8 hours, 4.25 of 4 participatory"),
        (
            "first",
            "not_done",
            json!([12, 6, 11.99, 11.99, true]),
            "11.99 of 12 hours, 11.99 of 6 participatory (initial training)",
        ),
        ("once", "lapsed", json!([8, 4, 7, 7, false]), "7 of 8 hours, 7 of 4 participatory"),
        ("never", "not_done", json!([8, 4, 0, 0, false]), "0 of 8 hours, 0 of 4 participatory"),
    ] {
        let person = folder.run(&format!("--json explain {number}")).ended(0).json();
        let course = &person["courses"][0];
        assert_eq!(course["state"], state, "{person}");
        let fields = ["needed", "participatory_needed", "counted", "participatory", "initial"];
        assert_eq!(json!(fields.map(|field| &course["hours"][field])), hours, "{person}");
        let text = folder.run_wide(&format!("explain {number}")).ended(0).out;
        assert!(text.contains(words), "{text}");
    }
    let person = folder.run("--json explain default").ended(0).json();
    let credit = person["courses"][0]["credit"].as_array().unwrap();
    let said: Vec<_> = credit.iter().map(|c| json!([c["hours"], c["default_hours"], c["mode"]])).collect();
    assert_eq!(said, [json!([4.25, false, "participatory"]), json!([1.5, true, null])]);
    let text = folder.run("explain default").ended(0).out;
    assert!(text.contains("2025-01-10, 4.25 hours, participatory, until 2028-01-10"), "{text}");
    assert!(text.contains("2025-01-11, 1.5 hours by default, until 2028-01-11"), "{text}");
    folder.run("remind").ended(0);
    let first = folder.run("--json outbox").ended(0).json()["messages"][0]["id"].clone();
    let mail = folder.run(&format!("outbox show {first}")).ended(0).out;
    let mail = mail.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(mail.contains("on your record 5.75 of 8 hours, 4.25 of 4 participatory"), "{mail}");
}
