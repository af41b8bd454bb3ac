//! Exemptions by hand, through the built program; today is 24 November 2026.

use serde_json::{Value, json};

use super::program::{STAFF, TRAINING, import, json};
use crate::support::program::Folder;

fn folder() -> Folder {
    let folder = Folder::new();
    import(&folder, "staff", STAFF);
    import(&folder, "training", TRAINING);
    folder
}

/// The state of each of somebody's courses on a day.
fn states(folder: &Folder, number: &str, as_at: &str) -> Vec<(String, String)> {
    let explained = json(folder, 0, &format!("explain {number} --as-at {as_at}"));
    let courses = explained["courses"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    courses.map(|course| (text(&course["course"]), text(&course["state"]))).collect()
}

fn listed(folder: &Folder, words: &str) -> Vec<Value> {
    json(folder, 0, &format!("exempt list {words}"))["exemptions"].as_array().unwrap().clone()
}

#[test]
fn an_exemption_takes_a_course_out_from_its_first_day_to_its_last() {
    let folder = folder();
    let (course, state) = states(&folder, "0101", "2026-11-24").pop().unwrap();
    let added = json(
        &folder,
        0,
        &format!(
            "exempt add 0101 --course {course} --from 2026-11-20 --until 2026-11-30 --reason Secondment"
        ),
    );
    assert_eq!((&added["outcome"], &added["course"]), (&json!("added"), &json!(course)));
    for (day, expected) in [
        ("2026-11-19", state.as_str()),
        ("2026-11-20", "exempt"),
        ("2026-11-30", "exempt"),
        ("2026-12-01", state.as_str()),
    ] {
        let states = states(&folder, "0101", day);
        assert!(states.contains(&(course.clone(), expected.to_owned())), "on {day}: {states:?}");
    }
    let [one] = &listed(&folder, "")[..] else { panic!("one is listed") };
    assert_eq!(
        *one,
        json!({"organisation": "RXX", "employee_number": "0101", "name": "Ann Archer", "course": course,
            "from": "2026-11-20", "until": "2026-11-30", "reason": "Secondment", "state": "holds"})
    );
}

#[test]
fn without_more_it_is_from_all_courses_and_from_today_until_it_is_ended() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --reason Sabbatical");
    assert!(states(&folder, "0101", "2026-11-24").iter().all(|(_, state)| state == "exempt"));
    assert!(states(&folder, "0101", "2026-11-23").iter().all(|(_, state)| state != "exempt"));
    assert!(states(&folder, "0101", "2036-11-24").iter().all(|(_, state)| state == "exempt"));
    let ended = json(&folder, 0, "--today 2026-12-10 exempt end 0101");
    assert_eq!((&ended["outcome"], &ended["until"]), (&json!("ended"), &json!("2026-12-09")));
    assert_eq!(ended["before"], json!({"until": null, "reason": "Sabbatical"}));
    assert!(states(&folder, "0101", "2026-12-09").iter().all(|(_, state)| state == "exempt"));
    assert!(states(&folder, "0101", "2026-12-10").iter().all(|(_, state)| state != "exempt"));
    assert_eq!(listed(&folder, "--as-at 2026-12-10"), [] as [Value; 0]);
    assert_eq!(listed(&folder, "--as-at 2026-12-10 --all")[0]["state"], "over");
}

#[test]
fn the_same_again_changes_nothing_and_another_last_day_corrects_it() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --course SGC-L2 --reason Secondment");
    let before = folder.database();
    let same = json(&folder, 0, "exempt add 0101 --course sgc-l2 --reason Secondment");
    assert_eq!((&same["outcome"], &same["id"]), (&json!("unchanged"), &Value::Null));
    assert_eq!(folder.database(), before);
    let longer = json(&folder, 0, "exempt add 0101 --course SGC-L2 --until 2027-01-31 --reason Secondment");
    assert_eq!((&longer["outcome"], &longer["before"]["until"]), (&json!("corrected"), &Value::Null));
    assert_eq!(listed(&folder, "").len(), 1);
}

#[test]
fn one_that_would_end_before_it_begins_is_withdrawn() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --from 2027-01-01 --reason Secondment");
    assert_eq!(listed(&folder, "")[0]["state"], "to_come");
    assert_eq!(json(&folder, 0, "exempt end 0101")["outcome"], "withdrawn");
    assert_eq!(listed(&folder, "--all"), [] as [Value; 0]);
}

