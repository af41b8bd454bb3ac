//! `policy impact`: what another policy would change, worked out by hand.

use serde_json::{Value, json};

use crate::support::program::Folder;

const IN_FORCE: &str = "[[course]]\ncode = \"A\"\ntitle = \"Course A\"\nvalid_months = 12\n\n\
    [[course]]\ncode = \"B\"\ntitle = \"Course B\"\n\n[[requirement]]\ncourse = \"A\"\n";
/// A lasts longer, nurses need B, and Ward 1 needs a course that is new.
const OTHER: &str = "[[course]]\ncode = \"C\"\ntitle = \"Course C\"\n\n\
    [[course]]\ncode = \"A\"\ntitle = \"Course A\"\nvalid_months = 24\n\n\
    [[course]]\ncode = \"B\"\ntitle = \"Course B\"\n\n[[requirement]]\ncourse = \"A\"\n\n\
    [[requirement]]\ncourse = \"B\"\nstaff_groups = [\"Nursing\"]\n\n\
    [[requirement]]\ncourse = \"C\"\nunits = [\"Ward 1\"]\n";

/// On 24 November 2026: Ann, of Ward 1, and Bob have let A lapse; Cat and Dan have it.
fn trust() -> Folder {
    let folder = Folder::empty();
    folder.run("init").ended(0);
    folder.write("policy.toml", IN_FORCE);
    folder.write(
        "staff.csv",
        "employee_number,first_name,last_name,email,staff_group,unit,start_date\n\
         1,Ann,Ash,ann@example.org,Nursing,Surgery/Ward 1,2020-01-01\n\
         2,Bob,Box,bob@example.org,Estates,Facilities,2020-01-01\n\
         3,Cat,Cox,cat@example.org,Nursing,Surgery/Ward 2,2020-01-01\n\
         4,Dan,Day,dan@example.org,Estates,Facilities,2020-01-01\n",
    );
    folder.write(
        "training.csv",
        "employee_number,course,completed_on\n1,A,2025-06-01\n2,A,2025-06-01\n3,A,2026-06-01\n4,A,2026-06-01\n",
    );
    for kind in ["staff", "training"] {
        folder.run(&format!("import {kind} {kind}.csv")).ended(0);
    }
    folder.write("other.toml", OTHER.replace("units = [\"Ward 1\"]", "units = [\"Surgery/Ward 1\"]"));
    folder
}

/// Before and after as `up to date/counted`, then how many become, stop, are newly up to date, newly not, no longer
/// counted.
fn change(of: &Value) -> String {
    let rate = |rate: &Value| format!("{}/{}", rate["up_to_date"], rate["counted"]);
    let newly = &of["newly_counted"];
    format!(
        "{} {}: {} {} {} {} {}",
        rate(&of["before"]),
        rate(&of["after"]),
        of["become_up_to_date"],
        of["stop_being_up_to_date"],
        newly["up_to_date"],
        newly["not_up_to_date"],
        of["no_longer_counted"],
    )
}

#[test]
fn it_says_who_becomes_and_who_stops_being_up_to_date_by_course_and_unit() {
    let folder = trust();
    let before = folder.database();
    let found = folder.run("--json policy impact other.toml --people").ended(0).json();
    assert_eq!(folder.database(), before, "nothing is stored");
    assert_eq!(found["as_at"], "2026-11-24");
    assert_eq!(change(&found["staff"]), "2/4 2/4: 1 1 0 0 0");
    let list = |of: &str, key: &str| -> Vec<String> {
        let groups = found[of].as_array().unwrap().iter();
        groups.map(|group| format!("{} {}", group[key].as_str().unwrap(), change(group))).collect()
    };
    assert_eq!(
        list("courses", "course"),
        ["C 0/0 0/1: 0 0 0 1 0", "A 2/4 4/4: 2 0 0 0 0", "B 0/0 0/2: 0 0 0 2 0"]
    );
    assert_eq!(
        list("units", "unit"),
        [
            "Facilities 1/2 2/2: 1 0 0 0 0",
            "Surgery 1/2 0/2: 0 1 0 0 0",
            "Surgery / Ward 1 0/1 0/1: 0 0 0 0 0",
            "Surgery / Ward 2 1/1 0/1: 0 1 0 0 0",
        ]
    );
    let people = found["people"].as_array().unwrap();
    let numbers: Vec<&str> = people.iter().map(|one| one["employee_number"].as_str().unwrap()).collect();
    assert_eq!(numbers, ["1", "2", "3"], "nothing changes for Dan");
    assert_eq!(people[2]["name"], "Cat Cox");
    assert_eq!((&people[2]["before"], &people[2]["after"]), (&json!("up_to_date"), &json!("not_up_to_date")));
    assert_eq!(
        people[2]["courses"],
        json!([{ "course": "B", "before": "not_counted", "after": "not_up_to_date" }])
    );
}

#[test]
fn it_says_what_reminders_would_newly_go() {
    let folder = trust();
    let reminders = |words: &str| {
        let found = folder.run(&format!("--json policy impact other.toml {words}")).ended(0).json();
        found["reminders"].clone()
    };
    // Ann, of B and C, and Bob hear now; then Ann, and Cat of B.
    assert_eq!(
        reminders(""),
        json!({ "before": 2, "after": 2, "newly_reminded": 1, "no_longer_reminded": 1, "newly_triggering": 3,
                "held": [] })
    );
    assert_eq!(reminders("--as-at 2026-11-01"), Value::Null, "that day's are gone");
    folder.run("remind").ended(0);
    assert_eq!(reminders("")["before"], 0, "they were told");
    assert_eq!(reminders("")["newly_triggering"], 3);
}

#[test]
fn in_words_it_is_short_and_lists_people_on_demand() {
    let folder = trust();
    insta::assert_snapshot!("impact", folder.run("policy impact other.toml").ended(0).out);
    let listed = folder.run("policy impact other.toml --people").ended(0).out;
    assert!(listed.contains("Bob Box") && !listed.contains("Dan Day"), "{listed}");
    let same = folder.run("policy impact policy.toml").ended(0).out;
    assert!(same.contains("Nobody's training counts otherwise than now."), "{same}");
}

#[test]
fn the_policy_of_the_settings_can_be_tried_before_it_is_taken_up() {
    let folder = trust();
    let expected = folder.run("policy impact other.toml --people").ended(0).out;
    folder.write("policy.toml", folder.read("other.toml"));
    assert_eq!(folder.run("policy impact policy.toml --people").ended(0).out, expected);
    assert_eq!(
        folder.run("policy impact policy.toml --people").ended(0).out,
        expected,
        "it was not taken up"
    );
    folder.write("unsound.toml", "[[requirement]]\ncourse = \"Z\"\n");
    let refused = folder.run("policy impact unsound.toml").ended(1);
    assert!(refused.err.contains("unsound.toml"), "{}", refused.err);
}
