//! A column that is missing says nothing, whatever the kind of file (spec 3.6).

use serde_json::json;

use crate::support::program::Folder;

const POLICY: &str = "[[course]]\ncode = 'L1'\ntitle = 'Level 1'\n[[requirement]]\ncourse = 'L1'\n\
     [[statement]]\nid = 's1'\nquestion = 'Q?'\nanswers = ['yes', 'no']\n";

fn trust() -> Folder {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    folder.write(
        "staff.csv",
        "employee_number,first_name,last_name,email,start_date,job_title\n\
         1,Ann,Archer,ann@example.org,2020-01-01,Nurse\n2,Ben,Baker,ben@example.org,2020-01-01,Clerk\n",
    );
    folder.run("--today 2026-10-05 import staff staff.csv").ended(0);
    folder
}

#[test]
fn a_file_without_a_column_leaves_what_is_known_of_it_and_says_so() {
    let folder = trust();
    for (kind, whole, without, kept) in [
        (
            "organisations",
            "code,name,kind,safeguarding_email\nRYY,Yonder,community,s@example.org\n",
            "code,name\nRYY,Yonder\n",
            &["kind", "safeguarding_email"][..],
        ),
        (
            "budget",
            "year,budget,dedicated\n2026-27,1000,yes\n",
            "year,budget\n2026-27,1000\n",
            &["dedicated"],
        ),
        (
            "exemptions",
            "employee_number,course,from,until,reason\n1,L1,2026-01-01,2026-12-31,x\n",
            "employee_number,course,reason\n1,L1,x\n",
            &["from", "until"],
        ),
        (
            "assurance",
            "statement,answer,answered_on,evidence,owner,review_by\ns1,yes,2026-03-01,e,o@example.org,2027-03-01\n",
            "statement,answer,answered_on\ns1,yes,2026-03-01\n",
            &["evidence", "owner_email", "review_by"],
        ),
        (
            "bookings",
            "employee_number,course,date,place\n1,L1,2027-03-01,Room 1\n",
            "employee_number,course,date\n1,L1,2027-03-01\n",
            &["place"],
        ),
        (
            "expenses",
            "date,amount,reference,description,course,people\n2026-05-01,5,R1,Room,L1,4\n",
            "date,amount,reference\n2026-05-01,5,R1\n",
            &["description", "course", "people"],
        ),
    ] {
        folder.write("whole.csv", whole);
        folder.run(&format!("--today 2026-10-05 import {kind} whole.csv")).ended(0);
        folder.write("without.csv", without);
        let report =
            folder.run(&format!("--json --today 2026-10-05 import {kind} without.csv")).ended(0).json();
        assert_eq!((&report["applied"], &report["unchanged"]), (&json!(0), &json!(1)), "{kind}: {report}");
        for column in kept {
            let said = format!("no column for {column}: what is known is kept");
            assert!(report["notes"].to_string().contains(&said), "{kind}, {column}: {report}");
        }
    }
}

#[test]
fn a_post_that_gets_a_number_or_has_it_no_more_is_the_same_post() {
    let folder = trust();
    let post = |folder: &Folder| {
        let person = folder.run("--json --today 2026-10-05 explain 1").ended(0).json();
        assert_eq!(person["assignments"].as_array().map(Vec::len), Some(1), "{person}");
        person["assignments"][0]["job_title"].clone()
    };
    for number in ["1-1", ""] {
        let head = "employee_number,first_name,last_name,email,start_date,assignment_number";
        folder.write(
            "list.csv",
            format!(
                "{head}\n1,Ann,Archer,ann@example.org,2020-01-01,{number}\n2,Ben,Baker,ben@example.org,2020-01-01,\n"
            ),
        );
        let report = folder.run("--json --today 2026-10-05 import staff list.csv").ended(0).json();
        assert_eq!(report["difference"]["fields"]["assignment_number"], 1, "{report}");
        assert_eq!(post(&folder), "Nurse", "as {number}");
    }
}

#[test]
fn a_number_of_somebody_else_and_somebody_under_another_number_are_told() {
    for (row, said) in [
        ("2,Zed,Zhou,zed@example.org,2026-01-01", Some("this number was that of Ben Baker")),
        ("2,Benjamin,Baker,b.b@example.org,2020-01-01", None),
        ("2,Zed,Zhou,ben@example.org,2020-01-01", None),
        ("2-2,Ben,Baker,ben@example.org,2026-01-01", Some("leaves under 2")),
        ("9,Cy,Cole,cy@example.org,2020-01-01", None),
    ] {
        let folder = trust();
        folder.write(
            "list.csv",
            format!(
                "employee_number,first_name,last_name,email,start_date\n1,Ann,Archer,ann@example.org,2020-01-01\n{row}\n"
            ),
        );
        let report = folder.run("--json --today 2026-10-05 import staff list.csv").ended(0).json();
        let warnings = report["warnings"].to_string();
        assert_eq!(warnings.contains(said.unwrap_or("this number was")), said.is_some(), "{row}: {warnings}");
    }
}