#[test]
fn of_several_the_one_to_end_must_be_named() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --course SGC-L2 --reason Secondment");
    json(&folder, 0, "exempt add 0101 --reason Sabbatical");
    let ran = folder.run("exempt end 0101").ended(1);
    for said in
        ["SGC-L2 from 2026-11-24 (Secondment)", "all courses from 2026-11-24 (Sabbatical)", "--course all"]
    {
        assert!(ran.err.contains(said), "{ran:?}");
    }
    assert_eq!(json(&folder, 0, "exempt end 0101 --course all")["course"], Value::Null);
    assert_eq!(json(&folder, 0, "exempt end 0101")["course"], "SGC-L2", "now it is the only one");
}

#[test]
fn each_change_is_in_the_history_and_can_be_taken_back() {
    let folder = folder();
    let before = states(&folder, "0101", "2026-11-24");
    let added = json(&folder, 0, "exempt add 0101 --reason Secondment");
    let ended = json(&folder, 0, "exempt end 0101 --until 2026-11-24");
    let refused = folder.run(&format!("import undo {}", added["id"])).ended(3);
    assert!(refused.out.contains("changed 1 exemption"), "{refused:?}");
    json(&folder, 0, &format!("import undo {}", ended["id"]));
    assert_eq!(listed(&folder, "")[0]["until"], Value::Null);
    json(&folder, 0, &format!("import undo {}", added["id"]));
    assert_eq!(states(&folder, "0101", "2026-11-24"), before);
    assert_eq!(listed(&folder, "--all"), [] as [Value; 0]);
    let shown = folder.run(&format!("import show {}", added["id"])).ended(0).out;
    assert!(shown.contains("exemptions, by hand") && !shown.contains("nobody known"), "{shown}");
}

#[test]
fn a_file_that_was_imported_before_is_compared_again_after_a_change_by_hand() {
    let folder = folder();
    let file = "employee_number,course,from,until,reason\n0101,SGC-L2,2026-11-24,,Secondment\n";
    import(&folder, "exemptions", file);
    json(&folder, 0, "exempt end 0101 --until 2026-12-31");
    let again = json(&folder, 0, "import exemptions exemptions.csv");
    assert_eq!(again["applied"], 1, "the file says that it does not end: {again}");
}

#[test]
fn who_did_it_is_told_without_whose_it_is() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --course SGC-L2 --reason Secondment");
    json(&folder, 0, "exempt end 0101 --until 2026-12-31");
    let log = json(&folder, 0, "audit --limit 2");
    let actions = [0, 1].map(|number| log["entries"][number]["action"].clone());
    assert_eq!(actions, ["exempt-end", "exempt-add"]);
    // A hash may hold any digits.
    let said =
        [0, 1].map(|number| ["object", "details"].map(|field| log["entries"][number][field].to_string()));
    let said = said.concat().concat();
    assert!(!said.contains("0101") && !said.contains("Secondment"), "{log}");
    let shown = folder.run("audit --limit 2").ended(0).out;
    assert!(shown.contains("RXX 0101"), "people see whose it is while the register knows: {shown}");
}

#[test]
fn wrong_input_is_answered_with_what_is_wrong_and_nothing_changes() {
    let folder = folder();
    let before = folder.database();
    for (status, words, said) in [
        (1, "exempt add 101 --reason x", "did you mean 0101?"),
        (1, "exempt add 9999 --reason x", "`refresher staff` lists everyone in post"),
        (
            1,
            "exempt add 0101 --course SGC2 --reason x",
            "--course: no course called SGC2: did you mean SGC-L2",
        ),
        (
            1,
            "exempt add 0101 --from 2026-12-01 --until 2026-11-30 --reason x",
            "the last day 2026-11-30 is before",
        ),
        (1, "exempt add 0101 --reason \u{200b}", "--reason: say why"),
        (
            1,
            "exempt add 0101 --organisation RZZ --reason x",
            "there is no organisation \"RZZ\"; known are RXX",
        ),
        (2, "exempt add 0101", "--reason"),
        (2, "exempt add 0101 --from 31/02/2026 --reason x", "write a day that exists"),
        (1, "exempt end 0101", "has no such exemption that stands"),
        (1, "exempt list 9999", "no staff member has the employee number"),
        (2, "exempt", "Usage: refresher exempt"),
    ] {
        let ran = folder.run(words).ended(status);
        assert!(ran.out.is_empty() && ran.err.contains(said), "{words}: {ran:?}");
    }
    assert_eq!(folder.database(), before);
}

#[test]
fn an_end_that_is_no_earlier_is_refused_with_how_to_lengthen_it() {
    let folder = folder();
    json(&folder, 0, "exempt add 0101 --until 2026-12-31 --reason Secondment");
    let ran = folder.run("exempt end 0101 --until 2027-01-31").ended(1);
    assert!(ran.err.contains("it ends on 2026-12-31 already") && ran.err.contains("add it again"), "{ran:?}");
}
