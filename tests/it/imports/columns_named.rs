//! What is said of a cell names its column by the header that the file has (spec 3.7, *Counts*).

use serde_json::Value;

use crate::support::program::Folder;

const POLICY: &str =
    "[[course]]\ncode = 'C'\ntitle = 'Course'\nvalid_months = 12\n[[requirement]]\ncourse = 'C'\n";
const STAFF: &str =
    "Staff Number,Forename,Surname,Email Address,Latest Start Date,Supervisor Employee Number,Assignment No";
const RECORDS: &str = "Staff Number,Email Address,Course Name,Completion Date,Certificate Number";
const EXPENSES: &str = "Date,Description,Amount,Invoice Number";

/// Lines, columns and values of what is said of a file.
fn said(folder: &Folder, kind: &str, content: &str) -> Vec<(u64, String, String)> {
    folder.write("file.csv", content);
    let ran = folder.run(&format!("--json import {kind} file.csv"));
    let report: Value = serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{content}: {}", ran.err));
    let remark = |remark: &Value| {
        let text = |key: &str| remark[key].as_str().unwrap().to_owned();
        (remark["line"].as_u64().unwrap(), text("column"), text("value"))
    };
    let of = |key: &str| report[key].as_array().unwrap().iter().map(remark).collect::<Vec<_>>();
    [of("rejected"), of("warnings")].concat()
}

#[test]
fn whatever_is_said_of_a_cell_names_its_header() {
    let known = "00101,Ann,Ash,ann@example.org,2020-01-01,,7-1\n00102,Bob,Bell,,2020-01-01,00101,7-2\n";
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    assert_eq!(said(&folder, "staff", &format!("{STAFF}\n{known}")), []);
    assert_eq!(said(&folder, "training", &format!("{RECORDS}\n00101,,C,2026-01-01,77\n")), []);
    assert_eq!(said(&folder, "expenses", &format!("{EXPENSES}\n2026-04-01,Day,5,77\n")), []);
    for (kind, header, rows, expected) in [
        ("staff", STAFF, "00103,Cy,Cox,,2020-01-01,101,8\n", (4, "Supervisor Employee Number", "101")),
        ("staff", STAFF, "00101,Ann,Ash,ann@example.org,2020-01-01,,7-1.\n", (4, "Assignment No", "7-1.")),
        ("staff", STAFF, "101,Ann,Ash,ann@example.org,2020-01-01,,7-1\n", (4, "Staff Number", "101")),
        ("staff", STAFF, "00102,Bob,Bull,,2020-01-01,00101,7-3\n", (4, "Surname", "Bull")),
        ("staff", STAFF, "00102,Bo,Bell,,2020-01-01,00101,7-3\n", (4, "Forename", "Bo")),
        (
            "staff",
            STAFF,
            "00102,Bob,Bell,b@example.org,2020-01-01,00101,7-3\n",
            (4, "Email Address", "b@example.org"),
        ),
        ("training", RECORDS, "00101,,C,2026-01-01,077\n", (2, "Certificate Number", "077")),
        ("training", RECORDS, ",no@example.org,C,2026-01-01,\n", (2, "Email Address", "no@example.org")),
        ("training", RECORDS, "101,,C,2026-01-01,\n", (2, "Staff Number", "101")),
        (
            "training",
            "Staff Number,User Name,Course Name,Completion Date",
            ",no@example.org,C,2026-01-01\n",
            (2, "User Name", "no@example.org"),
        ),
        ("expenses", EXPENSES, "2026-04-01,Day,5,077\n", (2, "Invoice Number", "077")),
    ] {
        let known = if kind == "staff" { known } else { "" };
        let told = said(&folder, kind, &format!("{header}\n{known}{rows}"));
        let told: Vec<(u64, &str, &str)> =
            told.iter().map(|(line, column, value)| (*line, column.as_str(), value.as_str())).collect();
        assert!(told.contains(&expected), "{rows}: {told:?}");
        assert!(told.iter().all(|(_, column, _)| column.is_empty() || header.contains(column)), "{told:?}");
    }
}

#[test]
fn numbers_of_one_file_that_are_alike_name_their_header() {
    let folder = Folder::new();
    folder.write("policy.toml", POLICY);
    let rows = "1,Ann,Ash,,2020-01-01,,7\n1,Ann,Ash,,2020-01-01,,07\n2,Bob,Bell,,2020-01-01,,8\n";
    let told = said(&folder, "staff", &format!("{STAFF}\n{rows}"));
    assert_eq!(
        told.iter().map(|told| told.1.as_str()).collect::<Vec<_>>(),
        ["Assignment No", "Assignment No"]
    );
    let told = said(&folder, "training", &format!("{RECORDS}\n2,,C,2026-01-01,5\n2,,C,2026-01-01,05\n"));
    assert_eq!(told.iter().map(|told| told.1.as_str()).collect::<Vec<_>>(), ["Certificate Number"; 2]);
    let told = said(&folder, "expenses", &format!("{EXPENSES}\n2026-04-01,A,5,9\n2026-04-02,B,5,09\n"));
    assert_eq!(told.iter().map(|told| told.1.as_str()).collect::<Vec<_>>(), ["Invoice Number"; 2]);
}
