//! The category of an assignment (spec 3.1): kept, asked by, left out of the counts.

use serde_json::{Value, json};

use crate::support::engine::bytes;
use crate::support::program::Folder;

const POLICY: &str = "absent_statuses = ['Maternity']\nuncounted_categories = ['Honorary']\n\
     [[course]]\ncode = 'L1'\ntitle = 'Level 1'\n[[course]]\ncode = 'L2'\ntitle = 'Level 2'\nsatisfies = ['L1']\n\
     [[requirement]]\ncourse = 'L1'\n[[requirement]]\ncourse = 'L2'\ncategories = ['Perm*', 'fixed  TERM']\n";
const HEAD: &str =
    "employee_number,last_name,start_date,assignment_number,Assignment Category,assignment_status";

/// Ann is permanent, Ben of the bank, Cy honorary with a bank post, Dee honorary alone, Eve permanent and away.
fn trust() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    folder.write(
        "staff.csv",
        format!(
            "{HEAD}\n1,Ann,2020-01-01,1,Permanent,\n2,Ben,2020-01-01,2,Bank,\n3,Cy,2020-01-01,3,honorary,\n\
             3,Cy,2020-01-01,3-2,Bank,\n4,Dee,2020-01-01,4,  Honorary ,\n5,Eve,2020-01-01,5,Permanent,Maternity\n"
        ),
    );
    folder.run("--today 2026-10-05 import staff staff.csv").ended(0);
    folder
}

fn needs(folder: &Folder) -> Vec<(String, Vec<String>)> {
    let people = folder.run("--json staff").ended(0).json()["people"].clone();
    let of = |person: &Value| {
        let courses = person["courses"].as_array().unwrap().iter();
        let courses = courses.map(|course| course["course"].as_str().unwrap().to_owned()).collect();
        (person["employee_number"].as_str().unwrap().to_owned(), courses)
    };
    people.as_array().unwrap().iter().map(of).collect()
}

#[test]
fn a_requirement_asks_by_category_and_uncounted_ones_are_left_out_as_the_absent_are() {
    let folder = trust();
    let expected = [("1", &["L2"][..]), ("2", &["L1"]), ("3", &["L1"]), ("4", &[]), ("5", &[])];
    let found = needs(&folder);
    let found: Vec<(&str, Vec<&str>)> =
        found.iter().map(|(who, needs)| (who.as_str(), needs.iter().map(String::as_str).collect())).collect();
    assert_eq!(found, expected.map(|(who, needs)| (who, needs.to_vec())));
    let status = folder.run("--json status").ended(0).json();
    assert_eq!((&status["excluded"]["absent"], &status["staff"]["counted"]), (&json!(2), &json!(3)));
    let words = folder.run("explain 3").ended(0).out;
    assert!(words.contains("(honorary, its category is not counted)") && words.contains("(Bank)"), "{words}");
    let because = folder.run("--json explain 1").ended(0).json()["courses"][0]["because"].clone();
    assert_eq!(because[0]["selectors"], json!({ "categories": ["Perm*", "fixed  TERM"] }));
    // Who is asked by no category that the list has is told of.
    folder.write("policy.toml", POLICY.replace("'Perm*', 'fixed  TERM'", "'Student'"));
    let told = folder.run("policy check policy.toml").ended(0).err;
    assert!(
        told.contains("categories = [\"Student\"], and nobody in post has such an assignment category"),
        "{told}"
    );
}

#[test]
fn a_category_is_compared_kept_as_known_undone_exported_and_purged() {
    let folder = trust();
    let category = |words: &str| {
        folder.run(&format!("--json explain 2 {words}")).ended(0).json()["assignments"][0]["assignment_category"]
            .clone()
    };
    assert_eq!(category(""), "Bank");
    let before = chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let staff = folder.read("staff.csv");
    folder.write("staff.csv", staff.replace("2,Ben,2020-01-01,2,Bank", "2,Ben,2020-01-01,2,Fixed Term"));
    let report = folder.run("--json import staff staff.csv").ended(0).json();
    assert_eq!(
        (&report["changes"], &report["difference"]["fields"]["assignment_category"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(category(""), "Fixed Term");
    assert_eq!(category(&format!("--known-at {before}")), "Bank");
    assert_eq!(needs(&folder)[1].1, ["L2"]);
    // A list without the column leaves what is known, and one with another name for it says the same.
    folder.write("again.csv", "employee_number,last_name,start_date,assignment_number\n2,Ben,2020-01-01,2\n");
    assert_eq!(folder.run("--json import staff again.csv --partial").ended(0).json()["applied"], 0);
    folder.write(
        "other.csv",
        "employee_number,last_name,start_date,assignment_number,Contract Type\n2,Ben,2020-01-01,2,Fixed Term\n",
    );
    assert_eq!(folder.run("--json import staff other.csv --partial").ended(0).json()["applied"], 0);
    let exported = folder.run("--json person export 2").ended(0).out;
    assert!(exported.contains("\"assignment_category\"") && exported.contains("Fixed Term"), "{exported}");
    folder.run(&format!("import undo {}", report["id"])).ended(0);
    assert_eq!(category(""), "Bank");
    folder.write(
        "left.csv",
        "employee_number,last_name,start_date,leave_date,Contract Type\n9,Gone,2001-01-01,2005-01-01,Locum-ZQ77\n",
    );
    folder.run("import staff left.csv --partial").ended(0);
    folder.run("person purge 9 --yes").ended(0);
    let bytes = bytes(&folder);
    assert!(!bytes.windows(10).any(|part| part == b"Locum-ZQ77"));
}
